//! The rows of one input as posts and rejects.

use std::collections::{HashSet, VecDeque};

use crate::columns::Cells;
use crate::error::Error;
use crate::formats::ReadRows;
use crate::handle;
use crate::html;
use crate::limits::{Limit, Limits};
use crate::notice::NoticeKind;
use crate::post::Post;
use crate::reddit;
use crate::reject::{Reason, Reject};
use crate::schema::Column;
use crate::time::{self, DayOrder};
use crate::values::{self, Id, printed};

/// How many rows are looked at before the first one is turned into a post, so that what they
/// show about the whole input (rounded ids, the order of day and month) holds from the start.
pub(crate) const LOOK_AHEAD: usize = 8192;

/// Most bytes of cells that are held for this. Rows of posts come nowhere near; rows as long as
/// the limits allow would else take gigabytes.
const LOOK_AHEAD_BYTES: usize = 64 << 20;

/// A row turned into a post, or not.
pub(crate) enum Outcome {
    /// The post's id is its own, not made for it.
    Identified(Post),
    /// The post's id was made from the name of the input and the row.
    Made(Post),
    Rejected(Reject),
}

/// The handles of the company, [folded](handle::folded).
pub(crate) type Handles = HashSet<String>;

/// A row that has a text, or the reject it became.
struct CheckedRow {
    line: u64,
    cells: Result<Cells, Reject>,
}

/// Reads one input.
pub(crate) struct FileRows {
    name: String,
    stem: String,
    rows: Box<dyn ReadRows>,
    limits: Limits,
    ahead: VecDeque<CheckedRow>,
    is_looked_at: bool,
    row: u64,
    remarks: Remarks,
}

impl FileRows {
    pub(crate) fn new(name: String, stem: String, rows: Box<dyn ReadRows>, limits: Limits) -> Self {
        Self {
            name,
            stem,
            rows,
            limits,
            ahead: VecDeque::new(),
            is_looked_at: false,
            row: 0,
            remarks: Remarks::default(),
        }
    }

    /// The next row; none at the end.
    pub(crate) fn next(&mut self, company: &Handles) -> Result<Option<Outcome>, Error> {
        if !self.is_looked_at {
            self.is_looked_at = true;
            let mut bytes = 0;
            while self.ahead.len() < LOOK_AHEAD
                && bytes < LOOK_AHEAD_BYTES
                && let Some(row) = self.read()?
            {
                bytes += row.cells.as_ref().map_or(0, Cells::size);
                self.ahead.push_back(row);
            }
        }
        let next = match self.ahead.pop_front() {
            Some(row) => Some(row),
            None => self.read()?,
        };
        let Some(CheckedRow { line, cells }) = next else {
            return Ok(None);
        };
        self.row += 1;
        Ok(Some(match cells {
            Ok(cells) => self.post(line, cells, company),
            Err(reject) => Outcome::Rejected(reject),
        }))
    }

    /// How many rows there are, where the format tells beforehand.
    pub(crate) fn total(&self) -> Option<u64> {
        self.rows.total()
    }

    /// Remarks about the input so far.
    pub(crate) fn notices(&self) -> Vec<NoticeKind> {
        let mut notices = self.rows.notices();
        notices.extend(self.remarks.notices());
        notices
    }

    /// Reads a row, checks its text and lets the remarks look at it.
    fn read(&mut self) -> Result<Option<CheckedRow>, Error> {
        let Some(row) = self.rows.next_row()? else {
            return Ok(None);
        };
        let checked = row.cells.and_then(|mut cells| {
            // Before the check: what is left of `<p></p>` is no text.
            if let Some(text) = cells.get_mut(Column::Text)
                && html::is_html_post(text)
            {
                *text = html::plain_text(text);
            }
            if cells.longest() > self.limits.field {
                Err(Reason::TooLarge {
                    limit: Limit::Field,
                    most: self.limits.field,
                })
            } else if cells.size() > self.limits.row {
                // Formats of lines stop before; those of columns have no row to measure.
                Err(Reason::TooLarge {
                    limit: Limit::Row,
                    most: self.limits.row,
                })
            } else if cells.get(Column::Text).is_none_or(is_no_text) {
                Err(Reason::NoText)
            } else {
                Ok(cells)
            }
        });
        let cells = checked.map_err(|reason| Reject {
            file: self.name.clone(),
            line: row.line,
            reason,
            raw: self.rows.raw(),
        });
        if let Ok(cells) = &cells {
            self.remarks.look_at(row.line, cells);
        }
        Ok(Some(CheckedRow {
            line: row.line,
            cells,
        }))
    }

    fn post(&mut self, line: u64, mut cells: Cells, company: &Handles) -> Outcome {
        let remarks = &mut self.remarks;
        let mut post = Post {
            text: cells.take(Column::Text).unwrap_or_default(),
            created_at: remarks.moment(line, &cells),
            author_id: remarks.id(line, &cells, Column::AuthorId, values::id),
            author_name: remarks.handle(line, cells.take(Column::AuthorName)),
            followers: remarks.count(line, &cells, Column::Followers),
            verified: remarks.value(line, &cells, Column::Verified, values::boolean),
            in_reply_to_id: remarks.id(line, &cells, Column::InReplyToId, values::reply_target),
            conversation_id: remarks.id(line, &cells, Column::ConversationId, values::id),
            reply_ids: cells.get(Column::ReplyIds).and_then(values::id_list),
            likes: remarks.count(line, &cells, Column::Likes),
            reposts: remarks.count(line, &cells, Column::Reposts),
            replies: remarks.count(line, &cells, Column::Replies),
            quotes: remarks.count(line, &cells, Column::Quotes),
            views: remarks.count(line, &cells, Column::Views),
            lang: name(cells.get(Column::Lang).and_then(values::first_of_list)),
            source: name(cells.take(Column::Source)).map(|source| {
                if html::is_link(&source) {
                    html::plain_text(&source)
                } else {
                    source
                }
            }),
            ..Post::default()
        };
        let is_inbound = remarks.value(line, &cells, Column::Direction, values::inbound);
        post.is_by_company = is_inbound == Some(false)
            || [&post.author_name, &post.author_id]
                .into_iter()
                .flatten()
                .any(|name| !company.is_empty() && company.contains(&handle::folded(name)));

        let own = remarks.id(line, &cells, Column::Id, values::id);
        match own.filter(|_| !remarks.has_rounded_ids()) {
            Some(id) => Outcome::Identified(Post { id, ..post }),
            None => Outcome::Made(Post {
                id: format!("{}:{}", self.stem, self.row),
                ..post
            }),
        }
    }
}

/// Whether nothing was said in a text.
fn is_no_text(text: &str) -> bool {
    let text = text.trim();
    text.is_empty() || values::is_no_text(text) || reddit::is_removed(text)
}

/// A name as given; blank is missing, and so is an author who is gone. `None` and `null` are handles
/// that people have.
fn name(cell: Option<String>) -> Option<String> {
    let cell = cell?;
    let trimmed = cell.trim();
    if trimmed.is_empty() || reddit::is_removed(trimmed) {
        None
    } else if trimmed.len() == cell.len() {
        Some(cell)
    } else {
        Some(trimmed.to_owned())
    }
}

/// What was noticed in one input: how often, and on which line first.
#[derive(Debug, Default)]
struct Remarks {
    order: Option<DayOrder>,
    ambiguous_dates: Tally,
    unreadable: [Tally; Column::COUNT],
    rounded: [Tally; Column::COUNT],
}

#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    count: u64,
    first_line: u64,
}

impl Tally {
    fn add(&mut self, line: u64) {
        if self.count == 0 {
            self.first_line = line;
        }
        self.count += 1;
    }
}

impl Remarks {
    /// Gathers what a row tells about the whole input; called for each row as it is read.
    fn look_at(&mut self, line: u64, cells: &Cells) {
        if self.order.is_none()
            && let Some(date) = cells.get(Column::CreatedAt)
        {
            self.order = time::parse(date).and_then(time::Reading::order);
        }
        if cells.get(Column::Id).map(values::id) == Some(Id::Rounded) {
            self.rounded[Column::Id as usize].add(line);
        }
    }

    /// Whether the ids of this input are worthless: where a spreadsheet rounded one long number
    /// it rounded all.
    fn has_rounded_ids(&self) -> bool {
        self.rounded[Column::Id as usize].count > 0
    }

    fn id(
        &mut self,
        line: u64,
        cells: &Cells,
        column: Column,
        read: fn(&str) -> Id,
    ) -> Option<String> {
        match read(cells.get(column)?) {
            Id::Known(id) => Some(id),
            Id::Missing => None,
            Id::Unreadable => {
                self.unreadable[column as usize].add(line);
                None
            }
            Id::Rounded => {
                // The post's own ids were counted when the row was looked at.
                if column != Column::Id {
                    self.rounded[column as usize].add(line);
                }
                None
            }
        }
    }

    /// The author's name; of an account that a program printed, the handle in it.
    fn handle(&mut self, line: u64, cell: Option<String>) -> Option<String> {
        let cell = cell?;
        if !printed::is_printed(&cell) {
            return name(Some(cell));
        }
        let handle = printed::handle(&cell).map(str::to_owned);
        if handle.is_none() {
            self.unreadable[Column::AuthorName as usize].add(line);
        }
        name(handle)
    }

    fn value<T>(
        &mut self,
        line: u64,
        cells: &Cells,
        column: Column,
        read: fn(&str) -> Option<T>,
    ) -> Option<T> {
        let cell = cells.get(column).filter(|cell| !values::is_missing(cell))?;
        let value = read(cell);
        if value.is_none() {
            self.unreadable[column as usize].add(line);
        }
        value
    }

    fn count(&mut self, line: u64, cells: &Cells, column: Column) -> Option<i64> {
        self.value(line, cells, column, values::count)
    }

    fn moment(&mut self, line: u64, cells: &Cells) -> Option<i64> {
        let reading = self.value(line, cells, Column::CreatedAt, time::parse)?;
        if reading.is_ambiguous() && self.order.is_none() {
            self.ambiguous_dates.add(line);
        }
        reading.moment(self.order.unwrap_or(DayOrder::DayFirst))
    }

    fn notices(&self) -> Vec<NoticeKind> {
        let mut notices = Vec::new();
        for column in Column::ALL {
            let rounded = self.rounded[column as usize];
            if rounded.count > 0 {
                notices.push(NoticeKind::RoundedIds {
                    column,
                    line: rounded.first_line,
                });
            }
        }
        for column in Column::ALL {
            let Tally {
                count,
                first_line: line,
            } = self.unreadable[column as usize];
            if count > 0 {
                notices.push(NoticeKind::UnreadableCells {
                    column,
                    count,
                    line,
                });
            }
        }
        let Tally {
            count,
            first_line: line,
        } = self.ambiguous_dates;
        // That later dates have the day first too confirms the reading.
        if count > 0 && self.order != Some(DayOrder::DayFirst) {
            notices.push(NoticeKind::AmbiguousDates {
                count,
                line,
                is_contradicted: self.order.is_some(),
            });
        }
        notices
    }
}
