//! Tables of the report, as their specifications say.

use jiff::{Timestamp, tz::TimeZone};
use uproar_ingest::{grouped, redact::Redactor};

use super::{
    format::{MISSING, duration, moment, percent},
    text::harmless,
};
use crate::{
    error::Error,
    table::{Cell, Table},
    tables::{Field, FinishedTable, Kind},
};

/// Rows that a page shows; the CSV file has all.
const MOST_ROWS: usize = 50;
/// Characters of a text in a cell.
const LONGEST_TEXT: usize = 200;

/// A table as the page shows it.
pub(super) struct ShownTable {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) purpose: String,
    pub(super) header: Vec<Header>,
    pub(super) rows: Vec<Vec<ShownCell>>,
    /// Rows that are in the CSV file alone.
    pub(super) more: u64,
}

/// The head of a column.
pub(super) struct Header {
    pub(super) title: String,
    pub(super) meaning: String,
    pub(super) is_number: bool,
}

/// A value.
pub(super) struct ShownCell {
    pub(super) shown: String,
    /// What orders the rows; empty where there is no value.
    pub(super) order: String,
    pub(super) kind: CellKind,
}

/// How a value is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CellKind {
    Number,
    /// A few words, a moment or a flag.
    Label,
    /// Sentences.
    Text,
    Band,
    Id,
}

/// The tables that have rows.
pub(super) fn tables<'a>(
    tables: impl IntoIterator<Item = &'a FinishedTable>,
    zone: &TimeZone,
    redactor: Option<&Redactor>,
) -> Result<Vec<ShownTable>, Error> {
    let with_rows = tables.into_iter().filter(|table| table.rows.height() > 0);
    with_rows
        .map(|table| shown_table(table, zone, redactor))
        .collect()
}

fn shown_table(
    table: &FinishedTable,
    zone: &TimeZone,
    redactor: Option<&Redactor>,
) -> Result<ShownTable, Error> {
    let fields = table.spec.fields;
    let rows = Table::new(&table.rows.head(Some(MOST_ROWS)))?;
    let rows = rows.rows().map(|cells| {
        let cells = cells.zip(fields);
        cells
            .map(|(cell, field)| shown_cell(&cell, field.kind, zone, redactor))
            .collect()
    });
    Ok(ShownTable {
        name: table.spec.name,
        title: table.spec.title,
        purpose: unmarked(table.spec.purpose),
        header: fields.iter().map(header).collect(),
        rows: rows.collect(),
        more: table.count.saturating_sub(MOST_ROWS as u64),
    })
}

fn header(field: &Field) -> Header {
    Header {
        title: field.name.replace('_', " "),
        meaning: unmarked(field.meaning),
        is_number: cell_kind(field.kind) == CellKind::Number,
    }
}

/// Words of the documentation without the marks that it sets names in.
fn unmarked(text: &str) -> String {
    text.replace('`', "")
}

fn cell_kind(kind: Kind) -> CellKind {
    match kind {
        Kind::Count | Kind::Share | Kind::Score | Kind::Number | Kind::Minutes => CellKind::Number,
        Kind::Band => CellKind::Band,
        Kind::Id => CellKind::Id,
        Kind::Label | Kind::Time | Kind::Flag => CellKind::Label,
        Kind::Text => CellKind::Text,
    }
}

fn shown_cell(
    cell: &Cell<'_>,
    kind: Kind,
    zone: &TimeZone,
    redactor: Option<&Redactor>,
) -> ShownCell {
    let (shown, order) = match cell {
        Cell::Missing => (MISSING.to_owned(), String::new()),
        Cell::Number { value, .. } => (number(*value, kind), value.to_string()),
        Cell::Integer(value) => (integer(*value), value.to_string()),
        Cell::Boolean(value) => {
            let shown = if *value { "yes" } else { "no" };
            (shown.to_owned(), u8::from(*value).to_string())
        }
        Cell::Time(value) => (moment(*value, zone), seconds(*value)),
        Cell::Text(text) => {
            let shown = text_of(text, kind, redactor);
            (shown.clone(), shown)
        }
    };
    ShownCell {
        shown,
        order,
        kind: cell_kind(kind),
    }
}

fn seconds(moment: Timestamp) -> String {
    moment.as_second().to_string()
}

fn number(value: f64, kind: Kind) -> String {
    match kind {
        Kind::Share => percent(value),
        Kind::Minutes => duration(value),
        Kind::Score => format!("{value:.2}"),
        _ => format!("{value:.1}"),
    }
}

fn integer(value: i64) -> String {
    let sign = if value < 0 { "−" } else { "" };
    format!("{sign}{}", grouped(value.unsigned_abs()))
}

fn text_of(text: &str, kind: Kind, redactor: Option<&Redactor>) -> String {
    let text = match redactor {
        Some(redactor) if kind == Kind::Text => redactor.redact(text),
        _ => text.into(),
    };
    let text = harmless(&text);
    match text.char_indices().nth(LONGEST_TEXT) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.into_owned(),
    }
}
