//! What determines a run's result, so that only the same run goes on with what is there.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uproar_classifier::Classifier;
use uproar_ingest::OpenedInput;

use super::digest::Digest;
use crate::error::Error;

/// The version of the layout. One of another version is not gone on with.
const SCHEMA: u32 = 2;

/// How much of a file's start and end goes into its fingerprint.
const END_BYTES: u64 = 64 * 1024;

/// What determines a run's result.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct Journal {
    schema: u32,
    uproar: String,
    /// SHA-256 of the model's files.
    model: String,
    normalizer: u32,
    engine: String,
    /// SHA-256 of the decision in force.
    decision: String,
    options: Map<String, Value>,
    inputs: Vec<Fingerprint>,
}

/// A file as it was when the run began.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
struct Fingerprint {
    path: String,
    bytes: u64,
    modified: Option<String>,
    /// SHA-256 of its start and its end.
    ends: String,
}

impl Journal {
    /// The journal of a run that begins now.
    pub(super) fn new(
        inputs: &[OpenedInput],
        options: Map<String, Value>,
        classifier: &Classifier,
    ) -> Result<Self, Error> {
        let model = classifier.model();
        // A stream is told by its content alone.
        let files = inputs
            .iter()
            .filter_map(|it| Some((&it.name, it.path.as_deref()?)));
        let mut files: Vec<(&String, &Path)> = files.collect();
        // An archive counts once for all of its members, a file as often as it is named.
        files.dedup_by(|(name, path), (last_name, last)| path == last && name != last_name);
        let fingerprints = files
            .into_iter()
            .map(|(_, path)| {
                Fingerprint::of(path).map_err(|source| uproar_ingest::Error::Io {
                    file: path.display().to_string(),
                    source,
                })
            })
            .collect::<Result<_, _>>()?;
        Ok(Self {
            schema: SCHEMA,
            uproar: env!("CARGO_PKG_VERSION").to_owned(),
            model: model.outputs_checksum().to_owned(),
            normalizer: model.normalizer().version(),
            engine: classifier.engine(),
            decision: Digest::of(model.decision().to_toml()?.as_bytes()).to_hex(),
            options,
            inputs: fingerprints,
        })
    }

    /// Reads the journal of an earlier run. None when there is no file; an error of the kind
    /// [`io::ErrorKind::InvalidData`] when it is no journal that this version knows.
    pub(super) fn read(path: &Path) -> io::Result<Option<Self>> {
        match fs::read(path) {
            // Not serde's own conversion, which tells a file that ends too early apart.
            Ok(text) => serde_json::from_slice(&text)
                .map(Some)
                .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// What tells this run from `now`, in words; nothing when they give the same result.
    pub(super) fn differences(&self, now: &Self) -> Vec<String> {
        let mut found = Vec::new();
        let mut compare = |what: &str, then: &str, now: &str| {
            if then != now {
                found.push(format!("{what} was {then} and is {now}"));
            }
        };
        let short = |digest: &str| digest.chars().take(12).collect::<String>();
        compare(
            "the journal's version",
            &self.schema.to_string(),
            &now.schema.to_string(),
        );
        compare("uproar", &self.uproar, &now.uproar);
        compare("the model", &short(&self.model), &short(&now.model));
        compare(
            "the normaliser",
            &self.normalizer.to_string(),
            &now.normalizer.to_string(),
        );
        compare("the engine", &self.engine, &now.engine);
        compare(
            "the decision",
            &short(&self.decision),
            &short(&now.decision),
        );
        let names = self.options.keys().chain(now.options.keys());
        let mut names: Vec<&String> = names.collect();
        names.sort();
        names.dedup();
        for name in names {
            let shown = |options: &Map<String, Value>| {
                options.get(name).unwrap_or(&Value::Null).to_string()
            };
            compare(
                &format!("--{name}"),
                &shown(&self.options),
                &shown(&now.options),
            );
        }
        let paths = |journal: &Self| -> Vec<String> {
            journal.inputs.iter().map(|it| it.path.clone()).collect()
        };
        let (then_paths, now_paths) = (paths(self), paths(now));
        if then_paths == now_paths {
            for (then, now) in self.inputs.iter().zip(&now.inputs) {
                found.extend(then.difference(now));
            }
        } else {
            let listed = |paths: &[String]| match paths {
                [] => "no file".to_owned(),
                paths => paths.join(", "),
            };
            found.push(format!(
                "the inputs were {} and are {}",
                listed(&then_paths),
                listed(&now_paths)
            ));
        }
        found
    }
}

impl Fingerprint {
    fn of(path: &Path) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let metadata = file.metadata()?;
        let mut ends = Vec::new();
        file.by_ref().take(END_BYTES).read_to_end(&mut ends)?;
        let tail = metadata.len().saturating_sub(END_BYTES);
        file.seek(SeekFrom::Start(tail))?;
        file.take(END_BYTES).read_to_end(&mut ends)?;
        Ok(Self {
            path: path.display().to_string(),
            bytes: metadata.len(),
            modified: metadata
                .modified()
                .ok()
                .and_then(|time| Timestamp::try_from(time).ok())
                .map(|time| time.to_string()),
            ends: Digest::of(&ends).to_hex(),
        })
    }

    fn difference(&self, now: &Self) -> Option<String> {
        let path = &self.path;
        if self.bytes != now.bytes {
            return Some(format!(
                "{path} had {} bytes and has {}",
                self.bytes, now.bytes
            ));
        }
        if self.ends != now.ends {
            return Some(format!("{path} has other content"));
        }
        (self.modified != now.modified)
            .then(|| format!("{path} was written again since the run began"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn journal(path: &Path) -> Journal {
        let options = serde_json::json!({"company": ["@acme"], "top": null});
        Journal {
            schema: SCHEMA,
            uproar: "0.1.0".to_owned(),
            model: "0123456789abcdef".to_owned(),
            normalizer: 1,
            engine: "native (fma, f32)".to_owned(),
            decision: "fedcba9876543210".to_owned(),
            options: options.as_object().cloned().unwrap_or_default(),
            inputs: vec![Fingerprint {
                path: "export.csv".to_owned(),
                ..Fingerprint::of(path).unwrap()
            }],
        }
    }

    #[test]
    fn what_differs_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("export.csv");
        fs::write(&path, "text\nhello\n").unwrap();
        let then = journal(&path);
        assert_eq!(then.differences(&then), Vec::<String>::new());

        fs::write(&path, "text\nhello again\n").unwrap();
        let mut now = journal(&path);
        now.uproar = "0.2.0".to_owned();
        now.model = "other".to_owned();
        now.options.insert("top".to_owned(), Value::from(5));
        let mut elsewhere = then.clone();
        elsewhere.inputs.clear();
        let mut same_size = then.clone();
        same_size.inputs[0].ends.clear();
        let mut touched = then.clone();
        touched.inputs[0].modified = None;
        let found =
            [now, elsewhere, same_size, touched].map(|now| then.differences(&now).join("; "));
        insta::assert_snapshot!(found.join("\n"), @r#"
        uproar was 0.1.0 and is 0.2.0; the model was 0123456789ab and is other; --top was null and is 5; export.csv had 11 bytes and has 17
        the inputs were export.csv and are no file
        export.csv has other content
        export.csv was written again since the run began
        "#);
    }

    #[test]
    fn a_journal_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.json");
        assert_eq!(Journal::read(&path).unwrap(), None);
        for damaged in ["{\"schema\": 7}", "{\"schema\": 1, \"uproar\"", ""] {
            fs::write(&path, damaged).unwrap();
            let error = Journal::read(&path).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::InvalidData, "{damaged}");
        }
        let written = journal(&path);
        fs::write(&path, serde_json::to_vec(&written).unwrap()).unwrap();
        assert_eq!(Journal::read(&path).unwrap(), Some(written));
    }
}
