//! `uproar.toml`, over the built binary.

mod common;

use std::fs;
use std::path::Path;
use std::process::Command;

use common::{Finished, Row, folder, root, rows, run, uproar};
use serde_json::Value;
use tempfile::TempDir;

const EXPORT: &str = "id,author,followers,created_at,text,in_reply_to_id
1,jo,50,2026-03-06T17:00:00Z,I am stranded at the airport and your desk is closed. Mail jo@example.com,
2,acme,900,2026-03-09T09:30:00Z,Sorry! Please send us a message.,1
3,kim,20,2026-03-06T12:00:00Z,Third call about my refund and still nothing,
4,lee,10,2026-03-06T13:00:00Z,My parcel is missing and nobody answers the phone,
";

const SETTINGS: &str = "company = [\"@acme\"]

[business_hours]
friday = \"09:00-17:30\"
monday = \"09:00-17:30\"

[priority]
urgency = 0.5
anger = 0.32

[redaction]
posts = true

[report]
top = 1
";

/// The binary in this folder.
fn uproar_in(folder: &Path) -> Command {
    let mut command = uproar();
    command.current_dir(folder);
    command
}

fn config(folder: &Path, args: &[&str]) -> Finished {
    run(uproar_in(folder).arg("config").args(args), b"")
}

/// Scores the export of a folder, into its folder `report`.
fn score(folder: &Path, args: &[&str]) -> Finished {
    let mut command = uproar_in(folder);
    command.arg("score").arg("export.csv");
    let model = root().join("models/care-minilm");
    command.arg("--model").arg(model).args(["--out", "report"]);
    run(command.args(args), b"")
}

fn record(folder: &Path) -> Value {
    let text = fs::read_to_string(folder.join("report/run.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn export(settings: &str) -> TempDir {
    folder(&[
        ("export.csv", EXPORT.as_bytes()),
        ("uproar.toml", settings.as_bytes()),
    ])
}

#[test]
fn a_file_to_begin_with_changes_nothing_and_is_not_overwritten() {
    let folder = folder(&[("export.csv", EXPORT.as_bytes())]);
    let before = config(folder.path(), &["show"]).success().stdout;
    config(folder.path(), &["init"]).success();
    let path = folder.path().join("uproar.toml");
    let written = fs::read_to_string(&path).unwrap();
    assert_eq!(config(folder.path(), &["show"]).success().stdout, before);

    fs::write(&path, "company = [\"@acme\"]\n").unwrap();
    let refused = config(folder.path(), &["init"]);
    assert_eq!(refused.code, Some(5), "{refused:?}");
    assert_eq!(
        refused.stderr,
        "error: uproar.toml is there already; --force replaces it by the defaults\n"
    );
    config(folder.path(), &["init", "--force"]).success();
    assert_eq!(fs::read_to_string(&path).unwrap(), written);
}

#[test]
fn what_is_in_force_is_shown_with_its_origin() {
    let folder = export(SETTINGS);
    let shown = config(folder.path(), &["show"]).success().stdout;
    insta::assert_snapshot!(shown);

    // What is shown is a file of settings itself.
    let again = common::folder(&[("uproar.toml", shown.as_bytes())]);
    let values = |text: &str| -> Vec<String> {
        let lines = text.lines().map(|line| line.split("  # ").next());
        lines.map(|it| it.unwrap().trim().to_owned()).collect()
    };
    let shown_again = config(again.path(), &["show"]).success().stdout;
    assert_eq!(values(&shown_again), values(&shown));

    let json = config(folder.path(), &["show", "--json"]).success().stdout;
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["file"], "uproar.toml");
    let urgency = &json["settings"]["priority.urgency"];
    assert_eq!(urgency["value"], 0.5);
    assert_eq!(
        (&urgency["from"], &urgency["line"]),
        (&"file".into(), &8.into())
    );
    assert_eq!(json["settings"]["priority.churn"]["from"], "default");
    assert_eq!(
        json["settings"]["business_hours.sunday"]["value"],
        Value::Null
    );
}

#[test]
fn settings_shape_a_report_and_stand_in_its_record() {
    let folder = export(SETTINGS);
    let finished = score(folder.path(), &[]).success();
    let note = "note: settings of uproar.toml\n";
    assert!(finished.stderr.starts_with(note), "{finished:?}");

    let record = record(folder.path());
    assert_eq!(record["options"]["company"], serde_json::json!(["@acme"]));
    assert_eq!(record["options"]["top"], 1);
    assert_eq!(record["options"]["redact"], true);
    assert_eq!(record["settings"]["priority.urgency"], 0.5);
    assert_eq!(record["settings"]["priority.churn"], 0.06);
    assert_eq!(record["settings"].get("report.top"), None);

    let report = folder.path().join("report");
    assert_eq!(rows(&report.join("queue.csv")).len(), 1);
    let posts = rows(&report.join("posts.csv"));
    let stranded = by_id(&posts, "1");
    assert!(stranded["text"].contains("[email]"), "{stranded:?}");
    // Half an hour on Friday and half an hour on Monday.
    assert_eq!(stranded["first_response_open_minutes"], "60.00");
    assert_eq!(by_id(&posts, "2")["direction"], "company");
    let points: f64 = stranded["from_urgency"].parse().unwrap();
    let urgency: f64 = stranded["urgency"].parse().unwrap();
    assert!(
        (points - 100.0 / 1.25 * 0.5 * urgency).abs() < 0.01,
        "{stranded:?}"
    );
}

fn by_id<'a>(rows: &'a [Row], id: &str) -> &'a Row {
    rows.iter().find(|row| row["id"] == id).unwrap()
}

#[test]
fn the_command_line_wins_over_the_file_and_the_file_over_the_defaults() {
    let folder = export(SETTINGS);
    let options = ["--company", "@other", "--top", "2", "--quiet"];
    let finished = score(folder.path(), &options).success();
    assert_eq!(finished.stderr, "");
    let chosen = record(folder.path());
    assert_eq!(chosen["options"]["company"], serde_json::json!(["@other"]));
    assert_eq!(chosen["options"]["top"], 2);

    let finished = score(folder.path(), &["--no-config"]).success();
    assert!(!finished.stderr.contains("settings"), "{finished:?}");
    let without = record(folder.path());
    assert_eq!(without["options"]["top"], Value::Null);
    assert_eq!(without["settings"]["priority.urgency"], 0.7);
    let posts = rows(&folder.path().join("report/posts.csv"));
    assert!(!posts[0].contains_key("first_response_open_minutes"));

    let refused = score(folder.path(), &["--raw-rejects"]);
    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert!(refused.stderr.contains("redaction.posts"), "{refused:?}");
}

#[test]
fn the_nearest_file_above_is_used_unless_another_is_named() {
    let folder = folder(&[
        ("uproar.toml", b"report.top = 1\n"),
        ("team/uproar.toml", b"report.top = 2\n"),
        ("team/week/export.csv", b"text\n"),
        ("other.toml", b"report.top = 3\n"),
    ]);
    let top = |args: &[&str]| {
        let args = [&["show", "--json"], args].concat();
        let shown = config(&folder.path().join("team/week"), &args);
        let json: Value = serde_json::from_str(&shown.success().stdout).unwrap();
        json["settings"]["report.top"]["value"].clone()
    };
    assert_eq!(top(&[]), 2);
    assert_eq!(top(&["--config", "../../other.toml"]), 3);
    assert_eq!(top(&["--no-config"]), Value::Null);

    let shown = config(&folder.path().join("team/week"), &["show"]).success();
    let path = Path::new("team").join("uproar.toml:1");
    let path = path.display().to_string();
    assert!(shown.stdout.contains(&path), "{}", shown.stdout);
}

#[test]
fn a_mistake_is_one_line_before_anything_is_read() {
    let mistake = "[priority]\n  urgencey = 0.7\n";
    let folder = folder(&[("uproar.toml", mistake.as_bytes())]);
    for args in [
        &["score", "absent.csv", "--out", "report"][..],
        &["inspect", "absent.csv"],
        &["explain", "--text", "hello"],
        &["eval", "absent.csv"],
        &["sample", "absent"],
        &["config", "show"],
    ] {
        let finished = run(uproar_in(folder.path()).args(args), b"");
        assert_eq!(finished.code, Some(2), "{args:?}: {finished:?}");
        assert_eq!(
            finished.stderr,
            "error: uproar.toml:2:3: unknown key \"urgencey\" in [priority]; did you mean \
             \"urgency\"?\n"
        );
        assert_eq!(finished.stdout, "");
    }
    let absent = config(folder.path(), &["show", "--config", "absent.toml"]);
    assert_eq!(absent.code, Some(2), "{absent:?}");
    assert!(
        absent
            .stderr
            .starts_with("error: absent.toml cannot be read: ")
    );
}

#[test]
fn the_schema_is_that_of_the_documentation() {
    let printed = config(&root(), &["schema"]).success().stdout;
    let committed = fs::read_to_string(root().join("docs/uproar.schema.json")).unwrap();
    assert_eq!(printed, committed.replace('\r', ""));
}
