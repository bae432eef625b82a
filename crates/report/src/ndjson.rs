//! Newline-delimited JSON: one object a row.

use std::io::{self, Write};

use crate::table::{Cell, Table};

/// Writes every row as one line. Text is kept as it was, and missing values are null.
pub(crate) fn write(table: &Table, out: &mut dyn Write) -> io::Result<()> {
    let keys = table
        .names()
        .map(serde_json::to_string)
        .collect::<Result<Vec<_>, _>>()?;
    for row in table.rows() {
        let mut before = '{';
        for (key, cell) in keys.iter().zip(row) {
            write!(out, "{before}{key}:")?;
            before = ',';
            match cell {
                Cell::Missing => out.write_all(b"null")?,
                Cell::Text(text) => serde_json::to_writer(&mut *out, text)?,
                // JSON has no name for what is not a number.
                Cell::Number { value, .. } if !value.is_finite() => out.write_all(b"null")?,
                Cell::Time(time) => write!(out, "\"{time}\"")?,
                Cell::Boolean(_) | Cell::Integer(_) | Cell::Number { .. } => write!(out, "{cell}")?,
            }
        }
        out.write_all(b"}\n")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use polars::prelude::*;

    use super::*;

    #[test]
    fn every_type_becomes_json() {
        let mut table = df!(
            "text" => [Some("@shop \"so\" late,\nagain 🙃"), None],
            "yes" => [Some(true), None],
            "count" => [Some(-3_i64), None],
            "score" => [Some(0.5_f32), Some(f32::NAN)],
        )
        .unwrap();
        let time = Column::new("time".into(), [1_772_563_320_000_000_i64, 0])
            .cast(&DataType::Datetime(TimeUnit::Microseconds, None))
            .unwrap();
        table.with_column(time).unwrap();

        let mut out = Vec::new();
        write(&Table::new(&table).unwrap(), &mut out).unwrap();
        let lines = String::from_utf8(out).unwrap();
        for line in lines.lines() {
            serde_json::from_str::<serde_json::Value>(line).unwrap();
        }
        insta::assert_snapshot!(lines, @r#"
        {"text":"@shop \"so\" late,\nagain 🙃","yes":true,"count":-3,"score":0.500000,"time":"2026-03-03T18:42:00Z"}
        {"text":null,"yes":null,"count":null,"score":null,"time":"1970-01-01T00:00:00Z"}
        "#);
    }
}
