//! A text under search, in which what is settled is covered.

use std::cmp::Reverse;
use std::ops::Range;

use regex::{Captures, Regex};

use super::{Kind, Span};

/// Stands for what is settled: no pattern takes it for a digit, a letter or a space.
const COVER: &str = "\0";

/// A text in which each find, and what is known to be none, is covered byte for byte.
#[derive(Clone)]
pub(super) struct Page {
    text: String,
    found: Vec<Span>,
}

impl Page {
    pub(super) fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            found: Vec::new(),
        }
    }

    /// What was found so far, unordered.
    pub(super) fn found(&self) -> &[Span] {
        &self.found
    }

    pub(super) fn into_found(self) -> Vec<Span> {
        self.found
    }

    /// Covers what is to stay.
    pub(super) fn keep(&mut self, find: impl FnOnce(&str) -> Vec<Range<usize>>) {
        let ranges = find(&self.text);
        self.cover(&ranges);
    }

    /// Notes and covers what is found.
    pub(super) fn take(&mut self, kind: Kind, find: impl FnOnce(&str) -> Vec<Range<usize>>) {
        let ranges = find(&self.text);
        self.cover(&ranges);
        self.found
            .extend(ranges.into_iter().map(|range| Span { kind, range }));
    }

    /// Takes over the finds of a copy, which begin with those of this page.
    pub(super) fn adopt(&mut self, found: Vec<Span>) {
        let mut ranges: Vec<_> = found
            .iter()
            .skip(self.found.len())
            .map(|span| span.range.clone())
            .collect();
        ranges.sort_by_key(|range| range.start);
        self.cover(&ranges);
        self.found = found;
    }

    /// Ranges are in order, without overlap and on character boundaries.
    fn cover(&mut self, ranges: &[Range<usize>]) {
        if ranges.is_empty() {
            return;
        }
        let mut covered = String::with_capacity(self.text.len());
        let mut end = 0;
        for range in ranges {
            covered.push_str(&self.text[end..range.start]);
            covered.push_str(&COVER.repeat(range.len()));
            end = range.end;
        }
        covered.push_str(&self.text[end..]);
        self.text = covered;
    }
}

/// Of ranges that overlap the one that begins first, and of those the longest: what several
/// patterns saw is one thing.
pub(super) fn first_and_longest(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| (range.start, Reverse(range.end)));
    let mut end = 0;
    ranges.retain(|range| {
        let is_first = range.start >= end;
        end = end.max(range.end);
        is_first
    });
    ranges
}

/// Every match of which `check` accepts a part.
///
/// After a match that it refuses, the search goes on behind the match's first word, so a false
/// start hides nothing. Patterns are bounded in length, which keeps the whole linear.
pub(super) fn scan(
    text: &str,
    pattern: &Regex,
    mut check: impl FnMut(&Captures<'_>) -> Option<Range<usize>>,
) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut at = 0;
    while let Some(captures) = pattern.captures_at(text, at) {
        let whole = captures.get_match();
        at = if let Some(range) = check(&captures) {
            let end = range.end;
            ranges.push(range);
            end
        } else {
            whole.start() + first_word(whole.as_str())
        };
    }
    ranges
}

/// The length of what begins a text, up to the end of its first word.
fn first_word(text: &str) -> usize {
    let mut in_word = false;
    text.char_indices()
        .find(|(_, c)| {
            let ends = in_word && !c.is_alphanumeric();
            in_word |= c.is_alphanumeric();
            ends
        })
        .map_or(text.len(), |(index, _)| index)
        .max(1)
}

/// The ends of words within `range`, the last first: where a shorter reading of a match may end.
pub(super) fn word_ends(text: &str, range: &Range<usize>) -> impl Iterator<Item = usize> {
    let bytes = text.as_bytes();
    let is_word = |index: usize| bytes.get(index).is_some_and(u8::is_ascii_alphanumeric);
    let ends: Vec<usize> = (range.start + 1..=range.end)
        .filter(|&end| is_word(end - 1) && !is_word(end))
        .collect();
    ends.into_iter().rev()
}

/// Whether a number that begins here is the middle of a larger one: of a decimal, a price, a
/// version, or a word.
pub(super) fn continues_before(text: &str, at: usize) -> bool {
    let mut back = text[..at].chars().rev();
    match back.next() {
        Some(c) if c.is_alphanumeric() || c == '_' => true,
        Some('$' | '£' | '€' | '¥' | '₹' | '₦') => true,
        // Behind a word, these three end it: `tel.07700900123`.
        Some('.' | ',' | ':') => back.next().is_some_and(char::is_numeric),
        Some('/' | '-') => back.next().is_some_and(char::is_alphanumeric),
        _ => false,
    }
}

/// Whether a number that ends here goes on: into a word, a decimal or a version.
pub(super) fn continues_after(text: &str, at: usize) -> bool {
    let mut rest = text[at..].chars();
    match rest.next() {
        Some(c) if c.is_alphanumeric() || c == '_' => true,
        Some('.' | ',' | ':' | '/' | '-') => rest.next().is_some_and(|c| c.is_ascii_digit()),
        Some('%') => true,
        _ => false,
    }
}

/// A pattern of the source code.
pub(super) fn pattern(regex: &str) -> Regex {
    Regex::new(regex).expect("the pattern is a constant")
}
