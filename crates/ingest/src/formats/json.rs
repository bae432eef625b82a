//! JSON: objects on lines of their own and documents, from objects to cells.

mod document;
mod lines;
mod scan;
mod shape;

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::columns::{Cells, ColumnOverride, Mapping};
use crate::values;

pub(super) use document::{
    Layout, Rows as DocumentRows, join_authors, keys as document_keys, layout,
};
pub(super) use lines::{Rows as LineRows, is_object, keys as line_keys};

/// How many posts of the head are asked for the names of their keys.
const MOST_ASKED: usize = 200;

/// Turns objects into cells.
struct Objects {
    overrides: Vec<ColumnOverride>,
    /// Every object has keys of its own; few sets of them are different.
    mappings: HashMap<Vec<String>, Mapping>,
}

impl Objects {
    fn new(overrides: Vec<ColumnOverride>) -> Self {
        Self {
            overrides,
            mappings: HashMap::new(),
        }
    }

    fn overrides(&self) -> &[ColumnOverride] {
        &self.overrides
    }

    fn cells(&mut self, object: Map<String, Value>) -> Cells {
        let (keys, values): (Vec<String>, Vec<Value>) = flatten(object).into_iter().unzip();
        self.mapping(keys)
            .cells(|index| values.get(index).and_then(cell))
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

/// Adds the keys of a post to `keys`, in order of appearance; lists of objects are shown as
/// `key[]`.
fn add_keys(post: Map<String, Value>, keys: &mut Vec<String>) {
    for (key, value) in flatten(post) {
        let of_objects = matches!(
            value.as_array().and_then(|list| list.first()),
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

/// The message of an error without its place.
fn message(error: &serde_json::Error) -> String {
    let message = error.to_string();
    message
        .split(" at line ")
        .next()
        .unwrap_or(&message)
        .to_owned()
}
