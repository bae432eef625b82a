//! A stream of text into which bytes can be put back.

use std::io::{self, BufRead};

use crate::error::Error;
use crate::limits::Limits;
use crate::notice::NoticeKind;

use super::DecodedText;

/// Lets a parser that followed a broken row too far go back.
pub(super) struct Pushback {
    input: DecodedText,
    /// Bytes to read before `input`.
    again: io::Cursor<Vec<u8>>,
}

impl Pushback {
    pub(super) fn new(input: DecodedText) -> Self {
        Self {
            input,
            again: io::Cursor::default(),
        }
    }

    /// The limits of the input.
    pub(super) const fn limits(&self) -> &Limits {
        &self.input.limits
    }

    /// The next bytes, as many as are at hand; none at the end.
    pub(super) fn fill(&mut self) -> Result<&[u8], Error> {
        if self.has_again() {
            return self
                .again
                .fill_buf()
                .map_err(|error| Error::io(&self.input.file, error));
        }
        loop {
            match self.input.text.fill_buf() {
                Ok(_) => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(self.input.failed(error)),
            }
        }
        self.input
            .text
            .fill_buf()
            .map_err(|error| Error::io(&self.input.file, error))
    }

    /// Passes over `amount` of the bytes that [`fill`](Self::fill) gave.
    pub(super) fn consume(&mut self, amount: usize) {
        if self.has_again() {
            self.again.consume(amount);
        } else {
            self.input.text.consume(amount);
        }
    }

    /// Puts `bytes` in front of what is still to be read.
    pub(super) fn put_back(&mut self, mut bytes: Vec<u8>) {
        let unread = self.again.position() as usize;
        bytes.extend_from_slice(self.again.get_ref().get(unread..).unwrap_or_default());
        self.again = io::Cursor::new(bytes);
    }

    fn has_again(&self) -> bool {
        self.again.position() < self.again.get_ref().len() as u64
    }

    pub(super) fn notice(&self) -> Option<NoticeKind> {
        self.input.notice()
    }
}
