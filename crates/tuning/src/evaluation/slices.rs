//! Figures for parts of the posts: no part should be served worse than the rest.

use std::collections::BTreeMap;
use std::fmt;

use uproar_classifier::Score;

use super::metric::{Figure, Metric, Target};
use super::series::{Series, figure};
use crate::case::Case;
use crate::labels::Label;

/// The fewest rows that a slice is measured on.
pub const SLICE_ROWS: usize = 30;

/// The longest texts of each length slice but the last, in words.
const LENGTHS: [usize; 3] = [5, 15, 30];

/// What posts are parted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SliceBy {
    /// The company that is written to.
    Company,
    /// The author's followers, in ten parts of about the same number of posts.
    Followers,
    /// The language.
    Language,
    /// The length in words.
    Length,
}

impl SliceBy {
    /// All of them, in reading order.
    pub const ALL: [Self; 4] = [Self::Company, Self::Followers, Self::Language, Self::Length];

    /// The name for people and programs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Company => "company",
            Self::Followers => "followers",
            Self::Language => "language",
            Self::Length => "length",
        }
    }
}

/// What is known of a post beside its scores.
#[derive(Clone, Copy, Debug, Default)]
pub struct Traits<'a> {
    /// The post as it was written.
    pub text: Option<&'a str>,
    /// The company, where the labels name it; or else the first handle of the text counts.
    pub company: Option<&'a str>,
    /// The author's followers.
    pub followers: Option<u64>,
    /// The language, as the labels give it.
    pub language: Option<&'a str>,
}

/// Posts in groups.
#[derive(Clone, Debug, PartialEq)]
pub struct Slicing {
    by: SliceBy,
    /// The groups' names and rows, in the order in which they are shown.
    groups: Vec<(String, Vec<usize>)>,
}

/// One group of posts and how well they are scored.
#[derive(Clone, Debug, PartialEq)]
pub struct Slice {
    /// What the posts have in common.
    pub by: SliceBy,
    /// Its value, such as the company's handle.
    pub group: String,
    /// How many posts.
    pub rows: usize,
    /// What was measured. A figure is `None` where fewer than [`SLICE_ROWS`] posts are judged.
    pub figures: Vec<(Label, Figure)>,
}

/// Groups that were too small to be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SmallSlices {
    /// What the posts were parted by.
    pub by: SliceBy,
    /// How many groups.
    pub groups: usize,
    /// How many posts they hold together.
    pub rows: usize,
}

impl Slicing {
    /// Parts posts. A post of which the trait is not known is in no group.
    pub fn new(by: SliceBy, posts: &[Traits<'_>]) -> Self {
        let groups = match by {
            SliceBy::Company => by_name(posts.iter().map(company)),
            SliceBy::Language => by_name(posts.iter().map(|post| {
                let language = post.language?.trim().to_ascii_lowercase();
                (!language.is_empty()).then_some(language)
            })),
            SliceBy::Followers => by_followers(posts),
            SliceBy::Length => by_length(posts),
        };
        Self { by, groups }
    }

    /// Measures the groups that are large enough, and counts the others.
    pub(super) fn measure(
        &self,
        cases: &[Case],
        scores: &[Score],
    ) -> (Vec<Slice>, Option<SmallSlices>) {
        let (large, small): (Vec<_>, Vec<_>) = self
            .groups
            .iter()
            .partition(|(_, rows)| rows.len() >= SLICE_ROWS);
        let slices = large.into_iter().map(|(group, rows)| Slice {
            by: self.by,
            group: group.clone(),
            rows: rows.len(),
            figures: figures(rows, cases, scores),
        });
        let left_out = SmallSlices {
            by: self.by,
            groups: small.len(),
            rows: small.iter().map(|(_, rows)| rows.len()).sum(),
        };
        (slices.collect(), (left_out.groups > 0).then_some(left_out))
    }
}

fn figures(rows: &[usize], cases: &[Case], scores: &[Score]) -> Vec<(Label, Figure)> {
    let scored = || rows.iter().map(|&row| (&cases[row], &scores[row]));
    let judged = |label: Label, metric: Metric, measure: fn(&Series) -> Figure| {
        let series = Series::new(label, scored());
        let unknown = Figure {
            metric,
            value: None,
            interval: None,
        };
        let enough = series.rows() >= SLICE_ROWS;
        (label, if enough { measure(&series) } else { unknown })
    };
    let target = Target::AtLeast(2);
    let weights: Vec<f64> = scored().map(|(case, _)| case.weight).collect();
    let urgent: Vec<bool> = scored()
        .map(|(_, score)| target.holds(score.urgency_level))
        .collect();
    let share = figure(Metric::ShareDecided(target), &weights, |weights| {
        let total: f64 = weights.iter().sum();
        let of_urgent = weights.iter().zip(&urgent).filter(|(_, urgent)| **urgent);
        (total > 0.0).then(|| of_urgent.map(|(weight, _)| weight).sum::<f64>() / total)
    });
    vec![
        judged(
            Label::Anger,
            Metric::QuadraticKappa,
            Series::quadratic_kappa,
        ),
        judged(
            Label::Urgency,
            Metric::QuadraticKappa,
            Series::quadratic_kappa,
        ),
        judged(Label::Sentiment, Metric::MacroF1, Series::macro_f1),
        (Label::Urgency, share),
    ]
}

/// Groups by name, the largest first.
fn by_name(names: impl Iterator<Item = Option<String>>) -> Vec<(String, Vec<usize>)> {
    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (row, name) in names.enumerate() {
        if let Some(name) = name {
            groups.entry(name).or_default().push(row);
        }
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(_, rows)| std::cmp::Reverse(rows.len()));
    groups
}

/// The company that the labels name, or else the first handle of the text, in lower case because
/// handles do not tell case apart.
fn company(post: &Traits<'_>) -> Option<String> {
    match post.company.map(str::trim) {
        Some(company) if !company.is_empty() => Some(company.to_owned()),
        _ => post.text?.split_whitespace().find_map(handle),
    }
}

fn handle(word: &str) -> Option<String> {
    let word = word.trim_start_matches(|c: char| c != '@' && c.is_ascii_punctuation());
    let name: String = word
        .strip_prefix('@')?
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
        .collect();
    (!name.is_empty()).then(|| format!("@{}", name.to_ascii_lowercase()))
}

/// Ten parts by followers. Authors with the same number are never parted, so that parts can be of
/// different sizes, or be missing.
fn by_followers(posts: &[Traits<'_>]) -> Vec<(String, Vec<usize>)> {
    let mut known: Vec<(u64, usize)> = posts
        .iter()
        .enumerate()
        .filter_map(|(row, post)| post.followers.map(|followers| (followers, row)))
        .collect();
    known.sort_unstable();
    let mut parts: BTreeMap<usize, Vec<(u64, usize)>> = BTreeMap::new();
    for &(followers, row) in &known {
        let fewer = known.partition_point(|(other, _)| *other < followers);
        let part = fewer * 10 / known.len();
        parts.entry(part).or_default().push((followers, row));
    }
    parts
        .into_iter()
        .map(|(part, posts)| {
            let from = posts.first().map_or(0, |(followers, _)| *followers);
            let to = posts.last().map_or(0, |(followers, _)| *followers);
            let name = format!("decile {}: {from} to {to}", part + 1);
            (name, posts.into_iter().map(|(_, row)| row).collect())
        })
        .collect()
}

fn by_length(posts: &[Traits<'_>]) -> Vec<(String, Vec<usize>)> {
    let mut groups = vec![Vec::new(); LENGTHS.len() + 1];
    for (row, post) in posts.iter().enumerate() {
        let Some(text) = post.text else { continue };
        let words = text.split_whitespace().count();
        groups[LENGTHS.partition_point(|longest| *longest < words)].push(row);
    }
    let names = (0..groups.len()).map(|group| {
        let from = group.checked_sub(1).map_or(1, |before| LENGTHS[before] + 1);
        match LENGTHS.get(group) {
            Some(to) => format!("{from} to {to} words"),
            None => format!("{from} words or more"),
        }
    });
    names
        .zip(groups)
        .filter(|(_, rows)| !rows.is_empty())
        .collect()
}

impl fmt::Display for SmallSlices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.groups == 1 { "" } else { "s" };
        write!(
            f,
            "By {}: {} group{plural} of fewer than {SLICE_ROWS} posts not shown ({} in all)",
            self.by.name(),
            self.groups,
            self.rows
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups(by: SliceBy, posts: &[Traits<'_>]) -> Vec<(String, Vec<usize>)> {
        Slicing::new(by, posts).groups
    }

    fn text(text: &str) -> Traits<'_> {
        Traits {
            text: Some(text),
            ..Traits::default()
        }
    }

    #[test]
    fn companies_come_from_the_labels_or_the_first_handle() {
        let named = Traits {
            company: Some(" Acme "),
            ..text("@other hello")
        };
        let posts = [
            named,
            text("hi @ShopHelp, and @acme"),
            text("(@shophelp) again"),
            text("mail me@shop.example or @ me"),
            text("@shop_help2's app"),
            Traits {
                company: Some(" "),
                ..text("RT .@shophelp")
            },
        ];
        let expected = [
            ("@shophelp".to_owned(), vec![1, 2, 5]),
            ("@shop_help2".to_owned(), vec![4]),
            ("Acme".to_owned(), vec![0]),
        ];
        assert_eq!(groups(SliceBy::Company, &posts), expected);
    }

    #[test]
    fn lengths_are_counted_in_words() {
        let of_words = |words: usize| "so ".repeat(words);
        let texts: Vec<String> = [0, 1, 5, 6, 15, 16, 30, 31, 200].map(of_words).into();
        let posts: Vec<_> = texts.iter().map(|words| text(words)).collect();
        let expected = [
            ("1 to 5 words".to_owned(), vec![0, 1, 2]),
            ("6 to 15 words".to_owned(), vec![3, 4]),
            ("16 to 30 words".to_owned(), vec![5, 6]),
            ("31 words or more".to_owned(), vec![7, 8]),
        ];
        assert_eq!(groups(SliceBy::Length, &posts), expected);
    }

    #[test]
    fn equal_audiences_are_never_parted() {
        let posts: Vec<Traits<'_>> = (0..40)
            .map(|row| Traits {
                followers: match row {
                    0 => None,
                    1..=10 => Some(7),
                    _ => Some(row),
                },
                ..Traits::default()
            })
            .collect();
        let groups = groups(SliceBy::Followers, &posts);
        assert_eq!(
            groups[0],
            ("decile 1: 7 to 7".to_owned(), (1..11).collect())
        );
        assert_eq!(groups[1].0, "decile 3: 11 to 12");
        assert_eq!(groups.iter().map(|(_, rows)| rows.len()).sum::<usize>(), 39);
    }

    #[test]
    fn languages_are_told_apart_without_case() {
        let of = |language| Traits {
            language,
            ..Traits::default()
        };
        let posts = [
            of(Some("EN ")),
            of(None),
            of(Some("de")),
            of(Some("en")),
            of(Some("")),
        ];
        let expected = [("en".to_owned(), vec![0, 3]), ("de".to_owned(), vec![2])];
        assert_eq!(groups(SliceBy::Language, &posts), expected);
    }
}
