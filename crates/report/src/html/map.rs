//! Where customers' posts lie between anger and urgency, and how many people they can reach.

use plotters::prelude::*;
use polars::prelude::DataFrame;
use uproar_ingest::grouped;

use super::figures::{Figure, Reference, WIDE};
use crate::{
    chart::{self, Axis, SERIES},
    columns,
    error::Error,
    posts::numbers,
};

/// Cells along each axis.
const CELLS: usize = 10;

/// The radii of the smallest and the largest circle.
const RADII: (f64, f64) = (3.0, 13.0);

/// All ranked posts of customers, counted in cells of anger and urgency.
#[derive(Debug, Default)]
pub(super) struct Map {
    cells: [[Cell; CELLS]; CELLS],
}

#[derive(Clone, Copy, Debug, Default)]
struct Cell {
    posts: u64,
    /// Posts whose reach is known, and the sum of it.
    reached: u64,
    reach: f64,
}

impl Cell {
    fn mean_reach(&self) -> Option<f64> {
        (self.reached > 0).then(|| self.reach / self.reached as f64)
    }
}

impl Map {
    /// Adds the next posts.
    pub(super) fn add(&mut self, ranked: &DataFrame) -> Result<(), Error> {
        let anger = numbers(ranked, columns::ANGER)?;
        let urgency = numbers(ranked, columns::URGENCY)?;
        let reach = numbers(ranked, columns::REACH)?;
        let priority = numbers(ranked, columns::PRIORITY)?;
        for row in 0..ranked.height() {
            let (Some(_), Some(anger), Some(urgency)) =
                (priority.get(row), anger.get(row), urgency.get(row))
            else {
                continue;
            };
            let column = self.cells.get_mut(place(anger));
            let Some(cell) = column.and_then(|cells| cells.get_mut(place(urgency))) else {
                continue;
            };
            cell.posts += 1;
            if let Some(reach) = reach.get(row) {
                cell.reached += 1;
                cell.reach += reach;
            }
        }
        Ok(())
    }

    /// The chart; none without posts.
    pub(super) fn figure(&self) -> Result<Option<Figure>, Error> {
        let posts: u64 = self
            .cells
            .as_flattened()
            .iter()
            .map(|cell| cell.posts)
            .sum();
        if posts == 0 {
            return Ok(None);
        }
        Ok(Some(Figure {
            id: "map",
            title: "Anger and urgency".to_owned(),
            description: format!(
                "All {} ranked posts of customers by their scores. The darker a circle, the more \
                 posts; the larger, the more people they reach on average.",
                grouped(posts)
            ),
            svg: self.svg()?,
            table: Some(self.table()),
        }))
    }

    fn filled(&self) -> impl Iterator<Item = ((usize, usize), &Cell)> {
        let columns = self.cells.iter().enumerate();
        let cells = columns.flat_map(|(anger, column)| {
            let cells = column.iter().enumerate();
            cells.map(move |(urgency, cell)| ((anger, urgency), cell))
        });
        cells.filter(|(_, cell)| cell.posts > 0)
    }

    fn svg(&self) -> Result<String, Error> {
        let most = self.filled().map(|(_, cell)| cell.posts).max().unwrap_or(1);
        let axis = |title| Axis {
            title,
            range: 0.0..1.0,
            labels: 6,
            format: &|score| format!("{score:.1}"),
        };
        let svg = chart::chart(WIDE, "", [&axis("anger"), &axis("urgency")], |chart| {
            let circles = self.filled().map(|((anger, urgency), cell)| {
                let share = (1.0 + cell.posts as f64).ln() / (1.0 + most as f64).ln();
                let reach = (cell.mean_reach().unwrap_or_default() / 100.0).clamp(0.0, 1.0);
                let radius = RADII.0 + (RADII.1 - RADII.0) * reach.sqrt();
                // Steps, so that shades can be told apart.
                let shade = SERIES.mix((share * 5.0).ceil() / 5.0);
                let at = (middle(anger), middle(urgency));
                Circle::new(at, radius.round() as u32, shade.filled())
            });
            chart.draw_series(circles)?;
            Ok(())
        })?;
        Ok(svg)
    }

    fn table(&self) -> Reference {
        let rows = self.filled().map(|((anger, urgency), cell)| {
            let reach = cell.mean_reach();
            vec![
                span(anger),
                span(urgency),
                grouped(cell.posts),
                reach.map_or_else(String::new, |reach| format!("{reach:.0}")),
            ]
        });
        Reference {
            header: vec!["Anger", "Urgency", "Posts", "Mean reach"],
            rows: rows.collect(),
        }
    }
}

/// The cell of a score from 0 to 1.
fn place(score: f64) -> usize {
    ((score * CELLS as f64) as usize).min(CELLS - 1)
}

/// The score in the middle of a cell.
fn middle(place: usize) -> f64 {
    (place as f64 + 0.5) / CELLS as f64
}

fn span(place: usize) -> String {
    let edge = |place: usize| place as f64 / CELLS as f64;
    format!("{:.1}–{:.1}", edge(place), edge(place + 1))
}
