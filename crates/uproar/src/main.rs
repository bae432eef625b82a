//! Uproar scores posts written to a company and says what to answer first.

use std::process::ExitCode;

use clap::Parser;

mod cli;
mod commands;
mod config;
mod error;
mod folder_lock;
mod interrupt;
mod labelled;
mod model;
mod output;
mod pool;
mod progress;
mod read_args;
mod scores;
mod summary;

use crate::cli::{Cli, Command};

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Score(args) => commands::score::run(&args),
        Command::Report(args) => commands::report::run(&args),
        Command::Compare(args) => commands::compare::run(&args),
        Command::Inspect(args) => commands::inspect::run(&args),
        Command::Eval(args) => commands::eval::run(&args),
        Command::Tune(args) => commands::tune::run(&args),
        Command::Sample(args) => commands::sample::run(&args),
        Command::Explain(args) => commands::explain::run(&args),
        Command::Model(args) => commands::model::run(&args),
        Command::Config(args) => commands::config::run(&args),
        Command::Normalize(args) => commands::normalize::run(&args),
        Command::Completions(args) => commands::completions::run(&args),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        // The reader has seen enough, as with `uproar … | head`.
        Err(error) if error.is_broken_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            error.report();
            error.exit_code()
        }
    }
}
