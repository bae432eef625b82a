//! Which words drove a score.

mod common;

use std::path::Path;
use std::sync::LazyLock;

use common::{Finished, SIGNALS, run, uproar};
use serde_json::Value;

/// An emergency told politely.
const POST: &str =
    "Good evening, we are stuck at the station, the last train is cancelled. Thanks, Ben 🙂";

/// The report on four posts, the third by the company and the last in Spanish.
static REPORT: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
    let out = tempfile::tempdir().unwrap();
    let export = format!(
        "id,text,author,followers,created_at\n\
         2038186651287881936,\"@shop {POST}\",ann,61000,2026-03-01T10:00:00Z\n\
         2,\"@shop your staff are \u{1b}[31midiots,\nall of them\",bob,5,2026-03-02T10:00:00Z\n\
         3,We are on our way.,@shop,7,2026-03-02T11:00:00Z\n\
         4,¿Dónde está mi pedido? Llevo tres semanas esperando una respuesta,eva,3,2026-03-02T11:00:00Z\n"
    );
    run(
        uproar()
            .args(["score", "-", "--company", "@shop", "--out"])
            .arg(out.path()),
        export.as_bytes(),
    )
    .success();
    out
});

fn explain(arguments: &[&str]) -> Finished {
    run(uproar().arg("explain").args(arguments), b"")
}

fn report() -> &'static str {
    REPORT.path().to_str().unwrap()
}

fn json(arguments: &[&str]) -> Value {
    let finished = explain(&[arguments, &["--json"]].concat()).success();
    assert_eq!(finished.stderr, "");
    serde_json::from_str(&finished.stdout).unwrap()
}

#[test]
fn words_and_their_places() {
    let explanation = json(&["--text", POST]);
    assert_eq!(explanation["schema"], 1);
    assert_eq!(explanation["method"], "occlusion");
    assert_eq!(explanation["text"], POST);
    assert_eq!(explanation["report"], Value::Null);
    let words = explanation["words"].as_array().unwrap();
    let expected: Vec<&str> = POST.split_whitespace().collect();
    assert_eq!(words.len(), expected.len());
    for (word, expected) in words.iter().zip(expected) {
        let place = |key: &str| usize::try_from(word[key].as_u64().unwrap()).unwrap();
        assert_eq!(&POST[place("start")..place("end")], expected);
        assert_eq!(word["word"], expected);
        let effects = word["effects"].as_object().unwrap();
        assert!(effects.keys().eq(["anger", "urgency"]));
    }
}

#[test]
fn scores_are_those_of_score() {
    let explanation = json(&["--text", POST]);
    let scored = run(
        uproar().args(["score", "--output-format", "ndjson", "--text", POST]),
        b"",
    )
    .success();
    let scored: Value = serde_json::from_str(&scored.stdout).unwrap();
    for signal in SIGNALS {
        assert_eq!(explanation["scores"][signal], scored[signal], "{signal}");
    }
    for column in ["anger_level", "urgency_level", "sentiment", "is_actionable"] {
        assert_eq!(explanation["scores"][column], scored[column], "{column}");
    }
}

#[test]
fn a_post_of_a_report_comes_with_its_reach_and_place() {
    let explanation = json(&[report(), "--id", "2038186651287881936"]);
    let mut posts = csv::Reader::from_path(REPORT.path().join("posts.csv")).unwrap();
    let headers = posts.headers().unwrap().clone();
    let row = posts.records().next().unwrap().unwrap();
    let cell = |name: &str| &row[headers.iter().position(|found| found == name).unwrap()];
    let close = |found: &Value, column: &str| {
        let expected: f64 = cell(column).parse().unwrap();
        let difference = found.as_f64().unwrap() - expected;
        assert!(difference.abs() < 0.006, "{column}: {found} {expected}");
    };
    close(&explanation["priority"]["total"], "priority");
    for term in [
        "urgency",
        "anger",
        "actionable",
        "tried_before",
        "churn",
        "reach",
    ] {
        let term = format!("from_{term}");
        close(&explanation["priority"][&term], &term);
    }
    close(&explanation["report"]["reach"], "reach");
    assert_eq!(explanation["report"]["rank"].to_string(), cell("rank"));
    assert_eq!(explanation["report"]["ranked_posts"], 2);
    assert_eq!(explanation["report"]["why"], cell("why"));
    assert_eq!(explanation["report"]["band"], cell("band"));

    let plain = explain(&[report(), "--id", "2038186651287881936"])
        .success()
        .stdout;
    assert!(
        plain.contains(&format!("why           {}\n", cell("why"))),
        "{plain}"
    );
    assert!(plain.contains(" of 2 posts; "), "{plain}");
    assert!(!plain.contains("another decision"), "{plain}");
}

#[test]
fn brackets_stand_for_colours_outside_a_terminal() {
    let finished = explain(&["--text", POST]).success();
    assert!(!finished.stdout.contains('\u{1b}'), "{}", finished.stdout);
    assert_eq!(finished.stderr, "");
    let urgency = finished.stdout.split("urgency ").nth(1).unwrap();
    assert!(urgency.contains("[station,]"), "{urgency}");
    let listed = urgency.lines().find(|line| line.ends_with("  station,"));
    assert!(listed.unwrap().trim_start().starts_with('+'), "{urgency}");

    let forced = run(
        uproar()
            .env("CLICOLOR_FORCE", "1")
            .args(["explain", "--text", POST]),
        b"",
    )
    .success();
    assert!(
        forced.stdout.contains("\u{1b}[31mstation,"),
        "{}",
        forced.stdout
    );
    assert!(!forced.stdout.contains("[station,]"), "{}", forced.stdout);
}

#[test]
fn escape_codes_of_a_post_do_not_reach_the_terminal() {
    let finished = explain(&[report(), "--id", "2"]).success();
    assert!(!finished.stdout.contains('\u{1b}'), "{}", finished.stdout);
    assert!(finished.stdout.contains("idiots"), "{}", finished.stdout);
}

#[test]
fn any_signal_can_be_explained() {
    let post = "I am leaving you for another bank, close my account";
    let finished = explain(&["--text", post, "--signal", "churn,positive"]).success();
    let heads: Vec<&str> = finished
        .stdout
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .filter(|word| SIGNALS.contains(word))
        .collect();
    assert_eq!(heads, ["churn", "positive"]);
    assert!(finished.stdout.contains("[leaving]"), "{}", finished.stdout);
}

#[test]
fn posts_without_words_or_priority() {
    let empty = json(&["--text", ""]);
    assert_eq!(empty["words"], Value::Array(Vec::new()));
    let plain = explain(&["--text", " "]).success().stdout;
    assert!(plain.contains("priority"), "{plain}");

    let by_company = json(&[report(), "--id", "3"]);
    assert_eq!(by_company["priority"], Value::Null);
    let plain = explain(&[report(), "--id", "3"]).success().stdout;
    assert!(plain.contains("no priority"), "{plain}");

    let plain = explain(&[report(), "--id", "4"]).success().stdout;
    assert!(plain.contains("no scores of this post"), "{plain}");
}

#[test]
fn a_decision_that_differs_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("decision.toml");
    let shift = "[urgency]\nlevels = [0.2, 0.5, 0.8]\n\
                 [urgency.calibration]\na = 1.0\nb = 1.0\nc = -3.0\n";
    std::fs::write(
        &path,
        format!(
            "schema = 2\n{shift}[anger]\nlevels = [0.2, 0.5, 0.8]\n[actionable]\nthreshold = 0.5\n\
             [tried_before]\nthreshold = 0.5\n[churn]\nthreshold = 0.5\n"
        ),
    )
    .unwrap();
    let decision = path.to_str().unwrap();
    let arguments = [
        report(),
        "--id",
        "2038186651287881936",
        "--decision",
        decision,
    ];
    let finished = explain(&arguments).success();
    assert!(
        finished.stdout.contains("another decision"),
        "{}",
        finished.stdout
    );
}

#[test]
fn what_cannot_be_explained_is_said() {
    let refused = |arguments: &[&str], code: i32| {
        let finished = explain(arguments);
        assert_eq!(finished.code, Some(code), "{finished:#?}");
        assert_eq!(finished.stdout, "");
        finished.stderr
    };
    let message = refused(&[report(), "--id", "2038186651287882000"], 3);
    assert!(
        message.ends_with("did you mean 2038186651287881936?\n"),
        "{message}"
    );
    let message = refused(&[report(), "--id", "-7"], 3);
    assert!(message.contains("no post has the id -7"), "{message}");
    let message = refused(&[report(), "--id", "none"], 3);
    assert!(
        message.contains("for example 2038186651287881936"),
        "{message}"
    );
    let missing = Path::new(report()).join("none.csv");
    refused(&[missing.to_str().unwrap(), "--id", "2"], 3);
    for arguments in [
        &[][..],
        &[report()],
        &["--id", "2"],
        &["--text", "hi", "--id", "2"],
        &[report(), "--text", "hi"],
        &["--text", "hi", "--signal", "mood"],
    ] {
        refused(arguments, 2);
    }
}
