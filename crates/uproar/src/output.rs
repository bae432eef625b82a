//! What a person reads in the terminal at the end.

use std::io::Write;

use comfy_table::{ContentArrangement, Row, Table, presets};
use indicatif::HumanCount;
use uproar_classifier::{Score, Signal};
use uproar_ingest::{acts_on_terminal, counted};
use uproar_report::Counts;

use crate::error::Error;

/// Names of the levels of anger, as the labelling guide has them.
const ANGER: [&str; 4] = ["none", "irritated", "angry", "furious"];

/// Names of the levels of urgency.
const URGENCY: [&str; 4] = ["none", "can wait", "today", "now"];

/// Width of the table where the output is no terminal.
const PLAIN_WIDTH: u16 = 100;

/// Tells the user something that is no error.
pub(crate) fn note(text: &str) {
    say(&format!("note: {text}"));
}

/// Prints a line to standard error. One that nobody can read, as with `2>&-` or a full disk, is no
/// reason to stop.
pub(crate) fn say(line: &str) {
    let _ = writeln!(anstream::stderr(), "{line}");
}

/// Prints the scores of one post.
pub(crate) fn post(score: &Score, logits: bool) -> Result<(), Error> {
    let mut out = std::io::stdout().lock();
    for signal in Signal::ALL {
        let name = signal.name();
        let mut line = format!(
            "{name:<13} {:.3}  {:<9}",
            score.probability(signal),
            remark(score, signal)
        );
        if logits {
            line += &format!("  logit {:>9.4}", score.logits[signal as usize]);
        }
        writeln!(out, "{}", line.trim_end()).map_err(Error::StandardOutput)?;
    }
    Ok(())
}

/// What a signal's score comes to, in a word.
pub(crate) fn remark(score: &Score, signal: Signal) -> &'static str {
    match signal {
        Signal::Anger => ANGER[usize::from(score.anger_level)],
        Signal::Urgency => URGENCY[usize::from(score.urgency_level)],
        Signal::Actionable => yes_or_no(score.is_actionable),
        Signal::TriedBefore => yes_or_no(score.is_tried_before),
        Signal::Churn => yes_or_no(score.is_churn),
        sentiment if sentiment == score.sentiment => "yes",
        _ => "",
    }
}

fn yes_or_no(answer: bool) -> &'static str {
    if answer { "yes" } else { "no" }
}

/// An empty table as wide as the terminal, or else as [`PLAIN_WIDTH`].
pub(crate) fn table<T: Into<Row>>(header: T) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(header);
    if !table.is_tty() {
        table.set_width(PLAIN_WIDTH);
    }
    table
}

/// The lines of a table, without blanks at their ends.
pub(crate) fn lines(table: &Table) -> String {
    table
        .lines()
        .map(|line| format!("{}\n", line.trim_end()))
        .collect()
}

/// A post on one line, and without characters that act on a terminal.
pub(crate) fn one_line(text: &str) -> String {
    let clean = harmless(text);
    clean.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text with a blank for each character that acts on a terminal.
pub(crate) fn harmless(text: &str) -> String {
    text.chars()
        .map(|c| if acts_on_terminal(c) { ' ' } else { c })
        .collect()
}

/// What became of the rows: `4 rows: 1 scored, 2 rejected, 1 duplicate`. Posts that were not scored
/// are named where there are any.
pub(crate) fn rows(counts: &Counts) -> String {
    let not_scored = match counts.not_scored() {
        0 => String::new(),
        posts => format!(", {} not scored", HumanCount(posts)),
    };
    format!(
        "{}: {} scored{not_scored}, {} rejected, {}",
        counted(counts.rows(), "row"),
        HumanCount(counts.scored()),
        HumanCount(counts.rejected()),
        counted(counts.duplicates(), "duplicate"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_post_does_not_act_on_the_terminal() {
        let post = "where\n is \u{1b}[2Jmy\u{9b}2J \u{202e}redro\u{202c}\u{2066}?\u{200f}";
        assert_eq!(one_line(post), "where is [2Jmy 2J redro ?");
    }
}
