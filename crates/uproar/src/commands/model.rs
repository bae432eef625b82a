//! `uproar model`: what a model folder holds.

use std::io::Write;

use clap::{Args, Subcommand};
use uproar_classifier::Signal;
use uproar_classifier::decision::Decision;

use crate::error::Error;
use crate::model::ModelPath;

/// Look at a model.
#[derive(Debug, Args)]
pub(crate) struct ModelArgs {
    #[command(subcommand)]
    command: ModelCommand,
}

#[derive(Debug, Subcommand)]
enum ModelCommand {
    Show(ShowArgs),
}

/// Check a model folder and print what it holds.
#[derive(Debug, Args)]
struct ShowArgs {
    #[command(flatten)]
    model: ModelPath,
}

pub(crate) fn run(args: &ModelArgs) -> Result<(), Error> {
    let ModelCommand::Show(args) = &args.command;
    let model = args.model.open()?;
    let config = model.config();
    let rows = [
        ("model", model.name()),
        ("folder", model.path().display().to_string()),
        ("checksum", model.checksum().to_owned()),
        (
            "encoder",
            format!(
                "BERT, {} layers of width {}, {} heads",
                config.num_hidden_layers, config.hidden_size, config.num_attention_heads
            ),
        ),
        ("vocabulary", format!("{} word pieces", config.vocab_size)),
        ("longest text", format!("{} tokens", model.max_tokens())),
        ("normaliser", format!("version {}", model.normalizer())),
        ("outputs", Signal::ALL.map(Signal::name).join(", ")),
    ];
    let mut out = std::io::stdout().lock();
    rows.iter()
        .map(|(name, value)| (*name, value.clone()))
        .chain(decision_rows(model.decision()))
        .try_for_each(|(name, value)| writeln!(out, "{name:<13} {value}"))
        .map_err(Error::StandardOutput)
}

fn decision_rows(decision: &Decision) -> impl Iterator<Item = (&'static str, String)> {
    let levels = [
        ("anger", decision.anger.levels),
        ("urgency", decision.urgency.levels),
    ]
    .map(|(name, [one, two, three])| {
        (
            name,
            format!("level 1 from {one}, 2 from {two}, 3 from {three}"),
        )
    });
    let thresholds = [
        ("actionable", decision.actionable),
        ("tried_before", decision.tried_before),
        ("churn", decision.churn),
    ]
    .map(|(name, cut)| (name, format!("yes from {}", cut.threshold)));
    levels.into_iter().chain(thresholds)
}
