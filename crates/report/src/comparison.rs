//! What changed from one report to another: weeks of the same company, or models on the same posts.

mod figures;
mod shared;

use polars::prelude::*;
use serde::Serialize;

use crate::{
    columns,
    error::Error,
    posts::{booleans, integers, numbers, texts},
};
use figures::Figures;
pub use figures::{CompanyChange, Figure, Unit};
use shared::Places;
pub use shared::{BandChange, Moved, SharedPosts};

/// Two reports side by side.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// The headline figures of both.
    pub figures: Vec<Figure>,
    /// The companies whose shares of angry or answered posts changed beyond chance, the largest change
    /// first.
    pub companies: Vec<CompanyChange>,
    /// The posts that both reports hold.
    pub shared: SharedPosts,
}

/// A report as it is gone through.
#[derive(Debug, Default)]
pub struct Side {
    figures: Figures,
    places: Places,
}

impl Side {
    /// The columns that a comparison is made from.
    pub const COLUMNS: [&'static str; 12] = [
        columns::ID,
        columns::DIRECTION,
        columns::COMPANY_NAME,
        columns::ANSWERED,
        columns::FIRST_RESPONSE_MINUTES,
        columns::REPLY_KIND,
        columns::ANGER_LEVEL,
        columns::URGENCY_LEVEL,
        columns::IS_TRIED_BEFORE,
        columns::IS_CHURN,
        columns::RANK,
        columns::BAND,
    ];

    /// Adds the next posts.
    ///
    /// # Errors
    ///
    /// [`Error::MissingColumn`] or [`Error::ColumnType`] when the table is not one of ranked posts.
    pub fn add(&mut self, ranked: &DataFrame) -> Result<(), Error> {
        let rows = Rows::read(ranked)?;
        for row in 0..ranked.height() {
            if rows.direction.get(row) == Some(columns::CUSTOMER) {
                self.figures.add(&rows, row);
                self.places.add(&rows, row);
            }
        }
        Ok(())
    }

    /// What changed from this report to another one.
    pub fn compare(self, after: Self) -> Comparison {
        Comparison {
            companies: self.figures.companies(&after.figures),
            figures: self.figures.compare(after.figures),
            shared: self.places.compare(&after.places),
        }
    }
}

/// The columns of a chunk.
struct Rows {
    id: StringChunked,
    direction: StringChunked,
    company: StringChunked,
    answered: BooleanChunked,
    first_response_minutes: Float64Chunked,
    reply_kind: StringChunked,
    anger_level: Int64Chunked,
    urgency_level: Int64Chunked,
    is_tried_before: BooleanChunked,
    is_churn: BooleanChunked,
    rank: Int64Chunked,
    band: StringChunked,
}

impl Rows {
    fn read(table: &DataFrame) -> Result<Self, Error> {
        Ok(Self {
            id: texts(table, columns::ID)?,
            direction: texts(table, columns::DIRECTION)?,
            company: texts(table, columns::COMPANY_NAME)?,
            answered: booleans(table, columns::ANSWERED)?,
            first_response_minutes: numbers(table, columns::FIRST_RESPONSE_MINUTES)?,
            reply_kind: texts(table, columns::REPLY_KIND)?,
            anger_level: integers(table, columns::ANGER_LEVEL)?,
            urgency_level: integers(table, columns::URGENCY_LEVEL)?,
            is_tried_before: booleans(table, columns::IS_TRIED_BEFORE)?,
            is_churn: booleans(table, columns::IS_CHURN)?,
            rank: integers(table, columns::RANK)?,
            band: texts(table, columns::BAND)?,
        })
    }
}

#[cfg(test)]
mod tests;
