//! JSON documents: arrays of posts and the objects around them, read post by post.
//!
//! Nothing of a document is held but the post being read, however long the document is.

mod walk;

use std::collections::VecDeque;

use serde::de::IgnoredAny;
use serde_json::Value;

use crate::columns::ColumnOverride;
use crate::error::Error;
use crate::formats::{DecodedText, ReadRows, Row, nesting};
use crate::notice::NoticeKind;
use crate::reject::{self, Reason};

use super::includes::Includes;
use super::scan::Scanner;
use super::shape::{self, Shape};
use super::{MOST_ASKED, Objects, add_keys, message};
use walk::{Found, Walk};

pub(crate) use walk::Layout;

/// How a text that starts like JSON is laid out, if it is a document and not lines of objects.
pub(crate) fn layout(start: &[u8], is_whole: bool) -> Option<Layout> {
    if start.starts_with(b"window.YTD.") {
        return Some(Layout::Elements);
    }
    if let Some(rest) = start.strip_prefix(b"[") {
        let first = rest.trim_ascii_start().first();
        let is_array = first.is_none_or(|byte| matches!(byte, b'{' | b']'));
        return is_array.then_some(Layout::Elements);
    }
    if !super::is_object(start) {
        return None;
    }
    let layout = walk::layout_of_object(start);
    let lines = start.trim_ascii_end();
    let Some(line_end) = lines.iter().position(|byte| *byte == b'\n') else {
        // One line is as good as a document; a list in it may be longer than a line may be.
        let is_list = matches!(layout, Layout::Lists { .. });
        return (is_list && (is_whole || lines.len() == start.len())).then_some(layout);
    };
    // An object that goes on beyond its line is a document; one with a mistake in it is a row to
    // reject, unless its line ends where no object can.
    let mut objects = serde_json::Deserializer::from_slice(start).into_iter::<IgnoredAny>();
    let spans_lines = match objects.next()? {
        Ok(_) => start.get(..objects.byte_offset())?.contains(&b'\n'),
        Err(error) if error.is_eof() => true,
        Err(_) => matches!(
            lines.get(..line_end)?.trim_ascii_end().last(),
            Some(b'{' | b'[' | b',')
        ),
    };
    spans_lines.then_some(layout)
}

/// The keys of the posts in the head of a document.
pub(crate) fn keys(
    head: &[u8],
    layout: Layout,
    overrides: &[ColumnOverride],
) -> Result<Vec<String>, Error> {
    let head = DecodedText::of_head(head);
    let mut rows = Rows::new(head, layout, Includes::default(), overrides.to_vec());
    let mut keys = Vec::new();
    for _ in 0..MOST_ASKED {
        match rows.next_value()? {
            Some(Ok(Value::Object(post))) => add_keys(&post, &mut keys),
            Some(_) => {}
            None => break,
        }
    }
    Ok(keys)
}

/// Reads what a document of the X API keeps apart from the posts.
pub(crate) fn read_includes(input: DecodedText) -> Result<Includes, Error> {
    let mut walk = Walk::new(Scanner::new(input), Layout::Includes);
    let mut includes = Includes::default();
    while let Some(found) = walk.next()? {
        if found == Found::Value
            && let Ok(member) = serde_json::from_slice(walk.scanner.raw())
        {
            includes.add(&member);
        }
    }
    Ok(includes)
}

/// The rows of a document.
pub(crate) struct Rows {
    walk: Walk,
    objects: Objects,
    includes: Includes,
    /// The posts of the page, thread or conversation last read which are still to come.
    page: VecDeque<Value>,
    /// The post of a page last read.
    post: Option<String>,
}

impl Rows {
    pub(crate) fn new(
        input: DecodedText,
        layout: Layout,
        includes: Includes,
        overrides: Vec<ColumnOverride>,
    ) -> Self {
        Self {
            walk: Walk::new(Scanner::new(input), layout),
            objects: Objects::new(overrides),
            includes,
            page: VecDeque::new(),
            post: None,
        }
    }

    /// The next value that should be a post, or why there is none in its place; none at the end.
    fn next_value(&mut self) -> Result<Option<Result<Value, Reason>>, Error> {
        loop {
            if let Some(value) = self.page.pop_front() {
                self.post = Some(value.to_string());
                return Ok(Some(Ok(value)));
            }
            self.post = None;
            let value = match self.walk.next()? {
                None => return Ok(None),
                Some(Found::Fault(reason)) => Err(reason),
                Some(Found::Value) => match self.parse() {
                    Err(_) if self.walk.scanner.give_up_before_next() => Err(Reason::UnclearEnd {
                        next_line: Some(self.walk.scanner.next_line()),
                    }),
                    value => value,
                },
            };
            match value {
                Ok(Value::Object(object)) => match shape::posts(object, self.objects.overrides()) {
                    Shape::Post(post) => return Ok(Some(Ok(Value::Object(post)))),
                    Shape::Posts(posts) => self.page = posts.into(),
                },
                value => return Ok(Some(value)),
            }
        }
    }

    /// Parses the value last found.
    fn parse(&self) -> Result<Value, Reason> {
        let scanner = &self.walk.scanner;
        let text = std::str::from_utf8(scanner.raw()).map_err(|_| Reason::InvalidUtf8)?;
        nesting::check(scanner.raw(), scanner.limits())?;
        serde_json::from_str(text).map_err(|error| {
            // The parser counts from the start of the value.
            let start = scanner.start();
            let line = start.line + (error.line() as u64).saturating_sub(1);
            let column = match error.line() {
                0 | 1 => start.column + (error.column() as u64).saturating_sub(1),
                _ => error.column() as u64,
            };
            Reason::MalformedJson {
                message: format!("{} at line {line}, column {column}", message(&error)),
            }
        })
    }
}

impl ReadRows for Rows {
    fn next_row(&mut self) -> Result<Option<Row>, Error> {
        let Some(value) = self.next_value()? else {
            return Ok(None);
        };
        let cells = match value {
            Ok(Value::Object(mut post)) => {
                self.includes.join(&mut post);
                Ok(self.objects.cells(&post))
            }
            Ok(_) => Err(Reason::NotAnObject),
            Err(reason) => Err(reason),
        };
        let line = self.walk.scanner.start().line;
        Ok(Some(Row { line, cells }))
    }

    fn raw(&self) -> String {
        let raw = self.walk.scanner.raw();
        reject::raw(self.post.as_deref().map_or(raw, str::as_bytes))
    }

    fn notices(&self) -> Vec<NoticeKind> {
        let notice = self.walk.scanner.notice();
        notice.into_iter().chain(self.includes.notices()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_told_from_lines() {
        let lists = Some(Layout::Lists {
            has_includes: false,
        });
        let page = Some(Layout::Lists { has_includes: true });
        for (text, expected) in [
            ("{\"text\":\"a\"}\n{\"text\":\"b\"}\n", None),
            ("{\"text\":\"a\"}", None),
            ("{\"text\":\"a\"}\n\n", None),
            ("{\"text\":\"cut\n{\"text\":\"b\"}\n", None),
            ("{}\n", None),
            ("{\"data\":[{\"text\":\"a\"}]}\n{\"data\":[]}\n", None),
            ("{\"data\":[{\"text\":\"a\"}]}", page),
            ("{\"data\":[{\"text\":\"a\"}]}\n", page),
            ("{\"statuses\":[{\"text\" \"a\"}]}", lists),
            ("{\n  \"text\": \"a\"\n}\n", Some(Layout::Elements)),
            (
                "{\n  \"text\": \"a\", \"data\": [{}]}\n",
                Some(Layout::Elements),
            ),
            ("{\n  \"data\": [\n", page),
            ("{\n  \"data\": [\n {\"text\" \"a\"}]}\n", page),
            ("{\n  \"meta\": {},\n \"thread\": {\n", lists),
            ("[ {\"text\":\"a\"} ]", Some(Layout::Elements)),
            ("[]", Some(Layout::Elements)),
            ("window.YTD.tweets.part0 = [", Some(Layout::Elements)),
            ("[text],id\n", None),
            ("{text},id\n", None),
        ] {
            assert_eq!(layout(text.as_bytes(), true), expected, "{text}");
        }
        // A line that goes on beyond the head: a page, which may be a document, or a post.
        assert_eq!(layout(b"{\"data\":[{\"text\":\"a\"}", false), page);
        assert_eq!(layout(b"{\"text\":\"a\",\"x\":[{\"b\":1}", false), None);
    }
}
