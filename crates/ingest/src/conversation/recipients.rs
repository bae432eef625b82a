//! Which company each post is to, or by.

use super::answers::Answers;
use super::companies::Companies;
use super::handles::Company;
use super::key::Key;
use super::ledger::{Ledger, Row};

/// The company of each post: the one that a customer's post is to, or that wrote the post.
#[derive(Debug)]
pub(super) struct Recipients(Vec<Option<Company>>);

impl Recipients {
    pub(super) fn find(ledger: &Ledger, answers: &Answers, companies: &Companies) -> Self {
        let author = |row| {
            let company = ledger.accounts.company(ledger.author(row)?)?;
            companies.get(company)
        };
        let in_conversation = Speakers::find(ledger, author);
        let recipient = |row: Row| {
            let answering = answers.first[row.index()].and_then(author);
            let mut mentioned = ledger.mentions(row).filter_map(|it| companies.get(it));
            let first = mentioned.next();
            let is_answering = answering.is_some() && mentioned.any(|it| Some(it) == answering);
            first
                .filter(|_| !is_answering)
                .or(answering)
                .or_else(|| in_conversation.only(ledger.conversation(row)?))
        };
        let company = |row| {
            let known = if ledger.is_by_company(row) {
                author(row)
            } else {
                recipient(row)
            };
            known.or_else(|| companies.only())
        };
        Self(ledger.rows().map(company).collect())
    }

    pub(super) fn get(&self, row: Row) -> Option<Company> {
        self.0[row.index()]
    }
}

/// The companies that write in each conversation, each once, sorted.
struct Speakers(Vec<(Key, Company)>);

impl Speakers {
    fn find(ledger: &Ledger, author: impl Fn(Row) -> Option<Company>) -> Self {
        let by_company = ledger.rows().filter(|row| ledger.is_by_company(*row));
        let mut pairs: Vec<(Key, Company)> = by_company
            .filter_map(|row| Some((ledger.conversation(row)?, author(row)?)))
            .collect();
        pairs.sort_unstable();
        pairs.dedup();
        Self(pairs)
    }

    /// The company that writes in a conversation, if there is only one.
    fn only(&self, conversation: Key) -> Option<Company> {
        let start = self.0.partition_point(|(key, _)| *key < conversation);
        let mut found = self.0[start..]
            .iter()
            .take_while(|(key, _)| *key == conversation);
        let (_, company) = found.next()?;
        found.next().is_none().then_some(*company)
    }
}
