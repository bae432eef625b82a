//! The way in: exports to chunks of posts.

use std::collections::VecDeque;
use std::fmt;
use std::path::{Path, PathBuf};

use polars::frame::DataFrame;

use crate::columns::{self, ColumnOverride};
use crate::duplicates::{Admission, Seen};
use crate::error::Error;
use crate::formats::{self, Detected};
use crate::handle;
use crate::input::{ByteCounter, Input, RegularFile, Source};
use crate::intake::Intake;
use crate::limits::Limits;
use crate::notice::{Notice, NoticeKind};
use crate::post::{self, Post};
use crate::reject::Reject;
use crate::rows::{FileRows, Handles, Outcome};

/// The size of texts from which on a chunk is full whatever its rows, in bytes.
const CHUNK_BYTES: usize = 64 << 20;

/// How to read exports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadOptions {
    /// Headers that hold canonical columns, over the built-in names.
    pub map: Vec<ColumnOverride>,
    /// Handles whose posts are the company's own, with or without `@`, in any case. They decide
    /// also over a column that says the opposite.
    pub company: Vec<String>,
    /// The encoding of inputs without a byte order mark, as a label of the WHATWG encoding
    /// standard such as `windows-1252`. Without one, inputs must be UTF-8.
    pub encoding: Option<String>,
    /// The most rows to read for one chunk, rejected ones included; 0 is read as 1. A chunk of
    /// posts that together exceed 64 MiB ends before.
    pub chunk_rows: usize,
    /// What reading may cost.
    pub limits: Limits,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            map: Vec::new(),
            company: Vec::new(),
            encoding: None,
            chunk_rows: 8192,
            limits: Limits::default(),
        }
    }
}

/// A part of an input's rows, in their order. No chunk holds rows of two inputs.
#[derive(Clone, Debug)]
pub struct Chunk {
    /// The posts, with the columns of [`schema`](crate::schema::schema()). May be empty.
    pub posts: DataFrame,
    /// The rows of the same part that could not become posts.
    pub rejects: Vec<Reject>,
}

/// A file, stream or member of an archive that is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedInput {
    /// Its name in messages and rejects.
    pub name: String,
    /// Its length in bytes as it is stored, compressed or not; none for a stream.
    pub bytes: Option<u64>,
    /// The regular file that holds it: that of the archive for a member of one; none for a stream.
    pub path: Option<PathBuf>,
}

/// What became of the rows read so far; `rows == posts + rejected + duplicates`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows read, without headers and blank lines.
    pub rows: u64,
    /// Rows that became posts.
    pub posts: u64,
    /// Rows that could not become posts.
    pub rejected: u64,
    /// Rows dropped because the same id came with the same text before.
    pub duplicates: u64,
}

/// Reads exports one after the other, as chunks of posts.
///
/// After an error the iterator ends.
pub struct Reader {
    waiting: VecDeque<(Source, Detected)>,
    current: Option<Current>,
    options: ReadOptions,
    company: Handles,
    seen: Seen,
    counts: Counts,
    renamed: u64,
    notices: Vec<Notice>,
    opened: Vec<OpenedInput>,
    bytes_read: ByteCounter,
}

struct Current {
    name: String,
    rows: FileRows,
    /// The file it is read from, which may change on the way.
    file: Option<RegularFile>,
    /// What `bytes_read` is when this input is done, where its length is known.
    bytes_at_end: Option<u64>,
}

impl Reader {
    /// Opens `inputs`: finds out format, encoding and columns of each, so that what would stop
    /// the reading later is known before the first row.
    ///
    /// # Errors
    /// When an input cannot be opened, is in no known format or has no column for the text; when
    /// a folder, pattern or archive leads to no export or to too many files; when the encoding is
    /// unknown; when an override names a header that no input has.
    pub fn open(inputs: Vec<Input>, options: ReadOptions) -> Result<Self, Error> {
        Self::take_in(options, |intake| {
            inputs.into_iter().try_for_each(|input| intake.add(input))
        })
    }

    pub(crate) fn take_in(
        options: ReadOptions,
        add_inputs: impl FnOnce(&mut Intake<'_>) -> Result<(), Error>,
    ) -> Result<Self, Error> {
        let mut intake = Intake::new(&options)?;
        add_inputs(&mut intake)?;
        let Intake {
            sources: waiting,
            notices,
            ..
        } = intake;
        check_overrides(&waiting, &options.map)?;
        for (source, detected) in &waiting {
            detected.check_text(&source.name, &options.map)?;
        }
        Ok(Self::over(waiting, options, notices))
    }

    /// Reads inputs that were opened and checked.
    pub(crate) fn over(
        waiting: VecDeque<(Source, Detected)>,
        options: ReadOptions,
        notices: Vec<Notice>,
    ) -> Self {
        let opened = waiting.iter().map(|(source, _)| OpenedInput {
            name: source.name.clone(),
            bytes: source.length,
            path: source.path().map(Path::to_owned),
        });
        Self {
            opened: opened.collect(),
            company: options
                .company
                .iter()
                .map(|name| handle::folded(name))
                .collect(),
            waiting,
            options,
            current: None,
            seen: Seen::default(),
            counts: Counts::default(),
            renamed: 0,
            notices,
            bytes_read: ByteCounter::default(),
        }
    }

    /// What became of the rows of the chunks given out so far.
    pub const fn counts(&self) -> Counts {
        self.counts
    }

    /// What the inputs led to, in the order of reading: a folder, for example, to its files.
    pub fn opened(&self) -> &[OpenedInput] {
        &self.opened
    }

    /// Remarks about what was left out, then about the inputs that were read to their end, in
    /// their order; remarks about all inputs together come last, when the iterator has ended.
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// The length of all inputs in bytes; none when one of them is a stream.
    pub fn bytes_total(&self) -> Option<u64> {
        self.opened.iter().map(|input| input.bytes).sum()
    }

    /// How many bytes of the inputs were read so far. Of compressed inputs these and those of
    /// [`bytes_total`](Self::bytes_total) are the compressed bytes.
    pub fn bytes_read(&self) -> u64 {
        // Parquet counts by the row group, which may be larger than a compressed file.
        let current = self.current.as_ref();
        let most = current.and_then(|current| current.bytes_at_end);
        self.bytes_read.get().min(most.unwrap_or(u64::MAX))
    }

    /// Whether all inputs were read to their end.
    pub(crate) fn is_done(&self) -> bool {
        self.current.is_none() && self.waiting.is_empty()
    }

    /// How many rows the input being read has, where its format tells.
    pub(crate) fn rows_of_current(&self) -> Option<u64> {
        self.current.as_ref()?.rows.total()
    }

    /// Remarks about the input being read, so far.
    pub(crate) fn notices_of_current(&self) -> Vec<Notice> {
        let notices = self.current.as_ref().map(Current::notices);
        notices.unwrap_or_default()
    }

    fn next_chunk(&mut self) -> Result<Option<Chunk>, Error> {
        loop {
            let Some(mut current) = self.take_current()? else {
                if self.renamed > 0 {
                    let kind = NoticeKind::ReusedIds {
                        count: self.renamed,
                    };
                    self.notices.push(Notice { file: None, kind });
                    self.renamed = 0;
                }
                return Ok(None);
            };
            let mut batch = Batch::default();
            let mut is_done = false;
            for _ in 0..self.options.chunk_rows.max(1) {
                if batch.size >= CHUNK_BYTES {
                    break;
                }
                match current.rows.next(&self.company)? {
                    Some(outcome) => self.admit(outcome, &mut batch),
                    None => {
                        is_done = true;
                        break;
                    }
                }
            }
            if is_done {
                self.finish(&current)?;
            } else {
                self.current = Some(current);
            }
            if !batch.posts.is_empty() || !batch.rejects.is_empty() {
                return Ok(Some(Chunk {
                    posts: post::frame(&batch.posts)?,
                    rejects: batch.rejects,
                }));
            }
        }
    }

    /// The input being read, or the next one; none when all were read.
    fn take_current(&mut self) -> Result<Option<Current>, Error> {
        if let Some(current) = self.current.take() {
            return Ok(Some(current));
        }
        let Some((mut source, detected)) = self.waiting.pop_front() else {
            return Ok(None);
        };
        let bytes_at_end = source.length.map(|length| self.bytes_read.get() + length);
        let rows = formats::rows(&mut source, &detected, &self.options.map, &self.bytes_read)?;
        Ok(Some(Current {
            name: source.name.clone(),
            file: source.regular_file().cloned(),
            rows: FileRows::new(source.name, source.stem, rows, source.limits),
            bytes_at_end,
        }))
    }

    fn admit(&mut self, outcome: Outcome, batch: &mut Batch) {
        self.counts.rows += 1;
        let mut post = match outcome {
            Outcome::Rejected(reject) => {
                self.counts.rejected += 1;
                batch.rejects.push(reject);
                return;
            }
            Outcome::Made(mut post) => {
                post.id = self.seen.admit_made(post.id);
                self.counts.posts += 1;
                batch.push(post);
                return;
            }
            Outcome::Identified(post) => post,
        };
        match self.seen.admit(std::mem::take(&mut post.id), &post.text) {
            Admission::New(id) => post.id = id,
            Admission::Renamed(id) => {
                self.renamed += 1;
                post.id = id;
            }
            Admission::Duplicate => {
                self.counts.duplicates += 1;
                return;
            }
        }
        self.counts.posts += 1;
        batch.push(post);
    }

    fn finish(&mut self, current: &Current) -> Result<(), Error> {
        if let Some(bytes) = current.bytes_at_end {
            self.bytes_read.set(bytes);
        }
        let change = match &current.file {
            Some(file) => file.check(&current.name)?,
            None => None,
        };
        self.notices.extend(current.notices());
        self.notices.extend(change.map(|kind| Notice {
            file: Some(current.name.clone()),
            kind,
        }));
        Ok(())
    }
}

impl Current {
    fn notices(&self) -> Vec<Notice> {
        let kinds = self.rows.notices().into_iter();
        kinds
            .map(|kind| Notice {
                file: Some(self.name.clone()),
                kind,
            })
            .collect()
    }
}

#[derive(Default)]
struct Batch {
    posts: Vec<Post>,
    /// The length of the texts of the posts, in bytes.
    size: usize,
    rejects: Vec<Reject>,
}

impl Batch {
    fn push(&mut self, post: Post) {
        self.size += post.size();
        self.posts.push(post);
    }
}

/// Checks that every override has its header somewhere.
pub(crate) fn check_overrides(
    inputs: &VecDeque<(Source, Detected)>,
    overrides: &[ColumnOverride],
) -> Result<(), Error> {
    for wish in overrides {
        let is_there = |detected: &Detected| {
            columns::position(&detected.headers, &wish.header).is_some() || !detected.is_complete
        };
        if !inputs.iter().any(|(_, detected)| is_there(detected)) {
            return Err(Error::UnknownHeader {
                column: wish.column,
                header: wish.header.clone(),
                found: inputs
                    .iter()
                    .map(|(source, detected)| (source.name.clone(), detected.headers.clone()))
                    .collect(),
            });
        }
    }
    Ok(())
}

impl Iterator for Reader {
    type Item = Result<Chunk, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let chunk = self.next_chunk();
        if chunk.is_err() {
            self.waiting.clear();
            self.current = None;
        }
        chunk.transpose()
    }
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader")
            .field("options", &self.options)
            .field("counts", &self.counts)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
