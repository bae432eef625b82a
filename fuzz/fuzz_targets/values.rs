//! Cells: counts, truth values, ids and lists of ids.
#![no_main]

use libfuzzer_sys::fuzz_target;
use uproar_ingest::fuzzing::{count, first_of_list, id, id_list, reply_target, truth};

fuzz_target!(|text: &str| {
    assert!(count(text).is_none_or(|count| count >= 0));
    let _ = (truth(text), first_of_list(text));
    for known in [id(text), reply_target(text)].into_iter().flatten() {
        assert!(!known.trim().is_empty());
    }
    for item in id_list(text).iter().flat_map(|list| list.split(',')) {
        assert_eq!(item, item.trim());
    }
});
