//! A reading of a text in which digits, dashes and spaces look the same however they are typed.

use std::{borrow::Cow, ops::Range};

/// A folded text that knows which bytes of the original each of its own came from.
///
/// Full-width characters and other scripts' digits become ASCII, dashes `-`, spaces ` `; what has
/// no width is left out, so that it cannot split a number.
pub(super) struct Folded<'a> {
    text: Cow<'a, str>,
    /// For each byte, the original character it came from; empty when the text is its own folding.
    sources: Vec<Range<usize>>,
}

impl<'a> Folded<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        if text.is_ascii() {
            return Self {
                text: Cow::Borrowed(text),
                sources: Vec::new(),
            };
        }
        let mut folded = String::with_capacity(text.len());
        let mut sources = Vec::with_capacity(text.len());
        for (start, original) in text.char_indices() {
            if let Some(c) = fold(original) {
                folded.push(c);
                let source = start..start + original.len_utf8();
                sources.resize(folded.len(), source);
            }
        }
        Self {
            text: Cow::Owned(folded),
            sources,
        }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The original bytes of a range of the folded text that is not empty.
    pub(super) fn original(&self, range: &Range<usize>) -> Range<usize> {
        match (
            self.sources.get(range.start),
            self.sources.get(range.end.saturating_sub(1)),
        ) {
            (Some(first), Some(last)) => first.start..last.end,
            _ => range.clone(),
        }
    }
}

/// The character as it is read, or nothing where it has no width.
fn fold(c: char) -> Option<char> {
    if c.is_ascii() {
        return Some(c);
    }
    Some(match c {
        // Soft hyphen, zero-width characters, directional marks, byte order mark, and the two that
        // turn a digit into a keycap emoji.
        '\u{ad}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2064}'
        | '\u{2066}'..='\u{2069}'
        | '\u{feff}'
        | '\u{fe0e}'
        | '\u{fe0f}'
        | '\u{20e3}' => return None,
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' => '-',
        '\u{2018}' | '\u{2019}' | '\u{2bc}' => '\'',
        '\u{ff01}'..='\u{ff5e}' => moved(c, '\u{ff01}', '!'),
        '\u{660}'..='\u{669}' => moved(c, '\u{660}', '0'),
        '\u{6f0}'..='\u{6f9}' => moved(c, '\u{6f0}', '0'),
        '\u{966}'..='\u{96f}' => moved(c, '\u{966}', '0'),
        '\u{9e6}'..='\u{9ef}' => moved(c, '\u{9e6}', '0'),
        // Five styles of mathematical digits, ten each.
        '\u{1d7ce}'..='\u{1d7ff}' => {
            let digit = (u32::from(c) - 0x1d7ce) % 10;
            char::from_digit(digit, 10).unwrap_or(c)
        }
        c if c.is_whitespace() => ' ',
        c => c,
    })
}

/// The ASCII character as far from `first` as `c` is from the first of its block.
fn moved(c: char, block: char, first: char) -> char {
    char::from_u32(u32::from(c) - u32::from(block) + u32::from(first)).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_and_signs_become_ascii() {
        for (text, expected) in [
            ("０７７００ ９００", "07700 900"),
            ("a＠b．ｃｏｍ", "a@b.com"),
            ("٠١٢ ۳۴۵ ०१२ ০১২", "012 345 012 012"),
            ("𝟎𝟏𝟐 𝟬𝟭𝟮 𝟶𝟷𝟸", "012 012 012"),
            ("0️⃣7️⃣", "07"),
            ("07\u{200b}7\u{2060}0", "0770"),
            ("555–0134\u{a0}x", "555-0134 x"),
            ("café 火", "café 火"),
        ] {
            assert_eq!(Folded::new(text).text(), expected);
        }
    }

    #[test]
    fn ranges_lead_back_to_whole_characters() {
        let text = "é：０\u{200b}７!";
        let folded = Folded::new(text);
        assert_eq!(folded.text(), "é:07!");
        let digits = folded.text().find("07").unwrap();
        assert_eq!(
            &text[folded.original(&(digits..digits + 2))],
            "０\u{200b}７"
        );
        assert_eq!(&text[folded.original(&(0..2))], "é");
    }
}
