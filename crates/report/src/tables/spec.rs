//! What a table holds, said once: its CSV file, its sheet, the page and the documentation follow it.

use polars::prelude::DataFrame;

use crate::error::Error;

/// A table of a report.
#[derive(Clone, Copy, Debug)]
pub struct TableSpec {
    /// The name of the CSV file without its ending, and of the sheet.
    pub name: &'static str,
    /// The name for people.
    pub title: &'static str,
    /// What the table answers, in one sentence.
    pub purpose: &'static str,
    /// The columns, in their order.
    pub fields: &'static [Field],
}

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The name in the header.
    pub name: &'static str,
    /// How its values are shown.
    pub kind: Kind,
    /// What a value means, and when it is missing, for the documentation.
    pub meaning: &'static str,
}

/// What the values of a column are, which decides how a sheet and a page show them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text of a few words, such as a handle, a name or a kind.
    Label,
    /// Text of sentences, such as a post.
    Text,
    /// An identifier: text, even where it looks like a number.
    Id,
    /// A whole number.
    Count,
    /// A fraction of 1 with single precision, shown in per cent.
    Share,
    /// A score from 0 to 1 of single precision.
    Score,
    /// Points or another decimal number with two decimals.
    Number,
    /// A duration in minutes.
    Minutes,
    /// A moment in UTC.
    Time,
    /// True or false.
    Flag,
    /// A [`Band`](crate::Band), shown in its colour.
    Band,
}

/// A table that is ready to be written.
#[derive(Clone, Debug)]
pub struct FinishedTable {
    /// What it holds.
    pub spec: &'static TableSpec,
    /// Its rows, with the columns of the specification in their order.
    pub rows: DataFrame,
}

impl FinishedTable {
    /// Puts the columns in their order, and leaves out those that the specification does not have.
    ///
    /// # Errors
    ///
    /// [`Error::MissingColumn`].
    pub(crate) fn new(spec: &'static TableSpec, rows: &DataFrame) -> Result<Self, Error> {
        let names: Vec<&str> = spec.fields.iter().map(|field| field.name).collect();
        let rows = super::select(rows, &names)?;
        Ok(Self { spec, rows })
    }
}
