use jiff::civil::Weekday;
use proptest::prelude::*;

use super::*;

const MINUTE: i64 = 60_000_000;

fn office(zone: &str, holidays: &[&str]) -> Calendar {
    let hours: DayHours = "09:00-17:30".parse().unwrap();
    let saturday = "10:00-12:00".parse().unwrap();
    let week = [
        Some(hours),
        Some(hours),
        Some(hours),
        Some(hours),
        Some(hours),
        Some(saturday),
        None,
    ];
    let holidays = holidays.iter().map(|date| date.parse().unwrap());
    Calendar {
        time_zone: time_zone(zone).unwrap(),
        business_hours: Some(BusinessHours::new(week, holidays)),
    }
}

fn at(text: &str) -> i64 {
    text.parse::<Timestamp>().unwrap().as_microsecond()
}

#[test]
fn open_minutes_of_known_waits() {
    let office = office("Europe/London", &["2026-12-25"]);
    let cases = [
        // Within a day, overnight, over a weekend, over Christmas; 4 March 2026 is a Wednesday.
        ("2026-03-04T10:00:00Z", "2026-03-04T10:45:00Z", 45.0),
        ("2026-03-04T17:00:00Z", "2026-03-05T09:10:00Z", 40.0),
        ("2026-03-06T17:00:00Z", "2026-03-09T09:01:00Z", 151.0),
        ("2026-12-24T17:00:00Z", "2026-12-26T11:00:00Z", 90.0),
        ("2026-03-08T00:00:00Z", "2026-03-08T23:00:00Z", 0.0),
        ("2026-03-04T10:00:00Z", "2026-03-04T10:00:30Z", 0.5),
        // In summer London is an hour ahead of UTC.
        ("2026-07-01T08:00:00Z", "2026-07-01T09:00:00Z", 60.0),
        ("2026-07-01T16:30:00Z", "2026-07-01T17:30:00Z", 0.0),
    ];
    for (start, end, expected) in cases {
        let found = office.open_minutes(at(start), at(end));
        assert_eq!(found, Some(expected), "{start} to {end}");
    }
    let (start, end) = (at("2026-03-04T10:00:00Z"), at("2026-03-04T09:00:00Z"));
    assert_eq!(office.open_minutes(start, end), None);
    assert_eq!(office.open_minutes(start, i64::MAX), None);
    assert_eq!(Calendar::default().open_minutes(end, start), None);
}

#[test]
fn the_day_on_which_clocks_change_has_23_or_25_hours() {
    let whole: DayHours = "00:00-24:00".parse().unwrap();
    let always = Calendar {
        business_hours: Some(BusinessHours::new([Some(whole); 7], [])),
        ..office("Europe/London", &[])
    };
    let cases = [
        ("2026-03-29T00:00:00Z", "2026-03-29T23:00:00Z", 23.0),
        ("2026-10-24T23:00:00Z", "2026-10-26T00:00:00Z", 25.0),
        ("1990-01-01T00:00:00Z", "2024-01-01T00:00:00Z", 298_032.0),
    ];
    for (start, end, hours) in cases {
        let found = always.open_minutes(at(start), at(end));
        assert_eq!(found, Some(60.0 * hours), "{start} to {end}");
    }
}

#[test]
fn hours_as_they_are_written() {
    for text in ["09:00-17:30", "00:00-24:00", "23:59-24:00"] {
        assert_eq!(text.parse::<DayHours>().unwrap().to_string(), text);
    }
    let spaced = " 08:05 - 12:00 ".parse::<DayHours>().unwrap();
    assert_eq!(spaced.to_string(), "08:05-12:00");
    let bad = [
        "",
        "9-17",
        "9:00-17:00",
        "09:00",
        "09:00-17:3a",
        "+9:00-17:00",
        "25:00-26:00",
        "09:00-24:01",
        "09:60-17:00",
        "17:00-09:00",
        "09:00-09:00",
    ];
    let found = bad.map(|text| {
        let error = text.parse::<DayHours>().unwrap_err();
        format!("{text:?} {error}")
    });
    insta::assert_snapshot!(found.join("\n"));
}

#[test]
fn hours_can_be_read_back() {
    let hours = office("UTC", &["2026-12-25", "2026-12-26"])
        .business_hours
        .unwrap();
    assert_eq!(
        hours.on(Weekday::Saturday).unwrap().to_string(),
        "10:00-12:00"
    );
    assert_eq!(hours.on(Weekday::Sunday), None);
    let holidays: Vec<String> = hours.holidays().map(|date| date.to_string()).collect();
    assert_eq!(holidays, ["2026-12-25", "2026-12-26"]);
}

#[test]
fn zones_are_found_by_name() {
    assert!(time_zone("Europe/London").is_some());
    assert!(time_zone("Europe/Londn").is_none());
    assert!(time_zone_names().any(|name| name == "America/New_York"));
}

/// Counts the minutes one by one, as the wall clock shows them.
fn counted(calendar: &Calendar, start: i64, minutes: i64) -> f64 {
    let hours = calendar.business_hours.as_ref().unwrap();
    let holidays: Vec<Date> = hours.holidays().collect();
    let is_open = |minute: &i64| {
        let moment = Timestamp::from_microsecond(start + minute * MINUTE).unwrap();
        let shown = moment.to_zoned(calendar.time_zone.clone());
        let time = shown.strftime("%H:%M").to_string();
        let day = hours.on(shown.weekday()).map(|day| day.to_string());
        let day = day.filter(|_| !holidays.contains(&shown.date()));
        day.is_some_and(|day| {
            let (open, close) = day.split_once('-').unwrap();
            (open..close).contains(&time.as_str())
        })
    };
    (0..minutes).filter(is_open).count() as f64
}

fn day_hours() -> impl Strategy<Value = Option<DayHours>> {
    let times = (0..=1440_u32, 0..=1440_u32).prop_map(|(a, b)| {
        let shown = |time: u32| format!("{:02}:{:02}", time / 60, time % 60);
        let text = format!("{}-{}", shown(a.min(b)), shown(a.max(b)));
        // None where both are the same.
        text.parse().ok()
    });
    prop_oneof![1 => Just(None), 4 => times]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn open_minutes_are_those_that_a_clock_shows(
        // Half an hour of summer time, midnight that is left out, a day that is left out, and others.
        zone in prop::sample::select(vec![
            "UTC", "Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu",
            "America/Asuncion", "Pacific/Apia", "Africa/Casablanca",
        ]),
        week in prop::array::uniform7(day_hours()),
        near in prop::sample::select(vec![
            "1969-12-28", "2011-12-29", "2020-02-28", "2024-03-29", "2024-10-02", "2024-10-26", "2024-11-02",
        ]),
        offset in -3_000..3_000_i64,
        minutes in 0..12_000_i64,
        free in prop::collection::vec(0..10_i32, 0..3),
    ) {
        let near: Date = near.parse().unwrap();
        let holidays = free.iter().map(|days| near + jiff::Span::new().days(*days));
        let calendar = Calendar {
            time_zone: time_zone(zone).unwrap(),
            business_hours: Some(BusinessHours::new(week, holidays)),
        };
        let midnight = near.to_zoned(TimeZone::UTC).unwrap().timestamp().as_microsecond();
        let start = midnight + offset * MINUTE;
        let found = calendar.open_minutes(start, start + minutes * MINUTE);
        prop_assert_eq!(found, Some(counted(&calendar, start, minutes)));
    }

    #[test]
    fn a_wait_is_the_sum_of_its_parts(
        moments in prop::array::uniform3(-4_000_000_000_000_000..4_000_000_000_000_000_i64),
        week in prop::array::uniform7(day_hours()),
    ) {
        let mut moments = moments;
        moments.sort_unstable();
        let [a, b, c] = moments;
        let calendar = Calendar {
            business_hours: Some(BusinessHours::new(week, [])),
            ..office("Europe/London", &[])
        };
        let open = |from, to| calendar.open_minutes(from, to).unwrap();
        prop_assert!((open(a, b) + open(b, c) - open(a, c)).abs() < 1e-3);
        prop_assert!(open(a, b) >= 0.0 && open(a, c) <= (c - a) as f64 / 6e7 + 1e-3);
    }
}
