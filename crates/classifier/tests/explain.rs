//! Words are left out one by one and in pairs, and the texts scored again.

mod common;

use std::path::Path;
use std::sync::LazyLock;

use uproar_classifier::{Classifier, EngineKind, Explanation, ModelFolder, Precision, Signal};

static RANDOM: LazyLock<Classifier> = LazyLock::new(|| random(1));

static THREE_THREADS: LazyLock<Classifier> = LazyLock::new(|| random(3));

fn random(threads: usize) -> Classifier {
    let folder = tempfile::tempdir().unwrap();
    common::write_random_model(folder.path(), common::WIDE);
    let model = ModelFolder::open(folder.path()).unwrap();
    Classifier::load(model, EngineKind::Native, Precision::Int8, threads).unwrap()
}

static SHIPPED: LazyLock<Classifier> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/care-minilm");
    Classifier::load(
        ModelFolder::open(&folder).unwrap(),
        EngineKind::Native,
        Precision::Int8,
        1,
    )
    .unwrap()
});

fn explain(text: &str) -> Explanation {
    RANDOM.explain(text).unwrap()
}

fn log_odds(text: &str) -> [f32; Signal::COUNT] {
    let score = RANDOM.score(&[text], &|_| ()).unwrap()[0];
    RANDOM.model().decision().log_odds(&score.logits)
}

#[test]
fn the_score_is_that_of_the_whole_text() {
    let text = "my order is late again 😡";
    let explanation = explain(text);
    assert_eq!(
        explanation.score,
        RANDOM.score(&[text], &|_| ()).unwrap()[0]
    );
    let words: Vec<&str> = explanation
        .words
        .iter()
        .map(|word| &text[word.range.clone()])
        .collect();
    assert_eq!(words, ["my", "order", "is", "late", "again", "😡"]);
    assert_eq!(explanation, explain(text));
}

#[test]
fn effects_of_two_words_add_up_to_what_they_do_together() {
    let explanation = explain("late again");
    let (whole, empty) = (log_odds("late again"), log_odds(""));
    for signal in Signal::ALL {
        let sum: f32 = explanation
            .words
            .iter()
            .map(|word| word.effects[signal as usize])
            .sum();
        let together = whole[signal as usize] - empty[signal as usize];
        assert!(
            (sum - together).abs() < 1e-5,
            "{signal:?}: {sum} {together}"
        );
        assert!(together.abs() > 1e-4, "the model does not see the words");
    }
}

#[test]
fn a_word_alone_has_the_whole_effect() {
    let explanation = explain(" refund\n");
    let (whole, empty) = (log_odds("refund"), log_odds(""));
    assert_eq!(explanation.words.len(), 1);
    assert_eq!(explanation.words[0].range, 1..7);
    for signal in Signal::ALL.map(|signal| signal as usize) {
        let effect = explanation.words[0].effects[signal];
        assert!((effect - (whole[signal] - empty[signal])).abs() < 1e-5);
    }
}

#[test]
fn a_repeated_word_has_an_effect_in_each_place() {
    let explanation = explain("late late late");
    let ranges = explanation.words.iter().map(|word| word.range.clone());
    assert!(ranges.eq([0..4, 5..9, 10..14]));
    let effects = |word: usize| explanation.words[word].effects;
    assert_ne!(
        effects(0),
        effects(1),
        "words in the middle have two neighbours"
    );
}

#[test]
fn no_words_no_effects() {
    for text in ["", " \n\t"] {
        let explanation = explain(text);
        assert_eq!(explanation.words, []);
        assert_eq!(
            explanation.score,
            RANDOM.score(&[text], &|_| ()).unwrap()[0]
        );
    }
}

#[test]
fn what_the_model_does_not_read_has_no_effect() {
    let longest = RANDOM.model().max_tokens();
    let text = "late ".repeat(longest + 3);
    let explanation = explain(&text);
    assert_eq!(explanation.words.len(), longest + 3);
    for word in &explanation.words[longest..] {
        assert_eq!(word.effects, [0.0; Signal::COUNT]);
    }
}

#[test]
fn many_texts_are_explained_as_each_alone() {
    let longest = "late ".repeat(RANDOM.model().max_tokens() + 3);
    let texts = [
        "my order is late",
        "",
        "refund",
        longest.as_str(),
        "late again 😡",
    ];
    for classifier in [&*RANDOM, &*THREE_THREADS] {
        let together = classifier.explain_all(&texts).unwrap();
        let alone: Vec<Explanation> = texts.iter().map(|text| explain(text)).collect();
        assert!(together == alone);
        assert!(classifier.explain_all::<&str>(&[]).unwrap().is_empty());
    }
}

#[test]
fn telling_words_come_first() {
    let cases = [
        (
            Signal::Urgency,
            "My account was hacked and I would like some advice from you please",
            "hacked",
        ),
        (
            Signal::Anger,
            "Your staff are idiots and I would like a word with the manager",
            "idiots",
        ),
        (
            Signal::Anger,
            "This is ridiculous, I have been waiting for three weeks",
            "ridiculous,",
        ),
    ];
    for (signal, text, expected) in cases {
        let mut words = SHIPPED.explain(text).unwrap().words;
        words.sort_by(|a, b| b.effects[signal as usize].total_cmp(&a.effects[signal as usize]));
        // Two, so that other weights may weigh a little differently.
        let strongest = [&text[words[0].range.clone()], &text[words[1].range.clone()]];
        assert!(strongest.contains(&expected), "{text}: {strongest:?}");
    }
}
