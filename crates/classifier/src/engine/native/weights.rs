//! The weights of a `BertForSequenceClassification`, packed for the matrix kernels.

use rayon::prelude::*;
use rten_simd::SimdOp;
use rten_vecmath::{Normalize, NormalizeOptions, Sum, SumSquareSub};

use super::dense::Dense;
use crate::engine::Precision;
use crate::error::Error;
use crate::model::{BertConfig, ModelFolder};
use crate::tensors::{Table, Tensors, TensorsFile};

/// All weights of the model.
pub(super) struct Weights {
    pub(super) embeddings: Embeddings,
    pub(super) layers: Vec<Layer>,
    pub(super) pooler: Dense,
    pub(super) classifier: Dense,
}

pub(super) struct Embeddings {
    /// `vocab × hidden`.
    pub(super) words: Table,
    /// `positions × hidden`, with the embedding of the first segment added: posts have one segment.
    pub(super) positions: Vec<f32>,
    pub(super) norm: LayerNorm,
}

pub(super) struct Layer {
    /// Attention heads.
    pub(super) heads: usize,
    /// Query, key and value in one product: `hidden × 3 (heads · head size)`.
    pub(super) qkv: Dense,
    pub(super) attention_output: Dense,
    pub(super) attention_norm: LayerNorm,
    pub(super) up: Dense,
    pub(super) down: Dense,
    pub(super) output_norm: LayerNorm,
}

pub(super) struct LayerNorm {
    pub(super) weight: Vec<f32>,
    pub(super) bias: Vec<f32>,
    pub(super) epsilon: f32,
}

impl Weights {
    pub(super) fn load(model: &ModelFolder, precision: Precision) -> Result<Self, Error> {
        let file = TensorsFile::read(model.weights())?;
        let tensors = file.open()?;
        let config = model.config();
        let width = config.hidden_size;
        // The last two see one token a text: eight bits would save next to nothing.
        let dense =
            |name: &str, outputs| Dense::load(&tensors, &[name], width, outputs, Precision::F32);
        // Side by side, since quantising takes longer than reading.
        let (embeddings, layers) = rayon::join(
            || Embeddings::load(&tensors, config),
            || {
                (0..config.num_hidden_layers)
                    .into_par_iter()
                    .map(|i| Layer::load(&tensors, config, i, precision))
                    .collect::<Result<_, _>>()
            },
        );
        Ok(Self {
            embeddings: embeddings?,
            layers: layers?,
            pooler: dense("bert.pooler.dense", width)?,
            classifier: dense("classifier", config.labels())?,
        })
    }
}

impl Layer {
    fn load(
        tensors: &Tensors,
        config: &BertConfig,
        index: usize,
        precision: Precision,
    ) -> Result<Self, Error> {
        let (width, inner) = (config.hidden_size, config.intermediate_size);
        let heads = config.heads(index);
        let joined = heads * config.head_size();
        let name = |part: &str| format!("bert.encoder.layer.{index}.{part}");
        let dense = |parts: &[&str], inputs, outputs| {
            let names: Vec<String> = parts.iter().map(|part| name(part)).collect();
            Dense::load(tensors, &names, inputs, outputs, precision)
        };
        let norm = |part: &str| LayerNorm::load(tensors, &name(part), width, config.layer_norm_eps);
        let qkv = [
            "attention.self.query",
            "attention.self.key",
            "attention.self.value",
        ];
        Ok(Self {
            heads,
            qkv: dense(&qkv, width, joined)?,
            attention_output: dense(&["attention.output.dense"], joined, width)?,
            attention_norm: norm("attention.output.LayerNorm")?,
            up: dense(&["intermediate.dense"], width, inner)?,
            down: dense(&["output.dense"], inner, width)?,
            output_norm: norm("output.LayerNorm")?,
        })
    }
}

impl Embeddings {
    fn load(tensors: &Tensors, config: &BertConfig) -> Result<Self, Error> {
        let width = config.hidden_size;
        let table = |name: &str, rows| {
            tensors.read(&format!("bert.embeddings.{name}.weight"), &[rows, width])
        };
        let mut positions = table("position_embeddings", config.max_position_embeddings)?;
        let segments = table("token_type_embeddings", config.type_vocab_size)?;
        for position in positions.chunks_exact_mut(width) {
            for (value, segment) in position.iter_mut().zip(&segments) {
                *value += segment;
            }
        }
        Ok(Self {
            words: tensors.table(
                "bert.embeddings.word_embeddings.weight",
                config.vocab_size,
                width,
            )?,
            positions,
            norm: LayerNorm::load(
                tensors,
                "bert.embeddings.LayerNorm",
                width,
                config.layer_norm_eps,
            )?,
        })
    }
}

impl LayerNorm {
    fn load(tensors: &Tensors, name: &str, width: usize, epsilon: f32) -> Result<Self, Error> {
        Ok(Self {
            weight: tensors.read(&format!("{name}.weight"), &[width])?,
            bias: tensors.read(&format!("{name}.bias"), &[width])?,
            epsilon,
        })
    }

    /// Normalises each row to mean 0 and variance 1, then scales and shifts it.
    pub(super) fn apply(&self, rows: &mut [f32]) {
        let width = self.weight.len();
        for row in rows.chunks_exact_mut(width) {
            let mean = Sum::new(row).dispatch() / width as f32;
            let variance = SumSquareSub::new(row, mean).dispatch() / width as f32;
            let options = NormalizeOptions {
                pre_scale_bias: mean,
                scale: 1.0 / (variance + self.epsilon).sqrt(),
                element_scale: Some(&self.weight),
                element_bias: Some(&self.bias),
                ..NormalizeOptions::default()
            };
            Normalize::new_mut(row, options).dispatch();
        }
    }
}
