//! The headline figures of a report: what the terminal, JSON, the page and the workbook begin with.

use serde::Serialize;

/// A report in a few figures and sentences.
///
/// A figure about which nothing is known is missing. Those that `summary.csv` has as well are the
/// same there.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Overview {
    /// Posts of the export, by customers and companies.
    pub posts: u64,
    /// Posts by customers.
    pub customer_posts: u64,
    /// Posts by customers that have scores. The shares of urgent and angry posts are of these.
    pub scored: u64,
    /// Companies that posts are to.
    pub companies: u64,
    /// When the oldest post was published: RFC 3339, in UTC.
    pub first_post: Option<String>,
    /// When the newest post was published: RFC 3339, in UTC.
    pub last_post: Option<String>,
    /// Posts that await an answer.
    pub awaiting: Awaiting,
    /// Share of posts of urgency level 2 or more, from 0 to 1.
    pub urgent_share: Option<f32>,
    /// Share of posts of anger level 2 or more, from 0 to 1.
    pub angry_share: Option<f32>,
    /// Share of customers' posts that were answered, from 0 to 1, of those where it is known.
    pub answered_share: Option<f32>,
    /// Minutes after which half of the answered posts had their first answer.
    pub median_first_response_minutes: Option<f64>,
    /// Minutes after which nine tenths of the answered posts had their first answer.
    pub p90_first_response_minutes: Option<f64>,
    /// Share of first answers that send the customer elsewhere (reply kind `deflect`), from 0 to 1,
    /// of those whose kind is known.
    pub deflected_share: Option<f32>,
    /// Share of first answers that move to private messages (reply kind `dm`), from 0 to 1, of those
    /// whose kind is known.
    pub private_share: Option<f32>,
    /// What stands out in the tables, in plain sentences, the most telling first.
    pub findings: Vec<String>,
}

/// Posts that await an answer, by their [`Band`](crate::Band).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Awaiting {
    /// Within the hour.
    pub now: u64,
    /// Before the day ends.
    pub today: u64,
    /// In the coming days.
    pub later: u64,
}

impl Awaiting {
    /// All of them.
    pub fn total(&self) -> u64 {
        self.now + self.today + self.later
    }
}
