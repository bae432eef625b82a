//! From segments to the report: what needs to know all posts, in a few bytes of each.
//!
//! The posts are gone through several times, so that the large tables are not in memory together: for
//! equal texts, for conversations (twice), for ranks, and to write the rows.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use indicatif::ProgressBar;
use polars::prelude::{
    Column, DataFrame, IntoColumn, NewChunkedArray, StringChunked, UInt32Chunked,
};
use uproar_classifier::decision::Decision;
use uproar_ingest::conversation::{ConversationOptions, Conversations};
use uproar_report::{
    Collected, OutputFolder, PostStream, Ranking, Ranks, ReportWriter, RowFormat, Settings,
    TopicSample, Topics, columns,
};

use super::copies::Copies;
use super::not_scored::NotScored;
use super::privacy::{CompanyHandles, Privacy};
use super::segment::{Segments, read_table, write_table};
use crate::error::Error;
use crate::interrupt::Interrupt;
use crate::scores;

/// All segments of a run.
pub(super) struct Finishing<'a> {
    pub(super) segments: Segments,
    /// How many there are.
    pub(super) count: usize,
    /// Where tables are kept meanwhile.
    pub(super) folder: &'a Path,
    pub(super) interrupt: &'a Interrupt,
    pub(super) bar: &'a ProgressBar,
}

/// Posts that are ready to be written, chunk by chunk.
pub(super) struct Ranked<'a> {
    finishing: Finishing<'a>,
    ranks: Ranks,
    topics: Topics,
    company: CompanyHandles,
    /// How many different texts there are.
    pub(super) texts: usize,
    /// Remarks on all posts together.
    pub(super) notices: Vec<String>,
}

impl<'a> Finishing<'a> {
    /// Finds conversations and ranks.
    pub(super) fn rank(
        self,
        company: &[String],
        decision: &Decision,
        settings: &Settings,
        logits: bool,
    ) -> Result<Ranked<'a>, Error> {
        let mut handles = CompanyHandles::new(company);
        let mut sample = TopicSample::new(settings.bands);
        let copies = self.copies()?;
        let texts = copies.texts;
        let notices =
            self.annotate(company, copies, &mut handles, &mut sample, decision, logits)?;
        let mut ranking = Ranking::new(settings)?;
        for number in self.numbers() {
            ranking.add(&read_table(&self.path(number?), Some(&Ranking::COLUMNS))?)?;
        }
        Ok(Ranked {
            finishing: self,
            ranks: ranking.finish(),
            topics: sample.topics(handles.iter()),
            company: handles,
            texts,
            notices,
        })
    }

    /// Writes each segment again, with what the other posts say of its posts. Adds the company's
    /// handles and the posts to find topics in. Returns remarks.
    fn annotate(
        &self,
        company: &[String],
        copies: Copies,
        handles: &mut CompanyHandles,
        sample: &mut TopicSample,
        decision: &Decision,
        logits: bool,
    ) -> Result<Vec<String>, Error> {
        let mut conversations = Conversations::new(ConversationOptions {
            company: company.to_vec(),
        });
        for number in self.numbers() {
            conversations.add(&self.segments.posts(number?)?)?;
        }
        let annotations = conversations.finish();
        let mut not_scored = NotScored::default();
        let mut row = 0;
        for number in self.numbers() {
            let number = number?;
            let (posts, outputs) = self.segments.scored(number)?;
            let first_row = row;
            row += posts.height();
            let mut posts = annotations.annotate(posts, first_row)?;
            // Topics are known once all posts have been seen.
            let dtype = columns::dtype(columns::TOPIC);
            let topic = Column::full_null(columns::TOPIC.into(), posts.height(), &dtype);
            posts.with_column(topic)?;
            handles.add(&posts)?;
            not_scored.add(&outputs);
            let direction = posts.column(columns::DIRECTION)?.str()?;
            let of_customers = outputs.hashes.iter().zip(direction.iter());
            let of_customers = of_customers
                .map(|(hash, by)| (by == Some(columns::CUSTOMER)).then(|| copies.of(*hash as u64)));
            let column = UInt32Chunked::from_iter_options(columns::COPIES.into(), of_customers);
            posts.with_column(column.into_column())?;
            let languages = outputs.languages.iter().map(Option::as_deref);
            let reasons = outputs.model.iter().map(|output| match output {
                Some(_) => None,
                None => Some(columns::OTHER_LANGUAGE),
            });
            let languages = StringChunked::from_iter_options(columns::LANGUAGE.into(), languages);
            let reasons = StringChunked::from_iter_options(columns::NOT_SCORED.into(), reasons);
            for column in [languages, reasons] {
                posts.with_column(column.into_column())?;
            }
            let scores: Vec<_> = outputs
                .model
                .iter()
                .map(|output| Some(decision.decide((*output)?.logits)))
                .collect();
            let posts = scores::append(posts, &scores, logits)?;
            let embeddings = outputs
                .model
                .iter()
                .map(|it| Some(&it.as_ref()?.embedding.0[..]));
            sample.add(&posts, &outputs.hashes, embeddings)?;
            write_table(&self.path(number), posts)?;
        }
        let notices = annotations.notices().iter().map(ToString::to_string);
        Ok(notices.chain(not_scored.notice()).collect())
    }

    fn copies(&self) -> Result<Copies, Error> {
        let mut hashes = Vec::new();
        for number in self.numbers() {
            let whole = self.segments.hashes(number?)?;
            hashes.extend(whole.into_iter().map(|hash| hash as u64));
        }
        Ok(Copies::count(hashes))
    }

    /// The numbers of the segments, unless someone asks to stop.
    fn numbers(&self) -> impl Iterator<Item = Result<usize, Error>> {
        (0..self.count).map(|number| {
            self.interrupt.check()?;
            self.bar.inc(1);
            Ok(number)
        })
    }

    fn path(&self, number: usize) -> PathBuf {
        self.folder.join(format!("annotated-{number:06}.parquet"))
    }
}

/// How often each segment's posts are gone through.
pub(super) const PASSES: u64 = 5;

impl Ranked<'_> {
    /// Goes through the posts once, and ends the files that hold them and the rejects.
    pub(super) fn write_report<'f>(
        &self,
        folder: &'f OutputFolder,
        settings: &Settings,
        top: Option<usize>,
        privacy: &Privacy,
    ) -> Result<Collected<'f>, Error> {
        let mut report = ReportWriter::new(folder, settings, top)?;
        let mut rejects = folder.rejects()?;
        self.each(privacy, |number, ranked, places| {
            report.add(ranked, places)?;
            let rows = self.finishing.segments.rejects(number)?;
            rejects.write(rows.into_iter().map(|row| privacy.hide_reject(row)))?;
            Ok(())
        })?;
        let mut report = report.collect()?;
        report.files.push(rejects.finish()?);
        Ok(report)
    }

    /// Writes the rows to a stream.
    pub(super) fn write_rows(
        &self,
        format: RowFormat,
        out: &mut dyn Write,
        privacy: &Privacy,
    ) -> Result<(), Error> {
        let mut stream = PostStream::new(format, out);
        self.each(privacy, |_, ranked, _| Ok(stream.write(ranked)?))?;
        Ok(stream.finish()?)
    }

    /// Calls for each chunk of posts as they may be shown, with its number and the posts' places in
    /// the queue. A chunk's file is removed then.
    fn each(
        &self,
        privacy: &Privacy,
        mut write: impl FnMut(usize, &DataFrame, &[u32]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut row = 0;
        for number in self.finishing.numbers() {
            let number = number?;
            let path = self.finishing.path(number);
            let posts = read_table(&path, None)?;
            let rows = row..row + posts.height();
            let embeddings = self.finishing.segments.embeddings(number)?;
            let embeddings = embeddings.iter().map(|it| Some(&it.as_ref()?.0[..]));
            let posts = self.topics.annotate(posts, embeddings)?;
            let ranked = privacy.hide(self.ranks.annotate(posts, row)?, &self.company)?;
            row = rows.end;
            write(number, &ranked, self.ranks.queue_places(rows))?;
            fs::remove_file(&path).map_err(|source| Error::WorkFolder { path, source })?;
        }
        Ok(())
    }
}
