use super::*;
use crate::{
    OutputFolder,
    fixture::{Post, posts, run},
    rank::rank,
    settings::Settings,
};

const NAMES: [&str; 10] = [
    columns::TEXT,
    columns::ID,
    columns::CREATED_AT,
    columns::FOLLOWERS,
    columns::URGENCY,
    columns::URGENCY_LEVEL,
    columns::IS_ACTIONABLE,
    columns::FIRST_RESPONSE_MINUTES,
    columns::RANK,
    columns::BAND,
];

fn report() -> (tempfile::TempDir, DataFrame) {
    let rows = [
        Post {
            id: "-1",
            text: "@shop my order,\nstill \"on its way\"",
            created_at: Some(0),
            followers: Some(61),
            answered: Some(true),
            first_response_minutes: Some(12.25),
            urgency: 0.75,
            urgency_level: 2,
            is_actionable: true,
            ..Post::default()
        },
        Post {
            id: "2",
            direction: columns::COMPANY,
            scored: false,
            ..Post::default()
        },
    ];
    let ranked = rank(posts(&rows), &Settings::default()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let output = OutputFolder::create(folder.path()).unwrap();
    let mut files = output.posts().unwrap();
    files.write(&ranked).unwrap();
    for file in files.finish().unwrap() {
        file.publish().unwrap();
    }
    (folder, ranked)
}

#[test]
fn both_files_give_what_was_written() {
    let (folder, ranked) = report();
    let written = ranked.select(NAMES).unwrap();
    for (path, name) in [
        (folder.path().to_owned(), "posts.parquet"),
        (folder.path().join("posts.csv"), "posts.csv"),
    ] {
        let read = ScoredPosts::read(&path, &NAMES).unwrap();
        assert_eq!(read.path, folder.path().join(name));
        assert!(
            read.posts.equals_missing(&written),
            "{name}: {:?}",
            read.posts
        );
        for column in read.posts.columns() {
            assert_eq!(*column.dtype(), columns::dtype(column.name()), "{name}");
        }
    }
    fs::remove_file(folder.path().join("posts.parquet")).unwrap();
    let read = ScoredPosts::read(folder.path(), &NAMES).unwrap();
    assert_eq!(read.path, folder.path().join("posts.csv"));
}

#[test]
fn every_column_of_a_report_has_its_type() {
    let (folder, _) = report();
    let file = File::open(folder.path().join("posts.parquet")).unwrap();
    let whole = ParquetReader::new(file).finish().unwrap();
    for column in whole.columns() {
        assert_eq!(
            *column.dtype(),
            columns::dtype(column.name()),
            "{}",
            column.name()
        );
    }
}

#[test]
fn the_model_is_named_by_the_run() {
    let (folder, _) = report();
    let read = ScoredPosts::read(folder.path(), &NAMES).unwrap();
    assert_eq!(read.model_checksum, None);

    OutputFolder::create(folder.path())
        .unwrap()
        .publish([], &run("9f86d081"))
        .unwrap();
    let read = ScoredPosts::read(&folder.path().join("posts.csv"), &NAMES).unwrap();
    assert_eq!(read.model_checksum.as_deref(), Some("9f86d081"));

    fs::write(folder.path().join("run.json"), "{").unwrap();
    let error = ScoredPosts::read(folder.path(), &NAMES).unwrap_err();
    assert!(matches!(error, ReadError::Damaged { path, .. } if path.ends_with("run.json")));
}

#[test]
fn what_cannot_be_read_is_named() {
    let (folder, _) = report();
    let message = |path: &Path, names: &[&str]| {
        let message = ScoredPosts::read(path, names).unwrap_err().to_string();
        message.replace(folder.path().to_str().unwrap(), "REPORT")
    };
    let written = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        path
    };
    let empty = folder.path().join("empty");
    fs::create_dir(&empty).unwrap();
    let whole = fs::read(folder.path().join("posts.parquet")).unwrap();
    let cut = written("cut.parquet", &whole[..whole.len() / 2]);
    assert!(message(&cut, &NAMES).starts_with("REPORT/cut.parquet is damaged ("));
    let messages = [
        message(&folder.path().join("none.csv"), &NAMES),
        message(&empty, &NAMES),
        message(folder.path(), &["mood"]),
        message(&written("a.csv", b"id\n1\n"), &["id", "text"]),
        message(&written("b.csv", b"id,rank\n1,\n2,first\n"), &["rank"]),
        message(&written("c.csv", b"id,rank\n1\n"), &["rank"]),
        message(&written("d.csv", b"id\n\xff\n"), &["id"]),
    ];
    insta::assert_snapshot!(messages.join("\n"), @r#"
    REPORT/none.csv: no such file or folder; check the path
    REPORT/empty holds neither posts.parquet nor posts.csv; give a folder that `uproar score --out` wrote
    REPORT/posts.parquet has no column `mood`; give a posts.parquet or posts.csv of `uproar score`
    REPORT/a.csv has no column `text`; give a posts.parquet or posts.csv of `uproar score`
    REPORT/b.csv, line 3: `rank` is "first", but must be a whole number
    REPORT/c.csv is damaged (the header has 2 cells, but line 2 has 1); score the posts again
    REPORT/d.csv is damaged (line 2 is not UTF-8); score the posts again
    "#);
}
