//! Remarks about an input that a person should see, though reading went on.

use std::fmt;

use crate::counted::{counted, grouped};
use crate::formats::MAX_APART;
use crate::schema::Column;

/// A remark about one input, or about all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The input, as given; none when the remark is about all inputs together.
    pub file: Option<String>,
    /// What was noticed.
    pub kind: NoticeKind,
}

/// A file of a folder, pattern or archive that is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Its path, or its name below that of its archive.
    pub file: String,
    /// What it is instead of an export, as a phrase.
    pub why: String,
}

/// The first of what was left out, for a sentence.
pub(crate) fn list(left_out: &[LeftOut]) -> String {
    const MOST: usize = 10;
    let mut shown: Vec<String> = left_out
        .iter()
        .take(MOST)
        .map(|LeftOut { file, why }| format!("{file} ({why})"))
        .collect();
    if left_out.len() > MOST {
        shown.push(format!(
            "and {} more",
            grouped((left_out.len() - MOST) as u64)
        ));
    }
    shown.join(", ")
}

/// What was noticed. No variant holds the content of a cell, but for the handles of companies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// Ids are in scientific notation, so a spreadsheet rounded them and they identify nothing.
    RoundedIds {
        /// The column that holds them.
        column: Column,
        /// The line of the first one.
        line: u64,
    },
    /// Cells that could not be read as the column's type became null, or for `id` one made
    /// from file and row, or for `direction` `customer`.
    UnreadableCells {
        /// The canonical column.
        column: Column,
        /// How many cells.
        count: u64,
        /// The line of the first one.
        line: u64,
    },
    /// A Parquet or Arrow column is nested or of a type that cannot be read, and was left out.
    UnreadColumn {
        /// The column's name in the file.
        header: String,
    },
    /// Nothing in the input, or nothing early enough, tells 03/04/2015 in March from 3 April.
    AmbiguousDates {
        /// How many dates were read with the day first for lack of evidence.
        count: u64,
        /// The line of the first one.
        line: u64,
        /// Whether later dates have the month first, so that they were read wrong.
        is_contradicted: bool,
    },
    /// Lines above the header, such as a title, are no rows.
    LeadingLines {
        /// How many lines.
        count: u64,
    },
    /// A table of authors is stacked below the posts; its rows are no posts, and not counted as
    /// rows.
    AuthorTable {
        /// The line of its header.
        line: u64,
        /// How many rows it has.
        count: u64,
    },
    /// Authors of an export that keeps them apart have no room in memory.
    AuthorsLeftOut {
        /// How many authors.
        count: u64,
    },
    /// Posts that an export keeps apart because others repeat them have no room in memory.
    OriginalsLeftOut {
        /// How many posts.
        count: u64,
    },
    /// Posts of a JSON export hold objects that look like posts and are not read as such.
    NestedPosts {
        /// The dotted key of the first list of them.
        key: String,
        /// How many objects.
        count: u64,
    },
    /// Another table is stacked below the first one.
    OtherTable {
        /// The line of its header.
        line: u64,
        /// Rows rejected because they belong to it, its header included.
        count: u64,
    },
    /// Byte sequences that the encoding does not define became U+FFFD.
    ReplacedCharacters {
        /// The name of the encoding.
        encoding: &'static str,
    },
    /// Files of a folder, pattern or archive are no exports of posts and are not read.
    LeftOut {
        /// Which, and what they are; never empty.
        files: Vec<LeftOut>,
    },
    /// Hidden files and folders of a folder or archive are not read.
    Hidden {
        /// How many.
        count: u64,
    },
    /// A file became longer while it was read; what was appended is not read.
    Grown {
        /// By how many bytes.
        bytes: u64,
    },
    /// A file was written to while it was read and has the same length as before.
    Changed,
    /// Nothing tells which posts are the company's, and accounts were taken for it by how they
    /// answer.
    InferredCompany {
        /// Their handles, sorted.
        handles: Vec<String>,
    },
    /// Ids came again with another text and got a suffix such as `~2`.
    ReusedIds {
        /// How many posts got a suffix.
        count: u64,
    },
}

impl NoticeKind {
    /// One notice of every kind, for documentation.
    pub(crate) fn examples() -> Vec<Self> {
        vec![
            Self::RoundedIds {
                column: Column::Id,
                line: 2,
            },
            Self::RoundedIds {
                column: Column::InReplyToId,
                line: 2,
            },
            Self::UnreadableCells {
                column: Column::Likes,
                count: 1,
                line: 9,
            },
            Self::UnreadableCells {
                column: Column::CreatedAt,
                count: 12,
                line: 9,
            },
            Self::AmbiguousDates {
                count: 2,
                line: 3,
                is_contradicted: false,
            },
            Self::AmbiguousDates {
                count: 8_192,
                line: 2,
                is_contradicted: true,
            },
            Self::LeadingLines { count: 3 },
            Self::AuthorTable {
                line: 40,
                count: 2080,
            },
            Self::AuthorsLeftOut { count: 2 },
            Self::OriginalsLeftOut { count: 2 },
            Self::NestedPosts {
                key: "quotes".into(),
                count: 3,
            },
            Self::OtherTable { line: 40, count: 8 },
            Self::OtherTable { line: 40, count: 1 },
            Self::UnreadColumn {
                header: "user".into(),
            },
            Self::ReplacedCharacters {
                encoding: "Shift_JIS",
            },
            Self::LeftOut {
                files: (1..=12)
                    .map(|number| LeftOut {
                        file: format!("{number}.png"),
                        why: "binary data".into(),
                    })
                    .collect(),
            },
            Self::Hidden { count: 1 },
            Self::Hidden { count: 2 },
            Self::Grown { bytes: 12 },
            Self::Changed,
            Self::InferredCompany {
                handles: vec!["acme".into()],
            },
            Self::InferredCompany {
                handles: (1..=7).map(|number| format!("acme{number}")).collect(),
            },
            Self::ReusedIds { count: 3 },
        ]
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{file}: ")?;
        }
        self.kind.fmt(f)
    }
}

impl fmt::Display for NoticeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NoticeKind::RoundedIds {
                column: Column::Id,
                line,
            } => write!(
                f,
                "ids were rounded by a spreadsheet (first on line {line}); ids are made from \
                 file and row instead"
            ),
            NoticeKind::RoundedIds { column, line } => write!(
                f,
                "values of {} were rounded by a spreadsheet (first on line {line}) and are left \
                 empty",
                column.name()
            ),
            NoticeKind::UnreadableCells {
                column,
                count,
                line,
            } => {
                let are = if *count == 1 { "is" } else { "are" };
                let outcome = match column {
                    Column::Direction => "taken as written by a customer",
                    Column::Id => "made from file and row instead",
                    _ => "left empty",
                };
                write!(
                    f,
                    "{} of {} could not be read (first on line {line}) and {are} {outcome}",
                    counted(*count, "value"),
                    column.name()
                )
            }
            NoticeKind::UnreadColumn { header } => write!(
                f,
                "column `{header}` has a type that cannot be read and is left out; store it as \
                 text or numbers, and the fields of a structure as columns of their own"
            ),
            NoticeKind::AmbiguousDates {
                count,
                line,
                is_contradicted,
            } => {
                let outcome = if *is_contradicted {
                    "were read as day/month, but later ones have the month first: sort the rows \
                     the other way round and run again"
                } else {
                    "nothing in the file decides; read as day/month"
                };
                write!(
                    f,
                    "{} could be day/month or month/day (first on line {line}) and {outcome}",
                    counted(*count, "date")
                )
            }
            NoticeKind::LeadingLines { count } => {
                let are = if *count == 1 { "is" } else { "are" };
                let lines = counted(*count, "line");
                write!(f, "{lines} above the header {are} left out")
            }
            NoticeKind::AuthorTable { line, count } => write!(
                f,
                "joined {} of a table of authors from line {line}",
                counted(*count, "row")
            ),
            NoticeKind::AuthorsLeftOut { count } => write!(
                f,
                "{} beyond the first {} MiB of them could not be joined; split the export",
                counted(*count, "author"),
                MAX_APART >> 20
            ),
            NoticeKind::OriginalsLeftOut { count } => write!(
                f,
                "{} beyond the first {} MiB of them could not complete their retweets; split the \
                 export",
                counted(*count, "post"),
                MAX_APART >> 20
            ),
            NoticeKind::NestedPosts { key, count } => {
                let are = if *count == 1 { "is" } else { "are" };
                write!(
                    f,
                    "{} with an id and a text within posts, first under `{key}`, {are} not read; \
                     if they are posts, write them as rows of their own",
                    counted(*count, "object")
                )
            }
            NoticeKind::OtherTable { line, count } => {
                let were = if *count == 1 { "was" } else { "were" };
                let rows = counted(*count, "row");
                write!(
                    f,
                    "another table begins on line {line}; its {rows} {were} rejected"
                )
            }
            NoticeKind::ReplacedCharacters { encoding } => write!(
                f,
                "some bytes are not valid {encoding} and were replaced; check the encoding"
            ),
            NoticeKind::LeftOut { files } => {
                let are = match files.len() {
                    1 => "is left out",
                    _ => "are left out",
                };
                let number = counted(files.len() as u64, "file");
                write!(f, "{number} {are}: {}", list(files))
            }
            NoticeKind::Hidden { count: 1 } => f.write_str("1 hidden file or folder is left out"),
            NoticeKind::Hidden { count } => {
                let count = grouped(*count);
                write!(f, "{count} hidden files or folders are left out")
            }
            NoticeKind::Grown { bytes } => write!(
                f,
                "grew by {} while it was read; what was added is not in the result, and the last \
                 row may be cut off: run again when nothing writes to it",
                counted(*bytes, "byte")
            ),
            NoticeKind::Changed => f.write_str(
                "was written to while it was read, so the result may mix old and new rows; run \
                 again when nothing writes to it",
            ),
            NoticeKind::InferredCompany { handles } => {
                const MOST: usize = 5;
                let shown: Vec<String> = handles
                    .iter()
                    .take(MOST)
                    .map(|handle| format!("@{handle}"))
                    .collect();
                write!(
                    f,
                    "taken for the company by how they answer: {}",
                    shown.join(", ")
                )?;
                match handles.len().saturating_sub(MOST) {
                    0 => {}
                    more => write!(f, " and {more} more")?,
                }
                f.write_str("; name the company's handles if this is wrong")
            }
            NoticeKind::ReusedIds { count: 1 } => f.write_str(
                "1 post has the id of an earlier post with another text; its id got a suffix \
                 such as ~2",
            ),
            NoticeKind::ReusedIds { count } => write!(
                f,
                "{} posts have the id of an earlier post with another text; their ids got a suffix \
                 such as ~2",
                grouped(*count)
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notices_read_as_sentences() {
        let mut text: Vec<String> = NoticeKind::examples()
            .into_iter()
            .map(|kind| {
                Notice {
                    file: Some("posts.csv".into()),
                    kind,
                }
                .to_string()
            })
            .collect();
        let about_all = Notice {
            file: None,
            kind: NoticeKind::ReusedIds { count: 1 },
        };
        text.push(about_all.to_string());
        insta::assert_snapshot!(text.join("\n"), @r"
        posts.csv: ids were rounded by a spreadsheet (first on line 2); ids are made from file and row instead
        posts.csv: values of in_reply_to_id were rounded by a spreadsheet (first on line 2) and are left empty
        posts.csv: 1 value of likes could not be read (first on line 9) and is left empty
        posts.csv: 12 values of created_at could not be read (first on line 9) and are left empty
        posts.csv: 2 dates could be day/month or month/day (first on line 3) and nothing in the file decides; read as day/month
        posts.csv: 8,192 dates could be day/month or month/day (first on line 2) and were read as day/month, but later ones have the month first: sort the rows the other way round and run again
        posts.csv: 3 lines above the header are left out
        posts.csv: joined 2,080 rows of a table of authors from line 40
        posts.csv: 2 authors beyond the first 64 MiB of them could not be joined; split the export
        posts.csv: 2 posts beyond the first 64 MiB of them could not complete their retweets; split the export
        posts.csv: 3 objects with an id and a text within posts, first under `quotes`, are not read; if they are posts, write them as rows of their own
        posts.csv: another table begins on line 40; its 8 rows were rejected
        posts.csv: another table begins on line 40; its 1 row was rejected
        posts.csv: column `user` has a type that cannot be read and is left out; store it as text or numbers, and the fields of a structure as columns of their own
        posts.csv: some bytes are not valid Shift_JIS and were replaced; check the encoding
        posts.csv: 12 files are left out: 1.png (binary data), 2.png (binary data), 3.png (binary data), 4.png (binary data), 5.png (binary data), 6.png (binary data), 7.png (binary data), 8.png (binary data), 9.png (binary data), 10.png (binary data), and 2 more
        posts.csv: 1 hidden file or folder is left out
        posts.csv: 2 hidden files or folders are left out
        posts.csv: grew by 12 bytes while it was read; what was added is not in the result, and the last row may be cut off: run again when nothing writes to it
        posts.csv: was written to while it was read, so the result may mix old and new rows; run again when nothing writes to it
        posts.csv: taken for the company by how they answer: @acme; name the company's handles if this is wrong
        posts.csv: taken for the company by how they answer: @acme1, @acme2, @acme3, @acme4, @acme5 and 2 more; name the company's handles if this is wrong
        posts.csv: 3 posts have the id of an earlier post with another text; their ids got a suffix such as ~2
        1 post has the id of an earlier post with another text; its id got a suffix such as ~2
        ");
    }
}
