use std::fs::File;

use polars::prelude::*;

use super::*;
use crate::{
    fixture::{Post, posts},
    priority::Weights,
    rank::{Ranking, rank},
    tables::{queue::Queue, rejects::RejectRow},
};

/// Writes every file that is made from posts. Returns the queue.
fn write(folder: &OutputFolder, ranked: &DataFrame, top: Option<usize>) -> Result<Queue, Error> {
    let mut files = folder.posts()?;
    files.write(ranked)?;
    files.finish()?;
    let mut summary = Summary::default();
    summary.add(ranked)?;
    folder.write_summary(summary)?;
    let places: Vec<u32> = queue_places(ranked);
    let mut queue = folder.queue(top);
    queue.add(ranked, &places)?;
    queue.finish()
}

/// The places that a ranking of these posts alone gives.
fn queue_places(ranked: &DataFrame) -> Vec<u32> {
    let mut ranking = Ranking::new(Weights::default()).unwrap();
    ranking.add(ranked).unwrap();
    ranking.finish().queue_places(0..ranked.height()).to_vec()
}

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
            id: "106",
            text: "¿dónde está mi pedido?",
            created_at: Some(4_100),
            answered: Some(false),
            scored: false,
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
    write(&folder, &export(), None).unwrap();
    insta::assert_snapshot!(read(&folder, "posts.csv"));
}

#[test]
fn posts_in_parquet_are_the_same_columns_with_raw_text() {
    let (_parent, folder) = folder();
    write(&folder, &export(), None).unwrap();
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
    let queue = write(&folder, &export, None).unwrap();
    assert_eq!((queue.rows, queue.first.height()), (2, 2));
    insta::assert_snapshot!("queue", read(&folder, "queue.csv"));
    insta::assert_snapshot!("summary", read(&folder, "summary.csv"));
    let rejects = [RejectRow {
        file: "posts.csv".to_owned(),
        line: 7,
        reason: "3 fields, where the header has 5".to_owned(),
        raw: "=1,\"2\",3".to_owned(),
    }];
    let mut file = folder.rejects().unwrap();
    file.write(rejects).unwrap();
    file.finish().unwrap();
    insta::assert_snapshot!("rejects", read(&folder, "rejects.csv"));
    folder.rejects().unwrap().finish().unwrap();
    assert_eq!(read(&folder, "rejects.csv"), "file,line,reason,raw\n");
    for top in [1, 0] {
        let queue = write(&folder, &export, Some(top)).unwrap();
        assert_eq!((queue.rows, queue.first.height()), (top as u64, top));
        assert_eq!(
            read(&folder, "queue.csv").contains("alarm is dead"),
            top == 1
        );
    }
}

#[test]
fn an_empty_export_gives_empty_files() {
    let (_parent, folder) = folder();
    let empty = rank(posts(&[]), &Weights::default()).unwrap();
    assert_eq!(write(&folder, &empty, None).unwrap().rows, 0);
    assert_eq!(read(&folder, "queue.csv").lines().count(), 1);
    assert_eq!(read(&folder, "posts.csv").lines().count(), 1);
    assert!(read(&folder, "summary.csv").contains("median_reach,,\n"));
}

#[test]
fn the_same_posts_give_the_same_bytes() {
    let files = ["posts.csv", "posts.parquet", "queue.csv", "summary.csv"];
    let [first, second] = [(); 2].map(|()| {
        let (_parent, folder) = folder();
        write(&folder, &export(), None).unwrap();
        files.map(|name| fs::read(folder.path.join(name)).unwrap())
    });
    assert!(first == second);
}

#[test]
fn the_chunks_do_not_show() {
    let export = export();
    let bytes = |chunks: &[usize]| {
        let (_parent, folder) = folder();
        let (mut posts, mut summary) = (folder.posts().unwrap(), Summary::default());
        let mut first = 0;
        for rows in chunks {
            let chunk = export.slice(first as i64, *rows);
            posts.write(&chunk).unwrap();
            summary.add(&chunk).unwrap();
            first += rows;
        }
        posts.finish().unwrap();
        folder.write_summary(summary).unwrap();
        ["posts.csv", "posts.parquet", "summary.csv"]
            .map(|name| fs::read(folder.path.join(name)).unwrap())
    };
    let whole = bytes(&[export.height()]);
    assert!(bytes(&[0, 1, 3, 2]) == whole);
    assert!(bytes(&[2, 4]) == whole);
}

#[test]
fn unfinished_files_are_kept_in_the_staging_folder() {
    let (parent, folder) = folder();
    let staging = parent.path().join("staging");
    fs::create_dir(&staging).unwrap();
    let folder = folder.with_staging(&staging);
    let mut posts = folder.posts().unwrap();
    posts.write(&export()).unwrap();
    assert_eq!(fs::read_dir(&folder.path).unwrap().count(), 0);
    assert_eq!(fs::read_dir(&staging).unwrap().count(), 2);
    posts.finish().unwrap();
    assert_eq!(fs::read_dir(&folder.path).unwrap().count(), 2);
    assert_eq!(fs::read_dir(&staging).unwrap().count(), 0);
}

#[test]
fn a_table_that_was_not_ranked_is_refused() {
    let (_parent, folder) = folder();
    let table = posts(&[Post::default()]);
    assert!(matches!(
        folder.posts().unwrap().write(&table),
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
