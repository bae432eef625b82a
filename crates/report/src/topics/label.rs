//! Names for groups of texts, from their own words.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::words::Words;

/// How many authors must use a word before it can stand in a label, so that no name of a person
/// gets there.
pub(super) const AUTHORS: usize = 5;

/// How many texts of a group must hold a term that stands in its label.
const TEXTS: usize = 3;

/// How many terms a label has at most.
const TERMS: usize = 3;

/// What stands between the terms of a label.
const BETWEEN: &str = " · ";

/// A text of a group.
pub(super) struct Text<'a> {
    pub(super) group: usize,
    pub(super) text: &'a str,
    /// Whoever wrote it; a text whose author is not known counts as one by somebody else.
    pub(super) author: Option<&'a str>,
}

/// The terms of a text, each once: words, and pairs of neighbours.
type Terms = BTreeSet<String>;

/// The label of each group: the terms that set it apart most by class-based TF-IDF (Grootendorst,
/// arXiv:2203.05794), with f(t, g) the number of texts of group g that hold the term t:
///
/// ```text
/// weight(t, g) = f(t, g) / Σ_t f(t, g) · ln(1 + A / Σ_g f(t, g)),   A the mean of Σ_t f(t, g) over groups
/// ```
///
/// A word whose pair with a neighbour makes up half of its texts is shown as the pair. None for a
/// group without terms that enough authors use.
pub(super) fn labels(texts: &[Text<'_>], groups: usize, words: &Words) -> Vec<Option<String>> {
    let terms: Vec<Terms> = texts.iter().map(|text| words.terms(text.text)).collect();
    let known = common(texts, &terms);
    let mut counts: Vec<BTreeMap<&str, usize>> = vec![BTreeMap::new(); groups];
    for (text, terms) in texts.iter().zip(&terms) {
        let Some(counts) = counts.get_mut(text.group) else {
            continue;
        };
        for term in terms.iter().filter(|term| known.contains(term.as_str())) {
            *counts.entry(term).or_default() += 1;
        }
    }
    let mut totals: HashMap<&str, usize> = HashMap::new();
    for (term, count) in counts.iter().flatten() {
        *totals.entry(term).or_default() += count;
    }
    let mean = totals.values().sum::<usize>() as f64 / groups.max(1) as f64;
    let inverse = |term: &str| (1.0 + mean / totals.get(term).copied().unwrap_or(1) as f64).ln();
    counts.iter().map(|counts| label(counts, inverse)).collect()
}

/// The terms that enough authors use.
fn common<'a>(texts: &[Text<'_>], terms: &'a [Terms]) -> HashSet<&'a str> {
    let mut authors: HashMap<&str, HashSet<String>> = HashMap::new();
    for (number, (text, terms)) in texts.iter().zip(terms).enumerate() {
        let author = match text.author {
            Some(author) => author.to_owned(),
            // No author is called so.
            None => format!("\n{number}"),
        };
        for term in terms {
            let authors = authors.entry(term).or_default();
            if authors.len() < AUTHORS {
                authors.insert(author.clone());
            }
        }
    }
    authors
        .into_iter()
        .filter(|(_, authors)| authors.len() >= AUTHORS)
        .map(|(term, _)| term)
        .collect()
}

fn label(counts: &BTreeMap<&str, usize>, inverse: impl Fn(&str) -> f64) -> Option<String> {
    let of_words = counts
        .iter()
        .filter(|(term, count)| is_word(term) && **count >= TEXTS);
    let mut ranked: Vec<(&str, f64)> = of_words
        .map(|(word, count)| (*word, *count as f64 * inverse(word)))
        .collect();
    // A stable sort: words of the same weight stay in the order of the alphabet.
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
    let mut chosen: Vec<&str> = Vec::new();
    for (word, _) in ranked {
        if chosen.len() == TERMS {
            break;
        }
        if chosen
            .iter()
            .any(|term| term.split(' ').any(|other| is_form_of(word, other)))
        {
            continue;
        }
        chosen.push(with_neighbour(word, counts));
    }
    (!chosen.is_empty()).then(|| chosen.join(BETWEEN))
}

/// The pair that makes up half of the word's texts or more, else the word.
fn with_neighbour<'a>(word: &'a str, counts: &BTreeMap<&'a str, usize>) -> &'a str {
    let of_word = counts.get(word).copied().unwrap_or_default();
    counts
        .iter()
        .filter(|(term, count)| {
            !is_word(term) && 2 * **count >= of_word && term.split(' ').any(|part| part == word)
        })
        // Of equals the first of the alphabet.
        .reduce(|best, next| if next.1 > best.1 { next } else { best })
        .map_or(word, |(pair, _)| *pair)
}

fn is_word(term: &str) -> bool {
    !term.contains(' ')
}

/// Whether two words say the same in a label: `refund` and `refunds`, `charged` and `charge`.
fn is_form_of(a: &str, b: &str) -> bool {
    const ENDING: usize = 4;
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let stem = short.strip_suffix('e').unwrap_or(short);
    stem.len() >= 3 && long.starts_with(stem) && long.len() - stem.len() <= ENDING || short == long
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(texts: &[(usize, &str)], authors: usize) -> Vec<Option<String>> {
        let names: Vec<String> = (0..texts.len())
            .map(|n| format!("u{}", n % authors))
            .collect();
        let texts: Vec<Text<'_>> = texts
            .iter()
            .zip(&names)
            .map(|((group, text), author)| Text {
                group: *group,
                text,
                author: Some(author),
            })
            .collect();
        let groups = texts.iter().map(|text| text.group + 1).max().unwrap_or(0);
        labels(&texts, groups, &Words::new(["@AcmeCare"].into_iter()))
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
        let labels = found(&texts, 18);
        insta::assert_debug_snapshot!(labels, @r#"
        [
            Some(
                "ages · money · refund",
            ),
            Some(
                "driver left · parcel ruined · rain",
            ),
        ]
        "#);
    }

    #[test]
    fn what_few_authors_say_is_in_no_label() {
        let texts = vec![(0, "Delroy never rang"); 40];
        assert_eq!(found(&texts, AUTHORS - 1), [None]);
        assert!(found(&texts, AUTHORS)[0].is_some());
    }

    #[test]
    fn forms_of_a_word() {
        for (a, b) in [
            ("refund", "refunds"),
            ("charged", "charge"),
            ("cancelling", "cancel"),
            ("late", "late"),
        ] {
            assert!(is_form_of(a, b), "{a} {b}");
        }
        assert!(!is_form_of("order", "card"));
    }
}
