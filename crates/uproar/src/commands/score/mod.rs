//! `uproar score`: an export in, a ranked report out.
//!
//! ```text
//! reader thread ─ batches ─▶ scoring, all cores ─▶ writer thread ─▶ segments ─▶ report
//! ```
//!
//! Posts pass through memory batch by batch. What is scored is kept in segments on disk, so that a
//! run that is cut off can be gone on with, and the report is made from them at the end.

mod cache;
mod copies;
mod digest;
mod finishing;
mod interrupt;
mod journal;
mod not_scored;
mod privacy;
mod reading;
mod record;
mod scoring;
mod segment;
mod texts;
mod work_folder;

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use jiff::Timestamp;
use polars::prelude::df;
use uproar_classifier::Classifier;
use uproar_ingest::{Input, ReadOptions, Reader};
use uproar_report::{OutputFolder, RowFormat, columns};

use self::cache::ScoreCache;
use self::finishing::{Finishing, Ranked};
use self::interrupt::Interrupt;
use self::journal::Journal;
use self::privacy::Privacy;
use self::reading::{InputsRead, Reading};
use self::record::Stages;
use self::segment::Segments;
use self::texts::Texts;
use self::work_folder::{Start, WorkFolder};
use crate::error::Error;
use crate::model::EngineArgs;
use crate::output::note;
use crate::read_args::ReadArgs;
use crate::{output, progress, scores};

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
/// rejects.csv (rows that could not be read) and run.json to the output folder.
///
/// A run that was cut off goes on where it stopped when the same command is given again.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ScoreArgs {
    /// Exported files, folders with them, or quoted patterns such as 'exports/*.csv'; `-` reads
    /// standard input.
    #[arg(value_name = "INPUT", required_unless_present = "text")]
    inputs: Vec<PathBuf>,

    /// Folder for the report; `-` writes the scored rows to standard output instead.
    #[arg(long, value_name = "DIR", required_unless_present = "text")]
    out: Option<PathBuf>,

    /// Score this one post and print the result.
    #[arg(long, value_name = "POST", conflicts_with_all = ["inputs", "out", "map", "company", "encoding", "limit", "top", "all_languages", "redact", "pseudonymise", "raw_rejects", "checkpoint", "resume", "fresh"])]
    text: Option<String>,

    #[command(flatten)]
    engine: EngineArgs,

    #[command(flatten)]
    read: ReadArgs,

    /// Keep only the first N posts in queue.csv.
    #[arg(long, value_name = "N")]
    top: Option<usize>,

    /// Add the model's raw outputs to the scored rows, as columns logit_anger and so on.
    #[arg(long)]
    logits: bool,

    /// Score posts in other languages than English as well, which the model does not know.
    #[arg(long)]
    all_languages: bool,

    /// Put a marker such as [phone] in place of personal data in the posts' texts.
    ///
    /// Found are e-mail addresses, phone, card, account and order numbers and addresses; the
    /// documentation says how well. The model reads the texts as they were.
    #[arg(long)]
    redact: bool,

    /// Give authors pseudonyms made with the key in this file: the same key, the same pseudonyms.
    ///
    /// Also where texts mention them. The company's own accounts keep their names. Make a key with
    /// `head -c 32 /dev/urandom > KEYFILE`.
    #[arg(long, value_name = "KEYFILE")]
    pseudonymise: Option<PathBuf>,

    /// Show in rejects.csv the rows as they were read, with personal data.
    #[arg(long, conflicts_with_all = ["redact", "pseudonymise"])]
    raw_rejects: bool,

    /// Keep the model's outputs here, so that a post is not scored again in the next run.
    ///
    /// Holds hashes and numbers, never text. The results are the same with and without.
    #[arg(long, value_name = "DIR", env = "UPROAR_CACHE", hide_env_values = true)]
    cache: Option<PathBuf>,

    /// Save the work after every N posts: a run that is cut off loses at most so much.
    #[arg(long, value_name = "N", default_value_t = 8192, value_parser = clap::value_parser!(u32).range(1..))]
    checkpoint: u32,

    /// Go on with a run that was cut off, and fail if there is none.
    #[arg(long)]
    resume: bool,

    /// Throw away what a run that was cut off has left, and begin again.
    #[arg(long, conflicts_with = "resume")]
    fresh: bool,

    /// How rows are written to standard output.
    #[arg(long, value_enum, value_name = "FORMAT")]
    output_format: Option<OutputFormat>,

    /// Print nothing but errors.
    #[arg(long, short)]
    quiet: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum OutputFormat {
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

pub(crate) fn run(args: &ScoreArgs) -> Result<(), Error> {
    if let Some(text) = &args.text {
        return score_one(args, text);
    }
    match args.out.as_deref().filter(|out| *out != Path::new("-")) {
        Some(out) => report(args, out),
        None => filter(args),
    }
}

/// Writes a report to a folder.
fn report(args: &ScoreArgs, out: &Path) -> Result<(), Error> {
    if args.output_format.is_some() {
        return Err(Error::Usage(
            "--output-format is for --out - and for --text; a folder always gets CSV and Parquet",
        ));
    }
    let (mut run, reader) = ScoreRun::start(args)?;
    // Before the scoring, so that an hour's work does not end at a folder that cannot be written.
    let folder = OutputFolder::create(out)?;
    let options = record::options(args, &run.privacy);
    let journal = Journal::new(reader.opened(), options, &run.classifier)?;
    let work = WorkFolder::open(out, &journal, args.start())?;
    let folder = folder.with_staging(work.path());
    let interrupt = Interrupt::watch(true)?;
    let scored = match run.score(reader, work.path(), &interrupt) {
        // The same command would only fail again, and with another one the work is of no use.
        Err(Error::Ingest(error)) if !error.may_pass() => {
            work.remove()?;
            return Err(error.into());
        }
        scored => scored?,
    };
    let bar = progress::writing(scored.segments as u64 * finishing::PASSES, args.quiet);
    let ranked = run.rank(&scored, work.path(), &interrupt, &bar)?;
    let queue = run.stages.time("write", || {
        ranked.write_report(&folder, args.top, &run.privacy)
    })?;
    bar.finish_and_clear();
    let record = record::run(&run, &scored, &ranked.notices);
    folder.write_run(&record)?;
    work.remove()?;
    if !args.quiet {
        output::summary(&queue, &record, out)?;
    }
    Ok(())
}

/// Writes the scored rows to standard output, and what became of the others to standard error.
fn filter(args: &ScoreArgs) -> Result<(), Error> {
    if args.top.is_some() {
        return Err(Error::Usage(
            "--top shortens queue.csv, which --out - does not write",
        ));
    }
    if args.raw_rejects {
        return Err(Error::Usage(
            "--raw-rejects is about rejects.csv, which --out - does not write",
        ));
    }
    if args.start() != Start::Any {
        return Err(Error::Usage(
            "--resume and --fresh are for a folder; --out - keeps nothing to go on with",
        ));
    }
    let (mut run, reader) = ScoreRun::start(args)?;
    let work = tempfile::tempdir().map_err(|source| Error::WorkFolder {
        path: std::env::temp_dir(),
        source,
    })?;
    let interrupt = Interrupt::watch(false)?;
    let scored = run.score(reader, work.path(), &interrupt)?;
    let bar = progress::writing(scored.segments as u64 * finishing::PASSES, args.quiet);
    let ranked = run.rank(&scored, work.path(), &interrupt, &bar)?;
    bar.finish_and_clear();
    write_to_stdout(
        |format, out| ranked.write_rows(format, out, &run.privacy),
        args,
    )?;
    if !args.quiet {
        let counts = record::counts(&scored);
        let rows = output::rows(&counts);
        if counts.rejected() == 0 {
            output::say(&rows);
        } else {
            output::say(&format!(
                "{rows}; with --out DIR, rejects.csv says which and why"
            ));
        }
    }
    Ok(())
}

/// Scores the post of `--text`, with nothing known of its author.
fn score_one(args: &ScoreArgs, text: &str) -> Result<(), Error> {
    let classifier = args.engine.load()?;
    let score = classifier.score(&[text], &|_| ())?[0];
    if args.output_format.is_none() {
        return output::post(&score, args.logits);
    }
    let post = df!(columns::TEXT => [text])?;
    let rows = scores::append(post, &[Some(score)], args.logits)?;
    write_to_stdout(
        |format, out| Ok(uproar_report::write_rows(&rows, format, out)?),
        args,
    )
}

fn write_to_stdout(
    write: impl FnOnce(RowFormat, &mut dyn Write) -> Result<(), Error>,
    args: &ScoreArgs,
) -> Result<(), Error> {
    let format = args.output_format.unwrap_or(OutputFormat::Csv);
    write(format.into(), &mut std::io::stdout().lock())
}

impl ScoreArgs {
    fn start(&self) -> Start {
        match (self.resume, self.fresh) {
            (true, _) => Start::Resume,
            (_, true) => Start::Fresh,
            _ => Start::Any,
        }
    }
}

/// A run whose options, inputs and model proved good.
struct ScoreRun<'a> {
    args: &'a ScoreArgs,
    started_at: Timestamp,
    classifier: Classifier,
    privacy: Privacy,
    stages: Stages,
}

/// What was read and scored.
struct Scored {
    inputs: InputsRead,
    scoring: uproar_report::Scoring,
    /// How many segments there are.
    segments: usize,
}

impl<'a> ScoreRun<'a> {
    /// Opens the inputs and the model.
    fn start(args: &'a ScoreArgs) -> Result<(Self, Reader), Error> {
        let started_at = Timestamp::now();
        let mut stages = Stages::default();
        let privacy = Privacy::new(args)?;
        let inputs = args.inputs.iter().cloned().map(Input::from).collect();
        let options = ReadOptions {
            chunk_rows: args.checkpoint as usize,
            ..args.read.options()
        };
        let reader = Reader::open(inputs, options)?;
        let classifier = stages.time("load", || args.engine.load())?;
        let run = Self {
            args,
            started_at,
            classifier,
            privacy,
            stages,
        };
        Ok((run, reader))
    }

    /// Reads and scores every post, into segments.
    fn score(
        &mut self,
        reader: Reader,
        work: &Path,
        interrupt: &Interrupt,
    ) -> Result<Scored, Error> {
        let Self {
            args,
            classifier,
            stages,
            ..
        } = self;
        let opened = args
            .cache
            .as_deref()
            .map(|folder| ScoreCache::open(folder, classifier));
        let (cache, notice) = opened.map_or((None, None), |it| (it.cache, it.notice));
        let mut texts = Texts::new(classifier, cache, args.all_languages, args.quiet);
        if let Some(notice) = notice
            && !args.quiet
        {
            note(&notice);
        }
        let bar = progress::reading(reader.bytes_total(), args.quiet);
        let reading = Reading::start(reader, args.checkpoint as usize)?;
        let segments = stages.time("score", || {
            let segments = Segments::new(work);
            scoring::score(&reading, &mut texts, &segments, interrupt, &bar)
        })?;
        bar.finish_and_clear();
        let scored = Scored {
            inputs: reading.finish(),
            scoring: texts.scoring(),
            segments,
        };
        if !args.quiet {
            scored.inputs.notices.iter().for_each(|text| note(text));
            if scored.scoring.resumed > 0 {
                let posts = output::counted(scored.scoring.resumed, "post");
                note(&format!(
                    "{posts} had been scored before the run was cut off"
                ));
            }
        }
        Ok(scored)
    }

    fn rank<'b>(
        &mut self,
        scored: &Scored,
        work: &'b Path,
        interrupt: &'b Interrupt,
        bar: &'b indicatif::ProgressBar,
    ) -> Result<Ranked<'b>, Error> {
        let finishing = Finishing {
            segments: Segments::new(work),
            count: scored.segments,
            folder: work,
            interrupt,
            bar,
        };
        let decision = self.classifier.model().decision();
        let ranked = self.stages.time("rank", || {
            finishing.rank(&self.args.read.company, decision, self.args.logits)
        })?;
        if !self.args.quiet {
            bar.suspend(|| ranked.notices.iter().for_each(|text| note(text)));
        }
        Ok(ranked)
    }
}
