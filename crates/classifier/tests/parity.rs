//! Every engine gives the probabilities that Python `transformers` gives for the shipped models.
//!
//! `scripts/train/reference.py` wrote the expected values, one post at a time and without padding.

use std::fs;
use std::path::Path;

use uproar_classifier::decision::{Calibration, SentimentCalibration};
use uproar_classifier::{Classifier, EngineKind, Error, ModelFolder, Precision};

/// The shipped models, and what `transformers` gives for each.
const MODELS: [(&str, &str); 2] = [
    ("care-minilm", "parity_expected.jsonl"),
    ("care-minilm-small", "parity_expected_small.jsonl"),
];

/// The largest difference of a probability that is allowed.
const TOLERANCE: f32 = 1e-3;

fn lines<T: serde::de::DeserializeOwned>(name: &str) -> Vec<T> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(name);
    let text =
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// A shipped model without calibration, of which `transformers` knows nothing.
fn classifier(name: &str, kind: EngineKind) -> Result<Classifier, Error> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../models")
        .join(name);
    let model = ModelFolder::open(&folder).unwrap();
    let mut decision = model.decision().clone();
    for calibration in [
        &mut decision.anger.calibration,
        &mut decision.urgency.calibration,
        &mut decision.actionable.calibration,
        &mut decision.tried_before.calibration,
        &mut decision.churn.calibration,
    ] {
        *calibration = Calibration::default();
    }
    decision.sentiment = SentimentCalibration::default();
    Classifier::load(model.with_decision(decision), kind, Precision::F32, 2)
}

fn agrees_with_transformers((name, expected): (&str, &str), kind: EngineKind) {
    let texts: Vec<String> = lines("parity_texts.jsonl");
    let expected: Vec<[f32; 8]> = lines(expected);
    assert_eq!(texts.len(), expected.len());
    assert!(texts.len() >= 300);
    let classifier = classifier(name, kind).unwrap();
    let scores = classifier.score(&texts, &|_| ()).unwrap();
    let mut largest = 0.0_f32;
    for ((text, expected), score) in texts.iter().zip(&expected).zip(scores) {
        for (expected, found) in expected.iter().zip(score.probabilities) {
            let difference = (expected - found).abs();
            largest = largest.max(difference);
            assert!(
                difference <= TOLERANCE,
                "{name}: {expected} expected, {found} found for {:?}",
                text.chars().take(80).collect::<String>()
            );
        }
    }
    println!(
        "{kind}, {name}: {} texts, largest difference {largest:e}",
        texts.len()
    );
}

#[test]
fn native_agrees_with_transformers() {
    for model in MODELS {
        agrees_with_transformers(model, EngineKind::Native);
    }
}

#[test]
#[cfg(feature = "rust-bert")]
fn rust_bert_agrees_with_transformers() {
    agrees_with_transformers(MODELS[0], EngineKind::RustBert);
}

/// The heads that the small model has lost are more than rust-bert can do without.
#[test]
#[cfg(feature = "rust-bert")]
fn rust_bert_refuses_pruned_heads() {
    let refused = classifier(MODELS[1].0, EngineKind::RustBert);
    let message = refused.unwrap_err().to_string();
    assert!(message.contains("pruned attention heads"), "{message}");
}

/// Padding is masked: what stands beside a post in a batch changes it by rounding at most.
#[test]
#[cfg(feature = "rust-bert")]
fn rust_bert_masks_its_padding() {
    let texts: Vec<String> = lines("parity_texts.jsonl");
    let classifier = classifier(MODELS[0].0, EngineKind::RustBert).unwrap();
    let together = classifier.score(&texts, &|_| ()).unwrap();
    for (text, together) in texts.iter().zip(together).step_by(29) {
        let alone = classifier.score(&[text], &|_| ()).unwrap()[0];
        for (a, b) in alone.probabilities.iter().zip(together.probabilities) {
            assert!((a - b).abs() < 1e-5, "{a} alone, {b} in a batch");
        }
    }
}

/// What a text is about is the same for both engines, but for rounding to whole numbers.
#[test]
#[cfg(feature = "rust-bert")]
fn rust_bert_gives_the_embeddings_of_the_native_engine() {
    let texts: Vec<String> = lines("parity_texts.jsonl");
    let [native, rust_bert] = [EngineKind::Native, EngineKind::RustBert].map(|kind| {
        let classifier = classifier(MODELS[0].0, kind).unwrap();
        let normalized = classifier.normalize(&texts).unwrap();
        classifier.outputs(&normalized, &|_| ()).unwrap()
    });
    assert!(
        native
            .iter()
            .any(|output| output.embedding.0.iter().any(|value| *value != 0))
    );
    for ((text, native), rust_bert) in texts.iter().zip(native).zip(rust_bert) {
        for (a, b) in native.embedding.0.into_iter().zip(rust_bert.embedding.0) {
            assert!(
                a.abs_diff(b) <= 1,
                "{a} native, {b} rust-bert for {:?}",
                text.chars().take(80).collect::<String>()
            );
        }
    }
}
