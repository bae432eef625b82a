//! Parquet and Arrow, files and streams.
#![no_main]

use libfuzzer_sys::fuzz_target;
use uproar_fuzz::{let_panics_unwind, or_abort, read_in_every_way};
use uproar_ingest::ReadOptions;

fuzz_target!(
    init: let_panics_unwind(),
    |content: &[u8]| or_abort(|| read_in_every_way(content, &ReadOptions::default()))
);
