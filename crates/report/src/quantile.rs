//! Quantiles.

/// The value below which the share `q` of the values lies, between neighbours by distance: type 7
/// of Hyndman and Fan (The American Statistician 1996), as in R and NumPy. The order of the values
/// changes. `None` when there are none.
pub(crate) fn quantile(values: &mut [f64], q: f64) -> Option<f64> {
    let last = values.len().checked_sub(1)?;
    let place = q.clamp(0.0, 1.0) * last as f64;
    let (_, low, above) = values.select_nth_unstable_by(place.floor() as usize, f64::total_cmp);
    let low = *low;
    let high = above.iter().copied().min_by(f64::total_cmp);
    Some(high.map_or(low, |high| low + (high - low) * place.fract()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Expected values are those of `numpy.quantile`.
    #[test]
    fn quantiles() {
        for (values, q, expected) in [
            (vec![], 0.5, None),
            (vec![3.0], 0.9, Some(3.0)),
            (vec![9.0, 1.0], 0.5, Some(5.0)),
            (vec![9.0, 1.0, 2.0], 0.5, Some(2.0)),
            (vec![4.0, 1.0, 3.0, 2.0], 0.25, Some(1.75)),
            (vec![4.0, 1.0, 3.0, 2.0], 1.0, Some(4.0)),
            (vec![4.0, 1.0, 3.0, 2.0], 0.0, Some(1.0)),
        ] {
            let mut values = values;
            assert_eq!(quantile(&mut values, q), expected);
        }
    }
}
