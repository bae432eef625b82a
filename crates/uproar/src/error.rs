//! What can go wrong, and the exit code that says so.

use std::error::Error as _;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::config::ConfigError;
use crate::output;

/// The number of the signal that Ctrl-C sends.
const SIGINT: usize = 2;

/// A failed run. Shown on one line; each kind has its documented exit code.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("{0}")]
    Usage(&'static str),

    #[error(transparent)]
    Config(#[from] ConfigError),

    #[error("the settings' own examples are wrong")]
    Example(#[source] toml::de::Error),

    #[error(transparent)]
    Ingest(#[from] uproar_ingest::Error),

    #[error("{first}; {others} more {cannot} be used either", cannot = if *others == 1 { "input cannot" } else { "inputs cannot" })]
    Inputs {
        first: Box<uproar_ingest::Error>,
        others: usize,
    },

    #[error(transparent)]
    Key(#[from] uproar_ingest::pseudonym::KeyError),

    #[error("line {line} of standard input cannot be read")]
    StandardInput { line: usize, source: io::Error },

    #[error("line {line} of standard input is not a JSON string, such as \"my order is late\"")]
    NotAJsonString {
        line: usize,
        source: serde_json::Error,
    },

    #[error(transparent)]
    Classifier(#[from] uproar_classifier::Error),

    #[error("no model was found ({searched}); give its folder with --model, or set UPROAR_MODEL")]
    NoModel { searched: String },

    #[error(transparent)]
    Report(#[from] uproar_report::Error),

    #[error("cannot use {}, where the run keeps its work", path.display())]
    WorkFolder { path: PathBuf, source: io::Error },

    #[error("another run is writing to {}; wait for it, or give another folder", path.display())]
    Busy { path: PathBuf },

    #[error(
        "{} holds the work of another run that was cut off ({differences}); give the same inputs, \
         options and model to go on with it, or --fresh to throw it away",
        path.display()
    )]
    OtherRun { path: PathBuf, differences: String },

    #[error(
        "{} holds no work of a run that was cut off; leave --resume out to begin",
        path.display()
    )]
    NothingToResume { path: PathBuf },

    #[error(
        "{} holds the work of a run of `uproar score` that was cut off; give that command again to go \
         on with it, or another folder with --out",
        path.display()
    )]
    UnfinishedRun { path: PathBuf },

    #[error("no post is of this company and these days; the companies are {companies}")]
    NothingChosen { companies: String },

    #[error("{} cannot be copied", path.display())]
    Copy { path: PathBuf, source: io::Error },

    #[error(
        "stopped by {}{}",
        if *signal == SIGINT { "an interrupt" } else { "a request to end" },
        if *is_resumable { "; run the same command again to go on where it stopped" } else { "" }
    )]
    Interrupted { signal: usize, is_resumable: bool },

    #[error("cannot watch for signals")]
    Signals(#[source] io::Error),

    #[error("cannot start a thread")]
    Thread(#[source] io::Error),

    #[error(transparent)]
    ReadReport(#[from] uproar_report::ReadError),

    #[error("{}: no post has the id {id}; {hint}", path.display())]
    UnknownId {
        path: PathBuf,
        id: String,
        hint: String,
    },

    #[error(
        "{} holds no post to label: none of a customer with scores that is not labelled already",
        path.display()
    )]
    NothingToLabel { path: PathBuf },

    #[error(
        "{} is there already and may hold people's labels; give the sheet another name with --out",
        path.display()
    )]
    SheetExists { path: PathBuf },

    #[error(transparent)]
    Labels(#[from] uproar_tuning::Error),

    #[error(transparent)]
    Labelled(#[from] crate::labelled::Mismatch),

    #[error("no decision was written: {reason}; label more posts, or write it anyway with --force")]
    Refused { reason: String },

    #[error("the record of the run cannot be written as JSON")]
    Json(#[from] serde_json::Error),

    #[error("settings or the record of a run cannot be written as TOML")]
    Toml(#[from] toml::ser::Error),

    #[error("cannot write to standard output")]
    StandardOutput(#[source] io::Error),

    #[error("a chart cannot be drawn")]
    Chart(#[from] uproar_report::chart::ChartError),

    #[error("the page cannot be put together")]
    Page(#[from] askama::Error),

    #[error("the table of posts cannot be put together")]
    Table(#[from] polars::error::PolarsError),
}

impl Error {
    /// Whether the reader of our output went away, which is no failure of ours.
    pub(crate) fn is_broken_pipe(&self) -> bool {
        let io = match self {
            Self::StandardOutput(source) => Some(source),
            Self::Report(uproar_report::Error::WriteRows { source }) => Some(source),
            _ => None,
        };
        io.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    }

    /// Prints the error and its causes on one line of standard error.
    pub(crate) fn report(&self) {
        let mut message = self.to_string();
        let mut cause = self.source();
        while let Some(error) = cause {
            let text = error.to_string();
            // Some libraries repeat the cause in their own message.
            if !message.contains(&text) {
                message = format!("{message}: {text}");
            }
            cause = error.source();
        }
        let style = anstyle::AnsiColor::Red.on_default().bold();
        output::say(&format!(
            "{style}error:{style:#} {}",
            output::harmless(&message)
        ));
    }

    /// The exit codes are part of the interface; `uproar --help` lists them.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Signals(_)
            | Self::Example(_)
            | Self::Thread(_)
            | Self::Chart(_)
            | Self::Page(_)
            | Self::Table(_)
            | Self::Json(_)
            | Self::Toml(_) => 1,
            Self::Config(ConfigError::Exists { .. }) => 5,
            Self::Usage(_) | Self::Config(_) | Self::Labels(uproar_tuning::Error::Goal(_)) => 2,
            Self::Ingest(_)
            | Self::Inputs { .. }
            | Self::Key(_)
            | Self::ReadReport(_)
            | Self::NothingChosen { .. }
            | Self::UnknownId { .. }
            | Self::NothingToLabel { .. }
            | Self::Labels(_)
            | Self::Labelled(_)
            | Self::StandardInput { .. }
            | Self::NotAJsonString { .. } => 3,
            Self::Classifier(_) | Self::NoModel { .. } => 4,
            Self::Report(_)
            | Self::WorkFolder { .. }
            | Self::Busy { .. }
            | Self::OtherRun { .. }
            | Self::UnfinishedRun { .. }
            | Self::Copy { .. }
            | Self::NothingToResume { .. }
            | Self::SheetExists { .. }
            | Self::StandardOutput(_) => 5,
            Self::Refused { .. } => 6,
            // What a shell reports for a program that a signal has ended.
            Self::Interrupted { signal, .. } => u8::try_from(128 + signal).unwrap_or(u8::MAX),
        })
    }
}
