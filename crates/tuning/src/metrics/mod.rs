//! How well scores and decisions agree with what people say.
//!
//! Every metric takes a weight for each row, so that a row can stand for several posts and a
//! [bootstrap](crate::bootstrap) resample is a vector of weights: a row of weight 2 counts as the
//! same row twice, a row of weight 0 as no row. Weights are not negative. A metric is `None` where
//! it has no meaning, above all where the rows hold no post of a class; it is never NaN.
//!
//! The slices of one call are parallel: element k of each belongs to row k.

mod calibration;
mod confusion;
mod queue;
mod ranking;

pub use calibration::{Bin, calibration_error, reliability};
pub use confusion::{Confusion, f_beta, macro_f1, precision, quadratic_kappa, recall};
pub use queue::Queue;
pub use ranking::Ranking;
