//! The companies that customers write to, by their handles.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};

use super::accounts::Accounts;
use super::handles::{self, Company};
use super::mentioned::Mentioned;
use crate::handle;

/// The companies known from the accounts that answer and from the handles that a user names.
#[derive(Debug)]
pub(super) struct Companies {
    /// The known ones, by the handle that each goes by.
    names: HashMap<Company, String>,
    /// The companies behind the handles that a user names, which are one company.
    own: HashSet<Company>,
}

impl Companies {
    pub(super) fn new(accounts: &Accounts, own: &[String], mentioned: &Mentioned) -> Self {
        let mut companies = Self {
            names: HashMap::new(),
            own: own.iter().map(|handle| Company::of(handle)).collect(),
        };
        let mut handles: HashMap<Company, BTreeMap<String, Spellings>> = HashMap::new();
        for (handle, company) in accounts.iter() {
            let handles = handles.entry(companies.one(company)).or_default();
            let of_handle = handles.entry(handles::plain(handle)).or_default();
            let known = of_handle.of_account.get_or_insert(handle);
            *known = handle.min(known);
        }
        for handle in own.iter().map(|handle| handle::bare(handle)) {
            let company = companies.one(Company::of(handle));
            let handles = handles.entry(company).or_default();
            let of_handle = handles.entry(handles::plain(handle)).or_default();
            of_handle.add(handle, 0);
        }
        for (handle, count) in mentioned.iter() {
            let company = companies.one(Company::of(handle));
            if let Some(handles) = handles.get_mut(&company) {
                let of_handle = handles.entry(handles::plain(handle)).or_default();
                of_handle.add(handle, count);
            }
        }
        companies.names = handles
            .into_iter()
            .filter_map(|(company, handles)| Some((company, best(&handles)?.to_owned())))
            .collect();
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
        self.names.contains_key(&company).then_some(company)
    }

    /// The handle that a known company goes by, without `@`.
    pub(super) fn name(&self, company: Company) -> Option<&str> {
        self.names.get(&company).map(String::as_str)
    }

    /// The company that all posts are written to, as far as is known.
    pub(super) fn only(&self) -> Option<Company> {
        let mut known = self.names.keys().copied();
        match (known.next(), known.next()) {
            (Some(only), None) => Some(only),
            (None, _) => Some(Company::of("")),
            (Some(_), Some(_)) => None,
        }
    }

    /// The handle of a known company that a text mentions. One of the company that answered is
    /// preferred, and of these the one that answered.
    pub(super) fn addressed<'a>(
        &self,
        text: &'a str,
        answering: Option<&str>,
    ) -> Option<Addressed<'a>> {
        let is_known = |mention: &&str| self.get(Company::of(mention)).is_some();
        let first = handles::mentions(text).find(is_known);
        let Some(answering) = answering else {
            return first.map(|handle| Addressed {
                handle,
                is_wrong: None,
            });
        };
        let plain = handles::plain(answering);
        let company = self.one(Company::of(answering));
        let same = handles::mentions(text).find(|mention| handles::plain(mention) == plain);
        let sister =
            || handles::mentions(text).find(|mention| self.one(Company::of(mention)) == company);
        let of_company = match same {
            Some(mention) => Some((mention, Some(false))),
            None => sister().map(|mention| (mention, Some(true))),
        };
        let (handle, is_wrong) = of_company.or(first.map(|mention| (mention, None)))?;
        Some(Addressed { handle, is_wrong })
    }
}

/// The handle that a post mentions.
pub(super) struct Addressed<'a> {
    /// As written, without `@`.
    pub(super) handle: &'a str,
    /// Whether it is another one than that of the same company which answered.
    pub(super) is_wrong: Option<bool>,
}

/// The ways in which one handle is written.
#[derive(Debug, Default)]
struct Spellings<'a> {
    of_account: Option<&'a str>,
    written: BTreeMap<&'a str, u32>,
}

impl<'a> Spellings<'a> {
    fn add(&mut self, spelling: &'a str, count: u32) {
        *self.written.entry(spelling).or_default() += count;
    }

    fn count(&self) -> u32 {
        self.written.values().sum()
    }

    /// The account's own way, else the one that is written most often.
    fn best(&self) -> Option<&'a str> {
        let most = || self.written.iter().max_by_key(|it| (it.1, Reverse(it.0)));
        self.of_account.or_else(|| Some(most()?.0))
    }
}

/// Of the handles of a company, the one that is mentioned most often, else the shortest, else the
/// first by alphabet.
fn best<'a>(handles: &BTreeMap<String, Spellings<'a>>) -> Option<&'a str> {
    let (_, spellings) = handles
        .iter()
        .min_by_key(|(plain, spellings)| (Reverse(spellings.count()), plain.len(), *plain))?;
    spellings.best()
}
