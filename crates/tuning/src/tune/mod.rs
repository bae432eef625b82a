//! Labels to a decision that agrees with them better.
//!
//! Each signal is judged on its own. Calibration and cuts are fitted on four fifths of the rows and
//! judged on the fifth that they have not seen, five times over; the decision in force is judged on
//! the same rows. What is better beyond noise (see [`Comparison::is_better`]) is fitted once more on
//! all rows and taken over, and the rest stays as it was:
//!
//! - cuts (of sentiment: biases), when the goal's figure is better;
//! - the calibration, when the log loss is better. Cuts that stay move along with it, so that they
//!   decide as before.

mod comparison;
mod settings;

use uproar_classifier::Signal;
use uproar_classifier::decision::Decision;

pub use self::comparison::Comparison;
use self::comparison::Decisions;
use self::settings::{Row, Settings};
use crate::case::Case;
use crate::error::Error;
use crate::folds;
use crate::goal::{Goal, SignalGoal};
use crate::labels::Label;

/// Parts that rows are dealt into, each held out once.
const FOLDS: usize = 5;

/// The fewest rows that a signal is judged on.
const FEWEST_ROWS: usize = 20;

/// The fewest rows of the rarer class.
const FEWEST_RARE: usize = 8;

/// A report's posts by customers, over which a capacity is counted.
#[derive(Clone, Debug)]
pub struct Pool {
    /// The model's raw outputs for each post, in the order of [`Signal::ALL`].
    pub logits: Vec<[f32; Signal::COUNT]>,
    /// How many days the posts span. Positive.
    pub days: f64,
}

/// A decision that was fitted to labels, and why.
#[derive(Clone, Debug)]
pub struct Tuning {
    /// What to use from now on. Its provenance is still that of the decision it started from.
    pub decision: Decision,
    /// What became of each signal.
    pub outcomes: Vec<Outcome>,
}

/// What became of one signal.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The signal and what its cuts were chosen for.
    pub goal: SignalGoal,
    /// Rows with an answer.
    pub rows: usize,
    /// Whether it changes.
    pub verdict: Verdict,
    /// Why it does not, or what it does not reach.
    pub reason: Option<String>,
    /// The goal's figures, then the log loss. Empty where there are too few rows.
    pub comparisons: Vec<Comparison>,
    /// Whether the cuts were chosen anew; of sentiment, the biases.
    pub has_new_cuts: bool,
    /// Whether the calibration was fitted anew.
    pub has_new_calibration: bool,
}

/// Whether a signal's settings change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Better beyond noise.
    New,
    /// Not better beyond noise.
    Kept,
    /// Too few rows to tell.
    TooFew,
}

impl Verdict {
    /// The verdict in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Kept => "kept",
            Self::TooFew => "too few",
        }
    }
}

impl Tuning {
    /// Whether anything is better beyond noise.
    pub fn is_better(&self) -> bool {
        let mut verdicts = self.outcomes.iter().map(|outcome| outcome.verdict);
        verdicts.any(|verdict| verdict == Verdict::New)
    }
}

/// Fits calibration and cuts of the goals' signals to labelled posts, starting from the decision in
/// force. With `force`, whatever can be fitted is taken over, better or not.
///
/// # Errors
///
/// [`Error::Goal`] when a capacity is asked for without posts to count, or is more than arrive.
pub fn tune(
    cases: &[Case],
    current: &Decision,
    goals: &[SignalGoal],
    pool: Option<&Pool>,
    force: bool,
) -> Result<Tuning, Error> {
    let mut decision = current.clone();
    let mut outcomes = Vec::new();
    for goal in goals {
        check_capacity(goal, pool)?;
        let rows: Vec<Row> = cases
            .iter()
            .filter_map(|case| {
                Some(Row {
                    logits: case.logits,
                    truth: case.answer.get(goal.label)?,
                    weight: case.weight,
                })
            })
            .collect();
        let before = Settings::of(current, goal.label);
        let outcome = judge(&rows, &before, goal, pool);
        let outcome = Outcome {
            has_new_cuts: outcome.has_new_cuts || force,
            has_new_calibration: outcome.has_new_calibration || force,
            ..outcome
        };
        let mut after = before.clone();
        if !rows.is_empty() && outcome.has_new_calibration {
            after = after.calibrated(&rows);
        }
        if rarest(&rows, goal).0 > 0 && outcome.has_new_cuts {
            after = after.cut(&rows, goal, pool);
        }
        after.write_to(&mut decision);
        outcomes.push(outcome);
    }
    Ok(Tuning { decision, outcomes })
}

fn check_capacity(goal: &SignalGoal, pool: Option<&Pool>) -> Result<(), Error> {
    let Goal::Capacity(most) = goal.goal else {
        return Ok(());
    };
    let failed = |message: String| Err(Error::Goal(format!("--goal {goal}: {message}")));
    let Some(pool) = pool else {
        return failed("a capacity is counted over a report; give it with --scored".to_owned());
    };
    let arriving = pool.logits.len() as f64 / pool.days;
    if arriving <= most {
        return failed(format!(
            "only {arriving:.1} posts a day arrive; all can be answered"
        ));
    }
    Ok(())
}

/// Compares the settings in force with settings that have not seen the row.
fn judge(rows: &[Row], before: &Settings, goal: &SignalGoal, pool: Option<&Pool>) -> Outcome {
    let mut outcome = Outcome {
        goal: goal.clone(),
        rows: rows.len(),
        verdict: Verdict::TooFew,
        reason: None,
        comparisons: Vec::new(),
        has_new_cuts: false,
        has_new_calibration: false,
    };
    let (rare, class) = rarest(rows, goal);
    if rows.len() < FEWEST_ROWS || rare < FEWEST_RARE {
        outcome.reason = Some(format!(
            "{} rows, {rare} {class} ({FEWEST_ROWS} and {FEWEST_RARE} are needed)",
            rows.len()
        ));
        return outcome;
    }
    let truth: Vec<u8> = rows.iter().map(|row| row.truth).collect();
    let weights: Vec<f64> = rows.iter().map(|row| row.weight).collect();
    let (decided, losses) = held_out(rows, &truth, before, goal, pool);
    let decisions = Decisions {
        goal,
        truth: &truth,
        weights: &weights,
        before: &rows
            .iter()
            .map(|row| before.decide(&row.logits))
            .collect::<Vec<_>>(),
        after: &decided,
    };
    let load = pool.map(|pool| {
        let after = before.calibrated(rows).cut(rows, goal, Some(pool));
        [before, &after].map(|settings| passing(settings, goal, pool))
    });
    let finding = decisions.compare(load);
    let before_losses: Vec<f64> = rows.iter().map(|row| before.loss(row)).collect();
    let loss = Comparison::of_means("log loss", true, &weights, &before_losses, &losses);

    outcome.has_new_cuts = finding.is_better;
    outcome.has_new_calibration = loss.is_better();
    outcome.reason = finding.reason;
    outcome.comparisons = finding.comparisons;
    outcome.comparisons.push(loss);
    if outcome.has_new_cuts || outcome.has_new_calibration {
        outcome.verdict = Verdict::New;
    } else {
        outcome.verdict = Verdict::Kept;
        outcome
            .reason
            .get_or_insert_with(|| "not better beyond noise".to_owned());
    }
    outcome
}

/// The decision on each row and its log loss, by settings fitted on the other folds.
fn held_out(
    rows: &[Row],
    truth: &[u8],
    before: &Settings,
    goal: &SignalGoal,
    pool: Option<&Pool>,
) -> (Vec<u8>, Vec<f64>) {
    let folds = folds::stratified(truth, FOLDS);
    let mut decided = vec![0; rows.len()];
    let mut losses = vec![0.0; rows.len()];
    for fold in 0..FOLDS {
        let others = rows.iter().zip(&folds).filter(|(_, of)| **of != fold);
        let others: Vec<Row> = others.map(|(row, _)| *row).collect();
        let calibrated = before.calibrated(&others);
        let fitted = calibrated.cut(&others, goal, pool);
        for (place, row) in rows.iter().enumerate() {
            if folds[place] == fold {
                decided[place] = fitted.decide(&row.logits);
                losses[place] = calibrated.loss(row);
            }
        }
    }
    (decided, losses)
}

/// Posts a day that pass the goal's cut.
fn passing(settings: &Settings, goal: &SignalGoal, pool: &Pool) -> f64 {
    let level = goal.level.unwrap_or(1);
    let decided = pool.logits.iter().map(|logits| settings.decide(logits));
    decided.filter(|decided| *decided >= level).count() as f64 / pool.days
}

/// How many rows are of the rarer side of the goal, and what that is called.
fn rarest(rows: &[Row], goal: &SignalGoal) -> (usize, String) {
    let count = |is_one: &dyn Fn(u8) -> bool| rows.iter().filter(|row| is_one(row.truth)).count();
    let sides: Vec<(usize, String)> = if goal.label == Label::Sentiment {
        let names = ["negative", "neutral", "positive"];
        let classes = (0_u8..).zip(names);
        classes
            .map(|(class, name)| (count(&|truth| truth == class), name.to_owned()))
            .collect()
    } else if goal.label.is_graded() {
        let level = goal.level.unwrap_or(2);
        vec![
            (
                count(&|truth| truth >= level),
                format!("of level {level} or above"),
            ),
            (
                count(&|truth| truth < level),
                format!("below level {level}"),
            ),
        ]
    } else {
        vec![
            (count(&|truth| truth == 1), "yes".to_owned()),
            (count(&|truth| truth == 0), "no".to_owned()),
        ]
    };
    sides
        .into_iter()
        .min_by_key(|side| side.0)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests;
