//! What a person sees: help, results, silence.

mod common;

use std::io::Read;
use std::process::Stdio;

use common::{SIGNALS, run, uproar};

#[test]
fn help() {
    for command in [
        "score",
        "inspect",
        "sample",
        "explain",
        "model",
        "normalize",
        "completions",
    ] {
        let finished = run(uproar().args([command, "--help"]), b"").success();
        insta::assert_snapshot!(format!("help-{command}"), finished.stdout);
    }
    let finished = run(uproar().arg("--help"), b"").success();
    insta::assert_snapshot!("help", finished.stdout);
}

#[test]
fn normalize() {
    let posts = "WHERE is my refund??? 😡😡 @acme\nsoooo &amp; so https://example.com\n";
    let finished = run(uproar().arg("normalize"), posts.as_bytes()).success();
    assert_eq!(
        finished.stdout,
        "[shout] WHERE is my refund??? [emoji] enraged face [long] [user]\nsoo [long] & so [link]\n"
    );
    let finished = run(
        uproar().args(["normalize", "--format", "ndjson"]),
        b"\"two\\nlines\"\n\"quo\\\"ted\"\n",
    )
    .success();
    assert_eq!(finished.stdout, "\"two lines\"\n\"quo\\\"ted\"\n");
    let finished = run(
        uproar().args(["normalize", "--format", "ndjson"]),
        b"bare\n",
    );
    assert_eq!(finished.code, Some(3));
    assert!(finished.stderr.contains("line 1"), "{}", finished.stderr);
}

#[test]
fn one_post() {
    let post = "-5 stars. Third call today and STILL no refund. Unbelievable. @acme";
    let finished = run(uproar().args(["score", "--text", post]), b"").success();
    let names: Vec<&str> = finished
        .stdout
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert_eq!(names, SIGNALS);
    assert_eq!(finished.stderr, "");
}

/// The variable may stand in a profile for all commands.
#[test]
fn a_cache_in_the_environment_does_not_concern_one_post() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = uproar();
    command
        .args(["score", "--text", "where is my refund"])
        .env("UPROAR_CACHE", folder.path());
    run(&mut command, b"").success();
}

#[test]
fn model_show_names_what_the_folder_holds() {
    let finished = run(uproar().args(["model", "show"]), b"").success();
    for expected in [
        "care-minilm",
        "6 layers of width 384",
        "anger, urgency",
        "level 1 from",
    ] {
        assert!(finished.stdout.contains(expected), "{}", finished.stdout);
    }
}

#[test]
fn quiet_says_nothing() {
    let out = tempfile::tempdir().unwrap();
    let finished = run(
        uproar()
            .args(["score", "-", "--quiet", "--out"])
            .arg(out.path()),
        b"text\nwhere is my refund\n",
    )
    .success();
    assert_eq!(
        (finished.stdout, finished.stderr),
        (String::new(), String::new())
    );
}

#[test]
fn no_escape_codes_outside_a_terminal() {
    let out = tempfile::tempdir().unwrap();
    let finished = run(
        uproar().args(["score", "-", "--out"]).arg(out.path()),
        "text\nwhere is my \u{1b}[31mrefund\n".as_bytes(),
    )
    .success();
    assert!(!finished.stdout.contains('\u{1b}'), "{}", finished.stdout);
    assert!(!finished.stderr.contains('\u{1b}'), "{}", finished.stderr);
}

/// The summary of the sample; its timings are not looked at.
fn summary(columns: &str, arguments: &[&str]) -> String {
    let out = tempfile::tempdir().unwrap();
    let mut command = uproar();
    command
        .args(["score", "data/sample/posts.csv", "--explain", "0", "--out"])
        .arg(out.path())
        .args(arguments)
        .env("COLUMNS", columns);
    let finished = run(&mut command, b"").success();
    let (first, rest) = finished.stdout.split_once('\n').unwrap();
    assert!(
        first.starts_with("1,823 rows: 1,823 scored, 0 rejected, 0 duplicates; scored in "),
        "{first}"
    );
    rest.replace(&out.path().display().to_string(), "report")
}

#[test]
fn the_summary_says_what_to_do_now() {
    for columns in ["60", "100", "160"] {
        let text = summary(columns, &[]);
        assert!(text.lines().count() < 12, "{text}");
        let width: usize = columns.parse().unwrap();
        for line in text.lines().filter(|line| line.starts_with("  ")) {
            assert!(line.chars().count() <= width, "{line}");
        }
        insta::assert_snapshot!(format!("summary-{columns}"), text);
    }
    let wrong = summary("many", &["--top", "7"]);
    assert!(
        wrong.contains("The queue, cut to 7 posts, is report/queue.csv"),
        "{wrong}"
    );
}

#[test]
fn colours_are_for_those_who_want_them() {
    let out = tempfile::tempdir().unwrap();
    let of = |name: &str| {
        let mut command = uproar();
        command
            .args(["score", "-", "--out"])
            .arg(out.path())
            .env_remove("NO_COLOR")
            .env(name, "1");
        run(
            &mut command,
            b"text\nmy flight leaves in an hour and I cannot board, help\n",
        )
        .success()
        .stdout
    };
    let (forced, plain) = (of("CLICOLOR_FORCE"), of("NO_COLOR"));
    assert!(forced.contains("\u{1b}["), "{forced}");
    assert!(!plain.contains('\u{1b}'), "{plain}");
    for text in [forced, plain] {
        assert!(text.contains("now"), "{text}");
    }
}

#[test]
fn the_summary_as_json() {
    let out = tempfile::tempdir().unwrap();
    let mut command = uproar();
    command
        .args(["score", "-", "--quiet", "--json", "--out"])
        .arg(out.path());
    let export = "id,text,created_at\n1,my card was stolen and used just now,2026-03-03T18:42:00Z\n1,my card was stolen and used just now,2026-03-03T18:42:00Z\n";
    let finished = run(&mut command, export.as_bytes()).success();
    assert_eq!(finished.stderr, "");
    let found: serde_json::Value = serde_json::from_str(&finished.stdout).unwrap();
    assert_eq!(found["schema"], 1);
    assert_eq!(found["counts"]["rows"], 2);
    assert_eq!(found["counts"]["duplicates"], 1);
    assert_eq!(found["overview"]["posts"], 1);
    let awaiting = found["overview"]["awaiting"].as_object().unwrap();
    let awaiting: Vec<u64> = awaiting
        .values()
        .flat_map(serde_json::Value::as_u64)
        .collect();
    assert_eq!((awaiting.len(), awaiting.iter().sum()), (3, 1_u64));
    assert_eq!(found["overview"]["first_post"], "2026-03-03T18:42:00Z");
    assert_eq!(found["overview"]["answered_share"], serde_json::Value::Null);
    let mut files: Vec<String> = found["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|path| path.as_str().unwrap().to_owned())
        .collect();
    files.sort();
    let there: Vec<String> = common::files(out.path())
        .into_iter()
        .map(|name| out.path().join(name).display().to_string())
        .collect();
    assert_eq!(files, there);

    let refused = run(
        uproar().args(["score", "-", "--json", "--out", "-"]),
        b"text\n",
    );
    assert_eq!(refused.code, Some(2));
}

/// The words stand in the texts as the report shows them.
#[test]
fn words_of_the_first_posts() {
    let out = tempfile::tempdir().unwrap();
    let export = "id,text\n\
        1,this is RIDICULOUS and I am furious: ring me on 020 7946 0958 now 😡\n\
        2,when do you open on Sunday?\n\
        3,thank you so much\n";
    let explained = |arguments: &[&str]| {
        let mut command = uproar();
        command
            .args(["score", "-", "--quiet", "--out"])
            .arg(out.path())
            .args(arguments);
        run(&mut command, export.as_bytes()).success();
        let lines = std::fs::read_to_string(out.path().join("words.ndjson")).unwrap();
        let posts: Vec<serde_json::Value> = lines
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        posts
    };
    let queue = |row: usize| common::rows(&out.path().join("queue.csv"))[row].clone();
    for arguments in [&["--explain", "1"][..], &["--explain", "1", "--redact"]] {
        let posts = explained(arguments);
        assert_eq!(posts.len(), 1);
        assert_eq!(posts[0]["id"], queue(0)["id"].as_str());
        let text = &queue(0)["text"];
        let words = posts[0]["words"].as_array().unwrap();
        let angry = words.iter().max_by(|a, b| {
            let anger = |word: &serde_json::Value| word["anger"].as_f64().unwrap();
            anger(a).total_cmp(&anger(b))
        });
        let place = |name: &str| angry.unwrap()[name].as_u64().unwrap() as usize;
        let word = &text[place("start")..place("end")];
        assert!(["RIDICULOUS", "furious:", "😡"].contains(&word), "{word}");
        let last = words.last().unwrap()["end"].as_u64().unwrap() as usize;
        assert!(last <= text.len() && text.is_char_boundary(last));
    }
    assert_eq!(
        explained(&[]).len(),
        common::rows(&out.path().join("queue.csv")).len()
    );
    assert!(explained(&["--explain", "0"]).is_empty());
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let mut export = String::from("text\n");
    for i in 0..400 {
        export += &format!("where is my refund number {i}\n");
    }
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("export.csv");
    std::fs::write(&input, export).unwrap();
    let mut child = uproar()
        .arg("score")
        .arg(&input)
        .args(["--out", "-"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 8];
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut first).unwrap();
    drop(stdout);
    let finished = child.wait_with_output().unwrap();
    assert!(finished.status.success(), "{finished:?}");
    assert_eq!(finished.stderr, b"");
}

#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_told_stops_nothing() {
    let full = || {
        std::fs::File::options()
            .write(true)
            .open("/dev/full")
            .unwrap()
    };
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("export.csv");
    std::fs::write(
        &input,
        "id,text\n1,where is my refund\n1,where is my refund\n",
    )
    .unwrap();
    let mut command = uproar();
    command.arg("score").arg(&input).args(["--out", "-"]);
    let told = run(&mut command, b"").success();
    let untold = command.stderr(full()).output().unwrap();
    assert_eq!(untold.status.code(), Some(0));
    assert_eq!(untold.stdout, told.stdout.as_bytes());

    let mut command = uproar();
    command.args(["score", "nowhere.csv", "--out", "-"]);
    let status = command.stderr(full()).status().unwrap();
    assert_eq!(status.code(), Some(3));
}

#[test]
fn completions() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let finished = run(uproar().args(["completions", shell]), b"").success();
        assert!(finished.stdout.contains("uproar"), "{shell}");
    }
}
