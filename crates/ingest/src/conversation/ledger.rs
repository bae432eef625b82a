//! What is kept of each post: numbers only, so that ten million posts fit in memory.

use std::num::NonZeroU32;

use polars::prelude::{DataFrame, DataType, PolarsResult, polars_ensure};

use super::key::{Key, Names};
use crate::schema::{self, Column};

/// The place of a post among all posts; an `Option` of it takes four bytes as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Row(NonZeroU32);

impl Row {
    /// The row of this index; none beyond the four billion that can be counted.
    pub(super) fn new(index: usize) -> Option<Self> {
        let number = u32::try_from(index).ok()?.checked_add(1)?;
        NonZeroU32::new(number).map(Self)
    }

    pub(super) const fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// Time of a post whose time is unknown; sorts before all others.
const UNKNOWN: i64 = i64::MIN;

/// What the export says of the replies to a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReplyList {
    /// Nothing.
    Missing,
    /// It lists them, and all of them are posts of the export as far as was looked.
    Complete,
    /// It lists them, and some are not in the export.
    Incomplete,
}

/// The posts, a column each for what is known of them.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    pub(super) ids: Vec<Key>,
    /// The ids of the posts replied to, which need not be in the export.
    pub(super) parents: Vec<Option<Key>>,
    pub(super) conversations: Vec<Option<Key>>,
    pub(super) authors: Vec<Option<Key>>,
    moments: Vec<i64>,
    pub(super) is_by_company: Vec<bool>,
    pub(super) reply_lists: Vec<ReplyList>,
    /// The listed replies: the post replied to, and the id of the reply.
    pub(super) listed: Vec<(Row, Key)>,
    /// Texts of all ids by which a conversation may be called.
    pub(super) names: Names,
}

impl Ledger {
    pub(super) fn len(&self) -> usize {
        self.ids.len()
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = Row> + use<> {
        (0..self.len()).map_while(Row::new)
    }

    /// Microseconds since 1970.
    pub(super) fn moment(&self, row: Row) -> Option<i64> {
        Some(self.moments[row.index()]).filter(|moment| *moment != UNKNOWN)
    }

    /// By time, unknown ones first; posts of one moment by id.
    pub(super) fn order(&self, row: Row) -> (Option<i64>, Key) {
        (self.moment(row), self.ids[row.index()])
    }

    pub(super) fn author(&self, row: Row) -> Option<Key> {
        self.authors[row.index()]
    }

    pub(super) fn conversation(&self, row: Row) -> Option<Key> {
        self.conversations[row.index()]
    }

    pub(super) fn is_by_company(&self, row: Row) -> bool {
        self.is_by_company[row.index()]
    }

    /// Takes down a chunk.
    pub(super) fn add(&mut self, posts: &DataFrame) -> PolarsResult<()> {
        let fits = Row::new(self.len() + posts.height()).is_some();
        polars_ensure!(fits, ComputeError: "more than {} posts", u32::MAX - 1);

        let text = |column: Column| posts.column(column.name())?.str();
        let moments = posts
            .column(Column::CreatedAt.name())?
            .cast(&DataType::Int64)?;
        let (ids, parents) = (text(Column::Id)?, text(Column::InReplyToId)?);
        let (conversations, replies) = (text(Column::ConversationId)?, text(Column::ReplyIds)?);
        let (author_ids, names) = (text(Column::AuthorId)?, text(Column::AuthorName)?);
        let directions = text(Column::Direction)?;
        for ((id, parent), (conversation, list)) in ids
            .iter()
            .zip(parents.iter())
            .zip(conversations.iter().zip(replies.iter()))
        {
            let id = id.unwrap_or_default();
            if let Some(row) = Row::new(self.len()) {
                let replies = list.iter().flat_map(|list| list.split(','));
                let replies = replies.filter(|reply| !reply.is_empty()).map(Key::new);
                self.listed.extend(replies.map(|reply| (row, reply)));
            }
            // Who names a post without listed replies is itself a post with the text of the id.
            self.ids.push(match list {
                None | Some("") => Key::new(id),
                Some(_) => self.names.keep(id),
            });
            self.reply_lists.push(match list {
                None => ReplyList::Missing,
                Some(_) => ReplyList::Complete,
            });
            let mut keep = |id| self.names.keep(id);
            self.parents.push(parent.map(&mut keep));
            self.conversations.push(conversation.map(keep));
        }
        let authors = author_ids.iter().zip(names.iter());
        self.authors
            .extend(authors.map(|(id, name)| id.or(name).map(Key::new)));
        let moments = moments.i64()?.iter();
        self.moments
            .extend(moments.map(|moment| moment.unwrap_or(UNKNOWN)));
        let directions = directions.iter();
        self.is_by_company
            .extend(directions.map(|direction| direction == Some(schema::COMPANY)));
        Ok(())
    }

    /// Whether anything in the export links posts.
    pub(super) fn has_links(&self) -> bool {
        self.reply_lists.contains(&ReplyList::Complete)
            || self.conversations.iter().any(Option::is_some)
            || self.parents.iter().any(Option::is_some)
    }
}
