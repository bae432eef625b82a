//! The folder that a report is written to.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use crate::{
    atomic::write_staged,
    csv,
    error::Error,
    run::Run,
    table::Table,
    tables::{posts::PostsWriter, queue::QueueWriter, rejects::RejectsWriter, summary::Summary},
};

/// A folder that takes the files of one report.
///
/// Each file appears when it is complete and on disk; after a failure what stood at its path before
/// is still there. Until then a file is kept in the staging folder.
///
/// All methods fail with [`Error::WriteFile`] when the file cannot be written.
#[derive(Debug)]
pub struct OutputFolder {
    path: PathBuf,
    staging: PathBuf,
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
        // Has no name where the system knows such files, so that none is left by a killed run.
        match tempfile::tempfile_in(&path) {
            Ok(_) => Ok(Self {
                staging: path.clone(),
                path,
            }),
            Err(source) => Err(Error::FolderNotWritable { path, source }),
        }
    }

    /// Keeps files that are not complete in this folder, which is on the same file system, instead
    /// of the output folder itself: what a killed run leaves is there.
    #[must_use]
    pub fn with_staging(mut self, folder: &Path) -> Self {
        folder.clone_into(&mut self.staging);
        self
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Begins `posts.csv` and `posts.parquet`: every post, in the order of the input. The two hold
    /// the same columns; Parquet keeps types, full precision and the text as it was.
    pub fn posts(&self) -> Result<PostsWriter, Error> {
        PostsWriter::create(
            &self.path.join("posts.csv"),
            &self.path.join("posts.parquet"),
            &self.staging,
        )
    }

    /// Begins `queue.csv`: the posts that await an answer, the most pressing first and at most `top`
    /// of them.
    pub fn queue(&self, top: Option<usize>) -> QueueWriter {
        QueueWriter::new(&self.path.join("queue.csv"), &self.staging, top)
    }

    /// Writes the counts of the whole export to `summary.csv`.
    pub fn write_summary(&self, summary: Summary) -> Result<(), Error> {
        let table = Table::new(&summary.finish()?)?;
        write_staged(&self.path.join("summary.csv"), &self.staging, |out| {
            csv::write(&table, out)
        })
    }

    /// Begins `rejects.csv`: the rows that could not be read.
    pub fn rejects(&self) -> Result<RejectsWriter, Error> {
        RejectsWriter::create(&self.path.join("rejects.csv"), &self.staging)
    }

    /// Writes what made the report to `run.json`. Write it last: in a folder that was empty, its
    /// presence then tells that the report is complete.
    pub fn write_run(&self, run: &Run) -> Result<(), Error> {
        write_staged(&self.path.join("run.json"), &self.staging, |out| {
            serde_json::to_writer_pretty(&mut *out, run)?;
            out.write_all(b"\n")
        })
    }
}

#[cfg(test)]
mod tests;
