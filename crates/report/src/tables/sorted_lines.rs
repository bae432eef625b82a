//! Lines of a CSV file that are sorted on disk: runs of sorted lines, and their merge.

use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    fs::File,
    io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write},
    ops::Range,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{atomic::write_error, error::Error};

/// Bytes that are read of a run at once.
const BUFFER_BYTES: usize = 64 * 1024;

/// A line and what orders it.
type Line = (u128, Vec<u8>);

/// Lines as they come, in runs that are sorted.
#[derive(Debug)]
pub(super) struct LineRuns {
    folder: PathBuf,
    /// Has no name, so that a killed run leaves none.
    file: Option<BufWriter<File>>,
    end: u64,
    runs: Vec<Range<u64>>,
    count: u64,
}

/// Lines in their order, as often as they are asked for.
#[derive(Clone, Debug)]
pub(crate) struct SortedLines {
    file: Option<Arc<File>>,
    runs: Vec<Range<u64>>,
}

impl LineRuns {
    /// No lines yet, and later a file in this folder.
    pub(super) fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            file: None,
            end: 0,
            runs: Vec::new(),
            count: 0,
        }
    }

    /// How many lines there are.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// Adds lines that are in the order of their keys. Keys are unique.
    pub(super) fn add(
        &mut self,
        keys: &[u128],
        lines: impl Iterator<Item = io::Result<Vec<u8>>>,
    ) -> Result<(), Error> {
        let start = self.end;
        let write = || {
            for (key, line) in keys.iter().zip(lines) {
                let file = match &mut self.file {
                    Some(file) => file,
                    none => none.insert(BufWriter::new(tempfile::tempfile_in(&self.folder)?)),
                };
                let line = line?;
                file.write_all(&key.to_le_bytes())?;
                file.write_all(&(line.len() as u64).to_le_bytes())?;
                file.write_all(&line)?;
                self.end += (size_of::<u128>() + size_of::<u64>() + line.len()) as u64;
                self.count += 1;
            }
            Ok(())
        };
        write().map_err(|source| write_error(&self.folder, source))?;
        self.runs.push(start..self.end);
        Ok(())
    }

    /// The lines in the order of their keys.
    pub(super) fn finish(self) -> Result<SortedLines, Error> {
        let file = self.file.map(|file| {
            let file = file.into_inner();
            file.map_err(|error| write_error(&self.folder, error.into_error()))
        });
        Ok(SortedLines {
            file: file.transpose()?.map(Arc::new),
            runs: self.runs,
        })
    }
}

impl SortedLines {
    /// Writes the lines.
    pub(crate) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let Some(file) = &self.file else {
            return Ok(());
        };
        let mut runs: Vec<_> = self
            .runs
            .iter()
            .map(|range| {
                let region = Region {
                    file,
                    rest: range.clone(),
                };
                BufReader::with_capacity(BUFFER_BYTES, region)
            })
            .collect();
        let mut next = BinaryHeap::new();
        for (number, run) in runs.iter_mut().enumerate() {
            next.extend(read_line(run)?.map(|line| Reverse((line, number))));
        }
        while let Some(Reverse(((_, line), number))) = next.pop() {
            out.write_all(&line)?;
            if let Some(run) = runs.get_mut(number) {
                next.extend(read_line(run)?.map(|line| Reverse((line, number))));
            }
        }
        Ok(())
    }
}

/// The next line of a run.
fn read_line(run: &mut impl io::BufRead) -> io::Result<Option<Line>> {
    if run.fill_buf()?.is_empty() {
        return Ok(None);
    }
    let mut key = [0; size_of::<u128>()];
    run.read_exact(&mut key)?;
    let mut length = [0; size_of::<u64>()];
    run.read_exact(&mut length)?;
    let mut line = Vec::new();
    run.take(u64::from_le_bytes(length))
        .read_to_end(&mut line)?;
    Ok(Some((u128::from_le_bytes(key), line)))
}

/// A part of a file that shares its position with others.
struct Region<'a> {
    file: &'a File,
    rest: Range<u64>,
}

impl Read for Region<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let left = self.rest.end - self.rest.start;
        let most = usize::try_from(left).map_or(bytes.len(), |left| left.min(bytes.len()));
        self.file.seek(SeekFrom::Start(self.rest.start))?;
        let read = self.file.read(&mut bytes[..most])?;
        self.rest.start += read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn lines_come_back_in_order(
            runs in prop::collection::vec(prop::collection::btree_set(any::<u16>(), 0..20), 0..5),
        ) {
            let folder = tempfile::tempdir().unwrap();
            let mut lines = LineRuns::new(folder.path());
            let mut expected = Vec::new();
            for (number, run) in runs.iter().enumerate() {
                // Unique, and in an order of its own.
                let keys: Vec<u128> = run.iter().map(|key| u128::from(*key) * 8 + number as u128).collect();
                let line = |key: &u128| format!("{key}{}\n", "x".repeat((key % 100) as usize)).into_bytes();
                lines.add(&keys, keys.iter().map(|key| Ok(line(key)))).unwrap();
                expected.extend(keys.iter().map(|key| (*key, line(key))));
            }
            prop_assert_eq!(lines.count(), expected.len() as u64);
            expected.sort();
            let mut written = Vec::new();
            let lines = lines.finish().unwrap();
            lines.write(&mut written).unwrap();
            let expected: Vec<u8> = expected.into_iter().flat_map(|(_, line)| line).collect();
            prop_assert_eq!(&written, &expected);
        }
    }
}
