//! Which canonical columns what Uproar tells of an export rests on.

use uproar_ingest::schema::Column;

/// Something that Uproar tells of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Its name.
    pub name: &'static str,
    /// What it needs, all of it.
    pub needs: &'static [Need],
}

/// What a finding needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// One of these columns; the first is the best.
    AnyOf(&'static [Column]),
    /// That posts by the company can be told from the others.
    Company,
}

const LINKS: Need = Need::AnyOf(&[
    Column::InReplyToId,
    Column::ConversationId,
    Column::ReplyIds,
]);
const TIMES: Need = Need::AnyOf(&[Column::CreatedAt]);

impl Finding {
    /// Every finding, the one that needs least first.
    pub const ALL: [Self; 7] = [
        Self {
            name: "queue and posts",
            needs: &[Need::AnyOf(&[Column::Text])],
        },
        Self {
            name: "ranking by reach",
            needs: &[Need::AnyOf(&[Column::Followers, Column::Views])],
        },
        Self {
            name: "trend",
            needs: &[TIMES],
        },
        Self {
            name: "repeat contact",
            needs: &[Need::AnyOf(&[Column::AuthorId, Column::AuthorName]), TIMES],
        },
        Self {
            name: "conversations",
            needs: &[LINKS],
        },
        Self {
            name: "response times and unanswered posts",
            needs: &[TIMES, LINKS, Need::Company],
        },
        Self {
            name: "equity: response times by audience",
            needs: &[
                TIMES,
                LINKS,
                Need::Company,
                Need::AnyOf(&[Column::Followers]),
            ],
        },
    ];

    /// What of its needs an export does not meet: `has` says whether the export has a column,
    /// `knows_company` whether the company's posts can be told.
    pub fn missing(
        &self,
        has: impl Fn(Column) -> bool,
        knows_company: bool,
    ) -> impl Iterator<Item = Need> {
        self.needs.iter().copied().filter(move |need| match need {
            Need::AnyOf(columns) => !columns.iter().any(|column| has(*column)),
            Need::Company => !knows_company,
        })
    }
}

impl Need {
    /// What to have the exporting tool put out, or else to do, as an imperative.
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::Company => "name the company's accounts with --company @handle",
            Self::AnyOf(columns) => match columns {
                [Column::Text, ..] => "export the text of the posts",
                [Column::CreatedAt, ..] => "export when each post was written",
                [Column::Followers, ..] => "export how many followers each author has",
                [Column::AuthorId | Column::AuthorName, ..] => "export who wrote each post",
                [Column::InReplyToId, ..] => "export which post each one replies to",
                _ => "export it",
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_export_is_good_for() {
        let lacking = |columns: &[Column], knows_company| {
            let findings = Finding::ALL.iter();
            let lacking: Vec<(&str, usize)> = findings
                .map(|finding| {
                    let missing = finding.missing(|it| columns.contains(&it), knows_company);
                    (finding.name, missing.count())
                })
                .filter(|(_, missing)| *missing > 0)
                .collect();
            lacking
        };
        assert_eq!(lacking(&[], false).len(), Finding::ALL.len());
        assert_eq!(
            lacking(&[Column::Text, Column::CreatedAt, Column::Views], true),
            [
                ("repeat contact", 1),
                ("conversations", 1),
                ("response times and unanswered posts", 1),
                ("equity: response times by audience", 2),
            ]
        );
        assert_eq!(
            lacking(
                &[
                    Column::Text,
                    Column::CreatedAt,
                    Column::AuthorName,
                    Column::ReplyIds,
                    Column::Followers,
                ],
                false
            ),
            [
                ("response times and unanswered posts", 1),
                ("equity: response times by audience", 1),
            ]
        );
    }

    #[test]
    fn every_need_has_a_remedy_of_its_own() {
        for need in Finding::ALL.iter().flat_map(|finding| finding.needs) {
            assert_ne!(need.remedy(), "export it", "{need:?}");
        }
    }
}
