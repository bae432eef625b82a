//! Phone numbers, by how numbering plans write them.
//!
//! A number without a country code is told by its shape: a leading zero and 9 to 12 digits, the
//! ten digits of North America and India, or a few digits after a word such as `call`.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

use super::page::{continues_after, continues_before, first_and_longest, pattern, scan, word_ends};

/// `+` or `00`, and digits in groups; a bracketed zero is the one to leave out from abroad.
static INTERNATIONAL: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?:\(?\+ ?|\b00 ?)[1-9](?:(?: ?\(| ?\) ?|[ .-])?\d){6,15}"));
/// A leading zero and digits in groups, or all of them apart.
static TRUNK: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\(?\b(?:0[1-9](?:(?: ?\(| ?\) ?|[ ./-]| - )?\d){7,10}|0[ .-][1-9](?:[ .-]\d){7,10})\b",
    )
});
/// What is told by its grouping or its first digits.
static NATIONAL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?x)
        # Country codes without a plus: India, Kenya and its neighbours, Nigeria, South Africa,
        # the United Kingdom.
        \b91[\ -]?[6-9]\d{4}[\ -]?\d{5}
        | \b25[4-6][\ -]?[17]\d{2}[\ -]?\d{3}[\ -]?\d{3}
        | \b234[\ -]?[789]\d{2}[\ -]?\d{3}[\ -]?\d{4}
        | \b27[\ -]?[6-8]\d[\ -]?\d{3}[\ -]?\d{4}
        | \b44[\ -]?7\d{3}[\ -]?\d{3}[\ -]?\d{3}
        # North America: area code and exchange begin with 2 to 9.
        | (?: \b1[\ .-]? )? (?: \([2-9]\d{2}\)\ ?-? | \b[2-9]\d{2}[\ .-]? ) [2-9]\d{2}[\ .-]?\d{4}
        # Freephone in India and, a digit shorter, in Australia.
        | \b18[06]0[\ -]\d{3}[\ -]\d{4}
        | \b1[38]00[\ -]?\d{3}[\ -]?\d{3}
        # India: ten digits from 6 on, in fives.
        | \b[6-9]\d{4}[\ -]?\d{5}",
    )
});
/// Seven digits, which only a word before them makes a phone number.
static LOCAL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?ix) \b(?: call | cell | contact | dial | mobile | phone | reach | ring | sms | tel
                    | text | whatsapp )\b
        (?: [\ :.-]{1,3} (?: at | he?r | him | is | me | my | no | number | on | them | us )\b ){0,4}
        [\ :.-]{1,3} ([2-9]\d{2}[\ .-]\d{4})\b",
    )
});

/// Digits of a number with its country code, where a plan has one length only.
const LENGTHS: &[(&str, usize)] = &[
    ("1", 11),
    ("27", 11),
    ("33", 11),
    ("34", 11),
    ("44", 12),
    ("61", 11),
    ("91", 12),
    ("254", 12),
];

pub(super) fn find(text: &str) -> Vec<Range<usize>> {
    let mut ranges = scan(text, &INTERNATIONAL, |captures| {
        let whole = captures.get_match().range();
        reading(text, &whole, is_international)
    });
    for (pattern, is_phone) in [
        (&TRUNK, is_trunk as fn(&str) -> bool),
        (&NATIONAL, is_national),
    ] {
        ranges.extend(scan(text, pattern, |captures| {
            let whole = captures.get_match().range();
            if continues_before(text, whole.start) || text[..whole.start].ends_with(['#', '+']) {
                return None;
            }
            reading(text, &whole, is_phone)
        }));
    }
    ranges.extend(LOCAL.captures_iter(text).filter_map(|captures| {
        let number = captures.get(1)?.range();
        (!continues_after(text, number.end)).then_some(number)
    }));
    first_and_longest(ranges)
}

/// The part of a match that is a phone number, with nothing but another number or a few digits
/// behind it: a part of something longer is not a phone number.
///
/// The longest reading counts; but after a leading zero most plans have eleven digits, or ten, and
/// what follows may be the hours to call.
fn reading(text: &str, whole: &Range<usize>, is_phone: fn(&str) -> bool) -> Option<Range<usize>> {
    let mut readings: Vec<Range<usize>> = word_ends(text, whole)
        // Behind a slash, a zero begins another number.
        .filter(|&end| !continues_after(text, end) || text[end..].starts_with("/0"))
        .filter(|&end| is_phone(&text[whole.start..end]) && ends_number(&text[end..]))
        .map(|end| whole.start..end)
        .collect();
    if text[whole.start..].trim_start_matches('(').starts_with('0') {
        readings.sort_by_key(|range| match digits(&text[range.clone()]).len() {
            11 => 0,
            10 => 1,
            _ => 2,
        });
    }
    let mut range = readings.into_iter().next()?;
    // A bracket that does not close within the number is the sentence's.
    let written = &text[range.clone()];
    if written.starts_with('(') && !written.contains(')') {
        range.start += 1;
    }
    Some(range)
}

/// Whether what follows a number is not more of it.
fn ends_number(rest: &str) -> bool {
    let Some(next) = rest.strip_prefix(' ') else {
        return true;
    };
    let digits = next.bytes().take_while(u8::is_ascii_digit).count();
    digits <= 3 || next.starts_with('0')
}

fn is_international(written: &str) -> bool {
    let digits = digits(&written.replace("(0)", ""));
    let number = digits.strip_prefix("00").unwrap_or(&digits);
    let known = LENGTHS
        .iter()
        .find(|(country, _)| number.starts_with(country));
    match known {
        Some(&(_, length)) => number.len() == length,
        None => (8..=15).contains(&number.len()),
    }
}

/// Whether digits with a leading zero are grouped as one number: by one kind of sign, and not
/// `0.99`.
fn is_trunk(written: &str) -> bool {
    let written = written.replace(['(', ')'], "").replace(" - ", "-");
    let mut signs: Vec<char> = written.chars().filter(|c| !c.is_ascii_digit()).collect();
    signs.dedup();
    let groups: Vec<usize> = written
        .split(|c: char| !c.is_ascii_digit())
        .map(str::len)
        .collect();
    let is_spelled_out = groups.iter().all(|&length| length == 1);
    let starts_with_code = groups.first().is_some_and(|&length| length >= 2);
    signs.len() <= 1
        && (9..=12).contains(&digits(&written).len())
        && (is_spelled_out || starts_with_code)
}

/// Whether all of it is in a national form, rather than the beginning of a longer one.
fn is_national(written: &str) -> bool {
    let found = NATIONAL.find(written);
    found.is_some_and(|found| found.len() == written.len())
}

fn digits(written: &str) -> String {
    written.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        find(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn national_and_international_forms() {
        for number in [
            "07700 900123",
            "07700900123",
            "(01632) 960 123",
            "020 7946 0018",
            "+44 (0)7700 900123",
            "+44 7700 900 123",
            "(202) 555-0147",
            "202.555.0147",
            "1-800-555-0199",
            "+12025550147",
            "+91 98765 43210",
            "9876543210",
            "+254708374149",
            "0712 345 678",
            "0491 570 156",
            "06 39 98 12 34",
            "0033 6 39 98 12 34",
            "0 7 7 0 0 9 0 0 1 2 3",
            "1800-000-1234",
        ] {
            for text in [
                number.to_owned(),
                format!("call {number}, please"),
                format!("({number})"),
                format!("{number} 24 hours a day"),
            ] {
                let found = found(&text);
                assert_eq!(found.len(), 1, "{text}: {found:?}");
                assert_eq!(digits(found[0]), digits(number), "{text}");
            }
        }
        assert_eq!(found("text me 555-0134"), ["555-0134"]);
        assert_eq!(found("tel.07700900123"), ["07700900123"]);
        assert_eq!(found("07700 900123/07700 900124")[0], "07700 900123");
        assert_eq!(found("(+234) 70 00000 000 from 9"), ["(+234) 70 00000 000"]);
        assert_eq!(
            found("07700 900123 07700 900124"),
            ["07700 900123", "07700 900124"]
        );
    }

    #[test]
    fn other_numbers_are_none() {
        for text in [
            "555-0134",
            "1800 500 20000 people",
            "1000-1500 people",
            "0.99 1.99 2.99",
            "192.168.1.254",
            "10.0.18363.1556",
            "+100 Social credit",
            "£0771234567",
            "3.1415926535",
            "1 2 3 4 5 6 7 8 9 10",
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }
}
