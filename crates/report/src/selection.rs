//! Which posts of a report another one is made of.

use std::collections::BTreeSet;

use jiff::civil::Date;
use polars::prelude::*;
use uproar_ingest::handle;

use crate::{
    calendar::Calendar,
    columns,
    error::Error,
    posts::{texts, times},
};

/// A choice of posts; the default is all of them.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Companies, by the names in the column `company`, with or without `@`, in any case. None for all.
    pub companies: Vec<String>,
    /// The first day.
    pub since: Option<Date>,
    /// The last day, which is included.
    pub until: Option<Date>,
}

impl Selection {
    /// Whether every post is chosen.
    pub fn is_all(&self) -> bool {
        self.companies.is_empty() && self.since.is_none() && self.until.is_none()
    }

    /// The posts that are chosen. Days are those of the calendar's time zone; a post without a date is
    /// on no day.
    ///
    /// # Errors
    ///
    /// [`Error::MissingColumn`] or [`Error::ColumnType`].
    pub fn of(&self, posts: &DataFrame, calendar: &Calendar) -> Result<DataFrame, Error> {
        if self.is_all() {
            return Ok(posts.clone());
        }
        let names: BTreeSet<String> = self.companies.iter().map(|it| handle::folded(it)).collect();
        let companies = texts(posts, columns::COMPANY_NAME)?;
        let moments = times(posts, columns::CREATED_AT)?;
        let is_of = |company: Option<&str>| {
            names.is_empty() || company.is_some_and(|name| names.contains(&handle::folded(name)))
        };
        let is_on = |moment: Option<i64>| {
            if self.since.is_none() && self.until.is_none() {
                return true;
            }
            moment
                .and_then(|moment| calendar.day(moment))
                .is_some_and(|day| {
                    self.since.is_none_or(|since| since <= day)
                        && self.until.is_none_or(|until| day <= until)
                })
        };
        let chosen: BooleanChunked = companies
            .iter()
            .zip(moments.iter())
            .map(|(company, moment)| Some(is_of(company) && is_on(moment)))
            .collect();
        Ok(posts.filter(&chosen)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Post, posts};

    #[test]
    fn companies_and_days() {
        // The fixture's posts begin at 2026-03-03T18:42:00Z.
        const DAY: i64 = 86_400;
        let table = posts(&[
            Post {
                id: "acme",
                company: Some("Acme"),
                created_at: Some(0),
                ..Post::default()
            },
            Post {
                id: "acme, next day",
                company: Some("Acme"),
                created_at: Some(DAY),
                ..Post::default()
            },
            Post {
                id: "other",
                company: Some("Other"),
                created_at: Some(0),
                ..Post::default()
            },
            Post {
                id: "nobody's",
                ..Post::default()
            },
        ]);
        let day = |text: &str| Some(text.parse().unwrap());
        let acme = || vec!["@ACME".to_owned()];
        let selection = |companies, since, until| Selection {
            companies,
            since,
            until,
        };
        for (selection, expected) in [
            (
                Selection::default(),
                &["acme", "acme, next day", "other", "nobody's"][..],
            ),
            (selection(acme(), None, None), &["acme", "acme, next day"]),
            (
                selection(Vec::new(), day("2026-03-03"), day("2026-03-03")),
                &["acme", "other"],
            ),
            (
                selection(acme(), day("2026-03-04"), None),
                &["acme, next day"],
            ),
            (selection(acme(), None, day("2026-03-02")), &[]),
        ] {
            let chosen = selection.of(&table, &Calendar::default()).unwrap();
            let ids = texts(&chosen, columns::ID).unwrap();
            assert!(
                ids.iter().flatten().eq(expected.iter().copied()),
                "{selection:?}"
            );
        }
    }
}
