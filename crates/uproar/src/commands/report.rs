//! `uproar report`: a report made again from its posts, without scoring them.

use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use clap::Args;
use indicatif::ProgressBar;
use jiff::civil::Date;
use serde_json::json;
use uproar_ingest::{counted, grouped};
use uproar_report::atomic::{CompleteFile, StagedFile};
use uproar_report::words::{self, PostWords};
use uproar_report::{
    OutputFolder, Ranking, Ranks, Report, ReportWriter, Run, ScoredReport, Selection, Settings,
    columns,
};

use crate::config::{Config, ConfigArgs};
use crate::error::Error;
use crate::folder_lock::FolderLock;
use crate::interrupt::Interrupt;
use crate::progress;
use crate::summary::Summary;

const EXAMPLES: &str = "\
Examples:
  After a change of weights or business hours in uproar.toml:
  $ uproar report report

  One company's posts of a week, in a folder to hand over:
  $ uproar report report --company @acme --since 2026-03-02 --until 2026-03-08 --out acme-week-10

  The first 50 posts to answer:
  $ uproar report report --top 50";

/// Make a report again from its posts, without scoring them.
///
/// Takes the scores of posts.parquet, and ranks, counts and writes anew: other weights, hours or bands
/// in uproar.toml, another length of the queue, or only some posts.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ReportArgs {
    /// The report: the folder that `uproar score --out` wrote.
    #[arg(value_name = "DIR")]
    report: PathBuf,

    /// Folder for the new report; without it, the files of DIR are replaced.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    /// Only posts to and by this company, as the column `company` names it. Needs --out.
    #[arg(long, value_name = "NAME")]
    company: Vec<String>,

    /// Only posts of this day and later, such as 2026-03-02. Needs --out.
    #[arg(long, value_name = "DATE")]
    since: Option<Date>,

    /// Only posts up to the end of this day. Needs --out.
    #[arg(long, value_name = "DATE")]
    until: Option<Date>,

    /// Keep only the first N posts in queue.csv.
    #[arg(long, value_name = "N")]
    top: Option<usize>,

    #[command(flatten)]
    config: ConfigArgs,

    /// Print the headline figures, counts and files as JSON.
    #[arg(long)]
    json: bool,

    /// Print nothing but errors.
    #[arg(long, short)]
    quiet: bool,
}

pub(crate) fn run(args: &ReportArgs) -> Result<(), Error> {
    let selection = Selection {
        companies: args.company.clone(),
        since: args.since,
        until: args.until,
    };
    let is_in_place = args.out.is_none();
    if is_in_place && !selection.is_all() {
        return Err(Error::Usage(
            "a report of some posts would replace the one of all; give another folder with --out",
        ));
    }
    let out = args.out.as_ref().unwrap_or(&args.report);
    let source = ScoredReport::open(&args.report)?;
    let config = Config::load(&args.config, args.quiet)?;
    let settings = config.settings();
    let rebuild = Rebuild {
        source: &source,
        selection: &selection,
        settings: &settings,
        interrupt: Interrupt::watch(false)?,
        bar: progress::writing(2 * source.count() as u64, args.quiet),
    };
    let ranks = rebuild.rank()?;

    let folder = OutputFolder::create(out)?;
    let lock = FolderLock::take(out)?;
    if lock.work().join("journal.json").exists() {
        return Err(Error::UnfinishedRun { path: out.clone() });
    }
    let folder = folder.with_staging(lock.work());
    let words = words::read(&args.report)?;
    let run = record(args, &config, &source.run)?;
    let made = rebuild
        .write(&folder, &ranks, config.top(args.top), &words, &run)
        .and_then(|mut made| {
            if !is_in_place {
                made.files.extend(copy_of_rejects(args, out, &lock)?);
            }
            Ok(made)
        });
    let made = match made {
        Ok(made) => made,
        Err(error) => {
            lock.remove()?;
            return Err(error);
        }
    };
    rebuild.bar.finish_and_clear();
    let mut files: Vec<PathBuf> = made.files.iter().map(|it| it.path().to_owned()).collect();
    files.push(folder.publish(made.files, &run)?);
    lock.remove()?;
    let summary = Summary {
        heading: format!(
            "{} of {} scored",
            counted(made.overview.posts, "post"),
            grouped(source.rows() as u64)
        ),
        folder: out,
        run: &run,
        queue: &made.queue,
        overview: &made.overview,
        files,
    };
    summary.show(args.json, args.quiet)
}

/// A report that is made again.
struct Rebuild<'a> {
    source: &'a ScoredReport,
    selection: &'a Selection,
    settings: &'a Settings,
    interrupt: Interrupt,
    bar: ProgressBar,
}

impl Rebuild<'_> {
    /// The places of the posts that are chosen.
    fn rank(&self) -> Result<Ranks, Error> {
        let names: Vec<&str> = Ranking::COLUMNS
            .into_iter()
            .chain([columns::COMPANY_NAME])
            .collect();
        let mut ranking = Ranking::new(self.settings)?;
        let mut companies = BTreeSet::new();
        let mut posts = 0;
        for chunk in self.source.chunks(Some(&names)) {
            self.step()?;
            let chunk = chunk?;
            let of_chunk = chunk.column(columns::COMPANY_NAME)?.str()?;
            for company in of_chunk.iter().flatten() {
                if !companies.contains(company) {
                    companies.insert(company.to_owned());
                }
            }
            let chosen = self.selection.of(&chunk, &self.settings.calendar)?;
            posts += chosen.height();
            ranking.add(&chosen)?;
        }
        if posts == 0 && !self.selection.is_all() {
            return Err(Error::NothingChosen {
                companies: companies.into_iter().collect::<Vec<_>>().join(", "),
            });
        }
        Ok(ranking.finish())
    }

    fn write(
        &self,
        folder: &OutputFolder,
        ranks: &Ranks,
        top: Option<usize>,
        words: &[PostWords],
        run: &Run,
    ) -> Result<Report, Error> {
        let mut report = ReportWriter::new(folder, self.settings, top)?;
        let mut row = 0;
        report.add(&ranks.annotate(self.source.none()?, 0)?, &[])?;
        for chunk in self.source.chunks(None) {
            self.step()?;
            let chosen = self.selection.of(&chunk?, &self.settings.calendar)?;
            let rows = row..row + chosen.height();
            row = rows.end;
            report.add(
                &ranks.annotate(chosen, rows.start)?,
                ranks.queue_places(rows),
            )?;
        }
        Ok(report.collect()?.complete(words, run)?)
    }

    fn step(&self) -> Result<(), Error> {
        self.bar.inc(1);
        self.interrupt.check()
    }
}

/// The rows that could not be read are the same, whatever is chosen of the posts.
fn copy_of_rejects(
    args: &ReportArgs,
    out: &Path,
    lock: &FolderLock,
) -> Result<Option<CompleteFile>, Error> {
    const NAME: &str = "rejects.csv";
    let from = args.report.join(NAME);
    let failed = |source| Error::Copy {
        path: from.clone(),
        source,
    };
    let mut rejects = match File::open(&from) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(failed(source)),
    };
    let mut copy = StagedFile::create(&out.join(NAME), lock.work())?;
    io::copy(&mut rejects, &mut copy).map_err(failed)?;
    Ok(Some(copy.complete()?))
}

/// The record of the run that scored the posts, with what was chosen of them and how they were ranked.
fn record(args: &ReportArgs, config: &Config, scored: &Run) -> Result<Run, Error> {
    let mut run = scored.clone();
    let date = |date: Option<Date>| date.map(|date| date.to_string());
    run.settings = config.record()?;
    run.options
        .insert("top".to_owned(), json!(config.top(args.top)));
    let chosen = json!({
        "company": args.company,
        "since": date(args.since),
        "until": date(args.until),
    });
    run.options.insert("report".to_owned(), chosen);
    Ok(run)
}
