//! Redaction, of every kind and of each alone.
#![no_main]

use libfuzzer_sys::fuzz_target;
use uproar_ingest::redact::{Kind, Redactor};

fuzz_target!(|text: &str| {
    let each = Kind::ALL.map(|kind| Redactor::new([kind]));
    for redactor in each.iter().chain([&Redactor::default()]) {
        let spans = redactor.spans(text);
        assert!(spans.is_sorted_by(|one, next| one.range.end <= next.range.start));
        let mut kept = 0;
        for span in &spans {
            assert!(!text[span.range.clone()].is_empty());
            kept += span.range.len();
        }
        let redacted = redactor.redact(text);
        let markers: usize = spans.iter().map(|span| span.kind.marker().len()).sum();
        assert_eq!(redacted.len(), text.len() - kept + markers);
    }
    let all = Redactor::default();
    let redacted = all.redact(text);
    assert_eq!(all.redact(&redacted), redacted, "of {text:?}");
});
