//! Post text to model text.
//!
//! An uncased encoder with a book-and-encyclopaedia vocabulary drops much of what people shout
//! with: capitals, stretched words, emoji. The normaliser turns those signals into words and
//! marker tokens that the encoder can learn, and strips what says nothing about the author's mood
//! (whose handle, which link).
//!
//! Training reads the output of this very code (`uproar normalize`), so a model only ever sees
//! text of the normaliser it was trained on. Its `config.json` names the version; a rule here never
//! changes without a new version.

use std::borrow::Cow;
use std::fmt;
use std::sync::LazyLock;

use regex::Regex;
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

/// An account mention, or several in a row.
pub const USER: &str = "[user]";
/// A web link.
pub const LINK: &str = "[link]";
/// An e-mail address.
pub const EMAIL: &str = "[email]";
/// Stands before a run of words in capitals.
pub const SHOUT: &str = "[shout]";
/// Stands after a stretched word ("soooo") or a repeated emoji.
pub const LONG: &str = "[long]";
/// Stands before the name of an emoji.
pub const EMOJI: &str = "[emoji]";

/// Every marker that [`Normalizer::V1`] can emit. A tokenizer trained for it holds each as one token.
pub const MARKERS: [&str; 6] = [USER, LINK, EMAIL, SHOUT, LONG, EMOJI];

/// How post text becomes model text; the model's configuration says which it was trained with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Normalizer {
    /// Version 0: the text as it is. For models that were trained outside this project.
    Raw,
    /// Version 1: mentions, links, HTML entities, emoji by name, shouting and elongation.
    V1,
}

impl Normalizer {
    /// The newest version, which training uses.
    pub const LATEST: Self = Self::V1;

    /// The normaliser with this version number, if there is one.
    pub fn from_version(version: u32) -> Option<Self> {
        match version {
            0 => Some(Self::Raw),
            1 => Some(Self::V1),
            _ => None,
        }
    }

    /// The version number that a model's configuration holds.
    pub fn version(self) -> u32 {
        match self {
            Self::Raw => 0,
            Self::V1 => 1,
        }
    }

    /// Turns the text of a post into the text that the model reads.
    ///
    /// Version 1 returns one line with single spaces and no control characters. Square brackets in
    /// the post are set apart by a space, so that nobody can type a marker or a special token such
    /// as `[SEP]`.
    pub fn normalize(self, text: &str) -> Cow<'_, str> {
        match self {
            Self::Raw => Cow::Borrowed(text),
            Self::V1 => Cow::Owned(normalize_v1(text)),
        }
    }
}

impl fmt::Display for Normalizer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.version())
    }
}

static LINKS: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)(?:https?://|\bwww\.)\S+"));
static EMAILS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.\p{Alphabetic}{2,}"));
/// Mentions in a row, with the `@user@server` form of Mastodon and the dots of Bluesky handles.
static MENTIONS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?:\B@\w+(?:[.@-]\w+)*[\s,]*)*\B@\w+(?:[.@-]\w+)*"));

fn pattern(regex: &str) -> Regex {
    Regex::new(regex).expect("the pattern is a constant")
}

fn normalize_v1(text: &str) -> String {
    let text = html_escape::decode_html_entities(text);
    let text = name_emoji(&text);
    let text = LINKS.replace_all(&text, " [link] ");
    // Mentions first: `@user@server` is not an address, and an address is not a mention.
    let text = MENTIONS.replace_all(&text, " [user] ");
    let text = EMAILS.replace_all(&text, " [email] ");
    mark_emphasis(&split_hashtags(&text))
}

/// Spells emoji by name, folds compatibility characters (𝗯𝗼𝗹𝗱, ｆｕｌｌｗｉｄｔｈ), drops control and
/// zero-width characters, and sets square brackets apart.
fn name_emoji(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut last_emoji: Option<&str> = None;
    let mut repeated = false;
    for grapheme in text.graphemes(true) {
        if let Some(emoji) = (!grapheme.is_ascii())
            .then(|| emojis::get(grapheme))
            .flatten()
        {
            // A skin tone is the author's own affair, not a mood.
            let emoji = emoji
                .with_skin_tone(emojis::SkinTone::Default)
                .unwrap_or(emoji);
            if last_emoji == Some(emoji.as_str()) {
                if !repeated {
                    out.push_str(LONG);
                    out.push(' ');
                    repeated = true;
                }
            } else {
                out.push(' ');
                out.push_str(EMOJI);
                out.push(' ');
                out.push_str(emoji.name());
                out.push(' ');
                repeated = false;
            }
            last_emoji = Some(emoji.as_str());
            continue;
        }
        if !grapheme.chars().all(char::is_whitespace) {
            last_emoji = None;
        }
        for c in grapheme.nfkc() {
            match c {
                '[' => out.push_str(" [ "),
                ']' => out.push_str(" ] "),
                c if c.is_whitespace() => out.push(' '),
                c if c.is_control() || is_invisible(c) => {}
                c => out.push(c),
            }
        }
    }
    out
}

/// Formatting characters that show nothing: zero-width spaces and joiners, direction marks,
/// variation selectors, the byte order mark.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}'
        | '\u{2066}'..='\u{2069}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{AD}')
}

/// `#WorstServiceEver` → `# Worst Service Ever`: the encoder knows the words, not the run of them.
fn split_hashtags(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut in_tag = false;
    let mut previous = ' ';
    for c in text.chars() {
        if c == '#' {
            in_tag = true;
            out.push_str(" # ");
        } else {
            in_tag &= c.is_alphanumeric() || c == '_';
            if in_tag && c == '_' {
                out.push(' ');
            } else {
                if in_tag && previous.is_lowercase() && c.is_uppercase() {
                    out.push(' ');
                }
                out.push(c);
            }
        }
        previous = c;
    }
    out
}

/// Marks shouting and elongation and joins the words with single spaces.
fn mark_emphasis(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut out = String::with_capacity(text.len() + 16);
    let mut at = 0;
    while at < words.len() {
        let run = shouted_run(&words[at..]);
        if run > 0 {
            push_word(&mut out, SHOUT);
        }
        for word in &words[at..at + run.max(1)] {
            push_squeezed(&mut out, word);
        }
        at += run.max(1);
    }
    out
}

/// Length in words of the shouted run that starts here, or 0.
///
/// A lone short word in capitals is more often an acronym or a code (UK, BBC) than a shout, so a run
/// needs one word of four capitals or two words of two. "I", "A" and bare punctuation or numbers
/// are neutral: they continue a run but neither start nor end one.
fn shouted_run(words: &[&str]) -> usize {
    let (mut length, mut loud, mut longest) = (0, 0, 0);
    for (i, word) in words.iter().enumerate() {
        let letters = match capitals(word) {
            Some(letters) => letters,
            None => break,
        };
        if letters >= 2 {
            length = i + 1;
            loud += 1;
            longest = longest.max(letters);
        } else if length == 0 {
            break;
        }
    }
    if longest >= 4 || loud >= 2 { length } else { 0 }
}

/// How many letters the word has when all of them are capitals; `None` when it is in lower case, a
/// marker, or holds a digit beside its letters (an order number or a flight).
fn capitals(word: &str) -> Option<usize> {
    let (mut letters, mut digits) = (0, 0);
    for c in word.chars() {
        if c.is_uppercase() {
            letters += 1;
        } else if c.is_alphabetic() {
            return None;
        } else if c.is_numeric() {
            digits += 1;
        }
    }
    if MARKERS.contains(&word) || (letters > 0 && digits > 0) {
        return None;
    }
    Some(letters)
}

/// Writes the word with letters repeated three times or more squeezed to two and punctuation to
/// three, and marks it when a letter was squeezed.
fn push_squeezed(out: &mut String, word: &str) {
    let mut squeezed = String::with_capacity(word.len());
    let mut stretched = false;
    let (mut previous, mut run) = (None, 0);
    for c in word.chars() {
        let folded = c.to_lowercase().next();
        run = if folded == previous { run + 1 } else { 1 };
        previous = folded;
        if c.is_alphabetic() && run > 2 {
            stretched = true;
        } else if c.is_alphanumeric() || run <= 3 {
            squeezed.push(c);
        }
    }
    push_word(out, &squeezed);
    if stretched {
        push_word(out, LONG);
    }
}

fn push_word(out: &mut String, word: &str) {
    if !out.is_empty() {
        out.push(' ');
    }
    out.push_str(word);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn v1(text: &str) -> String {
        Normalizer::V1.normalize(text).into_owned()
    }

    #[test]
    fn each_rule() {
        let cases = [
            // Plain text stays.
            ("My order has not arrived.", "My order has not arrived."),
            ("", ""),
            (" \u{0}\n\t ", ""),
            ("two\nlines", "two lines"),
            // Mentions, links and addresses.
            ("@Brand @BrandHelps hello", "[user] hello"),
            ("hello @Brand, help", "hello [user] , help"),
            ("@ann@example.social hi", "[user] hi"),
            ("see https://t.co/abc now", "see [link] now"),
            ("www.example.com/a?b=c", "[link]"),
            ("mail me at a.b+c@example.co.uk!", "mail me at [email] !"),
            // HTML entities, then the text they spell.
            ("fish &amp; chips &lt;3", "fish & chips <3"),
            // Emoji by name; skin tone is dropped, repetition is kept.
            ("😡", "[emoji] enraged face"),
            ("ok👍🏽", "ok [emoji] thumbs up"),
            ("😭😭😭 why", "[emoji] loudly crying face [long] why"),
            ("😭 😡", "[emoji] loudly crying face [emoji] enraged face"),
            // Shouting.
            ("this is RIDICULOUS", "this is [shout] RIDICULOUS"),
            ("I HATE THIS APP so much", "I [shout] HATE THIS APP so much"),
            ("WHERE IS MY REFUND?!", "[shout] WHERE IS MY REFUND?!"),
            ("the BBC in the UK", "the BBC in the UK"),
            ("flight SK418 to OSL", "flight SK418 to OSL"),
            ("DO IT NOW 5 TIMES ok", "[shout] DO IT NOW 5 TIMES ok"),
            // Elongation; figures are never squeezed.
            ("soooo bad", "soo [long] bad"),
            ("NOOOO!!!!!!", "[shout] NOO!!! [long]"),
            ("order 100000", "order 100000"),
            // Hashtags.
            ("#WorstServiceEver", "# Worst Service Ever"),
            ("#fail_again", "# fail again"),
            // Fancy letters read as plain ones.
            ("𝗯𝗼𝗹𝗱 ｗｉｄｅ", "bold wide"),
            // Markers and special tokens cannot be typed.
            ("[SEP] [shout]", "[ SEP ] [ shout ]"),
            ("&#91;CLS&#93; ［MASK］", "[ [shout] CLS ] [ MASK ]"),
        ];
        for (post, expected) in cases {
            assert_eq!(v1(post), expected, "for {post:?}");
        }
    }

    #[test]
    fn raw_changes_nothing() {
        assert_eq!(Normalizer::Raw.normalize("@a  SO &amp;"), "@a  SO &amp;");
    }

    #[test]
    fn versions_round_trip() {
        for normalizer in [Normalizer::Raw, Normalizer::V1] {
            assert_eq!(
                Normalizer::from_version(normalizer.version()),
                Some(normalizer)
            );
        }
        assert_eq!(Normalizer::from_version(2), None);
    }

    proptest! {
        #[test]
        fn one_clean_line(text in any::<String>()) {
            let out = v1(&text);
            prop_assert!(!out.chars().any(char::is_control));
            prop_assert!(!out.contains("  "));
            prop_assert_eq!(out.trim(), &out);
        }

        #[test]
        fn brackets_of_the_post_never_form_a_token(text in "[\\[\\]A-Za-z ［］]{0,40}") {
            let out = v1(&text);
            for word in out.split(' ').filter(|word| word.contains(['[', ']'])) {
                prop_assert!(word == "[" || word == "]" || MARKERS.contains(&word), "{word}");
            }
        }
    }
}
