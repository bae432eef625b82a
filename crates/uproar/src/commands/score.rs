//! `uproar score`: an export in, a ranked report out.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::{Args, ValueEnum};
use jiff::Timestamp;
use polars::prelude::{DataFrame, df};
use serde_json::{Map, Value, json};
use uproar_classifier::{Classifier, Score};
use uproar_ingest::schema::Column;
use uproar_ingest::{ColumnOverride, Input, LimitOverride, Limits, Reader, Reject, conversation};
use uproar_report::{
    Counts, InputFile, OutputFolder, RUN_SCHEMA, RejectRow, RowFormat, Run, Stage, Weights, columns,
};

use crate::error::Error;
use crate::model::EngineArgs;
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
    #[arg(long, value_name = "POST", conflicts_with_all = ["inputs", "out", "map", "company", "encoding", "limit", "top"])]
    text: Option<String>,

    #[command(flatten)]
    engine: EngineArgs,

    /// Which column holds what, where Uproar does not find it by itself, such as `text=remark`.
    #[arg(long, value_name = "COLUMN=HEADER", long_help = map_help())]
    map: Vec<ColumnOverride>,

    /// A handle of the company: posts of this author are answers, not customers' posts.
    #[arg(long, value_name = "HANDLE")]
    company: Vec<String>,

    /// Text encoding of the inputs, such as windows-1252, when they are neither UTF-8 nor UTF-16.
    #[arg(long, value_name = "LABEL")]
    encoding: Option<String>,

    /// How much an input may cost, such as `field=2MiB`, in place of the default.
    #[arg(long, value_name = "NAME=VALUE", long_help = limit_help())]
    limit: Vec<LimitOverride>,

    /// Keep only the first N posts in queue.csv.
    #[arg(long, value_name = "N")]
    top: Option<usize>,

    /// Add the model's raw outputs to the scored rows, as columns logit_anger and so on.
    #[arg(long)]
    logits: bool,

    /// How rows are written to standard output.
    #[arg(long, value_enum, value_name = "FORMAT")]
    output_format: Option<OutputFormat>,

    /// Print nothing but errors.
    #[arg(long, short)]
    quiet: bool,
}

fn map_help() -> String {
    let columns = Column::ALL.map(Column::name).join(", ");
    format!(
        "Which column holds what, where Uproar does not find it by itself, such as \
         `text=remark`.\n\nThe left side is one of {columns}."
    )
}

fn limit_help() -> String {
    format!(
        "How much an input may cost, such as `field=2MiB`, in place of the default.\n\nThe limits, \
         with their defaults:\n{}",
        Limits::default()
    )
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
    let Some(out) = args.out.as_deref().filter(|out| *out != Path::new("-")) else {
        return filter(args);
    };
    if args.output_format.is_some() {
        return Err(Error::Usage(
            "--output-format is for --out - and for --text; a folder always gets CSV and Parquet",
        ));
    }
    let scoring = Scoring::start(args)?;
    // Before the scoring, so that an hour's work does not end at a folder that cannot be written.
    let folder = OutputFolder::create(out)?;
    let mut scored = scoring.finish()?;
    let queue = scored.stages.time("write", || {
        folder.write_posts(&scored.ranked)?;
        let queue = folder.write_queue(&scored.ranked, args.top)?;
        folder.write_summary(&scored.ranked)?;
        folder.write_rejects(scored.rejects.iter().map(reject_row))?;
        Ok::<_, Error>(queue)
    })?;
    let run = scored.record(args);
    folder.write_run(&run)?;
    if !args.quiet {
        output::summary(&queue, &run, out)?;
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
    let scored = Scoring::start(args)?.finish()?;
    write_to_stdout(
        |format, out| uproar_report::write_posts(&scored.ranked, format, out),
        args,
    )?;
    if !args.quiet {
        let rows = output::rows(&scored.counts());
        if scored.rejects.is_empty() {
            anstream::eprintln!("{rows}");
        } else {
            anstream::eprintln!("{rows}; with --out DIR, rejects.csv says which and why");
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
    let rows = scores::append(post, &[score], args.logits)?;
    write_to_stdout(
        |format, out| uproar_report::write_rows(&rows, format, out),
        args,
    )
}

fn write_to_stdout(
    write: impl FnOnce(RowFormat, &mut dyn Write) -> Result<(), uproar_report::Error>,
    args: &ScoreArgs,
) -> Result<(), Error> {
    let format = args.output_format.unwrap_or(OutputFormat::Csv);
    Ok(write(format.into(), &mut std::io::stdout().lock())?)
}

/// A run whose options, inputs and model proved good.
struct Scoring<'a> {
    args: &'a ScoreArgs,
    started_at: Timestamp,
    reader: Reader,
    classifier: Classifier,
    stages: Stages,
}

/// A run's results.
struct Scored {
    started_at: Timestamp,
    ranked: DataFrame,
    rejects: Vec<Reject>,
    reader: Reader,
    classifier: Classifier,
    stages: Stages,
}

impl<'a> Scoring<'a> {
    fn start(args: &'a ScoreArgs) -> Result<Self, Error> {
        let started_at = Timestamp::now();
        let mut stages = Stages::default();
        let inputs = args.inputs.iter().cloned().map(Input::from).collect();
        let options = uproar_ingest::ReadOptions {
            map: args.map.clone(),
            company: args.company.clone(),
            encoding: args.encoding.clone(),
            limits: Limits::default().with(&args.limit),
            ..Default::default()
        };
        let reader = Reader::open(inputs, options)?;
        let classifier = stages.time("load", || args.engine.load())?;
        Ok(Self {
            args,
            started_at,
            reader,
            classifier,
            stages,
        })
    }

    /// Reads, scores and ranks every post.
    fn finish(mut self) -> Result<Scored, Error> {
        let (reader, quiet) = (&mut self.reader, self.args.quiet);
        let (posts, rejects) = self.stages.time("read", || read(reader, quiet))?;
        if !quiet {
            for notice in reader.notices() {
                anstream::eprintln!("note: {notice}");
            }
        }
        let scores = self
            .stages
            .time("score", || score(&self.classifier, &posts, quiet))?;
        let ranked = self
            .stages
            .time("rank", || rank(posts, &scores, self.args.logits))?;
        Ok(Scored {
            started_at: self.started_at,
            ranked,
            rejects,
            reader: self.reader,
            classifier: self.classifier,
            stages: self.stages,
        })
    }
}

impl Scored {
    fn counts(&self) -> Counts {
        let counts = self.reader.counts();
        Counts::new(counts.posts, counts.rejected, counts.duplicates)
    }

    fn record(&self, args: &ScoreArgs) -> Run {
        let model = self.classifier.model();
        Run {
            schema: RUN_SCHEMA,
            uproar: env!("CARGO_PKG_VERSION").to_owned(),
            started_at: self.started_at,
            model: uproar_report::Model {
                name: model.name(),
                path: model.path().display().to_string(),
                checksum: model.checksum().to_owned(),
                normalizer: model.normalizer().version(),
                engine: self.classifier.describe(),
                labels: uproar_classifier::Signal::ALL
                    .map(|s| s.name().to_owned())
                    .into(),
            },
            options: options(args),
            inputs: input_files(&self.reader),
            counts: self.counts(),
            stages: self.stages.0.clone(),
            notices: self
                .reader
                .notices()
                .iter()
                .map(ToString::to_string)
                .collect(),
        }
    }
}

/// How long each part of the run took.
#[derive(Default)]
struct Stages(Vec<Stage>);

impl Stages {
    fn time<T, E>(&mut self, name: &str, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let start = Instant::now();
        let result = work();
        self.0.push(Stage {
            name: name.to_owned(),
            seconds: start.elapsed().as_secs_f64(),
        });
        result
    }
}

/// The files that were read, with their sizes; what was read beyond them came from streams.
fn input_files(reader: &Reader) -> Vec<InputFile> {
    let of_files: u64 = reader.opened().iter().filter_map(|input| input.bytes).sum();
    let of_streams = reader.bytes_read().saturating_sub(of_files);
    reader
        .opened()
        .iter()
        .map(|input| InputFile {
            path: input.name.clone(),
            bytes: input.bytes.unwrap_or(of_streams),
        })
        .collect()
}

fn read(reader: &mut Reader, quiet: bool) -> Result<(DataFrame, Vec<Reject>), Error> {
    let bar = progress::reading(reader.bytes_total(), quiet);
    let mut posts = DataFrame::empty_with_schema(&uproar_ingest::schema::schema());
    let mut rejects = Vec::new();
    while let Some(chunk) = reader.next() {
        let chunk = chunk?;
        posts.vstack_mut(&chunk.posts)?;
        rejects.extend(chunk.rejects);
        bar.set_position(reader.bytes_read());
    }
    bar.finish_and_clear();
    posts.rechunk_mut();
    Ok((conversation::annotate(posts)?, rejects))
}

fn score(classifier: &Classifier, posts: &DataFrame, quiet: bool) -> Result<Vec<Score>, Error> {
    let texts: Vec<&str> = posts
        .column(columns::TEXT)?
        .str()?
        .iter()
        .map(Option::unwrap_or_default)
        .collect();
    scores::of(classifier, &texts, quiet)
}

fn rank(posts: DataFrame, scores: &[Score], logits: bool) -> Result<DataFrame, Error> {
    let scored = scores::append(posts, scores, logits)?;
    Ok(uproar_report::rank(scored, &Weights::default())?)
}

fn reject_row(reject: &Reject) -> RejectRow {
    RejectRow {
        file: reject.file.clone(),
        line: reject.line,
        reason: reject.reason.to_string(),
        raw: reject.raw.clone(),
    }
}

/// The options that shape the output, for the run's record.
fn options(args: &ScoreArgs) -> Map<String, Value> {
    let map: Vec<String> = args
        .map
        .iter()
        .map(|entry| format!("{}={}", entry.column.name(), entry.header))
        .collect();
    let limit: Vec<String> = args.limit.iter().map(ToString::to_string).collect();
    let options = json!({
        "map": map,
        "company": args.company,
        "encoding": args.encoding,
        "limit": limit,
        "top": args.top,
        "logits": args.logits,
        "decision": args.engine.model.decision,
    });
    match options {
        Value::Object(options) => options,
        _ => Map::new(),
    }
}
