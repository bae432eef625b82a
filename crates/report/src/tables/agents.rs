//! `agents.csv`: who answers, how, and what becomes of the customers' anger.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};

use polars::prelude::*;
use uproar_ingest::{conversation::ReplyKind, interner::Interner};

use super::{
    column::column,
    spec::{Field, Kind, TableSpec},
};
use crate::{
    columns,
    error::Error,
    posts::{integers, numbers, texts, times},
    quantile::median,
};

/// The table.
pub(crate) const SPEC: TableSpec = TableSpec {
    name: "agents",
    title: "Agents",
    purpose: "Who signs the company's replies, and what becomes of the customers' anger. For coaching, not \
              for rankings: the names are personal data of employees, agents do not choose whom they \
              answer, and what counts few posts is noise. By company, the agent with most replies first, \
              then by the signature.",
    fields: &[
        Field {
            name: "company",
            kind: Kind::Label,
            meaning: "The company that the agent answers for.",
        },
        Field {
            name: "agent",
            kind: Kind::Label,
            meaning: "The name or initials with which the replies are signed, as written; two people can share initials.",
        },
        Field {
            name: "replies",
            kind: Kind::Count,
            meaning: "Posts with this signature.",
        },
        Field {
            name: "dm",
            kind: Kind::Count,
            meaning: "Replies that move to private messages.",
        },
        Field {
            name: "deflect",
            kind: Kind::Count,
            meaning: "Replies that send the customer elsewhere.",
        },
        Field {
            name: "ask",
            kind: Kind::Count,
            meaning: "Replies that ask for something in public.",
        },
        Field {
            name: "resolve",
            kind: Kind::Count,
            meaning: "Replies that say what was, will be or should be done.",
        },
        Field {
            name: "apology",
            kind: Kind::Count,
            meaning: "Replies that are sorry, and no more.",
        },
        Field {
            name: "thanks",
            kind: Kind::Count,
            meaning: "Replies that return thanks or share joy.",
        },
        Field {
            name: "conversations",
            kind: Kind::Count,
            meaning: "Conversations with such a reply.",
        },
        Field {
            name: "first_answers",
            kind: Kind::Count,
            meaning: "Customers' posts that such a reply answered first, as far as times tell: of posts with a first response time, those at whose end only this agent replied in the conversation.",
        },
        Field {
            name: "median_first_response_minutes",
            kind: Kind::Minutes,
            meaning: "Minutes in which half of these first answers came.",
        },
        Field {
            name: "anger_pairs",
            kind: Kind::Count,
            meaning: "Customers' posts with a first answer whose author wrote again in the conversation after it, both posts with scores, and of an author's several posts with the same answer the last; the next three columns are of these, and say little when they are fewer than 30.",
        },
        Field {
            name: "anger_before",
            kind: Kind::Number,
            meaning: "Mean anger level (0 to 3) of the posts answered.",
        },
        Field {
            name: "anger_after",
            kind: Kind::Number,
            meaning: "Mean anger level of the same authors' next posts after the answer.",
        },
        Field {
            name: "anger_change",
            kind: Kind::Number,
            meaning: "After less before; below 0 when anger fell.",
        },
    ],
};

/// The table as it is made. Keeps 8 bytes a first answer.
#[derive(Debug, Default)]
pub(crate) struct Agents {
    names: Interner,
    /// The agents' places by company and signature.
    places: BTreeMap<(u32, u32), u32>,
    agents: Vec<Agent>,
}

/// Some conversations.
#[derive(Debug, Default)]
struct Part {
    conversations: Interner,
    authors: Interner,
    replies: Vec<Reply>,
    asked: Vec<Asked>,
}

/// What is known of one agent.
#[derive(Debug, Default)]
struct Agent {
    replies: u64,
    kinds: [u64; ReplyKind::ALL.len()],
    conversations: u64,
    first_responses: Vec<f64>,
    anger: Anger,
}

/// Anger levels before and after the answers, added up.
#[derive(Clone, Copy, Debug, Default)]
struct Anger {
    pairs: i64,
    before: i64,
    after: i64,
}

/// A signed reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Reply {
    conversation: u32,
    moment: i64,
    agent: u32,
}

/// A customer's post.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Asked {
    conversation: u32,
    author: Option<u32>,
    moment: i64,
    /// When its first answer came.
    answer: Option<i64>,
    anger: Option<u8>,
}

/// Microseconds of a minute.
const MINUTE: f64 = 60e6;

impl Agents {
    /// The place of an agent, which is new if the agent is.
    fn agent(&mut self, company: &str, signature: &str) -> u32 {
        let key = (self.names.place(company), self.names.place(signature));
        let next = self.agents.len() as u32;
        let place = *self.places.entry(key).or_insert(next);
        if place == next {
            self.agents.push(Agent::default());
        }
        place
    }

    /// Adds what the answers of each agent led to.
    fn follow_answers(&mut self, mut part: Part) {
        part.replies.sort_unstable();
        part.asked.sort_unstable();
        let writer = |post: &Asked| (post.conversation, post.author);
        for posts in part.asked.chunk_by(|a, b| writer(a) == writer(b)) {
            for (place, post) in posts.iter().enumerate() {
                let Some(answer) = post.answer else {
                    continue;
                };
                let agent = agent_of(&part.replies, post.conversation, answer);
                let Some(agent) = agent.and_then(|agent| self.agents.get_mut(agent as usize))
                else {
                    continue;
                };
                let minutes = (answer - post.moment) as f64 / MINUTE;
                agent.first_responses.push(minutes);
                let later = posts.get(place + 1..).unwrap_or_default();
                // Of several posts that one reply answers, the last one is what it answers to.
                if post.author.is_none() || later.first().is_some_and(|it| it.answer == post.answer)
                {
                    continue;
                }
                let next = later.iter().find(|later| later.moment > answer);
                if let (Some(before), Some(after)) = (post.anger, next.and_then(|it| it.anger)) {
                    agent.anger.pairs += 1;
                    agent.anger.before += i64::from(before);
                    agent.anger.after += i64::from(after);
                }
            }
        }
    }
}

/// The agent who replied in a conversation at a moment, unless several did.
fn agent_of(replies: &[Reply], conversation: u32, moment: i64) -> Option<u32> {
    let wanted = (conversation, moment);
    let start = replies.partition_point(|it| (it.conversation, it.moment) < wanted);
    let rest = replies.get(start..)?.iter();
    let mut found = rest.take_while(|it| (it.conversation, it.moment) == wanted);
    let agent = found.next()?.agent;
    found.all(|other| other.agent == agent).then_some(agent)
}

impl Agents {
    /// Adds all posts of some conversations.
    pub(super) fn add(&mut self, ranked: &DataFrame) -> Result<(), Error> {
        let direction = texts(ranked, columns::DIRECTION)?;
        let companies = texts(ranked, columns::COMPANY_NAME)?;
        let signatures = texts(ranked, columns::AGENT)?;
        let kinds = texts(ranked, columns::REPLY_KIND)?;
        let conversations = texts(ranked, columns::CONVERSATION_ID)?;
        let moments = times(ranked, columns::CREATED_AT)?;
        let author_ids = texts(ranked, columns::AUTHOR_ID)?;
        let author_names = texts(ranked, columns::AUTHOR_NAME)?;
        let responses = numbers(ranked, columns::FIRST_RESPONSE_MINUTES)?;
        let anger = integers(ranked, columns::ANGER_LEVEL)?;
        let mut part = Part::default();
        // Of agents and conversations.
        let mut known = HashSet::new();
        for row in 0..ranked.height() {
            let conversation = conversations.get(row);
            let conversation = conversation.map(|id| part.conversations.place(id));
            let moment = moments.get(row);
            if direction.get(row) == Some(columns::CUSTOMER) {
                if let (Some(conversation), Some(moment)) = (conversation, moment) {
                    let author = author_ids.get(row).or(author_names.get(row));
                    let wait = responses.get(row).map(|it| (it * MINUTE).round() as i64);
                    let anger = anger.get(row);
                    part.asked.push(Asked {
                        conversation,
                        author: author.map(|author| part.authors.place(author)),
                        moment,
                        answer: wait.and_then(|wait| moment.checked_add(wait)),
                        anger: anger.and_then(|level| level.try_into().ok()),
                    });
                }
                continue;
            }
            let Some(signature) = signatures.get(row) else {
                continue;
            };
            let place = self.agent(companies.get(row).unwrap_or_default(), signature);
            if let (Some(conversation), Some(moment)) = (conversation, moment) {
                part.replies.push(Reply {
                    conversation,
                    moment,
                    agent: place,
                });
            }
            let Some(agent) = self.agents.get_mut(place as usize) else {
                continue;
            };
            agent.replies += 1;
            let is_new = conversation.is_some_and(|it| known.insert((place, it)));
            agent.conversations += u64::from(is_new);
            let kinds_of_agent = ReplyKind::ALL.iter().zip(&mut agent.kinds);
            for (kind, count) in kinds_of_agent {
                *count += u64::from(kinds.get(row) == Some(kind.name()));
            }
        }
        self.follow_answers(part);
        Ok(())
    }

    /// The rows, in the order in which people read them.
    pub(super) fn finish(self) -> Result<DataFrame, Error> {
        let Self {
            names,
            places,
            agents,
        } = self;
        let names = |(company, signature): (u32, u32)| (names.get(company), names.get(signature));
        let mut rows: Vec<((&str, &str), &Agent)> = places
            .into_iter()
            .filter_map(|(key, place)| Some((names(key), agents.get(place as usize)?)))
            .collect();
        rows.sort_by_key(|((company, signature), agent)| {
            let is_unknown = company.is_empty();
            (is_unknown, *company, Reverse(agent.replies), *signature)
        });
        let count =
            |name, count: fn(&Agent) -> u64| column(name, &rows, |(_, agent)| count(agent) as i64);
        let mean = |name, sum: fn(&Anger) -> i64| {
            column(name, &rows, |(_, agent)| {
                let Anger { pairs, .. } = agent.anger;
                (pairs > 0).then(|| sum(&agent.anger) as f64 / pairs as f64)
            })
        };
        let mut columns = vec![
            column("company", &rows, |((company, _), _)| {
                Some(*company).filter(|company| !company.is_empty())
            }),
            column("agent", &rows, |((_, signature), _)| *signature),
            count("replies", |agent| agent.replies),
        ];
        for (place, kind) in ReplyKind::ALL.iter().enumerate() {
            columns.push(column(kind.name(), &rows, |(_, agent)| {
                agent.kinds.get(place).map(|count| *count as i64)
            }));
        }
        columns.extend([
            count("conversations", |agent| agent.conversations),
            count("first_answers", |agent| agent.first_responses.len() as u64),
            column("median_first_response_minutes", &rows, |(_, agent)| {
                median(&mut agent.first_responses.clone())
            }),
            count("anger_pairs", |agent| agent.anger.pairs as u64),
            mean("anger_before", |anger| anger.before),
            mean("anger_after", |anger| anger.after),
            mean("anger_change", |anger| anger.after - anger.before),
        ]);
        Ok(DataFrame::new(rows.len(), columns)?)
    }
}

#[cfg(test)]
mod tests;
