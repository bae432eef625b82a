//! What ranking by reach changes in the queue.

use super::{
    ANGRY, Levels, NO_FOLLOWERS, Post,
    groups::{Tenth, fewest_and_most, tenth, tenths},
    rows::Row,
    words::percent,
};
use crate::{band::Band, quantile::quantile, statistics::Proportion};

const NAME: &str = "ranking by reach";

/// The tops of the queue that polite emergencies can fall out of.
const TOPS: [usize; 2] = [10, 100];

/// A post of the queue.
#[derive(Clone, Copy)]
struct Place {
    band: Band,
    rank: u32,
    rank_without_reach: u32,
    followers: u32,
    is_polite_emergency: bool,
    /// From 0, band by band, as in `queue.csv`.
    place: u32,
    place_without_reach: u32,
}

/// A row for each tenth by followers of the posts that await an answer, one for the polite
/// emergencies among the first, and one that says what it comes to.
pub(super) fn rows(posts: &[Post]) -> Vec<Row> {
    let queue = queue(posts);
    let followers = queue.iter().map(|post| post.followers);
    let tenths = tenths(followers.filter(|it| *it != NO_FOLLOWERS).collect());
    let mut rows: Vec<Row> = tenths
        .iter()
        .enumerate()
        .map(|(index, of)| {
            let is_in = |post: &&Place| {
                post.followers != NO_FOLLOWERS && tenth(&tenths, post.followers) == Some(index)
            };
            row(of, queue.iter().filter(is_in))
        })
        .collect();
    let tops = TOPS.map(|top| (top, fallen(&queue, top)));
    let finding = finding(&tenths, &rows, tops);
    for (top, fallen) in tops {
        rows.push(Row {
            posts: Some(fallen.posts),
            moved_down: fallen.share(),
            ..Row::new(NAME, &format!("polite emergencies in the first {top}"))
        });
    }
    rows.push(Row {
        posts: Some(queue.len() as u64),
        finding: Some(finding),
        ..Row::new(NAME, "difference")
    });
    rows
}

/// The posts with something to do that nobody has answered, with their places.
fn queue(posts: &[Post]) -> Vec<Place> {
    let awaits = |post: &&Post| post.rank > 0 && post.answered != Some(true);
    let place = |post: &Post| {
        let Levels {
            urgency,
            anger,
            band,
        } = post.levels?;
        (band != Band::None).then_some(Place {
            band,
            rank: post.rank,
            rank_without_reach: post.rank_without_reach,
            followers: post.followers,
            is_polite_emergency: urgency >= 3 && anger < ANGRY,
            place: 0,
            place_without_reach: 0,
        })
    };
    let mut queue: Vec<Place> = posts.iter().filter(awaits).filter_map(place).collect();
    queue.sort_unstable_by_key(|post| (post.band, post.rank_without_reach));
    for (place, post) in (0..).zip(&mut queue) {
        post.place_without_reach = place;
    }
    queue.sort_unstable_by_key(|post| (post.band, post.rank));
    for (place, post) in (0..).zip(&mut queue) {
        post.place = place;
    }
    queue
}

/// The row of a tenth.
fn row<'a>(tenth: &Tenth, posts: impl Iterator<Item = &'a Place>) -> Row {
    let won = |post: &Place| f64::from(post.place_without_reach) - f64::from(post.place);
    let mut changes: Vec<f64> = posts.map(won).collect();
    let lost = changes.iter().filter(|change| **change < 0.0);
    let mut lost: Vec<f64> = lost.map(|change| -change).collect();
    let share = |hits| {
        let posts = changes.len() as u64;
        let hits = hits as u64;
        Proportion { hits, posts }.share()
    };
    Row {
        posts: Some(changes.len() as u64),
        followers: Some([tenth.from, tenth.to]),
        moved_up: share(changes.iter().filter(|change| **change > 0.0).count()),
        moved_down: share(lost.len()),
        rank_change: quantile(&mut changes, 0.5),
        down_median: quantile(&mut lost, 0.5),
        down_p90: quantile(&mut lost, 0.9),
        ..Row::new(NAME, &format!("tenth {}", tenth.number))
    }
}

/// How many of the polite emergencies among the first without reach are not there with it.
fn fallen(queue: &[Place], top: usize) -> Proportion {
    let mut fallen = Proportion::default();
    for post in queue {
        if post.is_polite_emergency && (post.place_without_reach as usize) < top {
            fallen.add(post.place as usize >= top);
        }
    }
    fallen
}

fn finding(tenths: &[Tenth], rows: &[Row], tops: [(usize, Proportion); 2]) -> String {
    let moved = match rows {
        [first, .., last] => {
            let [fewest, most] = fewest_and_most(tenths);
            let places = first.down_median.map_or_else(String::new, |median| {
                let noun = if median == 1.0 { "place" } else { "places" };
                format!(" (by {median:.0} {noun} in the median)")
            });
            format!(
                "In the queue, reach moves {} of the posts by {fewest} down{places}, and {} of {most}.",
                percent(first.moved_down.unwrap_or(0.0)),
                percent(last.moved_down.unwrap_or(0.0)),
            )
        }
        _ => {
            "Too little is known of followers to say whom reach moves down in the queue.".to_owned()
        }
    };
    let [(few, of_few), (many, of_many)] = tops;
    if of_many.posts == 0 {
        return format!("{moved} There is no polite emergency among the first {many}.");
    }
    format!(
        "{moved} Of the polite emergencies, reach moves {} of {} out of the first {few} and {} of {} out of the first {many}.",
        of_few.hits, of_few.posts, of_many.hits, of_many.posts,
    )
}
