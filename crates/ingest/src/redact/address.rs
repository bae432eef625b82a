//! Places where people live: streets with a house number, post-office boxes and postcodes.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

use super::page::{continues_before, first_and_longest, pattern, scan};

/// A house number, one to four words that begin as names do, and a word for a street.
static STREETS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"(?x) (?: (?i:flat|apartment|apt|unit|suite)\.?\ ?(?:\d{{1,4}}[A-Za-z]?|[A-Z]\d{{0,3}}),?\ )?
        \b\d{{1,5}}[A-Za-z]?,?\ (?: (?: [NSEW] | [NS][EW] )\.?\ )?
        (?: (?: \p{{Lu}}[\w'-]+ | \d{{1,3}}(?:st|nd|rd|th) )\ ){{1,3}}
        (?: {STREET} )
        (?: ,?\ (?i:apt|unit|suite|ste)\.?\ ?[\dA-Za-z]{{1,5}}\b )?"
    ))
});
/// Ends of street names.
const STREET: &str = r"
    (?: Street | Road | Avenue | Lane | Drive | Close | Court | Crescent | Way | Terrace | Place
      | Square | Gardens | Grove | Boulevard | Highway | Parade | Mews | Row | Hill | Rise
      | View | Cottages | Circle | Parkway | Nagar | Marg )\b
    | (?: St | Rd | Ave | Ln | Dr | Ct | Pl | Sq | Blvd | Hwy | Pkwy )\b\.?";
/// `7 The Crescent`.
static THE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\b\d{1,4}[A-Za-z]? The (?:Avenue|Close|Crescent|Green|Grove|Lane|Mews|Terrace)\b")
});
/// Lower case, only where a word before says that a place follows.
static LOWERCASE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?x) (?i: \b (?: address (?:\ is)? | at | live\ (?:at|on|in) | to ) [\ :]{1,2} )
        ( \d{1,4}[a-z]?\ [a-z]{4,20}\ (?: avenue | close | crescent | drive | lane | road | street )\b )",
    )
});
static BOXES: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)\bp\.? ?o\.? ?box ?#?\d{1,6}(?:-\d{5})?\b"));
/// Outward and inward code of the United Kingdom, with the letters that inward codes use.
static POSTCODES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?x) \b(?: [A-Z]{1,2}\d[A-Z\d]?\ \d[ABD-HJLNP-Z]{2}
        | [A-Z]{2}\d{3}[ABD-HJLNP-Z]{2} )\b",
    )
});
/// Any postcode after the word for it.
static NAMED_POSTCODES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?ix) \b(?: post\ ?code | zip (?:\ ?code)? | pin\ ?code ) (?: \ is )? [\ :]{1,2}
        ( [a-z]{1,2}\d[a-z\d]?\ ?\d[a-z]{2} | \d{5}(?:-\d{4})? | \d{3}\ ?\d{3} )\b",
    )
});
/// Lower case, in full.
static LOWERCASE_POSTCODES: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b[a-z]{1,2}\d{2} \d[abd-hjlnp-z]{2}\b"));
/// A state of the United States and its ZIP code.
static ZIP_CODES: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b([A-Z]{2}),? (\d{5}(?:-\d{4})?)\b"));

/// States by the first digit of their ZIP codes.
const STATES: [&[&str]; 10] = [
    &["CT", "MA", "ME", "NH", "NJ", "RI", "VT", "PR"],
    &["DE", "NY", "PA"],
    &["DC", "MD", "NC", "SC", "VA", "WV"],
    &["AL", "FL", "GA", "MS", "TN"],
    &["IN", "KY", "MI", "OH"],
    &["IA", "MN", "MT", "ND", "SD", "WI"],
    &["IL", "KS", "MO", "NE"],
    &["AR", "LA", "OK", "TX"],
    &["AZ", "CO", "ID", "NM", "NV", "UT", "WY"],
    &["AK", "CA", "HI", "OR", "WA"],
];
/// What a number before it counts, rather than a house: `20 Minutes Drive`, `4 Wheel Drive`.
const COUNTED: &[&str] = &[
    "Day", "Days", "Hard", "Hour", "Hours", "Km", "Mile", "Miles", "Min", "Mins", "Minute",
    "Minutes", "Test", "Wheel",
];
/// Inward codes that are mostly units and ordinals: `GT3 8GB`, `A1 2ND`.
const NOT_INWARD: &[&str] = &["DB", "GB", "HR", "HZ", "ND", "RD", "ST", "TB", "TH"];

pub(super) fn find(text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    for pattern in [&STREETS, &THE] {
        ranges.extend(scan(text, pattern, |captures| {
            let whole = captures.get_match();
            let counts = whole
                .as_str()
                .split(' ')
                .any(|word| COUNTED.contains(&word));
            (!counts && !continues_before(text, whole.start())).then(|| whole.range())
        }));
    }
    for pattern in [&LOWERCASE, &NAMED_POSTCODES] {
        ranges.extend(
            pattern
                .captures_iter(text)
                .filter_map(|captures| Some(captures.get(1)?.range())),
        );
    }
    ranges.extend(BOXES.find_iter(text).map(|found| found.range()));
    for pattern in [&POSTCODES, &LOWERCASE_POSTCODES] {
        ranges.extend(scan(text, pattern, |captures| {
            let whole = captures.get_match();
            let inward = whole.as_str().to_uppercase();
            let is_unit = NOT_INWARD.iter().any(|unit| inward.ends_with(unit));
            (!is_unit && !continues_before(text, whole.start())).then(|| whole.range())
        }));
    }
    ranges.extend(scan(text, &ZIP_CODES, |captures| {
        let code = captures.get(2)?;
        let first = code.as_str().chars().next()?.to_digit(10)?;
        let states = STATES.get(usize::try_from(first).ok()?)?;
        states.contains(&&captures[1]).then(|| code.range())
    }));
    first_and_longest(ranges)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found() {
        for text in [
            "14 Elm Street",
            "41b Orchard Lane",
            "Flat 3, 22 Kings Road",
            "1600 Harbor Blvd Apt 4B",
            "221 W Maple Ave",
            "350 5th Avenue",
            "7 The Crescent",
            "PO Box 4471",
            "P.O. Box 4471-00100",
            "ZZ9 4AP",
            "zz99 3vz",
        ] {
            let found: Vec<&str> = find(text).into_iter().map(|range| &text[range]).collect();
            assert_eq!(found, [text]);
        }
        for (text, expected) in [
            ("Springfield, IL 62799", "62799"),
            ("i live at 14 acacia road", "14 acacia road"),
        ] {
            let found: Vec<&str> = find(text).into_iter().map(|range| &text[range]).collect();
            assert_eq!(found, [expected]);
        }
    }

    #[test]
    fn numbers_before_other_words_stay() {
        for text in [
            "3 Court cases",
            "2 way street",
            "20 Minutes Drive",
            "4 Wheel Drive",
            "100 Best Ways to lose",
            "40 minutes on the street",
            "GT3 8GB",
            "M1 5PM",
            "A1 2nd class",
            "OK 12345",
            "ME 90210",
            "12 Large Boxes",
        ] {
            assert!(find(text).is_empty(), "{text}");
        }
    }
}
