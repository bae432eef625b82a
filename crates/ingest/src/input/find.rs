//! The files that folders and patterns lead to.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::Read;
use std::path::{Component, Path, PathBuf};

use serde::Deserialize;
use serde::de::IgnoredAny;
use walkdir::{DirEntry, WalkDir};

use crate::error::Error;
use crate::limits::{Limit, Limits};
use crate::notice::LeftOut;

use super::path_shown;

/// What a path leads to.
pub(crate) enum Finding {
    /// The file that it names.
    Named(PathBuf),
    /// What a folder holds or a pattern matches.
    Found(Files),
}

/// Files of a folder or pattern.
#[derive(Debug, Default)]
pub(crate) struct Files {
    /// The files to read, sorted by path.
    pub(crate) paths: Vec<PathBuf>,
    /// What is not a file to read, and why, sorted by path.
    pub(crate) left_out: Vec<LeftOut>,
    /// How many files and folders are hidden ones.
    pub(crate) hidden: u64,
}

/// Finds the files that `path` leads to, after `already` files that count towards the same limit.
pub(crate) fn find(path: PathBuf, already: usize, limits: &Limits) -> Result<Finding, Error> {
    let mut search = Search {
        input: path_shown(&path),
        most: limits.files.saturating_sub(already),
        limit: limits.get(Limit::Files),
        paths: BTreeSet::new(),
        left_out: BTreeMap::new(),
        hidden: 0,
        walked: HashSet::new(),
    };
    if path.is_dir() {
        search.add_folder(&path)?;
    } else if let Some(pattern) = pattern(&path) {
        search.add_matches(pattern)?;
    } else {
        return Ok(Finding::Named(path));
    }
    Ok(Finding::Found(search.files()?))
}

/// Whether something is there, if only a link that leads nowhere.
fn exists(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// A path with the marks of a pattern that names no file; one that is not UTF-8 cannot be matched.
fn pattern(path: &Path) -> Option<&str> {
    path.to_str().filter(|text| is_wild(text) && !exists(path))
}

fn is_wild(text: &str) -> bool {
    text.contains(['*', '?', '['])
}

/// A search under way.
struct Search {
    /// The folder or pattern as given, for messages.
    input: String,
    /// How many files may be found.
    most: usize,
    /// The limit behind `most`, for the message.
    limit: u64,
    paths: BTreeSet<PathBuf>,
    /// Why a path is left out.
    left_out: BTreeMap<PathBuf, String>,
    hidden: u64,
    /// The folders that are done, with all below them.
    walked: HashSet<PathBuf>,
}

/// A part of a pattern between two separators.
enum Part {
    /// `**`: any folders, or none.
    Folders,
    Wild(glob::Pattern),
    Literal(OsString),
}

impl Part {
    fn new(part: Component<'_>) -> Result<Self, glob::PatternError> {
        Ok(match part.as_os_str().to_str() {
            Some("**") => Self::Folders,
            Some(text) if is_wild(text) => Self::Wild(glob::Pattern::new(text)?),
            _ => Self::Literal(part.as_os_str().to_owned()),
        })
    }
}

impl Search {
    /// Adds the files of `folder` and the folders below it.
    fn add_folder(&mut self, folder: &Path) -> Result<(), Error> {
        self.walked.insert(folder.to_owned());
        let mut entries = WalkDir::new(folder).sort_by_file_name().into_iter();
        while let Some(entry) = entries.next() {
            let entry = entry.map_err(|error| {
                let path = error.path().unwrap_or(folder).to_owned();
                let source = error.into_io_error();
                failed(
                    &path,
                    source.unwrap_or_else(|| std::io::Error::other("a loop")),
                )
            })?;
            // The folder itself may be a link, which was asked for.
            let is_root = entry.depth() == 0;
            if !is_root && is_hidden(&entry) {
                self.hidden += 1;
                if entry.file_type().is_dir() {
                    entries.skip_current_dir();
                }
            } else if is_root || entry.file_type().is_dir() {
                if is_report(entry.path()) {
                    self.leave_out(entry.path(), "a report of Uproar");
                    entries.skip_current_dir();
                }
            } else {
                self.add_file(entry.into_path())?;
            }
        }
        Ok(())
    }

    /// Adds what a pattern matches: files, and folders with what they hold.
    fn add_matches(&mut self, pattern: &str) -> Result<(), Error> {
        let invalid = |error: glob::PatternError| Error::Pattern {
            pattern: self.input.clone(),
            message: error.msg.to_owned(),
        };
        let parts: Result<Vec<Part>, _> = Path::new(pattern).components().map(Part::new).collect();
        let mut parts = parts.map_err(invalid)?;
        parts.dedup_by(|a, b| matches!((a, b), (Part::Folders, Part::Folders)));
        if pattern.ends_with(std::path::is_separator) {
            // Of a file, such a path is not there.
            parts.push(Part::Literal(OsString::new()));
        }
        if self.add_below(Path::new(""), &parts)? {
            Ok(())
        } else {
            Err(Error::NoMatch {
                pattern: self.input.clone(),
            })
        }
    }

    /// Adds what the rest of a pattern matches below `path`; false if that is nothing.
    ///
    /// `glob::glob` does the same, but panics on names that are not UTF-8 and follows links in
    /// circles.
    fn add_below(&mut self, path: &Path, parts: &[Part]) -> Result<bool, Error> {
        const OPTIONS: glob::MatchOptions = glob::MatchOptions {
            case_sensitive: true,
            require_literal_separator: true,
            require_literal_leading_dot: true,
        };
        let Some((part, rest)) = parts.split_first() else {
            return self.add_match(path);
        };
        let mut is_matched = false;
        match part {
            Part::Literal(name) => {
                let path = path.join(name);
                if exists(&path) {
                    is_matched = self.add_below(&path, rest)?;
                }
            }
            Part::Wild(pattern) => {
                for name in names(path)? {
                    if pattern.matches_with(&name.to_string_lossy(), OPTIONS) {
                        is_matched |= self.add_below(&path.join(name), rest)?;
                    }
                }
            }
            Part::Folders => {
                is_matched = self.add_below(path, rest)?;
                for name in names(path)? {
                    let path = path.join(&name);
                    if !starts_with_dot(&name) && path.is_dir() && !path.is_symlink() {
                        is_matched |= self.add_below(&path, parts)?;
                    }
                }
            }
        }
        Ok(is_matched)
    }

    /// Adds a file or folder that a pattern matches, which it does.
    fn add_match(&mut self, path: &Path) -> Result<bool, Error> {
        if !path.ancestors().any(|above| self.walked.contains(above)) {
            if path.is_dir() {
                self.add_folder(path)?;
            } else {
                self.add_file(path.to_owned())?;
            }
        }
        Ok(true)
    }

    fn add_file(&mut self, path: PathBuf) -> Result<(), Error> {
        // Through links: a link to a file is as good as the file.
        let metadata = std::fs::metadata(&path).map_err(|error| failed(&path, error))?;
        if metadata.is_dir() {
            // It may lead back up, without end.
            self.leave_out(&path, "a link to a folder");
        } else if !metadata.is_file() {
            self.leave_out(&path, "no regular file");
        } else if self.paths.len() >= self.most {
            return Err(Error::TooManyFiles {
                file: self.input.clone(),
                limit: self.limit,
            });
        } else {
            self.paths.insert(path);
        }
        Ok(())
    }

    fn leave_out(&mut self, path: &Path, why: &str) {
        self.left_out.insert(path.to_owned(), why.to_owned());
    }

    /// What was found. A file that links lead to as well is read once: its rows would count twice.
    fn files(mut self) -> Result<Files, Error> {
        let mut names: BTreeMap<PathBuf, PathBuf> = BTreeMap::new();
        let mut paths = Vec::new();
        for path in std::mem::take(&mut self.paths) {
            let file = path.canonicalize().map_err(|error| failed(&path, error))?;
            if let Some(first) = names.get(&file) {
                let why = format!("the same file as {}", path_shown(first));
                self.leave_out(&path, &why);
            } else {
                names.insert(file, path.clone());
                paths.push(path);
            }
        }
        let left_out = self.left_out.into_iter().map(|(path, why)| LeftOut {
            file: path_shown(&path),
            why,
        });
        Ok(Files {
            paths,
            left_out: left_out.collect(),
            hidden: self.hidden,
        })
    }
}

fn failed(path: &Path, error: std::io::Error) -> Error {
    Error::io(&path_shown(path), error)
}

/// The names in a folder, sorted, where an empty path is the present one; none if it is no folder.
fn names(folder: &Path) -> Result<Vec<OsString>, Error> {
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let listed = std::fs::read_dir(folder).and_then(|entries| {
        let names = entries.map(|entry| Ok(entry?.file_name()));
        names.collect::<std::io::Result<Vec<_>>>()
    });
    let mut names = listed.map_err(|error| failed(folder, error))?;
    names.sort();
    Ok(names)
}

fn starts_with_dot(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
}

fn is_hidden(entry: &DirEntry) -> bool {
    starts_with_dot(entry.file_name())
}

/// Whether a folder holds a finished report: its own tables look like exports.
fn is_report(folder: &Path) -> bool {
    /// What a report's `run.json` has and another program's hardly.
    #[derive(Deserialize)]
    struct Run {
        #[serde(rename = "uproar")]
        _version: IgnoredAny,
        #[serde(rename = "schema")]
        _schema: IgnoredAny,
    }
    const LONGEST: u64 = 16 << 20;
    let path = folder.join("run.json");
    // To open a named pipe takes until somebody writes to it.
    if !path.is_file() {
        return false;
    }
    let Ok(file) = File::open(path) else {
        return false;
    };
    serde_json::from_reader::<_, Run>(std::io::BufReader::new(file.take(LONGEST))).is_ok()
}

#[cfg(test)]
mod tests;
