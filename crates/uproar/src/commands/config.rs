//! `uproar config`: a file of settings to begin with, and the settings in force.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};
use uproar_report::atomic::write_file;

use crate::config::{Config, ConfigArgs, ConfigError, Entry, FILE_NAME, commented, schema_text};
use crate::error::Error;
use crate::output::note;

const EXAMPLES: &str = "\
Examples:
  A file with every setting, its meaning and its default, in the current folder:
  $ uproar config init

  What is in force, and where it comes from:
  $ uproar config show

  For an editor that checks and completes:
  $ uproar config schema > uproar.schema.json";

/// Version of the format of `config show --json`.
const SCHEMA: u32 = 1;

/// Write or show the settings of uproar.toml.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ConfigCommandArgs {
    #[command(subcommand)]
    command: ConfigCommand,
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    Init(InitArgs),
    Show(ShowArgs),
    /// Print the JSON schema of uproar.toml.
    Schema,
}

/// Write uproar.toml to the current folder, with every setting explained and none changed.
#[derive(Debug, Args)]
struct InitArgs {
    /// Replace a file that is there already.
    #[arg(long)]
    force: bool,
}

/// Print the settings in force and where each comes from.
#[derive(Debug, Args)]
struct ShowArgs {
    #[command(flatten)]
    config: ConfigArgs,

    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &ConfigCommandArgs) -> Result<(), Error> {
    match &args.command {
        ConfigCommand::Init(args) => init(args),
        ConfigCommand::Show(args) => show(args),
        ConfigCommand::Schema => print(&schema_text()),
    }
}

fn init(args: &InitArgs) -> Result<(), Error> {
    let path = PathBuf::from(FILE_NAME);
    if !args.force && path.exists() {
        return Err(ConfigError::Exists { path }.into());
    }
    let text = commented()?;
    write_file(&path, |out| out.write_all(text.as_bytes()))?;
    note(&format!("wrote {}", path.display()));
    Ok(())
}

fn show(args: &ShowArgs) -> Result<(), Error> {
    let config = Config::load(&args.config, true)?;
    let entries = config.entries()?;
    print(&if args.json {
        format!("{:#}\n", json(config.path(), entries)?)
    } else {
        table(config.path(), &entries)
    })
}

/// Lines that are settings themselves, each with its origin as a comment.
fn table(path: Option<&Path>, entries: &[Entry]) -> String {
    let lines = entries.iter().map(|entry| match &entry.value {
        Some(value) => format!("{} = {value}", entry.path),
        None => format!("# {} is not set", entry.path),
    });
    let lines: Vec<String> = lines.collect();
    let width = lines.iter().map(|line| line.chars().count());
    let width = width.filter(|width| *width <= 50).max().unwrap_or_default();
    let file = path.map(|path| path.display().to_string());
    let shown = lines.iter().zip(entries).map(|(line, entry)| {
        let origin = match (&file, entry.line) {
            (Some(file), Some(number)) => format!("{file}:{number}"),
            _ if entry.value.is_some() => "default".to_owned(),
            _ => return format!("{line}\n"),
        };
        format!("{line:width$}  # {origin}\n")
    });
    shown.collect()
}

fn json(path: Option<&Path>, entries: Vec<Entry>) -> Result<Value, Error> {
    let mut settings = Map::new();
    for entry in entries {
        let origin = if entry.line.is_some() {
            "file"
        } else {
            "default"
        };
        let value = json!({ "value": entry.value, "from": origin, "line": entry.line });
        settings.insert(entry.path, value);
    }
    Ok(json!({
        "schema": SCHEMA,
        "file": path.map(|path| path.display().to_string()),
        "settings": settings,
    }))
}

fn print(text: &str) -> Result<(), Error> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())
        .map_err(Error::StandardOutput)
}
