use serde_json::json;

use super::*;

fn plain_of(value: Value) -> Value {
    let Value::Object(object) = value else {
        panic!("{value} is no object");
    };
    Value::Object(plain(object))
}

#[test]
fn what_an_actor_created_is_a_post_of_theirs() {
    let note = json!({"id": "https://m.example/1", "content": "<p>my parcel</p>", "contentMap": {"en": "<p>my parcel</p>"}});
    for actor in ["https://m.example/users/ann", "https://m.example/@ann/"] {
        let post = plain_of(json!({"type": "Create", "actor": actor, "object": note}));
        assert_eq!(post["username"], "ann@m.example");
        assert_eq!(post["author_id"], actor);
        assert_eq!(post["language"], "en");
        assert_eq!(post["content"], note["content"]);
    }
    // The post of somebody else, by address or whole, is not the actor's.
    for object in [json!("https://m.example/2"), note] {
        let announced =
            json!({"type": "Announce", "actor": "https://m.example/users/ann", "object": object});
        assert_eq!(
            plain_of(announced),
            json!({"type": "Announce", "actor": "https://m.example/users/ann"})
        );
    }
    for other in [
        json!({"actor": "https://m.example/users/ann", "text": "a"}),
        json!({"type": "Create", "actor": {"id": 1}, "object": {"text": "a"}}),
    ] {
        assert_eq!(plain_of(other.clone()), other);
    }
    assert_eq!(account("no address"), None);
    assert_eq!(account("https://m.example/"), None);
}

#[test]
fn a_thread_of_youtube_is_a_comment_with_its_replies() {
    let comment = |id: &str, text: &str| {
        json!({"kind": "youtube#comment", "id": id, "snippet": {
            "textDisplay": "a<br>b", "textOriginal": text, "authorDisplayName": "@ann",
            "authorChannelId": {"value": "UC1"}, "likeCount": 4,
        }})
    };
    let flat = |id: &str, text: &str| {
        json!({
            "id": id, "textDisplay": "a<br>b", "textOriginal": text, "authorDisplayName": "@ann",
            "authorChannelId": {"value": "UC1"}, "likeCount": 4,
        })
    };
    let thread = json!({"id": "a", "snippet": {
        "topLevelComment": comment("a", "lost"), "totalReplyCount": 1,
    }, "replies": {"comments": [comment("a.b", "sorry"), 7]}});
    let mut expected = flat("a", "lost");
    expected["totalReplyCount"] = "1".into();
    expected["replies"] = json!([flat("a.b", "sorry"), 7]);
    assert_eq!(plain_of(thread), expected);
    assert_eq!(plain_of(comment("c", "lost")), flat("c", "lost"));
    for other in [
        json!({"snippet": "a"}),
        json!({"snippet": {"title": "a"}}),
        json!({"snippet": {"topLevelComment": {"snippet": 1}}, "replies": 3}),
    ] {
        plain_of(other);
    }
}

#[test]
fn a_submission_to_reddit_has_a_title_and_perhaps_a_text() {
    for (said, text) in [
        ("it never came", "my parcel\n\nit never came"),
        ("", "my parcel"),
        ("[removed]", "my parcel"),
    ] {
        let post = plain_of(json!({"title": "my parcel", "selftext": said, "name": "t3_abc"}));
        assert_eq!(post["text"], text);
        assert_eq!(post["id"], "t3_abc");
        assert_eq!(post.get("name"), None);
    }
    let comment = json!({"id": "abc", "name": "t1_abc", "body": "a"});
    assert_eq!(plain_of(comment), json!({"id": "abc", "body": "a"}));
    let other = json!({"name": "Ann", "title": "a"});
    assert_eq!(plain_of(other.clone()), other);
}

#[test]
fn a_ticket_says_what_its_description_says() {
    let ticket = json!({"id": 1, "description": "my parcel", "requester_id": 7});
    assert_eq!(plain_of(ticket)["text"], "my parcel");
    let other = json!({"description": "a"});
    assert_eq!(plain_of(other.clone()), other);
}
