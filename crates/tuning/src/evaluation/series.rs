//! The rows that a person has judged in one respect.

use uproar_classifier::{Score, Signal};

use super::metric::{Figure, Metric, Target, classes};
use crate::bootstrap::Bootstrap;
use crate::case::Case;
use crate::labels::Label;
use crate::metrics::{self, Confusion, Ranking};

/// Times that rows are drawn anew for an interval.
const RESAMPLES: usize = 1_000;

/// The levels whose finding is measured.
const TARGET_LEVELS: [Target; 2] = [Target::AtLeast(2), Target::AtLeast(3)];

/// One label of the judged rows; the vectors are parallel.
#[derive(Clone, Debug, Default)]
pub(super) struct Series {
    /// The class that a person gives.
    pub(super) truth: Vec<u8>,
    /// The class that the decision gives.
    pub(super) decided: Vec<u8>,
    /// The calibrated score, or of sentiment the probability of the decided class.
    pub(super) confidence: Vec<f64>,
    /// What the confidence should come to: the flag, level / 3, or whether the class is right.
    pub(super) outcome: Vec<f64>,
    pub(super) weights: Vec<f64>,
}

impl Series {
    /// Takes the rows in which the label was judged.
    pub(super) fn new<'a>(
        label: Label,
        scored: impl IntoIterator<Item = (&'a Case, &'a Score)>,
    ) -> Self {
        let mut series = Self::default();
        for (case, score) in scored {
            let Some(truth) = case.answer.get(label) else {
                continue;
            };
            let decided = label.decided(score);
            series.truth.push(truth);
            series.decided.push(decided);
            series.confidence.push(f64::from(confidence(label, score)));
            series.outcome.push(match label {
                Label::Anger | Label::Urgency => f64::from(truth) / 3.0,
                Label::Sentiment => f64::from(u8::from(truth == decided)),
                Label::Actionable | Label::TriedBefore | Label::Churn => f64::from(truth),
            });
            series.weights.push(case.weight);
        }
        series
    }

    pub(super) fn rows(&self) -> usize {
        self.truth.len()
    }

    pub(super) fn confusion(&self, label: Label) -> Confusion {
        let classes = classes(label).len() as u8;
        Confusion::new(&self.truth, &self.decided, classes, &self.weights)
    }

    /// Every metric of the label.
    pub(super) fn figures(&self, label: Label) -> Vec<Figure> {
        let mut figures = Vec::new();
        match label {
            Label::Anger | Label::Urgency => {
                figures.push(self.quadratic_kappa());
                figures.push(self.spearman());
                for target in TARGET_LEVELS {
                    figures.extend(self.detection(target));
                }
            }
            Label::Sentiment => {
                figures.push(self.macro_f1());
                figures.push(self.figure(Metric::Accuracy, |weights| {
                    Confusion::new(&self.truth, &self.decided, 3, weights).accuracy()
                }));
            }
            Label::Actionable | Label::TriedBefore | Label::Churn => {
                figures.extend(self.detection(Target::Yes));
            }
        }
        figures.push(self.figure(Metric::CalibrationError, |weights| {
            metrics::calibration_error(&self.confidence, &self.outcome, weights)
        }));
        figures
    }

    pub(super) fn quadratic_kappa(&self) -> Figure {
        self.figure(Metric::QuadraticKappa, |weights| {
            metrics::quadratic_kappa(&self.truth, &self.decided, weights)
        })
    }

    pub(super) fn macro_f1(&self) -> Figure {
        self.figure(Metric::MacroF1, |weights| {
            metrics::macro_f1(&self.truth, &self.decided, 3, weights)
        })
    }

    fn spearman(&self) -> Figure {
        let levels: Vec<f64> = self.truth.iter().copied().map(f64::from).collect();
        let (scores, levels) = (Ranking::new(&self.confidence), Ranking::new(&levels));
        self.figure(Metric::Spearman, |weights| {
            scores.spearman(&levels, weights)
        })
    }

    /// How well the rows of a target are found, by the score and by the decision.
    fn detection(&self, target: Target) -> [Figure; 5] {
        let ranking = Ranking::new(&self.confidence);
        let (truth, decided) = (
            self.are(target, &self.truth),
            self.are(target, &self.decided),
        );
        [
            self.figure(Metric::Auroc(target), |w| ranking.auroc(&truth, w)),
            self.figure(Metric::AveragePrecision(target), |w| {
                ranking.average_precision(&truth, w)
            }),
            self.figure(Metric::F1(target), |w| {
                metrics::f_beta(&truth, &decided, w, 1.0)
            }),
            self.figure(Metric::Precision(target), |w| {
                metrics::precision(&truth, &decided, w)
            }),
            self.figure(Metric::Recall(target), |w| {
                metrics::recall(&truth, &decided, w)
            }),
        ]
    }

    pub(super) fn are(&self, target: Target, classes: &[u8]) -> Vec<bool> {
        classes.iter().map(|class| target.holds(*class)).collect()
    }

    fn figure(&self, metric: Metric, measure: impl Fn(&[f64]) -> Option<f64> + Sync) -> Figure {
        figure(metric, &self.weights, measure)
    }
}

/// A metric of rows with these weights, with its interval.
pub(super) fn figure(
    metric: Metric,
    weights: &[f64],
    measure: impl Fn(&[f64]) -> Option<f64> + Sync,
) -> Figure {
    let value = measure(weights);
    let bootstrap = Bootstrap::new(weights.len(), RESAMPLES);
    Figure {
        metric,
        value,
        interval: value.and_then(|_| bootstrap.interval(weights, measure)),
    }
}

/// The probability that belongs to the decision.
fn confidence(label: Label, score: &Score) -> f32 {
    score.probability(match label {
        Label::Anger => Signal::Anger,
        Label::Urgency => Signal::Urgency,
        Label::Sentiment => score.sentiment,
        Label::Actionable => Signal::Actionable,
        Label::TriedBefore => Signal::TriedBefore,
        Label::Churn => Signal::Churn,
    })
}
