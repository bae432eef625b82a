//! Dates and times as exports write them.

mod written;

use std::ops::Range;

use jiff::civil::DateTime;
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

/// The moments that a post can be of, in microseconds: from 1990 up to 2100. What lies outside is
/// a zero for a missing date, or a number that happens to look like a date.
const PLAUSIBLE: Range<i64> = 631_152_000_000_000..4_102_444_800_000_000;

/// Reads a date or a date and time. A time without a zone is taken as UTC.
///
/// Understood are RFC 3339 and ISO 8601; Unix time in seconds, milliseconds or microseconds; and
/// dates [as written](written) for people. A moment before 1990 or from 2100 on is none.
pub(crate) fn parse(text: &str) -> Option<Reading> {
    reading(text.trim()).filter(|reading| {
        [DayOrder::DayFirst, DayOrder::MonthFirst]
            .into_iter()
            .filter_map(|order| reading.moment(order))
            .all(|moment| PLAUSIBLE.contains(&moment))
    })
}

fn reading(text: &str) -> Option<Reading> {
    unix(text)
        .or_else(|| iso(text))
        .map(Reading::Exact)
        .or_else(|| written::reading(text))
}

/// Unix time. The number of digits tells the unit: from 1973 to 2286 seconds have 9 or 10.
fn unix(text: &str) -> Option<i64> {
    if text.contains('E') {
        return unix_scientific(text);
    }
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

/// `1.71052813E9`, as programs write a float, with all its digits. A spreadsheet writes
/// `1.71E+09` and has rounded: that is no moment.
fn unix_scientific(text: &str) -> Option<i64> {
    let (mantissa, exponent) = text.split_once('E')?;
    let to_micros = match exponent {
        "9" => 1e6,
        "12" => 1e3,
        "15" => 1.0,
        _ => return None,
    };
    // Rust reads `inf` and signs as numbers.
    if !mantissa.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    Some((text.parse::<f64>().ok()? * to_micros).round() as i64)
}

fn iso(text: &str) -> Option<i64> {
    if !text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    // `2015/02/24` is ISO 8601 in all but the separator.
    let dashed;
    let text = match text.as_bytes() {
        [_, _, _, _, b'/', ..] => {
            dashed = text.replacen('/', "-", 2);
            &dashed
        }
        _ => text,
    };
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(moment.as_microsecond());
    }
    // Jiff ignores an offset here, but it was read above if it is one.
    let moment = text
        .parse::<DateTime>()
        .or_else(|_| DateTime::strptime("%Y%m%d%H%M%S", text))
        .ok()?;
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
            "15-Mar-24 06:42PM",
            "15-Mar-24",
            "15 Mar 24",
            "Mar 15, 24",
            "Thu, 14 Mar 24 18:42:10 +0000",
            "2024-Mar-15",
            "2024-03-15 18:42 +0000",
            "Fri, Mar 15, 2024",
            "Mar 15, 2024, 6:42:10 PM",
            "Mar 15, 2024, 6:42:10\u{202f}PM",
            "2024-03-15 06:42:10 PM",
            "Fri Mar 15 2024 18:42:10 GMT+0000 (Coordinated Universal Time)",
            "Fri Mar 15 2024 18:42:10 GMT+0530 (India Standard Time)",
            "Fri, 15 Mar 2024 18:42:10 -0700 (PDT)",
            "2024-03-15 18:42:10 (PDT)",
            "Mon Apr 06 22:19:45 PDT 2009",
            "2024-03-15 18:42:10 +05:30",
            "March 15, 2024 at 6:42 PM",
            "Mar 15, 2024 · 6:42 PM UTC",
            "15/Mar/2024",
            "15/Mar/2024 18:42:10+05:30",
            "15 Sept 2024 18:42",
            "2024-3-5 8:02",
            "2024-03-15, 18:42",
            "20240315184210",
            "1.71052813E9",
            "1.71052813E12",
            "1.71E+09",
            "03/15/2024 6:42 PM UTC",
            "15. 3. 2024",
            "2021-04-01 23:28:59 India Standard Time",
            "0024-03-15",
            "1970-01-01T00:00:00Z",
            "3/15/89",
            "20244-03-15",
            "Mar 24",
            "Mar 15 18:42",
            "Mar 15, 2024 6 Mar",
            "15 Mar 2024 18:42 19:42",
            "PM 15 Mar 2024",
            "42",
            "30/02/2015",
            "13/13/2015",
            "24/02/2015 25:00",
            "yesterday",
            "",
        ];
        let text: Vec<String> = cases
            .iter()
            .map(|case| format!("{case:<64} {}", shown(case)))
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
        fn seconds_survive_every_format(seconds in 631_152_000i64..4_102_444_800) {
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
