//! Waits: skewed, with ties, and better told by their middle than by their mean.

use super::{Z, proportion::Interval, two_sided};

/// How long one post waited.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Wait {
    pub(crate) stratum: u32,
    /// Whether it is of the second group.
    pub(crate) in_second: bool,
    pub(crate) minutes: f64,
}

/// A 95 % interval of the median, from order statistics: it rests on nothing but that values are
/// independent (Conover, Practical Nonparametric Statistics, 1999, section 3.2). The order of the
/// values changes. `None` for fewer than six, which have no such interval.
pub(crate) fn median_interval(values: &mut [f64]) -> Option<Interval> {
    let from_end = place(values.len())?;
    let mut nth = |place: usize| {
        let (_, value, _) = values.select_nth_unstable_by(place, f64::total_cmp);
        *value
    };
    let low = nth(from_end - 1);
    let last = values.len() - from_end;
    let (_, high, _) = values.select_nth_unstable_by(last, f64::total_cmp);
    Some(Interval { low, high: *high })
}

/// The largest place, counted from 1, that at most a fortieth of all samples has its median below;
/// above a thousand values by the normal approximation, rounded to the safe side.
fn place(values: usize) -> Option<usize> {
    if values > 1_000 {
        let n = values as f64;
        return Some((0.5 * (n - Z * n.sqrt())) as usize);
    }
    let mut chance = 0.5_f64.powi(values as i32);
    let mut below = chance;
    let mut place = 0;
    while below <= 0.025 && place < values {
        chance *= (values - place) as f64 / (place + 1) as f64;
        below += chance;
        place += 1;
    }
    (place > 0).then_some(place)
}

/// What [`van_elteren`] tells.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct LongerWait {
    /// Of the normal distribution; above 0 where the second group waits longer.
    pub(crate) deviate: f64,
    pub(crate) p_value: f64,
    /// How many waits of each group lie in strata that have both.
    pub(crate) compared: [u64; 2],
}

/// Whether the second group waits longer within strata: van Elteren's test (Bulletin of the
/// International Statistical Institute 1960), which adds Wilcoxon's rank sums of the strata with the
/// weights 1 / (N + 1), corrected for ties. The order of the waits changes. `None` where no stratum has
/// both groups, or all of its waits are the same.
pub(crate) fn van_elteren(waits: &mut [Wait]) -> Option<LongerWait> {
    waits
        .sort_unstable_by(|a, b| (a.stratum.cmp(&b.stratum)).then(a.minutes.total_cmp(&b.minutes)));
    let (mut excess, mut variance) = (0.0, 0.0);
    let mut compared = [0; 2];
    for stratum in waits.chunk_by(|a, b| a.stratum == b.stratum) {
        let n = stratum.len() as f64;
        let in_second = stratum.iter().filter(|wait| wait.in_second).count();
        if in_second == 0 || in_second == stratum.len() {
            continue;
        }
        compared[0] += (stratum.len() - in_second) as u64;
        compared[1] += in_second as u64;
        let second = in_second as f64;
        let (mut ranks, mut ties, mut before) = (0.0, 0.0, 0.0);
        for tied in stratum.chunk_by(|a, b| a.minutes == b.minutes) {
            let t = tied.len() as f64;
            let of_second = tied.iter().filter(|wait| wait.in_second).count() as f64;
            ranks += of_second * (before + (t + 1.0) / 2.0);
            ties += t * t * t - t;
            before += t;
        }
        let weight = 1.0 / (n + 1.0);
        excess += weight * (ranks - second * (n + 1.0) / 2.0);
        variance +=
            weight * weight * second * (n - second) / 12.0 * (n + 1.0 - ties / (n * (n - 1.0)));
    }
    (variance > 0.0).then(|| {
        let deviate = excess / variance.sqrt();
        LongerWait {
            deviate,
            p_value: two_sided(deviate),
            compared,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Exact places up to 1,000 from `scipy.stats.binom.cdf` 1.17, above it at most one less.
    #[test]
    fn places_of_the_median() {
        for (values, expected) in [
            (0, None),
            (5, None),
            (6, Some(1)),
            (10, Some(2)),
            (20, Some(6)),
            (101, Some(41)),
            (1_000, Some(469)),
            (1_001, Some(469)),
            (5_000, Some(2_430)),
        ] {
            assert_eq!(place(values), expected, "{values}");
        }
        let mut values: Vec<f64> = (1..=20).rev().map(f64::from).collect();
        let interval = median_interval(&mut values).unwrap();
        assert_eq!((interval.low, interval.high), (6.0, 15.0));
    }

    fn waits(stratum: u32, second: &[f64], first: &[f64]) -> Vec<Wait> {
        let of = |minutes: &[f64], in_second| -> Vec<Wait> {
            let wait = |&minutes| Wait {
                stratum,
                in_second,
                minutes,
            };
            minutes.iter().map(wait).collect()
        };
        [of(second, true), of(first, false)].concat()
    }

    /// One stratum: `scipy.stats.mannwhitneyu(…, use_continuity=False, method="asymptotic")` 1.17;
    /// two: in Python from the sums of `scipy.stats.rankdata`.
    #[test]
    fn ranks_within_strata() {
        let mut one = waits(
            0,
            &[1.0, 2.0, 2.0, 5.0, 9.0, 11.0, 30.0],
            &[2.0, 4.0, 8.0, 10.0, 12.0, 40.0, 55.0, 60.0],
        );
        let mut two = one.clone();
        two.extend(waits(7, &[3.0, 1.0, 4.0], &[1.0, 5.0, 9.0, 2.0, 6.0]));
        two.extend(waits(8, &[3.0, 1.0], &[]));
        let LongerWait { p_value, .. } = van_elteren(&mut one).unwrap();
        assert!((p_value - 0.131_079_232).abs() < 1e-9, "{p_value}");
        let test = van_elteren(&mut two).unwrap();
        let (z, p_value) = (test.deviate, test.p_value);
        // The third stratum has waits of one group only.
        assert_eq!(test.compared, [13, 10]);
        assert!((z + 1.753_879_252).abs() < 1e-9, "{z}");
        assert!((p_value - 0.079_451_199).abs() < 1e-9, "{p_value}");
        assert_eq!(van_elteren(&mut waits(0, &[1.0], &[])), None);
        assert_eq!(van_elteren(&mut waits(0, &[1.0], &[1.0])), None);
    }
}
