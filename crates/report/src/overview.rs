//! The headline figures of a report.

use serde::Serialize;

/// What an export comes to, for the terminal, the page and the workbook.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Overview {
    /// Posts of the export.
    pub posts: u64,
    /// Those by customers.
    pub customer_posts: u64,
    /// Customers' posts that have scores.
    pub scored: u64,
    /// Companies that posts are to or by.
    pub companies: u64,
    /// When the oldest post was written, in RFC 3339.
    pub first_post: Option<String>,
    /// When the newest post was written, in RFC 3339.
    pub last_post: Option<String>,
    /// Posts that await an answer.
    pub awaiting: Awaiting,
    /// Share of scored posts with urgency level 2 or 3.
    pub urgent_share: Option<f32>,
    /// Share of scored posts with anger level 2 or 3.
    pub angry_share: Option<f32>,
    /// Share of customers' posts that the company answered, of those where it is known.
    pub answered_share: Option<f32>,
    /// Half of the answered posts were answered within so many minutes.
    pub median_first_response_minutes: Option<f64>,
    /// Nine in ten answered posts were answered within so many minutes.
    pub p90_first_response_minutes: Option<f64>,
    /// Share of first answers that send the customer elsewhere.
    pub deflected_share: Option<f32>,
    /// Share of first answers that move to private messages.
    pub private_share: Option<f32>,
    /// What stands out, in plain sentences.
    pub findings: Vec<String>,
}

/// Posts that await an answer, by band.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Awaiting {
    /// Within the hour.
    pub now: u64,
    /// Before the day ends.
    pub today: u64,
    /// In the coming days.
    pub later: u64,
}
