//! `summary.csv`: the export in a few numbers, one a row.

use polars::prelude::*;

use crate::{
    band::Band,
    columns,
    error::Error,
    posts::{booleans, integers, numbers, texts},
};

/// The tops that are looked at for posts which only reach has brought there.
const TOPS: [i64; 2] = [10, 100];

/// The rows of the table, as `measure`, `level` and `value`:
///
/// | measure | level | value |
/// | --- | --- | --- |
/// | `posts` | `all`, `customer`, `company` | posts in the export |
/// | `customer_posts_by_answered` | `true`, `false`, `unknown` | posts of customers |
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
/// A value that nothing is known about is missing.
pub(crate) fn summary(ranked: &DataFrame) -> Result<DataFrame, Error> {
    let direction = texts(ranked, columns::DIRECTION)?;
    let is_customer: Vec<_> = direction
        .iter()
        .map(|value| value == Some(columns::CUSTOMER))
        .collect();
    let rank = integers(ranked, columns::RANK)?;
    let rank_without_reach = integers(ranked, columns::RANK_WITHOUT_REACH)?;
    let ranked_posts = rank.iter().flatten().count();

    let mut rows = Rows::default();
    rows.add("posts", "all", ranked.height());
    for level in [columns::CUSTOMER, columns::COMPANY] {
        let count = direction
            .iter()
            .filter(|value| *value == Some(level))
            .count();
        rows.add("posts", level, count);
    }

    let answered = booleans(ranked, columns::ANSWERED)?;
    for (level, wanted) in [
        ("true", Some(true)),
        ("false", Some(false)),
        ("unknown", None),
    ] {
        let of_customers = answered
            .iter()
            .zip(&is_customer)
            .filter(|(_, customer)| **customer);
        let count = of_customers.filter(|(value, _)| *value == wanted).count();
        rows.add("customer_posts_by_answered", level, count);
    }

    rows.add("ranked_posts", "", ranked_posts);
    for (measure, column) in [
        ("ranked_posts_by_urgency_level", columns::URGENCY_LEVEL),
        ("ranked_posts_by_anger_level", columns::ANGER_LEVEL),
    ] {
        let values = integers(ranked, column)?;
        for level in 0..=3 {
            rows.add(
                measure,
                &level.to_string(),
                count(&rank, values.iter(), |value| value == level),
            );
        }
    }
    let bands = texts(ranked, columns::BAND)?;
    for band in Band::ALL.map(Band::name) {
        rows.add(
            "ranked_posts_by_band",
            band,
            count(&rank, bands.iter(), |value| value == band),
        );
    }
    let sentiments = texts(ranked, columns::SENTIMENT)?;
    for level in [columns::NEGATIVE, columns::NEUTRAL, columns::POSITIVE] {
        let count = count(&rank, sentiments.iter(), |value| value == level);
        rows.add("ranked_posts_by_sentiment", level, count);
    }
    for (level, column) in [
        (columns::ACTIONABLE, columns::IS_ACTIONABLE),
        (columns::TRIED_BEFORE, columns::IS_TRIED_BEFORE),
        (columns::CHURN, columns::IS_CHURN),
    ] {
        let values = booleans(ranked, column)?;
        rows.add(
            "ranked_posts_by_flag",
            level,
            count(&rank, values.iter(), |value| value),
        );
    }
    for (level, column) in [
        ("urgent", columns::URGENCY_LEVEL),
        ("angry", columns::ANGER_LEVEL),
    ] {
        let count = count(&rank, integers(ranked, column)?.iter(), |value| value >= 2);
        let share =
            (ranked_posts > 0).then(|| format!("{:.4}", count as f64 / ranked_posts as f64));
        rows.add_if_known("share_of_ranked_posts", level, share);
    }

    for (measure, column) in [
        (
            "median_first_response_minutes",
            columns::FIRST_RESPONSE_MINUTES,
        ),
        ("median_reach", columns::REACH),
    ] {
        let values = numbers(ranked, column)?;
        let of_customers = values
            .iter()
            .zip(&is_customer)
            .filter(|(_, customer)| **customer);
        let median = median(of_customers.filter_map(|(value, _)| value).collect());
        rows.add_if_known(measure, "", median.map(|median| format!("{median:.2}")));
    }
    for top in TOPS {
        let places = rank
            .iter()
            .flatten()
            .zip(rank_without_reach.iter().flatten());
        let count = places
            .filter(|(with, without)| *with <= top && *without > top)
            .count();
        rows.add("top_posts_by_reach_alone", &top.to_string(), count);
    }
    rows.into_table()
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

/// The middle value, or the mean of the two in the middle.
fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    let upper = *values.get(values.len() / 2)?;
    if values.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = *values.get(values.len() / 2 - 1)?;
    Some(f64::midpoint(lower, upper))
}

#[derive(Default)]
struct Rows {
    measures: Vec<String>,
    levels: Vec<String>,
    values: Vec<Option<String>>,
}

impl Rows {
    fn add(&mut self, measure: &str, level: &str, count: usize) {
        self.add_if_known(measure, level, Some(count.to_string()));
    }

    fn add_if_known(&mut self, measure: &str, level: &str, value: Option<String>) {
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
        priority::Weights,
        rank::rank,
    };

    #[test]
    fn medians() {
        let cases = [
            (vec![], None),
            (vec![3.0], Some(3.0)),
            (vec![9.0, 1.0], Some(5.0)),
            (vec![9.0, 1.0, 2.0], Some(2.0)),
        ];
        for (values, expected) in cases {
            assert_eq!(median(values), expected);
        }
    }

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
        let ranked = rank(posts(&rows), &Weights::default()).unwrap();
        let table = summary(&ranked).unwrap();
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
