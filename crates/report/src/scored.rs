//! A report's posts, read back.

mod chunks;

use std::{
    fs::{self, File},
    io::{self, BufReader, Read, Seek},
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use polars::prelude::*;
use serde::Deserialize;
use uproar_ingest::panics;

use crate::{columns, csv::unescaped, error::ReadError};

pub use chunks::ScoredReport;

/// Posts of a report that was written before.
#[derive(Clone, Debug)]
pub struct ScoredPosts {
    /// The file that they were read from.
    pub path: PathBuf,
    /// The columns asked for, each of the type that [`columns::dtype`] gives.
    pub posts: DataFrame,
    /// SHA-256 of the weights that scored the posts, in hexadecimal, as the `run.json` beside the
    /// file says; `None` where there is none.
    pub model_checksum: Option<String>,
}

impl ScoredPosts {
    /// Reads these columns of a report: of the folder's `posts.parquet`, or its `posts.csv` where
    /// that is gone, or of the file that `path` names. The kind of file is found by content. In
    /// CSV the apostrophe that keeps spreadsheets from running a text is taken away.
    ///
    /// # Errors
    ///
    /// A file that is missing, unreadable or damaged, lacks a column, or holds a value that is not
    /// of its column's type.
    pub fn read(path: &Path, names: &[&str]) -> Result<Self, ReadError> {
        let path = posts_file(path)?;
        let io_error = |source| ReadError::Io {
            path: path.clone(),
            source,
        };
        let mut file = File::open(&path).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => ReadError::NotFound { path: path.clone() },
            _ => io_error(source),
        })?;
        let mut magic = Vec::new();
        file.by_ref()
            .take(4)
            .read_to_end(&mut magic)
            .map_err(io_error)?;
        file.rewind().map_err(io_error)?;
        let posts = if magic == *b"PAR1" {
            parquet(file, &path, names)?
        } else {
            csv(file, &path, names)?
        };
        Ok(Self {
            posts,
            model_checksum: model_checksum(&path)?,
            path,
        })
    }
}

/// The file that holds the posts.
fn posts_file(path: &Path) -> Result<PathBuf, ReadError> {
    if !path.is_dir() {
        return Ok(path.to_owned());
    }
    ["posts.parquet", "posts.csv"]
        .map(|name| path.join(name))
        .into_iter()
        .find(|file| file.is_file())
        .ok_or_else(|| ReadError::NotAReport {
            path: path.to_owned(),
        })
}

fn parquet(file: File, path: &Path, names: &[&str]) -> Result<DataFrame, ReadError> {
    let wanted = names.iter().map(|name| (*name).to_owned()).collect();
    let mut reader = ParquetReader::new(file);
    let schema = contained(path, || reader.schema())?;
    if let Some(missing) = names.iter().find(|name| !schema.contains(name)) {
        return Err(missing_column(path, missing));
    }
    let read = contained(path, || reader.with_columns(Some(wanted)).finish())?;
    parquet_typed(&read, path, names)
}

/// These columns, each of the type that it should have.
fn parquet_typed(read: &DataFrame, path: &Path, names: &[&str]) -> Result<DataFrame, ReadError> {
    let typed = names
        .iter()
        .map(|name| {
            let column = read.column(name)?;
            column
                .strict_cast(&columns::dtype(name))
                .map_err(|_| ReadError::ColumnType {
                    path: path.to_owned(),
                    column: (*name).to_owned(),
                    expected: expected(&columns::dtype(name)),
                    found: column.dtype().to_string(),
                })
        })
        .collect::<Result<_, _>>()?;
    Ok(DataFrame::new(read.height(), typed)?)
}

/// Runs a step of Polars, which panics on some damaged files.
fn contained<T>(path: &Path, step: impl FnOnce() -> PolarsResult<T>) -> Result<T, ReadError> {
    let message = match panics::caught(step) {
        Some(Ok(value)) => return Ok(value),
        Some(Err(error)) => error.to_string(),
        None => "its content does not match its description".to_owned(),
    };
    Err(ReadError::Damaged {
        path: path.to_owned(),
        message,
    })
}

fn csv(file: File, path: &Path, names: &[&str]) -> Result<DataFrame, ReadError> {
    let damaged = |error: csv::Error| match error.into_kind() {
        csv::ErrorKind::Io(source) => ReadError::Io {
            path: path.to_owned(),
            source,
        },
        csv::ErrorKind::UnequalLengths {
            pos,
            expected_len,
            len,
        } => ReadError::Damaged {
            path: path.to_owned(),
            message: format!(
                "the header has {expected_len} cells, but line {} has {len}",
                pos.map_or(0, |pos| pos.line())
            ),
        },
        csv::ErrorKind::Utf8 { pos, .. } => ReadError::Damaged {
            path: path.to_owned(),
            message: format!("line {} is not UTF-8", pos.map_or(0, |pos| pos.line())),
        },
        kind => ReadError::Damaged {
            path: path.to_owned(),
            message: format!("{kind:?}"),
        },
    };
    let mut reader = csv::Reader::from_reader(BufReader::new(file));
    let header = reader.headers().map_err(damaged)?.clone();
    let places = names
        .iter()
        .map(|name| {
            header
                .iter()
                .position(|found| found == *name)
                .ok_or_else(|| missing_column(path, name))
        })
        .collect::<Result<Vec<_>, _>>()?;
    let mut columns = vec![Vec::new(); names.len()];
    let mut lines = Vec::new();
    for record in reader.into_records() {
        let record = record.map_err(damaged)?;
        lines.push(record.position().map_or(0, csv::Position::line));
        for (column, place) in columns.iter_mut().zip(&places) {
            let cell = record.get(*place).unwrap_or_default();
            column.push((!cell.is_empty()).then(|| cell.to_owned()));
        }
    }
    let typed = names
        .iter()
        .zip(&columns)
        .map(|(name, cells)| {
            typed(name, cells).map_err(|row| ReadError::Value {
                path: path.to_owned(),
                line: lines.get(row).copied().unwrap_or_default(),
                column: (*name).to_owned(),
                value: cells.get(row).cloned().flatten().unwrap_or_default(),
                expected: expected(&columns::dtype(name)),
            })
        })
        .collect::<Result<_, _>>()?;
    Ok(DataFrame::new(lines.len(), typed)?)
}

/// The column that these cells spell, or else the row of the first one that cannot be read.
fn typed(name: &str, cells: &[Option<String>]) -> Result<Column, usize> {
    fn parsed<T>(
        name: &str,
        cells: &[Option<String>],
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Column, usize>
    where
        Series: NamedFrom<Vec<Option<T>>, [Option<T>]>,
        Vec<Option<T>>: AsRef<[Option<T>]>,
    {
        let values: Vec<Option<T>> = (0..)
            .zip(cells)
            .map(|(row, cell)| match cell {
                None => Ok(None),
                Some(cell) => parse(cell).map(Some).ok_or(row),
            })
            .collect::<Result<_, usize>>()?;
        Ok(Column::new(name.into(), values))
    }
    match columns::dtype(name) {
        DataType::Boolean => parsed(name, cells, |cell| {
            cell.to_ascii_lowercase().parse::<bool>().ok()
        }),
        DataType::Int64 => parsed(name, cells, |cell| cell.parse::<i64>().ok()),
        DataType::UInt32 => parsed(name, cells, |cell| cell.parse::<u32>().ok()),
        DataType::Float32 => parsed(name, cells, |cell| cell.parse::<f32>().ok()),
        DataType::Float64 => parsed(name, cells, |cell| cell.parse::<f64>().ok()),
        DataType::Datetime(..) => parsed(name, cells, |cell| {
            cell.parse().ok().map(Timestamp::as_microsecond)
        })?
        .cast(&columns::dtype(name))
        .map_err(|_| 0),
        _ => parsed(name, cells, |cell| Some(unescaped(cell).to_owned())),
    }
}

/// What a column of this type holds, in words.
fn expected(dtype: &DataType) -> &'static str {
    match dtype {
        DataType::Boolean => "true or false",
        DataType::Datetime(..) => "a time such as 2026-03-03T18:42:00Z",
        dtype if dtype.is_integer() => "a whole number",
        dtype if dtype.is_float() => "a decimal number",
        _ => "text",
    }
}

fn missing_column(path: &Path, column: &str) -> ReadError {
    ReadError::MissingColumn {
        path: path.to_owned(),
        column: column.to_owned(),
    }
}

/// SHA-256 of the weights that scored a file of posts, as the `run.json` beside it says; `None` where
/// there is none.
///
/// # Errors
///
/// A `run.json` that cannot be read or is damaged.
pub fn model_checksum(posts: &Path) -> Result<Option<String>, ReadError> {
    #[derive(Deserialize)]
    struct Run {
        model: Model,
    }
    #[derive(Deserialize)]
    struct Model {
        checksum: String,
    }
    let path = posts.with_file_name("run.json");
    let text = match fs::read(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(ReadError::Io { path, source }),
    };
    match serde_json::from_slice::<Run>(&text) {
        Ok(run) => Ok(Some(run.model.checksum)),
        Err(error) => Err(ReadError::Damaged {
            path,
            message: error.to_string(),
        }),
    }
}

#[cfg(test)]
mod tests;
