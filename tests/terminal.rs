//! What a person sees: help, results, silence.

mod common;

use std::io::Read;
use std::process::Stdio;

use common::{SIGNALS, run, uproar};

#[test]
fn help() {
    for command in [
        "score",
        "inspect",
        "sample",
        "explain",
        "model",
        "normalize",
        "completions",
    ] {
        let finished = run(uproar().args([command, "--help"]), b"").success();
        insta::assert_snapshot!(format!("help-{command}"), finished.stdout);
    }
    let finished = run(uproar().arg("--help"), b"").success();
    insta::assert_snapshot!("help", finished.stdout);
}

#[test]
fn normalize() {
    let posts = "WHERE is my refund??? 😡😡 @acme\nsoooo &amp; so https://example.com\n";
    let finished = run(uproar().arg("normalize"), posts.as_bytes()).success();
    assert_eq!(
        finished.stdout,
        "[shout] WHERE is my refund??? [emoji] enraged face [long] [user]\nsoo [long] & so [link]\n"
    );
    let finished = run(
        uproar().args(["normalize", "--format", "ndjson"]),
        b"\"two\\nlines\"\n\"quo\\\"ted\"\n",
    )
    .success();
    assert_eq!(finished.stdout, "\"two lines\"\n\"quo\\\"ted\"\n");
    let finished = run(
        uproar().args(["normalize", "--format", "ndjson"]),
        b"bare\n",
    );
    assert_eq!(finished.code, Some(3));
    assert!(finished.stderr.contains("line 1"), "{}", finished.stderr);
}

#[test]
fn one_post() {
    let post = "-5 stars. Third call today and STILL no refund. Unbelievable. @acme";
    let finished = run(uproar().args(["score", "--text", post]), b"").success();
    let names: Vec<&str> = finished
        .stdout
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert_eq!(names, SIGNALS);
    assert_eq!(finished.stderr, "");
}

/// The variable may stand in a profile for all commands.
#[test]
fn a_cache_in_the_environment_does_not_concern_one_post() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = uproar();
    command
        .args(["score", "--text", "where is my refund"])
        .env("UPROAR_CACHE", folder.path());
    run(&mut command, b"").success();
}

#[test]
fn model_show_names_what_the_folder_holds() {
    let finished = run(uproar().args(["model", "show"]), b"").success();
    for expected in [
        "care-minilm",
        "6 layers of width 384",
        "anger, urgency",
        "level 1 from",
    ] {
        assert!(finished.stdout.contains(expected), "{}", finished.stdout);
    }
}

#[test]
fn quiet_says_nothing() {
    let out = tempfile::tempdir().unwrap();
    let finished = run(
        uproar()
            .args(["score", "-", "--quiet", "--out"])
            .arg(out.path()),
        b"text\nwhere is my refund\n",
    )
    .success();
    assert_eq!(
        (finished.stdout, finished.stderr),
        (String::new(), String::new())
    );
}

#[test]
fn no_escape_codes_outside_a_terminal() {
    let out = tempfile::tempdir().unwrap();
    let finished = run(
        uproar().args(["score", "-", "--out"]).arg(out.path()),
        "text\nwhere is my \u{1b}[31mrefund\n".as_bytes(),
    )
    .success();
    assert!(!finished.stdout.contains('\u{1b}'), "{}", finished.stdout);
    assert!(!finished.stderr.contains('\u{1b}'), "{}", finished.stderr);
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let mut export = String::from("text\n");
    for i in 0..400 {
        export += &format!("where is my refund number {i}\n");
    }
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("export.csv");
    std::fs::write(&input, export).unwrap();
    let mut child = uproar()
        .arg("score")
        .arg(&input)
        .args(["--out", "-"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 8];
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut first).unwrap();
    drop(stdout);
    let finished = child.wait_with_output().unwrap();
    assert!(finished.status.success(), "{finished:?}");
    assert_eq!(finished.stderr, b"");
}

#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_told_stops_nothing() {
    let full = || {
        std::fs::File::options()
            .write(true)
            .open("/dev/full")
            .unwrap()
    };
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("export.csv");
    std::fs::write(
        &input,
        "id,text\n1,where is my refund\n1,where is my refund\n",
    )
    .unwrap();
    let mut command = uproar();
    command.arg("score").arg(&input).args(["--out", "-"]);
    let told = run(&mut command, b"").success();
    let untold = command.stderr(full()).output().unwrap();
    assert_eq!(untold.status.code(), Some(0));
    assert_eq!(untold.stdout, told.stdout.as_bytes());

    let mut command = uproar();
    command.args(["score", "nowhere.csv", "--out", "-"]);
    let status = command.stderr(full()).status().unwrap();
    assert_eq!(status.code(), Some(3));
}

#[test]
fn completions() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let finished = run(uproar().args(["completions", shell]), b"").success();
        assert!(finished.stdout.contains("uproar"), "{shell}");
    }
}
