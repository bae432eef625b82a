//! What reports show of people, and what becomes of posts that the model cannot read.

mod common;

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{Cursor, Read};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use common::{Finished, Row, SIGNALS, files, rows, run, uproar};
use polars::prelude::{DataType, ParquetReader, SerReader};
use serde_json::Value;

/// Personal data in the texts of [`EXPORT`], in numbers and addresses that belong to nobody.
const PERSONAL: [&str; 7] = [
    "lena@example.com",
    "07700 900123",
    "4111 1111 1111 1111",
    "GB33BUKB20201555555555",
    "QX7781204",
    "14 Elm Street",
    "tom @ example.com",
];

/// The same, in the row that cannot be read.
const IN_REJECT: &str = "07700 900456";

/// What names the customers.
const CUSTOMERS: [&str; 6] = [
    "lena_oak",
    "4455667788",
    "TomBirch",
    "5566778899",
    "ana_pino",
    "6677889900",
];

/// Customers who write to @Acme, and @AcmeHelp, which answers.
const EXPORT: &str = "\
id,author_id,author,followers,created_at,lang,in_reply_to_id,text
1,4455667788,lena_oak,120,2026-03-01T09:00:00Z,en,,\"@Acme my order QX7781204 never came, call me on 07700 900123 or write to lena@example.com!\"
2,111,AcmeHelp,9000,2026-03-01T09:30:00Z,en,1,\"@lena_oak Sorry! Please send us a private message. ^MM\"
3,5566778899,TomBirch,80,2026-03-01T10:00:00Z,en,,\"I was charged twice on 4111 1111 1111 1111, refund to GB33BUKB20201555555555 today please @lena_oak @AcmeHelp\"
4,5566778899,TomBirch,80,2026-03-02T10:00:00Z,en,,\"Still no refund @acmehelp! I live at 14 Elm Street, tom @ example.com\"
5,6677889900,ana_pino,40,2026-03-02T11:00:00Z,es,,\"@Acme mi pedido no ha llegado y nadie contesta el teléfono, estoy muy enfadada\"
6,6677889900,ana_pino,40,2026-03-02T12:00:00Z,,,\"@Acme llevo tres semanas esperando el reembolso y todavía no sé nada de ustedes\"
7,5566778899,TomBirch,80,2026-03-02T13:00:00Z,en,,tom @ example.com,07700 900456
";

struct Case {
    folder: tempfile::TempDir,
}

impl Case {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("export.csv"), EXPORT).unwrap();
        for (name, byte) in [("key", 7), ("same", 7), ("other", 8)] {
            fs::write(folder.path().join(name), [byte; 32]).unwrap();
        }
        let case = Self { folder };
        #[cfg(unix)]
        for name in ["key", "same", "other"] {
            case.set_mode(name, 0o600);
        }
        case
    }

    #[cfg(unix)]
    fn set_mode(&self, name: &str, mode: u32) {
        use std::os::unix::fs::PermissionsExt;

        fs::set_permissions(self.path(name), fs::Permissions::from_mode(mode)).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, options: &[&str]) -> Command {
        let mut command = uproar();
        command
            .arg("score")
            .arg(self.path("export.csv"))
            .args(["--company", "AcmeHelp"])
            .args(options)
            .current_dir(self.folder.path())
            .env("UPROAR_MODEL", common::root().join("models/care-minilm"))
            .env_remove("UPROAR_CACHE");
        command
    }

    fn score(&self, out: &str, options: &[&str]) -> Finished {
        run(self.command(options).args(["--out", out]), b"")
    }

    fn posts(&self, out: &str) -> HashMap<String, Row> {
        let posts = rows(&self.path(out).join("posts.csv")).into_iter();
        posts.map(|row| (row["id"].clone(), row)).collect()
    }

    fn record(&self, out: &str) -> Value {
        serde_json::from_slice(&fs::read(self.path(out).join("run.json")).unwrap()).unwrap()
    }

    /// All that a report says, also in Parquet and in the workbook.
    fn content(&self, out: &str) -> String {
        let mut content = String::new();
        for name in files(&self.path(out)) {
            let path = self.path(out).join(&name);
            if name == "posts.parquet" {
                let table = ParquetReader::new(File::open(path).unwrap()).finish();
                for column in table.unwrap().columns() {
                    let column = column.cast(&DataType::String).unwrap();
                    for cell in column.str().unwrap().iter().flatten() {
                        writeln!(content, "{cell}").unwrap();
                    }
                }
            } else if name == "report.xlsx" {
                let mut workbook = zip::ZipArchive::new(File::open(path).unwrap()).unwrap();
                for part in 0..workbook.len() {
                    let mut part = workbook.by_index(part).unwrap();
                    part.read_to_string(&mut content).unwrap();
                }
            } else {
                content += &fs::read_to_string(path).unwrap();
            }
        }
        content
    }

    /// Asserts that two reports have the same files, but for what runs differ in.
    fn assert_same(&self, out: &str, expected: &str) {
        assert_eq!(files(&self.path(out)), files(&self.path(expected)));
        for name in files(&self.path(expected)) {
            let [found, wanted] =
                [out, expected].map(|out| fs::read(self.path(out).join(&name)).unwrap());
            if name == "run.json" {
                let [found, wanted] = [out, expected].map(|out| {
                    let record = self.record(out);
                    ["options", "counts", "notices"].map(|part| record[part].clone())
                });
                assert_eq!(found, wanted);
            } else {
                assert!(found == wanted, "{name} differs");
            }
        }
    }
}

fn assert_without(content: &str, secrets: &[&str]) {
    for secret in secrets {
        assert!(!content.contains(secret), "{secret}: {content}");
    }
}

fn pseudonyms(content: &str) -> BTreeSet<&str> {
    let at = content.match_indices("u_");
    at.filter_map(|(at, _)| content.get(at..at + 18))
        .filter(|name| name[2..].bytes().all(|byte| byte.is_ascii_hexdigit()))
        .collect()
}

#[test]
fn a_redacted_report_holds_no_personal_data() {
    let case = Case::new();
    case.score("open", &[]).success();
    let open = case.content("open");
    for secret in PERSONAL {
        assert!(open.contains(secret), "{secret}");
    }
    let shown = case.score("out", &["--redact"]).success();
    let all = case.content("out") + &shown.stdout + &shown.stderr;
    assert_without(&all, &PERSONAL);
    assert_without(&all, &[IN_REJECT]);
    for marker in [
        "[email]",
        "[phone]",
        "[card]",
        "[iban]",
        "[number]",
        "[address]",
    ] {
        assert!(all.contains(marker), "{marker}");
    }
    assert_eq!(case.record("out")["options"]["redact"], true);
    assert_eq!(case.record("open")["options"]["redact"], false);

    // The model read the originals.
    let open = case.posts("open");
    for (id, post) in case.posts("out") {
        for column in SIGNALS.into_iter().chain(["rank", "why", "author_name"]) {
            assert_eq!(post[column], open[&id][column], "{id} {column}");
        }
    }
    for format in ["csv", "ndjson"] {
        let options = ["--redact", "--out", "-", "--output-format", format];
        let rows = run(&mut case.command(&options), b"").success();
        assert_without(&rows.stdout, &PERSONAL);
        assert!(rows.stdout.contains("[phone]"), "{}", rows.stdout);
    }
}

#[test]
fn rejects_are_raw_only_where_asked() {
    let case = Case::new();
    let rejects = |out: &str, options: &[&str]| {
        case.score(out, options).success();
        let rejects = rows(&case.path(out).join("rejects.csv"));
        assert_eq!(rejects.len(), 1);
        assert_eq!(rejects[0]["line"], "8");
        rejects[0]["raw"].clone()
    };
    let row = EXPORT.lines().last().unwrap();
    assert_eq!(rejects("raw", &["--raw-rejects"]), row);
    let redacted = rejects("redacted", &[]);
    assert_without(&redacted, &["tom @ example.com", IN_REJECT]);
    assert!(redacted.ends_with("[email],[phone]"), "{redacted}");
    assert_eq!(rejects("pseudonymous", &["--pseudonymise", "key"]), "");
}

#[test]
fn a_redacted_sheet_holds_no_personal_data() {
    let case = Case::new();
    case.score("report", &[]).success();
    let sheet = |name: &str, options: &[&str]| {
        let mut command = uproar();
        command
            .arg("sample")
            .arg(case.path("report"))
            .arg("--out")
            .arg(case.path(name))
            .args(options);
        run(&mut command, b"").success();
        fs::read(case.path(name)).unwrap()
    };
    let open = String::from_utf8(sheet("open.csv", &[])).unwrap();
    assert!(open.contains(PERSONAL[0]), "{open}");
    let csv = String::from_utf8(sheet("sheet.csv", &["--redact"])).unwrap();
    let mut xlsx = String::new();
    let workbook = sheet("sheet.xlsx", &["--redact"]);
    let mut workbook = zip::ZipArchive::new(Cursor::new(workbook)).unwrap();
    for index in 0..workbook.len() {
        let mut part = workbook.by_index(index).unwrap();
        part.read_to_string(&mut xlsx).unwrap();
    }
    for sheet in [csv, xlsx] {
        assert_without(&sheet, &PERSONAL);
        assert!(sheet.contains("[phone]"), "{sheet}");
    }
}

#[test]
fn authors_have_pseudonyms_and_the_company_its_name() {
    let case = Case::new();
    case.score("open", &[]).success();
    let shown = case.score("out", &["--pseudonymise", "key"]).success();
    let all = case.content("out") + &shown.stdout + &shown.stderr;
    assert_without(&all, &CUSTOMERS);
    assert!(!all.contains(&"\u{7}".repeat(32)));

    let posts = case.posts("out");
    let of = |id: &str, column: &str| posts[id][column].clone();
    let (lena, tom) = (of("1", "author_name"), of("3", "author_name"));
    assert_ne!(lena, tom);
    assert_eq!(of("4", "author_name"), tom);
    assert_eq!(of("4", "author_id"), of("3", "author_id"));
    assert_eq!(of("2", "author_name"), "AcmeHelp");
    assert_eq!(of("2", "author_id"), "111");
    assert!(of("2", "text").starts_with(&format!("'@{lena} Sorry!")));
    assert!(of("1", "text").starts_with("'@Acme my order"));
    assert!(of("3", "text").ends_with(&format!("@{lena} @AcmeHelp")));
    assert_eq!(of("1", "addressed"), "Acme");
    assert_eq!(of("1", "answered_by"), "AcmeHelp");
    assert_eq!(of("4", "repeat_contact"), "1");

    // Nothing but names differs.
    let open = case.posts("open");
    for (id, post) in &posts {
        for (column, value) in post {
            if !["text", "author_name", "author_id"].contains(&column.as_str()) {
                assert_eq!(*value, open[id][column], "{id} {column}");
            }
        }
    }
    let options = ["--pseudonymise", "key", "--redact", "--out", "-"];
    let rows = run(&mut case.command(&options), b"").success();
    assert_without(&rows.stdout, &CUSTOMERS);
    assert_without(&rows.stdout, &PERSONAL);
    assert!(rows.stdout.contains(&lena), "{}", rows.stdout);
}

#[test]
fn one_key_links_reports_and_another_does_not() {
    let case = Case::new();
    for key in ["key", "same", "other"] {
        let out = format!("out-{key}");
        case.score(&out, &["--pseudonymise", key]).success();
    }
    case.assert_same("out-same", "out-key");
    let [ours, others] = ["out-key", "out-other"].map(|out| case.content(out));
    let (ours, others) = (pseudonyms(&ours), pseudonyms(&others));
    // An id and a name for each of three customers.
    assert_eq!((ours.len(), others.len()), (6, 6));
    assert!(ours.is_disjoint(&others));
    let key = |out: &str| case.record(out)["options"]["pseudonymise"].clone();
    assert_ne!(key("out-key"), key("out-other"));
}

#[test]
fn posts_in_other_languages_are_kept_and_not_ranked() {
    let case = Case::new();
    let finished = case.score("out", &["--logits"]).success();
    let note = "note: 2 posts are in other languages than English and not scored (es 2); \
                --all-languages scores every post\n";
    assert!(finished.stderr.contains(note), "{}", finished.stderr);
    assert!(
        finished
            .stdout
            .starts_with("7 rows: 4 scored, 2 not scored, 1 rejected, 0 duplicates;"),
        "{}",
        finished.stdout
    );
    let posts = case.posts("out");
    for (id, post) in &posts {
        let is_foreign = ["5", "6"].contains(&id.as_str());
        assert_eq!(post["language"], if is_foreign { "es" } else { "en" });
        assert_eq!(post["not_scored"], if is_foreign { "language" } else { "" });
        let of_model = ["sentiment", "anger_level", "is_churn", "logit_anger"];
        for column in SIGNALS.into_iter().chain(of_model) {
            assert_eq!(post[column].is_empty(), is_foreign, "{id} {column}");
        }
        let is_ranked = post["direction"] == "customer" && !is_foreign;
        for column in ["rank", "priority", "band"] {
            assert_eq!(post[column].is_empty(), !is_ranked, "{id} {column}");
        }
    }
    let record = case.record("out");
    assert_eq!(record["counts"]["not_scored"], 2);
    assert_eq!(record["scoring"]["not_scored"], 2);
    assert_eq!(record["scoring"]["model"], 4);
    let summary = fs::read_to_string(case.path("out").join("summary.csv")).unwrap();
    for line in ["customer_posts_not_scored,language,2", "ranked_posts,,3"] {
        assert!(summary.lines().any(|it| it == line), "{summary}");
    }

    case.score("one", &["--logits", "--threads", "1"]).success();
    case.assert_same("one", "out");
    let cached = ["--logits", "--cache", "cache"];
    case.score("first", &cached).success();
    case.score("second", &cached).success();
    assert_eq!(case.record("second")["scoring"]["cached"], 4);
    case.assert_same("second", "out");
    // The cache knows nothing of those that were not scored.
    let all = [&cached[..], &["--all-languages"]].concat();
    case.score("all", &all).success();
    let record = case.record("all");
    assert_eq!(record["counts"]["not_scored"], 0);
    assert_eq!(record["scoring"]["model"], 2);
    for post in case.posts("all").values() {
        assert_eq!(post["not_scored"], "");
        assert!(!post["anger"].is_empty());
        assert_eq!(post["rank"].is_empty(), post["direction"] == "company");
    }
    case.score("none", &cached).success();
    case.assert_same("none", "out");
}

#[test]
fn a_run_that_is_cut_off_goes_on_with_the_same_options_only() {
    let case = Case::new();
    let mut export = String::from("id,author,text,lang\n");
    for n in 0..400 {
        let text = match n % 4 {
            0 => "mi pedido no ha llegado y nadie contesta el teléfono, número",
            _ => "where is my refund, @lena_oak waits as well, call me on 07700 900123, number",
        };
        writeln!(export, "{n},user{},\"{text} {n}\",", n % 50).unwrap();
    }
    fs::write(case.path("export.csv"), export).unwrap();
    let steps = ["--checkpoint", "25"];
    let cut_off = |out: &str, options: &[&str]| {
        let mut child = case
            .command(&[&steps, options].concat())
            .args(["--out", out])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let segment = case.path(out).join(".uproar/segment-000002.json");
        for _ in 0..12_000 {
            if segment.exists() {
                break;
            }
            sleep(Duration::from_millis(5));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(segment.exists(), "the run was not cut off midway");
    };
    for (number, (options, others, name)) in [
        (&["--redact"][..], &[][..], "--redact was true"),
        (&[][..], &["--all-languages"], "--all-languages was false"),
        (&["--raw-rejects"], &[], "--raw-rejects was true"),
        (
            &["--pseudonymise", "key"],
            &["--pseudonymise", "other"],
            "--pseudonymise was",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let (whole, out) = (format!("whole-{number}"), format!("out-{number}"));
        case.score(&whole, &[&steps, options].concat()).success();
        cut_off(&out, options);
        if options.contains(&"key") {
            for name in files(&case.path(&out).join(".uproar")) {
                let bytes = fs::read(case.path(&out).join(".uproar").join(name)).unwrap();
                assert!(
                    !bytes.windows(32).any(|it| it == [7; 32]),
                    "the key is kept"
                );
            }
        }
        let refused = case.score(&out, &[&steps, others].concat());
        assert_eq!(refused.code, Some(5), "{refused:?}");
        assert!(refused.stderr.contains(name), "{refused:?}");
        let resumed = case.score(&out, &[&steps, options].concat()).success();
        assert!(
            resumed.stderr.contains("had been scored before"),
            "{resumed:?}"
        );
        case.assert_same(&out, &whole);
        assert_eq!(case.record(&out)["counts"]["not_scored"], 100);
        assert_eq!(case.record(&out)["scoring"]["not_scored"], 100);
    }
}

#[test]
fn a_key_that_cannot_be_used_is_one_line() {
    let case = Case::new();
    fs::write(case.path("short"), "too short").unwrap();
    for (options, code, message) in [
        (&["--pseudonymise", "none"][..], 3, "none: no such key file"),
        (&["--pseudonymise", "short"], 3, "the key has 9 bytes"),
        (&["--pseudonymise", "."], 3, "the key cannot be read"),
        (&["--raw-rejects", "--redact"], 2, "cannot be used with"),
        (&["--raw-rejects", "--out", "-"], 2, "--raw-rejects"),
    ] {
        let mut command = case.command(options);
        if !options.contains(&"--out") {
            command.args(["--out", "out"]);
        }
        let failed = run(&mut command, b"");
        assert_eq!(failed.code, Some(code), "{failed:?}");
        assert!(failed.stderr.starts_with("error: "), "{failed:?}");
        assert!(failed.stderr.contains(message), "{failed:?}");
        if code == 3 {
            assert_eq!(failed.stderr.lines().count(), 1, "{failed:?}");
        }
        assert!(!case.path("out").exists(), "{failed:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_key_that_everyone_can_read_is_noticed() {
    let case = Case::new();
    case.set_mode("key", 0o644);
    let options = ["--pseudonymise", "key"];
    let finished = case.score("out", &options).success();
    assert!(
        finished
            .stderr
            .contains("everyone on this machine can read the key"),
        "{finished:?}"
    );
    let quiet = case
        .score("quiet", &["--pseudonymise", "key", "-q"])
        .success();
    assert_eq!((quiet.stdout, quiet.stderr), (String::new(), String::new()));
}
