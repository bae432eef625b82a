//! The first posts of the queue, as the page's script reads them.

use std::{borrow::Cow, collections::HashMap};

use jiff::{Timestamp, tz::TimeZone};
use polars::prelude::*;
use serde::Serialize;
use uproar_ingest::redact::Redactor;

use super::{
    format::{duration, moment, rounded},
    text::{beginning, harmless, utf16_place},
};
use crate::{
    columns,
    error::Error,
    posts::{booleans, integers, numbers, texts, times},
    words::{self, PostWords, WordEffect},
};

/// Posts on the page at most.
const MOST_ROWS: usize = 1_000;
/// Bytes of all posts on the page at most, so that it can be sent by mail.
const MOST_BYTES: usize = 3 * 1024 * 1024;

/// A post of the queue.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    pub(super) id: String,
    pub(super) text: String,
    /// Whether the text goes on.
    pub(super) is_cut: bool,
    pub(super) words: Vec<Word>,
    pub(super) band: String,
    pub(super) why: String,
    pub(super) priority: f64,
    /// The points of the priority from urgency, anger, actionable, tried before, churn and reach.
    pub(super) terms: [f64; 6],
    pub(super) rank: Option<i64>,
    pub(super) rank_without_reach: Option<i64>,
    pub(super) author: Option<String>,
    pub(super) followers: Option<i64>,
    pub(super) reach: Option<f64>,
    pub(super) copies: Option<i64>,
    /// On the clocks of the report's time zone.
    pub(super) created: Option<String>,
    /// Minutes to the newest post of the export.
    pub(super) wait: Option<f64>,
    /// The same in words.
    pub(super) waited: Option<String>,
    /// `false`, or missing where it cannot be known.
    pub(super) answered: Option<bool>,
    pub(super) company: Option<String>,
    pub(super) topic: Option<String>,
    pub(super) language: Option<String>,
    pub(super) source: Option<String>,
    pub(super) conversation: Option<String>,
    pub(super) scores: Scores,
    pub(super) decided: Decided,
}

/// A word of a text: where it begins and ends in UTF-16 code units, and by how much it raised the log
/// odds of anger and of urgency.
type Word = (usize, usize, f64, f64);

/// The model's scores, from 0 to 1.
#[derive(Debug, Serialize)]
pub(super) struct Scores {
    anger: f64,
    urgency: f64,
    negative: f64,
    neutral: f64,
    positive: f64,
    actionable: f64,
    tried_before: f64,
    churn: f64,
}

/// What the scores come to, by the names that labels have.
#[derive(Debug, Serialize)]
pub(super) struct Decided {
    pub(super) anger: i64,
    pub(super) urgency: i64,
    sentiment: String,
    actionable: bool,
    tried_before: bool,
    churn: bool,
}

impl Decided {
    /// The level of anger in words.
    pub(super) fn anger_name(&self) -> &'static str {
        level_name(["none", "irritated", "angry", "furious"], self.anger)
    }

    /// The level of urgency in words.
    pub(super) fn urgency_name(&self) -> &'static str {
        level_name(["none", "can wait", "today", "now"], self.urgency)
    }
}

fn level_name(names: [&'static str; 4], level: i64) -> &'static str {
    let level = usize::try_from(level).unwrap_or_default();
    names.get(level).copied().unwrap_or_default()
}

/// How texts and times are shown.
pub(super) struct Showing<'a> {
    pub(super) redactor: Option<&'a Redactor>,
    pub(super) zone: &'a TimeZone,
    /// The time of the newest post, in microseconds since 1970.
    pub(super) newest: Option<i64>,
}

/// The posts of a queue, at most so many as a page should hold.
pub(super) fn rows(
    queue: &DataFrame,
    words: &[PostWords],
    showing: &Showing<'_>,
) -> Result<Vec<Row>, Error> {
    let words: HashMap<&str, &[WordEffect]> = words
        .iter()
        .map(|post| (post.id.as_str(), post.words.as_slice()))
        .collect();
    let queue = Queue::read(&queue.head(Some(MOST_ROWS)))?;
    let mut rows = Vec::new();
    let mut bytes = 0;
    for place in 0..queue.height {
        let row = queue.row(place, &words, showing);
        bytes += script_json(&row)?.len();
        if bytes > MOST_BYTES {
            break;
        }
        rows.push(row);
    }
    Ok(rows)
}

/// JSON that can stand within a `script` element: no `<` can end or open one.
pub(super) fn script_json(value: &impl Serialize) -> Result<String, Error> {
    Ok(serde_json::to_string(value)?.replace('<', "\\u003c"))
}

/// The columns of the queue that the page shows.
struct Queue {
    height: usize,
    texts: HashMap<&'static str, StringChunked>,
    numbers: HashMap<&'static str, Float64Chunked>,
    integers: HashMap<&'static str, Int64Chunked>,
    flags: HashMap<&'static str, BooleanChunked>,
    created_at: Int64Chunked,
}

const TEXTS: [&str; 11] = [
    columns::ID,
    columns::TEXT,
    columns::BAND,
    columns::WHY,
    columns::AUTHOR_NAME,
    columns::COMPANY_NAME,
    columns::TOPIC,
    columns::LANGUAGE,
    columns::SOURCE,
    columns::CONVERSATION_ID,
    columns::SENTIMENT,
];

const NUMBERS: [&str; 16] = [
    columns::PRIORITY,
    columns::FROM_URGENCY,
    columns::FROM_ANGER,
    columns::FROM_ACTIONABLE,
    columns::FROM_TRIED_BEFORE,
    columns::FROM_CHURN,
    columns::FROM_REACH,
    columns::REACH,
    columns::ANGER,
    columns::URGENCY,
    columns::NEGATIVE,
    columns::NEUTRAL,
    columns::POSITIVE,
    columns::ACTIONABLE,
    columns::TRIED_BEFORE,
    columns::CHURN,
];

const INTEGERS: [&str; 6] = [
    columns::RANK,
    columns::RANK_WITHOUT_REACH,
    columns::FOLLOWERS,
    columns::COPIES,
    columns::ANGER_LEVEL,
    columns::URGENCY_LEVEL,
];

const FLAGS: [&str; 4] = [
    columns::ANSWERED,
    columns::IS_ACTIONABLE,
    columns::IS_TRIED_BEFORE,
    columns::IS_CHURN,
];

/// The columns of these names by their names.
fn read<T>(
    table: &DataFrame,
    names: &[&'static str],
    column: impl Fn(&DataFrame, &str) -> Result<T, Error>,
) -> Result<HashMap<&'static str, T>, Error> {
    names
        .iter()
        .map(|name| Ok((*name, column(table, name)?)))
        .collect()
}

impl Queue {
    fn read(table: &DataFrame) -> Result<Self, Error> {
        Ok(Self {
            height: table.height(),
            texts: read(table, &TEXTS, texts)?,
            numbers: read(table, &NUMBERS, numbers)?,
            integers: read(table, &INTEGERS, integers)?,
            flags: read(table, &FLAGS, booleans)?,
            created_at: times(table, columns::CREATED_AT)?,
        })
    }

    fn text(&self, name: &str, row: usize) -> Option<&str> {
        self.texts.get(name)?.get(row)
    }

    fn shown(&self, name: &str, row: usize) -> Option<String> {
        self.text(name, row).map(|text| harmless(text).into_owned())
    }

    fn integer(&self, name: &str, row: usize) -> Option<i64> {
        self.integers.get(name)?.get(row)
    }

    fn number(&self, name: &str, row: usize, decimals: i32) -> Option<f64> {
        let value = self.numbers.get(name)?.get(row)?;
        Some(rounded(value, decimals))
    }

    fn flag(&self, name: &str, row: usize) -> Option<bool> {
        self.flags.get(name)?.get(row)
    }

    fn row(&self, row: usize, words: &HashMap<&str, &[WordEffect]>, showing: &Showing<'_>) -> Row {
        let id = self.text(columns::ID, row).unwrap_or_default();
        let (text, is_cut, words) = shown_text(
            self.text(columns::TEXT, row).unwrap_or_default(),
            words.get(id).copied().unwrap_or_default(),
            showing.redactor,
        );
        let created_at = self.created_at.get(row);
        let wait = showing
            .newest
            .zip(created_at)
            .map(|(newest, created)| minutes_between(created, newest));
        let points = |name| self.number(name, row, 2).unwrap_or_default();
        Row {
            // Not changed in any way: corrections find the post by it.
            id: id.to_owned(),
            text,
            is_cut,
            words,
            band: self.shown(columns::BAND, row).unwrap_or_default(),
            why: self.shown(columns::WHY, row).unwrap_or_default(),
            // Fine enough that its one decimal on the page is that of every other place.
            priority: self.number(columns::PRIORITY, row, 4).unwrap_or_default(),
            terms: [
                columns::FROM_URGENCY,
                columns::FROM_ANGER,
                columns::FROM_ACTIONABLE,
                columns::FROM_TRIED_BEFORE,
                columns::FROM_CHURN,
                columns::FROM_REACH,
            ]
            .map(points),
            rank: self.integer(columns::RANK, row),
            rank_without_reach: self.integer(columns::RANK_WITHOUT_REACH, row),
            author: self.shown(columns::AUTHOR_NAME, row),
            followers: self.integer(columns::FOLLOWERS, row),
            reach: self.number(columns::REACH, row, 1),
            copies: self.integer(columns::COPIES, row),
            created: created_at
                .and_then(|micros| Timestamp::from_microsecond(micros).ok())
                .map(|created| moment(created, showing.zone)),
            wait: wait.map(|minutes| rounded(minutes, 1)),
            waited: wait.map(duration),
            answered: self.flag(columns::ANSWERED, row),
            company: self.shown(columns::COMPANY_NAME, row),
            topic: self.shown(columns::TOPIC, row),
            language: self.shown(columns::LANGUAGE, row),
            source: self.shown(columns::SOURCE, row),
            conversation: self.shown(columns::CONVERSATION_ID, row),
            scores: self.scores(row),
            decided: self.decided(row),
        }
    }

    fn scores(&self, row: usize) -> Scores {
        let score = |name| self.number(name, row, 3).unwrap_or_default();
        Scores {
            anger: score(columns::ANGER),
            urgency: score(columns::URGENCY),
            negative: score(columns::NEGATIVE),
            neutral: score(columns::NEUTRAL),
            positive: score(columns::POSITIVE),
            actionable: score(columns::ACTIONABLE),
            tried_before: score(columns::TRIED_BEFORE),
            churn: score(columns::CHURN),
        }
    }

    fn decided(&self, row: usize) -> Decided {
        let level = |name| self.integer(name, row).unwrap_or_default();
        let flag = |name| self.flag(name, row).unwrap_or_default();
        Decided {
            anger: level(columns::ANGER_LEVEL),
            urgency: level(columns::URGENCY_LEVEL),
            sentiment: self.shown(columns::SENTIMENT, row).unwrap_or_default(),
            actionable: flag(columns::IS_ACTIONABLE),
            tried_before: flag(columns::IS_TRIED_BEFORE),
            churn: flag(columns::IS_CHURN),
        }
    }
}

/// Minutes from one moment to another, both in microseconds.
fn minutes_between(from: i64, to: i64) -> f64 {
    to.saturating_sub(from) as f64 / 60e6
}

/// A post's text as the page shows it, whether it is cut, and its words.
fn shown_text(
    text: &str,
    words: &[WordEffect],
    redactor: Option<&Redactor>,
) -> (String, bool, Vec<Word>) {
    let (text, words) = match redactor {
        Some(redactor) => {
            let (text, words) = words::redacted(text, words, redactor);
            (Cow::Owned(text), words)
        }
        None => (Cow::Borrowed(text), words.to_vec()),
    };
    let (text, is_cut) = beginning(&text);
    let text = harmless(text).into_owned();
    let words = words.iter().filter_map(|word| {
        let place = |byte| utf16_place(&text, byte);
        Some((
            place(word.start)?,
            place(word.end)?,
            rounded(word.anger.into(), 2),
            rounded(word.urgency.into(), 2),
        ))
    });
    let words = words.collect();
    (text, is_cut, words)
}
