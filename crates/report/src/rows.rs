//! Rows to a stream.

use std::io::{BufWriter, Write};

use polars::frame::DataFrame;

use crate::{csv, error::Error, ndjson, table::Table, tables::posts};

/// How rows are written to a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowFormat {
    /// Comma-separated values with a header, safe to open in a spreadsheet: a text that begins like
    /// a formula, as a post that begins with `@` does, gets an apostrophe in front.
    Csv,
    /// Newline-delimited JSON: one object a row, texts as they were.
    Ndjson,
}

/// Writes all rows and columns of a table, in their order.
///
/// Columns of single precision (scores) have six decimals, those of double precision (reach,
/// priority and its parts, minutes) two; times are in RFC 3339.
///
/// # Errors
///
/// [`Error::WriteRows`] when the stream fails; [`Error::ColumnType`] or [`Error::Time`], with
/// nothing written, when a column cannot be shown as text.
pub fn write_rows(table: &DataFrame, format: RowFormat, out: &mut dyn Write) -> Result<(), Error> {
    let mut writer = RowWriter::new(format, out);
    writer.write(table)?;
    writer.finish()
}

/// Writes ranked posts to a stream, chunk by chunk, with the columns of `posts.csv` in their order.
pub struct PostStream<'a>(RowWriter<'a>);

impl<'a> PostStream<'a> {
    /// Begins a stream.
    pub fn new(format: RowFormat, out: &'a mut dyn Write) -> Self {
        Self(RowWriter::new(format, out))
    }

    /// Writes the posts of a chunk. CSV gets its header with the first, which may be empty.
    ///
    /// # Errors
    ///
    /// Those of [`write_rows`], and [`Error::MissingColumn`] when the table is not one of ranked
    /// posts.
    pub fn write(&mut self, ranked: &DataFrame) -> Result<(), Error> {
        self.0.write(&posts::posts(ranked)?)
    }

    /// Hands on what is still in memory.
    ///
    /// # Errors
    ///
    /// [`Error::WriteRows`].
    pub fn finish(self) -> Result<(), Error> {
        self.0.finish()
    }
}

/// Tables of the same columns, one after the other.
struct RowWriter<'a> {
    format: RowFormat,
    out: BufWriter<&'a mut dyn Write>,
    has_begun: bool,
}

impl<'a> RowWriter<'a> {
    fn new(format: RowFormat, out: &'a mut dyn Write) -> Self {
        Self {
            format,
            out: BufWriter::new(out),
            has_begun: false,
        }
    }

    fn write(&mut self, table: &DataFrame) -> Result<(), Error> {
        let table = Table::new(table)?;
        let is_first = !std::mem::replace(&mut self.has_begun, true);
        match self.format {
            RowFormat::Csv if is_first => csv::write(&table, &mut self.out),
            RowFormat::Csv => csv::write_rows(&table, &mut self.out),
            RowFormat::Ndjson => ndjson::write(&table, &mut self.out),
        }
        .map_err(|source| Error::WriteRows { source })
    }

    fn finish(mut self) -> Result<(), Error> {
        self.out
            .flush()
            .map_err(|source| Error::WriteRows { source })
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use polars::prelude::*;

    use super::*;

    #[test]
    fn both_formats() {
        let table = df!("id" => ["1"], "priority" => [12.5_f64]).unwrap();
        for (format, expected) in [
            (RowFormat::Csv, "id,priority\n1,12.50\n"),
            (RowFormat::Ndjson, "{\"id\":\"1\",\"priority\":12.50}\n"),
        ] {
            let mut out = Vec::new();
            write_rows(&table, format, &mut out).unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
    }

    #[test]
    fn a_reader_that_goes_away_is_told_by_its_kind() {
        struct Closed;
        impl Write for Closed {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let table = df!("id" => ["1"]).unwrap();
        for format in [RowFormat::Csv, RowFormat::Ndjson] {
            let error = write_rows(&table, format, &mut Closed).unwrap_err();
            assert!(
                matches!(&error, Error::WriteRows { source } if source.kind() == io::ErrorKind::BrokenPipe),
                "{error:?}"
            );
        }
    }
}
