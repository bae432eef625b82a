//! A report's posts, over which a capacity is counted.

use std::path::Path;

use polars::prelude::{BooleanChunked, DataFrame};
use uproar_classifier::{Classifier, Signal};
use uproar_report::{ReadError, ScoredPosts, columns};
use uproar_tuning::tune::Pool;

use crate::error::Error;
use crate::labelled::Mismatch;
use crate::scores;

/// Microseconds of a day.
const DAY: f64 = 86_400e6;

/// Reads the customers' posts of a report that have scores, and how long they span. Where the report
/// holds no outputs of the model (`score --logits`), the posts are scored again.
pub(crate) fn read(path: &Path, classifier: &Classifier, quiet: bool) -> Result<Pool, Error> {
    let names = Signal::ALL.map(|signal| format!("logit_{}", signal.name()));
    let base = [
        columns::TEXT,
        columns::DIRECTION,
        columns::CREATED_AT,
        columns::URGENCY,
    ];
    let with_logits: Vec<&str> = base
        .into_iter()
        .chain(names.iter().map(String::as_str))
        .collect();
    let (scored, has_logits) = match ScoredPosts::read(path, &with_logits) {
        Ok(scored) => (scored, true),
        Err(ReadError::MissingColumn { .. }) => (ScoredPosts::read(path, &base)?, false),
        Err(error) => return Err(error.into()),
    };
    let posts = customers(&scored.posts)?;
    let logits = if has_logits {
        let columns = names
            .iter()
            .map(|name| Ok(posts.column(name)?.f32()?.clone()))
            .collect::<Result<Vec<_>, Error>>()?;
        (0..posts.height())
            .map(|row| std::array::from_fn(|signal| columns[signal].get(row).unwrap_or_default()))
            .collect()
    } else {
        let texts = posts.column(columns::TEXT)?.str()?;
        let texts: Vec<&str> = texts.iter().map(Option::unwrap_or_default).collect();
        let scores = scores::of(classifier, &texts, quiet)?;
        scores.into_iter().map(|score| score.logits).collect()
    };
    Ok(Pool {
        logits,
        days: days(&posts)?.ok_or_else(|| Mismatch::NoDates {
            file: scored.path.display().to_string(),
        })?,
    })
}

fn customers(posts: &DataFrame) -> Result<DataFrame, Error> {
    let direction = posts.column(columns::DIRECTION)?.str()?;
    let is_customer: BooleanChunked = direction
        .iter()
        .map(|it| Some(it == Some(columns::CUSTOMER)))
        .collect();
    let is_scored = posts.column(columns::URGENCY)?.is_not_null();
    Ok(posts.filter(&(is_customer & is_scored))?)
}

/// From the first post to the last, in days, but at least one; none where no post has a date.
fn days(posts: &DataFrame) -> Result<Option<f64>, Error> {
    let times = posts.column(columns::CREATED_AT)?.datetime()?.physical();
    let bounds = times.iter().flatten().fold(None, |bounds, time: i64| {
        let (first, last) = bounds.unwrap_or((time, time));
        Some((first.min(time), last.max(time)))
    });
    Ok(bounds.map(|(first, last)| ((last - first) as f64 / DAY).max(1.0)))
}
