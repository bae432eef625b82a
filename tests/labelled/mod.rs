//! The labels that come with Uproar, beside what the model says of their posts.

use std::collections::HashMap;
use std::path::Path;
use std::sync::LazyLock;

use crate::common::{self, Row, rows, run, uproar};

/// The labels that come with Uproar.
pub(crate) const LABELS: &str = "data/labels/labels.csv";

/// A decision that puts everything wrong that can be.
#[allow(dead_code, reason = "not every test binary tunes")]
pub(crate) const ABSURD: &str = "schema = 2
anger.levels = [0.9, 0.95, 0.99]
urgency.levels = [0.001, 0.002, 0.003]
actionable.threshold = 0.999
tried_before.threshold = 0.001
churn.threshold = 0.9999
[provenance]
note = \"an invented decision\"
";

/// A report on the labelled posts, with the model's outputs, made once.
pub(crate) static REPORT: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
    let out = tempfile::tempdir().unwrap();
    run(
        uproar()
            .args(["score", LABELS, "--logits", "--quiet", "--out"])
            .arg(out.path()),
        b"",
    )
    .success();
    out
});

/// The labels beside the model's outputs.
pub(crate) static SHEET: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let scored: HashMap<String, Row> = rows(&REPORT.path().join("posts.csv"))
        .into_iter()
        .map(|row| (row["id"].clone(), row))
        .collect();
    rows(&common::root().join(LABELS))
        .into_iter()
        .filter_map(|mut row| {
            let scored = scored.get(&row["id"])?;
            for signal in common::SIGNALS {
                let name = format!("logit_{signal}");
                row.insert(name.clone(), scored[&name].clone());
            }
            Some(row)
        })
        .collect()
});

/// Writes rows as a sheet.
pub(crate) fn sheet<'a>(path: &Path, rows: impl IntoIterator<Item = &'a Row>) {
    let mut writer = csv::Writer::from_path(path).unwrap();
    let mut names: Vec<&String> = SHEET[0].keys().collect();
    names.sort();
    writer.write_record(&names).unwrap();
    for row in rows {
        writer
            .write_record(names.iter().map(|name| &row[*name]))
            .unwrap();
    }
    writer.flush().unwrap();
}
