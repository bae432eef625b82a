//! Payment cards and IBANs, told from other numbers by their check digits.

use std::{ops::Range, sync::LazyLock};

use iban::Iban;
use regex::Regex;

use super::page::{continues_before, pattern, scan, word_ends};

/// Country and check digits, and up to 30 further letters and digits, in groups of any size.
static IBANS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)\b[a-z]{2}\d{2}(?:[ -]?[a-z0-9]){11,30}"));
static CARDS: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b\d{4}(?:[ .-]?\d){9,15}"));

pub(super) fn ibans(text: &str) -> Vec<Range<usize>> {
    scan(text, &IBANS, |captures| {
        let whole = captures.get_match().range();
        // The next words of the sentence look like more groups.
        word_ends(text, &whole)
            .map(|end| whole.start..end)
            .find(|range| is_iban(&text[range.clone()]))
    })
}

pub(super) fn cards(text: &str) -> Vec<Range<usize>> {
    scan(text, &CARDS, |captures| {
        let whole = captures.get_match().range();
        if continues_before(text, whole.start) {
            return None;
        }
        word_ends(text, &whole)
            .map(|end| whole.start..end)
            .find(|range| is_card(&text[range.clone()]))
    })
}

fn is_iban(written: &str) -> bool {
    let compact: String = written
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect();
    compact.parse::<Iban>().is_ok()
}

/// Whether digits are grouped, numbered and checked as on a card.
fn is_card(written: &str) -> bool {
    let groups: Vec<usize> = written.split([' ', '.', '-']).map(str::len).collect();
    let is_grouped = matches!(
        groups[..],
        [_] | [4, 4, 4, 1..=4] | [4, 4, 4, 4, 1..=3] | [4, 6, 4 | 5]
    );
    let digits: Vec<u32> = written.chars().filter_map(|c| c.to_digit(10)).collect();
    is_grouped && is_of_a_scheme(&digits) && passes_luhn(&digits)
}

/// Whether a card scheme issues numbers of this beginning and length (ISO/IEC 7812 ranges).
///
/// A device's IMEI passes the Luhn check as well, but has 15 digits and does not begin as American
/// Express does.
fn is_of_a_scheme(digits: &[u32]) -> bool {
    let prefix = digits.iter().take(4).fold(0, |number, d| number * 10 + d);
    match prefix {
        4000..=4999 => matches!(digits.len(), 13 | 16 | 19),
        3400..=3499 | 3700..=3799 => digits.len() == 15,
        3000..=3059 | 3600..=3699 | 3800..=3999 => (14..=19).contains(&digits.len()),
        2200..=2204 | 2221..=2720 | 3528..=3589 | 5100..=5599 => digits.len() == 16,
        5000..=5099 | 5600..=6999 => (16..=19).contains(&digits.len()),
        _ => false,
    }
}

/// The Luhn check: from the right, every second digit counts double, by its digit sum.
fn passes_luhn(digits: &[u32]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| match (place % 2, digit * 2) {
            (0, _) => *digit,
            (_, doubled @ 10..) => doubled - 9,
            (_, doubled) => doubled,
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cards_need_a_scheme_groups_and_the_check_digit() {
        for (text, expected) in [
            ("4242424242424242", true),
            ("4242 4242 4242 4242", true),
            ("4242-4242-4242-4242", true),
            ("3782 822463 10005", true),
            ("4242424242424241", false),
            ("42 42 42 42 42 42 42 42", false),
            ("1234567812345670", false),
            // An IMEI.
            ("490154203237518", false),
            ("$4242424242424242", false),
            ("42424242424242421", false),
        ] {
            assert_eq!(!cards(text).is_empty(), expected, "{text}");
        }
    }

    #[test]
    fn an_iban_ends_where_its_country_says() {
        for (text, expected) in [
            (
                "DE89 3704 0044 0532 0130 00 thanks a lot",
                "DE89 3704 0044 0532 0130 00",
            ),
            ("to nl91abna0417164300.", "nl91abna0417164300"),
            ("ab12 DE89370400440532013000", "DE89370400440532013000"),
        ] {
            let found: Vec<&str> = ibans(text).into_iter().map(|range| &text[range]).collect();
            assert_eq!(found, [expected]);
        }
        assert!(ibans("DE89 3704 0044 0532 0130 01").is_empty());
    }
}
