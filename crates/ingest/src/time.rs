//! Dates and times as exports write them.

use jiff::civil::{Date, DateTime, Time};
use jiff::fmt::strtime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// What a date cell says, in microseconds since 1970-01-01 in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// One moment.
    Exact(i64),
    /// A numeric date with the year last. Both readings where day and month may be swapped,
    /// else the one that exists.
    Numeric {
        /// Day before month.
        day_first: Option<i64>,
        /// Month before day.
        month_first: Option<i64>,
    },
}

/// Which number of a numeric date is the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DayOrder {
    DayFirst,
    MonthFirst,
}

impl Reading {
    /// What this date tells about the file: 24/02/2015 can only have the day first.
    pub(crate) const fn order(self) -> Option<DayOrder> {
        match self {
            Self::Numeric {
                day_first: Some(_),
                month_first: None,
            } => Some(DayOrder::DayFirst),
            Self::Numeric {
                day_first: None,
                month_first: Some(_),
            } => Some(DayOrder::MonthFirst),
            _ => None,
        }
    }

    /// Whether the order of day and month changes the moment.
    pub(crate) fn is_ambiguous(self) -> bool {
        match self {
            Self::Exact(_) => false,
            Self::Numeric {
                day_first,
                month_first,
            } => day_first.is_some() && month_first.is_some() && day_first != month_first,
        }
    }

    /// The moment, with `order` deciding between two readings.
    pub(crate) fn moment(self, order: DayOrder) -> Option<i64> {
        match self {
            Self::Exact(moment) => Some(moment),
            Self::Numeric {
                day_first,
                month_first,
            } => match order {
                DayOrder::DayFirst => day_first.or(month_first),
                DayOrder::MonthFirst => month_first.or(day_first),
            },
        }
    }
}

/// Reads a date or a date and time. A time without a zone is taken as UTC.
///
/// Understood are RFC 3339 and ISO 8601; the date format of the X API v1.1 and of e-mail;
/// month names (`08-Aug-2022 11:59PM`); numeric dates with the year last; and Unix time in
/// seconds, milliseconds or microseconds.
pub(crate) fn parse(text: &str) -> Option<Reading> {
    /// The start of year 0: what is before is a number that happens to look like a date.
    const FIRST: i64 = -62_167_219_200_000_000;
    reading(text.trim())
        .filter(|reading| !matches!(reading, Reading::Exact(moment) if *moment < FIRST))
}

fn reading(text: &str) -> Option<Reading> {
    let first = *text.as_bytes().first()?;
    if first.is_ascii_alphabetic() {
        return named_month(text).map(Reading::Exact);
    }
    if let Some(moment) = unix(text).or_else(|| iso(text)) {
        return Some(Reading::Exact(moment));
    }
    numeric(text).or_else(|| named_month(text).map(Reading::Exact))
}

/// Unix time. The number of digits tells the unit: from 1973 to 2286 seconds have 9 or 10.
fn unix(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    let number: i64 = whole.parse().ok()?;
    match whole.len() {
        9..=10 => {
            let mut micros = number * 1_000_000;
            for (digit, weight) in fraction.bytes().zip([100_000, 10_000, 1_000, 100, 10, 1]) {
                micros += i64::from(digit - b'0') * weight;
            }
            Some(micros)
        }
        12..=13 => Some(number * 1_000),
        15..=16 => Some(number),
        _ => None,
    }
}

fn iso(text: &str) -> Option<i64> {
    // `2015/02/24` is ISO 8601 in all but the separator.
    let dashed;
    let text = match text.as_bytes() {
        [_, _, _, _, b'/', ..] => {
            dashed = text.replacen('/', "-", 2);
            &dashed
        }
        [_, _, _, _, b'-', ..] | [b'0'..=b'9', ..] => text,
        _ => return None,
    };
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(moment.as_microsecond());
    }
    let zoneless = ["UTC", "GMT", "Z"]
        .into_iter()
        .find_map(|zone| text.strip_suffix(zone));
    if let Ok(moment) = zoneless.unwrap_or(text).trim_end().parse::<DateTime>() {
        // Jiff ignores an offset here, but it was read above if it is one.
        return utc(moment);
    }
    ["%Y-%m-%d %H:%M:%S%.f %z", "%Y-%m-%d %H:%M:%S%.f %:z"]
        .into_iter()
        .find_map(|format| strptime(format, text))
}

/// Formats with the name of a month, which no order of day and month can confuse.
fn named_month(text: &str) -> Option<i64> {
    const FORMATS: [&str; 19] = [
        "%a %b %d %H:%M:%S %z %Y",  // X API v1.1: Tue Oct 31 22:10:47 +0000 2017
        "%a %b %d %H:%M:%S UTC %Y", // Java
        "%a %b %d %H:%M:%S GMT %Y",
        "%a, %d %b %Y %H:%M:%S %z", // RFC 2822
        "%a, %d %b %Y %H:%M:%S GMT",
        "%d-%b-%Y %I:%M%p", // Meltwater: 08-Aug-2022 11:59PM
        "%d-%b-%Y %H:%M:%S",
        "%d-%b-%Y %H:%M",
        "%d-%b-%Y",
        "%d %b %Y %H:%M:%S",
        "%d %b %Y %H:%M",
        "%d %b %Y",
        "%d %B %Y",
        "%b %d, %Y %I:%M:%S %p",
        "%b %d, %Y %I:%M %p",
        "%b %d, %Y %H:%M",
        "%b %d, %Y",
        "%B %d, %Y %I:%M %p",
        "%B %d, %Y",
    ];
    FORMATS
        .into_iter()
        .find_map(|format| strptime(format, text))
}

/// Reads `text` by `format`; without an offset in it, as UTC.
fn strptime(format: &str, text: &str) -> Option<i64> {
    let parts = strtime::parse(format, text).ok()?;
    match parts.offset() {
        Some(_) => Some(parts.to_timestamp().ok()?.as_microsecond()),
        None => {
            let date = parts.to_date().ok()?;
            utc(parts.to_time().unwrap_or(Time::midnight()).on(
                date.year(),
                date.month(),
                date.day(),
            ))
        }
    }
}

/// `24-02-2015 11.35`, `24/02/2015 11:35`, `2/24/15 1:05 PM`.
fn numeric(text: &str) -> Option<Reading> {
    let (date, time) = match text.find([' ', 'T', ',']) {
        Some(end) => (&text[..end], text[end + 1..].trim()),
        None => (text, ""),
    };
    let separator = ['/', '-', '.']
        .into_iter()
        .find(|separator| date.contains(*separator))?;
    let mut parts = date.split(separator);
    let (a, b, year) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    // Rust reads signs as part of a number.
    let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if ![a, b, year].into_iter().all(is_number) {
        return None;
    }
    let year = match (year.len(), year.parse::<i16>().ok()?) {
        (4, year) => year,
        // The POSIX rule for two digits.
        (2, year @ 0..=68) => 2000 + year,
        (2, year) => 1900 + year,
        _ => return None,
    };
    let (a, b): (i8, i8) = (a.parse().ok()?, b.parse().ok()?);
    let time = if time.is_empty() {
        Time::midnight()
    } else {
        clock(time)?
    };
    let moment = |day, month| utc(Date::new(year, month, day).ok()?.to_datetime(time));
    let reading = Reading::Numeric {
        day_first: moment(a, b),
        month_first: moment(b, a),
    };
    reading.moment(DayOrder::DayFirst).map(|_| reading)
}

/// A time of day: `11:35`, `11.35`, `11:35:52`, `1:05 PM`.
fn clock(text: &str) -> Option<Time> {
    let upper = text.to_ascii_uppercase();
    let half = ["AM", "PM"]
        .into_iter()
        .find_map(|half| Some((upper.strip_suffix(half)?, half)));
    let digits = half.map_or(upper.as_str(), |(digits, _)| digits).trim_end();
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

fn utc(moment: DateTime) -> Option<i64> {
    Some(
        moment
            .to_zoned(TimeZone::UTC)
            .ok()?
            .timestamp()
            .as_microsecond(),
    )
}

/// A moment as RFC 3339, if it is one that can be written so.
pub(crate) fn rfc3339(micros: i64) -> Option<String> {
    Some(Timestamp::from_microsecond(micros).ok()?.to_string())
}

/// Microseconds between two moments in minutes.
pub(crate) fn minutes_between(start: i64, end: i64) -> f64 {
    SignedDuration::from_micros(end.saturating_sub(start)).as_secs_f64() / 60.0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Every reading as RFC 3339, day first before month first.
    fn shown(text: &str) -> String {
        let show = |moment: i64| Timestamp::from_microsecond(moment).unwrap().to_string();
        match parse(text) {
            None => "unreadable".into(),
            Some(Reading::Exact(moment)) => show(moment),
            Some(Reading::Numeric {
                day_first,
                month_first,
            }) => format!(
                "{} or {}",
                day_first.map_or("-".into(), show),
                month_first.map_or("-".into(), show)
            ),
        }
    }

    #[test]
    fn formats_seen_in_exports() {
        let cases = [
            "2020-06-24T16:28:14.000Z",
            "2020-06-24T16:28:14+05:30",
            "2020-06-24T16:28:14.123+0000",
            "2020-06-24T16:28:14",
            "2020-06-24 16:28:14",
            "2020-06-24 16:28:14+00:00",
            "2020-06-24 16:28",
            "2020-06-24",
            "2020/06/24 16:28",
            "2015-02-24 11:35:52 -0800",
            "2015-02-24 11:35:52 -08:00",
            "2015-02-24 11:35:52.5 -0800",
            "2015-02-24 04:35 PM",
            "2020-05-02 20:14:26 UTC",
            "20200624",
            "Tue Oct 31 22:10:47 +0000 2017",
            "Tue Oct 31 22:10:47 UTC 2017",
            "Tue Oct 31 22:10:47 GMT 2017",
            "Tue Oct 31 22:10:47 EST 2017",
            "Fri, 21 Nov 1997 09:55:06 -0600",
            "Fri, 21 Nov 1997 09:55:06 GMT",
            "08-Aug-2022 11:59PM",
            "8 Aug 2022 23:59",
            "Aug 8, 2022 11:59 PM",
            "August 8, 2022",
            "24-02-2015 11.35",
            "24/02/2015 11:35",
            "2/24/15 1:05 PM",
            "02.03.2015 11:35:52",
            "3/4/2015",
            "3/3/2015",
            "1424777752",
            "1424777752.25",
            "1424777752123",
            "1424777752123456",
            "42",
            "30/02/2015",
            "13/13/2015",
            "24/02/2015 25:00",
            "yesterday",
            "",
        ];
        let text: Vec<String> = cases
            .iter()
            .map(|case| format!("{case:<34} {}", shown(case)))
            .collect();
        insta::assert_snapshot!(text.join("\n"));
    }

    #[test]
    fn evidence_and_choice() {
        let ambiguous = parse("3/4/2015").unwrap();
        assert!(ambiguous.is_ambiguous());
        assert_eq!(ambiguous.order(), None);
        assert_ne!(
            ambiguous.moment(DayOrder::DayFirst),
            ambiguous.moment(DayOrder::MonthFirst)
        );
        assert!(!parse("3/3/2015").unwrap().is_ambiguous());
        assert_eq!(
            parse("24/2/2015").unwrap().order(),
            Some(DayOrder::DayFirst)
        );
        assert_eq!(
            parse("2/24/2015").unwrap().order(),
            Some(DayOrder::MonthFirst)
        );
        // A date that only one order allows is read by it, whatever the file's order.
        assert!(
            parse("24/2/2015")
                .unwrap()
                .moment(DayOrder::MonthFirst)
                .is_some()
        );
    }

    #[test]
    fn signs_make_no_dates() {
        for text in [
            "22/5/-052",
            "22/5/+052",
            "+2/5/2015",
            "2/-5/2015",
            "1/1/-9",
            "01 Jan -0052",
            "0000-01-01T00:00:00+01:00",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert!(parse("0000-01-01T00:00:00Z").is_some());
    }

    #[test]
    fn minutes() {
        assert_eq!(minutes_between(0, 90_000_000), 1.5);
        assert!(minutes_between(i64::MIN, i64::MAX).is_finite());
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC*") {
            let _ = parse(&text);
        }

        #[test]
        fn no_number_panics(text in "[0-9/.:T -]{0,30}") {
            let _ = parse(&text);
        }

        #[test]
        fn seconds_survive_every_format(seconds in 200_000_000i64..9_000_000_000) {
            let moment = Timestamp::from_second(seconds).unwrap();
            let zoned = moment.to_zoned(TimeZone::UTC);
            let expected = Some(Reading::Exact(seconds * 1_000_000));
            prop_assert_eq!(parse(&seconds.to_string()), expected);
            prop_assert_eq!(parse(&moment.to_string()), expected);
            for format in ["%a %b %d %H:%M:%S %z %Y", "%Y-%m-%d %H:%M:%S %z", "%Y-%m-%d %H:%M:%S"] {
                prop_assert_eq!(parse(&zoned.strftime(format).to_string()), expected, "{}", format);
            }
            let day_first = zoned.strftime("%d/%m/%Y %H:%M:%S").to_string();
            let reading = parse(&day_first).unwrap();
            prop_assert_eq!(reading.moment(DayOrder::DayFirst), Some(seconds * 1_000_000));
        }
    }
}
