//! The text that the model reads, and its tokens.
#![no_main]

use std::path::Path;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use uproar_classifier::normalize::Normalizer;
use uproar_classifier::tokens::{PackedBatch, Tokenizer};

const MOST_TOKENS: usize = 256;
const VOCABULARY: usize = 30_522;

static TOKENIZER: LazyLock<Tokenizer> = LazyLock::new(|| {
    let file = "../models/care-minilm/tokenizer.json";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    Tokenizer::load(&path, MOST_TOKENS, VOCABULARY).expect("the shipped tokenizer loads")
});

fuzz_target!(|text: &str| {
    let normal = Normalizer::LATEST.normalize(text);
    assert!(!normal.chars().any(char::is_control), "{normal:?}");
    assert!(
        !normal.contains("  ") && normal.trim() == normal,
        "{normal:?}"
    );
    let ids = TOKENIZER.encode(&normal).expect("any text has tokens");
    assert!((1..=MOST_TOKENS).contains(&ids.len()));
    assert!(ids.iter().all(|id| (*id as usize) < VOCABULARY));
    let batch = PackedBatch::new([&ids[..], &ids[..1]]);
    assert_eq!(batch.ranges().last(), Some(ids.len()..ids.len() + 1));
});
