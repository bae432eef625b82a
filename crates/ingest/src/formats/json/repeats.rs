//! Posts that repeat others: X cuts a retweet's text off, Mastodon leaves a boost's out.

use serde_json::{Map, Value};

/// Puts in the text that a repeated post lacks, where the post that it repeats is within it.
pub(super) fn complete(post: &mut Map<String, Value>) {
    let text = retweet(post).map(|text| ("full_text", text));
    if let Some((key, text)) = text.or_else(|| boost(post).map(|text| ("content", text))) {
        post.insert(key.to_owned(), text.into());
    }
}

/// The text of a retweet of the X API v1.1, or of v2 as twarc writes it.
fn retweet(post: &Map<String, Value>) -> Option<String> {
    let original = post.get("retweeted_status").or_else(|| repeated(post))?;
    with_text_of(post, text(original.as_object()?)?)
}

/// What a post of the X API v2 says of the post that it repeats: its id, and all else of it where
/// twarc put that there.
pub(super) fn repeated(post: &Map<String, Value>) -> Option<&Value> {
    let references = post.get("referenced_tweets")?.as_array()?;
    references
        .iter()
        .find(|reference| reference.get("type").and_then(Value::as_str) == Some("retweeted"))
}

/// `RT @name: ` of a retweet, and the whole text of what it repeats.
pub(super) fn with_text_of(retweet: &Map<String, Value>, original: &str) -> Option<String> {
    let (name, _) = text(retweet)?.strip_prefix("RT @")?.split_once(": ")?;
    Some(format!("RT @{name}: {original}"))
}

/// The whole text of a post of the X API.
pub(super) fn text(post: &Map<String, Value>) -> Option<&str> {
    let within = |key: &str, text: &str| post.get(key).and_then(|inner| inner.get(text));
    let texts = [
        post.get("full_text"),
        within("extended_tweet", "full_text"),
        within("note_tweet", "text"),
        post.get("text"),
    ];
    texts.into_iter().flatten().find_map(Value::as_str)
}

/// `RT @name: ` and the content of the status that a status without content boosts.
fn boost(post: &Map<String, Value>) -> Option<String> {
    if !post.get("content")?.as_str()?.is_empty() {
        return None;
    }
    let original = post.get("reblog")?.as_object()?;
    let name = original.get("account")?.get("acct")?.as_str()?;
    let content = original.get("content")?.as_str()?;
    Some(match content.strip_prefix("<p>") {
        Some(rest) => format!("<p>RT @{name}: {rest}"),
        None => format!("RT @{name}: {content}"),
    })
}
