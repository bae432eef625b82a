//! The headline figures of a report: what the terminal, JSON, the page and the workbook begin with.

use std::collections::HashSet;

use jiff::Timestamp;
use polars::prelude::DataFrame;
use serde::Serialize;
use uproar_ingest::conversation::ReplyKind;

use crate::{
    band::Band,
    columns,
    error::Error,
    findings::findings,
    posts::{texts, times},
    quantile::share,
    tables::{FinishedTable, summary::Summary},
};

/// A report in a few figures and sentences.
///
/// A figure about which nothing is known is missing. Those that `summary.csv` has as well are the
/// same there.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Overview {
    /// Posts of the export, by customers and companies.
    pub posts: u64,
    /// Posts by customers.
    pub customer_posts: u64,
    /// Posts by customers that have scores. The shares of urgent and angry posts are of these.
    pub scored: u64,
    /// Companies that posts are to or by.
    pub companies: u64,
    /// When the oldest post was published: RFC 3339, in UTC.
    pub first_post: Option<String>,
    /// When the newest post was published: RFC 3339, in UTC.
    pub last_post: Option<String>,
    /// Posts that await an answer.
    pub awaiting: Awaiting,
    /// Share of posts of urgency level 2 or more, from 0 to 1.
    pub urgent_share: Option<f32>,
    /// Share of posts of anger level 2 or more, from 0 to 1.
    pub angry_share: Option<f32>,
    /// Share of customers' posts that were answered, from 0 to 1, of those where it is known.
    pub answered_share: Option<f32>,
    /// Minutes after which half of the answered posts had their first answer.
    pub median_first_response_minutes: Option<f64>,
    /// Minutes after which nine tenths of the answered posts had their first answer.
    pub p90_first_response_minutes: Option<f64>,
    /// Share of first answers that send the customer elsewhere (reply kind `deflect`), from 0 to 1.
    pub deflected_share: Option<f32>,
    /// Share of first answers that move to private messages (reply kind `dm`), from 0 to 1.
    pub private_share: Option<f32>,
    /// What stands out in the tables, in plain sentences, the most telling first.
    pub findings: Vec<String>,
}

/// Posts that await an answer, by their [`Band`](crate::Band).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Awaiting {
    /// Within the hour.
    pub now: u64,
    /// Before the day ends.
    pub today: u64,
    /// In the coming days.
    pub later: u64,
}

impl Awaiting {
    /// All of them.
    pub fn total(&self) -> u64 {
        self.now + self.today + self.later
    }
}

/// The figures as they are made; those that `summary.csv` has are taken from there.
#[derive(Debug, Default)]
pub(crate) struct OverviewBuilder {
    awaiting: Awaiting,
    companies: HashSet<String>,
    /// The times of the oldest and the newest post, in microseconds since 1970.
    period: Option<(i64, i64)>,
    /// First answers of two kinds.
    deflected: u64,
    private: u64,
}

impl OverviewBuilder {
    /// Adds the next posts, with their [places in the queue](crate::Ranks::queue_places).
    pub(crate) fn add(&mut self, ranked: &DataFrame, places: &[u32]) -> Result<(), Error> {
        let bands = texts(ranked, columns::BAND)?;
        let in_queue = bands.iter().zip(places).filter(|(_, place)| **place > 0);
        for (band, _) in in_queue {
            let count = match band {
                Some(band) if band == Band::Now.name() => &mut self.awaiting.now,
                Some(band) if band == Band::Today.name() => &mut self.awaiting.today,
                _ => &mut self.awaiting.later,
            };
            *count += 1;
        }
        for company in texts(ranked, columns::COMPANY_NAME)?.iter().flatten() {
            if !self.companies.contains(company) {
                self.companies.insert(company.to_owned());
            }
        }
        for time in times(ranked, columns::CREATED_AT)?.iter().flatten() {
            let (first, last) = self.period.unwrap_or((time, time));
            self.period = Some((first.min(time), last.max(time)));
        }
        let direction = texts(ranked, columns::DIRECTION)?;
        let kinds = texts(ranked, columns::REPLY_KIND)?;
        let to_customers = kinds
            .iter()
            .zip(direction.iter())
            .filter(|(_, direction)| *direction == Some(columns::CUSTOMER));
        for kind in to_customers.filter_map(|(kind, _)| kind) {
            self.deflected += u64::from(kind == ReplyKind::Deflection.name());
            self.private += u64::from(kind == ReplyKind::PrivateMessage.name());
        }
        Ok(())
    }

    /// The figures, and what stands out in the tables.
    pub(crate) fn finish(self, summary: &mut Summary, tables: &[FinishedTable]) -> Overview {
        let time = |microseconds| Timestamp::from_microsecond(microseconds).ok();
        let scored = summary.count("ranked_posts", "");
        let high = |measure| {
            let high = summary.count(measure, "2") + summary.count(measure, "3");
            share(high, scored)
        };
        let answered = summary.count("customer_posts_by_answered", "true");
        let unanswered = summary.count("customer_posts_by_answered", "false");
        let rounded = |minutes: f64| (minutes * 100.0).round() / 100.0;
        Overview {
            posts: summary.count("posts", "all"),
            customer_posts: summary.count("posts", columns::CUSTOMER),
            scored,
            companies: self.companies.len() as u64,
            first_post: self
                .period
                .and_then(|(first, _)| Some(time(first)?.to_string())),
            last_post: self
                .period
                .and_then(|(_, last)| Some(time(last)?.to_string())),
            awaiting: self.awaiting,
            urgent_share: high("ranked_posts_by_urgency_level"),
            angry_share: high("ranked_posts_by_anger_level"),
            answered_share: share(answered, answered + unanswered),
            median_first_response_minutes: summary.first_response(0.5).map(rounded),
            p90_first_response_minutes: summary.first_response(0.9).map(rounded),
            deflected_share: share(self.deflected, answered),
            private_share: share(self.private, answered),
            findings: findings(tables),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        fixture::{Post, posts},
        posts::texts,
        rank::{Ranking, rank},
        settings::Settings,
    };

    fn open() -> Post {
        Post {
            created_at: Some(0),
            answered: Some(false),
            company: Some("acme"),
            is_actionable: true,
            ..Post::default()
        }
    }

    fn overview(rows: &[Post], chunk: usize) -> (Overview, DataFrame) {
        let table = posts(rows);
        let mut ranking = Ranking::new(&Settings::default()).unwrap();
        ranking.add(&table).unwrap();
        let ranks = ranking.finish();
        let ranked = rank(table, &Settings::default()).unwrap();
        let (mut builder, mut summary) = <(OverviewBuilder, Summary)>::default();
        let mut row = 0;
        while row < rows.len().max(1) {
            let part = ranked.slice(row as i64, chunk);
            let places = ranks.queue_places(row..row + part.height());
            builder.add(&part, places).unwrap();
            summary.add(&part).unwrap();
            row += chunk;
        }
        let overview = builder.finish(&mut summary, &[]);
        (overview, summary.finish().unwrap())
    }

    fn mixed() -> Vec<Post> {
        let answered = |kind, minutes| Post {
            answered: Some(true),
            reply_kind: kind,
            first_response_minutes: minutes,
            ..open()
        };
        vec![
            Post {
                urgency_level: 3,
                created_at: Some(-60),
                ..open()
            },
            Post {
                urgency_level: 2,
                anger_level: 3,
                ..open()
            },
            Post {
                answered: None,
                created_at: None,
                ..open()
            },
            Post {
                is_actionable: false,
                company: None,
                ..open()
            },
            answered(Some("dm"), Some(10.0)),
            answered(Some("deflect"), Some(20.333)),
            answered(Some("resolve"), Some(60.0)),
            answered(None, None),
            Post {
                scored: false,
                company: Some("bolt"),
                ..open()
            },
            Post {
                direction: columns::COMPANY,
                reply_kind: Some("dm"),
                created_at: Some(3600),
                answered: None,
                scored: false,
                ..open()
            },
        ]
    }

    #[test]
    fn figures_of_a_small_export() {
        insta::assert_json_snapshot!(overview(&mixed(), 3).0);
    }

    #[test]
    fn chunks_make_no_difference() {
        let expected = overview(&mixed(), 100).0;
        for chunk in [1, 4] {
            assert_eq!(overview(&mixed(), chunk).0, expected);
        }
    }

    #[test]
    fn of_nothing_nothing_is_known() {
        assert_eq!(overview(&[], 1).0, Overview::default());
    }

    #[test]
    fn the_summary_agrees() {
        let (overview, summary) = overview(&mixed(), 2);
        let measures = texts(&summary, "measure").unwrap();
        let levels = texts(&summary, "level").unwrap();
        let values = texts(&summary, "value").unwrap();
        let value = |measure: &str, level: &str| {
            let names = measures.iter().zip(levels.iter());
            let row = names
                .into_iter()
                .position(|it| it == (Some(measure), Some(level)));
            values.get(row.unwrap()).unwrap().to_owned()
        };
        let share = |share: Option<f32>| format!("{:.4}", share.unwrap());
        assert_eq!(
            share(overview.urgent_share),
            value("share_of_ranked_posts", "urgent")
        );
        assert_eq!(
            share(overview.angry_share),
            value("share_of_ranked_posts", "angry")
        );
        assert_eq!(
            format!("{:.2}", overview.median_first_response_minutes.unwrap()),
            value("median_first_response_minutes", "")
        );
    }
}
