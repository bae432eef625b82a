//! How well scores, decisions and the queue agree with people.

mod curves;
mod metric;
mod series;
mod slices;

pub use curves::{Gains, PrecisionRecall, Reliability};
pub use metric::{Depth, Figure, Metric, Target, classes};
pub use slices::{SLICE_ROWS, Slice, SliceBy, Slicing, SmallSlices, Traits};

use uproar_classifier::Score;
use uproar_classifier::decision::Decision;

use crate::case::Case;
use crate::labels::Label;
use crate::metrics::{Confusion, Queue};
use series::{Series, figure};

/// The depths at which the queue's gain is measured.
const NDCG_DEPTHS: [Depth; 3] = [Depth::Posts(10), Depth::Posts(50), Depth::Percent(10)];

/// The shares of the queue within which urgent posts are looked for.
const RECALL_DEPTHS: [Depth; 3] = [Depth::Percent(5), Depth::Percent(10), Depth::Percent(20)];

/// The urgencies that are looked for in the queue.
const RECALL_TARGETS: [Target; 2] = [Target::AtLeast(3), Target::AtLeast(2)];

/// Every figure of a decision on labelled posts.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    /// How many posts were given.
    pub rows: usize,
    /// The figures of each label.
    pub labels: Vec<Measured>,
    /// The figures of the queue.
    pub queue: MeasuredQueue,
    /// The figures of parts of the posts.
    pub slices: Vec<Slice>,
    /// Parts that are too small for figures.
    pub small_slices: Vec<SmallSlices>,
    /// A reliability diagram of each label.
    pub reliability: Vec<Reliability>,
    /// Precision against recall, of each label but sentiment.
    pub precision_recall: Vec<PrecisionRecall>,
    /// How soon the posts of urgency 3 are found in the queue.
    pub gains: Gains,
}

/// The figures of one label.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// The label.
    pub label: Label,
    /// How many posts a person has judged in this respect; the others are left out.
    pub rows: usize,
    /// What was measured.
    pub figures: Vec<Figure>,
    /// True classes against decided ones; [`classes`] names them.
    pub confusion: Confusion,
}

/// The figures of the order in which posts await an answer, over the posts whose urgency was
/// judged.
#[derive(Clone, Debug, PartialEq)]
pub struct MeasuredQueue {
    /// How many posts.
    pub rows: usize,
    /// What was measured.
    pub figures: Vec<Figure>,
}

impl Evaluation {
    /// Measures a decision.
    ///
    /// `order` holds the indices of `cases` in the order in which the decision would have people
    /// answer them, the first first; each slicing must be of the same posts.
    ///
    /// # Panics
    ///
    /// When an index of `order` or of a slicing is not one of `cases`.
    pub fn new(cases: &[Case], decision: &Decision, order: &[usize], slicings: &[Slicing]) -> Self {
        let scores: Vec<Score> = cases
            .iter()
            .map(|case| decision.decide(case.logits))
            .collect();
        let series = Label::ALL.map(|label| {
            let series = Series::new(label, cases.iter().zip(&scores));
            (label, series)
        });
        let (queue, gains) = queue(cases, &scores, order);
        let (slices, small): (Vec<_>, Vec<_>) = slicings
            .iter()
            .map(|slicing| slicing.measure(cases, &scores))
            .unzip();
        Self {
            rows: cases.len(),
            labels: series
                .iter()
                .map(|(label, series)| Measured {
                    label: *label,
                    rows: series.rows(),
                    figures: series.figures(*label),
                    confusion: series.confusion(*label),
                })
                .collect(),
            queue,
            slices: slices.into_iter().flatten().collect(),
            small_slices: small.into_iter().flatten().collect(),
            reliability: series
                .iter()
                .map(|(label, series)| Reliability::new(*label, series))
                .collect(),
            precision_recall: series
                .iter()
                .filter_map(|(label, series)| PrecisionRecall::new(*label, series))
                .collect(),
            gains,
        }
    }

    /// One figure of a label; `None` where that cannot be measured.
    pub fn figure(&self, label: Label, metric: Metric) -> Option<&Figure> {
        let measured = self.labels.iter().find(|found| found.label == label)?;
        find(&measured.figures, metric)
    }
}

impl MeasuredQueue {
    /// One figure; `None` where that cannot be measured.
    pub fn figure(&self, metric: Metric) -> Option<&Figure> {
        find(&self.figures, metric)
    }
}

fn find(figures: &[Figure], metric: Metric) -> Option<&Figure> {
    let mut figures = figures.iter();
    figures.find(|figure| figure.metric == metric && figure.value.is_some())
}

fn queue(cases: &[Case], scores: &[Score], order: &[usize]) -> (MeasuredQueue, Gains) {
    // In the order of the queue, so that the series' own rows are that order.
    let judged = Series::new(
        Label::Urgency,
        order.iter().map(|&row| (&cases[row], &scores[row])),
    );
    let queue = Queue::new((0..judged.rows()).collect());
    let places = |depth: Depth, weights: &[f64]| depth.places(weights.iter().sum());
    let levels = &judged.truth;

    let mut figures: Vec<Figure> = NDCG_DEPTHS
        .iter()
        .map(|&depth| {
            figure(Metric::Ndcg(depth), &judged.weights, |weights| {
                queue.ndcg(levels, weights, places(depth, weights))
            })
        })
        .collect();
    for target in RECALL_TARGETS {
        let truth = judged.are(target, levels);
        figures.extend(RECALL_DEPTHS.map(|depth| {
            let metric = Metric::RecallWithin(target, depth);
            figure(metric, &judged.weights, |weights| {
                queue.recall(&truth, weights, places(depth, weights))
            })
        }));
    }
    let most_urgent = judged.are(Target::AtLeast(3), levels);
    let gains = Gains::new(Target::AtLeast(3), &queue, &most_urgent, &judged.weights);
    let measured = MeasuredQueue {
        rows: judged.rows(),
        figures,
    };
    (measured, gains)
}

#[cfg(test)]
mod tests;
