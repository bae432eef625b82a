//! The weekly loop: `scripts/retrain-thresholds`.

mod common;
mod labelled;

use std::fs;
use std::path::Path;
use std::process::Command;

use common::{Finished, files, root, run};
use labelled::{ABSURD, SHEET, sheet};
use serde_json::Value;

/// Runs the script on the first `rows` of the labels, with outputs, in `folder`.
fn retrain(folder: &Path, rows: usize, arguments: &[&str]) -> Finished {
    let labels = folder.join("labels.csv");
    sheet(&labels, SHEET.iter().take(rows));
    let mut script = Command::new(root().join("scripts/retrain-thresholds"));
    script
        .current_dir(root())
        .env("UPROAR_BIN", env!("CARGO_BIN_EXE_uproar"))
        .env_remove("UPROAR_MODEL")
        .env_remove("UPROAR_DECISION")
        .arg("--labels")
        .arg(&labels)
        .arg("--install")
        .arg(folder.join("team.toml"))
        .args(arguments);
    run(&mut script, b"")
}

/// The lines of the log, one a run.
fn log(folder: &Path) -> Vec<Value> {
    let text = fs::read_to_string(folder.join("team.toml.log")).unwrap();
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn a_better_decision_is_installed_once_and_keeps_the_one_before() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("team.toml"), ABSURD).unwrap();

    let dry = retrain(folder, 300, &["--dry-run"]).success();
    assert!(dry.stderr.contains("would install"), "{}", dry.stderr);
    assert_eq!(
        fs::read_to_string(folder.join("team.toml")).unwrap(),
        ABSURD
    );

    let finished = retrain(folder, 300, &[]).success();
    assert!(finished.stdout.contains("urgency=kappa"), "{finished:#?}");
    let installed = fs::read_to_string(folder.join("team.toml")).unwrap();
    assert!(installed.contains("[provenance.labels]"), "{installed}");
    assert_eq!(
        fs::read_to_string(folder.join("team.toml.previous")).unwrap(),
        ABSURD
    );
    assert_eq!(
        files(folder),
        [
            "labels.csv",
            "team.toml",
            "team.toml.log",
            "team.toml.previous"
        ]
    );
    let log = log(folder);
    let outcomes: Vec<_> = log.iter().map(|run| &run["outcome"]).collect();
    assert_eq!(outcomes, ["would install", "installed"]);
    assert!(log[1]["tune"]["signals"].is_array() || log[1]["tune"]["signals"].is_object());
}

#[test]
fn too_few_answers_are_refused_and_nothing_changes() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("team.toml"), ABSURD).unwrap();
    let finished = retrain(folder, 10, &[]);
    assert_eq!(finished.code, Some(6), "{finished:#?}");
    assert_eq!(
        fs::read_to_string(folder.join("team.toml")).unwrap(),
        ABSURD
    );
    assert_eq!(files(folder), ["labels.csv", "team.toml", "team.toml.log"]);
    let log = log(folder);
    assert_eq!(
        (&log[0]["outcome"], &log[0]["exit_code"]),
        (&Value::from("refused"), &Value::from(6))
    );
}

#[test]
fn each_failure_has_its_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for (arguments, code, message) in [
        (&["--colour"][..], 2, "there is no option --colour"),
        (&["--goal"], 2, "--goal needs a value"),
        (&["--labels", "no-such-file.csv"], 3, "no-such-file.csv"),
        (&["--model", "data"], 4, "not a model folder"),
    ] {
        let finished = retrain(folder, 30, arguments);
        assert_eq!(finished.code, Some(code), "{finished:#?}");
        assert!(finished.stderr.contains(message), "{finished:#?}");
        assert!(!folder.join("team.toml").exists());
    }
}
