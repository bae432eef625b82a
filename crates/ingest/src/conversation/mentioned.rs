//! How often posts mention each handle, for the name that a company goes by.

use crate::interner::Interner;

/// The handles that posts mention, each spelling once.
#[derive(Debug, Default)]
pub(super) struct Mentioned {
    spellings: Interner,
    /// By the place of the spelling.
    counts: Vec<u32>,
}

impl Mentioned {
    /// Counts a mention.
    pub(super) fn add(&mut self, handle: &str) {
        let place = self.spellings.place(handle) as usize;
        match self.counts.get_mut(place) {
            Some(count) => *count = count.saturating_add(1),
            None => self.counts.push(1),
        }
    }

    /// Each spelling, with how often it was counted.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, u32)> {
        let counts = (0..).zip(&self.counts);
        counts.map(|(place, count)| (self.spellings.get(place), *count))
    }
}
