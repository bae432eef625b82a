//! What can go wrong so that reading cannot go on.

use std::io;

use crate::input::Fault;
use crate::limits::Limit;
use crate::notice::{self, LeftOut};
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
    /// The operating system refused to open or read the input.
    #[error("{file}: cannot be read: {source}")]
    Io {
        /// The path as given.
        file: String,
        /// The system's reason.
        source: io::Error,
    },
    /// An input could be read up to some point only.
    #[error(
        "{file}: reading failed after {offset} bytes: {source}; check the disk or the connection \
         and run again"
    )]
    ReadFailed {
        /// The path as given.
        file: String,
        /// How many bytes were read, compressed ones where the input is compressed.
        offset: u64,
        /// The system's reason.
        source: io::Error,
    },
    /// A file lost bytes while it was read.
    #[error(
        "{file} became shorter while it was read: it had {expected} bytes and now has {found}; \
         run again when nothing writes to it"
    )]
    Shrunk {
        /// The path as given.
        file: String,
        /// Its length when it was opened, in bytes.
        expected: u64,
        /// Its length now, in bytes.
        found: u64,
    },
    /// An input that has to be a file to be read could not be copied to one.
    #[error(
        "{file}: cannot be copied to a temporary file: {source}; make room, or name another \
         folder for temporary files with TMPDIR"
    )]
    Spool {
        /// The path as given.
        file: String,
        /// The system's reason.
        source: io::Error,
    },
    /// A pattern cannot be understood.
    #[error("`{pattern}`: no such file, and no pattern for files either: {message}")]
    Pattern {
        /// The pattern as given.
        pattern: String,
        /// What is wrong with it.
        message: String,
    },
    /// No file matches a pattern.
    #[error("`{pattern}`: no such file, and no file matches it as a pattern; check the path")]
    NoMatch {
        /// The pattern as given.
        pattern: String,
    },
    /// A folder, pattern or archive leads to nothing that can be read.
    #[error("{file}: no export of posts is in it{}", left_out_list(left_out))]
    NoExport {
        /// The path or pattern as given.
        file: String,
        /// What is in it.
        left_out: Vec<LeftOut>,
    },
    /// Folders, patterns and archives lead to too many files.
    #[error(
        "{file}: it leads to more files than the limit of {limit} allows; name fewer, or raise it \
         with {}",
        Limit::Files.raise()
    )]
    TooManyFiles {
        /// The path or pattern as given.
        file: String,
        /// The limit, for all inputs together.
        limit: u64,
    },
    /// The inputs have more or longer headers than are kept.
    #[error(
        "{file}: with it, the headers of all inputs take more than 128 MiB; read fewer at a time"
    )]
    TooManyHeaders {
        /// The path as given of the input that was one too many.
        file: String,
    },
    /// Compressed data is not as it was written.
    #[error("{file}: damaged {format} data near byte {offset}: {message}; export or copy it again")]
    Damaged {
        /// The path as given.
        file: String,
        /// The name of the compression.
        format: &'static str,
        /// How many compressed bytes were used before, up to what was read ahead.
        offset: u64,
        /// What is wrong with it.
        message: String,
    },
    /// An archive, or one of its members, is not as it was written.
    #[error("{file}: damaged zip archive: {message}; export or copy it again")]
    DamagedArchive {
        /// The path as given, with the member's name where it is about one.
        file: String,
        /// What is wrong with it.
        message: String,
    },
    /// Much more data comes out of compressed data than exports have.
    #[error(
        "{file}: grows to more than {ratio} times its compressed size, as data made to fill a \
         machine does; if you trust it, raise the limit with {}",
        Limit::Ratio.raise()
    )]
    TooMuchData {
        /// The path as given.
        file: String,
        /// The limit.
        ratio: u64,
    },
    /// A member of an archive is encrypted.
    #[error("{file} is encrypted; unpack the archive with its password and name the files")]
    Encrypted {
        /// The archive's path with the member's name.
        file: String,
    },
    /// A member of an archive is compressed in a way that cannot be read.
    #[error(
        "{file} is compressed with {method}, which Uproar does not read (Deflate and Zstandard it \
         does); unpack the archive and name the files"
    )]
    UnknownCompression {
        /// The archive's path with the member's name.
        file: String,
        /// The name of the compression.
        method: &'static str,
    },
    /// What was compressed is compressed itself.
    #[error("{file} is compressed twice; unpack it once and name what is in it")]
    NestedArchive {
        /// The path as given, with the member's name where it is about one.
        file: String,
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
        let source = match Fault::from_io(source) {
            Ok(fault) => return fault.of(file),
            Err(source) => source,
        };
        let file = file.to_owned();
        match source.kind() {
            io::ErrorKind::NotFound => Self::NotFound { file },
            _ => Self::Io { file, source },
        }
    }

    /// Whether the same inputs may be readable another time, as they are: a disk or a network
    /// failed, or a file is gone for now, rather than that something is wrong with an input.
    pub const fn may_pass(&self) -> bool {
        matches!(
            self,
            Self::NotFound { .. } | Self::Io { .. } | Self::ReadFailed { .. } | Self::Spool { .. }
        )
    }

    /// If this means that the input is no export of posts, why; such files stand in every folder.
    pub(crate) fn no_export(&self) -> Option<String> {
        match self {
            Self::Empty { .. } => Some("empty".to_owned()),
            Self::UnknownFormat { what, .. } => Some((*what).to_owned()),
            Self::NoTextColumn { .. } => Some("no column holds the text of the posts".to_owned()),
            _ => None,
        }
    }
}

/// What is in a place without exports, for the end of a sentence.
fn left_out_list(left_out: &[LeftOut]) -> String {
    if left_out.is_empty() {
        String::new()
    } else {
        format!("; found {}", notice::list(left_out))
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
    fn what_a_disk_does_may_pass_and_what_an_input_says_does_not() {
        let broken = || io::Error::other("the disk is gone");
        let file = || "posts.csv".to_owned();
        let passing = [
            Error::NotFound { file: file() },
            Error::Io {
                file: file(),
                source: broken(),
            },
            Error::ReadFailed {
                file: file(),
                offset: 7,
                source: broken(),
            },
        ];
        assert!(passing.iter().all(Error::may_pass));
        let damaged = Error::DamagedArchive {
            file: file(),
            message: "cut".to_owned(),
        };
        assert!(!damaged.may_pass());
    }

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
