//! Texts in, scores out.

use std::borrow::Cow;

use crate::engine::{Engine, EngineKind};
use crate::error::Error;
use crate::model::ModelFolder;
use crate::score::{Score, Signal};
use crate::tokens::{PackedBatch, Tokenizer, plan_batches};
use crate::workers::Workers;

/// Tokens of a packed batch: enough rows for the matrix kernels to run at full speed, few enough
/// for the activations to stay in a core's cache.
const BATCH_TOKENS: usize = 512;

/// Texts that a worker normalises and tokenises at a time.
const ENCODE_TEXTS: usize = 64;

/// A model with an engine and worker threads.
#[derive(Debug)]
pub struct Classifier {
    model: ModelFolder,
    tokenizer: Tokenizer,
    engine: Box<dyn Engine>,
    workers: Workers,
}

impl Classifier {
    /// Loads the weights and the tokenizer of a model folder. `threads` is at least 1.
    pub fn load(model: ModelFolder, kind: EngineKind, threads: usize) -> Result<Self, Error> {
        let threads = threads.max(1);
        let tokenizer = Tokenizer::load(
            &model.tokenizer(),
            model.max_tokens(),
            model.config().vocab_size,
        )?;
        Ok(Self {
            engine: kind.load(&model, threads)?,
            workers: Workers::new(threads)?,
            tokenizer,
            model,
        })
    }

    /// The model's folder.
    pub fn model(&self) -> &ModelFolder {
        &self.model
    }

    /// What runs where, such as `native (fma, f32), 2 threads`.
    pub fn describe(&self) -> String {
        let threads = self.threads();
        let plural = if threads == 1 { "" } else { "s" };
        format!("{}, {threads} thread{plural}", self.engine())
    }

    /// What computes the scores, such as `native (fma, f32)`. Scores of the same text by the same
    /// engine are the same to the last bit; another one may round differently.
    pub fn engine(&self) -> String {
        self.engine.describe()
    }

    /// How many texts are worked on at the same time.
    pub fn threads(&self) -> usize {
        self.workers.count()
    }

    /// Scores each text; the results come in the order of the texts.
    ///
    /// `progress` is called, from any thread, with the number of texts that were just scored.
    pub fn score<T: AsRef<str> + Sync>(
        &self,
        texts: &[T],
        progress: &(dyn Fn(usize) + Sync),
    ) -> Result<Vec<Score>, Error> {
        let logits = self.logits(&self.normalize(texts)?, progress)?;
        let decision = self.model.decision();
        Ok(logits.into_iter().map(|row| decision.decide(row)).collect())
    }

    /// Each text as the model reads it. Equal ones get equal outputs.
    pub fn normalize<T: AsRef<str> + Sync>(&self, texts: &[T]) -> Result<Vec<String>, Error> {
        let normalizer = self.model.normalizer();
        let chunks: Vec<&[T]> = texts.chunks(ENCODE_TEXTS).collect();
        let normalized = self.workers.map(&chunks, |chunk| {
            let texts = chunk.iter().map(|text| normalizer.normalize(text.as_ref()));
            Ok(texts.map(Cow::into_owned).collect::<Vec<_>>())
        })?;
        Ok(normalized.into_iter().flatten().collect())
    }

    /// The model's raw outputs for texts that are [normalised](Self::normalize), in the order of
    /// [`Signal::ALL`]. `progress` is as for [`score`](Self::score).
    pub fn logits<T: AsRef<str> + Sync>(
        &self,
        normalized: &[T],
        progress: &(dyn Fn(usize) + Sync),
    ) -> Result<Vec<[f32; Signal::COUNT]>, Error> {
        let encoded = self.encode(normalized)?;
        let lengths: Vec<usize> = encoded.iter().map(Vec::len).collect();
        let plan = plan_batches(&lengths, BATCH_TOKENS);
        let run = |texts: &Vec<usize>| {
            let batch = PackedBatch::new(texts.iter().map(|&i| encoded[i].as_slice()));
            let logits = self.engine.forward(&batch)?;
            progress(texts.len());
            Ok(logits)
        };
        let outputs = if self.engine.is_parallel() {
            self.workers.map(&plan, run)?
        } else {
            plan.iter().map(run).collect::<Result<_, _>>()?
        };

        let labels = self.model.config().labels();
        let mut logits = vec![[0.0; Signal::COUNT]; normalized.len()];
        for (texts, rows) in plan.iter().zip(&outputs) {
            for (&text, row) in texts.iter().zip(rows.chunks_exact(labels)) {
                logits[text] = self.model.columns().map(|column| row[column]);
            }
        }
        Ok(logits)
    }

    /// Token ids of each normalised text.
    fn encode<T: AsRef<str> + Sync>(&self, texts: &[T]) -> Result<Vec<Vec<u32>>, Error> {
        let chunks: Vec<&[T]> = texts.chunks(ENCODE_TEXTS).collect();
        let encoded = self.workers.map(&chunks, |chunk| {
            chunk
                .iter()
                .map(|text| self.tokenizer.encode(text.as_ref()))
                .collect::<Result<Vec<_>, Error>>()
        })?;
        Ok(encoded.into_iter().flatten().collect())
    }
}
