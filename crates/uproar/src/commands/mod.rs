//! The subcommands, one file each.

pub(crate) mod compare;
pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod eval;
pub(crate) mod explain;
pub(crate) mod inspect;
pub(crate) mod model;
pub(crate) mod normalize;
pub(crate) mod report;
pub(crate) mod sample;
pub(crate) mod score;
pub(crate) mod tune;
