//! The record of a run, for `run.json`.

use std::path::{Path, PathBuf};
use std::time::Instant;

use serde_json::{Map, Value, json};
use uproar_classifier::Signal;
use uproar_report::{Counts, InputFile, Model, RUN_SCHEMA, Run, Stage};

use super::reading::InputsRead;
use super::{ScoreArgs, ScoreRun, Scored};

/// How long each part of the run took.
#[derive(Default)]
pub(super) struct Stages(Vec<Stage>);

impl Stages {
    pub(super) fn time<T, E>(
        &mut self,
        name: &str,
        work: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        let start = Instant::now();
        let result = work();
        self.0.push(Stage {
            name: name.to_owned(),
            seconds: start.elapsed().as_secs_f64(),
        });
        result
    }
}

/// What made the report. `notices` are those on all posts together.
pub(super) fn run(run: &ScoreRun<'_>, scored: &Scored, notices: &[String]) -> Run {
    let model = run.classifier.model();
    Run {
        schema: RUN_SCHEMA,
        uproar: env!("CARGO_PKG_VERSION").to_owned(),
        started_at: run.started_at,
        model: Model {
            name: model.name(),
            path: model.path().display().to_string(),
            checksum: model.checksum().to_owned(),
            normalizer: model.normalizer().version(),
            engine: run.classifier.describe(),
            labels: Signal::ALL.map(|s| s.name().to_owned()).into(),
        },
        options: options(run.args),
        inputs: input_files(&run.args.inputs, scored.inputs.bytes),
        counts: counts(&scored.inputs),
        scoring: scored.scoring,
        stages: run.stages.0.clone(),
        notices: [scored.inputs.notices.as_slice(), notices].concat(),
    }
}

pub(super) fn counts(inputs: &InputsRead) -> Counts {
    let counts = inputs.counts;
    Counts::new(counts.posts, counts.rejected, counts.duplicates)
}

/// The inputs with their sizes; what was read beyond the files came from standard input.
fn input_files(paths: &[PathBuf], bytes_read: u64) -> Vec<InputFile> {
    let sizes: Vec<u64> = paths
        .iter()
        .map(|path| std::fs::metadata(path).map_or(0, |file| file.len()))
        .collect();
    let of_files: u64 = sizes.iter().sum();
    paths
        .iter()
        .zip(sizes)
        .map(|(path, size)| InputFile {
            path: path.display().to_string(),
            bytes: if path == Path::new("-") {
                bytes_read.saturating_sub(of_files)
            } else {
                size
            },
        })
        .collect()
}

/// The options that shape the output, for the run's record and for its journal.
pub(super) fn options(args: &ScoreArgs) -> Map<String, Value> {
    let map: Vec<String> = args
        .map
        .iter()
        .map(|entry| format!("{}={}", entry.column.name(), entry.header))
        .collect();
    let options = json!({
        "map": map,
        "company": args.company,
        "encoding": args.encoding,
        "top": args.top,
        "logits": args.logits,
        "decision": args.engine.model.decision,
        "checkpoint": args.checkpoint,
    });
    match options {
        Value::Object(options) => options,
        _ => Map::new(),
    }
}
