//! Where the values of a JSON document begin and end, in bounded memory.
//!
//! A JSON parser needs all of a value before it gives any of it, and gives nothing of what comes
//! after a mistake. This finds out only how far each value reaches; `serde_json` then reads one at
//! a time.

mod nesting;

use crate::error::Error;
use crate::formats::DecodedText;
use crate::formats::pushback::Pushback;
use crate::limits::Limits;
use crate::notice::NoticeKind;

use nesting::Nesting;

pub(super) use nesting::Extent;

/// How many bytes may be read again, all in all, after values whose end was not found. It bounds
/// the time that a document made to waste it can take.
const MOST_READ_AGAIN: usize = 1 << 30;

/// A place in the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Position {
    /// The 1-based line.
    pub(super) line: u64,
    /// The 1-based column in bytes.
    pub(super) column: u64,
}

impl Position {
    fn pass(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if *byte == b'\n' {
                self.line += 1;
                self.column = 1;
            } else {
                self.column += 1;
            }
        }
    }
}

/// Reads a document value by value.
pub(super) struct Scanner {
    text: Pushback,
    position: Position,
    start: Position,
    raw: Vec<u8>,
    read_again: usize,
}

impl Scanner {
    pub(super) fn new(input: DecodedText) -> Self {
        let start = Position { line: 1, column: 1 };
        Self {
            text: Pushback::new(input),
            position: start,
            start,
            raw: Vec::new(),
            read_again: 0,
        }
    }

    /// The limits of the input.
    pub(super) const fn limits(&self) -> &Limits {
        self.text.limits()
    }

    /// Where the value last read begins.
    pub(super) const fn start(&self) -> Position {
        self.start
    }

    /// The line of the next byte.
    pub(super) const fn next_line(&self) -> u64 {
        self.position.line
    }

    /// The value last read; of one that was given up, its first line.
    pub(super) fn raw(&self) -> &[u8] {
        &self.raw
    }

    pub(super) fn notice(&self) -> Option<NoticeKind> {
        self.text.notice()
    }

    /// The next byte that is not white space, which stays unread; none at the end.
    pub(super) fn peek(&mut self) -> Result<Option<u8>, Error> {
        loop {
            let bytes = self.text.fill()?;
            if bytes.is_empty() {
                return Ok(None);
            }
            let blank = bytes
                .iter()
                .take_while(|byte| byte.is_ascii_whitespace())
                .count();
            let next = bytes.get(blank).copied();
            self.position.pass(&bytes[..blank]);
            self.text.consume(blank);
            if next.is_some() {
                return Ok(next);
            }
        }
    }

    /// Passes over the byte that [`peek`](Self::peek) found.
    pub(super) fn bump(&mut self) -> Result<(), Error> {
        let bytes = self.text.fill()?;
        let used = bytes.len().min(1);
        self.position.pass(&bytes[..used]);
        self.text.consume(used);
        Ok(())
    }

    /// Begins a value of no length at the next byte, for a remark about this place.
    pub(super) fn begin(&mut self) {
        self.raw.clear();
        self.start = self.position;
    }

    /// Reads the value that begins at the next byte. A closing bracket in its place is read as one.
    pub(super) fn value(&mut self) -> Result<Extent, Error> {
        self.begin();
        let mut nesting = Nesting::default();
        let mut is_too_large = false;
        let most = self.limits().row;
        loop {
            let bytes = self.text.fill()?;
            if bytes.is_empty() {
                return Ok(nesting.at_end());
            }
            let (mut used, mut extent) = nesting.pass(bytes);
            if used == 0 && self.raw.is_empty() {
                (used, extent) = (1, Some(Extent::Whole));
            }
            if !is_too_large {
                self.raw.extend_from_slice(&bytes[..used]);
                is_too_large = self.raw.len() > most;
            }
            self.position.pass(&bytes[..used]);
            self.text.consume(used);
            match extent {
                Some(Extent::Whole) if is_too_large => return Ok(Extent::TooLarge),
                Some(extent) => return Ok(extent),
                // One line can only be followed to its end.
                None if is_too_large && self.raw.contains(&b'\n') => return Ok(Extent::Endless),
                None => {}
            }
        }
    }

    /// Passes over the value that begins at the next byte, however long it is.
    pub(super) fn skip(&mut self) -> Result<Extent, Error> {
        self.skip_nested(Nesting::default())
    }

    /// Passes over the rest of an array whose bracket was passed over.
    pub(super) fn skip_rest_of_array(&mut self) -> Result<Extent, Error> {
        self.skip_nested(Nesting::in_array())
    }

    fn skip_nested(&mut self, mut nesting: Nesting) -> Result<Extent, Error> {
        self.begin();
        loop {
            let bytes = self.text.fill()?;
            if bytes.is_empty() {
                return Ok(nesting.at_end());
            }
            let (used, extent) = nesting.pass(bytes);
            self.position.pass(&bytes[..used]);
            self.text.consume(used);
            if let Some(extent) = extent {
                return Ok(extent);
            }
        }
    }

    /// Passes over everything up to and including `end` if it comes within `most` bytes.
    pub(super) fn skip_past(&mut self, end: u8, most: usize) -> Result<bool, Error> {
        self.begin();
        let mut passed = Vec::new();
        while passed.len() < most {
            let Some(byte) = self.text.fill()?.first().copied() else {
                break;
            };
            self.text.consume(1);
            passed.push(byte);
            if byte == end {
                self.position.pass(&passed);
                return Ok(true);
            }
        }
        self.text.put_back(passed);
        Ok(false)
    }

    /// Gives up the value last read, whose end was not found: keeps its first line and goes on at
    /// the next line that begins with an object and is not indented deeper. So a mistake costs one
    /// post wherever a document gives each post lines of its own.
    ///
    /// False when there is no such line; everything was read then.
    pub(super) fn give_up(&mut self) -> Result<bool, Error> {
        let first_end = self.raw.iter().position(|byte| *byte == b'\n');
        match first_end {
            Some(end) => {
                let again = self.raw.split_off(end + 1);
                self.read_again = self.read_again.saturating_add(again.len());
                if self.read_again > MOST_READ_AGAIN {
                    return Ok(false);
                }
                self.text.put_back(again);
                self.position = Position {
                    line: self.start.line + 1,
                    column: 1,
                };
            }
            None => self.skip_line()?,
        }
        loop {
            let mut next = self.peek_in_line()?;
            let indent = self.position.column;
            if next == Some(b',') {
                self.bump()?;
                next = self.peek_in_line()?;
            }
            match next {
                Some(b'{') if indent <= self.start.column => return Ok(true),
                Some(_) => self.skip_line()?,
                None => return Ok(false),
            }
        }
    }

    /// Gives up the value last read, which is no JSON, if another seems to begin in it, and goes on
    /// there: a bracket that is missing here and one too many further down make one value of many.
    pub(super) fn give_up_before_next(&mut self) -> bool {
        let mut line_start = 0;
        let mut line = self.start.line;
        while let Some(end) = self.raw[line_start..]
            .iter()
            .position(|byte| *byte == b'\n')
        {
            line_start += end + 1;
            line += 1;
            let rest = &self.raw[line_start..];
            let is_blank = |byte: &&u8| matches!(byte, b' ' | b'\t');
            let indent = rest.iter().take_while(is_blank).count();
            let begins_object = match &rest[indent..] {
                [b',', rest @ ..] => rest.iter().find(|byte| !is_blank(byte)) == Some(&b'{'),
                rest => rest.first() == Some(&b'{'),
            };
            if begins_object && (indent as u64) < self.start.column {
                let again = self.raw.split_off(line_start);
                self.read_again = self.read_again.saturating_add(again.len());
                self.text.put_back(again);
                self.position = Position { line, column: 1 };
                return self.read_again <= MOST_READ_AGAIN;
            }
        }
        false
    }

    /// The next byte that is not blank; line ends are not passed over.
    fn peek_in_line(&mut self) -> Result<Option<u8>, Error> {
        loop {
            match self.text.fill()?.first().copied() {
                Some(b' ' | b'\t' | b'\r') => self.bump()?,
                next => return Ok(next),
            }
        }
    }

    fn skip_line(&mut self) -> Result<(), Error> {
        loop {
            let bytes = self.text.fill()?;
            if bytes.is_empty() {
                return Ok(());
            }
            let end = bytes.iter().position(|byte| *byte == b'\n');
            let used = end.map_or(bytes.len(), |end| end + 1);
            self.position.pass(&bytes[..used]);
            self.text.consume(used);
            if end.is_some() {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests;
