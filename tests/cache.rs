//! What was scored once is not scored again, and that changes nothing.

mod case;
mod common;

use std::fs;

use case::{Case, POSTS, limited, record, scoring};
use common::{files, rows, run};

#[test]
fn the_cache_saves_scoring_and_changes_nothing() {
    let case = Case::new(POSTS);
    case.whole("expected");
    let cached = |out: &str| {
        let mut command = case.score(out);
        command.arg("--cache").arg(case.path("cache"));
        run(&mut command, b"").success()
    };
    cached("first");
    cached("second");
    for (out, by_model) in [("first", true), ("second", false)] {
        let out = case.path(out);
        assert_eq!(scoring(&out, "model") > 0, by_model);
        assert_eq!(scoring(&out, "cached") > 0, !by_model);
        let sum: u64 = ["model", "repeated", "cached", "resumed"]
            .map(|source| scoring(&out, source))
            .iter()
            .sum();
        assert_eq!(sum, record(&out)["counts"]["scored"].as_u64().unwrap());
    }
    case.assert_same("first", "expected");
    case.assert_same("second", "expected");

    let store = case.path("cache").join(&files(&case.path("cache"))[0]);
    let mut bytes = fs::read(&store).unwrap();
    for place in (0..bytes.len()).step_by(512) {
        bytes[place] ^= 0x55;
    }
    fs::write(&store, bytes).unwrap();
    let finished = cached("third");
    assert!(finished.stderr.contains("begun anew"), "{finished:?}");
    assert!(scoring(&case.path("third"), "model") > 0);
    case.assert_same("third", "expected");
    cached("fourth");
    assert_eq!(scoring(&case.path("fourth"), "model"), 0);
}

/// A store needs more than a megabyte while it is open, the report of a few posts much less.
#[cfg(unix)]
#[test]
fn a_cache_that_cannot_be_written_is_done_without() {
    let case = Case::new(20);
    case.whole("expected");
    let cached = |out: &str| {
        let mut command = case.score(out);
        command.arg("--cache").arg(case.path("cache"));
        command
    };
    let without = run(&mut limited(&cached("without"), "200"), b"").success();
    assert!(without.stderr.contains("cannot be used"), "{without:?}");
    case.assert_same("without", "expected");
    // Once there is room, what it has left is no hindrance.
    run(&mut cached("filled"), b"").success();
    run(&mut cached("with"), b"").success();
    assert_eq!(scoring(&case.path("with"), "model"), 0);
    case.assert_same("with", "expected");
}

#[test]
fn two_runs_do_not_share_a_cache() {
    let case = Case::new(POSTS);
    case.whole("expected");
    let cache = case.path("cache").display().to_string();
    let with_cache = |out: &str| {
        let mut command = case.score(out);
        command.args(["--cache", &cache]);
        command
    };
    let (mut first, stdin) = case.waiting("first", &["--cache", &cache]);
    let second = run(&mut with_cache("second"), b"").success();
    assert!(
        second.stderr.contains("in use by another run"),
        "{second:?}"
    );
    case.assert_same("second", "expected");
    first.kill().unwrap();
    first.wait().unwrap();
    drop(stdin);
    // Nor does a killed run spoil it.
    let third = run(&mut with_cache("third"), b"").success();
    assert_eq!(third.stderr, second.stderr.split_once('\n').unwrap().1);
    case.assert_same("third", "expected");
}

/// The same weights in another frame are another model.
#[test]
fn other_files_of_the_model_do_not_share_a_cache() {
    let case = Case::new(20);
    let model = case.path("model");
    fs::create_dir(&model).unwrap();
    let ours = common::root().join("models/care-minilm");
    for file in ["model.safetensors", "tokenizer.json", "decision.toml"] {
        fs::copy(ours.join(file), model.join(file)).unwrap();
    }
    let config = fs::read_to_string(ours.join("config.json")).unwrap();
    let cached = |out: &str, max_tokens: &str| {
        let config = config.replace("\"max_tokens\": 256", max_tokens);
        fs::write(model.join("config.json"), config).unwrap();
        let mut command = case.score(out);
        command.arg("--cache").arg(case.path("cache"));
        command.arg("--model").arg(&model);
        run(&mut command, b"").success();
        scoring(&case.path(out), "cached")
    };
    assert_eq!(cached("first", "\"max_tokens\": 256"), 0);
    assert!(cached("second", "\"max_tokens\": 256") > 0);
    assert_eq!(cached("third", "\"max_tokens\": 6"), 0);
}

#[test]
fn equal_texts_are_scored_once_and_counted() {
    let case = Case::new(POSTS);
    case.whole("out");
    let posts = rows(&case.path("out").join("posts.csv"));
    let retweets = posts
        .iter()
        .filter(|row| row["text"].starts_with("RT "))
        .count();
    assert_eq!(retweets, POSTS / 10);
    for post in &posts {
        let expected = match (post["direction"].as_str(), &post["text"]) {
            ("company", _) => String::new(),
            (_, text) if text.starts_with("RT ") => retweets.to_string(),
            _ => "1".to_owned(),
        };
        assert_eq!(post["copies"], expected, "{post:?}");
    }
    // The retweets but for one, and the company's answers but for one.
    let repeated = scoring(&case.path("out"), "repeated");
    assert_eq!(repeated as usize, 2 * (POSTS / 10 - 1));
}
