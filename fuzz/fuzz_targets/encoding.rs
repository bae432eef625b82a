//! Text in an encoding that the first byte picks.
#![no_main]

use libfuzzer_sys::fuzz_target;
use uproar_fuzz::read_in_every_way;
use uproar_ingest::ReadOptions;

const LABELS: [&str; 8] = [
    "utf-8",
    "utf-16le",
    "utf-16be",
    "windows-1252",
    "shift_jis",
    "gb18030",
    "iso-2022-jp",
    "euc-kr",
];

fuzz_target!(|content: &[u8]| {
    let Some((first, content)) = content.split_first() else {
        return;
    };
    // A digit picks a label in the seeds as well, where people read them.
    let label = LABELS.get(usize::from(first.wrapping_sub(b'0')));
    let options = ReadOptions {
        encoding: label.map(|label| (*label).to_owned()),
        ..ReadOptions::default()
    };
    read_in_every_way(content, &options);
});
