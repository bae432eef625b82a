//! Posts that say nearly the same, such as campaigns, templates and copies with another handle.

use std::collections::{HashMap, HashSet};

use uproar_classifier::normalize::{MARKERS, Normalizer};

/// Words of a shingle.
const SHINGLE_WORDS: usize = 3;

/// Posts that were seen, for telling whether another is nearly the same as one of them.
///
/// Two posts are nearly the same when the sets of their runs of three words have more than half of
/// all their members in common (Jaccard's index; Broder's shingles, SEQUENCES 1997). Case,
/// punctuation, handles, links and other markers do not count. A post of fewer than three words is
/// one run.
#[derive(Debug, Default)]
pub(super) struct NearDuplicates {
    /// The posts that hold a shingle.
    holders: HashMap<String, Vec<usize>>,
    /// How many shingles each post has.
    sizes: Vec<usize>,
}

impl NearDuplicates {
    /// Whether the post is unlike all posts before it; if so, it is one of them from now on.
    pub(super) fn insert(&mut self, text: &str) -> bool {
        let shingles = shingles(text);
        let mut shared: HashMap<usize, usize> = HashMap::new();
        for shingle in &shingles {
            for post in self.holders.get(shingle).into_iter().flatten() {
                *shared.entry(*post).or_default() += 1;
            }
        }
        let is_alike = |(post, shared): (&usize, &usize)| {
            let all = self.sizes[*post] + shingles.len() - shared;
            2 * shared > all
        };
        if shared.iter().any(is_alike) {
            return false;
        }
        let post = self.sizes.len();
        self.sizes.push(shingles.len());
        for shingle in shingles {
            self.holders.entry(shingle).or_default().push(post);
        }
        true
    }
}

fn shingles(text: &str) -> HashSet<String> {
    let normal = Normalizer::LATEST.normalize(text).to_lowercase();
    let words: Vec<&str> = normal
        .split(' ')
        .filter(|word| !MARKERS.contains(word))
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .filter(|word| !word.is_empty())
        .collect();
    if words.len() < SHINGLE_WORDS {
        return HashSet::from([words.join(" ")]);
    }
    words
        .windows(SHINGLE_WORDS)
        .map(|run| run.join(" "))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn alike_and_unlike() {
        let first = "@acme My parcel is three weeks late and nobody answers! https://example.com/1";
        let cases = [
            (first, false),
            ("my parcel is three weeks late and nobody answers", false),
            (
                "@other @two MY PARCEL IS THREE WEEKS LATE, and nobody answers 😡",
                false,
            ),
            (
                "My parcel is three weeks late and nobody answers me any more",
                false,
            ),
            ("My parcel is three days late and somebody answered", true),
            ("three weeks late", true),
            ("Thanks!", true),
            ("@acme thanks", false),
            ("", true),
            ("@acme ?!", false),
            ("👍", true),
        ];
        let mut seen = NearDuplicates::default();
        assert!(seen.insert(first));
        for (text, is_new) in cases {
            assert_eq!(seen.insert(text), is_new, "{text:?}");
        }
    }

    #[test]
    fn half_in_common_is_not_yet_alike() {
        let mut seen = NearDuplicates::default();
        assert!(seen.insert("a b c d"));
        // Of abc, bcd, and bcd, cde only bcd is in both: a third.
        assert!(seen.insert("b c d e"));
        let mut seen = NearDuplicates::default();
        assert!(seen.insert("a b c d e"));
        // Two of four: exactly half.
        assert!(seen.insert("a b c d f"));
        // abc, bcd of abc, bcd, cde.
        assert!(!seen.insert("a b c d"));
    }

    proptest! {
        #[test]
        fn the_same_text_is_never_new(texts in prop::collection::vec(any::<String>(), 1..8)) {
            let mut seen = NearDuplicates::default();
            for text in &texts {
                seen.insert(text);
            }
            for text in &texts {
                prop_assert!(!seen.insert(text));
            }
        }
    }
}
