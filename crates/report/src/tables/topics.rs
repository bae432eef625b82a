//! `topics.csv`: what the posts are about.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    hash::{DefaultHasher, Hash, Hasher},
};

use polars::prelude::*;

use super::{
    Accumulate,
    spec::{Field, Kind, TableSpec},
};
use crate::{
    columns,
    error::Error,
    posts::{booleans, integers, numbers, texts},
    settings::Settings,
    topics::OTHER_TOPIC,
};

/// How many posts are named as examples.
const EXAMPLES: usize = 3;

/// The table.
pub(crate) const SPEC: TableSpec = TableSpec {
    name: "topics",
    title: "Topics",
    purpose: "What customers' posts are about that somebody has to act on or that are angry, in the \
              order of the sum of their priorities; posts that are like few others are `other` and \
              stand last.",
    fields: &[
        field(
            "topic",
            Kind::Label,
            "Words that set these posts apart from the others.",
        ),
        field("posts", Kind::Count, "Posts on the topic."),
        field(
            "customers",
            Kind::Count,
            "How many known authors wrote them.",
        ),
        field(
            "companies",
            Kind::Count,
            "How many known companies they are to.",
        ),
        field("post_share", Kind::Share, "Of all posts with a topic."),
        field(
            "angry_share",
            Kind::Share,
            "Of the topic's posts those with an anger level of 2 or 3.",
        ),
        field(
            "urgent_share",
            Kind::Share,
            "Of the topic's posts those with an urgency level of 2 or 3.",
        ),
        field(
            "mean_priority",
            Kind::Number,
            "Mean of the posts' priorities, 0 to 100.",
        ),
        field(
            "unanswered",
            Kind::Count,
            "Posts that the company did not answer; missing where of none can be known whether it did.",
        ),
        field(
            "median_first_response_minutes",
            Kind::Minutes,
            "From the post to the first answer, of the posts with an answer whose time is known; missing without any.",
        ),
        field(
            "examples",
            Kind::Id,
            "Ids of the posts of the best ranks, at most three.",
        ),
    ],
};

const fn field(name: &'static str, kind: Kind, meaning: &'static str) -> Field {
    Field {
        name,
        kind,
        meaning,
    }
}

/// The table as it is made. Keeps 8 bytes for each author of a topic and each answer.
#[derive(Default)]
pub(crate) struct Topics(BTreeMap<String, Topic>);

/// What is counted of a topic.
#[derive(Default)]
struct Topic {
    posts: u32,
    angry: u32,
    urgent: u32,
    priority: f64,
    /// Whether it is known of any post if it was answered.
    is_answer_known: bool,
    unanswered: u32,
    first_responses: Vec<f64>,
    /// Hashes of their names.
    customers: HashSet<u64>,
    companies: BTreeSet<String>,
    /// The first by rank.
    examples: BTreeMap<i64, String>,
}

impl Topics {
    pub(crate) fn new(_settings: &Settings) -> Self {
        Self::default()
    }
}

impl Accumulate for Topics {
    fn spec(&self) -> &'static TableSpec {
        &SPEC
    }

    fn add(&mut self, ranked: &DataFrame) -> Result<(), Error> {
        let topic = texts(ranked, columns::TOPIC)?;
        let id = texts(ranked, columns::ID)?;
        let author_id = texts(ranked, columns::AUTHOR_ID)?;
        let author_name = texts(ranked, columns::AUTHOR_NAME)?;
        let company = texts(ranked, columns::COMPANY_NAME)?;
        let anger = integers(ranked, columns::ANGER_LEVEL)?;
        let urgency = integers(ranked, columns::URGENCY_LEVEL)?;
        let priority = numbers(ranked, columns::PRIORITY)?;
        let rank = integers(ranked, columns::RANK)?;
        let answered = booleans(ranked, columns::ANSWERED)?;
        let minutes = numbers(ranked, columns::FIRST_RESPONSE_MINUTES)?;
        for (row, topic) in topic.iter().enumerate() {
            let Some(topic) = topic else {
                continue;
            };
            if !self.0.contains_key(topic) {
                self.0.insert(topic.to_owned(), Topic::default());
            }
            let Some(topic) = self.0.get_mut(topic) else {
                continue;
            };
            topic.posts += 1;
            topic.angry += u32::from(anger.get(row) >= Some(2));
            topic.urgent += u32::from(urgency.get(row) >= Some(2));
            topic.priority += priority.get(row).unwrap_or_default();
            topic.is_answer_known |= answered.get(row).is_some();
            topic.unanswered += u32::from(answered.get(row) == Some(false));
            topic.first_responses.extend(minutes.get(row));
            let author = author_id.get(row).or_else(|| author_name.get(row));
            topic.customers.extend(author.map(hash));
            if let Some(company) = company.get(row)
                && !topic.companies.contains(company)
            {
                topic.companies.insert(company.to_owned());
            }
            if let (Some(rank), Some(id)) = (rank.get(row), id.get(row)) {
                topic.add_example(rank, id);
            }
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<DataFrame, Error> {
        let all: u32 = self.0.values().map(|topic| topic.posts).sum();
        let mut topics: Vec<(String, Topic)> = self.0.into_iter().collect();
        // A stable sort: equal ones stay in the order of the alphabet.
        topics.sort_by(|(a_name, a), (b_name, b)| {
            let is_other = |name: &str| name == OTHER_TOPIC;
            let order = is_other(a_name).cmp(&is_other(b_name));
            order.then(b.priority.total_cmp(&a.priority))
        });
        let share = |of: fn(&Topic) -> u32| -> Vec<f32> {
            let shares = topics
                .iter()
                .map(|(_, it)| f64::from(of(it)) / f64::from(it.posts));
            shares.map(|share| share as f32).collect()
        };
        let count = |of: fn(&Topic) -> usize| -> Vec<u32> {
            let counts = topics.iter().map(|(_, topic)| of(topic));
            counts
                .map(|count| u32::try_from(count).unwrap_or(u32::MAX))
                .collect()
        };
        let each = || topics.iter().map(|(_, topic)| topic);
        let examples = each().map(|it| {
            let ids: Vec<&str> = it.examples.values().map(String::as_str).collect();
            ids.join(" ")
        });
        Ok(df!(
            "topic" => topics.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
            "posts" => each().map(|it| it.posts).collect::<Vec<_>>(),
            "customers" => count(|it| it.customers.len()),
            "companies" => count(|it| it.companies.len()),
            "post_share" => each()
                .map(|it| (f64::from(it.posts) / f64::from(all)) as f32)
                .collect::<Vec<_>>(),
            "angry_share" => share(|it| it.angry),
            "urgent_share" => share(|it| it.urgent),
            "mean_priority" => each()
                .map(|it| it.priority / f64::from(it.posts))
                .collect::<Vec<_>>(),
            "unanswered" => each()
                .map(|it| it.is_answer_known.then_some(it.unanswered))
                .collect::<Vec<_>>(),
            "median_first_response_minutes" => each()
                .map(|it| median(it.first_responses.clone()))
                .collect::<Vec<_>>(),
            "examples" => examples.collect::<Vec<_>>(),
        )?)
    }
}

impl Topic {
    fn add_example(&mut self, rank: i64, id: &str) {
        let last = self.examples.last_key_value().map(|(rank, _)| *rank);
        if self.examples.len() < EXAMPLES || last.is_some_and(|last| rank < last) {
            self.examples.insert(rank, id.to_owned());
            if self.examples.len() > EXAMPLES {
                self.examples.pop_last();
            }
        }
    }
}

fn hash(author: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    author.hash(&mut hasher);
    hasher.finish()
}

/// The middle value, or the mean of the two in the middle.
fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    let upper = *values.get(values.len() / 2)?;
    if values.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = *values.get(values.len() / 2 - 1)?;
    Some(f64::midpoint(lower, upper))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        fixture::{Post, posts},
        rank::rank,
    };

    fn table(rows: &[Post], chunk: usize) -> DataFrame {
        let ranked = rank(posts(rows), &Settings::default()).unwrap();
        let mut topics = Box::new(Topics::new(&Settings::default()));
        let mut row = 0;
        while row == 0 || row < ranked.height() {
            topics.add(&ranked.slice(row as i64, chunk)).unwrap();
            row += chunk;
        }
        topics.finish().unwrap()
    }

    #[test]
    fn topics_with_what_hurts_most_first() {
        let refund = Post {
            topic: Some("refund"),
            urgency: 0.9,
            urgency_level: 3,
            author_name: Some("ann"),
            company: Some("acme"),
            answered: Some(false),
            ..Post::default()
        };
        let app = Post {
            topic: Some("app"),
            urgency: 0.3,
            anger: 0.7,
            anger_level: 2,
            ..Post::default()
        };
        let rows = [
            Post {
                id: "1",
                topic: Some(OTHER_TOPIC),
                ..refund
            },
            Post { id: "2", ..refund },
            Post {
                id: "3",
                answered: Some(true),
                first_response_minutes: Some(7.0),
                ..refund
            },
            Post {
                id: "4",
                author_name: Some("bo"),
                answered: Some(true),
                first_response_minutes: Some(8.0),
                ..refund
            },
            Post { id: "5", ..refund },
            Post { id: "6", ..app },
            Post {
                id: "7",
                topic: None,
                ..app
            },
        ];
        let found = table(&rows, 7);
        assert!(found.equals_missing(&table(&rows, 1)));
        let mut csv = Vec::new();
        for row in 0..found.height() {
            let cells = found.get(row).unwrap();
            let cells: Vec<String> = cells.iter().map(ToString::to_string).collect();
            csv.push(cells.join(" | "));
        }
        insta::assert_snapshot!(csv.join("\n"), @r#"
        "refund" | 4 | 2 | 1 | 0.666667 | 0.0 | 1.0 | 50.879999 | 2 | 7.5 | "2 3 4"
        "app" | 1 | 0 | 0 | 0.166667 | 1.0 | 0.0 | 24.000001 | null | null | "6"
        "other" | 1 | 1 | 1 | 0.166667 | 0.0 | 1.0 | 50.879999 | 1 | null | "1"
        "#);
    }

    #[test]
    fn no_topics_are_an_empty_table() {
        let found = table(&[Post::default()], 1);
        assert_eq!((found.height(), found.width()), (0, SPEC.fields.len()));
    }
}
