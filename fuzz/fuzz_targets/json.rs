//! JSON, by line and as a document.
#![no_main]

use libfuzzer_sys::fuzz_target;
use uproar_fuzz::read_in_every_way;
use uproar_ingest::ReadOptions;

fuzz_target!(|content: &[u8]| read_in_every_way(content, &ReadOptions::default()));
