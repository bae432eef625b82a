//! Texts to the model's outputs, each text once.

use std::collections::HashMap;

use quick_cache::unsync::Cache;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use uproar_classifier::{Classifier, Output};
use uproar_ingest::language;
use uproar_report::Scoring;

use super::cache::ScoreCache;
use super::digest::Digest;
use crate::error::Error;
use crate::interrupt::Interrupt;

/// Texts whose outputs are kept in memory, in about 200 bytes each. A text that comes again after
/// so many others is scored again, to the same result.
const REMEMBERED: usize = 500_000;

/// Texts that each thread scores between two looks at whether to stop.
const TEXTS_PER_THREAD: usize = 512;

/// The model's outputs for posts, in their order.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Outputs {
    /// The hash of each normalised text.
    pub(super) hashes: Vec<u128>,
    /// None where the model does not know the language.
    pub(super) model: Vec<Option<Output>>,
    /// The code of each text's language, where it can be told.
    pub(super) languages: Vec<Option<String>>,
}

impl Outputs {
    /// How many texts the model did not score.
    pub(super) fn not_scored(&self) -> u64 {
        self.model.iter().filter(|it| it.is_none()).count() as u64
    }
}

/// A post's text, and the platform's word for its language.
#[derive(Clone, Copy, Debug)]
pub(super) struct Text<'a> {
    pub(super) text: &'a str,
    pub(super) lang: Option<&'a str>,
}

/// Scores texts, unless the outputs for the same normalised text are known already: from this run,
/// or from an earlier one's cache. A text's outputs depend on nothing else, so that it makes no
/// difference where they come from.
pub(super) struct Texts<'a> {
    classifier: &'a Classifier,
    known: Cache<u128, Output>,
    cache: Option<ScoreCache>,
    /// Whether texts in languages are scored that the model does not know.
    all_languages: bool,
    quiet: bool,
    /// Where the outputs came from so far.
    scoring: Scoring,
}

impl<'a> Texts<'a> {
    pub(super) fn new(
        classifier: &'a Classifier,
        cache: Option<ScoreCache>,
        all_languages: bool,
        quiet: bool,
    ) -> Self {
        Self {
            classifier,
            known: Cache::new(REMEMBERED),
            cache,
            all_languages,
            quiet,
            scoring: Scoring::default(),
        }
    }

    pub(super) fn scoring(&self) -> Scoring {
        self.scoring
    }

    /// Takes over the outputs of a segment that an earlier run has left.
    pub(super) fn resume(&mut self, outputs: &Outputs) {
        let scored = outputs.hashes.iter().zip(&outputs.model);
        let scored = scored.filter_map(|(hash, output)| Some((*hash, (*output)?)));
        for (hash, output) in scored {
            self.known.insert(hash, output);
            self.scoring.resumed += 1;
        }
        self.scoring.not_scored += outputs.not_scored();
    }

    /// The outputs for these texts.
    pub(super) fn score(
        &mut self,
        posts: &[Text<'_>],
        interrupt: &Interrupt,
    ) -> Result<Outputs, Error> {
        let languages: Vec<_> = posts
            .par_iter()
            .map(|post| language::detect(post.text, post.lang))
            .collect();
        let is_read: Vec<bool> = languages
            .iter()
            .map(|language| self.all_languages || !language.is_foreign())
            .collect();
        let texts: Vec<&str> = posts.iter().map(|post| post.text).collect();
        let normalized = self.classifier.normalize(&texts)?;
        let hashes: Vec<u128> = normalized
            .iter()
            .map(|text| Digest::of(text.as_bytes()).to_u128())
            .collect();
        let mut found: HashMap<u128, Output> = HashMap::new();
        let mut unknown: HashMap<u128, &str> = HashMap::new();
        // In the order of the texts, so that the model's batches are the same in every run.
        let mut order = Vec::new();
        let with_hashes = hashes.iter().zip(&normalized).zip(&is_read);
        let read = with_hashes.filter_map(|(text, is_read)| is_read.then_some(text));
        for (hash, text) in read {
            if let Some(output) = self.known.get(hash) {
                found.insert(*hash, *output);
            } else if unknown.insert(*hash, text).is_none() {
                order.push(*hash);
            }
        }
        let cached = self.cached(&order);
        found.extend(cached.iter().copied());
        order.retain(|hash| !found.contains_key(hash));
        let scored = self.by_model(&order, &unknown, interrupt)?;
        let (from_cache, by_model) = (cached.len() as u64, scored.len() as u64);
        self.scoring.cached += from_cache;
        self.scoring.model += by_model;
        if let Some(cache) = &mut self.cache
            && let Err(error) = cache.insert(&scored)
        {
            self.give_up(&error);
        }
        for (hash, output) in cached.into_iter().chain(scored) {
            self.known.insert(hash, output);
            found.insert(hash, output);
        }
        let model = hashes
            .iter()
            .zip(&is_read)
            .map(|(hash, is_read)| is_read.then(|| found.get(hash).copied().unwrap_or_default()))
            .collect();
        let outputs = Outputs {
            hashes,
            model,
            languages: languages
                .iter()
                .map(|language| language.code().map(str::to_owned))
                .collect(),
        };
        let not_scored = outputs.not_scored();
        self.scoring.not_scored += not_scored;
        self.scoring.repeated += texts.len() as u64 - not_scored - by_model - from_cache;
        Ok(outputs)
    }

    fn cached(&mut self, hashes: &[u128]) -> Vec<(u128, Output)> {
        match self.cache.as_ref().map(|cache| cache.get(hashes)) {
            Some(Ok(found)) => found,
            Some(Err(error)) => {
                self.give_up(&error);
                Vec::new()
            }
            None => Vec::new(),
        }
    }

    fn by_model(
        &self,
        hashes: &[u128],
        texts: &HashMap<u128, &str>,
        interrupt: &Interrupt,
    ) -> Result<Vec<(u128, Output)>, Error> {
        let mut scored = Vec::with_capacity(hashes.len());
        for hashes in hashes.chunks(TEXTS_PER_THREAD * self.classifier.threads()) {
            interrupt.check()?;
            let texts: Vec<&str> = hashes
                .iter()
                .map(|hash| texts.get(hash).copied().unwrap_or_default())
                .collect();
            let outputs = self.classifier.outputs(&texts, &|_| ())?;
            scored.extend(hashes.iter().copied().zip(outputs));
        }
        Ok(scored)
    }

    /// Goes on without the cache: it saves time and nothing else.
    fn give_up(&mut self, error: &redb::Error) {
        self.cache = None;
        if !self.quiet {
            super::note(&format!("the cache is left aside: {error}"));
        }
    }
}
