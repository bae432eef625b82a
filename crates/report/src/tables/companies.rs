//! `companies.csv`: what each company gets, and how it answers.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use polars::prelude::*;
use uproar_ingest::{conversation::ReplyKind, interner::Interner};

use super::{
    Accumulate,
    column::column,
    spec::{Field, Kind, TableSpec},
    spellings::Spellings,
};
use crate::{
    band::Band,
    columns,
    error::Error,
    posts::{Answers, booleans, integers, numbers, texts},
    quantile::{median, quantile, share},
    settings::Settings,
};

/// The table.
pub(crate) const SPEC: TableSpec = TableSpec {
    name: "companies",
    title: "Companies",
    purpose: "What each company gets, and how it answers; the company with most posts first, of equal ones in the order of the alphabet; posts without a company last.",
    fields: &[
        Field {
            name: "company",
            kind: Kind::Label,
            meaning: "The company, by the handle that it goes by; empty for posts whose company is unknown.",
        },
        Field {
            name: "handles",
            kind: Kind::Label,
            meaning: "Its handles that posts mention or come from, the most frequent first; for posts without a company, those of known companies that they mention.",
        },
        Field {
            name: "posts",
            kind: Kind::Count,
            meaning: "Posts of customers.",
        },
        Field {
            name: "customers",
            kind: Kind::Count,
            meaning: "Authors of these posts, each once; posts without an author are not counted.",
        },
        Field {
            name: "angry_share",
            kind: Kind::Share,
            meaning: "Posts of anger level 2 or 3, of those with scores.",
        },
        Field {
            name: "urgent_share",
            kind: Kind::Share,
            meaning: "Posts of urgency level 2 or 3, of those with scores.",
        },
        Field {
            name: "unanswered_now",
            kind: Kind::Count,
            meaning: "Posts of the band `now` without an answer; empty where of none is known whether it has one.",
        },
        Field {
            name: "unanswered_today",
            kind: Kind::Count,
            meaning: "Posts of the band `today` without an answer; empty likewise.",
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
        Field {
            name: "p90_first_response_minutes",
            kind: Kind::Minutes,
            meaning: "Minutes in which nine of ten first answers came.",
        },
        Field {
            name: "median_first_response_open_minutes",
            kind: Kind::Minutes,
            meaning: "Minutes within business hours in which half of the first answers came; empty where no hours are set.",
        },
        Field {
            name: "deflection_rate",
            kind: Kind::Share,
            meaning: "First answers that send the customer elsewhere (`deflect`), of all first answers.",
        },
        Field {
            name: "private_message_rate",
            kind: Kind::Share,
            meaning: "First answers that move to private messages (`dm`), of all first answers.",
        },
        Field {
            name: "repeat_contact_rate",
            kind: Kind::Share,
            meaning: "Posts by authors who had written to the company in the 30 days before, of those where it is known.",
        },
        Field {
            name: "wrong_handle_rate",
            kind: Kind::Share,
            meaning: "Posts that another handle of the company answered than the one they mention, of those where it is known.",
        },
        Field {
            name: "tried_before_share",
            kind: Kind::Share,
            meaning: "Posts that tell of earlier contact or fixes that failed, of those with scores.",
        },
        Field {
            name: "churn_share",
            kind: Kind::Share,
            meaning: "Posts by authors who leave or threaten to, of those with scores.",
        },
    ],
};

/// The table as it is made. Keeps 8 bytes a first answer and some 10 an author.
#[derive(Debug, Default)]
pub(crate) struct Companies {
    names: Interner,
    /// By the place of the name, which is empty for posts without a company.
    companies: Vec<Company>,
}

/// What is known of one company.
#[derive(Debug, Default)]
struct Company {
    handles: Spellings,
    posts: u64,
    customers: HashSet<u64>,
    angry: Part,
    urgent: Part,
    unanswered_now: u64,
    unanswered_today: u64,
    answered: Part,
    first_responses: Vec<f64>,
    /// Within business hours.
    open_first_responses: Vec<f64>,
    deflected: u64,
    to_private_messages: u64,
    repeated: Part,
    wrong_handle: Part,
    tried_before: Part,
    churn: Part,
}

/// How many of the posts of which something is known have it.
#[derive(Clone, Copy, Debug, Default)]
struct Part {
    count: u64,
    known: u64,
}

impl Part {
    fn add(&mut self, has: Option<bool>) {
        self.known += u64::from(has.is_some());
        self.count += u64::from(has == Some(true));
    }

    fn share(self) -> Option<f32> {
        share(self.count, self.known)
    }
}

impl Companies {
    pub(crate) fn new(_settings: &Settings) -> Self {
        Self::default()
    }

    fn company(&mut self, name: Option<&str>) -> &mut Company {
        let place = self.names.place(name.unwrap_or_default()) as usize;
        if self.companies.len() <= place {
            self.companies.resize_with(place + 1, Company::default);
        }
        &mut self.companies[place]
    }
}

impl Accumulate for Companies {
    fn spec(&self) -> &'static TableSpec {
        &SPEC
    }

    fn add(&mut self, ranked: &DataFrame) -> Result<(), Error> {
        let direction = texts(ranked, columns::DIRECTION)?;
        let companies = texts(ranked, columns::COMPANY_NAME)?;
        let author_ids = texts(ranked, columns::AUTHOR_ID)?;
        let author_names = texts(ranked, columns::AUTHOR_NAME)?;
        let addressed = texts(ranked, columns::ADDRESSED)?;
        let anger = integers(ranked, columns::ANGER_LEVEL)?;
        let urgency = integers(ranked, columns::URGENCY_LEVEL)?;
        let bands = texts(ranked, columns::BAND)?;
        let answers = Answers::read(ranked)?;
        let open_minutes = ranked
            .column(columns::FIRST_RESPONSE_OPEN_MINUTES)
            .is_ok()
            .then(|| numbers(ranked, columns::FIRST_RESPONSE_OPEN_MINUTES))
            .transpose()?;
        let kinds = texts(ranked, columns::REPLY_KIND)?;
        let contacts = integers(ranked, columns::REPEAT_CONTACT)?;
        let wrong_handle = booleans(ranked, columns::WRONG_HANDLE)?;
        let tried_before = booleans(ranked, columns::IS_TRIED_BEFORE)?;
        let churn = booleans(ranked, columns::IS_CHURN)?;
        for row in 0..ranked.height() {
            let company = self.company(companies.get(row));
            let (author_id, author_name) = (author_ids.get(row), author_names.get(row));
            if direction.get(row) != Some(columns::CUSTOMER) {
                if let Some(handle) = author_name.or(author_id) {
                    company.handles.add(handle);
                }
                continue;
            }
            if let Some(handle) = addressed.get(row) {
                company.handles.add(handle);
            }
            company.posts += 1;
            let author = author_id.or(author_name);
            company.customers.extend(author.map(fingerprint));
            company.angry.add(anger.get(row).map(|level| level >= 2));
            company.urgent.add(urgency.get(row).map(|level| level >= 2));
            let answered = answers.answered.get(row);
            company.answered.add(answered);
            let unanswered_of = |band: Band| {
                u64::from(answered == Some(false) && bands.get(row) == Some(band.name()))
            };
            company.unanswered_now += unanswered_of(Band::Now);
            company.unanswered_today += unanswered_of(Band::Today);
            let minutes = answers.first_response_minutes.get(row);
            company.first_responses.extend(minutes);
            let minutes = open_minutes.as_ref().and_then(|minutes| minutes.get(row));
            company.open_first_responses.extend(minutes);
            if answered == Some(true) {
                let kind = kinds.get(row);
                let is = |wanted: ReplyKind| u64::from(kind == Some(wanted.name()));
                company.deflected += is(ReplyKind::Deflection);
                company.to_private_messages += is(ReplyKind::PrivateMessage);
            }
            let is_repeated = contacts.get(row).map(|contacts| contacts > 0);
            company.repeated.add(is_repeated);
            company.wrong_handle.add(wrong_handle.get(row));
            company.tried_before.add(tried_before.get(row));
            company.churn.add(churn.get(row));
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<DataFrame, Error> {
        let names = self.names;
        let mut rows: Vec<(Option<&str>, Company)> = (0..)
            .zip(self.companies)
            .map(|(place, company)| (Some(names.get(place)).filter(|it| !it.is_empty()), company))
            .collect();
        rows.sort_by_key(|(name, company)| (name.is_none(), Reverse(company.posts), *name));
        let share = |name, part: fn(&Company) -> Part| {
            column(name, &rows, |(_, company)| part(company).share())
        };
        let count = |name, count: fn(&Company) -> u64| {
            column(name, &rows, |(_, company)| count(company) as i64)
        };
        // Zero would say that all have an answer.
        let unanswered = |name, count: fn(&Company) -> u64| {
            column(name, &rows, |(_, company)| {
                (company.answered.known > 0).then(|| count(company) as i64)
            })
        };
        let of_answers = |name, count: fn(&Company) -> u64| {
            column(name, &rows, |(_, company)| {
                crate::quantile::share(count(company), company.answered.count)
            })
        };
        let handles = column("handles", &rows, |(_, company)| {
            Some(company.handles.listed().join(", ")).filter(|handles| !handles.is_empty())
        });
        let minutes = |name, of: fn(&mut [f64]) -> Option<f64>| {
            column(name, &rows, |(_, company)| {
                of(&mut company.first_responses.clone())
            })
        };
        let columns = vec![
            column("company", &rows, |(name, _)| *name),
            handles,
            count("posts", |company| company.posts),
            count("customers", |company| company.customers.len() as u64),
            share("angry_share", |company| company.angry),
            share("urgent_share", |company| company.urgent),
            unanswered("unanswered_now", |company| company.unanswered_now),
            unanswered("unanswered_today", |company| company.unanswered_today),
            share("response_rate", |company| company.answered),
            minutes("median_first_response_minutes", median),
            minutes("p90_first_response_minutes", |values| quantile(values, 0.9)),
            column(
                "median_first_response_open_minutes",
                &rows,
                |(_, company)| median(&mut company.open_first_responses.clone()),
            ),
            of_answers("deflection_rate", |company| company.deflected),
            of_answers("private_message_rate", |company| {
                company.to_private_messages
            }),
            share("repeat_contact_rate", |company| company.repeated),
            share("wrong_handle_rate", |company| company.wrong_handle),
            share("tried_before_share", |company| company.tried_before),
            share("churn_share", |company| company.churn),
        ];
        Ok(DataFrame::new(rows.len(), columns)?)
    }
}

/// Tells authors apart: of ten million, two share one with a probability of 3 in a million.
fn fingerprint(author: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    author.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        fixture::{Post, posts, with_business_hours},
        rank::rank,
        tables::fixture::{any_posts, csv},
    };

    fn in_chunks(rows: &[Post], chunk: usize) -> String {
        csv(|settings| Box::new(Companies::new(settings)), rows, chunk)
    }

    fn table(rows: &[Post]) -> String {
        in_chunks(rows, rows.len())
    }

    #[test]
    fn companies_by_the_posts_they_get() {
        let acme = Post {
            company: Some("Acme"),
            author_id: Some("1"),
            author_name: Some("ann"),
            ..Post::default()
        };
        let answered = |minutes, reply_kind| Post {
            answered: Some(true),
            first_response_minutes: Some(minutes),
            reply_kind,
            ..acme
        };
        let rows = [
            Post {
                addressed: Some("ACME_help"),
                wrong_handle: Some(false),
                repeat_contact: Some(0),
                anger_level: 2,
                ..answered(10.0, Some("dm"))
            },
            Post {
                addressed: Some("acme"),
                wrong_handle: Some(true),
                repeat_contact: Some(1),
                churn: 0.9,
                ..answered(20.0, Some("deflect"))
            },
            // Known by another name, and still the same author.
            Post {
                author_name: Some("Ann"),
                ..answered(120.0, None)
            },
            Post {
                author_id: None,
                author_name: Some("bob"),
                answered: Some(false),
                urgency_level: 3,
                ..acme
            },
            Post {
                author_id: None,
                author_name: None,
                answered: Some(false),
                urgency_level: 2,
                ..acme
            },
            Post {
                scored: false,
                ..acme
            },
            Post {
                direction: columns::COMPANY,
                author_name: Some("Acme_Help"),
                answered: None,
                ..acme
            },
            Post {
                direction: columns::COMPANY,
                author_name: Some("Acme_Help"),
                ..acme
            },
            Post::default(),
            Post {
                direction: columns::COMPANY,
                company: Some("Zen"),
                author_name: Some("Zen"),
                ..Post::default()
            },
        ];
        insta::assert_snapshot!(table(&rows));
    }

    #[test]
    fn within_business_hours() {
        // The fixture begins on a Tuesday at 18:42 UTC.
        let settings = with_business_hours("09:00-19:00");
        let answered = |minutes| Post {
            company: Some("Acme"),
            created_at: Some(0),
            answered: Some(true),
            first_response_minutes: Some(minutes),
            ..Post::default()
        };
        // Nobody is there from 19:00 to 9:00.
        let rows = [answered(10.0), answered(18.0 + 14.0 * 60.0 + 30.0)];
        let ranked = rank(posts(&rows), &settings).unwrap();
        let mut table = Box::new(Companies::new(&settings));
        table.add(&ranked).unwrap();
        let table = table.finish().unwrap();
        let open = numbers(&table, "median_first_response_open_minutes").unwrap();
        assert_eq!(open.get(0), Some((10.0 + 48.0) / 2.0));
    }

    proptest! {
        #[test]
        fn the_size_of_chunks_does_not_matter(rows in any_posts(), chunk in 1_usize..20) {
            prop_assert_eq!(table(&rows), in_chunks(&rows, chunk));
        }
    }
}
