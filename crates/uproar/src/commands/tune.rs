//! `uproar tune`: people's labels in, calibration and thresholds out.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use uproar_report::atomic::write_file;
use uproar_tuning::goal::{Goal, SignalGoal};
use uproar_tuning::labels::Label;
use uproar_tuning::tune::{Tuning, Verdict, tune};

use self::record::Record;
use crate::error::Error;
use crate::labelled::{LabelArgs, Labelled};
use crate::model::EngineArgs;
use crate::pool;

mod record;
mod table;

const EXAMPLES: &str = "\
Goals, as SIGNAL=GOAL; for one cut of anger or urgency, SIGNAL>=LEVEL=GOAL:
  kappa         agree best with people on all levels (anger, urgency: the default)
  f1, f:BETA    find most with fewest false alarms (flags: f1 is the default); BETA above 1
                counts finding more
  precision:P   find as many as possible while at least the share P of alarms is right
  recall:R      find at least the share R, with as few false alarms as possible
  capacity:N    as many as N posts a day, counted over --scored
  cost:FILE     lowest cost, from a TOML file with [SIGNAL] cost = [[…]]: a row for what is true, a
                column for what is decided

Examples:
  Learn from a filled-in sheet, and use what was learnt:
  $ uproar tune to-label.xlsx
  $ uproar score export.csv --decision decision.toml --out report

  Learn from a report that somebody corrected, and miss no emergency:
  $ uproar tune report/posts.csv --goal 'urgency>=3=recall:0.95'

  A team that can answer 200 posts a day:
  $ uproar tune labels.csv --scored report --goal actionable=capacity:200";

/// Fit calibration and thresholds to people's labels, and write them as a decision.
///
/// Every signal is judged on rows that the new settings have not seen (five-fold cross-validation),
/// and changes only where it is better beyond noise: where the 95 % interval of the difference
/// (paired bootstrap) lies on its good side. The others stay as they are. When nothing is better,
/// nothing is written and the exit code is 6.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct TuneArgs {
    #[command(flatten)]
    labels: LabelArgs,

    #[command(flatten)]
    engine: EngineArgs,

    /// What the cuts of a signal are chosen for; see below. One for each signal.
    #[arg(long, value_name = "SIGNAL=GOAL")]
    goal: Vec<String>,

    /// Tune only these signals.
    #[arg(long, value_name = "SIGNAL", value_delimiter = ',', value_parser = label)]
    only: Vec<Label>,

    /// Where to write the decision.
    #[arg(long, value_name = "FILE", default_value = "decision.toml")]
    out: PathBuf,

    /// Show what would change and write no decision.
    #[arg(long)]
    dry_run: bool,

    /// Write whatever can be fitted, better or not.
    #[arg(long)]
    force: bool,

    /// Write the figures to this file as JSON, also when nothing is better; `-` writes them to
    /// standard output, in place of the table.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,

    /// Print nothing but errors, and JSON where it is asked for.
    #[arg(long, short)]
    quiet: bool,
}

fn label(name: &str) -> Result<Label, String> {
    Label::from_name(name).ok_or_else(|| {
        let names = Label::ALL.map(Label::name).join(", ");
        format!("the signals are {names}")
    })
}

pub(crate) fn run(args: &TuneArgs) -> Result<(), Error> {
    let goals = SignalGoal::parse_all(&args.goal)?;
    let is_given = |it: &SignalGoal| *it != SignalGoal::default_of(it.label);
    let is_wanted = |it: &SignalGoal| args.only.is_empty() || args.only.contains(&it.label);
    if goals.iter().any(|it| is_given(it) && !is_wanted(it)) {
        return Err(Error::Usage("--goal names a signal that --only leaves out"));
    }
    let labelled = Labelled::read(&args.labels, &args.engine, args.quiet)?;
    let goals: Vec<SignalGoal> = goals
        .into_iter()
        .filter(is_wanted)
        .filter(|it| {
            let is_named = is_given(it) || args.only.contains(&it.label);
            is_named || labelled.labels.answered(it.label) > 0
        })
        .collect();
    let has_capacity = goals.iter().any(|it| matches!(it.goal, Goal::Capacity(_)));
    let pool = match &args.labels.scored {
        Some(path) if has_capacity => Some(pool::read(path, &labelled.classifier, args.quiet)?),
        _ => None,
    };
    let current = labelled.classifier.model().decision();
    let mut tuning = tune(&labelled.cases, current, &goals, pool.as_ref(), args.force)?;
    let record = Record::new(args, &labelled, &tuning)?;
    tuning.decision.provenance = record.provenance(&current.provenance)?;

    let is_stdout = args.json.as_deref() == Some(Path::new("-"));
    if let Some(path) = &args.json {
        let json = format!("{:#}\n", serde_json::to_value(&record)?);
        if is_stdout {
            print(&json)?;
        } else {
            write_file(path, |out| out.write_all(json.as_bytes()))?;
        }
    }
    if !args.quiet && !is_stdout {
        print(&table::text(current, &tuning))?;
    }
    if !tuning.is_better() && !args.force {
        return Err(refusal(&tuning));
    }
    let remark = if args.dry_run {
        "Nothing was written, as --dry-run asks.".to_owned()
    } else {
        let text = tuning.decision.to_toml()?;
        write_file(&args.out, |out| out.write_all(text.as_bytes()))?;
        let out = args.out.display();
        format!("Wrote {out}; use it with: uproar score --decision {out}")
    };
    if !args.quiet && !is_stdout {
        print(&format!("\n{remark}\n"))?;
    }
    Ok(())
}

/// Why nothing was written.
fn refusal(tuning: &Tuning) -> Error {
    let mut kept = Vec::new();
    let mut reasons = Vec::new();
    for outcome in &tuning.outcomes {
        let name = outcome.goal.label.name();
        match (&outcome.reason, outcome.verdict) {
            (Some(reason), Verdict::TooFew) => reasons.push(format!("{name}: {reason}")),
            _ => kept.push(name),
        }
    }
    let mut reason = Vec::new();
    if !kept.is_empty() {
        reason.push(format!("not better beyond noise: {}", kept.join(", ")));
    }
    if !reasons.is_empty() {
        reason.push(format!("too few rows for {}", reasons.join("; for ")));
    }
    Error::Refused {
        reason: reason.join("; "),
    }
}

fn print(text: &str) -> Result<(), Error> {
    std::io::stdout()
        .lock()
        .write_all(text.as_bytes())
        .map_err(Error::StandardOutput)
}
