//! `rejects.csv`: the rows of the inputs that could not be read.

use polars::prelude::*;

use crate::error::Error;

/// A row of an input that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectRow {
    /// The file, as it was given.
    pub file: String,
    /// The line that the row begins on, counted from 1.
    pub line: u64,
    /// What was wrong.
    pub reason: String,
    /// The row as it stands in the file.
    pub raw: String,
}

/// The rejects, in the order given.
pub(crate) fn rejects(rows: impl IntoIterator<Item = RejectRow>) -> Result<DataFrame, Error> {
    let (mut files, mut lines, mut reasons, mut raws) = (vec![], vec![], vec![], vec![]);
    for RejectRow {
        file,
        line,
        reason,
        raw,
    } in rows
    {
        files.push(file);
        lines.push(line);
        reasons.push(reason);
        raws.push(raw);
    }
    Ok(df!("file" => files, "line" => lines, "reason" => reasons, "raw" => raws)?)
}
