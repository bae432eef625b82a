//! Before and after, on rows that the new settings have not seen.

use crate::bootstrap::{Bootstrap, Interval};
use crate::goal::{Goal, SignalGoal};
use crate::metrics;

/// Resamples of an interval.
const RESAMPLES: usize = 1000;

/// A figure before and after.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// What is measured.
    pub measure: String,
    /// By the decision in force.
    pub before: Option<f64>,
    /// By settings that were fitted without the row.
    pub after: Option<f64>,
    /// The 95 % interval of after − before.
    pub difference: Option<Interval>,
    /// Whether less is better.
    pub is_loss: bool,
}

impl Comparison {
    /// Whether after is better than before beyond noise: the whole interval of the difference lies
    /// on its good side.
    pub fn is_better(&self) -> bool {
        self.difference.is_some_and(|difference| {
            if self.is_loss {
                difference.high < 0.0
            } else {
                difference.low > 0.0
            }
        })
    }

    /// Whether after is no worse than before, as measured.
    fn is_no_worse(&self) -> bool {
        match (self.before, self.after) {
            (Some(before), Some(after)) if self.is_loss => after <= before,
            (Some(before), Some(after)) => after >= before,
            (None, _) => true,
            (Some(_), None) => false,
        }
    }

    /// Measures both and their difference.
    pub(super) fn new(
        measure: &str,
        is_loss: bool,
        weights: &[f64],
        before: impl Fn(&[f64]) -> Option<f64> + Sync,
        after: impl Fn(&[f64]) -> Option<f64> + Sync,
    ) -> Self {
        let bootstrap = Bootstrap::new(weights.len(), RESAMPLES);
        Self {
            measure: measure.to_owned(),
            before: before(weights),
            after: after(weights),
            difference: bootstrap
                .interval(weights, |weights| Some(after(weights)? - before(weights)?)),
            is_loss,
        }
    }

    /// Compares the mean of a figure that each row has.
    pub(super) fn of_means(
        measure: &str,
        is_loss: bool,
        weights: &[f64],
        before: &[f64],
        after: &[f64],
    ) -> Self {
        Self::new(measure, is_loss, weights, mean(before), mean(after))
    }
}

fn mean(values: &[f64]) -> impl Fn(&[f64]) -> Option<f64> + Sync + '_ {
    move |weights| {
        let total: f64 = weights.iter().sum();
        let sum: f64 = values.iter().zip(weights).map(|(v, w)| v * w).sum();
        (total > 0.0).then(|| sum / total)
    }
}

/// A figure of flags that were decided, for given weights.
type FlagMeasure<'a> = dyn Fn(&[bool], &[f64]) -> Option<f64> + Sync + 'a;

/// A figure of true and decided classes, for given weights.
type ClassMeasure = fn(&[u8], &[u8], &[f64]) -> Option<f64>;

/// Decisions before and after of the same rows.
pub(super) struct Decisions<'a> {
    pub(super) goal: &'a SignalGoal,
    pub(super) truth: &'a [u8],
    pub(super) weights: &'a [f64],
    pub(super) before: &'a [u8],
    pub(super) after: &'a [u8],
}

/// What the goal's figures say.
pub(super) struct Finding {
    pub(super) comparisons: Vec<Comparison>,
    pub(super) is_better: bool,
    /// What it does not reach.
    pub(super) reason: Option<String>,
}

impl Decisions<'_> {
    /// Compares by the goal. `load` is the posts a day that pass before and after, for a capacity.
    pub(super) fn compare(&self, load: Option<[f64; 2]>) -> Finding {
        let level = self.goal.level.unwrap_or(1);
        let (truth, weights) = (self.truth, self.weights);
        let wanted = flags(truth, level);
        let [before, after] = [self.before, self.after].map(|decided| flags(decided, level));
        let precision =
            |decided: &[bool], weights: &[f64]| metrics::precision(&wanted, decided, weights);
        let recall = |decided: &[bool], weights: &[f64]| metrics::recall(&wanted, decided, weights);
        let compare = |name: &str, measure: &FlagMeasure<'_>| {
            Comparison::new(
                name,
                false,
                weights,
                |w| measure(&before, w),
                |w| measure(&after, w),
            )
        };
        let of_classes = |name: &str, measure: ClassMeasure| {
            Comparison::new(
                name,
                false,
                weights,
                |w| measure(truth, self.before, w),
                |w| measure(truth, self.after, w),
            )
        };
        match &self.goal.goal {
            Goal::Kappa => Finding::plain(of_classes("kappa", metrics::quadratic_kappa)),
            Goal::MacroF1 => Finding::plain(of_classes("macro-F1", |truth, decided, weights| {
                metrics::macro_f1(truth, decided, 3, weights)
            })),
            Goal::FBeta(beta) => {
                let measure =
                    |decided: &[bool], w: &[f64]| metrics::f_beta(&wanted, decided, w, *beta);
                Finding::plain(compare(&format!("F{beta}"), &measure))
            }
            Goal::Cost(costs) => {
                let [before, after] = [self.before, self.after].map(|decided| {
                    let pairs = truth.iter().zip(decided);
                    let cost = |(t, d): (&u8, &u8)| costs.cost(usize::from(*t), usize::from(*d));
                    pairs.map(cost).collect::<Vec<f64>>()
                });
                let name = "cost of a post";
                Finding::plain(Comparison::of_means(name, true, weights, &before, &after))
            }
            Goal::Precision(floor) => self.constrained(
                *floor,
                compare("precision", &precision),
                [&before, &after].map(|decided| |w: &[f64]| precision(decided, w)),
                compare("recall", &recall),
            ),
            Goal::Recall(floor) => self.constrained(
                *floor,
                compare("recall", &recall),
                [&before, &after].map(|decided| |w: &[f64]| recall(decided, w)),
                compare("precision", &precision),
            ),
            Goal::Capacity(most) => {
                let [before, after] = load.unwrap_or_default();
                let load = Comparison {
                    measure: "posts a day".to_owned(),
                    before: Some(before),
                    after: Some(after),
                    difference: None,
                    is_loss: true,
                };
                let (recall, precision) =
                    (compare("recall", &recall), compare("precision", &precision));
                Finding {
                    is_better: before > *most || recall.is_better(),
                    comparisons: vec![load, recall, precision],
                    reason: None,
                }
            }
        }
    }

    /// What must be reached comes first: better is what falls less short of it beyond noise, or,
    /// falling no shorter, has more of the other figure beyond noise.
    fn constrained<F: Fn(&[f64]) -> Option<f64> + Sync>(
        &self,
        floor: f64,
        constraint: Comparison,
        [before, after]: [F; 2],
        other: Comparison,
    ) -> Finding {
        let short = |share: Option<f64>| share.map_or(0.0, |share| (floor - share).max(0.0));
        let shortfall = Comparison::new(
            "shortfall",
            true,
            self.weights,
            |w| Some(short(before(w))),
            |w| Some(short(after(w))),
        );
        let bootstrap = Bootstrap::new(self.weights.len(), RESAMPLES);
        let reached = bootstrap.interval(self.weights, &after);
        let is_reached = reached.is_none_or(|interval| interval.high >= floor);
        let is_better = if shortfall.is_better() {
            is_reached
        } else {
            shortfall.is_no_worse() && other.is_better()
        };
        let name = &constraint.measure;
        let reason = match constraint.after {
            _ if !is_reached => Some(format!("no cut reaches {name} {floor}")),
            Some(after) if after < floor => Some(format!("{name} {floor} is not quite reached")),
            _ => None,
        };
        Finding {
            is_better,
            reason,
            comparisons: vec![constraint, other],
        }
    }
}

impl Finding {
    fn plain(comparison: Comparison) -> Self {
        Self {
            is_better: comparison.is_better(),
            comparisons: vec![comparison],
            reason: None,
        }
    }
}

fn flags(classes: &[u8], level: u8) -> Vec<bool> {
    classes.iter().map(|class| *class >= level).collect()
}
