//! Counts, booleans, ids and directions as exports write them.

pub(crate) mod printed;

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

/// The number up to which a 64-bit float holds every whole number.
const MOST_EXACT: u64 = 1 << 53;

/// Whether a cell says that there is no value. Python's exports write `nan` and `None`.
pub(crate) fn is_missing(text: &str) -> bool {
    const WORDS: [&str; 7] = ["nan", "null", "none", "n/a", "na", "nat", "-"];
    let text = text.trim();
    text.is_empty() || WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Whether a text is the word by which a program says that there is none, spelt as programs do.
pub(crate) fn is_no_text(text: &str) -> bool {
    matches!(text, "NA" | "NaN" | "nan" | "NULL" | "null" | "None")
}

/// The id in the address of a post on X: `https://x.com/ann/status/848?s=20`.
pub(crate) fn id_in_address(text: &str) -> Option<&str> {
    static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?ix)^https?://(?:www\.|mobile\.)?(?:twitter|x)\.com/.+
            /status(?:es)?/([0-9]+)(?:[/?\#]|$)",
        )
    });
    Some(ADDRESS.captures(text.trim())?.get(1)?.as_str())
}

/// A count such as `1234`, `1,234`, `1.234.567`, `1 234`, `1234.0`, `1.2E+06` or `1.2K`; never
/// negative.
pub(crate) fn count(text: &str) -> Option<i64> {
    let text = text.trim();
    if let Ok(count) = text.parse::<i64>() {
        return (count >= 0).then_some(count);
    }
    let (digits, factor) = match text.as_bytes().last()? {
        b'k' | b'K' => (&text[..text.len() - 1], 1e3),
        b'm' | b'M' => (&text[..text.len() - 1], 1e6),
        b'b' | b'B' => (&text[..text.len() - 1], 1e9),
        _ => (text, 1.0),
    };
    let digits = without_thousands(digits.trim_end())?;
    // Rust reads `inf` and `nan` as numbers; a count starts with a digit.
    if !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let value = digits.parse::<f64>().ok()? * factor;
    // 1.1 thousand is 1100.0000000000002 in binary; without a suffix a fraction is no count.
    let rounded = value.round();
    let whole = factor > 1.0 || value == rounded;
    (whole && rounded <= MOST_EXACT as f64).then_some(rounded as i64)
}

/// Drops the separators of `1,234,567`, `1.234.567`, `1 234 567` and `1'234'567`; none when they
/// stand elsewhere. One point alone is a decimal point.
fn without_thousands(digits: &str) -> Option<String> {
    const SPACES: [char; 6] = [' ', '\u{a0}', '\u{2009}', '\u{202f}', '\'', '\u{2019}'];
    let is_separator = |c: char| c == ',' || SPACES.contains(&c);
    let has_points = digits.matches('.').count() > 1;
    let (whole, fraction) = match digits.split_once('.') {
        Some((whole, fraction)) if !has_points => (whole, Some(fraction)),
        _ => (digits, None),
    };
    let Some(separator) = whole.chars().find(|c| is_separator(*c) || *c == '.') else {
        return Some(digits.to_owned());
    };
    let mut groups = whole.split(separator);
    let first = groups.next()?;
    let digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    if !(1..=3).contains(&first.len()) || !digits(first) {
        return None;
    }
    let mut joined = first.to_owned();
    for group in groups {
        if group.len() != 3 || !digits(group) {
            return None;
        }
        joined.push_str(group);
    }
    if let Some(fraction) = fraction {
        joined.push('.');
        joined.push_str(fraction);
    }
    Some(joined)
}

/// A truth value: true/false, t/f, yes/no, y/n, 1/0, in any case.
pub(crate) fn boolean(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "t" | "yes" | "y" | "1" | "1.0" => Some(true),
        "false" | "f" | "no" | "n" | "0" | "0.0" => Some(false),
        _ => None,
    }
}

/// Whether a post was written to the company (true) or by it (false), from a word or from the
/// truth value of a column `inbound`.
pub(crate) fn inbound(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "customer" | "inbound" | "incoming" | "in" | "user" => Some(true),
        "company" | "outbound" | "outgoing" | "out" | "agent" | "brand" => Some(false),
        other => boolean(other),
    }
}

/// What a cell that should hold an id holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Id {
    /// Nothing.
    Missing,
    /// A number in scientific notation or too long for the float that it was: its last digits are
    /// lost.
    Rounded,
    /// What a program [printed](printed::is_printed).
    Unreadable,
    /// An id, the same however a tool wrote the number.
    Known(String),
}

/// Reads an id. `848.0` (a column with gaps, saved by a data-frame library) is `848`, and what keeps
/// a spreadsheet from rounding (`'848`, `="848"`) is dropped. Twitter4J writes `-1` for none. The
/// [address](id_in_address) of a post on X stands for its id.
pub(crate) fn id(text: &str) -> Id {
    let text = text.trim();
    if is_missing(text) || text == "-1" {
        return Id::Missing;
    }
    if printed::is_printed(text) {
        return Id::Unreadable;
    }
    if let Some(id) = id_in_address(text) {
        return Id::Known(id.to_owned());
    }
    let formula = || text.strip_prefix("=\"")?.strip_suffix('"');
    let text = text
        .strip_prefix('\'')
        .or_else(formula)
        .filter(|rest| is_digits(rest))
        .unwrap_or(text);
    if let Some((whole, zeros)) = text.split_once('.')
        && is_digits(whole)
        && is_digits(zeros)
        && zeros.bytes().all(|b| b == b'0')
    {
        let is_exact = whole.parse().is_ok_and(|number: u64| number <= MOST_EXACT);
        return if is_exact {
            Id::Known(whole.to_owned())
        } else {
            Id::Rounded
        };
    }
    if is_scientific(text) {
        Id::Rounded
    } else {
        Id::Known(text.to_owned())
    }
}

/// `5.70306E+17`, `5,70306E+17`, `1e16`. A short exponent may be part of a real id (`2e4`), and
/// spreadsheets only turn to this notation from twelve digits on.
fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else {
        return false;
    };
    let (whole, fraction) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, "0"));
    whole.len() == 1
        && is_digits(whole)
        && is_digits(fraction)
        && exponent
            .parse::<u8>()
            .is_ok_and(|exponent| (11..=40).contains(&exponent))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The post replied to, from an id or from the X API's `referenced_tweets`:
/// `[{"type": "replied_to", "id": "1"}, {"type": "quoted", "id": "2"}]`.
pub(crate) fn reply_target(text: &str) -> Id {
    let Some(items) = json_list(text) else {
        return printed::reply_target(text).unwrap_or_else(|| id(text));
    };
    items
        .iter()
        .find(|item| item.get("type").and_then(Value::as_str) == Some("replied_to"))
        .and_then(|item| scalar(item.get("id")?))
        .map_or(Id::Missing, |target| id(&target))
}

/// A list of ids, from `1,2` or from a JSON list, as `1,2`; none when one of them was rounded.
pub(crate) fn id_list(text: &str) -> Option<String> {
    let items: Vec<String> = match json_list(text) {
        Some(items) => items.iter().filter_map(scalar).collect(),
        None => vec![text.to_owned()],
    };
    let mut ids = Vec::new();
    // Within a JSON list as well: a comma in an item would be one between two ids later.
    for item in items.iter().flat_map(|item| item.split([',', ';', ' '])) {
        match id(item) {
            Id::Known(id) => ids.push(id),
            Id::Missing => {}
            Id::Rounded | Id::Unreadable => return None,
        }
    }
    Some(ids.join(","))
}

/// The first item of a JSON list (Bluesky lists a post's languages), else the text itself.
pub(crate) fn first_of_list(text: &str) -> Option<String> {
    match json_list(text) {
        Some(items) => items.first().and_then(scalar),
        None => Some(text.to_owned()),
    }
}

/// Reads a JSON list, also one as Python prints it, with single quotes.
fn json_list(text: &str) -> Option<Vec<Value>> {
    let text = text.trim();
    if !text.starts_with('[') {
        return None;
    }
    serde_json::from_str(text)
        .or_else(|_| serde_json::from_str(&text.replace('\'', "\"")))
        .ok()
}

/// A pattern of the source code.
fn pattern(regex: &str) -> Regex {
    Regex::new(regex).expect("the pattern is a constant")
}

/// A JSON string, number or boolean as text.
pub(crate) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn counts() {
        for (text, expected) in [
            ("0", Some(0)),
            (" 1234 ", Some(1234)),
            ("1,234", Some(1234)),
            ("12,345,678.0", Some(12_345_678)),
            ("12.345.678", Some(12_345_678)),
            ("12 345", Some(12_345)),
            ("12\u{202f}345", Some(12_345)),
            ("12'345.0", Some(12_345)),
            ("1.234", None),
            ("1.234,5", None),
            ("1.2.3", None),
            ("1 2", None),
            ("12,345 678", None),
            ("1234.0", Some(1234)),
            ("1.2E+06", Some(1_200_000)),
            ("1.1K", Some(1_100)),
            ("3.4m", Some(3_400_000)),
            ("2 B", Some(2_000_000_000)),
            ("1,2", None),
            ("1,2345", None),
            (",123", None),
            ("12.5", None),
            ("-3", None),
            ("-3.0", None),
            ("inf", None),
            ("NaN", None),
            ("1e300", None),
            ("K", None),
            ("", None),
            ("many", None),
        ] {
            assert_eq!(count(text), expected, "{text:?}");
        }
    }

    #[test]
    fn booleans_and_directions() {
        for text in ["True", "TRUE", "1", "yes", "1.0"] {
            assert_eq!(
                (boolean(text), inbound(text)),
                (Some(true), Some(true)),
                "{text}"
            );
        }
        for text in ["False", "FALSE", "0", "no", "0.0"] {
            assert_eq!(
                (boolean(text), inbound(text)),
                (Some(false), Some(false)),
                "{text}"
            );
        }
        assert_eq!(
            (boolean("Customer"), inbound("Customer")),
            (None, Some(true))
        );
        assert_eq!((boolean("agent"), inbound("agent")), (None, Some(false)));
        assert_eq!((boolean("maybe"), inbound("maybe")), (None, None));
    }

    #[test]
    fn ids() {
        let known = |id: &str| Id::Known(id.to_owned());
        for (text, expected) in [
            ("848.0", known("848")),
            (" 848 ", known("848")),
            ("'1377230154108395526", known("1377230154108395526")),
            ("=\"1377230154108395526\"", known("1377230154108395526")),
            ("=\"a\"", known("=\"a\"")),
            ("9007199254740992.0", known("9007199254740992")),
            ("1377230154108395520.0", Id::Rounded),
            ("-1", Id::Missing),
            (
                "at://did:plc:x/app.bsky.feed.post/3k",
                known("at://did:plc:x/app.bsky.feed.post/3k"),
            ),
            ("1.5", known("1.5")),
            ("2e4", known("2e4")),
            ("3e15a", known("3e15a")),
            ("", Id::Missing),
            ("NaN", Id::Missing),
            ("None", Id::Missing),
            ("5.70306E+17", Id::Rounded),
            ("5,70306E+17", Id::Rounded),
            ("1.3772301541083955e18", Id::Rounded),
            ("1e16", Id::Rounded),
            ("https://twitter.com/ann/statuses/848", known("848")),
            ("{'id': 1}", Id::Unreadable),
        ] {
            assert_eq!(id(text), expected, "{text:?}");
        }
    }

    #[test]
    fn reply_targets() {
        let known = |id: &str| Id::Known(id.to_owned());
        for (text, expected) in [
            ("3.0", known("3")),
            (
                r#"[{"type":"quoted","id":"1"},{"type":"replied_to","id":"2"}]"#,
                known("2"),
            ),
            ("[{'type': 'replied_to', 'id': 7}]", known("7")),
            (r#"[{"type":"retweeted","id":"1"}]"#, Id::Missing),
            ("[]", Id::Missing),
            ("-1", Id::Missing),
            ("[<ReferencedTweet id=9 type=replied_to]", known("9")),
            ("[<User id=9]", Id::Unreadable),
        ] {
            assert_eq!(reply_target(text), expected, "{text:?}");
        }
    }

    #[test]
    fn addresses() {
        for (text, expected) in [
            ("https://twitter.com/ann/status/848", Some("848")),
            ("http://www.twitter.com/ann/statuses/848/", Some("848")),
            ("https://x.com/i/web/status/848?s=20", Some("848")),
            ("https://mobile.X.com/ann/status/848#m", Some("848")),
            ("https://x.com/ann/status/848a", None),
            ("https://x.com/ann", None),
            ("https://m.example/ann/statuses/848", None),
            ("see https://x.com/ann/status/848", None),
        ] {
            assert_eq!(id_in_address(text), expected, "{text}");
        }
    }

    #[test]
    fn words_for_no_text() {
        for word in ["NA", "nan", "NaN", "null", "NULL", "None"] {
            assert!(is_no_text(word), "{word}");
        }
        for text in ["na", "none", "N/A", "NA!", "None of it", "-", ""] {
            assert!(!is_no_text(text), "{text}");
        }
    }

    #[test]
    fn lists() {
        assert_eq!(id_list("2,3.0, 4").as_deref(), Some("2,3,4"));
        assert_eq!(id_list("[2, \"3\"]").as_deref(), Some("2,3"));
        assert_eq!(id_list("[2, \"3, 4\"]").as_deref(), Some("2,3,4"));
        assert_eq!(id_list(" ").as_deref(), Some(""));
        assert_eq!(id_list("nan").as_deref(), Some(""));
        assert_eq!(id_list("5.7E+17"), None);
        assert_eq!(first_of_list("en").as_deref(), Some("en"));
        assert_eq!(first_of_list("[\"sw\",\"en\"]").as_deref(), Some("sw"));
        assert_eq!(first_of_list("[]"), None);
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC*") {
            let _ = (boolean(&text), inbound(&text), id(&text), reply_target(&text));
            let _ = (id_list(&text), first_of_list(&text), is_missing(&text));
            prop_assert!(count(&text).is_none_or(|count| count >= 0));
        }

        #[test]
        fn counts_survive_thousands_separators(n in 0i64..9_000_000_000_000_000) {
            let digits = n.to_string();
            let mut grouped = String::new();
            for (index, digit) in digits.chars().enumerate() {
                if index > 0 && (digits.len() - index) % 3 == 0 {
                    grouped.push(',');
                }
                grouped.push(digit);
            }
            prop_assert_eq!(count(&grouped), Some(n));
            prop_assert_eq!(count(&format!("{grouped}.0")), Some(n));
        }
    }
}
