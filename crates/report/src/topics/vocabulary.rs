//! The terms that enough people use, and vectors of the words of a text.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::words::{Terms, Words};

/// How many authors must use a term before it counts and can stand in a label, so that no name of a
/// person gets there.
pub(super) const AUTHORS: usize = 5;

/// How much more a word for a matter that people write to companies about weighs than another.
pub(super) const MATTER: f32 = 2.0;

/// Terms that enough people use.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    /// The number and the weight of each stem of a word.
    words: HashMap<String, (usize, f32)>,
    /// Stems of pairs of words.
    pairs: HashSet<String>,
}

impl Vocabulary {
    /// The terms of texts with their authors; a text whose author is not known counts as one by
    /// somebody else.
    ///
    /// A word weighs its inverse document frequency ln(n / d), with d the number of the n texts that
    /// hold it, [`MATTER`] times that where it is a matter.
    pub(super) fn new<'a>(
        texts: impl Iterator<Item = (Option<&'a str>, &'a Terms)>,
        words: &Words,
    ) -> Self {
        #[derive(Default)]
        struct Use<'a> {
            texts: usize,
            unknown: usize,
            authors: BTreeSet<&'a str>,
        }
        let mut uses: BTreeMap<&str, Use<'_>> = BTreeMap::new();
        let mut count = 0;
        for (author, terms) in texts {
            count += 1;
            for stem in terms.keys() {
                let term = uses.entry(stem).or_default();
                term.texts += 1;
                match author {
                    Some(author) if term.authors.len() < AUTHORS => {
                        term.authors.insert(author);
                    }
                    Some(_) => {}
                    None => term.unknown += 1,
                }
            }
        }
        let mut vocabulary = Self::default();
        for (stem, term) in uses {
            if term.authors.len() + term.unknown < AUTHORS {
                continue;
            }
            if stem.contains(' ') {
                vocabulary.pairs.insert(stem.to_owned());
                continue;
            }
            let matter = if words.is_matter(stem) { MATTER } else { 1.0 };
            let weight = (f64::from(count) / term.texts as f64).ln() as f32 * matter;
            let number = vocabulary.words.len();
            vocabulary.words.insert(stem.to_owned(), (number, weight));
        }
        vocabulary
    }

    /// Whether enough people use a term.
    pub(super) fn holds(&self, stem: &str) -> bool {
        self.words.contains_key(stem) || self.pairs.contains(stem)
    }

    /// How many words there are.
    pub(super) fn count(&self) -> usize {
        self.words.len()
    }

    /// The known words of a text by their numbers, with their weights, as a vector of length 1.
    /// Empty without any.
    pub(super) fn vector(&self, terms: &Terms) -> Vec<(usize, f32)> {
        let known = terms.keys().filter_map(|stem| self.words.get(stem));
        let known: Vec<(usize, f32)> = known.copied().filter(|(_, it)| *it > 0.0).collect();
        let squares: f32 = known.iter().map(|(_, weight)| weight * weight).sum();
        let length = squares.sqrt();
        let scaled = known.into_iter().map(|(word, it)| (word, it / length));
        scaled.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocabulary(texts: &[(Option<&str>, &str)]) -> (Vocabulary, Words) {
        let words = Words::new([].into_iter());
        let texts: Vec<(Option<&str>, Terms)> = texts
            .iter()
            .map(|(author, text)| (*author, words.terms(text)))
            .collect();
        let pairs = texts.iter().map(|(author, terms)| (*author, terms));
        (Vocabulary::new(pairs, &words), words)
    }

    #[test]
    fn what_few_authors_say_is_unknown() {
        let mut texts = vec![(Some("a"), "Delroy parcel"); 40];
        texts.extend(["b", "c", "d", "e"].map(|name| (Some(name), "parcels missing")));
        let (few, _) = vocabulary(&texts);
        assert!(!few.holds("delroy") && !few.holds("miss") && few.holds("parcel"));
        assert!(!few.holds("delroy parcel"));
        texts.push((None, "it is missing"));
        let (unknown_author, _) = vocabulary(&texts);
        assert!(!unknown_author.holds("delroy") && unknown_author.holds("miss"));
    }

    #[test]
    fn rare_words_and_matters_weigh_more() {
        let mut texts = vec![(None, "parcel garden"); 5];
        texts.extend([(None, "garden"); 5]);
        texts.extend([(None, "puddle"); 5]);
        let (vocabulary, words) = vocabulary(&texts);
        let vector = vocabulary.vector(&words.terms("garden parcel, unheard"));
        let [(_, garden), (_, parcel)] = vector[..] else {
            panic!("{vector:?}");
        };
        // 2 ln 3 and ln 1.5.
        assert!((parcel / garden - 5.419).abs() < 0.01, "{vector:?}");
        assert!((garden.hypot(parcel) - 1.0).abs() < 1e-5);
        assert!(vocabulary.vector(&words.terms("unheard")).is_empty());
    }
}
