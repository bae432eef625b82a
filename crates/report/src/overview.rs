//! The headline figures of a report.

use serde::Serialize;

/// What a report comes to, in a few figures and sentences.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Overview {
    /// All posts.
    pub posts: u64,
    /// Posts of customers.
    pub customer_posts: u64,
    /// Posts of customers that have scores.
    pub scored: u64,
    /// Companies that posts are to.
    pub companies: u64,
    /// When the first post was written, in RFC 3339.
    pub first_post: Option<String>,
    /// When the last post was written, in RFC 3339.
    pub last_post: Option<String>,
    /// Posts that await an answer.
    pub awaiting: Awaiting,
    /// The share of customers' scored posts that are urgent (level 2 or more).
    pub urgent_share: Option<f32>,
    /// The share of customers' scored posts that are angry (level 2 or more).
    pub angry_share: Option<f32>,
    /// The share of customers' posts that were answered, of those where that is known.
    pub answered_share: Option<f32>,
    /// Half of the answers came within so many minutes.
    pub median_first_response_minutes: Option<f64>,
    /// Nine of ten answers came within so many minutes.
    pub p90_first_response_minutes: Option<f64>,
    /// The share of answers that sent the customer elsewhere.
    pub deflected_share: Option<f32>,
    /// The share of answers that moved to private messages.
    pub private_share: Option<f32>,
    /// What stands out, in plain sentences.
    pub findings: Vec<String>,
}

/// Posts in the queue by band.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Awaiting {
    /// In the band `now`.
    pub now: u64,
    /// In the band `today`.
    pub today: u64,
    /// In the band `later`.
    pub later: u64,
}
