//! The posts within an object: answers of the platforms' interfaces hold pages of them, and
//! conversations hold messages.

use serde_json::{Map, Value};

use crate::columns::{self, ColumnOverride, Mapping};
use crate::schema::Column;
use crate::values;

use super::includes::Includes;
use super::{flatten, is_list_of_objects, repeats};

/// Keys that hold a list of posts, best first.
pub(crate) const LISTS: [&str; 12] = [
    "data",
    "statuses",
    "posts",
    "feed",
    "tweets",
    "results",
    "items",
    "mentions",
    "documents",
    "value",
    "ancestors",
    "descendants",
];

/// Keys that hold one post, or a further object with a list of them.
pub(super) const SINGLES: [&str; 2] = ["data", "thread"];

/// Keys that stand beside a list of posts and hold none.
pub(super) const COMPANIONS: [&str; 4] = ["includes", "meta", "errors", "search_metadata"];

/// The key of the messages of a conversation.
const MESSAGES: &str = "dialogContent";

/// What an object turned out to be.
#[derive(Debug, PartialEq)]
pub(super) enum Shape {
    /// A post.
    Post(Map<String, Value>),
    /// A number of posts, in their order; a value that is no object is none, and not lost either.
    Posts(Vec<Value>),
}

/// Finds the posts in an object.
pub(super) fn posts(mut object: Map<String, Value>, overrides: &[ColumnOverride]) -> Shape {
    // Nesting within `object` bounds the recursion: serde_json refuses more than 128 levels.
    if object.get(MESSAGES).is_some_and(is_list_of_objects) {
        return Shape::Posts(conversation(object));
    }
    if is_thread(&object) {
        let mut found = Vec::new();
        thread(object, overrides, &mut found);
        return Shape::Posts(found);
    }
    let has_mark = |key: &&str| object.contains_key(*key);
    let may_hold_posts = LISTS.iter().chain(&SINGLES).any(has_mark) || is_empty_answer(&object);
    if !may_hold_posts || has_text(&object, overrides) {
        repeats::complete(&mut object);
        return Shape::Post(object);
    }
    let Some(held) = held(&mut object) else {
        return if is_empty_answer(&object) {
            Shape::Posts(Vec::new())
        } else {
            Shape::Post(object)
        };
    };
    let mut found = Vec::new();
    for value in held {
        add(value, overrides, &mut found);
    }
    finish(&object, &mut found);
    Shape::Posts(found)
}

/// Adds `value`, or the posts in it, to `found`.
fn add(value: Value, overrides: &[ColumnOverride], found: &mut Vec<Value>) {
    match value {
        Value::Object(object) => match posts(object, overrides) {
            Shape::Post(post) => found.push(Value::Object(post)),
            Shape::Posts(posts) => found.extend(posts),
        },
        value => found.push(value),
    }
}

/// Takes the values that an object holds as posts; none when it holds no such list.
fn held(object: &mut Map<String, Value>) -> Option<Vec<Value>> {
    // Mastodon gives the posts before and after one post in two lists.
    if object.get("ancestors").is_some_and(Value::is_array)
        && object.get("descendants").is_some_and(Value::is_array)
    {
        let lists = ["ancestors", "descendants"].map(|key| object.remove(key));
        let values = lists.into_iter().flatten().filter_map(|list| match list {
            Value::Array(values) => Some(values),
            _ => None,
        });
        return Some(values.flatten().collect());
    }
    let of_objects = LISTS
        .into_iter()
        .find(|key| object.get(*key).is_some_and(is_list_of_objects));
    let single = || {
        SINGLES
            .into_iter()
            .find(|key| object.get(*key).is_some_and(Value::is_object))
    };
    let empty = || {
        let is_empty = |value: &Value| value.as_array().is_some_and(Vec::is_empty);
        LISTS
            .into_iter()
            .find(|key| object.get(*key).is_some_and(is_empty))
    };
    let key = of_objects.or_else(single).or_else(empty)?;
    match object.remove(key)? {
        Value::Array(values) => Some(values),
        value => Some(vec![value]),
    }
}

/// Whether the object is an answer without posts: the X API then leaves `data` out.
fn is_empty_answer(object: &Map<String, Value>) -> bool {
    object.contains_key("meta") && object.keys().all(|key| COMPANIONS.contains(&key.as_str()))
}

/// Whether the object has a text of its own and so is a post, whatever else it holds. A `message`
/// beside a list is what an interface says about its answer.
fn has_text(object: &Map<String, Value>, overrides: &[ColumnOverride]) -> bool {
    let keys: Vec<String> = flatten(object).into_iter().map(|(key, _)| key).collect();
    let text = Mapping::new(&keys, overrides).get(Column::Text);
    text.and_then(|index| keys.get(index))
        .is_some_and(|key| key != "message")
}

/// Gives the posts of a list what the object around the list knows of them.
fn finish(around: &Map<String, Value>, posts: &mut [Value]) {
    let includes = Includes::of(around);
    let conversation = around.iter().find_map(|(key, value)| {
        columns::is_name_of(Column::ConversationId, key)
            .then(|| values::scalar(value))
            .flatten()
    });
    for post in posts.iter_mut().filter_map(Value::as_object_mut) {
        includes.join(post);
        let has_own = || {
            post.keys()
                .any(|key| columns::is_name_of(Column::ConversationId, key))
        };
        if let Some(id) = &conversation
            && !has_own()
        {
            post.insert("conversation_id".to_owned(), id.as_str().into());
        }
    }
}

/// Whether the object is a post of a Bluesky thread, with those above and below it.
fn is_thread(object: &Map<String, Value>) -> bool {
    object.get("post").is_some_and(Value::is_object)
        && (object.get("replies").is_some_and(Value::is_array)
            || object.get("parent").is_some_and(Value::is_object))
}

/// Adds the posts of a thread from the first to the last, each before its replies.
fn thread(mut object: Map<String, Value>, overrides: &[ColumnOverride], found: &mut Vec<Value>) {
    if let Some(parent) = object.remove("parent").filter(Value::is_object) {
        add(parent, overrides, found);
    }
    let replies = object.remove("replies");
    found.push(Value::Object(object));
    if let Some(Value::Array(replies)) = replies {
        for reply in replies {
            add(reply, overrides, found);
        }
    }
}

/// The messages of a conversation. The author of each stands under a key that names the side it
/// is on (`client`, `client1`, `agent`), and each answers the one before it.
fn conversation(mut object: Map<String, Value>) -> Vec<Value> {
    let header = object.get("dialogHeader");
    let session = header
        .and_then(|header| header.get("sessionID"))
        .and_then(values::scalar);
    let Some(Value::Array(mut messages)) = object.remove(MESSAGES) else {
        return Vec::new();
    };
    let mut before: Option<String> = None;
    for message in messages.iter_mut().filter_map(Value::as_object_mut) {
        let side = message
            .keys()
            .find_map(|key| Some((key.clone(), side(key)?)));
        if let Some((key, role)) = side {
            if let Some(author) = message.remove(&key) {
                message.insert("screen_name".to_owned(), author);
            }
            message.insert("role".to_owned(), role.into());
        }
        if let Some(session) = &session {
            message.insert("conversation_id".to_owned(), session.as_str().into());
        }
        let id = message.get("tweet_ID").and_then(values::scalar);
        if let Some(before) = before.take() {
            message.insert("in_reply_to_id".to_owned(), before.into());
        }
        before = id;
    }
    messages
}

/// The direction of messages whose author stands under `key`.
fn side(key: &str) -> Option<&'static str> {
    match key.trim_end_matches(|c: char| c.is_ascii_digit()) {
        "client" | "customer" => Some("customer"),
        "agent" | "company" => Some("company"),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
