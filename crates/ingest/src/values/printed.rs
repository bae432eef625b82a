//! Objects and lists as programs print them. A library that writes a table puts that into a cell
//! where it has no column for what is within.

use std::sync::LazyLock;

use regex::Regex;

use super::{Id, pattern};

/// Whether a cell holds such text: `{'id': 1}`, `[<ReferencedTweet id=9 …`, `User(id=1, …`.
pub(crate) fn is_printed(text: &str) -> bool {
    static OPENING: LazyLock<Regex> =
        LazyLock::new(|| pattern(r#"^\s*(?:\{['"]|\[[{<'"]|[A-Z]\w*\(\w+=)"#));
    OPENING.is_match(text)
}

/// The handle in a printed account.
pub(crate) fn handle(text: &str) -> Option<&str> {
    static HANDLE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r#"\b(?:username|screen_name|userName)['"]?\s*[:=]\s*['"]([^'"]+)['"]"#)
    });
    Some(HANDLE.captures(text)?.get(1)?.as_str())
}

/// The post replied to, from `[<ReferencedTweet id=1 type=replied_to, …`; none when this is no such
/// list.
pub(super) fn reply_target(text: &str) -> Option<Id> {
    static REFERENCE: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"<ReferencedTweet id=([0-9]+) type=(\w+)"));
    let mut references = REFERENCE
        .captures_iter(text)
        .map(|reference| reference.extract::<2>().1)
        .peekable();
    references.peek()?;
    Some(
        references
            .find(|[_, kind]| *kind == "replied_to")
            .map_or(Id::Missing, |[id, _]| Id::Known(id.to_owned())),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_programs_print_is_told_from_names() {
        for text in [
            "{'username': 'ann'}",
            r#" {"username": "ann"}"#,
            "[{'id': 1}]",
            "[<ReferencedTweet id=9 type=replied_to]",
            "['ann']",
            "User(id=1, username='ann')",
        ] {
            assert!(is_printed(text), "{text}");
        }
        for text in [
            "ann",
            "{ann}",
            "[deleted]",
            "[ACME] Ann",
            "Ann (Acme)",
            "Ann(x)",
            "<3 ann",
            "",
        ] {
            assert!(!is_printed(text), "{text}");
        }
    }

    #[test]
    fn handles_are_found_in_accounts() {
        for (text, expected) in [
            ("{'username': 'ann', 'followersCount': 540}", Some("ann")),
            (
                r#"{'displayname': "Ann's", 'username': 'ann', 'created': datetime.datetime(2009, 1, 2)}"#,
                Some("ann"),
            ),
            (r#"{"id": 1, "screen_name":"ann"}"#, Some("ann")),
            (
                "User(_json={'in_reply_to_screen_name': 'bob', 'screen_name': 'ann'})",
                Some("ann"),
            ),
            ("User(id=1, username='ann', displayname='Ann')", Some("ann")),
            ("{'name': 'Ann'}", None),
        ] {
            assert_eq!(handle(text), expected, "{text}");
        }
    }

    #[test]
    fn references_are_found() {
        for (text, expected) in [
            (
                "[<ReferencedTweet id=8 type=quoted, <ReferencedTweet id=9 type=replied_to]",
                Some(Id::Known("9".into())),
            ),
            ("[<ReferencedTweet id=8 type=quoted]", Some(Id::Missing)),
            ("[<User id=8]", None),
            ("9", None),
        ] {
            assert_eq!(reply_target(text), expected, "{text}");
        }
    }
}
