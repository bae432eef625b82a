use super::*;

fn scanner(text: &str) -> Scanner {
    Scanner::new(DecodedText::of_head(text.as_bytes()))
}

#[test]
fn the_extent_of_a_value_is_found() {
    for (text, raw, extent) in [
        (
            r#"{"a":[1,{"b":"}"}]},next"#,
            r#"{"a":[1,{"b":"}"}]}"#,
            Extent::Whole,
        ),
        (r#""a\"b\\",x"#, r#""a\"b\\""#, Extent::Whole),
        ("12 , 3", "12 ", Extent::Whole),
        ("12", "12", Extent::Whole),
        ("true}", "true", Extent::Whole),
        ("}", "}", Extent::Whole),
        (r#"{"a":"é\u0022}"}"#, r#"{"a":"é\u0022}"}"#, Extent::Whole),
        ("{\"a\":\"open\n}", "{\"a\":\"open\n}", Extent::Whole),
        (r#"{"a":[1}"#, r#"{"a":[1"#, Extent::Unclear),
        (r#"{"a":"cut"#, r#"{"a":"cut"#, Extent::Cut),
        (r#""cut"#, r#""cut"#, Extent::Cut),
    ] {
        let mut scanner = scanner(text);
        assert_eq!(scanner.value().unwrap(), extent, "{text}");
        assert_eq!(scanner.raw(), raw.as_bytes(), "{text}");
    }
}

#[test]
fn places_are_counted_over_what_is_passed() {
    let mut scanner = scanner("[\n  {\"a\":\n1},\n \"x\" ]");
    let mut places = Vec::new();
    while let Some(byte) = scanner.peek().unwrap() {
        scanner.begin();
        let Position { line, column } = scanner.start();
        places.push((char::from(byte), line, column));
        match byte {
            b'{' | b'"' => assert_eq!(scanner.value().unwrap(), Extent::Whole),
            _ => scanner.bump().unwrap(),
        }
    }
    assert_eq!(
        places,
        [
            ('[', 1, 1),
            ('{', 2, 3),
            (',', 3, 3),
            ('"', 4, 2),
            (']', 4, 6)
        ]
    );
}

#[test]
fn reading_goes_on_at_the_next_line_that_begins_like_the_value_given_up() {
    let text = "{\"id\":1,\n  \"list\":[\n    {\"x\":1}\n  \n  , {\"id\":2}\n";
    let mut scanner = scanner(&format!("  {text}"));
    scanner.peek().unwrap();
    assert_eq!(scanner.value().unwrap(), Extent::Cut);
    assert!(scanner.give_up().unwrap());
    assert_eq!(scanner.raw(), b"{\"id\":1,\n");
    scanner.value().unwrap();
    assert_eq!(scanner.raw(), b"{\"id\":2}");
    assert_eq!(scanner.start().line, 5);
}

#[test]
fn a_value_beyond_the_limit_is_passed_over() {
    let long = "x".repeat(Limits::default().row);
    let mut scanner = scanner(&format!("{{\"a\":\"{long}\"}},{{\"b\":1}}"));
    assert_eq!(scanner.value().unwrap(), Extent::TooLarge);
    scanner.bump().unwrap();
    scanner.value().unwrap();
    assert_eq!(scanner.raw(), b"{\"b\":1}");
}

#[test]
fn a_value_without_end_is_given_up_at_the_limit() {
    let long = "x".repeat(Limits::default().row);
    let mut scanner = scanner(&format!("{{\"a\":{{\n}},\n{{\"b\":\"{long}\"}}\n"));
    scanner.peek().unwrap();
    assert_eq!(scanner.value().unwrap(), Extent::Endless);
    assert!(scanner.give_up().unwrap());
    assert_eq!(scanner.raw(), b"{\"a\":{\n");
    assert_eq!(scanner.next_line(), 3);
}

#[test]
fn a_value_that_swallowed_others_is_given_up_before_them() {
    let text = "{\"id\":1,\n    {\"nested\":1},\n  , {\"id\":2}\n}";
    let mut scanner = scanner(&format!("  {text}"));
    scanner.peek().unwrap();
    assert_eq!(scanner.value().unwrap(), Extent::Whole);
    assert!(scanner.give_up_before_next());
    assert_eq!(scanner.next_line(), 3);
    scanner.peek().unwrap();
    scanner.bump().unwrap();
    scanner.peek().unwrap();
    scanner.value().unwrap();
    assert_eq!(scanner.raw(), b"{\"id\":2}");
    assert!(!scanner.give_up_before_next());
}
