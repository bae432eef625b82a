//! Which periods have more posts than others would lead to expect.
//!
//! A period is compared with those like it: the same weekday in the eight weeks before and after,
//! or the same hour on the other days; where there are fewer than four of those, with their neighbours
//! as well (hours only), else with all others as near. With the sum S of m such periods, their mean is (S + ½) / m, where the half is
//! that of Jeffreys' prior. If counts were Poisson, the count of the period would follow a negative
//! binomial distribution of this mean µ and the variance µ (1 + 1/m), which knows that few periods tell
//! little (the posterior predictive distribution; Gelman and others, Bayesian Data Analysis, 2013,
//! section 2.6). Posts come in bursts, so the variance is φ times as large, as in the
//! quasi-Poisson models of outbreak detection (Farrington and others, Journal of the Royal
//! Statistical Society A 1996; Noufaily and others, Statistics in Medicine 2013): φ is at least 1, and such that
//! nine in ten of all periods' deviations are as near to 0 as those of a normal distribution. So
//! nearly a tenth of the periods may be spikes without hiding one another.
//!
//! The p-value is the chance of as many posts or more. All periods are tested twice: the second time
//! those found at first are left out of what others are compared with, as the first and the last
//! period always are, which can be cut short.

use statrs::function::beta::checked_beta_reg;

use crate::{quantile::quantile, statistics::adjusted};

/// In fewer periods there are no spikes.
const MIN_PERIODS: usize = 14;

/// Fewer than these of the same hour or weekday are not compared with.
const MIN_ALIKE: usize = 4;

/// Fewer than these of any kind neither.
const MIN_OTHERS: usize = 12;

/// The share of false ones among all spikes, on average: a day on which a team looks for a cause in
/// vain costs more than one that shows in the chart and has no flag.
const FALSE_SHARE: f64 = 0.01;

/// Fewer posts than these are no spike, however rare they are.
const MIN_POSTS: u32 = 5;

/// Nor are they when this many times the expected number is more than they are.
const MIN_RATIO: f64 = 1.5;

/// The 95th percentile of the normal distribution: nine in ten deviations are between it and its
/// negative.
const Z_90: f64 = 1.644_853_626_951_472_7;

/// Which periods are alike.
#[derive(Clone, Copy, Debug)]
pub(super) struct Season {
    /// So many periods on, one is like this one: 24 hours, 7 days.
    pub(super) length: usize,
    /// How many seasons on either side count.
    pub(super) seasons: usize,
    /// How many periods on either side of those that are alike count as well, where those are few.
    pub(super) neighbours: usize,
}

/// What is known of a period's count.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Tested {
    /// What others lead to expect; missing, as the p-value, where there is too little to compare with.
    pub(super) expected: Option<f64>,
    /// The chance of as many posts or more.
    pub(super) p_value: Option<f64>,
    /// Whether the count is beyond chance, with at most one in a hundred such flags wrong on
    /// average, and worth a look.
    pub(super) is_spike: bool,
}

/// Tests the count of each period.
pub(super) fn spikes(counts: &[u32], season: Season) -> Vec<Tested> {
    let first = test(counts, season, &vec![Tested::default(); counts.len()]);
    test(counts, season, &first)
}

/// One pass, without comparing with what is a spike already.
fn test(counts: &[u32], season: Season, known: &[Tested]) -> Vec<Tested> {
    if counts.len() < MIN_PERIODS {
        return known.to_vec();
    }
    let usual = |place: usize| -> Option<u32> {
        let is_whole = place > 0 && place + 1 < counts.len();
        let is_spike = known.get(place).is_none_or(|known| known.is_spike);
        counts.get(place).copied().filter(|_| is_whole && !is_spike)
    };
    let expected: Vec<Option<Expected>> = (0..counts.len())
        .map(|place| Expected::new(place, season, usual))
        .collect();
    let mut deviations: Vec<f64> = (0..counts.len())
        .zip(&expected)
        .filter_map(|(place, expected)| Some(expected.as_ref()?.deviation(usual(place)?).abs()))
        .collect();
    let spread = quantile(&mut deviations, 0.9).unwrap_or(0.0) / Z_90;
    let dispersion = (spread * spread).max(1.0);
    let p_values: Vec<Option<f64>> = expected
        .iter()
        .zip(counts)
        .map(|(expected, count)| Some(expected.as_ref()?.p_value(*count, dispersion)))
        .collect();
    let known: Vec<f64> = p_values.iter().copied().flatten().collect();
    let mut adjusted = adjusted(&known).into_iter();
    let tests = expected.iter().zip(&p_values).zip(counts);
    tests
        .map(|((expected, p_value), count)| {
            let mean = expected.as_ref().map(|expected| expected.mean);
            let adjusted = p_value.and_then(|_| adjusted.next());
            let is_large = mean.is_some_and(|mean| f64::from(*count) >= MIN_RATIO * mean);
            Tested {
                expected: mean,
                p_value: *p_value,
                is_spike: adjusted.is_some_and(|adjusted| adjusted <= FALSE_SHARE)
                    && *count >= MIN_POSTS
                    && is_large,
            }
        })
        .collect()
}

/// What other periods lead to expect of one.
struct Expected {
    mean: f64,
    /// Of a count that is Poisson.
    variance: f64,
}

impl Expected {
    fn new(place: usize, season: Season, usual: impl Fn(usize) -> Option<u32>) -> Option<Self> {
        let reach = season.length * season.seasons;
        let all =
            place.saturating_sub(reach + season.neighbours)..=place + reach + season.neighbours;
        let compared = |is_compared: &dyn Fn(usize) -> bool, wanted: usize| {
            let others = all.clone().filter(|other| *other != place);
            let counts = others.filter(|other| is_compared(other.abs_diff(place)));
            let counts: Vec<u32> = counts.filter_map(&usual).collect();
            (counts.len() >= wanted).then_some(counts)
        };
        let is_alike = |apart: usize, neighbours: usize| {
            let off = apart % season.length;
            apart > neighbours && off.min(season.length - off) <= neighbours
        };
        let compared = compared(&|apart| is_alike(apart, 0), MIN_ALIKE)
            .or_else(|| compared(&|apart| is_alike(apart, season.neighbours), MIN_ALIKE))
            .or_else(|| compared(&|_| true, MIN_OTHERS))?;
        let periods = compared.len() as f64;
        let sum: f64 = compared.into_iter().map(f64::from).sum();
        let mean = (sum + 0.5) / periods;
        Some(Self {
            mean,
            variance: mean * (1.0 + 1.0 / periods),
        })
    }

    fn deviation(&self, count: u32) -> f64 {
        (f64::from(count) - self.mean) / self.variance.sqrt()
    }

    /// The chance of as many posts or more: a tail of the negative binomial distribution is an
    /// incomplete beta function (Johnson, Kemp and Kotz, Univariate Discrete Distributions, 2005,
    /// section 5.6).
    fn p_value(&self, count: u32, dispersion: f64) -> f64 {
        if count == 0 {
            return 1.0;
        }
        // The variance is larger than the mean, for the dispersion is 1 or more.
        let share = self.mean / (dispersion * self.variance);
        let size = self.mean * share / (1.0 - share);
        let tail = checked_beta_reg(f64::from(count), size, 1.0 - share);
        tail.map_or(1.0, |tail| tail.clamp(0.0, 1.0))
    }
}

#[cfg(test)]
mod tests;
