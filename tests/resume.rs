//! Runs that are cut off, stopped, doubled or short of room end with the files of a run that was not.

mod case;
mod common;

use std::fs::{self, File};
use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use case::{Case, POSTS, limited, scoring};
use common::{files, run, uproar};
use flate2::Compression;
use flate2::write::GzEncoder;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

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
    let settings = case.path("settings.toml");
    fs::write(&settings, "priority.reach = 0.5\nredaction.posts = true\n").unwrap();
    refused(
        case.score("out")
            .arg("--quiet")
            .arg("--config")
            .arg(&settings),
        &[
            "priority.reach was 0.25 and is 0.5",
            "--redact was false and is true",
        ],
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
    let posts: String = (0..12_000)
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
