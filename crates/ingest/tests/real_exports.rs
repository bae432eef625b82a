//! Real exports, whose terms forbid shipping them: every row is accounted for.
//!
//! Set `UPROAR_DATA` to the data folder to run this; without it the tests pass and say so. The
//! counts to compare with are those of Python's parsers, by `scripts/count-rows`.

use std::path::{Path, PathBuf};
use std::process::Command;

use uproar_ingest::{Counts, Error, Input, NoticeKind, ReadOptions, Reader};

fn data() -> Option<PathBuf> {
    let data = std::env::var_os("UPROAR_DATA").map(PathBuf::from);
    if data.is_none() {
        println!("UPROAR_DATA is not set: real exports are not read");
    }
    data
}

/// The number of rows of each file as Python counts them.
fn counted_by_python(paths: &[PathBuf]) -> Vec<u64> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/count-rows");
    let output = Command::new("python3")
        .arg(script)
        .args(paths)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let counts = String::from_utf8(output.stdout).unwrap();
    counts.lines().map(|count| count.parse().unwrap()).collect()
}

/// Reads a file to its end: what became of its rows, what was noticed, and how many posts have
/// followers.
fn read(path: &Path) -> Result<(Counts, Vec<NoticeKind>, usize), Error> {
    let mut reader = Reader::open(vec![Input::Path(path.into())], ReadOptions::default())?;
    let (mut posts, mut rejects, mut followers) = (0, 0, 0);
    for chunk in reader.by_ref() {
        let chunk = chunk?;
        posts += chunk.posts.height() as u64;
        rejects += chunk.rejects.len() as u64;
        let column = chunk.posts.column("followers").unwrap();
        followers += column.len() - column.null_count();
    }
    let counts = reader.counts();
    assert_eq!((posts, rejects), (counts.posts, counts.rejected));
    assert_eq!(
        counts.rows,
        counts.posts + counts.rejected + counts.duplicates
    );
    assert_eq!(Some(reader.bytes_read()), reader.bytes_total());
    let notices = reader.notices().iter();
    Ok((
        counts,
        notices.map(|notice| notice.kind.clone()).collect(),
        followers,
    ))
}

#[test]
fn every_row_of_real_exports_is_accounted_for() {
    let Some(data) = data() else {
        return;
    };
    // Rows that are rejected: broken by line breaks outside of quotes, or without text.
    let mut exports = vec![
        ("airline-sentiment/Tweets.csv".to_owned(), 0),
        ("twcs-subsets/twcs_first5000.csv".to_owned(), 2),
        ("twcs-subsets/spotifycares_inbound.csv".to_owned(), 13),
        (
            "twcs-subsets/twcs_inbound6000_rule_priority.csv".to_owned(),
            0,
        ),
        ("twcs-airlines/airlines_raw.csv".to_owned(), 1),
        ("twcs-airlines/airlines_500onlyb.csv".to_owned(), 0),
        ("care/train.csv".to_owned(), 0),
        ("care/dev.csv".to_owned(), 0),
        (
            "reach-safaricom-vicinitas/safaricom_tweets.csv".to_owned(),
            0,
        ),
        ("ibm-twitter-care/dev.json".to_owned(), 0),
        ("ibm-twitter-care/test.json".to_owned(), 0),
    ];
    for sample in [
        "bluesky_postview.json",
        "mastodon_status.json",
        "tweets.js",
        "x_api_v2_page.json",
    ] {
        exports.push((format!("export-formats/samples/{sample}"), 0));
    }
    for number in 1..=8 {
        exports.push((format!("threads/set{number}.jsonl"), 0));
        exports.push((format!("threads/singles{number}.jsonl"), 0));
    }
    let paths: Vec<PathBuf> = exports.iter().map(|(name, _)| data.join(name)).collect();
    for (((name, rejected), path), rows) in
        exports.iter().zip(&paths).zip(counted_by_python(&paths))
    {
        let (counts, notices, _) = read(path).unwrap();
        println!("{name}: {counts:?} {notices:?}");
        assert_eq!(counts.rows, rows, "{name}");
        assert_eq!(counts.rejected, *rejected, "{name}");
    }
}

#[test]
fn authors_kept_apart_are_joined() {
    let Some(data) = data() else {
        return;
    };
    let vicinitas = data.join("reach-safaricom-vicinitas/safaricom_tweets.csv");
    let (counts, notices, followers) = read(&vicinitas).unwrap();
    assert_eq!(followers as u64, counts.posts);
    assert!(
        notices.contains(&NoticeKind::AuthorTable {
            line: 5064,
            count: 2080
        }),
        "{notices:?}"
    );
    let page = data.join("export-formats/samples/x_api_v2_page.json");
    assert_eq!(read(&page).unwrap().2, 1);
}

#[test]
fn what_is_no_export_is_explained() {
    let Some(data) = data() else {
        return;
    };
    for name in [
        "complaints-acl2019/complaints-data.csv",
        "urgency-railway-tweets/tweets_formatted_data.csv",
        "goemotions/original/dev.tsv",
        "goemotions/ekman/train.tsv",
        "semeval2017-task4A/twitter-2016dev-A.tsv",
        "tweeteval/emotion/val_text.txt",
        "ibm-twitter-care/company_docIDs.tsv",
        "ibm-twitter-care/company_num_conversations.json",
    ] {
        let error = read(&data.join(name)).unwrap_err();
        println!("{error}");
        assert!(
            matches!(error, Error::NoTextColumn { .. }),
            "{name}: {error}"
        );
    }
}
