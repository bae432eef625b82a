//! Logits to probabilities to levels, by the model folder's `decision.toml`.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::score::{Score, Signal};

/// The name of the file in the model folder.
pub const FILE_NAME: &str = "decision.toml";

/// The format that this program reads and writes.
const SCHEMA: u32 = 1;

/// Where a probability becomes a level or a yes.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// Version of the file format.
    schema: u32,
    /// Levels of anger.
    pub anger: Levels,
    /// Levels of urgency.
    pub urgency: Levels,
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
    /// A score at or above the k-th cut is at least level k. Between 0 and 1, ascending.
    pub levels: [f32; 3],
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
    /// A score at or above it is a yes. Between 0 and 1.
    pub threshold: f32,
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
        let decision: Self =
            toml::from_str(&text).map_err(|error| config_error(one_line(&error, &text)))?;
        decision.check().map_err(config_error)?;
        Ok(decision)
    }

    fn check(&self) -> Result<(), String> {
        if self.schema != SCHEMA {
            return Err(format!(
                "schema is {}, but this version of uproar reads schema {SCHEMA}",
                self.schema
            ));
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

    /// Turns the model's raw outputs, in the order of [`Signal::ALL`], into a score.
    pub fn decide(&self, logits: [f32; Signal::COUNT]) -> Score {
        let probabilities = probabilities(&logits);
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

/// Sigmoid of each logit, except for the sentiments, which share a softmax.
fn probabilities(logits: &[f32; Signal::COUNT]) -> [f32; Signal::COUNT] {
    let mut out = logits.map(|logit| 1.0 / (1.0 + (-logit).exp()));
    let sentiments = Signal::Negative as usize..=Signal::Positive as usize;
    let highest = logits[sentiments.clone()]
        .iter()
        .copied()
        .fold(f32::NEG_INFINITY, f32::max);
    let exponentials = logits.map(|logit| (logit - highest).exp());
    let total: f32 = exponentials[sentiments.clone()].iter().sum();
    for i in sentiments {
        out[i] = exponentials[i] / total;
    }
    out
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
            },
            urgency: Levels {
                levels: [0.25, 0.5, 0.75],
            },
            actionable: Threshold { threshold: 0.5 },
            tried_before: Threshold { threshold: 0.5 },
            churn: Threshold { threshold: 0.5 },
            provenance: toml::Table::new(),
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
    fn round_trip() {
        let text = toml::to_string(&decision()).unwrap();
        assert_eq!(toml::from_str::<Decision>(&text).unwrap(), decision());
    }

    #[test]
    fn bad_files_say_what_and_where() {
        let good = toml::to_string(&decision()).unwrap();
        let cases = [
            (good.replace("schema = 1", "schema = 9"), "reads schema 1"),
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
