//! What looks like personal data and is none.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

use super::page::{continues_after, continues_before, pattern};

/// What a redactor put into the text before.
static MARKERS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\[(?:email|phone|card|iban|number|address)\]"));
/// Handles, with the `@user@server` form of Mastodon and the dots of Bluesky. A capital after a dot
/// begins a sentence.
static HANDLES: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\B@(?:\w+@[\w-]+(?:\.[\w-]+)+|\w[\w-]*(?:\.[a-z][a-z0-9-]*)+|\w+)"));
/// Links, also without a scheme when they have a path. An e-mail address in one is covered before.
static LINKS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)(?:\bhttps?://|\bwww\.)\S+|\b(?:[a-z0-9-]+\.)+[a-z]{2,}/\S*"));
static HASHTAGS: LazyLock<Regex> = LazyLock::new(|| pattern(r"#\w*\p{Alphabetic}\w*"));
/// The id of a post, which its author did not choose and everybody can see.
static POST_IDS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)\b(?:tweet|status|post)(?: ?id)?[ :#]{0,3}\d{15,20}\b"));
static DATES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(\d{1,2})[./-](\d{1,2})[./-](?:\d{4}|\d{2})|\d{4}[./-](\d{1,2})[./-](\d{1,2})")
});
static TIMES: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b\d{1,2}:\d{2}(?::\d{2})?\b"));
/// Sums of money, numbers with thousands set apart by commas, and numbers of things.
static AMOUNTS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?ix)
        [$£€¥₹₦]\ ?\d+(?:[.,]\d+)*
        | \b(?:rs|inr|kes|ksh|usd|eur|gbp|aud|ngn|zar)\b\.?\ ?\d+(?:[.,]\d+)*
        | \b\d{1,3}(?:,\d{2,3})+(?:\.\d+)?\b
        | \b[1-9]\d*(?:[.,]\d+)*\ ?
          (?: [%€£]
            | (?: [kmgt]b | kwh | rs | inr | kes | ksh | bob | shillings | naira | cedis | rand
                | lakhs? | crores? | usd | dollars? | eur
                | euros? | gbp | pounds? | quid | people | customers | users | followers | points
                | miles | steps | views | rupees | units )\b )",
    )
});
/// Words that spell an address or a code without a digit or an `@`.
static SPELLED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?i)\bat\b|\bpnr\b|\b(?:booking|reservation|confirmation|reference|locator)\b")
});

/// Whether a text without digits may still hold a find.
pub(super) fn may_spell_a_find(text: &str) -> bool {
    SPELLED.is_match(text)
}

pub(super) fn markers(text: &str) -> Vec<Range<usize>> {
    all(text, &MARKERS)
}

/// Handles with their `@`.
pub(crate) fn handles(text: &str) -> Vec<Range<usize>> {
    all(text, &HANDLES)
}

pub(super) fn links(text: &str) -> Vec<Range<usize>> {
    all(text, &LINKS)
}

pub(super) fn hashtags(text: &str) -> Vec<Range<usize>> {
    all(text, &HASHTAGS)
}

/// Dates, times, sums, and ids of posts.
pub(super) fn dates_and_amounts(text: &str) -> Vec<Range<usize>> {
    let mut ranges = dates(text);
    ranges.extend(all(text, &TIMES));
    ranges.extend(all(text, &POST_IDS));
    // Where digits stand before, an amount is the last group of a longer number.
    ranges.extend(all(text, &AMOUNTS).into_iter().filter(|range| {
        let before = text[..range.start].strip_suffix(' ');
        !before.is_some_and(|before| before.ends_with(|c: char| c.is_ascii_digit()))
    }));
    ranges.sort_by_key(|range| (range.start, range.end));
    // What overlaps is covered once.
    let mut end = 0;
    ranges.retain_mut(|range| {
        range.start = range.start.max(end);
        end = end.max(range.end);
        range.start < range.end
    });
    ranges
}

/// Dates of three numbers that a calendar has, in any order that people write.
fn dates(text: &str) -> Vec<Range<usize>> {
    DATES
        .captures_iter(text)
        .filter_map(|captures| {
            let whole = captures.get_match();
            let part = |group| captures.get(group)?.as_str().parse::<u32>().ok();
            let (one, other) = part(1).zip(part(2)).or(part(3).zip(part(4)))?;
            let (less, more) = (one.min(other), one.max(other));
            let is_date = (1..=12).contains(&less) && more <= 31;
            let is_whole = !continues_before(text, whole.start())
                && !text[whole.end()..].starts_with(|c: char| c.is_ascii_digit())
                && !is_followed_by_digits(text, whole.end());
            (is_date && is_whole).then(|| whole.range())
        })
        .collect()
}

/// Whether more digits follow behind a sign that joins them.
fn is_followed_by_digits(text: &str, at: usize) -> bool {
    text[at..].starts_with(['.', '-', '/']) && continues_after(text, at)
}

fn all(text: &str, pattern: &Regex) -> Vec<Range<usize>> {
    pattern.find_iter(text).map(|found| found.range()).collect()
}
