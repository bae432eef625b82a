//! Tables of posts and records of runs for tests.

use jiff::Timestamp;
use polars::prelude::*;

use crate::{
    BusinessHours, Calendar, Settings, columns,
    run::{Counts, Model, RUN_SCHEMA, Run, Scoring},
};

/// One row; the default is a calm post of a customer about whom nothing is known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Post {
    pub(crate) id: &'static str,
    pub(crate) text: &'static str,
    pub(crate) direction: &'static str,
    /// Seconds since 2026-03-03T18:42:00Z.
    pub(crate) created_at: Option<i64>,
    pub(crate) author_name: Option<&'static str>,
    pub(crate) followers: Option<i64>,
    pub(crate) answered: Option<bool>,
    pub(crate) first_response_minutes: Option<f64>,
    pub(crate) author_id: Option<&'static str>,
    pub(crate) verified: Option<bool>,
    pub(crate) conversation_id: Option<&'static str>,
    pub(crate) answered_by: Option<&'static str>,
    pub(crate) reply_kind: Option<&'static str>,
    pub(crate) last_by: Option<&'static str>,
    pub(crate) repeat_contact: Option<u32>,
    pub(crate) addressed: Option<&'static str>,
    pub(crate) wrong_handle: Option<bool>,
    pub(crate) agent: Option<&'static str>,
    pub(crate) company: Option<&'static str>,
    pub(crate) topic: Option<&'static str>,
    /// Without scores the columns below are missing.
    pub(crate) scored: bool,
    pub(crate) urgency: f32,
    pub(crate) anger: f32,
    pub(crate) churn: f32,
    pub(crate) urgency_level: u32,
    pub(crate) anger_level: u32,
    pub(crate) is_actionable: bool,
}

/// Settings with business hours on every day, such as `09:00-19:00`.
pub(crate) fn with_business_hours(hours: &str) -> Settings {
    let hours = Some(hours.parse().unwrap());
    Settings {
        calendar: Calendar {
            business_hours: Some(BusinessHours::new([hours; 7], [])),
            ..Calendar::default()
        },
        ..Settings::default()
    }
}

impl Default for Post {
    fn default() -> Self {
        Self {
            id: "1",
            text: "hello",
            direction: columns::CUSTOMER,
            created_at: None,
            author_name: None,
            followers: None,
            answered: None,
            first_response_minutes: None,
            author_id: None,
            verified: None,
            conversation_id: None,
            answered_by: None,
            reply_kind: None,
            last_by: None,
            repeat_contact: None,
            addressed: None,
            wrong_handle: None,
            agent: None,
            company: None,
            topic: None,
            scored: true,
            urgency: 0.0,
            anger: 0.0,
            churn: 0.0,
            urgency_level: 0,
            anger_level: 0,
            is_actionable: false,
        }
    }
}

/// The table of these posts, as it comes from the model.
pub(crate) fn posts(rows: &[Post]) -> DataFrame {
    fn column<T>(name: &str, rows: &[Post], value: impl Fn(&Post) -> T) -> Column
    where
        Series: NamedFrom<Vec<T>, [T]>,
        Vec<T>: AsRef<[T]>,
    {
        let values: Vec<T> = rows.iter().map(value).collect();
        Column::new(name.into(), values)
    }
    const START_SECONDS: i64 = 1_772_563_320;
    let created_at = column(columns::CREATED_AT, rows, |post| {
        post.created_at
            .map(|seconds| (START_SECONDS + seconds) * 1_000_000)
    })
    .cast(&DataType::Datetime(TimeUnit::Microseconds, None))
    .unwrap();
    let empty = |name: &str, dtype: &DataType| Column::full_null(name.into(), rows.len(), dtype);
    let score = |name: &str, value: fn(&Post) -> f32| {
        column(name, rows, |post| post.scored.then(|| value(post)))
    };
    let level = |name: &str, value: fn(&Post) -> u32| {
        column(name, rows, |post| post.scored.then(|| value(post)))
    };
    let flag = |name: &str, value: fn(&Post) -> bool| {
        column(name, rows, |post| post.scored.then(|| value(post)))
    };
    DataFrame::new(
        rows.len(),
        vec![
            column(columns::ID, rows, |post| post.id),
            column(columns::TEXT, rows, |post| post.text),
            created_at,
            column(columns::AUTHOR_ID, rows, |post| post.author_id),
            column(columns::AUTHOR_NAME, rows, |post| post.author_name),
            column(columns::FOLLOWERS, rows, |post| post.followers),
            column(columns::VERIFIED, rows, |post| post.verified),
            empty(columns::IN_REPLY_TO_ID, &DataType::String),
            column(columns::CONVERSATION_ID, rows, |post| post.conversation_id),
            empty(columns::LIKES, &DataType::Int64),
            empty(columns::REPOSTS, &DataType::Int64),
            empty(columns::REPLIES, &DataType::Int64),
            empty(columns::QUOTES, &DataType::Int64),
            empty(columns::VIEWS, &DataType::Int64),
            empty(columns::LANG, &DataType::String),
            empty(columns::SOURCE, &DataType::String),
            column(columns::DIRECTION, rows, |post| post.direction),
            column(columns::ANSWERED, rows, |post| post.answered),
            column(columns::FIRST_RESPONSE_MINUTES, rows, |post| {
                post.first_response_minutes
            }),
            column(columns::ANSWERED_BY, rows, |post| post.answered_by),
            column(columns::REPLY_KIND, rows, |post| post.reply_kind),
            column(columns::LAST_BY, rows, |post| post.last_by),
            column(columns::REPEAT_CONTACT, rows, |post| post.repeat_contact),
            column(columns::ADDRESSED, rows, |post| post.addressed),
            column(columns::WRONG_HANDLE, rows, |post| post.wrong_handle),
            column(columns::AGENT, rows, |post| post.agent),
            column(columns::COMPANY_NAME, rows, |post| post.company),
            column(columns::TOPIC, rows, |post| post.topic),
            column(columns::COPIES, rows, |post| {
                (post.direction == columns::CUSTOMER).then_some(1_u32)
            }),
            column(columns::LANGUAGE, rows, |post| {
                if post.scored { "en" } else { "es" }
            }),
            column(columns::NOT_SCORED, rows, |post| {
                (!post.scored).then_some(columns::OTHER_LANGUAGE)
            }),
            score(columns::ANGER, |post| post.anger),
            score(columns::URGENCY, |post| post.urgency),
            level(columns::ANGER_LEVEL, |post| post.anger_level),
            level(columns::URGENCY_LEVEL, |post| post.urgency_level),
            score(columns::NEGATIVE, |_| 0.2),
            score(columns::NEUTRAL, |_| 0.7),
            score(columns::POSITIVE, |_| 0.1),
            column(columns::SENTIMENT, rows, |post| {
                post.scored.then_some("neutral")
            }),
            score(columns::ACTIONABLE, |post| {
                if post.is_actionable { 0.9 } else { 0.1 }
            }),
            score(columns::TRIED_BEFORE, |_| 0.0),
            score(columns::CHURN, |post| post.churn),
            flag(columns::IS_ACTIONABLE, |post| post.is_actionable),
            flag(columns::IS_TRIED_BEFORE, |_| false),
            flag(columns::IS_CHURN, |post| post.churn > 0.5),
        ],
    )
    .unwrap()
}

/// The record of a run with a model of this checksum.
pub(crate) fn run(checksum: &str) -> Run {
    Run {
        schema: RUN_SCHEMA,
        uproar: String::new(),
        started_at: Timestamp::UNIX_EPOCH,
        model: Model {
            name: String::new(),
            path: String::new(),
            checksum: checksum.to_owned(),
            normalizer: 1,
            engine: String::new(),
            labels: Vec::new(),
        },
        options: serde_json::Map::new(),
        settings: serde_json::Map::new(),
        inputs: Vec::new(),
        counts: Counts::new(2, 0, 0, 0),
        scoring: Scoring::default(),
        stages: Vec::new(),
        notices: Vec::new(),
    }
}
