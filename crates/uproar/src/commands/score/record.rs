//! The record of a run, for `run.json`.

use std::time::Instant;

use serde_json::{Map, Value, json};
use uproar_classifier::Signal;
use uproar_report::{Counts, InputFile, Model, RUN_SCHEMA, Run, Stage};

use super::{ScoreRun, Scored};
use crate::error::Error;

/// How long each part of the run took.
#[derive(Default)]
pub(super) struct Stages(Vec<Stage>);

impl Stages {
    pub(super) fn list(&self) -> Vec<Stage> {
        self.0.clone()
    }

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
pub(super) fn run(run: &ScoreRun<'_>, scored: &Scored, notices: &[String]) -> Result<Run, Error> {
    let model = run.classifier.model();
    Ok(Run {
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
        options: options(run),
        settings: run.config.record()?,
        inputs: input_files(scored),
        counts: counts(scored),
        scoring: scored.scoring,
        stages: run.stages.list(),
        notices: [scored.inputs.notices.as_slice(), notices].concat(),
    })
}

pub(super) fn counts(scored: &Scored) -> Counts {
    let counts = scored.inputs.counts;
    let not_scored = scored.scoring.not_scored;
    Counts::new(
        counts.posts.saturating_sub(not_scored),
        not_scored,
        counts.rejected,
        counts.duplicates,
    )
}

/// The files that were read, with their sizes; what was read beyond them came from streams.
fn input_files(scored: &Scored) -> Vec<InputFile> {
    let of_files: u64 = scored.opened.iter().filter_map(|input| input.bytes).sum();
    let of_streams = scored.inputs.bytes.saturating_sub(of_files);
    scored
        .opened
        .iter()
        .map(|input| InputFile {
            path: input.name.clone(),
            bytes: input.bytes.unwrap_or(of_streams),
        })
        .collect()
}

/// The options that shape the output, for the run's record and for its journal: as they were given, or
/// else as the file of settings has them. Of a key, its fingerprint.
pub(super) fn options(run: &ScoreRun<'_>) -> Map<String, Value> {
    let ScoreRun {
        args,
        config,
        privacy,
        ..
    } = run;
    let map: Vec<String> = args
        .read
        .map
        .iter()
        .map(|entry| format!("{}={}", entry.column.name(), entry.header))
        .collect();
    let limit: Vec<String> = args.read.limit.iter().map(ToString::to_string).collect();
    let options = json!({
        "map": map,
        "company": config.company(&args.read.company),
        "encoding": args.read.encoding,
        "limit": limit,
        "top": config.top(args.top),
        "explain": args.explain,
        "logits": args.logits,
        "all-languages": args.all_languages,
        "redact": privacy.redacts_posts(),
        "pseudonymise": privacy.key_fingerprint(),
        "raw-rejects": args.raw_rejects,
        "decision": args.engine.model.decision,
        "checkpoint": args.checkpoint,
    });
    match options {
        Value::Object(options) => options,
        _ => Map::new(),
    }
}
