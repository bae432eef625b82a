//! Typed access to the columns of the table of posts.

use polars::prelude::*;

use crate::{columns, error::Error};

/// The columns that a ranking is made from.
pub(crate) struct Posts {
    pub(crate) direction: StringChunked,
    /// Microseconds since 1970 in UTC.
    pub(crate) created_at: Int64Chunked,
    pub(crate) followers: Int64Chunked,
    pub(crate) views: Int64Chunked,
    pub(crate) reposts: Int64Chunked,
    pub(crate) quotes: Int64Chunked,
    pub(crate) urgency: Float64Chunked,
    pub(crate) anger: Float64Chunked,
    pub(crate) actionable: Float64Chunked,
    pub(crate) tried_before: Float64Chunked,
    pub(crate) churn: Float64Chunked,
    pub(crate) urgency_level: Int64Chunked,
    pub(crate) anger_level: Int64Chunked,
    pub(crate) is_actionable: BooleanChunked,
    pub(crate) is_tried_before: BooleanChunked,
    pub(crate) is_churn: BooleanChunked,
}

impl Posts {
    pub(crate) fn read(table: &DataFrame) -> Result<Self, Error> {
        Ok(Self {
            direction: texts(table, columns::DIRECTION)?,
            created_at: times(table, columns::CREATED_AT)?,
            followers: integers(table, columns::FOLLOWERS)?,
            views: integers(table, columns::VIEWS)?,
            reposts: integers(table, columns::REPOSTS)?,
            quotes: integers(table, columns::QUOTES)?,
            urgency: numbers(table, columns::URGENCY)?,
            anger: numbers(table, columns::ANGER)?,
            actionable: numbers(table, columns::ACTIONABLE)?,
            tried_before: numbers(table, columns::TRIED_BEFORE)?,
            churn: numbers(table, columns::CHURN)?,
            urgency_level: integers(table, columns::URGENCY_LEVEL)?,
            anger_level: integers(table, columns::ANGER_LEVEL)?,
            is_actionable: booleans(table, columns::IS_ACTIONABLE)?,
            is_tried_before: booleans(table, columns::IS_TRIED_BEFORE)?,
            is_churn: booleans(table, columns::IS_CHURN)?,
        })
    }
}

/// The columns that say whether and when the company answered.
pub(crate) struct Answers {
    pub(crate) answered: BooleanChunked,
    pub(crate) first_response_minutes: Float64Chunked,
}

impl Answers {
    pub(crate) fn read(table: &DataFrame) -> Result<Self, Error> {
        Ok(Self {
            answered: booleans(table, columns::ANSWERED)?,
            first_response_minutes: numbers(table, columns::FIRST_RESPONSE_MINUTES)?,
        })
    }
}

/// A column of text.
pub(crate) fn texts(table: &DataFrame, name: &str) -> Result<StringChunked, Error> {
    let column = read(table, name, "text", DataType::is_string, &DataType::String)?;
    Ok(column.str()?.rechunk().into_owned())
}

/// A column of truth values.
pub(crate) fn booleans(table: &DataFrame, name: &str) -> Result<BooleanChunked, Error> {
    let column = read(
        table,
        name,
        "true or false",
        DataType::is_bool,
        &DataType::Boolean,
    )?;
    Ok(column.bool()?.rechunk().into_owned())
}

/// A column of whole numbers of any width.
pub(crate) fn integers(table: &DataFrame, name: &str) -> Result<Int64Chunked, Error> {
    let column = read(
        table,
        name,
        "a whole number",
        DataType::is_integer,
        &DataType::Int64,
    )?;
    Ok(column.i64()?.rechunk().into_owned())
}

/// A column of decimal numbers of any width.
pub(crate) fn numbers(table: &DataFrame, name: &str) -> Result<Float64Chunked, Error> {
    let column = read(
        table,
        name,
        "a decimal number",
        DataType::is_float,
        &DataType::Float64,
    )?;
    Ok(column.f64()?.rechunk().into_owned())
}

/// A column of times, as microseconds since 1970 in UTC.
pub(crate) fn times(table: &DataFrame, name: &str) -> Result<Int64Chunked, Error> {
    let fits = |found: &DataType| matches!(found, DataType::Datetime(TimeUnit::Microseconds, _));
    let column = read(
        table,
        name,
        "a time in microseconds",
        fits,
        &DataType::Int64,
    )?;
    Ok(column.i64()?.rechunk().into_owned())
}

/// A column that must be of a fitting type; one without any value has the type null, and fits.
fn read(
    table: &DataFrame,
    name: &str,
    expected: &'static str,
    fits: impl Fn(&DataType) -> bool,
    wanted: &DataType,
) -> Result<Column, Error> {
    let column = table.column(name).map_err(|_| Error::MissingColumn {
        column: name.to_owned(),
    })?;
    let found = column.dtype();
    if !(found.is_null() || fits(found)) {
        return Err(Error::ColumnType {
            column: name.to_owned(),
            expected,
            found: found.to_string(),
        });
    }
    Ok(column.strict_cast(wanted)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_found_by_its_type() {
        let table = df!(
            "narrow" => [Some(1_i32), None],
            "text" => ["a", "b"],
        )
        .unwrap()
        .with_column(Column::full_null("empty".into(), 2, &DataType::Null))
        .unwrap()
        .clone();

        assert_eq!(
            integers(&table, "narrow").unwrap().to_vec(),
            [Some(1), None]
        );
        assert_eq!(numbers(&table, "empty").unwrap().null_count(), 2);
        assert_eq!(times(&table, "empty").unwrap().null_count(), 2);
        insta::assert_snapshot!(
            integers(&table, "text").unwrap_err(),
            @"column `text` holds values of type str, where a whole number is needed"
        );
        insta::assert_snapshot!(
            texts(&table, "absent").unwrap_err(),
            @"the table of posts has no column `absent`"
        );
    }
}
