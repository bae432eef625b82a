//! Bad input gets one clear line and a documented exit code, and leaves nothing half-written.

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::{files, run, uproar};

/// Runs `score` on an input that must be refused; returns the message.
fn refusal(arguments: &[&str], stdin: &[u8], code: i32) -> String {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("report");
    let finished = run(
        uproar().arg("score").args(arguments).arg("--out").arg(&out),
        stdin,
    );
    assert_eq!(finished.code, Some(code), "{arguments:?}: {finished:#?}");
    assert_eq!(finished.stdout, "", "{arguments:?}");
    assert_eq!(finished.stderr.lines().count(), 1, "{finished:#?}");
    assert!(finished.stderr.starts_with("error: "), "{finished:#?}");
    assert_eq!(files(&out), Vec::<String>::new(), "{arguments:?}");
    finished.stderr
}

fn written(folder: &Path, name: &str, bytes: &[u8]) -> String {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn inputs() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| written(folder.path(), name, bytes);
    let cases: [(String, &str); 10] = [
        ("no/such/file.csv".to_owned(), "no/such/file.csv"),
        (
            file("empty/run.log", b"started\n").replace("/run.log", ""),
            "no export of posts is in it",
        ),
        (
            folder.path().join("*.tsv").to_str().unwrap().to_owned(),
            "no file matches it",
        ),
        (file("empty.csv", b""), "empty"),
        (file("tickets.csv", b"id,remark\n1,hello\n"), "--map text="),
        (
            file("latin.csv", b"id,text\n1,caf\xe9 closed\n"),
            "--encoding",
        ),
        (
            file("cut.parquet", b"PAR1\x15\x04\x15\x00\x15"),
            "cut.parquet",
        ),
        (
            file("picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0"),
            "picture.png",
        ),
        (file("cut.arrow", b"ARROW1\0\0"), "cut.arrow"),
        (
            file("array.json", b"[{\"remark\": \"hello\"}]"),
            "--map text=",
        ),
    ];
    for (input, expected) in cases {
        let message = refusal(&[&input], b"", 3);
        assert!(message.contains(expected), "{input}: {message}");
    }
    assert!(refusal(&["-"], b"", 3).contains("empty"));
}

#[test]
fn a_truncated_parquet_file() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("whole");
    run(
        uproar().args(["score", "-", "--out"]).arg(&out),
        b"text\nwhere is my refund\n",
    )
    .success();
    let whole = fs::read(out.join("posts.parquet")).unwrap();
    for keep in [whole.len() - 1, whole.len() / 2, 8] {
        let cut = written(folder.path(), "cut.parquet", &whole[..keep]);
        assert!(refusal(&[&cut], b"", 3).contains("cut.parquet"));
    }
    // The file itself reads well: a report can be scored again.
    let again = folder.path().join("again");
    run(
        uproar()
            .arg("score")
            .arg(out.join("posts.parquet"))
            .arg("--out")
            .arg(&again),
        b"",
    )
    .success();
}

/// On each of these the library that reads them panics.
#[test]
fn damage_that_a_library_does_not_expect() {
    let folder = tempfile::tempdir().unwrap();
    for (seed, at, byte) in [("posts.parquet", 791, 0x52), ("cut-posts.arrow", 93, 0x16)] {
        let seeds = common::root().join("fuzz/seeds/columnar");
        let mut content = fs::read(seeds.join(seed)).unwrap();
        content[at] = byte;
        let damaged = written(folder.path(), seed, &content);
        let message = refusal(&[&damaged], b"", 3);
        assert!(
            message.contains("does not match its description"),
            "{message}"
        );
    }
}

#[test]
fn overrides_and_encodings() {
    let export = b"id,remark\n1,hello\n";
    let message = refusal(&["-", "--map", "text=body"], export, 3);
    assert!(
        message.contains("body") && message.contains("remark"),
        "{message}"
    );
    let message = refusal(&["-", "--encoding", "klingon"], export, 3);
    assert!(message.contains("klingon"), "{message}");
    let finished = run(
        uproar().args(["score", "-", "--map", "txt=body", "--out", "-"]),
        export,
    );
    assert_eq!(finished.code, Some(2));
    assert!(finished.stderr.contains("txt"), "{}", finished.stderr);
}

#[test]
fn models() {
    let export = b"text\nhello\n";
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().to_str().unwrap();
    let message = refusal(&["-", "--model", model], export, 4);
    assert!(message.contains("config.json"), "{message}");

    let shipped = common::root().join("models/care-minilm");
    for file in files(&shipped) {
        if shipped.join(&file).is_file() {
            fs::copy(shipped.join(&file), folder.path().join(file)).unwrap();
        }
    }
    let config = folder.path().join("config.json");
    let text = fs::read_to_string(&config).unwrap();
    fs::write(&config, text + "\n").unwrap();
    let message = refusal(&["-", "--model", model], export, 4);
    assert!(message.contains("checksum"), "{message}");

    fs::remove_file(folder.path().join("SHA256SUMS")).unwrap();
    let text = fs::read_to_string(&config).unwrap();
    let changed = text.replace("\"hidden_size\": 384", "\"hidden_size\": 372");
    assert_ne!(text, changed);
    fs::write(&config, changed).unwrap();
    let message = refusal(&["-", "--model", model], export, 4);
    assert!(message.contains("shape"), "{message}");
}

#[test]
#[cfg(not(feature = "rust-bert"))]
fn an_engine_that_is_not_there() {
    let message = refusal(&["-", "--engine", "rust-bert"], b"text\nhello\n", 4);
    assert!(message.contains("--features rust-bert"), "{message}");
}

#[test]
fn output_folders() {
    let folder = tempfile::tempdir().unwrap();
    let file = PathBuf::from(written(folder.path(), "taken", b"keep me"));
    for out in [file.clone(), file.join("below")] {
        let finished = run(
            uproar().args(["score", "-", "--out"]).arg(&out),
            b"text\nhello\n",
        );
        assert_eq!(finished.code, Some(5), "{finished:#?}");
        assert_eq!(finished.stderr.lines().count(), 1, "{finished:#?}");
        assert!(finished.stderr.contains("taken"), "{finished:#?}");
    }
    assert_eq!(fs::read(&file).unwrap(), b"keep me");
}

#[test]
fn a_wrong_command_line() {
    for arguments in [
        &["score"][..],
        &["score", "-"],
        &["score", "-", "--out", "-", "--threads", "0"],
        &["score", "--text", "hi", "--out", "x"],
        &["score", "-", "--out", "-", "--top", "3"],
        &["score", "-", "--out", "x", "--output-format", "csv"],
        &["sing"],
    ] {
        let finished = run(uproar().args(arguments), b"");
        assert_eq!(finished.code, Some(2), "{arguments:?}");
    }
}
