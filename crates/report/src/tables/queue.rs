//! `queue.csv`: the posts that await an answer, for the people who answer.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use polars::prelude::*;

use super::{bucket::Bucket, posts, spec::TableSpec, top::TopRows};
use crate::{
    atomic::{CompleteFile, StagedFile, write_error},
    columns, csv,
    error::Error,
    table::Table,
};

/// The table: what an agent needs to decide and to act. The place and its reason, the post, who
/// wrote it and when, what the model saw, and where to answer.
pub(crate) const SPEC: TableSpec = TableSpec {
    name: "queue",
    title: "Queue",
    purpose: "The customers' posts with something to do that nobody is known to have answered, the \
              most pressing band first and the best rank first within a band.",
    fields: &[
        posts::SPEC.shared(columns::RANK),
        posts::SPEC.shared(columns::BAND),
        posts::SPEC.shared(columns::PRIORITY),
        posts::SPEC.shared(columns::WHY),
        posts::SPEC.shared(columns::TEXT),
        posts::SPEC.shared(columns::AUTHOR_NAME),
        posts::SPEC.shared(columns::FOLLOWERS),
        posts::SPEC.shared(columns::CREATED_AT),
        posts::SPEC.shared(columns::URGENCY_LEVEL),
        posts::SPEC.shared(columns::ANGER_LEVEL),
        posts::SPEC.shared(columns::SENTIMENT),
        posts::SPEC.shared(columns::IS_TRIED_BEFORE),
        posts::SPEC.shared(columns::IS_CHURN),
        posts::SPEC.shared(columns::RANK_WITHOUT_REACH),
        posts::SPEC.shared(columns::SOURCE),
        posts::SPEC.shared(columns::CONVERSATION_ID),
        posts::SPEC.shared(columns::ID),
    ],
};

/// Places of a bucket. A bucket is sorted in memory.
const BUCKET_PLACES: u32 = 65_536;

/// `queue.csv` as it is made: the posts that someone should act on (any band but
/// [`Band::None`](crate::Band::None)) and that are not known to be answered; the most pressing band
/// first, and the best rank first within a band.
///
/// The band goes before the rank because a priority is a sum: a furious customer with a problem for
/// today gathers more points than a polite one who is stranded now, and the polite one must not
/// wait behind, or be cut off by a limit.
///
/// Posts come in the order of the input, and their texts need not fit into memory: each row goes to
/// the bucket of its place, and at the end one bucket after the other is sorted and written.
#[derive(Debug)]
pub struct QueueWriter {
    path: PathBuf,
    staging: PathBuf,
    top: usize,
    buckets: Vec<Bucket>,
    header: Vec<u8>,
    awaiting: u64,
    first: TopRows,
}

impl QueueWriter {
    pub(crate) fn new(path: &Path, staging: &Path, top: Option<usize>) -> Self {
        Self {
            path: path.to_owned(),
            staging: staging.to_owned(),
            top: top.unwrap_or(usize::MAX),
            buckets: Vec::new(),
            header: Vec::new(),
            awaiting: 0,
            first: TopRows::new(Queue::KEPT.min(top.unwrap_or(usize::MAX))),
        }
    }

    /// Adds the next posts, with their [places](crate::Ranks::queue_places). The columns are known
    /// from the first chunk, which may be empty.
    ///
    /// # Errors
    ///
    /// [`Error::WriteFile`] when there is no room for the buckets; [`Error::MissingColumn`],
    /// [`Error::ColumnType`] or [`Error::Time`] when the table is not one of ranked posts.
    pub fn add(&mut self, ranked: &DataFrame, places: &[u32]) -> Result<(), Error> {
        let table = super::select(ranked, &SPEC.names())?;
        if self.header.is_empty() {
            csv::write_header(&Table::new(&table)?, &mut self.header)
                .map_err(|source| write_error(&self.path, source))?;
        }
        self.first.add(ranked, places)?;
        let buckets = self.buckets_of_top();
        let (rows, places): (Vec<IdxSize>, Vec<u32>) = (0..)
            .zip(places)
            .filter(|(_, place)| **place > 0)
            .inspect(|_| self.awaiting += 1)
            .filter(|(_, place)| bucket_of(**place) < buckets)
            .unzip();
        let table = table.take(&IdxCa::from_vec(PlSmallStr::EMPTY, rows))?;
        for (place, line) in places.into_iter().zip(csv::lines(&Table::new(&table)?)) {
            let line = line.map_err(|source| write_error(&self.path, source))?;
            let index = bucket_of(place);
            while self.buckets.len() <= index {
                let name = format!("queue-{:05}.part", self.buckets.len());
                self.buckets.push(Bucket::new(self.staging.join(name)));
            }
            if let Some(bucket) = self.buckets.get_mut(index) {
                bucket.push(place, &line)?;
            }
        }
        Ok(())
    }

    /// Writes the file, which then waits to be [published](crate::OutputFolder::publish), and tells
    /// what a person wants to see of it.
    ///
    /// # Errors
    ///
    /// [`Error::WriteFile`].
    pub fn finish(self) -> Result<(CompleteFile, Queue), Error> {
        let mut file = StagedFile::create(&self.path, &self.staging)?;
        let path = self.path;
        let failed = |source| write_error(&path, source);
        file.write_all(&self.header).map_err(failed)?;
        let mut rows = 0;
        for bucket in self.buckets {
            for line in bucket.sorted()? {
                if rows == self.top as u64 {
                    break;
                }
                file.write_all(&line).map_err(failed)?;
                rows += 1;
            }
        }
        let queue = Queue {
            awaiting: self.awaiting,
            rows,
            first: self.first.finish()?,
        };
        Ok((file.complete()?, queue))
    }

    /// In how many buckets the rows wanted can stand: those behind have too many before them.
    fn buckets_of_top(&self) -> usize {
        let mut rows = 0;
        let mut is_full = |bucket: &Bucket| {
            rows += bucket.rows;
            rows >= self.top
        };
        match self.buckets.iter().position(&mut is_full) {
            Some(last) => last + 1,
            None => usize::MAX,
        }
    }
}

/// The bucket that a place belongs to.
fn bucket_of(place: u32) -> usize {
    (place / BUCKET_PLACES) as usize
}

/// What stands in `queue.csv`.
#[derive(Clone, Debug)]
pub struct Queue {
    /// How many posts await an answer.
    pub awaiting: u64,
    /// How many of them stand there: no more than wanted.
    pub rows: u64,
    /// The first of them, at most [`Queue::KEPT`], with all columns of ranked posts.
    pub first: DataFrame,
}

impl Queue {
    /// How many posts are kept to be shown in sheets and on pages: more than people read, few enough
    /// to hold in memory.
    pub const KEPT: usize = 5_000;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        fixture::{self, Post},
        posts::{integers, texts},
        rank::{Ranking, rank},
        settings::Settings,
    };

    fn ids(rows: &[Post], top: Option<usize>) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("queue.csv");
        let table = fixture::posts(rows);
        let mut ranking = Ranking::new(&Settings::default()).unwrap();
        ranking.add(&table).unwrap();
        let ranks = ranking.finish();
        let mut writer = QueueWriter::new(&path, folder.path(), top);
        // Chunks of one, so that nothing depends on posts being together.
        for row in 0..rows.len() {
            let chunk = ranks.annotate(table.slice(row as i64, 1), row).unwrap();
            writer
                .add(&chunk, ranks.queue_places(row..row + 1))
                .unwrap();
        }
        let (file, queue) = writer.finish().unwrap();
        file.publish().unwrap();
        let mut reader = ::csv::Reader::from_path(&path).unwrap();
        let place = SPEC
            .fields
            .iter()
            .position(|field| field.name == columns::ID)
            .unwrap();
        let ids: Vec<String> = reader
            .records()
            .map(|record| record.unwrap()[place].to_owned())
            .collect();
        assert_eq!(queue.rows, ids.len() as u64);
        let first = texts(&queue.first, columns::ID).unwrap();
        assert!(
            first
                .iter()
                .flatten()
                .eq(ids.iter().take(Queue::KEPT).map(String::as_str))
        );
        ids
    }

    #[test]
    fn holds_what_awaits_an_answer() {
        let open = Post {
            is_actionable: true,
            answered: Some(false),
            ..Post::default()
        };
        let rows = [
            Post {
                id: "answered",
                answered: Some(true),
                ..open
            },
            Post { id: "open", ..open },
            Post {
                id: "perhaps answered",
                answered: None,
                ..open
            },
            Post {
                id: "chatter",
                is_actionable: false,
                ..open
            },
            Post {
                id: "urgent yet not actionable",
                is_actionable: false,
                urgency_level: 2,
                ..open
            },
            Post {
                id: "ours",
                direction: "company",
                ..open
            },
            Post {
                id: "not scored",
                scored: false,
                ..open
            },
        ];
        assert_eq!(
            ids(&rows, None),
            ["urgent yet not actionable", "open", "perhaps answered"]
        );
    }

    #[test]
    fn a_polite_emergency_does_not_wait_behind_a_loud_complaint() {
        let open = Post {
            is_actionable: true,
            ..Post::default()
        };
        let rows = [
            Post {
                id: "loud",
                urgency: 0.66,
                urgency_level: 2,
                anger: 1.0,
                anger_level: 3,
                churn: 1.0,
                followers: Some(1_000_000),
                ..open
            },
            Post {
                id: "polite",
                urgency: 0.9,
                urgency_level: 3,
                ..open
            },
            Post {
                id: "calm",
                urgency: 0.3,
                urgency_level: 1,
                ..open
            },
        ];
        let ranked = rank(fixture::posts(&rows), &Settings::default()).unwrap();
        let places: Vec<_> = integers(&ranked, columns::RANK)
            .unwrap()
            .iter()
            .flatten()
            .collect();
        assert_eq!(
            places,
            [1, 2, 3],
            "the case is only of interest while the ranks say otherwise"
        );
        assert_eq!(ids(&rows, None), ["polite", "loud", "calm"]);
        assert_eq!(ids(&rows, Some(1)), ["polite"]);
    }

    #[test]
    fn rows_beyond_the_top_are_not_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("queue.csv");
        let open = Post {
            is_actionable: true,
            ..Post::default()
        };
        let ranked = rank(fixture::posts(&[open, open]), &Settings::default()).unwrap();
        let mut writer = QueueWriter::new(&path, folder.path(), Some(1));
        writer.add(&ranked, &[1, BUCKET_PLACES]).unwrap();
        writer.add(&ranked, &[2, BUCKET_PLACES + 1]).unwrap();
        let rows: Vec<usize> = writer.buckets.iter().map(|bucket| bucket.rows).collect();
        assert_eq!(rows, [2, 1]);
        let queue = writer.finish().unwrap().1;
        assert_eq!((queue.awaiting, queue.rows), (4, 1));
    }
}
