//! `posts.csv` and `posts.parquet`: every post, with everything known about it.

use std::{io, path::Path};

use polars::{
    io::parquet::write::BatchedWriter,
    prelude::{DataFrame, ParquetWriter},
};

use crate::{
    atomic::{CompleteFile, StagedFile, StagedHandle},
    columns, csv,
    error::Error,
    table::Table,
};

/// Posts of a row group in Parquet: enough to compress well, few enough to hold in memory.
pub(crate) const GROUP_ROWS: usize = 32_768;

/// The columns, those that people look at first. What else the table holds, such as the model's
/// logits, follows.
const COLUMNS: [&str; 57] = [
    columns::ID,
    columns::TEXT,
    columns::AUTHOR_NAME,
    columns::FOLLOWERS,
    columns::CREATED_AT,
    columns::ANGER,
    columns::URGENCY,
    columns::ANGER_LEVEL,
    columns::URGENCY_LEVEL,
    columns::NEGATIVE,
    columns::NEUTRAL,
    columns::POSITIVE,
    columns::SENTIMENT,
    columns::ACTIONABLE,
    columns::TRIED_BEFORE,
    columns::CHURN,
    columns::REACH,
    columns::PRIORITY,
    columns::RANK,
    columns::RANK_WITHOUT_REACH,
    columns::WHY,
    columns::BAND,
    columns::IS_ACTIONABLE,
    columns::IS_TRIED_BEFORE,
    columns::IS_CHURN,
    columns::FROM_URGENCY,
    columns::FROM_ANGER,
    columns::FROM_ACTIONABLE,
    columns::FROM_TRIED_BEFORE,
    columns::FROM_CHURN,
    columns::FROM_REACH,
    columns::DIRECTION,
    columns::ANSWERED,
    columns::FIRST_RESPONSE_MINUTES,
    columns::ANSWERED_BY,
    columns::REPLY_KIND,
    columns::LAST_BY,
    columns::REPEAT_CONTACT,
    columns::COMPANY_NAME,
    columns::ADDRESSED,
    columns::WRONG_HANDLE,
    columns::AGENT,
    columns::TOPIC,
    columns::COPIES,
    columns::LANGUAGE,
    columns::NOT_SCORED,
    columns::AUTHOR_ID,
    columns::VERIFIED,
    columns::IN_REPLY_TO_ID,
    columns::CONVERSATION_ID,
    columns::LIKES,
    columns::REPOSTS,
    columns::REPLIES,
    columns::QUOTES,
    columns::VIEWS,
    columns::LANG,
    columns::SOURCE,
];

/// The columns of every report's posts.
pub(crate) fn columns() -> impl Iterator<Item = &'static str> {
    COLUMNS.into_iter()
}

/// All posts, in the order of the input.
pub(crate) fn posts(ranked: &DataFrame) -> Result<DataFrame, Error> {
    let others = ranked
        .columns()
        .iter()
        .map(|column| column.name().as_str())
        .filter(|name| !COLUMNS.contains(name));
    let names: Vec<_> = COLUMNS.into_iter().chain(others).collect();
    super::select(ranked, &names)
}

/// `posts.csv` and `posts.parquet` as they are written, chunk by chunk. The bytes do not depend on
/// how the posts are divided into chunks.
pub struct PostsWriter {
    csv: StagedFile,
    parquet: StagedFile,
    groups: Option<BatchedWriter<StagedHandle>>,
    /// Posts that do not fill a row group yet.
    pending: DataFrame,
}

impl PostsWriter {
    pub(crate) fn create(csv: &Path, parquet: &Path, staging: &Path) -> Result<Self, Error> {
        Ok(Self {
            csv: StagedFile::create(csv, staging)?,
            parquet: StagedFile::create(parquet, staging)?,
            groups: None,
            pending: DataFrame::empty(),
        })
    }

    /// Writes the next posts. The columns are known from the first chunk, which may be empty.
    ///
    /// # Errors
    ///
    /// [`Error::WriteFile`]; [`Error::MissingColumn`], [`Error::ColumnType`] or [`Error::Time`] when
    /// the table is not one of ranked posts.
    pub fn write(&mut self, ranked: &DataFrame) -> Result<(), Error> {
        let posts = posts(ranked)?;
        let table = Table::new(&posts)?;
        let written = if self.groups.is_none() {
            let handle = self.parquet.handle()?;
            self.groups = Some(ParquetWriter::new(handle).batched(posts.schema())?);
            self.pending = posts;
            csv::write(&table, &mut self.csv)
        } else {
            self.pending.vstack_mut(&posts)?;
            csv::write_rows(&table, &mut self.csv)
        };
        written.map_err(|source| self.csv.error(source))?;
        while self.pending.height() >= GROUP_ROWS {
            let rest = self.pending.slice(GROUP_ROWS as i64, usize::MAX);
            self.write_group(GROUP_ROWS)?;
            self.pending = rest;
        }
        Ok(())
    }

    /// Ends the files, which then wait to be [published](crate::OutputFolder::publish).
    ///
    /// # Errors
    ///
    /// [`Error::WriteFile`].
    pub fn finish(mut self) -> Result<[CompleteFile; 2], Error> {
        if self.pending.height() > 0 {
            self.write_group(self.pending.height())?;
        }
        if let Some(groups) = self.groups {
            groups
                .finish()
                .map_err(|error| self.parquet.error(io::Error::other(error)))?;
        }
        Ok([self.csv.complete()?, self.parquet.complete()?])
    }

    fn write_group(&mut self, rows: usize) -> Result<(), Error> {
        let mut group = self.pending.head(Some(rows));
        group.rechunk_mut();
        let Some(groups) = &mut self.groups else {
            return Ok(());
        };
        groups
            .write_batch(&group)
            .map_err(|error| self.parquet.error(io::Error::other(error)))
    }
}

#[cfg(test)]
mod tests {
    use polars::prelude::*;

    use super::*;
    use crate::{
        fixture::{Post, posts as fixture},
        rank::rank,
        settings::Settings,
    };

    #[test]
    fn other_columns_follow_in_their_order() {
        let mut table = rank(fixture(&[Post::default()]), &Settings::default()).unwrap();
        for name in ["logit_urgency", "logit_anger"] {
            table
                .with_column(Column::new(name.into(), [-1.5_f32]))
                .unwrap();
        }
        let posts = posts(&table).unwrap();
        let names: Vec<_> = posts
            .columns()
            .iter()
            .map(|column| column.name().as_str())
            .collect();
        assert!(names.starts_with(&["id", "text"]));
        assert!(names.ends_with(&["source", "logit_urgency", "logit_anger"]));
        assert_eq!(names.len(), table.width());
    }
}
