//! What is made from the keys' comments: a file to begin with, and the JSON schema.

use std::fmt::Write;

use super::keys::{schema, sections};
use crate::error::Error;

const HEAD: &str = "\
# Settings of Uproar. A line such as `#key = value` shows a default, or an example where there is no
# default; to set a key, take the # away. `uproar config show` prints what is in force.
";

/// Characters of a line of comment.
const WIDTH: usize = 100;

/// A file with every key, its meaning and its default, in which nothing is set.
pub(crate) fn commented() -> Result<String, Error> {
    let mut text = HEAD.to_owned();
    for section in sections()? {
        if let Some(name) = &section.name {
            text.push('\n');
            comment(&mut text, &section.meaning);
            // A section of its own accord says something, such as that every day is closed.
            let mark = if section.is_default { "" } else { "#" };
            let _ = writeln!(text, "{mark}[{name}]");
        }
        for key in &section.keys {
            text.push('\n');
            comment(&mut text, &key.meaning());
            let value = key.default.as_ref().unwrap_or(&key.example);
            let _ = writeln!(text, "#{} = {value}", key.name);
        }
    }
    Ok(text)
}

fn comment(text: &mut String, meaning: &str) {
    for line in textwrap::wrap(meaning, WIDTH - 2) {
        // Writing to memory does not fail.
        let _ = writeln!(text, "# {line}");
    }
}

/// The JSON schema of the file.
pub(crate) fn schema_text() -> String {
    format!("{:#}\n", schema().as_value())
}
