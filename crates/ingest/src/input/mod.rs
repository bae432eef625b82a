//! Where exports are read from: files, folders, patterns, archives and standard input.

mod archive;
mod compression;
mod fault;
mod find;
mod regular;
mod source;

use std::fmt;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

pub(crate) use archive::{Archive, Members};
pub(crate) use compression::Packing;
pub(crate) use fault::Fault;
pub(crate) use find::{Finding, find};
pub(crate) use regular::RegularFile;
pub(crate) use source::Source;

/// How much of an input is looked at to find out its format, encoding and columns.
const HEAD_BYTES: u64 = 64 * 1024;

/// An export to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A file, a folder with all that is in it, or, where there is no file of that name, a pattern
    /// such as `exports/*.csv`.
    Path(PathBuf),
    /// Standard input.
    Stdin,
}

/// As in messages.
impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => f.write_str(&path_shown(path)),
            Self::Stdin => f.write_str("standard input"),
        }
    }
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

/// Whether a character would make a terminal obey, or show a text as another one: control
/// characters, line separators, and marks that change the direction of text.
pub fn acts_on_terminal(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A name or value that the user did not give, for messages and reports: no longer than a line,
/// and without characters that would act on a terminal or show the name as another one.
pub(crate) fn shown(name: &str) -> String {
    const LONGEST: usize = 200;
    match name.char_indices().nth(LONGEST) {
        Some((end, _)) => escaped(&name[..end]) + "…",
        None => escaped(name),
    }
}

/// A path for messages and reports. It is not cut, as its end tells it from others; nor is one
/// harmless because the user named it: a shell's pattern gives what it finds.
pub(crate) fn path_shown(path: &Path) -> String {
    escaped(&path.display().to_string())
}

fn escaped(name: &str) -> String {
    let mut escaped = String::new();
    for character in name.chars() {
        if acts_on_terminal(character) {
            escaped.extend(character.escape_default());
        } else {
            escaped.push(character);
        }
    }
    escaped
}

/// How many bytes of the inputs have been read, for a progress bar. Of compressed inputs these are
/// the compressed bytes.
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

/// An input's bytes as they are stored, counted. What goes wrong here is told apart from what a
/// decoder has to say.
struct Counted {
    bytes: Box<dyn Read + Send>,
    counter: ByteCounter,
    offset: u64,
}

impl Counted {
    fn new(bytes: Box<dyn Read + Send>, counter: &ByteCounter) -> Self {
        Self {
            bytes,
            counter: counter.clone(),
            offset: 0,
        }
    }
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.bytes.read(buffer) {
            Ok(read) => {
                self.counter.add(read as u64);
                self.offset += read as u64;
                Ok(read)
            }
            // This one asks for another try.
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(error) if Fault::is_in(&error) => Err(error),
            Err(source) => Err(Fault::Read {
                offset: self.offset,
                source,
            }
            .into()),
        }
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
    fn names_found_are_shown_harmlessly() {
        for (name, expected) in [
            ("exports/posts.csv", "exports/posts.csv"),
            ("it's \"März\" \\ 🛫.csv", "it's \"März\" \\ 🛫.csv"),
            ("a\n\u{1b}[2Jb.csv", "a\\n\\u{1b}[2Jb.csv"),
            ("vsc\u{202e}txt.exe", "vsc\\u{202e}txt.exe"),
        ] {
            assert_eq!(shown(name), expected);
            assert_eq!(Input::Path(name.into()).to_string(), expected);
        }
        let long = "x".repeat(60_000);
        assert_eq!(shown(&long), format!("{}…", "x".repeat(200)));
    }
}
