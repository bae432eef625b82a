//! The files that folders and patterns lead to.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::IgnoredAny;
use walkdir::{DirEntry, WalkDir};

use crate::error::Error;
use crate::limits::{Limit, Limits};
use crate::notice::LeftOut;

use super::shown;

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
    /// What is not a file to read, and why.
    pub(crate) left_out: Vec<LeftOut>,
    /// How many files and folders are hidden ones.
    pub(crate) hidden: u64,
}

/// Finds the files that `path` leads to, after `already` files that count towards the same limit.
pub(crate) fn find(path: PathBuf, already: usize, limits: &Limits) -> Result<Finding, Error> {
    let mut search = Search {
        input: path.display().to_string(),
        most: limits.files.saturating_sub(already),
        limit: limits.get(Limit::Files),
        files: Files::default(),
    };
    if path.is_dir() {
        search.add_folder(&path)?;
    } else if !exists(&path) && is_pattern(&path) {
        search.add_matches()?;
    } else {
        return Ok(Finding::Named(path));
    }
    search.files.paths.sort();
    search.files.paths.dedup();
    Ok(Finding::Found(search.files))
}

/// Whether something is there, if only a link that leads nowhere.
fn exists(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// Whether a path has the marks of a pattern; one that is not UTF-8 cannot be matched.
fn is_pattern(path: &Path) -> bool {
    path.to_str()
        .is_some_and(|text| text.contains(['*', '?', '[']))
}

/// A search under way.
struct Search {
    /// The folder or pattern as given.
    input: String,
    /// How many files may be found.
    most: usize,
    /// The limit behind `most`, for the message.
    limit: u64,
    files: Files,
}

impl Search {
    /// Adds the files of `folder` and the folders below it.
    fn add_folder(&mut self, folder: &Path) -> Result<(), Error> {
        let mut entries = WalkDir::new(folder).into_iter();
        while let Some(entry) = entries.next() {
            let entry = entry.map_err(|error| {
                let path = error.path().unwrap_or(folder).display().to_string();
                let source = error.into_io_error();
                Error::io(
                    &shown(&path),
                    source.unwrap_or_else(|| std::io::Error::other("a loop")),
                )
            })?;
            if entry.depth() > 0 && is_hidden(&entry) {
                self.files.hidden += 1;
                if entry.file_type().is_dir() {
                    entries.skip_current_dir();
                }
            } else if entry.file_type().is_dir() {
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
    fn add_matches(&mut self) -> Result<(), Error> {
        const OPTIONS: glob::MatchOptions = glob::MatchOptions {
            case_sensitive: true,
            require_literal_separator: true,
            require_literal_leading_dot: true,
        };
        let matches = glob::glob_with(&self.input, OPTIONS).map_err(|error| Error::Pattern {
            pattern: self.input.clone(),
            message: error.msg.to_owned(),
        })?;
        let mut is_matched = false;
        for path in matches {
            let path = path.map_err(|error| {
                let path = shown(&error.path().display().to_string());
                Error::io(&path, error.into())
            })?;
            is_matched = true;
            if path.is_dir() {
                self.add_folder(&path)?;
            } else {
                self.add_file(path)?;
            }
        }
        if is_matched {
            Ok(())
        } else {
            Err(Error::NoMatch {
                pattern: self.input.clone(),
            })
        }
    }

    fn add_file(&mut self, path: PathBuf) -> Result<(), Error> {
        // Through links: a link to a file is as good as the file.
        let metadata = std::fs::metadata(&path)
            .map_err(|error| Error::io(&shown(&path.display().to_string()), error))?;
        if metadata.is_dir() {
            // It may lead back up, without end.
            self.leave_out(&path, "a link to a folder");
        } else if !metadata.is_file() {
            self.leave_out(&path, "no regular file");
        } else if self.files.paths.len() >= self.most {
            return Err(Error::TooManyFiles {
                file: self.input.clone(),
                limit: self.limit,
            });
        } else {
            self.files.paths.push(path);
        }
        Ok(())
    }

    fn leave_out(&mut self, path: &Path, why: &str) {
        self.files.left_out.push(LeftOut {
            file: shown(&path.display().to_string()),
            why: why.to_owned(),
        });
    }
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().as_encoded_bytes().starts_with(b".")
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
    let Ok(file) = File::open(folder.join("run.json")) else {
        return false;
    };
    serde_json::from_reader::<_, Run>(std::io::BufReader::new(file.take(LONGEST))).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with a bit of everything.
    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in [
            ("b.csv", "text\n"),
            ("a/z.csv", "text\n"),
            ("a.csv", "text\n"),
            ("[x].csv", "text\n"),
            (".hidden.csv", "text\n"),
            (".git/config", ""),
            ("report/run.json", r#"{"schema": 1, "uproar": "0.1.0"}"#),
            ("report/posts.csv", "text\n"),
            ("sprint/run.json", r#"{"id": 1}"#),
        ] {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        }
        folder
    }

    /// What is found at `path` within the folder, without the folder's own name.
    fn found(folder: &Path, path: &str, limits: &Limits) -> Result<Files, Error> {
        match find(folder.join(path), 0, limits)? {
            Finding::Found(files) => Ok(files),
            Finding::Named(path) => panic!("{} is one file", path.display()),
        }
    }

    fn names(folder: &Path, files: &Files) -> Vec<String> {
        let below = |path: &PathBuf| path.strip_prefix(folder).unwrap().display().to_string();
        files.paths.iter().map(below).collect()
    }

    #[test]
    fn a_folder_gives_its_files_in_order() {
        let folder = folder();
        let files = found(folder.path(), "", &Limits::default()).unwrap();
        assert_eq!(
            names(folder.path(), &files),
            ["[x].csv", "a/z.csv", "a.csv", "b.csv", "sprint/run.json"]
        );
        assert_eq!(files.hidden, 2);
        assert_eq!(files.left_out.len(), 1);
        assert!(files.left_out[0].file.ends_with("report"));
        assert_eq!(files.left_out[0].why, "a report of Uproar");
    }

    #[test]
    fn patterns() {
        let folder = folder();
        let limits = Limits::default();
        for (pattern, expected) in [
            ("*.csv", &["[x].csv", "a.csv", "b.csv"][..]),
            ("?.csv", &["a.csv", "b.csv"]),
            ("[!a].csv", &["b.csv"]),
            (
                "**/*.csv",
                &["[x].csv", "a/z.csv", "a.csv", "b.csv", "report/posts.csv"],
            ),
            ("a*", &["a/z.csv", "a.csv"]),
        ] {
            let files = found(folder.path(), pattern, &limits).unwrap();
            assert_eq!(names(folder.path(), &files), expected, "{pattern}");
        }
        assert!(matches!(
            found(folder.path(), "*.tsv", &limits),
            Err(Error::NoMatch { .. })
        ));
        assert!(matches!(
            found(folder.path(), "a***", &limits),
            Err(Error::Pattern { .. })
        ));
    }

    #[test]
    fn a_file_with_the_marks_of_a_pattern_is_that_file() {
        let folder = folder();
        for name in ["[x].csv", "absent.csv"] {
            let path = folder.path().join(name);
            let finding = find(path.clone(), 0, &Limits::default()).unwrap();
            assert!(matches!(finding, Finding::Named(named) if named == path));
        }
    }

    #[test]
    fn there_are_not_more_files_than_allowed() {
        let folder = folder();
        let limits = |files| Limits {
            files,
            ..Limits::default()
        };
        assert!(found(folder.path(), "", &limits(5)).is_ok());
        for pattern in ["", "**/*"] {
            assert!(matches!(
                found(folder.path(), pattern, &limits(4)),
                Err(Error::TooManyFiles { limit: 4, .. })
            ));
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_lead_to_files_but_not_to_folders() {
        use std::os::unix::fs::symlink;

        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.csv"), "text\n").unwrap();
        symlink("a.csv", folder.path().join("b.csv")).unwrap();
        symlink(".", folder.path().join("c")).unwrap();
        let files = found(folder.path(), "", &Limits::default()).unwrap();
        assert_eq!(names(folder.path(), &files), ["a.csv", "b.csv"]);
        assert_eq!(files.left_out[0].why, "a link to a folder");

        symlink("gone.csv", folder.path().join("d.csv")).unwrap();
        let error = found(folder.path(), "", &Limits::default()).unwrap_err();
        assert!(error.to_string().contains("d.csv"), "{error}");
    }
}
