//! `summary.csv`: the export in a few numbers, one a row.

use polars::prelude::*;

use crate::{
    band::Band,
    columns,
    error::Error,
    posts::{booleans, integers, numbers, texts},
    quantile::{median, quantile},
};

/// The tops that are looked at for posts which only reach has brought there.
const TOPS: [i64; 2] = [10, 100];

/// The measure of those posts, which stands last in the table.
const BY_REACH_ALONE: &str = "top_posts_by_reach_alone";

/// The counts of an export whose ranked posts come in chunks. The rows of the table, as `measure`, `level` and `value`:
///
/// | measure | level | value |
/// | --- | --- | --- |
/// | `posts` | `all`, `customer`, `company` | posts in the export |
/// | `customer_posts_by_answered` | `true`, `false`, `unknown` | posts of customers |
/// | `customer_posts_not_scored` | `language` | posts of customers that the model did not score, by the reason |
/// | `ranked_posts` | | posts of customers that have scores; the rows below count these |
/// | `ranked_posts_by_urgency_level`, `…_by_anger_level` | `0` … `3` | posts |
/// | `ranked_posts_by_band` | `now` … `none` | posts |
/// | `ranked_posts_by_sentiment` | `negative`, `neutral`, `positive` | posts |
/// | `ranked_posts_by_flag` | `actionable`, `tried_before`, `churn` | posts above the model's threshold |
/// | `share_of_ranked_posts` | `urgent` (level 2 or 3), `angry` (level 2 or 3) | a fraction of 1 |
/// | `median_first_response_minutes` | | minutes, of the answered posts of customers |
/// | `median_reach` | | 0 to 100, of the posts of customers whose audience is known |
/// | `top_posts_by_reach_alone` | `10`, `100` | posts among the first 10 or 100 by priority that would not be there if every author had the same audience |
///
/// A value that nothing is known about is missing. Medians are exact: 8 bytes are kept for each value.
#[derive(Debug, Default)]
pub struct Summary {
    /// By measure and level, in the order of the table.
    counts: Vec<(&'static str, String, u64)>,
    first_responses: Vec<f64>,
    reaches: Vec<f64>,
}

impl Summary {
    /// Adds the next posts.
    ///
    /// # Errors
    ///
    /// [`Error::MissingColumn`] or [`Error::ColumnType`] when the table is not one of ranked posts.
    pub fn add(&mut self, ranked: &DataFrame) -> Result<(), Error> {
        let chunk = counts(ranked)?;
        if self.counts.is_empty() {
            self.counts = chunk;
        } else {
            for ((.., total), (.., count)) in self.counts.iter_mut().zip(chunk) {
                *total += count;
            }
        }
        let direction = texts(ranked, columns::DIRECTION)?;
        for (column, known) in [
            (columns::FIRST_RESPONSE_MINUTES, &mut self.first_responses),
            (columns::REACH, &mut self.reaches),
        ] {
            let values = numbers(ranked, column)?;
            let of_customers = values
                .iter()
                .zip(direction.iter())
                .filter(|(_, direction)| *direction == Some(columns::CUSTOMER));
            known.extend(of_customers.filter_map(|(value, _)| value));
        }
        Ok(())
    }

    /// One of the counts so far.
    pub(crate) fn count(&self, measure: &str, level: &str) -> u64 {
        let found = self
            .counts
            .iter()
            .find(|it| it.0 == measure && it.1 == level);
        found.map_or(0, |(.., count)| *count)
    }

    /// The minutes within which this fraction of the answered posts of customers had their first
    /// answer.
    pub(crate) fn first_response(&mut self, fraction: f64) -> Option<f64> {
        quantile(&mut self.first_responses, fraction)
    }

    /// The table.
    pub(crate) fn finish(self) -> Result<DataFrame, Error> {
        let share = |measure: &str| {
            let high = self.count(measure, "2") + self.count(measure, "3");
            let all = self.count("ranked_posts", "");
            (all > 0).then(|| format!("{:.4}", high as f64 / all as f64))
        };
        let median =
            |mut values: Vec<f64>| median(&mut values).map(|median| format!("{median:.2}"));
        let urgent = share("ranked_posts_by_urgency_level");
        let angry = share("ranked_posts_by_anger_level");

        let mut rows = Rows::default();
        let (tops, others): (Vec<_>, Vec<_>) = self
            .counts
            .iter()
            .partition(|(measure, ..)| *measure == BY_REACH_ALONE);
        for (measure, level, count) in others {
            rows.add(measure, level, Some(count.to_string()));
        }
        rows.add("share_of_ranked_posts", "urgent", urgent);
        rows.add("share_of_ranked_posts", "angry", angry);
        rows.add(
            "median_first_response_minutes",
            "",
            median(self.first_responses),
        );
        rows.add("median_reach", "", median(self.reaches));
        for (measure, level, count) in tops {
            rows.add(measure, level, Some(count.to_string()));
        }
        rows.into_table()
    }
}

/// Every count of the table, in its order.
fn counts(ranked: &DataFrame) -> Result<Vec<(&'static str, String, u64)>, Error> {
    let mut counts = Vec::new();
    let mut add = |measure: &'static str, level: &str, count: usize| {
        counts.push((measure, level.to_owned(), count as u64));
    };
    let direction = texts(ranked, columns::DIRECTION)?;
    let of = |level| {
        let is_level = direction.iter().map(move |value| value == Some(level));
        is_level.filter(|is_level| *is_level).count()
    };
    add("posts", "all", ranked.height());
    for level in [columns::CUSTOMER, columns::COMPANY] {
        add("posts", level, of(level));
    }

    let answered = booleans(ranked, columns::ANSWERED)?;
    for (level, wanted) in [
        ("true", Some(true)),
        ("false", Some(false)),
        ("unknown", None),
    ] {
        let count = answered
            .iter()
            .zip(direction.iter())
            .filter(|(value, direction)| *direction == Some(columns::CUSTOMER) && *value == wanted)
            .count();
        add("customer_posts_by_answered", level, count);
    }

    let not_scored = texts(ranked, columns::NOT_SCORED)?;
    let by_language = not_scored
        .iter()
        .zip(direction.iter())
        .filter(|it| *it == (Some(columns::OTHER_LANGUAGE), Some(columns::CUSTOMER)))
        .count();
    add(
        "customer_posts_not_scored",
        columns::OTHER_LANGUAGE,
        by_language,
    );

    let rank = integers(ranked, columns::RANK)?;
    add("ranked_posts", "", rank.iter().flatten().count());
    for (measure, column) in [
        ("ranked_posts_by_urgency_level", columns::URGENCY_LEVEL),
        ("ranked_posts_by_anger_level", columns::ANGER_LEVEL),
    ] {
        let values = integers(ranked, column)?;
        for level in 0..=3 {
            let count = count(&rank, values.iter(), |value| value == level);
            add(measure, &level.to_string(), count);
        }
    }
    let bands = texts(ranked, columns::BAND)?;
    for band in Band::ALL.map(Band::name) {
        let count = count(&rank, bands.iter(), |value| value == band);
        add("ranked_posts_by_band", band, count);
    }
    let sentiments = texts(ranked, columns::SENTIMENT)?;
    for level in [columns::NEGATIVE, columns::NEUTRAL, columns::POSITIVE] {
        let count = count(&rank, sentiments.iter(), |value| value == level);
        add("ranked_posts_by_sentiment", level, count);
    }
    for (level, column) in [
        (columns::ACTIONABLE, columns::IS_ACTIONABLE),
        (columns::TRIED_BEFORE, columns::IS_TRIED_BEFORE),
        (columns::CHURN, columns::IS_CHURN),
    ] {
        let values = booleans(ranked, column)?;
        let count = count(&rank, values.iter(), |value| value);
        add("ranked_posts_by_flag", level, count);
    }
    let without_reach = integers(ranked, columns::RANK_WITHOUT_REACH)?;
    for top in TOPS {
        let places = rank.iter().flatten().zip(without_reach.iter().flatten());
        let count = places
            .filter(|(with, without)| *with <= top && *without > top)
            .count();
        add(BY_REACH_ALONE, &top.to_string(), count);
    }
    Ok(counts)
}

/// How many ranked posts have a value that passes.
fn count<T>(
    rank: &Int64Chunked,
    values: impl Iterator<Item = Option<T>>,
    passes: impl Fn(T) -> bool,
) -> usize {
    rank.iter()
        .zip(values)
        .filter_map(|(rank, value)| rank.and(value))
        .filter_map(|value| passes(value).then_some(()))
        .count()
}

#[derive(Default)]
struct Rows {
    measures: Vec<String>,
    levels: Vec<String>,
    values: Vec<Option<String>>,
}

impl Rows {
    fn add(&mut self, measure: &str, level: &str, value: Option<String>) {
        self.measures.push(measure.to_owned());
        self.levels.push(level.to_owned());
        self.values.push(value);
    }

    fn into_table(self) -> Result<DataFrame, Error> {
        Ok(df!("measure" => self.measures, "level" => self.levels, "value" => self.values)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        fixture::{Post, posts},
        rank::rank,
        settings::Settings,
    };

    #[test]
    fn posts_that_only_reach_brought_to_the_top_are_counted() {
        let quiet = Post {
            urgency: 0.60,
            followers: Some(1),
            ..Post::default()
        };
        let famous = Post {
            urgency: 0.59,
            followers: Some(5_000_000),
            ..Post::default()
        };
        let mut rows = vec![quiet; 10];
        rows.extend([famous; 3]);
        let ranked = rank(posts(&rows), &Settings::default()).unwrap();
        let mut summary = Summary::default();
        for row in 0..ranked.height() {
            summary.add(&ranked.slice(row as i64, 1)).unwrap();
        }
        let table = summary.finish().unwrap();
        let measures = texts(&table, "measure").unwrap();
        let values = texts(&table, "value").unwrap();
        let found: Vec<_> = measures
            .iter()
            .zip(values.iter())
            .filter(|(measure, _)| *measure == Some("top_posts_by_reach_alone"))
            .filter_map(|(_, value)| value)
            .collect();
        assert_eq!(found, ["3", "0"]);
    }
}
