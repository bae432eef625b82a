//! `queue.csv`: the posts that await an answer, for the people who answer.

use polars::prelude::*;

use crate::{
    band::Band,
    columns,
    error::Error,
    posts::{booleans, integers, texts},
};

/// What an agent needs to decide and to act: the place and its reason, the post, who wrote it and
/// when, what the model saw, and where to answer.
const COLUMNS: [&str; 17] = [
    columns::RANK,
    columns::BAND,
    columns::PRIORITY,
    columns::WHY,
    columns::TEXT,
    columns::AUTHOR_NAME,
    columns::FOLLOWERS,
    columns::CREATED_AT,
    columns::URGENCY_LEVEL,
    columns::ANGER_LEVEL,
    columns::SENTIMENT,
    columns::IS_TRIED_BEFORE,
    columns::IS_CHURN,
    columns::RANK_WITHOUT_REACH,
    columns::SOURCE,
    columns::CONVERSATION_ID,
    columns::ID,
];

/// The posts that someone should act on (any band but [`Band::None`]) and that are not known to be
/// answered; the most pressing band first, and the best rank first within a band. At most `top`.
///
/// The band goes before the rank because a priority is a sum: a furious customer with a problem for
/// today gathers more points than a polite one who is stranded now, and the polite one must not
/// wait behind, or be cut off by `top`.
pub(crate) fn queue(ranked: &DataFrame, top: Option<usize>) -> Result<DataFrame, Error> {
    let table = super::select(ranked, &COLUMNS)?;
    let bands = texts(ranked, columns::BAND)?;
    let ranks = integers(ranked, columns::RANK)?;
    let answered = booleans(ranked, columns::ANSWERED)?;
    let mut rows: Vec<(Band, i64, IdxSize)> = (0..)
        .zip(bands.iter().zip(ranks.iter()).zip(answered.iter()))
        .filter(|(_, (_, answered))| *answered != Some(true))
        .filter_map(|(row, ((band, rank), _))| {
            let band = Band::ALL
                .into_iter()
                .find(|known| Some(known.name()) == band)?;
            (band != Band::None).then_some((band, rank?, row))
        })
        .collect();
    rows.sort_unstable();
    rows.truncate(top.unwrap_or(usize::MAX));
    let rows: IdxCa = rows.into_iter().map(|(_, _, row)| Some(row)).collect();
    Ok(table.take(&rows)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        fixture::{Post, posts},
        priority::Weights,
        rank::rank,
    };

    fn ids(rows: &[Post], top: Option<usize>) -> Vec<String> {
        let ranked = rank(posts(rows), &Weights::default()).unwrap();
        let queue = queue(&ranked, top).unwrap();
        let ids = texts(&queue, columns::ID).unwrap();
        ids.iter().flatten().map(str::to_owned).collect()
    }

    #[test]
    fn holds_what_awaits_an_answer() {
        let open = Post {
            is_actionable: true,
            answered: Some(false),
            ..Post::default()
        };
        let rows = [
            Post {
                id: "answered",
                answered: Some(true),
                ..open
            },
            Post { id: "open", ..open },
            Post {
                id: "perhaps answered",
                answered: None,
                ..open
            },
            Post {
                id: "chatter",
                is_actionable: false,
                ..open
            },
            Post {
                id: "urgent yet not actionable",
                is_actionable: false,
                urgency_level: 2,
                ..open
            },
            Post {
                id: "ours",
                direction: "company",
                ..open
            },
            Post {
                id: "not scored",
                scored: false,
                ..open
            },
        ];
        assert_eq!(
            ids(&rows, None),
            ["urgent yet not actionable", "open", "perhaps answered"]
        );
    }

    #[test]
    fn a_polite_emergency_does_not_wait_behind_a_loud_complaint() {
        let open = Post {
            is_actionable: true,
            ..Post::default()
        };
        let rows = [
            Post {
                id: "loud",
                urgency: 0.66,
                urgency_level: 2,
                anger: 1.0,
                anger_level: 3,
                churn: 1.0,
                followers: Some(1_000_000),
                ..open
            },
            Post {
                id: "polite",
                urgency: 0.9,
                urgency_level: 3,
                ..open
            },
            Post {
                id: "calm",
                urgency: 0.3,
                urgency_level: 1,
                ..open
            },
        ];
        let ranked = rank(posts(&rows), &Weights::default()).unwrap();
        let places: Vec<_> = integers(&ranked, columns::RANK)
            .unwrap()
            .iter()
            .flatten()
            .collect();
        assert_eq!(
            places,
            [1, 2, 3],
            "the case is only of interest while the ranks say otherwise"
        );
        assert_eq!(ids(&rows, None), ["polite", "loud", "calm"]);
        assert_eq!(ids(&rows, Some(1)), ["polite"]);
    }
}
