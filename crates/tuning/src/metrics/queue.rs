//! Whether what presses comes first in a queue.

use std::cmp::Reverse;

/// Rows in the order in which people work through them.
///
/// A row of weight w takes w places. A place that a limit cuts through counts in part.
#[derive(Clone, Debug)]
pub struct Queue {
    order: Vec<usize>,
}

impl Queue {
    /// Takes the rows, the first to answer first.
    pub fn new(order: Vec<usize>) -> Self {
        Self { order }
    }

    /// Normalised discounted cumulative gain of the first `places` (Järvelin and Kekäläinen, ACM
    /// TOIS 2002): the gain 2^level − 1 of each post, divided by log₂(place + 1), against the best
    /// order there is. 1 is perfect. `None` where no post has a level above 0.
    pub fn ndcg(&self, levels: &[u8], weights: &[f64], places: usize) -> Option<f64> {
        let discounts = Discounts::new(places);
        let gain = |order: &[usize]| -> f64 {
            let mut before = 0.0;
            let gains = order.iter().map(|&row| {
                let after = before + weights[row];
                let discount = discounts.up_to(after) - discounts.up_to(before);
                before = after;
                (2_f64.powi(i32::from(levels[row])) - 1.0) * discount
            });
            gains.sum()
        };
        let mut best = self.order.clone();
        best.sort_by_key(|row| Reverse(levels[*row]));
        let ideal = gain(&best);
        (ideal > 0.0).then(|| gain(&self.order) / ideal)
    }

    /// The share of the true rows that stand in the first `places`. `None` without true rows.
    pub fn recall(&self, truth: &[bool], weights: &[f64], places: usize) -> Option<f64> {
        let places = places as f64;
        let (mut before, mut found, mut total) = (0.0, 0.0, 0.0);
        for &row in &self.order {
            if truth[row] {
                found += weights[row].min((places - before).max(0.0));
                total += weights[row];
            }
            before += weights[row];
        }
        (total > 0.0).then(|| found / total)
    }

    /// The share of the true rows that are found after each row, as (share of the queue read, share
    /// found). Empty without true rows.
    pub fn gains(&self, truth: &[bool], weights: &[f64]) -> Vec<(f64, f64)> {
        let all: f64 = self.order.iter().map(|&row| weights[row]).sum();
        let of_true = self.order.iter().filter(|row| truth[**row]);
        let total: f64 = of_true.map(|&row| weights[row]).sum();
        if total <= 0.0 {
            return Vec::new();
        }
        let (mut read, mut found) = (0.0, 0.0);
        self.order
            .iter()
            .map(|&row| {
                read += weights[row];
                found += if truth[row] { weights[row] } else { 0.0 };
                (read / all, found / total)
            })
            .collect()
    }
}

/// What a place is worth: 1 / log₂(place + 1), summed over the first places.
struct Discounts {
    /// Element n is the sum over the first n places.
    sums: Vec<f64>,
}

impl Discounts {
    fn new(places: usize) -> Self {
        let mut sums = Vec::with_capacity(places + 1);
        let mut sum = 0.0;
        sums.push(sum);
        for place in 1..=places {
            sum += 1.0 / ((place + 1) as f64).log2();
            sums.push(sum);
        }
        Self { sums }
    }

    /// The sum over the first places, the last of which may count in part.
    fn up_to(&self, places: f64) -> f64 {
        let last = self.sums.len() - 1;
        let whole = (places as usize).min(last);
        let part = (places - whole as f64).min(1.0);
        self.sums[whole] + part * (self.sums[(whole + 1).min(last)] - self.sums[whole])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEVELS: [u8; 10] = [0, 0, 0, 0, 1, 1, 2, 2, 3, 3];
    const ORDER: [usize; 10] = [8, 3, 6, 9, 1, 0, 7, 2, 4, 5];

    fn queue() -> Queue {
        Queue::new(ORDER.to_vec())
    }

    #[track_caller]
    fn assert_near(found: Option<f64>, expected: f64) {
        let found = found.expect("measurable");
        assert!((found - expected).abs() < 1e-9, "{found} is not {expected}");
    }

    #[test]
    fn ndcg_as_scikit_learn_computes_it() {
        let as_given = Queue::new((0..10).collect());
        let ones = [1.0; 10];
        assert_near(as_given.ndcg(&LEVELS, &ones, 5), 0.026_505_135_332_773);
        assert_near(as_given.ndcg(&LEVELS, &ones, 10), 0.456_146_453_664_444);
        assert_near(as_given.ndcg(&LEVELS, &ones, 999), 0.456_146_453_664_444);
        assert_near(queue().ndcg(&LEVELS, &ones, 3), 0.658_072_585_797_172);

        let weights = [1.0, 2.0, 0.0, 3.0, 1.0, 1.0, 0.0, 2.0, 4.0, 1.0];
        assert_near(queue().ndcg(&LEVELS, &weights, 4), 1.0);
        assert_near(queue().ndcg(&LEVELS, &weights, 9), 0.863_454_516_781_233);
    }

    #[test]
    fn recall_counts_the_first_places() {
        let truth = LEVELS.map(|level| level >= 2);
        let ones = [1.0; 10];
        for (places, found) in [(0, 0.0), (1, 0.25), (3, 0.5), (4, 0.75), (99, 1.0)] {
            assert_near(queue().recall(&truth, &ones, places), found);
        }
        // Row 8 takes four places, of which two are within the limit.
        let weights = [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 4.0, 1.0];
        assert_near(queue().recall(&truth, &weights, 2), 2.0 / 7.0);
    }

    #[test]
    fn gains_rise_to_one() {
        let truth = LEVELS.map(|level| level >= 2);
        let gains = queue().gains(&truth, &[1.0; 10]);
        assert_eq!(gains.len(), 10);
        assert_eq!((gains[0], gains[9]), ((0.1, 0.25), (1.0, 1.0)));
        assert!(gains.is_sorted());
    }

    #[test]
    fn calm_posts_have_no_best_order() {
        let ones = [1.0; 10];
        assert_eq!(queue().ndcg(&[0; 10], &ones, 10), None);
        assert_eq!(queue().recall(&[false; 10], &ones, 10), None);
        assert!(queue().gains(&[false; 10], &ones).is_empty());
        assert_eq!(Queue::new(Vec::new()).ndcg(&[], &[], 10), None);
    }
}
