//! Who answered whom: conversations, and the company's first response to each customer post.
//!
//! A conversation's posts may stand anywhere in the exports, so all posts are gone through twice:
//! [`Conversations`] takes down what each says of others, in about 50 bytes a post, and
//! [`Annotations`] adds the columns to the posts when they come again. Chunks may be of any size,
//! and the order of the posts does not matter for what is added to each.
//!
//! A customer post is answered when a company post replies to it. Without such a reply it is
//! answered by a later company post of the same conversation, unless that one is known to speak
//! to another author.
//!
//! A post without `conversation_id` gets that of the post it replies to, and so on up to the
//! first post, whose id is the conversation's if none has one.

mod answers;
mod key;
mod ledger;
mod links;

use polars::prelude::{
    Column as Values, DataFrame, NamedFrom, PolarsResult, Series, polars_ensure,
};

use crate::notice::Notice;
use crate::schema::Column;
use crate::time;
use answers::Answers;
use key::Key;
use ledger::{Ledger, Row};
use links::Links;

/// Whether the company answered a customer post: Boolean, nullable.
///
/// Null for company posts and where it cannot be known: when the export holds no company posts
/// or nothing that links posts, when a reply listed in `reply_ids` is not in the export, or when
/// times are missing that would decide.
pub const ANSWERED: &str = "answered";
/// Minutes from a customer post to its first answer: Float64, null where there is none or one of
/// the two times is unknown.
pub const FIRST_RESPONSE_MINUTES: &str = "first_response_minutes";

/// How conversations are told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConversationOptions {
    /// Handles of the company, with or without `@`, in any case.
    pub company: Vec<String>,
}

/// What the posts of an export say of one another.
#[derive(Debug, Default)]
pub struct Conversations {
    ledger: Ledger,
}

impl Conversations {
    /// Begins with no posts.
    pub fn new(_options: ConversationOptions) -> Self {
        Self::default()
    }

    /// Takes down the posts of a chunk.
    ///
    /// # Errors
    /// When a canonical column is missing or of another type, or at the four billionth post. What
    /// was added is worthless then.
    pub fn add(&mut self, posts: &DataFrame) -> PolarsResult<()> {
        self.ledger.add(posts)
    }

    /// Works out what the posts add up to.
    pub fn finish(self) -> Annotations {
        let mut ledger = self.ledger;
        let has_links = ledger.has_links();
        let links = Links::find(&mut ledger);
        let answers = Answers::find(&ledger, &links, has_links);
        Annotations {
            ledger,
            answers,
            notices: Vec::new(),
        }
    }
}

/// What is known of each post from the others.
#[derive(Debug)]
pub struct Annotations {
    ledger: Ledger,
    answers: Answers,
    notices: Vec<Notice>,
}

impl Annotations {
    /// Adds the columns to a chunk whose first post is number `first_row`, counted from 0, of all
    /// posts added, and fills in `conversation_id`.
    ///
    /// # Errors
    /// When a canonical column is missing or of another type, or when the chunk reaches beyond
    /// the posts added.
    pub fn annotate(&self, mut posts: DataFrame, first_row: usize) -> PolarsResult<DataFrame> {
        let rows = self.rows(first_row, posts.height())?;
        let ids = posts.column(Column::Id.name())?.str()?;
        let conversations: Vec<Option<String>> = rows
            .iter()
            .zip(ids.iter())
            .map(|(row, id)| self.conversation(*row, id.unwrap_or_default()))
            .collect();
        let answered: Vec<Option<bool>> = rows.iter().map(|row| self.answered(*row)).collect();
        let minutes: Vec<Option<f64>> = rows.iter().map(|row| self.minutes(*row)).collect();

        let added = [
            Series::new(Column::ConversationId.name().into(), conversations),
            Series::new(ANSWERED.into(), answered),
            Series::new(FIRST_RESPONSE_MINUTES.into(), minutes),
        ];
        for series in added {
            posts.with_column(Values::from(series))?;
        }
        Ok(posts)
    }

    /// Remarks about all posts together.
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    fn rows(&self, first: usize, count: usize) -> PolarsResult<Vec<Row>> {
        let end = first.saturating_add(count);
        polars_ensure!(
            end <= self.ledger.len(),
            OutOfBounds: "posts up to number {end} of {}", self.ledger.len()
        );
        Ok((first..end).filter_map(Row::new).collect())
    }

    fn conversation(&self, row: Row, id: &str) -> Option<String> {
        let key = self.ledger.conversation(row)?;
        self.ledger
            .names
            .get(key)
            .or_else(|| (key == Key::new(id)).then(|| id.to_owned()))
    }

    fn answered(&self, row: Row) -> Option<bool> {
        if self.answers.first[row.index()].is_some() {
            return Some(true);
        }
        self.answers.is_unanswered[row.index()].then_some(false)
    }

    /// An answer that seems older than the post tells no time.
    fn minutes(&self, row: Row) -> Option<f64> {
        let answer = self.answers.first[row.index()]?;
        let (start, end) = (self.ledger.moment(row)?, self.ledger.moment(answer)?);
        (end >= start).then(|| time::minutes_between(start, end))
    }
}

/// Annotates posts that are one frame.
///
/// # Errors
/// When a canonical column is missing or of another type.
pub fn annotate(posts: DataFrame) -> PolarsResult<DataFrame> {
    let mut conversations = Conversations::new(ConversationOptions::default());
    conversations.add(&posts)?;
    conversations.finish().annotate(posts, 0)
}

#[cfg(test)]
mod tests;
