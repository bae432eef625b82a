//! The companies that customers write to, by their handles.

use std::collections::HashSet;

use super::handles::{self, Company};

/// The companies known from the accounts that answer and from the handles that a user names.
#[derive(Debug)]
pub(super) struct Companies {
    known: HashSet<Company>,
    /// The companies behind the handles that a user names, which are one company.
    own: HashSet<Company>,
}

impl Companies {
    pub(super) fn new(answering: impl Iterator<Item = Company>, own: &[String]) -> Self {
        let own: HashSet<Company> = own.iter().map(|handle| Company::of(handle)).collect();
        let mut companies = Self {
            known: HashSet::new(),
            own,
        };
        let known = answering.chain(companies.own.iter().copied());
        companies.known = known.map(|company| companies.one(company)).collect();
        companies
    }

    /// The same company for each of its handles.
    fn one(&self, company: Company) -> Company {
        if self.own.contains(&company) {
            self.own.iter().copied().min().unwrap_or(company)
        } else {
            company
        }
    }

    /// The company behind a handle, if it is one.
    pub(super) fn get(&self, company: Company) -> Option<Company> {
        let company = self.one(company);
        self.known.contains(&company).then_some(company)
    }

    /// The company that all posts are written to, as far as is known.
    pub(super) fn only(&self) -> Option<Company> {
        let mut known = self.known.iter().copied();
        match (known.next(), known.next()) {
            (Some(only), None) => Some(only),
            (None, _) => Some(Company::of("")),
            (Some(_), Some(_)) => None,
        }
    }

    /// The handle of a company that a text mentions, the answering one if that is among them,
    /// and whether it is another one.
    pub(super) fn addressed<'a>(&self, text: &'a str, answering: &str) -> Option<(&'a str, bool)> {
        let answering_plain = handles::plain(answering);
        let is_answering = |mention: &&str| handles::plain(mention) == answering_plain;
        if let Some(mention) = handles::mentions(text).find(is_answering) {
            return Some((mention, false));
        }
        let company = self.one(Company::of(answering));
        handles::mentions(text)
            .find(|mention| self.one(Company::of(mention)) == company)
            .map(|mention| (mention, true))
    }
}
