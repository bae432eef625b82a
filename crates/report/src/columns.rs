//! The columns of the tables, by name. Those of the posts are spelt in
//! [`uproar_ingest::schema`], the others here and nowhere else in this crate.
//!
//! Unless a column says otherwise, a value can be missing (null; an empty cell in CSV).

use polars::prelude::DataType;
use uproar_ingest::schema::Column;

/// The post's identifier, unique in the table. Text, never missing.
pub const ID: &str = Column::Id.name();
/// The post as it was written. Text, never missing.
pub const TEXT: &str = Column::Text.name();
/// When the post was published, in UTC.
pub const CREATED_AT: &str = Column::CreatedAt.name();
/// The author's identifier on the platform.
pub const AUTHOR_ID: &str = Column::AuthorId.name();
/// The author's handle or name.
pub const AUTHOR_NAME: &str = Column::AuthorName.name();
/// How many accounts follow the author.
pub const FOLLOWERS: &str = Column::Followers.name();
/// Whether the platform shows the author as verified.
pub const VERIFIED: &str = Column::Verified.name();
/// The identifier of the post that this one replies to.
pub const IN_REPLY_TO_ID: &str = Column::InReplyToId.name();
/// The identifier that the posts of one conversation share.
pub const CONVERSATION_ID: &str = Column::ConversationId.name();
/// How many accounts liked the post.
pub const LIKES: &str = Column::Likes.name();
/// How many accounts passed the post on as it is.
pub const REPOSTS: &str = Column::Reposts.name();
/// How many replies the post received.
pub const REPLIES: &str = Column::Replies.name();
/// How many accounts passed the post on with words of their own.
pub const QUOTES: &str = Column::Quotes.name();
/// How often the post was shown.
pub const VIEWS: &str = Column::Views.name();
/// The post's language, as the export gives it.
pub const LANG: &str = Column::Lang.name();
/// The platform or client that the post was written with.
pub const SOURCE: &str = Column::Source.name();
/// Who wrote the post: [`CUSTOMER`] or [`COMPANY`]. Never missing.
pub const DIRECTION: &str = Column::Direction.name();
/// Whether the company answered the post; missing where that cannot be known.
pub use uproar_ingest::conversation::ANSWERED;
/// Minutes from the post to the company's first answer.
pub use uproar_ingest::conversation::FIRST_RESPONSE_MINUTES;
/// The rest of what the conversation tells of a post.
pub use uproar_ingest::conversation::{
    ADDRESSED, AGENT, ANSWERED_BY, LAST_BY, REPEAT_CONTACT, REPLY_KIND, WRONG_HANDLE,
};

/// Minutes of business hours from the post to the company's first answer. Only there where business
/// hours [are set](crate::Calendar::business_hours).
pub const FIRST_RESPONSE_OPEN_MINUTES: &str = "first_response_open_minutes";

/// The company that a customer's post is to, or that wrote the post: the best known of its handles,
/// without `@`. Missing where it cannot be told.
pub use uproar_ingest::conversation::COMPANY_NAME;
/// What the post is about, in words of the posts of its kind. Missing for posts of companies and for
/// those that nobody needs to act on.
pub const TOPIC: &str = "topic";

/// The [`DIRECTION`] of a post that the company wrote.
pub use uproar_ingest::schema::COMPANY;
/// The [`DIRECTION`] of a post that a customer wrote.
pub use uproar_ingest::schema::CUSTOMER;

/// How angry the author is at the company, from 0 to 1.
pub const ANGER: &str = "anger";
/// How soon someone must act so that the author is not harmed further, from 0 to 1.
pub const URGENCY: &str = "urgency";
/// [`ANGER`] as a level: 0 none, 1 irritated, 2 angry, 3 furious.
pub const ANGER_LEVEL: &str = "anger_level";
/// [`URGENCY`] as a level: 0 none, 1 can wait, 2 today, 3 now.
pub const URGENCY_LEVEL: &str = "urgency_level";
/// Probability that the post is negative overall.
pub const NEGATIVE: &str = "negative";
/// Probability that the post is neutral, mixed or a plain question.
pub const NEUTRAL: &str = "neutral";
/// Probability that the post is positive overall.
pub const POSITIVE: &str = "positive";
/// The most probable of `negative`, `neutral` and `positive`.
pub const SENTIMENT: &str = "sentiment";
/// Probability that a reply or an action by the company would be useful to the author.
pub const ACTIONABLE: &str = "actionable";
/// Probability that the author says that earlier contact or fixes failed.
pub const TRIED_BEFORE: &str = "tried_before";
/// Probability that the author leaves, or threatens to.
pub const CHURN: &str = "churn";
/// Whether [`ACTIONABLE`] passes the model's threshold.
pub const IS_ACTIONABLE: &str = "is_actionable";
/// Whether [`TRIED_BEFORE`] passes the model's threshold.
pub const IS_TRIED_BEFORE: &str = "is_tried_before";
/// Whether [`CHURN`] passes the model's threshold.
pub const IS_CHURN: &str = "is_churn";

/// How many posts of the export say the same, this one included: their texts are equal once they are
/// normalised for the model, as those of retweets and campaigns are. Missing for the company's own
/// posts.
pub const COPIES: &str = "copies";

/// The language that the post is taken to be written in: an ISO 639 code in lower case, such as
/// `en`. Missing where it cannot be told.
pub const LANGUAGE: &str = "language";
/// Why the model did not score the post: [`OTHER_LANGUAGE`]. Missing for posts that it scored.
pub const NOT_SCORED: &str = "not_scored";
/// The reason [`NOT_SCORED`] for a post in a language that the model does not know.
pub const OTHER_LANGUAGE: &str = "language";

/// How many people the post can reach, from 0 to 100; see [`ReachScale`](crate::reach::ReachScale).
pub const REACH: &str = "reach";
/// How much the post needs an answer, from 0 to 100; see [`Priority`](crate::Priority). Missing for
/// the company's own posts and for posts without scores, and so are the columns below.
pub const PRIORITY: &str = "priority";
/// The points of [`PRIORITY`] that come from [`URGENCY`].
pub const FROM_URGENCY: &str = "from_urgency";
/// The points of [`PRIORITY`] that come from [`ANGER`].
pub const FROM_ANGER: &str = "from_anger";
/// The points of [`PRIORITY`] that come from [`ACTIONABLE`].
pub const FROM_ACTIONABLE: &str = "from_actionable";
/// The points of [`PRIORITY`] that come from [`TRIED_BEFORE`].
pub const FROM_TRIED_BEFORE: &str = "from_tried_before";
/// The points of [`PRIORITY`] that come from [`CHURN`].
pub const FROM_CHURN: &str = "from_churn";
/// The points of [`PRIORITY`] that come from [`REACH`].
pub const FROM_REACH: &str = "from_reach";
/// The post's place by [`PRIORITY`] among all ranked posts; 1 is first.
pub const RANK: &str = "rank";
/// The place that the post would have if every author had the same audience.
pub const RANK_WITHOUT_REACH: &str = "rank_without_reach";
/// When someone should act: `now`, `today`, `later` or `none`; see [`Band`](crate::Band).
pub const BAND: &str = "band";
/// Why the post stands where it stands, in words.
pub const WHY: &str = "why";

/// The type of the values of one of these columns, or of a `logit_` column. Text for any other.
pub fn dtype(name: &str) -> DataType {
    if let Some(column) = Column::from_name(name) {
        return column.dtype();
    }
    match name {
        ANGER | URGENCY | NEGATIVE | NEUTRAL | POSITIVE | ACTIONABLE | TRIED_BEFORE | CHURN => {
            DataType::Float32
        }
        _ if name.starts_with("logit_") => DataType::Float32,
        FIRST_RESPONSE_MINUTES
        | FIRST_RESPONSE_OPEN_MINUTES
        | REACH
        | PRIORITY
        | FROM_URGENCY
        | FROM_ANGER
        | FROM_ACTIONABLE
        | FROM_TRIED_BEFORE
        | FROM_CHURN
        | FROM_REACH => DataType::Float64,
        ANGER_LEVEL | URGENCY_LEVEL | COPIES | RANK | RANK_WITHOUT_REACH | REPEAT_CONTACT => {
            DataType::UInt32
        }
        IS_ACTIONABLE | IS_TRIED_BEFORE | IS_CHURN | ANSWERED | WRONG_HANDLE => DataType::Boolean,
        _ => DataType::String,
    }
}
