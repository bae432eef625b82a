//! E-mail addresses, plain and spelled out.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

use super::page::pattern;

/// `name@host.tld`, in the query of a link with `%40`; the parts are looser than RFC 5322 on purpose,
/// since people write what works.
static PLAIN: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\w[\w.%+'-]*(?:@|%40)(?:[\w-]+\.)+(\p{Alphabetic}{2,24})"));
/// `name (at) host (dot) com`.
static BRACKETED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?ix) \w[\w.+'-]* \ {0,2} [(\[{<]\ ?at\ ?[)\]}>] \ {0,2} [\w-]+
        (?: (?: \. | \ {0,2}[(\[{<]\ ?dot\ ?[)\]}>]\ {0,2} | \ dot\  ) [\w-]+ )+",
    )
});
/// `name at host dot com`, `my dot name at gmail dot com`, `name at gmail.com`, `name @ host.com`.
static SPACED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?ix) \b (?: \w[\w.+'-]* \ {1,2}dot\ {1,2} ){0,3} (\w[\w.+'-]*)
        (?: \ {1,2}at\ {1,2} [\w-]+ (?: \ {1,2}dot\ {1,2} [\w-]+ ){0,2} \ {1,2}dot\ {1,2}
          | \ {1,2}at\ {1,2} (?: aol | gmail | gmx | googlemail | hotmail | icloud | live | msn
                               | outlook | proton | protonmail | yahoo | ymail ) \.
          | (?: \ {1,2}@\ {0,2} | @\ {1,2} ) [\w-]+ (?: \.[\w-]+ ){0,2} \. )
        (?: com | net | org | edu | info | co | uk | de | fr | es | it | nl | eu | ie | in | ke | za
          | au | ca | us | io | me ) \b",
    )
});

/// Words before `at` that make it a place: `look at gmail.com`.
const NOT_NAMES: &[&str] = &[
    "account", "am", "are", "back", "be", "email", "here", "is", "it", "look", "mail", "me",
    "online", "only", "us", "was",
];

pub(super) fn find(text: &str) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = PLAIN
        .captures_iter(text)
        .filter(|captures| is_top_level(&captures[1]))
        .map(|captures| captures.get_match().range())
        .collect();
    ranges.extend(BRACKETED.find_iter(text).map(|found| found.range()));
    ranges.extend(
        SPACED
            .captures_iter(text)
            .filter(|captures| !NOT_NAMES.contains(&captures[1].to_lowercase().as_str()))
            .map(|captures| captures.get_match().range()),
    );
    ranges.sort_by_key(|range| (range.start, range.end));
    // Where two forms overlap, both are hidden as one address.
    ranges.dedup_by(|next, kept| {
        let overlaps = next.start < kept.end;
        if overlaps {
            kept.end = kept.end.max(next.end);
        }
        overlaps
    });
    ranges
}

/// Whether what follows the last dot may be a domain: the next sentence, glued to a mention
/// (`thanks@brand.Great`), begins with a capital.
fn is_top_level(label: &str) -> bool {
    let mut chars = label.chars();
    let starts_upper = chars.next().is_some_and(char::is_uppercase);
    let goes_on_lower = chars.any(char::is_lowercase);
    !(starts_upper && goes_on_lower) || ["Com", "Net", "Org", "Co", "Uk"].contains(&label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_in_the_forms_that_people_write() {
        for text in [
            "jo@example.com",
            "JO@EXAMPLE.COM",
            "Jo@Example.Com",
            "o'neil+x@mail.example.co.uk",
            "jo(at)example.com",
            "jo [at] example [dot] org",
            "jo AT example DOT com",
            "jo.smith at gmail.com",
            "jo @ example.com",
            "jo@ example.com",
            "jo dot smith at gmail dot com",
            "jo%2Bx%40example.com",
        ] {
            let found: Vec<&str> = find(text).into_iter().map(|range| &text[range]).collect();
            assert_eq!(found, [text]);
        }
    }

    #[test]
    fn other_uses_of_at_stay() {
        for text in [
            "look at gmail.com",
            "at home dot dot dot",
            "3 for £10 @ the shop",
            "stuck @ terminal 5 . com on",
            "thanks@brand.Great stuff",
            "jo@localhost",
        ] {
            assert!(find(text).is_empty(), "{text}");
        }
    }
}
