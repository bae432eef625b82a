//! Zip archives, whose members are inputs of their own.
//!
//! Nothing is unpacked to a path: a member's name is only ever shown.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use zip::CompressionMethod;
use zip::read::{Config, HasZipMetadata};
use zip::result::ZipError;
// The reader by index keeps one of several members of the same name and takes memory for as many
// entries as an archive claims to have.
use zip::unstable::read::ZipIterable;

use crate::error::Error;
use crate::limits::{Limit, Limits};

use super::compression::{Allowance, Compression, Decompressed};
use super::fault::Fault;
use super::regular::RegularFile;
use super::source::Source;
use super::{ByteCounter, Counted, shown};

/// An archive that was opened.
pub(crate) struct Archive {
    name: String,
    place: Place,
    length: u64,
    limits: Limits,
    /// Decompressed bytes of all members so far: members may overlap, so that each alone keeps
    /// within the ratio and all together do not.
    written: Arc<AtomicU64>,
}

enum Place {
    File(RegularFile),
    Spooled(File),
}

impl Place {
    fn open(&self) -> io::Result<File> {
        match self {
            Self::File(file) => file.open(),
            Self::Spooled(file) => file.try_clone(),
        }
    }
}

/// A file in an archive.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    name: String,
    method: Method,
    data_start: u64,
    compressed: u64,
    size: u64,
    crc: u32,
}

#[derive(Clone, Copy, Debug)]
enum Method {
    Stored,
    Compressed(Compression),
}

impl Member {
    /// The name as it stands in the archive.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Its compressed length in bytes.
    pub(super) const fn length(&self) -> u64 {
        self.compressed
    }
}

/// What is in an archive.
#[derive(Debug, Default)]
pub(crate) struct Members {
    /// The files, in the order of the archive.
    pub(crate) files: Vec<Member>,
    /// How many files are hidden ones.
    pub(crate) hidden: u64,
}

impl Archive {
    /// Opens `source` as an archive and lists its members, after `already` files that count
    /// towards the same limit.
    pub(crate) fn open(mut source: Source, already: usize) -> Result<(Arc<Self>, Members), Error> {
        let mut file = source.file()?;
        let length = file
            .seek(SeekFrom::End(0))
            .map_err(|error| Error::io(&source.name, error))?;
        let members = members(&source.name, &file, already, &source.limits)?;
        let place = match source.regular_file() {
            Some(file) => Place::File(file.clone()),
            None => Place::Spooled(file),
        };
        let archive = Self {
            name: source.name,
            place,
            length,
            limits: source.limits,
            written: Arc::default(),
        };
        Ok((Arc::new(archive), members))
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The file that holds it, if it is no stream.
    pub(super) fn path(&self) -> Option<&Path> {
        match &self.place {
            Place::File(file) => Some(file.path()),
            Place::Spooled(_) => None,
        }
    }

    pub(super) const fn limits(&self) -> Limits {
        self.limits
    }

    /// The bytes of a member.
    pub(super) fn bytes(
        &self,
        member: &Member,
        counter: &ByteCounter,
    ) -> io::Result<impl Read + Send + use<>> {
        let mut file = self.place.open()?;
        file.seek(SeekFrom::Start(member.data_start))?;
        let stored = Counted::new(Box::new(file.take(member.compressed)), counter);
        let allowance = Allowance::new(&self.limits);
        let bytes: Box<dyn Read + Send> = match member.method {
            Method::Stored => Box::new(stored),
            Method::Compressed(compression) => {
                Box::new(Decompressed::new(Box::new(stored), compression, allowance)?)
            }
        };
        Ok(Checked {
            bytes,
            checksum: crc32fast::Hasher::new(),
            expected: member.crc,
            left: member.size,
            allowance,
            archive_length: self.length,
            archive_written: Arc::clone(&self.written),
        })
    }
}

/// Reads the list of members at the archive's end.
fn members(name: &str, file: &File, already: usize, limits: &Limits) -> Result<Members, Error> {
    let damaged = |error: ZipError| match error {
        ZipError::Io(error) if error.kind() != io::ErrorKind::UnexpectedEof => {
            Error::io(name, error)
        }
        ZipError::Io(_) => Error::DamagedArchive {
            file: name.to_owned(),
            message: "it ends too early".to_owned(),
        },
        error => Error::DamagedArchive {
            file: name.to_owned(),
            message: match error {
                ZipError::InvalidArchive(message) => {
                    format!("its list of members cannot be read ({message})")
                }
                error => error.to_string(),
            },
        },
    };
    let mut archive = ZipIterable::try_new(file, Config::default()).map_err(damaged)?;
    if already.saturating_add(archive.len()) > limits.files {
        return Err(Error::TooManyFiles {
            file: name.to_owned(),
            limit: limits.get(Limit::Files),
        });
    }
    let mut found = Members::default();
    for entry in archive.files().map_err(damaged)? {
        let entry = entry.map_err(damaged)?;
        let member_name = entry.name().map_err(damaged)?;
        if let Some(what) = document(&member_name) {
            return Err(Error::UnknownFormat {
                file: name.to_owned(),
                what,
            });
        }
        if !entry.is_file() {
            continue;
        }
        if is_hidden(&member_name) {
            found.hidden += 1;
            continue;
        }
        let member = || format!("{name}/{}", shown(&member_name));
        if entry.encrypted() {
            return Err(Error::Encrypted { file: member() });
        }
        let method = match entry.compression() {
            CompressionMethod::STORE => Method::Stored,
            CompressionMethod::DEFLATE => Method::Compressed(Compression::Deflate),
            CompressionMethod::ZSTD => Method::Compressed(Compression::Zstd),
            other => {
                return Err(Error::UnknownCompression {
                    file: member(),
                    method: method_name(other),
                });
            }
        };
        let mut file = file;
        found.files.push(Member {
            method,
            data_start: entry
                .get_metadata()
                .data_start(&mut file)
                .map_err(damaged)?,
            compressed: entry.compressed_size(),
            size: entry.size(),
            crc: entry.crc32(),
            name: member_name.into_owned(),
        });
    }
    Ok(found)
}

/// What kind of document an archive is that has this member, if it is one.
fn document(member: &str) -> Option<&'static str> {
    match member {
        "[Content_Types].xml" => Some("an Excel workbook or another Office document"),
        "META-INF/manifest.xml" => Some("an OpenDocument file"),
        _ => None,
    }
}

/// Whether a member is one that a person does not see, or of the folder in which macOS keeps what
/// other systems have no place for.
fn is_hidden(name: &str) -> bool {
    name.split(['/', '\\'])
        .any(|part| part == "__MACOSX" || (part.starts_with('.') && !matches!(part, "." | "..")))
}

fn method_name(method: CompressionMethod) -> &'static str {
    match method {
        CompressionMethod::DEFLATE64 => "Deflate64",
        CompressionMethod::BZIP2 => "bzip2",
        CompressionMethod::LZMA => "LZMA",
        CompressionMethod::XZ => "xz",
        _ => "a method of its own",
    }
}

/// A member's bytes, checked against what the archive says of them.
struct Checked {
    bytes: Box<dyn Read + Send>,
    checksum: crc32fast::Hasher,
    expected: u32,
    left: u64,
    allowance: Allowance,
    archive_length: u64,
    archive_written: Arc<AtomicU64>,
}

impl Read for Checked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.bytes.read(buffer)?;
        let damaged = |message: &str| Fault::Archive {
            message: message.to_owned(),
        };
        if read == 0 && !buffer.is_empty() {
            if self.left > 0 {
                return Err(damaged("it is shorter than the archive says").into());
            }
            if self.checksum.clone().finalize() != self.expected {
                return Err(damaged("its checksum is not the one that the archive says").into());
            }
            return Ok(0);
        }
        self.left = self
            .left
            .checked_sub(read as u64)
            .ok_or_else(|| damaged("it is longer than the archive says"))?;
        self.checksum.update(&buffer[..read]);
        let written = read as u64
            + self
                .archive_written
                .fetch_add(read as u64, Ordering::Relaxed);
        self.allowance.check(self.archive_length, written)?;
        Ok(read)
    }
}

#[cfg(test)]
mod tests;
