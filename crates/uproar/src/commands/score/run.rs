//! A run from its inputs to ranked posts, wherever those are written.

use std::path::Path;

use indicatif::ProgressBar;
use jiff::Timestamp;
use uproar_classifier::Classifier;
use uproar_ingest::{Input, OpenedInput, ReadOptions, Reader};
use uproar_report::Queue;
use uproar_report::words::PostWords;

use super::args::ScoreArgs;
use super::cache::ScoreCache;
use super::finishing::{Finishing, Ranked};
use super::privacy::Privacy;
use super::reading::{InputsRead, Reading};
use super::record::Stages;
use super::scoring;
use super::segment::Segments;
use super::texts::Texts;
use super::words;
use crate::config::Config;
use crate::error::Error;
use crate::interrupt::Interrupt;
use crate::output::note;
use crate::progress;

/// A run whose options, inputs and model proved good.
pub(super) struct ScoreRun<'a> {
    pub(super) args: &'a ScoreArgs,
    pub(super) started_at: Timestamp,
    pub(super) classifier: Classifier,
    pub(super) config: Config,
    pub(super) privacy: Privacy,
    pub(super) stages: Stages,
}

/// What was read and scored.
pub(super) struct Scored {
    pub(super) opened: Vec<OpenedInput>,
    pub(super) inputs: InputsRead,
    pub(super) scoring: uproar_report::Scoring,
    /// How many segments there are.
    pub(super) segments: usize,
}

impl<'a> ScoreRun<'a> {
    /// Opens the inputs and the model.
    pub(super) fn start(args: &'a ScoreArgs) -> Result<(Self, Reading), Error> {
        let started_at = Timestamp::now();
        let mut stages = Stages::default();
        let config = Config::load(&args.config, args.quiet)?;
        let privacy = Privacy::new(args, &config)?;
        let inputs = args.inputs.iter().cloned().map(Input::from).collect();
        let options = ReadOptions {
            chunk_rows: args.checkpoint as usize,
            ..args.read.options(&config)
        };
        let reader = Reader::open(inputs, options)?;
        // The first posts are read while the model loads.
        let reading = Reading::start(reader, args.checkpoint as usize)?;
        let classifier = stages.time("load", || args.engine.load())?;
        let run = Self {
            args,
            config,
            started_at,
            classifier,
            privacy,
            stages,
        };
        Ok((run, reading))
    }

    /// Reads and scores every post, into segments.
    pub(super) fn score(
        &mut self,
        reading: Reading,
        work: &Path,
        interrupt: &Interrupt,
    ) -> Result<Scored, Error> {
        let Self {
            args,
            classifier,
            stages,
            ..
        } = self;
        let opened = args
            .cache
            .as_deref()
            .map(|folder| ScoreCache::open(folder, classifier));
        let (cache, notice) = opened.map_or((None, None), |it| (it.cache, it.notice));
        let mut texts = Texts::new(classifier, cache, args.all_languages, args.quiet);
        if let Some(notice) = notice
            && !args.quiet
        {
            note(&notice);
        }
        let bar = progress::reading(reading.bytes_total, args.quiet);
        let segments = stages.time("score", || {
            let segments = Segments::new(work);
            scoring::score(&reading, &mut texts, &segments, interrupt, &bar)
        })?;
        bar.finish_and_clear();
        let (opened, inputs) = reading.finish();
        let scored = Scored {
            opened,
            inputs,
            scoring: texts.scoring(),
            segments,
        };
        if !args.quiet {
            scored.inputs.notices.iter().for_each(|text| note(text));
            if scored.scoring.resumed > 0 {
                let posts = uproar_ingest::counted(scored.scoring.resumed, "post");
                note(&format!(
                    "{posts} had been scored before the run was cut off"
                ));
            }
        }
        Ok(scored)
    }

    /// Finds conversations and ranks the posts, chunk by chunk.
    pub(super) fn rank<'b>(
        &mut self,
        scored: &Scored,
        work: &'b Path,
        interrupt: &'b Interrupt,
        bar: &'b ProgressBar,
    ) -> Result<Ranked<'b>, Error> {
        let finishing = Finishing {
            segments: Segments::new(work),
            count: scored.segments,
            folder: work,
            interrupt,
            bar,
        };
        let decision = self.classifier.model().decision();
        let company = self.config.company(&self.args.read.company);
        let settings = self.config.settings();
        let ranked = self.stages.time("rank", || {
            finishing.rank(company, decision, &settings, self.args.logits)
        })?;
        if !self.args.quiet {
            bar.suspend(|| ranked.notices.iter().for_each(|text| note(text)));
        }
        Ok(ranked)
    }

    /// Says which words drove the first posts of the queue.
    pub(super) fn explain(
        &mut self,
        queue: &Queue,
        texts: usize,
        interrupt: &Interrupt,
    ) -> Result<Vec<PostWords>, Error> {
        let count = self.args.explain.unwrap_or_else(|| words::count(texts));
        let first = queue.first.head(Some(count));
        let bar = progress::explaining(first.height() as u64, self.args.quiet);
        let classifier = &self.classifier;
        let words = self.stages.time("explain", || {
            words::explain(classifier, &first, interrupt, &bar)
        })?;
        bar.finish_and_clear();
        Ok(words)
    }
}
