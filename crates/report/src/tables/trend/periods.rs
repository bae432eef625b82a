//! Which hours or days a trend shows.

use jiff::{Timestamp, ToSpan, tz::TimeZone};

/// Hours up to so many civil days, days from there on: 168 hours are as many rows as can be read.
const DAYS_IN_HOURS: i32 = 7;

/// No more days than these, which are ten years; of a longer time the last ones.
const MAX_DAYS: i32 = 3_660;

/// A gap of more seconds than these parts posts: 92 days, so that a season without posts does not.
const GAP: i64 = 92 * 24 * HOUR;

/// Posts between two gaps count when they are at least this share of all.
const WORTH_SHOWING: f64 = 0.01;

const HOUR: i64 = 3_600;

/// How long a period is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Length {
    Hour,
    Day,
}

/// Periods one after the other, those without posts as well.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Periods {
    pub(super) length: Length,
    /// Seconds since 1970 in UTC, ascending.
    pub(super) starts: Vec<i64>,
}

/// The start of the civil hour that holds this moment, both in seconds since 1970; `None` outside the
/// calendar. An hour that the clock shows twice is two.
pub(super) fn hour(time_zone: &TimeZone, seconds: i64) -> Option<i64> {
    let offset = offset(time_zone, seconds)?;
    Some((seconds + offset).div_euclid(HOUR) * HOUR - offset)
}

fn offset(time_zone: &TimeZone, seconds: i64) -> Option<i64> {
    let moment = Timestamp::from_second(seconds).ok()?;
    Some(i64::from(time_zone.to_offset(moment).seconds()))
}

impl Periods {
    /// The periods from the first to the last of these hours with posts, which come ascending, each
    /// with its number of posts.
    ///
    /// Implausible dates do not count: where gaps of more than 92 days part the posts, parts with one
    /// post or less than a hundredth of all are left out at both ends. Where no part is more than
    /// that, the largest counts, the latest among equals.
    pub(super) fn new(time_zone: &TimeZone, hours: &[(i64, u64)]) -> Option<Self> {
        let (first, last) = stretch(hours)?;
        let date = |seconds| {
            let moment = Timestamp::from_second(seconds).ok()?;
            Some(time_zone.to_datetime(moment).date())
        };
        let (first_date, last_date) = (date(first)?, date(last)?);
        let days = first_date.until(last_date).ok()?.get_days() + 1;
        if days > DAYS_IN_HOURS {
            let from = (days - MAX_DAYS).max(0);
            let starts = (from..days).map(|day| {
                let date = first_date.checked_add(day.days()).ok()?;
                let start = date.to_zoned(time_zone.clone()).ok()?;
                Some(start.timestamp().as_second())
            });
            return Some(Self {
                length: Length::Day,
                starts: starts.collect::<Option<_>>()?,
            });
        }
        let mut starts = vec![first];
        let mut start = first;
        while start < last {
            let next = hour(time_zone, start + HOUR).filter(|next| *next > start);
            start = next.unwrap_or(start + HOUR);
            starts.push(start);
        }
        Some(Self {
            length: Length::Hour,
            starts,
        })
    }

    /// Which period holds the hour that starts at this moment.
    pub(super) fn index(&self, time_zone: &TimeZone, hour: i64) -> Option<usize> {
        let index = self.starts.partition_point(|start| *start <= hour);
        let index = index.checked_sub(1)?;
        if index + 1 < self.starts.len() {
            return Some(index);
        }
        // The last one has no next to end it.
        (self.name(time_zone, hour) == self.name(time_zone, *self.starts.get(index)?))
            .then_some(index)
    }

    /// The civil date of a moment, with the hour where periods are hours.
    pub(super) fn name(&self, time_zone: &TimeZone, seconds: i64) -> Option<String> {
        let moment = Timestamp::from_second(seconds).ok()?;
        let civil = time_zone.to_datetime(moment);
        Some(match self.length {
            Length::Hour => civil.strftime("%Y-%m-%d %H:00").to_string(),
            Length::Day => civil.date().to_string(),
        })
    }
}

/// The first and the last hour that count.
fn stretch(hours: &[(i64, u64)]) -> Option<(i64, i64)> {
    let all: u64 = hours.iter().map(|(_, posts)| posts).sum();
    let parts = hours.chunk_by(|(before, _), (after, _)| after - before <= GAP);
    let parts = parts.filter_map(|part| {
        let posts: u64 = part.iter().map(|(_, posts)| posts).sum();
        Some((part.first()?.0, part.last()?.0, posts))
    });
    let parts: Vec<(i64, i64, u64)> = parts.collect();
    let worth =
        |(.., posts): &&(i64, i64, u64)| *posts > 1 && *posts as f64 >= WORTH_SHOWING * all as f64;
    let largest = parts.iter().max_by_key(|(.., posts)| *posts)?;
    let first = parts.iter().find(worth).unwrap_or(largest);
    let last = parts.iter().rfind(worth).unwrap_or(largest);
    Some((first.0, last.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 24 * HOUR;

    fn seconds(time: &str) -> i64 {
        time.parse::<Timestamp>().unwrap().as_second()
    }

    fn periods(zone: &str, times: &[(&str, u64)]) -> Periods {
        let zone = TimeZone::get(zone).unwrap();
        let hours: Vec<(i64, u64)> = times
            .iter()
            .map(|(time, posts)| (hour(&zone, seconds(time)).unwrap(), *posts))
            .collect();
        let periods = Periods::new(&zone, &hours).unwrap();
        assert!(periods.starts.is_sorted_by(|a, b| a < b));
        periods
    }

    #[test]
    fn days_are_civil_days_of_the_time_zone() {
        let found = periods(
            "Europe/Berlin",
            &[("2026-03-20T12:00:00Z", 2), ("2026-10-26T12:00:00Z", 2)],
        );
        assert_eq!(found.length, Length::Day);
        let lengths: Vec<i64> = found.starts.windows(2).map(|w| w[1] - w[0]).collect();
        let shown = |hours: i64| lengths.iter().filter(|it| **it == hours * HOUR).count();
        assert_eq!((shown(23), shown(24), shown(25)), (1, lengths.len() - 2, 1));
        assert_eq!(found.starts[0], seconds("2026-03-19T23:00:00Z"));
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let last_hour = seconds("2026-03-20T22:00:00Z");
        assert_eq!(found.index(&zone, last_hour), Some(0));
        assert_eq!(found.index(&zone, last_hour + HOUR), Some(1));
        assert_eq!(found.index(&zone, found.starts[0] - HOUR), None);
        assert_eq!(found.index(&zone, seconds("2026-10-27T12:00:00Z")), None);
        assert_eq!(
            found.name(&zone, last_hour + HOUR),
            Some("2026-03-21".to_owned())
        );
    }

    #[test]
    fn hours_go_on_through_changes_of_the_clock() {
        for (zone, first, last, expected) in [
            ("UTC", "2026-03-01T00:10:00Z", "2026-03-07T23:00:00Z", 168),
            (
                "Europe/Berlin",
                "2026-03-28T23:00:00Z",
                "2026-03-29T21:59:00Z",
                23,
            ),
            (
                "Europe/Berlin",
                "2026-10-24T22:00:00Z",
                "2026-10-25T22:59:00Z",
                25,
            ),
            (
                "Asia/Kolkata",
                "2026-03-01T00:10:00Z",
                "2026-03-01T02:40:00Z",
                4,
            ),
            (
                "Australia/Lord_Howe",
                "2026-04-03T13:00:00Z",
                "2026-04-06T13:00:00Z",
                73,
            ),
        ] {
            let found = periods(zone, &[(first, 1), (last, 1)]);
            assert_eq!(found.length, Length::Hour);
            assert_eq!(found.starts.len(), expected, "{zone} {first}");
        }
    }

    #[test]
    fn an_eighth_day_makes_days() {
        let found = periods(
            "UTC",
            &[("2026-03-01T23:59:00Z", 1), ("2026-03-08T00:00:00Z", 1)],
        );
        assert_eq!((found.length, found.starts.len()), (Length::Day, 8));
    }

    #[test]
    fn implausible_dates_make_no_rows() {
        let (from, to) = ("2026-03-01T10:00:00Z", "2026-03-01T12:00:00Z");
        for times in [
            vec![("1970-01-01T00:00:00Z", 1), (from, 5), (to, 5)],
            vec![(from, 500), (to, 500), ("2099-01-01T00:00:00Z", 9)],
        ] {
            assert_eq!(periods("UTC", &times).starts.len(), 3);
        }
        // As much as a fifth of the posts is no mistake, but ten years are enough.
        let long = periods("UTC", &[("1970-01-01T00:00:00Z", 2), (from, 4), (to, 4)]);
        assert_eq!(long.starts.len(), MAX_DAYS as usize);
        assert_eq!(long.starts.last(), Some(&seconds("2026-03-01T00:00:00Z")));
        // Nothing but single posts.
        let lonely = [("1970-01-01T00:00:00Z", 1), (from, 1)];
        assert_eq!(periods("UTC", &lonely).starts, [seconds(from)]);
        assert_eq!(Periods::new(&TimeZone::UTC, &[]), None);
        assert_eq!(hour(&TimeZone::UTC, i64::MAX), None);
        assert!(hour(&TimeZone::UTC, -DAY).is_some());
    }
}
