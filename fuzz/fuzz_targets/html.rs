//! HTML posts to plain text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use uproar_ingest::fuzzing::plain_text;

fuzz_target!(|html: &str| {
    let text = plain_text(html);
    if !html.contains(['<', '&']) {
        assert_eq!(text, html.trim());
    }
});
