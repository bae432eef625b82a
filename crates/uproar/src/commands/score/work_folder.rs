//! The folder that a run keeps its work in until the report is complete.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use uproar_report::atomic::write_file;

use super::journal::Journal;
use super::segment;
use crate::error::Error;
use crate::folder_lock::FolderLock;

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
pub(super) struct WorkFolder(FolderLock);

impl WorkFolder {
    /// Opens the work folder of an output folder, for a run with this journal.
    pub(super) fn open(output: &Path, journal: &Journal, start: Start) -> Result<Self, Error> {
        let folder = Self(FolderLock::take(output)?);
        let place = folder.path().join(JOURNAL);
        let earlier = match Journal::read(&place) {
            Err(error) if error.kind() == io::ErrorKind::InvalidData && start != Start::Fresh => {
                return Err(Error::OtherRun {
                    path: output.to_owned(),
                    differences: "its journal is damaged or of another version of uproar"
                        .to_owned(),
                });
            }
            Err(error) if error.kind() != io::ErrorKind::InvalidData => {
                return Err(Error::WorkFolder {
                    path: place,
                    source: error,
                });
            }
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
                folder
                    .0
                    .clear(|name| name == JOURNAL || segment::is_segment(name))?;
            }
            _ => {
                folder.0.clear(|_| false)?;
                let text = serde_json::to_vec(journal)?;
                write_file(&place, |out| out.write_all(&text))?;
            }
        }
        Ok(folder)
    }

    pub(super) fn path(&self) -> &Path {
        self.0.work()
    }

    /// Removes the folder. A run that is killed meanwhile leaves one without a journal, which says
    /// that there is nothing to go on with.
    pub(super) fn remove(self) -> Result<(), Error> {
        match fs::remove_file(self.path().join(JOURNAL)) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => Err(Error::WorkFolder {
                path: self.path().to_owned(),
                source,
            }),
            _ => self.0.remove(),
        }
    }
}
