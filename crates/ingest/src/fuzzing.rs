//! Ways for fuzz targets and tests into what is private here.
//!
//! Nothing of this is in the program: `cargo fuzz` sets the configuration that it needs.

use std::io::Cursor;

use crate::columns::Mapping;
use crate::input::Source;
use crate::schema::Column;
use crate::time::{self, DayOrder};
use crate::values::{self, Id};
use crate::{ColumnOverride, Error, ReadOptions, Reader, html};

/// Opens inputs by name and content, which are read as streams. A name's stem is what precedes
/// the first dot.
///
/// # Errors
///
/// As [`Reader::open`].
pub fn open(inputs: &[(&str, &[u8])], options: ReadOptions) -> Result<Reader, Error> {
    Reader::take_in(options, |intake| {
        inputs.iter().try_for_each(|(name, content)| {
            let stem = name.split('.').next().unwrap_or(name);
            let bytes = Box::new(Cursor::new(content.to_vec()));
            intake.add_opened(Source::stream(name, stem, bytes)?, None)
        })
    })
}

/// The field that each column of [`Column::ALL`] comes from.
pub fn mapping(headers: &[&str], overrides: &[ColumnOverride]) -> [Option<usize>; Column::COUNT] {
    let mapping = Mapping::new(headers, overrides);
    Column::ALL.map(|column| mapping.get(column))
}

/// A date with the day before the month and with the month before the day, in microseconds since
/// 1970-01-01 in UTC.
pub fn moments(text: &str) -> Option<[Option<i64>; 2]> {
    let reading = time::parse(text)?;
    Some([DayOrder::DayFirst, DayOrder::MonthFirst].map(|order| reading.moment(order)))
}

/// A moment as the reports write it.
pub fn rfc3339(micros: i64) -> Option<String> {
    time::rfc3339(micros)
}

/// A count, as likes are.
pub fn count(text: &str) -> Option<i64> {
    values::count(text)
}

/// An id, if it is one that was not rounded.
pub fn id(text: &str) -> Option<String> {
    known(values::id(text))
}

/// The post replied to.
pub fn reply_target(text: &str) -> Option<String> {
    known(values::reply_target(text))
}

/// A list of ids with commas between them.
pub fn id_list(text: &str) -> Option<String> {
    values::id_list(text)
}

/// The first item of a list.
pub fn first_of_list(text: &str) -> Option<String> {
    values::first_of_list(text)
}

/// A truth value, and whether a post was written to the company.
pub fn truth(text: &str) -> [Option<bool>; 2] {
    [values::boolean(text), values::inbound(text)]
}

/// HTML as plain text.
pub fn plain_text(html: &str) -> String {
    html::plain_text(html)
}

fn known(id: Id) -> Option<String> {
    match id {
        Id::Known(id) => Some(id),
        Id::Missing | Id::Rounded | Id::Unreadable => None,
    }
}
