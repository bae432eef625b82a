//! Apache Parquet, one row group at a time.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;

use polars::prelude::{
    ArrowSchema, FileMetadataRef, ParallelStrategy, ParquetReader, SerReader, polars_bail,
};
use polars_parquet_format::FileMetaData;
use polars_parquet_format::thrift::protocol::TCompactInputProtocol;

use crate::columns::ColumnOverride;
use crate::error::Error;
use crate::input::{ByteCounter, Source};
use crate::notice::NoticeKind;
use crate::panics;

use super::columnar::{self, Parts};
use super::{ReadRows, Row};

/// The bytes at both ends of a Parquet file.
pub(crate) const MAGIC: &[u8] = b"PAR1";

/// The names of a file's columns.
pub(crate) fn headers(source: &mut Source) -> Result<Vec<String>, Error> {
    let file = source.file()?;
    let (schema, _) = open(&source.name, &file)?;
    Ok(columnar::column_names(&schema))
}

/// Checks a file's frame and reads its footer.
fn open(name: &str, file: &File) -> Result<(Arc<ArrowSchema>, FileMetadataRef), Error> {
    let damaged = |message: String| Error::Parquet {
        file: name.to_owned(),
        message,
    };
    let footer = footer(file).map_err(|error| Error::io(name, error))?;
    let footer = footer.ok_or_else(|| damaged("its end is missing".to_owned()))?;
    check_lists(&footer).map_err(|error| damaged(format!("its footer is damaged: {error}")))?;
    let mut reader = ParquetReader::new(clone(name, file)?);
    let (schema, metadata) =
        columnar::contained(|| Ok((reader.schema()?, reader.get_metadata()?.clone())))
            .map_err(damaged)?;
    let groups = metadata.row_groups.iter();
    let rows = groups.fold(0usize, |rows, group| rows.saturating_add(group.num_rows()));
    if rows != metadata.num_rows {
        return Err(damaged("its row groups do not add up".to_owned()));
    }
    Ok((schema, metadata))
}

fn clone(name: &str, file: &File) -> Result<File, Error> {
    file.try_clone().map_err(|error| Error::io(name, error))
}

/// The footer of a file that ends with one: `… footer, its length (4 bytes), PAR1`.
fn footer(mut file: &File) -> io::Result<Option<Vec<u8>>> {
    let length = file.seek(SeekFrom::End(0))?;
    if length < 12 {
        return Ok(None);
    }
    let mut end = [0; 8];
    file.seek(SeekFrom::End(-8))?;
    file.read_exact(&mut end)?;
    let [a, b, c, d, magic @ ..] = end;
    let size = u64::from(u32::from_le_bytes([a, b, c, d]));
    if magic != MAGIC || size > length - 12 {
        return Ok(None);
    }
    file.seek(SeekFrom::End(-8 - size as i64))?;
    let mut footer = Vec::new();
    file.take(size).read_to_end(&mut footer)?;
    file.rewind()?;
    Ok(Some(footer))
}

/// Fails when the footer names more entries than it can hold.
///
/// Polars makes room for as many entries as a list names before it reads them, and where there is
/// not that much memory the program ends on the spot. This parser counts what it makes room for:
/// a list counts 8 bytes an entry, and an entry takes at least one byte of the footer.
fn check_lists(footer: &[u8]) -> Result<(), String> {
    let allowed = 16 * footer.len() + 1024;
    let parse = || {
        FileMetaData::read_from_in_protocol(&mut TCompactInputProtocol::new(footer, allowed))
            .map(drop)
            .map_err(|error| error.to_string())
    };
    panics::caught(parse).unwrap_or_else(|| Err("it cannot be parsed".to_owned()))
}

/// The rows of a Parquet file.
pub(crate) struct Rows {
    name: String,
    file: File,
    metadata: FileMetadataRef,
    next_group: usize,
    parts: Parts,
    counter: ByteCounter,
}

impl Rows {
    pub(crate) fn new(
        source: &mut Source,
        overrides: &[ColumnOverride],
        counter: ByteCounter,
    ) -> Result<Self, Error> {
        let file = source.file()?;
        let (schema, metadata) = open(&source.name, &file)?;
        Ok(Self {
            name: source.name.clone(),
            file,
            metadata,
            next_group: 0,
            parts: Parts::new(&schema, overrides),
            counter,
        })
    }

    /// Reads the next row group; false when there is none.
    fn read_group(&mut self) -> Result<bool, Error> {
        let Some(group) = self.metadata.row_groups.get(self.next_group) else {
            return Ok(false);
        };
        let rows = group.num_rows();
        self.next_group += 1;
        let mut reader = ParquetReader::new(clone(&self.name, &self.file)?)
            // On this thread, where a panic is caught without a word.
            .read_parallel(ParallelStrategy::None)
            .with_projection(Some(self.parts.fields().to_vec()))
            .with_slice(Some((self.parts.read(), rows)));
        reader.set_metadata(self.metadata.clone());
        let columns = columnar::contained(|| {
            let mut frame = reader.finish()?;
            if frame.height() != rows {
                polars_bail!(ComputeError: "a row group has other rows than announced");
            }
            frame.rechunk_mut();
            self.parts
                .names()
                .iter()
                .map(|name| columnar::as_text(frame.column(name)?))
                .collect()
        });
        let columns = columns.map_err(|message| Error::Parquet {
            file: self.name.clone(),
            message,
        })?;
        self.parts.load(columns, rows);
        self.counter
            .add(u64::try_from(group.compressed_size()).unwrap_or(0));
        Ok(true)
    }
}

impl ReadRows for Rows {
    fn next_row(&mut self) -> Result<Option<Row>, Error> {
        loop {
            if let Some(row) = self.parts.next_row() {
                return Ok(Some(row));
            }
            if !self.read_group()? {
                return Ok(None);
            }
        }
    }

    fn raw(&self) -> String {
        self.parts.raw()
    }

    fn notices(&self) -> Vec<NoticeKind> {
        self.parts.notices()
    }

    fn total(&self) -> Option<u64> {
        Some(self.metadata.num_rows as u64)
    }
}
