//! The columns that tell how a conversation went, and who the company is.

use super::*;

const DAY: i64 = 24 * 60;

#[test]
fn the_answer_tells_who_gave_it_and_what_it_does() {
    let posts = [
        saying("@Acme where is my bag", post("1", "ann", 0, "")),
        saying("Please DM us. ^mm", post("2", "@AcmeHelp", 5, "1")),
        saying("@acmehelp sent", post("3", "ann", 6, "2")),
        saying(
            "Found it, it's on its way. ^mm",
            post("4", "@AcmeHelp", 9, "3"),
        ),
        saying("@friend @other look", post("5", "bob", 0, "")),
        saying("Hm. -Sam", post("6", "@AcmeHelp", 9, "5")),
        saying("@Acme hello? ^bob", post("7", "bob", 10, "")),
    ];
    let frame = annotate(post::frame(&posts).unwrap()).unwrap();
    let names = [ADDRESSED, WRONG_HANDLE, ANSWERED_BY, REPLY_KIND, AGENT];
    assert_eq!(
        columns(&frame, &names),
        [
            "1: Acme true AcmeHelp dm -",
            "2: - - - dm mm",
            "3: acmehelp false AcmeHelp resolve -",
            "4: - - - resolve mm",
            "5: - - AcmeHelp - -",
            "6: - - - - Sam",
            "7: Acme - - - -",
        ]
    );
}

#[test]
fn handles_that_a_user_names_are_one_company() {
    let posts = [
        saying("@Acme hi", post("1", "ann", 0, "")),
        saying("Hello", post("2", "@Zenith", 5, "1")),
    ];
    let frame = post::frame(&posts).unwrap();
    let alone = annotate(frame.clone()).unwrap();
    assert_eq!(columns(&alone, &[WRONG_HANDLE])[0], "1: -");
    let mut conversations = Conversations::new(ConversationOptions {
        company: vec!["@acme".into(), "zenith".into()],
    });
    conversations.add(&frame).unwrap();
    let together = conversations.finish().annotate(frame, 0).unwrap();
    assert_eq!(
        columns(&together, &[WRONG_HANDLE, ADDRESSED])[0],
        "1: true Acme"
    );
}

#[test]
fn who_wrote_last() {
    let cases = [
        // Each post as author and minute; who wrote last.
        (&[("ann", Some(0)), ("@co", Some(1))][..], "company"),
        (&[("ann", Some(2)), ("@co", Some(1))], "customer"),
        (&[("ann", Some(1)), ("@co", Some(1))], "-"),
        (
            &[("ann", Some(0)), ("@co", Some(1)), ("@co", Some(1))],
            "company",
        ),
        (&[("ann", None), ("@co", Some(1))], "-"),
        (&[("ann", None), ("bob", Some(1))], "customer"),
        (&[("ann", None)], "customer"),
    ];
    for (posts, last) in cases {
        let mut posts: Vec<Post> = posts
            .iter()
            .zip(1..)
            .map(|((author, minute), id)| {
                in_conversation("c", post(&id.to_string(), author, *minute, ""))
            })
            .collect();
        posts.push(in_conversation("other", post("9", "@co", 99, "")));
        let frame = annotate(post::frame(&posts).unwrap()).unwrap();
        assert_eq!(columns(&frame, &[LAST_BY])[0], format!("1: {last}"));
        assert_eq!(columns(&frame, &[LAST_BY]).last().unwrap(), "9: -");
    }
}

#[test]
fn earlier_posts_to_the_same_company_are_counted() {
    let posts = [
        saying("@Acme first", post("1", "ann", 0, "")),
        saying("@AcmeHelp second", post("2", "ann", 10, "")),
        saying("@AcmeHelp same minute", post("3", "ann", 10, "")),
        saying("@Other another company", post("4", "ann", 11, "")),
        saying("@Acme another author", post("5", "bob", 12, "")),
        saying("@Acme on the last day", post("6", "ann", 30 * DAY, "")),
        saying(
            "@Acme too late for most",
            post("7", "ann", 30 * DAY + 10, ""),
        ),
        saying("@Acme who knows when", post("8", "ann", None, "")),
        saying("no handle", post("9", "ann", 12, "")),
        saying("hi", post("a", "@AcmeHelp", 0, "1")),
        saying("hi", post("b", "@Other", 0, "4")),
    ];
    let frame = annotate(post::frame(&posts).unwrap()).unwrap();
    assert_eq!(
        columns(&frame, &[REPEAT_CONTACT]),
        [
            "1: 0", "2: 1", "3: 1", "4: 0", "5: 0", "6: 3", "7: 3", "8: -", "9: -", "a: -", "b: -"
        ]
    );
}

#[test]
fn without_known_companies_all_posts_are_to_one() {
    let posts = [post("1", "ann", 0, ""), post("2", "ann", 10, "")];
    let frame = annotate(post::frame(&posts).unwrap()).unwrap();
    assert_eq!(columns(&frame, &[REPEAT_CONTACT]), ["1: 0", "2: 1"]);
}

/// Six customers ask, and `answering` says `answer` to each; nobody's direction is known.
fn undirected(answering: &str, answer: &str) -> Vec<Post> {
    (0..6)
        .flat_map(|number: i64| {
            let (asked, answered) = (format!("{number}"), format!("{number}a"));
            [
                saying(
                    "@acme help",
                    post(&asked, &format!("c{number}"), number, ""),
                ),
                saying(answer, post(&answered, answering, number + 9, &asked)),
            ]
        })
        .collect()
}

#[test]
fn companies_are_inferred_from_how_they_answer() {
    let direction = |posts: &[Post], company: &[&str]| {
        let frame = post::frame(posts).unwrap();
        let mut conversations = Conversations::new(ConversationOptions {
            company: company.iter().map(|&handle| handle.to_owned()).collect(),
        });
        conversations.add(&frame).unwrap();
        let annotations = conversations.finish();
        let notices: Vec<String> = annotations
            .notices()
            .iter()
            .map(Notice::to_string)
            .collect();
        let frame = annotations.annotate(frame, 0).unwrap();
        let lines = columns(&frame, &["direction", ANSWERED]);
        (lines[1].clone(), lines[0].clone(), notices)
    };
    let company = ("0a: company -".to_owned(), "0: customer true".to_owned());
    let customer = ("0a: customer -".to_owned(), "0: customer -".to_owned());

    let posts = undirected("Acme", "Please DM us your number. ^mm");
    let (answer, asked, notices) = direction(&posts, &[]);
    assert_eq!((answer, asked), company);
    insta::assert_snapshot!(notices.join("\n"), @"taken for the company by how they answer: @Acme; name the company's handles if this is wrong");

    // A customer who is mentioned and replies a lot, in a customer's words; too few who ask; one
    // whom nobody mentions; one who writes much else; a company that is known.
    let own_words = undirected("acme", "lol same here");
    let few = &posts[..8];
    let unmentioned = undirected("bob", "Please DM us. ^mm");
    let mut chatty = posts.clone();
    chatty.extend((0..30).map(|id| post(&format!("x{id}"), "Acme", 0, "")));
    let mut known = posts.clone();
    known.push(post("z", "@other", 0, ""));
    for (posts, handles) in [
        (&own_words[..], &[][..]),
        (few, &[]),
        (&unmentioned, &[]),
        (&chatty, &[]),
        (&posts, &["acme2"]),
    ] {
        let (answer, asked, notices) = direction(posts, handles);
        assert_eq!((answer, asked), customer);
        assert!(notices.is_empty());
    }
    let (answer, _, notices) = direction(&known, &[]);
    assert_eq!(answer, "0a: customer false");
    assert!(notices.is_empty());
}

#[test]
fn answers_on_reddit_name_the_kind_of_what_they_answer() {
    for id in ["abc", "t1_abc"] {
        let posts = [
            in_conversation("t3_xyz", post(id, "ann", 0, "t3_xyz")),
            in_conversation("t3_xyz", post("zyx", "@acme", 5, "t1_abc")),
        ];
        let frame = annotate(post::frame(&posts).unwrap()).unwrap();
        assert_eq!(
            columns(&frame, &[ANSWERED, Column::ConversationId.name()]),
            [format!("{id}: true xyz"), "zyx: - xyz".to_owned()]
        );
    }
}

/// The company of each post, with the handles that a user names.
fn companies(posts: &[Post], named: &[&str]) -> Vec<String> {
    let frame = post::frame(posts).unwrap();
    let mut conversations = Conversations::new(ConversationOptions {
        company: named.iter().map(|&handle| handle.to_owned()).collect(),
    });
    conversations.add(&frame).unwrap();
    let frame = conversations.finish().annotate(frame, 0).unwrap();
    columns(&frame, &[COMPANY_NAME])
}

#[test]
fn the_company_is_told_by_mention_then_answer_then_conversation() {
    let posts = [
        saying("@AskZen hi", post("1", "ann", 0, "")),
        saying("no handle", post("2", "ann", 1, "")),
        saying("hi", post("3", "@AcmeHelp", 2, "2")),
        // Of two that are mentioned, the one that answers; else the first.
        saying("@zen and @acme", post("4", "bob", 3, "")),
        saying("hi", post("5", "@AcmeHelp", 4, "4")),
        saying("@zen and @acme", post("6", "bob", 5, "")),
        // An answer by another than the one that is mentioned.
        saying("@acme hi", post("7", "cy", 6, "")),
        saying("hi", post("8", "@Zen", 7, "7")),
        in_conversation("c", saying("hi", post("9", "dee", 9, ""))),
        in_conversation("c", saying("hi", post("a", "@Zen", 8, ""))),
        in_conversation("d", saying("hi", post("b", "dee", 9, ""))),
        in_conversation("d", saying("hi", post("c", "@Zen", 8, ""))),
        in_conversation("d", saying("hi", post("d", "@AcmeHelp", 8, ""))),
        saying("@friend hi", post("e", "dee", 9, "")),
    ];
    assert_eq!(
        companies(&posts, &[]),
        [
            "1: Zen", "2: acme", "3: acme", "4: acme", "5: acme", "6: Zen", "7: acme", "8: Zen",
            "9: Zen", "a: Zen", "b: -", "c: Zen", "d: acme", "e: -"
        ]
    );
}

#[test]
fn a_company_goes_by_the_handle_that_is_mentioned_most_often() {
    let answer = saying("hi", post("a", "@Acme_Help", 1, ""));
    let cases = [
        // What customers write, the handles that a user names, and the name.
        (&["@Acme", "@acme_help", "@Acme"][..], &[][..], "Acme"),
        (&["@acme", "@Acme_Help @acme_HELP"], &[], "Acme_Help"),
        (&["@ACME", "@acme"], &[], "ACME"),
        // As often: the shorter one.
        (&["@Acme", "@Acme_Help"], &[], "Acme"),
        (&["hi"], &[], "Acme_Help"),
        (&["@Zen"], &["@acme_help", "Zen"], "Zen"),
        (&["hi"], &["zen"], "zen"),
    ];
    for (texts, named, name) in cases {
        let mut posts: Vec<Post> = texts
            .iter()
            .zip(0..)
            .map(|(text, id)| saying(text, post(&id.to_string(), "ann", 0, "")))
            .collect();
        if *named != ["zen"] {
            posts.push(answer.clone());
        }
        let lines = companies(&posts, named);
        assert!(
            lines
                .iter()
                .all(|line| line.ends_with(&format!(": {name}"))),
            "{lines:?}"
        );
    }
}

#[test]
fn posts_of_customers_alone_tell_no_company() {
    let posts = [
        saying("@Acme hi", post("1", "ann", 0, "")),
        saying("@Acme hello", post("2", "bob", 1, "1")),
    ];
    assert_eq!(companies(&posts, &[]), ["1: -", "2: -"]);
    assert_eq!(companies(&posts, &["acme"]), ["1: Acme", "2: Acme"]);
}

#[test]
fn a_post_without_an_answer_is_addressed_as_well() {
    let posts = [
        saying("@friend @AskAcme hi", post("1", "ann", 0, "")),
        saying("@friend hi", post("2", "bob", 1, "")),
        saying("@acme hi", post("3", "cy", 1, "")),
        saying("hi", post("4", "@AcmeHelp", 2, "3")),
        saying("@acme hi", post("5", "cy", 1, "")),
        saying("hi", post("6", "@Zen", 2, "5")),
    ];
    let frame = annotate(post::frame(&posts).unwrap()).unwrap();
    assert_eq!(
        columns(&frame, &[ADDRESSED, WRONG_HANDLE, ANSWERED_BY]),
        [
            "1: AskAcme - -",
            "2: - - -",
            "3: acme true AcmeHelp",
            "4: - - -",
            "5: acme - Zen",
            "6: - - -"
        ]
    );
}
