//! What is before and after a customer's post: who spoke last, and who asked before.

use super::ledger::{Ledger, Row};
use super::recipients::Recipients;
use crate::schema;

/// Who wrote a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Customer,
    Company,
}

impl Side {
    /// The side's name, as in the column `direction`.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Customer => schema::CUSTOMER,
            Self::Company => schema::COMPANY,
        }
    }
}

/// Who wrote last in the conversation of each post. None where times are missing, or are the
/// same, that would tell.
pub(super) fn last_sides(ledger: &Ledger) -> Vec<Option<Side>> {
    let mut rows: Vec<Row> = ledger
        .rows()
        .filter(|row| ledger.conversation(*row).is_some())
        .collect();
    rows.sort_unstable_by_key(|row| (ledger.conversation(*row), ledger.moment(*row)));
    let mut last = vec![None; ledger.len()];
    for posts in rows.chunk_by(|a, b| ledger.conversation(*a) == ledger.conversation(*b)) {
        let side = last_side(posts, ledger);
        for row in posts {
            last[row.index()] = side;
        }
    }
    last
}

/// Who wrote last of posts by time, unknown times first.
fn last_side(posts: &[Row], ledger: &Ledger) -> Option<Side> {
    let end = ledger.moment(*posts.last()?);
    let has_unknown = posts
        .first()
        .is_some_and(|row| ledger.moment(*row).is_none());
    let mut candidates = posts
        .iter()
        .rev()
        .take_while(|row| has_unknown || ledger.moment(**row) == end)
        .map(|row| ledger.is_by_company(*row));
    let is_company = candidates.next()?;
    candidates
        .all(|other| other == is_company)
        .then_some(if is_company {
            Side::Company
        } else {
            Side::Customer
        })
}

/// How long an earlier post counts as the same trouble: 30 days, in microseconds.
const WINDOW: i64 = 30 * 24 * 60 * 60 * 1_000_000;

/// Per post, how many posts its author wrote to the same company in the 30 days before it.
#[derive(Debug)]
pub(super) struct EarlierContacts(Vec<u32>);

impl EarlierContacts {
    /// Instead of a count: a company's post, or author, time or company are unknown.
    const UNKNOWN: u32 = u32::MAX;

    pub(super) fn count(ledger: &Ledger, recipients: &Recipients) -> Self {
        let mut rows: Vec<Row> = ledger
            .rows()
            .filter(|row| {
                !ledger.is_by_company(*row)
                    && recipients.get(*row).is_some()
                    && ledger.author(*row).is_some()
                    && ledger.moment(*row).is_some()
            })
            .collect();
        let pair = |row: Row| (ledger.author(row), recipients.get(row));
        rows.sort_unstable_by_key(|row| (pair(*row), ledger.moment(*row)));

        let mut counts = vec![Self::UNKNOWN; ledger.len()];
        for posts in rows.chunk_by(|a, b| pair(*a) == pair(*b)) {
            for row in posts {
                let moment = ledger.moment(*row);
                let oldest = moment.map(|moment| moment.saturating_sub(WINDOW));
                let before = posts.partition_point(|other| ledger.moment(*other) < moment);
                let too_old = posts.partition_point(|other| ledger.moment(*other) < oldest);
                counts[row.index()] = u32::try_from(before - too_old).unwrap_or(Self::UNKNOWN);
            }
        }
        Self(counts)
    }

    pub(super) fn get(&self, row: Row) -> Option<u32> {
        Some(self.0[row.index()]).filter(|count| *count != Self::UNKNOWN)
    }
}
