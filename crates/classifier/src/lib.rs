//! Text to calibrated scores, with a transformer.
//!
//! ```text
//! post text ─ normalize ─▶ model text ─ tokens ─▶ packed batches ─ engine ─▶ logits ─ decision ─▶ scores
//! ```
//!
//! This crate knows nothing of files of posts, of companies or of reach: [`Classifier::score`] takes
//! texts and returns one [`Score`] for each, in order. A text's score depends on the text and the
//! model alone, never on its neighbours in a batch or on the number of threads.

mod classifier;
pub mod decision;
mod embedding;
pub mod engine;
mod error;
mod explain;
#[cfg(fuzzing)]
pub mod fuzzing;
pub mod model;
pub mod normalize;
mod score;
mod tensors;
pub mod tokens;
mod workers;

pub use classifier::{Classifier, Output};
pub use embedding::Embedding;
#[doc(hidden)]
pub use engine::benchmarks;
pub use engine::{EngineKind, Precision};
pub use error::Error;
pub use explain::{Explanation, WordEffect};
pub use model::ModelFolder;
pub use score::{Score, Signal};
