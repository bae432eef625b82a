//! `posts.csv` and `posts.parquet`: every post, with everything known about it.

use std::{io, path::Path};

use polars::{
    io::parquet::write::BatchedWriter,
    prelude::{DataFrame, ParquetWriter},
};

use super::spec::{Field, Kind, TableSpec};
use crate::{
    atomic::{CompleteFile, StagedFile, StagedHandle},
    columns, csv,
    error::Error,
    table::Table,
};

/// Posts of a row group in Parquet: enough to compress well, few enough to hold in memory.
pub(crate) const GROUP_ROWS: usize = 32_768;

/// The table, with the columns first that people look at first. What else the posts have, such as
/// the model's logits, follows.
pub(crate) const SPEC: TableSpec = TableSpec {
    name: "posts",
    title: "Posts",
    purpose: "Every post of the export, with everything that is known about it.",
    fields: &[
        Field {
            name: columns::ID,
            kind: Kind::Id,
            meaning: "The post's id; made from file and row (`Tweets:17`) where the export has none.",
        },
        Field {
            name: columns::TEXT,
            kind: Kind::Text,
            meaning: "The post as it was written.",
        },
        Field {
            name: columns::AUTHOR_NAME,
            kind: Kind::Label,
            meaning: "The author's handle, or display name where there is no handle.",
        },
        Field {
            name: columns::FOLLOWERS,
            kind: Kind::Count,
            meaning: "The author's followers at the time of the export.",
        },
        Field {
            name: columns::CREATED_AT,
            kind: Kind::Time,
            meaning: "When the post was written.",
        },
        Field {
            name: columns::ANGER,
            kind: Kind::Score,
            meaning: "How angry the author is at the company or its product.",
        },
        Field {
            name: columns::URGENCY,
            kind: Kind::Score,
            meaning: "How soon someone must act so that the author is not harmed further.",
        },
        Field {
            name: columns::ANGER_LEVEL,
            kind: Kind::Count,
            meaning: "`anger` as a level: 0 none, 1 irritated, 2 angry, 3 furious.",
        },
        Field {
            name: columns::URGENCY_LEVEL,
            kind: Kind::Count,
            meaning: "`urgency` as a level: 0 nobody waits, 1 can wait for days, 2 today, 3 now.",
        },
        Field {
            name: columns::NEGATIVE,
            kind: Kind::Score,
            meaning: "Probability that the post is negative as a whole.",
        },
        Field {
            name: columns::NEUTRAL,
            kind: Kind::Score,
            meaning: "Probability that the post is neutral, mixed or a plain question.",
        },
        Field {
            name: columns::POSITIVE,
            kind: Kind::Score,
            meaning: "Probability that the post is positive as a whole.",
        },
        Field {
            name: columns::SENTIMENT,
            kind: Kind::Label,
            meaning: "The most probable of `negative`, `neutral` and `positive`.",
        },
        Field {
            name: columns::ACTIONABLE,
            kind: Kind::Score,
            meaning: "Probability that a reply or an act by the company would be useful to the author.",
        },
        Field {
            name: columns::TRIED_BEFORE,
            kind: Kind::Score,
            meaning: "Probability that the author says that earlier contact or fixes failed or went unanswered.",
        },
        Field {
            name: columns::CHURN,
            kind: Kind::Score,
            meaning: "Probability that the author leaves, threatens to, or urges others to.",
        },
        Field {
            name: columns::REACH,
            kind: Kind::Number,
            meaning: "How many people the post can reach, 0 to 100, on a logarithmic scale; empty where the audience is not known.",
        },
        Field {
            name: columns::PRIORITY,
            kind: Kind::Number,
            meaning: "How much the post needs an answer, 0 to 100. Empty for the company's posts and those without scores, as are the columns that follow from it.",
        },
        Field {
            name: columns::RANK,
            kind: Kind::Count,
            meaning: "The place by `priority` among all customers' posts with scores; 1 is first.",
        },
        Field {
            name: columns::RANK_WITHOUT_REACH,
            kind: Kind::Count,
            meaning: "The place that the post would have if all authors had the same audience.",
        },
        Field {
            name: columns::WHY,
            kind: Kind::Text,
            meaning: "Why the post stands where it stands, in words. A wait is counted to the newest post of the export, not to today.",
        },
        Field {
            name: columns::BAND,
            kind: Kind::Band,
            meaning: "When someone should act: `now`, `today`, `later` or `none`.",
        },
        Field {
            name: columns::IS_ACTIONABLE,
            kind: Kind::Flag,
            meaning: "Whether `actionable` passes the model's threshold.",
        },
        Field {
            name: columns::IS_TRIED_BEFORE,
            kind: Kind::Flag,
            meaning: "Whether `tried_before` passes the model's threshold.",
        },
        Field {
            name: columns::IS_CHURN,
            kind: Kind::Flag,
            meaning: "Whether `churn` passes the model's threshold.",
        },
        Field {
            name: columns::FROM_URGENCY,
            kind: Kind::Number,
            meaning: "The points of `priority` that come from `urgency`.",
        },
        Field {
            name: columns::FROM_ANGER,
            kind: Kind::Number,
            meaning: "The points of `priority` that come from `anger`.",
        },
        Field {
            name: columns::FROM_ACTIONABLE,
            kind: Kind::Number,
            meaning: "The points of `priority` that come from `actionable`.",
        },
        Field {
            name: columns::FROM_TRIED_BEFORE,
            kind: Kind::Number,
            meaning: "The points of `priority` that come from `tried_before`.",
        },
        Field {
            name: columns::FROM_CHURN,
            kind: Kind::Number,
            meaning: "The points of `priority` that come from `churn`.",
        },
        Field {
            name: columns::FROM_REACH,
            kind: Kind::Number,
            meaning: "The points of `priority` that come from `reach`.",
        },
        Field {
            name: columns::DIRECTION,
            kind: Kind::Label,
            meaning: "Who wrote the post: `customer` or `company`.",
        },
        Field {
            name: columns::ANSWERED,
            kind: Kind::Flag,
            meaning: "Whether the company answered the post; empty where that cannot be known, and for the company's posts.",
        },
        Field {
            name: columns::FIRST_RESPONSE_MINUTES,
            kind: Kind::Minutes,
            meaning: "From the post to the company's first answer.",
        },
        Field {
            name: columns::ANSWERED_BY,
            kind: Kind::Label,
            meaning: "The handle of the account that gave the first answer.",
        },
        Field {
            name: columns::REPLY_KIND,
            kind: Kind::Label,
            meaning: "What the first answer does; for a company's post, what it does itself: `dm`, `deflect`, `ask`, `resolve`, `apology` or `thanks`.",
        },
        Field {
            name: columns::LAST_BY,
            kind: Kind::Label,
            meaning: "Who wrote last in the conversation: `customer` or `company`.",
        },
        Field {
            name: columns::REPEAT_CONTACT,
            kind: Kind::Count,
            meaning: "How many posts the author wrote to the same company in the 30 days before.",
        },
        Field {
            name: columns::COMPANY_NAME,
            kind: Kind::Label,
            meaning: "The company that the post is to, or that wrote it: the best known of its handles, without `@`.",
        },
        Field {
            name: columns::ADDRESSED,
            kind: Kind::Label,
            meaning: "The handle of the company that the post mentions.",
        },
        Field {
            name: columns::WRONG_HANDLE,
            kind: Kind::Flag,
            meaning: "Whether another account answered than the one mentioned.",
        },
        Field {
            name: columns::AGENT,
            kind: Kind::Label,
            meaning: "The name or initials with which a company's post is signed.",
        },
        Field {
            name: columns::TOPIC,
            kind: Kind::Label,
            meaning: "What the post is about, in words of posts like it; empty for the company's posts and where nobody needs to act.",
        },
        Field {
            name: columns::COPIES,
            kind: Kind::Count,
            meaning: "How many posts of the export say the same, this one included; empty for the company's posts.",
        },
        Field {
            name: columns::LANGUAGE,
            kind: Kind::Label,
            meaning: "The code of the language that the post is taken to be written in, such as `en`; empty where it cannot be told.",
        },
        Field {
            name: columns::NOT_SCORED,
            kind: Kind::Label,
            meaning: "Why the model did not score the post: `language`. Empty for posts that it scored.",
        },
        Field {
            name: columns::AUTHOR_ID,
            kind: Kind::Id,
            meaning: "The author's id on the platform.",
        },
        Field {
            name: columns::VERIFIED,
            kind: Kind::Flag,
            meaning: "Whether the author's account carries a verification badge.",
        },
        Field {
            name: columns::IN_REPLY_TO_ID,
            kind: Kind::Id,
            meaning: "The id of the post that this one replies to.",
        },
        Field {
            name: columns::CONVERSATION_ID,
            kind: Kind::Id,
            meaning: "The id that the posts of a conversation share.",
        },
        Field {
            name: columns::LIKES,
            kind: Kind::Count,
            meaning: "Likes or favourites.",
        },
        Field {
            name: columns::REPOSTS,
            kind: Kind::Count,
            meaning: "Reposts, retweets, boosts or shares.",
        },
        Field {
            name: columns::REPLIES,
            kind: Kind::Count,
            meaning: "Replies or comments.",
        },
        Field {
            name: columns::QUOTES,
            kind: Kind::Count,
            meaning: "Posts that quote this one.",
        },
        Field {
            name: columns::VIEWS,
            kind: Kind::Count,
            meaning: "Views or impressions.",
        },
        Field {
            name: columns::LANG,
            kind: Kind::Label,
            meaning: "The language as the export names it.",
        },
        Field {
            name: columns::SOURCE,
            kind: Kind::Label,
            meaning: "The platform, or the program that the post was written with.",
        },
    ],
};

/// All posts, in the order of the input.
pub(crate) fn posts(ranked: &DataFrame) -> Result<DataFrame, Error> {
    let others = ranked
        .columns()
        .iter()
        .map(|column| column.name().as_str())
        .filter(|name| SPEC.field(name).is_none());
    let names: Vec<_> = SPEC.names().into_iter().chain(others).collect();
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
