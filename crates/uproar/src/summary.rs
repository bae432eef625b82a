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

/// What a report comes to.
pub(crate) struct Summary<'a> {
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
    /// Prints it for people.
    pub(crate) fn print(&self) -> Result<(), Error> {
        let text = self.text(width())?;
        anstream::stdout()
            .lock()
            .write_all(text.as_bytes())
            .map_err(Error::StandardOutput)
    }

    /// Prints it for programs, as one JSON object.
    pub(crate) fn print_json(&self) -> Result<(), Error> {
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
        let stages = self.run.stages.iter();
        let mut scoring = stages.filter(|stage| stage.name == "score");
        let seconds = scoring.next().map_or(0.0, |stage| stage.seconds);
        let mut text = format!(
            "{}; scored in {:.1} s ({:.0} posts a second)\n{bold}{}{bold:#}\n",
            rows(&self.run.counts),
            seconds,
            self.run.counts.scored() as f64 / seconds.max(1e-9),
            self.waiting(),
        );
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
            format!("The first {} are in", grouped(self.queue.rows))
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
        let words = match self.queue.first.column(columns::ID)?.str()?.first() {
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
    let shown = if is_wide { POSTS.1 } else { POSTS.0 };
    let mut text = String::new();
    for row in 0..first.height().min(shown) {
        let cell = |column: &StringChunked| one_line(column.get(row).unwrap_or_default());
        let (band, why, post) = (cell(&bands), cell(&whys), cell(&posts));
        let priority = priorities.get(row).unwrap_or_default();
        let style = style(&band);
        let head = format!("  {style}{band:<5}{style:#} {priority:>5.1}  ");
        if is_wide {
            let why = clipped(&why, room * 2 / 5);
            let post = clipped(&post, room - display_width(&why) - 2);
            text += &format!("{head}{style}{why}{style:#}  {post}\n");
        } else {
            let (why, post) = (clipped(&why, room), clipped(&post, room));
            text += &format!("{head}{style}{why}{style:#}\n{:INDENT$}{post}\n", "");
        }
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
