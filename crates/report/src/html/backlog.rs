//! What awaits an answer beyond the posts that the page shows one by one.

use std::{cmp::Reverse, collections::BTreeMap};

use polars::prelude::DataFrame;

use super::{rows::Row, text::harmless};
use crate::{
    band::Band,
    columns,
    error::Error,
    posts::{booleans, texts},
};

/// Groups that are told one by one; the others are added up.
const MOST_GROUPS: usize = 25;

/// Posts that await an answer by band: now, today, later.
pub(super) type ByBand = [u64; 3];

/// Posts that await an answer, counted.
#[derive(Debug, Default)]
pub(super) struct Backlog {
    companies: BTreeMap<Option<String>, ByBand>,
    topics: BTreeMap<Option<String>, ByBand>,
}

/// What is left when the posts on the page are taken away.
#[derive(Debug)]
pub(super) struct Rest {
    pub(super) posts: u64,
    pub(super) groups: Vec<Groups>,
}

/// Posts of the rest by what they have in common.
#[derive(Debug)]
pub(super) struct Groups {
    pub(super) title: &'static str,
    /// Name and counts, the largest first.
    pub(super) rows: Vec<(String, ByBand)>,
}

impl Backlog {
    /// Adds the next posts.
    pub(super) fn add(&mut self, ranked: &DataFrame) -> Result<(), Error> {
        let bands = texts(ranked, columns::BAND)?;
        let answered = booleans(ranked, columns::ANSWERED)?;
        let companies = texts(ranked, columns::COMPANY_NAME)?;
        let topics = texts(ranked, columns::TOPIC)?;
        for row in 0..ranked.height() {
            let Some(band) = bands.get(row).and_then(place) else {
                continue;
            };
            if answered.get(row) == Some(true) {
                continue;
            }
            count(&mut self.companies, companies.get(row), band, 1);
            count(&mut self.topics, topics.get(row), band, 1);
        }
        Ok(())
    }

    /// What is left without these posts.
    pub(super) fn without(mut self, shown: &[Row]) -> Rest {
        for row in shown {
            if let Some(band) = place(&row.band) {
                count(&mut self.companies, row.company.as_deref(), band, -1);
                count(&mut self.topics, row.topic.as_deref(), band, -1);
            }
        }
        let posts = self.companies.values().flatten().sum();
        let groups = [("Company", self.companies), ("Topic", self.topics)]
            .into_iter()
            .filter(|(_, groups)| groups.keys().any(Option::is_some))
            .map(|(title, groups)| Groups {
                title,
                rows: largest(groups),
            })
            .collect();
        Rest { posts, groups }
    }
}

/// The place of a band in [`ByBand`].
fn place(band: &str) -> Option<usize> {
    [Band::Now, Band::Today, Band::Later]
        .iter()
        .position(|it| it.name() == band)
}

fn count(groups: &mut BTreeMap<Option<String>, ByBand>, name: Option<&str>, band: usize, by: i64) {
    let name = name.map(|name| harmless(name).into_owned());
    if let Some(posts) = groups.entry(name).or_default().get_mut(band) {
        *posts = posts.saturating_add_signed(by);
    }
}

/// The groups that still have posts, the largest first and the small ones together.
fn largest(groups: BTreeMap<Option<String>, ByBand>) -> Vec<(String, ByBand)> {
    let mut groups: Vec<_> = groups
        .into_iter()
        .filter(|(_, posts)| posts.iter().any(|posts| *posts > 0))
        .map(|(name, posts)| (name.unwrap_or_else(|| "not known".to_owned()), posts))
        .collect();
    groups.sort_by_key(|(_, posts)| Reverse(posts.iter().sum::<u64>()));
    let others = groups.split_off(groups.len().min(MOST_GROUPS));
    if !others.is_empty() {
        let mut sum = ByBand::default();
        for (_, posts) in &others {
            for (sum, posts) in sum.iter_mut().zip(posts) {
                *sum += posts;
            }
        }
        groups.push((format!("{} others", others.len()), sum));
    }
    groups
}
