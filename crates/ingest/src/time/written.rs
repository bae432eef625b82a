//! Dates as they are written for people: `Fri, Mar 15, 2024`, `15-Mar-24 06:42PM`,
//! `24/02/2015 11.35`, `2024-3-5 8:02 +05:30`.
//!
//! Tools put the same few words into every order and between every kind of comma, so the words are
//! told apart one by one instead of each order having a format. A word that is none of a date
//! makes the whole unreadable.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::fmt::strtime;
use jiff::tz::Offset;

use super::{DayOrder, Reading};

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

const WEEKDAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// The names of zones that have one meaning, by RFC 2822, and their hours.
const ZONES: [(&str, i8); 11] = [
    ("UTC", 0),
    ("GMT", 0),
    ("Z", 0),
    ("EST", -5),
    ("EDT", -4),
    ("CST", -6),
    ("CDT", -5),
    ("MST", -7),
    ("MDT", -6),
    ("PST", -8),
    ("PDT", -7),
];

/// Reads a date, with or without a time of day and a zone.
pub(super) fn reading(text: &str) -> Option<Reading> {
    let mut parts = Parts::default();
    for word in text
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | '·'))
        .filter(|word| !word.is_empty())
    {
        // What is in brackets at the end names a zone again: `+0000 (UTC)`.
        if word.starts_with('(') && parts.offset.is_some() && text.ends_with(')') {
            break;
        }
        parts.add(word)?;
    }
    parts.reading()
}

/// The parts of a date.
#[derive(Default)]
struct Parts<'a> {
    /// The month, where it is written as a word.
    month: Option<i8>,
    /// The numbers of the date, in their order.
    numbers: Vec<&'a str>,
    /// How many words the numbers came from.
    number_words: u8,
    /// The time of day, with AM or PM.
    clock: String,
    offset: Option<Offset>,
}

impl<'a> Parts<'a> {
    /// Adds a word; none when it is no part of a date, or one that was there before.
    fn add(&mut self, word: &'a str) -> Option<()> {
        if let Some((date, time)) = word.split_once('T')
            && date.ends_with(is_digit)
            && time.starts_with(is_digit)
        {
            self.add(date)?;
            return self.add(time);
        }
        let is_clock = word.contains(':') || self.has_whole_date() && word.contains('.');
        if word.starts_with(['+', '-']) {
            self.set_offset(offset(word)?)
        } else if is_clock && word.starts_with(is_digit) {
            if !self.clock.is_empty() {
                return None;
            }
            let end = word.find(['+', '-', 'Z']).unwrap_or(word.len());
            let (clock, zone) = word.split_at(end);
            clock.clone_into(&mut self.clock);
            if zone.is_empty() {
                Some(())
            } else {
                self.set_offset(offset(zone)?)
            }
        } else if word.starts_with(is_digit) {
            self.add_date(word)
        } else {
            self.add_name(word)
        }
    }

    fn has_whole_date(&self) -> bool {
        self.numbers.len() + usize::from(self.month.is_some()) == 3
    }

    fn set_offset(&mut self, offset: Offset) -> Option<()> {
        self.offset.replace(offset).is_none().then_some(())
    }

    /// `24/02/2015`, `15-Mar-24`, or one number of a date.
    fn add_date(&mut self, word: &'a str) -> Option<()> {
        let word = word.trim_end_matches('.');
        self.number_words += 1;
        let separator = ['/', '-', '.'].into_iter().find(|c| word.contains(*c));
        for part in word.split(|c| Some(c) == separator) {
            if part.starts_with(|c: char| c.is_ascii_alphabetic()) {
                self.set_month(part)?;
            } else if !part.is_empty() && part.chars().all(is_digit) {
                self.numbers.push(part);
            } else {
                return None;
            }
        }
        (self.numbers.len() <= 3).then_some(())
    }

    fn set_month(&mut self, name: &str) -> Option<()> {
        let place = position(&MONTHS, name)?;
        let month = i8::try_from(place).ok()? + 1;
        self.month.replace(month).is_none().then_some(())
    }

    /// A month, a weekday, AM or PM, a zone, or the `at` before the time of day.
    fn add_name(&mut self, word: &str) -> Option<()> {
        if ["AM", "PM"]
            .iter()
            .any(|half| word.eq_ignore_ascii_case(half))
        {
            let is_due = self.clock.ends_with(is_digit);
            self.clock.push_str(word);
            return is_due.then_some(());
        }
        if word == "at" || position(&WEEKDAYS, word).is_some() {
            return Some(());
        }
        match offset(word) {
            Some(offset) => self.set_offset(offset),
            None => self.set_month(word.trim_end_matches('.')),
        }
    }

    fn reading(self) -> Option<Reading> {
        let time = if self.clock.is_empty() {
            Time::midnight()
        } else {
            clock(&self.clock)?
        };
        let offset = self.offset.unwrap_or(Offset::UTC);
        let moment = |year, month, day| -> Option<i64> {
            let civil = Date::new(year, month, day).ok()?.to_datetime(time);
            let moment: Timestamp = offset.to_timestamp(civil).ok()?;
            Some(moment.as_microsecond())
        };
        let number = |text: &str| text.parse::<i8>().ok();
        match (self.month, self.numbers.as_slice()) {
            // Only a year has four digits; of two numbers with two, the year is the last.
            (Some(month), [year, day]) if year.len() == 4 => {
                moment(full_year(year)?, month, number(day)?).map(Reading::Exact)
            }
            (Some(month), [day, year]) => {
                moment(full_year(year)?, month, number(day)?).map(Reading::Exact)
            }
            (None, [_, _, _]) if self.number_words > 1 => None,
            (None, [year, month, day]) if year.len() == 4 => {
                moment(full_year(year)?, number(month)?, number(day)?).map(Reading::Exact)
            }
            (None, [a, b, year]) => {
                let (year, a, b) = (full_year(year)?, number(a)?, number(b)?);
                let reading = Reading::Numeric {
                    day_first: moment(year, b, a),
                    month_first: moment(year, a, b),
                };
                reading.moment(DayOrder::DayFirst).map(|_| reading)
            }
            _ => None,
        }
    }
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

/// The place in `names` of a name or its first letters, at least three.
fn position(names: &[&str], word: &str) -> Option<usize> {
    let word = word.to_ascii_lowercase();
    names
        .iter()
        .position(|name| word.len() >= 3 && name.starts_with(&word))
}

/// A year of four digits, or of two by the rule of POSIX.
fn full_year(digits: &str) -> Option<i16> {
    match (digits.len(), digits.parse().ok()?) {
        (4, year) => Some(year),
        (2, year @ 0..=68) => Some(2000 + year),
        (2, year) => Some(1900 + year),
        _ => None,
    }
}

/// `+0530`, `-08:00`, `UTC`, `PDT`, `GMT+0000`.
fn offset(word: &str) -> Option<Offset> {
    if let Some((_, hours)) = ZONES.iter().find(|(name, _)| *name == word) {
        return Some(Offset::constant(*hours));
    }
    let digits = ["UTC", "GMT"]
        .into_iter()
        .find_map(|zone| word.strip_prefix(zone))
        .unwrap_or(word);
    ["%z", "%:z"]
        .into_iter()
        .find_map(|format| strtime::parse(format, digits).ok()?.offset())
}

/// A time of day: `11:35`, `11.35`, `11:35:52`, `1:05 PM`.
fn clock(text: &str) -> Option<Time> {
    let upper = text.to_ascii_uppercase();
    let half = ["AM", "PM"]
        .into_iter()
        .find_map(|half| Some((upper.strip_suffix(half)?, half)));
    let digits = half.map_or(upper.as_str(), |(digits, _)| digits);
    let digits = if digits.contains(':') {
        digits.to_owned()
    } else {
        digits.replace('.', ":")
    };
    let format = match (half.is_some(), digits.matches(':').count()) {
        (false, 1) => "%H:%M",
        (false, 2) => "%H:%M:%S%.f",
        (true, 1) => "%I:%M %p",
        (true, 2) => "%I:%M:%S %p",
        _ => return None,
    };
    let text = half.map_or_else(|| digits.clone(), |(_, half)| format!("{digits} {half}"));
    strtime::parse(format, text).ok()?.to_time().ok()
}
