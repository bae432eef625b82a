//! Numbers and codes by which a company knows a customer: after the word that names them, or so
//! long that they can be nothing else.

use std::{ops::Range, sync::LazyLock};

use regex::{Captures, Match, Regex};

use super::page::{continues_after, continues_before, first_and_longest, pattern, scan};

/// `order no. 4471882`, `PNR: R4TTZ2`, `ref# 9912-AA`.
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"(?ix) \b (?<name> {NAMES} ) \b
        (?<link> (?: \ ?(?: (?: numbers? | num | no | nr | nbr | id | code | ref | reference )\b\.?
                          | is\b | was\b | [\#:=] ) ){{0,4}} )
        \ {{0,2}} \#?
        (?<value> [a-z0-9]+ (?:[-/][a-z0-9]+)* (?: \ (?:(?-i:[A-Z]{{2}})\ )?\d{{3,}} )* )"
    ))
});
/// `QW4R7T is my booking ref`.
static NAMED_AFTER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"(?ix) \b (?<value> [a-z0-9]+ (?:[-/][a-z0-9]+)* ) \ is\ (?:my|our|the)\ (?<name> {NAMES} )\b
        (?<link>)"
    ))
});
/// What the numbers are of; matched ignoring case.
const NAMES: &str = r"
    e?-?ticket (?:\ ref(?:erence)?)? | order | booking (?:\ ref(?:erence)?)? | reservation
    | confirmation | pnr | (?:record\ )?locator | (?:file\ |fault\ |dispute\ )? ref (?:erence)?
    | case | incident | account | acct | acc | a/c | customer | client | member (?:ship)?
    | (?:loyalty|store|gift|clubcard)\ card | tracking | parcel | consignment | shipment | waybill
    | awb | invoice | policy | claim | complaint | dispute | transaction | txn | utr | rrn
    | m-?pesa | meter | mpan | mprn | contract | serial | imei | iccid | fault | job
    | service\ request | rma | return | file | bag\ tag | frequent\ flyer | known\ traveler
    | cheque | check | till | paybill | passport | licen[cs]e | nhs";
/// A bank's sort code.
static SORT_CODES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?i)\bsort[ -]?code(?: is)?[ :#]{0,3}(\d{2}([ -]?)\d{2}[ -]?\d{2})\b")
});
/// A social security number of the United States or a national insurance number of the United
/// Kingdom.
static NATIONAL_IDS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(?:\d{3}-\d{2}-\d{4}|[A-Z]{2}(?:\d{6}|(?: \d{2}){3} )[A-D])\b"));
/// Letters and digits, also joined by hyphens and slashes.
static TOKENS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"[\p{Alphabetic}\d_]+(?:[-/][\p{Alphabetic}\d_]+)*"));
/// Digits in fours, as on a parcel or a card that fails its check.
static FOURS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b\d{4}(?:[ -]\d{4}){2,9}(?:[ -]\d{1,4})?\b"));
/// Long numbers in other groups.
static GROUPS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b\d{3,6}(?:[ -]\d{3,6}){2,9}(?:[ -]\d{1,2})?\b"));

/// Names whose value is always a code, so that no further word is needed.
const CERTAIN: &[&str] = &[
    "awb",
    "imei",
    "locator",
    "mpan",
    "mprn",
    "pnr",
    "ref",
    "reference",
    "rrn",
    "tracking",
    "utr",
];
/// Words in capitals that follow such a name and are no code.
const NOT_CODES: &[&str] = &[
    "ALWAYS", "CANCEL", "CHANGE", "FAILED", "NUMBER", "PLEASE", "REFUND", "STATUS", "UPDATE",
];
/// Fewest digits of a run that is a number without any name.
const LONG_RUN: usize = 8;

pub(super) fn sort_codes(text: &str) -> Vec<Range<usize>> {
    SORT_CODES
        .captures_iter(text)
        .filter_map(|captures| Some(captures.get(1)?.range()))
        .collect()
}

/// Numbers with their name before or behind them.
pub(super) fn named(text: &str) -> Vec<Range<usize>> {
    let mut ranges = scan(text, &NAMED, |captures| named_value(text, captures));
    ranges.extend(scan(text, &NAMED_AFTER, |captures| {
        named_value(text, captures)
    }));
    first_and_longest(ranges)
}

fn named_value(text: &str, captures: &Captures<'_>) -> Option<Range<usize>> {
    let found = captures.name("value")?;
    let name = captures.name("name")?.as_str().to_lowercase();
    let link = captures.name("link").map_or("", |link| link.as_str());
    let is_said = link.contains(['#', ':', '='])
        || link
            .split_whitespace()
            .any(|word| !word.eq_ignore_ascii_case("is") && !word.eq_ignore_ascii_case("was"))
        || name.contains(" ref")
        || CERTAIN.iter().any(|certain| name.ends_with(certain));
    // Only digits go on after a space, and only where a number is written in short groups.
    let first = found.as_str().split(' ').next().unwrap_or_default();
    let is_grouped =
        (3..=6).contains(&first.len()) && first.bytes().all(|byte| byte.is_ascii_digit());
    let value = if is_grouped { found.as_str() } else { first };
    let range = found.start()..found.start() + value.len();
    let is_number = value.bytes().all(|byte| byte.is_ascii_digit());
    let goes_on = text[range.end..].starts_with(|c: char| c.is_alphanumeric() || c == '_')
        || (is_number && continues_after(text, range.end));
    (!goes_on && is_code(value, &name, is_said)).then_some(range)
}

/// Whether what follows a name is a number or code of it. `is_said` tells that the text says so
/// (`order number`, `order #`), without which short numbers and years are taken for other things.
fn is_code(value: &str, name: &str, is_said: bool) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let letters = value.bytes().filter(u8::is_ascii_alphabetic).count();
    let has_lowercase = value.bytes().any(|byte| byte.is_ascii_lowercase());
    match (digits, letters) {
        // The record locator of a booking: six letters.
        (0, 6) => {
            let is_booking = [
                "pnr",
                "booking",
                "reservation",
                "confirmation",
                "locator",
                "ticket",
            ]
            .iter()
            .any(|word| name.contains(word));
            is_booking && is_said && !has_lowercase && !NOT_CODES.contains(&value)
        }
        (0, _) => false,
        (_, 0) if is_said => digits >= 3,
        // Open till 1220.
        (_, 0) if name == "till" => digits >= 5,
        (_, 0) => digits >= 4 && !is_year(value),
        // `3rd`, `24hrs`, `2nd-hand`: a lowercase ending after digits.
        _ if has_lowercase => digits >= 4 && is_said,
        _ if is_said => digits + letters >= 4,
        _ => digits + letters >= 5 && digits >= 2,
    }
}

fn is_year(value: &str) -> bool {
    value.len() == 4 && (value.starts_with("19") || value.starts_with("20"))
}

/// Numbers by which a state knows a person, told by their groups.
pub(super) fn national_ids(text: &str) -> Vec<Range<usize>> {
    whole(text, &NATIONAL_IDS)
        .map(|found| found.range())
        .collect()
}

/// Matches that are no part of a longer number.
fn whole<'a>(text: &'a str, pattern: &Regex) -> impl Iterator<Item = Match<'a>> {
    pattern.find_iter(text).filter(|found| {
        !continues_before(text, found.start()) && !continues_after(text, found.end())
    })
}

/// Numbers in fours, which a phone number never is as a whole.
pub(super) fn in_fours(text: &str) -> Vec<Range<usize>> {
    grouped(text, &FOURS)
}

fn grouped(text: &str, pattern: &Regex) -> Vec<Range<usize>> {
    whole(text, pattern)
        .filter(|found| is_grouped_number(found.as_str()))
        .map(|found| found.range())
        .collect()
}

/// Numbers that are too long to be anything else, and codes of carriers and payment services.
pub(super) fn unnamed(text: &str) -> Vec<Range<usize>> {
    let mut ranges = grouped(text, &GROUPS);
    ranges.extend(
        TOKENS
            .find_iter(text)
            .filter(|found| is_long(text, found.range()) || has_code(found.as_str()))
            .map(|found| found.range()),
    );
    first_and_longest(ranges)
}

/// Whether groups of digits are one number rather than a list of years or sums.
fn is_grouped_number(written: &str) -> bool {
    let groups: Vec<&str> = written.split([' ', '-']).collect();
    let digits: usize = groups.iter().map(|group| group.len()).sum();
    let are_years = groups.iter().all(|group| is_year(group));
    let are_round = groups.iter().all(|group| group.ends_with('0'));
    let are_equal = groups.windows(2).all(|pair| pair[0] == pair[1]);
    digits >= 12 && !are_years && !are_round && !are_equal
}

/// Whether a token holds a long run of digits that is no sum, fraction, date or round number.
fn is_long(text: &str, range: Range<usize>) -> bool {
    let token = &text[range.clone()];
    let is_plain = token.bytes().all(|byte| byte.is_ascii_digit());
    let is_fraction = continues_before(text, range.start)
        && text[..range.start].ends_with(['.', ',', '$', '£', '€', '¥', '₹', '₦']);
    let is_hexadecimal = token.starts_with("0x") || token.starts_with("0X");
    let is_percentage = text[range.end..].starts_with('%');
    let longest = token
        .split(|c: char| !c.is_ascii_digit())
        .max_by_key(|run| run.len())
        .unwrap_or_default();
    longest.len() >= LONG_RUN
        && !is_fraction
        && !is_hexadecimal
        && !is_percentage
        && !(is_plain && (is_round(token) || is_date(token)))
}

/// Whether all digits but the first two are zeros.
fn is_round(digits: &str) -> bool {
    digits.bytes().skip(2).all(|digit| digit == b'0')
}

/// Whether eight digits are year, month and day.
fn is_date(digits: &str) -> bool {
    let part = |range: Range<usize>| digits.get(range)?.parse::<u32>().ok();
    let parts = (part(0..4), part(4..6), part(6..8));
    digits.len() == 8 && matches!(parts, (Some(1900..=2099), Some(1..=12), Some(1..=31)))
}

/// Whether a token holds ten or more capitals and digits mixed, as codes of payment services and
/// carriers do; names of models are shorter.
fn has_code(token: &str) -> bool {
    token.split(['-', '/']).any(|part| {
        let digits = part.bytes().filter(u8::is_ascii_digit).count();
        let capitals = part.bytes().filter(u8::is_ascii_uppercase).count();
        part.len() >= 10 && digits >= 3 && capitals >= 2 && digits + capitals == part.len()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        let mut ranges = named(text);
        if ranges.is_empty() {
            ranges = unnamed(text);
        }
        ranges.into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn numbers_follow_their_name() {
        for (text, expected) in [
            ("order 4471882 is late", "4471882"),
            ("Order #BRM-20931", "BRM-20931"),
            ("order number is 4471", "4471"),
            ("PNR: R4TTZ2", "R4TTZ2"),
            ("booking reference KXHDJW", "KXHDJW"),
            ("a/c no. 7719-3321", "7719-3321"),
            ("membership 6335 0021 9981", "6335 0021 9981"),
            ("QW4R7T is my booking ref", "QW4R7T"),
            ("order #2024", "2024"),
            ("lost 771820034451 again", "771820034451"),
            ("check RM123456785GB", "RM123456785GB"),
            ("No 0034 0434 1234 5678 90", "0034 0434 1234 5678 90"),
        ] {
            assert_eq!(found(text), [expected], "{text}");
        }
        let code = sort_codes("sort code 20-00-00");
        assert!(matches!(code[..], [Range { start: 10, end: 18 }]));
    }

    #[test]
    fn other_things_follow_as_well() {
        for text in [
            "order 2 days late",
            "open till 1220",
            "an account since 2025",
            "in any case 2000 people",
            "PNR STATUS",
            "booking REFUND",
            "ticket 3rd class",
            "the serial offender",
            "20260301",
            "100000000",
            "0x80070057",
            "3.14159265",
            "2009 2013 2017 2021",
            "WM-7740X",
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }
}
