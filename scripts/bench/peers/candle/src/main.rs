//! The model on Candle: a CSV of posts in, a CSV of probabilities out.
//!
//!     candle-peer MODEL IN.csv OUT.csv
//!
//! Posts are sorted by length and padded to the longest of each batch. `RAYON_NUM_THREADS` sets the
//! threads.

use std::error::Error;
use std::path::Path;

use candle_core::{DType, Device, IndexOp, Module, Tensor};
use candle_nn::{Linear, VarBuilder, linear, ops};
use candle_transformers::models::bert::{BertModel, Config};
use tokenizers::{Tokenizer, TruncationParams};

const BATCH: usize = 32;
const MAX_TOKENS: usize = 256;

struct Model {
    bert: BertModel,
    pooler: Linear,
    classifier: Linear,
}

impl Model {
    fn load(folder: &Path) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let config = std::fs::read_to_string(folder.join("config.json"))?;
        let outputs = serde_json::from_str::<serde_json::Value>(&config)?["id2label"]
            .as_object()
            .map_or(0, serde_json::Map::len);
        let config: Config = serde_json::from_str(&config)?;
        let bytes = std::fs::read(folder.join("model.safetensors"))?;
        let weights = VarBuilder::from_buffered_safetensors(bytes, DType::F32, &Device::Cpu)?;
        let width = config.hidden_size;
        Ok(Self {
            bert: BertModel::load(weights.pp("bert"), &config)?,
            pooler: linear(width, width, weights.pp("bert.pooler.dense"))?,
            classifier: linear(width, outputs, weights.pp("classifier"))?,
        })
    }

    /// One row of probabilities a post.
    fn score(&self, batch: &[&[u32]]) -> candle_core::Result<Vec<Vec<f32>>> {
        let longest = batch.iter().map(|ids| ids.len()).max().unwrap_or(0);
        let pad = |fill: &dyn Fn(&[u32], usize) -> u32| {
            let cells: Vec<u32> = batch
                .iter()
                .flat_map(|ids| (0..longest).map(|at| fill(ids, at)))
                .collect();
            Tensor::from_vec(cells, (batch.len(), longest), &Device::Cpu)
        };
        let ids = pad(&|ids, at| ids.get(at).copied().unwrap_or(0))?;
        let mask = pad(&|ids, at| u32::from(at < ids.len()))?;
        let states = self.bert.forward(&ids, &ids.zeros_like()?, Some(&mask))?;
        let first = states.i((.., 0))?.contiguous()?;
        let logits = self
            .classifier
            .forward(&self.pooler.forward(&first)?.tanh()?)?;
        ops::sigmoid(&logits)?.to_vec2()
    }
}

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, input, output] = &arguments[..] else {
        return Err("usage: candle-peer MODEL IN.csv OUT.csv".into());
    };
    let folder = Path::new(folder);
    let model = Model::load(folder)?;
    let mut tokenizer = Tokenizer::from_file(folder.join("tokenizer.json"))?;
    tokenizer
        .with_padding(None)
        .with_truncation(Some(TruncationParams {
            max_length: MAX_TOKENS,
            ..Default::default()
        }))?;

    let mut reader = csv::Reader::from_path(input)?;
    let (mut keys, mut texts) = (Vec::new(), Vec::new());
    for row in reader.records() {
        let row = row?;
        keys.push(row[0].to_owned());
        texts.push(row[1].to_owned());
    }
    let encoded = tokenizer.encode_batch(texts, true)?;
    let mut order: Vec<usize> = (0..encoded.len()).collect();
    order.sort_by_key(|&post| encoded[post].len());
    let mut scores = vec![Vec::new(); encoded.len()];
    for posts in order.chunks(BATCH) {
        let batch: Vec<&[u32]> = posts.iter().map(|&post| encoded[post].get_ids()).collect();
        for (&post, row) in posts.iter().zip(model.score(&batch)?) {
            scores[post] = row;
        }
    }

    let mut writer = csv::Writer::from_path(output)?;
    for (key, row) in keys.iter().zip(&scores) {
        writer.write_field(key)?;
        writer.write_record(row.iter().map(|value| format!("{value:.8}")))?;
    }
    writer.flush()?;
    Ok(())
}
