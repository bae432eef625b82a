//! An evaluation for programs.

use serde_json::{Map, Value, json};
use uproar_tuning::evaluation::{Evaluation, Figure, Measured, Slice, classes};

use super::Subject;

/// Version of the format.
const SCHEMA: u32 = 1;

/// Every figure; `null` where there is none.
pub(super) fn json(subject: &Subject, evaluation: &Evaluation) -> Value {
    let labels: Map<String, Value> = evaluation
        .labels
        .iter()
        .map(|measured| (measured.label.name().to_owned(), label(measured)))
        .collect();
    let small = evaluation
        .small_slices
        .iter()
        .map(|small| json!({ "by": small.by.name(), "groups": small.groups, "posts": small.rows }));
    json!({
        "schema": SCHEMA,
        "uproar": env!("CARGO_PKG_VERSION"),
        "model": { "name": subject.model, "checksum": subject.model_checksum },
        "decision": subject.decision,
        "file": { "path": subject.labels, "checksum": subject.labels_checksum },
        "posts": evaluation.rows,
        "labels": labels,
        "queue": {
            "posts": evaluation.queue.rows,
            "metrics": metrics(&evaluation.queue.figures),
        },
        "slices": evaluation.slices.iter().map(slice).collect::<Vec<_>>(),
        "small_slices": small.collect::<Vec<_>>(),
    })
}

fn label(measured: &Measured) -> Value {
    json!({
        "posts": measured.rows,
        "metrics": metrics(&measured.figures),
        "confusion": {
            "classes": classes(measured.label),
            "decided_by_truth": measured.confusion.rows().collect::<Vec<_>>(),
        },
    })
}

fn metrics(figures: &[Figure]) -> Map<String, Value> {
    let figures = figures.iter();
    figures
        .map(|found| (found.metric.key(), figure(found)))
        .collect()
}

fn slice(slice: &Slice) -> Value {
    let metrics: Map<String, Value> = slice
        .figures
        .iter()
        .map(|(label, found)| {
            let key = format!("{}_{}", label.name(), found.metric.key());
            (key, figure(found))
        })
        .collect();
    json!({
        "by": slice.by.name(),
        "group": slice.group,
        "posts": slice.rows,
        "metrics": metrics,
    })
}

fn figure(figure: &Figure) -> Value {
    json!({
        "value": figure.value,
        "low": figure.interval.map(|interval| interval.low),
        "high": figure.interval.map(|interval| interval.high),
    })
}
