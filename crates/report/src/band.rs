//! When someone should act on a post, in one word.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::Error;

/// When someone should act on a customer's post; [`BandRules`] tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Band {
    /// Within the hour.
    Now,
    /// Before the day ends.
    Today,
    /// In the coming days.
    Later,
    /// Not at all.
    None,
}

impl Band {
    /// All bands, the most pressing first.
    pub const ALL: [Self; 4] = [Self::Now, Self::Today, Self::Later, Self::None];

    /// The band of this name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|band| band.name() == name)
    }

    /// The band's name, as it stands in the tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Now => "now",
            Self::Today => "today",
            Self::Later => "later",
            Self::None => "none",
        }
    }
}

/// From which of the model's levels on a post is for which [`Band`].
///
/// The rules use levels alone, never [`Priority`](crate::Priority): whether a person is stranded
/// does not depend on how many people listen. The first that fits is taken; with the defaults:
///
/// | band | rule |
/// | --- | --- |
/// | `now` | `urgency_level` is 3: hours matter |
/// | `today` | `urgency_level` is 2: an open problem affects the author; or the post is actionable and `anger_level` is 2 or more: a row that is still growing |
/// | `later` | the post is actionable: an answer is useful, and days are fine |
/// | `none` | nothing to act on |
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct BandRules {
    /// The level of urgency from which a post is for `now`.
    #[schemars(range(min = 1, max = 3))]
    pub now_from_urgency: u32,
    /// The level of urgency from which a post is for `today`; not above that for `now`.
    #[schemars(range(min = 1, max = 3))]
    pub today_from_urgency: u32,
    /// The level of anger from which a post with something to act on is for `today`.
    #[schemars(range(min = 1, max = 3))]
    pub today_from_anger: u32,
}

impl Default for BandRules {
    fn default() -> Self {
        Self {
            now_from_urgency: 3,
            today_from_urgency: 2,
            today_from_anger: 2,
        }
    }
}

impl BandRules {
    /// Checks that each is a level from 1 to 3, and that what is for now is as urgent as what is for
    /// today.
    ///
    /// # Errors
    ///
    /// [`Error::BandLevel`] or [`Error::BandOrder`].
    pub fn check(&self) -> Result<(), Error> {
        for (rule, value) in [
            ("now_from_urgency", self.now_from_urgency),
            ("today_from_urgency", self.today_from_urgency),
            ("today_from_anger", self.today_from_anger),
        ] {
            if !(1..=3).contains(&value) {
                return Err(Error::BandLevel { rule, value });
            }
        }
        let (today, now) = (self.today_from_urgency, self.now_from_urgency);
        if today > now {
            return Err(Error::BandOrder { today, now });
        }
        Ok(())
    }

    /// The band of a post with these levels (each 0 to 3).
    pub fn band(&self, urgency_level: u32, anger_level: u32, is_actionable: bool) -> Band {
        if urgency_level >= self.now_from_urgency {
            Band::Now
        } else if urgency_level >= self.today_from_urgency
            || is_actionable && anger_level >= self.today_from_anger
        {
            Band::Today
        } else if is_actionable {
            Band::Later
        } else {
            Band::None
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_combination_of_levels() {
        let mut table = String::from("urgency anger actionable not\n");
        for urgency in 0..4 {
            for anger in 0..4 {
                let [yes, no] =
                    [true, false].map(|act| BandRules::default().band(urgency, anger, act).name());
                table.push_str(&format!("{urgency} {anger} {yes} {no}\n"));
            }
        }
        insta::assert_snapshot!(table);
    }

    #[test]
    fn rules_are_checked() {
        let rules = |now_from_urgency, today_from_urgency, today_from_anger| BandRules {
            now_from_urgency,
            today_from_urgency,
            today_from_anger,
        };
        let messages: Vec<String> = [
            rules(4, 2, 2),
            rules(3, 0, 2),
            rules(3, 2, 7),
            rules(1, 2, 2),
        ]
        .iter()
        .map(|rules| rules.check().unwrap_err().to_string())
        .collect();
        insta::assert_snapshot!(messages.join("\n"));
    }

    proptest! {
        #[test]
        fn more_urgency_anger_or_use_is_never_less_pressing(
            levels in prop::array::uniform3(1..=3_u32),
            post in (0..=3_u32, 0..=3_u32, any::<bool>()),
            grown in (0..=3_u32, 0..=3_u32, any::<bool>()),
        ) {
            let [a, b, today_from_anger] = levels;
            let rules = BandRules {
                now_from_urgency: a.max(b),
                today_from_urgency: a.min(b),
                today_from_anger,
            };
            prop_assert!(rules.check().is_ok());
            let before = rules.band(post.0, post.1, post.2);
            let after = rules.band(post.0.max(grown.0), post.1.max(grown.1), post.2 | grown.2);
            prop_assert!(after <= before);
            prop_assert!(rules.band(3, post.1, post.2) == Band::Now);
            prop_assert_eq!(rules.band(0, post.1, false), Band::None);
        }
    }

    #[test]
    fn pressing_bands_sort_first() {
        assert!(Band::ALL.is_sorted());
    }
}
