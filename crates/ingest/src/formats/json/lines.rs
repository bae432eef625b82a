//! NDJSON: one JSON object a line, which holds a post or a page of them.

use std::collections::VecDeque;
use std::io::{self, BufRead, Read};

use serde_json::{Map, Value};

use crate::columns::ColumnOverride;
use crate::error::Error;
use crate::formats::{DecodedText, ReadRows, Row, nesting};
use crate::limits::Limit;
use crate::notice::NoticeKind;
use crate::reject::{self, Reason};

use super::shape::{self, Shape};
use super::{MOST_ASKED, Objects, add_keys, message};

/// Whether text starts like a JSON object.
pub(crate) fn is_object(start: &[u8]) -> bool {
    start.strip_prefix(b"{").is_some_and(|rest| {
        rest.trim_ascii_start()
            .first()
            .is_none_or(|byte| matches!(byte, b'"' | b'}'))
    })
}

/// The keys of the posts in the head.
pub(crate) fn keys(head: &[u8], is_whole: bool, overrides: &[ColumnOverride]) -> Vec<String> {
    let mut lines: Vec<&[u8]> = head.split(|byte| *byte == b'\n').take(MOST_ASKED).collect();
    if !is_whole && lines.len() < MOST_ASKED {
        lines.pop();
    }
    let mut keys = Vec::new();
    for line in lines {
        let Ok(Value::Object(object)) = serde_json::from_slice(line) else {
            continue;
        };
        match shape::posts(object, overrides) {
            Shape::Post(post) => add_keys(&post, &mut keys),
            Shape::Posts(posts) => {
                for post in posts {
                    if let Value::Object(post) = post {
                        add_keys(&post, &mut keys);
                    }
                }
            }
        }
    }
    keys
}

/// The rows of an NDJSON input.
pub(crate) struct Rows {
    input: DecodedText,
    objects: Objects,
    /// The line last read.
    raw: Vec<u8>,
    line: u64,
    /// The posts of the page on that line which are still to come.
    page: VecDeque<Value>,
    /// The post of a page last read.
    post: Option<String>,
}

impl Rows {
    pub(crate) fn new(input: DecodedText, overrides: Vec<ColumnOverride>) -> Self {
        Self {
            input,
            objects: Objects::new(overrides),
            raw: Vec::new(),
            line: 0,
            page: VecDeque::new(),
            post: None,
        }
    }

    /// Reads a line no longer than a row may be; none at the end. Of a longer line the rest is
    /// passed over.
    fn read_line(&mut self) -> io::Result<Option<Result<(), Reason>>> {
        self.raw.clear();
        let most = self.input.limits.row;
        let limit = (most as u64).saturating_add(1);
        let text = &mut self.input.text;
        if text.by_ref().take(limit).read_until(b'\n', &mut self.raw)? == 0 {
            return Ok(None);
        }
        self.line += 1;
        if self.raw.len() <= most {
            return Ok(Some(Ok(())));
        }
        if !self.raw.ends_with(b"\n") {
            text.skip_until(b'\n')?;
        }
        Ok(Some(Err(Reason::TooLarge {
            limit: Limit::Row,
            most,
        })))
    }

    fn object(&self) -> Result<Map<String, Value>, Reason> {
        let text = std::str::from_utf8(&self.raw).map_err(|_| Reason::InvalidUtf8)?;
        nesting::check(&self.raw, &self.input.limits)?;
        match serde_json::from_str(text.trim_end()) {
            Ok(Value::Object(object)) => Ok(object),
            Ok(_) => Err(Reason::NotAnObject),
            // The parser's line is always the first of the one line parsed.
            Err(error) => Err(Reason::MalformedJson {
                message: format!("{} at column {}", message(&error), error.column()),
            }),
        }
    }
}

impl ReadRows for Rows {
    fn next_row(&mut self) -> Result<Option<Row>, Error> {
        loop {
            if let Some(value) = self.page.pop_front() {
                self.post = Some(value.to_string());
                let cells = match value {
                    Value::Object(post) => Ok(self.objects.cells(&post)),
                    _ => Err(Reason::NotAnObject),
                };
                let line = self.line;
                return Ok(Some(Row { line, cells }));
            }
            self.post = None;
            let read = self.read_line().map_err(|error| self.input.failed(error))?;
            let Some(within_limit) = read else {
                return Ok(None);
            };
            if within_limit.is_ok() && self.raw.trim_ascii().is_empty() {
                continue;
            }
            let line = self.line;
            let cells = match within_limit.and_then(|()| self.object()) {
                Ok(object) => match shape::posts(object, self.objects.overrides()) {
                    Shape::Post(post) => Ok(self.objects.cells(&post)),
                    Shape::Posts(posts) => {
                        self.page = posts.into();
                        continue;
                    }
                },
                Err(reason) => Err(reason),
            };
            return Ok(Some(Row { line, cells }));
        }
    }

    fn raw(&self) -> String {
        reject::raw(self.post.as_deref().map_or(&self.raw, str::as_bytes))
    }

    fn notices(&self) -> Vec<NoticeKind> {
        self.input.notice().into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_told_from_a_header() {
        assert!(is_object(b"{ \"a\": 1}"));
        assert!(is_object(b"{"));
        assert!(!is_object(b"{text},id"));
    }

    #[test]
    fn keys_are_dotted_and_lists_marked() {
        let head = b"{\"a\":{\"b\":1,\"c\":{\"d\":\"\"}},\"e\":null}\n\
            {\"langs\":[\"en\"],\"replies\":[{\"text\":\"x\"}]}\nnot json\n{\"cut\":1";
        assert_eq!(
            keys(head, false, &[]),
            ["a.b", "a.c.d", "langs", "replies[]"]
        );
    }
}
