//! All files of a report, from ranked posts that come in chunks.

use polars::prelude::*;

use crate::{
    atomic::CompleteFile,
    columns,
    error::Error,
    folder::OutputFolder,
    overview::Overview,
    posts::integers,
    run::Model,
    settings::Settings,
    tables::{
        FinishedTable, Tables,
        posts::PostsWriter,
        queue::{Queue, QueueWriter},
        summary::Summary,
        top::TopRows,
    },
    workbook::{MOST_ROWS, WorkbookInput, workbook},
};

/// A report as it is made.
pub struct ReportWriter<'a> {
    folder: &'a OutputFolder,
    posts: PostsWriter,
    queue: QueueWriter,
    summary: Summary,
    tables: Tables,
    /// The first posts by rank, for the workbook.
    first_posts: TopRows,
    all_posts: u64,
    model: Option<Model>,
    settings: Settings,
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
            first_posts: TopRows::new(MOST_ROWS),
            all_posts: 0,
            model: None,
            settings: settings.clone(),
        })
    }

    /// Says which model scored the posts, for the workbook.
    #[must_use]
    pub fn with_model(mut self, model: Model) -> Self {
        self.model = Some(model);
        self
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
        let ranks: Vec<u32> = integers(ranked, columns::RANK)?
            .iter()
            .map(|rank| rank.and_then(|rank| rank.try_into().ok()).unwrap_or(0))
            .collect();
        self.first_posts.add(ranked, &ranks)?;
        self.all_posts += ranked.height() as u64;
        self.tables.add(ranked)
    }

    /// Completes the files.
    ///
    /// # Errors
    ///
    /// [`Error::WriteFile`]; [`Error::Workbook`].
    pub fn finish(self) -> Result<Report, Error> {
        let mut files = Vec::from(self.posts.finish()?);
        let (file, queue) = self.queue.finish()?;
        files.push(file);
        files.push(self.folder.summary(self.summary)?);
        let tables = self.tables.finish()?;
        for table in &tables {
            files.push(self.folder.table(table)?);
        }
        let overview = Overview::default();
        let workbook = workbook(&WorkbookInput {
            overview: &overview,
            queue: &queue,
            posts: &self.first_posts.finish()?,
            all_posts: self.all_posts,
            tables: &tables,
            model: self.model.as_ref(),
            settings: &self.settings,
        })?;
        files.push(self.folder.workbook(&workbook)?);
        Ok(Report {
            files,
            queue,
            tables,
        })
    }
}
