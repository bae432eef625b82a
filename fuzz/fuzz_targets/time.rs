//! Dates and times.
#![no_main]

use libfuzzer_sys::fuzz_target;
use uproar_ingest::fuzzing::{moments, rfc3339};

fuzz_target!(|text: &str| {
    for moment in moments(text).into_iter().flatten().flatten() {
        // What is beyond the calendar cannot be written, and need not be read again.
        if let Some(written) = rfc3339(moment) {
            assert_eq!(moments(&written), Some([Some(moment); 2]), "{written}");
        }
    }
});
