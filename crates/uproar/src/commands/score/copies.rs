//! How many posts say the same.

use std::collections::HashMap;

/// Posts by the hash of their normalised text; those that stand alone take no memory.
#[derive(Debug)]
pub(super) struct Copies {
    /// Of texts that more than one post has.
    counts: HashMap<u64, u32>,
    /// How many different texts there are.
    pub(super) texts: usize,
}

impl Copies {
    /// Counts texts. Half of a hash is enough here: among ten million texts, the odds that any two
    /// are taken for one are three in a million.
    pub(super) fn count(mut hashes: Vec<u64>) -> Self {
        hashes.sort_unstable();
        let mut copies = Self {
            counts: HashMap::new(),
            texts: 0,
        };
        for run in hashes.chunk_by(|a, b| a == b) {
            copies.texts += 1;
            if let [hash, _, ..] = run {
                let count = u32::try_from(run.len()).unwrap_or(u32::MAX);
                copies.counts.insert(*hash, count);
            }
        }
        copies
    }

    /// How many posts have this text, with this one.
    pub(super) fn of(&self, hash: u64) -> u32 {
        self.counts.get(&hash).copied().unwrap_or(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_knows_its_number() {
        let copies = Copies::count(vec![5, 9, 5, 1, 9, 5]);
        assert_eq!([5, 9, 1].map(|hash| copies.of(hash)), [3, 2, 1]);
        assert_eq!((copies.counts.len(), copies.texts), (2, 3));
    }
}
