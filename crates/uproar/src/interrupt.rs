//! SIGINT and SIGTERM: a clean stop, and at the second signal an immediate one.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use crate::error::Error;

/// Whether someone asked the run to stop.
#[derive(Clone, Debug)]
pub(crate) struct Interrupt {
    /// The number of the signal, or 0.
    signal: Arc<AtomicUsize>,
    is_resumable: bool,
}

impl Interrupt {
    /// Watches from now on. With `is_resumable` the error says that the same command goes on.
    pub(crate) fn watch(is_resumable: bool) -> Result<Self, Error> {
        let signal = Arc::new(AtomicUsize::new(0));
        let is_stopping = Arc::new(AtomicBool::new(false));
        let register = || {
            for (number, code) in [(SIGINT, 2), (SIGTERM, 15)] {
                // In this order: the first signal finds the flag down and raises it, the second
                // finds it up and ends the process.
                flag::register_conditional_shutdown(number, 128 + number, is_stopping.clone())?;
                flag::register(number, is_stopping.clone())?;
                flag::register_usize(number, signal.clone(), code)?;
            }
            Ok::<_, io::Error>(())
        };
        register().map_err(Error::Signals)?;
        Ok(Self {
            signal,
            is_resumable,
        })
    }

    /// Fails once a signal came.
    pub(crate) fn check(&self) -> Result<(), Error> {
        match self.signal.load(Ordering::Relaxed) {
            0 => Ok(()),
            signal => Err(Error::Interrupted {
                signal,
                is_resumable: self.is_resumable,
            }),
        }
    }
}
