//! The tables of a report, one a file.

mod bucket;
pub(crate) mod posts;
pub(crate) mod queue;
pub(crate) mod rejects;
pub(crate) mod summary;

use polars::prelude::DataFrame;

use crate::error::Error;

/// The table's columns of these names, in this order.
fn select(table: &DataFrame, names: &[&str]) -> Result<DataFrame, Error> {
    for name in names {
        if table.column(name).is_err() {
            return Err(Error::MissingColumn {
                column: (*name).to_owned(),
            });
        }
    }
    Ok(table.select(names.iter().copied())?)
}
