//! `uproar eval`: how well the model agrees with people.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use uproar_classifier::Signal;
use uproar_classifier::decision::Decision;
use uproar_report::atomic::write_file;
use uproar_report::{OutputFolder, Priority, Scores, Settings};
use uproar_tuning::Case;
use uproar_tuning::evaluation::{Evaluation, Slice, SliceBy, Slicing, Traits};

use crate::error::Error;
use crate::labelled::{LabelArgs, Labelled};
use crate::model::EngineArgs;

mod chart;
mod html;
mod json;
mod table;

const EXAMPLES: &str = "\
Examples:
  Measure the model on posts that people have judged:
  $ uproar eval data/labels/labels.csv

  The same as a page with curves, and for a program:
  $ uproar eval labels.csv --html eval.html --json eval.json

  Labels that hold ids alone take their posts from the report that they are from:
  $ uproar eval labels.csv --scored report

  Whether other thresholds would be better:
  $ uproar eval labels.csv --decision new.toml --json - | jq .labels.urgency.metrics.f1_level_2";

/// Measure how well scores, decisions and the queue agree with people's labels.
///
/// Every figure comes with a 95 % interval: where it would lie with other posts of the same kind, 19
/// times in 20 (percentile bootstrap). A figure that the labels cannot tell, for lack of a post of
/// some class, is left open.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct EvalArgs {
    #[command(flatten)]
    labels: LabelArgs,

    #[command(flatten)]
    engine: EngineArgs,

    /// Write every figure to this file as JSON; `-` writes it to standard output, in place of the
    /// table.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,

    /// Write a page with tables and curves to this file.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,

    /// Write a reliability diagram of each label to this folder, as SVG.
    #[arg(long, value_name = "DIR")]
    plots: Option<PathBuf>,

    /// Measure parts of the posts as well, where a part has 30 or more.
    #[arg(long, value_name = "KIND", value_delimiter = ',', value_enum,
          default_values_t = SliceName::value_variants().iter().copied())]
    slices: Vec<SliceName>,

    /// Print nothing but errors, and JSON where it is asked for.
    #[arg(long, short)]
    quiet: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum SliceName {
    /// By the column `company`, or else the first handle of the post.
    Company,
    /// By the column `followers`, in ten parts.
    Followers,
    /// By the column `lang`.
    Language,
    /// By the number of words.
    Length,
}

impl From<SliceName> for SliceBy {
    fn from(name: SliceName) -> Self {
        match name {
            SliceName::Company => Self::Company,
            SliceName::Followers => Self::Followers,
            SliceName::Language => Self::Language,
            SliceName::Length => Self::Length,
        }
    }
}

/// What was measured on what.
#[derive(Debug)]
struct Subject {
    model: String,
    model_checksum: String,
    /// The decision file in place of the model's own.
    decision: Option<String>,
    labels: String,
    labels_checksum: String,
}

impl Subject {
    fn new(args: &EvalArgs, labelled: &Labelled) -> Self {
        let model = labelled.classifier.model();
        let decision = args.engine.model.decision.as_ref();
        Self {
            model: model.name(),
            model_checksum: model.checksum().to_owned(),
            decision: decision.map(|path| path.display().to_string()),
            labels: args.labels.labels.display().to_string(),
            labels_checksum: labelled.labels.checksum.clone(),
        }
    }

    fn short_checksum(&self) -> &str {
        self.model_checksum.get(..12).unwrap_or_default()
    }
}

pub(crate) fn run(args: &EvalArgs) -> Result<(), Error> {
    let labelled = Labelled::read(&args.labels, &args.engine, args.quiet)?;
    let subject = Subject::new(args, &labelled);
    let evaluation = evaluate(&labelled, &args.slices);
    if let Some(path) = &args.html {
        let page = html::page(&subject, &evaluation)?;
        write_file(path, |out| out.write_all(page.as_bytes()))?;
    }
    if let Some(folder) = &args.plots {
        write_plots(folder, &evaluation)?;
    }
    let is_stdout = |path: &PathBuf| path == Path::new("-");
    if let Some(path) = &args.json {
        let json = format!("{:#}\n", json::json(&subject, &evaluation));
        if is_stdout(path) {
            return print(&json);
        }
        write_file(path, |out| out.write_all(json.as_bytes()))?;
    }
    if !args.quiet {
        print(&table::text(&subject, &evaluation))?;
    }
    Ok(())
}

fn evaluate(labelled: &Labelled, slices: &[SliceName]) -> Evaluation {
    let traits: Vec<Traits<'_>> = labelled
        .labels
        .rows
        .iter()
        .zip(&labelled.texts)
        .map(|(row, text)| Traits {
            text: text.as_deref(),
            company: row.company.as_deref(),
            followers: row.followers,
            language: row.lang.as_deref(),
        })
        .collect();
    let slicings: Vec<Slicing> = slices
        .iter()
        .map(|by| Slicing::new((*by).into(), &traits))
        .collect();
    let decision = labelled.classifier.model().decision();
    let order = queue_order(&labelled.cases, decision, &labelled.settings);
    Evaluation::new(&labelled.cases, decision, &order, &slicings)
}

/// The order of `queue.csv` where nobody has an audience: the band, then the priority without reach.
fn queue_order(cases: &[Case], decision: &Decision, settings: &Settings) -> Vec<usize> {
    let keys = cases.iter().map(|case| {
        let score = decision.decide(case.logits);
        let at = |signal| f64::from(score.probability(signal));
        let scores = Scores {
            urgency: at(Signal::Urgency),
            anger: at(Signal::Anger),
            actionable: at(Signal::Actionable),
            tried_before: at(Signal::TriedBefore),
            churn: at(Signal::Churn),
        };
        let (urgency, anger) = (score.urgency_level.into(), score.anger_level.into());
        let band = settings.bands.band(urgency, anger, score.is_actionable);
        let priority = Priority::new(&scores, None, &settings.weights);
        (band, priority.without_reach())
    });
    let mut order: Vec<_> = keys.enumerate().collect();
    order.sort_by(|(_, (band_a, a)), (_, (band_b, b))| band_a.cmp(band_b).then(b.total_cmp(a)));
    order.into_iter().map(|(row, _)| row).collect()
}

fn write_plots(folder: &Path, evaluation: &Evaluation) -> Result<(), Error> {
    OutputFolder::create(folder)?;
    for diagram in &evaluation.reliability {
        let name = diagram.label.name();
        let svg = chart::reliability(diagram, &name.replace('_', " "))?;
        let path = folder.join(format!("reliability-{name}.svg"));
        write_file(&path, |out| out.write_all(svg.as_bytes()))?;
    }
    Ok(())
}

fn print(text: &str) -> Result<(), Error> {
    std::io::stdout()
        .lock()
        .write_all(text.as_bytes())
        .map_err(Error::StandardOutput)
}

/// A number of posts, which weights can make fractional.
fn count(count: f64) -> String {
    if count.fract() == 0.0 {
        format!("{count:.0}")
    } else {
        format!("{count:.1}")
    }
}

/// What the figures of a slice are called.
fn slice_columns(slice: &Slice) -> impl Iterator<Item = String> {
    let figures = slice.figures.iter();
    figures.map(|(label, figure)| format!("{}: {}", label.name(), figure.metric))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Logits of anger, urgency and actionable; nothing else presses.
    fn case(anger: f32, urgency: f32, actionable: f32) -> Case {
        Case {
            logits: [anger, urgency, 0.0, 0.0, 0.0, actionable, -9.0, -9.0],
            answer: uproar_tuning::labels::Answer::default(),
            weight: 1.0,
        }
    }

    #[test]
    fn the_queue_goes_band_by_band() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("decision.toml");
        let decision = "schema = 2
            anger.levels = [0.25, 0.5, 0.75]
            urgency.levels = [0.25, 0.5, 0.75]
            actionable.threshold = 0.5
            tried_before.threshold = 0.5
            churn.threshold = 0.5";
        std::fs::write(&path, decision).unwrap();
        let decision = Decision::load(&path).unwrap();
        let cases = [
            case(-9.0, -9.0, -9.0), // nothing to act on
            case(-9.0, -2.0, 9.0),  // later
            case(9.0, 1.0, 9.0),    // today, and furious: the highest priority of all
            case(-9.0, 1.2, -1.0),  // now, and polite
            case(-9.0, -1.5, 9.0),  // later, and a little more urgent than the other
            case(-9.0, -2.0, 9.0),  // as the other: the first stays first
        ];
        assert_eq!(
            queue_order(&cases, &decision, &Settings::default()),
            [3, 2, 4, 1, 5, 0]
        );
    }

    #[test]
    fn weights_make_fractions_of_posts() {
        assert_eq!([count(12.0), count(0.0), count(2.25)], ["12", "0", "2.2"]);
    }
}
