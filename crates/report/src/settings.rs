//! What a team can set about its reports.

use crate::{calendar::Calendar, priority::Weights};

/// Everything that shapes a report beside the posts and their scores.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// How much each term of a priority counts.
    pub weights: Weights,
    /// Time zone and business hours.
    pub calendar: Calendar,
}
