//! A post's score is the same alone and in any batch, bit for bit, whatever the thread count.

mod common;

use std::sync::LazyLock;

use proptest::prelude::*;
use uproar_classifier::{Classifier, EngineKind, ModelFolder, Score};

/// One classifier for each thread count from 1.
static CLASSIFIERS: LazyLock<Vec<Classifier>> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    common::write_random_model(folder.path(), common::WIDE);
    let model = ModelFolder::open(folder.path()).unwrap();
    (1..=4)
        .map(|threads| Classifier::load(model.clone(), EngineKind::Native, threads).unwrap())
        .collect()
});

fn bits(score: &Score) -> [u32; 8] {
    score.logits.map(f32::to_bits)
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
        let alone: Vec<[u32; 8]> = posts
            .iter()
            .map(|post| bits(&CLASSIFIERS[0].score(&[post], &|_| ()).unwrap()[0]))
            .collect();
        for classifier in CLASSIFIERS.iter() {
            let together = classifier.score(&posts, &|_| ()).unwrap();
            prop_assert_eq!(&alone, &together.iter().map(bits).collect::<Vec<_>>());
        }
    }
}

#[test]
fn scores_differ_between_posts() {
    let scores = CLASSIFIERS[0]
        .score(&["my order is late", "thanks"], &|_| ())
        .unwrap();
    assert_ne!(bits(&scores[0]), bits(&scores[1]));
}

#[test]
fn progress_counts_every_post() {
    let seen = std::sync::atomic::AtomicUsize::new(0);
    let posts = vec!["my order is late"; 1000];
    let scores = CLASSIFIERS[1]
        .score(&posts, &|n| {
            seen.fetch_add(n, std::sync::atomic::Ordering::Relaxed);
        })
        .unwrap();
    assert_eq!((scores.len(), seen.into_inner()), (1000, 1000));
}
