//! How often and how soon the posts of groups are answered.

use std::collections::BTreeSet;

use super::{
    Post,
    groups::By,
    rows::Row,
    words::{self, Context},
};
use crate::{
    quantile::quantile,
    statistics::{Proportion, Strata, Wait, compared, difference, median_interval, van_elteren},
};

/// Groups of fewer posts are not measured: below it, an interval of a share is wider than 30 points.
pub(super) const MIN_POSTS: u64 = 30;

/// What is known of a group.
#[derive(Default)]
struct Group {
    answered: Proportion,
    waits: Vec<f64>,
    rank_changes: Vec<f64>,
    up: u64,
    down: u64,
}

/// A row for each group, one for the difference of response rates between the last and the first, and
/// one for that of waits where both can be told.
pub(super) fn rows(posts: &[Post], by: &By) -> Vec<Row> {
    let names = by.groups();
    let mut groups: Vec<Group> = Vec::new();
    groups.resize_with(names.len(), Group::default);
    let last = names.len().saturating_sub(1);
    let mut strata = Strata::new();
    let mut waits = Vec::new();
    for post in posts {
        let (Some(answered), Some(index)) = (post.answered, by.group(post)) else {
            continue;
        };
        let Some(group) = groups.get_mut(index) else {
            continue;
        };
        group.answered.add(answered);
        group.waits.extend(post.minutes());
        if let Some(change) = post.rank_change() {
            group.rank_changes.push(change as f64);
            group.up += u64::from(change > 0);
            group.down += u64::from(change < 0);
        }
        if index == 0 || index == last {
            let stratum = by.stratum(post);
            let in_second = index > 0;
            let pair = strata.entry(stratum).or_default();
            let [first, second] = pair;
            if in_second { second } else { first }.add(answered);
            waits.extend(post.minutes().map(|minutes| Wait {
                stratum,
                in_second,
                minutes,
            }));
        }
    }

    let of = |index: usize| groups.get(index).map_or(0, |group| group.answered.posts);
    let all = [of(0), if last > 0 { of(last) } else { 0 }];
    let measured = compared(&strata);
    let is_enough = names.len() > 1 && measured.iter().all(|posts| *posts >= MIN_POSTS);
    let rates = difference(&strata).filter(|_| is_enough);
    let mut rows: Vec<Row> = names
        .into_iter()
        .zip(&mut groups)
        .enumerate()
        .map(|(index, (name, group))| {
            let mut row = group.row(by, index, name);
            let adjusted = rates.filter(|_| index == 0 || index == last);
            row.adjusted_rate = adjusted.map(|rates| {
                if index == 0 {
                    rates.first
                } else {
                    rates.second
                }
            });
            row
        })
        .collect();

    let both = |stratum: &[Proportion; 2]| stratum.iter().all(|group| group.posts > 0);
    let shared = strata.iter().filter(|(_, stratum)| both(stratum));
    let companies: BTreeSet<u32> = shared.map(|(stratum, _)| By::company(*stratum)).collect();
    let context = Context {
        who: by.who(),
        several_companies: companies.len() > 1,
        at_equal_urgency: matches!(by, By::Anger),
    };
    rows.push(Row {
        posts: Some(measured.iter().sum()),
        difference: rates.map(|rates| rates.difference()),
        difference_interval: rates.map(|rates| rates.interval),
        p_value: rates.map(|rates| rates.p_value),
        finding: Some(match &rates {
            Some(rates) => context.rates(rates),
            None => context.too_few(all, measured),
        }),
        ..Row::new(by.name(), "difference")
    });
    if let Ok([first, second]) = groups.get_disjoint_mut([0, last]) {
        rows.extend(waiting(by, &context, [first, second], &mut waits));
    }
    rows
}

/// The row of the difference of waits.
fn waiting(by: &By, context: &Context, groups: [&mut Group; 2], waits: &mut [Wait]) -> Option<Row> {
    let test = van_elteren(waits)?;
    if test.compared.iter().any(|waits| *waits < MIN_POSTS) {
        return None;
    }
    let [first, second] = groups.map(|group| {
        let median = quantile(&mut group.waits, 0.5)?;
        Some((median, median_interval(&mut group.waits)?))
    });
    Some(Row {
        posts: Some(test.compared.iter().sum()),
        p_value: Some(test.p_value),
        finding: Some(context.waits([first?, second?], test.deviate, test.p_value)),
        ..Row::new(by.name(), "difference in waiting")
    })
}

impl Group {
    fn row(&mut self, by: &By, index: usize, name: String) -> Row {
        let row = Row {
            posts: Some(self.answered.posts),
            followers: by.range(index),
            ..Row::new(by.name(), &name)
        };
        if self.answered.posts < MIN_POSTS {
            return Row {
                finding: Some(words::small_group()),
                ..row
            };
        }
        let ranked = self.rank_changes.len() as u64;
        let share = |hits| {
            let posts = ranked;
            Proportion { hits, posts }.share()
        };
        let median_interval = median_interval(&mut self.waits);
        Row {
            rate: self.answered.share(),
            rate_interval: self.answered.interval(),
            median: median_interval.and_then(|_| quantile(&mut self.waits, 0.5)),
            median_interval,
            rank_change: quantile(&mut self.rank_changes, 0.5),
            moved_up: share(self.up),
            moved_down: share(self.down),
            ..row
        }
    }
}
