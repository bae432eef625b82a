//! Texts in, scores out.

use std::borrow::Cow;

use crate::embedding::{Embedder, Embedding};
use crate::engine::{Engine, EngineKind, Precision};
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

/// What the model makes of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Output {
    /// The raw outputs, in the order of [`Signal::ALL`].
    pub logits: [f32; Signal::COUNT],
    /// What the text is about. Of zeros where the model folder does not tell how to make it.
    pub embedding: Embedding,
}

/// A model with an engine and worker threads.
#[derive(Debug)]
pub struct Classifier {
    model: ModelFolder,
    tokenizer: Tokenizer,
    engine: Box<dyn Engine>,
    embedder: Option<Embedder>,
    workers: Workers,
}

impl Classifier {
    /// Loads the weights and the tokenizer of a model folder. `threads` is at least 1.
    pub fn load(
        model: ModelFolder,
        kind: EngineKind,
        precision: Precision,
        threads: usize,
    ) -> Result<Self, Error> {
        let threads = threads.max(1);
        let (engine, tokenizer) = rayon::join(
            || kind.load(&model, precision, threads),
            || Tokenizer::load(&model),
        );
        Ok(Self {
            tokenizer: tokenizer?,
            engine: engine?,
            embedder: Embedder::load(&model)?,
            workers: Workers::new(threads)?,
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
        let outputs = self.outputs(&self.normalize(texts)?, progress)?;
        let decision = self.model.decision();
        Ok(outputs
            .into_iter()
            .map(|output| decision.decide(output.logits))
            .collect())
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

    /// What the model makes of texts that are [normalised](Self::normalize), in their order.
    /// `progress` is as for [`score`](Self::score).
    pub fn outputs<T: AsRef<str> + Sync>(
        &self,
        normalized: &[T],
        progress: &(dyn Fn(usize) + Sync),
    ) -> Result<Vec<Output>, Error> {
        let encoded = self.encode(normalized)?;
        let lengths: Vec<usize> = encoded.iter().map(Vec::len).collect();
        let plan = plan_batches(&lengths, BATCH_TOKENS);
        let run = |texts: &Vec<usize>| {
            let batch = PackedBatch::new(texts.iter().map(|&i| encoded[i].as_slice()));
            let outputs = self.run(&batch)?;
            progress(texts.len());
            Ok(outputs)
        };
        let batches: Vec<Vec<Output>> = if self.engine.is_parallel() {
            self.workers.map(&plan, run)?
        } else {
            plan.iter().map(run).collect::<Result<_, _>>()?
        };

        let mut outputs = vec![Output::default(); normalized.len()];
        for (texts, batch) in plan.iter().zip(batches) {
            for (&text, output) in texts.iter().zip(batch) {
                outputs[text] = output;
            }
        }
        Ok(outputs)
    }

    /// What the model makes of the texts of a batch.
    fn run(&self, batch: &PackedBatch) -> Result<Vec<Output>, Error> {
        let forward = self.engine.forward(batch)?;
        let rows = forward.logits.chunks_exact(self.model.config().labels());
        let mut outputs: Vec<Output> = rows
            .map(|row| Output {
                logits: self.model.columns().map(|column| row[column]),
                ..Output::default()
            })
            .collect();
        if let Some(embedder) = &self.embedder {
            let means = forward.inner_means.chunks_exact(embedder.inputs());
            for (output, means) in outputs.iter_mut().zip(means) {
                output.embedding = embedder.embed(means);
            }
        }
        Ok(outputs)
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
