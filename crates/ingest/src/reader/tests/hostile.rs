//! Inputs made to cost more than they weigh, and what the fuzz targets begin with and found.

use std::path::Path;

use super::*;

fn with_limits(limits: Limits) -> ReadOptions {
    ReadOptions {
        limits,
        ..ReadOptions::default()
    }
}

/// Each of the first lines opens a quote that the next one keeps open, so that none of them ever
/// ends: without a bound on what is read again, each is followed to the limit of a row. Beyond the
/// bound a row is one line.
#[test]
fn quotes_that_lead_nowhere_are_not_followed_for_ever() {
    let limits = Limits {
        row: 64,
        ..Limits::default()
    };
    let content = format!(
        "id,text\n{}1,\"My bag, is lost\"\r\n\r\n2,\"two\nlines\"\n3,last",
        "x\",\",\n".repeat(100)
    );
    let read = read_all(&[("posts.csv", content.as_bytes())], with_limits(limits)).unwrap();
    assert_eq!(read.column(Column::Text), ["My bag, is lost", "last"]);
    assert_eq!(read.counts.rejected, 102);
}

/// The object that never closes is given up, and so is each of those within it, at the line that
/// seems to begin another. Taking along what follows each time, the time would grow with the square
/// of the length.
#[test]
fn broken_values_within_a_broken_value_are_read_once_each() {
    let values = 200_000;
    let content = format!("[\n  {{\"text\":[\n{}", "  {x\n {}}\n".repeat(values));
    let read = read_all(
        &[("posts.json", content.as_bytes())],
        ReadOptions {
            map: vec!["text=text".parse().unwrap()],
            ..ReadOptions::default()
        },
    )
    .unwrap();
    assert_eq!(read.counts.rejected, read.counts.rows);
    // The object, what is given up within it, the object there and the bracket too many.
    assert_eq!(read.counts.rows, 1 + 3 * values as u64 + 1);
}

#[test]
fn ids_made_to_collide_are_renamed_in_linear_time() {
    let count = 20_000;
    let mut content = "id,text\n".to_owned();
    for row in 0..count {
        content.push_str(&format!("a~{row},x\n"));
    }
    for row in 0..count {
        content.push_str(&format!("a,{row} y\n"));
    }
    let read = read(&content);
    assert_eq!(read.counts.posts, 2 * count);
    let ids: std::collections::HashSet<String> = read.column(Column::Id).into_iter().collect();
    assert_eq!(ids.len() as u64, 2 * count);
}

/// With every key below it repeating it, the long one would take a hundred gigabytes.
#[test]
fn a_long_key_is_not_repeated_for_each_key_below() {
    let below: Vec<String> = (0..200_000).map(|n| format!("\"{n}\":1")).collect();
    let content = format!(
        "{{\"text\":\"a\",\"{}\":{{{}}}}}\n",
        "k".repeat(500_000),
        below.join(",")
    );
    let options = with_limits(Limits {
        row: 64 << 20,
        ..Limits::default()
    });
    let read = read_all(&[("posts.ndjson", content.as_bytes())], options).unwrap();
    assert_eq!(read.column(Column::Text), ["a"]);
}

/// Rows as long as the limits allow are neither looked ahead nor gathered by the thousand.
#[test]
fn long_rows_make_short_chunks() {
    let text = "x".repeat(1 << 20);
    let content = format!("text\n{}", format!("{text}\n").repeat(130));
    let read = read(&content);
    let heights: Vec<usize> = read
        .chunks
        .iter()
        .map(|chunk| chunk.posts.height())
        .collect();
    assert_eq!(heights, [64, 64, 2]);
}

#[test]
fn html_without_words_is_no_text() {
    let read = read("id,text\n1,<p></p>\n2,<p><br/>&nbsp;</p>\n3,<p>late</p>\n");
    assert_eq!(read.column(Column::Text), ["late"]);
    assert_eq!(
        read.rejects(),
        [
            "posts.csv:2: no text: \"1,<p></p>\"",
            "posts.csv:3: no text: \"2,<p><br/>&nbsp;</p>\"",
        ]
    );
}

/// Every seed of the fuzz targets that read inputs, and every input on which one of them failed,
/// in chunks of two sizes and within tight limits.
#[test]
fn the_corpora_of_the_fuzz_targets_hold() {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds");
    let mut files = 0;
    for target in ["columnar", "delimited", "encoding", "json", "packed"] {
        for entry in std::fs::read_dir(seeds.join(target)).unwrap() {
            let path = entry.unwrap().path();
            let content = std::fs::read(&path).unwrap();
            let read = |chunk_rows, limits| {
                let options = ReadOptions {
                    chunk_rows,
                    limits,
                    ..ReadOptions::default()
                };
                let read = read_all(&[("input", &content)], options);
                read.map(|read| read.report())
                    .map_err(|error| error.to_string())
            };
            let whole = read(8192, Limits::default());
            assert_eq!(whole, read(3, Limits::default()), "{}", path.display());
            let tight = Limits {
                field: 16,
                row: 64,
                nesting: 3,
                files: 2,
                ratio: 2,
            };
            let _ = read(8192, tight);
            files += 1;
        }
    }
    assert!(files > 20, "{files}");
}
