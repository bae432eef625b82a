//! Tables of authors that some exports keep apart from the posts.

use std::collections::HashMap;

/// Most memory that the authors of one input take, in bytes: half a million authors or more.
pub(crate) const MAX_AUTHORS: usize = 64 << 20;

/// What an export says of an author, as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Author {
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
    pub(super) followers: Option<String>,
    pub(super) verified: Option<String>,
}

impl Author {
    /// About what the author takes of memory with its entry in a map, in bytes.
    fn size(&self, key: &str) -> usize {
        const ENTRY: usize = size_of::<(String, Author)>() * 2;
        let texts = [&self.id, &self.name, &self.followers, &self.verified];
        ENTRY + key.len() + texts.into_iter().flatten().map(String::len).sum::<usize>()
    }
}

/// The authors of one input by id or by handle, within [`MAX_AUTHORS`].
#[derive(Debug, Default)]
pub(super) struct Authors {
    by_key: HashMap<String, Author>,
    size: usize,
    left_out: u64,
}

impl Authors {
    /// Adds an author; the first of a key counts.
    pub(super) fn add(&mut self, key: String, author: Author) {
        if self.by_key.contains_key(&key) {
            return;
        }
        let size = author.size(&key);
        if self.size + size > MAX_AUTHORS {
            self.left_out += 1;
            return;
        }
        self.size += size;
        self.by_key.insert(key, author);
    }

    pub(super) fn get(&self, key: &str) -> Option<&Author> {
        self.by_key.get(key)
    }

    /// Authors that had no room.
    pub(super) const fn left_out(&self) -> u64 {
        self.left_out
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
        authors.add("a".into(), author(1));
        authors.add("a".into(), author(2));
        assert_eq!(authors.get("a"), Some(&author(1)));
        authors.add("b".into(), author(MAX_AUTHORS));
        authors.add("c".into(), author(3));
        assert_eq!(authors.get("b"), None);
        assert_eq!(authors.get("c"), Some(&author(3)));
        assert_eq!(authors.left_out(), 1);
    }
}
