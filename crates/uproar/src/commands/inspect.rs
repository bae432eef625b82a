//! `uproar inspect`: what an export holds and lacks, before anything is scored.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use uproar_ingest::inspect::Inspection;
use uproar_ingest::redact::Redactor;
use uproar_ingest::{Input, Notice};

use crate::config::{Config, ConfigArgs};
use crate::error::Error;
use crate::read_args::ReadArgs;

mod findings;
mod json;
mod table;

const EXAMPLES: &str = "\
Examples:
  What is in an export, and what it lacks:
  $ uproar inspect export.csv

  Every export of a folder, without personal data:
  $ uproar inspect exports --redact

  Whether the followers are found now:
  $ uproar inspect tickets.tsv --map text=remark --map followers='Author reach'

  For a program:
  $ uproar inspect export.csv.gz --json";

/// Show what exports hold and what they lack, without scoring them.
///
/// For each input: its format, the rows, the columns with values of each and what they are read
/// as, dates, languages, the rows that would be rejected, and what is missing for which result.
/// All but the number of rows is by the first 8,192 rows. The options are those of `score`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct InspectArgs {
    /// Exported files, folders with them, or quoted patterns such as 'exports/*.csv'; `-` reads
    /// standard input.
    #[arg(value_name = "INPUT", required = true)]
    inputs: Vec<PathBuf>,

    #[command(flatten)]
    config: ConfigArgs,

    #[command(flatten)]
    read: ReadArgs,

    /// Leave personal data and authors out of the values shown.
    #[arg(long)]
    redact: bool,

    /// Print JSON instead of tables.
    #[arg(long)]
    json: bool,

    /// Print nothing but errors, and JSON where it is asked for.
    #[arg(long, short)]
    quiet: bool,
}

pub(crate) fn run(args: &InspectArgs) -> Result<(), Error> {
    let inputs = args.inputs.iter().cloned().map(Input::from).collect();
    let redactor = args.redact.then(Redactor::default);
    let options = args.read.options(&Config::load(&args.config, args.quiet)?);
    let inspection = Inspection::of(inputs, &options, redactor.as_ref())?;
    if args.json {
        print(&format!("{:#}\n", json::json(&inspection)))?;
    } else if !args.quiet {
        print(&table::text(&inspection))?;
    }
    check(inspection)
}

fn print(text: &str) -> Result<(), Error> {
    anstream::stdout()
        .lock()
        .write_all(text.as_bytes())
        .map_err(Error::StandardOutput)
}

/// A remark about an input, without its name.
fn remark(notice: &Notice) -> String {
    Notice {
        file: None,
        kind: notice.kind.clone(),
    }
    .to_string()
}

/// Fails when an input could not be used. What a run would pass over is no failure, unless nothing
/// else is there.
fn check(inspection: Inspection) -> Result<(), Error> {
    let inputs = inspection.inputs;
    let is_nothing_left = inputs.iter().all(|input| input.error.is_some());
    let mut errors = inputs
        .into_iter()
        .filter(|input| is_nothing_left || !input.is_left_out())
        .filter_map(|input| input.error);
    let Some(first) = errors.next() else {
        return Ok(());
    };
    Err(match errors.count() {
        0 => Error::Ingest(first),
        others => Error::Inputs {
            first: Box::new(first),
            others,
        },
    })
}
