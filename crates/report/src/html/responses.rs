//! How long customers waited for the first answer.

use plotters::prelude::*;
use polars::prelude::DataFrame;
use uproar_ingest::grouped;

use super::{
    figures::{Figure, Reference, WIDE},
    format::percent,
};
use crate::{
    chart::{self, ACCENT, Axis, SERIES},
    columns,
    error::Error,
    posts::{Answers, texts},
};

/// Waits up to so many minutes, with their names: each some three times as long as the one before.
const BUCKETS: [(f64, &str, &str); 9] = [
    (5.0, "5 min", "up to 5 min"),
    (15.0, "15 min", "up to 15 min"),
    (60.0, "1 h", "up to 1 h"),
    (180.0, "3 h", "up to 3 h"),
    (480.0, "8 h", "up to 8 h"),
    (1_440.0, "1 d", "up to 1 day"),
    (4_320.0, "3 d", "up to 3 days"),
    (10_080.0, "7 d", "up to 7 days"),
    (f64::INFINITY, "more", "more than 7 days"),
];

/// Customers' posts by the time to their first answer.
#[derive(Debug, Default)]
pub(super) struct Responses {
    answered: [u64; BUCKETS.len()],
    /// Answered, but nobody knows when.
    untimed: u64,
    unanswered: u64,
}

impl Responses {
    /// Adds the next posts.
    pub(super) fn add(&mut self, ranked: &DataFrame) -> Result<(), Error> {
        let direction = texts(ranked, columns::DIRECTION)?;
        let answers = Answers::read(ranked)?;
        for row in 0..ranked.height() {
            if direction.get(row) != Some(columns::CUSTOMER) {
                continue;
            }
            match answers.answered.get(row) {
                Some(true) => match answers.first_response_minutes.get(row) {
                    Some(minutes) => self.count(minutes),
                    None => self.untimed += 1,
                },
                Some(false) => self.unanswered += 1,
                None => {}
            }
        }
        Ok(())
    }

    fn count(&mut self, minutes: f64) {
        let bucket = BUCKETS.iter().position(|(most, ..)| minutes <= *most);
        if let Some(posts) = bucket.and_then(|bucket| self.answered.get_mut(bucket)) {
            *posts += 1;
        }
    }

    /// The chart; none where no answer has a time.
    pub(super) fn figure(&self) -> Result<Option<Figure>, Error> {
        let timed: u64 = self.answered.iter().sum();
        if timed == 0 {
            return Ok(None);
        }
        let mut description = format!(
            "Time to the first answer of {} posts of customers; {} have no answer",
            grouped(timed),
            grouped(self.unanswered)
        );
        if self.untimed > 0 {
            let untimed = grouped(self.untimed);
            description.push_str(&format!(", and for {untimed} its time is not known"));
        }
        Ok(Some(Figure {
            id: "responses",
            title: "Response times".to_owned(),
            description: format!("{description}."),
            svg: self.svg()?,
            table: Some(self.table(timed + self.untimed + self.unanswered)),
        }))
    }

    fn svg(&self) -> Result<String, Error> {
        let counts = self.answered.iter().chain([&self.unanswered]);
        let names: Vec<&str> = BUCKETS.iter().map(|(_, name, _)| *name).collect();
        let most = counts.clone().max().copied().unwrap_or(1).max(1) as f64;
        let name = |place: &f64| {
            let whole = (place.round() - place).abs() < 1e-6;
            match names.get(place.round() as usize) {
                Some(name) if whole => (*name).to_owned(),
                None if whole && place.round() as usize == names.len() => "none".to_owned(),
                _ => String::new(),
            }
        };
        let x = Axis {
            title: "first answer within",
            range: -0.6..names.len() as f64 + 0.6,
            labels: 2 * names.len(),
            format: &name,
        };
        let y = Axis {
            title: "posts",
            range: 0.0..most * 1.05,
            labels: 6,
            format: &|posts| super::figures::count_label(*posts),
        };
        let svg = chart::chart(WIDE, "", [&x, &y], |chart| {
            let bars = counts.enumerate().map(|(place, posts)| {
                let colour = if place == names.len() { ACCENT } else { SERIES };
                let at = place as f64;
                Rectangle::new(
                    [(at - 0.4, 0.0), (at + 0.4, *posts as f64)],
                    colour.filled(),
                )
            });
            chart.draw_series(bars)?;
            Ok(())
        })?;
        Ok(svg)
    }

    fn table(&self, all: u64) -> Reference {
        let named = BUCKETS.iter().map(|(_, _, name)| *name);
        let rows = named
            .zip(self.answered)
            .chain([
                ("answered, time not known", self.untimed),
                ("no answer", self.unanswered),
            ])
            .map(|(name, posts)| {
                let share = percent(posts as f64 / all as f64);
                vec![name.to_owned(), grouped(posts), share]
            });
        Reference {
            header: vec!["First answer", "Posts", "Share"],
            rows: rows.collect(),
        }
    }
}
