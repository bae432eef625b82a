//! `equity.csv`: whether small accounts, calm words or missing badges wait longer.

mod compare;
mod groups;
mod queue;
mod rows;
mod words;

use std::collections::HashMap;

use polars::prelude::DataFrame;

use super::{
    Accumulate,
    spec::{Field, Kind, TableSpec},
};
use crate::{
    band::Band,
    columns,
    error::Error,
    posts::{booleans, integers, numbers, texts},
    settings::Settings,
};
use groups::By;

/// The table.
pub(crate) const SPEC: TableSpec = TableSpec {
    name: "equity",
    title: "Equity",
    purpose: "Whether small accounts, accounts without a badge, calm posts and posts that open a conversation are answered less or later than others, and what ranking by reach changes for whom. Groups of fewer than 30 posts are counted and not measured. Intervals take posts as independent of each other, so that they are somewhat narrow where few authors write much.",
    fields: &[
        field(
            rows::COMPARISON,
            Kind::Label,
            "What the posts are grouped by: `followers`, `verified`, `politeness`, `reply`; all of customers' posts for which it is known whether they were answered. `ranking by reach` is about the posts that await an answer.",
        ),
        field(
            rows::GROUP,
            Kind::Label,
            "Tenths by followers of all posts whose number is known, `tenth 1` the fewest; posts with the same number stay together, in the tenth where the first of them falls, so that tenths can be larger, and missing. `not verified` or `verified`; `calm` (anger level 0 or 1) or `angry`; `opening` or `reply` (to any other post); `difference` between the last group and the first; `difference in waiting`; `polite emergencies` (urgency level 3, calm) among the first 10 or 100 of the queue without reach.",
        ),
        field(
            rows::POSTS,
            Kind::Count,
            "Posts of the group; of a difference, those that could be compared: in strata, of a company and of an urgency level for `politeness`, with posts (or for waits, answers with a time) of both groups. A difference is measured from 30 of each group on.",
        ),
        field(
            rows::FOLLOWERS_FROM,
            Kind::Count,
            "The fewest followers in a tenth.",
        ),
        field(
            rows::FOLLOWERS_TO,
            Kind::Count,
            "The most followers in a tenth.",
        ),
        field(
            rows::RATE,
            Kind::Share,
            "Posts that were answered among those of the group.",
        ),
        field(
            rows::RATE_LOW,
            Kind::Share,
            "The lower end of its 95 % interval (Wilson).",
        ),
        field(rows::RATE_HIGH, Kind::Share, "The upper end."),
        field(
            rows::ADJUSTED_RATE,
            Kind::Share,
            "The rate at the same mix of companies, and of urgency levels for `politeness` (Mantel–Haenszel weights), for the two groups that are compared.",
        ),
        field(
            rows::MEDIAN,
            Kind::Minutes,
            "The median time to the first answer, from six answers with a time on.",
        ),
        field(
            rows::MEDIAN_LOW,
            Kind::Minutes,
            "The lower end of its 95 % interval (order statistics).",
        ),
        field(rows::MEDIAN_HIGH, Kind::Minutes, "The upper end."),
        field(
            rows::RANK_CHANGE,
            Kind::Number,
            "The median of `rank_without_reach` less `rank`: places won by reach, below 0 places lost. For `ranking by reach`, places in the queue, where bands stay apart.",
        ),
        field(
            rows::MOVED_UP,
            Kind::Share,
            "Posts that reach moves up among those of the group.",
        ),
        field(
            rows::MOVED_DOWN,
            Kind::Share,
            "Posts that reach moves down; of polite emergencies, those that fall out of the first 10 or 100.",
        ),
        field(
            rows::DOWN_MEDIAN,
            Kind::Number,
            "How many places those lose, in the median. Only for tenths of `ranking by reach`.",
        ),
        field(
            rows::DOWN_P90,
            Kind::Number,
            "How many places one in ten of them loses at least.",
        ),
        field(
            rows::DIFFERENCE,
            Kind::Share,
            "The adjusted rate of the last group less that of the first: highest less lowest tenth, angry less calm, verified less not, reply less opening.",
        ),
        field(
            rows::DIFFERENCE_LOW,
            Kind::Share,
            "The lower end of its 95 % interval: Newcombe's, or Sato's where several strata are compared.",
        ),
        field(rows::DIFFERENCE_HIGH, Kind::Share, "The upper end."),
        field(
            rows::P_VALUE,
            Kind::Score,
            "The chance of a difference as large, if there were none: chi-squared test, or where several strata are compared the normal test with the deviation of Sato's interval; for waits, van Elteren's rank test within the same strata.",
        ),
        field(
            rows::FINDING,
            Kind::Text,
            "What the difference comes to, in a sentence, or why nothing can be said.",
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

/// The table as it is made. It keeps 32 bytes for each post of a customer.
pub(crate) struct Equity {
    posts: Vec<Post>,
    companies: HashMap<String, u32>,
}

/// What is kept of a customer's post.
#[derive(Clone, Copy, Debug)]
struct Post {
    /// Minutes to the first answer, no number where unknown.
    minutes: f64,
    /// [`NO_FOLLOWERS`] where unknown.
    followers: u32,
    /// The company's number; 0 where it is unknown.
    company: u32,
    /// 0 without a rank.
    rank: u32,
    rank_without_reach: u32,
    answered: Option<bool>,
    verified: Option<bool>,
    is_reply: bool,
    /// Of posts with a rank.
    levels: Option<Levels>,
}

/// What the scores come to.
#[derive(Clone, Copy, Debug)]
struct Levels {
    urgency: u8,
    anger: u8,
    band: Band,
}

const NO_FOLLOWERS: u32 = u32::MAX;

/// From this anger level on, a post is angry.
const ANGRY: u8 = 2;

impl Post {
    fn followers(&self) -> Option<u32> {
        (self.followers != NO_FOLLOWERS).then_some(self.followers)
    }

    fn minutes(&self) -> Option<f64> {
        (!self.minutes.is_nan()).then_some(self.minutes)
    }

    /// Places won by reach.
    fn rank_change(&self) -> Option<i64> {
        let change = i64::from(self.rank_without_reach) - i64::from(self.rank);
        (self.rank > 0).then_some(change)
    }
}

impl Equity {
    pub(crate) fn new(_settings: &Settings) -> Self {
        Self {
            posts: Vec::new(),
            companies: HashMap::new(),
        }
    }
}

impl Accumulate for Equity {
    fn spec(&self) -> &'static TableSpec {
        &SPEC
    }

    fn add(&mut self, ranked: &DataFrame) -> Result<(), Error> {
        let direction = texts(ranked, columns::DIRECTION)?;
        let followers = integers(ranked, columns::FOLLOWERS)?;
        let verified = booleans(ranked, columns::VERIFIED)?;
        let in_reply_to = texts(ranked, columns::IN_REPLY_TO_ID)?;
        let company = texts(ranked, columns::COMPANY_NAME)?;
        let answered = booleans(ranked, columns::ANSWERED)?;
        let minutes = numbers(ranked, columns::FIRST_RESPONSE_MINUTES)?;
        let anger = integers(ranked, columns::ANGER_LEVEL)?;
        let urgency = integers(ranked, columns::URGENCY_LEVEL)?;
        let band = texts(ranked, columns::BAND)?;
        let rank = integers(ranked, columns::RANK)?;
        let without_reach = integers(ranked, columns::RANK_WITHOUT_REACH)?;
        let place = |rank: Option<i64>| u32::try_from(rank.unwrap_or(0)).unwrap_or(0);
        for row in 0..ranked.height() {
            if direction.get(row) != Some(columns::CUSTOMER) {
                continue;
            }
            let company = company.get(row).map_or(0, |company| {
                let next = self.companies.len() as u32 + 1;
                match self.companies.get(company) {
                    Some(known) => *known,
                    None => *self.companies.entry(company.to_owned()).or_insert(next),
                }
            });
            let followers = followers.get(row).filter(|count| *count >= 0);
            let levels = || {
                let band = band.get(row)?;
                Some(Levels {
                    urgency: u8::try_from(urgency.get(row)?).ok()?,
                    anger: u8::try_from(anger.get(row)?).ok()?,
                    band: Band::ALL.into_iter().find(|it| it.name() == band)?,
                })
            };
            self.posts.push(Post {
                minutes: minutes.get(row).unwrap_or(f64::NAN),
                followers: followers.map_or(NO_FOLLOWERS, |count| {
                    u32::try_from(count)
                        .unwrap_or(NO_FOLLOWERS)
                        .min(NO_FOLLOWERS - 1)
                }),
                company,
                rank: place(rank.get(row)),
                rank_without_reach: place(without_reach.get(row)),
                answered: answered.get(row),
                verified: verified.get(row),
                is_reply: in_reply_to.get(row).is_some(),
                levels: levels(),
            });
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<DataFrame, Error> {
        let mut rows = Vec::new();
        let by_followers = By::followers(&self.posts, |post| post.answered.is_some());
        for by in [by_followers, By::Verified, By::Anger, By::Reply] {
            rows.extend(compare::rows(&self.posts, &by));
        }
        rows.extend(queue::rows(&self.posts));
        rows::table(&rows)
    }
}

#[cfg(test)]
mod tests;
