use std::fs::File;

use polars::prelude::*;

use super::*;
use crate::{
    fixture::{Post, posts},
    priority::Weights,
    rank::rank,
};

/// A small export: a calm emergency, a loud complaint, an answered question, praise, a reply.
fn export() -> DataFrame {
    let table = posts(&[
        Post {
            id: "-101",
            text: "@shop my mum's alarm is dead,\nis she safe?",
            created_at: Some(0),
            author_name: Some("maple_kite"),
            followers: Some(61),
            answered: Some(false),
            urgency: 0.97,
            urgency_level: 3,
            is_actionable: true,
            ..Post::default()
        },
        Post {
            id: "102",
            text: "=WORST(shop) ever",
            created_at: Some(3_600),
            author_name: Some("+loud"),
            followers: Some(48_210),
            answered: Some(false),
            urgency: 0.66,
            urgency_level: 2,
            anger: 0.98,
            anger_level: 3,
            churn: 0.9,
            is_actionable: true,
            ..Post::default()
        },
        Post {
            id: "103",
            text: "when do you open?",
            created_at: Some(4_000),
            followers: Some(5),
            answered: Some(true),
            first_response_minutes: Some(12.0),
            urgency: 0.34,
            urgency_level: 1,
            is_actionable: true,
            ..Post::default()
        },
        Post {
            id: "104",
            text: "love it",
            answered: Some(false),
            ..Post::default()
        },
        Post {
            id: "105",
            text: "At nine!",
            direction: "company",
            created_at: Some(4_720),
            scored: false,
            ..Post::default()
        },
    ]);
    rank(table, &Weights::default()).unwrap()
}

fn folder() -> (tempfile::TempDir, OutputFolder) {
    let parent = tempfile::tempdir().unwrap();
    let folder = OutputFolder::create(&parent.path().join("a/b")).unwrap();
    (parent, folder)
}

fn read(folder: &OutputFolder, name: &str) -> String {
    fs::read_to_string(folder.path.join(name)).unwrap()
}

#[test]
fn posts_in_csv() {
    let (_parent, folder) = folder();
    folder.write_posts(&export()).unwrap();
    insta::assert_snapshot!(read(&folder, "posts.csv"));
}

#[test]
fn posts_in_parquet_are_the_same_columns_with_raw_text() {
    let (_parent, folder) = folder();
    folder.write_posts(&export()).unwrap();
    let file = File::open(folder.path.join("posts.parquet")).unwrap();
    let parquet = ParquetReader::new(file).finish().unwrap();
    let header = read(&folder, "posts.csv");
    let header: Vec<_> = header.lines().next().unwrap().split(',').collect();
    let names: Vec<_> = parquet
        .columns()
        .iter()
        .map(|column| column.name().as_str())
        .collect();
    assert_eq!(names, header);
    assert_eq!(
        parquet.column("id").unwrap().str().unwrap().get(0),
        Some("-101")
    );
    assert_eq!(
        parquet.column("text").unwrap().str().unwrap().get(1),
        Some("=WORST(shop) ever")
    );
    assert!(matches!(
        parquet.column("created_at").unwrap().dtype(),
        DataType::Datetime(TimeUnit::Microseconds, _)
    ));
}

#[test]
fn queue_summary_and_rejects() {
    let (_parent, folder) = folder();
    let export = export();
    assert_eq!(folder.write_queue(&export, None).unwrap().height(), 2);
    insta::assert_snapshot!("queue", read(&folder, "queue.csv"));
    assert_eq!(folder.write_queue(&export, Some(1)).unwrap().height(), 1);
    assert_eq!(folder.write_queue(&export, Some(0)).unwrap().height(), 0);
    folder.write_summary(&export).unwrap();
    insta::assert_snapshot!("summary", read(&folder, "summary.csv"));
    let rejects = [RejectRow {
        file: "posts.csv".to_owned(),
        line: 7,
        reason: "3 fields, where the header has 5".to_owned(),
        raw: "=1,\"2\",3".to_owned(),
    }];
    assert_eq!(folder.write_rejects(rejects).unwrap(), 1);
    insta::assert_snapshot!("rejects", read(&folder, "rejects.csv"));
    assert_eq!(folder.write_rejects([]).unwrap(), 0);
    assert_eq!(read(&folder, "rejects.csv"), "file,line,reason,raw\n");
}

#[test]
fn an_empty_export_gives_empty_files() {
    let (_parent, folder) = folder();
    let empty = rank(posts(&[]), &Weights::default()).unwrap();
    folder.write_posts(&empty).unwrap();
    assert_eq!(folder.write_queue(&empty, None).unwrap().height(), 0);
    folder.write_summary(&empty).unwrap();
    assert_eq!(read(&folder, "posts.csv").lines().count(), 1);
    assert!(read(&folder, "summary.csv").contains("median_reach,,\n"));
}

#[test]
fn the_same_posts_give_the_same_bytes() {
    let files = ["posts.csv", "posts.parquet", "queue.csv", "summary.csv"];
    let [first, second] = [(); 2].map(|()| {
        let (_parent, folder) = folder();
        folder.write_posts(&export()).unwrap();
        folder.write_queue(&export(), None).unwrap();
        folder.write_summary(&export()).unwrap();
        files.map(|name| fs::read(folder.path.join(name)).unwrap())
    });
    assert!(first == second);
}

#[test]
fn a_table_that_was_not_ranked_is_refused() {
    let (_parent, folder) = folder();
    let table = posts(&[Post::default()]);
    assert!(matches!(
        folder.write_posts(&table),
        Err(Error::MissingColumn { .. })
    ));
    assert_eq!(fs::read_dir(&folder.path).unwrap().count(), 0);
}

#[test]
fn a_file_where_the_folder_should_be() {
    let parent = tempfile::tempdir().unwrap();
    let file = parent.path().join("report");
    fs::write(&file, "").unwrap();
    assert!(matches!(OutputFolder::create(&file), Err(Error::NotAFolder { path }) if path == file));
    let below = file.join("below");
    assert!(
        matches!(OutputFolder::create(&below), Err(Error::CreateFolder { path, .. }) if path == below)
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_takes_no_files() {
    // Not even root can create a file there.
    assert!(matches!(
        OutputFolder::create(Path::new("/proc")),
        Err(Error::FolderNotWritable { .. })
    ));
}
