//! Arrow IPC, as a stream or as a file (also called Feather), one record batch at a time.
//!
//! A file is a stream with a mark at its start and an index at its end, which is not needed here,
//! so both are read in the same way and without seeking.

mod message;

use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use polars::prelude::{
    Column as Values, PlSmallStr, PolarsResult, Series, StringChunked, polars_bail,
};
use polars_arrow::array::Array;
use polars_arrow::io::ipc::read::{
    StreamMetadata, StreamReader, StreamState, read_stream_metadata,
};
use polars_arrow::record_batch::RecordBatchT;

use crate::columns::ColumnOverride;
use crate::error::Error;
use crate::input::{ByteCounter, Head, Source};
use crate::notice::NoticeKind;

use super::columnar::{self, Parts};
use super::{ReadRows, Row};
use message::Messages;

/// Most memory that one record batch may take, in bytes, decompressed.
pub(crate) const MAX_BATCH: usize = 1 << 29;

/// The bytes at both ends of a file.
const FILE_MARK: &[u8] = b"ARROW1";

/// What precedes each message of a stream.
const CONTINUATION: [u8; 4] = [0xff; 4];

/// Whether the head is that of an Arrow file or stream.
pub(crate) fn is_arrow(head: &Head) -> bool {
    head.bytes.starts_with(FILE_MARK) || head.bytes.starts_with(&CONTINUATION)
}

/// The names of the columns.
pub(crate) fn headers(source: &mut Source) -> Result<Vec<String>, Error> {
    let mut file = source.file()?;
    let clone = file
        .try_clone()
        .map_err(|error| Error::io(&source.name, error))?;
    let (_, metadata) = open(&source.name, Box::new(clone))?;
    // What is read next shares the place in the file.
    file.rewind()
        .map_err(|error| Error::io(&source.name, error))?;
    Ok(columnar::column_names(&metadata.schema))
}

/// Reads the schema, which comes first.
fn open(name: &str, bytes: Box<dyn Read + Send>) -> Result<(Messages, StreamMetadata), Error> {
    let mut messages = Messages::open(name, bytes)?;
    let schema = messages.schema()?;
    let metadata = columnar::contained(|| read_stream_metadata(&mut schema.as_slice()))
        .map_err(|error| messages.damaged(error))?;
    Ok((messages, metadata))
}

/// The rows of an Arrow stream or file.
pub(crate) struct Rows {
    messages: Messages,
    feed: Feed,
    batches: StreamReader<Feed>,
    parts: Parts,
}

impl Rows {
    pub(crate) fn new(
        source: &mut Source,
        overrides: &[ColumnOverride],
        counter: &ByteCounter,
    ) -> Result<Self, Error> {
        let bytes = source.bytes(counter)?;
        let (messages, metadata) = open(&source.name, bytes)?;
        let parts = Parts::new(&metadata.schema, overrides);
        let feed = Feed::default();
        let fields = parts.fields().to_vec();
        Ok(Self {
            messages,
            batches: StreamReader::new(feed.clone(), metadata, Some(fields)),
            feed,
            parts,
        })
    }

    /// Reads the next record batch; false when there is none.
    fn read_batch(&mut self) -> Result<bool, Error> {
        while let Some(message) = self.messages.next()? {
            self.feed.fill(message);
            let batch = columnar::contained(|| match self.batches.next() {
                Some(Ok(StreamState::Some(batch))) => text(batch, &self.parts).map(Some),
                // A dictionary was read, of which later batches make use.
                Some(Ok(StreamState::Waiting)) => Ok(None),
                Some(Err(error)) => Err(error),
                None => polars_bail!(ComputeError: "a message of no length"),
            });
            let batch = batch.map_err(|error| self.messages.damaged(error))?;
            if let Some((columns, height)) = batch {
                self.parts.load(columns, height);
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// The columns of a batch as text, and how many values each has.
fn text(
    batch: RecordBatchT<Box<dyn Array>>,
    parts: &Parts,
) -> PolarsResult<(Vec<StringChunked>, usize)> {
    let height = batch.len();
    let columns = batch
        .into_arrays()
        .into_iter()
        .zip(parts.names())
        .map(|(array, name)| {
            let series = Series::try_from((PlSmallStr::from_str(name), array))?;
            columnar::as_text(&Values::from(series))
        })
        .collect::<PolarsResult<Vec<_>>>()?;
    if columns.iter().any(|column| column.len() != height) {
        polars_bail!(ComputeError: "a column has another length than its batch");
    }
    Ok((columns, height))
}

impl ReadRows for Rows {
    fn next_row(&mut self) -> Result<Option<Row>, Error> {
        loop {
            if let Some(row) = self.parts.next_row() {
                return Ok(Some(row));
            }
            if !self.read_batch()? {
                return Ok(None);
            }
        }
    }

    fn raw(&self) -> String {
        self.parts.raw()
    }

    fn notices(&self) -> Vec<NoticeKind> {
        self.parts.notices()
    }
}

/// Where the reader of batches finds the one message that was checked last.
#[derive(Clone, Default)]
struct Feed(Arc<Mutex<Cursor<Vec<u8>>>>);

impl Feed {
    fn fill(&self, message: Vec<u8>) {
        *self.lock() = Cursor::new(message);
    }

    fn lock(&self) -> MutexGuard<'_, Cursor<Vec<u8>>> {
        // A panic of the reader leaves no more behind than a place in the message.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Read for Feed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.lock().read(buffer)
    }
}

impl Seek for Feed {
    fn seek(&mut self, place: SeekFrom) -> io::Result<u64> {
        self.lock().seek(place)
    }
}
