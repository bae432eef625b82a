//! What posts are about: groups of posts that lie near one another, named by their own words.
//!
//! Groups are found in a sample of the posts, which depends on their texts alone and not on their
//! order, then every post goes to the nearest. This module knows nothing of files or of the model: it
//! gets a vector with each post, and needs of it only that vectors of posts on the same subject point
//! the same way.

mod cluster;
mod label;
mod words;

use std::collections::BTreeMap;

use polars::prelude::{DataFrame, IntoColumn, NewChunkedArray, StringChunked};

use self::{cluster::Clusters, words::Words};
use crate::{
    band::{Band, BandRules},
    columns,
    error::Error,
    posts::{booleans, integers, texts},
};

/// The topic of posts that lie far from all others or hardly say anything.
pub const OTHER_TOPIC: &str = "other";

/// How many texts groups are found in. More change the groups little and take longer.
const SAMPLE: usize = 10_000;

/// How much of a long text is kept.
const KEPT_BYTES: usize = 1_000;

/// With fewer texts there are no topics: a person reads thirty posts.
const FEWEST: usize = 30;

/// The most groups: more than people read.
const MOST_GROUPS: usize = 24;

/// The least cosine of the angle between a post and the centre of its group.
const LEAST_COSINE: f32 = 0.35;

/// The posts in which topics are found: of the texts that somebody has to act on, or whose authors are
/// angry, those with the smallest hashes, each once.
#[derive(Debug)]
pub struct TopicSample {
    bands: BandRules,
    posts: BTreeMap<u128, Sampled>,
    words: Words,
}

#[derive(Debug)]
struct Sampled {
    vector: Vec<i8>,
    text: String,
    author: Option<String>,
}

/// The topics of an export.
#[derive(Debug)]
pub struct Topics {
    bands: BandRules,
    /// None where there are too few posts.
    clusters: Option<Clusters>,
    /// Of each group.
    labels: Vec<Option<String>>,
    words: Words,
}

impl TopicSample {
    /// No posts yet. The rules say on which posts somebody has to act.
    pub fn new(bands: BandRules) -> Self {
        Self {
            bands,
            posts: BTreeMap::new(),
            words: Words::new([].into_iter()),
        }
    }

    /// Adds posts with scores, with the hash of each text and its vector, of which all have the same
    /// length; no vector where nothing is known.
    ///
    /// # Errors
    ///
    /// [`Error::MissingColumn`] or [`Error::ColumnType`].
    pub fn add<'a>(
        &mut self,
        posts: &DataFrame,
        hashes: &[u128],
        vectors: impl Iterator<Item = Option<&'a [i8]>>,
    ) -> Result<(), Error> {
        let text = texts(posts, columns::TEXT)?;
        let name = texts(posts, columns::AUTHOR_NAME)?;
        let id = texts(posts, columns::AUTHOR_ID)?;
        let concerned = concerned(posts, &self.bands)?;
        for (row, (hash, vector)) in hashes.iter().zip(vectors).enumerate() {
            let (Some(vector), Some(true)) = (known(vector), concerned.get(row)) else {
                continue;
            };
            let is_in = self.posts.len() < SAMPLE
                || self
                    .posts
                    .last_key_value()
                    .is_some_and(|(last, _)| hash < last);
            if !is_in || self.posts.contains_key(hash) {
                continue;
            }
            let text = text.get(row).unwrap_or_default();
            if !self.words.tell(text) {
                continue;
            }
            self.posts.insert(
                *hash,
                Sampled {
                    vector: vector.to_owned(),
                    text: text[..text.floor_char_boundary(KEPT_BYTES)].to_owned(),
                    author: id.get(row).or_else(|| name.get(row)).map(str::to_owned),
                },
            );
            if self.posts.len() > SAMPLE {
                self.posts.pop_last();
            }
        }
        Ok(())
    }

    /// Finds topics. Their labels hold no word that is part of one of these handles.
    ///
    /// There are √n / 2 groups of n texts, at least 2 and at most 24: measures such as the silhouette
    /// hardly differ between 6 and 24 groups of posts, so that they cannot choose.
    pub fn topics<'a>(self, handles: impl Iterator<Item = &'a str>) -> Topics {
        let count = self.posts.len();
        if count < FEWEST {
            return Topics {
                bands: self.bands,
                clusters: None,
                labels: Vec::new(),
                words: self.words,
            };
        }
        let vectors: Vec<&[i8]> = self.posts.values().map(|it| it.vector.as_slice()).collect();
        let groups = ((count as f64).sqrt() / 2.0).round() as usize;
        let clusters = Clusters::fit(&vectors, groups.clamp(2, MOST_GROUPS));
        let near = self.posts.values().filter_map(|it| {
            Some(label::Text {
                group: group(&clusters, &it.vector)?,
                text: &it.text,
                author: it.author.as_deref(),
            })
        });
        let near: Vec<label::Text<'_>> = near.collect();
        let labels = label::labels(&near, clusters.count(), &Words::new(handles));
        Topics {
            bands: self.bands,
            clusters: Some(clusters),
            labels,
            words: self.words,
        }
    }
}

impl Topics {
    /// Fills the column `topic` of posts with scores, whose vectors are as those of the sample.
    ///
    /// # Errors
    ///
    /// [`Error::MissingColumn`] or [`Error::ColumnType`].
    pub fn annotate<'a>(
        &self,
        mut posts: DataFrame,
        vectors: impl Iterator<Item = Option<&'a [i8]>>,
    ) -> Result<DataFrame, Error> {
        let text = texts(&posts, columns::TEXT)?;
        let topics = concerned(&posts, &self.bands)?
            .into_iter()
            .zip(text.iter())
            .zip(vectors);
        let topics = topics.map(|((concerned, text), vector)| {
            if concerned {
                self.topic(text.unwrap_or_default(), vector)
            } else {
                None
            }
        });
        let column = StringChunked::from_iter_options(columns::TOPIC.into(), topics);
        posts.with_column(column.into_column())?;
        Ok(posts)
    }

    /// The label of the group that a post belongs to.
    fn topic(&self, text: &str, vector: Option<&[i8]>) -> Option<&str> {
        let clusters = self.clusters.as_ref()?;
        let vector = known(vector).filter(|_| self.words.tell(text));
        let group = vector.and_then(|vector| group(clusters, vector));
        let label = group.and_then(|group| self.labels.get(group)?.as_deref());
        Some(label.unwrap_or(OTHER_TOPIC))
    }
}

fn known(vector: Option<&[i8]>) -> Option<&[i8]> {
    vector.filter(|vector| vector.iter().any(|value| *value != 0))
}

fn group(clusters: &Clusters, vector: &[i8]) -> Option<usize> {
    let (group, cosine) = clusters.nearest(vector)?;
    (cosine >= LEAST_COSINE).then_some(group)
}

/// Whether each post is by a customer whom somebody has to answer, or who is angry.
fn concerned(posts: &DataFrame, bands: &BandRules) -> Result<Vec<bool>, Error> {
    let direction = texts(posts, columns::DIRECTION)?;
    let urgency = integers(posts, columns::URGENCY_LEVEL)?;
    let anger = integers(posts, columns::ANGER_LEVEL)?;
    let actionable = booleans(posts, columns::IS_ACTIONABLE)?;
    let is_concerned = |row| {
        let level = |level: Option<i64>| u32::try_from(level?).ok();
        let (urgency, anger) = (level(urgency.get(row))?, level(anger.get(row))?);
        let band = bands.band(urgency, anger, actionable.get(row)?);
        let is_customer = direction.get(row) == Some(columns::CUSTOMER);
        Some(is_customer && (band != Band::None || anger >= 1))
    };
    Ok((0..posts.height())
        .map(|row| is_concerned(row).unwrap_or(false))
        .collect())
}

#[cfg(test)]
mod tests;
