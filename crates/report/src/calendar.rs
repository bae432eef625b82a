//! The time zone and the hours in which a team works.

use std::collections::BTreeSet;

use jiff::{
    Timestamp,
    civil::Date,
    tz::{Offset, TimeZone, TimeZoneDatabase},
};

mod hours;

pub use hours::{BusinessHours, DayHours, ParseDayHoursError};

/// How moments become days, hours and waiting times.
#[derive(Clone, Debug)]
pub struct Calendar {
    /// The zone that days and hours are counted in. Default UTC.
    pub time_zone: TimeZone,
    /// When the team works; unknown by default.
    pub business_hours: Option<BusinessHours>,
}

impl Default for Calendar {
    fn default() -> Self {
        Self {
            time_zone: TimeZone::UTC,
            business_hours: None,
        }
    }
}

/// The time zone of this IANA name, whatever its case, such as `Europe/London`. The rules are those
/// that Uproar was built with, not the machine's, so that a report is the same everywhere.
pub fn time_zone(name: &str) -> Option<TimeZone> {
    TimeZoneDatabase::bundled().get(name).ok()
}

/// The names of all time zones that [`time_zone`] knows.
pub fn time_zone_names() -> impl Iterator<Item = String> {
    // Collected, as the database does not outlive this function.
    let names: BTreeSet<String> = TimeZoneDatabase::bundled()
        .available()
        .map(|name| name.as_str().to_owned())
        .collect();
    names.into_iter()
}

impl Calendar {
    /// The day of a moment, given in microseconds since 1970 in UTC; `None` outside the calendar.
    pub fn day(&self, microseconds: i64) -> Option<Date> {
        let moment = Timestamp::from_microsecond(microseconds).ok()?;
        Some(moment.to_zoned(self.time_zone.clone()).date())
    }

    /// Minutes of business hours from one moment to a later one, both in microseconds since 1970 in
    /// UTC; `None` where no hours are set, for a moment outside the calendar, and where the end is
    /// before the start.
    ///
    /// The hours are those that the wall clock shows. When it is set back, an hour that comes twice
    /// counts twice; when it is set forward, one that is left out does not count.
    pub fn open_minutes(&self, start: i64, end: i64) -> Option<f64> {
        let hours = self.business_hours.as_ref()?;
        if end < start {
            return None;
        }
        let moment = |microseconds| Timestamp::from_microsecond(microseconds).ok();
        let (first, last) = (moment(start)?, moment(end)?);
        let shown = |moment: Timestamp, offset: Offset| {
            hours.open_before(moment.as_microsecond() + i64::from(offset.seconds()) * 1_000_000)
        };
        // Between two changes of the offset the wall clock runs evenly.
        let mut offset = self.time_zone.to_offset(first);
        let mut open = -shown(first, offset);
        for change in self.time_zone.following(first) {
            if change.timestamp() > last {
                break;
            }
            open += shown(change.timestamp(), offset);
            offset = change.offset();
            open -= shown(change.timestamp(), offset);
        }
        open += shown(last, offset);
        Some(open as f64 / 6e7)
    }
}

#[cfg(test)]
mod tests;
