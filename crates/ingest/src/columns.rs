//! From the headers that exports use to the canonical columns.

use std::collections::HashMap;
use std::str::FromStr;

use crate::schema::Column;
use crate::time;
use crate::values::{self, Id};

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
            "mentionid", "firsttweetid", "resourceid", "universalmessageid", "reviewid",
            "importedid", "unifiedtwitterid", "uri",
        ],
        Column::Text => &[
            "fulltext", "extendedtweet.fulltext", "notetweet.text", "text", "tweettext", "posttext", "record.text",
            "tweet", "rawcontent", "openingtext", "hitsentence", "content", "body", "message", "messagetext",
            "post", "postcontent", "comment", "commenttext", "caption", "snippet",
            "firstutterance", "textoriginal", "textdisplay", "reviewtext", "reviewbody", "review",
            "ticketdescription",
        ],
        // `at` says least, and what is indexed was written before.
        Column::CreatedAt => &[
            "createdat", "tweetcreated", "tweetcreatedat", "record.createdat", "createdtime",
            "createtimeiso", "createtime", "publishedat", "postedat", "createdatutc", "createdutc",
            "utc", "timestamputc", "timestamp", "datetime", "date", "published", "publisheddate",
            "postdate", "posttime", "tweetdate", "createddate", "datecreated", "localtime",
            "reviewsubmitdateandtime", "reviewsubmitmillissinceepoch", "timestampms", "added",
            "time", "at", "indexedat",
        ],
        Column::AuthorId => &[
            "authorid", "user.idstr", "useridstr", "userid", "user.id", "author.id", "account.id",
            "owner.id", "from.id", "author.did", "fromuseridstr", "fromuserid", "accountid",
            "senderuserid", "twitterauthorid", "xauthorid", "authorchannelid.value",
            "authorchannelid", "requesterid", "did", "extraauthorattributes.id", "twitterid",
        ],
        // Handles before display names: people and `--company` know an account by its handle.
        Column::AuthorName => &[
            "screenname", "twitterscreenname", "user.screenname", "userscreenname",
            "senderscreenname", "extraauthorattributes.shortname",
            // `user_name` beside `user_username` is the display name.
            "userusername", "username", "user.username", "author.username", "authorusername",
            "author.handle", "account.acct", "account.username", "ownerusername",
            "owner.username", "from.username", "handle", "authorhandle", "userhandle", "fromuser",
            "fromusername", "user.uniqueid", "author.uniqueid", "influencer", "author", "user",
            "authormeta.name", "authorname", "author.name", "authordisplayname",
            "author.displayname", "user.name", "account.displayname", "senderlistedname",
            "extraauthorattributes.name", "displayname", "name", "vertex1", "from.name", "from",
        ],
        Column::Followers => &[
            "followerscount", "userfollowerscount", "userfollowers", "followers",
            "twitterfollowers", "authorfollowers", "authorfollowerscount",
            "author.publicmetrics.followerscount", "author.followerscount", "author.followers",
            "user.publicmetrics.followerscount", "user.followerscount", "account.followerscount",
            "followercount", "xfollowers", "senderfollowerscount",
            "fromuserfollowercount", "authorfollowercount",
            "sourceextendedattributes.twitterfollowers", "instagramfollowercount",
        ],
        // X sells the badge since 2022 and calls that blue; its `isVerified` stayed behind.
        Column::Verified => &[
            "verified", "userverified", "authorverified", "isblueverified", "isverified",
            "user.verified", "author.verified", "account.verified", "user.isblueverified",
            "author.isblueverified", "author.isverified", "owner.isverified", "userisverified",
            "fromuserverified", "twitterverified", "xverified",
        ],
        Column::InReplyToId => &[
            "inresponsetotweetid", "inreplytostatusidstr", "inreplytostatusid", "inreplytoid",
            "inreplytotweetid", "referencedtweets.repliedto.id", "referencedtweets",
            "record.reply.parent.uri", "inreplyto", "replytoid", "replytostatusid", "repliedtoid",
            "totweetid", "twitterreplyto", "xreplyto", "replytomessageid", "parentid",
        ],
        Column::ConversationId => &[
            "conversationid", "conversationidstr", "record.reply.root.uri", "threadid",
            "conversation", "thread", "linkid",
        ],
        Column::ReplyIds => &["responsetweetid", "responsetweetids", "replyids", "responseids"],
        Column::Likes => &[
            "favoritecount", "favouritecount", "likecount", "likescount",
            "publicmetrics.likecount", "likes", "favorites", "favourites", "favoritescount",
            "favouritescount", "xlikes", "twitterlikes", "thumbsupcount", "diggcount",
            "articleextendedattributes.twitterlikes", "instagramlikecount",
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
            "twitterreplycount", "xreplycount", "totalreplycount", "numcomments",
            "articleextendedattributes.twitterreplies", "articleextendedattributes.numcomments",
        ],
        Column::Quotes => &[
            "quotecount", "quotescount", "publicmetrics.quotecount", "quotes", "quotetweets",
            "articleextendedattributes.twitterquotetweets",
        ],
        Column::Views => &[
            "viewcount", "viewscount", "impressioncount", "publicmetrics.impressioncount",
            "views", "impressions", "playcount", "videoviewcount",
            "articleextendedattributes.twitterimpressions",
        ],
        Column::Lang => &[
            "lang", "language", "languagecode", "tweetlang", "record.langs", "reviewerlanguage",
        ],
        Column::Source => &[
            "source", "client", "twitterclient", "application.name", "tweetsource",
            "sourcelabel", "sourcename", "sourcetype", "platform", "socialnetwork", "network",
            "pagetype", "via.channel", "ticketchannel",
        ],
        Column::Direction => &["direction", "inbound", "isinbound", "role"],
    }
}

/// Headers that hold the address of a post, in normal form, best first.
const ADDRESSES: [&str; 8] = [
    "tweetpermalink",
    "permalink",
    "tweeturl",
    "twitterurl",
    "statusurl",
    "posturl",
    "url",
    "link",
];

/// A header's normal form: lower case, without spaces, underscores and hyphens, without what is
/// [in brackets](without_brackets) at its end, and without the key that some tools wrap every post
/// in (`{"tweet": {…}}`). Dots stay: they nest, and so does the slash that some tools write instead.
pub(crate) fn normal(header: &str) -> String {
    let folded: String = without_brackets(header)
        .unwrap_or(header)
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-' | '\u{feff}'))
        .map(|c| if c == '/' { '.' } else { c })
        .flat_map(char::to_lowercase)
        .collect();
    for wrapper in ["tweet.", "status.", "post."] {
        if let Some(inner) = folded.strip_prefix(wrapper) {
            return inner.to_owned();
        }
    }
    folded
}

/// A header without a remark in brackets at its end, if it has one: `Tweet Date (UTC)`.
fn without_brackets(header: &str) -> Option<&str> {
    let (name, _) = header.trim_end().strip_suffix(')')?.rsplit_once('(')?;
    (!name.trim().is_empty()).then_some(name)
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
    /// A field that may hold the zone of that time of day.
    time_zone: Option<usize>,
    /// A field `date` beside a better one for `created_at`, for where that cannot be read.
    other_date: Option<usize>,
    /// A field that holds the address of the post, for where the id was lost.
    address: Option<usize>,
}

impl Mapping {
    /// Maps `headers`. Overrides win; two headers with the same normal form: the first one. What
    /// has a remark in brackets is taken for a column that nothing else is the name of.
    pub(crate) fn new<S: AsRef<str>>(headers: &[S], overrides: &[ColumnOverride]) -> Self {
        let mut mapping = Self::default();
        let mut unused: HashMap<String, usize> = HashMap::new();
        let mut remarked: HashMap<String, usize> = HashMap::new();
        for (index, header) in headers.iter().enumerate() {
            let header = header.as_ref();
            let fields = match without_brackets(header) {
                None => &mut unused,
                Some(_) => &mut remarked,
            };
            fields.entry(normal(header)).or_insert(index);
        }
        for wish in overrides {
            let slot = &mut mapping.columns[wish.column as usize];
            if slot.is_none() {
                *slot = position(headers, &wish.header);
            }
        }
        let taken = mapping.columns;
        let inbound = position(headers, "inbound");
        for fields in [&mut unused, &mut remarked] {
            fields.retain(|_, index| !taken.contains(&Some(*index)));
            for column in Column::ALL {
                if mapping.get(column).is_none() {
                    mapping.columns[column as usize] = aliases(column)
                        .iter()
                        .find_map(|alias| fields.remove(*alias));
                }
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
        mapping.time_zone = mapping.time_of_day.and_then(|_| unused.remove("timezone"));
        mapping.other_date = mapping
            .get(Column::CreatedAt)
            .and_then(|_| unused.remove("date"));
        mapping.address = ADDRESSES.iter().find_map(|name| unused.remove(*name));
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
            .chain([
                &self.time_of_day,
                &self.time_zone,
                &self.other_date,
                &self.address,
            ])
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
        if let Some(date) = cells.get_mut(Column::CreatedAt) {
            self.complete(date, &mut field);
            if let Some(index) = self.other_date
                && !values::is_missing(date)
                && time::parse(date).is_none()
                && let Some(mut other) = field(index)
            {
                self.complete(&mut other, &mut field);
                if time::parse(&other).is_some() {
                    *date = other;
                }
            }
        }
        if let Some(index) = self.address
            && !matches!(cells.get(Column::Id).map(values::id), Some(Id::Known(_)))
            && let Some(address) = field(index)
            && let Some(id) = values::id_in_address(&address)
        {
            cells.values[Column::Id as usize] = Some(id.to_owned());
        }
        cells
    }

    /// Adds the time of day and its zone to a date that has none, as far as that can be read.
    fn complete(&self, date: &mut String, field: &mut impl FnMut(usize) -> Option<String>) {
        if date.contains(':') {
            return;
        }
        let time = self.time_of_day.and_then(&mut *field);
        let Some(time) = time.filter(|time| time.contains(':')) else {
            return;
        };
        let joined = format!("{} {}", date.trim(), time.trim());
        let zone = self.time_zone.and_then(field);
        let zoned = zone.map(|zone| format!("{joined} {}", zone.trim()));
        let readable = zoned
            .into_iter()
            .chain([joined])
            .find(|date| time::parse(date).is_some());
        if let Some(readable) = readable {
            *date = readable;
        }
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
