//! Text to calibrated scores, with a transformer.

pub mod normalize;
