//! Panics of libraries on damaged data, caught without a word on standard error.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::Once;

thread_local! {
    /// Whether a panic of this thread would be caught.
    static CATCHING: Cell<bool> = const { Cell::new(false) };
}

/// Runs `step` on this thread; none if it panicked, which nobody is told of. Panics elsewhere are
/// told as ever.
///
/// What `step` was changing must not be used after a panic.
pub fn caught<T>(step: impl FnOnce() -> T) -> Option<T> {
    static QUIETED: Once = Once::new();
    QUIETED.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !CATCHING.get() {
                usual(panic);
            }
        }));
    });
    let outer = CATCHING.replace(true);
    let result = catch_unwind(AssertUnwindSafe(step));
    CATCHING.set(outer);
    result.ok()
}
