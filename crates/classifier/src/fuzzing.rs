//! Ways for fuzz targets into what is private here.
//!
//! Nothing of this is in the program: `cargo fuzz` sets the configuration that it needs.

use crate::decision::Decision;

/// Reads the text of a `decision.toml`.
///
/// # Errors
///
/// What is wrong with it, in one line.
pub fn decision(text: &str) -> Result<Decision, String> {
    Decision::parse(text)
}
