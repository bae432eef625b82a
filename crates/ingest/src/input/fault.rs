//! Why reading stopped, from the reader that knows to the message that says so.

use std::io;

use crate::error::Error;

/// The payload of an [`io::Error`] from one of this module's readers. What lies between them and
/// [`Error::io`] knows `io::Error` only.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    #[error("reading failed after {offset} bytes")]
    Read { offset: u64, source: io::Error },
    #[error("the file became shorter")]
    Shrunk { expected: u64, found: u64 },
    #[error("damaged {format} data at byte {offset}")]
    Damaged {
        format: &'static str,
        offset: u64,
        message: String,
    },
    #[error("damaged archive: {message}")]
    Archive { message: String },
    #[error("more than {ratio} times as much data as its compressed size")]
    TooMuchData { ratio: u64 },
}

impl From<Fault> for io::Error {
    fn from(fault: Fault) -> Self {
        Self::other(fault)
    }
}

impl Fault {
    /// Whether `error` says already what is wrong.
    pub(super) fn is_in(error: &io::Error) -> bool {
        error
            .get_ref()
            .is_some_and(<dyn std::error::Error + Send + Sync>::is::<Self>)
    }

    /// The fault inside of `error`, or the error itself.
    pub(crate) fn from_io(error: io::Error) -> Result<Self, io::Error> {
        if !Self::is_in(&error) {
            return Err(error);
        }
        let kind = error.kind();
        let payload = error.into_inner().ok_or(kind)?;
        payload
            .downcast()
            .map(|fault| *fault)
            .map_err(io::Error::other)
    }

    /// The error for a reading of `file` that stopped for this reason.
    pub(crate) fn of(self, file: &str) -> Error {
        let file = file.to_owned();
        match self {
            Self::Read { offset, source } => Error::ReadFailed {
                file,
                offset,
                source,
            },
            Self::Shrunk { expected, found } => Error::Shrunk {
                file,
                expected,
                found,
            },
            Self::Damaged {
                format,
                offset,
                message,
            } => Error::Damaged {
                file,
                format,
                offset,
                message,
            },
            Self::Archive { message } => Error::DamagedArchive { file, message },
            Self::TooMuchData { ratio } => Error::TooMuchData { file, ratio },
        }
    }
}
