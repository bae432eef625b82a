//! `docs/configuration.md`, from the keys' comments.

use std::fmt::Write;

use super::check::expected;
use super::documents::schema_text;
use super::keys::{Key, sections};

const HEAD: &str = "\
<!-- Made by `crates/uproar/src/config/documentation.rs`; a test compares it. To make it again:
     UPROAR_UPDATE_DOCS=1 cargo test -p uproar documentation -->

# Configuration

What a team sets once for all of its reports stands in `uproar.toml`. Without the file, or where it says
nothing, the defaults below hold.

```sh
uproar config init     # writes uproar.toml to the current folder: every key explained, none set
uproar config show     # what is in force, and where each value comes from; --json for programs
uproar config schema   # the JSON schema, for editors that check and complete TOML
```

The commands that read exports or reports use the file that `--config FILE` names, or else `uproar.toml` in
the current folder or the nearest folder above it, and say on standard error which one that is.
`--no-config` uses none. Options of the command line win over the file.

A key that Uproar does not know, and a value that cannot be, is an error (exit code 2) that names the
file, the line and the column:

```text
error: uproar.toml:12:1: unknown key \"urgencey\" in [priority]; did you mean \"urgency\"?
```

The values in force are written to `run.json` (`options` and `settings`). A run that was cut off is only
gone on with under the same settings; what differs is named.

The schema is also in [uproar.schema.json](uproar.schema.json).

## Keys
";

fn documentation() -> String {
    let mut text = HEAD.to_owned();
    for section in sections().unwrap() {
        match &section.name {
            Some(name) => writeln!(text, "\n### `[{name}]`\n\n{}", section.meaning).unwrap(),
            None => text.push_str("\nAbove the first section:\n"),
        }
        text.push_str("\n| key | value | default | meaning |\n| --- | --- | --- | --- |\n");
        for key in &section.keys {
            let value = expected(&key.schema);
            let default = key.default.as_ref();
            let default = default.map_or_else(
                || format!("none; such as `{}`", key.example),
                |default| format!("`{default}`"),
            );
            let Key { name, .. } = key;
            let meaning = key.meaning();
            writeln!(text, "| `{name}` | {value} | {default} | {meaning} |").unwrap();
        }
    }
    text
}

/// Compares a file of the repository with what the code says, or writes it.
fn is_up_to_date(name: &str, expected: &str) -> bool {
    let path = format!("{}/../../docs/{name}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPROAR_UPDATE_DOCS").is_some() {
        std::fs::write(&path, expected).unwrap();
    }
    // A checkout may have made CRLF of the line ends.
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    committed.replace('\r', "") == expected
}

#[test]
fn the_documentation_is_up_to_date() {
    assert!(
        is_up_to_date("configuration.md", &documentation()),
        "docs/configuration.md is not what the code says; run the command in its first lines"
    );
}

#[test]
fn the_committed_schema_is_up_to_date() {
    assert!(
        is_up_to_date("uproar.schema.json", &schema_text()),
        "docs/uproar.schema.json is not what the code says; run the command in the first lines of \
         docs/configuration.md"
    );
}
