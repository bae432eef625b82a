//! `handles.csv`: which account was addressed, which one answered, and what fell through.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use polars::prelude::*;

use super::{
    Accumulate,
    column::column,
    spec::{Field, Kind, TableSpec},
    spellings::Spellings,
};
use crate::{
    columns,
    error::Error,
    posts::{Answers, booleans, texts},
    quantile::{median, share},
    settings::Settings,
};

/// The table.
pub(crate) const SPEC: TableSpec = TableSpec {
    name: "handles",
    title: "Handles",
    purpose: "Which handle customers address, which one answers, and what falls through; the handle with most unanswered posts first, of equal ones that with most posts, then by company and handle; posts that mention none last.",
    fields: &[
        Field {
            name: "handle",
            kind: Kind::Label,
            meaning: "The handle that posts mention, without `@`; empty for posts that mention none of a known company.",
        },
        Field {
            name: "company",
            kind: Kind::Label,
            meaning: "The company that these posts are to.",
        },
        Field {
            name: "posts",
            kind: Kind::Count,
            meaning: "Posts of customers.",
        },
        Field {
            name: "answered_itself",
            kind: Kind::Count,
            meaning: "Posts that this handle answered first; empty, as the next three, where of no post is known whether it has an answer.",
        },
        Field {
            name: "answered_by_another",
            kind: Kind::Count,
            meaning: "Posts that another handle answered first, of this company or another; of posts that mention none, any handle.",
        },
        Field {
            name: "other_handle",
            kind: Kind::Label,
            meaning: "The other handle that answered most often, of equal ones the first in the order of the alphabet.",
        },
        Field {
            name: "unanswered",
            kind: Kind::Count,
            meaning: "Posts that fell through: nobody answered.",
        },
        Field {
            name: "response_rate",
            kind: Kind::Share,
            meaning: "Answered posts, of those where it is known.",
        },
        Field {
            name: "median_first_response_minutes",
            kind: Kind::Minutes,
            meaning: "Minutes in which half of the first answers came.",
        },
    ],
};

/// The table as it is made. Keeps 8 bytes a first answer.
#[derive(Debug, Default)]
pub(crate) struct Handles {
    spellings: Spellings,
    /// By the company that the posts are to, and the handle that they mention.
    handles: BTreeMap<(Option<String>, Option<String>), Handle>,
}

/// What is known of the posts that mention one handle.
#[derive(Debug, Default)]
struct Handle {
    posts: u64,
    answered: u64,
    unanswered: u64,
    answered_itself: u64,
    others: BTreeMap<String, u64>,
    first_responses: Vec<f64>,
}

impl Handles {
    pub(crate) fn new(_settings: &Settings) -> Self {
        Self::default()
    }
}

impl Accumulate for Handles {
    fn spec(&self) -> &'static TableSpec {
        &SPEC
    }

    fn add(&mut self, ranked: &DataFrame) -> Result<(), Error> {
        let direction = texts(ranked, columns::DIRECTION)?;
        let companies = texts(ranked, columns::COMPANY_NAME)?;
        let addressed = texts(ranked, columns::ADDRESSED)?;
        let answered_by = texts(ranked, columns::ANSWERED_BY)?;
        let wrong_handle = booleans(ranked, columns::WRONG_HANDLE)?;
        let answers = Answers::read(ranked)?;
        for row in 0..ranked.height() {
            if direction.get(row) != Some(columns::CUSTOMER) {
                continue;
            }
            let spellings = &mut self.spellings;
            let mention = addressed.get(row).map(|handle| spellings.add(handle));
            let answering = answered_by.get(row).map(|handle| spellings.add(handle));
            let company = companies.get(row).map(str::to_owned);
            let handle = self.handles.entry((company, mention)).or_default();
            handle.posts += 1;
            let answered = answers.answered.get(row);
            handle.answered += u64::from(answered == Some(true));
            handle.unanswered += u64::from(answered == Some(false));
            let minutes = answers.first_response_minutes.get(row);
            handle.first_responses.extend(minutes);
            if wrong_handle.get(row) == Some(false) {
                handle.answered_itself += 1;
            } else if let Some(answering) = answering {
                *handle.others.entry(answering).or_default() += 1;
            }
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<DataFrame, Error> {
        let spellings = self.spellings;
        let mut rows: Vec<_> = self.handles.into_iter().collect();
        // What is equal stays in the order of companies and handles.
        rows.sort_by_key(|((_, mention), handle)| {
            let fell_through = Reverse(handle.unanswered);
            (mention.is_none(), fell_through, Reverse(handle.posts))
        });
        let count = |name, count: fn(&Handle) -> u64| {
            column(name, &rows, |(_, handle)| count(handle) as i64)
        };
        // Zero would say that all have an answer.
        let of_answers = |name, count: fn(&Handle) -> u64| {
            column(name, &rows, |(_, handle)| {
                (handle.answered + handle.unanswered > 0).then(|| count(handle) as i64)
            })
        };
        let columns = vec![
            column("handle", &rows, |((_, handle), _)| {
                spellings.of(handle.as_deref()?)
            }),
            column("company", &rows, |((company, _), _)| company.as_deref()),
            count("posts", |handle| handle.posts),
            of_answers("answered_itself", |handle| handle.answered_itself),
            of_answers("answered_by_another", |handle| handle.others.values().sum()),
            column("other_handle", &rows, |(_, handle)| {
                let others = handle.others.iter();
                let (other, _) = others.max_by_key(|(other, count)| (**count, Reverse(*other)))?;
                spellings.of(other)
            }),
            of_answers("unanswered", |handle| handle.unanswered),
            column("response_rate", &rows, |(_, handle)| {
                share(handle.answered, handle.answered + handle.unanswered)
            }),
            column("median_first_response_minutes", &rows, |(_, handle)| {
                median(&mut handle.first_responses.clone())
            }),
        ];
        Ok(DataFrame::new(rows.len(), columns)?)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        fixture::Post,
        tables::fixture::{any_posts, csv},
    };

    fn in_chunks(rows: &[Post], chunk: usize) -> String {
        csv(|settings| Box::new(Handles::new(settings)), rows, chunk)
    }

    fn table(rows: &[Post]) -> String {
        in_chunks(rows, rows.len())
    }

    #[test]
    fn handles_by_what_fell_through() {
        let to = |addressed| Post {
            company: Some("Acme"),
            addressed,
            ..Post::default()
        };
        let answered = |by, wrong_handle, minutes, post| Post {
            answered: Some(true),
            answered_by: by,
            wrong_handle,
            first_response_minutes: minutes,
            ..post
        };
        let unanswered = |post| Post {
            answered: Some(false),
            ..post
        };
        let help = Some("Acme_Help");
        let rows = [
            answered(help, Some(false), Some(4.0), to(help)),
            answered(help, Some(false), Some(8.0), to(Some("acme_help"))),
            answered(help, Some(true), Some(30.0), to(Some("acme"))),
            answered(help, Some(true), None, to(Some("Acme"))),
            // Another company's, and one whose account is unknown.
            answered(Some("Zen"), None, None, to(Some("Acme"))),
            answered(None, None, None, to(Some("Acme"))),
            unanswered(to(Some("Acme"))),
            answered(help, None, Some(1.0), to(None)),
            to(None),
            Post::default(),
            Post {
                direction: columns::COMPANY,
                ..to(None)
            },
        ];
        insta::assert_snapshot!(table(&rows));
    }

    proptest! {
        #[test]
        fn the_size_of_chunks_does_not_matter(rows in any_posts(), chunk in 1_usize..20) {
            prop_assert_eq!(table(&rows), in_chunks(&rows, chunk));
        }
    }
}
