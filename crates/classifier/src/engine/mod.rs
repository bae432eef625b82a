//! Engines: packed tokens in, logits and the states of inner layers out.

mod native;
#[cfg(feature = "rust-bert")]
mod rust_bert;

#[doc(hidden)]
pub use native::benchmarks;

use std::fmt;

use crate::error::Error;
use crate::model::ModelFolder;
use crate::tokens::PackedBatch;

/// What the model makes of a batch.
#[derive(Clone, Debug, Default)]
pub struct Forward {
    /// `texts × labels` raw outputs, row by row, in the model's own order of labels.
    pub logits: Vec<f32>,
    /// `texts × inner layers × hidden`: the mean of the states of a text's tokens after each layer
    /// but the last, row by row.
    pub inner_means: Vec<f32>,
}

/// A way to run the model.
pub trait Engine: Send + Sync + fmt::Debug {
    /// Runs the model over a batch.
    fn forward(&self, batch: &PackedBatch) -> Result<Forward, Error>;

    /// Whether calls from several threads run side by side. If not, one caller is enough, and the
    /// engine uses the cores by itself.
    fn is_parallel(&self) -> bool;

    /// What runs where, for people and for the run's record, such as `native (fma, f32)`.
    fn describe(&self) -> String;
}

/// The engines that exist.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EngineKind {
    /// Pure Rust on the CPU.
    #[default]
    Native,
    /// rust-bert on libtorch, on the CPU or a CUDA device.
    RustBert,
}

/// How the numbers of the dense layers are held and multiplied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// In eight bits: weights quantised output by output when they are loaded, inputs token by token
    /// as they come, sums exact. About twice as fast as f32. Attention scores, softmax, layer norms
    /// and the two small layers after the encoder stay in f32.
    Int8,
    /// In 32-bit floats, as trained.
    F32,
}

impl Precision {
    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Int8 => "int8",
            Self::F32 => "f32",
        }
    }
}

impl fmt::Display for Precision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl EngineKind {
    /// The precision to use where none is asked for: the fastest that keeps the scores' quality.
    pub fn default_precision(self) -> Precision {
        match self {
            Self::Native => Precision::Int8,
            Self::RustBert => Precision::F32,
        }
    }

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::RustBert => "rust-bert",
        }
    }

    /// Loads the weights of a model folder into the engine. `threads` is how many cores it may use.
    pub fn load(
        self,
        model: &ModelFolder,
        precision: Precision,
        threads: usize,
    ) -> Result<Box<dyn Engine>, Error> {
        match self {
            Self::Native => Ok(Box::new(native::Native::load(model, precision)?)),
            Self::RustBert if precision != Precision::F32 => Err(Error::UnsupportedPrecision {
                engine: self.name(),
                precision,
            }),
            #[cfg(feature = "rust-bert")]
            Self::RustBert => Ok(Box::new(rust_bert::RustBert::load(model, threads)?)),
            #[cfg(not(feature = "rust-bert"))]
            Self::RustBert => {
                let _ = threads;
                Err(Error::EngineNotBuilt)
            }
        }
    }
}

impl fmt::Display for EngineKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
