//! The hold on an output folder, so that no two runs write to it at the same time.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use same_file::Handle;

use crate::error::Error;

/// The folder in an output folder that runs keep their work in.
const WORK: &str = ".uproar";

const LOCK: &str = "lock";

/// A work folder that no other process works in.
#[derive(Debug)]
pub(crate) struct FolderLock {
    work: PathBuf,
    /// Held until the end; the system lets go of it however the process ends.
    _file: File,
}

impl FolderLock {
    /// Creates the work folder of an output folder where needed, and locks it.
    pub(crate) fn take(output: &Path) -> Result<Self, Error> {
        let work = output.join(WORK);
        match lock(&work) {
            Ok(Some(file)) => Ok(Self { work, _file: file }),
            Ok(None) => Err(Error::Busy {
                path: output.to_owned(),
            }),
            Err(source) => Err(Error::WorkFolder { path: work, source }),
        }
    }

    /// The work folder.
    pub(crate) fn work(&self) -> &Path {
        &self.work
    }

    /// Removes every file of the work folder but the lock and those to keep.
    pub(crate) fn clear(&self, keeps: impl Fn(&str) -> bool) -> Result<(), Error> {
        let clear = || {
            for entry in fs::read_dir(&self.work)? {
                let entry = entry?;
                let name = entry.file_name();
                let name = name.to_string_lossy();
                if name != LOCK && !keeps(&name) {
                    fs::remove_file(entry.path())?;
                }
            }
            Ok(())
        };
        clear().map_err(|source| self.failed(source))
    }

    /// Removes the work folder with all that is in it.
    pub(crate) fn remove(self) -> Result<(), Error> {
        fs::remove_dir_all(&self.work).map_err(|source| self.failed(source))
    }

    fn failed(&self, source: io::Error) -> Error {
        Error::WorkFolder {
            path: self.work.clone(),
            source,
        }
    }
}

/// Locks the folder, creating it where needed; none when another process holds the lock.
fn lock(folder: &Path) -> io::Result<Option<File>> {
    loop {
        fs::create_dir_all(folder)?;
        let path = folder.join(LOCK);
        let opened = File::options().append(true).create(true).open(&path);
        let file = match opened {
            // A run that ends just now has removed the folder again.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            opened => opened?,
        };
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        // Nor may the lock be that of a folder that is gone: another run would lock its own.
        let ours = Handle::from_file(file.try_clone()?)?;
        if Handle::from_path(&path).is_ok_and(|there| there == ours) {
            return Ok(Some(file));
        }
    }
}
