//! From the start of a JSON document to its end, stopping at the values that should be posts.

use crate::columns;
use crate::error::Error;
use crate::formats::DecodedText;
use crate::formats::json::includes::LISTS as INCLUDED;
use crate::formats::json::scan::{Extent, Scanner};
use crate::formats::json::shape::{COMPANIONS, LISTS, SINGLES};
use crate::limits::Limit;
use crate::reject::Reason;
use crate::schema::Column;

/// Where the posts of a document are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// They are the elements of the outermost arrays, and the outermost objects.
    Elements,
    /// They are the elements of lists within the outermost objects.
    Lists {
        /// Whether these may be pages of the X API, which keep authors and repeated posts apart.
        has_includes: bool,
    },
    /// Not the posts, but what pages of the X API keep apart from them.
    Includes,
}

impl Layout {
    /// Whether something that is kept apart may have to be joined to the posts.
    pub(crate) const fn has_includes(self) -> bool {
        matches!(self, Self::Lists { has_includes: true })
    }
}

/// The layout of a document that starts with an object.
pub(super) fn layout_of_object(head: &[u8]) -> Layout {
    let members = members(head);
    let has_key = |wanted: &str| members.iter().any(|(key, _)| key == wanted);
    let has_list = members.iter().any(|(key, opens)| match opens.as_str() {
        "[{" | "[]" | "[" => LISTS.contains(&key.as_str()),
        "{" => SINGLES.contains(&key.as_str()),
        _ => false,
    });
    // A `message` beside a list is what an interface says about its answer.
    let has_text = members.iter().any(|(key, opens)| {
        opens == "\"" && key != "message" && columns::is_name_of(Column::Text, key)
    });
    if has_text || !(has_list || COMPANIONS.into_iter().any(has_key)) {
        return Layout::Elements;
    }
    Layout::Lists {
        has_includes: has_key("data") || has_key("includes"),
    }
}

/// The keys of the object that `head` begins with, as far as it goes, each with the first byte of
/// its value; of an array also the first of its first element.
fn members(head: &[u8]) -> Vec<(String, String)> {
    let mut scanner = Scanner::new(DecodedText::of_head(head));
    let mut members = Vec::new();
    // Reading from memory does not fail.
    let _ = add_members(&mut scanner, &mut members);
    members
}

fn add_members(scanner: &mut Scanner, members: &mut Vec<(String, String)>) -> Result<(), Error> {
    // The bracket that opens the object.
    scanner.bump()?;
    loop {
        while scanner.peek()? == Some(b',') {
            scanner.bump()?;
        }
        let Some(key) = key(scanner)? else {
            return Ok(());
        };
        let mut opens: String = scanner.peek()?.map(char::from).into_iter().collect();
        let extent = if opens == "[" {
            scanner.bump()?;
            opens.extend(scanner.peek()?.map(char::from));
            scanner.skip_rest_of_array()?
        } else {
            scanner.skip()?
        };
        members.push((key, opens));
        if extent != Extent::Whole {
            return Ok(());
        }
    }
}

/// Reads a key and its colon; none when something else stands there.
fn key(scanner: &mut Scanner) -> Result<Option<String>, Error> {
    let extent = scanner.value()?;
    let key = serde_json::from_slice::<String>(scanner.raw());
    let is_member = extent == Extent::Whole && scanner.peek()? == Some(b':');
    let (true, Ok(key)) = (is_member, key) else {
        return Ok(None);
    };
    scanner.bump()?;
    Ok(Some(key))
}

/// What was found on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A value in the place of a post; the scanner holds it.
    Value,
    /// A place at which no post can be read.
    Fault(Reason),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Frame {
    /// In a list of posts.
    List,
    /// In an object with such lists.
    Object,
}

/// What to do with a member of an object.
enum Step {
    /// Go into the list or object.
    Into(Frame),
    /// The value is in the place of a post.
    Take,
    Pass,
}

/// Walks through a document.
pub(super) struct Walk {
    pub(super) scanner: Scanner,
    layout: Layout,
    frames: Vec<Frame>,
    /// Whether the outermost object so far holds things that cannot be explained: neither posts
    /// nor what stands beside them.
    is_strange: bool,
    has_posts: bool,
    is_over: bool,
}

impl Walk {
    pub(super) fn new(scanner: Scanner, layout: Layout) -> Self {
        Self {
            scanner,
            layout,
            frames: Vec::new(),
            is_strange: false,
            has_posts: false,
            is_over: false,
        }
    }

    /// Goes to the next value in the place of a post; none at the end.
    pub(super) fn next(&mut self) -> Result<Option<Found>, Error> {
        // `tweets.js` names the array that follows: `window.YTD.tweets.part0 = [`.
        const LONGEST_NAME: usize = 256;
        while !self.is_over {
            let Some(byte) = self.scanner.peek()? else {
                self.is_over = true;
                if self.frames.is_empty() {
                    break;
                }
                self.scanner.begin();
                return Ok(Some(Found::Fault(Reason::CutOff)));
            };
            match (self.frames.last(), byte) {
                (_, b',') | (None, b';') => self.scanner.bump()?,
                (None, b'[') => self.enter(Frame::List)?,
                (None, b'{') if self.layout != Layout::Elements => self.enter(Frame::Object)?,
                (None, b'w') if self.scanner.skip_past(b'=', LONGEST_NAME)? => {}
                (Some(Frame::List), b']') | (Some(Frame::Object), b'}') => {
                    if self.leave()? {
                        return Ok(Some(Found::Fault(Reason::NoText)));
                    }
                }
                (Some(Frame::Object), _) => {
                    if let Some(found) = self.member()? {
                        return Ok(Some(found));
                    }
                }
                (None | Some(Frame::List), _) => return self.element().map(Some),
            }
        }
        Ok(None)
    }

    fn enter(&mut self, frame: Frame) -> Result<(), Error> {
        self.frames.push(frame);
        self.scanner.bump()
    }

    /// Leaves a list or object; true when it was an outermost object that held no posts and
    /// should have.
    fn leave(&mut self) -> Result<bool, Error> {
        self.scanner.begin();
        self.scanner.bump()?;
        self.frames.pop();
        if !self.frames.is_empty() {
            return Ok(false);
        }
        let is_strange = std::mem::take(&mut self.is_strange);
        let has_posts = std::mem::take(&mut self.has_posts);
        Ok(is_strange && !has_posts)
    }

    /// Reads a value in the place of a post.
    fn element(&mut self) -> Result<Found, Error> {
        let extent = self.scanner.value()?;
        match extent {
            Extent::Whole => return Ok(Found::Value),
            Extent::TooLarge => return Ok(Found::Fault(self.too_large())),
            Extent::Cut | Extent::Unclear | Extent::Endless => {}
        }
        let goes_on = self.scanner.give_up()?;
        self.is_over = !goes_on;
        Ok(Found::Fault(match extent {
            Extent::Endless => self.too_large(),
            Extent::Cut if !goes_on => Reason::CutOff,
            _ => Reason::UnclearEnd {
                next_line: goes_on.then(|| self.scanner.next_line()),
            },
        }))
    }

    fn too_large(&self) -> Reason {
        Reason::TooLarge {
            limit: Limit::Row,
            most: self.scanner.limits().row,
        }
    }

    /// Reads a member of an object up to its value, and the value unless it is to be walked
    /// through.
    fn member(&mut self) -> Result<Option<Found>, Error> {
        self.scanner.begin();
        let Some(key) = key(&mut self.scanner)? else {
            return Ok(Some(self.stop()?));
        };
        let Some(byte) = self.scanner.peek()? else {
            return Ok(None);
        };
        let step = self.step(&key, byte);
        match step {
            Step::Pass => self.is_strange |= !COMPANIONS.contains(&key.as_str()),
            Step::Take | Step::Into(_) => self.has_posts = true,
        }
        match step {
            Step::Take => return self.element().map(Some),
            Step::Into(Frame::Object) => self.enter(Frame::Object)?,
            Step::Into(Frame::List) => {
                self.enter(Frame::List)?;
                // A list of anything else than objects is something else than posts.
                if !matches!(self.scanner.peek()?, None | Some(b'{' | b']')) {
                    self.frames.pop();
                    if self.scanner.skip_rest_of_array()? != Extent::Whole {
                        return Ok(Some(self.stop()?));
                    }
                }
            }
            Step::Pass => {
                if self.scanner.skip()? != Extent::Whole {
                    return Ok(Some(self.stop()?));
                }
            }
        }
        Ok(None)
    }

    fn step(&self, key: &str, first: u8) -> Step {
        match (self.layout, first) {
            (Layout::Includes, b'{') if key == "includes" && self.frames.len() == 1 => {
                Step::Into(Frame::Object)
            }
            (Layout::Includes, b'[') if INCLUDED.contains(&key) && self.frames.len() == 2 => {
                Step::Into(Frame::List)
            }
            (Layout::Lists { .. }, b'[') if LISTS.contains(&key) => Step::Into(Frame::List),
            (Layout::Lists { .. }, b'{') if SINGLES.contains(&key) => Step::Take,
            _ => Step::Pass,
        }
    }

    /// Ends the walk at a mistake between posts, after which nothing says where the next one is.
    fn stop(&mut self) -> Result<Found, Error> {
        self.is_over = true;
        let is_cut = self.scanner.peek()?.is_none();
        Ok(Found::Fault(if is_cut {
            Reason::CutOff
        } else {
            Reason::UnclearEnd { next_line: None }
        }))
    }
}
