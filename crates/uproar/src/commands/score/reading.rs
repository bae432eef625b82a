//! A thread that reads ahead.

use std::panic;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use polars::prelude::DataFrame;
use uproar_ingest::{Counts, OpenedInput, Reader, Reject};

use crate::error::Error;
use crate::interrupt::Interrupt;

/// Batches that wait to be scored: one, so that reading and scoring overlap and memory stays small.
const WAITING: usize = 1;

/// What posts take of memory from which on a batch is full whatever its rows.
const FULL_BYTES: usize = 64 << 20;

/// How often a signal is looked for while the input is slow.
const PATIENCE: Duration = Duration::from_millis(100);

/// A part of the inputs' rows, in their order.
pub(super) struct Batch {
    pub(super) posts: DataFrame,
    pub(super) rejects: Vec<Reject>,
    /// Bytes of the inputs up to here.
    pub(super) bytes_read: u64,
}

impl Batch {
    pub(super) fn empty() -> Self {
        Self {
            posts: DataFrame::empty_with_schema(&uproar_ingest::schema::schema()),
            rejects: Vec::new(),
            bytes_read: 0,
        }
    }
}

/// Inputs that are being read.
pub(super) struct Reading {
    /// The inputs, in the order in which they are read.
    pub(super) opened: Vec<OpenedInput>,
    /// How many bytes there are to read, where it can be told.
    pub(super) bytes_total: Option<u64>,
    batches: Receiver<Result<Batch, Error>>,
    thread: JoinHandle<InputsRead>,
}

/// What is known of the inputs at their end.
#[derive(Clone, Debug)]
pub(super) struct InputsRead {
    pub(super) counts: Counts,
    pub(super) notices: Vec<String>,
    pub(super) bytes: u64,
}

impl Reading {
    /// Reads batches of so many rows or a little more, or of fewer where texts are very long. The
    /// same inputs give the same batches.
    pub(super) fn start(reader: Reader, rows: usize) -> Result<Self, Error> {
        let (sender, batches) = sync_channel(WAITING);
        let (opened, bytes_total) = (reader.opened().to_vec(), reader.bytes_total());
        // Not scoped: a reader that waits for a pipe must not keep an interrupted run alive.
        let thread = thread::Builder::new()
            .name("uproar-reader".to_owned())
            .spawn(move || read(reader, rows, FULL_BYTES, &sender))
            .map_err(Error::Thread)?;
        Ok(Self {
            opened,
            bytes_total,
            batches,
            thread,
        })
    }

    /// The next batch; none at the end.
    pub(super) fn next(&self, interrupt: &Interrupt) -> Result<Option<Batch>, Error> {
        loop {
            interrupt.check()?;
            match self.batches.recv_timeout(PATIENCE) {
                Ok(batch) => return batch.map(Some),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(None),
            }
        }
    }

    /// The inputs and what is known of them, after the last batch. Frees the reader's memory.
    pub(super) fn finish(self) -> (Vec<OpenedInput>, InputsRead) {
        drop(self.batches);
        match self.thread.join() {
            Ok(read) => (self.opened, read),
            Err(cause) => panic::resume_unwind(cause),
        }
    }
}

fn read(
    mut reader: Reader,
    rows: usize,
    bytes: usize,
    batches: &SyncSender<Result<Batch, Error>>,
) -> InputsRead {
    let mut pending = Batch::empty();
    let mut pending_bytes = 0;
    let mut is_open = true;
    while is_open && let Some(chunk) = reader.next() {
        let added = chunk.map_err(Error::from).and_then(|chunk| {
            pending_bytes += chunk.posts.estimated_size();
            pending.posts.vstack_mut(&chunk.posts)?;
            pending.rejects.extend(chunk.rejects);
            Ok(())
        });
        pending.bytes_read = reader.bytes_read();
        let is_full =
            pending.posts.height() + pending.rejects.len() >= rows || pending_bytes >= bytes;
        if added.is_ok() && !is_full {
            continue;
        }
        pending_bytes = 0;
        let batch = std::mem::replace(&mut pending, Batch::empty());
        // Where nobody listens any more, the run has failed elsewhere.
        is_open = batches.send(added.map(|()| batch)).is_ok();
    }
    if is_open && pending.posts.height() + pending.rejects.len() > 0 {
        // The end is told by hanging up, with or without a listener.
        let _ = batches.send(Ok(pending));
    }
    InputsRead {
        counts: reader.counts(),
        notices: reader.notices().iter().map(ToString::to_string).collect(),
        bytes: reader.bytes_read(),
    }
}

#[cfg(test)]
mod tests {
    use uproar_ingest::{Input, ReadOptions};

    use super::*;

    /// The heights of the batches of ten posts of 1,000 bytes that are read one by one.
    fn heights(rows: usize, bytes: usize) -> Vec<usize> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("export.csv");
        let texts = format!("{}\n", "late ".repeat(200)).repeat(10);
        std::fs::write(&path, format!("text\n{texts}")).unwrap();
        let options = ReadOptions {
            chunk_rows: 1,
            ..ReadOptions::default()
        };
        let reader = Reader::open(vec![Input::Path(path)], options).unwrap();
        let (sender, batches) = sync_channel(10);
        read(reader, rows, bytes, &sender);
        drop(sender);
        let batches = batches.into_iter();
        batches.map(|batch| batch.unwrap().posts.height()).collect()
    }

    #[test]
    fn a_batch_is_full_by_rows_or_by_bytes() {
        assert_eq!(heights(4, usize::MAX), [4, 4, 2]);
        assert_eq!(heights(usize::MAX, 2_500), [3, 3, 3, 1]);
        assert_eq!(heights(usize::MAX, usize::MAX), [10]);
    }
}
