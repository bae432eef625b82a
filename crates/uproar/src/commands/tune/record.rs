//! What was tuned on what, for the provenance of a decision and for programs.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use jiff::Timestamp;
use serde::Serialize;
use uproar_classifier::decision;
use uproar_tuning::labels::{Label, checksum};
use uproar_tuning::tune::{Comparison, Outcome, Tuning};

use super::TuneArgs;
use crate::error::Error;
use crate::labelled::Labelled;

/// What was tuned on what. All but the date depends on the inputs and options alone.
#[derive(Debug, Serialize)]
pub(super) struct Record {
    /// The version of Uproar.
    uproar: String,
    /// The day, in UTC.
    date: String,
    /// SHA-256 of the decision that it started from.
    parent: String,
    model: Source,
    labels: Source,
    /// Posts with labels.
    rows: usize,
    signals: BTreeMap<&'static str, SignalRecord>,
}

/// A file, or a model by its weights.
#[derive(Debug, Serialize)]
struct Source {
    name: String,
    sha256: String,
}

#[derive(Debug, Serialize)]
struct SignalRecord {
    goal: String,
    rows: usize,
    verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// What was fitted anew: `cuts` (of sentiment: `biases`), `calibration`, both or nothing.
    changed: Vec<&'static str>,
    measures: Vec<Measure>,
}

#[derive(Debug, Serialize)]
struct Measure {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<f64>,
    /// The 95 % interval of after − before.
    #[serde(skip_serializing_if = "Option::is_none")]
    difference: Option<[f64; 2]>,
}

impl Record {
    pub(super) fn new(
        args: &TuneArgs,
        labelled: &Labelled,
        tuning: &Tuning,
    ) -> Result<Self, Error> {
        let model = labelled.classifier.model();
        let own = model.path().join(decision::FILE_NAME);
        let parent = args.engine.model.decision.as_deref().unwrap_or(&own);
        let labels = &args.labels.labels;
        let signals = tuning.outcomes.iter();
        Ok(Self {
            uproar: env!("CARGO_PKG_VERSION").to_owned(),
            date: today()?,
            parent: checksum(&read(parent)?),
            model: Source {
                name: model.name(),
                sha256: model.checksum().to_owned(),
            },
            labels: Source {
                name: labels
                    .file_name()
                    .map_or_else(String::new, |name| name.to_string_lossy().into_owned()),
                sha256: labelled.labels.checksum.clone(),
            },
            rows: labelled.cases.len(),
            signals: signals
                .map(|outcome| (outcome.goal.label.name(), SignalRecord::new(outcome)))
                .collect(),
        })
    }

    /// The record as a decision's provenance. What the earlier one says stays readable: of a signal
    /// that is not fitted anew, when it last was, as `fitted`; of the first decision, all, as
    /// `origin`.
    pub(super) fn provenance(&self, earlier: &toml::Table) -> Result<toml::Table, Error> {
        let mut provenance = toml::Table::try_from(self)?;
        let earlier_signals = earlier.get("signals").and_then(toml::Value::as_table);
        let origin = match earlier_signals {
            Some(_) => earlier.get("origin").cloned(),
            None => Some(toml::Value::Table(earlier.clone())),
        };
        if let Some(origin) = origin {
            provenance.insert("origin".to_owned(), origin);
        }
        let Some(earlier_signals) = earlier_signals else {
            return Ok(provenance);
        };
        let Some(toml::Value::Table(signals)) = provenance.get_mut("signals") else {
            return Ok(provenance);
        };
        for (name, before) in earlier_signals {
            let Some(fitted) = last_fitted(before, earlier) else {
                continue;
            };
            let signal = signals
                .entry(name)
                .or_insert_with(|| toml::Value::Table(toml::Table::new()));
            if let toml::Value::Table(signal) = signal
                && !is_changed(signal)
            {
                signal.insert("fitted".to_owned(), fitted);
            }
        }
        Ok(provenance)
    }
}

fn is_changed(signal: &toml::Table) -> bool {
    let changed = signal.get("changed").and_then(toml::Value::as_array);
    changed.is_some_and(|changed| !changed.is_empty())
}

/// What an earlier provenance says of the last time that a signal was fitted.
fn last_fitted(signal: &toml::Value, earlier: &toml::Table) -> Option<toml::Value> {
    let signal = signal.as_table()?;
    if !is_changed(signal) {
        return signal.get("fitted").cloned();
    }
    let mut fitted = signal.clone();
    for key in ["date", "labels"] {
        fitted.extend(
            earlier
                .get_key_value(key)
                .map(|(key, value)| (key.clone(), value.clone())),
        );
    }
    Some(toml::Value::Table(fitted))
}

impl SignalRecord {
    fn new(outcome: &Outcome) -> Self {
        let cuts = if outcome.goal.label == Label::Sentiment {
            "biases"
        } else {
            "cuts"
        };
        let cuts = outcome.has_new_cuts.then_some(cuts);
        let calibration = outcome.has_new_calibration.then_some("calibration");
        Self {
            goal: outcome.goal.to_string(),
            rows: outcome.rows,
            verdict: outcome.verdict.name(),
            reason: outcome.reason.clone(),
            changed: cuts.into_iter().chain(calibration).collect(),
            measures: outcome.comparisons.iter().map(Measure::new).collect(),
        }
    }
}

impl Measure {
    fn new(comparison: &Comparison) -> Self {
        let decimals = |value: f64| (value * 1e4).round() / 1e4;
        Self {
            name: comparison.measure.clone(),
            before: comparison.before.map(decimals),
            after: comparison.after.map(decimals),
            difference: comparison
                .difference
                .map(|it| [it.low, it.high].map(decimals)),
        }
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    Ok(
        fs::read(path).map_err(|source| uproar_classifier::Error::Read {
            path: path.to_owned(),
            source,
        })?,
    )
}

/// The day in UTC, or that of `SOURCE_DATE_EPOCH`, by which builds are made reproducible.
fn today() -> Result<String, Error> {
    let now = match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(seconds) => seconds
            .parse()
            .ok()
            .and_then(|seconds| Timestamp::from_second(seconds).ok())
            .ok_or(Error::Usage("SOURCE_DATE_EPOCH is not a number of seconds"))?,
        Err(_) => Timestamp::now(),
    };
    Ok(now.strftime("%Y-%m-%d").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(changed: &[&'static str], date: &str) -> Record {
        let source = |name: &str| Source {
            name: name.to_owned(),
            sha256: "9f86d081".to_owned(),
        };
        let signal = SignalRecord {
            goal: "churn=f1".to_owned(),
            rows: 300,
            verdict: "new",
            reason: None,
            changed: changed.to_vec(),
            measures: Vec::new(),
        };
        Record {
            uproar: "0.1.0".to_owned(),
            date: date.to_owned(),
            parent: "60303ae2".to_owned(),
            model: source("care-minilm"),
            labels: source("labels.csv"),
            rows: 300,
            signals: BTreeMap::from([("churn", signal)]),
        }
    }

    #[test]
    fn earlier_provenance_stays_readable() {
        let origin: toml::Table = toml::from_str("seed = 7").unwrap();
        let first = record(&["cuts"], "2026-03-01").provenance(&origin).unwrap();
        assert_eq!(first["origin"].as_table(), Some(&origin));
        // Kept twice, then fitted anew.
        let second = record(&[], "2026-04-01").provenance(&first).unwrap();
        let third = record(&[], "2026-05-01").provenance(&second).unwrap();
        for kept in [&second, &third] {
            let fitted = &kept["signals"]["churn"]["fitted"];
            assert_eq!(fitted["date"].as_str(), Some("2026-03-01"));
            assert_eq!(fitted["labels"]["name"].as_str(), Some("labels.csv"));
            assert_eq!(kept["origin"].as_table(), Some(&origin));
        }
        let fourth = record(&["cuts"], "2026-06-01").provenance(&third).unwrap();
        let churn = fourth["signals"]["churn"].as_table().unwrap();
        assert!(!churn.contains_key("fitted"));
    }

    #[test]
    fn a_signal_left_out_keeps_its_own() {
        let first = record(&["cuts"], "2026-03-01")
            .provenance(&toml::Table::new())
            .unwrap();
        let mut second = record(&["cuts"], "2026-04-01");
        second.signals.clear();
        let second = second.provenance(&first).unwrap();
        let fitted = &second["signals"]["churn"]["fitted"];
        assert_eq!(fitted["date"].as_str(), Some("2026-03-01"));
    }
}
