//! From cells to typed posts, and from posts to a frame.

use polars::prelude::{Column as Values, DataFrame, NamedFrom, PolarsResult, Series};

use crate::schema::{self, Column};

/// One post with the types of the schema; a missing value is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Post {
    pub(crate) id: String,
    pub(crate) text: String,
    /// Microseconds since 1970-01-01 in UTC.
    pub(crate) created_at: Option<i64>,
    pub(crate) author_id: Option<String>,
    pub(crate) author_name: Option<String>,
    pub(crate) followers: Option<i64>,
    pub(crate) verified: Option<bool>,
    pub(crate) in_reply_to_id: Option<String>,
    pub(crate) conversation_id: Option<String>,
    pub(crate) reply_ids: Option<String>,
    pub(crate) likes: Option<i64>,
    pub(crate) reposts: Option<i64>,
    pub(crate) replies: Option<i64>,
    pub(crate) quotes: Option<i64>,
    pub(crate) views: Option<i64>,
    pub(crate) lang: Option<String>,
    pub(crate) source: Option<String>,
    pub(crate) is_by_company: bool,
}

impl Post {
    /// The length of its texts together, in bytes.
    pub(crate) fn size(&self) -> usize {
        let others = [
            &self.author_id,
            &self.author_name,
            &self.in_reply_to_id,
            &self.conversation_id,
            &self.reply_ids,
            &self.lang,
            &self.source,
        ];
        let others = others.into_iter().flatten().map(String::len);
        self.id.len() + self.text.len() + others.sum::<usize>()
    }
}

/// The posts as a frame of [`schema::schema`].
pub(crate) fn frame(posts: &[Post]) -> PolarsResult<DataFrame> {
    let columns = Column::ALL
        .into_iter()
        .map(|column| {
            let series = series(column, posts).cast(&column.dtype())?;
            Ok(Values::from(series))
        })
        .collect::<PolarsResult<Vec<Values>>>()?;
    DataFrame::new(posts.len(), columns)
}

fn series(column: Column, posts: &[Post]) -> Series {
    let texts = |get: fn(&Post) -> Option<&str>| {
        Series::new(
            column.name().into(),
            posts.iter().map(get).collect::<Vec<_>>(),
        )
    };
    let numbers = |get: fn(&Post) -> Option<i64>| {
        Series::new(
            column.name().into(),
            posts.iter().map(get).collect::<Vec<_>>(),
        )
    };
    match column {
        Column::Id => texts(|post| Some(&post.id)),
        Column::Text => texts(|post| Some(&post.text)),
        Column::CreatedAt => numbers(|post| post.created_at),
        Column::AuthorId => texts(|post| post.author_id.as_deref()),
        Column::AuthorName => texts(|post| post.author_name.as_deref()),
        Column::Followers => numbers(|post| post.followers),
        Column::Verified => {
            let verified: Vec<Option<bool>> = posts.iter().map(|post| post.verified).collect();
            Series::new(column.name().into(), verified)
        }
        Column::InReplyToId => texts(|post| post.in_reply_to_id.as_deref()),
        Column::ConversationId => texts(|post| post.conversation_id.as_deref()),
        Column::ReplyIds => texts(|post| post.reply_ids.as_deref()),
        Column::Likes => numbers(|post| post.likes),
        Column::Reposts => numbers(|post| post.reposts),
        Column::Replies => numbers(|post| post.replies),
        Column::Quotes => numbers(|post| post.quotes),
        Column::Views => numbers(|post| post.views),
        Column::Lang => texts(|post| post.lang.as_deref()),
        Column::Source => texts(|post| post.source.as_deref()),
        Column::Direction => texts(|post| {
            Some(if post.is_by_company {
                schema::COMPANY
            } else {
                schema::CUSTOMER
            })
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_frame_has_the_schema() {
        for posts in [&[][..], &[Post::default()], &vec![Post::default(); 3]] {
            let frame = frame(posts).unwrap();
            assert_eq!(frame.height(), posts.len());
            assert_eq!(**frame.schema(), schema::schema());
        }
    }
}
