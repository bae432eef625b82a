//! `report.xlsx`: the report as an Excel workbook, made to be passed around.
//!
//! The sheets follow the tables' specifications; texts are shown without personal data unless
//! [`Settings::redact_reports`] is false.

mod about;
pub(crate) mod cells;
mod charts;
mod overview;
mod style;
mod table;

use polars::prelude::DataFrame;
use rust_xlsxwriter::Worksheet;
use uproar_ingest::redact::Redactor;

use self::{
    style::Styles,
    table::{SheetTable, Show},
};
use crate::{
    error::Error,
    overview::Overview,
    run::Model,
    settings::Settings,
    tables::{
        FinishedTable, posts,
        queue::{self, Queue},
    },
};

pub(crate) use self::{style::count, table::MOST_ROWS};

/// What a workbook is made from.
pub(crate) struct WorkbookInput<'a> {
    /// The headline figures.
    pub(crate) overview: &'a Overview,
    /// What awaits an answer.
    pub(crate) queue: &'a Queue,
    /// The first posts by rank, with all columns of ranked posts.
    pub(crate) posts: &'a DataFrame,
    /// How many posts there are.
    pub(crate) all_posts: u64,
    /// The tables that were made from all posts.
    pub(crate) tables: &'a [FinishedTable],
    /// The model that scored the posts.
    pub(crate) model: &'a Model,
    /// What the team has set.
    pub(crate) settings: &'a Settings,
}

/// The bytes of the workbook; the same for the same input.
///
/// # Errors
///
/// [`Error::Workbook`]; [`Error::MissingColumn`], [`Error::ColumnType`] or [`Error::Time`] when a
/// table is not what its specification says.
pub(crate) fn workbook(input: &WorkbookInput) -> Result<Vec<u8>, Error> {
    let show = Show {
        styles: Styles::new(),
        time_zone: &input.settings.calendar.time_zone,
        redactor: input.settings.redact_reports.then(Redactor::default),
    };
    let tables = tables(input)?;
    let mut workbook = cells::new_workbook()?;
    let mut sheet = Worksheet::new();
    sheet.set_name("overview")?;
    overview::write(&mut sheet, input.overview, &tables, &show)?;
    workbook.push_worksheet(sheet);
    for table in &tables {
        let mut sheet = Worksheet::new();
        sheet.set_name(table.spec.name)?;
        table.write(&mut sheet, &show)?;
        workbook.push_worksheet(sheet);
    }
    let mut sheet = Worksheet::new();
    sheet.set_name("about")?;
    about::write(&mut sheet, input.model, &tables, &show)?;
    workbook.push_worksheet(sheet);
    Ok(workbook.save_to_buffer()?)
}

/// The tables in the order of their sheets.
fn tables(input: &WorkbookInput) -> Result<Vec<SheetTable>, Error> {
    let queue = FinishedTable::new(&queue::SPEC, &input.queue.first)?;
    let posts = FinishedTable::new(&posts::SPEC, input.posts)?;
    let mut tables = vec![SheetTable::new(queue.spec, &queue.rows, input.queue.rows)];
    for table in input.tables {
        tables.push(SheetTable::new(table.spec, &table.rows, table.count));
    }
    tables.push(SheetTable::new(posts.spec, &posts.rows, input.all_posts));
    Ok(tables)
}

#[cfg(test)]
mod tests;
