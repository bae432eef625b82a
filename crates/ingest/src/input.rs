//! Where an export is read from.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::Error;

/// How much of an input is looked at to find out its format, encoding and columns.
const HEAD_BYTES: u64 = 64 * 1024;

/// An export to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A file.
    Path(PathBuf),
    /// Standard input.
    Stdin,
}

/// `-` is standard input, as on the command line.
impl From<PathBuf> for Input {
    fn from(path: PathBuf) -> Self {
        if path.as_os_str() == "-" {
            Self::Stdin
        } else {
            Self::Path(path)
        }
    }
}

/// The first bytes of an input.
#[derive(Debug)]
pub(crate) struct Head {
    pub(crate) bytes: Vec<u8>,
    /// Whether the input has no more bytes than these.
    pub(crate) is_whole: bool,
}

impl Head {
    fn read(bytes: &mut dyn Read) -> io::Result<Self> {
        let mut head = Vec::new();
        let read = bytes.take(HEAD_BYTES).read_to_end(&mut head)?;
        Ok(Self {
            bytes: head,
            is_whole: (read as u64) < HEAD_BYTES,
        })
    }
}

/// An opened input.
pub(crate) struct Source {
    /// The input's name in messages and rejects.
    pub(crate) name: String,
    /// The prefix of ids made for its rows.
    pub(crate) stem: String,
    /// Its length in bytes, where that is known beforehand.
    pub(crate) length: Option<u64>,
    content: Content,
}

enum Content {
    /// A regular file, which can be opened again: nothing is held open until it is its turn.
    File(PathBuf),
    /// Anything else gives its bytes once.
    Stream {
        head: Vec<u8>,
        rest: Box<dyn Read + Send>,
    },
    /// A stream that was copied to a temporary file to seek in it.
    Spooled(File),
    /// A stream that was read.
    Spent,
}

impl Source {
    /// Opens an input and reads its head.
    pub(crate) fn open(input: Input) -> Result<(Self, Head), Error> {
        let Input::Path(path) = input else {
            return Self::stream("standard input", "stdin", Box::new(io::stdin()));
        };
        let name = path.display().to_string();
        let stem = path
            .file_stem()
            .unwrap_or(path.as_os_str())
            .to_string_lossy()
            .into_owned();
        let failed = |error| Error::io(&name, error);

        let metadata = std::fs::metadata(&path).map_err(failed)?;
        if metadata.is_dir() {
            return Err(Error::Folder { file: name });
        }
        let mut file = File::open(&path).map_err(failed)?;
        if !metadata.is_file() {
            return Self::stream(&name, &stem, Box::new(file));
        }
        let head = Head::read(&mut file).map_err(failed)?;
        let length = Some(metadata.len());
        Ok((
            Self {
                name,
                stem,
                length,
                content: Content::File(path),
            },
            head,
        ))
    }

    /// An input that can be read only once.
    pub(crate) fn stream(
        name: &str,
        stem: &str,
        mut bytes: Box<dyn Read + Send>,
    ) -> Result<(Self, Head), Error> {
        let head = Head::read(&mut bytes).map_err(|error| Error::io(name, error))?;
        let content = Content::Stream {
            head: head.bytes.clone(),
            rest: bytes,
        };
        let source = Self {
            name: name.to_owned(),
            stem: stem.to_owned(),
            length: None,
            content,
        };
        Ok((source, head))
    }

    /// The input's bytes from the start, each counted in `counter` once it is read.
    pub(crate) fn bytes(&mut self, counter: &ByteCounter) -> Result<Box<dyn Read + Send>, Error> {
        let bytes: Box<dyn Read + Send> = match std::mem::replace(&mut self.content, Content::Spent)
        {
            Content::File(path) => {
                let file = File::open(&path).map_err(|error| Error::io(&self.name, error))?;
                self.content = Content::File(path);
                Box::new(file)
            }
            Content::Stream { head, rest } => Box::new(Cursor::new(head).chain(rest)),
            Content::Spooled(file) => Box::new(file),
            Content::Spent => Box::new(io::empty()),
        };
        Ok(Box::new(Counted {
            bytes,
            counter: counter.clone(),
        }))
    }

    /// The input as a file to seek in; a stream is copied to a temporary file first.
    pub(crate) fn file(&mut self) -> Result<File, Error> {
        let failed = |error| Error::io(&self.name, error);
        match std::mem::replace(&mut self.content, Content::Spent) {
            Content::File(path) => {
                let file = File::open(&path).map_err(failed)?;
                self.content = Content::File(path);
                Ok(file)
            }
            Content::Stream { head, rest } => {
                let mut file = tempfile::tempfile().map_err(failed)?;
                io::copy(&mut Cursor::new(head).chain(rest), &mut file).map_err(failed)?;
                file.rewind().map_err(failed)?;
                self.content = Content::Spooled(file.try_clone().map_err(failed)?);
                Ok(file)
            }
            Content::Spooled(file) => {
                self.content = Content::Spooled(file.try_clone().map_err(failed)?);
                Ok(file)
            }
            Content::Spent => tempfile::tempfile().map_err(failed),
        }
    }
}

/// How many bytes of the inputs have been read, for a progress bar.
#[derive(Clone, Debug, Default)]
pub(crate) struct ByteCounter(Arc<AtomicU64>);

impl ByteCounter {
    pub(crate) fn add(&self, bytes: u64) {
        self.0.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(crate) fn set(&self, bytes: u64) {
        self.0.store(bytes, Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

struct Counted {
    bytes: Box<dyn Read + Send>,
    counter: ByteCounter,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.bytes.read(buffer)?;
        self.counter.add(read as u64);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hyphen_is_standard_input() {
        assert_eq!(Input::from(PathBuf::from("-")), Input::Stdin);
        assert_eq!(Input::from(PathBuf::from("./-")), Input::Path("./-".into()));
    }

    #[test]
    fn a_stream_is_read_from_its_start_whatever_the_head_took() {
        let content = "x".repeat(100_000).into_bytes();
        let open = || Source::stream("s", "s", Box::new(Cursor::new(content.clone()))).unwrap();

        let (mut source, head) = open();
        assert!(!head.is_whole);
        let counter = ByteCounter::default();
        let mut read = Vec::new();
        source
            .bytes(&counter)
            .unwrap()
            .read_to_end(&mut read)
            .unwrap();
        assert_eq!(read, content);
        assert_eq!(counter.get(), 100_000);

        let (mut source, _) = open();
        for _ in 0..2 {
            let mut read = Vec::new();
            let mut file = source.file().unwrap();
            file.rewind().unwrap();
            file.read_to_end(&mut read).unwrap();
            assert_eq!(read, content);
        }
    }
}
