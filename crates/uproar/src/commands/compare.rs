//! `uproar compare`: what changed from one report to another.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use comfy_table::CellAlignment;
use indicatif::{HumanCount, ProgressBar};
use serde::Serialize;
use uproar_ingest::counted;
use uproar_report::ScoredReport;
use uproar_report::comparison::{Comparison, Figure, SharedPosts, Side, Unit};

use crate::error::Error;
use crate::{output, progress};

const EXAMPLES: &str = "\
Examples:
  This week against the last one:
  $ uproar compare report-week-9 report-week-10

  What a new decision, or another model, does to the same posts:
  $ uproar score export.csv --out before
  $ uproar score export.csv --decision decision.toml --out after
  $ uproar compare before after

  For a program:
  $ uproar compare before after --json";

/// Show what changed from one report to another: two weeks, or two models on the same posts.
///
/// Shares have the 95 % interval of their difference; a change whose interval holds 0 may be chance.
/// Posts are told by their ids, and companies by their names.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CompareArgs {
    /// The earlier report: a folder that `uproar score --out` wrote.
    #[arg(value_name = "BEFORE")]
    before: PathBuf,

    /// The later report.
    #[arg(value_name = "AFTER")]
    after: PathBuf,

    /// Print the comparison as JSON.
    #[arg(long)]
    json: bool,

    /// Show no progress.
    #[arg(long, short)]
    quiet: bool,
}

/// What is compared, and how it differs.
#[derive(Serialize)]
struct Output<'a> {
    before: Origin<'a>,
    after: Origin<'a>,
    #[serde(flatten)]
    comparison: &'a Comparison,
}

/// A report and what scored it.
#[derive(Serialize)]
struct Origin<'a> {
    report: &'a Path,
    model: &'a str,
    model_checksum: &'a str,
}

impl<'a> Origin<'a> {
    fn new(path: &'a Path, report: &'a ScoredReport) -> Self {
        Self {
            report: path,
            model: &report.run.model.name,
            model_checksum: &report.run.model.checksum,
        }
    }
}

pub(crate) fn run(args: &CompareArgs) -> Result<(), Error> {
    let reports = [
        ScoredReport::open(&args.before)?,
        ScoredReport::open(&args.after)?,
    ];
    let chunks: usize = reports.iter().map(ScoredReport::count).sum();
    let bar = progress::comparing(chunks as u64, args.quiet);
    let [before, after] = &reports;
    let comparison = side(before, &bar)?.compare(side(after, &bar)?);
    bar.finish_and_clear();
    let output = Output {
        before: Origin::new(&args.before, before),
        after: Origin::new(&args.after, after),
        comparison: &comparison,
    };
    let mut text = if args.json {
        serde_json::to_string_pretty(&output)?
    } else {
        shown(&output)
    };
    if !text.ends_with('\n') {
        text.push('\n');
    }
    std::io::stdout()
        .lock()
        .write_all(text.as_bytes())
        .map_err(Error::StandardOutput)
}

fn side(report: &ScoredReport, bar: &ProgressBar) -> Result<Side, Error> {
    let mut side = Side::default();
    for chunk in report.chunks(Some(&Side::COLUMNS)) {
        side.add(&chunk?)?;
        bar.inc(1);
    }
    Ok(side)
}

/// The comparison as a person reads it.
fn shown(output: &Output<'_>) -> String {
    let Comparison {
        figures,
        companies,
        shared,
    } = output.comparison;
    let mut text = figures_table(figures);
    if !companies.is_empty() {
        text += "\nChanged beyond chance:\n";
        for change in companies {
            let figure = Figure {
                name: change.figure,
                unit: Unit::Share,
                before: Some(change.before),
                after: Some(change.after),
                interval: Some(change.interval),
            };
            text += &format!(
                "  {}: {} from {} to {} ({})\n",
                output::one_line(&change.company),
                change.figure,
                value(&figure, figure.before),
                value(&figure, figure.after),
                difference(&figure),
            );
        }
    }
    if shared.posts > 0 {
        text.push('\n');
        text += &posts_in_both(shared);
    }
    if output.before.model_checksum != output.after.model_checksum {
        text += &format!(
            "\nScored by different models: {} before, {} after.\n",
            output::one_line(output.before.model),
            output::one_line(output.after.model)
        );
    }
    text
}

fn figures_table(figures: &[Figure]) -> String {
    let mut table = output::table(["", "before", "after", "change"]);
    for figure in figures {
        if figure.before.is_some() || figure.after.is_some() {
            table.add_row([
                figure.name.to_owned(),
                value(figure, figure.before),
                value(figure, figure.after),
                difference(figure),
            ]);
        }
    }
    for column in [1, 2] {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    output::lines(&table)
}

/// One of a figure's values.
fn value(figure: &Figure, value: Option<f64>) -> String {
    let Some(value) = value else {
        return "–".to_owned();
    };
    match figure.unit {
        Unit::Posts => HumanCount(value as u64).to_string(),
        Unit::Share => format!("{:.1} %", 100.0 * value),
        Unit::Minutes => format!("{value:.0} min"),
    }
}

/// How far a figure moved.
fn difference(figure: &Figure) -> String {
    let (Some(before), Some(after)) = (figure.before, figure.after) else {
        return String::new();
    };
    let by = after - before;
    match (figure.unit, figure.interval) {
        (Unit::Share, Some([low, high])) => format!(
            "{} points ({} to {})",
            signed(100.0 * by, 1),
            signed(100.0 * low, 1),
            signed(100.0 * high, 1)
        ),
        (Unit::Share, None) => format!("{} points", signed(100.0 * by, 1)),
        (Unit::Posts, _) => signed(by, 0),
        (Unit::Minutes, _) => format!("{} min", signed(by, 0)),
    }
}

/// A number with its sign; none where it rounds to 0.
fn signed(value: f64, decimals: usize) -> String {
    let size = format!("{:.decimals$}", value.abs());
    let is_zero = size.chars().all(|c| matches!(c, '0' | '.'));
    match value {
        _ if is_zero => size,
        _ if value < 0.0 => format!("−{size}"),
        _ => format!("+{size}"),
    }
}

fn posts_in_both(shared: &SharedPosts) -> String {
    let mut text = format!(
        "{} in both, {} only before, {} only after",
        counted(shared.posts, "post"),
        HumanCount(shared.only_before),
        HumanCount(shared.only_after)
    );
    if shared.answered_since > 0 {
        text += &format!("; {} answered since", HumanCount(shared.answered_since));
    }
    text += ".\n";
    if let (Some(anger), Some(urgency)) = (shared.same_anger_level, shared.same_urgency_level) {
        text += &format!(
            "The same level of anger in {:.1} % of them, of urgency in {:.1} %.\n",
            100.0 * anger,
            100.0 * urgency
        );
    }
    let bands: Vec<String> = shared
        .bands
        .iter()
        .map(|change| {
            let posts = HumanCount(change.posts);
            format!("{posts} from {} to {}", change.before, change.after)
        })
        .collect();
    if !bands.is_empty() {
        text += &format!("Bands: {}.\n", bands.join(", "));
    }
    if !shared.moved.is_empty() {
        text += "Moved most, of the first 100 by rank:\n";
        for moved in &shared.moved {
            text += &format!(
                "  {}: {} → {}\n",
                output::one_line(&moved.id),
                HumanCount(moved.before.into()),
                HumanCount(moved.after.into())
            );
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_carry_their_sign() {
        for (value, decimals, expected) in [
            (3.0, 0, "+3"),
            (-0.06, 1, "−0.1"),
            (-0.04, 1, "0.0"),
            (0.0, 0, "0"),
        ] {
            assert_eq!(signed(value, decimals), expected);
        }
    }
}
