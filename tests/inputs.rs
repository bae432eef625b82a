//! Exports come in folders, by patterns, compressed, in archives and on standard input.

mod common;

use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;

use common::{Finished, files, folder, gzip, rows, run, uproar};
use serde_json::Value;
use zip::write::SimpleFileOptions;

const CSV: &[u8] = b"id,text\n1,Where is my refund?\n2,Third call today and STILL nothing\n3,\n";
const NDJSON: &[u8] = b"{\"id\":\"4\",\"text\":\"Thanks, all good now\"}\n";

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in members {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Scores `inputs`, as named from within `folder`, to its folder `report`.
fn score(folder: &Path, inputs: &[&str], stdin: &[u8]) -> Finished {
    let model = common::root().join("models/care-minilm");
    let model = fs::canonicalize(model).unwrap();
    run(
        uproar()
            .current_dir(folder)
            .arg("score")
            .args(inputs)
            .args(["--out", "report", "--model"])
            .arg(model),
        stdin,
    )
}

fn record(folder: &Path) -> Value {
    serde_json::from_slice(&fs::read(folder.join("report/run.json")).unwrap()).unwrap()
}

fn names(record: &Value) -> Vec<&str> {
    let inputs = record["inputs"].as_array().unwrap();
    inputs
        .iter()
        .map(|input| input["path"].as_str().unwrap())
        .collect()
}

fn ids(folder: &Path) -> Vec<String> {
    rows(&folder.join("report/posts.csv"))
        .into_iter()
        .map(|row| row["id"].clone())
        .collect()
}

#[test]
fn a_folder_of_mixed_files() {
    let folder = folder(&[
        ("exports/b.csv.gz", &gzip(CSV)),
        ("exports/a/posts.ndjson", NDJSON),
        ("exports/logo.png", b"\x89PNG\r\n\x1a\n\0\0"),
        ("exports/.cache/x.csv", CSV),
    ]);
    score(folder.path(), &["exports"], b"").success();
    let first = record(folder.path());
    assert_eq!(
        names(&first),
        ["exports/a/posts.ndjson", "exports/b.csv.gz"]
    );
    assert_eq!(ids(folder.path()), ["4", "1", "2"]);
    assert_eq!(first["counts"]["rejected"], 1);
    let notices: Vec<&str> = first["notices"]
        .as_array()
        .unwrap()
        .iter()
        .map(|notice| notice.as_str().unwrap())
        .collect();
    assert!(notices[0].contains("exports/logo.png"), "{notices:?}");
    assert!(notices[1].contains("1 hidden"), "{notices:?}");

    // A report that stands among the exports is none itself.
    score(folder.path(), &["."], b"").success();
    let again = record(folder.path());
    assert_eq!(again["counts"], first["counts"]);
    assert!(
        again["notices"][0]
            .as_str()
            .unwrap()
            .contains("./report (a report of Uproar)")
    );
}

#[test]
fn a_pattern() {
    let folder = folder(&[
        ("jan.csv", CSV),
        ("feb.csv", b"id,text\n5,Where is my bag?\n"),
        ("notes.txt", b"words\n"),
        ("mar[1].csv", b"id,text\n6,Where is my seat?\n"),
    ]);
    score(folder.path(), &["???.csv", "mar[1].csv"], b"").success();
    assert_eq!(
        names(&record(folder.path())),
        ["feb.csv", "jan.csv", "mar[1].csv"]
    );
    assert_eq!(ids(folder.path()), ["5", "1", "2", "6"]);
}

#[test]
fn every_packing_gives_the_same_report() {
    let archive = zip(&[("posts.csv", CSV)]);
    let folder = folder(&[
        ("posts.csv", CSV),
        ("posts.csv.gz", &gzip(CSV)),
        ("posts.dat", &zstd::encode_all(CSV, 1).unwrap()),
        ("export.zip", &archive),
    ]);
    let mut expected = None;
    for (input, stdin) in [
        ("posts.csv", &b""[..]),
        ("posts.csv.gz", b""),
        ("posts.dat", b""),
        ("export.zip", b""),
        ("-", &gzip(CSV)),
        ("-", &archive),
    ] {
        score(folder.path(), &[input], stdin).success();
        let report = folder.path().join("report");
        let tables = ["posts.csv", "posts.parquet", "queue.csv", "summary.csv"]
            .map(|name| fs::read(report.join(name)).unwrap());
        let rejects = rows(&report.join("rejects.csv"));
        assert_eq!(rejects.len(), 1, "{input}");
        assert_eq!(rejects[0]["line"], "4", "{input}");
        assert!(
            *expected.get_or_insert(tables.clone()) == tables,
            "{input} gives another report"
        );
    }
    // What was read of a stream is counted before it is decompressed.
    score(folder.path(), &["-"], &gzip(CSV)).success();
    let bytes = record(folder.path())["inputs"][0]["bytes"].as_u64();
    assert_eq!(bytes, Some(gzip(CSV).len() as u64));
}

#[test]
fn names_in_an_archive_lead_nowhere() {
    let folder = folder(&[(
        "inner/x.zip",
        &zip(&[
            ("../../escaped.csv", CSV),
            ("/absolute\u{1b}[2J.csv", NDJSON),
        ]),
    )]);
    let inner = folder.path().join("inner");
    score(&inner, &["x.zip"], b"").success();
    assert_eq!(
        names(&record(&inner)),
        ["x.zip/../../escaped.csv", "x.zip//absolute\\u{1b}[2J.csv"]
    );
    assert_eq!(files(folder.path()), ["inner"]);
    assert_eq!(files(&inner), ["report", "x.zip"]);
}

#[test]
fn a_bomb_stops_early() {
    // Members of a mebibyte each, which shrink a thousandfold, as one line that never ends.
    let filler = gzip(&vec![b'x'; 1 << 20]);
    let bomb = [gzip(b"text\nhello\n"), filler.repeat(70)].concat();
    let folder = folder(&[("bomb.csv", &bomb)]);
    let refused = score(folder.path(), &["bomb.csv"], b"");
    assert_eq!(refused.code, Some(3), "{refused:#?}");
    assert_eq!(refused.stdout, "");
    assert_eq!(refused.stderr.lines().count(), 1, "{refused:#?}");
    for part in ["error: bomb.csv", "200 times", "--limit ratio=N"] {
        assert!(refused.stderr.contains(part), "{refused:#?}");
    }
}

#[test]
fn damage_is_named() {
    let packed = gzip(CSV);
    let whole = zip(&[("posts.csv", CSV)]);
    let folder = folder(&[
        ("cut.csv.gz", &packed[..packed.len() - 9]),
        ("cut.zip", &whole[..whole.len() - 5]),
        ("twice.gz", &gzip(&gzip(CSV))),
    ]);
    for (input, part) in [
        ("cut.csv.gz", "damaged gzip data near byte"),
        ("cut.zip", "damaged zip archive"),
        ("twice.gz", "compressed twice"),
    ] {
        let finished = score(folder.path(), &[input], b"");
        assert_eq!(finished.code, Some(3), "{finished:#?}");
        let start = format!("error: {input}");
        assert!(finished.stderr.starts_with(&start), "{finished:#?}");
        assert!(finished.stderr.contains(part), "{finished:#?}");
    }
}

#[test]
fn limits_are_set_by_name() {
    let folder = folder(&[("a.csv", CSV), ("b.csv", CSV)]);
    let finished = score(folder.path(), &[".", "--limit", "files=1"], b"");
    assert_eq!(finished.code, Some(3), "{finished:#?}");
    assert!(finished.stderr.contains("--limit files=N"), "{finished:#?}");

    score(folder.path(), &["a.csv", "--limit", "field=20"], b"").success();
    let rejects = rows(&folder.path().join("report/rejects.csv"));
    assert!(
        rejects[0]["reason"].contains("--limit field=SIZE"),
        "{rejects:?}"
    );
    assert_eq!(record(folder.path())["options"]["limit"][0], "field=20");

    let finished = score(folder.path(), &["a.csv", "--limit", "depth=3"], b"");
    assert_eq!(finished.code, Some(2), "{finished:#?}");
}
