//! People's labels in, a decision out.

mod common;

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use common::{Finished, run, uproar};
use serde_json::Value;

type Row = HashMap<String, String>;

/// The labels that come with Uproar.
const LABELS: &str = "data/labels/labels.csv";

/// A report on the labelled posts, with the model's outputs, made once.
static REPORT: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
    let out = tempfile::tempdir().unwrap();
    run(
        uproar()
            .args(["score", LABELS, "--logits", "--quiet", "--out"])
            .arg(out.path()),
        b"",
    )
    .success();
    out
});

/// The labels beside the model's outputs.
static SHEET: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let scored: HashMap<String, Row> = rows(&REPORT.path().join("posts.csv"))
        .into_iter()
        .map(|row| (row["id"].clone(), row))
        .collect();
    rows(&common::root().join(LABELS))
        .into_iter()
        .filter_map(|mut row| {
            let scored = scored.get(&row["id"])?;
            for signal in common::SIGNALS {
                let name = format!("logit_{signal}");
                row.insert(name.clone(), scored[&name].clone());
            }
            Some(row)
        })
        .collect()
});

fn rows(path: &Path) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

/// Writes rows as a sheet.
fn sheet<'a>(path: &Path, rows: impl IntoIterator<Item = &'a Row>) {
    let mut writer = csv::Writer::from_path(path).unwrap();
    let mut names: Vec<&String> = SHEET[0].keys().collect();
    names.sort();
    writer.write_record(&names).unwrap();
    for row in rows {
        writer
            .write_record(names.iter().map(|name| &row[*name]))
            .unwrap();
    }
    writer.flush().unwrap();
}

/// A decision that puts everything wrong that can be.
const ABSURD: &str = "schema = 2
anger.levels = [0.9, 0.95, 0.99]
urgency.levels = [0.001, 0.002, 0.003]
actionable.threshold = 0.999
tried_before.threshold = 0.001
churn.threshold = 0.9999
[provenance]
note = \"an invented decision\"
";

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

fn stderr_of(arguments: &[&str], labels: &str, code: i32) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("labels.csv");
    fs::write(&path, labels).unwrap();
    let out = folder.path().join("decision.toml");
    let finished = run(
        uproar()
            .arg("tune")
            .arg(&path)
            .args(arguments)
            .arg("--quiet")
            .arg("--out")
            .arg(&out),
        b"",
    );
    assert_eq!(finished.code, Some(code), "{finished:#?}");
    assert_eq!(finished.stdout, "");
    assert!(!out.exists());
    finished
        .stderr
        .replace(&folder.path().display().to_string(), "FOLDER")
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
        after_distance < 0.6 * distance,
        "{distance} {after_distance}"
    );
    assert!(after_right > 0.8 && right < 0.6, "{right} {after_right}");

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
fn what_was_tuned_is_not_tuned_again_for_nothing() {
    let bench = Bench::new();
    bench.tune("decision.toml", &["--force"]).success();
    fs::rename(bench.path("decision.toml"), bench.path("absurd.toml")).unwrap();
    let again = bench.tune("again.toml", &["--only", "anger,urgency,actionable"]);
    if again.code == Some(6) {
        assert!(
            again
                .stderr
                .starts_with("error: no decision was written: not better beyond noise")
        );
        assert!(!bench.path("again.toml").exists());
    } else {
        // A calibration may still gain; the cuts may not.
        let again = again.success();
        assert!(again.stdout.contains("kept"), "{}", again.stdout);
    }
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
fn bad_labels_say_which_rows() {
    let cases = [
        "id,text,anger\n1,late,7\n2,fine,0\n3,so,12\n",
        "text,sentiment\nlate,mixed\n",
        "text,churn\nlate,maybe\n",
        "text,churn\nbye,1\nhello,0\nbye,0\n",
        "text,churn\nbye,1\n,0\n",
        "text,remark\nbye,so\n",
        "text,churn\n",
        "id,churn\n17,1\n18,0\n",
        "text,churn,model\nbye,1,0123456789ab\n",
    ];
    let messages: String = cases
        .iter()
        .map(|labels| stderr_of(&[], labels, 3))
        .collect();
    let model = uproar_model_checksum();
    insta::assert_snapshot!(messages.replace(&model, "CHECKSUM"));
}

/// The first digits of the shipped model's checksum.
fn uproar_model_checksum() -> String {
    let run: Value =
        serde_json::from_slice(&fs::read(REPORT.path().join("run.json")).unwrap()).unwrap();
    run["model"]["checksum"].as_str().unwrap()[..12].to_owned()
}

#[test]
fn ids_and_models_must_be_those_of_the_report() {
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("report");
    fs::create_dir(&report).unwrap();
    for file in ["posts.parquet", "run.json"] {
        fs::copy(REPORT.path().join(file), report.join(file)).unwrap();
    }
    let scored = ["--scored", report.to_str().unwrap()];
    let shown = |text: String| text.replace(&folder.path().display().to_string(), "REPORT");
    let id = &SHEET[0]["id"];

    let unknown = shown(stderr_of(
        &scored,
        &format!("id,churn\n{id},1\nnobody,0\nme,0\n"),
        3,
    ));
    insta::assert_snapshot!(unknown, @"error: FOLDER/labels.csv: not in REPORT/report/posts.parquet: nobody in row 3, me in row 4; give the report that the ids are from
    ");
    // Known ids are judged on their texts: too few, but understood.
    stderr_of(&scored, &format!("id,churn\n{id},1\n"), 6);

    let run_json = report.join("run.json");
    let text = fs::read_to_string(&run_json).unwrap();
    fs::write(
        &run_json,
        text.replace(&uproar_model_checksum(), "0123456789ab"),
    )
    .unwrap();
    let other = shown(stderr_of(&scored, &format!("id,churn\n{id},1\n"), 3));
    insta::assert_snapshot!(other, @"error: REPORT/report/posts.parquet was scored by another model (checksum 0123456789ab); score it again, or give that model with --model
    ");
}

#[test]
fn outputs_of_another_model_are_noticed() {
    let bench = Bench::new();
    let labels = |shift: f32| {
        let rows: Vec<Row> = SHEET
            .iter()
            .take(40)
            .cloned()
            .map(|mut row| {
                let logit: f32 = row["logit_urgency"].parse().unwrap();
                row.insert("logit_urgency".to_owned(), (logit + shift).to_string());
                row
            })
            .collect();
        sheet(&bench.path("labels.csv"), &rows);
        fs::read_to_string(bench.path("labels.csv")).unwrap()
    };
    let arguments = ["--only", "churn"];
    let message = stderr_of(&arguments, &labels(0.5), 3);
    assert!(
        message.starts_with(
            "error: FOLDER/labels.csv: the logit columns hold the outputs of another model in row 2, \
             row 4, row 6, row 8, row 10 and 15 more rows;"
        ),
        "{message}"
    );
    stderr_of(&arguments, &labels(0.001), 6);
    stderr_of(&["--only", "churn", "--cross-fitted"], &labels(0.5), 6);
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

#[test]
fn a_wrong_command_line() {
    for arguments in [
        &["--goal", "churn=best"][..],
        &["--goal", "churn=f1", "--goal", "churn=f:2"],
        &["--goal", "churn=f:2", "--only", "urgency"],
        &["--only", "angst"],
    ] {
        let message = stderr_of(arguments, "text,churn\nbye,1\n", 2);
        assert!(message.starts_with("error: "), "{message}");
    }
}
