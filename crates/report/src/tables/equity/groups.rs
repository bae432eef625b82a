//! What posts are grouped by.

use uproar_ingest::grouped;

use super::{ANGRY, Post};

/// What posts are grouped by.
pub(super) enum By {
    Followers(Vec<Tenth>),
    Verified,
    Anger,
    Reply,
}

/// About a tenth of the posts, by the followers of their authors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tenth {
    /// From 1, the fewest, to 10.
    pub(super) number: usize,
    pub(super) from: u32,
    pub(super) to: u32,
}

/// Tenths of the posts with so many followers each. Posts with the same number stay together: they
/// are in the tenth where the first of them falls.
pub(super) fn tenths(mut followers: Vec<u32>) -> Vec<Tenth> {
    followers.sort_unstable();
    let all = followers.len();
    let mut tenths: Vec<Tenth> = Vec::new();
    let mut before = 0;
    for same in followers.chunk_by(|a, b| a == b) {
        let number = before * 10 / all + 1;
        before += same.len();
        let Some(count) = same.first().copied() else {
            continue;
        };
        match tenths.last_mut() {
            Some(last) if last.number == number => last.to = count,
            _ => tenths.push(Tenth {
                number,
                from: count,
                to: count,
            }),
        }
    }
    tenths
}

/// Which tenth an account with so many followers is in.
pub(super) fn tenth(tenths: &[Tenth], followers: u32) -> Option<usize> {
    tenths
        .partition_point(|tenth| tenth.from <= followers)
        .checked_sub(1)
}

impl By {
    /// By tenths of those posts that count.
    pub(super) fn followers(posts: &[Post], counts: impl Fn(&Post) -> bool) -> Self {
        let posts = posts.iter().filter(|post| counts(post));
        Self::Followers(tenths(posts.filter_map(Post::followers).collect()))
    }

    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Followers(_) => "followers",
            Self::Verified => "verified",
            Self::Anger => "politeness",
            Self::Reply => "reply",
        }
    }

    /// The names of the groups, of which the first and the last are compared.
    pub(super) fn groups(&self) -> Vec<String> {
        let names = match self {
            Self::Followers(tenths) => {
                let name = |tenth: &Tenth| format!("tenth {}", tenth.number);
                return tenths.iter().map(name).collect();
            }
            Self::Verified => ["not verified", "verified"],
            Self::Anger => ["calm", "angry"],
            Self::Reply => ["opening", "reply"],
        };
        names.map(str::to_owned).to_vec()
    }

    /// The fewest and most followers of a group.
    pub(super) fn range(&self, group: usize) -> Option<[u32; 2]> {
        match self {
            Self::Followers(tenths) => tenths.get(group).map(|tenth| [tenth.from, tenth.to]),
            _ => None,
        }
    }

    /// The group of a post, where it is known.
    pub(super) fn group(&self, post: &Post) -> Option<usize> {
        match self {
            Self::Followers(tenths) => tenth(tenths, post.followers()?),
            Self::Verified => Some(usize::from(post.verified?)),
            Self::Anger => Some(usize::from(post.levels?.anger >= ANGRY)),
            Self::Reply => Some(usize::from(post.is_reply)),
        }
    }

    /// Posts are only compared with those of the same stratum: the company, and the urgency level
    /// for politeness, since what is urgent is angrier and answered sooner.
    pub(super) fn stratum(&self, post: &Post) -> u32 {
        let levels = post.levels.filter(|_| matches!(self, Self::Anger));
        let urgency = levels.map_or(0, |levels| u32::from(levels.urgency.min(3)));
        post.company.saturating_mul(4) + urgency
    }

    /// The company of a stratum.
    pub(super) fn company(stratum: u32) -> u32 {
        stratum / 4
    }

    /// The first and the last group, as subjects of a sentence.
    pub(super) fn who(&self) -> [String; 2] {
        let names = match self {
            Self::Followers(tenths) => return fewest_and_most(tenths),
            Self::Verified => ["accounts without a badge", "verified accounts"],
            Self::Anger => ["calm posts", "angry posts"],
            Self::Reply => [
                "posts that open a conversation",
                "posts that reply to another",
            ],
        };
        names.map(str::to_owned)
    }
}

/// The accounts of the first and of the last tenth, in words that hold however large those are.
pub(super) fn fewest_and_most(tenths: &[Tenth]) -> [String; 2] {
    let range = |tenth: Option<&Tenth>, words: &str, count: fn(&Tenth) -> u32| {
        let count = tenth.map(|tenth| grouped(u64::from(count(tenth))));
        count.map_or_else(String::new, |count| format!(" ({words} {count})"))
    };
    [
        format!(
            "accounts with the fewest followers{}",
            range(tenths.first(), "at most", |tenth| tenth.to)
        ),
        format!(
            "those with the most{}",
            range(tenths.last(), "at least", |tenth| tenth.from)
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tenths_keep_ties_together() {
        let found = tenths((0..100).rev().collect());
        assert_eq!(found.len(), 10);
        let third = Tenth {
            number: 3,
            from: 20,
            to: 29,
        };
        assert_eq!(found[2], third);
        for (followers, expected) in [(0, 0), (20, 2), (29, 2), (99, 9), (5_000, 9)] {
            assert_eq!(tenth(&found, followers), Some(expected));
        }

        let many_zeros = [vec![0; 45], (1..=55).collect()].concat();
        let numbers: Vec<usize> = tenths(many_zeros).iter().map(|it| it.number).collect();
        assert_eq!(numbers, [1, 5, 6, 7, 8, 9, 10]);
        assert_eq!(tenths(vec![7; 20]).len(), 1);
        assert!(tenths(vec![]).is_empty());
        assert_eq!(tenth(&[], 5), None);
    }
}
