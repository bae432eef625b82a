//! Files that are there whole or not at all.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use tempfile::{Builder, NamedTempFile};

use crate::error::Error;

/// A file that is put together out of sight, and disappears unless it is [completed](Self::complete)
/// and published.
#[derive(Debug)]
pub struct StagedFile {
    path: PathBuf,
    buffer: BufWriter<NamedTempFile>,
    failure: Failure,
}

/// The first write that the system refused. Some writers of formats hide it behind words of their
/// own.
type Failure = Arc<OnceLock<io::Error>>;

impl StagedFile {
    /// Begins the file that is to stand at `path`. Until then it is kept in the folder `staging`,
    /// which must be on the same file system: a file cannot be moved to another one at once.
    ///
    /// # Errors
    ///
    /// [`Error::WriteFile`].
    pub fn create(path: &Path, staging: &Path) -> Result<Self, Error> {
        match temporary_file(staging) {
            Ok(file) => Ok(Self {
                path: path.to_owned(),
                buffer: BufWriter::new(file),
                failure: Failure::default(),
            }),
            Err(source) => Err(write_error(path, source)),
        }
    }

    /// A second handle to the file, for a writer that wants to own one. The two share one position.
    ///
    /// # Errors
    ///
    /// [`Error::WriteFile`].
    pub fn handle(&self) -> Result<StagedHandle, Error> {
        let file = self.buffer.get_ref().as_file();
        match file.try_clone() {
            Ok(file) => Ok(StagedHandle {
                buffer: BufWriter::new(file),
                failure: Arc::clone(&self.failure),
            }),
            Err(source) => Err(write_error(&self.path, source)),
        }
    }

    /// The error for a write that failed: what the system said, where it refused one.
    pub(crate) fn error(&self, source: io::Error) -> Error {
        let refused = self.failure.get().map(|error| match error.raw_os_error() {
            Some(code) => io::Error::from_raw_os_error(code),
            None => io::Error::new(error.kind(), error.to_string()),
        });
        write_error(&self.path, refused.unwrap_or(source))
    }

    /// Ends the file, which then is whole and on disk, but still out of sight.
    ///
    /// # Errors
    ///
    /// [`Error::WriteFile`].
    pub fn complete(self) -> Result<CompleteFile, Error> {
        let Self { path, buffer, .. } = self;
        let file = buffer
            .into_inner()
            .map_err(io::IntoInnerError::into_error)
            .and_then(|file| file.as_file().sync_all().map(|()| file));
        match file {
            Ok(file) => Ok(CompleteFile { path, file }),
            Err(source) => Err(write_error(&path, source)),
        }
    }
}

/// A file that only needs to be moved to its place. A reader sees what was there before or the new
/// file, never a part. Unless it is published, what was there before stays and nothing is left
/// behind.
#[derive(Debug)]
pub struct CompleteFile {
    path: PathBuf,
    file: NamedTempFile,
}

impl CompleteFile {
    /// Where the file is to stand.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Moves the file to its place.
    pub(crate) fn publish(self) -> Result<(), Error> {
        match self.file.persist(&self.path) {
            Ok(_) => Ok(()),
            Err(error) => Err(write_error(&self.path, error.error)),
        }
    }
}

impl Write for StagedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        remember(self.buffer.write(bytes), &self.failure)
    }

    fn flush(&mut self) -> io::Result<()> {
        remember(self.buffer.flush(), &self.failure)
    }
}

/// A second handle to a [`StagedFile`]. Flush it before the file is completed.
#[derive(Debug)]
pub struct StagedHandle {
    buffer: BufWriter<File>,
    failure: Failure,
}

impl Write for StagedHandle {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        remember(self.buffer.write(bytes), &self.failure)
    }

    fn flush(&mut self) -> io::Result<()> {
        remember(self.buffer.flush(), &self.failure)
    }
}

fn remember<T>(result: io::Result<T>, failure: &Failure) -> io::Result<T> {
    result.inspect_err(|error| {
        let copy = match error.raw_os_error() {
            Some(code) => io::Error::from_raw_os_error(code),
            None => error.kind().into(),
        };
        // Later ones follow from the first.
        let _ = failure.set(copy);
    })
}

/// Writes a file beside its place and moves it there when it is complete and on disk.
///
/// # Errors
///
/// [`Error::WriteFile`].
pub fn write_file(
    path: &Path,
    write: impl FnOnce(&mut StagedFile) -> io::Result<()>,
) -> Result<(), Error> {
    stage(path, path.parent().unwrap_or(Path::new(".")), write)?.publish()
}

/// Writes a file in the folder `staging`, to be moved to its place later.
pub(crate) fn stage(
    path: &Path,
    staging: &Path,
    write: impl FnOnce(&mut StagedFile) -> io::Result<()>,
) -> Result<CompleteFile, Error> {
    let mut file = StagedFile::create(path, staging)?;
    write(&mut file).map_err(|source| file.error(source))?;
    file.complete()
}

/// The error for a file that could not be written.
pub(crate) fn write_error(path: &Path, source: io::Error) -> Error {
    Error::WriteFile {
        path: path.to_owned(),
        source,
    }
}

/// An empty file that disappears unless it is moved to a name of its own.
fn temporary_file(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(".uproar-").suffix(".tmp");
    // Temporary files are private by default, but a report is for others to read, as far as the
    // user's mask allows.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    }

    #[test]
    fn replaces_what_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("posts.csv");
        for content in ["old and longer", "new"] {
            write_file(&path, |out| out.write_all(content.as_bytes())).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), content);
        }
        assert_eq!(names(folder.path()), ["posts.csv"]);
    }

    #[test]
    fn a_failure_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("posts.csv");
        fs::write(&path, "old").unwrap();
        let result = write_file(&path, |out| {
            out.write_all(&[b'x'; 100_000])?;
            Err(io::Error::other("disk full"))
        });
        assert!(matches!(result, Err(Error::WriteFile { path: named, .. }) if named == path));
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(names(folder.path()), ["posts.csv"]);
    }

    #[test]
    fn a_folder_in_the_way_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("posts.csv");
        fs::create_dir(&path).unwrap();
        assert!(matches!(
            write_file(&path, |out| out.write_all(b"new")),
            Err(Error::WriteFile { .. })
        ));
        assert_eq!(names(folder.path()), ["posts.csv"]);
    }

    #[cfg(unix)]
    #[test]
    fn others_may_read_what_the_mask_lets_them() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let (ours, plain) = (folder.path().join("ours"), folder.path().join("plain"));
        write_file(&ours, |out| out.write_all(b"x")).unwrap();
        fs::write(&plain, "x").unwrap();
        let mode = |path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(ours), mode(plain));
    }
}
