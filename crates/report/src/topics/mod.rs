//! What posts are about: groups of posts that lie near one another, named by their own words.
//!
//! Groups are found in a sample of the posts, which depends on their texts alone and not on their
//! order, then every post goes to the nearest. Posts are near when their vectors point the same way
//! and when they use the same words. This module knows nothing of files or of the model: it gets a
//! vector with each post, and needs of it only that vectors of posts on the same subject point the
//! same way.

mod cluster;
mod label;
mod space;
mod vocabulary;
mod words;

use std::collections::BTreeMap;

use polars::prelude::{DataFrame, IntoColumn, NewChunkedArray, StringChunked};

use self::{
    cluster::Clusters,
    space::Space,
    vocabulary::Vocabulary,
    words::{Terms, Words},
};
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

/// The most groups: people read about a dozen.
const MOST_GROUPS: usize = 14;

/// The least cosine of the angle between a post and the centre of its group.
const LEAST_COSINE: f32 = 0.2;

/// Groups whose centres have at least this cosine between them are one.
const NEAR: f32 = 0.55;

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
    groups: Option<Groups>,
    words: Words,
}

/// Groups of posts and where they lie.
#[derive(Debug)]
struct Groups {
    space: Space,
    clusters: Clusters,
    /// Of each group.
    labels: Vec<Option<String>>,
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

    /// Finds topics. Their labels hold no word that is part of one of these handles, or of one that
    /// many texts mention: an export without the company's own posts does not tell its handle.
    ///
    /// There are √n / 2 groups of n texts, at least 2 and at most 14, of which near ones are joined:
    /// measures such as the silhouette hardly differ between 6 and 24 groups of posts, so that they
    /// cannot choose.
    pub fn topics<'a>(self, handles: impl Iterator<Item = &'a str>) -> Topics {
        let texts = self.posts.values().map(|it| it.text.as_str());
        let mentioned = words::often_mentioned(texts);
        let mut handles: Vec<&str> = handles.collect();
        handles.extend(mentioned.iter().map(String::as_str));
        let words = Words::new(handles.into_iter());
        Topics {
            bands: self.bands,
            groups: (self.posts.len() >= FEWEST).then(|| Groups::find(&self.posts, &words)),
            words,
        }
    }
}

impl Groups {
    fn find(posts: &BTreeMap<u128, Sampled>, words: &Words) -> Self {
        let terms: Vec<Terms> = posts.values().map(|it| words.terms(&it.text)).collect();
        let authors = posts.values().map(|it| it.author.as_deref());
        let vocabulary = Vocabulary::new(authors.zip(&terms), words);
        let vectors = || posts.values().map(|it| it.vector.as_slice());
        let space = Space::new(vectors(), vocabulary);
        let points = vectors().zip(&terms);
        let points: Vec<_> = points
            .map(|(vector, terms)| space.point(vector, terms))
            .collect();
        let count = ((points.len() as f64).sqrt() / 2.0).round() as usize;
        let count = count.clamp(2, MOST_GROUPS);
        let clusters = Clusters::fit(&points, space.width(), count, NEAR);
        let near = points.iter().zip(&terms).filter_map(|(point, terms)| {
            let (group, cosine) = clusters.nearest(point)?;
            (cosine >= LEAST_COSINE).then_some((group, terms))
        });
        let near: Vec<(usize, &Terms)> = near.collect();
        let labels = label::labels(&near, clusters.count(), &space.vocabulary, words);
        Self {
            space,
            clusters,
            labels,
        }
    }

    /// The label of the group that a post belongs to.
    fn label(&self, vector: &[i8], terms: &Terms) -> Option<&str> {
        let point = self.space.point(vector, terms);
        let (group, cosine) = self.clusters.nearest(&point)?;
        let label = self.labels.get(group)?.as_deref();
        label.filter(|_| cosine >= LEAST_COSINE)
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
        let groups = self.groups.as_ref()?;
        let vector = known(vector).filter(|_| self.words.tell(text));
        let label = vector.and_then(|vector| groups.label(vector, &self.words.terms(text)));
        Some(label.unwrap_or(OTHER_TOPIC))
    }
}

fn known(vector: Option<&[i8]>) -> Option<&[i8]> {
    vector.filter(|vector| vector.iter().any(|value| *value != 0))
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
