//! From the rows of a sheet to labels.

use std::collections::HashMap;

use uproar_classifier::Signal;

use super::answer::{Answer, Label};
use super::columns::Columns;
use super::sheet::{Row, Sheet};
use super::{Counts, LabelRow, Labels, ReportCells, values};
use crate::error::{Error, Places, shortened};

/// What a level must be.
const LEVEL: &str = "a level is 0, 1, 2 or 3";
/// What a sentiment must be.
const SENTIMENT: &str = "a sentiment is negative, neutral or positive (or n, u, p)";
/// What a flag must be.
const FLAG: &str = "it must be yes or no (or 1, 0, true, false)";
/// What a band must be.
const BAND: &str = "a band is now, today, later or none";
/// What a weight must be.
const WEIGHT: &str = "a weight is a number above 0";
/// What a count must be.
const COUNT: &str = "it must be a whole number, 0 or more";
/// What an output or a score must be.
const NUMBER: &str = "it must be a number";
/// What an identifier must be.
const ID: &str = "a spreadsheet rounded it; format the column as text, or give the posts' texts";

/// Reads every row. The checksum is left to the caller.
pub(super) fn labels(file: &str, sheet: &Sheet) -> Result<Labels, Error> {
    let columns = Columns::find(file, &sheet.headers)?;
    let mut reading = Reading::new(file, sheet, columns);
    for row in &sheet.rows {
        reading.row(row);
    }
    reading.finish()
}

/// A reading under way.
struct Reading<'a> {
    file: &'a str,
    headers: &'a [String],
    columns: Columns,
    rows: Vec<LabelRow>,
    /// Where each post stands in `rows`, by id or else by text.
    places: HashMap<String, usize>,
    counts: Counts,
    rounded_ids: u64,
    /// Cells that cannot be read: column, what would be right, and where.
    unreadable: Vec<(usize, &'static str, Places)>,
    without_post: Places,
    contradictions: Places,
}

impl<'a> Reading<'a> {
    fn new(file: &'a str, sheet: &'a Sheet, columns: Columns) -> Self {
        Self {
            file,
            headers: &sheet.headers,
            columns,
            rows: Vec::new(),
            places: HashMap::new(),
            counts: Counts::default(),
            rounded_ids: 0,
            unreadable: Vec::new(),
            without_post: Places::default(),
            contradictions: Places::default(),
        }
    }

    fn row(&mut self, row: &Row) {
        self.counts.rows += 1;
        let direction = self.columns.report.as_ref().and_then(|it| it.direction);
        if row.cell(direction).trim().eq_ignore_ascii_case("company") {
            self.counts.by_company += 1;
            return;
        }
        let answer = self.answer(row);
        if answer.is_empty() {
            self.counts.unjudged += 1;
            return;
        }
        let (id, text) = (self.id(row), filled(row.cell(self.columns.text)));
        let post = match (&id, &text) {
            (Some(id), _) => format!("id {id}"),
            (None, Some(text)) => format!("text {text}"),
            (None, None) => return self.without_post.row(row.number),
        };
        let read = LabelRow {
            row: row.number,
            id,
            text,
            answer,
            weight: self
                .read(row, self.columns.weight, WEIGHT, values::weight)
                .unwrap_or(1.0),
            logits: self.logits(row),
            company: filled(row.cell(self.columns.company)),
            followers: self.read(row, self.columns.followers, COUNT, values::count),
            lang: filled(row.cell(self.columns.lang)),
            model: filled(row.cell(self.columns.model)).map(|model| model.to_lowercase()),
            report: self.report(row),
        };
        self.add(post, read);
    }

    fn answer(&mut self, row: &Row) -> Answer {
        let columns = self.columns.labels;
        let mut read = |label: Label, expected, value: fn(&str) -> Option<u8>| {
            self.read(row, columns[label as usize], expected, value)
        };
        Answer {
            anger: read(Label::Anger, LEVEL, values::level),
            urgency: read(Label::Urgency, LEVEL, values::level),
            sentiment: read(Label::Sentiment, SENTIMENT, values::sentiment),
            actionable: read(Label::Actionable, FLAG, values::flag).map(is_yes),
            tried_before: read(Label::TriedBefore, FLAG, values::flag).map(is_yes),
            churn: read(Label::Churn, FLAG, values::flag).map(is_yes),
        }
    }

    /// The post's id. One that a spreadsheet rounded is worth nothing, which matters only where
    /// there is no text.
    fn id(&mut self, row: &Row) -> Option<String> {
        let id = filled(row.cell(self.columns.id))?;
        if !values::is_rounded_id(&id) {
            return Some(id);
        }
        if row.cell(self.columns.text).trim().is_empty() {
            self.unreadable(self.columns.id, ID, row);
        }
        self.rounded_ids += 1;
        None
    }

    fn logits(&mut self, row: &Row) -> Option<[f32; Signal::COUNT]> {
        let columns = self.columns.logits?;
        let mut logits = [0.0; Signal::COUNT];
        for (logit, column) in logits.iter_mut().zip(columns) {
            *logit = self.read(row, Some(column), NUMBER, values::finite)?;
        }
        Some(logits)
    }

    fn report(&mut self, row: &Row) -> Option<ReportCells> {
        let (band, columns) = {
            let report = self.columns.report.as_ref()?;
            (report.band, report.scores)
        };
        let mut scores = [0.0; 3];
        for (score, column) in scores.iter_mut().zip(columns) {
            *score = self.read(row, column, NUMBER, values::finite)?;
        }
        let band = self.read(row, band, BAND, values::band)?;
        Some(ReportCells { scores, band })
    }

    /// The value of a cell; `None` when it is empty, or unreadable, which is kept for the message.
    fn read<T>(
        &mut self,
        row: &Row,
        column: Option<usize>,
        expected: &'static str,
        value: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let cell = row.cell(column).trim();
        if cell.is_empty() {
            return None;
        }
        let value = value(cell);
        if value.is_none() {
            self.unreadable(column, expected, row);
        }
        value
    }

    fn unreadable(&mut self, column: Option<usize>, expected: &'static str, row: &Row) {
        let cell = shortened(row.cell(column).trim());
        let Some(column) = column else { return };
        match self.unreadable.iter_mut().find(|it| it.0 == column) {
            Some((_, _, places)) => places.found(row.number, cell),
            None => {
                let mut places = Places::default();
                places.found(row.number, cell);
                self.unreadable.push((column, expected, places));
            }
        }
    }

    fn add(&mut self, post: String, read: LabelRow) {
        let earlier = self.places.get(&post).copied();
        let Some(earlier) = earlier.and_then(|place| self.rows.get_mut(place)) else {
            self.places.insert(post, self.rows.len());
            self.rows.push(read);
            self.counts.used += 1;
            return;
        };
        match earlier.answer.merged(&read.answer) {
            Some(answer) => {
                earlier.answer = answer;
                self.counts.repeated += 1;
            }
            None => {
                let (_, post) = post.split_once(' ').unwrap_or_default();
                let found = format!("{} in row {} and", shortened(post), earlier.row);
                self.contradictions.found(read.row, found);
            }
        }
    }

    fn finish(self) -> Result<Labels, Error> {
        let file = self.file.to_owned();
        if let Some((column, expected, found)) = self.unreadable.into_iter().min_by_key(|it| it.0) {
            return Err(Error::Value {
                file,
                column: self.headers.get(column).cloned().unwrap_or_default(),
                found,
                expected,
            });
        }
        if !self.without_post.is_empty() {
            let rows = self.without_post;
            return Err(Error::NoPost { file, rows });
        }
        if !self.contradictions.is_empty() {
            let found = self.contradictions;
            return Err(Error::TwoAnswers { file, found });
        }
        if self.rows.is_empty() {
            return Err(Error::NoRows { file });
        }
        let remarks = [
            (self.counts.unjudged, "without a label left out"),
            (self.counts.by_company, "by the company left out"),
            (
                self.counts.repeated,
                "on a post that an earlier row judges, counted once",
            ),
            (
                self.rounded_ids,
                "with an id that a spreadsheet rounded, known by the text",
            ),
        ];
        Ok(Labels {
            notices: remarks
                .into_iter()
                .filter(|(count, _)| *count > 0)
                .map(|(count, what)| {
                    let rows = if count == 1 { "row" } else { "rows" };
                    format!("{file}: {count} {rows} {what}")
                })
                .collect(),
            rows: self.rows,
            counts: self.counts,
            checksum: String::new(),
        })
    }
}

fn is_yes(flag: u8) -> bool {
    flag == 1
}

/// A cell that is not blank.
fn filled(cell: &str) -> Option<String> {
    (!cell.trim().is_empty()).then(|| cell.to_owned())
}
