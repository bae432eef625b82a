use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;

#[test]
fn each_find_becomes_its_marker() {
    let redactor = Redactor::default();
    for (text, expected) in [
        (
            "ring 07700 900123 or jo@example.com",
            "ring [phone] or [email]",
        ),
        ("４２４２ ４２４２ ４２４２ ４２４２!", "[card]!"),
        (
            "order TX99210 and order TX99211",
            "order [number] and order [number]",
        ),
        ("to DE89 3704 0044 0532 0130 00 pls", "to [iban] pls"),
        (
            "no power at 14 Elm Street, ZZ9 4AP",
            "no power at [address], [address]",
        ),
        ("call 0\u{200b}7700 900123", "call [phone]"),
        (
            "https://x.example/r?email=jo@example.com&id=1",
            "https://x.example/r?email=[email]&id=1",
        ),
        ("in transit: 0034 0434 1234 5678 90", "in transit: [number]"),
        ("booking KXHDJW? PNR KXHDJW", "booking KXHDJW? PNR [number]"),
    ] {
        assert_eq!(redactor.redact(text), expected);
    }
}

#[test]
fn what_is_public_stays() {
    let redactor = Redactor::default();
    for text in [
        "@shop_12345678 and @jo@example.social",
        "https://x.example/shop/status/1377230154108395526",
        "see tweet 1377230154108395526",
        "#Win1000000000 at 17:45 on 03/11/2026",
        "£12,345.67, 100%, v10.0.18363.1556, 192.168.1.254",
        "BA2490 from gate C44, seat 24B",
    ] {
        assert!(
            matches!(redactor.redact(text), Cow::Borrowed(_)),
            "{text}: {}",
            redactor.redact(text)
        );
    }
}

#[test]
fn kinds_that_are_not_asked_for_stay_as_they_are() {
    let redactor = Redactor::new([Kind::Email]);
    assert_eq!(
        redactor.redact("jo@example.com, 4242 4242 4242 4242, 07700 900123"),
        "[email], 4242 4242 4242 4242, 07700 900123"
    );
}

#[test]
fn names_lead_back_to_kinds() {
    for kind in Kind::ALL {
        assert_eq!(Kind::from_name(kind.name()), Some(kind));
        assert_eq!(kind.marker(), format!("[{}]", kind.name()));
    }
    assert_eq!(Kind::from_name("name"), None);
}

/// Texts made to make a search go back and forth: one that is not linear would take minutes.
#[test]
fn hostile_texts_take_linear_time() {
    let redactor = Redactor::default();
    for piece in [
        "a@",
        "a.",
        "1 ",
        "0 ",
        "1-",
        "+1",
        "(0",
        "order ",
        "order #",
        "AA11",
        "DE89 ",
        "a at b ",
        "1 A ",
        "Flat 1, ",
        "4242 ",
        "٣",
        "\u{200b}",
        "@a.b",
        "http://",
        "1,111",
        "x(at)y",
        "00",
        "no 0123 ",
        "a@b.",
        "99 Aa Aa ",
        "2026-01-",
    ] {
        let text = piece.repeat(20_000 / piece.len());
        let start = Instant::now();
        let _ = redactor.redact(&text);
        assert!(start.elapsed() < Duration::from_secs(20), "{piece:?}");
    }
}

/// Texts of the pieces that finds are made of, so that they touch in every way.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "07700 900123",
            "+44",
            "020",
            "555-0134",
            "(202)",
            "4242 4242 4242 4242",
            "jo@example.com",
            " at ",
            " dot ",
            "gmail.com",
            "DE89 3704 0044 0532 0130 00",
            "order",
            "PNR",
            "KXHDJW",
            "ref",
            "is my booking ref",
            "#",
            "@jo",
            "[phone]",
            "[email]",
            "14 Elm Street",
            "Apt 4B",
            "ZZ9 4AP",
            "IL 62799",
            "2026-01-02",
            "£12",
            "\u{200b}",
            "７",
            "https://x.example/?q=",
            "tweet",
            "call",
            "postcode",
            "0x",
            "1Z999AA10123456784",
        ])
        .prop_map(str::to_owned),
        "[0-9]{1,12}",
        "[ .,:/@#+()-]",
        "[a-zA-Z]{1,6}",
        any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..16).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn redacting_twice_changes_nothing(text in pieces()) {
        let redactor = Redactor::default();
        let once = redactor.redact(&text).into_owned();
        prop_assert_eq!(redactor.redact(&once), once.as_str());
    }

    #[test]
    fn spans_are_ordered_and_on_characters(text in prop_oneof![pieces(), any::<String>()]) {
        let mut end = 0;
        for span in Redactor::default().spans(&text) {
            prop_assert!(end <= span.range.start && span.range.start < span.range.end);
            prop_assert!(text.get(span.range.clone()).is_some());
            end = span.range.end;
        }
    }

    #[test]
    fn nothing_found_is_borrowed(text in pieces()) {
        let redactor = Redactor::default();
        let is_borrowed = matches!(redactor.redact(&text), Cow::Borrowed(_));
        prop_assert_eq!(is_borrowed, redactor.spans(&text).is_empty());
    }
}
