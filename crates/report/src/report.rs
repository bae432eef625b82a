//! All files of a report, from ranked posts that come in chunks.

use polars::prelude::DataFrame;

use crate::{
    atomic::CompleteFile,
    columns,
    error::Error,
    folder::OutputFolder,
    html::{Page, PageInput, RunFacts},
    overview::{Overview, OverviewBuilder},
    posts::integers,
    run::Run,
    settings::Settings,
    tables::{
        FinishedTable, Tables,
        posts::PostsWriter,
        queue::{Queue, QueueWriter},
        summary::Summary,
        top::TopRows,
    },
    words::PostWords,
    workbook::{MOST_ROWS, WorkbookInput, workbook},
};

/// A report as it is made.
pub struct ReportWriter<'a> {
    folder: &'a OutputFolder,
    settings: Settings,
    posts: PostsWriter,
    queue: QueueWriter,
    summary: Summary,
    tables: Tables,
    overview: OverviewBuilder,
    page: Page,
    /// The first posts by rank, for the workbook.
    first_posts: TopRows,
}

/// A report to which all posts were added. It waits for what only the model can say of its first
/// posts.
pub struct Collected<'a> {
    folder: &'a OutputFolder,
    settings: Settings,
    /// The files that are complete.
    pub files: Vec<CompleteFile>,
    summary: Summary,
    page: Page,
    first_posts: DataFrame,
    /// What awaits an answer.
    pub queue: Queue,
    /// The tables that were made from all posts.
    pub tables: Vec<FinishedTable>,
    /// The headline figures.
    pub overview: Overview,
}

/// A report whose files are complete, and wait to be [published](OutputFolder::publish).
pub struct Report {
    /// The files.
    pub files: Vec<CompleteFile>,
    /// What awaits an answer.
    pub queue: Queue,
    /// The headline figures.
    pub overview: Overview,
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
            settings: settings.clone(),
            posts: folder.posts()?,
            queue: folder.queue(top),
            summary: Summary::default(),
            tables: Tables::new(settings, folder.staging()),
            overview: OverviewBuilder::default(),
            page: Page::new(settings),
            first_posts: TopRows::new(MOST_ROWS),
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
        self.overview.add(ranked, places)?;
        self.page.add(ranked)?;
        let ranks: Vec<u32> = integers(ranked, columns::RANK)?
            .iter()
            .map(|rank| rank.and_then(|rank| rank.try_into().ok()).unwrap_or(0))
            .collect();
        self.first_posts.add(ranked, &ranks)?;
        self.tables.add(ranked)
    }

    /// Ends the posts and their queue, and makes the tables.
    ///
    /// # Errors
    ///
    /// [`Error::WriteFile`] or [`Error::Table`].
    pub fn collect(mut self) -> Result<Collected<'a>, Error> {
        let mut files = Vec::from(self.posts.finish()?);
        let (file, queue) = self.queue.finish()?;
        files.push(file);
        let tables = self.tables.finish()?;
        let overview = self.overview.finish(&mut self.summary, &tables);
        Ok(Collected {
            folder: self.folder,
            settings: self.settings,
            files,
            summary: self.summary,
            page: self.page,
            first_posts: self.first_posts.finish()?,
            queue,
            tables,
            overview,
        })
    }
}

impl Collected<'_> {
    /// Completes the files, with the words that drove the first posts of the queue, as far as they
    /// were explained; the page and the workbook say what made them.
    ///
    /// # Errors
    ///
    /// [`Error::WriteFile`], [`Error::Page`] or [`Error::Workbook`].
    pub fn complete(mut self, words: &[PostWords], run: &Run) -> Result<Report, Error> {
        self.files.push(self.folder.words(words)?);
        self.files.push(self.folder.summary(self.summary)?);
        for table in &self.tables {
            self.files.push(self.folder.table(table)?);
        }
        let page = self.page.finish(PageInput {
            overview: &self.overview,
            queue: &self.queue,
            tables: &self.tables,
            words,
            run: &RunFacts::from(run),
        })?;
        self.files.push(self.folder.page(&page)?);
        let workbook = workbook(&WorkbookInput {
            overview: &self.overview,
            queue: &self.queue,
            posts: &self.first_posts,
            all_posts: self.overview.posts,
            tables: &self.tables,
            model: &run.model,
            settings: &self.settings,
        })?;
        self.files.push(self.folder.workbook(&workbook)?);
        Ok(Report {
            files: self.files,
            queue: self.queue,
            overview: self.overview,
        })
    }
}
