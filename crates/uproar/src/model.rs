//! Which model folder to use, and how to run it.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use uproar_classifier::decision::Decision;
use uproar_classifier::{Classifier, EngineKind, ModelFolder, Precision};

use crate::error::Error;

/// The model that comes with Uproar.
const DEFAULT_MODEL: &str = "models/care-minilm";

/// Its smaller and faster sister.
const SMALL_MODEL: &str = "models/care-minilm-small";

/// What `--model` calls [`SMALL_MODEL`]; a folder of this name is `./small`.
const SMALL: &str = "small";

/// Options of every command that scores.
#[derive(Debug, Args)]
pub(crate) struct EngineArgs {
    #[command(flatten)]
    pub(crate) model: ModelPath,

    /// What runs the model.
    #[arg(long, value_enum, default_value_t = EngineName::Native)]
    pub(crate) engine: EngineName,

    /// How the model's dense layers compute: int8 for the native engine and f32 for rust-bert, when
    /// not given.
    ///
    /// int8 is about twice as fast; 99 of 100 probabilities move by less than 0.02.
    #[arg(long, value_enum)]
    pub(crate) precision: Option<PrecisionName>,

    /// Worker threads; all cores when not given.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) threads: Option<u16>,
}

/// The model folder.
#[derive(Debug, Args)]
pub(crate) struct ModelPath {
    /// The model's folder, or `small` for the faster model that comes with Uproar.
    ///
    /// When not given: models/care-minilm in the current folder, or else beside the program or in a
    /// folder above it. `small` is models/care-minilm-small, looked for in the same places.
    #[arg(
        long,
        value_name = "DIR|small",
        env = "UPROAR_MODEL",
        hide_env_values = true
    )]
    pub(crate) model: Option<PathBuf>,

    /// A decision.toml (calibration and thresholds) to use instead of the model's own.
    ///
    /// `uproar tune` writes such files from people's corrections.
    #[arg(
        long,
        value_name = "FILE",
        env = "UPROAR_DECISION",
        hide_env_values = true
    )]
    pub(crate) decision: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum EngineName {
    /// Pure Rust on the CPU.
    Native,
    /// rust-bert on libtorch, CPU or CUDA, where it was built in.
    RustBert,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum PrecisionName {
    /// Eight-bit whole numbers. The native engine only.
    Int8,
    /// 32-bit floats, as trained.
    F32,
}

impl EngineArgs {
    /// Loads the model into its engine.
    pub(crate) fn load(&self) -> Result<Classifier, Error> {
        let kind = match self.engine {
            EngineName::Native => EngineKind::Native,
            EngineName::RustBert => EngineKind::RustBert,
        };
        let precision = match self.precision {
            Some(PrecisionName::Int8) => Precision::Int8,
            Some(PrecisionName::F32) => Precision::F32,
            None => kind.default_precision(),
        };
        let threads = match self.threads {
            Some(threads) => usize::from(threads),
            None => std::thread::available_parallelism().map_or(1, usize::from),
        };
        Ok(Classifier::load(
            self.model.open()?,
            kind,
            precision,
            threads,
        )?)
    }
}

impl ModelPath {
    /// Opens the folder that was given, or else the model that comes with Uproar, with the decision
    /// that was given, or else its own.
    pub(crate) fn open(&self) -> Result<ModelFolder, Error> {
        let model = ModelFolder::open(&self.folder()?)?;
        Ok(match &self.decision {
            Some(path) => model.with_decision(Decision::load(path)?),
            None => model,
        })
    }

    fn folder(&self) -> Result<PathBuf, Error> {
        match self.model.as_deref() {
            None => find_shipped(DEFAULT_MODEL),
            Some(name) if name == Path::new(SMALL) => find_shipped(SMALL_MODEL),
            Some(path) => Ok(path.to_owned()),
        }
    }
}

/// The folder of a model that comes with Uproar: in the current folder, or else above the program.
fn find_shipped(model: &str) -> Result<PathBuf, Error> {
    let here = PathBuf::from(model);
    if here.is_dir() {
        return Ok(here);
    }
    let program = std::env::current_exe().and_then(std::fs::canonicalize).ok();
    let above = program
        .as_deref()
        .map(Path::ancestors)
        .into_iter()
        .flatten();
    above
        .skip(1)
        .map(|folder| folder.join(model))
        .find(|path| path.is_dir())
        .ok_or_else(|| Error::NoModel {
            searched: format!(
                "looked for {model} in the current folder and above the program's own"
            ),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(model: Option<&str>) -> PathBuf {
        let path = ModelPath {
            model: model.map(PathBuf::from),
            decision: None,
        };
        path.folder().unwrap()
    }

    #[test]
    fn shipped_models_are_found_above_the_program() {
        assert!(folder(None).ends_with(DEFAULT_MODEL));
        assert!(folder(Some("small")).ends_with(SMALL_MODEL));
    }

    #[test]
    fn any_other_name_is_a_path() {
        for path in ["./small", "models/small", "large", "/srv/models/ours"] {
            assert_eq!(folder(Some(path)), Path::new(path));
        }
    }

    #[test]
    fn a_model_that_is_not_there_is_named() {
        let error = find_shipped("models/no-such-model").unwrap_err();
        assert!(error.to_string().contains("models/no-such-model"));
    }
}
