//! `uproar.toml`: what a team sets once for all of its reports.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use clap::Args;
use serde::Deserialize;
use serde_json::{Map, Value};
use toml::de::{DeTable, Deserializer};
use uproar_report::{Calendar, Settings};

use self::check::{Checked, Fault};
use self::file::File;
use crate::error::Error;
use crate::output::note;

mod check;
#[cfg(test)]
mod documentation;
mod documents;
mod file;
mod keys;

pub(crate) use self::documents::{commented, schema_text};
use self::keys::{Section, sections};

/// The name of the file.
pub(crate) const FILE_NAME: &str = "uproar.toml";

/// Which settings are in force.
#[derive(Debug, Args)]
pub(crate) struct ConfigArgs {
    /// The file of settings; otherwise uproar.toml in the current folder or the nearest one above.
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub(crate) config: Option<PathBuf>,

    /// Use no file of settings.
    #[arg(long)]
    pub(crate) no_config: bool,
}

/// The settings in force: those of the file, and defaults for the others.
#[derive(Clone, Debug, Default)]
pub(crate) struct Config {
    file: File,
    path: Option<PathBuf>,
    /// The lines of the keys that the file has.
    lines: BTreeMap<String, usize>,
}

/// A file of settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    #[error("{} cannot be read", path.display())]
    Read { path: PathBuf, source: io::Error },

    #[error("{}:{line}:{column}: {message}", path.display())]
    Invalid {
        path: PathBuf,
        line: usize,
        /// In characters, from 1.
        column: usize,
        message: String,
    },

    #[error("{} is there already; --force replaces it by the defaults", path.display())]
    Exists { path: PathBuf },
}

impl Config {
    /// Reads the file that the options name, or else the nearest one. Tells which, unless `quiet`.
    pub(crate) fn load(args: &ConfigArgs, quiet: bool) -> Result<Self, Error> {
        let path = match &args.config {
            Some(path) => Some(path.clone()),
            None if args.no_config => None,
            None => nearest(),
        };
        let Some(path) = path else {
            return Ok(Self::default());
        };
        let config = Self::read(path.clone())?;
        if !quiet {
            note(&format!("settings of {}", path.display()));
        }
        Ok(config)
    }

    fn read(path: PathBuf) -> Result<Self, ConfigError> {
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(source) => return Err(ConfigError::Read { path, source }),
        };
        match Self::parse(&text) {
            Ok(config) => Ok(Self {
                path: Some(path),
                ..config
            }),
            Err(Fault { offset, message }) => {
                let (line, column) = position(&text, offset);
                Err(ConfigError::Invalid {
                    path,
                    line,
                    column,
                    message,
                })
            }
        }
    }

    fn parse(text: &str) -> Result<Self, Fault> {
        let root = DeTable::parse(text)?;
        let Checked { keys } = check::check(text, root.get_ref())?;
        let file = File::deserialize(Deserializer::from(root))?;
        let config = Self {
            file,
            path: None,
            lines: keys
                .iter()
                .map(|(key, offset)| (key.clone(), position(text, *offset).0))
                .collect(),
        };
        config.settings().check().map_err(|error| Fault {
            offset: check::section_of(&error)
                .and_then(|section| keys.get(section))
                .copied()
                .unwrap_or_default(),
            message: error.to_string(),
        })?;
        Ok(config)
    }

    /// What shapes a report.
    pub(crate) fn settings(&self) -> Settings {
        Settings {
            weights: self.file.priority,
            reach: self.file.reach,
            bands: self.file.bands,
            calendar: Calendar {
                time_zone: self.file.time_zone.zone(),
                business_hours: self.file.business_hours.as_ref().map(Into::into),
            },
            redact_reports: self.file.redaction.reports,
        }
    }

    /// The company's handles: those given on the command line, or else the file's.
    pub(crate) fn company<'a>(&'a self, given: &'a [String]) -> &'a [String] {
        if given.is_empty() {
            &self.file.company
        } else {
            given
        }
    }

    /// Whether posts' texts have markers in place of personal data, as `--redact` asks for.
    pub(crate) fn redacts_posts(&self) -> bool {
        self.file.redaction.posts
    }

    /// How many posts queue.csv has at most: as given on the command line, or else in the file.
    pub(crate) fn top(&self, given: Option<usize>) -> Option<usize> {
        given.or(self.file.report.top)
    }

    /// The file, where there is one.
    pub(crate) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Every key with its value in force, in the order of the documentation.
    pub(crate) fn entries(&self) -> Result<Vec<Entry>, Error> {
        let values = toml::Table::try_from(&self.file)?;
        let entries = sections()?.into_iter().flat_map(|section| {
            let Section { name, keys, .. } = section;
            let values = match &name {
                Some(name) => values.get(name).and_then(toml::Value::as_table),
                None => Some(&values),
            };
            let entries = keys.into_iter().map(|key| {
                let path = key.path(name.as_deref());
                Entry {
                    value: values.and_then(|values| values.get(&key.name)).cloned(),
                    line: self.lines.get(&path).copied(),
                    path,
                }
            });
            entries.collect::<Vec<_>>()
        });
        Ok(entries.collect())
    }

    /// The values in force that no option can change, for the record of a run; not what is not set.
    pub(crate) fn record(&self) -> Result<Map<String, Value>, Error> {
        let is_option = |path: &str| ["company", "redaction.posts", "report.top"].contains(&path);
        let entries = self.entries()?.into_iter();
        entries
            .filter(|entry| !is_option(&entry.path))
            .filter_map(|entry| Some((entry.path, entry.value?)))
            .map(|(path, value)| Ok((path, serde_json::to_value(value)?)))
            .collect()
    }
}

/// A key with its value in force.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// Such as `priority.urgency`.
    pub(crate) path: String,
    /// `None` where nothing is set.
    pub(crate) value: Option<toml::Value>,
    /// Its line in the file; `None` where the value is the default.
    pub(crate) line: Option<usize>,
}

/// The file in the current folder or the nearest one above, named from where the user stands.
fn nearest() -> Option<PathBuf> {
    let here = PathBuf::from(FILE_NAME);
    if here.is_file() {
        return Some(here);
    }
    let folder = std::env::current_dir().ok()?;
    let above = folder.ancestors().skip(1);
    above
        .map(|folder| folder.join(FILE_NAME))
        .find(|path| path.is_file())
}

/// Line and column, from 1, of a byte.
fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let column = before.get(start..).unwrap_or_default().chars().count() + 1;
    (line, column)
}

#[cfg(test)]
mod tests;
