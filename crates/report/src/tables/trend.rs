//! `trend.csv`: posts per hour or day, with spikes marked.

mod periods;
mod spikes;

use std::collections::{BTreeMap, HashMap};

use jiff::tz::TimeZone;
use polars::prelude::*;

use super::{
    Accumulate,
    spec::{Field, Kind, TableSpec},
};
use crate::{
    columns,
    error::Error,
    posts::{booleans, integers, numbers, texts, times},
    quantile::quantile,
    settings::Settings,
};
use periods::{Length, Periods, hour};
use spikes::{Season, Tested, spikes};

/// The table.
pub(crate) const SPEC: TableSpec = TableSpec {
    name: "trend",
    title: "Trend",
    purpose: "How many posts came when, how angry and urgent they were, and when there were more than chance explains. A row is an hour where the posts span up to seven days, else a day, both of the time zone in the settings; at most the last ten years are shown.",
    fields: &[
        field(
            PERIOD,
            Kind::Label,
            "The date of the day, or date and hour, in the time zone. `other` in a last row of posts without a time, or with one that is more than 92 days and a gap away and shared by less than a hundredth of all posts, which is taken for a mistake.",
        ),
        field(
            START,
            Kind::Time,
            "When the period begins, in UTC. Missing in the row `other`.",
        ),
        field(POSTS, Kind::Count, "Posts of customers in the period."),
        field(ANGRY, Kind::Count, "Those with anger level 2 or 3."),
        field(URGENT, Kind::Count, "Those with urgency level 2 or 3."),
        field(
            ANGRY_SHARE,
            Kind::Share,
            "Angry posts among those with scores. Missing without any.",
        ),
        field(
            URGENT_SHARE,
            Kind::Share,
            "Urgent posts among those with scores. Missing without any.",
        ),
        field(
            MEAN_ANGER,
            Kind::Score,
            "The mean of the column `anger`. Missing without scores.",
        ),
        field(
            ANSWERED,
            Kind::Count,
            "Posts of the period that were answered, whenever that was.",
        ),
        field(UNANSWERED, Kind::Count, "Posts known not to be answered."),
        field(
            MEDIAN_RESPONSE,
            Kind::Minutes,
            "The median time to the first answer to posts of the period. Missing without any.",
        ),
        field(
            EXPECTED_POSTS,
            Kind::Number,
            "Posts to expect from the same weekday in the eight weeks before and after, or from the same hour on the other days (and the hours beside it where fewer than four are known); from all periods as near where that leaves fewer than four (then at least twelve). It is the sum of theirs and a half, by their number; the first, the last and other periods with a spike are not compared with. Missing in a table of fewer than 14 periods, or where too few can be compared with.",
        ),
        field(
            POSTS_P_VALUE,
            Kind::Score,
            "The chance of as many posts or more, if nothing were unusual: of a negative binomial distribution with the expected number µ as its mean and the variance φ µ (1 + 1/m), where m periods were compared with, and φ is at least 1 and such that nine in ten periods lie as near to µ as those of a normal distribution. Missing where the expected number is.",
        ),
        field(
            POSTS_SPIKE,
            Kind::Flag,
            "Whether there are more posts than chance explains (of all flags, one in a hundred is expected to be false, by the method of Benjamini and Hochberg; found in a second pass, in which the spikes of the first are not compared with), at least five, and at least one and a half times the expected number.",
        ),
        field(
            EXPECTED_ANGRY,
            Kind::Number,
            "Angry posts to expect, in the same way.",
        ),
        field(
            ANGRY_P_VALUE,
            Kind::Score,
            "The chance of as many angry posts or more.",
        ),
        field(
            ANGRY_SPIKE,
            Kind::Flag,
            "Whether there are more angry posts than chance explains, by the same rule.",
        ),
        field(
            TOP_COMPANY,
            Kind::Label,
            "In a spike, the company whose posts (angry posts, where only those are a spike) exceed its mean per period most.",
        ),
        field(
            TOP_TOPIC,
            Kind::Label,
            "In a spike, the topic of which this is true.",
        ),
    ],
};

const PERIOD: &str = "period";
const START: &str = "start";
const POSTS: &str = "posts";
const ANGRY: &str = "angry";
const URGENT: &str = "urgent";
const ANGRY_SHARE: &str = "angry_share";
const URGENT_SHARE: &str = "urgent_share";
const MEAN_ANGER: &str = "mean_anger";
const ANSWERED: &str = "answered";
const UNANSWERED: &str = "unanswered";
const MEDIAN_RESPONSE: &str = "median_first_response_minutes";
const EXPECTED_POSTS: &str = "expected_posts";
const POSTS_P_VALUE: &str = "posts_p_value";
const POSTS_SPIKE: &str = "posts_spike";
const EXPECTED_ANGRY: &str = "expected_angry";
const ANGRY_P_VALUE: &str = "angry_p_value";
const ANGRY_SPIKE: &str = "angry_spike";
const TOP_COMPANY: &str = "top_company";
const TOP_TOPIC: &str = "top_topic";

/// The period of posts that have none.
const OTHER: &str = "other";

const fn field(name: &'static str, kind: Kind, meaning: &'static str) -> Field {
    Field {
        name,
        kind,
        meaning,
    }
}

/// The table as it is made. It keeps 8 bytes for each first response, and some hundred bytes for
/// each hour with posts, company and topic.
pub(crate) struct Trend {
    time_zone: TimeZone,
    /// By the start of the hour, in seconds since 1970; of posts without a time apart.
    hours: BTreeMap<Option<i64>, Counts>,
    companies: Names,
    topics: Names,
}

/// What is known of the posts of a period.
#[derive(Debug, Default)]
struct Counts {
    posts: u32,
    scored: u32,
    angry: u32,
    urgent: u32,
    anger: f64,
    answered: u32,
    unanswered: u32,
    responses: Vec<f64>,
    companies: Parts,
    topics: Parts,
}

/// Posts and angry posts, by the number of a name.
type Parts = BTreeMap<u32, [u32; 2]>;

/// Names, numbered as they come.
#[derive(Debug, Default)]
struct Names(HashMap<String, u32>);

impl Names {
    fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.0.get(name) {
            return *number;
        }
        let number = self.0.len() as u32;
        self.0.insert(name.to_owned(), number);
        number
    }

    fn name(&self, number: u32) -> Option<&str> {
        let found = self.0.iter().find(|(_, it)| **it == number);
        found.map(|(name, _)| name.as_str())
    }
}

impl Counts {
    fn merge(&mut self, other: Self) {
        self.posts += other.posts;
        self.scored += other.scored;
        self.angry += other.angry;
        self.urgent += other.urgent;
        self.anger += other.anger;
        self.answered += other.answered;
        self.unanswered += other.unanswered;
        self.responses.extend(other.responses);
        for (into, from) in [
            (&mut self.companies, other.companies),
            (&mut self.topics, other.topics),
        ] {
            for (name, counts) in from {
                add(into.entry(name).or_default(), counts);
            }
        }
    }

    fn share(&self, count: u32) -> Option<f32> {
        (self.scored > 0).then(|| (f64::from(count) / f64::from(self.scored)) as f32)
    }
}

fn add(total: &mut [u32; 2], counts: [u32; 2]) {
    for (total, count) in total.iter_mut().zip(counts) {
        *total += count;
    }
}

impl Trend {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            time_zone: settings.calendar.time_zone.clone(),
            hours: BTreeMap::new(),
            companies: Names::default(),
            topics: Names::default(),
        }
    }

    /// The periods and what each comes to, and what is of none.
    fn by_period(&mut self) -> (Option<Periods>, Vec<Counts>, Counts) {
        let hours = std::mem::take(&mut self.hours);
        let known: Vec<(i64, u64)> = hours
            .iter()
            .filter_map(|(hour, counts)| Some(((*hour)?, u64::from(counts.posts))))
            .collect();
        let periods = Periods::new(&self.time_zone, &known);
        let length = periods.as_ref().map_or(0, |periods| periods.starts.len());
        let mut rows: Vec<Counts> = Vec::new();
        rows.resize_with(length, Counts::default);
        let mut other = Counts::default();
        for (hour, counts) in hours {
            let row = periods
                .as_ref()
                .zip(hour)
                .and_then(|(periods, hour)| periods.index(&self.time_zone, hour))
                .and_then(|index| rows.get_mut(index));
            row.unwrap_or(&mut other).merge(counts);
        }
        (periods, rows, other)
    }
}

impl Accumulate for Trend {
    fn spec(&self) -> &'static TableSpec {
        &SPEC
    }

    fn add(&mut self, ranked: &DataFrame) -> Result<(), Error> {
        let direction = texts(ranked, columns::DIRECTION)?;
        let created_at = times(ranked, columns::CREATED_AT)?;
        let anger = numbers(ranked, columns::ANGER)?;
        let anger_level = integers(ranked, columns::ANGER_LEVEL)?;
        let urgency_level = integers(ranked, columns::URGENCY_LEVEL)?;
        let answered = booleans(ranked, columns::ANSWERED)?;
        let minutes = numbers(ranked, columns::FIRST_RESPONSE_MINUTES)?;
        let company = texts(ranked, columns::COMPANY_NAME)?;
        let topic = texts(ranked, columns::TOPIC)?;
        for row in 0..ranked.height() {
            if direction.get(row) != Some(columns::CUSTOMER) {
                continue;
            }
            let seconds = created_at.get(row).map(|it| it.div_euclid(1_000_000));
            let start = seconds.and_then(|seconds| hour(&self.time_zone, seconds));
            let counts = self.hours.entry(start).or_default();
            let is_angry = anger_level.get(row).is_some_and(|level| level >= 2);
            counts.posts += 1;
            counts.scored += u32::from(anger_level.get(row).is_some());
            counts.angry += u32::from(is_angry);
            counts.urgent += u32::from(urgency_level.get(row).is_some_and(|level| level >= 2));
            counts.anger += anger.get(row).unwrap_or(0.0);
            counts.answered += u32::from(answered.get(row) == Some(true));
            counts.unanswered += u32::from(answered.get(row) == Some(false));
            counts.responses.extend(minutes.get(row));
            for (names, parts, name) in [
                (&mut self.companies, &mut counts.companies, company.get(row)),
                (&mut self.topics, &mut counts.topics, topic.get(row)),
            ] {
                if let Some(name) = name {
                    let part = parts.entry(names.number(name)).or_default();
                    add(part, [1, u32::from(is_angry)]);
                }
            }
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<DataFrame, Error> {
        let (periods, mut rows, other) = self.by_period();
        let season = season(periods.as_ref().map_or(Length::Day, |it| it.length));
        let test = |count: fn(&Counts) -> u32| {
            let counts: Vec<u32> = rows.iter().map(count).collect();
            spikes(&counts, season)
        };
        let mut of_posts = test(|counts| counts.posts);
        let mut of_angry = test(|counts| counts.angry);
        // Which count a spike is of.
        let spike = |row: usize| {
            let is_spike = |tests: &[Tested]| tests.get(row).is_some_and(|it| it.is_spike);
            let posts = is_spike(&of_posts).then_some(0);
            posts.or(is_spike(&of_angry).then_some(1))
        };
        let top = |names: &Names, parts: fn(&Counts) -> &Parts| -> Vec<Option<String>> {
            let totals = totals(&rows, parts);
            let top = |(row, counts)| {
                let name = most_unusual(parts(counts), &totals, rows.len(), spike(row)?)?;
                Some(names.name(name)?.to_owned())
            };
            rows.iter().enumerate().map(top).collect()
        };
        let mut companies = top(&self.companies, |counts| &counts.companies);
        let mut topics = top(&self.topics, |counts| &counts.topics);

        let starts = periods.iter().flat_map(|it| it.starts.iter().copied());
        let mut starts: Vec<Option<i64>> = starts.map(Some).collect();
        if other.posts > 0 {
            starts.push(None);
            rows.push(other);
            of_posts.push(Tested::default());
            of_angry.push(Tested::default());
            companies.push(None);
            topics.push(None);
        }
        let names: Vec<String> = starts
            .iter()
            .map(|start| {
                let name = periods.as_ref().zip(*start);
                let name = name.and_then(|(it, start)| it.name(&self.time_zone, start));
                name.unwrap_or_else(|| OTHER.to_owned())
            })
            .collect();
        let starts: Vec<Option<i64>> = starts
            .into_iter()
            .map(|start| Some(start? * 1_000_000))
            .collect();
        let medians: Vec<Option<f64>> = rows
            .iter_mut()
            .map(|counts| quantile(&mut counts.responses, 0.5))
            .collect();
        let height = rows.len();
        let count = |name: &str, of: fn(&Counts) -> u32| {
            Column::new(name.into(), rows.iter().map(of).collect::<Vec<u32>>())
        };
        let score = |name: &str, of: fn(&Counts) -> Option<f32>| {
            Column::new(name.into(), rows.iter().map(of).collect::<Vec<_>>())
        };
        let mut table = vec![
            Column::new(PERIOD.into(), names),
            Column::new(START.into(), starts)
                .cast(&DataType::Datetime(TimeUnit::Microseconds, None))?,
            count(POSTS, |counts| counts.posts),
            count(ANGRY, |counts| counts.angry),
            count(URGENT, |counts| counts.urgent),
            score(ANGRY_SHARE, |counts| counts.share(counts.angry)),
            score(URGENT_SHARE, |counts| counts.share(counts.urgent)),
            score(MEAN_ANGER, |counts| {
                (counts.scored > 0).then(|| (counts.anger / f64::from(counts.scored)) as f32)
            }),
            count(ANSWERED, |counts| counts.answered),
            count(UNANSWERED, |counts| counts.unanswered),
            Column::new(MEDIAN_RESPONSE.into(), medians),
        ];
        for (tests, [expected, p_value, is_spike]) in [
            (of_posts, [EXPECTED_POSTS, POSTS_P_VALUE, POSTS_SPIKE]),
            (of_angry, [EXPECTED_ANGRY, ANGRY_P_VALUE, ANGRY_SPIKE]),
        ] {
            let column = |name: &str, of: fn(&Tested) -> Option<f64>| {
                Column::new(name.into(), tests.iter().map(of).collect::<Vec<_>>())
            };
            table.push(column(expected, |tested| tested.expected));
            table.push(column(p_value, |tested| tested.p_value).cast(&DataType::Float32)?);
            let flags: Vec<bool> = tests.iter().map(|tested| tested.is_spike).collect();
            table.push(Column::new(is_spike.into(), flags));
        }
        table.push(Column::new(TOP_COMPANY.into(), companies));
        table.push(Column::new(TOP_TOPIC.into(), topics));
        Ok(DataFrame::new(height, table)?)
    }
}

fn season(length: Length) -> Season {
    match length {
        Length::Hour => Season {
            length: 24,
            seasons: 7,
            neighbours: 1,
        },
        Length::Day => Season {
            length: 7,
            seasons: 8,
            neighbours: 0,
        },
    }
}

/// The counts of each name over all periods.
fn totals(rows: &[Counts], parts: fn(&Counts) -> &Parts) -> Parts {
    let mut totals = Parts::new();
    for (name, counts) in rows.iter().flat_map(parts) {
        add(totals.entry(*name).or_default(), *counts);
    }
    totals
}

/// The name whose count exceeds its mean per period most; the one seen first among equals.
fn most_unusual(parts: &Parts, totals: &Parts, periods: usize, which: usize) -> Option<u32> {
    let excess = parts.iter().filter_map(|(name, counts)| {
        let mean = f64::from(*totals.get(name)?.get(which)?) / periods as f64;
        let excess = f64::from(*counts.get(which)?) - mean;
        (excess > 0.0).then_some((*name, excess))
    });
    let most = excess.reduce(|best, it| if it.1 > best.1 { it } else { best });
    most.map(|(name, _)| name)
}

#[cfg(test)]
mod tests;
