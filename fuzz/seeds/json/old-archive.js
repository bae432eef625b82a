Grailbird.data.tweets_2014_01 = 
 [ {
  "id_str" : "1",
  "text" : "my parcel never came",
  "created_at" : "2014-01-31 18:42:00 +0000"
} ]
