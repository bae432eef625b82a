//! What a table holds, said once: its CSV file, its sheet, the page and the documentation follow it.

use std::io::{self, Write};

use polars::prelude::DataFrame;

use super::SortedLines;
use crate::{csv, error::Error, table::Table};

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

impl TableSpec {
    /// The columns' names, in their order.
    pub fn names(&self) -> Vec<&'static str> {
        self.fields.iter().map(|field| field.name).collect()
    }

    /// The column of this name.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The column of this name, for a table that shows it as this one does.
    ///
    /// # Panics
    ///
    /// At compile time, where it stands in a constant, if there is no such column.
    pub(crate) const fn shared(&self, name: &str) -> Field {
        let mut index = 0;
        while index < self.fields.len() {
            if is_same(self.fields[index].name, name) {
                return self.fields[index];
            }
            index += 1;
        }
        panic!("no column of this name")
    }
}

/// `==` for constants.
const fn is_same(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    let mut index = 0;
    while index < left.len() && index < right.len() && left[index] == right[index] {
        index += 1;
    }
    index == left.len() && index == right.len()
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
    /// Its rows, with the columns of the specification in their order; of a table with many, the
    /// first.
    pub rows: DataFrame,
    /// How many rows there are.
    pub count: u64,
    /// All rows of a table with many, as lines of its CSV file.
    pub(crate) lines: Option<SortedLines>,
}

impl FinishedTable {
    /// A table of these rows. Puts the columns in their order, and leaves out those that the
    /// specification does not have.
    ///
    /// # Errors
    ///
    /// [`Error::MissingColumn`].
    pub(crate) fn new(spec: &'static TableSpec, rows: &DataFrame) -> Result<Self, Error> {
        let rows = super::select(rows, &spec.names())?;
        Ok(Self {
            spec,
            count: rows.height() as u64,
            rows,
            lines: None,
        })
    }

    /// Writes the table as CSV; `rows` are those that it holds.
    pub(crate) fn write_csv(&self, rows: &Table, out: &mut dyn Write) -> io::Result<()> {
        match &self.lines {
            None => csv::write(rows, out),
            Some(lines) => {
                csv::write_header(rows, out)?;
                lines.write(out)
            }
        }
    }
}
