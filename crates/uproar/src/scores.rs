//! Scores as columns beside the posts.

use polars::prelude::*;
use uproar_classifier::{Score, Signal};
use uproar_report::columns;

use crate::error::Error;

/// Appends the score columns; with `logits`, the model's raw outputs as well, as `logit_…`.
pub(crate) fn append(
    mut posts: DataFrame,
    scores: &[Score],
    logits: bool,
) -> Result<DataFrame, Error> {
    let mut add = |column: Column| posts.with_column(column).map(|_| ());
    for signal in Signal::ALL {
        let values: Float32Chunked = scores
            .iter()
            .map(|score| Some(score.probability(signal)))
            .collect();
        add(values.with_name(signal.name().into()).into_column())?;
    }
    let levels: [(&str, fn(&Score) -> u8); 2] = [
        (columns::ANGER_LEVEL, |score| score.anger_level),
        (columns::URGENCY_LEVEL, |score| score.urgency_level),
    ];
    for (name, level) in levels {
        let values: UInt32Chunked = scores.iter().map(|s| Some(u32::from(level(s)))).collect();
        add(values.with_name(name.into()).into_column())?;
    }
    let sentiments: StringChunked = scores.iter().map(|s| Some(s.sentiment.name())).collect();
    add(sentiments
        .with_name(columns::SENTIMENT.into())
        .into_column())?;
    let answers: [(&str, fn(&Score) -> bool); 3] = [
        (columns::IS_ACTIONABLE, |score| score.is_actionable),
        (columns::IS_TRIED_BEFORE, |score| score.is_tried_before),
        (columns::IS_CHURN, |score| score.is_churn),
    ];
    for (name, answer) in answers {
        let values: BooleanChunked = scores.iter().map(|score| Some(answer(score))).collect();
        add(values.with_name(name.into()).into_column())?;
    }
    if logits {
        for signal in Signal::ALL {
            let values: Float32Chunked = scores
                .iter()
                .map(|score| Some(score.logits[signal as usize]))
                .collect();
            let name = format!("logit_{}", signal.name());
            add(values.with_name(name.into()).into_column())?;
        }
    }
    Ok(posts)
}
