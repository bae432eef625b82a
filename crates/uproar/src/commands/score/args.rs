//! The options of `uproar score`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use uproar_report::RowFormat;

use super::work_folder::Start;
use crate::config::ConfigArgs;
use crate::model::EngineArgs;
use crate::read_args::ReadArgs;

const EXAMPLES: &str = "\
Examples:
  Score an export and write the report to the folder `report`:
  $ uproar score export.csv --out report

  All exports of a folder, compressed or not, and those that match a pattern:
  $ uproar score exports --out report
  $ uproar score 'exports/2024-*.csv.gz' --out report

  Several files, and the accounts that are the company's own:
  $ uproar score jan.csv feb.ndjson --company @acme --company @acmehelp --out report

  The post is in a column that Uproar does not know:
  $ uproar score tickets.tsv --map text=remark --map id=ticket --out report

  Next week's export, of which most was scored last week:
  $ uproar score export.csv --cache ~/.cache/uproar --out report

  A report to pass on, without personal data in texts and without authors' names:
  $ uproar score export.csv --redact --pseudonymise KEYFILE --out report

  As a filter, rows in and scored rows out:
  $ curl -s https://example.com/export.ndjson.gz | uproar score - --out - > scored.csv

  One post:
  $ uproar score --text 'Third call today and STILL no refund. Unbelievable.'";

/// Score posts and write what to answer first.
///
/// Reads CSV (comma, tab, semicolon or pipe), JSON, Parquet and Arrow, also compressed with gzip or
/// Zstandard or inside a zip archive; the kind is found by content.
/// Writes queue.csv (what to answer first), posts.csv and posts.parquet (every post), summary.csv,
/// words.ndjson (which words drove the first posts), rejects.csv (rows that could not be read) and
/// run.json to the output folder.
///
/// A run that was cut off goes on where it stopped when the same command is given again.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ScoreArgs {
    /// Exported files, folders with them, or quoted patterns such as 'exports/*.csv'; `-` reads
    /// standard input.
    #[arg(value_name = "INPUT", required_unless_present = "text")]
    pub(super) inputs: Vec<PathBuf>,

    /// Folder for the report; `-` writes the scored rows to standard output instead.
    #[arg(long, value_name = "DIR", required_unless_present = "text")]
    pub(super) out: Option<PathBuf>,

    /// Score this one post and print the result.
    #[arg(long, value_name = "POST", allow_hyphen_values = true, conflicts_with_all = ["inputs", "out", "config", "map", "company", "encoding", "limit", "top", "explain", "json", "all_languages", "redact", "pseudonymise", "raw_rejects", "checkpoint", "resume", "fresh"])]
    pub(super) text: Option<String>,

    #[command(flatten)]
    pub(super) engine: EngineArgs,

    #[command(flatten)]
    pub(super) config: ConfigArgs,

    #[command(flatten)]
    pub(super) read: ReadArgs,

    /// Keep only the first N posts in queue.csv.
    #[arg(long, value_name = "N")]
    pub(super) top: Option<usize>,

    /// Say which words drove the first N posts of the queue, in words.ndjson and in the report; 0 for
    /// none.
    ///
    /// Takes as long as scoring twice as many posts as these have words. Without it 12, and one more for
    /// every 1,000 different texts, up to 1,000.
    #[arg(long, value_name = "N")]
    pub(super) explain: Option<usize>,

    /// Add the model's raw outputs to the scored rows, as columns logit_anger and so on.
    #[arg(long)]
    pub(super) logits: bool,

    /// Score posts in other languages than English as well, which the model does not know.
    #[arg(long)]
    pub(super) all_languages: bool,

    /// Put a marker such as [phone] in place of personal data in the posts' texts.
    ///
    /// Found are e-mail addresses, phone, card, account and order numbers and addresses; the
    /// documentation says how well. The model reads the texts as they were.
    #[arg(long)]
    pub(super) redact: bool,

    /// Give authors pseudonyms made with the key in this file: the same key, the same pseudonyms.
    ///
    /// Also where texts mention them. The company's own accounts keep their names. Make a key with
    /// `head -c 32 /dev/urandom > KEYFILE`.
    #[arg(long, value_name = "KEYFILE")]
    pub(super) pseudonymise: Option<PathBuf>,

    /// Show in rejects.csv the rows as they were read, with personal data.
    #[arg(long, conflicts_with_all = ["redact", "pseudonymise"])]
    pub(super) raw_rejects: bool,

    /// Keep the model's outputs here, so that a post is not scored again in the next run.
    ///
    /// Holds hashes and numbers, never text. The results are the same with and without.
    #[arg(long, value_name = "DIR", env = "UPROAR_CACHE", hide_env_values = true)]
    pub(super) cache: Option<PathBuf>,

    /// Save the work after every N posts: a run that is cut off loses at most so much.
    #[arg(long, value_name = "N", default_value_t = 8192, value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) checkpoint: u32,

    /// Go on with a run that was cut off, and fail if there is none.
    #[arg(long)]
    pub(super) resume: bool,

    /// Throw away what a run that was cut off has left, and begin again.
    #[arg(long, conflicts_with = "resume")]
    pub(super) fresh: bool,

    /// How rows are written to standard output.
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(super) output_format: Option<OutputFormat>,

    /// Print the headline figures and the paths of the files as JSON, instead of the summary.
    #[arg(long)]
    pub(super) json: bool,

    /// Print nothing but errors, and JSON where it is asked for.
    #[arg(long, short)]
    pub(super) quiet: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum OutputFormat {
    /// Comma-separated values with a header.
    Csv,
    /// One JSON object a line.
    Ndjson,
}

impl From<OutputFormat> for RowFormat {
    fn from(format: OutputFormat) -> Self {
        match format {
            OutputFormat::Csv => Self::Csv,
            OutputFormat::Ndjson => Self::Ndjson,
        }
    }
}

impl ScoreArgs {
    /// What to do about the work of a run that was cut off.
    pub(super) fn start(&self) -> Start {
        match (self.resume, self.fresh) {
            (true, _) => Start::Resume,
            (_, true) => Start::Fresh,
            _ => Start::Any,
        }
    }
}
