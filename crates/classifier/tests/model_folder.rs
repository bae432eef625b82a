//! Model folders that cannot be used are refused with a message that says what is wrong.

mod common;

use std::fs;
use std::path::Path;

use serde_json::json;
use uproar_classifier::{Classifier, EngineKind, Error, ModelFolder, Precision};

fn load(folder: &Path) -> Result<Classifier, Error> {
    Classifier::load(
        ModelFolder::open(folder)?,
        EngineKind::Native,
        Precision::Int8,
        1,
    )
}

/// Writes a good tiny model, spoils it, and returns the message of loading it.
fn refusal(spoil: impl FnOnce(&Path)) -> String {
    let folder = tempfile::tempdir().unwrap();
    common::write_random_model(folder.path(), common::TINY);
    load(folder.path()).expect("the model is good before it is spoilt");
    spoil(folder.path());
    let message = load(folder.path()).unwrap_err().to_string();
    assert!(!message.contains('\n'), "{message}");
    message
}

fn with_config(folder: &Path, key: &str, value: serde_json::Value) {
    let mut config = common::config(common::TINY, common::vocabulary().len());
    config[key] = value;
    common::write_json(folder, "config.json", &config);
}

#[test]
fn missing_files() {
    for file in [
        "config.json",
        "model.safetensors",
        "tokenizer.json",
        "decision.toml",
    ] {
        let message = refusal(|folder| fs::remove_file(folder.join(file)).unwrap());
        assert!(message.contains(&format!("it has no {file}")), "{message}");
    }
}

#[test]
fn configurations() {
    let cases = [
        ("model_type", json!("roberta"), "only \"bert\" models"),
        ("hidden_act", json!("silu"), "unknown variant `silu`"),
        ("hidden_size", json!(0), "hidden_size is 0"),
        ("num_attention_heads", json!(3), "not a multiple"),
        (
            "id2label",
            json!({ "0": "anger" }),
            "lacks urgency, negative",
        ),
        (
            "id2label",
            json!({ "1": "anger" }),
            "do not count up from 0",
        ),
        ("uproar", json!({ "normalizer": 99 }), "normalizer is 99"),
        ("uproar", json!({ "normaliser": 1 }), "unknown field"),
        ("position_embedding_type", json!("relative_key"), "absolute"),
        ("max_position_embeddings", json!(1), "at least 3 tokens"),
        ("vocab_size", json!(10), "knows only 10 tokens"),
        ("pruned_heads", json!({ "9": [0] }), "heads of layer 9"),
        ("pruned_heads", json!({ "0": [7] }), "heads of layer 0"),
        (
            "pruned_heads",
            json!({ "0": [0, 1] }),
            "leaves layer 0 no head",
        ),
        (
            "pruned_heads",
            json!({ "0": [1] }),
            "query.weight has the shape [16, 16], but config.json describes [8, 16]",
        ),
    ];
    for (key, value, expected) in cases {
        let message = refusal(|folder| with_config(folder, key, value));
        assert!(message.contains(expected), "{key}: {message}");
    }
}

#[test]
fn wrong_shape() {
    let message = refusal(|folder| with_config(folder, "intermediate_size", json!(48)));
    assert!(
        message.contains("intermediate.dense.weight has the shape [32, 16]")
            && message.contains("config.json describes [48, 16]"),
        "{message}"
    );
}

#[test]
fn missing_tensor() {
    let message = refusal(|folder| {
        let mut shapes = common::weights(common::TINY, common::vocabulary().len());
        shapes.remove("classifier.bias");
        common::write_weights(folder, &shapes);
    });
    assert!(
        message.contains("the tensor classifier.bias is missing"),
        "{message}"
    );
}

#[test]
fn truncated_weights() {
    let message = refusal(|folder| {
        let path = folder.join("model.safetensors");
        let bytes = fs::read(&path).unwrap();
        fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
    });
    assert!(message.contains("not a safetensors file"), "{message}");
}

#[test]
fn damaged_tokenizer() {
    let message = refusal(|folder| fs::write(folder.join("tokenizer.json"), "{}").unwrap());
    assert!(message.contains("tokenizer.json"), "{message}");
}

#[test]
fn checksums() {
    let sums = |digest: &str| format!("{digest}  decision.toml\n");
    let message = refusal(|folder| {
        fs::write(folder.join("SHA256SUMS"), sums(&"0".repeat(64))).unwrap();
    });
    assert!(
        message.contains("decision.toml: the checksum does not match"),
        "{message}"
    );
    let message = refusal(|folder| {
        fs::write(folder.join("SHA256SUMS"), "abc  decision.toml\n").unwrap();
    });
    assert!(message.contains("SHA256SUMS: line 1"), "{message}");
}

#[test]
fn half_precision_weights_load() {
    let folder = tempfile::tempdir().unwrap();
    common::write_random_model(folder.path(), common::TINY);
    let classifier = load(folder.path()).unwrap();
    let exact = classifier.score(&["where is my refund"], &|_| ()).unwrap()[0];

    let path = folder.path().join("model.safetensors");
    let bytes = fs::read(&path).unwrap();
    let full = safetensors::SafeTensors::deserialize(&bytes).unwrap();
    let halves: Vec<(String, Vec<usize>, Vec<u8>)> = full
        .tensors()
        .into_iter()
        .map(|(name, tensor)| {
            let data = tensor
                .data()
                .chunks_exact(4)
                .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]))
                .flat_map(|value| half::f16::from_f32(value).to_le_bytes())
                .collect();
            (name, tensor.shape().to_vec(), data)
        })
        .collect();
    let views = halves.iter().map(|(name, shape, data)| {
        let view =
            safetensors::tensor::TensorView::new(safetensors::Dtype::F16, shape.clone(), data);
        (name.clone(), view.unwrap())
    });
    fs::write(&path, safetensors::serialize(views, None).unwrap()).unwrap();

    let half = load(folder.path())
        .unwrap()
        .score(&["where is my refund"], &|_| ())
        .unwrap()[0];
    for (a, b) in exact.probabilities.iter().zip(half.probabilities) {
        assert!((a - b).abs() < 1e-3, "{a} {b}");
    }
}

#[test]
#[cfg(not(feature = "rust-bert"))]
fn an_engine_that_was_not_built_says_so() {
    let folder = tempfile::tempdir().unwrap();
    common::write_random_model(folder.path(), common::TINY);
    let model = ModelFolder::open(folder.path()).unwrap();
    let message = Classifier::load(model, EngineKind::RustBert, Precision::F32, 1)
        .unwrap_err()
        .to_string();
    assert!(message.contains("--features rust-bert"), "{message}");
}

/// The folders that are shipped hold what they should: every file but the decision is under its
/// checksum, and a card says what the model is.
#[test]
fn shipped_folders_are_whole() {
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models");
    for name in ["care-minilm", "care-minilm-small"] {
        let folder = models.join(name);
        load(&folder).unwrap_or_else(|error| panic!("{name}: {error}"));
        let sums = fs::read_to_string(folder.join("SHA256SUMS")).unwrap();
        for file in [
            "config.json",
            "embedding.safetensors",
            "model.safetensors",
            "tokenizer.json",
        ] {
            assert!(sums.contains(&format!("  {file}\n")), "{name}: {file}");
        }
        let card = fs::read_to_string(folder.join("MODEL_CARD.md")).unwrap();
        assert!(card.contains(&format!("\n# {name}\n")), "{name}");
    }
}
