//! Labels beside what the model says of the same posts.

use std::collections::HashMap;
use std::path::PathBuf;

use clap::Args;
use uproar_classifier::{Classifier, ModelFolder, Signal};
use uproar_report::{Band, BandRules, ScoredPosts, Settings, columns};
use uproar_tuning::labels::{Label, LabelRow, Labels};
use uproar_tuning::{Case, Places};

use crate::config::{Config, ConfigArgs};
use crate::error::Error;
use crate::model::EngineArgs;
use crate::{output, scores};

/// Digits of a checksum that messages and sheets show.
const DIGITS: usize = 12;

/// Rows whose outputs are compared with the model's.
const COMPARED: usize = 32;

/// How far outputs of the same model usually lie apart at most: engines and processors round
/// differently, and those of int8 and f32 lie within 0.28 for 99 of 100 posts.
const TOLERANCE: f32 = 0.3;

/// One row in this many may lie further apart.
const OUTLIERS: usize = 8;

/// What people said, and of which posts.
#[derive(Debug, Args)]
pub(crate) struct LabelArgs {
    /// Labels: a sheet (CSV or .xlsx), or a posts.csv that was corrected.
    ///
    /// A sheet has a column `id` or `text` and any of anger, urgency (0 to 3), sentiment (negative,
    /// neutral, positive), actionable, tried_before and churn (yes, no). An empty cell was not
    /// judged. Also read: weight, company, followers, lang, model, and the columns logit_… of
    /// `uproar score --logits`. Of a posts.csv of `uproar score`, anger_level, urgency_level,
    /// sentiment, is_actionable, is_tried_before and is_churn count, and an edited band corrects
    /// urgency (now 3, today 2, later 1, none 0).
    #[arg(value_name = "LABELS")]
    pub(crate) labels: PathBuf,

    /// The report that the ids are from: its folder, posts.parquet or posts.csv.
    #[arg(long, value_name = "FILE|DIR")]
    pub(crate) scored: Option<PathBuf>,

    /// Take the logit_… columns of the labels as they are: they come from models that had not seen
    /// the post.
    #[arg(long)]
    pub(crate) cross_fitted: bool,

    #[command(flatten)]
    pub(crate) config: ConfigArgs,
}

/// Labels with the model's outputs for each.
#[derive(Debug)]
pub(crate) struct Labelled {
    /// As they were read, but for edited bands, which now are levels of urgency.
    pub(crate) labels: Labels,
    /// The text of each row; missing where the labels give outputs without one.
    pub(crate) texts: Vec<Option<String>>,
    /// One for each row.
    pub(crate) cases: Vec<Case>,
    /// The model, with the decision in force.
    pub(crate) classifier: Classifier,
    /// What decides on bands and priorities.
    pub(crate) settings: Settings,
}

/// Labels that do not fit the posts or the model.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Mismatch {
    #[error("{file}: no text in {rows}; give the report that the ids are from with --scored")]
    NoText { file: String, rows: Places },

    #[error("{file}: not in {scored}: {ids}; give the report that the ids are from")]
    UnknownIds {
        file: String,
        scored: String,
        ids: Places,
    },

    #[error(
        "{file} was scored by another model (checksum {checksum}); score it again, or give that \
         model with --model"
    )]
    ScoredByAnother { file: String, checksum: String },

    #[error(
        "{file}: the posts were picked with another model (checksum {found}); this one is \
         {checksum}: give that model with --model, or delete the column `model`"
    )]
    PickedWithAnother {
        file: String,
        found: Places,
        checksum: String,
    },

    #[error(
        "{file} has no post with a date, so that no capacity in posts a day can be counted; score \
         an export with dates"
    )]
    NoDates { file: String },

    #[error(
        "{file}: the logit columns hold the outputs of another model in {rows}; score the posts \
         again, give that model with --model, or, if the outputs come from models that had not \
         seen the posts, say --cross-fitted"
    )]
    OutputsOfAnother { file: String, rows: Places },
}

impl Labelled {
    /// Reads the labels, loads the model, finds the posts' texts and scores them. What a user
    /// should know of the labels goes to standard error.
    pub(crate) fn read(args: &LabelArgs, engine: &EngineArgs, quiet: bool) -> Result<Self, Error> {
        let settings = Config::load(&args.config, quiet)?.settings();
        let mut labels = Labels::read(&args.labels)?;
        let file = args.labels.display().to_string();
        let scored = match &args.scored {
            Some(path) => Some(ScoredPosts::read(path, &[columns::ID, columns::TEXT])?),
            None => None,
        };
        let texts = texts(&file, &labels, scored.as_ref())?;
        let classifier = engine.load()?;
        let of_labels = uproar_report::model_checksum(&args.labels)?;
        if let Some(checksum) =
            of_labels.filter(|_| labels.rows.iter().any(|it| it.report.is_some()))
        {
            check_scored(&file, &checksum, classifier.model())?;
        }
        if let Some(scored) = &scored
            && let Some(checksum) = &scored.model_checksum
        {
            let file = scored.path.display().to_string();
            check_scored(&file, checksum, classifier.model())?;
        }
        check_picked(&file, &labels, &classifier)?;
        if !args.cross_fitted {
            check_outputs(&file, &labels, &texts, &classifier)?;
        }
        let logits = logits(&labels, &texts, &classifier, quiet)?;
        if let Some(notice) =
            correct_bands(&file, &mut labels, &logits, &classifier, &settings.bands)
        {
            labels.notices.push(notice);
        }
        if !quiet {
            for notice in &labels.notices {
                output::note(notice);
            }
        }
        let cases = labels.rows.iter().zip(logits).map(|(row, logits)| Case {
            logits,
            answer: row.answer,
            weight: row.weight,
        });
        Ok(Self {
            cases: cases.collect(),
            labels,
            texts,
            classifier,
            settings,
        })
    }
}

/// The text of each row: the report's where the id is in it, for a sheet may have damaged its copy.
fn texts(
    file: &str,
    labels: &Labels,
    scored: Option<&ScoredPosts>,
) -> Result<Vec<Option<String>>, Error> {
    let mut by_id = HashMap::new();
    if let Some(scored) = scored {
        let ids = scored.posts.column(columns::ID)?.str()?;
        let texts = scored.posts.column(columns::TEXT)?.str()?;
        by_id.extend(ids.iter().zip(texts.iter()));
    }
    let (mut without, mut unknown) = (Places::default(), Places::default());
    let texts = labels.rows.iter().map(|row| {
        let known = row
            .id
            .as_deref()
            .and_then(|id| by_id.get(&Some(id)).copied().flatten());
        let text = known.map(str::to_owned).or_else(|| row.text.clone());
        if text.is_none() && row.logits.is_none() {
            match &row.id {
                Some(id) if scored.is_some() => {
                    unknown.found(row.row, id.escape_debug().to_string());
                }
                _ => without.row(row.row),
            }
        }
        text
    });
    let texts = texts.collect();
    let file = file.to_owned();
    if !without.is_empty() {
        return Err(Mismatch::NoText {
            file,
            rows: without,
        }
        .into());
    }
    if !unknown.is_empty() {
        return Err(Mismatch::UnknownIds {
            file,
            scored: scored.map_or_else(String::new, |scored| scored.path.display().to_string()),
            ids: unknown,
        }
        .into());
    }
    Ok(texts)
}

/// Refuses a report that another model scored.
pub(crate) fn check_scored(file: &str, checksum: &str, model: &ModelFolder) -> Result<(), Error> {
    if checksum == model.checksum() {
        return Ok(());
    }
    Err(Mismatch::ScoredByAnother {
        file: file.to_owned(),
        checksum: checksum.chars().take(DIGITS).collect(),
    }
    .into())
}

/// Compares the column `model`, which holds the first digits of a checksum.
fn check_picked(file: &str, labels: &Labels, classifier: &Classifier) -> Result<(), Error> {
    let checksum = classifier.model().checksum();
    let mut others = Places::default();
    for row in &labels.rows {
        if let Some(model) = &row.model
            && !checksum.starts_with(model.as_str())
        {
            others.found(row.row, model.escape_debug().to_string());
        }
    }
    if others.is_empty() {
        return Ok(());
    }
    Err(Mismatch::PickedWithAnother {
        file: file.to_owned(),
        found: others,
        checksum: checksum.chars().take(DIGITS).collect(),
    }
    .into())
}

/// Scores some of the rows that come with outputs and compares.
fn check_outputs(
    file: &str,
    labels: &Labels,
    texts: &[Option<String>],
    classifier: &Classifier,
) -> Result<(), Error> {
    let with_both: Vec<(&LabelRow, &str)> = labels
        .rows
        .iter()
        .zip(texts)
        .filter(|(row, _)| row.logits.is_some())
        .filter_map(|(row, text)| Some((row, text.as_deref()?)))
        .collect();
    let step = with_both.len().div_ceil(COMPARED).max(1);
    let compared: Vec<_> = with_both.into_iter().step_by(step).collect();
    let compared_texts: Vec<&str> = compared.iter().map(|(_, text)| *text).collect();
    let (mut rows, mut differing) = (Places::default(), 0);
    for ((row, _), score) in compared
        .iter()
        .zip(classifier.score(&compared_texts, &|_| ())?)
    {
        let given = row.logits.unwrap_or_default();
        let differs = |(given, own): (f32, f32)| (given - own).abs() > TOLERANCE;
        if given.into_iter().zip(score.logits).any(differs) {
            rows.row(row.row);
            differing += 1;
        }
    }
    if differing * OUTLIERS <= compared.len() {
        return Ok(());
    }
    let file = file.to_owned();
    Err(Mismatch::OutputsOfAnother { file, rows }.into())
}

/// The model's outputs for each row: those that the labels give, or else by scoring the text.
fn logits(
    labels: &Labels,
    texts: &[Option<String>],
    classifier: &Classifier,
    quiet: bool,
) -> Result<Vec<[f32; Signal::COUNT]>, Error> {
    let wanted: Vec<&str> = labels
        .rows
        .iter()
        .zip(texts)
        .filter(|(row, _)| row.logits.is_none())
        .map(|(_, text)| text.as_deref().unwrap_or_default())
        .collect();
    let mut scores = scores::of(classifier, &wanted, quiet)?.into_iter();
    let logits = labels.rows.iter().map(|row| {
        let scored = || scores.next().map(|score| score.logits);
        row.logits.or_else(scored).unwrap_or_default()
    });
    Ok(logits.collect())
}

/// Turns the bands that people edited in a report into levels of urgency.
///
/// A band was edited where it is not the one of the model's own levels, and says something of
/// urgency where it is not the one of the levels that stand there now either. Returns how many rows
/// differ from what the model says, where the labels are a report.
fn correct_bands(
    file: &str,
    labels: &mut Labels,
    logits: &[[f32; Signal::COUNT]],
    classifier: &Classifier,
    rules: &BandRules,
) -> Option<String> {
    let decision = classifier.model().decision();
    let (mut rows, mut corrected) = (0_usize, 0_usize);
    for (row, logits) in labels.rows.iter_mut().zip(logits) {
        let Some(report) = row.report else { continue };
        let [anger, urgency, actionable] = report.scores;
        let own = rules.band(
            u32::from(decision.urgency.level(urgency)),
            u32::from(decision.anger.level(anger)),
            actionable >= decision.actionable.threshold,
        );
        let answer = &mut row.answer;
        let now = rules.band(
            u32::from(answer.urgency.unwrap_or_default()),
            u32::from(answer.anger.unwrap_or_default()),
            answer.actionable.unwrap_or_default(),
        );
        let edited = Band::ALL.into_iter().rev().nth(usize::from(report.band));
        if edited != Some(own) && edited != Some(now) {
            answer.urgency = Some(report.band);
        }
        rows += 1;
        let score = decision.decide(*logits);
        let is_corrected = |label: Label| {
            let answer = row.answer.get(label);
            answer.is_some_and(|answer| answer != label.decided(&score))
        };
        corrected += usize::from(Label::ALL.into_iter().any(is_corrected));
    }
    (rows > 0).then(|| {
        format!(
            "{file}: all {rows} rows count as read by a person; {corrected} differ from what the \
             model says"
        )
    })
}
