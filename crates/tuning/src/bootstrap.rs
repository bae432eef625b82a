//! How much a figure owes to the luck of which posts were labelled.

use rand_pcg::Pcg32;
use rand_pcg::rand_core::{Rng, SeedableRng};
use rayon::prelude::*;

/// Where the random numbers start, so that the same rows always give the same interval.
const SEED: u64 = 20_260_301;

/// The shares of resamples below the low and the high end.
const PERCENTILES: [f64; 2] = [0.025, 0.975];

/// The smallest share of resamples in which a figure must be measurable.
const MEASURABLE: f64 = 0.9;

/// A 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The 2.5th percentile.
    pub low: f64,
    /// The 97.5th percentile.
    pub high: f64,
}

/// The percentile bootstrap (Efron, Annals of Statistics 1979): draws as many rows as there are,
/// with replacement, again and again, and measures each draw.
///
/// The draws are the same for every measure, so that the difference of two measures, as one measure
/// of its own, has the interval of a paired comparison.
#[derive(Clone, Copy, Debug)]
pub struct Bootstrap {
    rows: usize,
    resamples: usize,
}

impl Bootstrap {
    /// Resamples `rows` rows, `resamples` times.
    pub fn new(rows: usize, resamples: usize) -> Self {
        Self { rows, resamples }
    }

    /// The interval of a figure. `measure` takes one weight for each row: the row's own weight times
    /// how often it was drawn.
    ///
    /// Draws in which `measure` gives `None` are left out. `None` when they are more than one in
    /// ten, for what can hardly be measured has no honest interval.
    ///
    /// # Panics
    ///
    /// When there are fewer weights than rows.
    pub fn interval(
        &self,
        weights: &[f64],
        measure: impl Fn(&[f64]) -> Option<f64> + Sync,
    ) -> Option<Interval> {
        let mut values: Vec<f64> = (0..self.resamples)
            .into_par_iter()
            .filter_map(|resample| measure(&self.draw(resample, weights)))
            .collect();
        if values.is_empty() || (values.len() as f64) < MEASURABLE * self.resamples as f64 {
            return None;
        }
        values.sort_by(f64::total_cmp);
        let [low, high] = PERCENTILES.map(|share| percentile(&values, share));
        Some(Interval { low, high })
    }

    /// The weights of one draw. Each has its own stream of random numbers, so that threads need not
    /// wait for one another.
    pub(crate) fn draw(&self, resample: usize, weights: &[f64]) -> Vec<f64> {
        let mut rng = Pcg32::seed_from_u64(SEED.wrapping_add(resample as u64));
        let mut drawn = vec![0.0; weights.len()];
        for _ in 0..self.rows {
            // As good as even while rows are far fewer than 2³².
            let row = (u64::from(rng.next_u32()) * self.rows as u64) >> 32;
            drawn[row as usize] += weights[row as usize];
        }
        drawn
    }
}

/// The value below which a share of the sorted values lies, between neighbours by distance.
fn percentile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let (low, high) = (
        sorted[place.floor() as usize],
        sorted[place.ceil() as usize],
    );
    low + (high - low) * place.fract()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean<'a>(values: &'a [f64]) -> impl Fn(&[f64]) -> Option<f64> + Sync + 'a {
        move |weights| {
            let sum: f64 = values.iter().zip(weights).map(|(v, w)| v * w).sum();
            Some(sum / weights.iter().sum::<f64>())
        }
    }

    #[test]
    fn a_mean_has_the_interval_of_the_textbook() {
        // 400 rows of which a fifth are 1: the standard error is √(0.2 · 0.8 / 400) = 0.02.
        let values: Vec<f64> = (0..400)
            .map(|row| f64::from(u8::from(row % 5 == 0)))
            .collect();
        let interval = Bootstrap::new(400, 2_000)
            .interval(&[1.0; 400], mean(&values))
            .unwrap();
        assert!(
            (interval.low - (0.2 - 1.96 * 0.02)).abs() < 0.005,
            "{interval:?}"
        );
        assert!(
            (interval.high - (0.2 + 1.96 * 0.02)).abs() < 0.005,
            "{interval:?}"
        );
    }

    #[test]
    fn draws_are_fair_and_always_the_same() {
        let bootstrap = Bootstrap::new(7, 10_000);
        let mut times = [0.0; 7];
        for resample in 0..10_000 {
            let drawn = bootstrap.draw(resample, &[1.0; 7]);
            assert_eq!(drawn.iter().sum::<f64>(), 7.0);
            for (times, drawn) in times.iter_mut().zip(drawn) {
                *times += drawn;
            }
        }
        for times in times {
            assert!((times / 10_000.0 - 1.0).abs() < 0.04, "{times}");
        }
        assert_eq!(bootstrap.draw(3, &[1.0; 7]), bootstrap.draw(3, &[1.0; 7]));
        assert_ne!(bootstrap.draw(3, &[1.0; 7]), bootstrap.draw(4, &[1.0; 7]));
    }

    #[test]
    fn a_difference_is_paired() {
        let values = [0.1, 0.9, 0.4, 0.6, 0.2];
        let shifted = values.map(|value| value + 0.05);
        let (before, after) = (mean(&values), mean(&shifted));
        let difference = |weights: &[f64]| Some(after(weights)? - before(weights)?);
        let interval = Bootstrap::new(5, 500)
            .interval(&[1.0; 5], difference)
            .unwrap();
        assert!((interval.low - 0.05).abs() < 1e-9 && (interval.high - 0.05).abs() < 1e-9);
    }

    #[test]
    fn weights_count() {
        let interval = Bootstrap::new(3, 500)
            .interval(&[0.0, 0.0, 2.0], |weights| Some(weights[0] + weights[1]));
        let none = Interval {
            low: 0.0,
            high: 0.0,
        };
        assert_eq!(interval, Some(none));
    }

    #[test]
    fn what_can_hardly_be_measured_has_no_interval() {
        // One row of 4 is missing from 32 % of the draws, four of 400 are all missing from 2 %.
        let of_one = |weights: &[f64]| (weights[0] > 0.0).then_some(1.0);
        assert_eq!(Bootstrap::new(4, 500).interval(&[1.0; 4], of_one), None);
        let of_four = |weights: &[f64]| (weights[..4].iter().sum::<f64>() > 0.0).then_some(1.0);
        assert!(
            Bootstrap::new(400, 500)
                .interval(&[1.0; 400], of_four)
                .is_some()
        );
        assert_eq!(Bootstrap::new(0, 500).interval(&[], |_| None), None);
        assert_eq!(
            Bootstrap::new(4, 0).interval(&[1.0; 4], |_| Some(1.0)),
            None
        );
    }
}
