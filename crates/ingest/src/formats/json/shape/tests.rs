use serde_json::json;

use super::*;

/// The posts in a value, and whether it is one itself.
fn found(value: Value) -> (bool, Vec<Value>) {
    let Value::Object(object) = value else {
        panic!("{value} is no object");
    };
    match posts(object, &[]) {
        Shape::Post(post) => (true, vec![Value::Object(post)]),
        Shape::Posts(posts) => (false, posts),
    }
}

/// The texts of the posts in a value that is no post itself.
fn texts(value: Value) -> Vec<String> {
    let (is_post, posts) = found(value);
    assert!(!is_post);
    let text = |post: &Value| {
        let texts = [
            "/text",
            "/post/record/text",
            "/record/text",
            "/content",
            "/message",
        ];
        let text = texts.into_iter().find_map(|place| post.pointer(place));
        text.unwrap_or(post).to_string().replace('"', "")
    };
    posts.iter().map(text).collect()
}

#[test]
fn lists_of_posts_are_found_wherever_platforms_put_them() {
    let post = |text: &str| json!({ "text": text });
    let bluesky = |text: &str| json!({"post": {"record": {"text": text}}});
    let cases = [
        (
            "a b",
            json!({"data": [post("a"), post("b")], "meta": {"result_count": 2}}),
        ),
        ("a", json!({"data": post("a"), "includes": {"users": []}})),
        (
            "a",
            json!({"statuses": [post("a")], "search_metadata": {"count": 1}}),
        ),
        (
            "a",
            json!({"accounts": [{"id": 1}], "statuses": [{"content": "a"}], "hashtags": []}),
        ),
        (
            "a b",
            json!({"posts": [{"record": {"text": "a"}}, {"record": {"text": "b"}}]}),
        ),
        (
            "a b",
            json!({"feed": [bluesky("a"), bluesky("b")], "cursor": "x"}),
        ),
        ("a", json!({"message": "ok", "results": [post("a")]})),
        ("a", json!({"data": {"items": [post("a")]}})),
        (
            "a b",
            json!({"data": [{"data": [post("a")]}, {"data": [post("b")]}]}),
        ),
        (
            "a b",
            json!({"ancestors": [post("a")], "descendants": [post("b")]}),
        ),
        ("b", json!({"ancestors": [], "descendants": [post("b")]})),
        ("a 1", json!({"data": [post("a"), 1]})),
        ("", json!({"data": [], "meta": {}})),
        ("", json!({"meta": {"result_count": 0}})),
        (
            "root above here below deeper",
            json!({"thread": {
                "post": {"record": {"text": "here"}},
                "parent": {
                    "post": {"record": {"text": "above"}},
                    "parent": {"post": {"record": {"text": "root"}}, "replies": []},
                },
                "replies": [{
                    "post": {"record": {"text": "below"}},
                    "replies": [bluesky("deeper")],
                }],
            }}),
        ),
    ];
    for (expected, value) in cases {
        assert_eq!(texts(value.clone()).join(" "), expected, "{value}");
    }
}

#[test]
fn a_post_is_a_post_whatever_else_it_holds() {
    for post in [
        json!({"text": "a", "data": [{"text": "b"}]}),
        json!({"full_text": "a", "mentions": [{"text": "@acme"}]}),
        json!({"content": "<p>a</p>", "mentions": [{"acct": "acme"}]}),
        json!({"tweet": {"full_text": "a"}}),
        json!({"post": {"record": {"text": "a"}}}),
        json!({"likes": 1, "errors": []}),
        json!({"data": [1, 2], "id": 3}),
        json!({}),
    ] {
        assert_eq!(found(post.clone()), (true, vec![post]));
    }
}

#[test]
fn an_override_says_what_a_post_is() {
    let object = json!({"body": {"said": "a"}, "data": [{"text": "b"}]});
    let Value::Object(object) = object else {
        unreachable!()
    };
    let overrides = ["text=body.said".parse().unwrap()];
    assert!(matches!(posts(object, &overrides), Shape::Post(_)));
}

#[test]
fn a_key_too_long_to_be_of_use_makes_no_post() {
    let long = "x".repeat(300);
    let object = json!({long.as_str(): "a", "data": [{"text": "b"}]});
    let Value::Object(object) = object else {
        unreachable!()
    };
    let overrides = [format!("text={long}").parse().unwrap()];
    assert!(matches!(posts(object, &overrides), Shape::Posts(_)));
}

#[test]
fn authors_and_conversations_are_joined_from_around_the_list() {
    let page = json!({
        "data": [
            {"text": "a", "author_id": "7"},
            {"text": "b", "author_id": 7, "author": {"username": "own"}},
            {"text": "c", "author_id": "8", "conversation_id": "9"},
        ],
        "conversation": "5",
        "includes": {"users": [
            {"id": "7", "username": "ann", "verified": true, "public_metrics": {"followers_count": 3}},
        ]},
    });
    assert_eq!(
        found(page).1,
        [
            json!({
                "text": "a", "author_id": "7", "conversation_id": "5",
                "author": {"username": "ann", "followers_count": "3", "verified": "true"},
            }),
            json!({"text": "b", "author_id": 7, "author": {"username": "own"}, "conversation_id": "5"}),
            json!({"text": "c", "author_id": "8", "conversation_id": "9"}),
        ]
    );
}

#[test]
fn messages_of_a_conversation_answer_one_another() {
    let conversation = json!({
        "dialogHeader": {"sessionID": "s1", "company": "Acme"},
        "dialogContent": [
            {"client": "ann", "message": "lost", "tweet_ID": "1", "datetime": "2020-01-12"},
            {"agent": "acme", "message": "sorry", "tweet_ID": "2"},
            {"client1": "bob", "message": "me too"},
            {"client": "ann", "message": "thanks", "tweet_ID": "4"},
        ],
        "agentURL": {},
    });
    assert_eq!(
        found(conversation).1,
        [
            json!({
                "screen_name": "ann", "role": "customer", "message": "lost", "tweet_ID": "1",
                "datetime": "2020-01-12", "conversation_id": "s1",
            }),
            json!({
                "screen_name": "acme", "role": "company", "message": "sorry", "tweet_ID": "2",
                "conversation_id": "s1", "in_reply_to_id": "1",
            }),
            json!({
                "screen_name": "bob", "role": "customer", "message": "me too",
                "conversation_id": "s1", "in_reply_to_id": "2",
            }),
            json!({
                "screen_name": "ann", "role": "customer", "message": "thanks", "tweet_ID": "4",
                "conversation_id": "s1",
            }),
        ]
    );
}

#[test]
fn repeated_posts_get_their_whole_text() {
    let cases = [
        (
            json!({"text": "RT @ann: my bag…", "retweeted_status": {"text": "my bag", "extended_tweet": {"full_text": "my bag is lost"}}}),
            Some("RT @ann: my bag is lost"),
        ),
        (
            json!({"full_text": "RT @ann: my…", "retweeted_status": {"full_text": "my: bag"}}),
            Some("RT @ann: my: bag"),
        ),
        (
            json!({"text": "my bag", "retweeted_status": {"text": "x"}}),
            None,
        ),
        (json!({"text": "RT @ann: my bag…"}), None),
        (
            json!({"text": "RT @ann: my…", "referenced_tweets": [
                {"type": "replied_to", "id": "1", "text": "x"},
                {"type": "retweeted", "id": "2", "text": "my bag…", "note_tweet": {"text": "my bag is lost"}},
            ]}),
            Some("RT @ann: my bag is lost"),
        ),
        (
            json!({"text": "RT @ann: my…", "referenced_tweets": [{"type": "quoted", "id": "2", "text": "x"}]}),
            None,
        ),
        (
            json!({"text": "RT this", "retweeted_status": {"text": "x"}}),
            None,
        ),
    ];
    for (status, expected) in cases {
        let (_, posts) = found(status.clone());
        let whole = posts[0]
            .get("full_text")
            .filter(|text| status.get("full_text") != Some(text));
        assert_eq!(whole.and_then(Value::as_str), expected, "{status}");
    }
    let boost = |content: &str, original: &str| {
        let boost = json!({"content": content, "reblog": {"content": original, "account": {"acct": "u@m.example"}}});
        found(boost).1[0]["content"].as_str().unwrap().to_owned()
    };
    assert_eq!(boost("", "<p>lost</p>"), "<p>RT @u@m.example: lost</p>");
    assert_eq!(boost("", "lost"), "RT @u@m.example: lost");
    assert_eq!(boost("<p>own</p>", "<p>lost</p>"), "<p>own</p>");
}
