//! People's labels in, a decision out.

mod common;
mod labelled;

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use common::{Finished, Row, rows, run, uproar};
use labelled::{ABSURD, REPORT, SHEET, sheet};
use serde_json::Value;

/// A folder with a sheet of 300 rows, and the rows that are not in it.
struct Bench {
    folder: tempfile::TempDir,
    others: Vec<Row>,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (used, others): (Vec<_>, Vec<_>) =
            SHEET.iter().enumerate().partition(|(n, _)| n % 2 == 0);
        let used: Vec<&Row> = used.into_iter().map(|(_, row)| row).take(300).collect();
        assert_eq!(used.len(), 300);
        sheet(&folder.path().join("labels.csv"), used);
        fs::write(folder.path().join("absurd.toml"), ABSURD).unwrap();
        let others = others.into_iter().map(|(_, row)| row.clone()).collect();
        Self { folder, others }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Tunes from the absurd decision.
    fn tune(&self, out: &str, arguments: &[&str]) -> Finished {
        run(
            uproar()
                .arg("tune")
                .arg(self.path("labels.csv"))
                .arg("--decision")
                .arg(self.path("absurd.toml"))
                .arg("--out")
                .arg(self.path(out))
                .arg("--cross-fitted")
                .args(arguments)
                .env("SOURCE_DATE_EPOCH", "1772323200"),
            b"",
        )
    }

    /// Mean distance of urgency from what people say, on the rows that are not in the sheet, and
    /// the share of them that is rightly called actionable or not.
    fn on_others(&self, decision: &str) -> (f64, f64) {
        let (posts, out) = (self.path("others.csv"), self.path("others"));
        sheet(&posts, &self.others);
        run(
            uproar()
                .arg("score")
                .arg(&posts)
                .args(["--quiet", "--decision"])
                .arg(self.path(decision))
                .arg("--out")
                .arg(&out),
            b"",
        )
        .success();
        let truth: HashMap<&str, &Row> = self
            .others
            .iter()
            .map(|row| (row["id"].as_str(), row))
            .collect();
        let scored = rows(&out.join("posts.csv"));
        let (mut distance, mut right) = (0.0, 0.0);
        for row in &scored {
            let truth = truth[row["id"].as_str()];
            let level = |text: &str| text.parse::<f64>().unwrap();
            distance += (level(&row["urgency_level"]) - level(&truth["urgency"])).abs();
            right += f64::from(u8::from(
                (row["is_actionable"] == "true") == (truth["actionable"] == "1"),
            ));
        }
        let count = scored.len() as f64;
        (distance / count, right / count)
    }
}

#[test]
fn absurd_thresholds_are_mended_on_posts_that_tune_did_not_see() {
    let bench = Bench::new();
    let finished = bench.tune("decision.toml", &[]).success();
    assert!(
        finished.stdout.contains("urgency=kappa"),
        "{}",
        finished.stdout
    );
    assert!(finished.stdout.contains("Wrote "), "{}", finished.stdout);
    let ((distance, right), (after_distance, after_right)) = (
        bench.on_others("absurd.toml"),
        bench.on_others("decision.toml"),
    );
    assert!(
        after_distance < 0.7 * distance,
        "{distance} {after_distance}"
    );
    assert!(after_right > right + 0.1, "{right} {after_right}");

    let text = fs::read_to_string(bench.path("decision.toml")).unwrap();
    for expected in [
        "date = \"2026-03-01\"",
        "name = \"labels.csv\"",
        "note = \"an invented decision\"",
        "goal = \"urgency=kappa\"",
        "verdict = \"new\"",
    ] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
}

#[test]
fn the_same_run_gives_the_same_bytes() {
    let bench = Bench::new();
    let [one, two] = ["one.toml", "two.toml"].map(|out| {
        let finished = bench.tune(out, &[]).success();
        let stdout = finished.stdout.replace(out, "OUT");
        (fs::read(bench.path(out)).unwrap(), stdout)
    });
    assert_eq!(one, two);
}

#[test]
fn cuts_that_were_tuned_are_not_tuned_again_for_nothing() {
    let bench = Bench::new();
    bench.tune("decision.toml", &["--force"]).success();
    fs::rename(bench.path("decision.toml"), bench.path("absurd.toml")).unwrap();
    // A calibration may still gain.
    let again = bench.tune("again.toml", &["--json", "-"]);
    let json: Value = serde_json::from_str(&again.stdout).unwrap();
    let signals = json["signals"].as_object().unwrap();
    assert_eq!(signals.len(), 6);
    for (name, signal) in signals {
        let changed = signal["changed"].as_array().unwrap();
        assert!(
            changed.iter().all(|it| it == "calibration"),
            "{name}: {signal}"
        );
    }
    let is_refused = signals.values().all(|signal| signal["verdict"] == "kept");
    assert_eq!(again.code, Some(if is_refused { 6 } else { 0 }));
    assert_eq!(bench.path("again.toml").exists(), !is_refused);
}

#[test]
fn a_dry_run_writes_no_decision_and_json_tells_all() {
    let bench = Bench::new();
    let finished = bench
        .tune(
            "decision.toml",
            &["--dry-run", "--json", "-", "--only", "urgency,churn"],
        )
        .success();
    assert!(!bench.path("decision.toml").exists());
    let json: Value = serde_json::from_str(&finished.stdout).unwrap();
    let names: Vec<&String> = json["signals"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["churn", "urgency"]);
    let urgency = &json["signals"]["urgency"];
    assert_eq!(
        (urgency["rows"].as_u64(), urgency["verdict"].as_str()),
        (Some(300), Some("new"))
    );
    let kappa = &urgency["measures"][0];
    assert_eq!(kappa["name"], "kappa");
    let [before, after] = ["before", "after"].map(|key| kappa[key].as_f64().unwrap());
    let [low, high] = [0, 1].map(|end| kappa["difference"][end].as_f64().unwrap());
    assert!(
        low > 0.0 && (low..=high).contains(&(after - before)),
        "{kappa}"
    );
}

#[test]
fn goals_shape_the_cuts() {
    let bench = Bench::new();
    let cut = |goal: &str| {
        bench
            .tune(
                "goal.toml",
                &["--goal", goal, "--only", "actionable", "--force"],
            )
            .success();
        let text = fs::read_to_string(bench.path("goal.toml")).unwrap();
        let table: toml::Table = toml::from_str(&text).unwrap();
        table["actionable"]["threshold"].as_float().unwrap()
    };
    let costs = bench.path("costs.toml");
    fs::write(&costs, "[actionable]\ncost = [[0, 1], [50, 0]]\n").unwrap();
    let [precise, middle, complete, costly] = [
        "actionable=precision:0.97".to_owned(),
        "actionable=f1".to_owned(),
        "actionable=recall:0.99".to_owned(),
        format!("actionable=cost:{}", costs.display()),
    ]
    .map(|goal| cut(&goal));
    assert!(
        precise > middle && middle > complete,
        "{precise} {middle} {complete}"
    );
    assert!(costly < middle, "{costly}");
}

#[test]
fn a_capacity_is_counted_over_a_report() {
    let bench = Bench::new();
    // Enough posts for a capacity, and few enough for a test.
    let sample = fs::read_to_string(common::root().join("data/sample/posts.csv")).unwrap();
    let export: String = sample.split_inclusive('\n').take(400).collect();
    let posts = bench.path("posts.csv");
    fs::write(&posts, export).unwrap();
    let report = bench.path("report");
    run(
        uproar()
            .arg("score")
            .arg(&posts)
            .args(["--logits", "--quiet", "--out"])
            .arg(&report),
        b"",
    )
    .success();
    let finished = bench
        .tune(
            "decision.toml",
            &[
                "--scored",
                report.to_str().unwrap(),
                "--goal",
                "actionable=capacity:5",
                "--only",
                "actionable",
            ],
        )
        .success();
    assert!(
        finished.stdout.contains("posts a day"),
        "{}",
        finished.stdout
    );
    let out = bench.path("again");
    run(
        uproar()
            .arg("score")
            .arg(&posts)
            .args(["--quiet", "--decision"])
            .arg(bench.path("decision.toml"))
            .arg("--out")
            .arg(&out),
        b"",
    )
    .success();
    let scored: Vec<Row> = rows(&out.join("posts.csv"))
        .into_iter()
        .filter(|row| row["direction"] == "customer")
        .collect();
    let passing = scored
        .iter()
        .filter(|row| row["is_actionable"] == "true")
        .count();
    let mut days: Vec<&str> = scored.iter().map(|row| &row["created_at"][..10]).collect();
    days.sort_unstable();
    days.dedup();
    let a_day = passing as f64 / days.len() as f64;
    assert!(
        (4.0..=5.0).contains(&a_day),
        "{passing} posts in {} days",
        days.len()
    );
}

#[test]
fn ten_rows_are_refused_unless_forced() {
    let bench = Bench::new();
    sheet(&bench.path("labels.csv"), SHEET.iter().take(10));
    let finished = bench.tune("decision.toml", &["--quiet", "--only", "urgency,churn"]);
    assert_eq!(finished.code, Some(6), "{finished:#?}");
    assert!(!bench.path("decision.toml").exists());
    insta::assert_snapshot!(finished.stderr, @"error: no decision was written: too few rows for urgency: 10 rows, 3 of level 2 or above (20 and 8 are needed); for churn: 10 rows, 1 yes (20 and 8 are needed); label more posts, or write it anyway with --force
    ");
    bench.tune("decision.toml", &["--force"]).success();
    let text = fs::read_to_string(bench.path("decision.toml")).unwrap();
    assert!(text.contains("verdict = \"too few\""), "{text}");
}

#[test]
fn a_corrected_report_is_accepted_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    for file in ["posts.csv", "run.json"] {
        fs::copy(REPORT.path().join(file), folder.path().join(file)).unwrap();
    }
    // A person who finds every third post more urgent than the model, and says so by its band.
    let posts = folder.path().join("posts.csv");
    let mut reader = csv::Reader::from_path(&posts).unwrap();
    let headers = reader.headers().unwrap().clone();
    let band = headers.iter().position(|name| name == "band").unwrap();
    let mut edited = 0;
    let records: Vec<Vec<String>> = reader
        .records()
        .map(|record| {
            let mut cells: Vec<String> = record.unwrap().iter().map(str::to_owned).collect();
            if cells[band] == "later" {
                edited += 1;
                cells[band] = "today".to_owned();
            }
            cells
        })
        .collect();
    assert!(edited > 50, "{edited}");
    let mut writer = csv::Writer::from_path(&posts).unwrap();
    writer.write_record(&headers).unwrap();
    for record in records {
        writer.write_record(record).unwrap();
    }
    writer.flush().unwrap();
    drop(writer);

    let out = folder.path().join("decision.toml");
    let finished = run(
        uproar()
            .arg("tune")
            .arg(&posts)
            .args(["--only", "urgency", "--out"])
            .arg(&out),
        b"",
    )
    .success();
    let note = format!("count as read by a person; {edited} differ from what the model says");
    assert!(
        finished.stderr.contains(&note),
        "{note}: {}",
        finished.stderr
    );
    let cuts = |path: &Path| {
        let table: toml::Table = toml::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        table["urgency"]["levels"].as_array().unwrap()[1]
            .as_float()
            .unwrap()
    };
    let shipped = cuts(&common::root().join("models/care-minilm/decision.toml"));
    assert!(cuts(&out) < shipped, "{} {shipped}", cuts(&out));
}
