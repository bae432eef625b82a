//! Who answered whom, and how: conversations over all posts of an export.
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
//!
//! Where neither the export nor [`ConversationOptions::company`] tells which posts are the
//! company's, accounts that answer as companies do are taken for it, and a [`Notice`] says so.
//! `docs/conversations.md` has the rules, and how often they err.

mod accounts;
mod answers;
mod companies;
mod handles;
mod history;
mod key;
mod ledger;
mod links;
mod mentioned;
mod recipients;
mod reply_kind;
mod signature;

use polars::prelude::{
    Column as Values, DataFrame, NamedFrom, PolarsResult, Series, polars_ensure,
};

pub use reply_kind::ReplyKind;

use crate::notice::{Notice, NoticeKind};
use crate::schema::Column;
use crate::time;
use answers::Answers;
use companies::{Addressed, Companies};
use history::{EarlierContacts, Side};
use key::Key;
use ledger::{Ledger, Row};
use links::Links;
use recipients::Recipients;

/// Whether the company answered a customer post: Boolean, nullable.
///
/// Null for company posts and where it cannot be known: when the export holds no company posts
/// or nothing that links posts, when a reply listed in `reply_ids` is not in the export, or when
/// times are missing that would decide.
pub const ANSWERED: &str = "answered";
/// Minutes from a customer post to its first answer: Float64, null where there is none or one of
/// the two times is unknown.
pub const FIRST_RESPONSE_MINUTES: &str = "first_response_minutes";
/// The handle of the account that gave a customer post its first answer, without `@`: String,
/// null where there is none.
pub const ANSWERED_BY: &str = "answered_by";
/// What the first answer to a customer post does, and what a company post does itself: String, a
/// name of [`ReplyKind`], null where there is no answer or its wording fits no kind.
pub const REPLY_KIND: &str = "reply_kind";
/// Who wrote last in the conversation of a customer post: String, `customer` or `company`. Null
/// for company posts, without a conversation or company posts in the export, and where times do
/// not tell.
pub const LAST_BY: &str = "last_by";
/// How many posts the author of a customer post wrote to the same company in the 30 days before
/// it: `UInt32`. Null for company posts, and where author, time or company is unknown.
pub const REPEAT_CONTACT: &str = "repeat_contact";
/// The company that a customer post is to, or that wrote a company post: String, the handle that
/// the company goes by, without `@`. Null where it is unknown.
pub const COMPANY_NAME: &str = "company";
/// The handle of a known company that a customer post mentions, without `@`: String, null where
/// there is none. One of the company that answered is preferred, and of these the one that did.
pub const ADDRESSED: &str = "addressed";
/// Whether another account of the same company answered a customer post than the one that it
/// mentions: Boolean, null without an answer or a mention of the company that gave it.
pub const WRONG_HANDLE: &str = "wrong_handle";
/// The name or initials with which a company post is signed, as written: String, null for
/// customer posts and where there is no signature.
pub const AGENT: &str = "agent";

/// How conversations are told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConversationOptions {
    /// Handles of the company, with or without `@`, in any case. With one or more of them, no
    /// other account is taken for a company.
    pub company: Vec<String>,
}

/// What the posts of an export say of one another.
#[derive(Debug)]
pub struct Conversations {
    options: ConversationOptions,
    ledger: Ledger,
}

impl Conversations {
    /// Begins with no posts.
    pub fn new(options: ConversationOptions) -> Self {
        Self {
            ledger: Ledger::new(options.company.is_empty()),
            options,
        }
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
        let mut notices = Vec::new();
        let handles = ledger.infer_company(&links);
        if !handles.is_empty() {
            notices.push(Notice {
                file: None,
                kind: NoticeKind::InferredCompany { handles },
            });
        }
        ledger.settle_accounts();

        let answers = Answers::find(&ledger, &links, has_links);
        drop(links);
        let mentioned = std::mem::take(&mut ledger.mentioned);
        let companies = Companies::new(&ledger.accounts, &self.options.company, &mentioned);
        drop(mentioned);
        let recipients = Recipients::find(&ledger, &answers, &companies);
        ledger.mentions = Vec::new();
        let contacts = EarlierContacts::count(&ledger, &recipients);
        let last_sides = if ledger.is_by_company.contains(&true) {
            history::last_sides(&ledger)
        } else {
            vec![None; ledger.len()]
        };
        ledger.ids = Vec::new();
        Annotations {
            ledger,
            answers,
            companies,
            recipients,
            contacts,
            last_sides,
            notices,
        }
    }
}

/// What is known of each post from the others.
#[derive(Debug)]
pub struct Annotations {
    ledger: Ledger,
    answers: Answers,
    companies: Companies,
    recipients: Recipients,
    contacts: EarlierContacts,
    last_sides: Vec<Option<Side>>,
    notices: Vec<Notice>,
}

impl Annotations {
    /// Adds the columns to a chunk whose first post is number `first_row`, counted from 0, of all
    /// posts added, and fills in `conversation_id` and `direction`.
    ///
    /// # Errors
    /// When a canonical column is missing or of another type, or when the chunk reaches beyond
    /// the posts added.
    pub fn annotate(&self, mut posts: DataFrame, first_row: usize) -> PolarsResult<DataFrame> {
        let end = first_row.saturating_add(posts.height());
        polars_ensure!(
            end <= self.ledger.len(),
            OutOfBounds: "posts up to number {end} of {}", self.ledger.len()
        );
        let rows: Vec<Row> = (first_row..end).filter_map(Row::new).collect();
        let ids = posts.column(Column::Id.name())?.str()?;
        let texts = posts.column(Column::Text.name())?.str()?;
        let texts: Vec<&str> = texts.iter().map(Option::unwrap_or_default).collect();

        let conversations: Vec<Option<String>> = rows
            .iter()
            .zip(ids.iter())
            .map(|(row, id)| self.conversation(*row, id.unwrap_or_default()))
            .collect();
        let (addressed, is_wrong): (Vec<Option<&str>>, Vec<Option<bool>>) = rows
            .iter()
            .zip(&texts)
            .map(|(row, text)| self.addressed(*row, text))
            .map(|addressed| match addressed {
                Some(addressed) => (Some(addressed.handle), addressed.is_wrong),
                None => (None, None),
            })
            .unzip();
        let agents: Vec<Option<&str>> = rows
            .iter()
            .zip(&texts)
            .map(|(row, text)| {
                let is_company = self.ledger.is_by_company(*row);
                is_company.then(|| signature::agent(text)).flatten()
            })
            .collect();

        let added = [
            Series::new(Column::ConversationId.name().into(), conversations),
            column(Column::Direction.name(), &rows, |row| {
                Some(self.side(row).name())
            }),
            column(ANSWERED, &rows, |row| self.answered(row)),
            column(FIRST_RESPONSE_MINUTES, &rows, |row| self.minutes(row)),
            column(ANSWERED_BY, &rows, |row| self.answered_by(row)),
            column(REPLY_KIND, &rows, |row| Some(self.reply_kind(row)?.name())),
            column(LAST_BY, &rows, |row| Some(self.last_by(row)?.name())),
            column(REPEAT_CONTACT, &rows, |row| self.contacts.get(row)),
            Series::new(ADDRESSED.into(), addressed),
            Series::new(WRONG_HANDLE.into(), is_wrong),
            Series::new(AGENT.into(), agents),
            column(COMPANY_NAME, &rows, |row| {
                self.companies.name(self.recipients.get(row)?)
            }),
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

    fn side(&self, row: Row) -> Side {
        if self.ledger.is_by_company(row) {
            Side::Company
        } else {
            Side::Customer
        }
    }

    fn conversation(&self, row: Row, id: &str) -> Option<String> {
        let key = self.ledger.conversation(row)?;
        let name = self.ledger.names.get(key);
        name.or_else(|| (key == Key::new(id)).then(|| id.to_owned()))
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

    fn answered_by(&self, row: Row) -> Option<&str> {
        let answer = self.answers.first[row.index()]?;
        self.ledger.accounts.handle(self.ledger.author(answer)?)
    }

    fn addressed<'a>(&self, row: Row, text: &'a str) -> Option<Addressed<'a>> {
        if self.ledger.is_by_company(row) {
            return None;
        }
        self.companies.addressed(text, self.answered_by(row))
    }

    fn reply_kind(&self, row: Row) -> Option<ReplyKind> {
        let reply = match self.side(row) {
            Side::Company => row,
            Side::Customer => self.answers.first[row.index()]?,
        };
        self.ledger.kinds[reply.index()]
    }

    fn last_by(&self, row: Row) -> Option<Side> {
        let last = self.last_sides[row.index()]?;
        (self.side(row) == Side::Customer).then_some(last)
    }
}

/// A column with a value for each row.
fn column<T>(name: &str, rows: &[Row], value: impl Fn(Row) -> Option<T>) -> Series
where
    Series: NamedFrom<Vec<Option<T>>, [Option<T>]>,
{
    let values: Vec<Option<T>> = rows.iter().map(|row| value(*row)).collect();
    Series::new(name.into(), values)
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
