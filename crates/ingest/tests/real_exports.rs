//! Real exports, whose terms forbid shipping them: every row is accounted for.
//!
//! Set `UPROAR_DATA` to the data folder to run this; without it the test passes and says so.

use std::path::{Path, PathBuf};

use uproar_ingest::{Counts, Error, Input, ReadOptions, Reader};

/// Counts the records of a CSV without any CSV parser: line ends outside of quotes. This holds
/// for files in which quotes are balanced, as in those read here.
fn records(path: &Path) -> u64 {
    let content = std::fs::read(path).unwrap();
    let mut records = 0;
    let mut is_quoted = false;
    let mut is_blank = true;
    for byte in &content {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\n' | b'\r' if !is_quoted => {
                records += u64::from(!is_blank);
                is_blank = true;
                continue;
            }
            _ => {}
        }
        is_blank = false;
    }
    records + u64::from(!is_blank)
}

fn read(path: &Path) -> Result<Counts, Error> {
    let mut reader = Reader::open(vec![Input::Path(path.into())], ReadOptions::default())?;
    let (mut posts, mut rejects) = (0, 0);
    for chunk in reader.by_ref() {
        let chunk = chunk?;
        posts += chunk.posts.height() as u64;
        rejects += chunk.rejects.len() as u64;
    }
    let counts = reader.counts();
    for notice in reader.notices() {
        println!("{notice}");
    }
    assert_eq!((posts, rejects), (counts.posts, counts.rejected));
    assert_eq!(
        counts.rows,
        counts.posts + counts.rejected + counts.duplicates
    );
    assert_eq!(Some(reader.bytes_read()), reader.bytes_total());
    Ok(counts)
}

#[test]
fn every_row_of_real_exports_is_accounted_for() {
    let Some(data) = std::env::var_os("UPROAR_DATA").map(PathBuf::from) else {
        println!("UPROAR_DATA is not set: real exports are not read");
        return;
    };
    // Rows that are rejected: broken by line breaks outside of quotes, without text, or of a
    // second table.
    let exports = [
        ("airline-sentiment/Tweets.csv", 0),
        ("twcs-subsets/twcs_first5000.csv", 2),
        ("twcs-subsets/spotifycares_inbound.csv", 13),
        ("twcs-subsets/twcs_inbound6000_rule_priority.csv", 0),
        ("twcs-airlines/airlines_raw.csv", 1),
        ("twcs-airlines/airlines_500onlyb.csv", 0),
        ("care/train.csv", 0),
        ("care/dev.csv", 0),
        ("reach-safaricom-vicinitas/safaricom_tweets.csv", 2081),
    ];
    for (name, rejected) in exports {
        let path = data.join(name);
        let counts = read(&path).unwrap();
        println!("{name}: {counts:?}");
        assert_eq!(counts.rows, records(&path) - 1, "{name}");
        assert_eq!(counts.rejected, rejected, "{name}");
    }
}

#[test]
fn what_is_no_export_is_explained() {
    let Some(data) = std::env::var_os("UPROAR_DATA").map(PathBuf::from) else {
        println!("UPROAR_DATA is not set: real exports are not read");
        return;
    };
    for name in [
        "complaints-acl2019/complaints-data.csv",
        "urgency-railway-tweets/tweets_formatted_data.csv",
        "threads/set1.jsonl",
        "export-formats/samples/x_api_v2_page.json",
    ] {
        let error = read(&data.join(name)).unwrap_err();
        println!("{error}");
        assert!(
            matches!(error, Error::NoTextColumn { .. }),
            "{name}: {error}"
        );
    }
    let archive = read(&data.join("export-formats/samples/tweets.js")).unwrap_err();
    assert!(matches!(archive, Error::JsonDocument { .. }), "{archive}");
    for name in ["mastodon_status.json", "bluesky_postview.json"] {
        let counts = read(&data.join("export-formats/samples").join(name)).unwrap();
        assert_eq!((counts.rows, counts.posts), (1, 1), "{name}");
    }
    for entry in std::fs::read_dir(data.join("threads")).unwrap() {
        // Single posts are an export; conversations with posts inside are not.
        let path = entry.unwrap().path();
        if path
            .extension()
            .is_some_and(|extension| extension == "jsonl")
        {
            let is_single = path
                .file_name()
                .unwrap()
                .to_string_lossy()
                .starts_with("singles");
            assert_eq!(read(&path).is_ok(), is_single, "{}", path.display());
        }
    }
}
