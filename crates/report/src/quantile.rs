//! Middle values and shares, as all tables tell them.

/// The value below which the fraction `q` (from 0 to 1) of the values lies: linear interpolation
/// between the two nearest, the default of R, `NumPy` and spreadsheets (Hyndman and Fan, "Sample
/// Quantiles in Statistical Packages", 1996, type 7). None of no values. Puts the values in another
/// order.
pub(crate) fn quantile(values: &mut [f64], q: f64) -> Option<f64> {
    let last = values.len().checked_sub(1)?;
    let place = q.clamp(0.0, 1.0) * last as f64;
    let below = (place.floor() as usize).min(last);
    let (_, lower, above) = values.select_nth_unstable_by(below, f64::total_cmp);
    let lower = *lower;
    let upper = above.iter().copied().min_by(f64::total_cmp);
    let part = place - place.floor();
    Some(match upper {
        Some(upper) if part > 0.0 => lower + part * (upper - lower),
        _ => lower,
    })
}

/// The middle value, or the mean of the two in the middle. None of no values. Puts the values in
/// another order.
pub(crate) fn median(values: &mut [f64]) -> Option<f64> {
    quantile(values, 0.5)
}

/// A part of a whole as a fraction of 1; none of nothing.
pub(crate) fn share(part: u64, whole: u64) -> Option<f32> {
    (whole > 0).then(|| (part as f64 / whole as f64) as f32)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn quantiles_lie_between_the_nearest_values() {
        // As `numpy.quantile` gives them.
        let cases: [(&[f64], f64, Option<f64>); 10] = [
            (&[], 0.5, None),
            (&[3.0], 0.0, Some(3.0)),
            (&[3.0], 0.9, Some(3.0)),
            (&[9.0, 1.0], 0.5, Some(5.0)),
            (&[9.0, 1.0, 2.0], 0.5, Some(2.0)),
            (&[4.0, 1.0, 3.0, 2.0], 0.0, Some(1.0)),
            (&[4.0, 1.0, 3.0, 2.0], 1.0, Some(4.0)),
            (&[4.0, 1.0, 3.0, 2.0], 0.25, Some(1.75)),
            (&[50.0, 10.0, 30.0, 20.0, 40.0], 0.9, Some(46.0)),
            (&[5.0, 5.0, 5.0], 0.9, Some(5.0)),
        ];
        for (values, q, expected) in cases {
            assert_eq!(quantile(&mut values.to_vec(), q), expected, "{values:?}");
        }
    }

    #[test]
    fn shares_of_nothing_are_unknown() {
        for (part, whole, expected) in [(0, 0, None), (0, 4, Some(0.0)), (3, 4, Some(0.75))] {
            assert_eq!(share(part, whole), expected);
        }
    }

    proptest! {
        #[test]
        fn quantiles_rise_and_stay_among_the_values(
            values in prop::collection::vec(-1e6_f64..1e6, 1..40),
            low in 0.0_f64..=1.0,
            high in 0.0_f64..=1.0,
        ) {
            let of = |q: f64| quantile(&mut values.clone(), q).unwrap();
            let (low, high) = (of(low.min(high)), of(low.max(high)));
            prop_assert!(of(0.0) <= low && high <= of(1.0));
            prop_assert!(low <= high + 1e-9);
        }
    }
}
