//! Posts of platforms that keep the parts of a post where no column looks for them.

use serde_json::{Map, Value};

use crate::{reddit, values};

/// Brings an object of one of these platforms into a form that the columns know; gives any other
/// object back as it is. Keys are added and lifted, and what is there under other names stays.
pub(super) fn plain(object: Map<String, Value>) -> Map<String, Value> {
    let mut post = activity(object);
    post = youtube(post);
    submission(&mut post);
    ticket(&mut post);
    post
}

/// Puts a text in where it is not blank and the key is free.
fn fill(post: &mut Map<String, Value>, key: &str, text: Option<String>) {
    if let Some(text) = text.filter(|text| !text.trim().is_empty())
        && post.get(key).is_none_or(Value::is_null)
    {
        post.insert(key.to_owned(), text.into());
    }
}

fn text<'a>(object: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    object.get(key).and_then(Value::as_str)
}

/// ActivityPub (the `outbox.json` of a Mastodon archive): the post is the object of what its author
/// did, which was to create it. What else is done to an object, such as to announce it, is done to
/// the post of somebody else, which must not be taken for the author's.
fn activity(mut activity: Map<String, Value>) -> Map<String, Value> {
    let Some(actor) = text(&activity, "actor").map(str::to_owned) else {
        return activity;
    };
    let (Some(_), Some(kind)) = (activity.get("object"), text(&activity, "type")) else {
        return activity;
    };
    let is_own = matches!(kind, "Create" | "Update");
    let Some(Value::Object(mut post)) = activity.remove("object").filter(|_| is_own) else {
        return activity;
    };
    fill(&mut post, "username", account(&actor));
    fill(&mut post, "author_id", Some(actor));
    let languages = post.get("contentMap").and_then(Value::as_object);
    let language = languages
        .filter(|languages| languages.len() == 1)
        .and_then(|languages| languages.keys().next().cloned());
    fill(&mut post, "language", language);
    post
}

/// `ann@m.example` of `https://m.example/users/ann` and of `https://m.example/@ann`.
fn account(address: &str) -> Option<String> {
    let (server, path) = address.split_once("://")?.1.split_once('/')?;
    let name = path.trim_end_matches('/').rsplit('/').next()?;
    let name = name.trim_start_matches('@');
    (!name.is_empty()).then(|| format!("{name}@{server}"))
}

/// YouTube: a comment is in its `snippet`, and a thread of comments has the first one in its own.
fn youtube(mut object: Map<String, Value>) -> Map<String, Value> {
    let Some(Value::Object(snippet)) = object.get_mut("snippet") else {
        return object;
    };
    if !matches!(snippet.get("topLevelComment"), Some(Value::Object(_))) {
        return comment(object);
    }
    let count = snippet.get("totalReplyCount").and_then(values::scalar);
    let Some(Value::Object(first)) = snippet.remove("topLevelComment") else {
        return object;
    };
    let mut post = comment(first);
    fill(&mut post, "totalReplyCount", count);
    let replies = object.get_mut("replies");
    let replies = replies.and_then(|replies| Some(replies.get_mut("comments")?.take()));
    if let Some(Value::Array(replies)) = replies {
        let replies = replies.into_iter().map(|reply| match reply {
            Value::Object(reply) => Value::Object(comment(reply)),
            reply => reply,
        });
        post.insert("replies".to_owned(), replies.collect());
    }
    post
}

fn comment(mut object: Map<String, Value>) -> Map<String, Value> {
    let snippet = object.get("snippet").and_then(Value::as_object);
    let is_text = |key| snippet.is_some_and(|snippet| text(snippet, key).is_some());
    if !is_text("textOriginal") && !is_text("textDisplay") {
        return object;
    }
    let id = object.get("id").and_then(values::scalar);
    let Some(Value::Object(mut post)) = object.remove("snippet") else {
        return object;
    };
    fill(&mut post, "id", id);
    post
}

/// Reddit: what starts a thread has a title and, often, a text; what was taken down has a word in
/// the text's place. The name of a post is its id with the kind in front, and no author's name.
fn submission(post: &mut Map<String, Value>) {
    let is_name = |name: &&str| reddit::bare_id(name) != *name;
    if let Some(name) = text(post, "name").filter(is_name).map(str::to_owned) {
        post.remove("name");
        fill(post, "id", Some(name));
    }
    if let (Some(title), Some(said)) = (text(post, "title"), text(post, "selftext")) {
        let whole = if said.trim().is_empty() || reddit::is_removed(said) {
            title.to_owned()
        } else {
            format!("{title}\n\n{said}")
        };
        fill(post, "text", Some(whole));
    }
}

/// Zendesk: the first message of a ticket is its description.
fn ticket(ticket: &mut Map<String, Value>) {
    if ticket.contains_key("requester_id") {
        let said = text(ticket, "description").map(str::to_owned);
        fill(ticket, "text", said);
    }
}

#[cfg(test)]
mod tests;
