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
