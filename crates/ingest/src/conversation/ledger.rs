//! What is kept of each post: numbers only, so that ten million posts fit in memory.

use std::collections::HashSet;
use std::num::NonZeroU32;

use polars::prelude::{DataFrame, DataType, PolarsResult, polars_ensure};

use super::accounts::Accounts;
use super::handles::{self, Company};
use super::key::{Key, Names};
use super::links::Links;
use super::mentioned::Mentioned;
use super::reply_kind::ReplyKind;
use super::signature;
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

/// Whether a post reads as written by an agent.
fn is_formulaic(text: &str, kind: Option<ReplyKind>) -> bool {
    matches!(
        kind,
        Some(ReplyKind::PrivateMessage | ReplyKind::Deflection | ReplyKind::Apology)
    ) || signature::agent(text).is_some()
}

/// The posts, a column each for what is known of them.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    /// Whether company posts may have to be told by how they read.
    may_infer: bool,
    pub(super) ids: Vec<Key>,
    /// The ids of the posts replied to, which need not be in the export.
    pub(super) parents: Vec<Option<Key>>,
    pub(super) conversations: Vec<Option<Key>>,
    pub(super) authors: Vec<Option<Key>>,
    moments: Vec<i64>,
    pub(super) is_by_company: Vec<bool>,
    /// Whether the post replies to another, in the export or not.
    pub(super) is_reply: Vec<bool>,
    /// The companies behind the first handles that the post mentions.
    pub(super) mentions: Vec<[Option<Company>; 2]>,
    /// How often posts that no company is known to have written mention each handle.
    pub(super) mentioned: Mentioned,
    /// What the post does if it is a company's reply.
    pub(super) kinds: Vec<Option<ReplyKind>>,
    /// Whether the post reads as written by an agent.
    pub(super) is_formulaic: Vec<bool>,
    pub(super) accounts: Accounts,
    pub(super) reply_lists: Vec<ReplyList>,
    /// The listed replies: the post replied to, and the id of the reply.
    pub(super) listed: Vec<(Row, Key)>,
    /// Texts of all ids by which a conversation may be called.
    pub(super) names: Names,
}

impl Ledger {
    /// An empty ledger, which takes down what shows companies if it `may_infer` them.
    pub(super) fn new(may_infer: bool) -> Self {
        Self {
            may_infer,
            ..Self::default()
        }
    }

    pub(super) fn len(&self) -> usize {
        self.is_by_company.len()
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

    pub(super) fn mentions(&self, row: Row) -> impl Iterator<Item = Company> {
        self.mentions[row.index()].into_iter().flatten()
    }

    pub(super) fn is_by_company(&self, row: Row) -> bool {
        self.is_by_company[row.index()]
    }

    /// Takes down a chunk.
    pub(super) fn add(&mut self, posts: &DataFrame) -> PolarsResult<()> {
        self.add_links(posts)?;
        self.add_texts(posts)
    }

    fn add_links(&mut self, posts: &DataFrame) -> PolarsResult<()> {
        let fits = Row::new(self.len() + posts.height()).is_some();
        polars_ensure!(fits, ComputeError: "more than {} posts", u32::MAX - 1);

        let text = |column: Column| posts.column(column.name())?.str();
        let moments = posts
            .column(Column::CreatedAt.name())?
            .cast(&DataType::Int64)?;
        let (ids, parents) = (text(Column::Id)?, text(Column::InReplyToId)?);
        let (conversations, replies) = (text(Column::ConversationId)?, text(Column::ReplyIds)?);
        for ((id, parent), (conversation, list)) in ids
            .iter()
            .zip(parents.iter())
            .zip(conversations.iter().zip(replies.iter()))
        {
            let id = id.unwrap_or_default();
            if let Some(row) = Row::new(self.ids.len()) {
                let replies = list.iter().flat_map(|list| list.split(','));
                let replies = replies.filter(|reply| !reply.is_empty()).map(Key::new);
                self.listed.extend(replies.map(|reply| (row, reply)));
            }
            // An id gives its name to a conversation by a reply that names it, or by its own list.
            self.ids.push(match list {
                None | Some("") => Key::new(id),
                Some(_) => self.names.keep(id),
            });
            self.reply_lists.push(match list {
                None => ReplyList::Missing,
                Some(_) => ReplyList::Complete,
            });
            self.is_reply.push(parent.is_some());
            let mut keep = |id| self.names.keep(id);
            self.parents.push(parent.map(&mut keep));
            self.conversations.push(conversation.map(keep));
        }
        let moments = moments.i64()?.iter();
        self.moments
            .extend(moments.map(|moment| moment.unwrap_or(UNKNOWN)));
        Ok(())
    }

    fn add_texts(&mut self, posts: &DataFrame) -> PolarsResult<()> {
        let text = |column: Column| posts.column(column.name())?.str();
        let (ids, names) = (text(Column::AuthorId)?, text(Column::AuthorName)?);
        let (texts, directions) = (text(Column::Text)?, text(Column::Direction)?);
        for ((id, name), (text, direction)) in ids
            .iter()
            .zip(names.iter())
            .zip(texts.iter().zip(directions.iter()))
        {
            let text = text.unwrap_or_default();
            let author = id.or(name).map(Key::new);
            let is_by_company = direction == Some(schema::COMPANY);
            // Only an account can turn out to be a company's.
            let may_be_company = is_by_company || (self.may_infer && author.is_some());
            let (kind, is_formulaic) = if may_be_company {
                let kind = ReplyKind::of(text);
                (kind, is_formulaic(text, kind))
            } else {
                (None, false)
            };
            if let (Some(author), Some(handle)) = (author, name.or(id))
                && (is_by_company || is_formulaic)
            {
                self.accounts.remember(author, handle);
            }
            let mut mentions = handles::mentions(text).map(|handle| {
                // A company mentions its customers, whose handles need not be kept.
                if !is_by_company {
                    self.mentioned.add(handle);
                }
                Company::of(handle)
            });
            self.authors.push(author);
            self.is_by_company.push(is_by_company);
            self.mentions.push([mentions.next(), mentions.next()]);
            self.kinds.push(kind);
            self.is_formulaic.push(is_formulaic);
        }
        Ok(())
    }

    /// Finds the company's posts where nothing tells them; gives the handles that are taken for
    /// the company's.
    pub(super) fn infer_company(&mut self, links: &Links) -> Vec<String> {
        if !self.may_infer || self.is_by_company.contains(&true) {
            return Vec::new();
        }
        let accounts = std::mem::take(&mut self.accounts);
        let handles = accounts.infer(self, links);
        self.accounts = accounts;
        handles
    }

    /// Forgets the accounts that wrote no company post, and what told them apart.
    pub(super) fn settle_accounts(&mut self) {
        let of_company = self.rows().filter(|row| self.is_by_company(*row));
        let authors: HashSet<Key> = of_company.filter_map(|row| self.author(row)).collect();
        self.accounts.keep(&authors);
        self.is_formulaic = Vec::new();
        self.is_reply = Vec::new();
    }

    /// Whether anything in the export links posts.
    pub(super) fn has_links(&self) -> bool {
        self.reply_lists.contains(&ReplyList::Complete)
            || self.conversations.iter().any(Option::is_some)
            || self.parents.iter().any(Option::is_some)
    }
}
