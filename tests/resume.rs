//! Runs that are cut off, stopped, doubled or short of room end with the files of a run that was not.

mod common;

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use common::{files, rows, run, uproar};
use flate2::Compression;
use flate2::write::GzEncoder;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;
use serde_json::Value;

/// Posts of the export: enough that a run takes a while.
const POSTS: usize = 400;

/// A folder with an export in it.
struct Case {
    folder: tempfile::TempDir,
}

impl Case {
    /// Posts of customers, answers of the company, repeated texts, duplicates and rejects.
    fn new(posts: usize) -> Self {
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

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// `uproar score` on the export, in small steps.
    fn score(&self, out: &str) -> Command {
        let mut command = uproar();
        command.arg("score").arg(self.path("export.csv"));
        self.with_options(command, out)
    }

    fn with_options(&self, mut command: Command, out: &str) -> Command {
        command
            .args(["--company", "acme", "--checkpoint", "25", "--out"])
            .arg(self.path(out));
        command
    }

    /// Runs undisturbed.
    fn whole(&self, out: &str) -> Duration {
        let start = Instant::now();
        run(&mut self.score(out), b"").success();
        start.elapsed()
    }

    /// Begins to score and waits until so many segments are there.
    fn begun(&self, mut command: Command, out: &str, segments: usize) -> Child {
        let child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        self.wait_for(child, out, segments)
    }

    /// A run that has scored a part of its input and waits for more.
    fn waiting(&self, out: &str, options: &[&str]) -> (Child, ChildStdin) {
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
    fn cut_off(&self, out: &str) {
        let mut child = self.begun(self.score(out), out, 3);
        child.kill().unwrap();
        child.wait().unwrap();
    }

    fn assert_same(&self, out: &str, expected: &str) {
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

fn record(out: &Path) -> Value {
    serde_json::from_slice(&fs::read(out.join("run.json")).unwrap()).unwrap()
}

fn scoring(out: &Path, source: &str) -> u64 {
    record(out)["scoring"][source].as_u64().unwrap()
}

#[cfg(unix)]
fn signal(child: &Child, name: &str) {
    let pid = child.id().to_string();
    let status = Command::new("kill").args([name, &pid]).status().unwrap();
    assert!(status.success());
}

/// Runs until it succeeds, being killed at random moments; `UPROAR_KILL_TRIALS` says how often.
#[test]
fn killed_at_any_moment_it_ends_with_the_same_bytes() {
    let trials: u64 =
        std::env::var("UPROAR_KILL_TRIALS").map_or(2, |trials| trials.parse().unwrap());
    let case = Case::new(POSTS);
    let longest = case.whole("expected").mul_f64(1.1).as_micros() as u64;
    let mut kills = 0;
    for trial in 0..trials {
        let mut random = Pcg64::seed_from_u64(trial);
        let out = format!("out-{trial}");
        loop {
            // The number of threads may change on the way.
            let threads = random.random_range(1..=2_u8).to_string();
            let mut child = case
                .score(&out)
                .args(["--threads", &threads])
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            sleep(Duration::from_micros(random.random_range(0..longest)));
            child.kill().unwrap();
            if child.wait().unwrap().success() {
                break;
            }
            kills += 1;
            assert!(kills < 100 * (trial + 1), "it never ends");
        }
        case.assert_same(&out, "expected");
        fs::remove_dir_all(case.path(&out)).unwrap();
    }
    println!("{kills} kills in {trials} trials");
}

#[test]
fn the_same_command_takes_what_was_scored() {
    let case = Case::new(POSTS);
    case.whole("expected");
    case.cut_off("out");
    let finished = run(&mut case.score("out"), b"").success();
    assert!(
        finished.stderr.contains("had been scored before"),
        "{}",
        finished.stderr
    );
    assert!(scoring(&case.path("out"), "resumed") >= 50);
    case.assert_same("out", "expected");

    // What was damaged meanwhile is scored again.
    case.cut_off("out");
    let segment = case.path("out").join(".uproar/segment-000001.parquet");
    let mut bytes = fs::read(&segment).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xff;
    fs::write(&segment, bytes).unwrap();
    run(case.score("out").arg("--resume"), b"").success();
    case.assert_same("out", "expected");
}

#[test]
fn standard_input_is_piped_again() {
    let case = Case::new(POSTS);
    let command = |out| {
        let mut command = uproar();
        command
            .args(["score", "-"])
            .stdin(File::open(case.path("export.csv")).unwrap());
        case.with_options(command, out)
    };
    assert!(command("expected").output().unwrap().status.success());
    let mut child = case.begun(command("out"), "out", 3);
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(command("out").output().unwrap().status.success());
    assert!(scoring(&case.path("out"), "resumed") >= 50);
    case.assert_same("out", "expected");
}

#[cfg(unix)]
#[test]
fn a_signal_stops_it_cleanly() {
    let case = Case::new(POSTS);
    case.whole("expected");
    for (name, code) in [("-INT", 130), ("-TERM", 143)] {
        let out = format!("out{name}");
        let child = case.begun(case.score(&out), &out, 2);
        signal(&child, name);
        let stopped = child.wait_with_output().unwrap();
        let stderr = String::from_utf8(stopped.stderr).unwrap();
        assert_eq!(stopped.status.code(), Some(code), "{stderr}");
        assert_eq!(stderr.lines().count(), 1, "{stderr}");
        assert!(stderr.contains("run the same command again"), "{stderr}");
        run(case.score(&out).arg("--resume"), b"").success();
        case.assert_same(&out, "expected");
    }
}

/// A pipe that gives nothing keeps the reader waiting, but not the run alive.
#[cfg(unix)]
#[test]
fn a_signal_is_heard_while_the_input_is_slow() {
    let case = Case::new(10);
    let (mut child, stdin) = case.waiting("out", &[]);
    signal(&child, "-INT");
    assert_eq!(child.wait().unwrap().code(), Some(130));
    drop(stdin);
}

/// A run that waits for its reader does not see the first signal.
#[cfg(unix)]
#[test]
fn a_second_signal_ends_it_at_once() {
    let case = Case::new(1);
    let mut export = String::from("text\n");
    export += &"where is my refund\n".repeat(3_000);
    fs::write(case.path("export.csv"), export).unwrap();
    let mut child = uproar()
        .arg("score")
        .arg(case.path("export.csv"))
        .args(["--out", "-"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut [0]).unwrap();
    signal(&child, "-INT");
    sleep(Duration::from_millis(300));
    assert_eq!(child.try_wait().unwrap(), None);
    signal(&child, "-INT");
    for _ in 0..1_000 {
        if let Some(status) = child.try_wait().unwrap() {
            assert_eq!(status.code(), Some(130));
            return;
        }
        sleep(Duration::from_millis(10));
    }
    child.kill().unwrap();
    panic!("it goes on: {:?}", child.wait());
}

#[test]
fn a_second_run_on_the_same_folder_is_refused() {
    let case = Case::new(POSTS);
    let (mut first, stdin) = case.waiting("out", &[]);
    for option in ["--resume", "--fresh", "--quiet"] {
        let second = run(case.score("out").arg(option), b"");
        assert_eq!(second.code, Some(5), "{second:?}");
        assert!(second.stderr.contains("another run"), "{second:?}");
        assert_eq!(second.stderr.lines().count(), 1, "{second:?}");
    }
    // A lock does not outlive its process.
    first.kill().unwrap();
    first.wait().unwrap();
    drop(stdin);
    let other = run(&mut case.score("out"), b"");
    assert!(other.stderr.contains("the inputs were"), "{other:?}");
    run(case.score("out").arg("--fresh"), b"").success();
}

#[test]
fn other_inputs_and_options_do_not_go_on() {
    let case = Case::new(POSTS);
    case.cut_off("out");
    let refused = |command: &mut Command, expected: &[&str]| {
        let finished = run(command, b"");
        assert_eq!(finished.code, Some(5), "{finished:?}");
        assert_eq!(finished.stderr.lines().count(), 1, "{finished:?}");
        for text in expected {
            assert!(finished.stderr.contains(text), "{text}: {finished:?}");
        }
    };
    refused(
        case.score("out").args(["--top", "3"]),
        &["--top was null and is 3", "--fresh"],
    );
    refused(
        case.score("out").args(["--company", "other", "--resume"]),
        &["--company was"],
    );
    let export = case.path("export.csv");
    refused(
        case.score("out").arg(&export),
        &["the inputs were", "export.csv, "],
    );
    let mut text = fs::read_to_string(&export).unwrap();
    text += "1000,late,1,1772600000,my bag is lost,\n";
    fs::write(&export, text).unwrap();
    refused(&mut case.score("out"), &["bytes and has", "--fresh"]);
    fs::write(case.path("out/.uproar/journal.json"), "").unwrap();
    refused(
        &mut case.score("out"),
        &["its journal is damaged", "--fresh"],
    );

    run(case.score("out").arg("--fresh"), b"").success();
    assert_eq!(scoring(&case.path("out"), "resumed"), 0);
    case.whole("expected");
    case.assert_same("out", "expected");
    refused(case.score("out").arg("--resume"), &["leave --resume out"]);
    // That it was refused leaves the report alone.
    case.assert_same("out", "expected");
}

/// The command under a limit on the size of a file, in blocks of 512 or 1024 bytes. It stands in for
/// a full disk: both are an error of a write. The signal that comes with it is ignored here, as there
/// is none for a full disk.
#[cfg(unix)]
fn limited(command: &Command, blocks: &str) -> Command {
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

#[cfg(unix)]
#[test]
fn a_write_that_fails_is_one_line_and_can_be_gone_on_with() {
    let case = Case::new(POSTS);
    case.whole("expected");
    // Too few for a segment, and too few for the report.
    for blocks in ["2", "50"] {
        let out = format!("out-{blocks}");
        let failed = run(&mut limited(&case.score(&out), blocks), b"");
        assert_eq!(failed.code, Some(5), "{failed:?}");
        let errors: Vec<&str> = failed
            .stderr
            .lines()
            .filter(|line| !line.starts_with("note: "))
            .collect();
        assert_eq!(errors.len(), 1, "{failed:?}");
        assert!(
            errors[0].to_lowercase().contains("file too large"),
            "{failed:?}"
        );
        run(case.score(&out).arg("--resume"), b"").success();
        case.assert_same(&out, "expected");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_standard_output_is_an_error() {
    let case = Case::new(20);
    let mut command = uproar();
    command
        .arg("score")
        .arg(case.path("export.csv"))
        .args(["--out", "-"])
        .stdout(File::options().write(true).open("/dev/full").unwrap());
    assert_eq!(command.output().unwrap().status.code(), Some(5));
}

#[test]
fn an_input_that_only_another_command_can_mend_leaves_no_work() {
    let case = Case::new(20);
    case.whole("report");
    let mut damaged = fs::read(case.path("report").join("posts.parquet")).unwrap();
    damaged[4..200].fill(0x5a);
    fs::write(case.path("damaged.parquet"), damaged).unwrap();
    let mut command = uproar();
    command.arg("score").arg(case.path("damaged.parquet"));
    let finished = run(&mut case.with_options(command, "out"), b"");
    assert_eq!(finished.code, Some(3), "{finished:?}");
    assert_eq!(files(&case.path("out")), Vec::<String>::new());
}

/// A download that breaks off is begun again, and then goes on where it broke.
#[test]
fn a_stream_that_is_cut_keeps_the_work() {
    let case = Case::new(1);
    let posts: String = (0..8_000)
        .map(|n| format!("{n},user{n},where is my refund\n"))
        .collect();
    let export = format!("id,author,text\n{posts}");
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(export.as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    let score = |out: &str, input: &[u8]| {
        let mut command = uproar();
        command
            .args(["score", "-", "--checkpoint", "2000", "--out"])
            .arg(case.path(out));
        run(&mut command, input)
    };
    score("expected", &packed).success();
    // Without the checksum at the end. There are more posts than are read ahead of the first.
    let cut = score("out", &packed[..packed.len() - 8]);
    assert_eq!(cut.code, Some(3), "{cut:?}");
    score("out", &packed).success();
    assert!(scoring(&case.path("out"), "resumed") >= 2_000);
    case.assert_same("out", "expected");
}

#[test]
fn the_cache_saves_scoring_and_changes_nothing() {
    let case = Case::new(POSTS);
    case.whole("expected");
    let cached = |out: &str| {
        let mut command = case.score(out);
        command.arg("--cache").arg(case.path("cache"));
        run(&mut command, b"").success()
    };
    cached("first");
    cached("second");
    for (out, by_model) in [("first", true), ("second", false)] {
        let out = case.path(out);
        assert_eq!(scoring(&out, "model") > 0, by_model);
        assert_eq!(scoring(&out, "cached") > 0, !by_model);
        let sum: u64 = ["model", "repeated", "cached", "resumed"]
            .map(|source| scoring(&out, source))
            .iter()
            .sum();
        assert_eq!(sum, record(&out)["counts"]["scored"].as_u64().unwrap());
    }
    case.assert_same("first", "expected");
    case.assert_same("second", "expected");

    let store = case.path("cache").join(&files(&case.path("cache"))[0]);
    let mut bytes = fs::read(&store).unwrap();
    for place in (0..bytes.len()).step_by(512) {
        bytes[place] ^= 0x55;
    }
    fs::write(&store, bytes).unwrap();
    let finished = cached("third");
    assert!(finished.stderr.contains("begun anew"), "{finished:?}");
    assert!(scoring(&case.path("third"), "model") > 0);
    case.assert_same("third", "expected");
    cached("fourth");
    assert_eq!(scoring(&case.path("fourth"), "model"), 0);
}

/// A store needs more than a megabyte while it is open, the report of a few posts much less.
#[cfg(unix)]
#[test]
fn a_cache_that_cannot_be_written_is_done_without() {
    let case = Case::new(20);
    case.whole("expected");
    let cached = |out: &str| {
        let mut command = case.score(out);
        command.arg("--cache").arg(case.path("cache"));
        command
    };
    let without = run(&mut limited(&cached("without"), "200"), b"").success();
    assert!(without.stderr.contains("cannot be used"), "{without:?}");
    case.assert_same("without", "expected");
    // Once there is room, what it has left is no hindrance.
    run(&mut cached("filled"), b"").success();
    run(&mut cached("with"), b"").success();
    assert_eq!(scoring(&case.path("with"), "model"), 0);
    case.assert_same("with", "expected");
}

#[test]
fn two_runs_do_not_share_a_cache() {
    let case = Case::new(POSTS);
    case.whole("expected");
    let cache = case.path("cache").display().to_string();
    let with_cache = |out: &str| {
        let mut command = case.score(out);
        command.args(["--cache", &cache]);
        command
    };
    let (mut first, stdin) = case.waiting("first", &["--cache", &cache]);
    let second = run(&mut with_cache("second"), b"").success();
    assert!(
        second.stderr.contains("in use by another run"),
        "{second:?}"
    );
    case.assert_same("second", "expected");
    first.kill().unwrap();
    first.wait().unwrap();
    drop(stdin);
    // Nor does a killed run spoil it.
    let third = run(&mut with_cache("third"), b"").success();
    assert_eq!(third.stderr, second.stderr.split_once('\n').unwrap().1);
    case.assert_same("third", "expected");
}

#[test]
fn equal_texts_are_scored_once_and_counted() {
    let case = Case::new(POSTS);
    case.whole("out");
    let posts = rows(&case.path("out").join("posts.csv"));
    let retweets = posts
        .iter()
        .filter(|row| row["text"].starts_with("RT "))
        .count();
    assert_eq!(retweets, POSTS / 10);
    for post in &posts {
        let expected = match (post["direction"].as_str(), &post["text"]) {
            ("company", _) => String::new(),
            (_, text) if text.starts_with("RT ") => retweets.to_string(),
            _ => "1".to_owned(),
        };
        assert_eq!(post["copies"], expected, "{post:?}");
    }
    // The retweets but for one, and the company's answers but for one.
    let repeated = scoring(&case.path("out"), "repeated");
    assert_eq!(repeated as usize, 2 * (POSTS / 10 - 1));
}
