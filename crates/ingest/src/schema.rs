//! The canonical columns of a post: the only place that spells their names.

use polars::prelude::{DataType, Schema, TimeUnit};

/// A column of the canonical table of posts.
///
/// The order of the variants is the order of the columns in every frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Column {
    /// `id`: never null, unique within one [`Reader`](crate::Reader).
    Id,
    /// `text`: never null, never blank.
    Text,
    /// `created_at`: microseconds since 1970-01-01 in UTC.
    CreatedAt,
    /// `author_id`.
    AuthorId,
    /// `author_name`: the handle where the export has one.
    AuthorName,
    /// `followers`.
    Followers,
    /// `verified`.
    Verified,
    /// `in_reply_to_id`.
    InReplyToId,
    /// `conversation_id`.
    ConversationId,
    /// `reply_ids`: empty text says that the export knows of no reply.
    ReplyIds,
    /// `likes`.
    Likes,
    /// `reposts`.
    Reposts,
    /// `replies`.
    Replies,
    /// `quotes`.
    Quotes,
    /// `views`.
    Views,
    /// `lang`.
    Lang,
    /// `source`.
    Source,
    /// `direction`: never null, [`CUSTOMER`] or [`COMPANY`].
    Direction,
}

/// Value of `direction` for a post written to the company.
pub const CUSTOMER: &str = "customer";
/// Value of `direction` for a post written by the company.
pub const COMPANY: &str = "company";

impl Column {
    /// Number of canonical columns.
    pub const COUNT: usize = Self::ALL.len();

    /// Every column, in the order of the frame.
    pub const ALL: [Self; 18] = [
        Self::Id,
        Self::Text,
        Self::CreatedAt,
        Self::AuthorId,
        Self::AuthorName,
        Self::Followers,
        Self::Verified,
        Self::InReplyToId,
        Self::ConversationId,
        Self::ReplyIds,
        Self::Likes,
        Self::Reposts,
        Self::Replies,
        Self::Quotes,
        Self::Views,
        Self::Lang,
        Self::Source,
        Self::Direction,
    ];

    /// The column's name, as in frames, reports and `--map`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Text => "text",
            Self::CreatedAt => "created_at",
            Self::AuthorId => "author_id",
            Self::AuthorName => "author_name",
            Self::Followers => "followers",
            Self::Verified => "verified",
            Self::InReplyToId => "in_reply_to_id",
            Self::ConversationId => "conversation_id",
            Self::ReplyIds => "reply_ids",
            Self::Likes => "likes",
            Self::Reposts => "reposts",
            Self::Replies => "replies",
            Self::Quotes => "quotes",
            Self::Views => "views",
            Self::Lang => "lang",
            Self::Source => "source",
            Self::Direction => "direction",
        }
    }

    /// What the column means, in one sentence for documentation.
    pub const fn description(self) -> &'static str {
        match self {
            Self::Id => {
                "The post's id; made from file and row (`Tweets:17`) when the export has none."
            }
            Self::Text => "The post's text as exported; HTML posts are turned into plain text.",
            Self::CreatedAt => "When the post was written, in UTC; times without a zone are UTC.",
            Self::AuthorId => "The author's id on the platform.",
            Self::AuthorName => "The author's handle, or display name when there is no handle.",
            Self::Followers => "The author's followers at the time of the export.",
            Self::Verified => "Whether the author's account carries a verification badge.",
            Self::InReplyToId => "The id of the post that this one replies to.",
            Self::ConversationId => "The id shared by the posts of one conversation.",
            Self::ReplyIds => {
                "Ids of the posts that reply to this one, comma-separated; empty (not null) when \
                 the export says that there are none."
            }
            Self::Likes => "Likes or favourites.",
            Self::Reposts => "Reposts, retweets, boosts or shares.",
            Self::Replies => "Replies or comments.",
            Self::Quotes => "Quote posts.",
            Self::Views => "Views or impressions.",
            Self::Lang => "The language as the platform or export names it.",
            Self::Source => "The client application or platform as exported.",
            Self::Direction => "`customer` for posts to the company, `company` for posts by it.",
        }
    }

    /// The column's type in the frame.
    pub fn dtype(self) -> DataType {
        match self {
            Self::CreatedAt => DataType::Datetime(TimeUnit::Microseconds, None),
            Self::Followers
            | Self::Likes
            | Self::Reposts
            | Self::Replies
            | Self::Quotes
            | Self::Views => DataType::Int64,
            Self::Verified => DataType::Boolean,
            _ => DataType::String,
        }
    }

    /// The column of this name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.name() == name)
    }
}

/// The schema of every frame of posts.
///
/// `created_at` carries no time zone in its type and always holds UTC: a zone in the type needs
/// Polars' time-zone database, which nothing else here uses.
pub fn schema() -> Schema {
    Column::ALL
        .into_iter()
        .map(|column| (column.name().into(), column.dtype()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_lists_every_column_once_in_declaration_order() {
        for (index, column) in Column::ALL.into_iter().enumerate() {
            assert_eq!(column as usize, index);
            assert_eq!(Column::from_name(column.name()), Some(column));
        }
        assert_eq!(Column::from_name("Text"), None);
        assert_eq!(schema().len(), Column::COUNT);
    }
}
