//! Many tests at once.

/// The p-values, adjusted so that those up to a level have at most this share of false ones among
/// them on average (Benjamini and Hochberg, Journal of the Royal Statistical Society B 1995). In
/// the order of the input.
pub(crate) fn adjusted(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<(f64, usize)> = p_values.iter().copied().zip(0..).collect();
    order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut adjusted = vec![1.0; p_values.len()];
    let mut least = 1.0_f64;
    for (place, (p_value, row)) in order.iter().enumerate().rev() {
        least = least.min(p_value * p_values.len() as f64 / (place + 1) as f64);
        if let Some(adjusted) = adjusted.get_mut(*row) {
            *adjusted = least;
        }
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `scipy.stats.false_discovery_control` 1.17.
    #[test]
    fn benjamini_hochberg() {
        let found = adjusted(&[0.01, 0.04, 0.03, 0.005, 0.5]);
        for (found, expected) in found.iter().zip([0.025, 0.05, 0.05, 0.025, 0.5]) {
            assert!((found - expected).abs() < 1e-12);
        }
        assert!(adjusted(&[]).is_empty());
    }
}
