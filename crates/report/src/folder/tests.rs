use std::{collections::BTreeMap, fs::File};

use polars::prelude::*;

use super::*;
use crate::{
    fixture::{Post, posts, run},
    rank::{Ranking, rank},
    settings::Settings,
    tables::{TableSpec, Tables, queue::Queue, rejects::RejectRow},
};

/// Makes every file that is made from posts.
fn make(
    folder: &OutputFolder,
    ranked: &DataFrame,
    top: Option<usize>,
) -> Result<(Vec<CompleteFile>, Queue), Error> {
    let mut posts = folder.posts()?;
    posts.write(ranked)?;
    let mut files = Vec::from(posts.finish()?);
    let mut summary = Summary::default();
    summary.add(ranked)?;
    files.push(folder.summary(summary)?);
    let places: Vec<u32> = queue_places(ranked);
    let mut queue = folder.queue(top);
    queue.add(ranked, &places)?;
    let (file, queue) = queue.finish()?;
    files.push(file);
    Ok((files, queue))
}

/// Writes a report. Returns the queue.
fn write(folder: &OutputFolder, ranked: &DataFrame, top: Option<usize>) -> Result<Queue, Error> {
    let (files, queue) = make(folder, ranked, top)?;
    folder.publish(files, &run(""))?;
    Ok(queue)
}

/// The places that a ranking of these posts alone gives.
fn queue_places(ranked: &DataFrame) -> Vec<u32> {
    let mut ranking = Ranking::new(&Settings::default()).unwrap();
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
    rank(table, &Settings::default()).unwrap()
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
    file.finish().unwrap().publish().unwrap();
    insta::assert_snapshot!("rejects", read(&folder, "rejects.csv"));
    let empty = folder.rejects().unwrap().finish().unwrap();
    empty.publish().unwrap();
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
fn the_documentation_has_every_column() {
    let (_parent, folder) = folder();
    write(&folder, &export(), None).unwrap();
    let rejects = folder.rejects().unwrap().finish().unwrap();
    rejects.publish().unwrap();
    let record: serde_json::Value = serde_json::from_str(&read(&folder, "run.json")).unwrap();
    let fields = record.as_object().unwrap().keys().cloned();
    let headers: String = ["posts.csv", "queue.csv", "summary.csv", "rejects.csv"]
        .map(|name| read(&folder, name).lines().next().unwrap().to_owned())
        .join(",");
    let tables = Tables::specs();
    let of_tables = tables
        .into_iter()
        .flat_map(TableSpec::names)
        .map(str::to_owned);
    let columns = headers.split(',').map(str::to_owned).chain(of_tables);

    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let documentation: String = ["scoring.md", "conversations.md", "formats.md", "reports.md"]
        .map(|name| fs::read_to_string(docs.join(name)).unwrap())
        .concat();
    let missing: Vec<String> = columns
        .chain(fields)
        .filter(|name| !documentation.contains(&format!("`{name}`")))
        .collect();
    assert_eq!(missing, [""; 0]);
}

#[test]
fn an_empty_export_gives_empty_files() {
    let (_parent, folder) = folder();
    let empty = rank(posts(&[]), &Settings::default()).unwrap();
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
        let mut files = Vec::from(posts.finish().unwrap());
        files.push(folder.summary(summary).unwrap());
        folder.publish(files, &run("")).unwrap();
        ["posts.csv", "posts.parquet", "summary.csv"]
            .map(|name| fs::read(folder.path.join(name)).unwrap())
    };
    let whole = bytes(&[export.height()]);
    assert!(bytes(&[0, 1, 3, 2]) == whole);
    assert!(bytes(&[2, 4]) == whole);
}

/// The files of a folder and what they hold.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries
        .filter(|entry| entry.path().is_file())
        .map(|entry| {
            let name = entry.file_name().into_string().unwrap();
            (name, fs::read(entry.path()).unwrap())
        })
        .collect()
}

#[test]
fn a_report_that_does_not_come_about_leaves_the_one_before_as_it_was() {
    let (_parent, folder) = folder();
    write(&folder, &export(), None).unwrap();
    let before = files(&folder.path);
    // All is there but a file that could not be made.
    drop(make(&folder, &export().head(Some(2)), Some(1)).unwrap());
    assert!(files(&folder.path) == before);
}

#[test]
fn a_report_that_is_cut_off_half_way_has_no_record() {
    let (_parent, folder) = folder();
    write(&folder, &export(), None).unwrap();
    assert!(files(&folder.path).contains_key("run.json"));
    fs::remove_file(folder.path.join("queue.csv")).unwrap();
    fs::create_dir(folder.path.join("queue.csv")).unwrap();
    let cut_off = write(&folder, &export().head(Some(2)), None);
    assert!(matches!(cut_off, Err(Error::WriteFile { path, .. }) if path.ends_with("queue.csv")));
    assert_eq!(read(&folder, "posts.csv").lines().count(), 4);
    assert_eq!(
        files(&folder.path).into_keys().collect::<Vec<_>>(),
        ["posts.csv", "posts.parquet", "summary.csv"]
    );
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
    let files = posts.finish().unwrap();
    assert_eq!(fs::read_dir(&folder.path).unwrap().count(), 0);
    folder.publish(files, &run("")).unwrap();
    assert_eq!(fs::read_dir(&folder.path).unwrap().count(), 3);
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
