//! All files of a report, from ranked posts that come in chunks.

use polars::prelude::DataFrame;

use crate::{
    atomic::CompleteFile,
    error::Error,
    folder::OutputFolder,
    html::{Page, PageInput, RunFacts},
    overview::Overview,
    settings::Settings,
    tables::{
        FinishedTable, Tables,
        posts::PostsWriter,
        queue::{Queue, QueueWriter},
        summary::Summary,
    },
};

/// A report as it is made.
pub struct ReportWriter<'a> {
    folder: &'a OutputFolder,
    posts: PostsWriter,
    queue: QueueWriter,
    summary: Summary,
    tables: Tables,
    page: Page,
}

/// A report whose files are complete, and wait to be [published](OutputFolder::publish).
pub struct Report {
    /// The files.
    pub files: Vec<CompleteFile>,
    /// What awaits an answer.
    pub queue: Queue,
    /// The tables that were made from all posts.
    pub tables: Vec<FinishedTable>,
}

impl<'a> ReportWriter<'a> {
    /// Begins a report in this folder, with at most `top` posts in its queue.
    ///
    /// # Errors
    ///
    /// [`Error::WriteFile`].
    pub fn new(
        folder: &'a OutputFolder,
        settings: &Settings,
        top: Option<usize>,
    ) -> Result<Self, Error> {
        Ok(Self {
            folder,
            posts: folder.posts()?,
            queue: folder.queue(top),
            summary: Summary::default(),
            tables: Tables::new(settings),
            page: Page::new(settings),
        })
    }

    /// Adds the next posts, in the order of the input, with their
    /// [places in the queue](crate::Ranks::queue_places). The columns are known from the first chunk,
    /// which may be empty.
    ///
    /// # Errors
    ///
    /// [`Error::WriteFile`]; [`Error::MissingColumn`], [`Error::ColumnType`] or [`Error::Time`] when
    /// the table is not one of ranked posts.
    pub fn add(&mut self, ranked: &DataFrame, places: &[u32]) -> Result<(), Error> {
        self.posts.write(ranked)?;
        self.queue.add(ranked, places)?;
        self.summary.add(ranked)?;
        self.tables.add(ranked)?;
        self.page.add(ranked)
    }

    /// Completes the files; the page says what made them.
    ///
    /// # Errors
    ///
    /// [`Error::WriteFile`].
    pub fn finish(self, run: &RunFacts) -> Result<Report, Error> {
        let mut files = Vec::from(self.posts.finish()?);
        let (file, queue) = self.queue.finish()?;
        files.push(file);
        files.push(self.folder.summary(self.summary)?);
        let tables = self.tables.finish()?;
        for table in &tables {
            files.push(self.folder.table(table)?);
        }
        let page = self.page.finish(PageInput {
            overview: &Overview::default(),
            queue: &queue,
            tables: &tables,
            words: &[],
            run,
        })?;
        files.push(self.folder.page(&page)?);
        Ok(Report {
            files,
            queue,
            tables,
        })
    }
}
