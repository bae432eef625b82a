//! How many posts came when, from the table `trend`.

use plotters::prelude::*;
use polars::prelude::DataFrame;
use uproar_ingest::grouped;

use super::figures::{Figure, Reference, WIDE, count_label};
use crate::{
    chart::{self, ACCENT, Axis, REFERENCE, SERIES},
    error::Error,
    posts::{booleans, integers, texts},
    tables::FinishedTable,
};

/// The last periods, as many as can be told apart.
const MOST_PERIODS: usize = 400;

/// An hour or a day.
struct Period {
    name: String,
    posts: i64,
    angry: i64,
    is_spike: bool,
    is_angry_spike: bool,
    cause: String,
}

/// The chart; none of fewer than two periods.
pub(super) fn figure(tables: &[FinishedTable]) -> Result<Option<Figure>, Error> {
    let Some(table) = tables.iter().find(|table| table.spec.name == "trend") else {
        return Ok(None);
    };
    // A table of another layout has no chart, and the page is made all the same.
    let periods = periods(&table.rows).unwrap_or_default();
    if periods.len() < 2 {
        return Ok(None);
    }
    let spikes = periods
        .iter()
        .filter(|period| period.is_spike || period.is_angry_spike)
        .count();
    let spikes = match spikes {
        0 => "No period stands out.".to_owned(),
        1 => "One spike is marked.".to_owned(),
        spikes => format!("{} spikes are marked.", grouped(spikes as u64)),
    };
    Ok(Some(Figure {
        id: "trend",
        title: "Posts over time".to_owned(),
        description: format!(
            "Posts of customers (line) and the angry ones among them (dashed), {} to {}. {spikes}",
            periods.first().map_or("", |period| period.name.as_str()),
            periods.last().map_or("", |period| period.name.as_str()),
        ),
        svg: svg(&periods)?,
        table: Some(reference(&periods)),
    }))
}

fn periods(table: &DataFrame) -> Result<Vec<Period>, Error> {
    let names = texts(table, "period")?;
    let starts = table.column("start").ok().map(|start| start.is_not_null());
    let posts = integers(table, "posts")?;
    let angry = integers(table, "angry")?;
    let spikes = booleans(table, "posts_spike")?;
    let angry_spikes = booleans(table, "angry_spike")?;
    let causes = [texts(table, "top_company")?, texts(table, "top_topic")?];
    // Posts whose time is not known are in a row without one.
    let timed = (0..table.height()).filter(|row| {
        let known = starts.as_ref().and_then(|starts| starts.get(*row));
        known.unwrap_or_default()
    });
    let mut periods: Vec<_> = timed
        .map(|row| {
            let causes: Vec<&str> = causes.iter().filter_map(|cause| cause.get(row)).collect();
            Period {
                name: names.get(row).unwrap_or_default().to_owned(),
                posts: posts.get(row).unwrap_or_default(),
                angry: angry.get(row).unwrap_or_default(),
                is_spike: spikes.get(row).unwrap_or_default(),
                is_angry_spike: angry_spikes.get(row).unwrap_or_default(),
                cause: causes.join(", "),
            }
        })
        .collect();
    let old = periods.len().saturating_sub(MOST_PERIODS);
    Ok(periods.split_off(old))
}

fn svg(periods: &[Period]) -> Result<String, Error> {
    let most = periods.iter().map(|period| period.posts).max();
    let name = |place: &f64| {
        let is_whole = (place.round() - place).abs() < 1e-6 && *place > -0.5;
        let period = periods.get(place.round() as usize).filter(|_| is_whole);
        period.map_or_else(String::new, |period| period.name.clone())
    };
    let x = Axis {
        title: "",
        range: -0.5..periods.len() as f64 - 0.5,
        labels: 5,
        format: &name,
    };
    let y = Axis {
        title: "posts",
        range: 0.0..most.unwrap_or_default().max(1) as f64 * 1.08,
        labels: 6,
        format: &|posts| count_label(*posts),
    };
    let line = |value: fn(&Period) -> i64| {
        let points = periods.iter().enumerate();
        points.map(move |(place, period)| (place as f64, value(period) as f64))
    };
    let marked = |is_marked: fn(&Period) -> bool, value: fn(&Period) -> i64| {
        line(value)
            .zip(periods)
            .filter(move |(_, period)| is_marked(period))
            .map(|(at, _)| Circle::new(at, 5, ACCENT.filled()))
    };
    let svg = chart::chart(WIDE, "", [&x, &y], |chart| {
        let angry = line(|period| period.angry);
        chart.draw_series(DashedLineSeries::new(
            angry,
            5,
            4,
            REFERENCE.stroke_width(2),
        ))?;
        let posts = line(|period| period.posts);
        chart.draw_series(LineSeries::new(posts, SERIES.stroke_width(2)))?;
        chart.draw_series(marked(|period| period.is_spike, |period| period.posts))?;
        chart.draw_series(marked(
            |period| period.is_angry_spike,
            |period| period.angry,
        ))?;
        Ok(())
    })?;
    Ok(svg)
}

fn reference(periods: &[Period]) -> Reference {
    let rows = periods.iter().rev().map(|period| {
        let spike = match (period.is_spike, period.is_angry_spike) {
            (true, true) => "posts and anger",
            (true, false) => "posts",
            (false, true) => "anger",
            (false, false) => "",
        };
        vec![
            period.name.clone(),
            grouped(period.posts.unsigned_abs()),
            grouped(period.angry.unsigned_abs()),
            spike.to_owned(),
            period.cause.clone(),
        ]
    });
    Reference {
        header: vec!["Period", "Posts", "Angry", "Spike", "Most of"],
        rows: rows.collect(),
    }
}
