//! Which post replies to which, and the conversations that follow from it.

use std::hash::{BuildHasher, RandomState};

use hashbrown::HashTable;

use super::key::Key;
use super::ledger::{Ledger, ReplyList, Row};

/// The replies within the export.
#[derive(Debug)]
pub(super) struct Links {
    /// Per post, the post that it replies to, if that is in the export.
    parents: Vec<Option<Row>>,
    /// The replies that the export lists: the post replied to, and the reply.
    pub(super) listed: Vec<(Row, Row)>,
}

impl Links {
    /// Finds the replies, and gives every post its conversation where anything links posts.
    ///
    /// What only serves to find them is dropped from the ledger.
    pub(super) fn find(ledger: &mut Ledger) -> Self {
        let has_links = ledger.has_links();
        let index = Index::new(&ledger.ids);
        let mut links = Self {
            parents: Vec::new(),
            listed: Vec::new(),
        };
        links.claim(ledger, &index);
        let parents = std::mem::take(&mut ledger.parents);
        links.parents = parents
            .iter()
            .map(|parent| index.row(&ledger.ids, (*parent)?))
            .collect();
        drop(index);
        if has_links {
            links.name_conversations(ledger, &parents);
        }
        links
    }

    pub(super) fn parent(&self, row: Row) -> Option<Row> {
        self.parents[row.index()]
    }

    /// Reads the lists of replies, which are the same links from the other end. Where two posts
    /// claim a reply, the smaller id has it, whatever the order of the rows.
    fn claim(&mut self, ledger: &mut Ledger, index: &Index) {
        let mut is_claimed = vec![false; ledger.len()];
        for (row, reply) in std::mem::take(&mut ledger.listed) {
            let Some(reply) = index.row(&ledger.ids, reply) else {
                ledger.reply_lists[row.index()] = ReplyList::Incomplete;
                continue;
            };
            self.listed.push((row, reply));
            let id = ledger.ids[row.index()];
            let parent = &mut ledger.parents[reply.index()];
            match parent {
                Some(claim) if is_claimed[reply.index()] => *claim = id.min(*claim),
                Some(_) => {}
                None => {
                    *parent = Some(id);
                    is_claimed[reply.index()] = true;
                }
            }
        }
    }

    /// Follows each post's replies up to a post whose conversation is known, else to the first
    /// one, whose id is the conversation's; that post may lie outside of the export.
    fn name_conversations(&self, ledger: &mut Ledger, parents: &[Option<Key>]) {
        let mut path: Vec<Row> = Vec::new();
        for start in ledger.rows() {
            let mut row = start;
            let conversation = loop {
                let id = ledger.ids[row.index()];
                match ledger.conversation(row) {
                    Some(Key::RESERVED) => break self.circle(row, ledger),
                    Some(known) => break known,
                    None => {}
                }
                // Marks the path, to see a circle of replies.
                ledger.conversations[row.index()] = Some(Key::RESERVED);
                path.push(row);
                match (self.parent(row), parents[row.index()]) {
                    (Some(parent), _) => row = parent,
                    (None, Some(absent)) => break absent,
                    (None, None) => break id,
                }
            };
            for row in path.drain(..) {
                ledger.conversations[row.index()] = Some(conversation);
            }
        }
    }

    /// The smallest id of a circle of replies.
    fn circle(&self, start: Row, ledger: &Ledger) -> Key {
        let others = std::iter::successors(self.parent(start), |row| self.parent(*row));
        others
            .take_while(|row| *row != start)
            .map(|row| ledger.ids[row.index()])
            .fold(ledger.ids[start.index()], Key::min)
    }
}

/// Posts by id.
struct Index {
    rows: HashTable<Row>,
    hasher: RandomState,
}

impl Index {
    fn new(ids: &[Key]) -> Self {
        let hasher = RandomState::new();
        let mut rows: HashTable<Row> = HashTable::with_capacity(ids.len());
        for (id, row) in ids.iter().zip((0..).map_while(Row::new)) {
            rows.entry(
                hasher.hash_one(id),
                |other| ids[other.index()] == *id,
                |other| hasher.hash_one(ids[other.index()]),
            )
            .or_insert(row);
        }
        Self { rows, hasher }
    }

    fn row(&self, ids: &[Key], id: Key) -> Option<Row> {
        let is_it = |row: &Row| ids[row.index()] == id;
        self.rows.find(self.hasher.hash_one(id), is_it).copied()
    }
}
