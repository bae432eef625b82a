//! The name or initials with which an agent signs.

use std::sync::LazyLock;

use regex::Regex;

/// The agent's name or initials at the end of a company's post, as written: `mm` of `^mm`, `Sam`
/// of `-Sam`, `JK` of `/JK`, `TJ` of `*TJ`.
///
/// A link or a part's number (`1/2`) may follow. Words after a dash that stand for no person
/// are left out, as is whatever could be the end of a sentence.
pub(super) fn agent(text: &str) -> Option<&str> {
    let text = TAIL.find(text).map_or(text, |tail| &text[..tail.start()]);
    let found = SIGNATURE.captures(text.trim_end())?;
    let name = found.iter().skip(1).flatten().next()?.as_str();
    let is_word = NO_NAMES.iter().any(|word| name.eq_ignore_ascii_case(word));
    (!is_word).then_some(name)
}

/// Links and part numbers at the end.
static TAIL: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?:\s*https?://\S+|\s+\(?\d{1,2}/\d{1,2}\)?)+\s*$"));

static SIGNATURE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        // ^mm ^Sam
        r"(?:\^ ?(\p{L}{1,15})",
        // *TJ *ErikS
        r"|(?:^|[\s.!?…])\*(\p{Lu}\p{L}{0,14})",
        // /JK /kd
        r"|\s/ ?(\p{Lu}{1,3}|\p{Ll}{2}|\p{Lu}\p{Ll}{1,14})",
        // -Sam - Ife --JV ~Bo, and `-Gareth, area manager`
        r"|(?:\s|[.!?…])[-–—~]{1,2} ?(\p{Lu}\p{Ll}{1,14}|\p{Lu}{2,3})(?:, \p{Ll}[\p{Ll} ]{2,30})?",
        r")$",
    ))
});

/// Words that end a post after a dash or a slash and are no agent.
const NO_NAMES: [&str; 16] = [
    "cheers", "eu", "gb", "hi", "no", "ok", "or", "please", "regards", "sorry", "team", "thanks",
    "thx", "uk", "us", "yes",
];

fn pattern(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is valid, as the tests show")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures() {
        for (text, name) in [
            ("Sent. ^mm", Some("mm")),
            ("Sent.^Sam", Some("Sam")),
            ("Sent ^ Jo", Some("Jo")),
            ("Sent. -Sam", Some("Sam")),
            ("Sent. - Ife", Some("Ife")),
            ("Sent.--JV", Some("JV")),
            ("Sent – Zoë", Some("Zoë")),
            ("Sent. ~Bo", Some("Bo")),
            ("May I ring him? -Gareth, area manager", Some("Gareth")),
            ("Sent. /JK", Some("JK")),
            ("Sent. /kd", Some("kd")),
            ("Sent. *TJ", Some("TJ")),
            ("Sent! *ErikS", Some("ErikS")),
            ("See here ^mm https://example.com/a", Some("mm")),
            ("And more to come ^mm 1/2", Some("mm")),
            ("And more ^mm 2/2 https://example.com/a\n", Some("mm")),
            ("Sent. -Thanks", None),
            ("Open 24/7", None),
            ("Our well-known store", None),
            ("It is tax-Free", None),
            ("Open Mon-Fri", None),
            ("https://example.com/JK", None),
            ("Yes and/or", None),
            ("We ship to the EU - UK", None),
            ("two * three", None),
            ("2^x + 1", None),
            ("", None),
        ] {
            assert_eq!(agent(text), name, "{text}");
        }
    }
}
