//! Spikes in counts whose origin is known.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg32;

use super::*;

const DAYS: Season = Season {
    length: 7,
    seasons: 8,
    neighbours: 0,
};

const HOURS: Season = Season {
    length: 24,
    seasons: 7,
    neighbours: 1,
};

/// Values of `scipy.stats.nbinom.sf` 1.17.
#[test]
fn tails() {
    for (count, mean, variance, expected) in [
        (10, 4.0, 4.5, 0.012_543_425_7),
        (1, 0.05, 0.055, 0.046_537_410_8),
        (25, 10.0, 30.0, 0.016_100_465_2),
        (60, 10.0, 12.0, 9.157_684_61e-20),
        (3, 10.0, 12.0, 0.995_082_654),
        (1_200, 1_000.0, 1_062.5, 1.546_955_36e-9),
        (10_100, 10_000.0, 10_500.0, 0.165_742_519),
        (12_000, 10_000.0, 10_500.0, 7.654_942_74e-80),
        (100_000, 90_000.0, 9_000_000.0, 0.000_621_867_298),
    ] {
        let p_value = Expected { mean, variance }.p_value(count, 1.0);
        assert!(
            (p_value / expected - 1.0).abs() < 1e-4,
            "{count} of {mean}: {p_value:e}"
        );
    }
}

/// Knuth's way, which is fine for small means.
fn poisson(random: &mut Pcg32, mean: f64) -> u32 {
    let limit = (-mean).exp();
    let (mut count, mut product) = (0, random.random::<f64>());
    while product > limit {
        count += 1;
        product *= random.random::<f64>();
    }
    count
}

/// More on workdays.
fn by_weekday(day: usize) -> f64 {
    if day % 7 < 5 { 20.0 } else { 6.0 }
}

/// None at night.
fn by_hour(hour: usize) -> f64 {
    if hour % 24 < 7 { 0.2 } else { 9.0 }
}

#[test]
fn noise_is_no_spike() {
    let mut random = Pcg32::seed_from_u64(7);
    for (name, season, periods, mean) in [
        ("days", DAYS, 90, by_weekday as fn(usize) -> f64),
        ("two weeks", DAYS, 15, by_weekday),
        ("few", DAYS, 60, |_| 0.3),
        ("hours", HOURS, 168, by_hour),
        ("three days", HOURS, 70, by_hour),
        ("a day", HOURS, 24, by_hour),
    ] {
        let mut alarms = 0;
        for _ in 0..200 {
            let counts: Vec<u32> = (0..periods)
                .map(|place| poisson(&mut random, mean(place)))
                .collect();
            let found = spikes(&counts, season);
            alarms += usize::from(found.iter().any(|tested| tested.is_spike));
        }
        assert!(alarms <= 5, "{name}: {alarms} of 200 have a false alarm");
    }
}

/// Days that are lively or calm by a factor of their own: gamma with shape 4.
#[test]
fn bursts_are_noise_where_all_days_have_them() {
    let mut random = Pcg32::seed_from_u64(8);
    let mut alarms = 0;
    for _ in 0..200 {
        let counts: Vec<u32> = (0..90)
            .map(|_| {
                let gamma: f64 = (0..4).map(|_| -random.random::<f64>().ln() / 4.0).sum();
                poisson(&mut random, 20.0 * gamma)
            })
            .collect();
        let found = spikes(&counts, DAYS);
        alarms += usize::from(found.iter().any(|tested| tested.is_spike));
    }
    assert!(alarms <= 10, "{alarms} of 200 have a false alarm");
}

#[test]
fn outages_are_spikes() {
    let mut random = Pcg32::seed_from_u64(9);
    for (season, periods, mean, outage) in [
        (DAYS, 90, by_weekday as fn(usize) -> f64, 40..43),
        (DAYS, 28, by_weekday, 9..10),
        (HOURS, 168, by_hour, 60..64),
    ] {
        let counts: Vec<u32> = (0..periods)
            .map(|place| {
                let factor = if outage.contains(&place) { 5.0 } else { 1.0 };
                poisson(&mut random, mean(place) * factor)
            })
            .collect();
        let found = spikes(&counts, season);
        let found: Vec<usize> = (0..periods)
            .filter(|place| found[*place].is_spike)
            .collect();
        assert_eq!(found, outage.collect::<Vec<_>>());
    }
}

#[test]
fn few_periods_and_few_posts_raise_no_alarm() {
    for counts in [
        vec![],
        vec![0, 500],
        [[1; 12].as_slice(), &[90]].concat(),
        [[0; 20].as_slice(), &[4], &[0; 20]].concat(),
    ] {
        let found = spikes(&counts, DAYS);
        assert!(!found.iter().any(|tested| tested.is_spike), "{counts:?}");
    }
    let rare = [[0; 20].as_slice(), &[5], &[0; 20]].concat();
    assert!(spikes(&rare, DAYS)[20].is_spike);
}
