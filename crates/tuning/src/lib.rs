//! People's labels against the model's scores.
//!
//! ```text
//! labels ─┬─▶ evaluation   how well scores and decision agree with people, with intervals
//! scores ─┴─▶ tune         the calibration and thresholds that would agree better
//! ```

pub mod bootstrap;
mod case;
mod error;
pub mod evaluation;
pub mod labels;
pub mod metrics;
pub mod sampling;

pub use case::Case;
pub use error::{Error, Places};
