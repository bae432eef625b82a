//! `conversations.csv`: how each conversation stands.

mod course;
mod state;

use std::path::Path;

use polars::prelude::*;
use uproar_ingest::{conversation::ReplyKind, interner::Interner};

use self::{
    course::{Course, Event, Post},
    state::State,
};
use super::{
    column::column,
    partitions::NUMBER,
    sorted_lines::LineRuns,
    spec::{Field, FinishedTable, Kind, TableSpec},
};
use crate::{
    band::Band,
    columns, csv,
    error::Error,
    posts::{Answers, integers, texts, times},
    table::Table,
    workbook::MOST_ROWS,
};

/// The table.
pub(crate) const SPEC: TableSpec = TableSpec {
    name: "conversations",
    title: "Conversations",
    purpose: "How each conversation with a customer stands; those that need attention first: by state, in \
              the order in which the states are listed, then by band, then by the rank of the top post, then as they begin in the export.",
    fields: &[
        Field {
            name: "conversation_id",
            kind: Kind::Id,
            meaning: "The id that the posts of the conversation share.",
        },
        Field {
            name: "company",
            kind: Kind::Label,
            meaning: "The company that its posts are to or by; of several, that of the first post in the export.",
        },
        Field {
            name: "customer",
            kind: Kind::Label,
            meaning: "The author of the customers' first post.",
        },
        Field {
            name: "state",
            kind: Kind::Label,
            meaning: "The first that fits of: `unanswered`, a post of the band `now`, `today` or `later` has no answer; \
                      `quiet`, no post has an answer, and those with scores need none; `worse`, the customer's last post, \
                      written after the company spoke, has a higher anger level than the first, or the same \
                      one and turned negative; `better`, it has a lower anger level and is not negative, \
                      or the same one and turned positive; `deflected`, the company last sent the customer elsewhere; \
                      `resolved`, the company last said what was, will be or should be done; `answered`, \
                      any other. Empty where it is unknown whether the company answered, or whether an unanswered post \
                      needs an answer, as none has scores. Listed in the \
                      order: unanswered, empty, worse, deflected, answered, resolved, better, quiet.",
        },
        Field {
            name: "band",
            kind: Kind::Band,
            meaning: "The most pressing band of its posts that wait for an answer, else of all its posts.",
        },
        Field {
            name: "customer_posts",
            kind: Kind::Count,
            meaning: "Posts of customers.",
        },
        Field {
            name: "company_posts",
            kind: Kind::Count,
            meaning: "Posts of the company.",
        },
        Field {
            name: "first_at",
            kind: Kind::Time,
            meaning: "When its first post was published.",
        },
        Field {
            name: "last_at",
            kind: Kind::Time,
            meaning: "When its last post was published.",
        },
        Field {
            name: "urgency_level",
            kind: Kind::Count,
            meaning: "The highest urgency level of its posts.",
        },
        Field {
            name: "anger_level",
            kind: Kind::Count,
            meaning: "The highest anger level of its posts.",
        },
        Field {
            name: "anger_first",
            kind: Kind::Count,
            meaning: "The anger level of the customer's first post with scores.",
        },
        Field {
            name: "anger_last",
            kind: Kind::Count,
            meaning: "The anger level of the same customer's last post with scores; empty where there is only one.",
        },
        Field {
            name: "first_response_minutes",
            kind: Kind::Minutes,
            meaning: "Minutes from the customers' first post to its first answer.",
        },
        Field {
            name: "last_step",
            kind: Kind::Label,
            meaning: "The last of what the company did: `dm`, `deflect`, `ask` or `resolve`.",
        },
        Field {
            name: "repeat_contact",
            kind: Kind::Count,
            meaning: "The most earlier posts to the company in 30 days that an author of the conversation had written.",
        },
        Field {
            name: "top_post",
            kind: Kind::Id,
            meaning: "The id of the post with the best rank, of those that wait for an answer, else of all.",
        },
    ],
};

/// The table as it is made. Keeps nothing of most conversations: their lines wait on disk.
#[derive(Debug)]
pub(crate) struct Conversations {
    lines: LineRuns,
    /// The first rows so far, and what orders them.
    first: DataFrame,
    first_keys: Vec<u128>,
}

/// Some conversations. Keeps some 500 bytes of each.
#[derive(Debug, Default)]
struct Part {
    ids: Interner,
    authors: Interner,
    /// Of authors and companies.
    names: Interner,
    /// By the place of the id.
    conversations: Vec<Conversation>,
    posts: Vec<Post>,
}

/// What is known of one conversation whatever the order of its posts.
#[derive(Debug, Default)]
struct Conversation {
    /// The number of its first post in the input.
    number: u32,
    company: Option<u32>,
    customer_posts: u32,
    company_posts: u32,
    is_answered: bool,
    is_unanswered: bool,
    /// Whether a post with something to do is unanswered.
    is_open: bool,
    /// The most pressing band; that of a waiting post (`false`) comes before that of another (`true`).
    pressing: Option<(bool, Band)>,
    urgency_level: Option<u8>,
    anger_level: Option<u8>,
    repeat_contact: Option<u32>,
    /// The best rank, in the same order, and the id of its post.
    top: Option<(bool, u32, Box<str>)>,
}

impl Conversation {
    fn band(&self) -> Option<Band> {
        self.pressing.map(|(_, band)| band)
    }
}

impl Conversations {
    /// No conversations yet, and later files in this folder.
    pub(super) fn new(folder: &Path) -> Self {
        Self {
            lines: LineRuns::new(folder),
            first: DataFrame::empty(),
            first_keys: Vec::new(),
        }
    }

    /// Adds all posts of some conversations.
    pub(super) fn add(&mut self, posts: &DataFrame) -> Result<(), Error> {
        let mut part = Part::default();
        part.add(posts)?;
        let rows = part.rows();
        let keys: Vec<u128> = rows.iter().map(Row::key).collect();
        let table = part.table(&rows)?;
        let lines = Table::new(&table)?;
        self.lines.add(&keys, csv::lines(&lines))?;
        self.keep_first(&keys, &table)
    }

    /// Keeps the first of these rows and of those so far.
    fn keep_first(&mut self, keys: &[u128], rows: &DataFrame) -> Result<(), Error> {
        let rows = rows.head(Some(MOST_ROWS));
        self.first_keys.extend(keys.iter().take(MOST_ROWS));
        if self.first.width() == 0 {
            self.first = rows;
        } else {
            self.first.vstack_mut(&rows)?;
        }
        let mut order: Vec<(u128, IdxSize)> = self.first_keys.iter().copied().zip(0..).collect();
        order.sort_unstable();
        order.truncate(MOST_ROWS);
        let (keys, order) = order.into_iter().unzip();
        self.first_keys = keys;
        self.first = self
            .first
            .take(&IdxCa::from_vec(PlSmallStr::EMPTY, order))?;
        self.first.rechunk_mut();
        Ok(())
    }

    /// The table: the first rows, and the lines of all.
    pub(super) fn finish(self) -> Result<FinishedTable, Error> {
        let first = match self.first.width() {
            0 => Part::default().table(&[])?,
            _ => self.first,
        };
        Ok(FinishedTable {
            count: self.lines.count(),
            lines: Some(self.lines.finish()?),
            ..FinishedTable::new(&SPEC, &first)?
        })
    }
}

impl Part {
    /// The conversation of an id, with its place; a new one begins with the post of this number.
    fn conversation(&mut self, id: &str, number: u32) -> (u32, &mut Conversation) {
        let place = self.ids.place(id);
        let index = place as usize;
        if self.conversations.len() <= index {
            self.conversations.push(Conversation {
                number,
                ..Conversation::default()
            });
        }
        (place, &mut self.conversations[index])
    }

    /// Adds the posts, in the order of the input.
    fn add(&mut self, ranked: &DataFrame) -> Result<(), Error> {
        let numbers = integers(ranked, NUMBER)?;
        let ids = texts(ranked, columns::ID)?;
        let direction = texts(ranked, columns::DIRECTION)?;
        let conversations = texts(ranked, columns::CONVERSATION_ID)?;
        let companies = texts(ranked, columns::COMPANY_NAME)?;
        let author_ids = texts(ranked, columns::AUTHOR_ID)?;
        let author_names = texts(ranked, columns::AUTHOR_NAME)?;
        let moments = times(ranked, columns::CREATED_AT)?;
        let answers = Answers::read(ranked)?;
        let kinds = texts(ranked, columns::REPLY_KIND)?;
        let contacts = integers(ranked, columns::REPEAT_CONTACT)?;
        let bands = texts(ranked, columns::BAND)?;
        let ranks = integers(ranked, columns::RANK)?;
        let anger = integers(ranked, columns::ANGER_LEVEL)?;
        let urgency = integers(ranked, columns::URGENCY_LEVEL)?;
        let sentiments = texts(ranked, columns::SENTIMENT)?;
        let level = |levels: &Int64Chunked, row| levels.get(row).and_then(|it| it.try_into().ok());
        for row in 0..ranked.height() {
            let Some(id) = conversations.get(row) else {
                continue;
            };
            let company = companies.get(row).map(|name| self.names.place(name));
            let author_name = author_names.get(row);
            let author = author_ids.get(row).or(author_name);
            let author = author.map(|author| self.authors.place(author));
            let name = author_name.map(|name| self.names.place(name));
            let number = numbers.get(row).unwrap_or_default() as u32;
            let (place, conversation) = self.conversation(id, number);
            let is_by_company = direction.get(row) == Some(columns::COMPANY);
            let event = if is_by_company {
                conversation.company_posts += 1;
                Event::company(kinds.get(row))
            } else {
                conversation.customer_posts += 1;
                let band = bands.get(row).and_then(band);
                let answered = answers.answered.get(row);
                conversation.is_answered |= answered == Some(true);
                // Of a post without scores nobody knows whether it needs an answer.
                conversation.is_unanswered |= answered == Some(false) && band.is_some();
                let is_waiting = answered != Some(true) && band.is_some_and(|it| it != Band::None);
                conversation.is_open |= is_waiting && answered == Some(false);
                let pressing = band.map(|band| (!is_waiting, band));
                conversation.pressing = [conversation.pressing, pressing]
                    .into_iter()
                    .flatten()
                    .min();
                let anger_level: Option<u8> = level(&anger, row);
                conversation.anger_level = conversation.anger_level.max(anger_level);
                let urgency_level = level(&urgency, row);
                conversation.urgency_level = conversation.urgency_level.max(urgency_level);
                let contacts = contacts.get(row).and_then(|count| count.try_into().ok());
                conversation.repeat_contact = conversation.repeat_contact.max(contacts);
                let rank: Option<u32> = ranks.get(row).and_then(|rank| rank.try_into().ok());
                if let Some(rank) = rank
                    && conversation
                        .top
                        .as_ref()
                        .is_none_or(|top| (!is_waiting, rank) < (top.0, top.1))
                {
                    let id = ids.get(row).unwrap_or_default();
                    conversation.top = Some((!is_waiting, rank, id.into()));
                }
                Event::customer(author, name, anger_level, sentiments.get(row))
            };
            conversation.company = conversation.company.or(company);
            self.posts.push(Post::new(
                place,
                number,
                moments.get(row),
                answers.first_response_minutes.get(row),
                event,
            ));
        }
        Ok(())
    }

    /// The conversations with a customer's post, in the order in which people read them.
    fn rows(&mut self) -> Vec<Row> {
        self.posts.sort_unstable_by_key(Post::order);
        let of_one = |a: &Post, b: &Post| a.conversation == b.conversation;
        let mut rows: Vec<Row> = Vec::new();
        for posts in self.posts.chunk_by(of_one) {
            let Some(first) = posts.first() else {
                continue;
            };
            let facts = self.conversations.get_mut(first.conversation as usize);
            let Some(facts) = facts.filter(|facts| facts.customer_posts > 0) else {
                continue;
            };
            let course = Course::of(posts);
            rows.push(Row {
                state: State::of(facts, &course),
                id: first.conversation,
                facts: std::mem::take(facts),
                course,
            });
        }
        rows.sort_by_key(Row::key);
        rows
    }
}

/// One conversation with a customer's post.
struct Row {
    id: u32,
    state: Option<State>,
    facts: Conversation,
    course: Course,
}

impl Row {
    /// What orders the rows: state, band and rank. What is equal stays in the order of the input.
    fn key(&self) -> u128 {
        let state = u128::from(State::place(self.state));
        let band = self.facts.band().unwrap_or(Band::None) as u128;
        let rank = self.facts.top.as_ref().map_or(u32::MAX, |top| top.1);
        state << 72 | band << 64 | u128::from(rank) << 32 | u128::from(self.facts.number)
    }
}

impl Part {
    fn table(&self, rows: &[Row]) -> Result<DataFrame, Error> {
        let count = |name, count: fn(&Row) -> u32| column(name, rows, count);
        let level = |name, level: fn(&Row) -> Option<u8>| {
            column(name, rows, |row| level(row).map(u32::from))
        };
        let time = |name, moment: fn(&Row) -> Option<i64>| {
            let dtype = DataType::Datetime(TimeUnit::Microseconds, None);
            column(name, rows, moment).cast(&dtype)
        };
        let columns = vec![
            column("conversation_id", rows, |row| self.ids.get(row.id)),
            column("company", rows, |row| {
                Some(self.names.get(row.facts.company?))
            }),
            column("customer", rows, |row| {
                Some(self.names.get(row.course.customer?))
            }),
            column("state", rows, |row| row.state.map(State::name)),
            column("band", rows, |row| row.facts.band().map(Band::name)),
            count("customer_posts", |row| row.facts.customer_posts),
            count("company_posts", |row| row.facts.company_posts),
            time("first_at", |row| row.course.first_at)?,
            time("last_at", |row| row.course.last_at)?,
            level("urgency_level", |row| row.facts.urgency_level),
            level("anger_level", |row| row.facts.anger_level),
            level("anger_first", |row| Some(row.course.first?.anger_level)),
            level("anger_last", |row| Some(row.course.last?.anger_level)),
            column("first_response_minutes", rows, |row| {
                row.course.first_response_minutes
            }),
            column("last_step", rows, |row| {
                row.course.step.map(ReplyKind::name)
            }),
            column("repeat_contact", rows, |row| row.facts.repeat_contact),
            column("top_post", rows, |row| {
                row.facts.top.as_ref().map(|(.., id)| id.as_ref())
            }),
        ];
        Ok(DataFrame::new(rows.len(), columns)?)
    }
}

fn band(name: &str) -> Option<Band> {
    Band::ALL.into_iter().find(|band| band.name() == name)
}

#[cfg(test)]
mod tests;
