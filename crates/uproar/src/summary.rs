//! What `uproar score` says at the end: what to do now, in at most twelve lines, or as JSON.

use std::fmt::Write as _;
use std::io::{IsTerminal, Write as _};
use std::path::{Path, PathBuf};

use anstyle::{AnsiColor, Style};
use polars::prelude::{DataFrame, Float64Chunked, PolarsResult, StringChunked};
use serde::Serialize;
use textwrap::core::display_width;
use unicode_segmentation::UnicodeSegmentation;
use uproar_ingest::{counted, grouped};
use uproar_report::{Band, Counts, Overview, Queue, Run, columns};

use crate::error::Error;
use crate::output::{harmless, one_line, rows};

/// Version of the JSON.
const SCHEMA: u32 = 1;

/// Width where the output is no terminal.
const PLAIN_WIDTH: usize = 100;
/// The narrowest and the widest that lines are set; those of paths and commands are never cut.
const WIDTHS: (usize, usize) = (40, 200);
/// From this width on a post takes one line, and more posts are shown.
const WIDE: usize = 120;
/// Posts that are shown, on a narrow terminal with two lines each and on a wide one with one.
const POSTS: (usize, usize) = (3, 5);
/// Lines of findings.
const FINDINGS: usize = 2;
/// What stands before the words of a post: its band and its priority.
const INDENT: usize = 15;

/// The heading of a report on posts that were just scored.
pub(crate) fn scored(run: &Run) -> String {
    let mut stages = run.stages.iter().filter(|stage| stage.name == "score");
    let seconds = stages.next().map_or(0.0, |stage| stage.seconds);
    format!(
        "{}; scored in {seconds:.1} s ({:.0} posts a second)",
        rows(&run.counts),
        run.counts.scored() as f64 / seconds.max(1e-9),
    )
}

/// What a report comes to.
pub(crate) struct Summary<'a> {
    /// What it is a report on.
    pub(crate) heading: String,
    /// The report's folder, as it was given.
    pub(crate) folder: &'a Path,
    /// The record of the run.
    pub(crate) run: &'a Run,
    pub(crate) queue: &'a Queue,
    pub(crate) overview: &'a Overview,
    /// The files of the report.
    pub(crate) files: Vec<PathBuf>,
}

impl Summary<'_> {
    /// Prints it: for programs, or for people who want to read anything.
    pub(crate) fn show(&self, json: bool, quiet: bool) -> Result<(), Error> {
        match (json, quiet) {
            (true, _) => self.print_json(),
            (false, false) => self.print(),
            (false, true) => Ok(()),
        }
    }

    /// Prints it for people.
    fn print(&self) -> Result<(), Error> {
        let text = self.text(width())?;
        anstream::stdout()
            .lock()
            .write_all(text.as_bytes())
            .map_err(Error::StandardOutput)
    }

    /// Prints it for programs, as one JSON object.
    fn print_json(&self) -> Result<(), Error> {
        #[derive(Serialize)]
        struct Json<'a> {
            schema: u32,
            uproar: &'static str,
            folder: String,
            files: Vec<String>,
            counts: Counts,
            overview: &'a Overview,
        }
        let shown = |path: &Path| path.display().to_string();
        let json = serde_json::to_string_pretty(&Json {
            schema: SCHEMA,
            uproar: env!("CARGO_PKG_VERSION"),
            folder: shown(self.folder),
            files: self.files.iter().map(|path| shown(path)).collect(),
            counts: self.run.counts,
            overview: self.overview,
        })?;
        writeln!(std::io::stdout().lock(), "{json}").map_err(Error::StandardOutput)
    }

    fn text(&self, width: usize) -> Result<String, Error> {
        let bold = Style::new().bold();
        let (heading, waiting) = (&self.heading, self.waiting());
        let mut text = format!("{heading}\n{bold}{waiting}{bold:#}\n");
        text += &posts(&self.queue.first, width)?;
        for line in findings(&self.overview.findings, width) {
            text += &(line + "\n");
        }
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}", self.places());
        if let Some(command) = self.next()? {
            let _ = writeln!(text, "{bold}Next:{bold:#} {command}");
        }
        Ok(text)
    }

    /// `24 posts await an answer: 3 now, 11 today, 10 later`.
    fn waiting(&self) -> String {
        let awaiting = &self.overview.awaiting;
        let total = awaiting.total();
        if total == 0 {
            return "No post awaits an answer".to_owned();
        }
        let verb = if total == 1 { "awaits" } else { "await" };
        format!(
            "{} {verb} an answer: {} now, {} today, {} later",
            counted(total, "post"),
            grouped(awaiting.now),
            grouped(awaiting.today),
            grouped(awaiting.later)
        )
    }

    /// Where to read on.
    fn places(&self) -> String {
        let which = if self.queue.rows < self.queue.awaiting {
            format!("The queue, cut to {}, is", counted(self.queue.rows, "post"))
        } else {
            "The queue is".to_owned()
        };
        let found = |name: &str| {
            let file = self.files.iter().find(|path| path.ends_with(name));
            file.map(|path| harmless(&path.display().to_string()))
        };
        let mut line = format!("{which} {}", found("queue.csv").unwrap_or_default());
        let others: Vec<String> = ["report.html", "report.xlsx"]
            .into_iter()
            .filter_map(found)
            .collect();
        if !others.is_empty() {
            line += &format!(", the whole picture {}", others.join(" and "));
        }
        line
    }

    /// The command that tells most now: why the first post stands first, or else how right this is.
    /// None where it could not be typed.
    fn next(&self) -> Result<Option<String>, Error> {
        let folder = self.folder.display().to_string();
        let words = match self
            .queue
            .first
            .column(columns::ID)?
            .str()?
            .iter()
            .flatten()
            .next()
        {
            Some(id) => vec!["uproar", "explain", &folder, "--id", id],
            None if self.run.counts.scored() > 0 => vec!["uproar", "sample", &folder],
            None => return Ok(None),
        };
        let command = shlex::try_join(words).ok();
        Ok(command.filter(|command| harmless(command) == *command && !command.contains('\n')))
    }
}

/// As wide as the terminal, or as the environment says.
fn width() -> usize {
    let said = std::env::var("COLUMNS").ok();
    let width = match said.and_then(|columns| columns.parse().ok()) {
        Some(columns) => columns,
        None if std::io::stdout().is_terminal() => textwrap::termwidth(),
        None => PLAIN_WIDTH,
    };
    width.clamp(WIDTHS.0, WIDTHS.1)
}

/// The first posts: why each stands there, and how it begins.
fn posts(first: &DataFrame, width: usize) -> PolarsResult<String> {
    let texts = |name: &str| PolarsResult::<StringChunked>::Ok(first.column(name)?.str()?.clone());
    let [bands, whys, posts] = [columns::BAND, columns::WHY, columns::TEXT].map(texts);
    let (bands, whys, posts) = (bands?, whys?, posts?);
    let priorities: &Float64Chunked = first.column(columns::PRIORITY)?.f64()?;
    let (is_wide, room) = (width >= WIDE, width - INDENT);
    let (shown, why_room) = if is_wide {
        (POSTS.1, room * 2 / 5)
    } else {
        (POSTS.0, room)
    };
    let shown = first.height().min(shown);
    let cell = |column: &StringChunked, row| one_line(column.get(row).unwrap_or_default());
    let whys: Vec<String> = (0..shown)
        .map(|row| clipped(&cell(&whys, row), why_room))
        .collect();
    let widest = whys.iter().map(|why| display_width(why)).max().unwrap_or(0);
    let mut text = String::new();
    for (row, why) in whys.iter().enumerate() {
        let (band, post) = (cell(&bands, row), cell(&posts, row));
        let style = style(&band);
        let priority = priorities.get(row).unwrap_or_default();
        let post = if is_wide {
            let gap = 2 + widest - display_width(why);
            format!("{:gap$}{}", "", clipped(&post, room - 2 - widest))
        } else {
            format!("\n{:INDENT$}{}", "", clipped(&post, room))
        };
        text += &format!("  {style}{band:<5}{style:#} {priority:>5.1}  {style}{why}{style:#}");
        text += post.trim_end();
        text.push('\n');
    }
    Ok(text)
}

/// Colours beside the word, never in its place.
fn style(band: &str) -> Style {
    let color = match Band::ALL.into_iter().find(|it| it.name() == band) {
        Some(Band::Now) => AnsiColor::Red,
        Some(Band::Today) => AnsiColor::Yellow,
        _ => AnsiColor::Cyan,
    };
    color.on_default()
}

/// The first findings, wrapped, as far as there are lines for them.
fn findings(findings: &[String], width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for finding in findings {
        let finding = one_line(finding);
        let wrapped = textwrap::wrap(&finding, width);
        if lines.len() + wrapped.len() <= FINDINGS {
            lines.extend(wrapped.into_iter().map(String::from));
        } else if lines.is_empty() {
            // The first is worth telling in part; a later one is left to the report.
            let (whole, rest) = wrapped.split_at(FINDINGS - 1);
            lines.extend(whole.iter().map(ToString::to_string));
            lines.push(clipped(&rest.join(" "), width));
        }
    }
    lines
}

/// The beginning of a line that fits into so many columns.
fn clipped(line: &str, width: usize) -> String {
    if display_width(line) <= width {
        return line.to_owned();
    }
    let mut used = 0;
    let fitting = line.graphemes(true).take_while(|grapheme| {
        used += display_width(grapheme);
        used < width
    });
    format!("{}…", fitting.collect::<String>().trim_end())
}

#[cfg(test)]
mod tests {
    use polars::prelude::df;
    use uproar_report::{Awaiting, Model, RUN_SCHEMA, Scoring, Stage};

    use super::*;

    fn queue() -> Queue {
        let whys = [
            "Needs help now; says earlier contact failed; 1,400,000 followers; waiting 10 days",
            "Needs help now; waiting 2 hours",
            "Needs help today; furious",
            "Needs help today",
            "Can wait",
            "Can wait",
        ];
        let texts = [
            "@acme my flight leaves in 40 minutes and your app will not let me board. Nobody at the desk either!!",
            "航班取消了,我和两个孩子被困在机场,没有人回答我的问题,请尽快帮助我们。航班取消了,我和两个孩子被困在机场,没有人回答我的问题,请尽快帮助我们。",
            "red \u{1b}[31m alert \u{202e}\nsecond line 👩‍👩‍👧‍👧 👩‍👩‍👧‍👧",
            "",
            "short",
            "never shown",
        ];
        Queue {
            awaiting: 1_241,
            rows: 1_241,
            first: df!(
                columns::ID => ["20 $(id)", "2", "3", "4", "5", "6"],
                columns::BAND => ["now", "now", "today", "today", "later", "later"],
                columns::PRIORITY => [71.25, 70.0, 50.5, 44.0, 9.9, 9.0],
                columns::WHY => whys,
                columns::TEXT => texts,
            )
            .unwrap(),
        }
    }

    fn run(counts: Counts) -> Run {
        Run {
            schema: RUN_SCHEMA,
            uproar: String::new(),
            started_at: jiff::Timestamp::UNIX_EPOCH,
            model: Model {
                name: String::new(),
                path: String::new(),
                checksum: String::new(),
                normalizer: 1,
                engine: String::new(),
                labels: Vec::new(),
            },
            settings: serde_json::Map::new(),
            options: serde_json::Map::new(),
            inputs: Vec::new(),
            counts,
            scoring: Scoring::default(),
            stages: vec![Stage {
                name: "score".to_owned(),
                seconds: 4.0,
            }],
            notices: Vec::new(),
        }
    }

    fn overview(findings: &[&str]) -> Overview {
        Overview {
            awaiting: Awaiting {
                now: 41,
                today: 200,
                later: 1_000,
            },
            findings: findings.iter().map(ToString::to_string).collect(),
            ..Overview::default()
        }
    }

    /// What stands on the terminal, without colours.
    fn shown(queue: &Queue, overview: &Overview, counts: Counts, width: usize) -> String {
        let run = run(counts);
        let summary = Summary {
            heading: scored(&run),
            folder: Path::new("my report"),
            run: &run,
            queue,
            overview,
            files: ["posts.csv", "queue.csv", "report.html", "report.xlsx"]
                .map(|name| Path::new("my report").join(name))
                .into(),
        };
        let text = summary.text(width).unwrap();
        anstream::adapter::strip_str(&text).to_string()
    }

    const FINDINGS: [&str; 3] = [
        "Posts by accounts with fewer than 100 followers wait 3 hours longer for a first answer than those of the others.",
        "2026-03-04: 1,200 posts, where 40 were to be expected.",
        "A third finding.",
    ];

    #[test]
    fn at_every_width() {
        let mut all = String::new();
        for width in [60, 100, 160] {
            let text = shown(
                &queue(),
                &overview(&FINDINGS),
                Counts::new(4_000, 12, 3, 1),
                width,
            );
            assert!(text.lines().count() <= 12, "{text}");
            for line in text.lines().skip(2).filter(|line| line.starts_with("  ")) {
                assert!(display_width(line) <= width, "{width}: {line}");
            }
            all += &format!("{width} columns\n{text}\n");
        }
        insta::assert_snapshot!(all);
    }

    #[test]
    fn nothing_in_a_post_acts_on_the_terminal() {
        for width in [40, 120] {
            let text = shown(
                &queue(),
                &overview(&["a\u{1b}[2J\nb"]),
                Counts::new(6, 0, 0, 0),
                width,
            );
            assert!(
                text.chars()
                    .all(|c| c == '\n' || harmless(&c.to_string()) == c.to_string())
            );
            assert!(text.lines().count() <= 12, "{text}");
        }
    }

    #[test]
    fn little_to_tell() {
        let queue = queue();
        let none = Queue {
            awaiting: 0,
            rows: 0,
            first: queue.first.clear(),
        };
        let empty = Overview::default();
        let scored = shown(&none, &empty, Counts::new(7, 0, 0, 0), 100);
        let nothing = shown(&none, &empty, Counts::new(0, 0, 2, 0), 100);
        let one = Queue {
            awaiting: 1_241,
            rows: 1,
            first: queue.first.slice(4, 1),
        };
        let one = shown(&one, &overview(&[]), Counts::new(7, 0, 0, 0), 100);
        insta::assert_snapshot!([scored, nothing, one].join("\n"));
    }

    #[test]
    fn an_id_that_cannot_be_typed_is_not_offered() {
        let first = df!(
            columns::ID => ["1\u{1b}[2J"],
            columns::BAND => ["now"],
            columns::PRIORITY => [1.0],
            columns::WHY => [""],
            columns::TEXT => [""],
        );
        let queue = Queue {
            awaiting: 1,
            rows: 1,
            first: first.unwrap(),
        };
        let text = shown(&queue, &overview(&[]), Counts::new(1, 0, 0, 0), 100);
        assert!(!text.contains("Next:"), "{text}");
    }

    #[test]
    fn lines_are_cut_between_characters() {
        for (line, width, expected) in [
            ("short", 5, "short"),
            ("longer", 5, "long…"),
            ("a word", 3, "a…"),
            ("日本語", 6, "日本語"),
            ("日本語", 5, "日本…"),
            ("日本語", 4, "日…"),
            ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"),
        ] {
            assert_eq!(clipped(line, width), expected);
        }
    }

    /// A finding that is too long is told in part, and then alone.
    #[test]
    fn findings_take_two_lines() {
        let long = "many words ".repeat(30);
        let found = findings(&[long, "short".to_owned()], 50);
        assert_eq!(found.len(), 2);
        assert!(found[1].ends_with('…'), "{found:?}");
        let fitting = ["one".to_owned(), "word ".repeat(15), "two".to_owned()];
        assert_eq!(findings(&fitting, 50), ["one", "two"]);
    }
}
