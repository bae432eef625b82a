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
    /// The 1-based physical line where the row starts; for Parquet, the 1-based row.
    pub line: u64,
    /// Why it was rejected.
    pub reason: Reason,
    /// The row as read, cut to [`RAW_CHARS`] characters; for Parquet, its cells as JSON.
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
    /// The line is not JSON.
    MalformedJson {
        /// The parser's message with the column in bytes from 1.
        message: String,
    },
    /// The line is JSON, but not an object.
    NotAnObject,
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
        let reasons = [
            Reason::FieldCount {
                expected: 7,
                found: 1,
            },
            Reason::FieldCount {
                expected: 1,
                found: 3,
            },
            Reason::NoText,
            Reason::InvalidUtf8,
            Reason::MalformedJson {
                message: "expected `:` at column 5".into(),
            },
            Reason::NotAnObject,
            Reason::RepeatedHeader,
            Reason::OtherTable { header_line: 90 },
            Reason::TooLarge {
                limit: Limit::Field,
                most: 1 << 20,
            },
            Reason::TooDeep { most: 64 },
            Reason::UnclosedQuote,
        ];
        let text: Vec<String> = reasons.iter().map(ToString::to_string).collect();
        insta::assert_snapshot!(text.join("\n"), @r"
        1 field where the header has 7
        3 fields where the header has 1
        no text
        not valid UTF-8
        not valid JSON: expected `:` at column 5
        JSON, but not an object
        the header row again
        part of another table whose header is on line 90
        a field longer than 1 MiB; a quote may not be closed, or raise the limit with --limit field=SIZE
        JSON of more than 64 levels; raise the limit with --limit nesting=N
        a quote that opens here is never closed
        ");
    }
}
