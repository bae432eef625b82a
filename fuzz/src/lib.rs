//! What must hold of every reading, for the targets that read whole inputs.

use std::collections::HashSet;
use std::panic::{self, AssertUnwindSafe};
use std::process;

use polars::prelude::DataFrame;
use uproar_ingest::schema::{self, Column};
use uproar_ingest::{Limits, ReadOptions, fuzzing};

/// Everything that a reading gave.
#[derive(Debug, PartialEq)]
pub struct Reading {
    /// The posts of all chunks.
    pub posts: DataFrame,
    rejects: Vec<String>,
    notices: Vec<String>,
}

/// Reads an input and checks what must hold of the result, or gives the error's message.
pub fn read(content: &[u8], options: &ReadOptions) -> Result<Reading, String> {
    let chunk_rows = options.chunk_rows;
    let mut reader =
        fuzzing::open(&[("input", content)], options.clone()).map_err(|error| error.to_string())?;
    let mut posts = DataFrame::empty_with_schema(&schema::schema());
    let mut rejects = Vec::new();
    for chunk in reader.by_ref() {
        let chunk = chunk.map_err(|error| error.to_string())?;
        assert!(chunk.posts.height() + chunk.rejects.len() <= chunk_rows);
        posts
            .vstack_mut(&chunk.posts)
            .expect("every chunk has the schema");
        rejects.extend(chunk.rejects.iter().map(|reject| format!("{reject:?}")));
    }
    let counts = reader.counts();
    assert_eq!(
        counts.rows,
        counts.posts + counts.rejected + counts.duplicates
    );
    assert_eq!(counts.posts, posts.height() as u64);
    assert_eq!(counts.rejected, rejects.len() as u64);
    let mut ids = HashSet::new();
    for id in texts(&posts, Column::Id) {
        assert!(ids.insert(id.to_owned()), "the id {id:?} twice");
    }
    for text in texts(&posts, Column::Text) {
        assert!(!text.trim().is_empty(), "a blank text");
        assert!(text.len() <= options.limits.field);
    }
    Ok(Reading {
        posts,
        rejects,
        notices: reader.notices().iter().map(ToString::to_string).collect(),
    })
}

/// Reads an input in chunks of two sizes, which must change nothing, and within tight limits.
pub fn read_in_every_way(content: &[u8], options: &ReadOptions) {
    let whole = read(content, options);
    let pieces = ReadOptions {
        chunk_rows: 3,
        ..options.clone()
    };
    match (whole, read(content, &pieces)) {
        (Ok(whole), Ok(pieces)) => {
            assert!(whole.posts.equals_missing(&pieces.posts));
            assert_eq!(whole.rejects, pieces.rejects);
            assert_eq!(whole.notices, pieces.notices);
        }
        (whole, pieces) => assert_eq!(whole.err(), pieces.err()),
    }
    let tight = ReadOptions {
        limits: Limits {
            field: 16,
            row: 64,
            nesting: 3,
            files: 2,
            ratio: 2,
        },
        ..options.clone()
    };
    let _ = read(content, &tight);
}

/// The values of a column that has no nulls.
fn texts(posts: &DataFrame, column: Column) -> impl Iterator<Item = &str> {
    let values = posts.column(column.name()).and_then(|values| values.str());
    let values = values.expect("every chunk has the schema");
    values
        .iter()
        .map(|value| value.expect("the schema allows no null here"))
}

/// Lets a panic unwind, as it does in the program, which contains those of Polars on damaged
/// files. The fuzzer would end at each.
pub fn let_panics_unwind() {
    panic::set_hook(Box::new(|_| {}));
}

/// Runs a target whose panics [unwind](let_panics_unwind), and ends with the first that gets out.
pub fn or_abort(target: impl FnOnce()) {
    if let Err(cause) = panic::catch_unwind(AssertUnwindSafe(target)) {
        let message = cause
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| cause.downcast_ref::<&str>().copied());
        eprintln!("panicked: {}", message.unwrap_or("without a message"));
        process::abort();
    }
}
