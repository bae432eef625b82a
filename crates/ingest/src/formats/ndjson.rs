//! NDJSON: one JSON object a line.

use std::collections::HashMap;
use std::io::{self, BufRead, Read};

use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use crate::columns::{ColumnOverride, Mapping};
use crate::error::{Error, JsonDocument};
use crate::limits::Limit;
use crate::notice::NoticeKind;
use crate::reject::{self, Reason};
use crate::values;

use super::{DecodedText, ReadRows, Row, nesting};

/// Whether text starts like a JSON object.
pub(crate) fn is_ndjson(start: &[u8]) -> bool {
    start.strip_prefix(b"{").is_some_and(|rest| {
        rest.trim_ascii_start()
            .first()
            .is_none_or(|byte| matches!(byte, b'"' | b'}'))
    })
}

/// What kind of JSON document the text starts, if it is one document and not lines of objects.
pub(crate) fn document_kind(start: &[u8]) -> Option<JsonDocument> {
    if start.starts_with(b"window.YTD.") {
        return Some(JsonDocument::Archive);
    }
    if start
        .strip_prefix(b"[")
        .is_some_and(|rest| rest.trim_ascii_start().starts_with(b"{"))
    {
        return Some(JsonDocument::Array);
    }
    if !is_ndjson(start) || !start.trim_ascii_end().contains(&b'\n') {
        return None;
    }
    // An object that goes on beyond its line is a pretty-printed document; one with a mistake in
    // it is a row to reject.
    let mut objects = serde_json::Deserializer::from_slice(start).into_iter::<IgnoredAny>();
    let spans_lines = match objects.next()? {
        Ok(_) => start.get(..objects.byte_offset())?.contains(&b'\n'),
        Err(error) => error.is_eof(),
    };
    spans_lines.then_some(JsonDocument::Object)
}

/// The keys of the objects in the head, in order of appearance; lists are shown as `key[]`.
pub(crate) fn keys(head: &[u8], is_whole: bool) -> Vec<String> {
    const MOST_ROWS: usize = 200;
    let mut lines: Vec<&[u8]> = head.split(|byte| *byte == b'\n').take(MOST_ROWS).collect();
    if !is_whole && lines.len() < MOST_ROWS {
        lines.pop();
    }
    let mut keys: Vec<String> = Vec::new();
    for line in lines {
        let Ok(Value::Object(object)) = serde_json::from_slice(line) else {
            continue;
        };
        for (key, value) in flatten(object) {
            let of_objects = matches!(
                value.as_array().and_then(|a| a.first()),
                Some(Value::Object(_))
            );
            // The X API's list of referenced posts is understood, other lists of objects are not.
            let key = if of_objects && !key.ends_with("referenced_tweets") {
                format!("{key}[]")
            } else {
                key
            };
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
    }
    keys
}

/// The values of an object by dotted key (`user.followers_count`), without nulls.
fn flatten(object: Map<String, Value>) -> Vec<(String, Value)> {
    // serde_json refuses nesting deeper than 128, which bounds this recursion.
    fn visit(prefix: &str, object: Map<String, Value>, found: &mut Vec<(String, Value)>) {
        for (key, value) in object {
            let path = if prefix.is_empty() {
                key
            } else {
                format!("{prefix}.{key}")
            };
            match value {
                Value::Null => {}
                Value::Object(inner) => visit(&path, inner, found),
                value => found.push((path, value)),
            }
        }
    }
    let mut found = Vec::new();
    visit("", object, &mut found);
    found
}

/// A value as a cell: lists as JSON, for the few columns that understand them.
fn cell(value: &Value) -> Option<String> {
    match value {
        Value::Array(_) => Some(value.to_string()),
        value => values::scalar(value),
    }
}

/// An error without its line, which is always the first of the one line parsed.
fn in_line(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let what = message.split(" at line ").next().unwrap_or(&message);
    format!("{what} at column {}", error.column())
}

/// The rows of an NDJSON input.
pub(crate) struct Rows {
    input: DecodedText,
    overrides: Vec<ColumnOverride>,
    /// Every row has keys of its own; few sets of them are different.
    mappings: HashMap<Vec<String>, Mapping>,
    raw: Vec<u8>,
    line: u64,
}

impl Rows {
    pub(crate) fn new(input: DecodedText, overrides: Vec<ColumnOverride>) -> Self {
        Self {
            input,
            overrides,
            mappings: HashMap::new(),
            raw: Vec::new(),
            line: 0,
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
            Err(error) => Err(Reason::MalformedJson {
                message: in_line(&error),
            }),
        }
    }

    fn mapping(&mut self, keys: Vec<String>) -> &Mapping {
        // A bound, in case that keys are data (`{"likes": {"alice": 1}}`).
        const MOST: usize = 4096;
        if self.mappings.len() >= MOST && !self.mappings.contains_key(&keys) {
            self.mappings.clear();
        }
        let overrides = &self.overrides;
        self.mappings
            .entry(keys)
            .or_insert_with_key(|keys| Mapping::new(keys, overrides))
    }
}

impl ReadRows for Rows {
    fn next_row(&mut self) -> Result<Option<Row>, Error> {
        loop {
            let read = self.read_line().map_err(|error| self.input.failed(error))?;
            let Some(within_limit) = read else {
                return Ok(None);
            };
            if within_limit.is_ok() && self.raw.trim_ascii().is_empty() {
                continue;
            }
            let line = self.line;
            let cells = match within_limit.and_then(|()| self.object()) {
                Ok(object) => {
                    let (keys, values): (Vec<String>, Vec<Value>) =
                        flatten(object).into_iter().unzip();
                    Ok(self
                        .mapping(keys)
                        .cells(|index| values.get(index).and_then(cell)))
                }
                Err(reason) => Err(reason),
            };
            return Ok(Some(Row { line, cells }));
        }
    }

    fn raw(&self) -> String {
        reject::raw(&self.raw)
    }

    fn notices(&self) -> Vec<NoticeKind> {
        self.input.notice().into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_told_from_lines() {
        for (text, expected) in [
            ("{\"text\":\"a\"}\n{\"text\":\"b\"}\n", None),
            ("{\"text\":\"a\"}", None),
            ("{\"text\":\"a\"}\n\n", None),
            ("{\"text\":\"cut\n{\"text\":\"b\"}\n", None),
            ("{}\n", None),
            ("{\n  \"text\": \"a\"\n}\n", Some(JsonDocument::Object)),
            ("{\n  \"data\": [\n", Some(JsonDocument::Object)),
            ("[ {\"text\":\"a\"} ]", Some(JsonDocument::Array)),
            ("window.YTD.tweets.part0 = [", Some(JsonDocument::Archive)),
            ("[text],id\n", None),
            ("{text},id\n", None),
        ] {
            assert_eq!(document_kind(text.as_bytes()), expected, "{text}");
        }
        assert!(is_ndjson(b"{ \"a\": 1}"));
        assert!(!is_ndjson(b"{text},id"));
    }

    #[test]
    fn keys_are_dotted_and_lists_marked() {
        let head = b"{\"a\":{\"b\":1,\"c\":{\"d\":\"\"}},\"e\":null}\n\
            {\"posts\":[{\"text\":\"x\"}],\"langs\":[\"en\"]}\nnot json\n{\"cut\":1";
        assert_eq!(keys(head, false), ["a.b", "a.c.d", "langs", "posts[]"]);
    }
}
