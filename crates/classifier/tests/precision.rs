//! Eight bits give the probabilities of 32, but for a little: on the posts of `data/`, of which the
//! models have seen many, and which have all lengths and tones.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use uproar_classifier::{Classifier, EngineKind, Error, ModelFolder, Precision, Score};

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(path)
}

/// Every text of the files of a folder, one JSON object a line: that of the object or those of its
/// posts.
fn texts(folder: &str) -> Vec<String> {
    let mut files: Vec<PathBuf> = fs::read_dir(repository(folder))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == "jsonl"))
        .collect();
    files.sort();
    let mut texts = Vec::new();
    for file in files {
        for line in fs::read_to_string(file).unwrap().lines() {
            let value: Value = serde_json::from_str(line).unwrap();
            let posts = value["posts"].as_array().cloned();
            for post in posts.unwrap_or_else(|| vec![value]) {
                texts.push(post["text"].as_str().unwrap().to_owned());
            }
        }
    }
    texts
}

/// The folder of the default model.
const DEFAULT: &str = "models/care-minilm";

fn load(model: &str, kind: EngineKind, precision: Precision) -> Result<Classifier, Error> {
    let model = ModelFolder::open(&repository(model)).unwrap();
    Classifier::load(model, kind, precision, 2)
}

#[test]
fn int8_agrees_with_f32() {
    for model in [DEFAULT, "models/care-minilm-small"] {
        agrees(model);
    }
}

fn agrees(model: &str) {
    let mut texts = texts("data/threads");
    // A third is enough to find the 99th percentile of thousands of differences.
    texts = texts.into_iter().step_by(3).collect();
    assert!(texts.len() > 1000);
    let score = |precision| -> Vec<Score> {
        let classifier = load(model, EngineKind::Native, precision).unwrap();
        classifier.score(&texts, &|_| ()).unwrap()
    };
    let (int8, f32) = (score(Precision::Int8), score(Precision::F32));
    let mut differences: Vec<f32> = int8
        .iter()
        .zip(&f32)
        .flat_map(|(a, b)| a.probabilities.into_iter().zip(b.probabilities))
        .map(|(a, b)| (a - b).abs())
        .collect();
    differences.sort_unstable_by(f32::total_cmp);
    let mean = differences.iter().sum::<f32>() / differences.len() as f32;
    let percentile = differences[differences.len() * 99 / 100];
    println!(
        "{model}, {} texts: mean difference {mean:.5}, 99th percentile {percentile:.5}, largest {:.5}",
        texts.len(),
        differences[differences.len() - 1]
    );
    assert!(mean > 0.0, "int8 computed in f32");
    assert!(mean < 0.003, "mean {mean}");
    assert!(percentile < 0.02, "99th percentile {percentile}");
}

#[test]
fn the_description_names_the_precision() {
    for precision in [Precision::Int8, Precision::F32] {
        let classifier = load(DEFAULT, EngineKind::Native, precision).unwrap();
        let end = format!(", {precision})");
        assert!(
            classifier.engine().ends_with(&end),
            "{}",
            classifier.engine()
        );
    }
}

#[test]
fn rust_bert_has_no_int8() {
    let message = load(DEFAULT, EngineKind::RustBert, Precision::Int8)
        .unwrap_err()
        .to_string();
    assert!(message.contains("cannot run in int8"), "{message}");
}
