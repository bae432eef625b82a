//! Rows that cannot become posts.

use std::fmt;

use crate::limits::{self, Limit};

/// Length limit of [`Reject::raw`], in characters.
pub const RAW_CHARS: usize = 2_000;

/// A row that was read but could not become a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// The input it came from, as given.
    pub file: String,
    /// The 1-based physical line where the row starts; for Parquet and Arrow, the 1-based row.
    pub line: u64,
    /// Why it was rejected.
    pub reason: Reason,
    /// The row as read, cut to [`RAW_CHARS`] characters; for Parquet and Arrow, its
    /// cells as JSON.
    pub raw: String,
}

/// Why a row was rejected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The number of fields differs from the header's.
    FieldCount {
        /// Fields that the header announces.
        expected: usize,
        /// Fields that the row has.
        found: usize,
    },
    /// The text is absent, empty or only white space.
    NoText,
    /// The row holds bytes that are not UTF-8.
    InvalidUtf8,
    /// The line, or the element of a JSON document, is not JSON.
    MalformedJson {
        /// The parser's message with the column in bytes from 1; in a document also with the line.
        message: String,
    },
    /// The line or element is JSON, but not an object.
    NotAnObject,
    /// Brackets in a JSON document do not match, so that nothing says where this post ends.
    UnclearEnd {
        /// The line where reading went on; none when nothing after this was read.
        next_line: Option<u64>,
    },
    /// A JSON document ends before it is complete.
    CutOff,
    /// The header row came again.
    RepeatedHeader,
    /// The row belongs to another table that was stacked below the first.
    OtherTable {
        /// The line of the other table's header.
        header_line: u64,
    },
    /// A field or the whole row is longer than a post can be.
    TooLarge {
        /// The limit that was passed, [`Limit::Field`] or [`Limit::Row`].
        limit: Limit,
        /// Its value in bytes.
        most: usize,
    },
    /// JSON objects or arrays lie too deep in one another.
    TooDeep {
        /// The most levels allowed.
        most: usize,
    },
    /// A quote opens on this line and never closes; the following lines were read on their own.
    UnclosedQuote,
}

impl Reason {
    /// One reason of every kind, for documentation.
    pub(crate) fn examples() -> Vec<Self> {
        vec![
            Self::FieldCount {
                expected: 7,
                found: 1,
            },
            Self::FieldCount {
                expected: 1,
                found: 3,
            },
            Self::NoText,
            Self::InvalidUtf8,
            Self::MalformedJson {
                message: "expected `:` at column 5".into(),
            },
            Self::NotAnObject,
            Self::UnclearEnd { next_line: Some(7) },
            Self::UnclearEnd { next_line: None },
            Self::CutOff,
            Self::RepeatedHeader,
            Self::OtherTable { header_line: 90 },
            Self::TooLarge {
                limit: Limit::Field,
                most: 1 << 20,
            },
            Self::TooDeep { most: 64 },
            Self::UnclosedQuote,
        ]
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FieldCount { expected, found } => {
                let fields = if *found == 1 { "field" } else { "fields" };
                write!(f, "{found} {fields} where the header has {expected}")
            }
            Self::NoText => f.write_str("no text"),
            Self::InvalidUtf8 => f.write_str("not valid UTF-8"),
            Self::MalformedJson { message } => write!(f, "not valid JSON: {message}"),
            Self::NotAnObject => f.write_str("JSON, but not an object"),
            Self::UnclearEnd {
                next_line: Some(line),
            } => write!(
                f,
                "not valid JSON: brackets or quotes do not match; read on from line {line}"
            ),
            Self::UnclearEnd { next_line: None } => f.write_str(
                "not valid JSON: brackets or quotes do not match; nothing after this was read",
            ),
            Self::CutOff => f.write_str("the document ends here, incomplete; export it again"),
            Self::RepeatedHeader => f.write_str("the header row again"),
            Self::OtherTable { header_line } => {
                write!(
                    f,
                    "part of another table whose header is on line {header_line}"
                )
            }
            Self::TooLarge { limit, most } => write!(
                f,
                "a {} longer than {}; a quote may not be closed, or raise the limit with {}",
                limit.name(),
                limits::size(*most as u64),
                limit.raise()
            ),
            Self::TooDeep { most } => write!(
                f,
                "JSON of more than {most} levels; raise the limit with {}",
                Limit::Nesting.raise()
            ),
            Self::UnclosedQuote => f.write_str("a quote that opens here is never closed"),
        }
    }
}

/// `bytes` as text for [`Reject::raw`], without its line ending.
pub(crate) fn raw(bytes: &[u8]) -> String {
    // A character takes at most four bytes, so nothing beyond this can be shown.
    let bytes = bytes.get(..RAW_CHARS * 4).unwrap_or(bytes);
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_end_matches(['\r', '\n']);
    text.chars().take(RAW_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_is_cut_on_a_character() {
        assert_eq!(raw(b"a,b\r\n"), "a,b");
        assert_eq!(raw("é".repeat(3_000).as_bytes()), "é".repeat(RAW_CHARS));
        assert_eq!(raw("🛫".repeat(3_000).as_bytes()), "🛫".repeat(RAW_CHARS));
        assert_eq!(raw(b"a\xffb"), "a\u{fffd}b");
    }

    #[test]
    fn reasons_read_as_sentences() {
        let reasons = Reason::examples();
        let text: Vec<String> = reasons.iter().map(ToString::to_string).collect();
        insta::assert_snapshot!(text.join("\n"), @r"
        1 field where the header has 7
        3 fields where the header has 1
        no text
        not valid UTF-8
        not valid JSON: expected `:` at column 5
        JSON, but not an object
        not valid JSON: brackets or quotes do not match; read on from line 7
        not valid JSON: brackets or quotes do not match; nothing after this was read
        the document ends here, incomplete; export it again
        the header row again
        part of another table whose header is on line 90
        a field longer than 1 MiB; a quote may not be closed, or raise the limit with --limit field=SIZE
        JSON of more than 64 levels; raise the limit with --limit nesting=N
        a quote that opens here is never closed
        ");
    }
}
