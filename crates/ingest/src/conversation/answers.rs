//! The company's first answer to each customer post.

use super::key::Key;
use super::ledger::{Ledger, ReplyList, Row};
use super::links::Links;

/// Longest chain of company posts that is followed back to the customer it speaks to.
const LONGEST_CHAIN: usize = 64;

/// The answers by row.
#[derive(Debug)]
pub(super) struct Answers {
    /// The first answer to each customer post that has one.
    pub(super) first: Vec<Option<Row>>,
    /// Whether it is known of a customer post that it has no answer.
    pub(super) is_unanswered: Vec<bool>,
}

impl Answers {
    pub(super) fn find(ledger: &Ledger, links: &Links, has_links: bool) -> Self {
        let is_known = has_links && ledger.is_by_company.contains(&true);
        let mut first = direct(ledger, links);
        let spoken = Spoken::new(ledger, links);
        let mut is_unanswered = vec![false; ledger.len()];
        for row in ledger.rows() {
            if ledger.is_by_company(row) {
                first[row.index()] = None;
                continue;
            }
            if first[row.index()].is_some() {
                continue;
            }
            match spoken.after(row) {
                Later::By(answer) => first[row.index()] = Some(answer),
                Later::Unknown => {}
                Later::Never => {
                    is_unanswered[row.index()] = match ledger.reply_lists[row.index()] {
                        ReplyList::Missing => is_known,
                        ReplyList::Complete => true,
                        ReplyList::Incomplete => false,
                    }
                }
            }
        }
        Self {
            first,
            is_unanswered,
        }
    }
}

/// Per post, the earliest company post that replies to it. A reply that seems older than the
/// post, or whose time is unknown, comes after all others.
fn direct(ledger: &Ledger, links: &Links) -> Vec<Option<Row>> {
    let mut first: Vec<Option<Row>> = vec![None; ledger.len()];
    let replies = ledger
        .rows()
        .filter_map(|row| Some((links.parent(row)?, row)))
        .chain(links.listed.iter().copied());
    for (post, reply) in replies.filter(|(_, reply)| ledger.is_by_company(*reply)) {
        let order = |reply: Row| {
            let (moment, id) = ledger.order(reply);
            let is_after = moment.is_some() && moment >= ledger.moment(post);
            (!is_after, moment, id)
        };
        let known = &mut first[post.index()];
        if known.is_none_or(|known| order(reply) < order(known)) {
            *known = Some(reply);
        }
    }
    first
}

/// The company's next word in a conversation.
enum Later {
    By(Row),
    Never,
    /// Times are missing that would tell.
    Unknown,
}

/// The company posts by conversation, by the author they are known to speak to, and by time.
struct Spoken<'a> {
    ledger: &'a Ledger,
    posts: Vec<(Option<Key>, Row)>,
}

impl<'a> Spoken<'a> {
    fn new(ledger: &'a Ledger, links: &Links) -> Self {
        let mut posts: Vec<(Option<Key>, Row)> = ledger
            .rows()
            .filter(|row| ledger.is_by_company(*row) && ledger.conversation(*row).is_some())
            .map(|row| (addressee(row, ledger, links), row))
            .collect();
        posts.sort_unstable_by_key(|(addressee, row)| {
            (ledger.conversation(*row), *addressee, ledger.order(*row))
        });
        Self { ledger, posts }
    }

    /// The first company post after `row` that may speak to its author.
    fn after(&self, row: Row) -> Later {
        let Some(conversation) = self.ledger.conversation(row) else {
            return Later::Never;
        };
        let author = self.ledger.author(row);
        let to_anyone = self.to(conversation, None);
        let to_author = author.map_or(&[][..], |author| self.to(conversation, Some(author)));
        let candidates = [to_anyone, to_author];

        let start = self.ledger.moment(row);
        let first = candidates.iter().filter_map(|posts| {
            let after = posts.partition_point(|(_, post)| self.ledger.moment(*post) <= start);
            start.and(posts.get(after))
        });
        match first
            .map(|(_, post)| *post)
            .min_by_key(|post| self.ledger.order(*post))
        {
            Some(answer) => Later::By(answer),
            // Unknown moments sort first.
            None if candidates
                .iter()
                .filter_map(|posts| posts.first())
                .any(|(_, post)| start.is_none() || self.ledger.moment(*post).is_none()) =>
            {
                Later::Unknown
            }
            None => Later::Never,
        }
    }

    fn to(&self, conversation: Key, addressee: Option<Key>) -> &[(Option<Key>, Row)] {
        let wanted = (Some(conversation), addressee);
        let group =
            |(addressee, row): &(Option<Key>, Row)| (self.ledger.conversation(*row), *addressee);
        let start = self.posts.partition_point(|post| group(post) < wanted);
        let rest = &self.posts[start..];
        &rest[..rest.partition_point(|post| group(post) == wanted)]
    }
}

/// The author that a company post speaks to: through its own posts up to a customer's.
fn addressee(row: Row, ledger: &Ledger, links: &Links) -> Option<Key> {
    std::iter::successors(links.parent(row), |row| links.parent(*row))
        .take(LONGEST_CHAIN)
        .find(|row| !ledger.is_by_company(*row))
        .and_then(|row| ledger.author(row))
}
