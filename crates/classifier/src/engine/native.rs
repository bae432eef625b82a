//! A BERT encoder's forward pass in pure Rust, on packed batches.
//!
//! Follows `BertForSequenceClassification` of Hugging Face `transformers`: embeddings, layers of
//! self-attention and feed-forward with a layer norm after each, a tanh pooler on the first token,
//! a linear classifier. Dense layers run over all tokens of a batch at once; attention runs text by
//! text, so nothing is padded and nothing masked.
//!
//! Every value of a text's row is computed by the same sequence of operations whatever stands
//! beside it in the batch: the matrix kernels sum along the depth in an order that depends on the
//! depth alone.

mod attention;
#[cfg(target_arch = "x86_64")]
mod avx2;
pub mod benchmarks;
mod dense;
mod int8;
#[cfg(target_arch = "x86_64")]
mod panels;
mod portable;
mod quantise;
#[cfg(target_arch = "x86_64")]
mod vnni;
mod weights;

use std::sync::{Mutex, PoisonError};

use rten_gemm::GemmExecutor;
use rten_simd::{SimdOp, SimdUnaryOp};
use rten_vecmath::{ApproxGelu, Gelu, Tanh};

use self::attention::{Attention, AttentionScratch};
use self::int8::Int8Scratch;
use self::weights::{Embeddings, Layer, Weights};
use super::{Engine, Forward, Precision};
use crate::error::Error;
use crate::model::{Activation, BertConfig, ModelFolder};
use crate::tokens::PackedBatch;

/// The native engine with its weights.
pub(super) struct Native {
    config: BertConfig,
    precision: Precision,
    weights: Weights,
    /// Buffers of finished forward passes, for the next ones.
    scratch: Mutex<Vec<Scratch>>,
}

/// Working memory of one forward pass.
#[derive(Default)]
struct Scratch {
    /// The residual stream, `tokens × hidden`.
    hidden: Vec<f32>,
    /// `tokens × 3 (heads · head size)`.
    qkv: Vec<f32>,
    /// Attention's output, `queries × (heads · head size)`.
    context: Vec<f32>,
    attention: AttentionScratch,
    /// `queries × intermediate`.
    intermediate: Vec<f32>,
    int8: Int8Scratch,
}

impl Native {
    pub(super) fn load(model: &ModelFolder, precision: Precision) -> Result<Self, Error> {
        Ok(Self {
            config: model.config().clone(),
            precision,
            weights: Weights::load(model, precision)?,
            scratch: Mutex::default(),
        })
    }
}

/// One forward pass: the weights, and a kernel, which cannot be shared between threads.
struct Pass<'a> {
    engine: &'a Native,
    gemm: GemmExecutor<f32>,
}

impl Pass<'_> {
    fn run(&self, batch: &PackedBatch, scratch: &mut Scratch) -> Result<Forward, String> {
        let width = self.engine.config.hidden_size;
        self.embed(batch, &mut scratch.hidden)?;
        let last = self.engine.weights.layers.len() - 1;
        let mut inner_means = vec![0.0; batch.texts() * last * width];
        for (i, layer) in self.engine.weights.layers.iter().enumerate() {
            // The pooler reads the first token of each text alone, so the last layer computes that
            // one only.
            self.run_layer(layer, batch, i == last, scratch)?;
            if i < last {
                let layers = inner_means.chunks_exact_mut(width).skip(i).step_by(last);
                for (mean, range) in layers.zip(batch.ranges()) {
                    let tokens = &scratch.hidden[range.start * width..range.end * width];
                    average(tokens, mean);
                }
            }
        }
        let first_tokens = &scratch.hidden;
        let mut pooled = vec![0.0; batch.texts() * width];
        let Weights {
            pooler, classifier, ..
        } = &self.engine.weights;
        let (gemm, int8) = (&self.gemm, &mut scratch.int8);
        pooler.apply(gemm, int8, first_tokens, &mut pooled, false)?;
        Tanh {}.map_mut(&mut pooled);
        let mut logits = vec![0.0; batch.texts() * self.engine.config.labels()];
        classifier.apply(gemm, int8, &pooled, &mut logits, false)?;
        if logits.iter().all(|logit| logit.is_finite()) {
            Ok(Forward {
                logits,
                inner_means,
            })
        } else {
            Err("the model's outputs are not finite numbers".to_owned())
        }
    }

    fn embed(&self, batch: &PackedBatch, hidden: &mut Vec<f32>) -> Result<(), String> {
        let width = self.engine.config.hidden_size;
        let Embeddings {
            words,
            positions,
            norm,
        } = &self.engine.weights.embeddings;
        hidden.clear();
        hidden.reserve(batch.tokens() * width);
        for range in batch.ranges() {
            if range.len() * width > positions.len() {
                return Err(format!(
                    "a text has {} tokens, but the model knows {} positions",
                    range.len(),
                    positions.len() / width
                ));
            }
            let ids = &batch.ids()[range];
            for (id, position) in ids.iter().zip(positions.chunks_exact(width)) {
                let start = hidden.len();
                words
                    .push_row(*id as usize, hidden)
                    .ok_or_else(|| format!("the token {id} is not in the vocabulary"))?;
                for (value, position) in hidden[start..].iter_mut().zip(position) {
                    *value += position;
                }
            }
        }
        norm.apply(hidden);
        Ok(())
    }

    /// One layer. With `first_only`, its output is that of the first token of each text.
    fn run_layer(
        &self,
        layer: &Layer,
        batch: &PackedBatch,
        first_only: bool,
        scratch: &mut Scratch,
    ) -> Result<(), String> {
        let width = self.engine.config.hidden_size;
        let Scratch {
            hidden,
            qkv,
            context,
            intermediate,
            attention,
            int8,
        } = scratch;
        let gemm = &self.gemm;
        let joined = layer.heads * self.engine.config.head_size();
        resize(qkv, batch.tokens() * 3 * joined);
        layer.qkv.apply(gemm, int8, hidden, qkv, false)?;
        if first_only {
            for (text, range) in batch.ranges().enumerate() {
                hidden.copy_within(range.start * width..(range.start + 1) * width, text * width);
            }
            hidden.truncate(batch.texts() * width);
        }
        let rows = hidden.len() / width;
        resize(context, rows * joined);
        attend(batch, first_only, layer.heads, qkv, context, attention);
        layer
            .attention_output
            .apply(gemm, int8, context, hidden, true)?;
        layer.attention_norm.apply(hidden);

        resize(intermediate, rows * self.engine.config.intermediate_size);
        layer.up.apply(gemm, int8, hidden, intermediate, false)?;
        match self.engine.config.hidden_act {
            Activation::Gelu => Gelu {}.map_mut(intermediate),
            Activation::GeluNew => ApproxGelu {}.map_mut(intermediate),
            Activation::Relu => intermediate.iter_mut().for_each(|x| *x = x.max(0.0)),
        }
        layer.down.apply(gemm, int8, intermediate, hidden, true)?;
        layer.output_norm.apply(hidden);
        Ok(())
    }
}

/// Attention of each text, `queries × (heads · head size)`.
fn attend(
    batch: &PackedBatch,
    first_only: bool,
    heads: usize,
    qkv: &[f32],
    mut context: &mut [f32],
    scratch: &mut AttentionScratch,
) {
    let width = qkv.len() / (3 * batch.tokens());
    for range in batch.ranges() {
        let queries = if first_only { 1 } else { range.len() };
        let (text, rest) = context.split_at_mut(queries * width);
        Attention {
            qkv: &qkv[range.start * 3 * width..range.end * 3 * width],
            heads,
            context: text,
            width,
            scratch,
        }
        .dispatch();
        context = rest;
    }
}

/// Adds the mean of rows to one of zeros.
fn average(rows: &[f32], mean: &mut [f32]) {
    let count = rows.len() / mean.len();
    for row in rows.chunks_exact(mean.len()) {
        for (sum, value) in mean.iter_mut().zip(row) {
            *sum += value;
        }
    }
    mean.iter_mut().for_each(|sum| *sum /= count as f32);
}

/// Sets the length without clearing what is there: every product overwrites its whole output.
fn resize(buffer: &mut Vec<f32>, length: usize) {
    buffer.resize(length, 0.0);
}

impl Engine for Native {
    fn forward(&self, batch: &PackedBatch) -> Result<Forward, Error> {
        if batch.texts() == 0 {
            return Ok(Forward::default());
        }
        // A poisoned lock only means that another forward pass panicked: the buffers hold no state.
        let lock = || self.scratch.lock().unwrap_or_else(PoisonError::into_inner);
        let mut scratch = lock().pop().unwrap_or_default();
        let pass = Pass {
            engine: self,
            gemm: GemmExecutor::new(),
        };
        let result = pass.run(batch, &mut scratch);
        lock().push(scratch);
        result.map_err(|message| Error::Engine {
            engine: "native",
            message,
        })
    }

    fn is_parallel(&self) -> bool {
        true
    }

    fn describe(&self) -> String {
        let kernel = match self.precision {
            Precision::F32 => GemmExecutor::<f32>::new().kernel_name().to_owned(),
            Precision::Int8 => int8::kernel_name(),
        };
        format!("native ({kernel}, {})", self.precision)
    }
}

impl std::fmt::Debug for Native {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Native")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}
