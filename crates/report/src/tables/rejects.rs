//! `rejects.csv`: the rows of the inputs that could not be read.

use std::path::Path;

use polars::prelude::*;

use crate::{
    atomic::{CompleteFile, StagedFile},
    csv,
    error::Error,
    table::Table,
};

/// A row of an input that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectRow {
    /// The file, as it was given.
    pub file: String,
    /// The line that the row begins on, counted from 1.
    pub line: u64,
    /// What was wrong.
    pub reason: String,
    /// The row as it stands in the file, as far as it may be shown.
    pub raw: String,
}

/// `rejects.csv` as it is written. It has only a header when there are no rejects.
#[derive(Debug)]
pub struct RejectsWriter {
    file: StagedFile,
}

impl RejectsWriter {
    pub(crate) fn create(path: &Path, staging: &Path) -> Result<Self, Error> {
        let mut file = StagedFile::create(path, staging)?;
        let header = Table::new(&rejects([])?)?;
        csv::write_header(&header, &mut file).map_err(|source| file.error(source))?;
        Ok(Self { file })
    }

    /// Writes the next rejects, in the order given.
    ///
    /// # Errors
    ///
    /// [`Error::WriteFile`].
    pub fn write(&mut self, rows: impl IntoIterator<Item = RejectRow>) -> Result<(), Error> {
        let table = Table::new(&rejects(rows)?)?;
        csv::write_rows(&table, &mut self.file).map_err(|source| self.file.error(source))
    }

    /// Ends the file, which then waits to be [published](crate::OutputFolder::publish).
    ///
    /// # Errors
    ///
    /// [`Error::WriteFile`].
    pub fn finish(self) -> Result<CompleteFile, Error> {
        self.file.complete()
    }
}

/// The rejects as a table, in the order given.
fn rejects(rows: impl IntoIterator<Item = RejectRow>) -> Result<DataFrame, Error> {
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
