//! What can go wrong so that reading cannot go on.

use std::io;

use crate::schema::Column;

/// A failure that stops reading; a row that cannot be used is a [`Reject`](crate::Reject) instead.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such file.
    #[error("{file}: no such file; check the path")]
    NotFound {
        /// The path as given.
        file: String,
    },
    /// The path names a folder.
    #[error("{file} is a folder; name the export files in it, for example {file}/*.csv")]
    Folder {
        /// The path as given.
        file: String,
    },
    /// The operating system refused to open or read the input.
    #[error("{file}: cannot be read: {source}")]
    Io {
        /// The path as given.
        file: String,
        /// The system's reason.
        source: io::Error,
    },
    /// Nothing but white space is in the input.
    #[error("{file} is empty; check that the export finished")]
    Empty {
        /// The path as given.
        file: String,
    },
    /// The encoding asked for is not a known label.
    #[error(
        "unknown encoding `{label}`; use a label of the WHATWG encoding standard, for example \
         utf-8, utf-16le, windows-1252 or shift_jis"
    )]
    UnknownEncoding {
        /// The label as given.
        label: String,
    },
    /// The input is text, but not UTF-8, and no encoding was given.
    #[error(
        "{file}, line {line}: not valid UTF-8; if the export came from a spreadsheet on Windows, \
         try --encoding windows-1252"
    )]
    NotUtf8 {
        /// The path as given.
        file: String,
        /// The 1-based line of the first byte that is not UTF-8.
        line: u64,
    },
    /// The input is in no format that can be read.
    #[error(
        "{file} looks like {what}; Uproar reads CSV, TSV, JSON, Parquet and Arrow, so export or \
         convert it to one of these"
    )]
    UnknownFormat {
        /// The path as given.
        file: String,
        /// What the content looks like.
        what: &'static str,
    },
    /// No column holds the post's text.
    #[error(
        "{file}: no column holds the text of the posts; found {}; say which one does with \
         --map text=COLUMN, or add a header row if there is none",
        list(headers)
    )]
    NoTextColumn {
        /// The path as given.
        file: String,
        /// The headers (for JSON, the keys) that were found.
        headers: Vec<String>,
    },
    /// An override names a header that no input has.
    #[error(
        "--map {}={header}: no input has a column `{header}`; found {}",
        column.name(),
        list_by_file(found)
    )]
    UnknownHeader {
        /// The canonical column of the override.
        column: Column,
        /// The header that was asked for.
        header: String,
        /// The headers of each file, beside the file.
        found: Vec<(String, Vec<String>)>,
    },
    /// A Parquet file is cut off or damaged, or uses an encoding that cannot be read.
    #[error("{file} is not a readable Parquet file: {message}; export or copy it again")]
    Parquet {
        /// The path as given.
        file: String,
        /// What is wrong with it.
        message: String,
    },
    /// An Arrow file or stream is cut off or damaged, or too large in one piece.
    #[error("{file} is not readable as Arrow: {message}; export or copy it again")]
    Arrow {
        /// The path as given.
        file: String,
        /// What is wrong with it.
        message: String,
    },
    /// The posts read do not form a frame, which no input should be able to cause.
    #[error("the posts read do not form a table: {0}; please report this as a bug")]
    Frame(#[from] polars::error::PolarsError),
}

impl Error {
    /// The error for a failed open or read of `file`.
    pub(crate) fn io(file: &str, source: io::Error) -> Self {
        let file = file.to_owned();
        match source.kind() {
            io::ErrorKind::NotFound => Self::NotFound { file },
            io::ErrorKind::IsADirectory => Self::Folder { file },
            _ => Self::Io { file, source },
        }
    }
}

/// Headers for a message: a file without a header row has posts in this place, so both the
/// number and the length are bounded.
fn list(headers: &[String]) -> String {
    const MOST: usize = 60;
    const LONGEST: usize = 40;
    let mut shown: Vec<String> = headers
        .iter()
        .filter(|header| !header.is_empty())
        .take(MOST)
        .map(|header| match header.char_indices().nth(LONGEST) {
            Some((end, _)) => format!("`{}…`", header[..end].escape_debug()),
            None => format!("`{}`", header.escape_debug()),
        })
        .collect();
    if shown.is_empty() {
        return "no named column".to_owned();
    }
    let named = headers.iter().filter(|header| !header.is_empty()).count();
    if named > MOST {
        shown.push(format!("and {} more", named - MOST));
    }
    shown.join(", ")
}

fn list_by_file(found: &[(String, Vec<String>)]) -> String {
    const MOST: usize = 5;
    let mut shown: Vec<String> = found
        .iter()
        .take(MOST)
        .map(|(file, headers)| format!("{} in {file}", list(headers)))
        .collect();
    if found.len() > MOST {
        shown.push(format!("and {} more files", found.len() - MOST));
    }
    shown.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_in_messages_are_bounded() {
        let headers: Vec<String> = (0..70).map(|n| format!("{n}{}", "é".repeat(60))).collect();
        let message = list(&headers);
        assert!(message.chars().count() < 60 * 50, "{message}");
        assert!(message.ends_with("and 10 more"), "{message}");
        assert_eq!(list(&["".into(), " ".into()]), "` `");
        assert_eq!(list(&[]), "no named column");
    }
}
