//! The folder that a report is written to.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use crate::{
    atomic::{CompleteFile, stage, write_error},
    csv,
    error::Error,
    run::Run,
    table::Table,
    tables::{
        FinishedTable, posts::PostsWriter, queue::QueueWriter, rejects::RejectsWriter,
        summary::Summary,
    },
    words::{self, PostWords},
};

/// A folder that takes the files of one report.
///
/// The files are put together in the staging folder and appear together, by [`publish`](Self::publish),
/// when all are complete and on disk: a run that fails or is cut off before leaves the report that was
/// there as it was.
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

    /// Where files are that are not complete.
    pub(crate) fn staging(&self) -> &Path {
        &self.staging
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

    /// Makes `summary.csv`: the counts of the whole export.
    pub fn summary(&self, summary: Summary) -> Result<CompleteFile, Error> {
        let table = Table::new(&summary.finish()?)?;
        stage(&self.path.join("summary.csv"), &self.staging, |out| {
            csv::write(&table, out)
        })
    }

    /// Makes the CSV file of a table.
    pub(crate) fn table(&self, table: &FinishedTable) -> Result<CompleteFile, Error> {
        let path = self.path.join(table.spec.name).with_extension("csv");
        let rows = Table::new(&table.rows)?;
        stage(&path, &self.staging, |out| table.write_csv(&rows, out))
    }

    /// Makes `words.ndjson`: the words that drove the first posts of the queue.
    pub(crate) fn words(&self, posts: &[PostWords]) -> Result<CompleteFile, Error> {
        stage(&self.path.join(words::FILE), &self.staging, |out| {
            words::write(posts, out)
        })
    }

    /// Makes `report.html`.
    pub(crate) fn page(&self, page: &str) -> Result<CompleteFile, Error> {
        let path = self.path.join("report.html");
        stage(&path, &self.staging, |out| out.write_all(page.as_bytes()))
    }

    /// Makes `report.xlsx` of these bytes.
    pub(crate) fn workbook(&self, bytes: &[u8]) -> Result<CompleteFile, Error> {
        let path = self.path.join("report.xlsx");
        stage(&path, &self.staging, |out| out.write_all(bytes))
    }

    /// Begins `rejects.csv`: the rows that could not be read.
    pub fn rejects(&self) -> Result<RejectsWriter, Error> {
        RejectsWriter::create(&self.path.join("rejects.csv"), &self.staging)
    }

    /// Moves these files to their places, and beside them `run.json`, which says what made the report
    /// and whose path is returned.
    ///
    /// While they are moved there is no `run.json`: its presence tells that the files beside it are
    /// those of one run.
    pub fn publish(
        &self,
        files: impl IntoIterator<Item = CompleteFile>,
        run: &Run,
    ) -> Result<PathBuf, Error> {
        let path = self.path.join("run.json");
        let record = stage(&path, &self.staging, |out| {
            serde_json::to_writer_pretty(&mut *out, run)?;
            out.write_all(b"\n")
        })?;
        match fs::remove_file(&path) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                return Err(write_error(&path, source));
            }
            _ => {}
        }
        for file in files {
            file.publish()?;
        }
        record.publish()?;
        Ok(path)
    }
}

#[cfg(test)]
mod tests;
