//! The ranking: reach, priority, place, band and words for every post.

use std::cmp::Ordering;

use polars::prelude::*;

use crate::{
    band::Band,
    columns,
    error::Error,
    posts::Posts,
    priority::{Priority, Scores, Weights},
    reach::{Audience, reach},
    why::{Answer, Facts},
};

/// Adds to a table of scored posts the columns `reach`, `from_*`, `priority`, `rank`,
/// `rank_without_reach`, `band` and `why`; [`columns`] explains them. Rows keep their order.
///
/// Ranked are the posts of customers that have all of their scores; 1 is the first. Among equals
/// the earlier post is first, then the smaller `id` in byte order, so that the same table always
/// gives the same ranking.
///
/// # Errors
///
/// When the weights do not pass [`Weights::check`], when a column is missing or of another type,
/// or when a value lies outside its range.
pub fn rank(mut posts: DataFrame, weights: &Weights) -> Result<DataFrame, Error> {
    weights.check()?;
    let input = Posts::read(&posts)?;
    let newest = input.created_at.max();
    let audiences: Vec<_> = (0..posts.height()).map(|row| input.audience(row)).collect();
    let reaches: Vec<_> = audiences.iter().map(reach).collect();
    let mut facts = Vec::with_capacity(posts.height());
    for (row, (audience, reach)) in audiences.iter().zip(&reaches).enumerate() {
        facts.push(input.scores(row)?.map(|scored| {
            let priority = Priority::new(&scored.scores, *reach, weights);
            scored.facts(priority, *audience, input.answer(row, newest))
        }));
    }

    let of_priority = |part: fn(&Priority) -> f64| -> Vec<Option<f64>> {
        facts
            .iter()
            .map(|facts| facts.as_ref().map(|facts| part(&facts.priority)))
            .collect()
    };
    let priorities = of_priority(Priority::total);
    let without_reach = of_priority(Priority::without_reach);
    let bands: Vec<_> = facts
        .iter()
        .map(|facts| facts.as_ref().map(|f| f.band.name()))
        .collect();
    let why: Vec<_> = facts
        .iter()
        .map(|facts| facts.as_ref().map(Facts::why))
        .collect();
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
        Column::new(columns::RANK.into(), input.places(&priorities)),
        Column::new(
            columns::RANK_WITHOUT_REACH.into(),
            input.places(&without_reach),
        ),
        Column::new(columns::PRIORITY.into(), priorities),
        Column::new(columns::BAND.into(), bands),
        Column::new(columns::WHY.into(), why),
    ];
    for column in added {
        posts.with_column(column)?;
    }
    Ok(posts)
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
    fn facts(&self, priority: Priority, audience: Audience, answer: Answer) -> Facts {
        Facts {
            priority,
            band: Band::new(self.urgency_level, self.anger_level, self.is_actionable),
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
    fn scores(&self, row: usize) -> Result<Option<Scored>, Error> {
        match self.direction.get(row) {
            Some(columns::CUSTOMER) => {}
            Some(columns::COMPANY) => return Ok(None),
            other => {
                let value = other.unwrap_or("missing").to_owned();
                let expected = "customer or company";
                return Err(out_of_range(columns::DIRECTION, row, value, expected));
            }
        }
        let score = |values: &Float64Chunked, name| match values.get(row) {
            Some(value) if !(0.0..=1.0).contains(&value) => {
                Err(out_of_range(name, row, value.to_string(), "from 0 to 1"))
            }
            value => Ok(value),
        };
        let level = |values: &Int64Chunked, name| match values.get(row) {
            None => Ok(None),
            Some(value @ 0..=3) => Ok(u32::try_from(value).ok()),
            Some(value) => Err(out_of_range(name, row, value.to_string(), "from 0 to 3")),
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

    fn answer(&self, row: usize, newest: Option<i64>) -> Answer {
        match self.answered.get(row) {
            None => Answer::Unknown,
            Some(true) => Answer::Given {
                after_minutes: self.first_response_minutes.get(row),
            },
            Some(false) => {
                let waited = newest.zip(self.created_at.get(row));
                Answer::Awaited {
                    for_minutes: waited
                        .map(|(newest, posted)| (newest as f64 - posted as f64) / 6e7),
                }
            }
        }
    }

    /// The place of each row that has a value, the largest value first.
    fn places(&self, values: &[Option<f64>]) -> Vec<Option<u32>> {
        let mut order: Vec<(usize, f64)> = values
            .iter()
            .enumerate()
            .filter_map(|(row, value)| value.map(|value| (row, value)))
            .collect();
        order.sort_unstable_by(|&(a, value_a), &(b, value_b)| {
            value_b
                .total_cmp(&value_a)
                .then_with(|| self.order_of_equals(a, b))
        });
        let mut places = vec![None; values.len()];
        for (place, (row, _)) in (1..).zip(order) {
            if let Some(slot) = places.get_mut(row) {
                *slot = Some(place);
            }
        }
        places
    }

    fn order_of_equals(&self, a: usize, b: usize) -> Ordering {
        // `false` sorts first, so that posts without a time come last.
        let time = |row| {
            let created_at = self.created_at.get(row);
            (created_at.is_none(), created_at)
        };
        time(a)
            .cmp(&time(b))
            .then_with(|| self.id.get(a).cmp(&self.id.get(b)))
            .then_with(|| a.cmp(&b))
    }
}

fn out_of_range(column: &'static str, row: usize, value: String, expected: &'static str) -> Error {
    Error::OutOfRange {
        column,
        row: row + 1,
        value,
        expected,
    }
}

#[cfg(test)]
mod tests;
