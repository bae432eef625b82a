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
pub mod engine;
mod error;
mod explain;
#[cfg(fuzzing)]
pub mod fuzzing;
pub mod model;
pub mod normalize;
mod score;
pub mod tokens;
mod workers;

pub use classifier::Classifier;
pub use engine::EngineKind;
pub use error::Error;
pub use explain::{Explanation, WordEffect};
pub use model::ModelFolder;
pub use score::{Score, Signal};
