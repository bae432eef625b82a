//! Posts that wait on disk until all of a conversation can be seen at once.

use std::{
    fs::File,
    hash::{DefaultHasher, Hash, Hasher},
    io::{self, Cursor, Read, Seek, SeekFrom, Write},
    ops::Range,
    path::{Path, PathBuf},
};

use polars::prelude::*;

use crate::{atomic::write_error, columns, error::Error, posts::texts};

/// The post's number in the input, from 0.
pub(super) const NUMBER: &str = "number";

/// What is kept of each post beside its number.
const COLUMNS: [&str; 17] = [
    columns::ID,
    columns::DIRECTION,
    columns::CONVERSATION_ID,
    columns::COMPANY_NAME,
    columns::AUTHOR_ID,
    columns::AUTHOR_NAME,
    columns::CREATED_AT,
    columns::ANSWERED,
    columns::FIRST_RESPONSE_MINUTES,
    columns::REPLY_KIND,
    columns::AGENT,
    columns::REPEAT_CONTACT,
    columns::BAND,
    columns::RANK,
    columns::ANGER_LEVEL,
    columns::URGENCY_LEVEL,
    columns::SENTIMENT,
];

/// How many partitions there are. One is in memory at a time.
const PARTITIONS: usize = 64;

/// Posts that are kept in memory before they go to the file.
const PENDING: usize = 65_536;

/// Posts of conversations and replies of agents, by a hash of the conversation: each partition
/// holds whole conversations, and in it posts are in the order of the input. What is in memory
/// hardly grows with the posts: a sixty-fourth of them.
#[derive(Debug)]
pub(super) struct Partitions {
    folder: PathBuf,
    /// How many posts were added.
    posts: u32,
    pending: DataFrame,
    most_pending: usize,
    /// Has no name, so that a killed run leaves none. There is none while all posts are pending.
    file: Option<File>,
    /// Where the pieces of each partition are in the file.
    pieces: Vec<Vec<Range<u64>>>,
}

impl Partitions {
    /// No posts yet, and later a file in this folder if there are many.
    pub(super) fn new(folder: &Path) -> Self {
        Self::with_pending(folder, PENDING)
    }

    /// As [`new`](Self::new), with so many posts in memory.
    pub(super) fn with_pending(folder: &Path, most_pending: usize) -> Self {
        Self {
            folder: folder.to_owned(),
            posts: 0,
            pending: DataFrame::empty(),
            most_pending,
            file: None,
            pieces: vec![Vec::new(); PARTITIONS],
        }
    }

    /// Adds the next posts, in the order of the input.
    pub(super) fn add(&mut self, ranked: &DataFrame) -> Result<(), Error> {
        let conversations = texts(ranked, columns::CONVERSATION_ID)?;
        let agents = texts(ranked, columns::AGENT)?;
        let numbers: Vec<u32> = (self.posts..).take(ranked.height()).collect();
        self.posts += numbers.len() as u32;
        let kept: Vec<IdxSize> = (0..)
            .zip(conversations.iter().zip(agents.iter()))
            .filter(|(_, of)| *of != (None, None))
            .map(|(row, _)| row)
            .collect();
        let mut posts = super::select(ranked, &COLUMNS)?;
        posts.with_column(Column::new(NUMBER.into(), numbers))?;
        let posts = posts.take(&IdxCa::from_vec(PlSmallStr::EMPTY, kept))?;
        if self.pending.width() == 0 {
            self.pending = posts;
        } else {
            self.pending.vstack_mut(&posts)?;
        }
        if self.pending.height() >= self.most_pending {
            self.spill()?;
        }
        Ok(())
    }

    /// Visits one partition after the other.
    pub(super) fn each(
        mut self,
        mut visit: impl FnMut(&DataFrame) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.pending.rechunk_mut();
        if self.file.is_none() {
            return visit_some(&self.pending, &mut visit);
        }
        self.spill()?;
        for pieces in std::mem::take(&mut self.pieces) {
            let mut posts = DataFrame::empty();
            for piece in pieces {
                let bytes = self.read(piece).map_err(|source| self.error(source))?;
                let piece = ParquetReader::new(Cursor::new(bytes)).finish()?;
                if posts.width() == 0 {
                    posts = piece;
                } else {
                    posts.vstack_mut(&piece)?;
                }
            }
            posts.rechunk_mut();
            visit_some(&posts, &mut visit)?;
        }
        Ok(())
    }

    /// Writes what is pending to the file, as a piece of each partition.
    fn spill(&mut self) -> Result<(), Error> {
        self.pending.rechunk_mut();
        let conversations = texts(&self.pending, columns::CONVERSATION_ID)?;
        let mut order: Vec<(usize, IdxSize)> = conversations
            .iter()
            .zip(0..)
            .map(|(conversation, row)| (partition(conversation, row), row))
            .collect();
        order.sort_unstable();
        for of_one in order.chunk_by(|a, b| a.0 == b.0) {
            let rows = of_one.iter().map(|(_, row)| *row).collect();
            let rows = IdxCa::from_vec(PlSmallStr::EMPTY, rows);
            let mut bytes = Vec::new();
            ParquetWriter::new(&mut bytes)
                // The fastest to pack: the file lives no longer than the run.
                .with_compression(ParquetCompression::Lz4Raw)
                .finish(&mut self.pending.take(&rows)?)?;
            let piece = self.write(&bytes).map_err(|source| self.error(source))?;
            let partition = of_one.first().map_or(0, |(partition, _)| *partition);
            if let Some(pieces) = self.pieces.get_mut(partition) {
                pieces.push(piece);
            }
        }
        self.pending = self.pending.clear();
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<Range<u64>> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(tempfile::tempfile_in(&self.folder)?),
        };
        let start = file.stream_position()?;
        file.write_all(bytes)?;
        Ok(start..start + bytes.len() as u64)
    }

    fn read(&mut self, piece: Range<u64>) -> io::Result<Vec<u8>> {
        let file = self.file.as_mut().ok_or(io::ErrorKind::NotFound)?;
        file.seek(SeekFrom::Start(piece.start))?;
        let mut bytes = Vec::new();
        file.take(piece.end - piece.start).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn error(&self, source: io::Error) -> Error {
        write_error(&self.folder, source)
    }
}

fn visit_some(
    posts: &DataFrame,
    visit: &mut impl FnMut(&DataFrame) -> Result<(), Error>,
) -> Result<(), Error> {
    if posts.height() > 0 {
        visit(posts)?;
    }
    Ok(())
}

/// The partition of a post: that of its conversation, or any.
fn partition(conversation: Option<&str>, row: IdxSize) -> usize {
    let mut hasher = DefaultHasher::new();
    match conversation {
        Some(conversation) => conversation.hash(&mut hasher),
        None => row.hash(&mut hasher),
    }
    (hasher.finish() % PARTITIONS as u64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        fixture::{Post, posts},
        posts::integers,
        rank::rank,
        settings::Settings,
    };

    #[test]
    fn a_conversation_is_whole_and_in_order() {
        let ids: [&str; 3] = ["a", "b", "c"];
        let rows: Vec<Post> = (0..40)
            .map(|row| Post {
                // Every fourth is of none, and every eighth a reply of an agent.
                conversation_id: ids.get(row % 4).copied(),
                agent: (row % 8 == 7).then_some("Sam"),
                ..Post::default()
            })
            .collect();
        let ranked = rank(posts(&rows), &Settings::default()).unwrap();
        for (most_pending, chunk) in [(1, 1), (7, 3), (16, 40), (100, 9)] {
            let folder = tempfile::tempdir().unwrap();
            let mut partitions = Partitions::with_pending(folder.path(), most_pending);
            for first in (0..rows.len()).step_by(chunk) {
                partitions.add(&ranked.slice(first as i64, chunk)).unwrap();
            }
            assert_eq!(partitions.file.is_some(), most_pending < 40);
            let mut found: Vec<(Option<String>, Vec<i64>)> = Vec::new();
            let visit = |posts: &DataFrame| {
                let numbers = integers(posts, NUMBER)?;
                let conversations = texts(posts, columns::CONVERSATION_ID)?;
                for id in ids {
                    let of_one = numbers.iter().zip(conversations.iter());
                    let of_one = of_one.filter(|(_, of)| *of == Some(id));
                    let numbers: Vec<i64> = of_one.filter_map(|(number, _)| number).collect();
                    if !numbers.is_empty() {
                        found.push((Some(id.to_owned()), numbers));
                    }
                }
                let of_none = numbers.iter().zip(conversations.iter());
                let of_none = of_none.filter(|(_, of)| of.is_none());
                found.extend(of_none.map(|(number, _)| (None, number.into_iter().collect())));
                Ok(())
            };
            partitions.each(visit).unwrap();
            found.sort();
            let mut expected: Vec<(Option<String>, Vec<i64>)> = (7..40)
                .step_by(8)
                .map(|number| (None, vec![number]))
                .collect();
            for (first, id) in (0..).zip(ids) {
                expected.push((Some(id.to_owned()), (first..40).step_by(4).collect()));
            }
            assert_eq!(found, expected, "{most_pending} {chunk}");
        }
    }
}
