//! The posts that two reports have in common.

use std::{
    collections::{BTreeMap, HashMap},
    hash::{DefaultHasher, Hash, Hasher},
};

use serde::Serialize;

use super::Rows;
use crate::band::Band;

/// How many posts that moved are named.
const NAMED: usize = 10;

/// A move is worth naming when the post stands among so many before or after.
const FRONT: u32 = 100;

/// The share of posts in both from which on places can be compared: new posts push the others down.
const SAME_POSTS: f64 = 0.9;

/// What became of the posts that both reports hold. Posts of customers, told by their ids.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SharedPosts {
    /// Posts in both.
    pub posts: u64,
    /// Posts that only the first report holds.
    pub only_before: u64,
    /// Posts that only the second report holds.
    pub only_after: u64,
    /// Posts that were answered between the two.
    pub answered_since: u64,
    /// The share of posts in both whose level of anger is the same; missing where none has scores.
    pub same_anger_level: Option<f64>,
    /// The share of posts in both whose level of urgency is the same.
    pub same_urgency_level: Option<f64>,
    /// Posts that went from one band to another, the most frequent change first.
    pub bands: Vec<BandChange>,
    /// Posts among the first 100 of either report that moved by most places, at most ten; none unless
    /// nine tenths of the posts are in both.
    pub moved: Vec<Moved>,
}

/// Posts that went from one band to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BandChange {
    /// The band before.
    pub before: &'static str,
    /// The band after.
    pub after: &'static str,
    /// How many posts.
    pub posts: u64,
}

/// A post that moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// Its id.
    pub id: String,
    /// Its rank before.
    pub before: u32,
    /// Its rank after.
    pub after: u32,
}

/// What is known of each post of a customer, by the hash of its id: some 40 bytes a post.
#[derive(Debug, Default)]
pub(super) struct Places {
    posts: HashMap<u64, Place>,
    /// The ids of the first posts by rank.
    front: BTreeMap<u32, String>,
}

#[derive(Clone, Copy, Debug)]
struct Place {
    rank: Option<u32>,
    anger_level: Option<u8>,
    urgency_level: Option<u8>,
    band: Option<Band>,
    answered: Option<bool>,
}

impl Places {
    pub(super) fn add(&mut self, rows: &Rows, row: usize) {
        let Some(id) = rows.id.get(row) else {
            return;
        };
        let small = |value: Option<i64>| value.and_then(|value| value.try_into().ok());
        let rank = rows.rank.get(row).and_then(|rank| rank.try_into().ok());
        let place = Place {
            rank,
            anger_level: small(rows.anger_level.get(row)),
            urgency_level: small(rows.urgency_level.get(row)),
            band: rows.band.get(row).and_then(Band::from_name),
            answered: rows.answered.get(row),
        };
        self.posts.insert(hash(id), place);
        if let Some(rank) = rank.filter(|rank| *rank <= FRONT) {
            self.front.insert(rank, id.to_owned());
        }
    }

    pub(super) fn compare(&self, after: &Self) -> SharedPosts {
        let mut bands: BTreeMap<(Band, Band), u64> = BTreeMap::new();
        let (mut posts, mut answered_since) = (0, 0);
        let (mut anger, mut urgency) = (Same::default(), Same::default());
        for (id, now) in &after.posts {
            let Some(then) = self.posts.get(id) else {
                continue;
            };
            posts += 1;
            answered_since += u64::from(then.answered != Some(true) && now.answered == Some(true));
            anger.add(then.anger_level, now.anger_level);
            urgency.add(then.urgency_level, now.urgency_level);
            if let (Some(before), Some(after)) = (then.band, now.band)
                && before != after
            {
                *bands.entry((before, after)).or_default() += 1;
            }
        }
        let mut bands: Vec<BandChange> = bands
            .into_iter()
            .map(|((before, after), posts)| BandChange {
                before: before.name(),
                after: after.name(),
                posts,
            })
            .collect();
        // Stable, so that equal ones stay in the order of their bands.
        bands.sort_by_key(|change| std::cmp::Reverse(change.posts));
        SharedPosts {
            posts,
            only_before: self.posts.len() as u64 - posts,
            only_after: after.posts.len() as u64 - posts,
            answered_since,
            same_anger_level: anger.share(),
            same_urgency_level: urgency.share(),
            bands,
            moved: if posts as f64 >= SAME_POSTS * self.posts.len().max(after.posts.len()) as f64 {
                self.moved(after)
            } else {
                Vec::new()
            },
        }
    }

    /// The posts at the front of either report that moved most, the farthest first.
    fn moved(&self, after: &Self) -> Vec<Moved> {
        let ids: BTreeMap<&str, u64> = self
            .front
            .values()
            .chain(after.front.values())
            .map(|id| (id.as_str(), hash(id)))
            .collect();
        let mut moved: Vec<Moved> = ids
            .into_iter()
            .filter_map(|(id, hash)| {
                Some(Moved {
                    id: id.to_owned(),
                    before: self.posts.get(&hash)?.rank?,
                    after: after.posts.get(&hash)?.rank?,
                })
            })
            .filter(|moved| moved.before != moved.after)
            .collect();
        moved.sort_by_key(|moved| std::cmp::Reverse(moved.before.abs_diff(moved.after)));
        moved.truncate(NAMED);
        moved
    }
}

/// How often two reports say the same.
#[derive(Default)]
struct Same {
    posts: u64,
    same: u64,
}

impl Same {
    fn add(&mut self, before: Option<u8>, after: Option<u8>) {
        if let (Some(before), Some(after)) = (before, after) {
            self.posts += 1;
            self.same += u64::from(before == after);
        }
    }

    fn share(&self) -> Option<f64> {
        (self.posts > 0).then(|| self.same as f64 / self.posts as f64)
    }
}

fn hash(id: &str) -> u64 {
    // The same for the same id in every run, so that the output is.
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}
