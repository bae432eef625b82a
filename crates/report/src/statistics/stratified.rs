//! Differences within strata: posts to the same company, say.

use std::collections::BTreeMap;

use super::{
    Z,
    proportion::{Difference, Interval, Proportion},
    two_sided,
};

/// The two groups, by stratum.
pub(crate) type Strata = BTreeMap<u32, [Proportion; 2]>;

/// How the shares of the second and the first group differ within strata. A stratum that has posts
/// of one group only tells nothing and counts for nothing. `None` where all are like that.
///
/// With one stratum this is [`Proportion::difference`]. With several it is the risk difference of
/// Mantel and Haenszel: the differences dₖ of the strata with the weights wₖ = n₁ₖ n₀ₖ / Nₖ, which
/// holds with many strata of a few posts each, where a standardisation to the mix of all posts
/// would rest on shares of one or two. The shares of the groups are those with the same
/// weights. The variance is Sato's (Biometrics 1989, 45:1323–1324), which is right both for few large
/// strata and for many small ones: (d Σ Pₖ + Σ Qₖ) / (Σ wₖ)² with yⱼₖ hits among the nⱼₖ posts of
/// a group and
///
/// ```text
/// Pₖ = (n₁ₖ² y₀ₖ − n₀ₖ² y₁ₖ + n₁ₖ n₀ₖ (n₀ₖ − n₁ₖ) / 2) / Nₖ²
/// Qₖ = (y₁ₖ (n₀ₖ − y₀ₖ) + y₀ₖ (n₁ₖ − y₁ₖ)) / (2 Nₖ)
/// ```
pub(crate) fn difference(strata: &Strata) -> Option<Difference> {
    let shared: Vec<[Proportion; 2]> = shared(strata).collect();
    if let [[first, second]] = *shared {
        return first.difference(second);
    }
    let [mut weight, mut first, mut second, mut p, mut q] = [0.0; 5];
    for [of_first, of_second] in &shared {
        let (y1, n1) = (of_second.hits as f64, of_second.posts as f64);
        let (y0, n0) = (of_first.hits as f64, of_first.posts as f64);
        let n = n1 + n0;
        weight += n1 * n0 / n;
        second += y1 * n0 / n;
        first += y0 * n1 / n;
        p += (n1 * n1 * y0 - n0 * n0 * y1 + n1 * n0 * (n0 - n1) / 2.0) / (n * n);
        q += (y1 * (n0 - y0) + y0 * (n1 - y1)) / (2.0 * n);
    }
    if shared.is_empty() {
        return None;
    }
    let difference = (second - first) / weight;
    let deviation = (difference * p + q).max(0.0).sqrt() / weight;
    Some(Difference {
        first: first / weight,
        second: second / weight,
        interval: Interval {
            low: (difference - Z * deviation).max(-1.0),
            high: (difference + Z * deviation).min(1.0),
        },
        p_value: if deviation > 0.0 {
            two_sided(difference / deviation)
        } else {
            // All or none in every stratum.
            1.0
        },
    })
}

/// The strata that have posts of both groups.
fn shared(strata: &Strata) -> impl Iterator<Item = [Proportion; 2]> {
    let all = strata.values().copied();
    all.filter(|groups| groups.iter().all(|group| group.posts > 0))
}

/// How many posts of each group lie in strata that have posts of both.
pub(crate) fn compared(strata: &Strata) -> [u64; 2] {
    shared(strata).fold([0; 2], |[a, b], [first, second]| {
        [a + first.posts, b + second.posts]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strata(rows: &[[u64; 4]]) -> Strata {
        let groups = rows.iter().map(|&[hits_1, posts_1, hits_0, posts_0]| {
            [(hits_0, posts_0), (hits_1, posts_1)].map(|(hits, posts)| Proportion { hits, posts })
        });
        (0..).zip(groups).collect()
    }

    /// Computed in Python from the formula as the documentation of SAS's procedure FREQ gives it
    /// (common risk difference); the variance of Greenland and Robins (Biometrics 1985) gives a
    /// deviation of 0.04525.
    #[test]
    fn mantel_haenszel() {
        let strata = strata(&[[30, 50, 20, 60], [5, 20, 10, 45], [80, 90, 70, 100]]);
        let found = difference(&strata).unwrap();
        assert!((found.difference() - 0.187_650_778).abs() < 1e-9);
        let deviation = (found.interval.high - found.interval.low) / (2.0 * Z);
        assert!((deviation - 0.045_924_785).abs() < 1e-9);
    }

    #[test]
    fn a_stratum_of_one_group_counts_for_nothing() {
        let both = [[30, 50, 20, 60], [5, 20, 10, 45]];
        let lonely = [both[0], both[1], [9, 9, 0, 0]];
        assert_eq!(difference(&strata(&lonely)), difference(&strata(&both)));
        assert_eq!(compared(&strata(&lonely)), [105, 70]);
        assert_eq!(difference(&strata(&lonely[2..])), None);
        assert_eq!(
            difference(&strata(&lonely[1..])),
            Proportion {
                hits: 10,
                posts: 45
            }
            .difference(Proportion { hits: 5, posts: 20 })
        );
    }

    /// Simpson's paradox: each company answers both groups alike, and one group writes more to the
    /// company that answers.
    #[test]
    fn companies_that_answer_more_do_not_make_a_gap() {
        let found = difference(&strata(&[[180, 200, 45, 50], [5, 50, 20, 200]])).unwrap();
        assert!(found.difference().abs() < 1e-12 && found.p_value > 0.99);
    }
}
