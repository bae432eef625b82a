//! What `uproar inspect` says of exports.

mod common;

use std::fs;
use std::path::Path;

use common::{Finished, folder, gzip, run, uproar};
use serde_json::Value;

/// An export of a tool that knows nothing of audiences, with rows that cannot be read.
const TICKETS: &str = "\
Ticket;Message;Opened;Mood
T-1;Where is my refund? Write to ann@mail.example;2026-03-01 09:40;bad
T-2;¿Dónde está mi pedido? Llevo una semana esperando;2026-03-02 10:00;bad
T-3;Still nothing, third call today;2026-02-27 23:59;
T-4;
T-5;;2026-03-02 10:00;good
T-3;Still nothing, third call today;2026-02-27 23:59;
";

const NDJSON: &str = r#"{"id":"9","text":"My bag is lost","created_at":"2026-03-01T09:40:00Z","author":{"username":"foggy_acorn","public_metrics":{"followers_count":120}},"geo":{"place":"Wick"}}
{"id":"10","text":"Thanks, all good now","created_at":"2026-03-01T10:00:00Z","author":{"username":"hazel_kite","public_metrics":{"followers_count":7}}}
"#;

/// Customers and a company that answers them.
fn threads() -> String {
    let mut csv = String::from("id,text,user,followers,created_at,in_reply_to_id\n");
    for number in 10..18 {
        csv += &format!(
            "q{number},@Fennwave no signal since noon,customer{number},{number}0,2026-03-01T{number}:00:00Z,\n\
             a{number},\"@customer{number} Sorry to hear that, please send us a DM ^KM\",Fennwave,9000,2026-03-01T{number}:20:00Z,q{number}\n"
        );
    }
    csv
}

/// Inspects with these arguments, from within `folder`.
fn inspect(folder: &Path, args: &[&str], stdin: &[u8]) -> Finished {
    run(
        uproar().current_dir(folder).arg("inspect").args(args),
        stdin,
    )
}

#[test]
fn an_export_that_lacks_much() {
    let folder = folder(&[("tickets.csv", TICKETS.as_bytes())]);
    let finished = inspect(folder.path(), &["tickets.csv"], b"").success();
    insta::assert_snapshot!("lacks-much", finished.stdout);
    assert_eq!(finished.stderr, "");
}

#[test]
fn an_export_that_lacks_nothing() {
    let folder = folder(&[("threads.csv", threads().as_bytes())]);
    let finished = inspect(folder.path(), &["threads.csv"], b"").success();
    insta::assert_snapshot!("lacks-nothing", finished.stdout);
    let named = ["threads.csv", "--company", "@Fennwave"];
    let finished = inspect(folder.path(), &named, b"").success();
    assert!(
        finished.stdout.contains("8 posts by the handles"),
        "{finished:#?}"
    );
}

#[test]
fn a_folder_of_formats() {
    let folder = folder(&[
        ("exports/a.ndjson.gz", &gzip(NDJSON.as_bytes())),
        ("exports/b.tsv", b"reference\tremark\n1\tit broke\n"),
        ("exports/logo.png", b"\x89PNG\r\n\x1a\n\0\0"),
    ]);
    let finished = inspect(folder.path(), &["exports"], b"").success();
    insta::assert_snapshot!("folder", finished.stdout);
    assert_eq!(finished.stderr, "");

    // What is passed over among others is an error where it is all there is.
    for input in ["exports/b.tsv", "exports/b.*"] {
        let finished = inspect(folder.path(), &[input], b"");
        assert_eq!(finished.code, Some(3), "{finished:#?}");
        let start = "error: exports/b.tsv: no column holds the text";
        assert!(finished.stderr.starts_with(start), "{finished:#?}");
        assert!(
            finished.stdout.contains("reference, remark"),
            "{finished:#?}"
        );
    }

    let mapped = ["exports", "--map", "text=remark", "--quiet"];
    let finished = inspect(folder.path(), &mapped, b"").success();
    assert_eq!(
        (finished.stdout.as_str(), finished.stderr.as_str()),
        ("", "")
    );
}

#[test]
fn authors_kept_apart_from_their_posts() {
    let page = r#"{"data":[{"id":"1","text":"My bag is lost","author_id":"7"}],
        "includes":{"users":[{"id":"7","username":"foggy_acorn","public_metrics":{"followers_count":120}}]}}"#;
    let folder = folder(&[("page.json", page.as_bytes())]);
    let finished = inspect(folder.path(), &["page.json", "--json"], b"").success();
    let found: Value = serde_json::from_str(&finished.stdout).unwrap();
    let input = &found["inputs"][0];
    assert_eq!(input["format"]["name"], "JSON document");
    let columns = input["columns"].as_array().unwrap();
    let followers = columns
        .iter()
        .find(|it| it["column"] == "followers")
        .unwrap();
    assert_eq!(followers["samples"][0], "120", "{followers}");
    let reach = input["findings"].as_array().unwrap();
    let reach = reach
        .iter()
        .find(|it| it["name"] == "ranking by reach")
        .unwrap();
    assert_eq!(reach["missing"].as_array().unwrap().len(), 0);
}

#[test]
fn json() {
    let folder = folder(&[("tickets.csv", TICKETS.as_bytes())]);
    let args = ["tickets.csv", "gone.csv", "--json"];
    let finished = inspect(folder.path(), &args, b"");
    assert_eq!(finished.code, Some(3), "{finished:#?}");
    let mut found: Value = serde_json::from_str(&finished.stdout).unwrap();
    found["uproar"] = "0.0.0".into();
    insta::assert_json_snapshot!("json", found);
}

#[test]
fn personal_data_is_left_out() {
    let folder = folder(&[
        ("tickets.csv", TICKETS.as_bytes()),
        ("posts.ndjson", NDJSON.as_bytes()),
    ]);
    for format in [&[][..], &["--json"]] {
        let args = [&["tickets.csv", "posts.ndjson", "--redact"][..], format].concat();
        let finished = inspect(folder.path(), &args, b"").success();
        for secret in ["ann@mail", "foggy_acorn", "hazel_kite"] {
            assert!(!finished.stdout.contains(secret), "{finished:#?}");
        }
        for marker in ["[email]", "[author]"] {
            assert!(finished.stdout.contains(marker), "{finished:#?}");
        }
    }
}

#[test]
fn inputs_that_cannot_be_used_do_not_hide_the_others() {
    let folder = folder(&[("tickets.csv", TICKETS.as_bytes()), ("empty.csv", b"")]);
    let args = ["gone.csv", "tickets.csv", "empty.csv"];
    let finished = inspect(folder.path(), &args, b"");
    assert_eq!(finished.code, Some(3), "{finished:#?}");
    assert!(
        finished.stdout.contains("Where is my refund?"),
        "{finished:#?}"
    );
    assert_eq!(
        finished.stderr,
        "error: gone.csv: no such file; check the path; 1 more input cannot be used either\n"
    );
    let wrong = ["tickets.csv", "--map", "followers=Audience"];
    let finished = inspect(folder.path(), &wrong, b"");
    assert_eq!(finished.code, Some(3), "{finished:#?}");
    assert!(finished.stderr.contains("`Audience`"), "{finished:#?}");
    assert_eq!(inspect(folder.path(), &[], b"").code, Some(2));
}

#[test]
fn a_stream_and_what_a_terminal_would_obey() {
    let folder = folder(&[]);
    let text = format!("text\n{}\"a \u{1b}[2Jb\nc\"\n", "long ".repeat(100) + "\n");
    let finished = inspect(folder.path(), &["-"], text.as_bytes()).success();
    assert!(
        finished.stdout.starts_with("standard input\n"),
        "{finished:#?}"
    );
    assert!(!finished.stdout.contains('\u{1b}'), "{finished:#?}");
    assert!(
        finished.stdout.contains("a \\u{1b}[2Jb\\nc"),
        "{finished:#?}"
    );
    let longest = finished
        .stdout
        .lines()
        .map(|line| line.chars().count())
        .max();
    assert!(longest <= Some(100), "{finished:#?}");
}

#[test]
fn score_reads_what_is_shown() {
    let folder = folder(&[("tickets.csv", TICKETS.as_bytes())]);
    let finished = inspect(folder.path(), &["tickets.csv", "--json"], b"").success();
    let found: Value = serde_json::from_str(&finished.stdout).unwrap();
    let model = fs::canonicalize(common::root().join("models/care-minilm")).unwrap();
    run(
        uproar()
            .current_dir(folder.path())
            .args(["score", "tickets.csv", "--out", "report", "--model"])
            .arg(model),
        b"",
    )
    .success();
    let report = folder.path().join("report");
    let record: Value =
        serde_json::from_slice(&fs::read(report.join("run.json")).unwrap()).unwrap();
    let input = &found["inputs"][0];
    let counted = |name: &str| record["counts"][name].as_u64().unwrap();
    let posts = counted("scored") + counted("not_scored");
    assert_eq!(posts, input["looked_at"]["posts"].as_u64().unwrap());
    assert_eq!(record["counts"]["rejected"], input["looked_at"]["rejected"]);
    assert_eq!(
        record["counts"]["duplicates"],
        input["looked_at"]["duplicates"]
    );
    let posts = common::rows(&report.join("posts.csv"));
    for column in input["columns"].as_array().unwrap() {
        let name = column["column"].as_str().unwrap();
        let filled = posts.iter().filter(|post| !post[name].is_empty()).count();
        assert_eq!(column["filled"], filled, "{name}");
    }
}
