//! Runs the built binary.

use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

/// The model's outputs, in their order.
#[allow(dead_code, reason = "not every test binary looks at scores")]
pub(crate) const SIGNALS: [&str; 8] = [
    "anger",
    "urgency",
    "negative",
    "neutral",
    "positive",
    "actionable",
    "tried_before",
    "churn",
];

/// The top of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The binary, run at the top of the repository as the README does.
pub(crate) fn uproar() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_uproar"));
    command
        .current_dir(root())
        .env_remove("UPROAR_MODEL")
        .env_remove("UPROAR_DECISION")
        .env_remove("UPROAR_CACHE");
    command
}

/// A finished run.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) code: Option<i32>,
    #[allow(dead_code, reason = "not every test binary reads it")]
    pub(crate) stdout: String,
    #[allow(dead_code, reason = "not every test binary reads it")]
    pub(crate) stderr: String,
}

/// Runs a command to its end, with this standard input.
pub(crate) fn run(command: &mut Command, stdin: &[u8]) -> Finished {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let bytes = stdin.to_vec();
    let writer = std::thread::spawn(move || {
        // A program that fails early does not read its input.
        let _ = input.write_all(&bytes);
    });
    let Output {
        status,
        stdout,
        stderr,
    } = child.wait_with_output().unwrap();
    writer.join().unwrap();
    Finished {
        code: status.code(),
        stdout: String::from_utf8(stdout).unwrap(),
        stderr: String::from_utf8(stderr).unwrap(),
    }
}

impl Finished {
    /// Panics, with what the program said, unless it succeeded.
    pub(crate) fn success(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:#?}");
        self
    }
}

/// A folder with these files.
#[allow(dead_code, reason = "not every test binary needs one")]
pub(crate) fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    folder
}

#[allow(dead_code, reason = "not every test binary packs")]
pub(crate) fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

/// The names of the files in a folder, sorted; none when there is no such folder.
#[allow(dead_code, reason = "not every test binary looks at folders")]
pub(crate) fn files(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// A row of a CSV file by its columns.
#[allow(dead_code, reason = "not every test binary reads tables")]
pub(crate) type Row = HashMap<String, String>;

/// The rows of a CSV file.
#[allow(dead_code, reason = "not every test binary reads tables")]
pub(crate) fn rows(path: &Path) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

/// The report on the shipped sample, made once.
#[allow(dead_code, reason = "not every test binary needs a report")]
pub(crate) static SAMPLE: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
    let out = tempfile::tempdir().unwrap();
    run(
        uproar()
            .args(["score", "data/sample/posts.csv", "--out"])
            .arg(out.path()),
        b"",
    )
    .success();
    out
});
