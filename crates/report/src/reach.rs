//! How many people a post can reach.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::Error;

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

/// How an audience becomes a reach.
///
/// The defaults: exports do not tell who passed a post on, so a share adds the size of a typical
/// active account, to the nearest power of ten: the median account that had posted within a month
/// had 61 followers (J. Bruner, “Tweets loud and quiet”, O'Reilly Radar, 2013), the median account
/// among the most active tenth 387 (Pew Research Center, “Sizing Up Twitter Users”, 2019). The scale
/// ends at ten million people: few authors who write to a company have more, and a larger scale
/// would press the audiences that do occur into its lower half.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReachScale {
    /// People that one repost or quote adds to an audience; 0 leaves them out.
    #[schemars(range(min = 0, max = 1_000_000))]
    pub people_per_share: u32,
    /// The audience whose reach is 100, in people. A company with a smaller public sets a smaller one,
    /// so that its posts use the whole scale.
    #[schemars(range(min = 10, max = 10_000_000_000_u64))]
    pub full_audience: u64,
}

impl Default for ReachScale {
    fn default() -> Self {
        Self {
            people_per_share: 100,
            full_audience: 10_000_000,
        }
    }
}

impl Audience {
    /// How often the post was passed on, by repost or quote.
    pub fn shares(&self) -> u64 {
        count(self.reposts).saturating_add(count(self.quotes))
    }
}

impl ReachScale {
    /// Checks that a share adds a million people at most, and that full reach is from 10 people, as
    /// the scale is logarithmic, to ten billion, as there are no more.
    ///
    /// # Errors
    ///
    /// [`Error::ReachScale`].
    pub fn check(&self) -> Result<(), Error> {
        let per_share = u64::from(self.people_per_share);
        for (key, value, range) in [
            ("people_per_share", per_share, 0..=1_000_000),
            ("full_audience", self.full_audience, 10..=10_000_000_000),
        ] {
            if !range.contains(&value) {
                return Err(Error::ReachScale { key, value, range });
            }
        }
        Ok(())
    }

    /// How many people the post may have been shown to: the larger of followers and views (the
    /// followers may not have seen it; the views are counted where the platform does so), and
    /// [`people_per_share`](Self::people_per_share) for every share.
    ///
    /// `None` where nothing is known: neither followers nor views are given, and no share either.
    pub fn people(&self, audience: &Audience) -> Option<f64> {
        let shares = audience.shares();
        if audience.followers.is_none() && audience.views.is_none() && shares == 0 {
            return None;
        }
        let direct = count(audience.followers).max(count(audience.views));
        Some(direct as f64 + f64::from(self.people_per_share) * shares as f64)
    }

    /// Reach, from 0 (nobody) to 100 (the [full audience](Self::full_audience) or more):
    /// `100 · log₁₀(1 + people) / log₁₀(full_audience)`, with [`people`](Self::people) as defined
    /// there. The scale must have passed [`check`](Self::check).
    ///
    /// It is logarithmic because audiences span seven orders of magnitude: with the default of ten
    /// million, each tenfold audience adds the same 14.3 points. Reach never falls when one of the
    /// audience's numbers grows.
    pub fn reach(&self, audience: &Audience) -> Option<f64> {
        let people = self.people(audience)?;
        let full = (self.full_audience as f64).log10();
        Some((100.0 * (1.0 + people).log10() / full).min(100.0))
    }
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
            match (ReachScale::default().reach(&audience), expected) {
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

    fn any_scale() -> impl Strategy<Value = ReachScale> {
        let full_audience = prop_oneof![10..100_u64, 10..=10_000_000_000_u64];
        (0..=1_000_000_u32, full_audience).prop_map(|(people_per_share, full_audience)| {
            ReachScale {
                people_per_share,
                full_audience,
            }
        })
    }

    #[test]
    fn a_scale_of_ones_own() {
        let scale = ReachScale {
            people_per_share: 0,
            full_audience: 1_000,
        };
        let shared = audience(Some(9), None, Some(50), None);
        let reach = scale.reach(&shared).unwrap();
        assert!((reach - 100.0 / 3.0).abs() < 1e-9, "{reach}");
        assert_eq!(
            scale.reach(&audience(Some(5_000), None, None, None)),
            Some(100.0)
        );
        let scale = ReachScale {
            full_audience: 9,
            ..scale
        };
        assert!(matches!(
            scale.check(),
            Err(Error::ReachScale { value: 9, .. })
        ));
    }

    proptest! {
        #[test]
        fn stays_on_its_scale(audience in any_audience(), scale in any_scale()) {
            prop_assert!(scale.check().is_ok());
            if let Some(reach) = scale.reach(&audience) {
                prop_assert!((0.0..=100.0).contains(&reach), "{}", reach);
            }
        }

        #[test]
        fn never_falls_when_a_number_grows(
            before in any_audience(),
            field in 0..4_usize,
            growth in 0..i64::MAX,
            scale in any_scale(),
        ) {
            let mut after = before;
            let number = match field {
                0 => &mut after.followers,
                1 => &mut after.views,
                2 => &mut after.reposts,
                _ => &mut after.quotes,
            };
            *number = Some(number.unwrap_or(0).saturating_add(growth));
            prop_assert!(scale.reach(&after).unwrap_or(0.0) >= scale.reach(&before).unwrap_or(0.0));
        }
    }
}
