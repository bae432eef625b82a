//! What can go wrong between a file of labels and a decision.

use std::{fmt, io};

/// Labels that cannot be used, or a goal that cannot be pursued.
///
/// What is wrong with rows is gathered by its kind, so that one reading shows all rows to mend.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The operating system refused to open or read the file.
    #[error("cannot read {file}")]
    Read {
        /// The path as given.
        file: String,
        /// Why not.
        source: io::Error,
    },

    /// The file is neither text in a known encoding nor a workbook.
    #[error(
        "{file}, line {line}: not valid UTF-8; save the labels as CSV UTF-8 or as an Excel \
         workbook (.xlsx)"
    )]
    NotUtf8 {
        /// The path as given.
        file: String,
        /// The 1-based line of the first byte that is not UTF-8.
        line: usize,
    },

    /// A workbook that cannot be opened.
    #[error("{file} is not a readable Excel workbook: {message}; save it again, or as CSV UTF-8")]
    Workbook {
        /// The path as given.
        file: String,
        /// What is wrong with it.
        message: String,
    },

    /// A quote that is opened and never closed takes the rest of the file into one cell.
    #[error("{file}, row {row}: a quote is opened and never closed; close it or double it")]
    UnclosedQuote {
        /// The path as given.
        file: String,
        /// Where the quote is.
        row: u64,
    },

    /// Rows that have cells beyond the last column.
    #[error(
        "{file}: more cells than the header has columns in {rows}; put quotes around texts that \
         hold the separator"
    )]
    Surplus {
        /// The path as given.
        file: String,
        /// Where.
        rows: Places,
    },

    /// A column that stands there twice.
    #[error("{file} has two columns `{column}`; keep one")]
    TwoColumns {
        /// The path as given.
        file: String,
        /// The column's name.
        column: &'static str,
    },

    /// No column tells the posts.
    #[error("{file} has neither a column `id` nor a column `text`; found {found}")]
    NoPostColumn {
        /// The path as given.
        file: String,
        /// The columns that are there.
        found: String,
    },

    /// No column holds labels.
    #[error(
        "{file} has no column of labels (anger, urgency, sentiment, actionable, tried_before, \
         churn); found {found}"
    )]
    NoLabelColumn {
        /// The path as given.
        file: String,
        /// The columns that are there.
        found: String,
    },

    /// Some of the model's outputs are given and others are not.
    #[error(
        "{file} has some columns of the model's outputs but lacks {missing}; keep all eight, as \
         `uproar score --logits` writes them, or none"
    )]
    SomeLogits {
        /// The path as given.
        file: String,
        /// The columns that are missing.
        missing: String,
    },

    /// No row is left to learn from.
    #[error("{file} holds no row with a label")]
    NoRows {
        /// The path as given.
        file: String,
    },

    /// Cells that hold something else than their column is for.
    #[error("{file}: {column} is {found}, but {expected}")]
    Value {
        /// The path as given.
        file: String,
        /// The column's name.
        column: String,
        /// What stands there, and where.
        found: Places,
        /// What would be right.
        expected: &'static str,
    },

    /// Rows that do not say which post they are about.
    #[error("{file}: neither an id nor a text in {rows}")]
    NoPost {
        /// The path as given.
        file: String,
        /// Where.
        rows: Places,
    },

    /// Posts that are judged more than once, and differently.
    #[error("{file}: two answers for {found}; keep the one that is right")]
    TwoAnswers {
        /// The path as given.
        file: String,
        /// Which posts, and where the second answer stands.
        found: Places,
    },

    /// A goal that is not written as it must be.
    #[error("{0}")]
    Goal(String),

    /// A cost table that cannot be used.
    #[error("{file}: {message}")]
    Costs {
        /// The path as given.
        file: String,
        /// What is wrong, and what would be right.
        message: String,
    },
}

/// Rows of a file, each with what was found there. Shown as the first few and a count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places(Vec<(u64, Option<String>)>);

impl Places {
    /// How many rows are named.
    const NAMED: usize = 5;

    /// Adds a row.
    pub fn row(&mut self, row: u64) {
        self.0.push((row, None));
    }

    /// Adds a row and what was found there, in short.
    pub fn found(&mut self, row: u64, found: impl Into<String>) {
        self.0.push((row, Some(found.into())));
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (row, found)) in self.0.iter().take(Self::NAMED).enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            match found {
                Some(found) => write!(f, "{found} in row {row}")?,
                None => write!(f, "row {row}")?,
            }
        }
        match self.0.len().saturating_sub(Self::NAMED) {
            0 => Ok(()),
            1 => f.write_str(" and 1 more row"),
            more => write!(f, " and {more} more rows"),
        }
    }
}

/// A cell as a message can show it: on one line, and not too long.
pub(crate) fn shortened(cell: &str) -> String {
    const LONGEST: usize = 40;
    match cell.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", cell[..end].escape_debug()),
        None => cell.escape_debug().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_rows_are_named_and_the_others_counted() {
        let mut places = Places::default();
        assert!(places.is_empty());
        places.found(3, "7");
        assert_eq!(places.to_string(), "7 in row 3");
        for row in 4..9 {
            places.found(row, shortened(&"x".repeat(100)));
        }
        let text = places.to_string();
        assert!(text.starts_with("7 in row 3, xxxx"), "{text}");
        assert!(text.ends_with("… in row 7 and 1 more row"), "{text}");
        places.row(12);
        assert!(places.to_string().ends_with("and 2 more rows"));
    }
}
