//! Which accounts are the company's, where the export does not tell.

use std::collections::{HashMap, HashSet};

use crate::handle;

use super::handles::Company;
use super::key::Key;
use super::ledger::Ledger;
use super::links::Links;

/// The accounts that may be a company's, by author.
#[derive(Debug, Default)]
pub(super) struct Accounts {
    by_author: HashMap<Key, Account>,
}

/// An account by its handle.
#[derive(Debug)]
struct Account {
    handle: String,
    company: Company,
}

/// An account is taken for a company's when all of this holds:
/// - It answered posts of so many authors that mention it ...
const AUTHORS: usize = 5;
/// ... by one in so many of its posts,
const ANSWERS: usize = 5;
/// one in so many of its posts has an agent's signature, moves to private messages, deflects or
/// apologises,
const FORMULAIC: usize = 10;
/// and no more than one in so many of its posts replies to nothing.
const UNPROMPTED: usize = 5;

/// What one account wrote.
#[derive(Debug, Default)]
struct Tally {
    posts: usize,
    replies: usize,
    formulaic: usize,
    answers: usize,
    authors: HashSet<Key>,
}

impl Tally {
    fn is_company(&self) -> bool {
        self.authors.len() >= AUTHORS
            && self.answers * ANSWERS >= self.posts
            && self.formulaic * FORMULAIC >= self.posts
            && (self.posts - self.replies) * UNPROMPTED <= self.posts
    }
}

impl Accounts {
    /// Remembers an account. Of several handles of one account, the first by alphabet counts,
    /// whatever the order of the posts.
    pub(super) fn remember(&mut self, author: Key, handle: &str) {
        let account = self.by_author.entry(author).or_insert_with(|| Account {
            handle: handle.to_owned(),
            company: Company::of(handle),
        });
        if handle < account.handle.as_str() {
            handle.clone_into(&mut account.handle);
            account.company = Company::of(handle);
        }
    }

    /// The handle of an account, without `@`.
    pub(super) fn handle(&self, author: Key) -> Option<&str> {
        Some(handle::bare(&self.by_author.get(&author)?.handle))
    }

    /// The company of an account.
    pub(super) fn company(&self, author: Key) -> Option<Company> {
        Some(self.by_author.get(&author)?.company)
    }

    /// Forgets the accounts that are no company's.
    pub(super) fn keep(&mut self, authors: &HashSet<Key>) {
        self.by_author.retain(|author, _| authors.contains(author));
    }

    /// The handles of all accounts, without `@`, and their companies.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, Company)> {
        let accounts = self.by_author.values();
        accounts.map(|account| (handle::bare(&account.handle), account.company))
    }

    /// Marks the posts of the accounts that answer as companies do; gives their handles, sorted.
    pub(super) fn infer(&self, ledger: &mut Ledger, links: &Links) -> Vec<String> {
        let mut tallies: HashMap<Key, Tally> = HashMap::new();
        for row in ledger.rows() {
            let Some(author) = ledger.author(row) else {
                continue;
            };
            let Some(account) = self.by_author.get(&author) else {
                continue;
            };
            let tally = tallies.entry(author).or_default();
            tally.posts += 1;
            tally.replies += usize::from(ledger.is_reply[row.index()]);
            tally.formulaic += usize::from(ledger.is_formulaic[row.index()]);
            let asked = links
                .parent(row)
                .filter(|post| ledger.mentions[post.index()].contains(&Some(account.company)))
                .and_then(|post| ledger.author(post))
                .filter(|asker| *asker != author);
            if let Some(asker) = asked {
                tally.answers += 1;
                tally.authors.insert(asker);
            }
        }
        tallies.retain(|_, tally| tally.is_company());
        for row in ledger.rows() {
            let is_company = ledger
                .author(row)
                .is_some_and(|author| tallies.contains_key(&author));
            ledger.is_by_company[row.index()] = is_company;
        }
        let mut handles: Vec<String> = tallies
            .keys()
            .filter_map(|author| self.handle(*author))
            .map(str::to_owned)
            .collect();
        handles.sort_unstable();
        handles
    }
}
