//! The command line as a whole; each subcommand's options stand beside its code.

use clap::{Parser, Subcommand};

use crate::commands::{
    compare, completions, config, eval, explain, inspect, model, normalize, report, sample, score,
    tune,
};

const EXIT_CODES: &str = "\
Exit codes:
  0  done (rows that could not be read are in rejects.csv and do not change this)
  1  something went wrong inside uproar
  2  the command line or uproar.toml is wrong
  3  an input cannot be read
  4  the model cannot be used
  5  the output cannot be written, or its folder is in use or holds another unfinished run
  6  refused: tune found nothing better than the decision in force, or too few labels
  130, 143  stopped by Ctrl-C or by a request to end";

/// Score posts written to a company for anger, urgency and reach, and see what to answer first.
#[derive(Debug, Parser)]
#[command(version, about, after_help = EXIT_CODES, propagate_version = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Score(score::ScoreArgs),
    Report(report::ReportArgs),
    Compare(compare::CompareArgs),
    Inspect(inspect::InspectArgs),
    Eval(eval::EvalArgs),
    Tune(tune::TuneArgs),
    Sample(sample::SampleArgs),
    Explain(explain::ExplainArgs),
    Model(model::ModelArgs),
    Config(config::ConfigCommandArgs),
    Normalize(normalize::NormalizeArgs),
    Completions(completions::CompletionsArgs),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
