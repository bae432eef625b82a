//! What some exports keep apart from the posts: authors, and posts that others repeat.

use std::collections::HashMap;

/// Most memory that what one input keeps apart takes, of each kind, in bytes: half a million
/// authors or more.
pub(crate) const MAX_APART: usize = 64 << 20;

/// What an export says of an author, as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Author {
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
    pub(super) followers: Option<String>,
    pub(super) verified: Option<String>,
}

/// What can be kept apart.
pub(super) trait Apart {
    /// The length of its texts, in bytes.
    fn length(&self) -> usize;
}

impl Apart for Author {
    fn length(&self) -> usize {
        let texts = [&self.id, &self.name, &self.followers, &self.verified];
        texts.into_iter().flatten().map(String::len).sum()
    }
}

impl Apart for String {
    fn length(&self) -> usize {
        self.len()
    }
}

/// What one input keeps apart, by id or by handle, within [`MAX_APART`].
#[derive(Debug)]
pub(super) struct ByKey<T> {
    by_key: HashMap<String, T>,
    size: usize,
    left_out: u64,
}

/// The authors of one input.
pub(super) type Authors = ByKey<Author>;

impl<T> Default for ByKey<T> {
    fn default() -> Self {
        Self {
            by_key: HashMap::new(),
            size: 0,
            left_out: 0,
        }
    }
}

impl<T: Apart> ByKey<T> {
    /// Adds a value; the first of a key counts.
    pub(super) fn add(&mut self, key: String, value: T) {
        if self.by_key.contains_key(&key) {
            return;
        }
        // A map has room for about twice its entries.
        let size = size_of::<(String, T)>() * 2 + key.len() + value.length();
        if self.size + size > MAX_APART {
            self.left_out += 1;
            return;
        }
        self.size += size;
        self.by_key.insert(key, value);
    }

    pub(super) fn get(&self, key: &str) -> Option<&T> {
        self.by_key.get(key)
    }

    /// How many values had no room, if any.
    pub(super) fn left_out(&self) -> Option<u64> {
        Some(self.left_out).filter(|count| *count > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_bounded_and_the_first_author_of_a_key_counts() {
        let author = |followers: usize| Author {
            followers: Some("1".repeat(followers)),
            ..Author::default()
        };
        let mut authors = Authors::default();
        assert_eq!(authors.left_out(), None);
        authors.add("a".into(), author(1));
        authors.add("a".into(), author(2));
        assert_eq!(authors.get("a"), Some(&author(1)));
        authors.add("b".into(), author(MAX_APART));
        authors.add("c".into(), author(3));
        assert_eq!(authors.get("b"), None);
        assert_eq!(authors.get("c"), Some(&author(3)));
        assert_eq!(authors.left_out(), Some(1));
    }
}
