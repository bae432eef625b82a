//! Logits to probabilities to levels, by the model folder's `decision.toml`.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::score::{Score, Signal};

mod calibration;

pub use calibration::{Calibration, SentimentCalibration};

/// The name of the file in the model folder.
pub const FILE_NAME: &str = "decision.toml";

/// The format that this program writes. It reads schema 1 as well, which had no calibration.
const SCHEMA: u32 = 2;

/// How outputs become probabilities, and where a probability becomes a level or a yes.
///
/// Every part of the file stands on its own, so that a team can retrain the threshold of one
/// signal and keep the others.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// Version of the file format.
    schema: u32,
    /// Levels of anger.
    pub anger: Levels,
    /// Levels of urgency.
    pub urgency: Levels,
    /// Probabilities of the three sentiments.
    #[serde(default)]
    pub sentiment: SentimentCalibration,
    /// Yes from this probability on.
    pub actionable: Threshold,
    /// Yes from this probability on.
    pub tried_before: Threshold,
    /// Yes from this probability on.
    pub churn: Threshold,
    /// What the figures were fitted on. Kept as it is, for people.
    #[serde(default)]
    pub provenance: toml::Table,
}

/// The cut points between levels 0, 1, 2 and 3 of a graded signal.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Levels {
    /// A calibrated score at or above the k-th cut is at least level k. Between 0 and 1, ascending.
    pub levels: [f32; 3],
    /// From the output to the score.
    #[serde(default)]
    pub calibration: Calibration,
}

impl Levels {
    /// The level 0 to 3 of a score.
    pub fn level(&self, score: f32) -> u8 {
        self.levels.iter().map(|cut| u8::from(score >= *cut)).sum()
    }

    fn is_valid(&self) -> bool {
        self.levels.iter().all(|cut| (0.0..=1.0).contains(cut)) && self.levels.is_sorted()
    }
}

/// The cut point of a yes-or-no signal.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// A calibrated probability at or above it is a yes. Between 0 and 1.
    pub threshold: f32,
    /// From the output to the probability.
    #[serde(default)]
    pub calibration: Calibration,
}

impl Decision {
    /// Reads the decision file of a model folder.
    pub fn load(path: &Path) -> Result<Self, Error> {
        let text = fs::read_to_string(path).map_err(|source| Error::Read {
            path: path.to_owned(),
            source,
        })?;
        let config_error = |message: String| Error::Config {
            path: path.to_owned(),
            message,
        };
        Self::parse(&text).map_err(config_error)
    }

    /// Reads the text of the file; what is wrong with it is one line.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut decision: Self = toml::from_str(text).map_err(|error| one_line(&error, text))?;
        decision.check()?;
        decision.schema = SCHEMA;
        Ok(decision)
    }

    /// The text of the file.
    ///
    /// # Errors
    ///
    /// [`Error::Unwritable`] when the provenance holds something that TOML cannot.
    pub fn to_toml(&self) -> Result<String, Error> {
        Ok(toml::to_string(self)?)
    }

    fn check(&self) -> Result<(), String> {
        if !(1..=SCHEMA).contains(&self.schema) {
            return Err(format!(
                "schema is {}, but this version of uproar reads schemas 1 to {SCHEMA}",
                self.schema
            ));
        }
        for (name, calibration) in [
            ("anger", &self.anger.calibration),
            ("urgency", &self.urgency.calibration),
            ("actionable", &self.actionable.calibration),
            ("tried_before", &self.tried_before.calibration),
            ("churn", &self.churn.calibration),
        ] {
            if !calibration.is_valid() {
                return Err(format!(
                    "{name}.calibration needs finite numbers, of which a and b are not negative"
                ));
            }
        }
        if !self.sentiment.is_valid() {
            return Err(
                "sentiment needs finite numbers, of which temperature is above 0".to_owned(),
            );
        }
        for (name, levels) in [("anger", &self.anger), ("urgency", &self.urgency)] {
            if !levels.is_valid() {
                return Err(format!(
                    "{name}.levels is {:?}, but needs three ascending numbers from 0 to 1",
                    levels.levels
                ));
            }
        }
        for (name, cut) in [
            ("actionable", self.actionable),
            ("tried_before", self.tried_before),
            ("churn", self.churn),
        ] {
            if !(0.0..=1.0).contains(&cut.threshold) {
                return Err(format!(
                    "{name}.threshold is {}, but needs a number from 0 to 1",
                    cut.threshold
                ));
            }
        }
        Ok(())
    }

    /// The calibrated probabilities of the model's raw outputs, both in the order of
    /// [`Signal::ALL`].
    pub fn probabilities(&self, logits: &[f32; Signal::COUNT]) -> [f32; Signal::COUNT] {
        self.calibrated(
            logits,
            Calibration::probability,
            SentimentCalibration::probabilities,
        )
    }

    /// The natural logarithms of the odds of [`probabilities`](Self::probabilities).
    pub fn log_odds(&self, logits: &[f32; Signal::COUNT]) -> [f32; Signal::COUNT] {
        self.calibrated(
            logits,
            Calibration::log_odds,
            SentimentCalibration::log_odds,
        )
    }

    fn calibrated(
        &self,
        logits: &[f32; Signal::COUNT],
        single: impl Fn(&Calibration, f32) -> f32,
        sentiment: impl Fn(&SentimentCalibration, [f32; 3]) -> [f32; 3],
    ) -> [f32; Signal::COUNT] {
        let at = |signal: Signal| logits[signal as usize];
        let [negative, neutral, positive] = sentiment(
            &self.sentiment,
            [
                at(Signal::Negative),
                at(Signal::Neutral),
                at(Signal::Positive),
            ],
        );
        Signal::ALL.map(|signal| {
            let calibration = match signal {
                Signal::Negative => return negative,
                Signal::Neutral => return neutral,
                Signal::Positive => return positive,
                Signal::Anger => &self.anger.calibration,
                Signal::Urgency => &self.urgency.calibration,
                Signal::Actionable => &self.actionable.calibration,
                Signal::TriedBefore => &self.tried_before.calibration,
                Signal::Churn => &self.churn.calibration,
            };
            single(calibration, at(signal))
        })
    }

    /// Turns the model's raw outputs, in the order of [`Signal::ALL`], into a score.
    pub fn decide(&self, logits: [f32; Signal::COUNT]) -> Score {
        let probabilities = self.probabilities(&logits);
        let at = |signal: Signal| probabilities[signal as usize];
        let sentiment = [Signal::Negative, Signal::Neutral, Signal::Positive]
            .into_iter()
            .reduce(|best, next| if at(next) > at(best) { next } else { best })
            .unwrap_or(Signal::Neutral);
        Score {
            logits,
            probabilities,
            anger_level: self.anger.level(at(Signal::Anger)),
            urgency_level: self.urgency.level(at(Signal::Urgency)),
            sentiment,
            is_actionable: at(Signal::Actionable) >= self.actionable.threshold,
            is_tried_before: at(Signal::TriedBefore) >= self.tried_before.threshold,
            is_churn: at(Signal::Churn) >= self.churn.threshold,
        }
    }
}

/// The parser's message with its place, on one line.
fn one_line(error: &toml::de::Error, text: &str) -> String {
    let message = error.message().replace('\n', " ");
    match error.span() {
        Some(span) => {
            let before = text.get(..span.start).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
            format!("line {line}, column {column}: {message}")
        }
        None => message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decision() -> Decision {
        Decision {
            schema: SCHEMA,
            anger: Levels {
                levels: [0.2, 0.5, 0.8],
                calibration: Calibration::default(),
            },
            sentiment: SentimentCalibration::default(),
            urgency: Levels {
                levels: [0.25, 0.5, 0.75],
                calibration: Calibration {
                    a: 0.5,
                    b: 2.0,
                    c: -0.25,
                },
            },
            actionable: yes_from(0.5),
            tried_before: yes_from(0.5),
            churn: yes_from(0.5),
            provenance: toml::Table::new(),
        }
    }

    fn yes_from(threshold: f32) -> Threshold {
        Threshold {
            threshold,
            calibration: Calibration::default(),
        }
    }

    #[test]
    fn a_score_on_the_cut_is_the_higher_level() {
        let levels = decision().anger;
        for (score, level) in [(0.0, 0), (0.2, 1), (0.49, 1), (0.5, 2), (0.8, 3), (1.0, 3)] {
            assert_eq!(levels.level(score), level, "for {score}");
        }
    }

    #[test]
    fn sentiments_add_up_to_one_and_extremes_stay_finite() {
        let score = decision().decide([88.0, -200.0, 300.0, -300.0, 5.0, 0.0, -0.1, 0.1]);
        assert!(score.probabilities.iter().all(|p| (0.0..=1.0).contains(p)));
        let total: f32 = score.probabilities[2..5].iter().sum();
        assert!((total - 1.0).abs() < 1e-6);
        assert_eq!(score.sentiment, Signal::Negative);
        assert_eq!((score.anger_level, score.urgency_level), (3, 0));
        assert!(score.is_actionable && !score.is_tried_before && score.is_churn);
    }

    #[test]
    fn log_odds_are_those_of_the_probabilities() {
        let mut decision = decision();
        decision.sentiment = SentimentCalibration {
            temperature: 1.5,
            bias: [0.0, 0.5, -0.25],
        };
        let logits = [1.0, -2.0, 0.5, -0.25, 3.0, 0.0, 4.0, -4.0];
        let log_odds = decision.log_odds(&logits);
        for (p, found) in decision.probabilities(&logits).into_iter().zip(log_odds) {
            assert!(((p / (1.0 - p)).ln() - found).abs() < 1e-4, "{p} {found}");
        }
        // Where probabilities are 0 or 1 to the last bit.
        let extreme = decision.log_odds(&[90.0, -90.0, 90.0, -90.0, 0.0, 90.0, 0.0, 0.0]);
        assert!(extreme.iter().all(|value| value.is_finite()), "{extreme:?}");
        assert_eq!(extreme[0], 90.0);
    }

    #[test]
    fn round_trip() {
        let text = decision().to_toml().unwrap();
        assert_eq!(toml::from_str::<Decision>(&text).unwrap(), decision());
    }

    #[test]
    fn the_first_schema_is_read_and_changes_nothing() {
        let text = "schema = 1
            anger.levels = [0.1, 0.2, 0.3]
            urgency.levels = [0.1, 0.2, 0.3]
            actionable.threshold = 0.5
            tried_before.threshold = 0.5
            churn.threshold = 0.5";
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(FILE_NAME);
        fs::write(&path, text).unwrap();
        let decision = Decision::load(&path).unwrap();
        assert_eq!(decision.anger.calibration, Calibration::default());
        assert_eq!(decision.sentiment, SentimentCalibration::default());
        assert!(decision.to_toml().unwrap().starts_with("schema = 2"));
    }

    #[test]
    fn bad_files_say_what_and_where() {
        let good = toml::to_string(&decision()).unwrap();
        let cases = [
            (
                good.replace("schema = 2", "schema = 9"),
                "reads schemas 1 to 2",
            ),
            (good.replace("a = 0.5", "a = -0.5"), "not negative"),
            (
                good.replace("temperature = 1.0", "temperature = 0.0"),
                "temperature is above 0",
            ),
            (good.replace("[0.2", "[0.9"), "three ascending numbers"),
            (
                good.replace("threshold = 0.5", "threshold = 7.5"),
                "from 0 to 1",
            ),
            (good.replace("[churn]", "[chrun]"), "unknown field `chrun`"),
            ("schema = ".to_owned(), "line 1, column"),
        ];
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(FILE_NAME);
        for (text, expected) in cases {
            fs::write(&path, text).unwrap();
            let message = Decision::load(&path).unwrap_err().to_string();
            assert!(message.contains(expected), "{message}");
            assert!(message.contains(FILE_NAME) && !message.contains('\n'));
        }
    }
}
