use super::*;
use crate::{
    fixture::{Post, posts},
    rank::rank,
    settings::Settings,
};

fn side(rows: &[Post]) -> Side {
    let ranked = rank(posts(rows), &Settings::default()).unwrap();
    let mut side = Side::default();
    for row in 0..rows.len() {
        side.add(&ranked.slice(row as i64, 1)).unwrap();
    }
    side
}

fn open(id: &'static str, urgency_level: u32) -> Post {
    Post {
        id,
        urgency: urgency_level as f32 / 3.0,
        urgency_level,
        is_actionable: true,
        answered: Some(false),
        company: Some("Acme"),
        ..Post::default()
    }
}

#[test]
fn figures_and_shared_posts() {
    let before = [
        open("gone", 2),
        open("answered later", 3),
        open("raised", 1),
        open("as it was", 1),
        Post {
            id: "ours",
            direction: columns::COMPANY,
            ..Post::default()
        },
    ];
    let after = [
        Post {
            answered: Some(true),
            first_response_minutes: Some(30.0),
            reply_kind: Some("dm"),
            ..open("answered later", 3)
        },
        open("raised", 3),
        open("as it was", 1),
        open("new", 1),
        open("new as well", 0),
    ];
    insta::assert_json_snapshot!(side(&before).compare(side(&after)));
}

#[test]
fn a_company_is_named_when_it_changed_beyond_chance() {
    let of = |answered: usize, company| {
        (0..100).map(move |number| Post {
            answered: Some(number < answered),
            company: Some(company),
            ..open("1", 1)
        })
    };
    let before: Vec<Post> = of(50, "Acme").chain(of(50, "Other")).collect();
    let after: Vec<Post> = of(80, "Acme").chain(of(52, "Other")).collect();
    let changes = side(&before).compare(side(&after)).companies;
    let found: Vec<_> = changes
        .iter()
        .map(|change| (change.company.as_str(), change.figure, change.posts))
        .collect();
    assert_eq!(found, [("Acme", "answered", [100, 100])]);
    let [low, high] = changes[0].interval;
    assert!(low > 0.1 && high < 0.45, "{low} to {high}");
}

#[test]
fn the_same_report_did_not_change() {
    let rows = [open("a", 1), open("b", 3)];
    let comparison = side(&rows).compare(side(&rows));
    assert!(comparison.companies.is_empty());
    assert_eq!(
        (comparison.shared.posts, comparison.shared.only_after),
        (2, 0)
    );
    assert!(comparison.shared.bands.is_empty() && comparison.shared.moved.is_empty());
    assert!(
        comparison
            .figures
            .iter()
            .all(|figure| figure.before == figure.after)
    );
}

#[test]
fn posts_move_among_the_same_posts() {
    let before = [open("a", 1), open("b", 3), open("c", 2)];
    let after = [open("a", 3), open("b", 1), open("c", 2)];
    let moved = side(&before).compare(side(&after)).shared.moved;
    let found: Vec<_> = moved
        .iter()
        .map(|moved| (moved.id.as_str(), moved.before, moved.after))
        .collect();
    assert_eq!(found, [("a", 3, 1), ("b", 1, 3)]);
}

#[test]
fn nothing_on_a_side() {
    let comparison = side(&[]).compare(side(&[open("a", 1)]));
    assert_eq!(comparison.shared.only_after, 1);
    assert!(
        comparison
            .figures
            .iter()
            .any(|figure| figure.before.is_none())
    );
}
