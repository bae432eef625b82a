//! `uproar explain`: which words drove a signal, and what the priority is made of.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use uproar_classifier::{Classifier, Explanation, ModelFolder, Signal};
use uproar_report::{Priority, ScoredPosts, Scores, Weights, columns};

use crate::config::{Config, ConfigArgs};
use crate::error::Error;
use crate::labelled::check_scored;
use crate::model::EngineArgs;

mod json;
mod terminal;

const EXAMPLES: &str = "\
Examples:
  A post of your own:
  $ uproar explain --text 'Third call today and STILL no refund. Unbelievable.'

  A post of a report, with its reach and its place:
  $ uproar explain report --id 2028042559292391698

  Why it might be churn, for a program:
  $ uproar explain report --id 2028042559292391698 --signal churn --json";

const ABOUT: &str = "\
Show which words drove a score, and what the priority is made of.

The method is occlusion: each word, and each pair of neighbours, is left out in turn, and the text is \
scored again. A word's effect is by how much the score falls without it, in log odds: an effect of \
+0.7 doubles the odds, -0.7 halves them. What a pair does beyond its two words, as in \"not \
working\", is shared by both.";

/// Show which words drove a score, and what the priority is made of.
#[derive(Debug, Args)]
#[command(long_about = ABOUT, after_help = EXAMPLES)]
pub(crate) struct ExplainArgs {
    /// The report that the post is in: its folder, posts.parquet or posts.csv.
    #[arg(
        value_name = "SCORED",
        required_unless_present = "text",
        requires = "id"
    )]
    scored: Option<PathBuf>,

    /// The post's id in the report.
    #[arg(
        long,
        value_name = "ID",
        requires = "scored",
        allow_hyphen_values = true
    )]
    id: Option<String>,

    /// Explain this text instead.
    #[arg(long, value_name = "POST", allow_hyphen_values = true,
          conflicts_with_all = ["scored", "id"])]
    text: Option<String>,

    /// The signals to explain, separated by commas.
    #[arg(long = "signal", value_name = "SIGNAL", value_delimiter = ',',
          default_value = "anger,urgency", value_parser = signal_parser())]
    signals: Vec<Signal>,

    /// Print JSON.
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    config: ConfigArgs,

    #[command(flatten)]
    engine: EngineArgs,
}

fn signal_parser() -> impl TypedValueParser<Value = Signal> {
    PossibleValuesParser::new(Signal::ALL.map(Signal::name)).try_map(|name| {
        let signal = Signal::ALL.into_iter().find(|it| it.name() == name);
        signal.ok_or("no such signal")
    })
}

/// A post with everything that explains it.
struct Explained<'a> {
    text: &'a str,
    signals: &'a [Signal],
    explanation: Explanation,
    /// The terms of priority; `None` for a post by the company, which has none.
    priority: Option<Priority>,
    /// What the report says of the post, where it is from one.
    reported: Option<&'a Reported>,
    model: &'a ModelFolder,
}

/// A post as it stands in a report.
struct Reported {
    id: String,
    text: String,
    is_by_company: bool,
    reach: Option<f64>,
    priority: Option<f64>,
    rank: Option<u32>,
    rank_without_reach: Option<u32>,
    /// How many posts of the report have a rank.
    ranked: usize,
    band: Option<String>,
    why: Option<String>,
}

pub(crate) fn run(args: &ExplainArgs) -> Result<(), Error> {
    let weights = Config::load(&args.config, false)?.settings().weights;
    let (reported, classifier) = match (&args.scored, &args.id) {
        (Some(scored), Some(id)) => {
            let scored = ScoredPosts::read(scored, &Reported::COLUMNS)?;
            let reported = Reported::find(&scored, id)?;
            let classifier = args.engine.load()?;
            if let Some(checksum) = &scored.model_checksum {
                let file = scored.path.display().to_string();
                check_scored(&file, checksum, classifier.model())?;
            }
            (Some(reported), classifier)
        }
        _ => (None, args.engine.load()?),
    };
    let text = match &reported {
        Some(reported) => &reported.text,
        None => args.text.as_deref().unwrap_or_default(),
    };
    let explained = Explained::new(
        text,
        reported.as_ref(),
        &args.signals,
        &weights,
        &classifier,
    )?;
    if args.json {
        let mut out = std::io::stdout().lock();
        return writeln!(out, "{:#}", json::json(&explained)).map_err(Error::StandardOutput);
    }
    terminal::print(&explained)
}

impl<'a> Explained<'a> {
    fn new(
        text: &'a str,
        reported: Option<&'a Reported>,
        signals: &'a [Signal],
        weights: &Weights,
        classifier: &'a Classifier,
    ) -> Result<Self, Error> {
        let explanation = classifier.explain(text)?;
        let score = |signal| f64::from(explanation.score.probability(signal));
        let scores = Scores {
            urgency: score(Signal::Urgency),
            anger: score(Signal::Anger),
            actionable: score(Signal::Actionable),
            tried_before: score(Signal::TriedBefore),
            churn: score(Signal::Churn),
        };
        let reach = reported.and_then(|reported| reported.reach);
        let is_ranked = reported.is_none_or(|reported| !reported.is_by_company);
        Ok(Self {
            priority: is_ranked.then(|| Priority::new(&scores, reach, weights)),
            text,
            signals,
            explanation,
            reported,
            model: classifier.model(),
        })
    }
}

impl Reported {
    const COLUMNS: [&'static str; 9] = [
        columns::ID,
        columns::TEXT,
        columns::DIRECTION,
        columns::REACH,
        columns::PRIORITY,
        columns::RANK,
        columns::RANK_WITHOUT_REACH,
        columns::BAND,
        columns::WHY,
    ];

    fn find(scored: &ScoredPosts, id: &str) -> Result<Self, Error> {
        let column = |name| scored.posts.column(name);
        let ids = column(columns::ID)?.str()?;
        let Some(row) = ids.iter().position(|found| found == Some(id)) else {
            return Err(unknown_id(&scored.path, id, ids.iter().flatten()));
        };
        let text = |name| Ok::<_, Error>(column(name)?.str()?.get(row).map(str::to_owned));
        let ranks = column(columns::RANK)?.u32()?;
        Ok(Self {
            id: id.to_owned(),
            text: text(columns::TEXT)?.unwrap_or_default(),
            is_by_company: text(columns::DIRECTION)?.as_deref() == Some(columns::COMPANY),
            reach: column(columns::REACH)?.f64()?.get(row),
            priority: column(columns::PRIORITY)?.f64()?.get(row),
            rank: ranks.get(row),
            rank_without_reach: column(columns::RANK_WITHOUT_REACH)?.u32()?.get(row),
            ranked: ranks.iter().flatten().count(),
            band: text(columns::BAND)?,
            why: text(columns::WHY)?,
        })
    }
}

fn unknown_id<'a>(path: &Path, id: &str, ids: impl Iterator<Item = &'a str>) -> Error {
    let alike = |found: &&str| {
        // A spreadsheet may have rounded the id, and a person may have copied a part of it.
        found.len() == id.len() && id.len() > 15 && found.get(..15) == id.get(..15)
            || (id.len() > 3 && found.contains(id))
    };
    let mut ids = ids.peekable();
    let example = ids.peek().copied().map(str::to_owned);
    Error::UnknownId {
        path: path.to_owned(),
        id: id.to_owned(),
        hint: match (ids.find(alike), example) {
            (Some(alike), _) => format!("did you mean {alike}?"),
            (None, Some(example)) => format!("its column `id` has them, for example {example}"),
            (None, None) => "it holds no posts".to_owned(),
        },
    }
}
