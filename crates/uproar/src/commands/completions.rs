//! `uproar completions`: completions for a shell.

use std::io::Write;

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::cli::Cli;
use crate::error::Error;

const EXAMPLES: &str = "\
Examples:
  $ uproar completions bash > ~/.local/share/bash-completion/completions/uproar
  $ uproar completions zsh > ~/.zfunc/_uproar
  $ uproar completions fish > ~/.config/fish/completions/uproar.fish";

/// Print completions for a shell.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CompletionsArgs {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

pub(crate) fn run(args: &CompletionsArgs) -> Result<(), Error> {
    // The generator panics when its writer fails, so it gets a buffer.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "uproar", &mut script);
    std::io::stdout()
        .lock()
        .write_all(&script)
        .map_err(Error::StandardOutput)
}
