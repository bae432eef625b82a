use super::*;

/// The mapping of a comma-separated header as `column=header` pairs.
fn mapped(header: &str) -> String {
    mapped_with(header, &[])
}

fn mapped_with(header: &str, overrides: &[ColumnOverride]) -> String {
    let headers: Vec<&str> = header.split(',').collect();
    let mapping = Mapping::new(&headers, overrides);
    let mut pairs: Vec<String> = Column::ALL
        .into_iter()
        .filter_map(|column| {
            Some(format!(
                "{}={}",
                column.name(),
                headers[mapping.get(column)?]
            ))
        })
        .collect();
    pairs.extend(
        mapping
            .time_of_day
            .map(|index| format!("(time)={}", headers[index])),
    );
    pairs.extend(
        mapping
            .other_date
            .map(|index| format!("(other date)={}", headers[index])),
    );
    pairs.extend(
        mapping
            .address
            .map(|index| format!("(address)={}", headers[index])),
    );
    pairs.join(" | ")
}

#[test]
fn aliases_are_in_normal_form_and_unique_within_a_column() {
    for column in Column::ALL {
        let names = aliases(column);
        for (index, name) in names.iter().enumerate() {
            assert_eq!(normal(name), *name, "{column:?}");
            assert!(!names[..index].contains(name), "{column:?}: {name} twice");
        }
    }
}

#[test]
fn canonical_names_map_to_themselves() {
    let header = Column::ALL.map(Column::name).join(",");
    let expected = Column::ALL
        .map(|column| format!("{0}={0}", column.name()))
        .join(" | ");
    assert_eq!(mapped(&header), expected);
}

#[test]
fn known_exports_map_by_themselves() {
    let exports = [
        (
            "twcs",
            ",tweet_id,author_id,inbound,created_at,text,response_tweet_id,in_response_to_tweet_id",
        ),
        (
            "twcs airlines",
            "first_tweet_id,tag,first_utterance,context",
        ),
        (
            "airline sentiment",
            "tweet_id,airline_sentiment,airline_sentiment_confidence,negativereason,negativereason_confidence,airline,airline_sentiment_gold,name,negativereason_gold,retweet_count,text,tweet_coord,tweet_created,tweet_location,user_timezone",
        ),
        (
            "tweepy",
            "user_name,user_location,user_description,user_created,user_followers,user_friends,user_favourites,user_verified,date,text,hashtags,source,is_retweet",
        ),
        (
            "Vicinitas",
            "Tweet Id,Text,Name,Screen Name,UTC,Created At,Favorites,Retweets,Language,Client,Tweet Type,URLs,Hashtags,Mentions,Media Type,Media URLs,,,",
        ),
        (
            "Social Feed Manager",
            "created_at,twitter_id,screen_name,followers_count,friends_count,favorite_count,retweet_count,hashtags,mentions,in_reply_to_screen_name,twitter_url,text,is_retweet,is_quote,coordinates,url1",
        ),
        (
            "Meltwater",
            "Date,Headline,URL,Opening Text,Hit Sentence,Source,Influencer,Country,Subregion,Language,Reach,Desktop Reach,Mobile Reach,Engagement,AVE,Sentiment,Key Phrases,Input Name,Keywords,Twitter Authority,Tweet Id,Twitter Id,Twitter Client,Twitter Screen Name,User Profile Url,Twitter Bio,Twitter Followers,Twitter Following,Alternate Date Format,Time,State,City,Document Tags",
        ),
        (
            "Meltwater, newer",
            "Date,Headline,URL,Opening Text,Hit Sentence,Source,Influencer,Language,Reach,Hashtags,Views,Estimated Views,Time",
        ),
        (
            "Brand24",
            "id,date,time,title,text,author,authorFollowers,url,source,sourceType,country,language,sentiment,sentimentScore,reach,likes,shares,comments",
        ),
        (
            "X API v2, one a line",
            "id,text,author_id,conversation_id,created_at,lang,source,referenced_tweets,in_reply_to_user_id,public_metrics.retweet_count,public_metrics.reply_count,public_metrics.like_count,public_metrics.quote_count,public_metrics.impression_count,author.id,author.username,author.name,author.verified,author.public_metrics.followers_count",
        ),
        (
            "X API v1.1",
            "created_at,id,id_str,full_text,source,in_reply_to_status_id,in_reply_to_status_id_str,user.id,user.id_str,user.name,user.screen_name,user.followers_count,user.favourites_count,user.verified,user.created_at,retweet_count,favorite_count,lang",
        ),
        (
            "tweets.js, one a line",
            "tweet.id_str,tweet.created_at,tweet.full_text,tweet.lang,tweet.favorite_count,tweet.retweet_count,tweet.in_reply_to_status_id_str",
        ),
        (
            "Mastodon",
            "id,created_at,in_reply_to_id,in_reply_to_account_id,language,uri,url,replies_count,reblogs_count,favourites_count,content,account.id,account.username,account.acct,account.display_name,account.created_at,account.followers_count",
        ),
        (
            "Bluesky",
            "uri,cid,author.did,author.handle,author.displayName,record.text,record.createdAt,record.langs,record.reply.root.uri,record.reply.parent.uri,replyCount,repostCount,likeCount,quoteCount,indexedAt",
        ),
        (
            "Brandwatch",
            "Query Id,Query Name,Date,Title,Snippet,Url,Domain,Sentiment,Page Type,Language,Country,Author,Full Name,Full Text,Impressions,Thread Id,Thread Author,Twitter Followers,Twitter Verified,Twitter Retweets,Resource Id",
        ),
        (
            "Talkwalker",
            "url,indexed,published,title,content,lang,source_type,sentiment,engagement,reach,extra_author_attributes.id,extra_author_attributes.name,extra_author_attributes.short_name,source_extended_attributes.twitter_followers,article_extended_attributes.twitter_likes,article_extended_attributes.twitter_retweets,article_extended_attributes.twitter_replies,article_extended_attributes.twitter_quote_tweets,article_extended_attributes.twitter_impressions",
        ),
        (
            "Sprinklr",
            "SocialNetwork,SenderScreenName,SenderListedName,Sender Followers Count,Message,MessageType,CreatedTime,UniversalMessageId,Permalink,Favorites,Retweets,Country",
        ),
        ("academictwitteR", "tweet_id,user_username,text,user_name"),
        (
            "Apify, X",
            "id,text,createdAt,author/userName,author/name,author/followers,author/isVerified,author/isBlueVerified,isReply,inReplyToId,likeCount,url",
        ),
        (
            "Apify, Instagram",
            "id,postUrl,ownerUsername,owner/id,owner/is_verified,text,timestamp,likesCount,repliesCount",
        ),
        (
            "ExportComments",
            "Name (click to view profile),Profile ID,Date (UTC),Likes,Comment,Comment ID",
        ),
        (
            "NodeXL",
            "Vertex 1,Vertex 2,Relationship,Relationship Date (UTC),Tweet,Tweet Date (UTC),Imported ID",
        ),
        (
            "Google Play reviews",
            "reviewId,userName,userImage,content,score,thumbsUpCount,at,replyContent,repliedAt",
        ),
        (
            "Google Play Console",
            "Package Name,Reviewer Language,Device,Review Submit Date and Time,Review Submit Millis Since Epoch,Star Rating,Review Title,Review Text,Developer Reply Text,Review Link",
        ),
        (
            "TAGS",
            "id_str,from_user,text,created_at,time,user_lang,in_reply_to_user_id_str,from_user_id_str,in_reply_to_status_id_str,source,user_followers_count,status_url",
        ),
        (
            "DMI-TCAT",
            "id,time,created_at,from_user_name,text,lang,source,in_reply_to_status_id,from_user_id,from_user_verified,from_user_followercount,retweet_count",
        ),
        (
            "minet",
            "id,timestamp_utc,local_time,user_screen_name,text,to_tweetid,retweet_count,like_count,source_name",
        ),
        (
            "Brandwatch, newer",
            "Date,Author,Full Text,Page Type,Domain,Twitter Author ID,Twitter Reply to,Twitter Reply Count,Resource Id,Url",
        ),
        (
            "Twint",
            "id,conversation_id,created_at,date,time,timezone,user_id,username,name,tweet,link",
        ),
        (
            "Kaggle tickets",
            "Ticket ID,Ticket Description,Ticket Channel,Ticket Status",
        ),
        (
            "own sample",
            "Post ID,Date,Author,Followers,Verified,Text,In Reply To,Conversation ID,Likes,Reposts,Language,Platform,Inbound",
        ),
    ];
    let text: Vec<String> = exports
        .iter()
        .map(|(name, header)| format!("{name}: {}", mapped(header)))
        .collect();
    insta::assert_snapshot!(text.join("\n"));
}

#[test]
fn the_better_name_wins_wherever_it_stands() {
    assert_eq!(mapped("text,full_text"), "text=full_text");
    assert_eq!(mapped("id,id_str,text"), "id=id_str | text=text");
    assert_eq!(mapped("Text,text,TEXT"), "text=Text");
    assert_eq!(mapped("name,screen-name"), "author_name=screen-name");
    assert_eq!(
        mapped("date,time,text"),
        "text=text | created_at=date | (time)=time"
    );
    assert_eq!(mapped("time,text"), "text=text | created_at=time");
    assert_eq!(mapped("review,content"), "text=content");
    assert_eq!(mapped("text,at,date"), "text=text | created_at=date");
    assert_eq!(mapped("text,from,author"), "text=text | author_name=author");
    assert_eq!(mapped("text,page_type,source"), "text=text | source=source");
    assert_eq!(
        mapped("text,description,role_name,score,domain"),
        "text=text"
    );
    assert_eq!(mapped("description,title"), "");
}

#[test]
fn slashes_nest_and_remarks_in_brackets_are_passed_over() {
    assert_eq!(
        mapped("author/userName,text"),
        "text=text | author_name=author/userName"
    );
    assert_eq!(
        mapped("Timestamp (ET),Message,Reach (new)"),
        "text=Message | created_at=Timestamp (ET)"
    );
    // Whatever is called so without a remark is better, under whatever name.
    assert_eq!(mapped("Full Text (translated),Text"), "text=Text");
    assert_eq!(
        mapped("Text (translated),Text (original)"),
        "text=Text (translated)"
    );
    assert_eq!(mapped("(text),text)"), "");
    let overrides = ["text=Text (original)".parse().unwrap()];
    assert_eq!(
        mapped_with("Text,Text (translated),Text (original)", &overrides),
        "text=Text (original)"
    );
}

#[test]
fn a_date_that_cannot_be_read_gives_way_to_another() {
    let mapping = Mapping::new(&["created_at", "date", "time", "timezone"], &[]);
    for (row, expected) in [
        (
            [
                "2021-04-01 23:28:59 India Standard Time",
                "2021-04-01",
                "23:28:59",
                "+0530",
            ],
            "2021-04-01 23:28:59 +0530",
        ),
        (
            ["someday", "2021-04-01", "23:28:59", "Paris, Madrid"],
            "2021-04-01 23:28:59",
        ),
        (["someday", "2021-04-01", "", "+0530"], "2021-04-01"),
        (
            ["2024-05-01T10:30Z", "2021-04-01", "", ""],
            "2024-05-01T10:30Z",
        ),
        (["someday", "soon", "", ""], "someday"),
        // What is not there was not lost.
        (["", "2021-04-01", "", ""], ""),
        (["nan", "2021-04-01", "", ""], "nan"),
    ] {
        let cells = mapping.cells(|index| Some(row[index].to_owned()));
        assert_eq!(cells.get(Column::CreatedAt), Some(expected), "{row:?}");
    }
    assert_eq!(mapping.fields(), [0, 1, 2, 3]);
}

#[test]
fn a_lost_id_is_taken_from_the_address() {
    let address = "https://twitter.com/ann/status/1377230154108395526";
    for (id, address, expected) in [
        ("1.37723E+18", address, "1377230154108395526"),
        ("", address, "1377230154108395526"),
        ("7", address, "7"),
        (
            "1.37723E+18",
            "https://acme.example/status/9",
            "1.37723E+18",
        ),
    ] {
        let row = [id, address];
        let cells = Mapping::new(&["id", "url"], &[]).cells(|index| Some(row[index].to_owned()));
        assert_eq!(cells.get(Column::Id), Some(expected), "{row:?}");
    }
    let cells = Mapping::new(&["text", "permalink"], &[]).cells(|_| Some(address.to_owned()));
    assert_eq!(cells.get(Column::Id), Some("1377230154108395526"));
}

#[test]
fn overrides_win_and_free_the_header_for_nothing_else() {
    let overrides = [
        "text=Body".parse().unwrap(),
        "author_name=absent".parse().unwrap(),
        "author_name=id".parse().unwrap(),
    ];
    assert_eq!(
        mapped_with("id,text,body,name", &overrides),
        "text=body | author_name=id"
    );
    assert_eq!(
        mapped_with("text,name", &overrides),
        "text=text | author_name=name"
    );
}

#[test]
fn a_date_and_a_time_of_day_are_joined() {
    let mapping = Mapping::new(&["date", "time"], &[]);
    for (date, time, joined) in [
        ("2024-05-01", "10:30", "2024-05-01 10:30"),
        ("2024-05-01 09:00", "10:30", "2024-05-01 09:00"),
        ("2024-05-01", "", "2024-05-01"),
        ("2024-05-01", "Tuesday", "2024-05-01"),
        ("2024-05-01", "25:30", "2024-05-01"),
        ("1714559400", "10:30", "1714559400"),
    ] {
        let row = [date, time];
        let cells = mapping.cells(|index| Some(row[index].to_owned()));
        assert_eq!(cells.get(Column::CreatedAt), Some(joined));
    }
}

#[test]
fn overrides_are_read_or_explained() {
    let cases = ["text = Post body", "text", "=body", "text=", "Text=body"];
    let text: Vec<String> = cases
        .iter()
        .map(|case| match case.parse::<ColumnOverride>() {
            Ok(wish) => format!("{}={}", wish.column.name(), wish.header),
            Err(error) => error.to_string(),
        })
        .collect();
    insta::assert_snapshot!(text.join("\n"), @r"
    text=Post body
    `text` is not of the form COLUMN=HEADER, for example text=body
    `=body` is not of the form COLUMN=HEADER, for example text=body
    `text=` is not of the form COLUMN=HEADER, for example text=body
    `Text` is not a column of Uproar; choose one of id, text, created_at, author_id, author_name, followers, verified, in_reply_to_id, conversation_id, reply_ids, likes, reposts, replies, quotes, views, lang, source, direction
    ");
}
