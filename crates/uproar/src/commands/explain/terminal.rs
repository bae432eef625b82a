//! An explanation for people.

use std::fmt::Write as _;
use std::io::Write as _;

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use textwrap::{Options, WordSplitter};
use uproar_classifier::{Signal, WordEffect};
use uproar_ingest::counted;
use uproar_report::Priority;
use uproar_report::words::VISIBLE;

use super::{Explained, Reported};
use crate::error::Error;
use crate::output::{one_line, remark};

/// The smallest effect that is marked as strong: odds twice or half as high.
const STRONG: f32 = 0.7;
/// Words that are listed for a signal.
const LISTED: usize = 5;
/// The widest that a text is set; longer lines are hard to read.
const WIDEST: usize = 100;

pub(super) fn print(explained: &Explained) -> Result<(), Error> {
    let stdout = std::io::stdout();
    let is_plain = AutoStream::choice(&stdout) == ColorChoice::Never;
    let text = render(explained, is_plain, textwrap::termwidth().min(WIDEST));
    anstream::stdout()
        .lock()
        .write_all(text.as_bytes())
        .map_err(Error::StandardOutput)
}

/// The whole output. In plain text, brackets stand for the colours.
fn render(explained: &Explained, is_plain: bool, width: usize) -> String {
    let mut out = String::new();
    for signal in explained.signals {
        of_signal(&mut out, explained, *signal, is_plain, width);
    }
    let legend = if is_plain {
        "[raises] (lowers), by so much in log odds: +0.7 doubles the odds, -0.7 halves them"
    } else {
        "Effects are in log odds: +0.7 doubles the odds, -0.7 halves them."
    };
    if !explained.explanation.words.is_empty() {
        let _ = writeln!(out, "{legend}\n");
    }
    match &explained.priority {
        Some(priority) => terms(&mut out, priority, explained.reported),
        None => out += "The company wrote this post, so it has no priority.\n",
    }
    out
}

fn of_signal(
    out: &mut String,
    explained: &Explained,
    signal: Signal,
    is_plain: bool,
    width: usize,
) {
    let score = &explained.explanation.score;
    let bold = Style::new().bold();
    let head = format!(
        "{bold}{:<13}{bold:#} {:.3}  {}",
        signal.name(),
        score.probability(signal),
        remark(score, signal)
    );
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{}\n", head.trim_end());

    let words = &explained.explanation.words;
    if words.is_empty() {
        return;
    }
    let shown: Vec<String> = words
        .iter()
        .map(|word| marked(explained.text, word, signal, is_plain))
        .collect();
    let options = Options::new(width)
        .initial_indent("  ")
        .subsequent_indent("  ")
        .word_splitter(WordSplitter::NoHyphenation)
        .break_words(false);
    let _ = writeln!(out, "{}\n", textwrap::fill(&shown.join(" "), options));

    let effect = |word: &WordEffect| word.effects[signal as usize];
    let mut driving: Vec<&WordEffect> = words
        .iter()
        .filter(|word| effect(word).abs() >= VISIBLE)
        .collect();
    driving.sort_by(|a, b| effect(b).abs().total_cmp(&effect(a).abs()));
    for word in driving.iter().take(LISTED) {
        let (style, effect) = (style(effect(word)), effect(word));
        let shown = one_line(&explained.text[word.range.clone()]);
        let _ = writeln!(out, "  {style}{effect:+5.2}  {shown}{style:#}");
    }
    match driving.len().saturating_sub(LISTED) {
        0 if driving.is_empty() => out.push_str("  no word stands out\n"),
        0 => {}
        more => {
            let _ = writeln!(out, "         and {}", counted(more as u64, "weaker word"));
        }
    }
    out.push('\n');
}

/// A word in the colour of its effect, or else in brackets.
fn marked(text: &str, word: &WordEffect, signal: Signal, is_plain: bool) -> String {
    let effect = word.effects[signal as usize];
    let shown = one_line(&text[word.range.clone()]);
    if effect.abs() < VISIBLE {
        return shown;
    }
    if is_plain {
        let (open, close) = if effect > 0.0 { ('[', ']') } else { ('(', ')') };
        return format!("{open}{shown}{close}");
    }
    let style = style(effect);
    format!("{style}{shown}{style:#}")
}

fn style(effect: f32) -> Style {
    let color = if effect > 0.0 {
        AnsiColor::Red
    } else {
        AnsiColor::Cyan
    };
    let style = color.on_default();
    if effect.abs() >= STRONG {
        style.bold()
    } else {
        style
    }
}

fn terms(out: &mut String, priority: &Priority, reported: Option<&Reported>) {
    let bold = Style::new().bold();
    let _ = writeln!(out, "{bold}priority{bold:#}      {:>5.1}", priority.total());
    let reach = match reported.map(|reported| reported.reach) {
        Some(Some(reach)) => format!("reach {reach:.1} of 100"),
        _ => "reach, which is not known".to_owned(),
    };
    for (name, points) in [
        ("urgency", priority.from_urgency),
        ("anger", priority.from_anger),
        ("actionable", priority.from_actionable),
        ("tried_before", priority.from_tried_before),
        ("churn", priority.from_churn),
        (reach.as_str(), priority.from_reach),
    ] {
        let _ = writeln!(out, "  {points:>5.1}  from {name}");
    }
    let Some(reported) = reported else { return };
    out.push('\n');
    if let (Some(rank), Some(without)) = (reported.rank, reported.rank_without_reach) {
        let all = counted(reported.ranked as u64, "post");
        let _ = writeln!(
            out,
            "rank          {rank} of {all}; {without} if all audiences were the same"
        );
    }
    if let Some(band) = &reported.band {
        let _ = writeln!(out, "band          {}", one_line(band));
    }
    if let Some(why) = reported.why.as_deref().filter(|why| !why.is_empty()) {
        let _ = writeln!(out, "why           {}", one_line(why));
    }
    match reported.priority {
        None => out.push_str(
            "The report has no scores of this post: its language is not one that the model knows.\n",
        ),
        Some(before) if (before - priority.total()).abs() > 0.1 => out.push_str(
            "\nThe report was made with other settings or another decision, or from the text before --redact: rank, band \
             and why are by that.\n",
        ),
        Some(_) => {}
    }
}
