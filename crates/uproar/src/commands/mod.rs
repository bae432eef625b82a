//! The subcommands, one file each.

pub(crate) mod completions;
pub(crate) mod model;
pub(crate) mod normalize;
pub(crate) mod score;
