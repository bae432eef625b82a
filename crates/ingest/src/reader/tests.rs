//! Whole inputs through the reader.

mod arrow;
mod delimited;
mod documents;
mod errors;
mod hostile;
mod ndjson;
mod packed;
mod parquet;
mod properties;
mod values;
mod written;

use std::io::Cursor;

use polars::prelude::AnyValue;

use super::*;
use crate::fuzzing::open;
use crate::schema::Column;

/// What reading gave, all chunks together.
struct Read {
    chunks: Vec<Chunk>,
    counts: Counts,
    notices: Vec<Notice>,
}

fn read_all(inputs: &[(&str, &[u8])], options: ReadOptions) -> Result<Read, Error> {
    let mut reader = open(inputs, options)?;
    let chunks = reader.by_ref().collect::<Result<Vec<_>, _>>()?;
    let counts = reader.counts();
    assert_eq!(
        counts.rows,
        counts.posts + counts.rejected + counts.duplicates
    );
    assert_eq!(
        counts.posts,
        chunks
            .iter()
            .map(|chunk| chunk.posts.height() as u64)
            .sum::<u64>()
    );
    assert_eq!(
        counts.rejected,
        chunks
            .iter()
            .map(|chunk| chunk.rejects.len() as u64)
            .sum::<u64>()
    );
    for chunk in &chunks {
        assert_eq!(**chunk.posts.schema(), crate::schema::schema());
    }
    Ok(Read {
        chunks,
        counts,
        notices: reader.notices().to_vec(),
    })
}

fn read(content: &str) -> Read {
    read_all(&[("posts.csv", content.as_bytes())], ReadOptions::default()).unwrap()
}

impl Read {
    /// The values of a column, nulls as `-`.
    fn column(&self, column: Column) -> Vec<String> {
        let series = self
            .chunks
            .iter()
            .map(|chunk| chunk.posts.column(column.name()).unwrap());
        series
            .flat_map(|series| (0..series.len()).map(|row| series.get(row).unwrap()))
            .map(|value| match value {
                AnyValue::Null => "-".to_owned(),
                AnyValue::String(text) => text.to_owned(),
                AnyValue::StringOwned(text) => text.to_string(),
                value => value.to_string(),
            })
            .collect()
    }

    fn rejects(&self) -> Vec<String> {
        self.chunks
            .iter()
            .flat_map(|chunk| &chunk.rejects)
            .map(|reject| {
                format!(
                    "{}:{}: {}: {:?}",
                    reject.file, reject.line, reject.reason, reject.raw
                )
            })
            .collect()
    }

    fn notices(&self) -> Vec<String> {
        self.notices.iter().map(ToString::to_string).collect()
    }

    /// Every post as `column=value` pairs, then rejects, notices and counts: all there is to see.
    fn report(&self) -> String {
        let columns = Column::ALL.map(|column| (column.name(), self.column(column)));
        let mut lines: Vec<String> = (0..self.counts.posts as usize)
            .map(|row| {
                let cells = columns.iter().map(|(name, values)| (name, &values[row]));
                let known = cells.filter(|(_, value)| *value != "-");
                known
                    .map(|(name, value)| format!("{name}={value:?}"))
                    .collect::<Vec<_>>()
                    .join(" ")
            })
            .collect();
        lines.extend(
            self.rejects()
                .into_iter()
                .map(|reject| format!("rejected {reject}")),
        );
        lines.extend(
            self.notices()
                .into_iter()
                .map(|notice| format!("notice {notice}")),
        );
        lines.push(format!("{:?}", self.counts));
        lines.join("\n")
    }
}
