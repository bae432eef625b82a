//! Rows that wait on disk until they can be sorted.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::PathBuf,
};

use crate::{atomic::write_error, error::Error};

/// Bytes of a bucket that are kept in memory before they go to its file.
const BUFFER_BYTES: usize = 64 * 1024;

/// Rows of a range of places, partly in a file.
#[derive(Debug)]
pub(super) struct Bucket {
    path: PathBuf,
    pub(super) rows: usize,
    in_file: bool,
    /// Place, length and bytes of one line after the other.
    buffer: Vec<u8>,
}

impl Bucket {
    pub(super) fn new(path: PathBuf) -> Self {
        Self {
            path,
            rows: 0,
            in_file: false,
            buffer: Vec::new(),
        }
    }

    pub(super) fn push(&mut self, place: u32, line: &[u8]) -> Result<(), Error> {
        self.rows += 1;
        self.buffer.extend(place.to_le_bytes());
        self.buffer.extend((line.len() as u64).to_le_bytes());
        self.buffer.extend(line);
        if self.buffer.len() >= BUFFER_BYTES {
            self.spill()
                .map_err(|source| write_error(&self.path, source))?;
        }
        Ok(())
    }

    fn spill(&mut self) -> io::Result<()> {
        // The first time it must not add to what a killed run has left.
        let mut file = File::options()
            .write(true)
            .create(true)
            .truncate(!self.in_file)
            .append(self.in_file)
            .open(&self.path)?;
        file.write_all(&self.buffer)?;
        self.in_file = true;
        self.buffer.clear();
        Ok(())
    }

    /// The lines in the order of their places. Removes the file.
    pub(super) fn sorted(self) -> Result<Vec<Vec<u8>>, Error> {
        let read = || {
            let mut bytes = Vec::new();
            if self.in_file {
                bytes = fs::read(&self.path)?;
                fs::remove_file(&self.path)?;
            }
            bytes.extend(&self.buffer);
            let mut lines = Vec::with_capacity(self.rows);
            let mut rest = bytes.as_slice();
            while let Some((place, after)) = rest.split_first_chunk() {
                let (length, after) = after
                    .split_first_chunk()
                    .ok_or(io::ErrorKind::UnexpectedEof)?;
                let length = usize::try_from(u64::from_le_bytes(*length))
                    .map_err(|_| io::ErrorKind::InvalidData)?;
                let (line, after) = after
                    .split_at_checked(length)
                    .ok_or(io::ErrorKind::UnexpectedEof)?;
                lines.push((u32::from_le_bytes(*place), line.to_owned()));
                rest = after;
            }
            lines.sort_unstable_by_key(|(place, _)| *place);
            Ok(lines.into_iter().map(|(_, line)| line).collect())
        };
        read().map_err(|source| write_error(&self.path, source))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_on_disk_come_back_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("queue-00000.part");
        fs::write(&path, "left by a run that was killed").unwrap();
        let mut bucket = Bucket::new(path.clone());
        let line = |place: u32| format!("{place},{}\n", "x".repeat(1000)).into_bytes();
        let places: Vec<u32> = (0..500).map(|n| n * 7919 % 500).collect();
        for place in &places {
            bucket.push(*place, &line(*place)).unwrap();
        }
        assert!(bucket.in_file && !bucket.buffer.is_empty());
        let sorted = bucket.sorted().unwrap();
        assert!(sorted.into_iter().eq((0..500).map(line)));
        assert!(!path.exists());
    }
}
