//! Posts that come again, and ids that come again.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, BuildHasherDefault, Hasher, RandomState};

/// What is known of a post's id when the post arrives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Admission {
    /// The id is new.
    New(String),
    /// The id is taken by another text; here it has a suffix.
    Renamed(String),
    /// The same id and text came before.
    Duplicate,
}

/// The posts seen so far, as two 64-bit hashes a post.
///
/// A post is dropped only when both hashes agree: for a hundred million posts the odds that this
/// happens by chance are below one in 10^22. The hashes have a key that is new in each run, so that
/// nobody can write posts that agree.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    hashes: RandomState,
    /// Per id, the text that came with it first.
    first: Shards,
    /// The texts that came later with an id that was taken.
    later: HashSet<(u64, u64)>,
    /// How many posts asked for an id, where it was more than one.
    asked: HashMap<u64, u64>,
}

/// Stands for the text of a post whose id was made for it, so that it is nobody's duplicate.
const NO_TEXT: u64 = 0;

impl Seen {
    /// Admits a post with an id of its own.
    pub(crate) fn admit(&mut self, id: String, text: &str) -> Admission {
        let (key, text) = (self.hash(&id), self.hash(text));
        match self.first.insert(key, text) {
            None => Admission::New(id),
            Some(first) if first == text || !self.later.insert((key, text)) => Admission::Duplicate,
            Some(_) => Admission::Renamed(self.rename(&id)),
        }
    }

    /// Admits a post whose id was made for it and which therefore is no duplicate.
    pub(crate) fn admit_made(&mut self, id: String) -> String {
        let key = self.hash(&id);
        match self.first.insert(key, NO_TEXT) {
            None => id,
            Some(_) => self.rename(&id),
        }
    }

    /// A free id like the one that is taken.
    fn rename(&mut self, id: &str) -> String {
        let key = self.hash(id);
        let asked = self.asked.entry(key).or_insert(1);
        *asked += 1;
        let mut suffix = *asked;
        loop {
            let renamed = format!("{id}~{suffix}");
            let key = self.hash(&renamed);
            if self.first.insert(key, NO_TEXT).is_none() {
                return renamed;
            }
            suffix += 1;
        }
    }

    fn hash(&self, text: &str) -> u64 {
        self.hashes.hash_one(text)
    }
}

/// A map in parts that grow one after the other: one that grows holds its entries twice meanwhile,
/// which for all posts at once would be the most memory that reading ever takes.
#[derive(Debug)]
struct Shards(Vec<HashMap<u64, u64, BuildHasherDefault<AsIs>>>);

impl Default for Shards {
    fn default() -> Self {
        Self(std::iter::repeat_with(HashMap::default).take(256).collect())
    }
}

impl Shards {
    /// The value that the key has, or else none, and it has this one from now on.
    fn insert(&mut self, key: u64, value: u64) -> Option<u64> {
        // The tables look at the lowest and the highest bits.
        let shard = (key >> 32) as usize % self.0.len();
        match self.0.get_mut(shard)?.entry(key) {
            Entry::Occupied(taken) => Some(*taken.get()),
            Entry::Vacant(free) => {
                free.insert(value);
                None
            }
        }
    }
}

/// The keys are hashes already.
#[derive(Debug, Default)]
struct AsIs(u64);

impl Hasher for AsIs {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_post_wins_and_ids_stay_unique() {
        let mut seen = Seen::default();
        let mut admit = |id: &str, text: &str| seen.admit(id.to_owned(), text);
        let new = |id: &str| Admission::New(id.to_owned());
        let renamed = |id: &str| Admission::Renamed(id.to_owned());
        assert_eq!(admit("1", "a"), new("1"));
        assert_eq!(admit("1", "a"), Admission::Duplicate);
        assert_eq!(admit("1", "b"), renamed("1~2"));
        assert_eq!(admit("1", "b"), Admission::Duplicate);
        assert_eq!(admit("2", "a"), new("2"));
        assert_eq!(admit("1~3", "x"), new("1~3"));
        assert_eq!(admit("1", "c"), renamed("1~4"));
        assert_eq!(seen.admit_made("f:1".into()), "f:1");
        assert_eq!(seen.admit_made("f:1".into()), "f:1~2");
    }

    #[test]
    fn many_ids_are_told_apart() {
        let mut seen = Seen::default();
        for round in 0..2 {
            for n in 0..10_000 {
                let is_duplicate = seen.admit(n.to_string(), "text") == Admission::Duplicate;
                assert_eq!(is_duplicate, round == 1, "{n}");
            }
        }
        assert!(seen.later.is_empty() && seen.asked.is_empty());
        let sizes: Vec<usize> = seen.first.0.iter().map(HashMap::len).collect();
        assert!(
            sizes.iter().all(|size| (5..100).contains(size)),
            "{sizes:?}"
        );
    }
}
