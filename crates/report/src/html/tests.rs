use polars::prelude::df;

use super::*;
use crate::{
    fixture::{Post, posts},
    overview::Awaiting,
    rank::Ranking,
    settings::Settings,
    tables::{Field, Kind, TableSpec, Tables, queue::QueueWriter},
    words::WordEffect,
};

fn facts() -> RunFacts {
    RunFacts {
        model: "care-minilm".to_owned(),
        checksum: "0123456789abcdef".to_owned(),
        sources: vec!["posts.csv".to_owned()],
        version: "0.1.0".to_owned(),
    }
}

/// The page of these posts, which are added in chunks of this size.
fn page_of(rows: &[Post], chunk: usize, settings: &Settings, words: &[PostWords]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let table = posts(rows);
    let mut ranking = Ranking::new(&Settings::default()).unwrap();
    ranking.add(&table).unwrap();
    let ranks = ranking.finish();
    let mut queue = QueueWriter::new(&folder.path().join("queue.csv"), folder.path(), None);
    let mut page = Page::new(settings);
    let mut of_posts = Tables::new(settings, folder.path());
    for first in (0..rows.len().max(1)).step_by(chunk) {
        let part = table.slice(first as i64, chunk);
        let places = first..first + part.height();
        let ranked = ranks.annotate(part, first).unwrap();
        queue.add(&ranked, ranks.queue_places(places)).unwrap();
        page.add(&ranked).unwrap();
        of_posts.add(&ranked).unwrap();
    }
    let (_, queue) = queue.finish().unwrap();
    let overview = Overview {
        posts: rows.len() as u64,
        customer_posts: rows.len() as u64,
        awaiting: Awaiting {
            now: queue.awaiting,
            ..Awaiting::default()
        },
        first_post: Some("2026-03-03T18:42:00Z".to_owned()),
        last_post: Some("2026-03-05T18:42:00Z".to_owned()),
        ..Overview::default()
    };
    page.finish(PageInput {
        overview: &overview,
        queue: &queue,
        tables: &[of_posts.finish().unwrap(), vec![kinds()]].concat(),
        words,
        run: &facts(),
    })
    .unwrap()
}

fn page(rows: &[Post]) -> String {
    page_of(rows, rows.len().max(1), &Settings::default(), &[])
}

#[test]
fn days_are_those_of_the_time_zone() {
    let overview = Overview {
        first_post: Some("2026-03-03T18:42:00Z".to_owned()),
        last_post: Some("2026-03-05T03:25:00Z".to_owned()),
        ..Overview::default()
    };
    for (zone, expected) in [
        ("UTC", "2026-03-03 to 2026-03-05"),
        ("America/New_York", "2026-03-03 to 2026-03-04"),
        ("Asia/Tokyo", "2026-03-04 to 2026-03-05"),
    ] {
        let zone = TimeZone::get(zone).unwrap();
        assert_eq!(span(&overview, &zone).as_deref(), Some(expected));
    }
}

/// A table of all kinds of values.
fn kinds() -> FinishedTable {
    const fn field(name: &'static str, kind: Kind) -> Field {
        Field {
            name,
            kind,
            meaning: "What it means.",
        }
    }
    const SPEC: TableSpec = TableSpec {
        name: "kinds",
        title: "Kinds",
        purpose: "What there is.",
        fields: &[
            field("company", Kind::Label),
            field("posts", Kind::Count),
            field("answered_share", Kind::Share),
            field("median_first_response_minutes", Kind::Minutes),
            field("band", Kind::Band),
            field("example", Kind::Text),
        ],
    };
    let rows = df!(
        "company" => ["acme", "<b>shop</b>"],
        "posts" => [12_345_u32, 2],
        "answered_share" => [Some(0.5_f32), None],
        "median_first_response_minutes" => [Some(200.0), None],
        "band" => ["now", "later"],
        "example" => ["mail me at jo@example.com", "\u{202E}fdp"],
    )
    .unwrap();
    FinishedTable::new(&SPEC, &rows).unwrap()
}

const OPEN: Post = Post {
    id: "1",
    text: "where is my order",
    direction: columns::CUSTOMER,
    created_at: Some(0),
    author_name: Some("jo"),
    followers: Some(1_200),
    answered: Some(false),
    first_response_minutes: None,
    author_id: None,
    verified: None,
    conversation_id: Some("c1"),
    answered_by: None,
    reply_kind: None,
    last_by: None,
    repeat_contact: None,
    addressed: None,
    wrong_handle: None,
    agent: None,
    company: Some("acme"),
    topic: Some("order late"),
    scored: true,
    urgency: 0.7,
    anger: 0.4,
    churn: 0.1,
    urgency_level: 2,
    anger_level: 1,
    is_actionable: true,
};

/// What stands between two strings, the first time they occur.
fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let start = text.find(before).unwrap() + before.len();
    let end = text[start..].find(after).unwrap();
    &text[start..start + end]
}

fn json(page: &str) -> serde_json::Value {
    let data = between(page, "id=\"data\">", "</script>");
    serde_json::from_str(data).unwrap()
}

#[test]
fn the_data_of_a_small_page() {
    let rows = [
        OPEN,
        Post {
            id: "2",
            text: "call 020 7946 0018 \u{202E}now",
            urgency: 0.95,
            urgency_level: 3,
            answered: None,
            created_at: Some(86_400),
            ..OPEN
        },
        Post {
            id: "3",
            answered: Some(true),
            first_response_minutes: Some(12.0),
            ..OPEN
        },
    ];
    let words = [PostWords {
        id: "1".to_owned(),
        words: vec![WordEffect {
            start: 12,
            end: 17,
            anger: -0.2,
            urgency: 1.2345,
        }],
    }];
    let page = page_of(&rows, 1, &Settings::default(), &words);
    insta::assert_json_snapshot!(json(&page));
}

#[test]
fn strangers_stay_text() {
    let hostile = [
        "<script>alert(1)</script>",
        "</script><script>alert(1)</script><!--",
        "=cmd|'/c calc'!A1",
        "\"><img src=x onerror=alert(1)>",
        "{{ 7 * 7 }} ${7 * 7} javascript:alert(1)",
    ];
    for text in hostile {
        let page = page(&[Post {
            id: text,
            text,
            author_name: Some(text),
            conversation_id: Some(text),
            company: Some(text),
            topic: Some(text),
            ..OPEN
        }]);
        for markup in [
            "<script>alert",
            "<img",
            "</script><script",
            "<b>shop",
            "<!--",
        ] {
            assert!(!page.contains(markup), "{markup} of {text}");
        }
        assert_eq!(page.matches("</script").count(), 2, "{text}");
        let post = &json(&page)["rows"][0];
        for field in ["id", "text", "author", "conversation", "company", "topic"] {
            assert_eq!(post[field], text);
        }
    }
}

#[test]
fn only_its_own_script_and_style_may_run() {
    let page = page(&[OPEN]);
    let policy = between(&page, "Content-Security-Policy\" content=\"", "\"");
    let style = between(&page, "<style>", "</style>");
    let script = between(&page, "<script type=\"module\">", "</script>");
    assert_eq!(policy, policy::content_security_policy(script, style));
    assert!(policy.starts_with("default-src 'none'; script-src 'sha256-"));
    assert!(!policy.contains("unsafe"));
    for refused in [" style=", " onclick=", " onload=", "javascript:"] {
        assert!(!page.contains(refused), "{refused}");
    }
    for unsafe_way in [
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
    ] {
        assert!(!script.contains(unsafe_way), "{unsafe_way}");
    }
}

#[test]
fn nothing_is_fetched() {
    let page = page(&[OPEN]);
    for reference in [
        "http:",
        "https:",
        "://",
        "@import",
        "url(",
        "src=",
        "fetch(",
        "XMLHttpRequest",
    ] {
        assert!(!page.contains(reference), "{reference}");
    }
}

#[test]
fn personal_data_give_way_unless_wanted() {
    let post = Post {
        text: "write to jo@example.com",
        ..OPEN
    };
    let redacted = page(&[post]);
    assert!(redacted.contains("write to [email]"));
    assert!(redacted.contains("mail me at [email]"), "texts in tables");
    assert!(!redacted.contains("jo@example.com"));
    let raw = Settings {
        redact_reports: false,
        ..Settings::default()
    };
    let page = page_of(&[post], 1, &raw, &[]);
    assert!(page.contains("write to jo@example.com"));
}

#[test]
fn chunks_do_not_show() {
    let rows: Vec<Post> = (0..60)
        .map(|n: u16| Post {
            anger: f32::from(n % 7) / 10.0,
            followers: Some(i64::from(n) * 37),
            answered: [Some(true), Some(false), None][usize::from(n % 3)],
            first_response_minutes: n.is_multiple_of(3).then_some(f64::from(n) * 11.3),
            created_at: Some(i64::from(n) * 60),
            ..OPEN
        })
        .collect();
    let whole = page_of(&rows, 60, &Settings::default(), &[]);
    for chunk in [1, 7] {
        assert!(page_of(&rows, chunk, &Settings::default(), &[]) == whole);
    }
}

#[test]
fn charts_are_made_from_the_tables_as_they_are() {
    let rows: Vec<Post> = (0..400_u16)
        .map(|n| Post {
            followers: Some(i64::from(n)),
            created_at: Some(i64::from(n) * 1_800),
            answered: Some(n % 2 == 0),
            first_response_minutes: n.is_multiple_of(2).then_some(f64::from(n)),
            ..OPEN
        })
        .collect();
    let page = page_of(&rows, 400, &Settings::default(), &[]);
    for chart in ["trend", "map", "responses", "equity"] {
        let section = between(&page, &format!("id=\"{chart}\""), "</section>");
        assert!(section.contains("<svg "), "{chart}");
        assert!(section.contains("in numbers</summary>"), "{chart}");
    }
    let responses = between(&page, "id=\"responses\"", "</section>");
    assert!(responses.contains("200 posts of customers; 200 have no answer"));
    let equity = between(&page, "id=\"equity\"", "</section>");
    assert!(equity.contains("<circle") && equity.contains("<ul class=\"findings\">"));
}

#[test]
fn a_page_of_no_posts() {
    let page = page(&[]);
    assert!(page.contains("0 posts await an answer"));
    assert_eq!(json(&page)["rows"].as_array().unwrap().len(), 0);
}

#[test]
fn tables_follow_their_specification() {
    let page = page(&[OPEN]);
    let table = between(&page, "data-table=\"kinds\">", "</table>");
    insta::assert_snapshot!(table);
}

#[test]
fn many_long_posts_fit_into_a_mail() {
    // 100,000 posts, the worst that a text can be: every character grows sixfold in JSON.
    let text: &'static str = "<".repeat(2_500).leak();
    let ids: Vec<&'static str> = (0..100_000).map(|n| &*format!("{n}").leak()).collect();
    let rows: Vec<Post> = ids
        .into_iter()
        .enumerate()
        .map(|(n, id)| Post {
            id,
            text: if n < 1_100 { text } else { "fine" },
            urgency: if n < 1_100 { 0.95 } else { 0.5 },
            company: Some(["acme", "shop", "rail"][n % 3]),
            ..OPEN
        })
        .collect();
    let page = page_of(&rows, 50_000, &Settings::default(), &[]);
    assert!(page.len() < 5_000_000, "{}", page.len());
    let shown = json(&page)["rows"].as_array().unwrap().len();
    assert!(shown > 100, "{shown}");
    let rest = count(100_000 - shown as u64);
    assert!(page.contains(&format!("{rest} more await an answer")));
}
