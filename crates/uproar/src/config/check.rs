//! Checks a file against the schema, so that each mistake is told in plain words with its place.

use std::collections::BTreeMap;

use serde_json::Value;
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use uproar_ingest::grouped;

use super::keys::schema;

/// Characters of a value that a message shows at most.
const SHOWN: usize = 40;

/// What is wrong, and at which byte.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) offset: usize,
    pub(super) message: String,
}

impl From<toml::de::Error> for Fault {
    fn from(error: toml::de::Error) -> Self {
        Self {
            offset: error.span().map_or(0, |span| span.start),
            message: error.message().replace('\n', ", "),
        }
    }
}

/// A file whose keys, types and ranges are right.
pub(super) struct Checked {
    /// Where each key and each section stands, by names such as `priority.urgency`.
    pub(super) keys: BTreeMap<String, usize>,
}

/// Checks keys, types and ranges.
pub(super) fn check(text: &str, root: &DeTable<'_>) -> Result<Checked, Fault> {
    let schema = schema();
    let mut checker = Checker {
        text,
        root: schema.as_value(),
        keys: BTreeMap::new(),
    };
    checker.table(root, schema.as_value(), None)?;
    Ok(Checked { keys: checker.keys })
}

/// The section of which a check of several keys together complains.
pub(super) fn section_of(error: &uproar_report::Error) -> Option<&'static str> {
    use uproar_report::Error;
    match error {
        Error::Weight { .. } | Error::ReachWeight { .. } | Error::WeightSum { .. } => {
            Some("priority")
        }
        Error::ReachScale { .. } => Some("reach"),
        Error::BandLevel { .. } | Error::BandOrder { .. } => Some("bands"),
        _ => None,
    }
}

/// The name that was probably meant: the nearest by edits, where few are needed.
pub(super) fn nearest_name<'a>(
    given: &str,
    names: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    let given = given.to_lowercase();
    let distance = |name: &str| strsim::damerau_levenshtein(&given, &name.to_lowercase());
    names
        .map(|name| (distance(name), name))
        .min()
        .filter(|(edits, name)| *edits <= 1 + name.len() / 4)
        .map(|(_, name)| name)
}

struct Checker<'a> {
    text: &'a str,
    /// The schema of the whole file.
    root: &'a Value,
    keys: BTreeMap<String, usize>,
}

impl Checker<'_> {
    /// The table is a section, or the file itself.
    fn table(
        &mut self,
        table: &DeTable<'_>,
        schema: &Value,
        section: Option<&str>,
    ) -> Result<(), Fault> {
        // In the order of the file, so that the first mistake is told.
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        for (key, value) in entries {
            let offset = key.span().start;
            let name = key.get_ref().as_ref();
            let Some(schema) = schema["properties"].get(name) else {
                return Err(Fault {
                    offset,
                    message: self.unknown(name, section, &schema["properties"]),
                });
            };
            let path = match section {
                Some(section) => format!("{section}.{name}"),
                None => name.to_owned(),
            };
            self.keys.insert(path, offset);
            match value.get_ref() {
                DeValue::Table(table) if schema["type"] == "object" => {
                    self.table(table, schema, Some(name))?;
                }
                _ => self.value(value, schema, &format!("`{name}`"))?,
            }
        }
        Ok(())
    }

    /// `what` the value is, in words.
    fn value(&self, value: &Spanned<DeValue<'_>>, schema: &Value, what: &str) -> Result<(), Fault> {
        if let (Some(items), DeValue::Array(values)) = (schema.get("items"), value.get_ref()) {
            let what = format!("each of {what}");
            return values
                .iter()
                .try_for_each(|value| self.value(value, items, &what));
        }
        if fits(value.get_ref(), schema) {
            return Ok(());
        }
        let shown = self.text.get(value.span()).unwrap_or_default();
        let is_short = shown.chars().count() <= SHOWN && !shown.contains('\n');
        let found = match value.get_ref() {
            DeValue::Table(_) => "a section",
            _ if is_short => shown,
            other => other.type_str(),
        };
        Err(Fault {
            offset: value.span().start,
            message: format!("{what} must be {}, but is {found}", expected(schema)),
        })
    }

    fn unknown(&self, name: &str, section: Option<&str>, properties: &Value) -> String {
        let place = section.map_or_else(String::new, |section| format!(" in [{section}]"));
        let hint = match (nearest_name(name, names(properties)), self.home(name)) {
            (Some(near), _) => format!("did you mean {near:?}?"),
            (None, Some(None)) => "it belongs at the top, above the first [section]".to_owned(),
            (None, Some(Some(home))) => format!("it belongs in [{home}]"),
            (None, None) => {
                let names: Vec<&str> = names(properties).collect();
                format!("known are {}", names.join(", "))
            }
        };
        format!("unknown key {name:?}{place}; {hint}")
    }

    /// The section that has this key; `Some(None)` for the top of the file.
    fn home(&self, name: &str) -> Option<Option<&str>> {
        let properties = self.root["properties"].as_object()?;
        if properties.contains_key(name) {
            return Some(None);
        }
        properties
            .iter()
            .find(|(_, section)| section["properties"].get(name).is_some())
            .map(|(section, _)| Some(section.as_str()))
    }
}

fn names(properties: &Value) -> impl Iterator<Item = &str> {
    let names = properties.as_object().into_iter().flatten();
    names.map(|(name, _)| name.as_str())
}

fn fits(value: &DeValue<'_>, schema: &Value) -> bool {
    let in_range = |number: f64| {
        let bound = |name: &str| schema[name].as_f64();
        number.is_finite()
            && bound("minimum").is_none_or(|minimum| number >= minimum)
            && bound("maximum").is_none_or(|maximum| number <= maximum)
    };
    match (schema["type"].as_str(), value) {
        (Some("string"), DeValue::String(_)) | (Some("boolean"), DeValue::Boolean(_)) => true,
        (Some("integer" | "number"), DeValue::Integer(number)) => {
            let number = i64::from_str_radix(number.as_str(), number.radix());
            number.is_ok_and(|number| in_range(number as f64))
        }
        (Some("number"), DeValue::Float(number)) => number.as_str().parse().is_ok_and(in_range),
        _ => false,
    }
}

/// What a value must be, in words.
pub(super) fn expected(schema: &Value) -> String {
    let bound = |name: &str| {
        let number = &schema[name];
        number
            .as_u64()
            .map(grouped)
            .or_else(|| Some(number.as_f64()?.to_string()))
    };
    let range = || match (bound("minimum"), bound("maximum")) {
        (Some(minimum), Some(maximum)) => format!(" from {minimum} to {maximum}"),
        (Some(minimum), None) => format!(" of {minimum} or more"),
        _ => String::new(),
    };
    match schema["type"].as_str() {
        Some("string") => "a text in quotes".to_owned(),
        Some("boolean") => "true or false".to_owned(),
        Some("integer") => format!("a whole number{}", range()),
        Some("number") => format!("a number{}", range()),
        Some("array") => "a list of texts in quotes".to_owned(),
        _ => "a section".to_owned(),
    }
}
