//! What a team can set about its reports.

use crate::{
    band::BandRules, calendar::Calendar, error::Error, priority::Weights, reach::ReachScale,
};

/// Everything that shapes a report beside the posts and their scores.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How much each term of a priority counts.
    pub weights: Weights,
    /// How an audience becomes a reach.
    pub reach: ReachScale,
    /// When someone should act on a post.
    pub bands: BandRules,
    /// Time zone and business hours.
    pub calendar: Calendar,
    /// Whether the files that are passed around, `report.html` and `report.xlsx`, have markers in
    /// place of personal data. They do by default.
    pub redact_reports: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            weights: Weights::default(),
            reach: ReachScale::default(),
            bands: BandRules::default(),
            calendar: Calendar::default(),
            redact_reports: true,
        }
    }
}

impl Settings {
    /// Checks what a ranking is made with.
    ///
    /// # Errors
    ///
    /// Those of [`Weights::check`], [`ReachScale::check`] and [`BandRules::check`].
    pub fn check(&self) -> Result<(), Error> {
        self.weights.check()?;
        self.reach.check()?;
        self.bands.check()
    }
}
