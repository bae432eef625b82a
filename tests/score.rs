//! An export in, a report out.

mod common;

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use common::{Row, SAMPLE, SIGNALS, files, rows, run, uproar};
use serde_json::Value;

fn number(row: &Row, column: &str) -> f64 {
    row[column]
        .parse()
        .unwrap_or_else(|_| panic!("{column}: {:?}", row[column]))
}

fn record(folder: &Path) -> Value {
    serde_json::from_slice(&fs::read(folder.join("run.json")).unwrap()).unwrap()
}

#[test]
fn every_row_of_the_sample_is_accounted_for() {
    let counts = &record(SAMPLE.path())["counts"];
    let count = |name: &str| counts[name].as_u64().unwrap();
    let mut sample = csv::Reader::from_path(common::root().join("data/sample/posts.csv")).unwrap();
    assert_eq!(count("rows"), sample.records().count() as u64);
    assert_eq!(
        count("rows"),
        count("scored") + count("not_scored") + count("rejected") + count("duplicates")
    );
    assert_eq!(
        rows(&SAMPLE.path().join("posts.csv")).len() as u64,
        count("scored") + count("not_scored")
    );
    assert_eq!(
        rows(&SAMPLE.path().join("rejects.csv")).len() as u64,
        count("rejected")
    );
    assert_eq!(
        files(SAMPLE.path()),
        [
            "agents.csv",
            "companies.csv",
            "conversations.csv",
            "equity.csv",
            "handles.csv",
            "posts.csv",
            "posts.parquet",
            "queue.csv",
            "rejects.csv",
            "report.html",
            "report.xlsx",
            "run.json",
            "summary.csv",
            "topics.csv",
            "trend.csv",
            "words.ndjson"
        ]
    );
}

#[test]
fn scores_lie_in_their_ranges() {
    for row in rows(&SAMPLE.path().join("posts.csv")) {
        for column in SIGNALS {
            assert!((0.0..=1.0).contains(&number(&row, column)), "{row:?}");
        }
        let sentiments: f64 = SIGNALS[2..5]
            .iter()
            .map(|column| number(&row, column))
            .sum();
        assert!((sentiments - 1.0).abs() < 1e-5, "{row:?}");
        for column in ["anger_level", "urgency_level"] {
            assert!((0.0..=3.0).contains(&number(&row, column)), "{row:?}");
        }
        if row["direction"] == "customer" {
            for column in ["reach", "priority"] {
                assert!((0.0..=100.0).contains(&number(&row, column)), "{row:?}");
            }
            assert!(!row["why"].is_empty() || row["band"] == "none", "{row:?}");
        }
    }
}

#[test]
fn ranks_follow_priority_and_count_every_customer_once() {
    let posts = rows(&SAMPLE.path().join("posts.csv"));
    for (rank, order) in [("rank", "priority"), ("rank_without_reach", "")] {
        let mut ranked: Vec<&Row> = posts
            .iter()
            .filter(|row| row["direction"] == "customer")
            .collect();
        ranked.sort_by_key(|row| number(row, rank) as u64);
        for (index, row) in ranked.iter().enumerate() {
            assert_eq!(number(row, rank) as usize, index + 1);
        }
        if !order.is_empty() {
            assert!(ranked.is_sorted_by(|a, b| number(a, order) >= number(b, order)));
        }
    }
}

#[test]
fn the_queue_holds_what_nobody_answered_band_by_band() {
    let queue = rows(&SAMPLE.path().join("queue.csv"));
    let posts: HashMap<String, Row> = rows(&SAMPLE.path().join("posts.csv"))
        .into_iter()
        .map(|row| (row["id"].clone(), row))
        .collect();
    assert!(queue.len() > 50, "{} posts await an answer", queue.len());
    for row in &queue {
        let post = &posts[&row["id"]];
        assert_eq!(post["direction"], "customer");
        assert_ne!(post["answered"], "true");
        assert_ne!(post["band"], "none");
        assert!(!row["why"].is_empty());
    }
    let bands = ["now", "today", "later"];
    let place = |row: &Row| {
        let band = bands.iter().position(|band| *band == row["band"]).unwrap();
        (band, number(row, "rank") as u64)
    };
    assert!(queue.is_sorted_by_key(place));
}

#[test]
fn output_is_the_same_whatever_the_threads_and_the_checkpoint() {
    let out = tempfile::tempdir().unwrap();
    run(
        uproar()
            .args(["score", "data/sample/posts.csv", "--threads", "1"])
            .args(["--checkpoint", "100", "--out"])
            .arg(out.path()),
        b"",
    )
    .success();
    let unchanging = |folder| {
        let mut record = record(folder);
        for changing in ["started_at", "stages"] {
            record.as_object_mut().unwrap().remove(changing).unwrap();
        }
        record["model"]["engine"].take();
        record["options"]["checkpoint"].take();
        record
    };
    assert_eq!(unchanging(out.path()), unchanging(SAMPLE.path()));
    for file in files(SAMPLE.path()) {
        if file != "run.json" {
            assert!(
                fs::read(SAMPLE.path().join(&file)).unwrap()
                    == fs::read(out.path().join(&file)).unwrap(),
                "{file} differs"
            );
        }
    }
}

#[test]
fn as_a_filter() {
    let export = "id,text\n1,where is my refund\n2,\"thanks, all good\"\n";
    let csv = run(
        uproar().args(["score", "-", "--out", "-"]),
        export.as_bytes(),
    )
    .success();
    let mut reader = csv::Reader::from_reader(csv.stdout.as_bytes());
    let from_csv: Vec<Row> = reader.deserialize().map(Result::unwrap).collect();
    assert_eq!(from_csv[0]["id"], "1");
    assert_eq!(from_csv[1]["text"], "thanks, all good");

    let ndjson = run(
        uproar().args(["score", "-", "--out", "-", "--output-format", "ndjson", "--logits"]),
        b"{\"id\":\"1\",\"text\":\"where is my refund\"}\n{\"id\":\"2\",\"text\":\"thanks, all good\"}\n",
    )
    .success();
    let from_json: Vec<Value> = ndjson
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    for (csv, json) in from_csv.iter().zip(&from_json) {
        let difference = number(csv, "anger") - json["anger"].as_f64().unwrap();
        assert!(difference.abs() < 1e-6);
    }
    // Calibration keeps the order of the raw outputs.
    let of = |row: usize, column: &str| from_json[row][column].as_f64().unwrap();
    for signal in ["anger", "urgency", "actionable"] {
        let logits = [0, 1].map(|row| of(row, &format!("logit_{signal}")));
        let scores = [0, 1].map(|row| of(row, signal));
        assert_eq!(logits[0] > logits[1], scores[0] > scores[1], "{signal}");
    }
}

#[test]
fn a_filter_says_what_became_of_the_other_rows() {
    let export = "id,text\n1,where is my refund\n1,where is my refund\n2,\n";
    let arguments = ["score", "-", "--out", "-"];
    let finished = run(uproar().args(arguments), export.as_bytes()).success();
    assert_eq!(
        finished.stderr,
        "3 rows: 1 scored, 1 rejected, 1 duplicate; with --out DIR, rejects.csv says which and why\n"
    );
    let quiet = run(uproar().args(arguments).arg("-q"), export.as_bytes()).success();
    assert_eq!(
        (quiet.stdout, quiet.stderr),
        (finished.stdout, String::new())
    );
}

#[test]
fn a_post_alone_scores_as_in_the_export() {
    let posts = rows(&SAMPLE.path().join("posts.csv"));
    for post in posts.iter().step_by(400) {
        let text = post["text"].strip_prefix('\'').unwrap_or(&post["text"]);
        let alone = run(
            uproar().args(["score", "--output-format", "ndjson", "--text", text]),
            b"",
        )
        .success();
        let alone: Value = serde_json::from_str(&alone.stdout).unwrap();
        for column in ["anger", "urgency", "actionable", "churn"] {
            assert_eq!(
                alone[column].as_f64().unwrap(),
                number(post, column),
                "{text}"
            );
        }
    }
}

#[test]
fn rejects_and_duplicates_are_reported() {
    let out = tempfile::tempdir().unwrap();
    let export = "id,text\n1,where is my refund\n1,where is my refund\n2,\n3,one,too many\n";
    let finished = run(
        uproar().args(["score", "-", "--out"]).arg(out.path()),
        export.as_bytes(),
    )
    .success();
    assert!(
        finished
            .stdout
            .contains("4 rows: 1 scored, 2 rejected, 1 duplicate;"),
        "{}",
        finished.stdout
    );
    let rejects = rows(&out.path().join("rejects.csv"));
    let lines: Vec<&str> = rejects.iter().map(|row| row["line"].as_str()).collect();
    assert_eq!(lines, ["4", "5"]);
    assert!(rejects.iter().all(|row| row["file"] == "standard input"));
}

#[test]
fn the_company_is_who_the_user_says() {
    let out = tempfile::tempdir().unwrap();
    let export = "id,author,text,in_reply_to_id\n\
                  1,ann,where is my refund? I called twice!,\n\
                  2,AcmeHelp,Sorry! Please send us a message.,1\n\
                  3,bob,my account is locked and I need it today,\n";
    run(
        uproar()
            .args(["score", "-", "--company", "@acmehelp", "--out"])
            .arg(out.path()),
        export.as_bytes(),
    )
    .success();
    let queue = rows(&out.path().join("queue.csv"));
    let ids: Vec<&str> = queue.iter().map(|row| row["id"].as_str()).collect();
    assert_eq!(ids, ["3"]);
}

#[test]
fn top_shortens_the_queue_alone() {
    let out = tempfile::tempdir().unwrap();
    let export =
        "text\nmy account is locked, please help\nwhere is my refund?\nI was charged twice\n";
    let finished = run(
        uproar()
            .args(["score", "-", "--top", "1", "--out"])
            .arg(out.path()),
        export.as_bytes(),
    )
    .success();
    for said in ["3 posts await an answer: ", "The queue, cut to 1 post, is "] {
        assert!(finished.stdout.contains(said), "{finished:?}");
    }
    assert_eq!(rows(&out.path().join("queue.csv")).len(), 1);
    assert_eq!(rows(&out.path().join("posts.csv")).len(), 3);
}
