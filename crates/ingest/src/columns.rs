//! From the headers that exports use to the canonical columns.

use std::collections::HashMap;
use std::str::FromStr;

use crate::schema::Column;

/// A user's word on which header holds a canonical column, from `--map text=body`.
///
/// It wins over the built-in names. A file that lacks the header is read by the built-in names;
/// with two overrides for one column, the first whose header the file has counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnOverride {
    /// The canonical column.
    pub column: Column,
    /// The header in the export; for JSON a key, with dots between nested keys.
    pub header: String,
}

/// Why text is not a [`ColumnOverride`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidOverride {
    /// There is no `=`, or nothing on one side of it.
    #[error("`{0}` is not of the form COLUMN=HEADER, for example text=body")]
    Form(String),
    /// The part before `=` is not a canonical column.
    #[error("`{0}` is not a column of Uproar; choose one of {names}", names = names())]
    UnknownColumn(String),
}

fn names() -> String {
    Column::ALL.map(Column::name).join(", ")
}

impl FromStr for ColumnOverride {
    type Err = InvalidOverride;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, header) = text
            .split_once('=')
            .map(|(name, header)| (name.trim(), header.trim()))
            .filter(|(name, header)| !name.is_empty() && !header.is_empty())
            .ok_or_else(|| InvalidOverride::Form(text.to_owned()))?;
        let column = Column::from_name(name)
            .ok_or_else(|| InvalidOverride::UnknownColumn(name.to_owned()))?;
        Ok(Self {
            column,
            header: header.to_owned(),
        })
    }
}

/// The names that exports give a column, in normal form (see [`normal`]), best first.
///
/// Two columns may share a name: a header goes to the first column, in the order of
/// [`Column::ALL`], that has no better one. So `twitter_id` is the author's id in a Meltwater
/// export, which has `Tweet Id`, and the post's id in one of Social Feed Manager, which has not.
#[rustfmt::skip]
pub(crate) const fn aliases(column: Column) -> &'static [&'static str] {
    match column {
        Column::Id => &[
            "tweetid", "idstr", "statusid", "postid", "id", "twitterid", "messageid", "commentid",
            "mentionid", "firsttweetid", "resourceid", "universalmessageid", "uri",
        ],
        Column::Text => &[
            "fulltext", "extendedtweet.fulltext", "notetweet.text", "text", "tweettext", "posttext", "record.text",
            "tweet", "rawcontent", "openingtext", "hitsentence", "content", "body", "message", "messagetext",
            "post", "postcontent", "comment", "commenttext", "caption", "snippet",
            "firstutterance",
        ],
        Column::CreatedAt => &[
            "createdat", "tweetcreated", "tweetcreatedat", "record.createdat", "createdtime",
            "publishedat", "postedat", "createdatutc", "utc", "timestamp", "datetime", "date",
            "published", "publisheddate", "postdate", "createddate", "timestampms", "added", "time",
            "indexedat",
        ],
        Column::AuthorId => &[
            "authorid", "user.idstr", "useridstr", "userid", "user.id", "author.id", "account.id",
            "author.did", "fromuserid", "accountid", "extraauthorattributes.id", "twitterid",
        ],
        // Handles before display names: people and `--company` know an account by its handle.
        Column::AuthorName => &[
            "screenname", "twitterscreenname", "user.screenname", "userscreenname",
            "senderscreenname", "extraauthorattributes.shortname",
            "username", "user.username", "author.username", "authorusername", "author.handle",
            "account.acct", "account.username", "handle", "authorhandle", "userhandle",
            "fromuser", "influencer", "author", "user", "authorname", "author.name",
            "author.displayname", "user.name", "account.displayname", "senderlistedname",
            "extraauthorattributes.name", "displayname", "name",
        ],
        Column::Followers => &[
            "followerscount", "userfollowerscount", "userfollowers", "followers",
            "twitterfollowers", "authorfollowers", "authorfollowerscount",
            "author.publicmetrics.followerscount", "author.followerscount",
            "user.publicmetrics.followerscount", "user.followerscount", "account.followerscount",
            "followercount", "xfollowers", "senderfollowerscount",
            "sourceextendedattributes.twitterfollowers",
        ],
        Column::Verified => &[
            "verified", "userverified", "authorverified", "isverified", "user.verified",
            "author.verified", "account.verified", "userisverified", "twitterverified",
            "xverified",
        ],
        Column::InReplyToId => &[
            "inresponsetotweetid", "inreplytostatusidstr", "inreplytostatusid", "inreplytoid",
            "inreplytotweetid", "referencedtweets.repliedto.id", "referencedtweets",
            "record.reply.parent.uri", "inreplyto", "replytoid", "repliedtoid", "parentid",
        ],
        Column::ConversationId => &[
            "conversationid", "conversationidstr", "record.reply.root.uri", "threadid",
            "conversation", "thread",
        ],
        Column::ReplyIds => &["responsetweetid", "responsetweetids", "replyids", "responseids"],
        Column::Likes => &[
            "favoritecount", "favouritecount", "likecount", "likescount",
            "publicmetrics.likecount", "likes", "favorites", "favourites", "favoritescount",
            "favouritescount", "xlikes", "twitterlikes",
            "articleextendedattributes.twitterlikes",
        ],
        Column::Reposts => &[
            "retweetcount", "retweetscount", "publicmetrics.retweetcount", "repostcount",
            "retweets", "reposts", "repostscount", "reblogscount", "shares", "sharecount",
            "sharescount", "xreposts", "twitterretweets",
            "articleextendedattributes.twitterretweets",
        ],
        Column::Replies => &[
            "replycount", "repliescount", "publicmetrics.replycount", "replies", "comments",
            "commentcount", "commentscount", "xreplies", "twitterreplies",
            "articleextendedattributes.twitterreplies",
        ],
        Column::Quotes => &[
            "quotecount", "quotescount", "publicmetrics.quotecount", "quotes", "quotetweets",
            "articleextendedattributes.twitterquotetweets",
        ],
        Column::Views => &[
            "viewcount", "viewscount", "impressioncount", "publicmetrics.impressioncount",
            "views", "impressions", "articleextendedattributes.twitterimpressions",
        ],
        Column::Lang => &["lang", "language", "languagecode", "tweetlang", "record.langs"],
        Column::Source => &[
            "source", "client", "twitterclient", "application.name", "tweetsource",
            "sourcelabel", "sourcetype", "platform", "socialnetwork", "network",
        ],
        Column::Direction => &["direction", "inbound", "isinbound", "role"],
    }
}

/// A header's normal form: lower case, without spaces, underscores and hyphens, and without the
/// key that some tools wrap every post in (`{"tweet": {…}}`). Dots stay: they nest.
pub(crate) fn normal(header: &str) -> String {
    let folded: String = header
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-' | '\u{feff}'))
        .flat_map(char::to_lowercase)
        .collect();
    for wrapper in ["tweet.", "status.", "post."] {
        if let Some(inner) = folded.strip_prefix(wrapper) {
            return inner.to_owned();
        }
    }
    folded
}

/// Whether a header is the built-in name of any column.
pub(crate) fn is_known(header: &str) -> bool {
    let normal = normal(header);
    Column::ALL
        .into_iter()
        .any(|column| aliases(column).contains(&normal.as_str()))
}

/// Whether a header is a built-in name of `column`.
pub(crate) fn is_name_of(column: Column, header: &str) -> bool {
    aliases(column).contains(&normal(header).as_str())
}

/// Which field of a row holds which column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mapping {
    columns: [Option<usize>; Column::COUNT],
    /// A field that holds the time of day when the field for `created_at` may hold the date only.
    time_of_day: Option<usize>,
}

impl Mapping {
    /// Maps `headers`. Overrides win; two headers with the same normal form: the first one.
    pub(crate) fn new<S: AsRef<str>>(headers: &[S], overrides: &[ColumnOverride]) -> Self {
        let mut mapping = Self::default();
        let mut unused: HashMap<String, usize> = HashMap::new();
        for (index, header) in headers.iter().enumerate() {
            unused.entry(normal(header.as_ref())).or_insert(index);
        }
        for wish in overrides {
            let slot = &mut mapping.columns[wish.column as usize];
            if slot.is_none() {
                *slot = position(headers, &wish.header);
            }
        }
        let taken = mapping.columns;
        unused.retain(|_, index| !taken.contains(&Some(*index)));

        let inbound = position(headers, "inbound");
        for column in Column::ALL {
            if mapping.get(column).is_none() {
                mapping.columns[column as usize] = aliases(column)
                    .iter()
                    .find_map(|alias| unused.remove(*alias));
            }
        }
        // Customer Support on Twitter: the author id is the handle of a company and a number for
        // a customer, and there is no other name.
        if mapping.get(Column::AuthorName).is_none()
            && inbound.is_some()
            && mapping.get(Column::Direction) == inbound
        {
            mapping.columns[Column::AuthorName as usize] = mapping.get(Column::AuthorId);
        }
        mapping.time_of_day = unused.remove("time");
        mapping
    }

    /// The field that holds `column`.
    pub(crate) const fn get(&self, column: Column) -> Option<usize> {
        self.columns[column as usize]
    }

    /// The fields whose values `column` is made of, if any.
    pub(crate) fn fields_of(&self, column: Column) -> impl Iterator<Item = usize> + use<> {
        let time = self.time_of_day.filter(|_| column == Column::CreatedAt);
        self.get(column).into_iter().chain(time)
    }

    /// Every field that is of use, each once.
    pub(crate) fn fields(&self) -> Vec<usize> {
        let mut fields: Vec<usize> = self
            .columns
            .iter()
            .chain([&self.time_of_day])
            .copied()
            .flatten()
            .collect();
        fields.sort_unstable();
        fields.dedup();
        fields
    }

    /// Sorts a row's fields into canonical cells. `None` from `field` is a missing value.
    pub(crate) fn cells(&self, mut field: impl FnMut(usize) -> Option<String>) -> Cells {
        let mut cells = Cells::default();
        for column in Column::ALL {
            cells.values[column as usize] = self.get(column).and_then(&mut field);
        }
        if let (Some(date), Some(index)) = (cells.get_mut(Column::CreatedAt), self.time_of_day)
            && !date.contains(':')
            && let Some(time) = field(index).filter(|time| time.contains(':'))
        {
            *date = format!("{} {}", date.trim(), time.trim());
        }
        cells
    }
}

/// The index of `wanted` in `headers`: spelt exactly so, else in the same normal form.
pub(crate) fn position<S: AsRef<str>>(headers: &[S], wanted: &str) -> Option<usize> {
    headers
        .iter()
        .position(|header| header.as_ref() == wanted)
        .or_else(|| {
            let wanted = normal(wanted);
            headers
                .iter()
                .position(|header| normal(header.as_ref()) == wanted)
        })
}

/// The cells of one row by canonical column, as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cells {
    values: [Option<String>; Column::COUNT],
}

impl Cells {
    pub(crate) fn get(&self, column: Column) -> Option<&str> {
        self.values[column as usize].as_deref()
    }

    pub(crate) fn take(&mut self, column: Column) -> Option<String> {
        self.values[column as usize].take()
    }

    /// Puts `value` where nothing is yet.
    pub(crate) fn fill(&mut self, column: Column, value: Option<&str>) {
        let cell = &mut self.values[column as usize];
        if cell.as_deref().is_none_or(|text| text.trim().is_empty()) {
            *cell = value.map(str::to_owned);
        }
    }

    pub(crate) fn get_mut(&mut self, column: Column) -> Option<&mut String> {
        self.values[column as usize].as_mut()
    }

    /// The length of all cells together, in bytes.
    pub(crate) fn size(&self) -> usize {
        self.values.iter().flatten().map(String::len).sum()
    }

    /// The length of the longest cell, in bytes.
    pub(crate) fn longest(&self) -> usize {
        self.values
            .iter()
            .flatten()
            .map(String::len)
            .max()
            .unwrap_or(0)
    }
}

#[cfg(test)]
mod tests;
