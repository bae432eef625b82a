//! `decision.toml`, and the probabilities that it leads to.
#![no_main]

use libfuzzer_sys::fuzz_target;
use uproar_classifier::Signal;
use uproar_classifier::fuzzing::decision;

fuzz_target!(|text: &str| {
    let Ok(decided) = decision(text) else {
        return;
    };
    let written = decided.to_toml().expect("what was read can be written");
    assert_eq!(decision(&written), Ok(decided.clone()));
    for logit in [-1e30, -8.0, 0.0, 0.5, 1e30] {
        for probability in decided.probabilities(&[logit; Signal::COUNT]) {
            assert!((0.0..=1.0).contains(&probability), "{probability}");
        }
    }
});
