//! What of the posts may be shown: texts without personal data, authors under pseudonyms.
//!
//! Posts are hidden as they are written, after everything else: the model, conversations and ranks
//! know the originals.

use std::borrow::Cow;
use std::collections::HashSet;

use polars::prelude::{DataFrame, IntoColumn, NewChunkedArray, PolarsResult, StringChunked};
use uproar_ingest::pseudonym::Pseudonyms;
use uproar_ingest::redact::Redactor;
use uproar_ingest::{RAW_CHARS, handle};
use uproar_report::{RejectRow, columns};

use super::ScoreArgs;
use crate::config::Config;
use crate::error::Error;

/// What is hidden.
#[derive(Debug)]
pub(super) struct Privacy {
    /// Of the posts' texts.
    redactor: Option<Redactor>,
    pseudonyms: Option<Pseudonyms>,
    rejects: Raw,
}

/// How a row that could not be read is shown.
#[derive(Debug)]
enum Raw {
    AsRead,
    Redacted(Redactor),
    /// Its cells are not known, and so neither is which of them names the author.
    LeftOut,
}

impl Privacy {
    /// What the options ask for. Reads the key.
    pub(super) fn new(args: &ScoreArgs, config: &Config) -> Result<Self, Error> {
        if args.raw_rejects && config.redacts_posts() {
            return Err(Error::Usage(
                "--raw-rejects shows personal data, which redaction.posts of uproar.toml hides; \
                 leave one of them out",
            ));
        }
        let pseudonyms = match &args.pseudonymise {
            Some(path) => {
                let pseudonyms = Pseudonyms::from_key_file(path)?;
                if pseudonyms.is_key_exposed() && !args.quiet {
                    let path = path.display();
                    super::note(&format!(
                        "everyone on this machine can read the key; keep it to yourself with: \
                         chmod 600 {path}"
                    ));
                }
                Some(pseudonyms)
            }
            None => None,
        };
        Ok(Self {
            redactor: (args.redact || config.redacts_posts()).then(Redactor::default),
            rejects: if args.raw_rejects {
                Raw::AsRead
            } else if pseudonyms.is_some() {
                Raw::LeftOut
            } else {
                Raw::Redacted(Redactor::default())
            },
            pseudonyms,
        })
    }

    /// Whether texts have markers in place of personal data.
    pub(super) fn redacts_posts(&self) -> bool {
        self.redactor.is_some()
    }

    /// What tells the key from others.
    pub(super) fn key_fingerprint(&self) -> Option<String> {
        self.pseudonyms.as_ref().map(Pseudonyms::fingerprint)
    }

    /// The posts as they may be shown. Their columns `answered_by`, `addressed` and `company` stay:
    /// they hold handles of the company only.
    pub(super) fn hide(
        &self,
        mut posts: DataFrame,
        company: &CompanyHandles,
    ) -> Result<DataFrame, Error> {
        if self.redactor.is_some() || self.pseudonyms.is_some() {
            let texts = posts.column(columns::TEXT)?.str()?;
            let hidden = texts.iter().map(|text| Some(self.text(text?, company)));
            let hidden = StringChunked::from_iter_options(columns::TEXT.into(), hidden);
            posts.with_column(hidden.into_column())?;
        }
        if let Some(pseudonyms) = &self.pseudonyms {
            for name in [columns::AUTHOR_ID, columns::AUTHOR_NAME] {
                let direction = posts.column(columns::DIRECTION)?.str()?;
                let authors = posts.column(name)?.str()?;
                let hidden = authors.iter().zip(direction.iter()).map(|(author, by)| {
                    let author = author?;
                    Some(match by {
                        Some(columns::COMPANY) => Cow::Borrowed(author),
                        _ => Cow::Owned(pseudonyms.author(author)),
                    })
                });
                let hidden = StringChunked::from_iter_options(name.into(), hidden);
                posts.with_column(hidden.into_column())?;
            }
        }
        Ok(posts)
    }

    /// Redacts first: a pseudonym would tear an address such as `jo @ example.com` apart.
    fn text<'a>(&self, text: &'a str, company: &CompanyHandles) -> Cow<'a, str> {
        let redacted = match &self.redactor {
            Some(redactor) => redactor.redact(text),
            None => Cow::Borrowed(text),
        };
        match &self.pseudonyms {
            Some(pseudonyms) => match pseudonyms.mentions(&redacted, &company.0) {
                Cow::Borrowed(_) => redacted,
                Cow::Owned(hidden) => Cow::Owned(hidden),
            },
            None => redacted,
        }
    }

    /// The reject as it may be shown.
    pub(super) fn hide_reject(&self, mut reject: RejectRow) -> RejectRow {
        match &self.rejects {
            Raw::AsRead => {}
            Raw::Redacted(redactor) => reject.raw = redacted_row(redactor, &reject.raw),
            Raw::LeftOut => reject.raw.clear(),
        }
        reject
    }
}

/// A rejected row without personal data. What a cut row ends with goes too: half a number is not
/// known for one.
fn redacted_row(redactor: &Redactor, raw: &str) -> String {
    /// More than nearly all personal data has.
    const END_CHARS: usize = 64;
    let redacted = redactor.redact(raw);
    let is_cut = raw.chars().count() >= RAW_CHARS;
    let end = redacted
        .char_indices()
        .rev()
        .nth(END_CHARS - 1)
        .filter(|_| is_cut);
    match end {
        Some((end, _)) => redacted[..end].to_owned(),
        None => redacted.into_owned(),
    }
}

/// The handles that keep their names where texts mention them, [folded](handle::folded): those that
/// the user names, of the authors of the company's posts, and those by which customers address a
/// company that is known by one of these.
#[derive(Debug)]
pub(super) struct CompanyHandles(HashSet<String>);

impl CompanyHandles {
    pub(super) fn new(named: &[String]) -> Self {
        Self(named.iter().map(|name| handle::folded(name)).collect())
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Adds the handles of posts that were annotated.
    pub(super) fn add(&mut self, posts: &DataFrame) -> PolarsResult<()> {
        let direction = posts.column(columns::DIRECTION)?.str()?;
        let names = posts.column(columns::AUTHOR_NAME)?.str()?;
        let by_company = names
            .iter()
            .zip(direction.iter())
            .filter(|(_, by)| *by == Some(columns::COMPANY))
            .filter_map(|(name, _)| name);
        let addressed = posts.column(columns::ADDRESSED)?.str()?;
        self.0.extend(
            by_company
                .chain(addressed.iter().flatten())
                .map(handle::folded),
        );
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_number_at_the_end_of_a_cut_row_is_not_shown() {
        let redactor = Redactor::default();
        let row = "- ".repeat(RAW_CHARS / 2 - 4) + "4111 111";
        let shown = redacted_row(&redactor, &row);
        assert!(!shown.contains("4111"), "{shown}");
        assert!(row.starts_with(&shown));

        let whole = "call 020 7946 0958";
        assert_eq!(redacted_row(&redactor, whole), "call [phone]");
    }
}
