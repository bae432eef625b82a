//! When someone should act on a post, in one word.

/// When someone should act on a customer's post.
///
/// The rule uses the model's levels alone, never [`Priority`](crate::Priority): whether a person is
/// stranded does not depend on how many people listen. It is the first that fits of:
///
/// | band | rule |
/// | --- | --- |
/// | `now` | `urgency_level` is 3: hours matter |
/// | `today` | `urgency_level` is 2: an open problem affects the author; or the post is actionable and `anger_level` is 2 or more: a row that is still growing |
/// | `later` | the post is actionable: an answer is useful, and days are fine |
/// | `none` | nothing to act on |
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

    /// The band of a post with these levels (each 0 to 3).
    pub fn new(urgency_level: u32, anger_level: u32, is_actionable: bool) -> Self {
        match urgency_level {
            3.. => Self::Now,
            2 => Self::Today,
            _ if is_actionable && anger_level >= 2 => Self::Today,
            _ if is_actionable => Self::Later,
            _ => Self::None,
        }
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_combination_of_levels() {
        let mut table = String::from("urgency anger actionable not\n");
        for urgency in 0..4 {
            for anger in 0..4 {
                let [yes, no] = [true, false].map(|act| Band::new(urgency, anger, act).name());
                table.push_str(&format!("{urgency} {anger} {yes} {no}\n"));
            }
        }
        insta::assert_snapshot!(table);
    }

    #[test]
    fn pressing_bands_sort_first() {
        assert!(Band::ALL.is_sorted());
    }
}
