//! What is measured, and how each figure is called.

use std::fmt;

use crate::bootstrap::Interval;
use crate::labels::Label;

/// What the classes of a label are called, from class 0.
pub const fn classes(label: Label) -> &'static [&'static str] {
    match label {
        Label::Anger | Label::Urgency => &["0", "1", "2", "3"],
        Label::Sentiment => &["negative", "neutral", "positive"],
        Label::Actionable | Label::TriedBefore | Label::Churn => &["no", "yes"],
    }
}

/// The classes that count as found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The flag is set.
    Yes,
    /// The level is at least this one, 1 to 3.
    AtLeast(u8),
}

impl Target {
    /// Whether a class is one of those.
    pub fn holds(self, class: u8) -> bool {
        match self {
            Self::Yes => class >= 1,
            Self::AtLeast(level) => class >= level,
        }
    }

    fn key(self) -> String {
        match self {
            Self::Yes => String::new(),
            Self::AtLeast(level) => format!("_level_{level}"),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Yes => f.write_str("yes"),
            Self::AtLeast(3) => f.write_str("level 3"),
            Self::AtLeast(level) => write!(f, "level ≥ {level}"),
        }
    }
}

/// How much of the queue a metric looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// That many posts.
    Posts(usize),
    /// That share of the posts, in percent.
    Percent(u8),
}

impl Depth {
    /// The number of places, of a queue of so many posts; a post that is cut through counts whole.
    pub(super) fn places(self, posts: f64) -> usize {
        match self {
            Self::Posts(places) => places,
            // Rounded first, because 0.1 times 30 is a little more than 3.
            Self::Percent(percent) => {
                (posts * f64::from(percent) / 100.0 - 1e-9).ceil().max(0.0) as usize
            }
        }
    }
}

/// A measure of agreement; [`metrics`](crate::metrics) holds the formulas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    /// Agreement of levels beyond chance.
    QuadraticKappa,
    /// Rank correlation of score and level.
    Spearman,
    /// Mean F1 of the classes.
    MacroF1,
    /// The share that was decided rightly.
    Accuracy,
    /// Area under the receiver operating characteristic, of the score.
    Auroc(Target),
    /// Average precision, of the score.
    AveragePrecision(Target),
    /// F1, of the decision.
    F1(Target),
    /// Precision, of the decision.
    Precision(Target),
    /// Recall, of the decision.
    Recall(Target),
    /// Expected calibration error, in ten bins; lower is better.
    CalibrationError,
    /// Normalised discounted cumulative gain of the first posts.
    Ndcg(Depth),
    /// Recall within the first posts.
    RecallWithin(Target, Depth),
    /// The share of posts that are decided to be so. Describes, and does not judge.
    ShareDecided(Target),
}

impl Metric {
    /// The name for programs, such as `f1_level_2`.
    pub fn key(self) -> String {
        match self {
            Self::QuadraticKappa => "quadratic_kappa".to_owned(),
            Self::Spearman => "spearman".to_owned(),
            Self::MacroF1 => "macro_f1".to_owned(),
            Self::Accuracy => "accuracy".to_owned(),
            Self::Auroc(target) => format!("auroc{}", target.key()),
            Self::AveragePrecision(target) => format!("average_precision{}", target.key()),
            Self::F1(target) => format!("f1{}", target.key()),
            Self::Precision(target) => format!("precision{}", target.key()),
            Self::Recall(target) => format!("recall{}", target.key()),
            Self::CalibrationError => "calibration_error".to_owned(),
            Self::Ndcg(Depth::Posts(posts)) => format!("ndcg_{posts}"),
            Self::Ndcg(Depth::Percent(percent)) => format!("ndcg_{percent}_percent"),
            Self::RecallWithin(target, Depth::Posts(posts)) => {
                format!("recall{}_top_{posts}", target.key())
            }
            Self::RecallWithin(target, Depth::Percent(percent)) => {
                format!("recall{}_top_{percent}_percent", target.key())
            }
            Self::ShareDecided(target) => format!("share_decided{}", target.key()),
        }
    }
}

/// The name for people, such as `F1, level ≥ 2`.
impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = |f: &mut fmt::Formatter<'_>, name: &str, target: &Target| match target {
            Target::Yes => f.write_str(name),
            Target::AtLeast(_) => write!(f, "{name}, {target}"),
        };
        match self {
            Self::QuadraticKappa => f.write_str("quadratic kappa"),
            Self::Spearman => f.write_str("Spearman correlation"),
            Self::MacroF1 => f.write_str("macro-F1"),
            Self::Accuracy => f.write_str("accuracy"),
            Self::Auroc(target) => of(f, "AUROC", target),
            Self::AveragePrecision(target) => of(f, "average precision", target),
            Self::F1(target) => of(f, "F1", target),
            Self::Precision(target) => of(f, "precision", target),
            Self::Recall(target) => of(f, "recall", target),
            Self::CalibrationError => f.write_str("calibration error"),
            Self::Ndcg(depth) => write!(f, "nDCG, top {depth}"),
            Self::RecallWithin(target, depth) => write!(f, "{target} found in top {depth}"),
            Self::ShareDecided(target) => write!(f, "share decided {target}"),
        }
    }
}

impl fmt::Display for Depth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Posts(posts) => posts.fmt(f),
            Self::Percent(percent) => write!(f, "{percent} %"),
        }
    }
}

/// A metric's value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figure {
    /// What was measured.
    pub metric: Metric,
    /// The value; `None` where the labels cannot tell, as without a post of a class.
    pub value: Option<f64>,
    /// Where the value would lie with other posts of the same kind, 19 times in 20.
    pub interval: Option<Interval>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_the_queue_is_whole_posts() {
        let cases = [
            (Depth::Percent(10), 30.0, 3),
            (Depth::Percent(10), 31.0, 4),
            (Depth::Percent(5), 1.0, 1),
            (Depth::Percent(20), 0.0, 0),
            (Depth::Posts(50), 30.0, 50),
        ];
        for (depth, posts, places) in cases {
            assert_eq!(depth.places(posts), places, "{depth:?} of {posts}");
        }
    }
}
