//! An export made for tests of runs that are disturbed, and runs over it.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::common::{self, files, run, uproar};

/// Posts of the export: enough that a run takes a while.
pub(crate) const POSTS: usize = 400;

/// A folder with an export in it.
pub(crate) struct Case {
    folder: tempfile::TempDir,
}

impl Case {
    /// Posts of customers, answers of the company, repeated texts, duplicates and rejects.
    pub(crate) fn new(posts: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let wishes = [
            "where is my refund for order",
            "third call about the outage, ticket",
            "thanks for the quick help with",
            "I am stranded at the airport, booking",
            "cancel my contract, this is the last straw, number",
        ];
        let mut export = String::from("id,author,followers,created_at,text,in_reply_to_id\n");
        for n in 0..posts {
            let (wish, time) = (wishes[n % wishes.len()], 1_772_500_000 + n * 60);
            export += &match n % 10 {
                7 => format!(
                    "{n},acme,9,{time},Sorry! Please send us a message.,{}\n",
                    n - 3
                ),
                8 => format!("{n},user{n},{n},{time},RT everyone is waiting,\n"),
                9 => format!("{n},too short\n"),
                _ => format!("{n},user{n},{},{time},\"{wish} {n}\",\n", n * 37 % 5_000),
            };
            if n % 50 == 3 {
                export += &format!("{n},user{n},{},{time},\"{wish} {n}\",\n", n * 37 % 5_000);
            }
        }
        fs::write(folder.path().join("export.csv"), export).unwrap();
        Self { folder }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// `uproar score` on the export, in small steps.
    pub(crate) fn score(&self, out: &str) -> Command {
        let mut command = uproar();
        command.arg("score").arg(self.path("export.csv"));
        self.with_options(command, out)
    }

    pub(crate) fn with_options(&self, mut command: Command, out: &str) -> Command {
        command
            .args(["--company", "acme", "--checkpoint", "25", "--out"])
            .arg(self.path(out));
        command
    }

    /// Runs undisturbed.
    pub(crate) fn whole(&self, out: &str) -> Duration {
        let start = Instant::now();
        run(&mut self.score(out), b"").success();
        start.elapsed()
    }

    /// Begins to score and waits until so many segments are there.
    #[allow(dead_code, reason = "not every test binary cuts runs off")]
    pub(crate) fn begun(&self, mut command: Command, out: &str, segments: usize) -> Child {
        let child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        self.wait_for(child, out, segments)
    }

    /// A run that has scored a part of its input and waits for more.
    pub(crate) fn waiting(&self, out: &str, options: &[&str]) -> (Child, ChildStdin) {
        let mut command = uproar();
        command.args(["score", "-"]).args(options);
        let mut child = self
            .with_options(command, out)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // More than is read ahead of the first post.
        let mut export = String::from("text\n");
        export += &"where is my refund\n".repeat(9_000);
        stdin.write_all(export.as_bytes()).unwrap();
        (self.wait_for(child, out, 1), stdin)
    }

    fn wait_for(&self, mut child: Child, out: &str, segments: usize) -> Child {
        let last = format!(".uproar/segment-{:06}.json", segments - 1);
        let last = self.path(out).join(last);
        for _ in 0..12_000 {
            if last.exists() {
                return child;
            }
            sleep(Duration::from_millis(5));
        }
        child.kill().unwrap();
        panic!("{} does not appear: {:?}", last.display(), child.wait());
    }

    /// Begins to score and is killed when a few segments are there.
    #[allow(dead_code, reason = "not every test binary cuts runs off")]
    pub(crate) fn cut_off(&self, out: &str) {
        let mut child = self.begun(self.score(out), out, 3);
        child.kill().unwrap();
        child.wait().unwrap();
    }

    pub(crate) fn assert_same(&self, out: &str, expected: &str) {
        let (out, expected) = (self.path(out), self.path(expected));
        assert_eq!(files(&out), files(&expected));
        for file in files(&expected) {
            let [found, wanted] =
                [&out, &expected].map(|folder| fs::read(folder.join(&file)).unwrap());
            if file == "run.json" {
                let [found, wanted] = [&out, &expected].map(|folder| {
                    let mut record = record(folder);
                    for changing in ["started_at", "scoring", "stages"] {
                        record.as_object_mut().unwrap().remove(changing).unwrap();
                    }
                    let engine = &mut record["model"]["engine"];
                    *engine = engine.as_str().unwrap().rsplit_once(", ").unwrap().0.into();
                    record
                });
                assert_eq!(found, wanted);
            } else {
                assert!(found == wanted, "{file} differs");
            }
        }
    }
}

pub(crate) fn record(out: &Path) -> Value {
    serde_json::from_slice(&fs::read(out.join("run.json")).unwrap()).unwrap()
}

pub(crate) fn scoring(out: &Path, source: &str) -> u64 {
    record(out)["scoring"][source].as_u64().unwrap()
}

/// The command under a limit on the size of a file, in blocks of 512 or 1024 bytes. It stands in for
/// a full disk: both are an error of a write. The signal that comes with it is ignored here, as there
/// is none for a full disk.
#[allow(dead_code, reason = "only Unix has such limits")]
pub(crate) fn limited(command: &Command, blocks: &str) -> Command {
    let mut limited = Command::new("sh");
    limited
        .args(["-c", "trap '' XFSZ; ulimit -f $0; exec \"$@\"", blocks])
        .arg(command.get_program())
        .args(command.get_args())
        .current_dir(common::root())
        .env_remove("UPROAR_MODEL")
        .env_remove("UPROAR_DECISION")
        .env_remove("UPROAR_CACHE");
    limited
}
