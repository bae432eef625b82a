//! Language detection; the first line is the platform's word for the language.
#![no_main]

use libfuzzer_sys::fuzz_target;
use uproar_ingest::language::{Language, detect};

fuzz_target!(|input: &str| {
    let (hint, text) = match input.split_once('\n') {
        Some((hint, text)) => (Some(hint), text),
        None => (None, input),
    };
    let language = detect(text, hint);
    assert_eq!(language, detect(text, hint));
    assert!(!(language.is_english() && language.is_foreign()));
    assert!(language.code().is_none_or(|code| !code.is_empty()));
    assert_eq!(
        language == Language::Unknown,
        !language.is_english() && !language.is_foreign()
    );
});
