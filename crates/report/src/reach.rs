//! How many people a post can reach.

/// What an export tells about a post's audience.
///
/// Likes and replies are left out: they show that people cared, but carry the post to nobody new.
/// So is the verified badge: a badge is not an audience.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Audience {
    /// Accounts that follow the author.
    pub followers: Option<i64>,
    /// How often the post was shown.
    pub views: Option<i64>,
    /// Accounts that passed the post on as it is.
    pub reposts: Option<i64>,
    /// Accounts that passed the post on with words of their own.
    pub quotes: Option<i64>,
}

/// People that one repost or quote adds to an audience.
///
/// Exports do not tell who passed a post on, so this is the size of a typical active account, to
/// the nearest power of ten: the median account that had posted within a month had 61 followers
/// (J. Bruner, “Tweets loud and quiet”, O'Reilly Radar, 2013), the median account among the most
/// active tenth 387 (Pew Research Center, “Sizing Up Twitter Users”, 2019).
pub const PEOPLE_PER_SHARE: f64 = 100.0;

/// The audience whose reach is 100: ten million people, as a power of ten.
///
/// Few authors who write to a company have more, and a larger scale would press the audiences that
/// do occur into its lower half.
const LOG10_OF_FULL_REACH: f64 = 7.0;

impl Audience {
    /// How often the post was passed on, by repost or quote.
    pub fn shares(&self) -> u64 {
        count(self.reposts).saturating_add(count(self.quotes))
    }

    /// How many people the post may have been shown to: the larger of followers and views (the
    /// followers may not have seen it; the views are counted where the platform does so), and
    /// [`PEOPLE_PER_SHARE`] for every share.
    ///
    /// `None` where nothing is known: neither followers nor views are given, and no share either.
    pub fn people(&self) -> Option<f64> {
        let shares = self.shares();
        if self.followers.is_none() && self.views.is_none() && shares == 0 {
            return None;
        }
        let direct = count(self.followers).max(count(self.views));
        Some(direct as f64 + PEOPLE_PER_SHARE * shares as f64)
    }
}

/// Reach, from 0 (nobody) to 100 (ten million people or more):
/// `100 · log₁₀(1 + people) / 7`, with [`people`](Audience::people) as defined there.
///
/// The scale is logarithmic because audiences span seven orders of magnitude: each tenfold audience
/// adds the same 14.3 points. Reach never falls when one of the audience's numbers grows.
pub fn reach(audience: &Audience) -> Option<f64> {
    let people = audience.people()?;
    Some((100.0 * (1.0 + people).log10() / LOG10_OF_FULL_REACH).min(100.0))
}

/// A count that is missing, or negative by some mistake of the export, adds nothing.
fn count(value: Option<i64>) -> u64 {
    value.map_or(0, |value| value.max(0).unsigned_abs())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn audience(
        followers: Option<i64>,
        views: Option<i64>,
        reposts: Option<i64>,
        quotes: Option<i64>,
    ) -> Audience {
        Audience {
            followers,
            views,
            reposts,
            quotes,
        }
    }

    #[test]
    fn known_audiences() {
        let cases = [
            (audience(None, None, None, None), None),
            // No share says nothing about how many saw the post.
            (audience(None, None, Some(0), Some(0)), None),
            (audience(Some(0), None, None, None), Some(0.0)),
            (audience(Some(-5), None, None, None), Some(0.0)),
            (audience(Some(9), None, None, None), Some(100.0 / 7.0)),
            (audience(Some(999), None, None, None), Some(300.0 / 7.0)),
            (audience(Some(9), Some(999), None, None), Some(300.0 / 7.0)),
            (
                audience(Some(99), None, Some(3), Some(6)),
                Some(300.0 / 7.0),
            ),
            (
                audience(None, None, Some(100), None),
                Some(100.0 * 10_001_f64.log10() / 7.0),
            ),
            (audience(Some(9_999_999), None, None, None), Some(100.0)),
            (
                audience(
                    Some(i64::MAX),
                    Some(i64::MAX),
                    Some(i64::MAX),
                    Some(i64::MAX),
                ),
                Some(100.0),
            ),
        ];
        for (audience, expected) in cases {
            match (reach(&audience), expected) {
                (Some(found), Some(expected)) => {
                    assert!((found - expected).abs() < 1e-9, "{audience:?}: {found}");
                }
                (found, expected) => assert_eq!(found, expected, "{audience:?}"),
            }
        }
    }

    fn any_audience() -> impl Strategy<Value = Audience> {
        let count = || proptest::option::of(prop_oneof![0..2_000_i64, any::<i64>()]);
        (count(), count(), count(), count()).prop_map(|(followers, views, reposts, quotes)| {
            audience(followers, views, reposts, quotes)
        })
    }

    proptest! {
        #[test]
        fn stays_on_its_scale(audience in any_audience()) {
            if let Some(reach) = reach(&audience) {
                prop_assert!((0.0..=100.0).contains(&reach), "{}", reach);
            }
        }

        #[test]
        fn never_falls_when_a_number_grows(
            before in any_audience(),
            field in 0..4_usize,
            growth in 0..i64::MAX,
        ) {
            let mut after = before;
            let number = match field {
                0 => &mut after.followers,
                1 => &mut after.views,
                2 => &mut after.reposts,
                _ => &mut after.quotes,
            };
            *number = Some(number.unwrap_or(0).saturating_add(growth));
            prop_assert!(reach(&after).unwrap_or(0.0) >= reach(&before).unwrap_or(0.0));
        }
    }
}
