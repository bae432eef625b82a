//! An evaluation as one page that needs nothing else.

use askama::Template;
use uproar_tuning::evaluation::{
    Depth, Evaluation, Figure, Measured, Metric, Slice, SliceBy, Target, classes,
};
use uproar_tuning::labels::Label;

use super::{Subject, chart, table};
use crate::error::Error;

#[derive(Template)]
#[template(path = "eval.html")]
struct Page<'a> {
    base_style: &'static str,
    subject: &'a Subject,
    rows: usize,
    version: &'static str,
    tiles: Vec<Tile>,
    queue: Section,
    labels: Vec<Section>,
    slices: Vec<SliceTable>,
    notes: Vec<String>,
}

/// A figure that says most.
struct Tile {
    of: &'static str,
    metric: String,
    value: String,
    interval: String,
}

/// A label, or the queue.
struct Section {
    name: &'static str,
    title: String,
    meaning: &'static str,
    rows: usize,
    figures: Vec<Row>,
    confusion: Option<ConfusionTable>,
    charts: Vec<Chart>,
}

/// A figure with its interval in words and as a bar from 0 to 100 %.
struct Row {
    metric: String,
    value: String,
    interval: String,
    bar: Option<Bar>,
}

struct Bar {
    from: f64,
    width: f64,
    at: f64,
}

struct ConfusionTable {
    classes: &'static [&'static str],
    rows: Vec<(&'static str, Vec<Cell>)>,
}

/// A count, and its share of the true class in percent.
struct Cell {
    count: String,
    share: f64,
}

struct Chart {
    svg: String,
    /// For those who cannot see it.
    description: String,
}

struct SliceTable {
    by: &'static str,
    columns: Vec<String>,
    slices: Vec<(String, usize, Vec<Row>)>,
}

/// The page.
pub(super) fn page(subject: &Subject, evaluation: &Evaluation) -> Result<String, Error> {
    let labels = evaluation
        .labels
        .iter()
        .map(|measured| section(evaluation, measured))
        .collect::<Result<_, _>>()?;
    let page = Page {
        base_style: uproar_report::BASE_STYLE,
        subject,
        rows: evaluation.rows,
        version: env!("CARGO_PKG_VERSION"),
        tiles: tiles(evaluation),
        queue: queue(evaluation)?,
        labels,
        slices: slices(&evaluation.slices),
        notes: evaluation
            .small_slices
            .iter()
            .map(ToString::to_string)
            .collect(),
    };
    Ok(page.render()?)
}

fn tiles(evaluation: &Evaluation) -> Vec<Tile> {
    let found = Metric::RecallWithin(Target::AtLeast(3), Depth::Percent(10));
    let of_label = |label: Label, metric| (label.name(), evaluation.figure(label, metric));
    [
        of_label(Label::Anger, Metric::QuadraticKappa),
        of_label(Label::Urgency, Metric::QuadraticKappa),
        of_label(Label::Sentiment, Metric::MacroF1),
        of_label(Label::Actionable, Metric::F1(Target::Yes)),
        ("queue", evaluation.queue.figure(found)),
    ]
    .into_iter()
    .filter_map(|(of, figure)| {
        let figure = figure?;
        Some(Tile {
            of,
            metric: unbroken(&figure.metric),
            value: table::value(figure),
            interval: table::interval(figure),
        })
    })
    .collect()
}

fn section(evaluation: &Evaluation, measured: &Measured) -> Result<Section, Error> {
    let label = measured.label;
    let is_judged = measured.rows > 0;
    Ok(Section {
        name: label.name(),
        title: label.name().replace('_', " "),
        meaning: meaning(label),
        rows: measured.rows,
        figures: measured.figures.iter().map(row).collect(),
        confusion: is_judged.then(|| confusion(measured)),
        charts: if is_judged {
            charts(evaluation, label)?
        } else {
            Vec::new()
        },
    })
}

fn charts(evaluation: &Evaluation, label: Label) -> Result<Vec<Chart>, Error> {
    let name = label.name();
    let of_label = evaluation.reliability.iter().filter(|it| it.label == label);
    let diagrams = of_label.map(|diagram| {
        let svg = chart::reliability(diagram, "Reliability")?;
        let description = format!("Reliability diagram of {name}");
        Ok(Chart { svg, description })
    });
    let of_label = evaluation
        .precision_recall
        .iter()
        .filter(|it| it.label == label);
    let curves = of_label.map(|curve| {
        let caption = match curve.target {
            Target::Yes => "Precision and recall".to_owned(),
            level => format!("Precision and recall, {level}"),
        };
        let svg = chart::precision_recall(curve, &caption)?;
        let description = format!("{caption}, of {name}");
        Ok(Chart { svg, description })
    });
    diagrams.chain(curves).collect()
}

fn queue(evaluation: &Evaluation) -> Result<Section, Error> {
    let caption = "Posts of urgency 3 found while reading the queue";
    Ok(Section {
        name: "queue",
        title: "queue".to_owned(),
        meaning: "The order of queue.csv with every audience the same: band, then priority \
                  without reach. What a person calls urgent should come first.",
        rows: evaluation.queue.rows,
        figures: evaluation.queue.figures.iter().map(row).collect(),
        confusion: None,
        charts: vec![Chart {
            svg: chart::gains(&evaluation.gains, caption)?,
            description: caption.to_owned(),
        }],
    })
}

fn meaning(label: Label) -> &'static str {
    match label {
        Label::Anger => "Anger at the company: 0 none, 1 irritated, 2 angry, 3 furious.",
        Label::Urgency => "How soon someone must act: 0 nobody waits, 1 can wait, 2 today, 3 now.",
        Label::Sentiment => "The post as a whole.",
        Label::Actionable => "An answer or an act of the company would be useful to the author.",
        Label::TriedBefore => "The author says that earlier contact or fixes failed.",
        Label::Churn => "The author leaves, or threatens to.",
    }
}

fn row(figure: &Figure) -> Row {
    let percent = |value: f64| 100.0 * value.clamp(0.0, 1.0);
    Row {
        metric: unbroken(&figure.metric),
        value: table::value(figure),
        interval: table::interval(figure),
        bar: figure
            .value
            .zip(figure.interval)
            .map(|(value, interval)| Bar {
                from: percent(interval.low),
                width: percent(interval.high) - percent(interval.low),
                at: percent(value),
            }),
    }
}

/// A metric's name that does not break before a number or its unit.
fn unbroken(metric: &Metric) -> String {
    let name = metric.to_string();
    ["level ", "≥ ", " %"].iter().fold(name, |name, part| {
        name.replace(part, &part.replace(' ', "\u{a0}"))
    })
}

fn confusion(measured: &Measured) -> ConfusionTable {
    let names = classes(measured.label);
    let rows = names.iter().zip(measured.confusion.rows());
    ConfusionTable {
        classes: names,
        rows: rows
            .map(|(name, counts)| {
                let total: f64 = counts.iter().sum();
                let cells = counts.iter().map(|count| Cell {
                    count: super::count(*count),
                    share: 100.0 * count / total.max(f64::MIN_POSITIVE),
                });
                (*name, cells.collect())
            })
            .collect(),
    }
}

fn slices(slices: &[Slice]) -> Vec<SliceTable> {
    let of = |by: SliceBy| {
        let slices: Vec<&Slice> = slices.iter().filter(|slice| slice.by == by).collect();
        let columns = super::slice_columns(slices.first()?).collect();
        let rows = slices.iter().map(|slice| {
            let figures = slice.figures.iter().map(|(_, figure)| row(figure));
            (slice.group.clone(), slice.rows, figures.collect())
        });
        Some(SliceTable {
            by: by.name(),
            columns,
            slices: rows.collect(),
        })
    };
    SliceBy::ALL.into_iter().filter_map(of).collect()
}
