//! People's labels against the model's scores.

mod common;

use std::cmp::Ordering;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use common::{SIGNALS, files, run, uproar};
use serde_json::Value;

/// The shipped labels against the shipped model, measured once.
static EVALUATION: LazyLock<Value> = LazyLock::new(|| {
    let finished = run(
        uproar().args(["eval", "data/labels/labels.csv", "--json", "-"]),
        b"",
    )
    .success();
    serde_json::from_str(&finished.stdout).unwrap()
});

const LABELS: [&str; 6] = [
    "anger",
    "urgency",
    "sentiment",
    "actionable",
    "tried_before",
    "churn",
];

type Row = HashMap<String, String>;

/// Each shipped label's row beside the row that `score` makes of the same post.
static ROWS: LazyLock<Vec<(Row, Row)>> = LazyLock::new(|| {
    let arguments = [
        "score",
        "data/labels/labels.csv",
        "--all-languages",
        "--out",
        "-",
    ];
    let scored = run(uproar().args(arguments), b"").success();
    let mut reader = csv::Reader::from_reader(scored.stdout.as_bytes());
    let mut scored: HashMap<String, Row> = reader
        .deserialize()
        .map(|row| row.unwrap())
        .map(|row: Row| (row["id"].clone(), row))
        .collect();
    let labels = common::root().join("data/labels/labels.csv");
    let mut reader = csv::Reader::from_path(labels).unwrap();
    reader
        .deserialize()
        .map(|row| row.unwrap())
        .map(|row: Row| {
            let scored = scored.remove(&row["id"]).unwrap();
            (row, scored)
        })
        .collect()
});

fn value(evaluation: &Value, label: &str, metric: &str) -> f64 {
    let value = &evaluation["labels"][label]["metrics"][metric]["value"];
    value.as_f64().unwrap_or_else(|| panic!("{label} {metric}"))
}

#[test]
fn every_figure_lies_in_its_bounds_and_has_an_interval() {
    let rows = ROWS.len() as u64;
    assert_eq!(EVALUATION["posts"], rows);
    assert_eq!(EVALUATION["schema"], 1);
    let of_labels = LABELS.map(|label| &EVALUATION["labels"][label]);
    let mut figures = 0;
    for measured in of_labels.into_iter().chain([&EVALUATION["queue"]]) {
        assert_eq!(measured["posts"], rows);
        for (name, figure) in measured["metrics"].as_object().unwrap() {
            let [value, low, high] = ["value", "low", "high"].map(|key| {
                figure[key]
                    .as_f64()
                    .unwrap_or_else(|| panic!("{name}: {key}"))
            });
            assert!((0.0..=1.0).contains(&value), "{name}: {value}");
            assert!(low <= high && (-1.0..=1.0).contains(&low), "{name}");
            // Drawing rows anew adds noise, and noise adds to a calibration error.
            assert!(
                value <= high && (low <= value || name == "calibration_error"),
                "{name}"
            );
            figures += 1;
        }
    }
    assert_eq!(figures, 13 + 13 + 3 + 3 * 6 + 9);
    for label in LABELS {
        let table = &EVALUATION["labels"][label]["confusion"]["decided_by_truth"];
        let cells = table.as_array().unwrap().iter();
        let total: f64 = cells
            .flat_map(|row| row.as_array().unwrap())
            .map(|cell| cell.as_f64().unwrap())
            .sum();
        assert_eq!(total, rows as f64, "{label}");
    }
}

#[test]
fn figures_follow_from_what_score_says() {
    let rows = &*ROWS;
    let level = |row: &Row, column: &str| row[column].parse::<f64>().unwrap();

    // Quadratic kappa as one less the mean square miss over that of all pairs of rows.
    let pairs: Vec<(f64, f64)> = rows
        .iter()
        .map(|(label, score)| (level(label, "anger"), level(score, "anger_level")))
        .collect();
    let missed: f64 = pairs.iter().map(|(t, d)| (t - d).powi(2)).sum();
    let by_chance: f64 = pairs
        .iter()
        .flat_map(|(truth, _)| {
            pairs
                .iter()
                .map(move |(_, decided)| (truth - decided).powi(2))
        })
        .sum();
    let kappa = 1.0 - missed * pairs.len() as f64 / by_chance;
    assert!((kappa - value(&EVALUATION, "anger", "quadratic_kappa")).abs() < 1e-9);

    // The area under the curve as the share of pairs in the right order.
    let scores = |wanted: &str| -> Vec<f64> {
        let found = rows.iter().filter(|(label, _)| label["churn"] == wanted);
        found.map(|(_, score)| level(score, "churn")).collect()
    };
    let (yes, no) = (scores("1"), scores("0"));
    let right: f64 = yes
        .iter()
        .flat_map(|yes| no.iter().map(move |no| yes - no))
        .map(|difference: f64| match difference.total_cmp(&0.0) {
            Ordering::Greater => 1.0,
            Ordering::Equal => 0.5,
            Ordering::Less => 0.0,
        })
        .sum();
    let auroc = right / (yes.len() * no.len()) as f64;
    // `score` writes six decimals, which can make a tie of two scores.
    assert!((auroc - value(&EVALUATION, "churn", "auroc")).abs() < 1e-4);

    let is_churn = |row: &&(Row, Row)| row.1["is_churn"] == "true";
    let found = rows.iter().filter(is_churn);
    let right = found.clone().filter(|(label, _)| label["churn"] == "1");
    let precision = right.count() as f64 / found.count() as f64;
    assert!((precision - value(&EVALUATION, "churn", "precision")).abs() < 1e-9);
}

/// A sheet of labels that comes with outputs, so that its figures do not depend on a model, and a
/// decision that does not either.
struct Sheet {
    folder: tempfile::TempDir,
}

const DECISION: &str = "schema = 2
anger.levels = [0.25, 0.5, 0.75]
urgency.levels = [0.25, 0.5, 0.75]
actionable.threshold = 0.5
tried_before.threshold = 0.5
churn.threshold = 0.5
";

const LEVELS: [f32; 4] = [-2.0, -0.5, 0.5, 2.0];

impl Sheet {
    /// Eighty rows, of which some are decided wrongly, and no post of urgency 3 or of churn.
    fn new() -> Self {
        let mut sheet =
            "text,company,anger,urgency,sentiment,actionable,tried_before,churn".to_owned();
        for signal in SIGNALS {
            let _ = write!(sheet, ",logit_{signal}");
        }
        for row in 0..80 {
            let (anger, urgency, sentiment) = (row % 4, row / 4 % 3, row % 3);
            let company = if row < 50 {
                "<script>alert(1)</script>"
            } else {
                "Acme"
            };
            let [negative, neutral, positive] =
                [0, 1, 2].map(|class| if class == sentiment { 1.5 } else { -1.5 });
            let flag = row % 2;
            let of_flag = if row % 5 == 0 {
                -1.0
            } else {
                2.0 * flag as f32 - 1.0
            };
            let _ = write!(
                sheet,
                "\npost number {row},{company},{anger},{urgency},{},{flag},,0,{},{},{negative},\
                 {neutral},{positive},{of_flag},-1,-3",
                ["negative", "neutral", "positive"][sentiment],
                LEVELS[if row % 7 == 0 { 3 - anger } else { anger }],
                LEVELS[if row % 6 == 0 { 3 } else { urgency }],
            );
        }
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("labels.csv"), sheet).unwrap();
        fs::write(folder.path().join("decision.toml"), DECISION).unwrap();
        Self { folder }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// `uproar eval` of the sheet, run in its folder.
    fn eval(&self, arguments: &[&str]) -> common::Finished {
        let model = common::root().join("models/care-minilm");
        let mut command = uproar();
        command
            .current_dir(self.path())
            .args([
                "eval",
                "labels.csv",
                "--decision",
                "decision.toml",
                "--cross-fitted",
            ])
            .arg("--model")
            .arg(model.canonicalize().unwrap())
            .args(arguments);
        run(&mut command, b"")
    }
}

#[test]
fn the_table() {
    let sheet = Sheet::new();
    let finished = sheet.eval(&[]).success();
    let (first, rest) = finished.stdout.split_once('\n').unwrap();
    let expected = "80 posts of labels.csv, scored by care-minilm (checksum ";
    assert!(first.starts_with(expected), "{first}");
    insta::assert_snapshot!(rest);
}

#[test]
fn what_cannot_be_measured_is_null() {
    let json = Sheet::new()
        .eval(&["--json", "-", "--slices", "length"])
        .success();
    let json: Value = serde_json::from_str(&json.stdout).unwrap();
    let labels = &json["labels"];
    assert_eq!(labels["tried_before"]["posts"], 0);
    for (label, metric) in [
        ("tried_before", "f1"),
        ("tried_before", "calibration_error"),
        ("churn", "auroc"),
        ("churn", "recall"),
        ("urgency", "auroc_level_3"),
    ] {
        let figure = &labels[label]["metrics"][metric];
        assert_eq!(figure["value"], Value::Null, "{label} {metric}");
        assert_eq!(figure["low"], Value::Null, "{label} {metric}");
    }
    assert!(labels["urgency"]["metrics"]["precision_level_3"]["value"] == 0.0);
    let slices = json["slices"].as_array().unwrap();
    assert!(slices.iter().all(|slice| slice["by"] == "length") && !slices.is_empty());
}

#[test]
fn the_page_needs_nothing_else_and_runs_nothing() {
    let sheet = Sheet::new();
    sheet.eval(&["--html", "eval.html", "--quiet"]).success();
    let page = fs::read_to_string(sheet.path().join("eval.html")).unwrap();
    assert!(!page.contains("<script"), "a company's name became code");
    assert!(page.contains("script&#62;alert(1)") || page.contains("script&gt;alert(1)"));
    assert!(page.contains("default-src 'none'"));
    assert!(!page.contains(" src=") && !page.contains(" href="));
    let links = page.matches("http").count();
    let names =
        page.matches("http-equiv").count() + page.matches("http://www.w3.org/2000/svg").count();
    assert_eq!(links, names, "addresses other than the name of SVG");
    // One for each label that was judged, one for each of those but sentiment, one for the queue.
    assert_eq!(page.matches("<svg ").count(), 5 + 4 + 1);
    assert!(!page.contains("NaN") && !page.contains(">inf"));
}

#[test]
fn files_are_the_same_every_time() {
    let sheet = Sheet::new();
    let run = |name: &str| {
        let (html, json, plots) = (
            format!("{name}.html"),
            format!("{name}.json"),
            format!("{name}/plots"),
        );
        let arguments = ["--html", &html, "--json", &json, "--plots", &plots, "-q"];
        let finished = sheet.eval(&arguments).success();
        assert_eq!((finished.stdout, finished.stderr), Default::default());
        let plots = sheet.path().join(plots);
        assert_eq!(
            files(&plots),
            LABELS_SORTED.map(|label| format!("reliability-{label}.svg"))
        );
        [html, json, format!("{name}/plots/reliability-anger.svg")]
            .map(|file| fs::read(sheet.path().join(file)).unwrap())
    };
    assert!(run("one") == run("two"));
}

const LABELS_SORTED: [&str; 6] = [
    "actionable",
    "anger",
    "churn",
    "sentiment",
    "tried_before",
    "urgency",
];

#[test]
fn refusals() {
    let sheet = Sheet::new();
    fs::write(sheet.path().join("a-file"), "").unwrap();
    let cases: [(&[&str], i32, &str); 4] = [
        (
            &["--slices", "colour"],
            2,
            "company, followers, language, length",
        ),
        (&["--html", "no/such/folder/eval.html"], 5, "eval.html"),
        (&["--plots", "a-file"], 5, "a-file is a file"),
        (&["--scored", "no-report"], 3, "no-report"),
    ];
    for (arguments, code, expected) in cases {
        let finished = sheet.eval(arguments);
        assert_eq!(finished.code, Some(code), "{arguments:?}: {finished:#?}");
        assert!(finished.stderr.starts_with("error: "), "{finished:#?}");
        assert!(finished.stderr.contains(expected), "{finished:#?}");
        assert_eq!(finished.stdout, "", "{arguments:?}");
    }
    let finished = run(uproar().args(["eval", "no-labels.csv"]), b"");
    assert_eq!(finished.code, Some(3), "{finished:#?}");
    let finished = run(
        uproar().args(["eval", "data/labels/labels.csv", "--model", "."]),
        b"",
    );
    assert_eq!(finished.code, Some(4), "{finished:#?}");
}

#[test]
fn help() {
    let finished = run(uproar().args(["eval", "--help"]), b"").success();
    insta::assert_snapshot!("help-eval", finished.stdout);
}
