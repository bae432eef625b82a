//! What people say of posts.

/// What a person says of one post, by the labelling guide; what was left open is `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// Anger at the company, 0 none to 3 furious.
    pub anger: Option<u8>,
    /// How soon someone must act, 0 nobody waits to 3 hours matter.
    pub urgency: Option<u8>,
    /// 0 negative, 1 neutral, 2 positive.
    pub sentiment: Option<u8>,
    /// An answer or an act of the company would be useful.
    pub actionable: Option<bool>,
    /// Earlier contact or fixes failed.
    pub tried_before: Option<bool>,
    /// The author leaves, or threatens to.
    pub churn: Option<bool>,
}
