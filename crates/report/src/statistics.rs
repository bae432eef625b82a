//! Shares, differences and waits with their uncertainty.
//!
//! Everything here takes posts as independent of each other. Several posts by one author are not,
//! so that intervals are somewhat narrower than they should be where few authors write much.

mod discovery;
mod proportion;
mod stratified;
mod waiting;

pub(crate) use discovery::adjusted;
pub(crate) use proportion::{Difference, Interval, Proportion};
pub(crate) use stratified::{Strata, compared, difference};
pub(crate) use waiting::{Wait, median_interval, van_elteren};

/// Below this chance, a difference is said to be beyond chance, and intervals hold the rest.
pub(crate) const SIGNIFICANCE: f64 = 0.05;

/// The 97.5th percentile of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// The chance of a normal deviate at least as far from 0 as this one, on either side.
fn two_sided(z: f64) -> f64 {
    statrs::function::erf::erfc(z.abs() / std::f64::consts::SQRT_2)
}
