//! The reference engine: rust-bert's BERT on libtorch, on the CPU or a CUDA device.
//!
//! It uses the model struct with a mask of our own. rust-bert's `SequenceClassificationModel`
//! pipeline pads without a mask, so that a post's score would depend on its neighbours.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use rust_bert::Config;
use rust_bert::bert::{BertConfig, BertForSequenceClassification};
use tch::nn::VarStore;
use tch::{Device, Kind, Tensor, no_grad};

use super::{Engine, Forward};
use crate::error::Error;
use crate::model::{CONFIG_FILE, ModelFolder};
use crate::tokens::PackedBatch;

/// The rust-bert engine with its weights.
pub(super) struct RustBert {
    /// rust-bert's models are `Send` but not `Sync`.
    model: Mutex<BertForSequenceClassification>,
    labels: usize,
    hidden: usize,
    device: Device,
}

impl RustBert {
    pub(super) fn load(model: &ModelFolder, threads: usize) -> Result<Self, Error> {
        // rust-bert reads past `pruned_heads`, and then finds tensors of other shapes.
        if model.config().is_pruned() {
            let engine = "rust-bert";
            return Err(Error::PrunedHeads { engine });
        }
        let device = Device::cuda_if_available();
        if device == Device::Cpu {
            tch::set_num_threads(i32::try_from(threads).unwrap_or(i32::MAX));
        }
        let mut variables = VarStore::new(device);
        let mut config = BertConfig::from_file(model.path().join(CONFIG_FILE));
        config.output_hidden_states = Some(true);
        let network = BertForSequenceClassification::new(variables.root(), &config)
            .map_err(|error| engine_error(error.to_string()))?;
        variables
            .load(model.weights())
            .map_err(|error| Error::Weights {
                path: model.weights(),
                message: first_line(&error.to_string()),
            })?;
        // Loading f16 weights turns the variables, and so all arithmetic, into f16.
        variables.float();
        variables.freeze();
        Ok(Self {
            model: Mutex::new(network),
            labels: model.config().labels(),
            hidden: model.config().hidden_size,
            device,
        })
    }

    fn run(&self, batch: &PackedBatch) -> Result<Forward, tch::TchError> {
        let longest = batch.ranges().map(|range| range.len()).max().unwrap_or(0);
        let shape = [to_i64(batch.texts()), to_i64(longest)];
        let mut ids = vec![0_i64; batch.texts() * longest];
        let mut mask = ids.clone();
        for (text, range) in batch.ranges().enumerate() {
            let row = text * longest..text * longest + range.len();
            mask[row.clone()].fill(1);
            for (slot, id) in ids[row].iter_mut().zip(&batch.ids()[range]) {
                *slot = i64::from(*id);
            }
        }
        let to_device = |values: &[i64]| -> Result<Tensor, tch::TchError> {
            Tensor::f_from_slice(values)?
                .f_view(shape.as_slice())?
                .f_to_device(self.device)
        };
        let (ids, mask) = (to_device(&ids)?, to_device(&mask)?);
        let output = no_grad(|| {
            let model = self.model.lock().unwrap_or_else(PoisonError::into_inner);
            model.forward_t(Some(&ids), Some(&mask), None, None, None, false)
        });
        let logits = to_vec(&output.logits, batch.texts() * self.labels)?;
        // After each layer, so the last of them is the last layer's.
        let mut layers = output.all_hidden_states.unwrap_or_default();
        layers.pop();
        let inner_means = if layers.is_empty() {
            Vec::new()
        } else {
            let length = batch.texts() * layers.len() * self.hidden;
            let mask = mask.f_to_kind(Kind::Float)?.f_unsqueeze(-1)?;
            let tokens = mask.f_sum_dim_intlist([1_i64].as_slice(), false, Kind::Float)?;
            let means = layers
                .iter()
                .map(|states| {
                    let kept = states.f_mul(&mask)?;
                    let sums = kept.f_sum_dim_intlist([1_i64].as_slice(), false, Kind::Float)?;
                    sums.f_div(&tokens)
                })
                .collect::<Result<Vec<_>, _>>()?;
            to_vec(&Tensor::f_stack(&means, 1)?, length)?
        };
        Ok(Forward {
            logits,
            inner_means,
        })
    }
}

/// The tensor's values, row by row.
fn to_vec(tensor: &Tensor, length: usize) -> Result<Vec<f32>, tch::TchError> {
    let tensor = tensor.f_to_kind(Kind::Float)?.f_to_device(Device::Cpu)?;
    let mut values = vec![0.0; length];
    tensor.f_contiguous()?.f_copy_data(&mut values, length)?;
    Ok(values)
}

fn to_i64(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn engine_error(message: String) -> Error {
    Error::Engine {
        engine: "rust-bert",
        message: first_line(&message),
    }
}

/// libtorch appends a C++ stack trace to its messages.
fn first_line(message: &str) -> String {
    message.lines().next().unwrap_or_default().to_owned()
}

impl Engine for RustBert {
    fn forward(&self, batch: &PackedBatch) -> Result<Forward, Error> {
        if batch.texts() == 0 {
            return Ok(Forward::default());
        }
        self.run(batch)
            .map_err(|error| engine_error(error.to_string()))
    }

    fn is_parallel(&self) -> bool {
        false
    }

    fn describe(&self) -> String {
        let device = match self.device {
            Device::Cuda(index) => format!("CUDA {index}"),
            _ => "CPU".to_owned(),
        };
        format!("rust-bert (libtorch, {device}, f32)")
    }
}

impl fmt::Debug for RustBert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RustBert")
            .field("device", &self.device)
            .finish_non_exhaustive()
    }
}
