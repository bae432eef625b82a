//! What is told of panics. This stands alone, as all threads of a process share the telling.

use std::panic;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use uproar_ingest::panics::caught;

static TOLD: AtomicUsize = AtomicUsize::new(0);

fn told_of(step: impl FnOnce()) -> usize {
    let before = TOLD.load(Ordering::Relaxed);
    step();
    TOLD.load(Ordering::Relaxed) - before
}

#[test]
fn only_panics_that_are_caught_are_silent() {
    panic::set_hook(Box::new(|_| {
        TOLD.fetch_add(1, Ordering::Relaxed);
    }));
    let uncaught = || assert!(thread::spawn(|| panic!("told")).join().is_err());
    let silent = || assert_eq!(caught(|| panic!("not told")), None::<()>);
    assert_eq!(told_of(silent), 0);
    assert_eq!(told_of(uncaught), 1);
    // Within another, and beside another thread.
    assert_eq!(told_of(|| assert_eq!(caught(silent), Some(()))), 0);
    assert_eq!(told_of(|| assert_eq!(caught(uncaught), Some(()))), 1);
    assert_eq!(caught(|| 7), Some(7));
}
