//! Which words of a post drove its scores.

use serde::{Deserialize, Serialize};
use uproar_ingest::redact::Redactor;

/// The words of a post.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PostWords {
    /// The post's identifier.
    pub id: String,
    /// What its words did, in the order of the text.
    pub words: Vec<WordEffect>,
}

/// What one word did to the scores, as differences in log odds; above 0 raises.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct WordEffect {
    /// Where the word begins, in bytes of the post's text.
    pub start: u32,
    /// Where it ends, in bytes of the post's text.
    pub end: u32,
    /// By how much it raised anger.
    pub anger: f32,
    /// By how much it raised urgency.
    pub urgency: f32,
}

/// The text with markers in place of personal data, and the words where they stand then.
pub(crate) fn redacted(
    text: &str,
    words: &[WordEffect],
    redactor: &Redactor,
) -> (String, Vec<WordEffect>) {
    let shown = redactor.redact(text);
    let words = if shown == text { words } else { &[] };
    (shown.into_owned(), words.to_vec())
}
