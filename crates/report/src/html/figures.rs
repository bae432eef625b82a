//! Charts with what they say in words and numbers, and the headline figures.

use uproar_ingest::grouped;

use super::format::{known_duration, share};
use crate::overview::Overview;

/// Width and height of a chart.
pub(super) const WIDE: (u32, u32) = (520, 340);

/// A chart.
pub(super) struct Figure {
    /// Names it in the page.
    pub(super) id: &'static str,
    pub(super) title: String,
    /// What it shows and how to read it.
    pub(super) description: String,
    pub(super) svg: String,
    /// The same in numbers.
    pub(super) table: Option<Reference>,
}

/// The numbers of a chart. All columns but the first hold numbers.
pub(super) struct Reference {
    pub(super) header: Vec<&'static str>,
    pub(super) rows: Vec<Vec<String>>,
}

/// A figure that says most.
pub(super) struct Tile {
    pub(super) name: &'static str,
    pub(super) value: String,
    pub(super) note: String,
    /// The band that it is of.
    pub(super) band: Option<&'static str>,
}

/// A count at an axis; fractions of posts are not written.
pub(super) fn count_label(posts: f64) -> String {
    if posts.fract().abs() > 1e-6 {
        String::new()
    } else if posts >= 10_000.0 {
        format!("{} k", posts / 1_000.0)
    } else {
        grouped(posts as u64)
    }
}

/// The headline figures. What is not known is left out.
pub(super) fn tiles(overview: &Overview) -> Vec<Tile> {
    let tile = |name, value: String, note: &str| Tile {
        name,
        value,
        note: note.to_owned(),
        band: None,
    };
    let awaiting = overview.awaiting;
    let of_band = |name, band, posts, note| Tile {
        band: Some(band),
        ..tile(name, grouped(posts), note)
    };
    let mut tiles = vec![
        of_band("Now", "now", awaiting.now, "hours matter"),
        of_band("Today", "today", awaiting.today, "before the day ends"),
        of_band("Later", "later", awaiting.later, "days are fine"),
    ];
    if overview.urgent_share.is_some() {
        tiles.push(tile(
            "Urgent",
            share(overview.urgent_share),
            "of customers’ posts",
        ));
        tiles.push(tile(
            "Angry",
            share(overview.angry_share),
            "of customers’ posts",
        ));
    }
    if overview.answered_share.is_some() {
        tiles.push(tile(
            "Answered",
            share(overview.answered_share),
            "where that is known",
        ));
    }
    if overview.median_first_response_minutes.is_some() {
        let slow = known_duration(overview.p90_first_response_minutes);
        tiles.push(tile(
            "First answer",
            known_duration(overview.median_first_response_minutes),
            &format!("median; nine of ten within {slow}"),
        ));
    }
    if overview.private_share.is_some() {
        tiles.push(tile(
            "To private",
            share(overview.private_share),
            "of answers move to messages",
        ));
    }
    if overview.deflected_share.is_some() {
        tiles.push(tile(
            "Sent elsewhere",
            share(overview.deflected_share),
            "of answers",
        ));
    }
    tiles
}
