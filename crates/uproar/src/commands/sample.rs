//! `uproar sample`: a report in, a sheet of posts that are worth labelling out.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use indicatif::HumanCount;
use polars::prelude::{
    BooleanChunked, DataFrame, IdxCa, IdxSize, IntoColumn, NewChunkedArray, StringChunked,
};
use uproar_classifier::Signal;
use uproar_ingest::counted;
use uproar_ingest::redact::Redactor;
use uproar_report::{Band, LabelSheet, ScoredPosts, columns};
use uproar_tuning::labels::Labels;
use uproar_tuning::sampling::{Candidate, Pick, Reason, sample};

use crate::config::{Config, ConfigArgs};
use crate::error::Error;
use crate::labelled::check_scored;
use crate::model::ModelPath;

const EXAMPLES: &str = "\
Examples:
  A sheet of 200 posts for a spreadsheet, with a list of answers in every cell:
  $ uproar score export.csv --out report
  $ uproar sample report --out to-label.xlsx

  The next 100, none of them labelled before:
  $ uproar sample report -n 100 --labelled to-label.xlsx --out more.xlsx

  What the labels are for:
  $ uproar tune to-label.xlsx --scored report";

const ABOUT: &str = "\
Pick the posts that are worth labelling next, and write a sheet to fill in.

Picked are posts of customers that differ from each other:

  25 %  by chance, so that what is measured on them holds for all posts
  40 %  near a threshold of the model, where an answer teaches most
  15 %  where signals disagree: angry but not negative, urgent but not actionable, and the like
  10 %  so that small and large audiences are all there
  rest  so that every band (now, today, later, none) is there

The sheet has a column for each label, to be filled in by the guide that comes with it, but nothing \
of what the model thinks: that would lead the reader. The column picked_for says why a post is \
there. The order is by chance.";

/// Pick the posts that are worth labelling next, and write a sheet to fill in.
#[derive(Debug, Args)]
#[command(long_about = ABOUT, after_help = EXAMPLES)]
pub(crate) struct SampleArgs {
    /// The report to pick from: its folder, posts.parquet or posts.csv.
    #[arg(value_name = "SCORED")]
    scored: PathBuf,

    /// How many posts to pick.
    #[arg(short = 'n', long = "posts", value_name = "N", default_value_t = 200,
          value_parser = clap::value_parser!(u32).range(1..))]
    posts: u32,

    /// The sheet: an Excel workbook with lists of answers (.xlsx), or CSV (.csv).
    ///
    /// A file that is there already is left alone, for it may hold people's labels.
    #[arg(long, value_name = "FILE", default_value = "to-label.xlsx")]
    out: PathBuf,

    /// Labels that are there already (CSV or .xlsx): these posts are not picked again.
    #[arg(long, value_name = "FILE")]
    labelled: Vec<PathBuf>,

    /// Put a marker such as [phone] in place of personal data in the sheet's texts.
    ///
    /// Found are e-mail addresses, phone, card, account and order numbers and addresses; the
    /// documentation says how well. `uproar tune --scored` takes the texts from the report.
    #[arg(long)]
    redact: bool,

    /// Another number gives another sample.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,

    #[command(flatten)]
    config: ConfigArgs,

    #[command(flatten)]
    model: ModelPath,

    /// Print nothing but errors.
    #[arg(long, short)]
    quiet: bool,
}

pub(crate) fn run(args: &SampleArgs) -> Result<(), Error> {
    let format = SheetFormat::of(&args.out)?;
    if args.out.exists() {
        return Err(Error::SheetExists {
            path: args.out.clone(),
        });
    }
    let config = Config::load(&args.config, args.quiet)?;
    let mut labelled = Vec::new();
    for path in &args.labelled {
        labelled.extend(Labels::read(path)?.rows);
    }
    let model = args.model.open()?;
    let scored = ScoredPosts::read(&args.scored, &wanted())?;
    if let Some(checksum) = &scored.model_checksum {
        check_scored(&scored.path.display().to_string(), checksum, &model)?;
    }

    let posts = customers(&scored.posts)?;
    let candidates = candidates(&posts)?;
    let size = usize::try_from(args.posts).unwrap_or(usize::MAX);
    let picks = sample(&candidates, &labelled, model.decision(), size, args.seed);
    if picks.is_empty() {
        return Err(Error::NothingToLabel { path: scored.path });
    }
    let rows = picks.iter().map(|pick| pick.candidate as IdxSize);
    let rows = IdxCa::from_iter_values("row".into(), rows);
    let reasons: Vec<&str> = picks.iter().map(|pick| pick.reason.name()).collect();
    let mut picked = posts.take(&rows)?;
    if args.redact || config.redacts_posts() {
        redact(&mut picked, &Redactor::default())?;
    }
    let sheet = LabelSheet::new(&picked, &reasons, model.checksum())?;
    match format {
        SheetFormat::Csv => sheet.write_csv(&args.out)?,
        SheetFormat::Xlsx => sheet.write_xlsx(&args.out)?,
    }
    if args.quiet {
        return Ok(());
    }
    std::io::stdout()
        .lock()
        .write_all(summary(&candidates, &picks, args).as_bytes())
        .map_err(Error::StandardOutput)
}

enum SheetFormat {
    Csv,
    Xlsx,
}

impl SheetFormat {
    fn of(path: &Path) -> Result<Self, Error> {
        let extension = path.extension().and_then(|extension| extension.to_str());
        match extension.map(str::to_ascii_lowercase).as_deref() {
            Some("csv") => Ok(Self::Csv),
            Some("xlsx") => Ok(Self::Xlsx),
            _ => Err(Error::Usage("the name of --out must end in .xlsx or .csv")),
        }
    }
}

/// What is read of the report.
fn wanted() -> Vec<&'static str> {
    let others = [
        columns::ID,
        columns::TEXT,
        columns::CREATED_AT,
        columns::FOLLOWERS,
        columns::LANG,
        columns::DIRECTION,
        columns::BAND,
    ];
    others
        .into_iter()
        .chain(Signal::ALL.map(Signal::name))
        .collect()
}

/// The customers' posts that have scores.
fn customers(posts: &DataFrame) -> Result<DataFrame, Error> {
    let direction = posts.column(columns::DIRECTION)?.str()?;
    let mut mask: BooleanChunked = direction
        .iter()
        .map(|direction| Some(direction == Some(columns::CUSTOMER)))
        .collect();
    let needed = [columns::ID, columns::TEXT, columns::BAND];
    for name in needed.into_iter().chain(Signal::ALL.map(Signal::name)) {
        mask = mask & posts.column(name)?.is_not_null();
    }
    Ok(posts.filter(&mask)?)
}

fn redact(posts: &mut DataFrame, redactor: &Redactor) -> Result<(), Error> {
    let texts = posts.column(columns::TEXT)?.str()?;
    let redacted = texts.iter().map(|text| Some(redactor.redact(text?)));
    let redacted = StringChunked::from_iter_options(columns::TEXT.into(), redacted);
    posts.with_column(redacted.into_column())?;
    Ok(())
}

fn candidates(posts: &DataFrame) -> Result<Vec<Candidate<'_>>, Error> {
    let ids = posts.column(columns::ID)?.str()?;
    let texts = posts.column(columns::TEXT)?.str()?;
    let bands = posts.column(columns::BAND)?.str()?;
    let followers = posts.column(columns::FOLLOWERS)?.i64()?;
    let mut candidates: Vec<Candidate> = ids
        .iter()
        .zip(texts.iter())
        .zip(bands.iter().zip(followers.iter()))
        .map(|((id, text), (band, followers))| Candidate {
            id: id.unwrap_or_default(),
            text: text.unwrap_or_default(),
            probabilities: [0.0; Signal::COUNT],
            band: band.unwrap_or_default(),
            followers,
        })
        .collect();
    for signal in Signal::ALL {
        let probabilities = posts.column(signal.name())?.f32()?;
        for (candidate, probability) in candidates.iter_mut().zip(probabilities.iter()) {
            candidate.probabilities[signal as usize] = probability.unwrap_or_default();
        }
    }
    Ok(candidates)
}

/// What was picked and what to do with it.
fn summary(candidates: &[Candidate], picks: &[Pick], args: &SampleArgs) -> String {
    let reasons = listed(Reason::ALL.map(|reason| {
        let count = picks.iter().filter(|pick| pick.reason == reason).count();
        (count, reason.name())
    }));
    let bands = listed(Band::ALL.map(Band::name).map(|band| {
        let of_band = |pick: &&Pick| candidates[pick.candidate].band == band;
        (picks.iter().filter(of_band).count(), band)
    }));
    let mut text = format!(
        "{} of {} picked ({reasons}); their bands: {bands}.\n",
        HumanCount(picks.len() as u64),
        counted(candidates.len() as u64, "customers' post"),
    );
    if picks.len() < args.posts as usize {
        text +=
            "The others are labelled already, or nearly the same as one that is or was picked.\n";
    }
    let (sheet, scored) = (args.out.display(), args.scored.display());
    text + &format!(
        "The sheet is {sheet}: fill in what you can judge and leave the rest empty. Then:\n  \
         uproar tune {sheet} --scored {scored}\n"
    )
}

/// `3 now, 4 today`, without what there is none of.
fn listed<const N: usize>(counts: [(usize, &str); N]) -> String {
    let shown = counts.into_iter().filter(|(count, _)| *count > 0);
    shown
        .map(|(count, name)| format!("{} {name}", HumanCount(count as u64)))
        .collect::<Vec<_>>()
        .join(", ")
}
