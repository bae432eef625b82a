//! The messages of an Arrow stream, checked before memory is set aside for what they announce.
//!
//! A message is `FFFFFFFF`, the length of its description (4 bytes), the description and a body,
//! whose length and division into buffers are in the description:
//! <https://arrow.apache.org/docs/format/Columnar.html#encapsulated-message-format>.

use std::io::{self, BufReader, Read};

use polars_arrow_format::ipc::planus::{self, ReadAsRoot};
use polars_arrow_format::ipc::{FieldRef, MessageHeaderRef, MessageRef, RecordBatchRef};

use crate::error::Error;

use super::{CONTINUATION, FILE_MARK, MAX_BATCH};

/// Most bytes of a message's description.
const MAX_DESCRIPTION: usize = 16 << 20;

/// Most fields of a schema, nested ones included, and how deep they may be nested.
const MAX_FIELDS: usize = 100_000;
const MAX_DEPTH: usize = 64;

/// Reads a stream message by message.
pub(super) struct Messages {
    name: String,
    bytes: BufReader<Box<dyn Read + Send>>,
    /// Whether the stream is within a file, which says where it ends.
    is_file: bool,
    is_over: bool,
}

impl Messages {
    pub(super) fn open(name: &str, bytes: Box<dyn Read + Send>) -> Result<Self, Error> {
        let mut messages = Self {
            name: name.to_owned(),
            bytes: BufReader::new(bytes),
            is_file: false,
            is_over: false,
        };
        let start = messages.take(CONTINUATION.len())?;
        if start != CONTINUATION {
            // A file: its mark, filled up to eight bytes, and the start of the stream.
            messages.is_file = true;
            messages.take(8)?;
        }
        Ok(messages)
    }

    /// The first message: the schema, without a body.
    pub(super) fn schema(&mut self) -> Result<Vec<u8>, Error> {
        // The continuation mark was read to tell a stream from a file.
        let description = self.description()?.unwrap_or_default();
        check_schema(&description).map_err(|error| self.damaged(error))?;
        Ok(message(&description))
    }

    /// The next message, whole, with a batch of records or a dictionary; none at the end.
    pub(super) fn next(&mut self) -> Result<Option<Vec<u8>>, Error> {
        if self.is_over || !self.continues()? {
            return Ok(None);
        }
        let Some(description) = self.description()? else {
            self.is_over = true;
            return self.check_end().map(|()| None);
        };
        let length = body_length(&description).map_err(|error| self.damaged(error))?;
        let mut whole = message(&description);
        let start = whole.len();
        whole.append(&mut self.take(length)?);
        check_batch(&description, &whole[start..]).map_err(|error| self.damaged(error))?;
        Ok(Some(whole))
    }

    /// Reads the mark before a message; false where a stream just ends.
    fn continues(&mut self) -> Result<bool, Error> {
        let mark = self.read(CONTINUATION.len())?;
        if mark.is_empty() && !self.is_file {
            self.is_over = true;
            return Ok(false);
        }
        if mark != CONTINUATION {
            return Err(self.cut_or("a message does not begin where it should", &mark, 4));
        }
        Ok(true)
    }

    /// Reads the description of a message after its mark; none when it marks the end.
    fn description(&mut self) -> Result<Option<Vec<u8>>, Error> {
        let bytes = self.take(4)?;
        let length = bytes.try_into().map_or(-1, i32::from_le_bytes);
        match usize::try_from(length) {
            Ok(0) => Ok(None),
            Ok(length) if length <= MAX_DESCRIPTION => self.take(length).map(Some),
            _ => Err(self.damaged(format!("a message is described by {length} bytes"))),
        }
    }

    /// Checks that what follows the end of the stream is the end of the file.
    fn check_end(&mut self) -> Result<(), Error> {
        if !self.is_file {
            return Ok(());
        }
        let mut end = Vec::new();
        loop {
            let mut buffer = [0; 4096];
            let read = self.bytes.read(&mut buffer);
            let read = read.map_err(|error| Error::io(&self.name, error))?;
            if read == 0 {
                break;
            }
            end.extend_from_slice(&buffer[..read]);
            end.drain(..end.len().saturating_sub(FILE_MARK.len()));
        }
        if end == FILE_MARK {
            Ok(())
        } else {
            Err(self.cut())
        }
    }

    /// Reads `length` bytes.
    fn take(&mut self, length: usize) -> Result<Vec<u8>, Error> {
        let bytes = self.read(length)?;
        if bytes.len() == length {
            Ok(bytes)
        } else {
            Err(self.cut())
        }
    }

    /// Reads `length` bytes or all that are left. Memory grows with what is there, whatever the
    /// length announced.
    fn read(&mut self, length: usize) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        self.bytes
            .by_ref()
            .take(length as u64)
            .read_to_end(&mut bytes)
            .map_err(|error: io::Error| Error::io(&self.name, error))?;
        Ok(bytes)
    }

    fn cut_or(&self, message: &str, read: &[u8], wanted: usize) -> Error {
        if read.len() < wanted {
            self.cut()
        } else {
            self.damaged(message.to_owned())
        }
    }

    fn cut(&self) -> Error {
        self.damaged("its end is missing".to_owned())
    }

    pub(super) fn damaged(&self, message: String) -> Error {
        Error::Arrow {
            file: self.name.clone(),
            message,
        }
    }
}

/// A message up to its body.
fn message(description: &[u8]) -> Vec<u8> {
    let length = (description.len() as u32).to_le_bytes();
    [&CONTINUATION[..], &length, description].concat()
}

type Refused = String;

/// The text of a failure to make sense of a description.
fn refused(error: planus::Error) -> Refused {
    error.to_string()
}

fn header(description: &[u8]) -> Result<(MessageRef<'_>, MessageHeaderRef<'_>), Refused> {
    let message = MessageRef::read_as_root(description).map_err(refused)?;
    let header = message.header().map_err(refused)?;
    let header = header.ok_or("a message says nothing of its kind")?;
    Ok((message, header))
}

/// Fails when the first message is no schema, or one with more fields than a parser that follows
/// them down can take.
fn check_schema(description: &[u8]) -> Result<(), Refused> {
    let (_, MessageHeaderRef::Schema(schema)) = header(description)? else {
        return Err("it does not begin with a schema".to_owned());
    };
    let mut waiting: Vec<(FieldRef<'_>, usize)> = Vec::new();
    for field in schema.fields().map_err(refused)?.into_iter().flatten() {
        waiting.push((field.map_err(refused)?, 1));
    }
    let mut count = 0;
    while let Some((field, depth)) = waiting.pop() {
        count += 1;
        if count > MAX_FIELDS || depth > MAX_DEPTH {
            return Err("its schema has too many fields".to_owned());
        }
        for child in field.children().map_err(refused)?.into_iter().flatten() {
            waiting.push((child.map_err(refused)?, depth + 1));
        }
    }
    Ok(())
}

/// The length of a message's body.
fn body_length(description: &[u8]) -> Result<usize, Refused> {
    let (message, _) = header(description)?;
    let length = message.body_length().map_err(refused)?;
    usize::try_from(length)
        .ok()
        .filter(|length| *length <= MAX_BATCH)
        .ok_or_else(|| {
            format!("a record batch of {length} bytes; write batches of at most {MAX_BATCH}")
        })
}

/// Fails when a batch announces more than its body holds, or more than memory should.
fn check_batch(description: &[u8], body: &[u8]) -> Result<(), Refused> {
    let (_, header) = header(description)?;
    let batch = match header {
        MessageHeaderRef::RecordBatch(batch) => batch,
        MessageHeaderRef::DictionaryBatch(dictionary) => dictionary
            .data()
            .map_err(refused)?
            .ok_or("a dictionary without values")?,
        _ => return Err("a message that is neither records nor a dictionary".to_owned()),
    };
    let size = decompressed_size(&batch, body)?;
    // A row takes a bit at least, or nothing where all columns are null throughout.
    const MOST_NULLS: usize = 1 << 20;
    let rows = batch.length().map_err(refused)?;
    usize::try_from(rows)
        .ok()
        .filter(|rows| *rows <= size.saturating_mul(8).max(MOST_NULLS))
        .map(drop)
        .ok_or_else(|| format!("a record batch of {rows} rows holds {size} bytes"))
}

/// How many bytes the buffers of a batch take in memory.
fn decompressed_size(batch: &RecordBatchRef<'_>, body: &[u8]) -> Result<usize, Refused> {
    let is_compressed = batch.compression().map_err(refused)?.is_some();
    let mut size = 0usize;
    for buffer in batch.buffers().map_err(refused)?.into_iter().flatten() {
        let start = usize::try_from(buffer.offset()).ok();
        let length = usize::try_from(buffer.length()).ok();
        let bytes = start
            .zip(length)
            .and_then(|(start, length)| body.get(start..start.checked_add(length)?))
            .ok_or("a buffer reaches beyond its record batch")?;
        let announced = match bytes.first_chunk() {
            // -1 says that this one buffer is not compressed.
            Some(length) if is_compressed => match i64::from_le_bytes(*length) {
                -1 => bytes.len(),
                length => usize::try_from(length).map_err(|_| "a buffer of negative length")?,
            },
            None if is_compressed && !bytes.is_empty() => {
                return Err("a compressed buffer without its length".to_owned());
            }
            _ => bytes.len(),
        };
        size = size.saturating_add(announced);
    }
    if size > MAX_BATCH {
        return Err(format!(
            "a record batch of {size} bytes; write batches of at most {MAX_BATCH}"
        ));
    }
    Ok(size)
}
