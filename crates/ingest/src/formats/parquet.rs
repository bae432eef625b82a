//! Apache Parquet, one row group at a time.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use polars::prelude::{
    ArrowDataType, ArrowSchema, Column as Values, DataType, FileMetadataRef, ParquetReader,
    PolarsResult, SerReader, StringChunked, TimeUnit, polars_bail,
};
use polars_parquet_format::FileMetaData;
use polars_parquet_format::thrift::protocol::TCompactInputProtocol;
use serde_json::{Map, Value};

use crate::columns::{self, ColumnOverride, Mapping};
use crate::error::Error;
use crate::input::{ByteCounter, Source};
use crate::notice::NoticeKind;
use crate::reject;
use crate::time;

use super::{ReadRows, Row};

/// The bytes at both ends of a Parquet file.
pub(crate) const MAGIC: &[u8] = b"PAR1";

/// The names of a file's columns.
pub(crate) fn headers(source: &mut Source) -> Result<Vec<String>, Error> {
    let file = source.file()?;
    let (schema, _) = open(&source.name, &file)?;
    Ok(column_names(&schema))
}

/// Column names for mapping. A column of a type that cannot become text gets a mark, as lists of
/// objects do in NDJSON, so that it maps to nothing.
fn column_names(schema: &ArrowSchema) -> Vec<String> {
    schema
        .iter()
        .map(|(name, field)| {
            if is_readable(field.dtype()) {
                name.to_string()
            } else {
                format!("{name}[]")
            }
        })
        .collect()
}

/// Whether Polars, with the features it is built with here, turns values of this type into text.
fn is_readable(dtype: &ArrowDataType) -> bool {
    use ArrowDataType as T;
    match dtype {
        T::Null | T::Boolean | T::Int32 | T::Int64 | T::UInt32 | T::UInt64 => true,
        T::Float32 | T::Float64 | T::Timestamp(..) | T::Date32 => true,
        T::Utf8 | T::LargeUtf8 | T::Utf8View => true,
        T::Binary | T::LargeBinary | T::BinaryView => true,
        T::Dictionary(_, values, _) => is_readable(values),
        _ => false,
    }
}

/// Columns that would be of use by their name, but are of a type that cannot be read.
fn unread_columns(schema: &ArrowSchema) -> Vec<NoticeKind> {
    schema
        .iter()
        .filter(|(name, field)| columns::is_known(name) && !is_readable(field.dtype()))
        .map(|(name, _)| NoticeKind::UnreadColumn {
            header: name.to_string(),
        })
        .collect()
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
    let (schema, metadata) = contained(name, || {
        Ok((reader.schema()?, reader.get_metadata()?.clone()))
    })?;
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
    catch_unwind(parse).unwrap_or_else(|_| Err("it cannot be parsed".to_owned()))
}

/// Runs a step of Polars, which panics on some damaged files.
fn contained<T>(name: &str, step: impl FnOnce() -> PolarsResult<T>) -> Result<T, Error> {
    let message = match catch_unwind(AssertUnwindSafe(step)) {
        Ok(Ok(value)) => return Ok(value),
        Ok(Err(error)) => error.to_string(),
        Err(_) => "its content does not match its description".to_owned(),
    };
    Err(Error::Parquet {
        file: name.to_owned(),
        message,
    })
}

/// The rows of a Parquet file.
pub(crate) struct Rows {
    name: String,
    file: File,
    metadata: FileMetadataRef,
    mapping: Mapping,
    /// The columns of use by index in the file; the same order as in `group`.
    fields: Vec<usize>,
    field_names: Vec<String>,
    next_group: usize,
    /// Rows of the file before `group`.
    rows_before: usize,
    group: Vec<StringChunked>,
    group_rows: usize,
    /// The next row within `group`.
    row: usize,
    counter: ByteCounter,
    unread: Vec<NoticeKind>,
}

impl Rows {
    pub(crate) fn new(
        source: &mut Source,
        overrides: &[ColumnOverride],
        counter: ByteCounter,
    ) -> Result<Self, Error> {
        let file = source.file()?;
        let (schema, metadata) = open(&source.name, &file)?;
        let headers = column_names(&schema);
        let mapping = Mapping::new(&headers, overrides);
        let fields = mapping.fields();
        let field_names = fields
            .iter()
            .filter_map(|index| headers.get(*index))
            .cloned()
            .collect();
        Ok(Self {
            name: source.name.clone(),
            file,
            metadata,
            mapping,
            fields,
            field_names,
            next_group: 0,
            rows_before: 0,
            group: Vec::new(),
            group_rows: 0,
            row: 0,
            counter,
            unread: unread_columns(&schema),
        })
    }

    /// Reads the next row group; false when there is none.
    fn read_group(&mut self) -> Result<bool, Error> {
        let Some(group) = self.metadata.row_groups.get(self.next_group) else {
            return Ok(false);
        };
        let rows = group.num_rows();
        self.next_group += 1;
        self.rows_before += self.group_rows;
        let mut reader = ParquetReader::new(clone(&self.name, &self.file)?)
            .with_projection(Some(self.fields.clone()))
            .with_slice(Some((self.rows_before, rows)));
        reader.set_metadata(self.metadata.clone());
        self.group = contained(&self.name, || {
            let mut frame = reader.finish()?;
            if frame.height() != rows {
                polars_bail!(ComputeError: "a row group has other rows than announced");
            }
            frame.rechunk_mut();
            self.field_names
                .iter()
                .map(|name| as_text(frame.column(name)?))
                .collect()
        })?;
        self.group_rows = rows;
        self.row = 0;
        self.counter
            .add(u64::try_from(group.compressed_size()).unwrap_or(0));
        Ok(true)
    }

    /// The cell of the file's column `field` in row `row` of the group.
    fn cell(&self, field: usize, row: usize) -> Option<&str> {
        let position = self.fields.iter().position(|index| *index == field)?;
        self.group.get(position)?.get(row)
    }
}

/// A column's values as text; times as RFC 3339.
fn as_text(values: &Values) -> PolarsResult<StringChunked> {
    if !matches!(values.dtype(), DataType::Datetime(..) | DataType::Date) {
        return Ok(values.cast(&DataType::String)?.str()?.clone());
    }
    let moments = values.cast(&DataType::Datetime(TimeUnit::Microseconds, None))?;
    let micros = moments.cast(&DataType::Int64)?;
    Ok(micros
        .i64()?
        .iter()
        .map(|moment| moment.and_then(time::rfc3339))
        .collect())
}

impl ReadRows for Rows {
    fn next_row(&mut self) -> Result<Option<Row>, Error> {
        while self.row >= self.group_rows {
            if !self.read_group()? {
                return Ok(None);
            }
        }
        let row = self.row;
        self.row += 1;
        let cells = self
            .mapping
            .cells(|field| self.cell(field, row).map(str::to_owned));
        Ok(Some(Row {
            line: (self.rows_before + row + 1) as u64,
            cells: Ok(cells),
        }))
    }

    /// The cells of use as a JSON object.
    fn raw(&self) -> String {
        let Some(row) = self.row.checked_sub(1) else {
            return String::new();
        };
        let cells: Map<String, Value> = self
            .fields
            .iter()
            .zip(&self.field_names)
            .filter_map(|(field, name)| Some((name.clone(), self.cell(*field, row)?.into())))
            .collect();
        reject::raw(Value::Object(cells).to_string().as_bytes())
    }

    fn notices(&self) -> Vec<NoticeKind> {
        self.unread.clone()
    }

    fn total(&self) -> Option<u64> {
        Some(self.metadata.num_rows as u64)
    }
}
