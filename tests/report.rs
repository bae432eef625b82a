//! A report made again from its posts.

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use common::{Finished, SAMPLE, files, rows, run, uproar};

fn report(from: &Path, args: &[&str]) -> Finished {
    run(uproar().arg("report").arg(from).args(args), b"")
}

fn copy(from: &Path) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in files(from) {
        fs::copy(from.join(&name), folder.path().join(&name)).unwrap();
    }
    folder
}

#[test]
fn the_same_settings_give_the_same_files() {
    let again = copy(SAMPLE.path());
    report(again.path(), &["--quiet"]).success();
    assert_eq!(files(again.path()), files(SAMPLE.path()));
    for name in files(again.path()) {
        // It says when the run began, and how this report was made.
        if name == "run.json" {
            continue;
        }
        let [before, after] =
            [SAMPLE.path(), again.path()].map(|it| fs::read(it.join(&name)).unwrap());
        assert!(before == after, "{name} differs");
    }
}

#[test]
fn one_company_in_some_days() {
    let posts = rows(&SAMPLE.path().join("posts.csv"));
    let company = posts
        .iter()
        .map(|post| post["company"].clone())
        .find(|company| !company.is_empty())
        .unwrap();
    let out = tempfile::tempdir().unwrap();
    let folder = out.path().join("part");
    let finished = run(
        uproar()
            .arg("report")
            .arg(SAMPLE.path())
            .args(["--company", &format!("@{}", company.to_uppercase())])
            .args(["--since", "2026-03-03", "--until", "2026-03-09", "--out"])
            .arg(&folder),
        b"",
    );
    finished.success();
    let ids = |rows: &[common::Row]| -> BTreeSet<String> {
        rows.iter().map(|row| row["id"].clone()).collect()
    };
    let expected: Vec<common::Row> = posts
        .into_iter()
        .filter(|post| {
            post["company"] == company
                && ("2026-03-03".."2026-03-10").contains(&post["created_at"].as_str())
        })
        .collect();
    let found = rows(&folder.join("posts.csv"));
    assert!(!expected.is_empty());
    assert_eq!(ids(&found), ids(&expected));
    // Places are those among the chosen posts.
    let mut ranks: Vec<usize> = found
        .iter()
        .filter_map(|row| row["rank"].parse().ok())
        .collect();
    ranks.sort_unstable();
    assert!(ranks.iter().copied().eq(1..=ranks.len()));
    let queue = rows(&folder.join("queue.csv"));
    assert!(ids(&queue).is_subset(&ids(&expected)));
    assert_eq!(files(&folder), files(SAMPLE.path()));
}

#[test]
fn a_shorter_queue() {
    let again = copy(SAMPLE.path());
    let before = rows(&again.path().join("queue.csv"));
    report(again.path(), &["--top", "3"]).success();
    assert_eq!(rows(&again.path().join("queue.csv")), before[..3]);
}

#[test]
fn a_part_does_not_replace_the_whole() {
    let again = copy(SAMPLE.path());
    let refused = report(again.path(), &["--since", "2026-03-03"]);
    assert_eq!(refused.code, Some(2));
    insta::assert_snapshot!(refused.stderr, @"error: a report of some posts would replace the one of all; give another folder with --out");
    assert_eq!(files(again.path()), files(SAMPLE.path()));
}

#[test]
fn what_cannot_be_made_again_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let nothing = report(folder.path(), &[]);
    assert_eq!(nothing.code, Some(3));
    assert!(
        nothing
            .stderr
            .contains("holds neither posts.parquet nor posts.csv"),
        "{nothing:?}"
    );

    let out = folder.path().join("out");
    let nobody = run(
        uproar()
            .arg("report")
            .arg(SAMPLE.path())
            .args(["--company", "nobody-of-this-name", "--out"])
            .arg(&out),
        b"",
    );
    assert_eq!(nobody.code, Some(3));
    assert!(nobody.stderr.contains("the companies are "), "{nobody:?}");
    assert!(!out.exists());

    let damaged = copy(SAMPLE.path());
    let path = damaged.path().join("posts.parquet");
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    let failed = report(damaged.path(), &[]);
    assert_eq!(failed.code, Some(3));
    assert_eq!(failed.stderr.lines().count(), 1, "{failed:?}");
}

#[test]
fn a_folder_with_unfinished_work_is_left_alone() {
    let again = copy(SAMPLE.path());
    let work = again.path().join(".uproar");
    fs::create_dir(&work).unwrap();
    fs::write(work.join("journal.json"), "{}").unwrap();
    let refused = report(again.path(), &[]);
    assert_eq!(refused.code, Some(5));
    assert!(refused.stderr.contains("was cut off"), "{refused:?}");
    assert!(work.join("journal.json").exists());
}
