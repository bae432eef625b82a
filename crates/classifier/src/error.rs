//! Everything that can go wrong between a model folder and a score.

use std::path::PathBuf;

use crate::engine::Precision;

/// A model that cannot be loaded, or a forward pass that failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file of the model folder cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },

    /// The path is not a folder with a model in it.
    #[error(
        "{} is not a model folder: it has no {missing} (a model folder holds config.json, \
         model.safetensors, tokenizer.json and decision.toml)", path.display()
    )]
    NotAModelFolder {
        /// The path that was given.
        path: PathBuf,
        /// The first file that is missing.
        missing: &'static str,
    },

    /// A configuration file that does not parse, or says what this program cannot do.
    #[error("{}: {message}", path.display())]
    Config {
        /// The file.
        path: PathBuf,
        /// What is wrong and, where it helps, what would be right.
        message: String,
    },

    /// A decision cannot be written down.
    #[error("the decision cannot be written as TOML: {0}")]
    Unwritable(#[from] toml::ser::Error),

    /// The model lacks outputs that scoring needs.
    #[error(
        "{}: id2label lacks {}; a model for scoring has the outputs {}", path.display(),
        missing.join(", "), crate::Signal::ALL.map(crate::Signal::name).join(", ")
    )]
    MissingLabels {
        /// The configuration file.
        path: PathBuf,
        /// The labels that are missing.
        missing: Vec<&'static str>,
    },

    /// The weights file is not what the configuration describes.
    #[error("{}: {message}", path.display())]
    Weights {
        /// The file.
        path: PathBuf,
        /// Which tensor, and what is wrong with it.
        message: String,
    },

    /// A file differs from what the folder's `SHA256SUMS` says of it.
    #[error(
        "{}: the checksum does not match SHA256SUMS (expected {expected}, found {found}); the file \
         was damaged or changed: restore it, or write SHA256SUMS anew if you meant to change it",
        path.display()
    )]
    Checksum {
        /// The file that differs.
        path: PathBuf,
        /// The checksum of `SHA256SUMS`, in hexadecimal.
        expected: String,
        /// The checksum of the file.
        found: String,
    },

    /// The tokenizer cannot be loaded or cannot encode.
    #[error("{}: {message}", path.display())]
    Tokenizer {
        /// The tokenizer's file.
        path: PathBuf,
        /// What it said.
        message: String,
    },

    /// The engine was not compiled in.
    #[error(
        "this build has no rust-bert engine: run scripts/setup-libtorch, then build with \
         `cargo build --release --features rust-bert`, or use --engine native"
    )]
    EngineNotBuilt,

    /// The engine cannot run the model in this precision.
    #[error(
        "the {engine} engine cannot run in {precision}: leave out --precision, or use \
         --engine native"
    )]
    UnsupportedPrecision {
        /// The engine's name.
        engine: &'static str,
        /// What was asked for.
        precision: Precision,
    },

    /// The engine cannot run a model that has lost attention heads.
    #[error(
        "the {engine} engine cannot run a model with pruned attention heads: use --engine native"
    )]
    PrunedHeads {
        /// The engine's name.
        engine: &'static str,
    },

    /// The engine failed in a forward pass.
    #[error("the {engine} engine failed: {message}")]
    Engine {
        /// The engine's name.
        engine: &'static str,
        /// What it said.
        message: String,
    },

    /// The worker threads could not be started.
    #[error("cannot start {threads} worker threads: {message}")]
    Threads {
        /// How many were asked for.
        threads: usize,
        /// What the operating system said.
        message: String,
    },
}
