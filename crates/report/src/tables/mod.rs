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
mod partitions;
pub(crate) mod posts;
pub(crate) mod queue;
pub(crate) mod rejects;
mod sorted_lines;
mod spec;
mod spellings;
pub(crate) mod summary;
pub(crate) mod top;
mod topics;
mod trend;

use std::path::Path;

use polars::prelude::DataFrame;

pub(crate) use sorted_lines::SortedLines;
pub use spec::{Field, FinishedTable, Kind, TableSpec};

use self::partitions::Partitions;
use crate::{error::Error, settings::Settings};

/// The tables that are made from all ranked posts.
///
/// No table keeps the texts of posts, so that an export can be larger than memory; what is known of
/// each post of a conversation waits on disk.
pub struct Tables {
    of_posts: Vec<Box<dyn Accumulate>>,
    of_conversations: Partitions,
    agents: agents::Agents,
    conversations: conversations::Conversations,
}

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
    /// Tables of no posts yet. What does not fit into memory will wait in this folder.
    pub fn new(settings: &Settings, folder: &Path) -> Self {
        Self {
            of_posts: vec![
                Box::new(companies::Companies::new(settings)),
                Box::new(handles::Handles::new(settings)),
                Box::new(topics::Topics::new(settings)),
                Box::new(trend::Trend::new(settings)),
                // The largest comes last, when there is room.
                Box::new(equity::Equity::new(settings)),
            ],
            of_conversations: Partitions::new(folder),
            agents: agents::Agents::default(),
            conversations: conversations::Conversations::new(folder),
        }
    }

    /// What the tables hold, in the order of their sheets.
    pub(crate) fn specs() -> [&'static TableSpec; 7] {
        [
            &companies::SPEC,
            &handles::SPEC,
            &agents::SPEC,
            &conversations::SPEC,
            &topics::SPEC,
            &trend::SPEC,
            &equity::SPEC,
        ]
    }

    /// Adds the next posts.
    ///
    /// # Errors
    ///
    /// [`Error::MissingColumn`] or [`Error::ColumnType`] when the table is not one of ranked posts;
    /// [`Error::WriteFile`] when there is no room on disk.
    pub fn add(&mut self, ranked: &DataFrame) -> Result<(), Error> {
        self.of_conversations.add(ranked)?;
        self.of_posts
            .iter_mut()
            .try_for_each(|table| table.add(ranked))
    }

    /// The tables, in the order of their sheets.
    ///
    /// # Errors
    ///
    /// [`Error::Table`] or [`Error::WriteFile`].
    pub fn finish(self) -> Result<Vec<FinishedTable>, Error> {
        let (mut agents, mut conversations) = (self.agents, self.conversations);
        self.of_conversations.each(|posts| {
            agents.add(posts)?;
            conversations.add(posts)
        })?;
        let mut finished = vec![
            FinishedTable::new(&agents::SPEC, &agents.finish()?)?,
            conversations.finish()?,
        ];
        for table in self.of_posts {
            finished.push(FinishedTable::new(table.spec(), &table.finish()?)?);
        }
        let place = |table: &FinishedTable| {
            let mut specs = Self::specs().into_iter();
            specs.position(|spec| spec.name == table.spec.name)
        };
        finished.sort_by_key(place);
        Ok(finished)
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
