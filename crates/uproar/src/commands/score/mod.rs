//! `uproar score`: an export in, a ranked report out.
//!
//! ```text
//! reader thread ─ batches ─▶ scoring, all cores ─▶ writer thread ─▶ segments ─▶ report
//! ```
//!
//! Posts pass through memory batch by batch. What is scored is kept in segments on disk, so that a
//! run that is cut off can be gone on with, and the report is made from them at the end.

mod args;
mod cache;
mod copies;
mod digest;
mod finishing;
mod journal;
mod not_scored;
mod privacy;
mod reading;
mod record;
mod run;
mod scoring;
mod segment;
mod texts;
mod words;
mod work_folder;

use std::io::Write;
use std::path::{Path, PathBuf};

use polars::prelude::df;
use uproar_report::{OutputFolder, RowFormat, columns};

pub(crate) use self::args::ScoreArgs;
use self::journal::Journal;
use self::run::{ScoreRun, Scored};
use self::work_folder::{Start, WorkFolder};
use crate::error::Error;
use crate::interrupt::Interrupt;
use crate::output::note;
use crate::summary::{self, Summary};
use crate::{output, progress, scores};

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
    let (mut run, reading) = ScoreRun::start(args)?;
    // Before the scoring, so that an hour's work does not end at a folder that cannot be written.
    let folder = OutputFolder::create(out)?;
    let options = record::options(&run);
    let settings = run.config.record()?;
    let journal = Journal::new(&reading.opened, options, settings, &run.classifier)?;
    let work = WorkFolder::open(out, &journal, args.start())?;
    let folder = folder.with_staging(work.path());
    let interrupt = Interrupt::watch(true)?;
    let has_streams = reading.opened.iter().any(|input| input.path.is_none());
    let scored = match run.score(reading, work.path(), &interrupt) {
        // The same files would only fail again, and with others the work is of no use; a stream that
        // broke off may come whole the next time.
        Err(Error::Ingest(error)) if !error.may_pass() && !has_streams => {
            work.remove()?;
            return Err(error.into());
        }
        scored => scored?,
    };
    let bar = progress::writing(scored.segments as u64 * finishing::PASSES, args.quiet);
    let ranked = run.rank(&scored, work.path(), &interrupt, &bar)?;
    let made = run.stages.time("write", || {
        let top = run.config.top(args.top);
        ranked.write_report(&folder, &run.config.settings(), top, &run.privacy)
    })?;
    bar.finish_and_clear();
    let words = run.explain(&made.queue, ranked.texts, &interrupt)?;
    let mut record = record::run(&run, &scored, &ranked.notices)?;
    let made = run
        .stages
        .time("report", || made.complete(&words, &record))?;
    record.stages = run.stages.list();
    let mut files: Vec<PathBuf> = made.files.iter().map(|it| it.path().to_owned()).collect();
    files.push(folder.publish(made.files, &record)?);
    work.remove()?;
    let summary = Summary {
        heading: summary::scored(&record),
        folder: out,
        run: &record,
        queue: &made.queue,
        overview: &made.overview,
        files,
    };
    summary.show(args.json, args.quiet)
}

/// Writes the scored rows to standard output, and what became of the others to standard error.
fn filter(args: &ScoreArgs) -> Result<(), Error> {
    if args.top.is_some() {
        return Err(Error::Usage(
            "--top shortens queue.csv, which --out - does not write",
        ));
    }
    if args.json {
        return Err(Error::Usage(
            "--json is about a report; for rows as JSON give --output-format ndjson",
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
    let (mut run, reading) = ScoreRun::start(args)?;
    let work = tempfile::tempdir().map_err(|source| Error::WorkFolder {
        path: std::env::temp_dir(),
        source,
    })?;
    let interrupt = Interrupt::watch(false)?;
    let scored = run.score(reading, work.path(), &interrupt)?;
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
    let format = args.output_format.map_or(RowFormat::Csv, Into::into);
    write(format, &mut std::io::stdout().lock())
}
