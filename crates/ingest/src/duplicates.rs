//! Posts that come again, and ids that come again.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

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

/// The posts seen so far, as hashes.
///
/// A post is dropped only when two 64-bit hashes agree: for a hundred million posts the odds
/// that this happens by chance are below one in 10^22.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    posts: HashSet<(u64, u64)>,
    /// Per id, the number of posts that asked for it.
    ids: HashMap<u64, u64>,
}

impl Seen {
    /// Admits a post with an id of its own.
    pub(crate) fn admit(&mut self, id: String, text: &str) -> Admission {
        if self.posts.insert((hash(&id), hash(text))) {
            self.unique(id)
        } else {
            Admission::Duplicate
        }
    }

    /// Admits a post whose id was made for it and which therefore is no duplicate.
    pub(crate) fn admit_made(&mut self, id: String) -> String {
        match self.unique(id) {
            Admission::New(id) | Admission::Renamed(id) => id,
            Admission::Duplicate => unreachable!("`unique` finds no duplicates"),
        }
    }

    fn unique(&mut self, id: String) -> Admission {
        let asked = self.ids.entry(hash(&id)).or_insert(0);
        *asked += 1;
        if *asked == 1 {
            return Admission::New(id);
        }
        let mut suffix = *asked;
        loop {
            let renamed = format!("{id}~{suffix}");
            if let std::collections::hash_map::Entry::Vacant(free) = self.ids.entry(hash(&renamed))
            {
                free.insert(1);
                return Admission::Renamed(renamed);
            }
            suffix += 1;
        }
    }
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
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
}
