//! A model folder: configuration, weights, tokenizer, checksums, decision.
//!
//! The layout is Hugging Face's, so that the folder opens in Python `transformers` as well:
//! `config.json` of a `BertForSequenceClassification`, `model.safetensors` (f32 or f16) and
//! `tokenizer.json`. To these come `decision.toml` and, optionally, `SHA256SUMS`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::decision::{self, Decision};
use crate::error::Error;
use crate::normalize::Normalizer;
use crate::score::Signal;

/// Configuration of the encoder.
pub const CONFIG_FILE: &str = "config.json";
/// The weights.
pub const WEIGHTS_FILE: &str = "model.safetensors";
/// How to make [embeddings](crate::Embedding) from the states of inner layers. A folder can do
/// without.
pub const EMBEDDING_FILE: &str = "embedding.safetensors";
/// The tokenizer.
pub const TOKENIZER_FILE: &str = "tokenizer.json";
/// Checksums of the other files, in the format of `sha256sum`.
pub const CHECKSUMS_FILE: &str = "SHA256SUMS";

/// A model folder whose files were read and checked, apart from the weights' tensors, which the
/// engine reads.
#[derive(Clone, Debug)]
pub struct ModelFolder {
    path: PathBuf,
    config: BertConfig,
    columns: [usize; Signal::COUNT],
    normalizer: Normalizer,
    max_tokens: usize,
    decision: Decision,
    checksum: String,
    outputs_checksum: String,
}

/// The part of a BERT `config.json` that the forward pass depends on.
#[derive(Clone, Debug, Deserialize)]
pub struct BertConfig {
    model_type: String,
    /// Number of word pieces.
    pub vocab_size: usize,
    /// Width of the residual stream.
    pub hidden_size: usize,
    /// Number of layers.
    pub num_hidden_layers: usize,
    /// Heads a layer, before pruning.
    pub num_attention_heads: usize,
    /// The heads that each layer has lost, as `transformers` writes it down.
    #[serde(default)]
    pruned_heads: BTreeMap<usize, BTreeSet<usize>>,
    /// Width of the feed-forward part.
    pub intermediate_size: usize,
    /// Activation of the feed-forward part.
    pub hidden_act: Activation,
    /// The longest text in tokens.
    pub max_position_embeddings: usize,
    /// Number of segments.
    pub type_vocab_size: usize,
    /// Added to the variance in layer norms.
    #[serde(default = "default_layer_norm_eps")]
    pub layer_norm_eps: f32,
    #[serde(default)]
    position_embedding_type: Option<String>,
    id2label: BTreeMap<usize, String>,
    #[serde(default)]
    uproar: Extension,
}

fn default_layer_norm_eps() -> f32 {
    1e-12
}

impl BertConfig {
    /// Number of outputs.
    pub fn labels(&self) -> usize {
        self.id2label.len()
    }

    /// Width of one attention head.
    pub fn head_size(&self) -> usize {
        self.hidden_size / self.num_attention_heads
    }

    /// How many heads a layer has left.
    pub fn heads(&self, layer: usize) -> usize {
        self.num_attention_heads - self.pruned_heads.get(&layer).map_or(0, BTreeSet::len)
    }

    /// Whether any layer has lost heads.
    pub fn is_pruned(&self) -> bool {
        self.pruned_heads.values().any(|heads| !heads.is_empty())
    }
}

/// Activations of BERT models.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Activation {
    /// The exact, error-function GELU.
    Gelu,
    /// The tanh approximation of GELU.
    #[serde(alias = "gelu_pytorch_tanh")]
    GeluNew,
    /// max(x, 0).
    Relu,
}

/// What this project adds to `config.json`, under the key `uproar`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Extension {
    /// Version of the normaliser that the model was trained with; 0, the raw text, when absent.
    #[serde(default)]
    normalizer: u32,
    /// The longest text in tokens, when shorter than the encoder allows.
    max_tokens: Option<usize>,
}

impl ModelFolder {
    /// Opens a model folder: reads its configuration and decision, and checks its checksums.
    pub fn open(path: &Path) -> Result<Self, Error> {
        for file in [
            CONFIG_FILE,
            WEIGHTS_FILE,
            TOKENIZER_FILE,
            decision::FILE_NAME,
        ] {
            if !path.join(file).is_file() {
                return Err(Error::NotAModelFolder {
                    path: path.to_owned(),
                    missing: file,
                });
            }
        }
        let checksum = verify(path)?;
        let outputs_checksum = outputs_checksum(path, &checksum)?;
        let config_path = path.join(CONFIG_FILE);
        let config: BertConfig =
            serde_json::from_slice(&read(&config_path)?).map_err(|error| Error::Config {
                path: config_path.clone(),
                message: error.to_string(),
            })?;
        let normalizer = check(&config).map_err(|message| Error::Config {
            path: config_path.clone(),
            message,
        })?;
        let columns = columns(&config).map_err(|missing| Error::MissingLabels {
            path: config_path,
            missing,
        })?;
        let longest = config.max_position_embeddings;
        Ok(Self {
            max_tokens: config.uproar.max_tokens.map_or(longest, |n| n.min(longest)),
            decision: Decision::load(&path.join(decision::FILE_NAME))?,
            path: path.to_owned(),
            config,
            columns,
            normalizer,
            checksum,
            outputs_checksum,
        })
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The folder's own name, such as `care-minilm`.
    pub fn name(&self) -> String {
        let resolved = fs::canonicalize(&self.path).unwrap_or_else(|_| self.path.clone());
        resolved
            .file_name()
            .map_or_else(String::new, |name| name.to_string_lossy().into_owned())
    }

    /// The encoder's configuration.
    pub fn config(&self) -> &BertConfig {
        &self.config
    }

    /// Where in the model's outputs each signal of [`Signal::ALL`] stands.
    pub fn columns(&self) -> &[usize; Signal::COUNT] {
        &self.columns
    }

    /// How post text becomes the text that this model reads.
    pub fn normalizer(&self) -> Normalizer {
        self.normalizer
    }

    /// The longest text in tokens; what is beyond is cut.
    pub fn max_tokens(&self) -> usize {
        self.max_tokens
    }

    /// Calibration and thresholds.
    pub fn decision(&self) -> &Decision {
        &self.decision
    }

    /// The same model with another decision than its folder holds.
    #[must_use]
    pub fn with_decision(mut self, decision: Decision) -> Self {
        self.decision = decision;
        self
    }

    /// SHA-256 of the weights file, in hexadecimal.
    pub fn checksum(&self) -> &str {
        &self.checksum
    }

    /// SHA-256 of all files that the raw outputs and embeddings depend on, in hexadecimal: weights,
    /// configuration, tokenizer and what makes embeddings.
    pub fn outputs_checksum(&self) -> &str {
        &self.outputs_checksum
    }

    /// The weights file.
    pub fn weights(&self) -> PathBuf {
        self.path.join(WEIGHTS_FILE)
    }

    /// The file that tells how to make embeddings, which need not exist.
    pub fn embedding(&self) -> PathBuf {
        self.path.join(EMBEDDING_FILE)
    }

    /// The tokenizer file.
    pub fn tokenizer(&self) -> PathBuf {
        self.path.join(TOKENIZER_FILE)
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    fs::read(path).map_err(|source| Error::Read {
        path: path.to_owned(),
        source,
    })
}

/// Checks what serde cannot, and finds the normaliser.
fn check(config: &BertConfig) -> Result<Normalizer, String> {
    if config.model_type != "bert" {
        return Err(format!(
            "model_type is {:?}, but only \"bert\" models run here",
            config.model_type
        ));
    }
    if let Some(kind) = &config.position_embedding_type
        && kind != "absolute"
    {
        return Err(format!(
            "position_embedding_type is {kind:?}, but only \"absolute\" runs here"
        ));
    }
    for (name, size) in [
        ("vocab_size", config.vocab_size),
        ("hidden_size", config.hidden_size),
        ("num_hidden_layers", config.num_hidden_layers),
        ("num_attention_heads", config.num_attention_heads),
        ("intermediate_size", config.intermediate_size),
        ("type_vocab_size", config.type_vocab_size),
    ] {
        if size == 0 {
            return Err(format!("{name} is 0"));
        }
    }
    if config.max_position_embeddings < 3 || config.uproar.max_tokens.is_some_and(|n| n < 3) {
        return Err("texts need room for at least 3 tokens".to_owned());
    }
    if !config
        .hidden_size
        .is_multiple_of(config.num_attention_heads)
    {
        return Err(format!(
            "hidden_size {} is not a multiple of num_attention_heads {}",
            config.hidden_size, config.num_attention_heads
        ));
    }
    for (layer, pruned) in &config.pruned_heads {
        let heads = config.num_attention_heads;
        if *layer >= config.num_hidden_layers || pruned.iter().any(|head| *head >= heads) {
            return Err(format!(
                "pruned_heads names heads of layer {layer} that the model does not have"
            ));
        }
        if pruned.len() == heads {
            return Err(format!("pruned_heads leaves layer {layer} no head"));
        }
    }
    let labels: Vec<usize> = config.id2label.keys().copied().collect();
    if labels != (0..labels.len()).collect::<Vec<_>>() {
        return Err("the keys of id2label do not count up from 0".to_owned());
    }
    Normalizer::from_version(config.uproar.normalizer).ok_or_else(|| {
        format!(
            "uproar.normalizer is {}, but this version of uproar knows 0 to {}",
            config.uproar.normalizer,
            Normalizer::LATEST
        )
    })
}

/// Finds each signal among the model's outputs, by name.
fn columns(config: &BertConfig) -> Result<[usize; Signal::COUNT], Vec<&'static str>> {
    let find = |signal: Signal| {
        config
            .id2label
            .iter()
            .find(|(_, label)| *label == signal.name())
            .map(|(column, _)| *column)
    };
    let missing: Vec<_> = Signal::ALL
        .into_iter()
        .filter(|signal| find(*signal).is_none())
        .map(Signal::name)
        .collect();
    if missing.is_empty() {
        Ok(Signal::ALL.map(|signal| find(signal).unwrap_or_default()))
    } else {
        Err(missing)
    }
}

/// Compares the folder's files with its `SHA256SUMS`, where there is one. Returns the checksum of
/// the weights.
fn verify(folder: &Path) -> Result<String, Error> {
    let weights = sha256(&folder.join(WEIGHTS_FILE))?;
    let sums = folder.join(CHECKSUMS_FILE);
    if !sums.is_file() {
        return Ok(weights);
    }
    let text = fs::read_to_string(&sums).map_err(|source| Error::Read {
        path: sums.clone(),
        source,
    })?;
    for (index, line) in text.lines().enumerate() {
        let Some((expected, name)) = parse_checksum(line) else {
            return Err(Error::Config {
                path: sums,
                message: format!(
                    "line {}: expected a SHA-256 in hexadecimal, two spaces and a file name",
                    index + 1
                ),
            });
        };
        let path = folder.join(name);
        let found = if name == WEIGHTS_FILE {
            weights.clone()
        } else {
            sha256(&path)?
        };
        if found != expected.to_ascii_lowercase() {
            return Err(Error::Checksum {
                path,
                expected: expected.to_owned(),
                found,
            });
        }
    }
    Ok(weights)
}

fn outputs_checksum(folder: &Path, weights: &str) -> Result<String, Error> {
    let mut digest = Sha256::new();
    digest.update(weights);
    for file in [CONFIG_FILE, TOKENIZER_FILE] {
        digest.update(sha256(&folder.join(file))?);
    }
    let embedding = folder.join(EMBEDDING_FILE);
    if embedding.is_file() {
        digest.update(sha256(&embedding)?);
    }
    Ok(hex(&digest.finalize()))
}

/// A line of `sha256sum`: the digest, a space, a space or `*`, the name of a file in the folder.
fn parse_checksum(line: &str) -> Option<(&str, &str)> {
    let (digest, rest) = line.split_at_checked(64)?;
    let name = rest
        .strip_prefix("  ")
        .or_else(|| rest.strip_prefix(" *"))?;
    let is_hex = digest.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_inside = !name.is_empty() && !name.contains(['/', '\\']);
    (is_hex && is_inside).then_some((digest, name))
}

fn sha256(path: &Path) -> Result<String, Error> {
    let error = |source| Error::Read {
        path: path.to_owned(),
        source,
    };
    let mut file = File::open(path).map_err(error)?;
    let mut digest = Sha256::new();
    // Part by part: a buffer for all of the weights would take as long as hashing them.
    let mut part = Vec::new();
    loop {
        part.clear();
        let read = file.by_ref().take(1 << 18).read_to_end(&mut part);
        if read.map_err(error)? == 0 {
            return Ok(hex(&digest.finalize()));
        }
        digest.update(&part);
    }
}

fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
