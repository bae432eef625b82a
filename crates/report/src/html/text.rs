//! Texts of strangers as a page may show them.

use std::borrow::Cow;

/// Characters of a post's text on the page at most. Longer ones are told to be cut.
const LONGEST_TEXT: usize = 2_000;

/// The text without characters that would change how other text is shown or be shown as nothing.
///
/// Embeddings, overrides and isolates of the bidirectional algorithm (UAX #9) can make a text read
/// as something else, so a replacement character stands in their place; the marks that Arabic and
/// Hebrew are written with stay. A character's stand-in takes as many bytes, so that places in the
/// text stay right.
pub(super) fn harmless(text: &str) -> Cow<'_, str> {
    let is_control =
        |character: char| character.is_ascii_control() && !matches!(character, '\n' | '\t');
    let is_bidi =
        |character: char| matches!(character, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    if !text.contains(|character| is_control(character) || is_bidi(character)) {
        return Cow::Borrowed(text);
    }
    let replaced = text.chars().map(|character| match character {
        _ if is_control(character) => ' ',
        _ if is_bidi(character) => char::REPLACEMENT_CHARACTER,
        _ => character,
    });
    Cow::Owned(replaced.collect())
}

/// The beginning of a text that is too long for the page, and whether it was cut.
pub(super) fn beginning(text: &str) -> (&str, bool) {
    match text.char_indices().nth(LONGEST_TEXT) {
        Some((end, _)) => (text.get(..end).unwrap_or(text), true),
        None => (text, false),
    }
}

/// The number of UTF-16 code units before a byte, which is how a browser counts; `None` where that
/// is not the boundary of a character.
pub(super) fn utf16_place(text: &str, byte: u32) -> Option<usize> {
    let before = text.get(..usize::try_from(byte).ok()?)?;
    Some(before.encode_utf16().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_give_way_and_places_stay() {
        let cases = [
            ("late\nagain\tsorry", "late\nagain\tsorry"),
            ("a\u{202E}gnp.exe", "a\u{FFFD}gnp.exe"),
            ("\u{2067}x\u{2069}", "\u{FFFD}x\u{FFFD}"),
            ("nul\0 bell\x07 del\x7F cr\r\n", "nul  bell  del  cr \n"),
            ("\u{200F}שלום", "\u{200F}שלום"),
        ];
        for (text, expected) in cases {
            assert_eq!(harmless(text), expected);
            assert_eq!(expected.len(), text.len());
        }
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(beginning("short"), ("short", false));
        let text = "é".repeat(LONGEST_TEXT + 1);
        let (shown, is_cut) = beginning(&text);
        assert_eq!((shown.chars().count(), is_cut), (LONGEST_TEXT, true));
    }

    #[test]
    fn places_as_a_browser_counts() {
        let text = "é😡 now";
        assert_eq!(utf16_place(text, 0), Some(0));
        assert_eq!(utf16_place(text, 2), Some(1));
        assert_eq!(utf16_place(text, 6), Some(3));
        assert_eq!(utf16_place(text, 10), Some(7));
        assert_eq!(utf16_place(text, 1), None);
        assert_eq!(utf16_place(text, 99), None);
    }
}
