//! A small model folder with random weights, for tests of what does not depend on the weights.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use safetensors::tensor::{Dtype, TensorView, serialize};
use serde_json::{Value, json};

/// Words of the random model's vocabulary, beside the special tokens and single letters.
const WORDS: [&str; 12] = [
    "my", "order", "is", "late", "again", "please", "help", "where", "refund", "worst", "thanks",
    "now",
];

/// The sizes of a random model.
#[derive(Clone, Copy)]
pub(crate) struct Sizes {
    pub(crate) hidden: usize,
    pub(crate) layers: usize,
    pub(crate) heads: usize,
    pub(crate) intermediate: usize,
}

/// As wide as the shipped model, so that products are split along the depth as they are there.
#[allow(dead_code, reason = "each test binary uses the sizes it needs")]
pub(crate) const WIDE: Sizes = Sizes {
    hidden: 384,
    layers: 2,
    heads: 12,
    intermediate: 1536,
};

#[allow(dead_code, reason = "each test binary uses the sizes it needs")]
pub(crate) const TINY: Sizes = Sizes {
    hidden: 16,
    layers: 1,
    heads: 2,
    intermediate: 32,
};

/// Writes a complete model folder.
pub(crate) fn write_random_model(folder: &Path, sizes: Sizes) {
    let vocabulary = vocabulary();
    write_json(folder, "config.json", &config(sizes, vocabulary.len()));
    write_json(folder, "tokenizer.json", &tokenizer(&vocabulary));
    fs::write(
        folder.join("decision.toml"),
        "schema = 1\n[anger]\nlevels = [0.25, 0.5, 0.75]\n[urgency]\nlevels = [0.25, 0.5, 0.75]\n\
         [actionable]\nthreshold = 0.5\n[tried_before]\nthreshold = 0.5\n[churn]\nthreshold = 0.5\n",
    )
    .unwrap();
    write_weights(folder, &weights(sizes, vocabulary.len()));
    if sizes.layers > 1 {
        let inputs = (sizes.layers - 1) * sizes.hidden;
        let shapes = [("weight", vec![inputs, 64]), ("bias", vec![64])];
        let shapes = shapes.map(|(name, shape)| (name.to_owned(), shape));
        write_tensors(&folder.join("embedding.safetensors"), &shapes.into());
    }
}

pub(crate) fn write_json(folder: &Path, name: &str, value: &Value) {
    fs::write(folder.join(name), value.to_string()).unwrap();
}

/// Writes tensors of the given shapes with small deterministic random values.
pub(crate) fn write_weights(folder: &Path, shapes: &BTreeMap<String, Vec<usize>>) {
    write_tensors(&folder.join("model.safetensors"), shapes);
}

fn write_tensors(path: &Path, shapes: &BTreeMap<String, Vec<usize>>) {
    let mut state = 1_u64;
    let data: BTreeMap<&String, Vec<u8>> = shapes
        .iter()
        .map(|(name, shape)| {
            let bytes = (0..shape.iter().product())
                .flat_map(|_| {
                    // Knuth's linear congruential generator; the upper bits are random enough.
                    state = state
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1_442_695_040_888_963_407);
                    let uniform = (state >> 40) as f32 / (1_u64 << 24) as f32;
                    ((uniform - 0.5) * 0.2).to_le_bytes()
                })
                .collect();
            (name, bytes)
        })
        .collect();
    let views = data
        .iter()
        .map(|(name, bytes)| {
            let view = TensorView::new(Dtype::F32, shapes[*name].clone(), bytes).unwrap();
            (*name, view)
        })
        .collect::<Vec<_>>();
    fs::write(path, serialize(views, None).unwrap()).unwrap();
}

pub(crate) fn config(sizes: Sizes, vocabulary: usize) -> Value {
    json!({
        "model_type": "bert",
        "vocab_size": vocabulary,
        "hidden_size": sizes.hidden,
        "num_hidden_layers": sizes.layers,
        "num_attention_heads": sizes.heads,
        "intermediate_size": sizes.intermediate,
        "hidden_act": "gelu",
        "max_position_embeddings": 64,
        "type_vocab_size": 2,
        "id2label": {
            "0": "anger", "1": "urgency", "2": "negative", "3": "neutral", "4": "positive",
            "5": "actionable", "6": "tried_before", "7": "churn",
        },
        "uproar": { "normalizer": 1 },
    })
}

pub(crate) fn vocabulary() -> Vec<String> {
    ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
        .into_iter()
        .chain(WORDS)
        .map(str::to_owned)
        .chain(('a'..='z').flat_map(|c| [c.to_string(), format!("##{c}")]))
        .collect()
}

fn tokenizer(vocabulary: &[String]) -> Value {
    let ids: BTreeMap<&str, usize> = vocabulary
        .iter()
        .enumerate()
        .map(|(id, word)| (word.as_str(), id))
        .collect();
    let special = |id: usize| {
        json!({ "id": id, "content": vocabulary[id], "single_word": false, "lstrip": false,
                "rstrip": false, "normalized": false, "special": true })
    };
    json!({
        "version": "1.0",
        "truncation": null,
        "padding": null,
        "added_tokens": (0..4).map(special).collect::<Vec<_>>(),
        "normalizer": { "type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
                        "strip_accents": null, "lowercase": true },
        "pre_tokenizer": { "type": "BertPreTokenizer" },
        "post_processor": { "type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2] },
        "decoder": null,
        "model": { "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                   "max_input_chars_per_word": 100, "vocab": ids },
    })
}

/// Names and shapes of a `BertForSequenceClassification` with eight outputs.
pub(crate) fn weights(sizes: Sizes, vocabulary: usize) -> BTreeMap<String, Vec<usize>> {
    let Sizes {
        hidden,
        intermediate,
        ..
    } = sizes;
    let mut shapes = BTreeMap::new();
    let mut dense = |name: String, outputs: usize, inputs: usize| {
        shapes.insert(format!("{name}.weight"), vec![outputs, inputs]);
        shapes.insert(format!("{name}.bias"), vec![outputs]);
    };
    for layer in 0..sizes.layers {
        let prefix = format!("bert.encoder.layer.{layer}");
        for part in ["query", "key", "value"] {
            dense(format!("{prefix}.attention.self.{part}"), hidden, hidden);
        }
        dense(format!("{prefix}.attention.output.dense"), hidden, hidden);
        dense(format!("{prefix}.intermediate.dense"), intermediate, hidden);
        dense(format!("{prefix}.output.dense"), hidden, intermediate);
    }
    dense("bert.pooler.dense".to_owned(), hidden, hidden);
    dense("classifier".to_owned(), 8, hidden);
    let mut norm = |name: String| {
        shapes.insert(format!("{name}.LayerNorm.weight"), vec![hidden]);
        shapes.insert(format!("{name}.LayerNorm.bias"), vec![hidden]);
    };
    norm("bert.embeddings".to_owned());
    for layer in 0..sizes.layers {
        norm(format!("bert.encoder.layer.{layer}.attention.output"));
        norm(format!("bert.encoder.layer.{layer}.output"));
    }
    for (table, rows) in [
        ("word_embeddings", vocabulary),
        ("position_embeddings", 64),
        ("token_type_embeddings", 2),
    ] {
        shapes.insert(
            format!("bert.embeddings.{table}.weight"),
            vec![rows, hidden],
        );
    }
    shapes
}
