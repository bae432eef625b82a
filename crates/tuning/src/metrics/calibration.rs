//! Whether a probability means what it says.

/// How many bins of equal width the scale from 0 to 1 is cut into.
const BINS: usize = 10;

/// The rows whose confidence lies in one tenth of the scale.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bin {
    /// Mean confidence of the rows.
    pub confidence: f64,
    /// Mean outcome of the rows.
    pub outcome: f64,
    /// How many rows, by weight. Positive.
    pub weight: f64,
}

/// The bins of a reliability diagram, ascending and without the empty ones.
///
/// `confidence` lies between 0 and 1. `outcome` is 0 or 1, or a share where truth is graded, such as
/// level / 3.
pub fn reliability(confidence: &[f64], outcome: &[f64], weights: &[f64]) -> Vec<Bin> {
    sums(confidence, outcome, weights)
        .into_iter()
        .filter(|bin| bin.weight > 0.0)
        .map(|bin| Bin {
            confidence: bin.confidence / bin.weight,
            outcome: bin.outcome / bin.weight,
            weight: bin.weight,
        })
        .collect()
}

/// Expected calibration error: the mean distance between confidence and outcome over the bins of
/// [`reliability`], each counted by its rows (Naeini, Cooper and Hauskrecht, AAAI 2015). 0 is
/// perfect. Chance alone keeps it above 0 where rows are few. `None` without rows.
pub fn calibration_error(confidence: &[f64], outcome: &[f64], weights: &[f64]) -> Option<f64> {
    let bins = sums(confidence, outcome, weights);
    let total: f64 = bins.iter().map(|bin| bin.weight).sum();
    let distance: f64 = bins
        .iter()
        .map(|bin| (bin.confidence - bin.outcome).abs())
        .sum();
    (total > 0.0).then(|| distance / total)
}

/// The weighted sums, not yet means, of each bin.
fn sums(confidence: &[f64], outcome: &[f64], weights: &[f64]) -> [Bin; BINS] {
    let mut bins = [Bin::default(); BINS];
    for ((confidence, outcome), weight) in confidence.iter().zip(outcome).zip(weights) {
        // Saturates: what is above 1 by rounding, and 1 itself, belong to the last bin.
        let index = (confidence * BINS as f64) as usize;
        let bin = &mut bins[index.min(BINS - 1)];
        bin.confidence += weight * confidence;
        bin.outcome += weight * outcome;
        bin.weight += weight;
    }
    bins
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_the_formula() {
        // Two bins: |0.04 + 0.06 - 1| of two rows, and |0.95 + 0.95 + 1 - 2| of three.
        let confidence = [0.04, 0.95, 0.06, 0.95, 1.0];
        let outcome = [0.0, 1.0, 1.0, 0.0, 1.0];
        let error = calibration_error(&confidence, &outcome, &[1.0; 5]).unwrap();
        assert!((error - (0.9 + 0.9) / 5.0).abs() < 1e-12, "{error}");

        let bins = reliability(&confidence, &outcome, &[1.0; 5]);
        assert_eq!(bins.len(), 2);
        assert!((bins[0].confidence - 0.05).abs() < 1e-12);
        assert_eq!((bins[0].outcome, bins[0].weight), (0.5, 2.0));
        assert!((bins[1].outcome - 2.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn a_weight_is_a_number_of_rows() {
        let weighted = calibration_error(&[0.2, 0.7], &[0.0, 1.0], &[1.0, 3.0]);
        let repeated = calibration_error(&[0.2, 0.7, 0.7, 0.7], &[0.0, 1.0, 1.0, 1.0], &[1.0; 4]);
        assert!((weighted.unwrap() - repeated.unwrap()).abs() < 1e-12);
        assert_eq!(reliability(&[0.2, 0.7], &[0.0, 1.0], &[0.0, 3.0]).len(), 1);
    }

    #[test]
    fn graded_outcomes_are_met_by_the_same_share() {
        let thirds = [0.0, 1.0 / 3.0, 2.0 / 3.0, 1.0];
        assert_eq!(calibration_error(&thirds, &thirds, &[1.0; 4]), Some(0.0));
    }

    #[test]
    fn nothing_has_no_error() {
        assert_eq!(calibration_error(&[], &[], &[]), None);
        assert_eq!(calibration_error(&[0.5], &[1.0], &[0.0]), None);
    }
}
