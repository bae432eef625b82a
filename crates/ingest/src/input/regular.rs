//! Files on a disk, which may change while they are read.

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::error::Error;
use crate::notice::NoticeKind;

use super::fault::Fault;

/// A regular file as it was when its input was opened. It can be opened again, so that nothing is
/// held open until it is its turn.
#[derive(Clone, Debug)]
pub(crate) struct RegularFile {
    path: PathBuf,
    length: u64,
    modified: Option<SystemTime>,
}

impl RegularFile {
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn new(path: &Path, metadata: &Metadata) -> Self {
        Self {
            path: path.to_owned(),
            length: metadata.len(),
            modified: metadata.modified().ok(),
        }
    }

    /// Its length in bytes.
    pub(super) const fn length(&self) -> u64 {
        self.length
    }

    /// Opens it as it is now.
    pub(super) fn open(&self) -> io::Result<File> {
        File::open(&self.path)
    }

    /// Its bytes up to the length that it had: what is appended while it is read would make two
    /// runs on the same file differ, or never end.
    pub(super) fn bytes(&self) -> io::Result<FixedLength> {
        Ok(FixedLength {
            file: self.open()?,
            length: self.length,
            left: self.length,
        })
    }

    /// What became of the file since it was opened, once it is read.
    pub(crate) fn check(&self, name: &str) -> Result<Option<NoticeKind>, Error> {
        let now = std::fs::metadata(&self.path).map_err(|error| Error::io(name, error))?;
        if now.len() < self.length {
            let fault = Fault::Shrunk {
                expected: self.length,
                found: now.len(),
            };
            return Err(fault.of(name));
        }
        if now.len() > self.length {
            return Ok(Some(NoticeKind::Grown {
                bytes: now.len() - self.length,
            }));
        }
        let is_changed = now.modified().ok() != self.modified;
        Ok(is_changed.then_some(NoticeKind::Changed))
    }
}

/// The first bytes of a file, all of which must be there.
pub(super) struct FixedLength {
    file: File,
    length: u64,
    left: u64,
}

impl Read for FixedLength {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX);
        let most = most.min(buffer.len());
        if most == 0 {
            return Ok(0);
        }
        let read = self.file.read(&mut buffer[..most])?;
        if read == 0 {
            let fault = Fault::Shrunk {
                expected: self.length,
                found: self.length - self.left,
            };
            return Err(fault.into());
        }
        self.left -= read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(path: &Path) -> RegularFile {
        RegularFile::new(path, &std::fs::metadata(path).unwrap())
    }

    #[test]
    fn what_is_appended_is_not_read_but_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("posts.csv");
        std::fs::write(&path, "text\na\n").unwrap();
        let file = opened(&path);
        assert_eq!(file.check("posts.csv").unwrap(), None);
        let mut bytes = file.bytes().unwrap();
        std::fs::write(&path, "text\na\nlater\n").unwrap();
        let mut read = String::new();
        bytes.read_to_string(&mut read).unwrap();
        assert_eq!(read, "text\na\n");
        assert_eq!(
            file.check("posts.csv").unwrap(),
            Some(NoticeKind::Grown { bytes: 6 })
        );
    }

    #[test]
    fn what_is_cut_off_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("posts.csv");
        std::fs::write(&path, "text\na\n").unwrap();
        let file = opened(&path);
        std::fs::write(&path, "text\n").unwrap();
        let mut read = Vec::new();
        let error = file.bytes().unwrap().read_to_end(&mut read).unwrap_err();
        for error in [
            Error::io("posts.csv", error),
            file.check("posts.csv").unwrap_err(),
        ] {
            assert!(
                matches!(
                    error,
                    Error::Shrunk {
                        expected: 7,
                        found: 5,
                        ..
                    }
                ),
                "{error}"
            );
        }
    }

    #[test]
    fn a_change_that_keeps_the_length_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("posts.csv");
        std::fs::write(&path, "text\na\n").unwrap();
        let file = opened(&path);
        let handle = File::options().write(true).open(&path).unwrap();
        handle
            .set_modified(SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1))
            .unwrap();
        assert_eq!(file.check("posts.csv").unwrap(), Some(NoticeKind::Changed));
    }
}
