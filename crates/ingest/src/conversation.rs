//! Who answered whom: conversations, and the company's first response to each customer post.

use std::collections::HashMap;

use polars::prelude::{Column as Values, DataFrame, DataType, NamedFrom, PolarsResult, Series};

use crate::schema::{self, Column};
use crate::time;

/// Name of the column that [`annotate`] adds: Boolean, nullable.
pub const ANSWERED: &str = "answered";
/// Name of the column that [`annotate`] adds: Float64, nullable, in minutes.
pub const FIRST_RESPONSE_MINUTES: &str = "first_response_minutes";

/// Longest chain of company posts that is followed back to the customer it speaks to.
const LONGEST_CHAIN: usize = 64;

/// Adds [`ANSWERED`] and [`FIRST_RESPONSE_MINUTES`] to all posts of an export, and fills in
/// `conversation_id` where replies tell it.
///
/// A customer post is answered when a company post replies to it. Without such a reply it is
/// answered by a later company post of the same conversation, unless that one is known to speak
/// to another author. `answered` is null for company posts and where it cannot be known: when
/// the export holds no company posts or nothing that links posts, when a reply listed in
/// `reply_ids` is not in the export, or when times are missing that would decide.
///
/// `first_response_minutes` is the time to the earliest answer, where both times are known.
///
/// A post without `conversation_id` gets that of the post it replies to, and so on up to the
/// first post, whose id is the conversation's if none has one. The order of the rows does not
/// matter.
///
/// # Errors
/// When a canonical column is missing or of another type.
pub fn annotate(mut posts: DataFrame) -> PolarsResult<DataFrame> {
    let moments = posts
        .column(Column::CreatedAt.name())?
        .cast(&DataType::Int64)?;
    let moments: Vec<Option<i64>> = moments.i64()?.iter().collect();
    let table = Posts::new(&posts, &moments)?;
    let conversations = table.conversations();
    let answers = table.answers(&conversations);
    let (answered, minutes): (Vec<Option<bool>>, Vec<Option<f64>>) = answers.into_iter().unzip();

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

/// The posts by row, as far as conversations go.
struct Posts<'a> {
    ids: Vec<&'a str>,
    by_company: Vec<bool>,
    moments: &'a [Option<i64>],
    authors: Vec<Option<&'a str>>,
    given: Vec<Option<&'a str>>,
    replies: Vec<Option<&'a str>>,
    /// The id of the post replied to, which need not be in the export.
    parents: Vec<Option<&'a str>>,
    rows: HashMap<&'a str, usize>,
}

/// Answered or not, and after how many minutes.
type Answer = (Option<bool>, Option<f64>);

impl<'a> Posts<'a> {
    fn new(posts: &'a DataFrame, moments: &'a [Option<i64>]) -> PolarsResult<Self> {
        let text = |column: Column| -> PolarsResult<Vec<Option<&'a str>>> {
            Ok(posts.column(column.name())?.str()?.iter().collect())
        };
        let ids: Vec<&str> = text(Column::Id)?
            .into_iter()
            .map(Option::unwrap_or_default)
            .collect();
        let rows: HashMap<&str, usize> = ids.iter().copied().zip(0..).collect();
        let authors = text(Column::AuthorId)?
            .into_iter()
            .zip(text(Column::AuthorName)?)
            .map(|(id, name)| id.or(name))
            .collect();
        let replies = text(Column::ReplyIds)?;
        let mut parents = text(Column::InReplyToId)?;
        // A list of replies is the same link from the other end. Where two posts claim a reply,
        // the smaller id has it, whatever the order of the rows.
        let mut claims: HashMap<usize, &str> = HashMap::new();
        for (row, list) in replies.iter().enumerate() {
            for reply in list.iter().flat_map(|list| list.split(',')) {
                if let Some(&reply) = rows.get(reply) {
                    let claim = claims.entry(reply).or_insert(ids[row]);
                    *claim = ids[row].min(*claim);
                }
            }
        }
        for (row, parent) in parents.iter_mut().enumerate() {
            *parent = parent.or_else(|| claims.get(&row).copied());
        }
        let by_company = text(Column::Direction)?
            .into_iter()
            .map(|direction| direction == Some(schema::COMPANY))
            .collect();
        let given = text(Column::ConversationId)?;
        Ok(Self {
            ids,
            by_company,
            moments,
            authors,
            given,
            replies,
            parents,
            rows,
        })
    }

    /// Whether anything in the export links posts.
    fn has_links(&self) -> bool {
        self.given
            .iter()
            .chain(&self.replies)
            .chain(&self.parents)
            .any(Option::is_some)
    }

    /// The row of the post that `row` replies to, if it is in the export.
    fn parent(&self, row: usize) -> Option<usize> {
        self.rows.get(self.parents[row]?).copied()
    }

    /// The conversation of each post.
    fn conversations(&self) -> Vec<Option<&'a str>> {
        if !self.has_links() {
            return self.given.clone();
        }
        let mut found: Vec<Option<&str>> = self.given.clone();
        // Where each row stands on the path being walked, to see a circle of replies.
        let mut step_of: HashMap<usize, usize> = HashMap::new();
        for start in 0..self.ids.len() {
            let mut path = Vec::new();
            step_of.clear();
            let mut row = start;
            let conversation = loop {
                if let Some(known) = found[row] {
                    break known;
                }
                if let Some(&step) = step_of.get(&row) {
                    let circle = path[step..].iter().map(|row: &usize| self.ids[*row]);
                    break circle.min().unwrap_or(self.ids[row]);
                }
                step_of.insert(row, path.len());
                path.push(row);
                match (self.parent(row), self.parents[row]) {
                    (Some(parent), _) => row = parent,
                    (None, Some(absent)) => break absent,
                    (None, None) => break self.ids[row],
                }
            };
            for row in path {
                found[row] = Some(conversation);
            }
        }
        found
    }

    fn answers(&self, conversations: &[Option<&str>]) -> Vec<Answer> {
        let is_known = self.has_links() && self.by_company.contains(&true);
        let direct = self.direct_answers();
        let spoken = self.spoken(conversations);
        (0..self.ids.len())
            .map(|row| {
                if self.by_company[row] {
                    return (None, None);
                }
                if let Some(replies) = direct.get(&row) {
                    return (Some(true), self.first_response(row, replies));
                }
                let later = conversations[row].map_or(Later::Never, |conversation| {
                    self.later(row, conversation, &spoken)
                });
                match later {
                    Later::At(moment) => (Some(true), self.minutes(row, Some(moment))),
                    Later::Unknown => (None, None),
                    Later::Never => (self.unanswered(row, is_known), None),
                }
            })
            .collect()
    }

    /// Per customer post, the company posts that reply to it.
    fn direct_answers(&self) -> HashMap<usize, Vec<usize>> {
        let mut answers: HashMap<usize, Vec<usize>> = HashMap::new();
        for row in (0..self.ids.len()).filter(|row| self.by_company[*row]) {
            if let Some(parent) = self.parent(row) {
                answers.entry(parent).or_default().push(row);
            }
        }
        for (row, list) in self.replies.iter().enumerate() {
            for reply in list.iter().flat_map(|list| list.split(',')) {
                if let Some(&reply) = self.rows.get(reply)
                    && self.by_company[reply]
                {
                    answers.entry(row).or_default().push(reply);
                }
            }
        }
        answers
    }

    /// Minutes to the earliest reply. A reply that seems older than the post tells no time.
    fn first_response(&self, row: usize, replies: &[usize]) -> Option<f64> {
        let start = self.moments[row]?;
        let moments = replies.iter().filter_map(|reply| self.moments[*reply]);
        self.minutes(row, moments.filter(|moment| *moment >= start).min())
    }

    fn minutes(&self, row: usize, end: Option<i64>) -> Option<f64> {
        Some(time::minutes_between(self.moments[row]?, end?))
    }

    /// What the lack of an answer means for a customer post.
    fn unanswered(&self, row: usize, is_known: bool) -> Option<bool> {
        match self.replies[row] {
            Some(list) => {
                let all_here = list
                    .split(',')
                    .all(|id| id.is_empty() || self.rows.contains_key(id));
                all_here.then_some(false)
            }
            None => is_known.then_some(false),
        }
    }

    /// When the company spoke in each conversation, by the author it is known to speak to.
    fn spoken<'b>(&'b self, conversations: &[Option<&'b str>]) -> Spoken<'b> {
        let mut spoken = Spoken::new();
        for row in (0..self.ids.len()).filter(|row| self.by_company[*row]) {
            if let Some(conversation) = conversations[row] {
                let moments = spoken
                    .entry((conversation, self.addressee(row)))
                    .or_default();
                moments.push(self.moments[row]);
            }
        }
        for moments in spoken.values_mut() {
            moments.sort_unstable();
        }
        spoken
    }

    /// The author that a company post speaks to: through its own posts up to a customer's.
    fn addressee(&self, row: usize) -> Option<&str> {
        std::iter::successors(self.parent(row), |row| self.parent(*row))
            .take(LONGEST_CHAIN)
            .find(|row| !self.by_company[*row])
            .and_then(|row| self.authors[row])
    }

    /// The first company post after `row` that may speak to its author.
    fn later(&self, row: usize, conversation: &str, spoken: &Spoken<'_>) -> Later {
        let author = self.authors[row];
        let to_author = author.and_then(|_| spoken.get(&(conversation, author)));
        let candidates: Vec<&Vec<Option<i64>>> = [spoken.get(&(conversation, None)), to_author]
            .into_iter()
            .flatten()
            .collect();
        let first = self.moments[row].and_then(|start| {
            candidates
                .iter()
                .filter_map(|moments| {
                    let after = moments.partition_point(|moment| *moment <= Some(start));
                    moments.get(after).copied().flatten()
                })
                .min()
        });
        match first {
            Some(moment) => Later::At(moment),
            // Unknown moments sort first.
            None if candidates
                .iter()
                .any(|moments| self.moments[row].is_none() || moments.first() == Some(&None)) =>
            {
                Later::Unknown
            }
            None => Later::Never,
        }
    }
}

/// The moments of company posts, sorted, by conversation and addressee.
type Spoken<'a> = HashMap<(&'a str, Option<&'a str>), Vec<Option<i64>>>;

/// The company's next word in a conversation.
enum Later {
    At(i64),
    Never,
    /// Times are missing that would tell.
    Unknown,
}

#[cfg(test)]
mod tests;
