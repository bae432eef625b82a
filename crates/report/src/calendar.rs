//! The time zone and the hours in which a team works.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// How moments become days, hours and waiting times.
#[derive(Clone, Debug)]
pub struct Calendar {
    /// The zone that days and hours are counted in. Default UTC.
    pub time_zone: TimeZone,
}

impl Default for Calendar {
    fn default() -> Self {
        Self {
            time_zone: TimeZone::UTC,
        }
    }
}

impl Calendar {
    /// The day of a moment, given in microseconds since 1970 in UTC; `None` outside the calendar.
    pub fn day(&self, microseconds: i64) -> Option<Date> {
        let moment = Timestamp::from_microsecond(microseconds).ok()?;
        Some(moment.to_zoned(self.time_zone.clone()).date())
    }
}
