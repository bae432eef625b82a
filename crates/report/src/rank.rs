//! The ranking: reach, priority, place, band and words for every post.

use std::ops::Range;

use polars::prelude::*;

use crate::{
    band::{Band, BandRules},
    columns,
    error::Error,
    posts::{Answers, Posts, booleans},
    priority::{Priority, Scores},
    reach::Audience,
    settings::Settings,
    why::{Answer, Facts},
};

/// Ranks a table of scored posts that is there as a whole; [`Ranking`] says how, and does the same
/// chunk by chunk.
///
/// # Errors
///
/// Those of [`Ranking::new`], [`Ranking::add`] and [`Ranks::annotate`].
pub fn rank(posts: DataFrame, settings: &Settings) -> Result<DataFrame, Error> {
    let mut ranking = Ranking::new(settings)?;
    ranking.add(&posts)?;
    ranking.finish().annotate(posts, 0)
}

/// A ranking of posts that come in chunks, of which it keeps 26 bytes a post.
///
/// Ranked are the posts of customers that have all of their scores; 1 is the first. Among equals
/// the earlier post is first, then the one that comes first in the input, so that the same posts
/// always get the same ranking, whatever the chunks.
#[derive(Debug)]
pub struct Ranking {
    settings: Settings,
    priorities: Vec<f64>,
    without_reach: Vec<f64>,
    /// Microseconds since 1970, [`NO_TIME`] where unknown.
    created_at: Vec<i64>,
    bands: Vec<Option<Band>>,
    is_answered: Vec<bool>,
    newest: Option<i64>,
}

/// Comes after every time that a calendar knows.
const NO_TIME: i64 = i64::MAX;

impl Ranking {
    /// The columns that a ranking is made from.
    pub const COLUMNS: [&str; 17] = [
        columns::ANSWERED,
        columns::DIRECTION,
        columns::CREATED_AT,
        columns::FOLLOWERS,
        columns::VIEWS,
        columns::REPOSTS,
        columns::QUOTES,
        columns::URGENCY,
        columns::ANGER,
        columns::ACTIONABLE,
        columns::TRIED_BEFORE,
        columns::CHURN,
        columns::URGENCY_LEVEL,
        columns::ANGER_LEVEL,
        columns::IS_ACTIONABLE,
        columns::IS_TRIED_BEFORE,
        columns::IS_CHURN,
    ];

    /// A ranking of no posts yet.
    ///
    /// # Errors
    ///
    /// When the settings do not pass [`Settings::check`].
    pub fn new(settings: &Settings) -> Result<Self, Error> {
        settings.check()?;
        Ok(Self {
            settings: settings.clone(),
            priorities: Vec::new(),
            without_reach: Vec::new(),
            created_at: Vec::new(),
            bands: Vec::new(),
            is_answered: Vec::new(),
            newest: None,
        })
    }

    /// Adds the next posts.
    ///
    /// # Errors
    ///
    /// When a column is missing or of another type, when a value lies outside its range, or when
    /// there are more posts than a `u32` can count.
    pub fn add(&mut self, posts: &DataFrame) -> Result<(), Error> {
        let first_row = self.bands.len();
        if u32::try_from(first_row + posts.height()).is_err() {
            return Err(Error::TooManyPosts);
        }
        let input = Posts::read(posts)?;
        let answered = booleans(posts, columns::ANSWERED)?;
        self.is_answered
            .extend(answered.iter().map(|answered| answered == Some(true)));
        self.newest = self.newest.max(input.created_at.max());
        for row in 0..posts.height() {
            let scored = input.scores(row, first_row)?;
            let priority = scored.as_ref().map(|scored| {
                let reach = self.settings.reach.reach(&input.audience(row));
                Priority::new(&scored.scores, reach, &self.settings.weights)
            });
            // What is not ranked has no band, and its other values are never looked at.
            self.priorities
                .push(priority.map_or(0.0, |priority| priority.total()));
            self.without_reach
                .push(priority.map_or(0.0, |priority| priority.without_reach()));
            self.created_at
                .push(input.created_at.get(row).unwrap_or(NO_TIME));
            self.bands.push(
                scored
                    .as_ref()
                    .map(|scored| scored.band(&self.settings.bands)),
            );
        }
        Ok(())
    }

    /// The places of all posts added.
    pub fn finish(self) -> Ranks {
        let Self {
            settings,
            priorities,
            without_reach,
            created_at,
            bands,
            is_answered,
            newest,
        } = self;
        let mut order: Vec<u32> = (0..)
            .zip(&bands)
            .filter_map(|(row, band)| band.is_some().then_some(row))
            .collect();
        sort(&mut order, &priorities, &created_at);
        drop(priorities);
        let rank = places(order.iter().copied(), bands.len());
        let (bands, rows) = (&bands, bands.len());
        let is_answered = &is_answered;
        let of_band = |band| {
            let is_in = move |row: &&u32| {
                let row = **row as usize;
                bands.get(row) == Some(&Some(band)) && is_answered.get(row) == Some(&false)
            };
            order.iter().filter(is_in).copied()
        };
        let by_band = [Band::Now, Band::Today, Band::Later]
            .into_iter()
            .flat_map(of_band);
        let queue = places(by_band, rows);
        sort(&mut order, &without_reach, &created_at);
        Ranks {
            settings,
            newest,
            rank,
            rank_without_reach: places(order.into_iter(), rows),
            queue,
        }
    }
}

/// Sorts rows: the largest value first, then the earliest time, then the order of the input.
fn sort(rows: &mut [u32], values: &[f64], created_at: &[i64]) {
    let key = |row: u32| {
        let row = row as usize;
        let value = values.get(row).copied().unwrap_or_default();
        (value, created_at.get(row).copied().unwrap_or(NO_TIME))
    };
    rows.sort_unstable_by(|&a, &b| {
        let ((value_a, time_a), (value_b, time_b)) = (key(a), key(b));
        value_b
            .total_cmp(&value_a)
            .then(time_a.cmp(&time_b))
            .then(a.cmp(&b))
    });
}

/// The place of each row, from 1; 0 for those that are not among the ordered ones.
fn places(ordered: impl Iterator<Item = u32>, rows: usize) -> Vec<u32> {
    let mut places = vec![0; rows];
    for (place, row) in (1..).zip(ordered) {
        if let Some(slot) = places.get_mut(row as usize) {
            *slot = place;
        }
    }
    places
}

/// The places of posts, in 12 bytes a post.
#[derive(Debug)]
pub struct Ranks {
    settings: Settings,
    newest: Option<i64>,
    /// From 1; 0 where a post is not ranked.
    rank: Vec<u32>,
    rank_without_reach: Vec<u32>,
    /// The place by band, then by rank, from 1; 0 where there is nothing to act on or it is done.
    queue: Vec<u32>,
}

impl Ranks {
    /// Adds the columns `reach`, `from_*`, `priority`, `rank`, `rank_without_reach`, `band` and `why`,
    /// and where business hours are set `first_response_open_minutes`, to posts that were added to the ranking as they are now, the first of them as post number
    /// `first_row` (from 0). [`columns`] explains the columns. Rows keep their order.
    ///
    /// # Errors
    ///
    /// When a column is missing or of another type, or when a value lies outside its range.
    pub fn annotate(&self, mut posts: DataFrame, first_row: usize) -> Result<DataFrame, Error> {
        let input = Posts::read(&posts)?;
        let answers = Answers::read(&posts)?;
        let audiences: Vec<_> = (0..posts.height()).map(|row| input.audience(row)).collect();
        let reaches: Vec<_> = audiences
            .iter()
            .map(|audience| self.settings.reach.reach(audience))
            .collect();
        let mut facts = Vec::with_capacity(posts.height());
        for (row, (audience, reach)) in audiences.iter().zip(&reaches).enumerate() {
            facts.push(input.scores(row, first_row)?.map(|scored| {
                let priority = Priority::new(&scored.scores, *reach, &self.settings.weights);
                let answer = answers.answer(row, input.created_at.get(row), self.newest);
                scored.facts(&self.settings.bands, priority, *audience, answer)
            }));
        }

        let of_priority = |part: fn(&Priority) -> f64| -> Vec<Option<f64>> {
            facts
                .iter()
                .map(|facts| facts.as_ref().map(|facts| part(&facts.priority)))
                .collect()
        };
        let bands: Vec<_> = facts
            .iter()
            .map(|facts| facts.as_ref().map(|f| f.band.name()))
            .collect();
        let why: Vec<_> = facts
            .iter()
            .map(|facts| facts.as_ref().map(Facts::why))
            .collect();
        let rows = first_row..first_row + posts.height();
        let places = |all: &[u32]| -> Vec<Option<u32>> {
            rows.clone()
                .map(|row| all.get(row).copied().filter(|place| *place > 0))
                .collect()
        };
        let added = [
            Column::new(columns::REACH.into(), reaches),
            Column::new(
                columns::FROM_URGENCY.into(),
                of_priority(|p| p.from_urgency),
            ),
            Column::new(columns::FROM_ANGER.into(), of_priority(|p| p.from_anger)),
            Column::new(
                columns::FROM_ACTIONABLE.into(),
                of_priority(|p| p.from_actionable),
            ),
            Column::new(
                columns::FROM_TRIED_BEFORE.into(),
                of_priority(|p| p.from_tried_before),
            ),
            Column::new(columns::FROM_CHURN.into(), of_priority(|p| p.from_churn)),
            Column::new(columns::FROM_REACH.into(), of_priority(|p| p.from_reach)),
            Column::new(columns::RANK.into(), places(&self.rank)),
            Column::new(
                columns::RANK_WITHOUT_REACH.into(),
                places(&self.rank_without_reach),
            ),
            Column::new(columns::PRIORITY.into(), of_priority(Priority::total)),
            Column::new(columns::BAND.into(), bands),
            Column::new(columns::WHY.into(), why),
        ];
        for column in added {
            posts.with_column(column)?;
        }
        if self.settings.calendar.business_hours.is_some() {
            let minutes = answers.first_response_minutes.iter();
            let open: Vec<Option<f64>> = minutes
                .zip(input.created_at.iter())
                .map(|(minutes, posted)| {
                    let (minutes, posted) = (minutes?, posted?);
                    let answered = posted.checked_add((minutes * 6e7).round() as i64)?;
                    self.settings.calendar.open_minutes(posted, answered)
                })
                .collect();
            posts.with_column(Column::new(
                columns::FIRST_RESPONSE_OPEN_MINUTES.into(),
                open,
            ))?;
        }
        Ok(posts)
    }

    /// Where each of these posts stands in the queue: by band, then by rank, from 1; 0 where there is
    /// nothing to act on or the company has answered.
    pub fn queue_places(&self, rows: Range<usize>) -> &[u32] {
        self.queue.get(rows).unwrap_or_default()
    }
}

/// What the model said about one post.
struct Scored {
    scores: Scores,
    urgency_level: u32,
    anger_level: u32,
    is_actionable: bool,
    is_tried_before: bool,
    is_churn: bool,
}

impl Scored {
    fn band(&self, rules: &BandRules) -> Band {
        rules.band(self.urgency_level, self.anger_level, self.is_actionable)
    }

    fn facts(
        &self,
        rules: &BandRules,
        priority: Priority,
        audience: Audience,
        answer: Answer,
    ) -> Facts {
        Facts {
            priority,
            band: self.band(rules),
            rules: *rules,
            urgency_level: self.urgency_level,
            anger_level: self.anger_level,
            is_actionable: self.is_actionable,
            is_tried_before: self.is_tried_before,
            is_churn: self.is_churn,
            audience,
            answer,
        }
    }
}

impl Posts {
    fn audience(&self, row: usize) -> Audience {
        Audience {
            followers: self.followers.get(row),
            views: self.views.get(row),
            reposts: self.reposts.get(row),
            quotes: self.quotes.get(row),
        }
    }

    /// What the model said, or `None` where the post is the company's or has not been scored.
    /// The table's first row is number `first_row` of the export.
    fn scores(&self, row: usize, first_row: usize) -> Result<Option<Scored>, Error> {
        let out_of_range = |column, value, expected| Error::OutOfRange {
            column,
            row: first_row + row + 1,
            value,
            expected,
        };
        match self.direction.get(row) {
            Some(columns::CUSTOMER) => {}
            Some(columns::COMPANY) => return Ok(None),
            other => {
                let value = other.unwrap_or("missing").to_owned();
                let expected = "customer or company";
                return Err(out_of_range(columns::DIRECTION, value, expected));
            }
        }
        let score = |values: &Float64Chunked, name| match values.get(row) {
            Some(value) if !(0.0..=1.0).contains(&value) => {
                Err(out_of_range(name, value.to_string(), "from 0 to 1"))
            }
            value => Ok(value),
        };
        let level = |values: &Int64Chunked, name| match values.get(row) {
            None => Ok(None),
            Some(value @ 0..=3) => Ok(u32::try_from(value).ok()),
            Some(value) => Err(out_of_range(name, value.to_string(), "from 0 to 3")),
        };
        let urgency = score(&self.urgency, columns::URGENCY)?;
        let anger = score(&self.anger, columns::ANGER)?;
        let actionable = score(&self.actionable, columns::ACTIONABLE)?;
        let tried_before = score(&self.tried_before, columns::TRIED_BEFORE)?;
        let churn = score(&self.churn, columns::CHURN)?;
        let urgency_level = level(&self.urgency_level, columns::URGENCY_LEVEL)?;
        let anger_level = level(&self.anger_level, columns::ANGER_LEVEL)?;
        let scored = || {
            Some(Scored {
                scores: Scores {
                    urgency: urgency?,
                    anger: anger?,
                    actionable: actionable?,
                    tried_before: tried_before?,
                    churn: churn?,
                },
                urgency_level: urgency_level?,
                anger_level: anger_level?,
                is_actionable: self.is_actionable.get(row)?,
                is_tried_before: self.is_tried_before.get(row)?,
                is_churn: self.is_churn.get(row)?,
            })
        };
        Ok(scored())
    }
}

impl Answers {
    fn answer(&self, row: usize, created_at: Option<i64>, newest: Option<i64>) -> Answer {
        match self.answered.get(row) {
            None => Answer::Unknown,
            Some(true) => Answer::Given {
                after_minutes: self.first_response_minutes.get(row),
            },
            Some(false) => Answer::Awaited {
                for_minutes: newest
                    .zip(created_at)
                    .map(|(newest, posted)| (newest as f64 - posted as f64) / 6e7),
            },
        }
    }
}

#[cfg(test)]
mod tests;
