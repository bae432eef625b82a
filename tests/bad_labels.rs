//! Bad labels get one clear line that names the rows, and no decision.

mod common;
mod labelled;

use std::fs;

use common::{Row, run, uproar};
use labelled::{REPORT, SHEET, sheet};
use serde_json::Value;

/// Runs `tune` on labels that must be refused; returns the message.
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
    let model = model_checksum();
    insta::assert_snapshot!(messages.replace(&model, "CHECKSUM"));
}

/// The first digits of the shipped model's checksum.
fn model_checksum() -> String {
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
    fs::write(&run_json, text.replace(&model_checksum(), "0123456789ab")).unwrap();
    let other = shown(stderr_of(&scored, &format!("id,churn\n{id},1\n"), 3));
    insta::assert_snapshot!(other, @"error: REPORT/report/posts.parquet was scored by another model (checksum 0123456789ab); score it again, or give that model with --model
    ");
}

#[test]
fn outputs_of_another_model_are_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("labels.csv");
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
        sheet(&path, &rows);
        fs::read_to_string(&path).unwrap()
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
