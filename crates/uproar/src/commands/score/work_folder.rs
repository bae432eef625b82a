//! The folder that a run keeps its work in until the report is complete.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use same_file::Handle;
use uproar_report::atomic::write_file;

use super::journal::Journal;
use super::segment;
use crate::error::Error;

/// Its name in the output folder.
pub(super) const NAME: &str = ".uproar";

const LOCK: &str = "lock";
const JOURNAL: &str = "journal.json";

/// What to do about the work of a run that was cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    /// Go on with it if there is any.
    Any,
    /// Go on with it; none is an error.
    Resume,
    /// Throw it away.
    Fresh,
}

/// A folder that no other run works in at the same time.
#[derive(Debug)]
pub(super) struct WorkFolder {
    path: PathBuf,
    /// Held until the end; the system lets go of it however the process ends.
    _lock: File,
}

impl WorkFolder {
    /// Opens the folder of this name in the output folder, for a run with this journal.
    pub(super) fn open(output: &Path, journal: &Journal, start: Start) -> Result<Self, Error> {
        let path = output.join(NAME);
        let failed = |source| Error::WorkFolder {
            path: path.clone(),
            source,
        };
        let Some(lock) = lock(&path).map_err(failed)? else {
            return Err(Error::Busy {
                path: output.to_owned(),
            });
        };
        let folder = Self {
            path: path.clone(),
            _lock: lock,
        };
        let place = path.join(JOURNAL);
        let earlier = match Journal::read(&place) {
            Err(error) if error.kind() == io::ErrorKind::InvalidData && start != Start::Fresh => {
                return Err(Error::OtherRun {
                    path: output.to_owned(),
                    differences: "its journal is damaged or of another version of uproar"
                        .to_owned(),
                });
            }
            Err(error) if error.kind() != io::ErrorKind::InvalidData => return Err(failed(error)),
            earlier => earlier.unwrap_or_default(),
        };
        match earlier {
            None if start == Start::Resume => {
                folder.remove()?;
                return Err(Error::NothingToResume {
                    path: output.to_owned(),
                });
            }
            Some(earlier) if start != Start::Fresh => {
                let differences = earlier.differences(journal);
                if !differences.is_empty() {
                    return Err(Error::OtherRun {
                        path: output.to_owned(),
                        differences: differences.join("; "),
                    });
                }
                folder.clear(|name| name == JOURNAL || segment::is_segment(name))?;
            }
            _ => {
                folder.clear(|_| false)?;
                let text = serde_json::to_vec(journal)?;
                write_file(&place, |out| out.write_all(&text))?;
            }
        }
        Ok(folder)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Removes the folder. A run that is killed meanwhile leaves one without a journal, which says
    /// that there is nothing to go on with.
    pub(super) fn remove(self) -> Result<(), Error> {
        let remove = || {
            match fs::remove_file(self.path.join(JOURNAL)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            fs::remove_dir_all(&self.path)
        };
        remove().map_err(|source| Error::WorkFolder {
            path: self.path.clone(),
            source,
        })
    }

    /// Removes every file but the lock and those to keep.
    fn clear(&self, keeps: impl Fn(&str) -> bool) -> Result<(), Error> {
        let clear = || {
            for entry in fs::read_dir(&self.path)? {
                let entry = entry?;
                let name = entry.file_name();
                let name = name.to_string_lossy();
                if name != LOCK && !keeps(&name) {
                    fs::remove_file(entry.path())?;
                }
            }
            Ok(())
        };
        clear().map_err(|source| Error::WorkFolder {
            path: self.path.clone(),
            source,
        })
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
