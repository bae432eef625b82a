use super::*;

#[test]
fn shapes_of_the_platforms() {
    let lines = [
        // X API v2, one post a line with its author.
        r#"{"id":"11","text":"bag lost","author_id":"42","conversation_id":"10","created_at":"2023-02-01T09:15:00.000Z","lang":"en","referenced_tweets":[{"type":"quoted","id":"8"},{"type":"replied_to","id":"10"}],"public_metrics":{"retweet_count":1,"reply_count":0,"like_count":3,"quote_count":0,"impression_count":70},"author":{"id":"42","username":"ann","name":"Ann","verified":false,"public_metrics":{"followers_count":1234}}}"#,
        // X API v1.1.
        r#"{"created_at":"Wed Feb 01 09:15:00 +0000 2023","id":1012345678901234567,"id_str":"1012345678901234567","full_text":"bag lost","text":"bag l…","in_reply_to_status_id":null,"source":"<a href=\"https://x.example\">X for iPhone</a>","user":{"id_str":"42","screen_name":"ann","name":"Ann","followers_count":5,"verified":true,"created_at":"Wed Feb 01 09:15:00 +0000 2012"},"favorite_count":"3"}"#,
        // One post of an X archive.
        r#"{"tweet":{"id_str":"1001","created_at":"Wed Feb 01 09:15:00 +0000 2023","full_text":"bag lost","favorite_count":"3","retweet_count":"1"}}"#,
        // Mastodon.
        r#"{"id":"109","created_at":"2023-02-01T09:15:00.000Z","in_reply_to_id":null,"language":"en","replies_count":0,"reblogs_count":1,"favourites_count":3,"content":"<p>lost &amp; found</p>","uri":"https://m.example/109","account":{"id":"1","acct":"u@m.example","display_name":"U","followers_count":12}}"#,
        // Bluesky.
        r#"{"uri":"at://did:plc:x/app.bsky.feed.post/3k","cid":"b","author":{"did":"did:plc:x","handle":"ann.example","displayName":"Ann"},"record":{"text":"bag lost","createdAt":"2023-02-01T09:15:00.000Z","langs":["en"],"reply":{"root":{"uri":"at://r"},"parent":{"uri":"at://p"}}},"replyCount":0,"repostCount":1,"likeCount":3,"indexedAt":"2023-02-01T09:15:01.000Z"}"#,
    ];
    let content = lines.join("\n");
    let read = read_all(
        &[("posts.ndjson", content.as_bytes())],
        ReadOptions::default(),
    )
    .unwrap();
    insta::assert_snapshot!(read.report());
}

#[test]
fn lines_that_are_no_posts_are_rejected() {
    let content = b"{\"id\":848.0,\"text\":\"ok\",\"verified\":true}\n\
        \n\
        {\"id\":2,\"text\":\n\
        [1,2]\r\n\
        \"text\"\n\
        {\"id\":3}\n\
        {\"id\":4,\"text\":null}\n\
        {\"id\":5,\"text\":{\"nested\":1}}\n\
        {\"id\":6,\"text\":\"last\"}";
    let read = read_all(&[("p.jsonl", content)], ReadOptions::default()).unwrap();
    insta::assert_snapshot!(read.report());
}

#[test]
fn a_line_beyond_the_limits_is_one_reject() {
    let field = "x".repeat(Limits::default().field + 1);
    let row = "x".repeat(Limits::default().row);
    let content = format!(
        "{{\"text\":\"a\"}}\n{{\"text\":\"{field}\"}}\n{{\"text\":\"{row}\"}}\n{{\"text\":\"b\"}}\n"
    );
    let read = read_all(&[("p.jsonl", content.as_bytes())], ReadOptions::default()).unwrap();
    assert_eq!(read.column(Column::Text), ["a", "b"]);
    let lines: Vec<u64> = read.chunks[0]
        .rejects
        .iter()
        .map(|reject| reject.line)
        .collect();
    assert_eq!(lines, [2, 3]);
}

#[test]
fn bytes_that_are_not_utf8_are_rejected_by_the_line() {
    let mut content = b"{\"text\":\"a\"}\n".repeat(6_000);
    content.extend_from_slice(b"{\"text\":\"caf\xe9\"}\n");
    let read = read_all(&[("p.jsonl", &content)], ReadOptions::default()).unwrap();
    assert_eq!(
        read.rejects(),
        ["p.jsonl:6001: not valid UTF-8: \"{\\\"text\\\":\\\"caf\u{fffd}\\\"}\""]
    );
}

#[test]
fn keys_can_be_chosen() {
    let options = ReadOptions {
        map: vec!["text=payload.msg".parse().unwrap()],
        ..ReadOptions::default()
    };
    let content = b"{\"payload\":{\"msg\":\"hello\"},\"text\":\"no\"}\n";
    let read = read_all(&[("p.jsonl", content)], options).unwrap();
    assert_eq!(read.column(Column::Text), ["hello"]);
}

#[test]
fn long_posts_of_the_x_api_are_read_whole() {
    let content = br#"{"id":"1","text":"lost my\u2026","note_tweet":{"text":"lost my bag"}}"#;
    let read = read_all(&[("p.jsonl", content)], ReadOptions::default()).unwrap();
    assert_eq!(read.column(Column::Text), ["lost my bag"]);
}

#[test]
fn values_that_mongodb_wraps_are_read() {
    let content = br#"{"_id":{"$oid":"5f"},"id":{"$numberLong":"1275830000000000000"},"text":"a","created_at":{"$date":"2020-06-24T16:28:14Z"}}
{"_id":{"$oid":"60"},"id":{"$numberLong":"1275830000000000001"},"text":"b","created_at":{"$date":{"$numberLong":"1593016094000"}}}"#;
    let read = read_all(&[("p.jsonl", content)], ReadOptions::default()).unwrap();
    assert_eq!(
        read.column(Column::Id),
        ["1275830000000000000", "1275830000000000001"]
    );
    let moments = read.column(Column::CreatedAt);
    assert_eq!(moments[0], moments[1]);
    assert_ne!(moments[0], "-");
}

#[test]
fn a_list_of_objects_is_no_cell() {
    let content =
        br#"{"content":[{"type":"text"}],"text":"a","replies":[{"text":"b"}],"reply_count":1}
{"content":[{"type":"text"}],"likes":1}"#;
    let read = read_all(&[("p.jsonl", content)], ReadOptions::default()).unwrap();
    assert_eq!(read.column(Column::Text), ["a"]);
    assert_eq!(read.column(Column::Replies), ["1"]);
    assert_eq!(read.notices(), [""; 0]);
    assert!(read.rejects()[0].contains("no text"));
}
