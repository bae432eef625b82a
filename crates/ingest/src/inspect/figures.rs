//! What the rows looked at add up to.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::mem::discriminant;

use jiff::Timestamp;
use polars::prelude::{DataFrame, PolarsResult};

use crate::conversation::{ConversationOptions, Conversations};
use crate::language;
use crate::notice::NoticeKind;
use crate::reader::ReadOptions;
use crate::reject::{Reason, Reject};
use crate::schema::{self, Column};

use super::column::moments;

/// Rows that cannot become posts, for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedRows {
    /// The reason of the first one; others may differ in numbers.
    pub reason: Reason,
    /// The line of the first one.
    pub line: u64,
    /// How many.
    pub count: u64,
}

/// Posts in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LanguageCount {
    /// See [`Language::code`](language::Language::code); none where it is not known.
    pub code: Option<String>,
    /// How many posts.
    pub posts: u64,
}

/// What tells which posts are the company's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Company {
    /// The export does.
    Export,
    /// The handles that the user named, which wrote so many posts.
    Named {
        /// Posts of these handles among those looked at.
        posts: u64,
    },
    /// How accounts answer; their handles, sorted.
    Inferred(Vec<String>),
    /// Nothing does.
    #[default]
    Unknown,
}

impl Company {
    /// Whether posts are known to be the company's.
    pub const fn is_known(&self) -> bool {
        !matches!(self, Self::Unknown | Self::Named { posts: 0 })
    }
}

/// Groups rejects by the kind of their reason.
pub(super) fn by_reason(rejects: Vec<Reject>) -> Vec<RejectedRows> {
    let mut groups: Vec<RejectedRows> = Vec::new();
    for reject in rejects {
        let kind = discriminant(&reject.reason);
        match groups
            .iter_mut()
            .find(|group| discriminant(&group.reason) == kind)
        {
            Some(group) => group.count += 1,
            None => groups.push(RejectedRows {
                reason: reject.reason,
                line: reject.line,
                count: 1,
            }),
        }
    }
    groups.sort_by_key(|group| (Reverse(group.count), group.line));
    groups
}

/// Finds out what tells the company's posts; `has_column` if a column of the input does.
pub(super) fn company(
    posts: &DataFrame,
    options: &ReadOptions,
    has_column: bool,
) -> PolarsResult<Company> {
    let directions = posts.column(Column::Direction.name())?.str()?;
    let by_company = directions.iter().flatten();
    let by_company = by_company.filter(|side| *side == schema::COMPANY).count() as u64;
    if has_column || (by_company > 0 && options.company.is_empty()) {
        return Ok(Company::Export);
    }
    if !options.company.is_empty() {
        return Ok(Company::Named { posts: by_company });
    }
    let mut conversations = Conversations::new(ConversationOptions::default());
    conversations.add(posts)?;
    let annotations = conversations.finish();
    let inferred = annotations
        .notices()
        .iter()
        .find_map(|notice| match &notice.kind {
            NoticeKind::InferredCompany { handles } => Some(handles.clone()),
            _ => None,
        });
    Ok(inferred.map_or(Company::Unknown, Company::Inferred))
}

/// The earliest and the latest time.
pub(super) fn period(posts: &DataFrame) -> PolarsResult<Option<(Timestamp, Timestamp)>> {
    let moments = moments(posts.column(Column::CreatedAt.name())?)?;
    let bounds = moments.iter().flatten().fold(None, |bounds, moment| {
        let (first, last) = bounds.unwrap_or((moment, moment));
        Some((moment.min(first), moment.max(last)))
    });
    Ok(bounds.and_then(|(first, last)| {
        let first = Timestamp::from_microsecond(first).ok()?;
        Some((first, Timestamp::from_microsecond(last).ok()?))
    }))
}

/// How many posts are in which language.
pub(super) fn languages(posts: &DataFrame) -> PolarsResult<Vec<LanguageCount>> {
    let texts = posts.column(Column::Text.name())?.str()?;
    let hints = posts.column(Column::Lang.name())?.str()?;
    let mut counts: BTreeMap<Option<String>, u64> = BTreeMap::new();
    for (text, hint) in texts.iter().zip(hints.iter()) {
        let language = language::detect(text.unwrap_or_default(), hint);
        *counts
            .entry(language.code().map(str::to_owned))
            .or_default() += 1;
    }
    let mut languages: Vec<LanguageCount> = counts
        .into_iter()
        .map(|(code, posts)| LanguageCount { code, posts })
        .collect();
    languages.sort_by_key(|language| Reverse(language.posts));
    Ok(languages)
}
