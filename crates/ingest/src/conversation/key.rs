//! Ids in eight bytes.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::num::NonZeroU64;

use crate::reddit;

/// An id as a number: a decimal one as it is, any other one as 63 bits of its hash. Reddit's ids are
/// one with and without their kind.
///
/// Two ids are taken for one only when their hashes agree: for ten million ids that are not
/// decimal numbers the odds are about one in 200,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Key(NonZeroU64);

/// Set in the keys of ids that are not decimal numbers.
const HASHED: u64 = 1 << 63;

impl Key {
    /// Stands for no id at all.
    pub(super) const RESERVED: Self = Self(NonZeroU64::MAX);

    pub(super) fn new(id: &str) -> Self {
        let id = reddit::bare_id(id);
        let value = match decimal(id) {
            Some(number) => number + 1,
            None => {
                let mut hasher = DefaultHasher::new();
                id.hash(&mut hasher);
                (hasher.finish() | HASHED).min(u64::MAX - 1)
            }
        };
        // Neither arm gives zero.
        Self(NonZeroU64::new(value).unwrap_or(NonZeroU64::MIN))
    }

    /// The id, if it is a decimal number.
    pub(super) fn number(self) -> Option<u64> {
        let value = self.0.get();
        (value & HASHED == 0).then(|| value - 1)
    }
}

/// The number that is written exactly like `id` and leaves room for [`HASHED`].
fn decimal(id: &str) -> Option<u64> {
    let is_plain =
        id.bytes().all(|byte| byte.is_ascii_digit()) && (id.len() == 1 || !id.starts_with('0'));
    let number = if is_plain { id.parse().ok() } else { None };
    number.filter(|number: &u64| *number < HASHED - 1)
}

/// The texts of the ids that are not numbers, each once.
#[derive(Debug, Default)]
pub(super) struct Names {
    places: HashMap<Key, u32>,
    /// Where each name ends in `text`.
    ends: Vec<usize>,
    text: String,
}

impl Names {
    /// The key of `id`, whose text is kept where the key does not tell it.
    pub(super) fn keep(&mut self, id: &str) -> Key {
        let key = Key::new(id);
        if key.number().is_none()
            && let Ok(place) = u32::try_from(self.ends.len())
            && let std::collections::hash_map::Entry::Vacant(free) = self.places.entry(key)
        {
            free.insert(place);
            // The same whichever form of the id comes first.
            self.text.push_str(reddit::bare_id(id));
            self.ends.push(self.text.len());
        }
        key
    }

    /// The id of a key that was kept.
    pub(super) fn get(&self, key: Key) -> Option<String> {
        if let Some(number) = key.number() {
            return Some(number.to_string());
        }
        let place = usize::try_from(*self.places.get(&key)?).ok()?;
        let end = *self.ends.get(place)?;
        let start = match place.checked_sub(1) {
            Some(before) => *self.ends.get(before)?,
            None => 0,
        };
        self.text.get(start..end).map(str::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_numbers_written_plainly_are_numbers() {
        for (id, number) in [
            ("0", Some(0)),
            ("7", Some(7)),
            ("1989062413512507392", Some(1_989_062_413_512_507_392)),
            ("9223372036854775806", Some(u64::MAX / 2 - 1)),
            ("9223372036854775807", None),
            ("99999999999999999999", None),
            ("007", None),
            ("+7", None),
            ("", None),
            ("at://did:plc:x/app.bsky.feed.post/3k", None),
        ] {
            assert_eq!(Key::new(id).number(), number, "{id}");
        }
        assert_eq!(Key::new("t1_abc"), Key::new("abc"));
        assert_eq!(size_of::<Option<Key>>(), 8);
    }

    proptest! {
        #[test]
        fn ids_come_back(ids in prop::collection::vec("[0-9]{0,4}|(t[13]_)?[a-z]{0,2}|.{0,12}", 0..20)) {
            let mut names = Names::default();
            let keys: Vec<Key> = ids.iter().map(|id| names.keep(id)).collect();
            for (id, key) in ids.iter().zip(keys) {
                prop_assert_eq!(names.get(key), Some(reddit::bare_id(id).to_owned()));
            }
        }
    }
}
