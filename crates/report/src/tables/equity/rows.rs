//! The rows as a table.

use polars::prelude::*;

use crate::{error::Error, statistics::Interval};

pub(super) const COMPARISON: &str = "comparison";
pub(super) const GROUP: &str = "group";
pub(super) const POSTS: &str = "posts";
pub(super) const FOLLOWERS_FROM: &str = "followers_from";
pub(super) const FOLLOWERS_TO: &str = "followers_to";
pub(super) const RATE: &str = "response_rate";
pub(super) const RATE_LOW: &str = "response_rate_low";
pub(super) const RATE_HIGH: &str = "response_rate_high";
pub(super) const ADJUSTED_RATE: &str = "adjusted_response_rate";
pub(super) const MEDIAN: &str = "median_first_response_minutes";
pub(super) const MEDIAN_LOW: &str = "median_first_response_low";
pub(super) const MEDIAN_HIGH: &str = "median_first_response_high";
pub(super) const RANK_CHANGE: &str = "rank_change";
pub(super) const MOVED_UP: &str = "moved_up";
pub(super) const MOVED_DOWN: &str = "moved_down";
pub(super) const DOWN_MEDIAN: &str = "places_down_median";
pub(super) const DOWN_P90: &str = "places_down_p90";
pub(super) const DIFFERENCE: &str = "difference";
pub(super) const DIFFERENCE_LOW: &str = "difference_low";
pub(super) const DIFFERENCE_HIGH: &str = "difference_high";
pub(super) const P_VALUE: &str = "p_value";
pub(super) const FINDING: &str = "finding";

/// A row; the columns are explained in the specification of the table.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    pub(super) comparison: &'static str,
    pub(super) group: String,
    pub(super) posts: Option<u64>,
    pub(super) followers: Option<[u32; 2]>,
    pub(super) rate: Option<f64>,
    pub(super) rate_interval: Option<Interval>,
    pub(super) adjusted_rate: Option<f64>,
    pub(super) median: Option<f64>,
    pub(super) median_interval: Option<Interval>,
    pub(super) rank_change: Option<f64>,
    pub(super) moved_up: Option<f64>,
    pub(super) moved_down: Option<f64>,
    pub(super) down_median: Option<f64>,
    pub(super) down_p90: Option<f64>,
    pub(super) difference: Option<f64>,
    pub(super) difference_interval: Option<Interval>,
    pub(super) p_value: Option<f64>,
    pub(super) finding: Option<String>,
}

impl Row {
    pub(super) fn new(comparison: &'static str, group: &str) -> Self {
        Self {
            comparison,
            group: group.to_owned(),
            ..Self::default()
        }
    }
}

/// The rows as a table.
pub(super) fn table(rows: &[Row]) -> Result<DataFrame, Error> {
    fn column<T>(rows: &[Row], name: &str, of: impl Fn(&Row) -> T) -> Column
    where
        Series: NamedFrom<Vec<T>, [T]>,
        Vec<T>: AsRef<[T]>,
    {
        Column::new(name.into(), rows.iter().map(of).collect::<Vec<T>>())
    }
    let number = |name: &str, of: fn(&Row) -> Option<f64>| column(rows, name, of);
    // With the precision of a share.
    let share = |name: &str, of: fn(&Row) -> Option<f64>| {
        column(rows, name, |row| of(row).map(|share| share as f32))
    };
    let low = |interval: Option<Interval>| interval.map(|interval| interval.low);
    let high = |interval: Option<Interval>| interval.map(|interval| interval.high);
    let columns = vec![
        column(rows, COMPARISON, |row| row.comparison),
        column(rows, GROUP, |row| row.group.clone()),
        column(rows, POSTS, |row| row.posts.map(|posts| posts as i64)),
        column(rows, FOLLOWERS_FROM, |row| {
            row.followers.map(|range| i64::from(range[0]))
        }),
        column(rows, FOLLOWERS_TO, |row| {
            row.followers.map(|range| i64::from(range[1]))
        }),
        share(RATE, |row| row.rate),
        column(rows, RATE_LOW, |row| {
            low(row.rate_interval).map(|it| it as f32)
        }),
        column(rows, RATE_HIGH, |row| {
            high(row.rate_interval).map(|it| it as f32)
        }),
        share(ADJUSTED_RATE, |row| row.adjusted_rate),
        number(MEDIAN, |row| row.median),
        column(rows, MEDIAN_LOW, |row| low(row.median_interval)),
        column(rows, MEDIAN_HIGH, |row| high(row.median_interval)),
        number(RANK_CHANGE, |row| row.rank_change),
        share(MOVED_UP, |row| row.moved_up),
        share(MOVED_DOWN, |row| row.moved_down),
        number(DOWN_MEDIAN, |row| row.down_median),
        number(DOWN_P90, |row| row.down_p90),
        share(DIFFERENCE, |row| row.difference),
        column(rows, DIFFERENCE_LOW, |row| {
            low(row.difference_interval).map(|it| it as f32)
        }),
        column(rows, DIFFERENCE_HIGH, |row| {
            high(row.difference_interval).map(|it| it as f32)
        }),
        share(P_VALUE, |row| row.p_value),
        column(rows, FINDING, |row| row.finding.clone()),
    ];
    Ok(DataFrame::new(rows.len(), columns)?)
}
