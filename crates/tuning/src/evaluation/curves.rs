//! The curves behind the figures.

use super::metric::Target;
use super::series::Series;
use crate::labels::Label;
use crate::metrics::{Bin, Confusion, Queue, Ranking, reliability};

/// A reliability diagram: how often what is said with this confidence is so.
#[derive(Clone, Debug, PartialEq)]
pub struct Reliability {
    /// The label.
    pub label: Label,
    /// The bins that hold rows, ascending.
    pub bins: Vec<Bin>,
}

/// Precision against recall over every threshold.
#[derive(Clone, Debug, PartialEq)]
pub struct PrecisionRecall {
    /// The label.
    pub label: Label,
    /// What is to be found.
    pub target: Target,
    /// (recall, precision) from the strictest threshold to the widest; empty where the rows hold
    /// nothing to find.
    pub points: Vec<(f64, f64)>,
    /// (recall, precision) of the decision; `None` where it finds nothing at all.
    pub decision: Option<(f64, f64)>,
    /// The share of rows that are to be found: the precision of chance.
    pub prevalence: f64,
}

/// How many of the posts that press most are found by reading the queue from the top.
#[derive(Clone, Debug, PartialEq)]
pub struct Gains {
    /// What is to be found.
    pub target: Target,
    /// (share of the queue read, share found), ascending; empty where there is nothing to find.
    pub points: Vec<(f64, f64)>,
    /// The share of posts that are to be found: the best queue is through with them there.
    pub prevalence: f64,
}

impl Reliability {
    pub(super) fn new(label: Label, series: &Series) -> Self {
        Self {
            label,
            bins: reliability(&series.confidence, &series.outcome, &series.weights),
        }
    }
}

impl PrecisionRecall {
    /// The curve that is drawn of a label, if any.
    pub(super) fn new(label: Label, series: &Series) -> Option<Self> {
        let target = match label {
            Label::Anger | Label::Urgency => Target::AtLeast(2),
            Label::Actionable | Label::TriedBefore | Label::Churn => Target::Yes,
            Label::Sentiment => return None,
        };
        let truth = series.are(target, &series.truth);
        let decided = series.are(target, &series.decided);
        let found = Confusion::of_flags(&truth, &decided, &series.weights);
        Some(Self {
            label,
            target,
            points: Ranking::new(&series.confidence).precision_recall(&truth, &series.weights),
            decision: found.recall(1).zip(found.precision(1)),
            prevalence: prevalence(&truth, &series.weights),
        })
    }
}

impl Gains {
    pub(super) fn new(target: Target, queue: &Queue, truth: &[bool], weights: &[f64]) -> Self {
        Self {
            target,
            points: queue.gains(truth, weights),
            prevalence: prevalence(truth, weights),
        }
    }
}

/// The share of true rows; 0 without rows.
fn prevalence(truth: &[bool], weights: &[f64]) -> f64 {
    let total: f64 = weights.iter().sum();
    let yes: f64 = truth
        .iter()
        .zip(weights)
        .filter_map(|(yes, weight)| yes.then_some(weight))
        .sum();
    if total > 0.0 { yes / total } else { 0.0 }
}
