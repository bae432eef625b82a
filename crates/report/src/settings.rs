//! What a team can set about its reports.

use crate::{calendar::Calendar, priority::Weights};

/// Everything that shapes a report beside the posts and their scores.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How much each term of a priority counts.
    pub weights: Weights,
    /// Time zone and business hours.
    pub calendar: Calendar,
    /// Whether texts in `report.xlsx` are shown without personal data. Default true.
    pub redact_reports: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            weights: Weights::default(),
            calendar: Calendar::default(),
            redact_reports: true,
        }
    }
}
