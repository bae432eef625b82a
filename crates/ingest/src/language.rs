//! The language of a post, decided so that no English post is lost.
//!
//! A post that is not English is not scored, so calling English something else costs more than the
//! reverse. A post counts as another language only when a character n-gram model (whichlang) says
//! so *and* few of its words are common English ones; names of products and people mislead the
//! model, but rarely leave no English word. How often that is right is in `docs/privacy.md`.

mod english;

use std::borrow::Cow;

use whichlang::Lang;

/// Fewest words of a text in Latin script from which a language is told.
const FEWEST_WORDS: usize = 3;
/// Fewest words from which another language than English is told when no letter has an accent: a
/// few names and products look like any language.
const FEWEST_PLAIN_WORDS: usize = 6;
/// Share of common English words from which a text is English although the model names another
/// language.
const ENGLISH_SHARE: f64 = 0.1;
/// The same where the platform names another language: Swahili and others that the model does not
/// know often look like English to it.
const ENGLISH_SHARE_AGAINST_HINT: f64 = 0.2;

/// What is known of the language of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Language {
    code: Option<Cow<'static, str>>,
    certainty: Certainty,
}

/// How sure a language is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// Too few words to tell, and no word of the platform.
    Unknown,
    /// The text or the platform says so.
    Likely,
    /// Both say so, or the script leaves no doubt.
    Certain,
}

impl Language {
    /// The ISO 639 code in lower case (`en`, `fil`), where one is known.
    ///
    /// Without a platform's word for it, a language other than English is the nearest of the 16
    /// that the model knows.
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// Whether the text is English; not so when unknown.
    pub fn is_english(&self) -> bool {
        self.code() == Some(ENGLISH)
    }

    /// Whether the text is in another language than English; not so when unknown.
    pub fn is_foreign(&self) -> bool {
        !self.is_english() && self.certainty > Certainty::Unknown
    }

    /// How sure that is.
    pub fn certainty(&self) -> Certainty {
        self.certainty
    }

    const fn unknown() -> Self {
        Self {
            code: None,
            certainty: Certainty::Unknown,
        }
    }

    fn english(certainty: Certainty) -> Self {
        Self {
            code: Some(Cow::Borrowed(ENGLISH)),
            certainty,
        }
    }
}

const ENGLISH: &str = "en";

/// The language of a text.
///
/// `hint` is the platform's word for it, such as `en`, `pt-BR` or `und`; codes that name no
/// language count as none. Mentions, links and hashtags say nothing of the language and are left
/// out.
pub fn detect(text: &str, hint: Option<&str>) -> Language {
    let text = prose(text);
    let hint = hint.and_then(hinted);
    let letters = Letters::of(&text);
    if letters.are_foreign() {
        return Language {
            code: hint
                .filter(|hint| hint != ENGLISH)
                .map(Cow::Owned)
                .or_else(|| of_other_script(whichlang::detect_language(&text)).map(Cow::Borrowed)),
            certainty: Certainty::Certain,
        };
    }
    let words = english::count(&text);
    if words.all < FEWEST_WORDS {
        return match hint {
            Some(code) if letters.any() => Language {
                code: Some(Cow::Owned(code)),
                certainty: Certainty::Likely,
            },
            _ => Language::unknown(),
        };
    }
    let guess = whichlang::detect_language(&text);
    let looks_english = guess == Lang::Eng;
    match hint {
        None if looks_english || words.share() >= ENGLISH_SHARE => {
            Language::english(Certainty::Likely)
        }
        None if words.all < FEWEST_PLAIN_WORDS && !has_accents(&text) => Language::unknown(),
        None => Language {
            code: Some(Cow::Borrowed(code(guess))),
            certainty: Certainty::Likely,
        },
        Some(hint) if hint == ENGLISH => Language::english(if looks_english {
            Certainty::Certain
        } else {
            Certainty::Likely
        }),
        Some(_) if looks_english && words.share() >= ENGLISH_SHARE_AGAINST_HINT => {
            Language::english(Certainty::Likely)
        }
        Some(hint) => Language {
            certainty: if looks_english || words.share() >= ENGLISH_SHARE {
                Certainty::Likely
            } else {
                Certainty::Certain
            },
            code: Some(Cow::Owned(hint)),
        },
    }
}

/// The text without mentions, links and hashtags.
fn prose(text: &str) -> String {
    let is_prose = |word: &&str| {
        let start =
            word.trim_start_matches(|c: char| c.is_ascii_punctuation() && c != '@' && c != '#');
        !start.starts_with(['@', '#']) && !start.starts_with("http")
    };
    let words: Vec<&str> = text.split_whitespace().filter(is_prose).collect();
    words.join(" ")
}

/// The language that a platform names: the first part of its tag, where that is a language.
fn hinted(tag: &str) -> Option<String> {
    // Codes for no language, several, or one that was not recognised; those with q are X's own.
    const NONE: &[&str] = &[
        "art", "mis", "mul", "qam", "qct", "qht", "qme", "qst", "und", "xx", "zxx",
    ];
    let code = tag
        .trim()
        .split(['-', '_'])
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let is_code = matches!(code.len(), 2 | 3) && code.bytes().all(|byte| byte.is_ascii_lowercase());
    if !is_code || NONE.contains(&code.as_str()) {
        return None;
    }
    Some(match code.as_str() {
        "eng" => ENGLISH.to_owned(),
        // What X still sends for Indonesian and Hebrew, from before 1989.
        "in" => "id".to_owned(),
        "iw" => "he".to_owned(),
        _ => code,
    })
}

fn has_accents(text: &str) -> bool {
    text.chars().any(|c| c.is_alphabetic() && !c.is_ascii())
}

/// Letters of a text by script.
struct Letters {
    latin: usize,
    other: usize,
}

impl Letters {
    fn of(text: &str) -> Self {
        let (latin, other): (Vec<char>, Vec<char>) = text
            .chars()
            .filter(|c| c.is_alphabetic())
            .partition(|c| is_latin(*c));
        Self {
            latin: latin.len(),
            other: other.len(),
        }
    }

    fn any(&self) -> bool {
        self.latin + self.other > 0
    }

    fn are_foreign(&self) -> bool {
        self.other > self.latin
    }
}

/// Whether a letter is of the Latin script, however it is styled: 𝗯𝗼𝗹𝗱, ｗｉｄｅ, ᴄᴀᴘs, 🅰.
fn is_latin(letter: char) -> bool {
    matches!(
        letter,
        '\0'..='\u{2af}'
            | '\u{1d00}'..='\u{1dbf}'
            | '\u{1e00}'..='\u{1eff}'
            | '\u{2071}'..='\u{209c}'
            | '\u{2100}'..='\u{214f}'
            | '\u{249c}'..='\u{24e9}'
            | '\u{ff21}'..='\u{ff5a}'
            | '\u{1d400}'..='\u{1d6a5}'
            | '\u{1f130}'..='\u{1f189}'
    )
}

/// The code of a language that is not written in Latin letters.
fn of_other_script(language: Lang) -> Option<&'static str> {
    matches!(
        language,
        Lang::Ara | Lang::Cmn | Lang::Hin | Lang::Jpn | Lang::Kor | Lang::Rus
    )
    .then(|| code(language))
}

/// The ISO 639-1 code.
const fn code(language: Lang) -> &'static str {
    match language {
        Lang::Ara => "ar",
        Lang::Cmn => "zh",
        Lang::Deu => "de",
        Lang::Eng => ENGLISH,
        Lang::Fra => "fr",
        Lang::Hin => "hi",
        Lang::Ita => "it",
        Lang::Jpn => "ja",
        Lang::Kor => "ko",
        Lang::Nld => "nl",
        Lang::Por => "pt",
        Lang::Rus => "ru",
        Lang::Spa => "es",
        Lang::Swe => "sv",
        Lang::Tur => "tr",
        Lang::Vie => "vi",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_text_and_the_platform_decide_together() {
        use Certainty::{Certain, Likely, Unknown};

        let english = "my internet is down again, please help";
        let swahili = "naomba mnisaidie tafadhali nimetuma pesa";
        for (text, hint, code, certainty) in [
            (english, None, Some("en"), Likely),
            (english, Some("en"), Some("en"), Certain),
            (english, Some("en-GB"), Some("en"), Certain),
            (english, Some("und"), Some("en"), Likely),
            (english, Some("tl"), Some("en"), Likely),
            (swahili, Some("tl"), Some("tl"), Certain),
            ("¿dónde está mi pedido?", None, Some("es"), Likely),
            ("¿dónde está mi pedido?", Some("es"), Some("es"), Certain),
            ("где моя посылка", None, Some("ru"), Certain),
            ("ของฉันอยู่ที่ไหน", None, None, Certain),
            ("ของฉันอยู่ที่ไหน", Some("th"), Some("th"), Certain),
            ("Leonard Cohen, Paris Geller", None, None, Unknown),
            ("Nope", None, None, Unknown),
            ("Nope", Some("en"), Some("en"), Likely),
            ("🙏🙏🙏", None, None, Unknown),
            ("🙏🙏🙏", Some("qme"), None, Unknown),
            ("🙏🙏🙏", Some("tl"), None, Unknown),
            ("@shop #help https://x.example", Some("zxx"), None, Unknown),
            ("", None, None, Unknown),
            ("𝗺𝘆 𝗯𝗮𝗴 𝗶𝘀 𝗹𝗼𝘀𝘁", Some("en"), Some("en"), Certain),
        ] {
            let language = detect(text, hint);
            assert_eq!(language.code(), code, "{text} {hint:?}");
            if text.is_ascii() {
                assert_eq!(language.certainty(), certainty, "{text} {hint:?}");
            }
            assert!(!(language.is_english() && language.is_foreign()));
        }
    }

    #[test]
    fn unknown_is_neither_english_nor_foreign() {
        let language = detect("smh", None);
        assert!(!language.is_english() && !language.is_foreign());
        assert!(detect("ของฉันอยู่ที่ไหน", None).is_foreign());
    }

    #[test]
    fn tags_that_name_no_language_count_as_none() {
        for (tag, expected) in [
            ("en", Some("en")),
            ("EN_us", Some("en")),
            ("eng", Some("en")),
            ("in", Some("id")),
            ("iw", Some("he")),
            ("fil", Some("fil")),
            ("zh-Hant-TW", Some("zh")),
            ("und", None),
            ("qme", None),
            ("zxx", None),
            ("", None),
            ("English", None),
            ("3", None),
        ] {
            assert_eq!(hinted(tag).as_deref(), expected, "{tag}");
        }
    }

    proptest! {
        #[test]
        fn any_text_and_hint_give_a_language(text: String, hint: Option<String>) {
            let language = detect(&text, hint.as_deref());
            prop_assert!(language.code().is_some() || !language.is_english());
        }
    }
}
