//! Shares of posts.

use super::{Z, two_sided};

/// A 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Interval {
    pub(crate) low: f64,
    pub(crate) high: f64,
}

/// So many posts of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Proportion {
    pub(crate) hits: u64,
    pub(crate) posts: u64,
}

impl Proportion {
    pub(crate) fn add(&mut self, hit: bool) {
        self.hits += u64::from(hit);
        self.posts += 1;
    }

    /// The share, from 0 to 1.
    pub(crate) fn share(self) -> Option<f64> {
        (self.posts > 0).then(|| self.hits as f64 / self.posts as f64)
    }

    /// Wilson's score interval (Wilson, Journal of the American Statistical Association 1927), which
    /// holds what it says for small numbers and shares near 0 and 1, too (Brown, Cai and DasGupta,
    /// Statistical Science 2001).
    pub(crate) fn interval(self) -> Option<Interval> {
        let share = self.share()?;
        let n = self.posts as f64;
        let z2 = Z * Z;
        let centre = share + z2 / (2.0 * n);
        let half = Z * (share * (1.0 - share) / n + z2 / (4.0 * n * n)).sqrt();
        let scale = 1.0 + z2 / n;
        // Rounding must not leave the share of all or of none outside.
        Some(Interval {
            low: ((centre - half) / scale).clamp(0.0, share),
            high: ((centre + half) / scale).clamp(share, 1.0),
        })
    }

    /// The share of the second group less that of the first, with the hybrid score interval of
    /// Newcombe (method 10; Statistics in Medicine 1998, 17:873–890) and the p-value of the score
    /// test with a pooled variance, which is the chi-squared test. `None` where a group is empty.
    pub(crate) fn difference(self, second: Self) -> Option<Difference> {
        let (a, b) = (second.share()?, self.share()?);
        let (of_a, of_b) = (second.interval()?, self.interval()?);
        let difference = a - b;
        let (n_a, n_b) = (second.posts as f64, self.posts as f64);
        let pooled = (second.hits + self.hits) as f64 / (n_a + n_b);
        let deviation = (pooled * (1.0 - pooled) * (1.0 / n_a + 1.0 / n_b)).sqrt();
        Some(Difference {
            first: b,
            second: a,
            interval: Interval {
                low: difference - (a - of_a.low).hypot(of_b.high - b),
                high: difference + (of_a.high - a).hypot(b - of_b.low),
            },
            // All or none in both groups.
            p_value: if deviation > 0.0 {
                two_sided(difference / deviation)
            } else {
                1.0
            },
        })
    }
}

/// How the shares of two groups differ.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Difference {
    pub(crate) first: f64,
    pub(crate) second: f64,
    /// Of [`difference`](Self::difference).
    pub(crate) interval: Interval,
    pub(crate) p_value: f64,
}

impl Difference {
    /// The second share less the first.
    pub(crate) fn difference(&self) -> f64 {
        self.second - self.first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(hits: u64, posts: u64) -> Proportion {
        Proportion { hits, posts }
    }

    /// The second and third are examples of Newcombe (Statistics in Medicine 1998, 17:857–872), all
    /// values those of `proportion_confint(…, method="wilson")` of statsmodels 0.15.
    #[test]
    fn wilson() {
        for (found, low, high) in [
            (of(0, 10), 0.0, 0.277_533),
            (of(81, 263), 0.255_289, 0.366_210),
            (of(15, 148), 0.062_386, 0.160_487),
            (of(1, 29), 0.006_113, 0.171_755),
            (of(30, 30), 0.886_487, 1.0),
        ] {
            let interval = found.interval().unwrap();
            assert!((interval.low - low).abs() < 1e-6, "{found:?} {interval:?}");
            assert!(
                (interval.high - high).abs() < 1e-6,
                "{found:?} {interval:?}"
            );
        }
        assert_eq!(of(0, 0).interval(), None);
    }

    /// Examples of Newcombe (Statistics in Medicine 1998, 17:873–890); p-values of
    /// `proportions_ztest` of statsmodels 0.15.
    #[test]
    fn newcombe() {
        for (second, first, low, high, p_value) in [
            (of(56, 70), of(48, 80), 0.052_431, 0.333_873, 0.008_045_08),
            (of(9, 10), of(3, 10), 0.170_523, 0.809_018, 0.006_169_90),
            (of(0, 10), of(0, 20), -0.161_125, 0.277_533, 1.0),
            (of(10, 10), of(0, 20), 0.679_086, 1.0, 4.320_46e-8),
        ] {
            let found = first.difference(second).unwrap();
            assert!((found.interval.low - low).abs() < 1e-6, "{found:?}");
            assert!((found.interval.high - high).abs() < 1e-6, "{found:?}");
            assert!((found.p_value / p_value - 1.0).abs() < 1e-5, "{found:?}");
        }
        assert_eq!(of(0, 0).difference(of(1, 2)), None);
    }
}
