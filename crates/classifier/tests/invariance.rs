//! A post's score and embedding are the same alone and in any batch, bit for bit, whatever the thread count.

mod common;

use std::sync::LazyLock;

use proptest::prelude::*;
use uproar_classifier::{Classifier, Embedding, EngineKind, ModelFolder, Output, Precision, Score};

/// One classifier for each thread count from 1, in each precision.
static CLASSIFIERS: LazyLock<[Vec<Classifier>; 2]> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    common::write_random_model(folder.path(), common::WIDE);
    let model = ModelFolder::open(folder.path()).unwrap();
    let load = |precision, threads| {
        Classifier::load(model.clone(), EngineKind::Native, precision, threads).unwrap()
    };
    [Precision::Int8, Precision::F32]
        .map(|precision| (1..=4).map(|threads| load(precision, threads)).collect())
});

fn bits(score: &Score) -> [u32; 8] {
    score.logits.map(f32::to_bits)
}

/// What the model makes of posts, bit for bit.
fn outputs<T: AsRef<str> + Sync>(
    classifier: &Classifier,
    posts: &[T],
) -> Vec<([u32; 8], [i8; 64])> {
    let normalized = classifier.normalize(posts).unwrap();
    let outputs = classifier.outputs(&normalized, &|_| ()).unwrap();
    let bits = |output: Output| (output.logits.map(f32::to_bits), output.embedding.0);
    outputs.into_iter().map(bits).collect()
}

fn post() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "my", "order", "is", "late", "again", "REFUND", "worst", "😡", "@brand", "xyzzy", "!",
    ]);
    prop_oneof![
        4 => prop::collection::vec(word, 0..40).prop_map(|words| words.join(" ")),
        1 => any::<String>(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn alone_equals_in_any_batch(posts in prop::collection::vec(post(), 1..40)) {
        for classifiers in CLASSIFIERS.iter() {
            let alone: Vec<_> = posts
                .iter()
                .flat_map(|post| outputs(&classifiers[0], &[post]))
                .collect();
            for classifier in classifiers {
                prop_assert_eq!(&alone, &outputs(classifier, &posts));
            }
        }
    }
}

#[test]
fn scores_differ_between_posts() {
    for classifier in CLASSIFIERS.iter().map(|classifiers| &classifiers[0]) {
        let scores = classifier
            .score(&["my order is late", "thanks"], &|_| ())
            .unwrap();
        assert_ne!(bits(&scores[0]), bits(&scores[1]));
        let outputs = outputs(classifier, &["my order is late", "thanks"]);
        assert_ne!(outputs[0].1, outputs[1].1);
        assert!(outputs.iter().all(|it| it.1 != Embedding::default().0));
    }
}

#[test]
fn progress_counts_every_post() {
    let seen = std::sync::atomic::AtomicUsize::new(0);
    let posts = vec!["my order is late"; 1000];
    let scores = CLASSIFIERS[0][1]
        .score(&posts, &|n| {
            seen.fetch_add(n, std::sync::atomic::Ordering::Relaxed);
        })
        .unwrap();
    assert_eq!((scores.len(), seen.into_inner()), (1000, 1000));
}
