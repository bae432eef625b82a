//! What changed from one report to another.

mod common;

use common::{SAMPLE, run, uproar};
use serde_json::Value;

fn compared(args: &[&str]) -> common::Finished {
    let out = tempfile::tempdir().unwrap();
    let week = out.path().join("week");
    run(
        uproar()
            .arg("report")
            .arg(SAMPLE.path())
            .args([
                "--since",
                "2026-03-03",
                "--until",
                "2026-03-09",
                "--quiet",
                "--out",
            ])
            .arg(&week),
        b"",
    )
    .success();
    run(
        uproar()
            .arg("compare")
            .arg(&week)
            .arg(SAMPLE.path())
            .args(args),
        b"",
    )
    .success()
}

#[test]
fn a_week_against_the_whole() {
    insta::assert_snapshot!(compared(&[]).stdout);
}

#[test]
fn for_programs() {
    let json: Value = serde_json::from_str(&compared(&["--json"]).stdout).unwrap();
    let figures = json["figures"].as_array().unwrap();
    assert!(figures.iter().any(|figure| figure["name"] == "urgent"));
    assert_eq!(json["shared"]["only_before"], 0);
    assert_eq!(json["before"]["model"], json["after"]["model"]);
}

#[test]
fn a_folder_without_a_report() {
    let folder = tempfile::tempdir().unwrap();
    let refused = run(
        uproar()
            .arg("compare")
            .arg(SAMPLE.path())
            .arg(folder.path()),
        b"",
    );
    assert_eq!(refused.code, Some(3));
    assert_eq!(refused.stdout, "");
}
