use proptest::prelude::*;

use super::*;

/// Reads to the end or to an error; `read_all` checks that the counts add up.
fn survives(content: &[u8]) {
    for (encoding, chunk_rows) in [(None, 8192), (Some("utf-16le"), 3), (Some("utf-8"), 0)] {
        let options = ReadOptions {
            encoding: encoding.map(Into::into),
            chunk_rows,
            ..ReadOptions::default()
        };
        let _ = read_all(&[("input", content)], options);
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(content in prop::collection::vec(any::<u8>(), 0..400)) {
        survives(&content);
    }

    #[test]
    fn arbitrary_bytes_after_a_csv_header_never_panic(
        content in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        survives(&[b"id,text,created_at\n", &content[..]].concat());
    }

    #[test]
    fn arbitrary_csv_like_text_never_panics(content in "[a1,;\t\"'\r\n é-]{0,200}") {
        survives(format!("id,text,date,likes\n{content}").as_bytes());
    }

    #[test]
    fn arbitrary_bytes_after_an_object_never_panic(
        content in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        survives(&[b"{\"text\":\"a\"}\n", &content[..]].concat());
    }

    #[test]
    fn arbitrary_json_like_text_never_panics(content in "[a1{}\\[\\]:,\"\\\\\r\n .-]{0,200}") {
        survives(format!("{{\"text\":\"a\"}}\n{content}").as_bytes());
    }

    #[test]
    fn arbitrary_bytes_between_parquet_marks_never_panic(
        content in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let length = (content.len() as u32).to_le_bytes();
        survives(&[b"PAR1", &content[..], &length, b"PAR1"].concat());
    }

    #[test]
    fn arbitrary_json_like_text_in_documents_never_panics(
        content in "[a1{}\\[\\]:,\"\\\\\r\n .-]{0,200}",
    ) {
        for start in [
            "[{\"text\":\"a\"},\n",
            "{\n\"data\":[{\"text\":\"a\"},\n",
            "{\"data\":[{\"text\":\"a\"}],\n\"includes\":{\"users\":[",
            "window.YTD.tweets.part0 = [",
        ] {
            survives(format!("{start}{content}").as_bytes());
        }
    }

    #[test]
    fn arbitrary_bytes_after_a_mark_of_arrow_never_panic(
        content in prop::collection::vec(any::<u8>(), 0..200),
        length in 0u32..200,
    ) {
        for mark in [&b"ARROW1\0\0"[..], b""] {
            let length = length.to_le_bytes();
            survives(&[mark, b"\xff\xff\xff\xff", &length, &content[..]].concat());
        }
    }

    #[test]
    fn csv_written_by_the_csv_crate_comes_back(
        texts in prop::collection::vec("[ -~\r\né🛫]{0,30}x", 1..30),
        delimiter in prop::sample::select(&b",\t;|"[..]),
        chunk_rows in 1usize..40,
    ) {
        let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
        writer.write_record(["id", "text", "lang"]).unwrap();
        for (row, text) in texts.iter().enumerate() {
            writer.write_record([&row.to_string(), text, "en"]).unwrap();
        }
        let content = writer.into_inner().unwrap();
        let options = ReadOptions { chunk_rows, ..ReadOptions::default() };
        let read = read_all(&[("posts.csv", &content)], options).unwrap();
        prop_assert_eq!(read.column(Column::Text), texts);
        prop_assert_eq!(read.counts.posts, read.counts.rows);
    }

    #[test]
    fn the_size_of_chunks_changes_nothing(
        rows in prop::collection::vec(
            "(|[1-3](\\.0)?|5\\.7E\\+17),[ab]{0,2},(0?[1-9]|[12][0-9])/0[1-9]/2015",
            0..30,
        ),
        chunk_rows in 1usize..10,
    ) {
        let content = format!("id,text,date\n{}\n", rows.join("\n"));
        let options = ReadOptions { chunk_rows, ..ReadOptions::default() };
        let chunked = read_all(&[("posts.csv", content.as_bytes())], options).unwrap();
        prop_assert_eq!(chunked.report(), read(&content).report());
    }
}

proptest! {
    // A dozen files a case.
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_post_is_the_same_in_every_format(
        posts in prop::collection::vec(
            ("[ -~\r\n\té🛫\\\\\"]{0,30}x", "[a-z]{1,8}", prop::option::of(0i64..1 << 40)),
            1..20,
        ),
    ) {
        let expected: Vec<Vec<String>> = [
            posts.iter().map(|(text, ..)| text.clone()).collect(),
            posts.iter().map(|(_, name, _)| name.clone()).collect(),
            posts
                .iter()
                .map(|(.., likes)| likes.map_or("-".into(), |likes| likes.to_string()))
                .collect(),
        ]
        .into();
        for (name, content) in super::written::in_every_format(&posts) {
            let read = read_all(&[(name, &content)], ReadOptions::default()).unwrap();
            let columns = [Column::Text, Column::AuthorName, Column::Likes];
            prop_assert_eq!(&columns.map(|column| read.column(column)).to_vec(), &expected, "{}", name);
            prop_assert_eq!(read.counts.rows, posts.len() as u64);
        }
    }
}
