//! x
use clap::{Parser, Subcommand};
mod commands { pub(crate) mod normalize; }
mod error {
    #[derive(Debug, thiserror::Error)]
    pub(crate) enum Error {
        #[error("cannot read standard input at line {line}: {source}")]
        StandardInput { line: usize, source: std::io::Error },
        #[error("line {line} of standard input is not a JSON string: {source}")]
        NotAJsonString { line: usize, source: serde_json::Error },
        #[error("cannot write to standard output: {0}")]
        StandardOutput(std::io::Error),
    }
}
#[derive(Parser)]
struct Cli { #[command(subcommand)] command: Command }
#[derive(Subcommand)]
enum Command { Normalize(commands::normalize::NormalizeArgs) }
fn main() {
    let r = match Cli::parse().command { Command::Normalize(a) => commands::normalize::run(&a) };
    if let Err(e) = r { eprintln!("error: {e}"); std::process::exit(1) }
}
