//! Files of labels: delimited text and workbooks.
#![no_main]

use libfuzzer_sys::fuzz_target;
use uproar_tuning::labels::Labels;

fuzz_target!(|content: &[u8]| {
    let Ok(labels) = Labels::parse("labels", content) else {
        return;
    };
    let counts = labels.counts;
    assert_eq!(
        counts.rows,
        counts.used + counts.repeated + counts.unjudged + counts.by_company
    );
    assert_eq!(counts.used, labels.rows.len() as u64);
    assert!(labels.rows.iter().all(|row| row.weight > 0.0));
    assert_eq!(Labels::parse("labels", content).ok(), Some(labels));
});
