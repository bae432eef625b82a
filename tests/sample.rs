//! A report in, a sheet to label out.

mod common;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::path::Path;

use common::{Finished, Row, SAMPLE, SIGNALS, rows, run, uproar};
use serde_json::Value;

fn sample(scored: &Path, out: &Path, arguments: &[&str]) -> Finished {
    run(
        uproar()
            .arg("sample")
            .arg(scored)
            .arg("--out")
            .arg(out)
            .args(arguments),
        b"",
    )
}

/// The sheet of the sample, and what was said.
fn sheet(arguments: &[&str]) -> (Vec<Row>, String) {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("sheet.csv");
    let finished = sample(SAMPLE.path(), &out, arguments).success();
    (rows(&out), finished.stdout)
}

fn ids(rows: &[Row]) -> HashSet<&str> {
    rows.iter().map(|row| row["id"].as_str()).collect()
}

#[test]
fn a_sheet_has_posts_of_customers_and_no_scores() {
    let (sheet, _) = sheet(&[]);
    let posts: HashMap<String, Row> = rows(&SAMPLE.path().join("posts.csv"))
        .into_iter()
        .map(|row| (row["id"].clone(), row))
        .collect();
    assert_eq!(sheet.len(), 200);
    assert_eq!(ids(&sheet).len(), 200);
    let record = fs::read(SAMPLE.path().join("run.json")).unwrap();
    let record: Value = serde_json::from_slice(&record).unwrap();
    let checksum = record["model"]["checksum"].as_str().unwrap();
    let mut of_band: BTreeMap<&str, usize> = BTreeMap::new();
    for row in &sheet {
        let post = &posts[&row["id"]];
        assert_eq!(post["direction"], "customer");
        for column in ["text", "created_at", "followers", "lang"] {
            assert_eq!(row[column], post[column]);
        }
        for label in [
            "anger",
            "urgency",
            "sentiment",
            "actionable",
            "tried_before",
            "churn",
            "note",
        ] {
            assert_eq!(row[label], "", "{label}");
        }
        assert_eq!(row["model"], checksum[..12]);
        *of_band.entry(&post["band"]).or_default() += 1;
    }
    let scores = SIGNALS
        .iter()
        .filter(|signal| sheet[0].contains_key(**signal));
    assert_eq!(
        scores.count(),
        5,
        "anger, urgency and the flags are there to be filled in"
    );
    assert!(!sheet[0].contains_key("priority"));
    assert_eq!(of_band.len(), 4);
    assert!(of_band.values().all(|count| *count >= 20), "{of_band:?}");
}

#[test]
fn what_was_picked_is_said() {
    let (sheet, stdout) = sheet(&[]);
    let mut of_reason: BTreeMap<&str, usize> = BTreeMap::new();
    for row in &sheet {
        *of_reason.entry(&row["picked_for"]).or_default() += 1;
    }
    assert_eq!(of_reason["random"], 50);
    assert_eq!(of_reason["near a threshold"], 80);
    assert_eq!(of_reason["audience"], 20);
    for (reason, count) in of_reason {
        assert!(stdout.contains(&format!("{count} {reason}")), "{stdout}");
    }
    assert!(
        stdout.starts_with("200 of 1,244 customers' posts picked ("),
        "{stdout}"
    );
    assert!(stdout.contains("uproar tune "), "{stdout}");
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let written = |name: &str, arguments: &[&str]| {
        let out = folder.path().join(name);
        let arguments = [arguments, &["-n", "30", "--quiet"]].concat();
        let finished = sample(SAMPLE.path(), &out, &arguments).success();
        assert_eq!(
            (finished.stdout, finished.stderr),
            (String::new(), String::new())
        );
        fs::read(out).unwrap()
    };
    assert!(written("a.xlsx", &[]) == written("b.xlsx", &["--seed", "1"]));
    let csv = written("a.csv", &[]);
    assert!(csv == written("b.csv", &[]));
    assert!(csv != written("c.csv", &["--seed", "2"]));
}

#[test]
fn parquet_and_csv_give_the_same_sheet() {
    let folder = tempfile::tempdir().unwrap();
    let written = |scored: &str| {
        let out = folder.path().join(format!("{scored}.csv"));
        sample(&SAMPLE.path().join(scored), &out, &["-n", "50"]).success();
        fs::read_to_string(out).unwrap()
    };
    assert_eq!(written("posts.parquet"), written("posts.csv"));
}

#[test]
fn labelled_posts_are_not_picked_again() {
    let folder = tempfile::tempdir().unwrap();
    let first = folder.path().join("first.csv");
    sample(SAMPLE.path(), &first, &["-n", "60"]).success();
    // A person fills in one column and saves.
    let mut sheet = rows(&first);
    let filled = folder.path().join("filled.csv");
    let mut writer = csv::Writer::from_path(&filled).unwrap();
    writer.write_record(["id", "text", "urgency"]).unwrap();
    for row in &mut sheet {
        writer
            .write_record([&row["id"], &row["text"], "1"])
            .unwrap();
    }
    writer.flush().unwrap();

    let second = folder.path().join("second.csv");
    let labelled = ["-n", "60", "--labelled", filled.to_str().unwrap()];
    sample(SAMPLE.path(), &second, &labelled).success();
    let second = rows(&second);
    assert_eq!(second.len(), 60);
    assert!(ids(&sheet).is_disjoint(&ids(&second)));
}

#[test]
fn a_sheet_asks_for_no_more_than_there_is() {
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("report");
    let export = "text\nwhere is my refund\n@shop WHERE is my refund?\nthe app is slow today\n";
    run(
        uproar().args(["score", "-", "--out"]).arg(&report),
        export.as_bytes(),
    )
    .success();
    let out = folder.path().join("sheet.csv");
    let finished = sample(&report, &out, &[]).success();
    assert!(
        finished
            .stdout
            .starts_with("2 of 3 customers' posts picked"),
        "{}",
        finished.stdout
    );
    assert!(
        finished.stdout.contains("The others are"),
        "{}",
        finished.stdout
    );
    let mut names: Vec<String> = fs::read_to_string(&out)
        .unwrap()
        .lines()
        .next()
        .unwrap()
        .split(',')
        .map(str::to_owned)
        .collect();
    names.truncate(3);
    assert_eq!(
        names,
        ["id", "text", "anger"],
        "what nothing is known of is left out"
    );
}

#[test]
fn what_cannot_be_done_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let refused = |scored: &Path, out: &Path, arguments: &[&str], code: i32| {
        let finished = sample(scored, out, arguments);
        assert_eq!(finished.code, Some(code), "{finished:#?}");
        assert_eq!(
            (finished.stdout.as_str(), finished.stderr.lines().count()),
            ("", 1)
        );
        finished.stderr
    };
    let report = SAMPLE.path();

    fs::write(path("mine.xlsx"), "hours of work").unwrap();
    let message = refused(report, &path("mine.xlsx"), &[], 5);
    assert!(message.contains("mine.xlsx is there already"), "{message}");
    assert_eq!(
        fs::read_to_string(path("mine.xlsx")).unwrap(),
        "hours of work"
    );

    let message = refused(report, &path("sheet.pdf"), &[], 2);
    assert!(message.contains(".xlsx or .csv"), "{message}");
    let message = refused(&path("none"), &path("sheet.csv"), &[], 3);
    assert!(message.contains("no such file"), "{message}");
    let message = refused(
        &common::root().join("data/sample/posts.csv"),
        &path("sheet.csv"),
        &[],
        3,
    );
    assert!(message.contains("no column `id`"), "{message}");

    let by_company = path("company");
    run(
        uproar()
            .args(["score", "-", "--company", "@shop", "--out"])
            .arg(&by_company),
        b"text,author\nwe are sorry,@shop\n",
    )
    .success();
    let message = refused(&by_company, &path("sheet.csv"), &[], 3);
    assert!(message.contains("no post to label"), "{message}");

    // Not a sheet yet: nobody has filled in anything.
    sample(report, &path("empty.xlsx"), &[]).success();
    let empty = path("empty.xlsx");
    let labelled = ["--labelled", empty.to_str().unwrap()];
    let message = refused(report, &path("sheet.csv"), &labelled, 3);
    assert!(message.contains("holds no row with a label"), "{message}");

    let other = path("other");
    fs::create_dir(&other).unwrap();
    fs::copy(report.join("posts.csv"), other.join("posts.csv")).unwrap();
    fs::write(
        other.join("run.json"),
        r#"{"model": {"checksum": "0123456789abcdef"}}"#,
    )
    .unwrap();
    let message = refused(&other, &path("sheet.csv"), &[], 3);
    assert!(message.contains("scored by another model"), "{message}");
    assert!(!path("sheet.csv").exists());
}
