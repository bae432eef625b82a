//! Scores as columns beside the posts.

use polars::prelude::{
    BooleanChunked, Column, DataFrame, Float32Chunked, IntoColumn, NewChunkedArray, PolarsResult,
    StringChunked, UInt32Chunked,
};
use uproar_classifier::{Classifier, Score, Signal};
use uproar_report::columns;

use crate::error::Error;
use crate::progress;

/// Posts that are handed to the classifier at a time: enough to sort by length into even batches.
const CHUNK_POSTS: usize = 16_384;

/// Scores texts, in their order, with a bar.
pub(crate) fn of(
    classifier: &Classifier,
    texts: &[&str],
    quiet: bool,
) -> Result<Vec<Score>, Error> {
    let bar = progress::scoring(texts.len() as u64, quiet);
    let mut scores = Vec::with_capacity(texts.len());
    for chunk in texts.chunks(CHUNK_POSTS) {
        scores.extend(classifier.score(chunk, &|posts| bar.inc(posts as u64))?);
    }
    bar.finish_and_clear();
    Ok(scores)
}

/// Appends the score columns, empty for posts without a score; with `logits`, the model's raw outputs
/// as well, as `logit_…`.
pub(crate) fn append(
    mut posts: DataFrame,
    scores: &[Option<Score>],
    logits: bool,
) -> PolarsResult<DataFrame> {
    let mut added: Vec<Column> = Signal::ALL
        .into_iter()
        .map(|signal| floats(signal.name(), scores, |score| score.probability(signal)))
        .collect();
    added.extend([
        levels(columns::ANGER_LEVEL, scores, |score| score.anger_level),
        levels(columns::URGENCY_LEVEL, scores, |score| score.urgency_level),
        StringChunked::from_iter_options(
            columns::SENTIMENT.into(),
            scores
                .iter()
                .map(|score| score.as_ref().map(|score| score.sentiment.name())),
        )
        .into_column(),
        flags(columns::IS_ACTIONABLE, scores, |score| score.is_actionable),
        flags(columns::IS_TRIED_BEFORE, scores, |score| {
            score.is_tried_before
        }),
        flags(columns::IS_CHURN, scores, |score| score.is_churn),
    ]);
    if logits {
        added.extend(Signal::ALL.map(|signal| {
            let name = format!("logit_{}", signal.name());
            floats(&name, scores, |score| score.logits[signal as usize])
        }));
    }
    for column in added {
        posts.with_column(column)?;
    }
    Ok(posts)
}

fn floats(name: &str, scores: &[Option<Score>], value: impl Fn(&Score) -> f32) -> Column {
    let values = scores.iter().map(|score| score.as_ref().map(&value));
    Float32Chunked::from_iter_options(name.into(), values).into_column()
}

fn levels(name: &str, scores: &[Option<Score>], level: impl Fn(&Score) -> u8) -> Column {
    let value = |score: &Score| u32::from(level(score));
    let values = scores.iter().map(|score| score.as_ref().map(value));
    UInt32Chunked::from_iter_options(name.into(), values).into_column()
}

fn flags(name: &str, scores: &[Option<Score>], flag: impl Fn(&Score) -> bool) -> Column {
    let values = scores.iter().map(|score| score.as_ref().map(&flag));
    BooleanChunked::from_iter_options(name.into(), values).into_column()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The model's outputs and the report's columns are named in two crates that do not know each
    /// other.
    #[test]
    fn signals_are_named_as_the_report_expects() {
        let expected = [
            columns::ANGER,
            columns::URGENCY,
            columns::NEGATIVE,
            columns::NEUTRAL,
            columns::POSITIVE,
            columns::ACTIONABLE,
            columns::TRIED_BEFORE,
            columns::CHURN,
        ];
        assert_eq!(Signal::ALL.map(Signal::name), expected);
    }
}
