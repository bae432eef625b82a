use super::*;

fn read_json(content: &str) -> Read {
    read_all(
        &[("posts.json", content.as_bytes())],
        ReadOptions::default(),
    )
    .unwrap()
}

fn texts(content: &str) -> Vec<String> {
    read_json(content).column(Column::Text)
}

/// A page of the X API, with its authors below the posts.
const PAGE: &str = r#"{
  "data": [
    {
      "id": "11",
      "text": "@acme my bag is lost",
      "author_id": "42",
      "created_at": "2023-02-01T09:15:00.000Z",
      "conversation_id": "10",
      "referenced_tweets": [{"type": "replied_to", "id": "10"}],
      "public_metrics": {"retweet_count": 1, "reply_count": 0, "like_count": 3, "quote_count": 0}
    },
    {"id": "12", "text": "@acme thanks", "author_id": "43"}
  ],
  "includes": {
    "users": [
      {"id": "42", "username": "ann", "name": "Ann", "verified": false,
       "public_metrics": {"followers_count": 1234, "tweet_count": 9}}
    ],
    "tweets": [{"id": "10", "text": "context"}]
  },
  "errors": [{"title": "Not Found"}],
  "meta": {"result_count": 2}
}
"#;

fn compact(json: &str) -> String {
    serde_json::from_str::<serde_json::Value>(json)
        .unwrap()
        .to_string()
}

#[test]
fn a_page_of_the_x_api_is_read_with_its_authors_however_it_is_written() {
    let pretty = read_json(PAGE);
    insta::assert_snapshot!(pretty.report());
    let page = compact(PAGE);
    for content in [
        page.clone(),
        format!("{page}\n{{\"meta\":{{\"result_count\":0}}}}\n"),
        format!("[{page}]"),
        format!("[{PAGE},{PAGE}]"),
        format!("{PAGE}\n{PAGE}"),
    ] {
        let posts = |read: &Read| read.chunks.first().map(|chunk| chunk.posts.clone());
        let read = read_json(&content);
        assert_eq!(posts(&read), posts(&pretty), "{content}");
        assert_eq!(read.counts.rejected, 0);
    }
}

#[test]
fn one_post_in_an_answer_is_read_with_its_author() {
    let page = PAGE.replace("\"data\": [\n    {", "\"data\": {");
    let end = page.find("    },\n    {\"id\": \"12\"").unwrap();
    let rest = page.find("  \"includes\"").unwrap();
    let single = format!("{}    }},\n{}", &page[..end], &page[rest..]);
    for content in [single.clone(), compact(&single)] {
        let read = read_json(&content);
        assert_eq!(read.column(Column::AuthorName), ["ann"], "{content}");
        assert_eq!(read.column(Column::Followers), ["1234"]);
    }
}

#[test]
fn retweets_of_the_x_api_get_their_whole_text_from_what_is_apart() {
    let data = r#"[
    {"id": "21", "text": "RT @ann: my bag is…", "referenced_tweets": [{"type": "retweeted", "id": "10"}]},
    {"id": "22", "text": "RT @bob: a long…", "referenced_tweets": [{"type": "retweeted", "id": "11"}]},
    {"id": "23", "text": "RT @cy: gone…", "referenced_tweets": [{"type": "retweeted", "id": "12"}]},
    {"id": "24", "text": "so true", "referenced_tweets": [{"type": "quoted", "id": "10"}]}
  ]"#;
    let includes = r#"{"tweets": [
    {"id": "10", "text": "my bag is lost: again"},
    {"id": "11", "text": "a long…", "note_tweet": {"text": "a long story"}}
  ]}"#;
    let after = format!("{{\n  \"data\": {data},\n  \"includes\": {includes}\n}}\n");
    let before = format!("{{\n  \"includes\": {includes},\n  \"data\": {data}\n}}\n");
    for content in [
        after.clone(),
        before,
        compact(&after),
        format!("[{after}]"),
        format!("{}\n{{\"meta\":{{\"result_count\":0}}}}\n", compact(&after)),
    ] {
        assert_eq!(
            texts(&content),
            [
                "RT @ann: my bag is lost: again",
                "RT @bob: a long story",
                "RT @cy: gone…",
                "so true"
            ],
            "{content}"
        );
    }
}

#[test]
fn an_archive_and_its_parts_are_read() {
    let part = |number: usize, text: &str| {
        format!(
            "window.YTD.tweets.part{number} = [\n  {{\"tweet\": {{\"id_str\": \"{number}\", \
             \"full_text\": \"{text}\", \"favorite_count\": \"3\"}}}}\n]\n"
        )
    };
    assert_eq!(texts(&part(0, "a")), ["a"]);
    assert_eq!(
        texts(&format!("{};{}", part(0, "a"), part(1, "b"))),
        ["a", "b"]
    );
    assert_eq!(read_json("window.YTD.tweets.part0 = [ ]").counts.rows, 0);
}

#[test]
fn other_documents_hold_posts_in_other_places() {
    for content in [
        r#"[{"text":"a"},{"text":"b"}]"#,
        r#"[{"text":"a"}][{"text":"b"}]"#,
        "{\n\"text\":\"a\"\n}\n{\n\"text\":\"b\"\n}",
        r#"{"search_metadata":{},"statuses":[{"text":"a"},{"text":"b"}]}"#,
        "{\"posts\":[{\"uri\":\"at://1\",\"record\":{\"text\":\"a\"}},\n{\"record\":{\"text\":\"b\"}}]}",
        r#"{"feed":[{"post":{"record":{"text":"a"}}},{"post":{"record":{"text":"b"}}}],"cursor":"c"}"#,
        "{\n\"thread\":{\"post\":{\"record\":{\"text\":\"a\"}},\n\"replies\":[{\"post\":{\"record\":{\"text\":\"b\"}}}]}}",
        "{\"ancestors\":[{\"content\":\"a\"}],\n\"descendants\":[{\"content\":\"b\"}]}",
        "{\"dialogHeader\":{\"sessionID\":\"s\"},\n\"dialogContent\":[{\"client\":\"x\",\"message\":\"a\"},{\"agent\":\"y\",\"message\":\"b\"}]}",
        r#"[{"thread":"t","posts":[{"text":"a"},{"text":"b"}]}]"#,
        "{\"thread\":\"t\",\"posts\":[{\"text\":\"a\"}]}\n{\"thread\":\"u\",\"posts\":[{\"text\":\"b\"}]}\n",
        "{\"tags\":[\"x\"],\"items\":[{\"text\":\"a\"},\n{\"text\":\"b\"}],\"mentions\":[\"y\"]}",
    ] {
        assert_eq!(texts(content), ["a", "b"], "{content}");
    }
    assert_eq!(read_json("[]").counts.rows, 0);
}

#[test]
fn a_mistake_costs_the_post_that_it_is_in() {
    let content = "[\n  {\"id\": 1, \"text\": \"a\"},\n  \
        {\"id\": 2 \"text\": \"no comma\"},\n  \
        {\n    \"id\": 3,\n    \"text\": no\n  },\n  \
        7,\n  \
        {\"id\": 4, \"text\": \"no quote},\n  \
        {\"id\": 5, \"text\": \"b\"},\n  \
        {\n    \"id\": 6,\n    \"to\": {\"a\": 1,\n    \"text\": \"no bracket\"\n  },\n  \
        {\"id\": 7, \"text\": \"c\"}\n  \
        {\"id\": 8, \"text\": \"no comma before\"},\n  \
        }, {\"id\": 9, \"text\": \"d\"},\n  \
        {\"id\": 10, \"text\": null}\n]\n";
    insta::assert_snapshot!(read_json(content).report());
}

#[test]
fn a_document_cut_off_gives_what_is_complete_and_says_so() {
    let page = compact(PAGE);
    let array = r#"[{"id":1,"text":"a"},{"id":2,"text":"b"}]"#;
    for (content, complete) in [
        (array, "a b"),
        (page.as_str(), "@acme my bag is lost @acme thanks"),
    ] {
        let complete: Vec<&str> = complete.split_inclusive("lost").map(str::trim).collect();
        for end in (1..content.len()).rev() {
            let Ok(read) = read_all(
                &[("p.json", &content.as_bytes()[..end])],
                ReadOptions::default(),
            ) else {
                // Before the first key nothing says that it is a document of posts.
                assert!(end < 60, "{}", &content[..end]);
                continue;
            };
            let texts = read.column(Column::Text).join(" ");
            assert!(
                complete.join(" ").starts_with(&texts),
                "{}",
                &content[..end]
            );
            let last = read.rejects().pop().unwrap_or_default();
            assert!(
                ["the document ends here", "EOF while parsing", "no text"]
                    .iter()
                    .any(|reason| last.contains(reason)),
                "{}: {last}",
                &content[..end]
            );
        }
    }
}

#[test]
fn what_is_no_post_between_posts_is_told() {
    for (content, expected) in [
        (
            "{\"data\":[{\"text\":\"a\"}],\"meta\":[}}",
            "not valid JSON: brackets or quotes do not match; nothing after this was read",
        ),
        (
            "{\n\"data\":[{\"text\":\"a\"}]}\n{\"status\":500}",
            "no text",
        ),
    ] {
        let read = read_json(content);
        assert_eq!(read.column(Column::Text), ["a"]);
        let rejects = read.rejects();
        assert!(
            rejects.len() == 1 && rejects[0].contains(expected),
            "{rejects:?}"
        );
    }
}

#[test]
fn a_list_longer_than_a_row_may_be_is_read_post_by_post() {
    let filler = "x".repeat(1_000);
    let count = crate::Limits::default().row / 1_000 + 10;
    let posts: Vec<String> = (0..count)
        .map(|id| format!("{{\"id\":\"{id}\",\"text\":\"{filler}\",\"author_id\":\"7\"}}"))
        .collect();
    let users = r#"{"users":[{"id":"7","username":"ann","public_metrics":{"followers_count":5}}]}"#;
    let content = format!("{{\"data\":[{}],\"includes\":{users}}}", posts.join(","));
    let read = read_json(&content);
    assert_eq!(read.counts.posts as usize, count);
    assert_eq!(read.counts.rejected, 0);
    assert!(
        read.column(Column::Followers)
            .iter()
            .all(|count| count == "5")
    );
}

#[test]
fn any_encoding_and_a_file_on_disk_will_do() {
    let utf16: Vec<u8> = format!("\u{feff}{PAGE}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let read = read_all(&[("page.json", &utf16)], ReadOptions::default()).unwrap();
    assert_eq!(read.column(Column::Followers), ["1234", "-"]);

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("page.json");
    std::fs::write(&path, PAGE).unwrap();
    let mut reader = Reader::open(vec![Input::Path(path)], ReadOptions::default()).unwrap();
    let posts = reader.by_ref().next().unwrap().unwrap().posts;
    assert_eq!(posts.column("followers").unwrap().null_count(), 1);
    assert!(reader.next().is_none());
    assert_eq!(Some(reader.bytes_read()), reader.bytes_total());
}
