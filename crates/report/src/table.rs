//! A table whose cells can be written as text: every type checked once, before a file is opened.

use std::fmt;

use jiff::Timestamp;
use polars::prelude::*;

use crate::{
    error::Error,
    posts::{booleans, integers, numbers, texts, times},
};

/// Columns that are ready to be written.
pub(crate) struct Table {
    columns: Vec<(String, Cells)>,
    height: usize,
}

enum Cells {
    Text(StringChunked),
    Boolean(BooleanChunked),
    Integer(Int64Chunked),
    Number {
        values: Float64Chunked,
        decimals: usize,
    },
    Time(Int64Chunked),
}

/// One value.
pub(crate) enum Cell<'a> {
    Missing,
    Text(&'a str),
    Boolean(bool),
    Integer(i64),
    Number { value: f64, decimals: usize },
    Time(Timestamp),
}

impl Table {
    pub(crate) fn new(table: &DataFrame) -> Result<Self, Error> {
        let columns = table
            .columns()
            .iter()
            .map(|column| {
                let name = column.name().as_str();
                Ok((name.to_owned(), Cells::new(table, name, column.dtype())?))
            })
            .collect::<Result<_, Error>>()?;
        Ok(Self {
            columns,
            height: table.height(),
        })
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|(name, _)| name.as_str())
    }

    /// The rows, top to bottom, each with its cells in the order of [`names`](Self::names).
    pub(crate) fn rows(&self) -> impl Iterator<Item = impl Iterator<Item = Cell<'_>>> {
        (0..self.height).map(|row| self.columns.iter().map(move |(_, cells)| cells.get(row)))
    }
}

impl Cells {
    fn new(table: &DataFrame, name: &str, dtype: &DataType) -> Result<Self, Error> {
        Ok(match dtype {
            DataType::Boolean => Self::Boolean(booleans(table, name)?),
            DataType::Datetime(..) => Self::Time(checked_times(table, name)?),
            // What a model gives is of single precision and between 0 and 1, so that differences
            // in the sixth decimal are noise; what is derived from it is of double precision and
            // on a scale that people read.
            DataType::Float32 => Self::Number {
                values: numbers(table, name)?,
                decimals: 6,
            },
            DataType::Float64 => Self::Number {
                values: numbers(table, name)?,
                decimals: 2,
            },
            dtype if dtype.is_integer() => Self::Integer(integers(table, name)?),
            _ => Self::Text(texts(table, name)?),
        })
    }

    fn get(&self, row: usize) -> Cell<'_> {
        let cell = match self {
            Self::Text(values) => values.get(row).map(Cell::Text),
            Self::Boolean(values) => values.get(row).map(Cell::Boolean),
            Self::Integer(values) => values.get(row).map(Cell::Integer),
            Self::Number { values, decimals } => values.get(row).map(|value| Cell::Number {
                value,
                decimals: *decimals,
            }),
            // Checked by `checked_times`.
            Self::Time(values) => values
                .get(row)
                .and_then(|value| Timestamp::from_microsecond(value).ok())
                .map(Cell::Time),
        };
        cell.unwrap_or(Cell::Missing)
    }
}

/// A column of times that all are dates of the calendar.
fn checked_times(table: &DataFrame, name: &str) -> Result<Int64Chunked, Error> {
    let values = times(table, name)?;
    let extremes = values.min().into_iter().chain(values.max());
    if extremes
        .into_iter()
        .any(|value| Timestamp::from_microsecond(value).is_err())
    {
        return Err(Error::Time {
            column: name.to_owned(),
        });
    }
    Ok(values)
}

impl fmt::Display for Cell<'_> {
    /// Nothing where the value is missing; times in RFC 3339.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => Ok(()),
            Self::Text(value) => f.write_str(value),
            Self::Boolean(value) => value.fmt(f),
            Self::Integer(value) => value.fmt(f),
            Self::Number { value, decimals } => write!(f, "{value:.decimals$}"),
            Self::Time(value) => value.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(column: Column) -> Result<Vec<String>, Error> {
        let table = DataFrame::new(column.len(), vec![column]).unwrap();
        let table = Table::new(&table)?;
        Ok(table
            .rows()
            .flatten()
            .map(|cell| cell.to_string())
            .collect())
    }

    #[test]
    fn every_type_has_one_way_to_be_written() {
        let time = |values: &[i64]| {
            Column::new("t".into(), values)
                .cast(&DataType::Datetime(TimeUnit::Microseconds, None))
                .unwrap()
        };
        let cases = [
            (Column::new("t".into(), [Some("a\nb"), None]), ["a\nb", ""]),
            (Column::new("t".into(), [Some(true), None]), ["true", ""]),
            (Column::new("t".into(), [Some(-7_i32), None]), ["-7", ""]),
            (
                Column::new("t".into(), [Some(0.123_456_78_f32), None]),
                ["0.123457", ""],
            ),
            (
                Column::new("t".into(), [Some(79.996_f64), None]),
                ["80.00", ""],
            ),
            (
                time(&[1_772_563_320_000_000, 1_772_563_320_250_000]),
                ["2026-03-03T18:42:00Z", "2026-03-03T18:42:00.25Z"],
            ),
            (Column::full_null("t".into(), 2, &DataType::Null), ["", ""]),
        ];
        for (column, expected) in cases {
            assert_eq!(shown(column).unwrap(), expected);
        }
    }

    #[test]
    fn impossible_times_are_refused() {
        let column = Column::new("t".into(), [0, i64::MAX])
            .cast(&DataType::Datetime(TimeUnit::Microseconds, None))
            .unwrap();
        assert!(matches!(shown(column), Err(Error::Time { column }) if column == "t"));
    }
}
