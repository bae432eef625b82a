//! The keys in their order, each with what the schema says of it.

use schemars::Schema;
use schemars::generate::SchemaSettings;
use serde_json::Value;
use toml::Table;

use super::file::File;
use crate::error::Error;

/// What the keys may look like that have nothing to say by default.
const EXAMPLE: &str = r#"
company = ["@acme", "@acmehelp"]
time_zone = "Europe/London"

[business_hours]
monday = "09:00-17:30"
tuesday = "09:00-17:30"
wednesday = "09:00-17:30"
thursday = "09:00-17:30"
friday = "09:00-17:30"
saturday = "10:00-14:00"
sunday = "10:00-14:00"
holidays = ["2026-12-25", "2026-12-26"]

[report]
top = 500
"#;

/// A part of the file.
#[derive(Debug)]
pub(super) struct Section {
    /// `None` for the keys above the first section.
    pub(super) name: Option<String>,
    pub(super) meaning: String,
    /// Whether it is there by default.
    pub(super) is_default: bool,
    pub(super) keys: Vec<Key>,
}

/// A key of a section.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) name: String,
    pub(super) schema: Value,
    /// `None` where nothing is set.
    pub(super) default: Option<String>,
    /// What it may look like.
    pub(super) example: String,
}

impl Key {
    /// The key with its section, such as `priority.urgency`.
    pub(super) fn path(&self, section: Option<&str>) -> String {
        match section {
            Some(section) => format!("{section}.{}", self.name),
            None => self.name.clone(),
        }
    }

    pub(super) fn meaning(&self) -> String {
        description(&self.schema)
    }
}

/// The JSON schema of the file.
pub(super) fn schema() -> Schema {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = true;
    });
    settings.into_generator().into_root_schema_for::<File>()
}

/// All keys.
pub(super) fn sections() -> Result<Vec<Section>, Error> {
    let schema = schema();
    let schema = schema.as_value();
    let examples: File = toml::from_str(EXAMPLE).map_err(Error::Example)?;
    let defaults = Table::try_from(File::default())?;
    let mut sections = vec![Section {
        name: None,
        meaning: String::new(),
        is_default: true,
        keys: Vec::new(),
    }];
    // Other than a table, a text has the keys in the order in which they are declared.
    for line in toml::to_string(&examples)?.lines() {
        let header = line.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
        if let Some(name) = header {
            sections.push(Section {
                meaning: description(&schema["properties"][name]),
                is_default: defaults.contains_key(name),
                name: Some(name.to_owned()),
                keys: Vec::new(),
            });
        } else if let (Some((name, example)), Some(section)) =
            (line.split_once(" = "), sections.last_mut())
        {
            let (schema, defaults) = match section.name.as_deref() {
                Some(section) => (
                    &schema["properties"][section],
                    defaults.get(section).and_then(toml::Value::as_table),
                ),
                None => (schema, Some(&defaults)),
            };
            let default = defaults.and_then(|defaults| defaults.get(name));
            section.keys.push(Key {
                name: name.to_owned(),
                schema: schema["properties"][name].clone(),
                default: default.map(ToString::to_string).filter(|it| it != "[]"),
                example: example.to_owned(),
            });
        }
    }
    Ok(sections)
}

/// The comment of a key or section, without the line breaks of the source.
fn description(schema: &Value) -> String {
    let text = schema["description"].as_str().unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
