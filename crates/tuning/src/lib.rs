//! People's labels against the model's scores.
//!
//! ```text
//! labels ─┬─▶ evaluation   how well scores and decision agree with people, with intervals
//! scores ─┴─▶ tune         the calibration and thresholds that would agree better
//! ```

pub mod bootstrap;
mod calibration;
mod case;
mod error;
pub mod evaluation;
mod folds;
pub mod goal;
pub mod labels;
pub mod metrics;
mod newton;
pub mod sampling;
mod thresholds;
pub mod tune;

pub use case::Case;
pub use error::{Error, Places};
