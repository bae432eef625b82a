//! The handles of companies, in whatever case posts write them.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use uproar_ingest::handle;

/// Handles, with how often each is written in which way.
#[derive(Debug, Default)]
pub(super) struct Spellings(BTreeMap<String, BTreeMap<String, u64>>);

impl Spellings {
    /// Counts a handle as it is written; gives the form in which handles are compared.
    pub(super) fn add(&mut self, handle: &str) -> String {
        let folded = handle::folded(handle);
        let ways = match self.0.get_mut(&folded) {
            Some(ways) => ways,
            None => self.0.entry(folded.clone()).or_default(),
        };
        let way = handle::bare(handle);
        match ways.get_mut(way) {
            Some(count) => *count += 1,
            None => {
                ways.insert(way.to_owned(), 1);
            }
        }
        folded
    }

    /// The way in which a handle is written most often, else the first by alphabet.
    pub(super) fn of(&self, folded: &str) -> Option<&str> {
        most_often(self.0.get(folded)?)
    }

    /// All handles, the one that is written most often first.
    pub(super) fn listed(&self) -> Vec<&str> {
        let mut handles: Vec<_> = self.0.iter().collect();
        handles.sort_by_key(|(handle, ways)| (Reverse(ways.values().sum::<u64>()), *handle));
        let ways = handles.into_iter();
        ways.filter_map(|(_, ways)| most_often(ways)).collect()
    }
}

fn most_often(ways: &BTreeMap<String, u64>) -> Option<&str> {
    let (way, _) = ways
        .iter()
        .max_by_key(|(way, count)| (**count, Reverse(*way)))?;
    Some(way)
}
