//! `uproar normalize`: lines in, model text out. Training reads this.

use std::io::{BufRead, Write};

use clap::{Args, ValueEnum};
use uproar_classifier::normalize::Normalizer;

use crate::error::Error;

const EXAMPLES: &str = "\
Example:
  $ echo 'WHERE is my refund??? 😡😡 @acme' | uproar normalize
  [shout] WHERE is my refund??? [emoji] enraged face [long] [user]";

/// Print the text that the model reads for each post of standard input.
///
/// Training a model reads this, so that the model sees in training what it will see in use.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct NormalizeArgs {
    /// What a line of input and of output is.
    #[arg(long, value_enum, default_value_t = LineFormat::Text)]
    format: LineFormat,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum LineFormat {
    /// One post a line, as it is.
    Text,
    /// One JSON string a line, so that posts may hold line breaks.
    Ndjson,
}

pub(crate) fn run(args: &NormalizeArgs) -> Result<(), Error> {
    let normalizer = Normalizer::LATEST;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for (index, line) in std::io::stdin().lock().lines().enumerate() {
        let line = line.map_err(|source| Error::StandardInput {
            line: index + 1,
            source,
        })?;
        match args.format {
            LineFormat::Text => writeln!(out, "{}", normalizer.normalize(&line)),
            LineFormat::Ndjson => {
                let text: String =
                    serde_json::from_str(&line).map_err(|source| Error::NotAJsonString {
                        line: index + 1,
                        source,
                    })?;
                let model_text = serde_json::Value::from(normalizer.normalize(&text));
                writeln!(out, "{model_text}")
            }
        }
        .map_err(Error::StandardOutput)?;
    }
    out.flush().map_err(Error::StandardOutput)
}
