//! The table of authors that Vicinitas stacks below its table of posts.

use crate::columns::{self, ColumnOverride, Mapping};
use crate::error::Error;
use crate::formats::DecodedText;
use crate::formats::apart::{Author, Authors};
use crate::handle;
use crate::schema::Column;

use super::header::Header;
use super::record::Records;
use super::{is_header_again, is_other_header};

/// Whether a header of posts is that of an export with a table of authors below, which is worth
/// reading the input twice. Followers are what the posts lack.
pub(crate) fn is_expected(header: &Header, overrides: &[ColumnOverride]) -> bool {
    const SIGNS: [&str; 4] = ["tweetid", "screenname", "tweettype", "mediaurls"];
    let names: Vec<String> = header
        .names
        .iter()
        .map(|name| columns::normal(name))
        .collect();
    SIGNS
        .iter()
        .all(|sign| names.iter().any(|name| name == sign))
        && Mapping::new(&header.names, overrides)
            .get(Column::Followers)
            .is_none()
}

/// Reads the authors below the posts, by handle.
pub(crate) fn read(input: DecodedText, header: &Header) -> Result<Authors, Error> {
    let mut records = Records::new(input, header.delimiter);
    records.skip_lines(header.leading)?;
    let mut authors = Authors::default();
    let mut table = None;
    while records.read()? {
        if records.fault().is_some() {
            continue;
        }
        if is_header_again(&records, &header.names) {
            table = None;
        } else if is_other_header(&records) {
            table = AuthorTable::below(&records);
        } else if let Some((handle, author)) =
            table.as_ref().and_then(|table| table.author(&records))
        {
            authors.add(handle, author);
        }
    }
    Ok(authors)
}

/// Which fields of a table of authors hold what.
#[derive(Debug)]
pub(super) struct AuthorTable {
    handle: usize,
    followers: usize,
    id: Option<usize>,
    verified: Option<usize>,
}

impl AuthorTable {
    /// The table whose header is the record last read; none when it is one of something else.
    pub(super) fn below(header: &Records) -> Option<Self> {
        let names: Vec<&str> = (0..header.len())
            .map(|index| header.field(index).unwrap_or_default())
            .collect();
        let mapping = Mapping::new(&names, &[]);
        let is_of_posts = mapping.get(Column::Text).is_some();
        (!is_of_posts).then_some(Self {
            handle: mapping.get(Column::AuthorName)?,
            followers: mapping.get(Column::Followers)?,
            id: mapping.get(Column::AuthorId),
            verified: mapping.get(Column::Verified),
        })
    }

    /// The author in the record last read, by handle; none when it has no handle.
    pub(super) fn author(&self, record: &Records) -> Option<(String, Author)> {
        let field = |index: usize| record.field(index).map(str::to_owned);
        let handle = handle::folded(record.field(self.handle)?);
        let author = Author {
            id: self.id.and_then(field),
            name: None,
            followers: field(self.followers),
            verified: self.verified.and_then(field),
        };
        (!handle.is_empty()).then_some((handle, author))
    }
}
