//! An explanation for programs.

use serde_json::{Map, Value, json};
use uproar_classifier::Signal;

use super::{Explained, Reported};

/// Version of the format.
const SCHEMA: u32 = 1;

pub(super) fn json(explained: &Explained) -> Value {
    let score = &explained.explanation.score;
    let mut scores = by_signal(&Signal::ALL, |signal| score.probability(signal));
    scores.extend([
        ("anger_level".to_owned(), json!(score.anger_level)),
        ("urgency_level".to_owned(), json!(score.urgency_level)),
        ("sentiment".to_owned(), json!(score.sentiment.name())),
        ("is_actionable".to_owned(), json!(score.is_actionable)),
        ("is_tried_before".to_owned(), json!(score.is_tried_before)),
        ("is_churn".to_owned(), json!(score.is_churn)),
    ]);
    let words = explained.explanation.words.iter().map(|word| {
        json!({
            "start": word.range.start,
            "end": word.range.end,
            "word": &explained.text[word.range.clone()],
            "effects": by_signal(explained.signals, |signal| word.effects[signal as usize]),
        })
    });
    let priority = explained.priority.map(|priority| {
        json!({
            "total": rounded(priority.total()),
            "from_urgency": rounded(priority.from_urgency),
            "from_anger": rounded(priority.from_anger),
            "from_actionable": rounded(priority.from_actionable),
            "from_tried_before": rounded(priority.from_tried_before),
            "from_churn": rounded(priority.from_churn),
            "from_reach": rounded(priority.from_reach),
        })
    });
    json!({
        "schema": SCHEMA,
        "uproar": env!("CARGO_PKG_VERSION"),
        "model": { "name": explained.model.name(), "checksum": explained.model.checksum() },
        "method": "occlusion",
        "unit": "log odds",
        "text": explained.text,
        "scores": scores,
        "words": words.collect::<Vec<_>>(),
        "priority": priority,
        "report": explained.reported.map(report),
    })
}

fn report(reported: &Reported) -> Value {
    json!({
        "id": reported.id,
        "reach": reported.reach.map(rounded),
        "priority": reported.priority.map(rounded),
        "rank": reported.rank,
        "rank_without_reach": reported.rank_without_reach,
        "ranked_posts": reported.ranked,
        "band": reported.band,
        "why": reported.why,
    })
}

fn by_signal(signals: &[Signal], value: impl Fn(Signal) -> f32) -> Map<String, Value> {
    let values = signals.iter().map(|signal| {
        let value = rounded(f64::from(value(*signal)));
        (signal.name().to_owned(), value.into())
    });
    values.collect()
}

/// Six decimals: what is beyond is noise of the arithmetic.
fn rounded(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}
