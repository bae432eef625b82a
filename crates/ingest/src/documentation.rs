//! `docs/formats.md`, from the tables that the code reads by.

use std::fmt::Write;

use crate::columns;
use crate::formats::{MAX_APART, MAX_BATCH, MOST_LEADING};
use crate::limits::{self, Limit, Limits};
use crate::notice::NoticeKind;
use crate::reject::Reason;
use crate::schema::Column;

/// A format: its name, how it is told apart, and what is to know of it.
const FORMATS: [[&str; 3]; 6] = [
    [
        "CSV, TSV",
        "text that is none of the others",
        "Fields are separated by comma, tab, semicolon or pipe, whichever fits best, or by what a \
         first line such as `sep=;` states. Quotes are those of RFC 4180; fields may hold line \
         breaks. Lines end with LF, CRLF or CR.",
    ],
    [
        "NDJSON",
        "text that starts with `{\"`, an object a line, on several lines",
        "Each line is a post, or a page of posts (see below).",
    ],
    [
        "JSON document",
        "text that starts with `[{`, or with an object over several lines or on the only one",
        "Read post by post, however long it is. A mistake costs the post in which it is; where \
         brackets or quotes do not match, reading goes on at the next line that begins a post.",
    ],
    [
        "X archive",
        "text that starts with `window.YTD.` or `Grailbird.data.`",
        "`tweets.js` and each further `tweets-part1.js`; in archives of 2012 to 2018 a file a month: a \
         JSON document with a name in front. Long posts are cut short in `tweets.js`; \
         `note-tweet.js`, which holds them whole, is not read, as that would count them twice.",
    ],
    [
        "Parquet",
        "`PAR1` at its start",
        "One row group at a time. Text, numbers of any width, decimals, booleans, dates, times \
         with or without a zone, dictionaries, and lists of these. Structures are left out, with a \
         notice where a field of one is called like a column.",
    ],
    [
        "Arrow IPC",
        "`ARROW1` (file, Feather version 2) or `FFFFFFFF` (stream) at its start",
        "One record batch at a time, uncompressed or with LZ4 or Zstandard. Columns as in Parquet. \
         Dictionaries must come before the batches that use them.",
    ],
];

/// What holds the posts in JSON, and who writes it so.
const SHAPES: [[&str; 2]; 14] = [
    [
        "an object with a text",
        "A post: X API v1.1 (also `extended_tweet`; a retweet's text is completed from \
         `retweeted_status`), X API v2 (also `note_tweet`, and as twarc writes it), Mastodon (the text of a boost comes from `reblog`), Bluesky.",
    ],
    [
        "`{\"tweet\": {…}}`, `{\"post\": {…}}`",
        "A post: X archive, Bluesky feeds.",
    ],
    [
        "`{\"data\": […], \"includes\": {\"users\": […]}}`",
        "X API v2. Authors are joined by `author_id`; `data` may be a single post. Posts in \
         `includes.tweets` complete the texts of retweets, and are no rows.",
    ],
    ["`{\"statuses\": […]}`", "X API v1.1 and Mastodon search."],
    [
        "`{\"ancestors\": […], \"descendants\": […]}`",
        "The posts around a Mastodon status.",
    ],
    ["`{\"posts\": […]}`, `{\"feed\": […]}`", "Bluesky."],
    [
        "`{\"thread\": {\"post\": {…}, \"parent\": {…}, \"replies\": […]}}`",
        "A Bluesky thread, from its first post to its last.",
    ],
    [
        "`{\"dialogHeader\": {…}, \"dialogContent\": […]}`",
        "Conversations: each message is a post, by the customer if its author stands under \
         `client`, by the company if under `agent`, and answers the message before it.",
    ],
    [
        "`{\"orderedItems\": [{\"type\": \"Create\", \"object\": {…}}]}`",
        "ActivityPub, such as `outbox.json` of a Mastodon archive. What the author did to the posts \
         of others (`Announce`) is rejected, as it has no text of its own.",
    ],
    [
        "`{\"kind\": \"Listing\", \"data\": {\"children\": […]}}`",
        "Reddit. A submission's text is its title and its `selftext`; `[deleted]` and `[removed]` are \
         no text. `t1_abc` and `t3_abc` name the post `abc`.",
    ],
    [
        "`{\"items\": [{\"snippet\": {\"topLevelComment\": {…}}, \"replies\": {…}}]}`",
        "Threads of comments on YouTube, and `comment` resources alone.",
    ],
    [
        "`{\"tickets\": […]}`",
        "Zendesk: the text of a ticket is its `description`.",
    ],
    [
        "`replies`, `comments`, `children`, `latestComments`",
        "Posts within a post: each is read after it, as an answer to it. Objects with an id and a \
         text in other lists within a post are counted in a notice.",
    ],
    [
        "`tweets`, `results`, `items`, `mentions`, `documents`, `value`",
        "Other lists of posts within an object. If the object names a conversation or thread, its \
         posts belong to it.",
    ],
];

/// Tools whose headers are known, by how they are known.
const TOOLS: [[&str; 2]; 3] = [
    [
        "Exports read whole, row by row",
        "Customer Support on Twitter (`twcs.csv`), Twitter US Airline Sentiment, Vicinitas, \
         conversations as JSON",
    ],
    [
        "Headers or fields in public documentation",
        "X API v1.1 and v2, X archive, Social Feed Manager, Mastodon, Bluesky, Reddit, YouTube and \
         Zendesk as JSON, Brand24",
    ],
    [
        "Headers in public code that reads such exports",
        "Meltwater, Brandwatch, Talkwalker, Sprinklr, tweepy, X analytics, TAGS, DMI-TCAT, minet, \
         Apify, ExportComments, google-play-scraper, Google Play Console",
    ],
];

/// The content of `docs/formats.md`.
pub fn documentation() -> String {
    let mut text = String::new();
    for part in [
        INTRODUCTION.to_owned(),
        table(&["format", "told by", "notes"], FORMATS),
        ENCODINGS.to_owned(),
        JSON.to_owned(),
        table(&["the posts are in", "which is"], SHAPES),
        above_and_below(),
        COLUMNS.to_owned(),
        table(&["column", "meaning", "header names"], columns_by_header()),
        TOOLS_KNOWN.to_owned(),
        table(&["known from", "tools"], TOOLS),
        ROWS.to_owned(),
        table(&["reason of a reject"], reasons()),
        NOTICES.to_owned(),
        table(&["notice"], notices()),
        VALUES.to_owned(),
        LIMITS.to_owned(),
        table(&["limit", "what", "default"], settable_limits()),
        FIXED_LIMITS.to_owned(),
        table(&["what", "at most"], fixed_limits()),
    ] {
        text.push_str(&part);
    }
    text
}

const INTRODUCTION: &str = "\
<!-- Made by `uproar_ingest::documentation`; a test compares it. To make it again:
     UPROAR_UPDATE_DOCS=1 cargo test -p uproar-ingest documentation -->

# What Uproar reads

## Files

A file's format is found by its content, never by its name.

";

const ENCODINGS: &str = "
Text is UTF-8, with or without a byte order mark, or UTF-16 with one; `--encoding windows-1252` (or
another label of the WHATWG encoding standard) reads the rest. A file whose first 64 KiB are neither is
refused, with the line of the first byte that does not fit; further down, a row with such a byte is
rejected. A NUL here and there is kept as it is.

";

const JSON: &str = "\
## Posts in JSON

Keys of nested objects are joined by dots: `author.public_metrics.followers_count`. An object that has a
text of its own is a post; otherwise the posts are looked for in it:

";

const COLUMNS: &str = "\
## Columns

Only the text is required. Headers are compared without regard to case, spaces, underscores and dashes,
so `Tweet Id`, `tweet_id` and `tweetId` are all `tweetid`; a slash nests like a dot (`author/userName`). A
remark in brackets at the end is passed over (`Tweet Date (UTC)`): such a header is taken where no other
names the column, and a zone in it changes no time. Of several known names the one that stands first in
this table counts. Where the headers say something else, `--map COLUMN=HEADER` decides; it can be given
several times.

";

const TOOLS_KNOWN: &str = "
`date` and `time` in two columns are put together, with a zone such as `+0530` in `timezone`; `date` is
read as well where a better column holds a date that cannot be. Where an id is missing or was rounded by a
spreadsheet, it is taken from the address of a post on X in `Tweet permalink`, `permalink`, `tweet_url`,
`twitter_url`, `status_url`, `post_url`, `url` or `link`, and an address in place of an id stands for it.
Of an account that a program printed into a cell (`{'username': 'ann', …}`) the handle is read. A text
that is only `NA`, `NaN`, `nan`, `NULL`, `null` or `None` counts as none.

No export or documentation of Sprout Social, Hootsuite or Khoros with its headers was found, nor of a
table from Zendesk: whatever names above they share are read, and `--map` does the rest.

";

const ROWS: &str = "
## Every row is accounted for

rows = scored + not scored + rejected + duplicates, always, in the result and in `run.json`. Not scored
are posts in other languages than English, which stay rows of the report; `--all-languages` scores them
as well. A row that cannot become a post is rejected, and stands in `rejects.csv` with its file, line (for
Parquet and Arrow, its number), reason and raw text, in which markers such as `[phone]` stand for personal
data unless `--raw-rejects` asks for it:

";

const NOTICES: &str = "
A row is a duplicate when the same id came with the same text before. The same id with another text is
another post: it is kept, and its id gets a suffix such as `~2`.

What is worth knowing but costs no row is said in a notice:

";

const VALUES: &str = "
Dates are read as RFC 3339 and ISO 8601, as the X API and its archive write them, as Unix seconds,
milliseconds or microseconds, and as day, month and year in the usual orders, with or without weekday,
time, AM or PM and zone (an offset, UTC, GMT, or one of North America such as PDT). Two digits of a year
are 1969 to 2068. A date before 1990 or from 2100 on counts as unreadable: it is a zero for a missing one,
or no date. Where nothing in a file tells 03/04 in March from 3 April, the day comes first; what tells it
should come within the first 8,192 rows. Counts may have thousands separators (`1,234`, `1.234.567`,
`1 234`) and the suffixes K, M and B.

";

const LIMITS: &str = "
## Limits

What is over one of these is rejected or stops the run, as the message says, which also tells how to
raise it: `--limit row=64MiB`.

";

const FIXED_LIMITS: &str = "
These cannot be set:

";

fn above_and_below() -> String {
    format!(
        "
## Above and below a table

Up to {MOST_LEADING} lines above the header, such as the title of a report, are left out: the header is
then the first line that names the text and another column and has as many fields as most rows below it.
A header that comes again further down is rejected as a row, and so are the rows of another table below
the first.

One such table is read: Vicinitas writes the authors below the posts. They are joined to the posts by
handle (followers, verification, id), and are not rows. The file is read twice for it, as is a page of
the X API, whose `includes` come after its posts; standard input is copied to a temporary file then.

"
    )
}

fn columns_by_header() -> impl Iterator<Item = [String; 3]> {
    Column::ALL.into_iter().map(|column| {
        let names: Vec<String> = columns::aliases(column)
            .iter()
            .map(|name| format!("`{name}`"))
            .collect();
        [
            format!("`{}`", column.name()),
            column.description().to_owned(),
            names.join(", "),
        ]
    })
}

fn reasons() -> impl Iterator<Item = [String; 1]> {
    Reason::examples()
        .into_iter()
        .map(|reason| [reason.to_string()])
}

fn notices() -> impl Iterator<Item = [String; 1]> {
    NoticeKind::examples()
        .into_iter()
        .map(|kind| [kind.to_string()])
}

fn settable_limits() -> impl Iterator<Item = [String; 3]> {
    Limit::ALL.into_iter().map(|limit| {
        let default = limit.show(Limits::default().get(limit));
        [
            format!("`{}`", limit.name()),
            limit.meaning().to_owned(),
            default,
        ]
    })
}

fn fixed_limits() -> [[String; 2]; 3] {
    [
        ("an Arrow record batch, decompressed", MAX_BATCH),
        ("authors of one input that are joined to posts", MAX_APART),
        (
            "posts of one input's `includes.tweets` that are joined to retweets",
            MAX_APART,
        ),
    ]
    .map(|(what, most)| [what.to_owned(), limits::size(most as u64)])
}

/// A table in Markdown.
fn table<const N: usize, S: AsRef<str>>(
    header: &[&str; N],
    rows: impl IntoIterator<Item = [S; N]>,
) -> String {
    let mut text = String::new();
    let mut add = |cells: [&str; N]| {
        let cells = cells.map(|cell| cell.replace('|', "\\|"));
        // Writing to memory does not fail.
        let _ = writeln!(text, "| {} |", cells.join(" | "));
    };
    add(*header);
    add(["---"; N]);
    for row in rows {
        add(row.each_ref().map(AsRef::as_ref));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documentation_is_up_to_date() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/formats.md");
        if std::env::var_os("UPROAR_UPDATE_DOCS").is_some() {
            std::fs::write(path, documentation()).unwrap();
        }
        // A checkout may have made CRLF of the line ends.
        let committed = std::fs::read_to_string(path).unwrap().replace('\r', "");
        assert!(
            committed == documentation(),
            "docs/formats.md is not what the code says; run the command in its first lines"
        );
    }
}
