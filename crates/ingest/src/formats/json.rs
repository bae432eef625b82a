//! JSON: objects on lines of their own and documents, from objects to cells.

mod document;
mod includes;
mod lines;
mod repeats;
mod scan;
mod shape;

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::columns::{Cells, ColumnOverride, Mapping};
use crate::values;

pub(super) use document::{
    Layout, Rows as DocumentRows, keys as document_keys, layout, read_includes,
};
pub(super) use includes::Includes;
pub(super) use lines::{Rows as LineRows, is_object, keys as line_keys};

/// How many posts of the head are asked for the names of their keys.
const MOST_ASKED: usize = 200;

/// Longest dotted key that is of use, in bytes. No column is called so; in nested objects a long
/// key would be repeated for each key below it.
const LONGEST_KEY: usize = 256;

/// Most memory that the sets of keys known so far take, in bytes.
const MOST_KNOWN: usize = 16 << 20;

/// Turns objects into cells.
struct Objects {
    overrides: Vec<ColumnOverride>,
    /// Every object has keys of its own; few sets of them are different.
    mappings: HashMap<Vec<String>, Mapping>,
    /// About what the sets of keys take of memory, in bytes.
    known: usize,
}

impl Objects {
    fn new(overrides: Vec<ColumnOverride>) -> Self {
        Self {
            overrides,
            mappings: HashMap::new(),
            known: 0,
        }
    }

    fn overrides(&self) -> &[ColumnOverride] {
        &self.overrides
    }

    fn cells(&mut self, object: &Map<String, Value>) -> Cells {
        let (keys, values): (Vec<String>, Vec<&Value>) = flatten(object).into_iter().unzip();
        self.mapping(keys)
            .cells(|index| values.get(index).copied().and_then(cell))
    }

    fn mapping(&mut self, keys: Vec<String>) -> &Mapping {
        if !self.mappings.contains_key(&keys) {
            let size = size_of::<Mapping>()
                + keys
                    .iter()
                    .map(|key| size_of::<String>() + key.len())
                    .sum::<usize>();
            // In case that keys are data (`{"likes": {"alice": 1}}`).
            if self.known + size > MOST_KNOWN {
                self.mappings.clear();
                self.known = 0;
            }
            self.known += size;
        }
        let overrides = &self.overrides;
        self.mappings
            .entry(keys)
            .or_insert_with_key(|keys| Mapping::new(keys, overrides))
    }
}

/// What MongoDB writes around a value of a type that JSON lacks: `{"$date": "2020-06-24T16:28:14Z"}`.
const TYPES: [&str; 4] = ["$date", "$numberLong", "$numberInt", "$numberDouble"];

/// The values of an object by dotted key (`user.followers_count`), without nulls and without what
/// has no key [of use](LONGEST_KEY); lists of objects, which are no cells, as `key[]`.
fn flatten(object: &Map<String, Value>) -> Vec<(String, &Value)> {
    // serde_json refuses nesting deeper than 128, which bounds this recursion.
    fn visit<'a>(
        prefix: &str,
        object: &'a Map<String, Value>,
        found: &mut Vec<(String, &'a Value)>,
    ) {
        for (key, value) in object {
            if prefix.len() + key.len() >= LONGEST_KEY {
                continue;
            }
            let mut path = if prefix.is_empty() {
                key.clone()
            } else if TYPES.contains(&key.as_str()) {
                prefix.to_owned()
            } else {
                format!("{prefix}.{key}")
            };
            match value {
                Value::Null => {}
                Value::Object(inner) => visit(&path, inner, found),
                value => {
                    if is_list_of_objects(value) && !path.ends_with(REFERENCES) {
                        path.push_str("[]");
                    }
                    found.push((path, value));
                }
            }
        }
    }
    let mut found = Vec::new();
    visit("", object, &mut found);
    found
}

/// The X API's list of referenced posts, the one list of objects that is understood.
const REFERENCES: &str = "referenced_tweets";

fn is_list_of_objects(value: &Value) -> bool {
    value
        .as_array()
        .and_then(|list| list.first())
        .is_some_and(Value::is_object)
}

/// A value as a cell: lists as JSON, for the few columns that understand them.
fn cell(value: &Value) -> Option<String> {
    match value {
        Value::Array(_) => Some(value.to_string()),
        value => values::scalar(value),
    }
}

/// Adds the keys of a post to `keys`, in order of appearance.
fn add_keys(post: &Map<String, Value>, keys: &mut Vec<String>) {
    for (key, _) in flatten(post) {
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
