//! The hours of a week in which a team works.

use std::{collections::BTreeSet, fmt, str::FromStr};

use jiff::civil::{Date, Weekday};

const MINUTE: i64 = 60_000_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// The first moment of work in a day, and the first after it, such as `09:00-17:30`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayHours {
    /// Minutes since midnight.
    open: u16,
    /// Minutes since midnight, 1440 at most; after `open`.
    close: u16,
}

impl DayHours {
    /// Microseconds of work before this one of the day.
    fn open_before(self, microsecond: i64) -> i64 {
        let (open, close) = (
            i64::from(self.open) * MINUTE,
            i64::from(self.close) * MINUTE,
        );
        microsecond.clamp(open, close) - open
    }

    fn length(self) -> i64 {
        self.open_before(DAY)
    }
}

/// A text is no hours of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseDayHoursError {
    /// It is written in another way.
    #[error("must be hours such as \"09:00-17:30\"")]
    Form,
    /// A time is none of the clock.
    #[error("must be two times from 00:00 to 24:00, such as \"09:00-17:30\"")]
    Time,
    /// The close is not after the opening.
    #[error(
        "must close later than it opens; hours that go on after midnight are not supported, use \
         \"00:00-24:00\" for a whole day"
    )]
    Order,
}

impl FromStr for DayHours {
    type Err = ParseDayHoursError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (open, close) = text.split_once('-').ok_or(ParseDayHoursError::Form)?;
        let (open, close) = (minutes(open)?, minutes(close)?);
        if open >= close {
            return Err(ParseDayHoursError::Order);
        }
        Ok(Self { open, close })
    }
}

/// `09:30` as minutes since midnight.
fn minutes(text: &str) -> Result<u16, ParseDayHoursError> {
    let number = |digits: &str| {
        let is_number = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
        let number = is_number.then(|| digits.parse::<u16>().ok()).flatten();
        number.ok_or(ParseDayHoursError::Form)
    };
    let (hour, minute) = text
        .trim()
        .split_once(':')
        .ok_or(ParseDayHoursError::Form)?;
    match (number(hour)?, number(minute)?) {
        (24, 0) => Ok(24 * 60),
        (hour @ ..24, minute @ ..60) => Ok(hour * 60 + minute),
        _ => Err(ParseDayHoursError::Time),
    }
}

impl fmt::Display for DayHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [open, close] = [self.open, self.close].map(|time| (time / 60, time % 60));
        write!(
            f,
            "{:02}:{:02}-{:02}:{:02}",
            open.0, open.1, close.0, close.1
        )
    }
}

/// The hours of every week, and the days that are free.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BusinessHours {
    /// Monday first; `None` on a day without work.
    week: [Option<DayHours>; 7],
    /// Microseconds of work in the week before each day.
    before_day: [i64; 7],
    /// Microseconds of work in a week.
    in_week: i64,
    holidays: BTreeSet<Date>,
    /// Days since 1970 of the holidays on which there would be work, in order, each with the
    /// microseconds of work that the holidays to its end have taken away.
    lost: Vec<(i64, i64)>,
}

impl BusinessHours {
    /// The hours of each day of the week, Monday first (`None`: no work), and days without work.
    pub fn new(week: [Option<DayHours>; 7], holidays: impl IntoIterator<Item = Date>) -> Self {
        let mut in_week = 0;
        let before_day = week.map(|day| {
            let before = in_week;
            in_week += day.map_or(0, DayHours::length);
            before
        });
        let holidays: BTreeSet<Date> = holidays.into_iter().collect();
        let mut sum = 0;
        let lost = holidays.iter().filter_map(|date| {
            let monday = usize::try_from(date.weekday().to_monday_zero_offset()).ok()?;
            let hours = week.get(monday).copied().flatten()?;
            sum += hours.length();
            Some((days_since_1970(*date), sum))
        });
        Self {
            lost: lost.collect(),
            week,
            before_day,
            in_week,
            holidays,
        }
    }

    /// The hours of a day of the week; `None` on a day without work.
    pub fn on(&self, weekday: Weekday) -> Option<DayHours> {
        let monday = usize::try_from(weekday.to_monday_zero_offset()).ok()?;
        self.week.get(monday).copied().flatten()
    }

    /// The days without work, in order.
    pub fn holidays(&self) -> impl Iterator<Item = Date> {
        self.holidays.iter().copied()
    }

    /// Microseconds of work before this one, counted as the wall clock would that is never changed:
    /// since 1970, and less than 0 before it. Only differences mean something.
    pub(super) fn open_before(&self, microsecond: i64) -> i64 {
        let day = microsecond.div_euclid(DAY);
        // 1970 began on a Thursday.
        let week = (day + 3).div_euclid(7);
        let weekday = (day + 3).rem_euclid(7) as usize;
        let before = self.before_day.get(weekday).copied().unwrap_or_default();
        let holidays = self.lost.partition_point(|(holiday, _)| *holiday < day);
        let lost = holidays
            .checked_sub(1)
            .and_then(|last| self.lost.get(last))
            .map_or(0, |(_, sum)| *sum);
        let today = match self.lost.get(holidays) {
            Some((holiday, _)) if *holiday == day => 0,
            _ => self
                .week
                .get(weekday)
                .copied()
                .flatten()
                .map_or(0, |hours| hours.open_before(microsecond.rem_euclid(DAY))),
        };
        week * self.in_week + before + today - lost
    }
}

fn days_since_1970(date: Date) -> i64 {
    let start = Date::constant(1970, 1, 1);
    // Between two dates there are only days, unless larger units are asked for.
    (date - start).get_days().into()
}
