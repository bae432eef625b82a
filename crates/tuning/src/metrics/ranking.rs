//! Whether scores put rows in the right order.

/// Rows in the order of a score, sorted once and measured many times.
#[derive(Clone, Debug)]
pub struct Ranking {
    /// Rows, the highest score first.
    order: Vec<usize>,
    /// Where in `order` each run of equal scores ends.
    ends: Vec<usize>,
}

impl Ranking {
    /// Sorts rows by their scores. Equal scores stay equal: none is ahead of the other.
    pub fn new(scores: &[f64]) -> Self {
        let mut order: Vec<usize> = (0..scores.len()).collect();
        order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]));
        let ends = (1..=order.len())
            .filter(|&end| end == order.len() || scores[order[end - 1]] != scores[order[end]])
            .collect();
        Self { order, ends }
    }

    /// The runs of rows with equal scores, the highest first.
    fn ties(&self) -> impl Iterator<Item = &[usize]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts
            .zip(&self.ends)
            .map(|(start, &end)| &self.order[start..end])
    }

    /// For each run of equal scores: the rows that are true and those that are not, by weight.
    fn steps(&self, truth: &[bool], weights: &[f64]) -> impl Iterator<Item = (f64, f64)> {
        self.ties().map(|rows| {
            let mut step = (0.0, 0.0);
            for &row in rows {
                if truth[row] {
                    step.0 += weights[row];
                } else {
                    step.1 += weights[row];
                }
            }
            step
        })
    }

    /// Area under the receiver operating characteristic: the probability that a true row has a
    /// higher score than a false one, where equal scores count half. 1 is perfect, 0.5 chance.
    /// `None` where true or false rows are missing.
    pub fn auroc(&self, truth: &[bool], weights: &[f64]) -> Option<f64> {
        let (mut found, mut others, mut area) = (0.0, 0.0, 0.0);
        for (yes, no) in self.steps(truth, weights) {
            area += no * (found + yes / 2.0);
            found += yes;
            others += no;
        }
        (found > 0.0 && others > 0.0).then(|| area / (found * others))
    }

    /// Average precision: the precision at each score, weighted by the recall that is gained there,
    /// without interpolation. Chance reaches the share of true rows. `None` without true rows.
    pub fn average_precision(&self, truth: &[bool], weights: &[f64]) -> Option<f64> {
        let (mut found, mut seen, mut sum) = (0.0, 0.0, 0.0);
        for (yes, no) in self.steps(truth, weights) {
            found += yes;
            seen += yes + no;
            if yes > 0.0 {
                sum += yes * found / seen;
            }
        }
        (found > 0.0).then(|| sum / found)
    }

    /// The precision and recall of every cut, from the highest score down, as (recall, precision).
    /// Empty without true rows.
    pub fn precision_recall(&self, truth: &[bool], weights: &[f64]) -> Vec<(f64, f64)> {
        let steps: Vec<_> = self.steps(truth, weights).collect();
        let total: f64 = steps.iter().map(|(yes, _)| yes).sum();
        if total <= 0.0 {
            return Vec::new();
        }
        let (mut found, mut seen) = (0.0, 0.0);
        steps
            .into_iter()
            .filter(|(yes, no)| yes + no > 0.0)
            .map(|(yes, no)| {
                found += yes;
                seen += yes + no;
                (found / total, found / seen)
            })
            .collect()
    }

    /// Spearman's rank correlation of two scores of the same rows, where equal scores share their
    /// mean rank. 1 is the same order, −1 the reverse. `None` where a score is the same for all.
    pub fn spearman(&self, other: &Self, weights: &[f64]) -> Option<f64> {
        let (ours, theirs) = (self.ranks(weights), other.ranks(weights));
        let total: f64 = weights.iter().sum();
        let mean =
            |ranks: &[f64]| ranks.iter().zip(weights).map(|(r, w)| r * w).sum::<f64>() / total;
        let (our_mean, their_mean) = (mean(&ours), mean(&theirs));
        let (mut covariance, mut our_spread, mut their_spread) = (0.0, 0.0, 0.0);
        for ((ours, theirs), weight) in ours.iter().zip(&theirs).zip(weights) {
            let (ours, theirs) = (ours - our_mean, theirs - their_mean);
            covariance += weight * ours * theirs;
            our_spread += weight * ours * ours;
            their_spread += weight * theirs * theirs;
        }
        let spread = our_spread * their_spread;
        (spread > 0.0).then(|| covariance / spread.sqrt())
    }

    /// The mean rank of each row among as many rows as the weights say. Up to a shift that a
    /// correlation does not see.
    fn ranks(&self, weights: &[f64]) -> Vec<f64> {
        let mut ranks = vec![0.0; self.order.len()];
        let mut before = 0.0;
        for rows in self.ties() {
            let weight: f64 = rows.iter().map(|&row| weights[row]).sum();
            for &row in rows {
                ranks[row] = -(before + weight / 2.0);
            }
            before += weight;
        }
        ranks
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SCORES: [f64; 10] = [0.1, 0.4, 0.35, 0.8, 0.4, 0.2, 0.9, 0.35, 0.7, 0.4];
    const LEVELS: [f64; 10] = [0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 2.0, 2.0, 3.0, 3.0];

    #[track_caller]
    fn assert_near(found: Option<f64>, expected: f64) {
        let found = found.expect("measurable");
        assert!((found - expected).abs() < 1e-9, "{found} is not {expected}");
    }

    #[test]
    fn as_scikit_learn_and_scipy_compute_them() {
        let (ranking, levels) = (Ranking::new(&SCORES), Ranking::new(&LEVELS));
        let truth = LEVELS.map(|level| level >= 2.0);
        let ones = [1.0; 10];
        assert_near(ranking.auroc(&truth, &ones), 0.729_166_666_666_667);
        assert_near(ranking.average_precision(&truth, &ones), 2.0 / 3.0);
        assert_near(ranking.spearman(&levels, &ones), 0.314_205_870_326_078);

        let weights = [1.0, 2.0, 0.5, 3.0, 1.0, 1.0, 0.0, 2.0, 4.0, 1.5];
        assert_near(ranking.auroc(&truth, &weights), 0.509_803_921_568_627);
        assert_near(
            ranking.average_precision(&truth, &weights),
            0.543_271_221_532_109,
        );
        let counts = [1.0, 2.0, 0.0, 3.0, 1.0, 1.0, 0.0, 2.0, 4.0, 1.0];
        assert_near(ranking.spearman(&levels, &counts), -0.012_530_040_452_893);
    }

    #[test]
    fn extremes() {
        let ranking = Ranking::new(&[0.9, 0.8, 0.2, 0.1]);
        let ones = [1.0; 4];
        let cases = [
            ([true, true, false, false], Some(1.0), Some(1.0)),
            ([false, false, true, true], Some(0.0), Some(5.0 / 12.0)),
            ([false; 4], None, None),
            ([true; 4], None, Some(1.0)),
        ];
        for (truth, auroc, average_precision) in cases {
            assert_eq!(ranking.auroc(&truth, &ones), auroc);
            let found = ranking.average_precision(&truth, &ones);
            assert_eq!(found.is_some(), average_precision.is_some());
            assert!((found.unwrap_or(0.0) - average_precision.unwrap_or(0.0)).abs() < 1e-12);
        }
        let same = Ranking::new(&[0.5; 4]);
        assert_eq!(same.auroc(&[true, false, false, true], &ones), Some(0.5));
        assert_eq!(same.spearman(&ranking, &ones), None);
        assert_eq!(Ranking::new(&[]).spearman(&Ranking::new(&[]), &[]), None);
    }

    #[test]
    fn the_curve_ends_where_everything_is_taken() {
        let truth = LEVELS.map(|level| level >= 2.0);
        let curve = Ranking::new(&SCORES).precision_recall(&truth, &[1.0; 10]);
        assert_eq!(curve.first(), Some(&(0.25, 1.0)));
        assert_eq!(curve.last(), Some(&(1.0, 0.4)));
        assert_eq!(curve.len(), 7, "one point for each score");
        assert!(
            Ranking::new(&SCORES)
                .precision_recall(&[false; 10], &[1.0; 10])
                .is_empty()
        );
    }

    proptest! {
        #[test]
        fn a_weight_is_a_number_of_rows(
            rows in prop::collection::vec((0..5_u8, any::<bool>(), 0..4_u8), 1..30),
        ) {
            let scores: Vec<f64> = rows.iter().map(|row| f64::from(row.0)).collect();
            let truth: Vec<bool> = rows.iter().map(|row| row.1).collect();
            let weights: Vec<f64> = rows.iter().map(|row| f64::from(row.2)).collect();
            let copies: Vec<usize> = (0..rows.len())
                .flat_map(|row| vec![row; usize::from(rows[row].2)])
                .collect();
            let many_scores: Vec<f64> = copies.iter().map(|&row| scores[row]).collect();
            let many_truth: Vec<bool> = copies.iter().map(|&row| truth[row]).collect();
            let ones = vec![1.0; copies.len()];
            let as_scores = |truth: &[bool]| {
                Ranking::new(&truth.iter().map(|&yes| f64::from(u8::from(yes))).collect::<Vec<_>>())
            };
            let (weighted, many) = (Ranking::new(&scores), Ranking::new(&many_scores));
            let pairs = [
                (weighted.auroc(&truth, &weights), many.auroc(&many_truth, &ones)),
                (
                    weighted.average_precision(&truth, &weights),
                    many.average_precision(&many_truth, &ones),
                ),
                (
                    weighted.spearman(&as_scores(&truth), &weights),
                    many.spearman(&as_scores(&many_truth), &ones),
                ),
            ];
            for (found, expected) in pairs {
                prop_assert_eq!(found.is_some(), expected.is_some());
                let difference = found.unwrap_or(0.0) - expected.unwrap_or(0.0);
                prop_assert!(difference.abs() < 1e-9);
            }
        }
    }
}
