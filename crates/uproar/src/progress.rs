//! Progress on standard error: bars on a terminal, nothing elsewhere or with `--quiet`.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar for posts that are being scored.
pub(crate) fn scoring(posts: u64, quiet: bool) -> ProgressBar {
    bar(
        Some(posts),
        "Scoring {wide_bar} {human_pos}/{human_len} posts  {per_sec:>12}  {eta} left",
        quiet,
    )
}

/// A bar for inputs that are being read and scored, by bytes; the message is the number of posts.
/// Without a length when there is a stream among the inputs.
pub(crate) fn reading(bytes: Option<u64>, quiet: bool) -> ProgressBar {
    let template = if bytes.is_some() {
        "Scoring {wide_bar} {bytes}/{total_bytes}  {msg} posts  {eta} left"
    } else {
        "Scoring {spinner} {bytes}  {msg} posts"
    };
    bar(bytes, template, quiet)
}

/// A bar for posts whose words are weighed.
pub(crate) fn explaining(posts: u64, quiet: bool) -> ProgressBar {
    bar(
        Some(posts),
        "Explaining {wide_bar} {human_pos}/{human_len} posts  {eta} left",
        quiet,
    )
}

/// A bar for the steps of putting a report together.
pub(crate) fn writing(steps: u64, quiet: bool) -> ProgressBar {
    bar(
        Some(steps),
        "Ranking {wide_bar} {percent} %  {eta} left",
        quiet,
    )
}

/// A bar for the steps of going through reports.
pub(crate) fn comparing(steps: u64, quiet: bool) -> ProgressBar {
    bar(Some(steps), "Comparing {wide_bar} {percent} %", quiet)
}

fn bar(length: Option<u64>, template: &str, quiet: bool) -> ProgressBar {
    let target = if quiet || !std::io::stderr().is_terminal() {
        ProgressDrawTarget::hidden()
    } else {
        ProgressDrawTarget::stderr()
    };
    let bar = ProgressBar::with_draw_target(length, target);
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("━╸─").with_key("per_sec", per_second));
    }
    bar.enable_steady_tick(Duration::from_millis(250));
    bar
}

fn per_second(state: &indicatif::ProgressState, out: &mut dyn std::fmt::Write) {
    // A failed write to the terminal leaves a gap in the bar and nothing worse.
    let _ = write!(out, "{:.0}/s", state.per_sec());
}
