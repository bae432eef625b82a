//! What an input has of one canonical column.

use std::borrow::Cow;

use polars::prelude::{
    Column as Values, DataFrame, DataType, Int64Chunked, PolarsResult, StringChunked,
};

use crate::input::shown;
use crate::redact::Redactor;
use crate::schema::Column;
use crate::time;

use super::Company;

/// How many values are shown of a column.
pub const SAMPLES: usize = 3;

/// What stands in place of an author when personal data is left out.
const AUTHOR: &str = "[author]";

/// A canonical column that an input has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InspectedColumn {
    /// The canonical column.
    pub column: Column,
    /// The headers that hold it: two where date and time of day are apart. None where its values
    /// come from elsewhere, such as a table of authors or from objects with other keys than the
    /// first ones.
    pub headers: Vec<String>,
    /// How many of the posts looked at have a value.
    pub filled: u64,
    /// The first different values, as they are read, of at most 200 characters, with control
    /// characters escaped; times as RFC 3339.
    pub samples: Vec<String>,
}

impl InspectedColumn {
    pub(super) fn of(
        column: Column,
        headers: Vec<String>,
        posts: &DataFrame,
        redactor: Option<&Redactor>,
    ) -> PolarsResult<Self> {
        let values = posts.column(column.name())?;
        Ok(Self {
            column,
            headers,
            filled: (values.len() - values.null_count()) as u64,
            samples: samples(column, values, redactor)?,
        })
    }

    /// Whether the input has this column. Every post has an id and a direction, if only made.
    pub(super) fn is_found(&self, company: &Company) -> bool {
        let is_made = match self.column {
            Column::Id => true,
            Column::Direction => !matches!(company, Company::Export),
            _ => false,
        };
        !self.headers.is_empty() || (self.filled > 0 && !is_made)
    }
}

fn samples(
    column: Column,
    values: &Values,
    redactor: Option<&Redactor>,
) -> PolarsResult<Vec<String>> {
    let texts: StringChunked = match values.dtype() {
        DataType::Datetime(..) => moments(values)?
            .iter()
            .map(|moment| moment.and_then(time::rfc3339))
            .collect(),
        _ => values.cast(&DataType::String)?.str()?.clone(),
    };
    let mut samples: Vec<String> = Vec::new();
    for text in texts
        .iter()
        .flatten()
        .filter(|text| !text.trim().is_empty())
    {
        let sample = match (column, redactor) {
            (Column::AuthorId | Column::AuthorName, Some(_)) => AUTHOR.to_owned(),
            (Column::Text | Column::Source, redactor) => shown(&redacted(text, redactor)),
            _ => shown(text),
        };
        if !samples.contains(&sample) {
            samples.push(sample);
        }
        if samples.len() == SAMPLES {
            break;
        }
    }
    Ok(samples)
}

/// Times as microseconds since 1970-01-01 in UTC.
pub(super) fn moments(values: &Values) -> PolarsResult<Int64Chunked> {
    Ok(values.cast(&DataType::Int64)?.i64()?.clone())
}

/// A text without personal data, if that is to be left out.
pub(super) fn redacted<'a>(text: &'a str, redactor: Option<&Redactor>) -> Cow<'a, str> {
    match redactor {
        Some(redactor) => redactor.redact(text),
        None => Cow::Borrowed(text),
    }
}
