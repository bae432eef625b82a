//! `words.ndjson`: which words drove the anger and the urgency of the first posts of the queue.

use serde::{Deserialize, Serialize};

/// The words of a post that have a visible effect.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PostWords {
    /// The post.
    pub id: String,
    /// In the order of the text, without overlap.
    pub words: Vec<WordEffect>,
}

/// What a word did to the scores of its post, as differences in the natural log odds: 0.7 doubles
/// the odds, and a negative effect lowers them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct WordEffect {
    /// Where the word begins in the text, in bytes.
    pub start: u32,
    /// Where it ends: the first byte behind it.
    pub end: u32,
    /// By how much it raised the odds of anger.
    pub anger: f32,
    /// By how much it raised the odds of urgency.
    pub urgency: f32,
}
