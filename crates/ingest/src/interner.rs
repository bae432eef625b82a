//! Names as numbers, so that what is known of ten million posts fits in memory.

use std::hash::{BuildHasher, RandomState};

use hashbrown::HashTable;

/// Names, each kept once and known by its place: the first is 0. Takes some 20 bytes a name beside
/// the name itself.
#[derive(Debug, Default)]
pub struct Interner {
    places: HashTable<u32>,
    hasher: RandomState,
    /// Where each name ends in `text`.
    ends: Vec<usize>,
    text: String,
}

impl Interner {
    /// The place of a name; the next one for a name that is new. Four billion names have places of
    /// their own, which is as many as there can be posts.
    pub fn place(&mut self, name: &str) -> u32 {
        let Self {
            places,
            hasher,
            ends,
            text,
        } = self;
        let hash = hasher.hash_one(name);
        if let Some(place) = places.find(hash, |place| get(text, ends, *place) == name) {
            return *place;
        }
        let place = u32::try_from(ends.len()).unwrap_or(u32::MAX);
        places.insert_unique(hash, place, |place| {
            hasher.hash_one(get(text, ends, *place))
        });
        text.push_str(name);
        ends.push(text.len());
        place
    }

    /// The name at a place, empty where there is none.
    pub fn get(&self, place: u32) -> &str {
        get(&self.text, &self.ends, place)
    }
}

fn get<'a>(text: &'a str, ends: &[usize], place: u32) -> &'a str {
    let place = place as usize;
    let start = place.checked_sub(1).and_then(|before| ends.get(before));
    let end = ends.get(place).copied().unwrap_or_default();
    text.get(start.copied().unwrap_or_default()..end)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back() {
        let mut interner = Interner::default();
        let names: Vec<String> = (0..100).map(|number| format!("é{number}")).collect();
        for round in 0..2 {
            for (name, expected) in names.iter().zip(0..) {
                assert_eq!(interner.place(name), expected, "{round}");
            }
        }
        for (name, place) in names.iter().zip(0..) {
            assert_eq!(interner.get(place), name);
        }
        assert_eq!(interner.get(100), "");
    }
}
