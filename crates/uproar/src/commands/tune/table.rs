//! Old and new side by side, for people at a terminal.

use comfy_table::{CellAlignment, Table};
use uproar_classifier::decision::{Calibration, Decision};
use uproar_tuning::labels::Label;
use uproar_tuning::tune::{Comparison, Outcome, Tuning, Verdict};

use crate::output;

/// What is shown where nothing was measured.
const NOT_MEASURED: &str = "–";

/// The figures of every signal, then what changes.
pub(super) fn text(old: &Decision, tuning: &Tuning) -> String {
    let mut text = output::lines(&figures(&tuning.outcomes));
    let mut reasons = tuning.outcomes.iter().filter_map(|outcome| {
        let (name, verdict) = (outcome.goal.label.name(), outcome.verdict.name());
        Some(format!("{name}: {verdict}, {}\n", outcome.reason.as_ref()?))
    });
    if let Some(first) = reasons.next() {
        text += &format!("\n{first}");
        text.extend(reasons);
    }
    let changes = changes(old, tuning);
    if !changes.is_empty() {
        let mut table = output::table(["signal", "", "old", "new"]);
        for change in changes {
            table.add_row(change);
        }
        text.push('\n');
        text += &output::lines(&table);
    }
    text
}

fn figures(outcomes: &[Outcome]) -> Table {
    let mut table = output::table([
        "goal",
        "posts",
        "measure",
        "before",
        "after",
        "difference",
        "verdict",
    ]);
    for outcome in outcomes {
        let (goal, rows) = (outcome.goal.to_string(), outcome.rows.to_string());
        if outcome.comparisons.is_empty() {
            let verdict = verdict(outcome, outcome.has_new_cuts);
            table.add_row([&goal, &rows, "", "", "", "", &verdict]);
        }
        let last = outcome.comparisons.len().saturating_sub(1);
        for (index, comparison) in outcome.comparisons.iter().enumerate() {
            let verdict = match index {
                _ if index == last => verdict(outcome, outcome.has_new_calibration),
                0 => verdict(outcome, outcome.has_new_cuts),
                _ => String::new(),
            };
            let first = |value: &str| {
                if index == 0 {
                    value.to_owned()
                } else {
                    String::new()
                }
            };
            table.add_row([
                first(&goal),
                first(&rows),
                comparison.measure.clone(),
                value(comparison.before),
                value(comparison.after),
                difference(comparison),
                verdict,
            ]);
        }
    }
    for column in [1, 3, 4, 5] {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

fn verdict(outcome: &Outcome, is_new: bool) -> String {
    match outcome.verdict {
        Verdict::TooFew => Verdict::TooFew.name().to_owned(),
        _ if is_new => Verdict::New.name().to_owned(),
        _ => Verdict::Kept.name().to_owned(),
    }
}

fn value(value: Option<f64>) -> String {
    value.map_or_else(|| NOT_MEASURED.to_owned(), |value| format!("{value:.3}"))
}

/// `+0.062 (+0.031 to +0.094)`.
fn difference(comparison: &Comparison) -> String {
    let (Some(before), Some(after)) = (comparison.before, comparison.after) else {
        return NOT_MEASURED.to_owned();
    };
    // Adding 0 turns a negative zero into a plain one.
    let signed = |value: f64| format!("{:+.3}", (value * 1e3).round() / 1e3 + 0.0);
    let point = signed(after - before);
    match comparison.difference {
        Some(it) => format!("{point} ({} to {})", signed(it.low), signed(it.high)),
        None => point,
    }
}

/// What differs between the decisions.
fn changes(old: &Decision, tuning: &Tuning) -> Vec<[String; 4]> {
    let new = &tuning.decision;
    let mut rows = Vec::new();
    for outcome in &tuning.outcomes {
        let label = outcome.goal.label;
        let of = |decision: &Decision| match label {
            Label::Anger => Settings::graded(&decision.anger),
            Label::Urgency => Settings::graded(&decision.urgency),
            Label::Sentiment => {
                let it = decision.sentiment;
                let bias = it.bias.map(|bias| format!("{bias:+}")).join(" ");
                Settings {
                    cuts: None,
                    calibration: format!("temperature {}, bias {bias}", it.temperature),
                }
            }
            Label::Actionable => Settings::flag(&decision.actionable),
            Label::TriedBefore => Settings::flag(&decision.tried_before),
            Label::Churn => Settings::flag(&decision.churn),
        };
        let (old, new) = (of(old), of(new));
        let name = label.name().to_owned();
        if let (Some(old), Some(new)) = (&old.cuts, &new.cuts)
            && old != new
        {
            rows.push([name.clone(), "cuts".to_owned(), old.clone(), new.clone()]);
        }
        if old.calibration != new.calibration {
            rows.push([
                name,
                "calibration".to_owned(),
                old.calibration,
                new.calibration,
            ]);
        }
    }
    rows
}

/// What a decision holds of a signal, in words.
struct Settings {
    cuts: Option<String>,
    calibration: String,
}

impl Settings {
    fn graded(levels: &uproar_classifier::decision::Levels) -> Self {
        Self {
            cuts: Some(levels.levels.map(|cut| cut.to_string()).join(" ")),
            calibration: calibration(levels.calibration),
        }
    }

    fn flag(threshold: &uproar_classifier::decision::Threshold) -> Self {
        Self {
            cuts: Some(threshold.threshold.to_string()),
            calibration: calibration(threshold.calibration),
        }
    }
}

fn calibration(Calibration { a, b, c }: Calibration) -> String {
    format!("a {a}, b {b}, c {c}")
}
