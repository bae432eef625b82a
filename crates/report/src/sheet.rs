//! The sheet that a person labels posts in, as CSV or as an Excel workbook.

mod guide;
mod xlsx;

use std::{io::Write, path::Path};

use polars::prelude::*;

use crate::{atomic::write_file, columns, csv, error::Error, table::Table};

use guide::QUESTIONS;

/// Room for a remark.
const NOTE: &str = "note";
/// Why the post was picked.
const PICKED_FOR: &str = "picked_for";
/// The first digits of the checksum of the model that the posts were picked with.
const MODEL: &str = "model";

/// Digits of a model's checksum in a sheet: enough to tell models apart.
const MODEL_DIGITS: usize = 12;

/// Posts to label.
///
/// The columns are `id`, `text` and, where anything is known of them, `created_at`, `followers` and
/// `lang`; then one empty column for each label and one for a note; then `picked_for` and `model`.
/// What the model thinks of a post is not there: readers who know it lean towards it.
#[derive(Clone, Debug)]
pub struct LabelSheet {
    table: DataFrame,
}

impl LabelSheet {
    /// The sheet of these posts of a report, in their order. `picked_for` has a reason for each;
    /// `model_checksum` is that of the weights that scored them.
    ///
    /// # Errors
    ///
    /// [`Error::MissingColumn`] when a column is not there, and [`Error::Table`] when there are not
    /// as many reasons as posts.
    pub fn new(
        posts: &DataFrame,
        picked_for: &[&str],
        model_checksum: &str,
    ) -> Result<Self, Error> {
        let rows = posts.height();
        let mut sheet = Vec::new();
        for name in [
            columns::ID,
            columns::TEXT,
            columns::CREATED_AT,
            columns::FOLLOWERS,
            columns::LANG,
        ] {
            let column = posts.column(name).map_err(|_| Error::MissingColumn {
                column: name.to_owned(),
            })?;
            let is_known =
                column.null_count() < rows || [columns::ID, columns::TEXT].contains(&name);
            sheet.extend(is_known.then(|| column.clone()));
        }
        let to_fill_in = QUESTIONS.iter().map(|question| question.column);
        sheet.extend(
            to_fill_in
                .chain([NOTE])
                .map(|name| Column::full_null(name.into(), rows, &DataType::String)),
        );
        let model: String = model_checksum.chars().take(MODEL_DIGITS).collect();
        sheet.push(Column::new(PICKED_FOR.into(), picked_for));
        sheet.push(Column::new(MODEL.into(), vec![model; rows]));
        Ok(Self {
            table: DataFrame::new(rows, sheet)?,
        })
    }

    /// Writes the sheet as CSV, safe to open in a spreadsheet.
    ///
    /// # Errors
    ///
    /// [`Error::WriteFile`], and [`Error::ColumnType`] or [`Error::Time`] when a column cannot be
    /// shown as text.
    pub fn write_csv(&self, path: &Path) -> Result<(), Error> {
        let table = Table::new(&self.table)?;
        write_file(path, |out| csv::write(&table, out))
    }

    /// Writes the sheet as an Excel workbook (`.xlsx`) with a list of answers in every cell to fill
    /// in, and the labelling guide on a second sheet.
    ///
    /// # Errors
    ///
    /// As [`write_csv`](Self::write_csv), and [`Error::Workbook`] when the posts do not fit into a
    /// workbook.
    pub fn write_xlsx(&self, path: &Path) -> Result<(), Error> {
        let workbook = xlsx::workbook(&Table::new(&self.table)?)?;
        write_file(path, |out| out.write_all(&workbook))
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, io::Read};

    use super::*;
    use crate::{
        fixture::{Post, posts},
        rank::rank,
        settings::Settings,
    };

    fn sheet() -> LabelSheet {
        let rows = [
            Post {
                id: "2028042559292391698",
                text: "@shop =where is it?\nhelp",
                created_at: Some(0),
                followers: Some(61),
                urgency: 0.75,
                ..Post::default()
            },
            Post {
                id: "-2",
                text: "https://example.com/a",
                ..Post::default()
            },
        ];
        let ranked = rank(posts(&rows), &Settings::default()).unwrap();
        LabelSheet::new(&ranked, &["random", "band"], "0123456789abcdef").unwrap()
    }

    #[test]
    fn csv() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sheet.csv");
        sheet().write_csv(&path).unwrap();
        insta::assert_snapshot!(fs::read_to_string(path).unwrap(), @r#"
        id,text,created_at,followers,anger,urgency,sentiment,actionable,tried_before,churn,note,picked_for,model
        2028042559292391698,"'@shop =where is it?
        help",2026-03-03T18:42:00Z,61,,,,,,,,random,0123456789ab
        '-2,https://example.com/a,,,,,,,,,,band,0123456789ab
        "#);
    }

    #[test]
    fn cells_to_fill_in_offer_their_answers_and_texts_stay_texts() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sheet.xlsx");
        sheet().write_xlsx(&path).unwrap();
        let mut workbook = ::zip::ZipArchive::new(fs::File::open(path).unwrap()).unwrap();
        let mut xml = String::new();
        workbook
            .by_name("xl/worksheets/sheet1.xml")
            .unwrap()
            .read_to_string(&mut xml)
            .unwrap();
        for (cells, answers) in [
            ("E2:E3", "0,1,2,3"),
            ("F2:F3", "0,1,2,3"),
            ("G2:G3", "negative,neutral,positive"),
            ("H2:H3", "yes,no"),
            ("I2:I3", "yes,no"),
            ("J2:J3", "yes,no"),
        ] {
            let place = xml.find(&format!("sqref=\"{cells}\"")).unwrap();
            let validation = xml[place..].split("</dataValidation>").next().unwrap();
            assert!(
                validation.contains(&format!("<formula1>\"{answers}\"</formula1>")),
                "{validation}"
            );
        }
        for run_by_a_spreadsheet in ["<f>", "<hyperlink"] {
            assert!(!xml.contains(run_by_a_spreadsheet), "{xml}");
        }
        assert!(
            xml.contains("topLeftCell=\"C2\""),
            "the header and the post stay in sight"
        );
    }

    #[test]
    fn the_same_posts_give_the_same_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let written = |name| {
            let path = folder.path().join(name);
            sheet().write_xlsx(&path).unwrap();
            fs::read(path).unwrap()
        };
        let first = written("first.xlsx");
        // Long enough for a clock to show in the file.
        std::thread::sleep(std::time::Duration::from_millis(2100));
        let second = written("second.xlsx");
        assert!(first.starts_with(b"PK"));
        assert!(first == second);
    }
}
