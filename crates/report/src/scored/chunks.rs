//! A report's posts with all their columns, chunk by chunk.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use polars::prelude::*;

use super::{contained, missing_column, parquet_typed};
use crate::{error::ReadError, run::Run, tables::posts};

/// Posts of a chunk: as many as a row group has, so that none is read twice.
const CHUNK_ROWS: usize = posts::GROUP_ROWS;

/// A report that was written before, larger than memory or not.
#[derive(Debug)]
pub struct ScoredReport {
    path: PathBuf,
    /// What made it.
    pub run: Run,
    rows: usize,
    columns: Vec<String>,
}

impl ScoredReport {
    /// Opens the report of a folder: its `posts.parquet` and its `run.json`.
    ///
    /// # Errors
    ///
    /// [`ReadError::NotAReport`] when one of the two is not there; when one is damaged, or was written
    /// by a version of Uproar that knew fewer columns.
    pub fn open(folder: &Path) -> Result<Self, ReadError> {
        let path = folder.join("posts.parquet");
        let not_a_report = || ReadError::NotAReport {
            path: folder.to_owned(),
        };
        let run = match fs::read(folder.join("run.json")) {
            Ok(text) => serde_json::from_slice(&text).map_err(|error| ReadError::Damaged {
                path: folder.join("run.json"),
                message: error.to_string(),
            })?,
            Err(error) if is_absent(&error) => return Err(not_a_report()),
            Err(source) => {
                let path = folder.join("run.json");
                return Err(ReadError::Io { path, source });
            }
        };
        let mut reader = match File::open(&path) {
            Ok(file) => ParquetReader::new(file),
            Err(error) if is_absent(&error) => return Err(not_a_report()),
            Err(source) => return Err(ReadError::Io { path, source }),
        };
        let schema = contained(&path, || reader.schema())?;
        let rows = contained(&path, || reader.num_rows())?;
        let columns: Vec<String> = schema.iter_names().map(ToString::to_string).collect();
        if let Some(missing) = posts::SPEC
            .names()
            .into_iter()
            .find(|name| !schema.contains(name))
        {
            return Err(missing_column(&path, missing));
        }
        Ok(Self {
            path,
            run,
            rows,
            columns,
        })
    }

    /// How many posts there are.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// How many chunks [`chunks`](Self::chunks) gives.
    pub fn count(&self) -> usize {
        self.rows.div_ceil(CHUNK_ROWS)
    }

    /// The posts in their order, with these columns or with all. A report without posts gives none.
    ///
    /// # Errors
    ///
    /// Each chunk: a file that changed or is damaged, or a column of another type.
    pub fn chunks(
        &self,
        names: Option<&[&str]>,
    ) -> impl Iterator<Item = Result<DataFrame, ReadError>> {
        let names: Vec<String> = match names {
            Some(names) => names.iter().map(|name| (*name).to_owned()).collect(),
            None => self.columns.clone(),
        };
        (0..self.count()).map(move |number| self.chunk(&names, number * CHUNK_ROWS, CHUNK_ROWS))
    }

    /// No posts, with all columns.
    ///
    /// # Errors
    ///
    /// As for [`chunks`](Self::chunks).
    pub fn none(&self) -> Result<DataFrame, ReadError> {
        self.chunk(&self.columns, 0, 0)
    }

    fn chunk(&self, names: &[String], first: usize, rows: usize) -> Result<DataFrame, ReadError> {
        let file = File::open(&self.path).map_err(|source| ReadError::Io {
            path: self.path.clone(),
            source,
        })?;
        let read = contained(&self.path, || {
            ParquetReader::new(file)
                .with_columns(Some(names.to_vec()))
                .with_slice(Some((first, rows)))
                .finish()
        })?;
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        parquet_typed(&read, &self.path, &names)
    }
}

fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}
