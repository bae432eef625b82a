//! The tables of a report, one a file.

mod agents;
mod bucket;
mod column;
mod companies;
mod conversations;
mod equity;
#[cfg(test)]
mod fixture;
mod handles;
pub(crate) mod posts;
pub(crate) mod queue;
pub(crate) mod rejects;
mod spec;
mod spellings;
pub(crate) mod summary;
pub(crate) mod top;
mod topics;
mod trend;

use polars::prelude::DataFrame;

pub use spec::{Field, FinishedTable, Kind, TableSpec};

use crate::{error::Error, settings::Settings};

/// The tables that are made from all ranked posts, in the order of their sheets.
///
/// No table keeps the texts of posts, so that an export can be larger than memory.
pub struct Tables(Vec<Box<dyn Accumulate>>);

/// A table that is made from all ranked posts, which come in chunks of any size. What it comes to
/// does not depend on how the posts are divided into chunks.
trait Accumulate {
    /// What the table holds.
    fn spec(&self) -> &'static TableSpec;

    /// Adds the next posts, in the order of the input.
    fn add(&mut self, ranked: &DataFrame) -> Result<(), Error>;

    /// The rows, in the order in which people read them.
    fn finish(self: Box<Self>) -> Result<DataFrame, Error>;
}

impl Tables {
    /// Tables of no posts yet.
    pub fn new(settings: &Settings) -> Self {
        Self(vec![
            Box::new(companies::Companies::new(settings)),
            Box::new(handles::Handles::new(settings)),
            Box::new(agents::Agents::new(settings)),
            Box::new(conversations::Conversations::new(settings)),
            Box::new(topics::Topics::new(settings)),
            Box::new(trend::Trend::new(settings)),
            Box::new(equity::Equity::new(settings)),
        ])
    }

    /// What the tables hold, in their order.
    pub(crate) fn specs(&self) -> Vec<&'static TableSpec> {
        self.0.iter().map(|table| table.spec()).collect()
    }

    /// Adds the next posts.
    ///
    /// # Errors
    ///
    /// [`Error::MissingColumn`] or [`Error::ColumnType`] when the table is not one of ranked posts.
    pub fn add(&mut self, ranked: &DataFrame) -> Result<(), Error> {
        self.0.iter_mut().try_for_each(|table| table.add(ranked))
    }

    /// The tables.
    ///
    /// # Errors
    ///
    /// [`Error::Table`].
    pub fn finish(self) -> Result<Vec<FinishedTable>, Error> {
        let finished = self.0.into_iter().map(|table| {
            let spec = table.spec();
            FinishedTable::new(spec, &table.finish()?)
        });
        finished.collect()
    }
}

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
