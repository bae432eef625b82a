//! The calibration and the cuts of one signal.

use uproar_classifier::Signal;
use uproar_classifier::decision::{Calibration, Decision, SentimentCalibration};

use super::Pool;
use crate::bootstrap::Bootstrap;
use crate::calibration::{self, Example, SentimentExample};
use crate::goal::{Goal, SignalGoal};
use crate::labels::Label;
use crate::thresholds::{self, Steps};

/// Resamples over which cuts are chosen: more move the median no longer.
const RESAMPLES: usize = 51;

/// One labelled post, for one signal.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) logits: [f32; Signal::COUNT],
    pub(super) truth: u8,
    pub(super) weight: f64,
}

/// What a decision holds of one signal.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Settings {
    Cuts {
        signal: Signal,
        calibration: Calibration,
        /// Three ascending cuts of a graded signal, or one of a flag.
        cuts: Vec<f32>,
    },
    Sentiment(SentimentCalibration),
}

impl Settings {
    pub(super) fn of(decision: &Decision, label: Label) -> Self {
        let graded = |signal, levels: &uproar_classifier::decision::Levels| Self::Cuts {
            signal,
            calibration: levels.calibration,
            cuts: levels.levels.to_vec(),
        };
        let flag = |signal, threshold: &uproar_classifier::decision::Threshold| Self::Cuts {
            signal,
            calibration: threshold.calibration,
            cuts: vec![threshold.threshold],
        };
        match label {
            Label::Anger => graded(Signal::Anger, &decision.anger),
            Label::Urgency => graded(Signal::Urgency, &decision.urgency),
            Label::Sentiment => Self::Sentiment(decision.sentiment),
            Label::Actionable => flag(Signal::Actionable, &decision.actionable),
            Label::TriedBefore => flag(Signal::TriedBefore, &decision.tried_before),
            Label::Churn => flag(Signal::Churn, &decision.churn),
        }
    }

    pub(super) fn write_to(&self, decision: &mut Decision) {
        let (signal, calibration, cuts) = match self {
            Self::Sentiment(calibration) => {
                decision.sentiment = *calibration;
                return;
            }
            Self::Cuts {
                signal,
                calibration,
                cuts,
            } => (signal, calibration, cuts),
        };
        let graded = match signal {
            Signal::Anger => &mut decision.anger,
            Signal::Urgency => &mut decision.urgency,
            _ => {
                let flag = match signal {
                    Signal::TriedBefore => &mut decision.tried_before,
                    Signal::Churn => &mut decision.churn,
                    _ => &mut decision.actionable,
                };
                flag.calibration = *calibration;
                flag.threshold = cuts[0];
                return;
            }
        };
        graded.calibration = *calibration;
        graded.levels.copy_from_slice(cuts);
    }

    /// A level, a sentiment, or 1 for yes.
    pub(super) fn decide(&self, logits: &[f32; Signal::COUNT]) -> u8 {
        match self {
            Self::Cuts {
                signal,
                calibration,
                cuts,
            } => {
                let score = calibration.probability(logits[*signal as usize]);
                cuts.iter().map(|cut| u8::from(score >= *cut)).sum()
            }
            Self::Sentiment(calibration) => {
                let [negative, neutral, positive] = calibration.probabilities(sentiment(logits));
                if positive > negative.max(neutral) {
                    2
                } else {
                    u8::from(neutral > negative)
                }
            }
        }
    }

    /// The log loss of a row.
    pub(super) fn loss(&self, row: &Row) -> f64 {
        match self {
            Self::Cuts {
                signal,
                calibration,
                cuts,
            } => calibration::loss(calibration, &example(row, *signal, cuts.len())),
            Self::Sentiment(calibration) => {
                calibration::sentiment_loss(calibration, &sentiment_example(row))
            }
        }
    }

    /// The same decisions on another calibration, fitted to these rows.
    pub(super) fn calibrated(&self, rows: &[Row]) -> Self {
        match self {
            Self::Cuts {
                signal,
                calibration,
                cuts,
            } => {
                let examples: Vec<Example> = rows
                    .iter()
                    .map(|row| example(row, *signal, cuts.len()))
                    .collect();
                let fitted = calibration::fit(&examples, *calibration);
                let logits: Vec<f32> = examples.iter().map(|row| row.logit).collect();
                let carried = cuts
                    .iter()
                    .map(|cut| carried(*cut, calibration, &fitted, &logits));
                Self::Cuts {
                    signal: *signal,
                    calibration: fitted,
                    cuts: carried.collect(),
                }
            }
            Self::Sentiment(calibration) => {
                let examples: Vec<SentimentExample> = rows.iter().map(sentiment_example).collect();
                Self::Sentiment(calibration::fit_temperature(&examples, *calibration))
            }
        }
    }

    /// Other cuts on the same calibration: those that serve the goal best on these rows. Of sentiment,
    /// which has no cuts, other biases.
    pub(super) fn cut(&self, rows: &[Row], goal: &SignalGoal, pool: Option<&Pool>) -> Self {
        let (signal, calibration, cuts) = match self {
            Self::Sentiment(calibration) => {
                let examples: Vec<SentimentExample> = rows.iter().map(sentiment_example).collect();
                return Self::Sentiment(calibration::fit_sentiment(&examples, *calibration));
            }
            Self::Cuts {
                signal,
                calibration,
                cuts,
            } => (signal, calibration, cuts),
        };
        let score =
            |logits: &[f32; Signal::COUNT]| calibration.probability(logits[*signal as usize]);
        let scores: Vec<f32> = rows.iter().map(|row| score(&row.logits)).collect();
        let truth: Vec<u8> = rows.iter().map(|row| row.truth).collect();
        let weights: Vec<f64> = rows.iter().map(|row| row.weight).collect();
        let on_all = || Steps::new(&scores, &truth, &weights);
        let bagged = |best: &dyn Fn(&Steps) -> Option<Vec<f32>>| {
            bagged(&scores, &truth, &weights, best).unwrap_or_else(|| cuts.clone())
        };

        // The cut that moves, and between which others.
        let level = goal.level.unwrap_or(1);
        let place = usize::from(level) - 1;
        let below = place.checked_sub(1).and_then(|place| cuts.get(place));
        let bounds = [
            below.copied().unwrap_or(0.0),
            cuts.get(place + 1).copied().unwrap_or(1.0),
        ];
        let with = |cut: f32| {
            let mut cuts = cuts.clone();
            cuts[place] = cut;
            cuts
        };
        let cuts = match &goal.goal {
            Goal::Kappa => bagged(&|steps| Some(steps.kappa()?.to_vec())),
            Goal::Cost(costs) if cuts.len() > 1 => {
                bagged(&|steps| Some(steps.levels_by_cost(costs).to_vec()))
            }
            Goal::Cost(costs) => bagged(&|steps| Some(vec![steps.flag_by_cost(costs)])),
            Goal::FBeta(beta) => bagged(&|steps| Some(with(steps.f_beta(*beta, level, bounds)?))),
            Goal::Precision(floor) => with(on_all().precision(*floor, level, bounds)),
            Goal::Recall(floor) => with(on_all().recall(*floor, level, bounds)),
            Goal::Capacity(posts) => match pool {
                Some(pool) => {
                    let scores: Vec<f32> = pool.logits.iter().map(score).collect();
                    let ones = vec![1.0; scores.len()];
                    let steps = Steps::new(&scores, &vec![0; scores.len()], &ones);
                    with(steps.capacity(posts * pool.days, bounds))
                }
                None => cuts.clone(),
            },
            Goal::MacroF1 => cuts.clone(),
        };
        Self::Cuts {
            signal: *signal,
            calibration: *calibration,
            cuts,
        }
    }
}

/// The median of the best cuts of resamples (bagging; Breiman, Machine Learning 1996): the best cut
/// of one sample owes much to a few of its rows. Whatever must be reached exactly is no matter for
/// this. `None` where no resample has a best.
fn bagged(
    scores: &[f32],
    truth: &[u8],
    weights: &[f64],
    best: impl Fn(&Steps) -> Option<Vec<f32>>,
) -> Option<Vec<f32>> {
    let bootstrap = Bootstrap::new(scores.len(), RESAMPLES);
    let found: Vec<Vec<f32>> = (0..RESAMPLES)
        .filter_map(|resample| {
            best(&Steps::new(
                scores,
                truth,
                &bootstrap.draw(resample, weights),
            ))
        })
        .collect();
    let cuts = 0..found.first()?.len();
    let medians = cuts.map(|cut| {
        let mut of_resamples: Vec<f32> = found.iter().map(|cuts| cuts[cut]).collect();
        of_resamples.sort_by(f32::total_cmp);
        thresholds::rounded(f64::from(of_resamples[of_resamples.len() / 2]), [0.0, 1.0])
    });
    Some(medians.collect())
}

fn example(row: &Row, signal: Signal, highest: usize) -> Example {
    Example {
        logit: row.logits[signal as usize],
        target: f64::from(row.truth) / highest as f64,
        weight: row.weight,
    }
}

fn sentiment_example(row: &Row) -> SentimentExample {
    SentimentExample {
        logits: sentiment(&row.logits),
        class: usize::from(row.truth),
        weight: row.weight,
    }
}

fn sentiment(logits: &[f32; Signal::COUNT]) -> [f32; 3] {
    [Signal::Negative, Signal::Neutral, Signal::Positive].map(|signal| logits[signal as usize])
}

/// A cut at the same output on another calibration. Rows keep the side that they were on, in spite
/// of rounding.
fn carried(cut: f32, from: &Calibration, to: &Calibration, logits: &[f32]) -> f32 {
    // Outputs of a model lie well within.
    const FARTHEST: f32 = 64.0;
    if from == to || cut <= 0.0 || cut >= 1.0 {
        return cut;
    }
    let (mut low, mut high) = (-FARTHEST, FARTHEST);
    for _ in 0..48 {
        let middle = f32::midpoint(low, high);
        if from.probability(middle) < cut {
            low = middle;
        } else {
            high = middle;
        }
    }
    let mut gap = [0.0_f32, 1.0];
    for logit in logits {
        let score = to.probability(*logit);
        if from.probability(*logit) < cut {
            gap[0] = gap[0].max(score);
        } else {
            gap[1] = gap[1].min(score);
        }
    }
    thresholds::rounded(f64::from(to.probability(high)), gap)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn carried_cuts_decide_the_same(
            logits in prop::collection::vec(-8.0..8.0_f32, 1..40),
            cut in 0.01..0.99_f32,
            slopes in prop::array::uniform4(0.2..2.5_f32),
            shifts in prop::array::uniform2(-2.0..2.0_f32),
        ) {
            let from = Calibration { a: slopes[0], b: slopes[1], c: shifts[0] };
            let to = Calibration { a: slopes[2], b: slopes[3], c: shifts[1] };
            let found = carried(cut, &from, &to, &logits);
            prop_assert!((0.0..=1.0).contains(&found));
            for logit in logits {
                let (before, after) = (from.probability(logit) >= cut, to.probability(logit) >= found);
                // Where single precision cannot tell two scores apart, neither can a cut.
                let is_saturated = to.probability(logit) >= 1.0 - 1e-6;
                prop_assert!(before == after || is_saturated, "{logit} {cut} {found}");
            }
        }
    }
}
