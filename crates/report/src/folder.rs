//! The folder that a report is written to.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use polars::prelude::{DataFrame, ParquetWriter};

use crate::{
    atomic::{temporary_file, write_file},
    csv,
    error::Error,
    run::Run,
    table::Table,
    tables::{
        posts, queue,
        rejects::{self, RejectRow},
        summary,
    },
};

/// A folder that takes the files of one report.
///
/// Each file appears when it is complete and on disk; after a failure what stood at its path before
/// is still there. Methods that take posts want the table that [`rank`](crate::rank()) gives.
///
/// All methods fail with [`Error::WriteFile`] when the file cannot be written, and those that take
/// posts with [`Error::MissingColumn`], [`Error::ColumnType`] or [`Error::Time`] when the table is
/// not one of ranked posts.
#[derive(Debug)]
pub struct OutputFolder {
    path: PathBuf,
}

impl OutputFolder {
    /// Opens the folder, creating it and the folders above it where needed, and makes sure that
    /// files can be created in it: better to fail now than after an hour of scoring.
    ///
    /// # Errors
    ///
    /// [`Error::NotAFolder`], [`Error::CreateFolder`] or [`Error::FolderNotWritable`].
    pub fn create(path: &Path) -> Result<Self, Error> {
        let path = path.to_owned();
        if path.exists() && !path.is_dir() {
            return Err(Error::NotAFolder { path });
        }
        if let Err(source) = fs::create_dir_all(&path) {
            return Err(Error::CreateFolder { path, source });
        }
        match temporary_file(&path) {
            Ok(_) => Ok(Self { path }),
            Err(source) => Err(Error::FolderNotWritable { path, source }),
        }
    }

    /// Writes every post, in the order of the input, to `posts.csv` and `posts.parquet`. The two
    /// hold the same columns; Parquet keeps types, full precision and the text as it was.
    pub fn write_posts(&self, ranked: &DataFrame) -> Result<(), Error> {
        let mut posts = posts::posts(ranked)?;
        self.write_csv("posts.csv", &posts)?;
        self.write_file("posts.parquet", |out| {
            ParquetWriter::new(out).finish(&mut posts)?;
            Ok(())
        })
    }

    /// Writes the posts that await an answer, the most pressing first and at most `top` of them, to
    /// `queue.csv`. Returns the rows that it wrote.
    pub fn write_queue(&self, ranked: &DataFrame, top: Option<usize>) -> Result<DataFrame, Error> {
        let queue = queue::queue(ranked, top)?;
        self.write_csv("queue.csv", &queue)?;
        Ok(queue)
    }

    /// Writes the counts of the whole export to `summary.csv`.
    pub fn write_summary(&self, ranked: &DataFrame) -> Result<(), Error> {
        self.write_csv("summary.csv", &summary::summary(ranked)?)
    }

    /// Writes the rows that could not be read to `rejects.csv`, which has only a header when there
    /// are none. Returns how many it wrote.
    pub fn write_rejects(&self, rows: impl IntoIterator<Item = RejectRow>) -> Result<usize, Error> {
        let rejects = rejects::rejects(rows)?;
        self.write_csv("rejects.csv", &rejects)?;
        Ok(rejects.height())
    }

    /// Writes what made the report to `run.json`. Write it last: in a folder that was empty, its
    /// presence then tells that the report is complete.
    pub fn write_run(&self, run: &Run) -> Result<(), Error> {
        self.write_file("run.json", |out| {
            serde_json::to_writer_pretty(&mut *out, run)?;
            out.write_all(b"\n")
        })
    }

    fn write_csv(&self, name: &str, table: &DataFrame) -> Result<(), Error> {
        let table = Table::new(table)?;
        self.write_file(name, |out| csv::write(&table, out))
    }

    fn write_file(
        &self,
        name: &str,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Error> {
        write_file(&self.path.join(name), |out| write(out))
    }
}

#[cfg(test)]
mod tests;
