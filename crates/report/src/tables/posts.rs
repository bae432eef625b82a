//! `posts.csv` and `posts.parquet`: every post, with everything known about it.

use polars::prelude::DataFrame;

use crate::{columns, error::Error};

/// The columns, those that people look at first. What else the table holds, such as the model's
/// logits, follows.
const COLUMNS: [&str; 45] = [
    columns::ID,
    columns::TEXT,
    columns::AUTHOR_NAME,
    columns::FOLLOWERS,
    columns::CREATED_AT,
    columns::ANGER,
    columns::URGENCY,
    columns::ANGER_LEVEL,
    columns::URGENCY_LEVEL,
    columns::NEGATIVE,
    columns::NEUTRAL,
    columns::POSITIVE,
    columns::SENTIMENT,
    columns::ACTIONABLE,
    columns::TRIED_BEFORE,
    columns::CHURN,
    columns::REACH,
    columns::PRIORITY,
    columns::RANK,
    columns::RANK_WITHOUT_REACH,
    columns::WHY,
    columns::BAND,
    columns::IS_ACTIONABLE,
    columns::IS_TRIED_BEFORE,
    columns::IS_CHURN,
    columns::FROM_URGENCY,
    columns::FROM_ANGER,
    columns::FROM_ACTIONABLE,
    columns::FROM_TRIED_BEFORE,
    columns::FROM_CHURN,
    columns::FROM_REACH,
    columns::DIRECTION,
    columns::ANSWERED,
    columns::FIRST_RESPONSE_MINUTES,
    columns::AUTHOR_ID,
    columns::VERIFIED,
    columns::IN_REPLY_TO_ID,
    columns::CONVERSATION_ID,
    columns::LIKES,
    columns::REPOSTS,
    columns::REPLIES,
    columns::QUOTES,
    columns::VIEWS,
    columns::LANG,
    columns::SOURCE,
];

/// All posts, in the order of the input.
pub(crate) fn posts(ranked: &DataFrame) -> Result<DataFrame, Error> {
    let others = ranked
        .columns()
        .iter()
        .map(|column| column.name().as_str())
        .filter(|name| !COLUMNS.contains(name));
    let names: Vec<_> = COLUMNS.into_iter().chain(others).collect();
    super::select(ranked, &names)
}

#[cfg(test)]
mod tests {
    use polars::prelude::*;

    use super::*;
    use crate::{
        fixture::{Post, posts as fixture},
        priority::Weights,
        rank::rank,
    };

    #[test]
    fn other_columns_follow_in_their_order() {
        let mut table = rank(fixture(&[Post::default()]), &Weights::default()).unwrap();
        for name in ["logit_urgency", "logit_anger"] {
            table
                .with_column(Column::new(name.into(), [-1.5_f32]))
                .unwrap();
        }
        let posts = posts(&table).unwrap();
        let names: Vec<_> = posts
            .columns()
            .iter()
            .map(|column| column.name().as_str())
            .collect();
        assert!(names.starts_with(&["id", "text"]));
        assert!(names.ends_with(&["source", "logit_urgency", "logit_anger"]));
        assert_eq!(names.len(), table.width());
    }
}
