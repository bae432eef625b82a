//! How well personal data and languages are told, on posts of our own writing.
//!
//! The tables are those of `docs/privacy.md`, which the tests compare with what they measure:
//!
//! ```sh
//! cargo test --package uproar-ingest --test privacy -- --nocapture
//! ```

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path};

use serde::{Deserialize, de::DeserializeOwned};
use uproar_ingest::{
    language,
    redact::{Kind, Redactor},
};

/// A line of `redaction.jsonl`.
#[derive(Deserialize)]
struct Marked {
    half: String,
    text: String,
    /// First byte, end byte and kind.
    spans: Vec<(usize, usize, String)>,
}

/// A line of `languages.jsonl`.
#[derive(Deserialize)]
struct Known {
    /// ISO 639-1.
    language: String,
    text: String,
}

fn lines<T: DeserializeOwned>(file: &str) -> Vec<T> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(file);
    fs::read_to_string(path)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// Fails unless the page shows this table.
fn assert_documented(table: &str) {
    println!("{table}");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/privacy.md");
    let page = fs::read_to_string(path).unwrap();
    assert!(
        page.contains(table),
        "docs/privacy.md does not show:\n{table}"
    );
}

/// Counts of one kind.
#[derive(Default)]
struct Counts {
    /// Spans that the test set marks.
    marked: usize,
    /// Marked spans of which nothing stays readable, whatever they were taken for.
    hidden: usize,
    /// Finds.
    found: usize,
    /// Finds that are a marked span, with its kind and both its ends.
    right: usize,
}

fn share(part: usize, whole: usize) -> String {
    if whole == 0 {
        return "–".to_owned();
    }
    format!("{:.1} %", 100.0 * part as f64 / whole as f64)
}

#[test]
fn redaction_is_as_good_as_documented() {
    let posts: Vec<Marked> = lines("redaction.jsonl");
    let redactor = Redactor::default();
    let mut table = String::from(
        "| half | kind | marked | hidden | recall | finds | precision |\n\
         | --- | --- | ---: | ---: | ---: | ---: | ---: |\n",
    );
    for half in ["development", "held_out"] {
        let mut counts: BTreeMap<Kind, Counts> = BTreeMap::new();
        let mut plain = (0, 0);
        for post in posts.iter().filter(|post| post.half == half) {
            let found = redactor.spans(&post.text);
            if post.spans.is_empty() {
                plain = (plain.0 + 1, plain.1 + usize::from(!found.is_empty()));
            }
            let mut differs = found.len() != post.spans.len();
            for (start, end, kind) in &post.spans {
                let counts = counts.entry(Kind::from_name(kind).unwrap()).or_default();
                counts.marked += 1;
                let is_hidden = post.text[*start..*end]
                    .char_indices()
                    .filter(|(_, c)| c.is_alphanumeric())
                    .all(|(at, _)| found.iter().any(|span| span.range.contains(&(start + at))));
                counts.hidden += usize::from(is_hidden);
            }
            for span in &found {
                let counts = counts.entry(span.kind).or_default();
                counts.found += 1;
                let is_right = post.spans.iter().any(|(start, end, kind)| {
                    span.range == (*start..*end) && kind == span.kind.name()
                });
                counts.right += usize::from(is_right);
                differs |= !is_right;
            }
            // What stays hidden in the other half cannot be tuned to.
            if differs && half == "development" {
                println!("{}\n    {}", post.text, redactor.redact(&post.text));
            }
        }
        let mut all = Counts::default();
        for (kind, counts) in &counts {
            row(&mut table, half, kind.name(), counts);
            all.marked += counts.marked;
            all.hidden += counts.hidden;
            all.found += counts.found;
            all.right += counts.right;
        }
        row(&mut table, half, "all", &all);
        writeln!(
            table,
            "| {half} | posts without any | {} | | | {} | |",
            plain.0, plain.1
        )
        .unwrap();
    }
    assert_documented(&table);
}

fn row(table: &mut String, half: &str, kind: &str, counts: &Counts) {
    writeln!(
        table,
        "| {half} | {kind} | {} | {} | {} | {} | {} |",
        counts.marked,
        share(counts.hidden, counts.marked),
        share(counts.right, counts.marked),
        counts.found,
        share(counts.right, counts.found),
    )
    .unwrap();
}

#[test]
fn languages_are_told_as_well_as_documented() {
    let posts: Vec<Known> = lines("languages.jsonl");
    let mut table = String::from(
        "| posts | platform's hint | scored as English | unknown, scored | not scored |\n\
         | --- | --- | ---: | ---: | ---: |\n",
    );
    for (name, is_english) in [("English", true), ("21 other languages", false)] {
        for with_hint in [false, true] {
            let mut counts = [0; 3];
            for post in posts
                .iter()
                .filter(|post| (post.language == "en") == is_english)
            {
                let hint = with_hint.then_some(post.language.as_str());
                let language = language::detect(&post.text, hint);
                let place = match (language.is_english(), language.is_foreign()) {
                    (true, _) => 0,
                    (_, false) => 1,
                    (_, true) => 2,
                };
                counts[place] += 1;
                if (place == 2) == is_english && !with_hint {
                    println!("{} {:?} {}", post.language, language, post.text);
                }
            }
            writeln!(
                table,
                "| {name} | {} | {} | {} | {} |",
                if with_hint { "yes" } else { "no" },
                counts[0],
                counts[1],
                counts[2]
            )
            .unwrap();
        }
    }
    assert_documented(&table);
}

/// The platform's word for it must never cost an English post.
#[test]
fn no_english_post_of_the_set_is_lost() {
    for post in lines::<Known>("languages.jsonl") {
        if post.language == "en" {
            for hint in [None, Some("en"), Some("und")] {
                let language = language::detect(&post.text, hint);
                assert!(!language.is_foreign(), "{} {language:?}", post.text);
            }
        }
    }
}
