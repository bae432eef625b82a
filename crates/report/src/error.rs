//! What can go wrong between a table of scored posts and the files of a report.

use std::{io, ops::RangeInclusive, path::PathBuf};

use polars::error::PolarsError;
use rust_xlsxwriter::XlsxError;

use crate::chart::ChartError;

/// A report could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The table lacks a column that the report is made from.
    #[error("the table of posts has no column `{column}`")]
    MissingColumn {
        /// The column's name.
        column: String,
    },

    /// A column is there but holds another kind of value.
    #[error("column `{column}` holds values of type {found}, where {expected} is needed")]
    ColumnType {
        /// The column's name.
        column: String,
        /// The kind of value that is needed.
        expected: &'static str,
        /// The column's type.
        found: String,
    },

    /// A value lies outside the range that its column is defined on.
    #[error("row {row} of the table of posts: `{column}` is {value}, but must be {expected}")]
    OutOfRange {
        /// The column's name.
        column: &'static str,
        /// The table's row, counted from 1.
        row: usize,
        /// The value found.
        value: String,
        /// The values that are allowed.
        expected: &'static str,
    },

    /// A time cannot be written as a date of the calendar.
    #[error("column `{column}` holds a time outside the years -9999 to 9999")]
    Time {
        /// The column's name.
        column: String,
    },

    /// A priority weight is negative or not a number.
    #[error("the priority weight of `{term}` is {value}, but must be 0 or more")]
    Weight {
        /// The weight's name.
        term: &'static str,
        /// The value given.
        value: f64,
    },

    /// The weight of reach is out of range.
    #[error("the priority weight of `reach` is {value}, but must be from 0 to 10")]
    ReachWeight {
        /// The value given.
        value: f64,
    },

    /// A number of the scale of reach is out of range.
    #[error("`{key}` of reach is {value}, but must be from {} to {}", range.start(), range.end())]
    ReachScale {
        /// The number's name.
        key: &'static str,
        /// The value given.
        value: u64,
        /// The values that are allowed.
        range: RangeInclusive<u64>,
    },

    /// A rule of the bands names a level that the model does not have.
    #[error("`{rule}` of the bands is {value}, but must be a level from 1 to 3")]
    BandLevel {
        /// The rule's name.
        rule: &'static str,
        /// The value given.
        value: u32,
    },

    /// Fewer posts would be for today than for now.
    #[error(
        "`today_from_urgency` is {today} and `now_from_urgency` {now}, but what is for now must be \
         at least as urgent as what is for today"
    )]
    BandOrder {
        /// The level from which a post is for today.
        today: u32,
        /// The level from which a post is for now.
        now: u32,
    },

    /// The weights of the five scores do not add up to one.
    #[error(
        "the priority weights of urgency, anger, actionable, tried_before and churn add up to {}, \
         but must add up to 1",
        // Without the noise of binary fractions.
        (sum * 1e6).round() / 1e6
    )]
    WeightSum {
        /// The sum of the weights given.
        sum: f64,
    },

    /// There are more posts than places can be counted for.
    #[error("an export of more than {} posts cannot be ranked; split it", u32::MAX)]
    TooManyPosts,

    /// The output folder's path names something that is not a folder.
    #[error("the output folder {} is a file; give the path of a folder", path.display())]
    NotAFolder {
        /// The path given.
        path: PathBuf,
    },

    /// The output folder could not be created.
    #[error("cannot create the output folder {}", path.display())]
    CreateFolder {
        /// The path given.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },

    /// The output folder is there but no file can be created in it.
    #[error("cannot write in the output folder {}; check its permissions", path.display())]
    FolderNotWritable {
        /// The path given.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },

    /// A file of the report could not be written. What stood at its path before is still there.
    #[error("cannot write {}", path.display())]
    WriteFile {
        /// The file's path.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },

    /// The posts do not fit into a workbook.
    #[error("the workbook could not be made")]
    Workbook(#[from] XlsxError),

    /// Rows could not be written to a stream. A reader that has gone away shows as
    /// [`io::ErrorKind::BrokenPipe`] in the source.
    #[error("cannot write the rows")]
    WriteRows {
        /// Why not.
        source: io::Error,
    },

    /// A chart of the page could not be drawn.
    #[error("a chart of the page could not be drawn")]
    Chart(#[from] ChartError),

    /// The page could not be put together.
    #[error("the page could not be put together")]
    Page(#[from] askama::Error),

    /// The posts of the page could not be written as JSON.
    #[error("the posts of the page could not be written as JSON")]
    PageData(#[from] serde_json::Error),

    /// The table engine refused an operation, which its checked input should not let it do.
    #[error("the table of posts could not be processed")]
    Table(#[from] PolarsError),
}

/// A report that was written before could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// There is no such file or folder.
    #[error("{}: no such file or folder; check the path", path.display())]
    NotFound {
        /// The path given.
        path: PathBuf,
    },

    /// The folder holds no posts.
    #[error(
        "{} holds neither posts.parquet nor posts.csv; give a folder that `uproar score --out` \
         wrote", path.display()
    )]
    NotAReport {
        /// The path given.
        path: PathBuf,
    },

    /// The operating system refused to open or read a file.
    #[error("{} cannot be read", path.display())]
    Io {
        /// The file's path.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },

    /// A file is not whole, or not of the kind that it looks like.
    #[error("{} is damaged ({message}); score the posts again", path.display())]
    Damaged {
        /// The file's path.
        path: PathBuf,
        /// What was found.
        message: String,
    },

    /// A column is not there.
    #[error(
        "{} has no column `{column}`; give a posts.parquet or posts.csv of `uproar score`",
        path.display()
    )]
    MissingColumn {
        /// The file's path.
        path: PathBuf,
        /// The column's name.
        column: String,
    },

    /// A column of a Parquet file holds another kind of value.
    #[error("{}: column `{column}` holds values of type {found}, where {expected} is needed", path.display())]
    ColumnType {
        /// The file's path.
        path: PathBuf,
        /// The column's name.
        column: String,
        /// The kind of value that is needed.
        expected: &'static str,
        /// The column's type.
        found: String,
    },

    /// A cell of a CSV file does not hold what its column holds.
    #[error("{}, line {line}: `{column}` is {value:?}, but must be {expected}", path.display())]
    Value {
        /// The file's path.
        path: PathBuf,
        /// The line where the row begins, counted from 1.
        line: u64,
        /// The column's name.
        column: String,
        /// What the cell holds.
        value: String,
        /// The kind of value that is needed.
        expected: &'static str,
    },

    /// The table engine refused an operation, which its checked input should not let it do.
    #[error("the table of posts could not be processed")]
    Table(#[from] PolarsError),
}
