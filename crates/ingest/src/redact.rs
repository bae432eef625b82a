//! Personal data in the texts of posts: found by patterns and checksums, replaced by markers.
//!
//! What is found, how well, and what is not, is measured in `docs/privacy.md` on the posts of
//! `tests/data/redaction.jsonl`.

mod address;
mod email;
mod fold;
pub(crate) mod keep;
mod number;
mod page;
mod payment;
mod phone;

use std::{borrow::Cow, ops::Range};

use fold::Folded;
use page::Page;

/// A kind of personal data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// An e-mail address, also spelled `name (at) host dot com`.
    Email,
    /// A phone number in an international or national form.
    Phone,
    /// A payment card number: 13 to 19 digits of a known scheme that pass the Luhn check.
    Card,
    /// An IBAN: known country, its length and structure, and the check digits (ISO 13616).
    Iban,
    /// An account, order, booking, ticket, tracking or reference number or code.
    Number,
    /// A house number with its street, a post-office box, or a postcode.
    Address,
}

impl Kind {
    /// Every kind, in the order in which they are looked for: the most certain first.
    pub const ALL: [Self; 6] = [
        Self::Email,
        Self::Iban,
        Self::Card,
        Self::Number,
        Self::Phone,
        Self::Address,
    ];

    /// The kind's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Card => "card",
            Self::Iban => "iban",
            Self::Number => "number",
            Self::Address => "address",
        }
    }

    /// What stands in a redacted text instead.
    pub const fn marker(self) -> &'static str {
        match self {
            Self::Email => "[email]",
            Self::Phone => "[phone]",
            Self::Card => "[card]",
            Self::Iban => "[iban]",
            Self::Number => "[number]",
            Self::Address => "[address]",
        }
    }

    /// The kind of this name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A piece of personal data in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// What it is.
    pub kind: Kind,
    /// Its bytes, on character boundaries.
    pub range: Range<usize>,
}

/// Finds personal data and replaces it.
///
/// Handles, hashtags, links, prices, dates and times stay, except for e-mail addresses within
/// links. Full-width digits and characters without width hide nothing. The work grows linearly
/// with the text.
#[derive(Clone, Debug)]
pub struct Redactor {
    kinds: Vec<Kind>,
}

impl Default for Redactor {
    /// A redactor of every kind.
    fn default() -> Self {
        Self::new(Kind::ALL)
    }
}

impl Redactor {
    /// A redactor of these kinds; what is found of another kind stays as it is.
    pub fn new(kinds: impl IntoIterator<Item = Kind>) -> Self {
        Self {
            kinds: kinds.into_iter().collect(),
        }
    }

    /// The text with a [marker](Kind::marker) in place of each find; borrowed when there is none.
    ///
    /// Redacting a redacted text of all kinds changes nothing. Of some kinds it may: what is left of
    /// the others can look different beside a marker.
    pub fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let spans = self.spans(text);
        if spans.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut redacted = String::with_capacity(text.len());
        let mut end = 0;
        for Span { kind, range } in spans {
            redacted.push_str(&text[end..range.start]);
            redacted.push_str(kind.marker());
            end = range.end;
        }
        redacted.push_str(&text[end..]);
        Cow::Owned(redacted)
    }

    /// What is found, in the order of the text and without overlap.
    pub fn spans(&self, text: &str) -> Vec<Span> {
        if !may_hold_any(text) {
            return Vec::new();
        }
        let folded = Folded::new(text);
        let mut page = Page::new(folded.text());
        // A find can free what it touched to be found in turn, so the search ends when a whole
        // round finds nothing. What is left has one thing less each time.
        while self.search(&mut page) {}
        let mut spans = page.into_found();
        spans.retain(|span| self.kinds.contains(&span.kind));
        spans.sort_by_key(|span| span.range.start);
        for span in &mut spans {
            span.range = folded.original(&span.range);
        }
        spans
    }

    /// Looks once for every kind, and says whether anything was found.
    fn search(&self, page: &mut Page) -> bool {
        let before = page.found().len();
        let mut rest = page.clone();
        rest.keep(keep::markers);
        rest.keep(keep::handles);
        rest.take(Kind::Email, email::find);
        rest.keep(keep::links);
        rest.take(Kind::Number, number::sort_codes);
        rest.keep(keep::dates_and_amounts);
        rest.take(Kind::Iban, payment::ibans);
        rest.take(Kind::Card, payment::cards);
        rest.take(Kind::Number, number::named);
        rest.keep(keep::hashtags);
        rest.take(Kind::Number, number::national_ids);
        rest.take(Kind::Number, number::in_fours);
        rest.take(Kind::Phone, phone::find);
        rest.take(Kind::Number, number::unnamed);
        rest.take(Kind::Address, address::find);
        page.adopt(rest.into_found());
        page.found().len() > before
    }
}

/// Whether the text holds what every find needs: a digit, an `@`, or a word that stands for one.
///
/// Most posts hold none of these and cost one look at their bytes.
fn may_hold_any(text: &str) -> bool {
    text.bytes()
        .any(|byte| byte.is_ascii_digit() || byte == b'@' || !byte.is_ascii())
        || keep::may_spell_a_find(text)
}

#[cfg(test)]
mod tests;
