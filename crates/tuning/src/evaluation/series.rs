//! The rows of one output that a person has judged.

use uproar_classifier::{Score, Signal};

use super::metric::{Figure, Metric, Output, Target};
use crate::bootstrap::Bootstrap;
use crate::case::Case;
use crate::metrics::{self, Confusion, Ranking};

/// Times that rows are drawn anew for an interval.
const RESAMPLES: usize = 1_000;

/// The levels whose finding is measured.
const TARGET_LEVELS: [Target; 2] = [Target::AtLeast(2), Target::AtLeast(3)];

/// One output of the judged rows; the vectors are parallel.
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
    /// Takes the rows in which the output is judged.
    pub(super) fn new<'a>(
        output: Output,
        scored: impl IntoIterator<Item = (&'a Case, &'a Score)>,
    ) -> Self {
        let mut series = Self::default();
        for (case, score) in scored {
            let Some(truth) = truth(output, case) else {
                continue;
            };
            let (decided, confidence) = decided(output, score);
            series.truth.push(truth);
            series.decided.push(decided);
            series.confidence.push(f64::from(confidence));
            series.outcome.push(match output {
                Output::Anger | Output::Urgency | Output::Queue => f64::from(truth) / 3.0,
                Output::Sentiment => f64::from(u8::from(truth == decided)),
                Output::Actionable | Output::TriedBefore | Output::Churn => f64::from(truth),
            });
            series.weights.push(case.weight);
        }
        series
    }

    pub(super) fn rows(&self) -> usize {
        self.truth.len()
    }

    pub(super) fn confusion(&self, output: Output) -> Confusion {
        let classes = output.classes().len() as u8;
        Confusion::new(&self.truth, &self.decided, classes, &self.weights)
    }

    /// Every metric of the output.
    pub(super) fn figures(&self, output: Output) -> Vec<Figure> {
        let mut figures = Vec::new();
        match output {
            Output::Anger | Output::Urgency => {
                figures.push(self.quadratic_kappa());
                figures.push(self.spearman());
                for target in TARGET_LEVELS {
                    figures.extend(self.detection(target));
                }
            }
            Output::Sentiment => {
                figures.push(self.macro_f1());
                figures.push(self.figure(Metric::Accuracy, |weights| {
                    Confusion::new(&self.truth, &self.decided, 3, weights).accuracy()
                }));
            }
            Output::Actionable | Output::TriedBefore | Output::Churn => {
                figures.extend(self.detection(Target::Yes));
            }
            Output::Queue => {}
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

/// The class that a person gives, where the output is judged.
fn truth(output: Output, case: &Case) -> Option<u8> {
    let answer = &case.answer;
    match output {
        Output::Anger => answer.anger,
        Output::Urgency | Output::Queue => answer.urgency,
        Output::Sentiment => answer.sentiment,
        Output::Actionable => answer.actionable.map(u8::from),
        Output::TriedBefore => answer.tried_before.map(u8::from),
        Output::Churn => answer.churn.map(u8::from),
    }
}

/// The class that the decision gives, and the confidence that belongs to it.
fn decided(output: Output, score: &Score) -> (u8, f32) {
    match output {
        Output::Anger => (score.anger_level, score.probability(Signal::Anger)),
        Output::Urgency | Output::Queue => {
            (score.urgency_level, score.probability(Signal::Urgency))
        }
        Output::Sentiment => {
            let class = match score.sentiment {
                Signal::Negative => 0,
                Signal::Positive => 2,
                _ => 1,
            };
            (class, score.probability(score.sentiment))
        }
        Output::Actionable => (
            u8::from(score.is_actionable),
            score.probability(Signal::Actionable),
        ),
        Output::TriedBefore => (
            u8::from(score.is_tried_before),
            score.probability(Signal::TriedBefore),
        ),
        Output::Churn => (u8::from(score.is_churn), score.probability(Signal::Churn)),
    }
}
