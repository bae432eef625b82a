//! `report.html`: the report as one page that needs nothing else, made to be passed around.
//!
//! The figures and charts are of all posts; of the queue, the page holds the first posts and counts
//! the others. Texts of strangers are escaped, redacted unless the settings say otherwise, and kept
//! from running or loading anything by a content security policy.

mod backlog;
mod equity;
mod figures;
mod format;
mod map;
mod policy;
mod responses;
mod rows;
mod tables;
mod text;
mod trend;

use std::{borrow::Borrow, path::Path};

use askama::Template;
use jiff::{Timestamp, tz::TimeZone};
use polars::prelude::DataFrame;
use serde::Serialize;
use sha2::{Digest, Sha256};
use uproar_ingest::{grouped, redact::Redactor};

use self::{
    backlog::{Backlog, Rest},
    figures::{Figure, Tile},
    format::{rounded, zone_name},
    map::Map,
    responses::Responses,
    rows::{Row, Showing},
    tables::{CellKind, ShownTable},
};
use crate::{
    columns,
    error::Error,
    overview::Overview,
    posts::times,
    run::Run,
    settings::Settings,
    tables::{FinishedTable, queue::Queue},
    words::{self, PostWords},
};

/// The style that the pages of Uproar share: colours for light and dark, type, tables and charts.
pub const BASE_STYLE: &str = include_str!("../../templates/base.css");

/// The script, in the order in which its parts build on one another.
const SCRIPT: &str = concat!(
    include_str!("../../templates/report/dom.js"),
    include_str!("../../templates/report/corrections.js"),
    include_str!("../../templates/report/detail.js"),
    include_str!("../../templates/report/queue.js"),
    include_str!("../../templates/report/tables.js"),
);

const STYLE: &str = include_str!("../../templates/report/report.css");

/// Posts that the page shows where no script runs, as in the preview of a mail.
const STATIC_ROWS: usize = 25;

/// Digits of a model's checksum that tell it from others.
const MODEL_DIGITS: usize = 12;

/// Tables that stand on the page as charts.
const CHARTED: [&str; 2] = ["trend", "equity"];

/// The page as it is made.
pub struct Page {
    zone: TimeZone,
    redactor: Option<Redactor>,
    /// The time of the newest post, in microseconds since 1970.
    newest: Option<i64>,
    backlog: Backlog,
    map: Map,
    responses: Responses,
}

/// What the page shows beside what it counted itself.
#[derive(Clone, Copy)]
pub struct PageInput<'a> {
    /// The headline figures.
    pub overview: &'a Overview,
    /// What awaits an answer.
    pub queue: &'a Queue,
    /// The tables of the report.
    pub tables: &'a [FinishedTable],
    /// Words of posts of the queue.
    pub words: &'a [PostWords],
    /// What made the report.
    pub run: &'a RunFacts,
}

/// What made a report, as far as its page tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunFacts {
    /// The model's name.
    pub model: String,
    /// SHA-256 of the model's weights, in hexadecimal.
    pub checksum: String,
    /// What was read, by name.
    pub sources: Vec<String>,
    /// The version of Uproar.
    pub version: String,
}

impl From<&Run> for RunFacts {
    /// Of inputs, the names without their folders, which say where somebody keeps files.
    fn from(run: &Run) -> Self {
        let name = |path: &str| {
            let name = Path::new(path).file_name();
            name.map_or_else(
                || path.to_owned(),
                |name| name.to_string_lossy().into_owned(),
            )
        };
        Self {
            model: run.model.name.clone(),
            checksum: run.model.checksum.clone(),
            sources: run.inputs.iter().map(|input| name(&input.path)).collect(),
            version: run.uproar.clone(),
        }
    }
}

/// What the page's script reads.
#[derive(Serialize)]
struct Data<'a> {
    /// The first digits of the model's checksum.
    model: &'a str,
    /// Tells this report from others, so that corrections are kept apart.
    report: String,
    /// Words with smaller effects are not marked.
    visible: f64,
    rows: &'a [Row],
}

#[derive(Template)]
#[template(path = "report/report.html")]
struct ReportPage<'a> {
    policy: String,
    style: &'a str,
    script: &'a str,
    data: String,
    overview: &'a Overview,
    run: &'a RunFacts,
    model_digits: &'a str,
    zone: String,
    span: Option<String>,
    is_redacted: bool,
    tiles: Vec<Tile>,
    first: &'a [Row],
    shown: u64,
    awaiting: u64,
    rest: Rest,
    figures: Vec<Figure>,
    tables: Vec<ShownTable>,
}

impl Page {
    /// A page of no posts yet.
    pub fn new(settings: &Settings) -> Self {
        Self {
            zone: settings.calendar.time_zone.clone(),
            redactor: settings.redact_reports.then(Redactor::default),
            newest: None,
            backlog: Backlog::default(),
            map: Map::default(),
            responses: Responses::default(),
        }
    }

    /// Adds the next posts. Nothing of them is kept but counts.
    ///
    /// # Errors
    ///
    /// [`Error::MissingColumn`] or [`Error::ColumnType`] when the table is not one of ranked posts.
    pub fn add(&mut self, ranked: &DataFrame) -> Result<(), Error> {
        let newest = times(ranked, columns::CREATED_AT)?.iter().flatten().max();
        self.newest = self.newest.max(newest);
        self.backlog.add(ranked)?;
        self.map.add(ranked)?;
        self.responses.add(ranked)
    }

    /// The page. The same input gives the same bytes.
    ///
    /// # Errors
    ///
    /// [`Error::MissingColumn`] or [`Error::ColumnType`] when the queue is not one of ranked posts;
    /// otherwise only faults of the libraries that put the page together.
    pub fn finish(self, input: PageInput<'_>) -> Result<String, Error> {
        let redactor = self.redactor.as_ref();
        let showing = Showing {
            redactor,
            zone: &self.zone,
            newest: self.newest,
        };
        let rows = rows::rows(&input.queue.first, input.words, &showing)?;
        let checksum = &input.run.checksum;
        let model_digits = checksum.get(..MODEL_DIGITS).unwrap_or(checksum);
        let figures = [
            trend::figure(input.tables)?,
            self.map.figure()?,
            self.responses.figure()?,
            equity::figure(input.tables)?,
        ];
        let listed = |table: &&FinishedTable| !CHARTED.contains(&table.spec.name);
        let tables = input.tables.iter().filter(listed);
        let style = [BASE_STYLE, STYLE].concat();
        let page = ReportPage {
            policy: policy::content_security_policy(SCRIPT, &style),
            style: &style,
            script: SCRIPT,
            data: data(&rows, model_digits)?,
            overview: input.overview,
            run: input.run,
            model_digits,
            zone: zone_name(&self.zone),
            span: span(input.overview, &self.zone),
            is_redacted: redactor.is_some(),
            tiles: figures::tiles(input.overview),
            first: rows.get(..STATIC_ROWS).unwrap_or(&rows),
            shown: rows.len() as u64,
            awaiting: input.queue.awaiting,
            rest: self.backlog.without(&rows),
            figures: figures
                .into_iter()
                .flatten()
                .map(Figure::within_html)
                .collect(),
            tables: tables::tables(tables, &self.zone, redactor)?,
        };
        Ok(page.render()?)
    }
}

/// A count as the template shows it, however it gets it.
fn count(number: impl Borrow<u64>) -> String {
    grouped(*number.borrow())
}

/// The posts for the page's script.
fn data(rows: &[Row], model: &str) -> Result<String, Error> {
    let digest = Sha256::digest(serde_json::to_vec(rows)?);
    let digits = digest.iter().take(6).map(|byte| format!("{byte:02x}"));
    rows::script_json(&Data {
        model,
        report: digits.collect(),
        visible: rounded(words::VISIBLE.into(), 3),
        rows,
    })
}

/// The days of the first and the last post, in the time zone of the page.
fn span(overview: &Overview, zone: &TimeZone) -> Option<String> {
    let day = |moment: &Option<String>| {
        let moment: Timestamp = moment.as_ref()?.parse().ok()?;
        Some(moment.to_zoned(zone.clone()).date().to_string())
    };
    let (first, last) = (day(&overview.first_post)?, day(&overview.last_post)?);
    Some(if first == last {
        first
    } else {
        format!("{first} to {last}")
    })
}

#[cfg(test)]
mod tests;
