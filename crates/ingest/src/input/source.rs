//! An opened input.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek};
use std::path::Path;
use std::sync::Arc;

use crate::error::Error;
use crate::limits::Limits;

use super::archive::{Archive, Member};
use super::compression::{Allowance, Compression, Decompressed};
use super::fault::Fault;
use super::regular::RegularFile;
use super::{ByteCounter, Counted, Head, path_shown, shown};

/// An opened input.
pub(crate) struct Source {
    /// The input's name in messages and rejects.
    pub(crate) name: String,
    /// The prefix of ids made for its rows.
    pub(crate) stem: String,
    /// Its length in bytes as it is stored, where that is known beforehand.
    pub(crate) length: Option<u64>,
    /// How it is compressed or archived.
    pub(crate) packing: Option<&'static str>,
    /// The bounds on what reading it may cost.
    pub(crate) limits: Limits,
    content: Content,
}

enum Content {
    /// A regular file.
    File(RegularFile, Option<Compression>),
    /// A member of an archive.
    Member(Arc<Archive>, Member),
    /// Anything else gives its bytes once.
    Stream {
        head: Vec<u8>,
        rest: Box<dyn Read + Send>,
        /// If the stream is decompressed on its way, how many bytes were taken before that.
        stored: Option<ByteCounter>,
    },
    /// A stream that was copied to a temporary file to seek in it.
    Spooled(File),
    /// A stream that was read.
    Spent,
}

impl Source {
    /// Opens standard input and reads its head, as it is stored.
    pub(crate) fn stdin() -> Result<(Self, Head), Error> {
        Self::stream("standard input", "stdin", Box::new(io::stdin()))
    }

    /// Opens a file and reads its head, as it is stored.
    pub(crate) fn file_at(path: &Path) -> Result<(Self, Head), Error> {
        let name = path_shown(path);
        let stem = stem(path);
        let failed = |error| Error::io(&name, error);
        let metadata = std::fs::metadata(path).map_err(failed)?;
        // A file that seems empty may be one that the system makes up as it is read.
        if !metadata.is_file() || metadata.len() == 0 {
            let file = File::open(path).map_err(failed)?;
            return Self::stream(&name, &stem, Box::new(file));
        }
        let file = RegularFile::new(path, &metadata);
        let head = file
            .bytes()
            .and_then(|mut bytes| Head::read(&mut bytes))
            .map_err(failed)?;
        let length = Some(file.length());
        let content = Content::File(file, None);
        Ok((Self::new(name, stem, length, content), head))
    }

    fn new(name: String, stem: String, length: Option<u64>, content: Content) -> Self {
        Self {
            name,
            stem,
            length,
            packing: None,
            limits: Limits::default(),
            content,
        }
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
            stored: None,
        };
        let source = Self::new(name.to_owned(), stem.to_owned(), None, content);
        Ok((source, head))
    }

    /// A member of an archive, and its decompressed head.
    pub(crate) fn member(archive: &Arc<Archive>, member: Member) -> Result<(Self, Head), Error> {
        let mut source = Self {
            name: format!("{}/{}", archive.name(), shown(member.name())),
            // Some programs write backslashes, against the standard.
            stem: stem(Path::new(&member.name().replace('\\', "/"))),
            length: Some(member.length()),
            packing: Some("zip"),
            limits: archive.limits(),
            content: Content::Member(Arc::clone(archive), member),
        };
        let head = source.head()?;
        Ok((source, head))
    }

    /// The same input without its compression, and its head.
    pub(crate) fn decompressed(mut self, compression: Compression) -> Result<(Self, Head), Error> {
        self.stem = uncompressed_stem(self.stem, &self.name);
        self.packing = Some(compression.name());
        self.content = match self.content {
            Content::File(file, _) => Content::File(file, Some(compression)),
            Content::Stream { head, rest, .. } => {
                let failed = |error| Error::io(&self.name, error);
                let stored = ByteCounter::default();
                let bytes = Counted::new(Box::new(Cursor::new(head).chain(rest)), &stored);
                let allowance = Allowance::new(&self.limits);
                let mut bytes =
                    Decompressed::new(Box::new(bytes), compression, allowance).map_err(failed)?;
                let head = Head::read(&mut bytes).map_err(failed)?;
                self.content = Content::Stream {
                    head: head.bytes.clone(),
                    rest: Box::new(bytes),
                    stored: Some(stored),
                };
                return Ok((self, head));
            }
            content => content,
        };
        let head = self.head()?;
        Ok((self, head))
    }

    /// The head of an input that can be opened again.
    fn head(&mut self) -> Result<Head, Error> {
        let mut bytes = self.bytes(&ByteCounter::default())?;
        Head::read(&mut bytes).map_err(|error| Error::io(&self.name, error))
    }

    /// The regular file that holds the input, or the archive that it is a member of.
    pub(crate) fn path(&self) -> Option<&Path> {
        match &self.content {
            Content::File(file, _) => Some(file.path()),
            Content::Member(archive, _) => archive.path(),
            Content::Stream { .. } | Content::Spooled(_) | Content::Spent => None,
        }
    }

    /// The regular file that the input is, if it is one.
    pub(crate) const fn regular_file(&self) -> Option<&RegularFile> {
        match &self.content {
            Content::File(file, _) => Some(file),
            _ => None,
        }
    }

    /// The input's bytes from the start, those that are stored counted in `counter` as they are
    /// read.
    pub(crate) fn bytes(&mut self, counter: &ByteCounter) -> Result<Box<dyn Read + Send>, Error> {
        let failed = |error| Error::io(&self.name, error);
        let bytes: Box<dyn Read + Send> = match std::mem::replace(&mut self.content, Content::Spent)
        {
            Content::File(file, compression) => {
                let bytes = Counted::new(Box::new(file.bytes().map_err(failed)?), counter);
                self.content = Content::File(file, compression);
                match compression {
                    None => Box::new(bytes),
                    Some(compression) => {
                        let allowance = Allowance::new(&self.limits);
                        let bytes = Decompressed::new(Box::new(bytes), compression, allowance);
                        Box::new(bytes.map_err(failed)?)
                    }
                }
            }
            Content::Member(archive, member) => {
                let bytes = archive.bytes(&member, counter).map_err(failed)?;
                self.content = Content::Member(archive, member);
                Box::new(bytes)
            }
            Content::Stream { head, rest, stored } => {
                let bytes = Box::new(Cursor::new(head).chain(rest));
                match stored {
                    None => Box::new(Counted::new(bytes, counter)),
                    Some(stored) => Box::new(CountedBefore {
                        bytes,
                        stored,
                        passed_on: 0,
                        counter: counter.clone(),
                    }),
                }
            }
            Content::Spooled(mut file) => {
                file.rewind().map_err(failed)?;
                Box::new(Counted::new(Box::new(file), counter))
            }
            Content::Spent => Box::new(io::empty()),
        };
        Ok(bytes)
    }

    /// The input as a file to seek in; what is compressed or a stream is copied to a temporary
    /// file first.
    pub(crate) fn file(&mut self) -> Result<File, Error> {
        match &self.content {
            Content::File(file, None) => file.open().map_err(|error| Error::io(&self.name, error)),
            // It can be copied again, and so many of them do not take as many temporary files.
            Content::File(_, Some(_)) | Content::Member(..) => self.spool(),
            Content::Stream { .. } | Content::Spooled(_) | Content::Spent => {
                let file = match std::mem::replace(&mut self.content, Content::Spent) {
                    Content::Spooled(file) => file,
                    content => {
                        self.content = content;
                        self.spool()?
                    }
                };
                let clone = file.try_clone().map_err(|error| self.not_spooled(error))?;
                self.content = Content::Spooled(file);
                Ok(clone)
            }
        }
    }

    fn spool(&mut self) -> Result<File, Error> {
        let mut bytes = self.bytes(&ByteCounter::default())?;
        let copied = tempfile::tempfile().and_then(|mut file| {
            io::copy(&mut bytes, &mut file)?;
            file.rewind()?;
            Ok(file)
        });
        copied.map_err(|error| self.not_spooled(error))
    }

    /// The error for a copy that failed: on the side that is read, or on the side that is written.
    fn not_spooled(&self, error: io::Error) -> Error {
        match Fault::from_io(error) {
            Ok(fault) => fault.of(&self.name),
            Err(source) => Error::Spool {
                file: self.name.clone(),
                source,
            },
        }
    }
}

/// A decompressed stream that passes on how many stored bytes it takes.
struct CountedBefore {
    bytes: Box<dyn Read + Send>,
    stored: ByteCounter,
    passed_on: u64,
    counter: ByteCounter,
}

impl Read for CountedBefore {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.bytes.read(buffer)?;
        let stored = self.stored.get();
        self.counter.add(stored - self.passed_on);
        self.passed_on = stored;
        Ok(read)
    }
}

/// A file's name without its folder and extension.
fn stem(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or(path.as_os_str());
    shown(&stem.to_string_lossy())
}

/// The stem that a file would have if it were not compressed: `posts` of `posts.csv.gz`, not
/// `posts.csv`.
fn uncompressed_stem(stem_of_compressed: String, name: &str) -> String {
    let is_named_so = Path::new(name).extension().is_some_and(|extension| {
        ["gz", "gzip", "zst", "zstd"]
            .iter()
            .any(|known| extension.eq_ignore_ascii_case(known))
    });
    if is_named_so {
        stem(Path::new(&stem_of_compressed))
    } else {
        stem_of_compressed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(mut bytes: impl Read) -> Vec<u8> {
        let mut read = Vec::new();
        bytes.read_to_end(&mut read).unwrap();
        read
    }

    #[test]
    fn a_stream_is_read_from_its_start_whatever_the_head_took() {
        let content = "x".repeat(100_000).into_bytes();
        let open = || Source::stream("s", "s", Box::new(Cursor::new(content.clone()))).unwrap();

        let (mut source, head) = open();
        assert!(!head.is_whole);
        let counter = ByteCounter::default();
        assert_eq!(all(source.bytes(&counter).unwrap()), content);
        assert_eq!(counter.get(), 100_000);

        let (mut source, _) = open();
        for _ in 0..2 {
            let mut file = source.file().unwrap();
            file.rewind().unwrap();
            assert_eq!(all(file), content);
        }
    }

    #[test]
    fn compressed_bytes_are_counted() {
        let content: Vec<u8> = (0..100_000u32).flat_map(u32::to_le_bytes).collect();
        let packed = zstd::encode_all(&content[..], 1).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("posts.csv.zst");
        std::fs::write(&path, &packed).unwrap();
        let stream = Source::stream("s", "s", Box::new(Cursor::new(packed.clone())));
        for opened in [Source::file_at(&path), stream] {
            let (source, _) = opened.unwrap();
            let (mut source, head) = source.decompressed(Compression::Zstd).unwrap();
            assert_eq!(head.bytes, content[..64 * 1024]);
            let counter = ByteCounter::default();
            assert_eq!(all(source.bytes(&counter).unwrap()), content);
            assert_eq!(counter.get(), packed.len() as u64);
        }
    }

    #[test]
    fn stems_are_those_of_the_content() {
        for (path, plain, compressed) in [
            ("exports/posts.csv", "posts", "posts"),
            ("posts.csv.gz", "posts.csv", "posts"),
            ("posts.csv.ZST", "posts.csv", "posts"),
            ("posts.gz", "posts", "posts"),
            ("../../etc/posts.csv", "posts", "posts"),
            ("..", "..", ".."),
        ] {
            let stem = stem(Path::new(path));
            assert_eq!(stem, plain, "{path}");
            assert_eq!(uncompressed_stem(stem, path), compressed, "{path}");
        }
    }
}
