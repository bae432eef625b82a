//! Names for groups of texts, from their own words.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{
    vocabulary::{MATTER, Vocabulary},
    words::{Terms, Words},
};

/// How many texts of a group must hold a term that stands in its label.
const TEXTS: usize = 3;

/// The share of a group's texts that must hold it: a word of fewer says nothing about the others.
const LEAST_SHARE: f64 = 0.08;

/// How much a term must weigh beside the first one of its label.
const LEAST_WEIGHT: f64 = 0.35;

/// The share of a word's texts in the group of which a pair must make up as much to stand for it.
const OF_PAIR: f64 = 0.4;

/// How many terms a label has at most.
const TERMS: usize = 3;

/// What stands between the terms of a label.
const BETWEEN: &str = " · ";

/// How many texts of a group hold each term, by stem.
type Counts<'a> = BTreeMap<&'a str, usize>;

/// The label of each group of texts: the words that set it apart most by class-based TF-IDF
/// (Grootendorst, arXiv:2203.05794), with f(t, g) the number of texts of group g that hold the term t:
///
/// ```text
/// weight(t, g) = f(t, g) · ln(1 + A / Σ_g f(t, g)),   A the mean of Σ_t f(t, g) over groups
/// ```
///
/// A word for a matter that people write to companies about weighs twice that (BERTopic's seed words).
/// A word stands in the label of one group only, where it weighs most. A word whose pair with a
/// neighbour makes up much of its texts is shown as the pair. None for a group without a word that
/// enough of its texts hold.
pub(super) fn labels(
    texts: &[(usize, &Terms)],
    groups: usize,
    vocabulary: &Vocabulary,
    words: &Words,
) -> Vec<Option<String>> {
    let mut counts: Vec<Counts<'_>> = vec![Counts::new(); groups];
    let mut sizes = vec![0_usize; groups];
    let mut totals: HashMap<&str, usize> = HashMap::new();
    for (group, terms) in texts {
        let (Some(counts), Some(size)) = (counts.get_mut(*group), sizes.get_mut(*group)) else {
            continue;
        };
        *size += 1;
        for stem in terms.keys().filter(|stem| vocabulary.holds(stem)) {
            *counts.entry(stem).or_default() += 1;
            *totals.entry(stem).or_default() += 1;
        }
    }
    let all: usize = totals
        .iter()
        .filter(|(stem, _)| is_word(stem))
        .map(|it| it.1)
        .sum();
    let mean = all as f64 / groups.max(1) as f64;
    let weight = |stem: &str, count: usize| {
        let total = totals.get(stem).copied().unwrap_or(count);
        let matter = if words.is_matter(stem) {
            f64::from(MATTER)
        } else {
            1.0
        };
        count as f64 * (1.0 + mean / total as f64).ln() * matter
    };
    let ranked = counts.iter().zip(&sizes).map(|(counts, size)| {
        let least = (LEAST_SHARE * *size as f64).max(TEXTS as f64);
        let of_words = counts
            .iter()
            .filter(|(stem, count)| is_word(stem) && **count as f64 >= least);
        let mut ranked: Vec<(&str, f64)> = of_words
            .map(|(stem, count)| (*stem, weight(stem, *count)))
            .collect();
        // A stable sort: words of the same weight stay in the order of the alphabet.
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
        ranked
    });
    let ranked: Vec<Vec<(&str, f64)>> = ranked.collect();
    let mut homes: HashMap<&str, (usize, f64)> = HashMap::new();
    for (group, ranked) in ranked.iter().enumerate() {
        for (stem, weight) in ranked {
            let home = homes.entry(stem).or_insert((group, *weight));
            if *weight > home.1 {
                *home = (group, *weight);
            }
        }
    }
    let forms = forms(texts);
    let labels = ranked.into_iter().enumerate().map(|(group, mut ranked)| {
        ranked.retain(|(stem, _)| homes.get(stem).is_some_and(|home| home.0 == group));
        label(&ranked, &counts[group], &forms)
    });
    labels.collect()
}

/// The form of each term that most texts have.
fn forms<'a>(texts: &[(usize, &'a Terms)]) -> HashMap<&'a str, &'a str> {
    let mut counts: HashMap<&str, Counts<'_>> = HashMap::new();
    for (stem, form) in texts.iter().flat_map(|(_, terms)| *terms) {
        *counts.entry(stem).or_default().entry(form).or_default() += 1;
    }
    let most = counts.into_iter().filter_map(|(stem, forms)| {
        // Of equals the first of the alphabet.
        let most = forms
            .into_iter()
            .reduce(|best, next| if next.1 > best.1 { next } else { best });
        Some((stem, most?.0))
    });
    most.collect()
}

fn label(
    ranked: &[(&str, f64)],
    counts: &Counts<'_>,
    forms: &HashMap<&str, &str>,
) -> Option<String> {
    let least = ranked.first()?.1 * LEAST_WEIGHT;
    let mut used: HashSet<&str> = HashSet::new();
    let mut chosen: Vec<&str> = Vec::new();
    for (word, weight) in ranked {
        if chosen.len() == TERMS || *weight < least {
            break;
        }
        if used.contains(word) {
            continue;
        }
        let term = with_neighbour(word, counts);
        used.extend(term.split(' '));
        chosen.push(forms.get(term).copied().unwrap_or(term));
    }
    Some(chosen.join(BETWEEN))
}

/// The pair that makes up enough of the word's texts, else the word.
fn with_neighbour<'a>(word: &'a str, counts: &Counts<'a>) -> &'a str {
    let of_word = counts.get(word).copied().unwrap_or_default() as f64;
    let least = (OF_PAIR * of_word).max(TEXTS as f64);
    counts
        .iter()
        .filter(|(term, count)| {
            !is_word(term) && **count as f64 >= least && term.split(' ').any(|part| part == word)
        })
        // Of equals the first of the alphabet.
        .reduce(|best, next| if next.1 > best.1 { next } else { best })
        .map_or(word, |(pair, _)| *pair)
}

fn is_word(term: &str) -> bool {
    !term.contains(' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(texts: &[(usize, &str)]) -> Vec<Option<String>> {
        let words = Words::new(["@AcmeCare"].into_iter());
        let texts: Vec<(usize, Terms)> = texts
            .iter()
            .map(|(group, text)| (*group, words.terms(text)))
            .collect();
        let vocabulary = Vocabulary::new(texts.iter().map(|(_, terms)| (None, terms)), &words);
        let groups = texts.iter().map(|(group, _)| group + 1).max().unwrap_or(0);
        let texts: Vec<(usize, &Terms)> = texts.iter().map(|(group, it)| (*group, it)).collect();
        labels(&texts, groups, &vocabulary, &words)
    }

    #[test]
    fn a_group_is_called_what_sets_it_apart() {
        let mut texts = Vec::new();
        for _ in 0..6 {
            texts.push((
                0,
                "@AcmeCare Where is my refund?! Acme keeps my money back #refund",
            ));
            texts.push((
                0,
                "refunds take ages with acme, call 555 https://example.com/refund",
            ));
            texts.push((
                1,
                "The driver left my parcel in the rain, parcel ruined, call me",
            ));
        }
        insta::assert_debug_snapshot!(found(&texts), @r#"
        [
            Some(
                "refund · ages · money",
            ),
            Some(
                "driver left · parcel ruined · rain",
            ),
        ]
        "#);
    }

    #[test]
    fn a_word_of_few_texts_names_nothing() {
        let mut texts = vec![(0, "my refund"); 40];
        texts.extend([(0, "smug"); 3]);
        texts.extend([(1, "smug, noisy"); 3]);
        texts.extend([(1, "hello there"); 40]);
        assert_eq!(found(&texts), [Some("refund".to_owned()), None]);
    }

    #[test]
    fn a_word_names_one_group() {
        let mut texts = vec![(0, "refund of the voucher"); 9];
        texts.extend([(0, "refund"); 9]);
        texts.extend([(1, "voucher of the shop"); 18]);
        let expected = ["refund", "shop · voucher"].map(|label| Some(label.to_owned()));
        assert_eq!(found(&texts), expected);
    }
}
