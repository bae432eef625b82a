//! From the rows of a table to its columns.

use polars::prelude::{Column, NamedFrom, Series};

/// A column with a value of each row.
pub(super) fn column<'a, R, T>(name: &str, rows: &'a [R], value: impl FnMut(&'a R) -> T) -> Column
where
    Series: NamedFrom<Vec<T>, [T]>,
    Vec<T>: AsRef<[T]>,
{
    let values: Vec<T> = rows.iter().map(value).collect();
    Column::new(name.into(), values)
}
