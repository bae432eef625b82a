//! Values as people read them.

use jiff::{Timestamp, tz::TimeZone};

/// Stands where there is no value.
pub(super) const MISSING: &str = "–";

/// A share of 1 in per cent. What is neither nothing nor all is not shown as such.
pub(super) fn percent(share: f64) -> String {
    match 100.0 * share {
        tiny if tiny > 0.0 && tiny < 1.0 => "< 1 %".to_owned(),
        nearly if nearly < 100.0 && nearly > 99.0 => "> 99 %".to_owned(),
        percent => format!("{percent:.0} %"),
    }
}

/// A share in per cent, or a dash.
pub(super) fn share(share: Option<f32>) -> String {
    share.map_or_else(|| MISSING.to_owned(), |share| percent(share.into()))
}

/// A number of minutes in the two largest units that it fills: `45 min`, `3 h 20 min`, `2 d 4 h`.
pub(super) fn duration(minutes: f64) -> String {
    const HOUR: f64 = 60.0;
    const DAY: f64 = 24.0 * HOUR;
    let parts = |large: f64, large_unit, small: f64, small_unit| match small {
        0.0 => format!("{large} {large_unit}"),
        small => format!("{large} {large_unit} {small} {small_unit}"),
    };
    // A computed 59.999999 is an hour.
    let whole = (minutes.max(0.0) + 1e-6).floor();
    if minutes > 0.0 && minutes < 1.0 {
        "< 1 min".to_owned()
    } else if whole < HOUR {
        format!("{whole} min")
    } else if whole < DAY {
        parts((whole / HOUR).floor(), "h", whole % HOUR, "min")
    } else {
        let hours = (whole % DAY / HOUR).floor();
        parts((whole / DAY).floor(), "d", hours, "h")
    }
}

/// A duration, or a dash.
pub(super) fn known_duration(minutes: Option<f64>) -> String {
    minutes.map_or_else(|| MISSING.to_owned(), duration)
}

/// A moment on the clocks of a zone, to the minute.
pub(super) fn moment(moment: Timestamp, zone: &TimeZone) -> String {
    moment
        .to_zoned(zone.clone())
        .strftime("%Y-%m-%d %H:%M")
        .to_string()
}

/// The name of a zone.
pub(super) fn zone_name(zone: &TimeZone) -> String {
    zone.iana_name().unwrap_or("local time").to_owned()
}

/// A number with this many decimals at most, so that a page holds no digits that nobody reads.
pub(super) fn rounded(value: f64, decimals: i32) -> f64 {
    let scale = 10_f64.powi(decimals);
    (value * scale).round() / scale
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares() {
        let cases = [
            (0.0, "0 %"),
            (0.004, "< 1 %"),
            (0.415, "42 %"),
            (0.995, "> 99 %"),
            (1.0, "100 %"),
        ];
        for (share, expected) in cases {
            assert_eq!(percent(share), expected);
        }
        assert_eq!(share(None), MISSING);
    }

    #[test]
    fn durations() {
        let cases = [
            (0.0, "0 min"),
            (0.4, "< 1 min"),
            (59.9, "59 min"),
            (60.0, "1 h"),
            (1_341.999_999_999_999_8, "22 h 22 min"),
            (200.0, "3 h 20 min"),
            (1_440.0, "1 d"),
            (3_200.0, "2 d 5 h"),
        ];
        for (minutes, expected) in cases {
            assert_eq!(duration(minutes), expected);
        }
    }
}
