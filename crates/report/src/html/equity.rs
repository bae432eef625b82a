//! Whether small accounts are answered as often as large ones, from the table `equity`.

use plotters::prelude::*;
use polars::prelude::DataFrame;
use uproar_ingest::grouped;

use super::{
    figures::{Figure, Reference, WIDE},
    format::{percent, share},
};
use crate::{
    chart::{self, Axis, SERIES},
    error::Error,
    posts::{integers, numbers, texts},
    tables::FinishedTable,
};

/// The rows of tenths, among those of other comparisons.
const COMPARISON: &str = "followers";
const TENTH: &str = "tenth ";

/// A tenth of the posts by their authors' followers.
struct Tenth {
    /// 1 has the fewest followers.
    number: f64,
    followers: [Option<i64>; 2],
    posts: i64,
    /// The response rate with its 95 % interval; missing where there are too few posts.
    rate: Option<[f64; 3]>,
}

/// The chart; none where no rate is known.
pub(super) fn figure(tables: &[FinishedTable]) -> Result<Option<Figure>, Error> {
    let Some(table) = tables.iter().find(|table| table.spec.name == "equity") else {
        return Ok(None);
    };
    // A table of another layout has no chart, and the page is made all the same.
    let (tenths, findings) = read(&table.rows).unwrap_or_default();
    let is_measured = tenths.iter().any(|tenth| tenth.rate.is_some());
    if !is_measured && findings.is_empty() {
        return Ok(None);
    }
    let description = if is_measured {
        "How often posts were answered, by their authors’ followers: tenth 1 has the fewest. The \
         bars are 95 % intervals; where they overlap widely, no difference is known."
    } else {
        "Too few posts to measure how often small and large accounts were answered."
    };
    Ok(Some(Figure {
        id: "equity",
        title: "Equity".to_owned(),
        description: description.to_owned(),
        svg: if is_measured {
            svg(&tenths)?
        } else {
            String::new()
        },
        table: is_measured.then(|| reference(&tenths)),
        findings,
    }))
}

/// The tenths and what the table finds of all its comparisons.
fn read(table: &DataFrame) -> Result<(Vec<Tenth>, Vec<String>), Error> {
    let comparisons = texts(table, "comparison")?;
    let groups = texts(table, "group")?;
    let posts = integers(table, "posts")?;
    let followers = [
        integers(table, "followers_from")?,
        integers(table, "followers_to")?,
    ];
    let rates = [
        numbers(table, "response_rate")?,
        numbers(table, "response_rate_low")?,
        numbers(table, "response_rate_high")?,
    ];
    let findings = texts(table, "finding")?;
    let tenths = (0..table.height()).filter_map(|row| {
        let number = groups.get(row)?.strip_prefix(TENTH)?;
        let is_of_rates = comparisons.get(row)? == COMPARISON;
        let [rate, low, high] = rates.each_ref().map(|rates| rates.get(row));
        Some(Tenth {
            number: number.parse().ok().filter(|_| is_of_rates)?,
            followers: followers.each_ref().map(|column| column.get(row)),
            posts: posts.get(row)?,
            rate: rate
                .zip(low.zip(high))
                .map(|(rate, (low, high))| [rate, low, high]),
        })
    });
    let findings = findings.iter().flatten().map(str::to_owned);
    Ok((tenths.collect(), findings.collect()))
}

fn svg(tenths: &[Tenth]) -> Result<String, Error> {
    let number = |at: &f64| {
        let is_whole = (at.round() - at).abs() < 1e-6;
        let is_tenth = is_whole && (1.0..=10.0).contains(at);
        if is_tenth {
            format!("{at:.0}")
        } else {
            String::new()
        }
    };
    let x = Axis {
        title: "tenth by followers",
        range: 0.4..10.6,
        labels: 20,
        format: &number,
    };
    let y = Axis {
        title: "answered, %",
        range: 0.0..1.0,
        labels: 6,
        format: &|rate| format!("{:.0}", 100.0 * rate),
    };
    let measured = || {
        let rates = tenths.iter().map(|tenth| Some((tenth.number, tenth.rate?)));
        rates.flatten()
    };
    let svg = chart::chart(WIDE, "", [&x, &y], |chart| {
        chart.draw_series(measured().map(|(at, [_, low, high])| {
            PathElement::new([(at, low), (at, high)], SERIES.stroke_width(3))
        }))?;
        chart.draw_series(
            measured().map(|(at, [rate, ..])| Circle::new((at, rate), 6, SERIES.filled())),
        )?;
        Ok(())
    })?;
    Ok(svg)
}

fn reference(tenths: &[Tenth]) -> Reference {
    let followers =
        |count: Option<i64>| count.map_or_else(String::new, |count| grouped(count.unsigned_abs()));
    let rows = tenths.iter().map(|tenth| {
        let [from, to] = tenth.followers.map(followers);
        let interval = tenth
            .rate
            .map(|[_, low, high]| format!("{} to {}", percent(low), percent(high)));
        vec![
            format!("{:.0}", tenth.number),
            format!("{from}–{to}"),
            grouped(tenth.posts.unsigned_abs()),
            share(tenth.rate.map(|[rate, ..]| rate as f32)),
            interval.unwrap_or_default(),
        ]
    });
    Reference {
        header: vec!["Tenth", "Followers", "Posts", "Answered", "95 % interval"],
        rows: rows.collect(),
    }
}
