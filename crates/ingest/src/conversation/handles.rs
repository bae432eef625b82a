//! The handles that posts mention, and which of them belong to one company.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::num::NonZeroU32;

use crate::handle;

/// The handles that a text mentions, without `@`, as written; those of a federated network
/// without their server.
pub(super) fn mentions(text: &str) -> impl Iterator<Item = &str> {
    let is_of_handle = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.match_indices('@').filter_map(move |(at, _)| {
        // The `@` of an e-mail address or of `@user@server` begins no handle.
        let is_inside =
            text[..at].ends_with(|c: char| is_of_handle(c) || matches!(c, '@' | '.' | '-' | '+'));
        let rest = &text[at + 1..];
        let end = rest.find(|c| !is_of_handle(c)).unwrap_or(rest.len());
        (end > 0 && !is_inside).then(|| &rest[..end])
    })
}

/// A handle's form for comparison: lower case, without `@` and without a server.
pub(super) fn plain(handle: &str) -> String {
    let mut plain = handle::folded(handle);
    let end = plain.find(['.', '@']).unwrap_or(plain.len());
    plain.truncate(end);
    plain
}

/// What companies put before their name, or behind it, for a handle that helps.
const PREFIXES: [&str; 3] = ["ask", "the", "team"];
const SUFFIXES: [&str; 17] = [
    "assist",
    "care",
    "cares",
    "customercare",
    "help",
    "helpers",
    "helps",
    "hq",
    "official",
    "online",
    "service",
    "support",
    "team",
    "tweets",
    "uk",
    "us",
    "usa",
];
/// A shorter name tells too little.
const SHORTEST_NAME: usize = 3;

/// The company's name in a handle in plain form: `acme` of `acme`, `askacme`, `acme_help` and
/// `acmecares`.
fn company_name(handle: &str) -> &str {
    let is_name = |name: &&str| name.len() >= SHORTEST_NAME;
    let mut name = handle.trim_matches('_');
    if let Some(rest) = PREFIXES
        .iter()
        .find_map(|prefix| name.strip_prefix(prefix))
        .map(|rest| rest.trim_matches('_'))
        .filter(is_name)
    {
        name = rest;
    }
    // The longest suffix first: `acmecustomercare` is not `acmecustomer`.
    let suffix = SUFFIXES
        .iter()
        .filter_map(|suffix| name.strip_suffix(suffix))
        .map(|rest| rest.trim_matches('_'))
        .filter(is_name)
        .min_by_key(|rest| rest.len());
    suffix.unwrap_or(name)
}

/// The company behind a handle: 32 bits of the hash of its name, the same for all handles that
/// differ only by words such as `help`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Company(NonZeroU32);

impl Company {
    pub(super) fn of(handle: &str) -> Self {
        let mut hasher = DefaultHasher::new();
        company_name(&plain(handle)).hash(&mut hasher);
        let low = hasher.finish() as u32;
        Self(NonZeroU32::new(low).unwrap_or(NonZeroU32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mentions_are_found() {
        for (text, expected) in [
            ("@Acme @acme_help hi", &["Acme", "acme_help"][..]),
            ("hi (@Acme), @acme's", &["Acme", "acme"]),
            (
                "@acme@mastodon.example @brand.bsky.social",
                &["acme", "brand"],
            ),
            ("write to me@example.com or first.@x", &[]),
            ("meet @ noon @", &[]),
            ("ü@Acme é", &["Acme"]),
        ] {
            assert_eq!(mentions(text).collect::<Vec<_>>(), expected, "{text}");
        }
    }

    #[test]
    fn handles_of_one_company() {
        let acme = Company::of("acme");
        for handle in [
            "@Acme",
            "AskAcme",
            "Ask_Acme",
            "acmeHelp",
            "Acme_Help",
            "AcmeCustomerCare",
            "TeamAcme",
            "acme@social.example",
            "acme.bsky.social",
            "_acme_",
        ] {
            assert_eq!(Company::of(handle), acme, "{handle}");
        }
        for handle in ["acme2", "apex", "help", "askus", "acmeish", ""] {
            assert_ne!(Company::of(handle), acme, "{handle}");
        }
    }
}
