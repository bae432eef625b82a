//! Delimited records with their exact bytes and lines, in bounded memory.
//!
//! This drives `csv-core`, the parser inside the `csv` crate, directly: `csv` gives neither a
//! record's raw bytes, which rejects show, nor a way out of a quote that never closes, which
//! would take the rest of the file into memory and away from the rows.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use crate::error::Error;
use crate::formats::DecodedText;
use crate::formats::pushback::Pushback;
use crate::limits::Limit;
use crate::notice::NoticeKind;
use crate::reject::Reason;

/// A stream of records. One record at a time is held; its accessors speak of the one last read.
pub(super) struct Records {
    input: Pushback,
    parser: Reader,
    raw: Vec<u8>,
    fields: Vec<u8>,
    fields_len: usize,
    ends: Vec<usize>,
    len: usize,
    fault: Option<Reason>,
    line: u64,
    lines: LineCounter,
}

/// How an attempt to read a record ended.
enum Outcome {
    Record,
    End,
    /// The record cannot be a row as it stands.
    Fault(Reason),
}

impl Records {
    pub(super) fn new(input: DecodedText, delimiter: u8) -> Self {
        Self {
            input: Pushback::new(input),
            parser: ReaderBuilder::new().delimiter(delimiter).build(),
            raw: Vec::new(),
            fields: vec![0; 4096],
            fields_len: 0,
            ends: vec![0; 64],
            len: 0,
            fault: None,
            line: 1,
            lines: LineCounter {
                line: 1,
                is_after_cr: false,
            },
        }
    }

    /// Reads the next record; false at the end. Blank lines are not records.
    pub(super) fn read(&mut self) -> Result<bool, Error> {
        let outcome = self.parse()?;
        let blank = self
            .raw
            .iter()
            .take_while(|byte| is_line_end(**byte))
            .count();
        self.lines.pass(&self.raw[..blank]);
        self.raw.drain(..blank);
        self.line = self.lines.line;
        self.fault = None;
        let fault = match outcome {
            Outcome::End => return Ok(false),
            Outcome::Record => self.oversize(),
            Outcome::Fault(reason) => Some(reason),
        };
        match fault {
            Some(reason) => self.give_up(reason)?,
            None => self.lines.pass(&self.raw),
        }
        Ok(true)
    }

    /// Whether the record is too large to be a row.
    fn oversize(&self) -> Option<Reason> {
        let longest = (0..self.len).map(|index| self.bounds(index).len()).max();
        self.over_limits(longest.unwrap_or(0))
    }

    /// Whether a field of this length, or what was read of the record, is too long.
    fn over_limits(&self, field: usize) -> Option<Reason> {
        let limits = self.input.limits();
        let (limit, most) = if field > limits.field {
            (Limit::Field, limits.field)
        } else if self.raw.len() > limits.row {
            (Limit::Row, limits.row)
        } else {
            return None;
        };
        Some(Reason::TooLarge { limit, most })
    }

    /// Keeps the first line of the record and puts the rest back, so that one stray quote costs
    /// one row and not all rows up to the next quote.
    fn give_up(&mut self, reason: Reason) -> Result<(), Error> {
        self.fault = Some(reason);
        self.len = 0;
        self.parser.reset();
        let first_end = self.raw.iter().position(|byte| is_line_end(*byte));
        if let Some(end) = first_end {
            self.input.put_back(self.raw.split_off(end + 1));
        }
        self.lines.pass(&self.raw);
        if first_end.is_none() {
            self.skip_line()?;
        }
        Ok(())
    }

    /// Passes over the first `count` lines of the input.
    pub(super) fn skip_lines(&mut self, count: usize) -> Result<(), Error> {
        // The line feed of a CRLF is passed over by itself and counts no line.
        while self.lines.line <= count as u64 && self.skip_line()? {}
        Ok(())
    }

    /// Passes over the rest of a line too long to keep; false at the end of the input.
    fn skip_line(&mut self) -> Result<bool, Error> {
        loop {
            let bytes = self.input.fill()?;
            if bytes.is_empty() {
                return Ok(false);
            }
            let (used, is_end) = match bytes.iter().position(|byte| is_line_end(*byte)) {
                Some(end) => (end + 1, true),
                None => (bytes.len(), false),
            };
            self.lines.pass(&bytes[..used]);
            self.input.consume(used);
            if is_end {
                return Ok(true);
            }
        }
    }

    fn parse(&mut self) -> Result<Outcome, Error> {
        self.raw.clear();
        self.fields_len = 0;
        self.len = 0;
        let mut is_closed = false;
        loop {
            let bytes = self.input.fill()?;
            let is_end = bytes.is_empty();
            // A line end after the last byte ends a record, but not an open quote.
            let bytes = if is_end { b"\n" } else { bytes };
            if is_closed {
                return Ok(self.at_end());
            }
            is_closed = is_end;
            let (result, read, written, ended) = self.parser.read_record(
                bytes,
                &mut self.fields[self.fields_len..],
                &mut self.ends[self.len..],
            );
            if is_end {
                // Nothing of it is the input's; if the buffers were too small, it comes again.
                is_closed = read > 0;
            } else {
                self.raw.extend_from_slice(&bytes[..read]);
                self.input.consume(read);
            }
            self.fields_len += written;
            self.len += ended;
            match result {
                ReadRecordResult::Record => return Ok(Outcome::Record),
                ReadRecordResult::End => return Ok(Outcome::End),
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => grow(&mut self.fields),
                ReadRecordResult::OutputEndsFull => grow(&mut self.ends),
            }
            let field_start = self.len.checked_sub(1).map_or(0, |last| self.ends[last]);
            if let Some(reason) = self.over_limits(self.fields_len - field_start) {
                return Ok(Outcome::Fault(reason));
            }
        }
    }

    /// What a record is that the end of the input did not end.
    fn at_end(&self) -> Outcome {
        if self.raw.iter().all(|byte| is_line_end(*byte)) {
            Outcome::End
        } else {
            Outcome::Fault(Reason::UnclosedQuote)
        }
    }

    /// Why the record is none; its raw bytes are then its first line only.
    pub(super) fn fault(&self) -> Option<Reason> {
        self.fault.clone()
    }

    /// The 1-based physical line where the record starts.
    pub(super) const fn line(&self) -> u64 {
        self.line
    }

    /// The record's bytes, with its line end.
    pub(super) fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// The number of fields.
    pub(super) const fn len(&self) -> usize {
        self.len
    }

    /// A field, if there is one and it is UTF-8.
    pub(super) fn field(&self, index: usize) -> Option<&str> {
        if index >= self.len {
            return None;
        }
        std::str::from_utf8(self.fields.get(self.bounds(index))?).ok()
    }

    fn bounds(&self, index: usize) -> std::ops::Range<usize> {
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        start..self.ends[index]
    }

    pub(super) fn notice(&self) -> Option<NoticeKind> {
        self.input.notice()
    }
}

fn grow<T: Clone + Default>(buffer: &mut Vec<T>) {
    buffer.resize(buffer.len() * 2, T::default());
}

const fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

/// Counts lines that end with LF, CRLF or CR, across pieces.
struct LineCounter {
    line: u64,
    is_after_cr: bool,
}

impl LineCounter {
    fn pass(&mut self, bytes: &[u8]) {
        for byte in bytes {
            match byte {
                b'\n' if !self.is_after_cr => self.line += 1,
                b'\r' => self.line += 1,
                _ => {}
            }
            self.is_after_cr = *byte == b'\r';
        }
    }
}
