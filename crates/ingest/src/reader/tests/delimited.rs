use super::*;

#[test]
fn a_csv_with_every_kind_of_row() {
    let content = "\u{feff}id,text,likes,,\n\
        1,\"two\nlines, a comma and \"\"quotes\"\"\",3,,\n\
        \n\
        2,no trailing fields,4\n\
        3,surplus but empty,5,,,,\n\
        4,surplus,5,,,6\n\
        5\n\
        id,text,likes,,\n\
        6,   ,0,,\n\
        \u{20}\n\
        ,no id,,,\n\
        1,again,,,\n\
        2,no trailing fields,4\n";
    insta::assert_snapshot!(read(content).report());
}

#[test]
fn line_ends_of_every_system_count_as_lines() {
    for end in ["\n", "\r\n", "\r"] {
        let content = ["id,text", "1,\"a", "b\"", "", "2,", "3,c"].join(end);
        let read = read(&content);
        assert_eq!(read.column(Column::Id), ["1", "3"], "{end:?}");
        assert_eq!(read.column(Column::Text)[0], format!("a{end}b"));
        assert_eq!(read.rejects(), ["posts.csv:5: no text: \"2,\""], "{end:?}");
    }
}

#[test]
fn a_quote_that_never_closes_costs_one_row() {
    let content = "id,text\n1,a\n2,\"open\n3,b\n4,c\n";
    let read = read(content);
    assert_eq!(read.column(Column::Id), ["1", "3", "4"]);
    assert_eq!(
        read.rejects(),
        ["posts.csv:3: a quote that opens here is never closed: \"2,\\\"open\""]
    );
}

#[test]
fn a_field_beyond_the_limit_costs_one_row_and_keeps_line_numbers() {
    let filler = "5,filler\n".repeat(Limits::default().field / 9 + 10);
    let content = format!("id,text\n1,a\n2,\"open\n3,b\n{filler}4,\"closed\"\n6,\n");
    let read = read(&content);
    let lines = content.lines().count();
    let rejects = read.rejects();
    assert_eq!(rejects.len(), 2, "{rejects:?}");
    assert!(
        rejects[0].starts_with("posts.csv:3: a field longer than 1 MiB"),
        "{}",
        rejects[0]
    );
    assert_eq!(rejects[1], format!("posts.csv:{lines}: no text: \"6,\""));
    assert_eq!(read.counts.rows, lines as u64 - 1);
    assert_eq!(read.column(Column::Text)[..2], ["a", "b"]);
    assert_eq!(read.column(Column::Text).last().unwrap(), "closed");
}

#[test]
fn one_line_beyond_the_limit_is_one_reject() {
    let long = "x".repeat(Limits::default().field + 1);
    let fits = "y".repeat(Limits::default().field);
    for line in [format!("2,{long}"), format!("2,\"{long}\"")] {
        let read = read(&format!("id,text\n1,a\n{line}\n3,{fits}\n4,\n"));
        let rejects = read.rejects();
        assert!(
            rejects[0].starts_with("posts.csv:3: a field longer than"),
            "{}",
            &rejects[0][..99]
        );
        assert_eq!(rejects[1], "posts.csv:5: no text: \"4,\"");
        assert_eq!(read.column(Column::Id), ["1", "3"]);
    }
}

#[test]
fn a_row_that_is_not_utf8_is_rejected_alone() {
    let mut content = b"id,text\n".to_vec();
    while content.len() < 70_000 {
        content.extend_from_slice(b"1,padding that goes on beyond the head of the file\n");
    }
    content.extend_from_slice(b"2,caf\xe9\n3,caf\xc3\xa9\n");
    let read = read_all(&[("posts.csv", &content)], ReadOptions::default()).unwrap();
    assert_eq!(read.column(Column::Text)[1], "café");
    assert_eq!(read.counts.rejected, 1);
    assert!(read.rejects()[0].ends_with("not valid UTF-8: \"2,caf\u{fffd}\""));
}

#[test]
fn delimiters_and_encodings() {
    let cases: [(Vec<u8>, Option<&str>); 6] = [
        ("id;text\n1;café, 1\n".into(), None),
        ("id\ttext\n1\tcafé, 1\n".into(), None),
        ("id|text\n1|café, 1\n".into(), None),
        (
            b"id;text\r\n1;caf\xe9, 1\r\n".to_vec(),
            Some("windows-1252"),
        ),
        (
            "\u{feff}id\ttext\n1\tcafé, 1\n"
                .encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect(),
            None,
        ),
        ("id,text\n1,\"café, 1\"\n".into(), Some("utf-8")),
    ];
    for (content, encoding) in cases {
        let options = ReadOptions {
            encoding: encoding.map(Into::into),
            ..ReadOptions::default()
        };
        let read = read_all(&[("posts.txt", &content)], options).unwrap();
        assert_eq!(
            read.report(),
            "id=\"1\" text=\"café, 1\" direction=\"customer\"\n\
            Counts { rows: 1, posts: 1, rejected: 0, duplicates: 0 }"
        );
    }
}

#[test]
fn a_table_stacked_below_is_told_apart() {
    let content = "Tweet Id,Text,Name,Screen Name,Created At,Favorites,Retweets,,\n\
        10,late again,Ann,ann_t,2021-03-31T12:03:51.000Z,1,2,,\n\
        \n\
        User Id,Name,Screen Name,Created At,Followers,Following,Bio,Verified\n\
        7,Ann,ann_t,2010-01-01T00:00:00.000Z,120,3,hello,False\n";
    insta::assert_snapshot!(read(content).report());
}

#[test]
fn a_file_of_headers_only_has_no_rows() {
    for content in ["id,text", "id,text\n", "id,text\r\n\r\n"] {
        assert_eq!(
            read(content).report(),
            "Counts { rows: 0, posts: 0, rejected: 0, duplicates: 0 }"
        );
    }
}

#[test]
fn customer_support_on_twitter() {
    let content = ",tweet_id,author_id,inbound,created_at,text,response_tweet_id,in_response_to_tweet_id\n\
        0,1,acmecare,False,Tue Oct 31 22:10:47 +0000 2017,@115712 Sorry to hear that.,2,3.0\n\
        1,2,115712,True,Tue Oct 31 22:11:45 +0000 2017,@acmecare and now?,,1.0\n\
        2,3,115712,TRUE,Tue Oct 31 22:08:27 +0000 2017,@acmecare it broke,\"1,4\",\n";
    insta::assert_snapshot!(read(content).report());
}

const VICINITAS: &str = "Tweet Id,Text,Name,Screen Name,Created At,Favorites,Retweets,Tweet Type,Media URLs,,\n\
    10,late again,Ann,ann_t,2021-03-31T12:03:51.000Z,1,2,Tweet,,,\n\
    11,me too,Bob,Bob,2021-03-31T12:04:51.000Z,0,0,Reply,,,\n\
    12,nobody knows me,Cy,cy,2021-03-31T12:04:52.000Z,0,0,Reply,,,\n\
    \n\
    User Id,Name,Screen Name,Created At,Followers,Following,Bio,Verified\n\
    7,Ann,ann_t,2010-01-01T00:00:00.000Z,\"1,120\",3,\"two\nlines\",False\n\
    8,Bob,@bob,2010-01-01T00:00:00.000Z,9,3,,True\n\
    7,Ann,ann_t,2010-01-01T00:00:00.000Z,5,3,,False\n\
    9,Nobody,,,,,,\n";

#[test]
fn authors_stacked_below_their_posts_are_joined() {
    insta::assert_snapshot!(read(VICINITAS).report());
    // A file is read twice where it lies.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("export.csv");
    std::fs::write(&path, VICINITAS).unwrap();
    let mut reader = Reader::open(vec![Input::Path(path)], ReadOptions::default()).unwrap();
    let posts = reader.by_ref().next().unwrap().unwrap().posts;
    assert_eq!(posts.column("followers").unwrap().null_count(), 1);
    assert!(reader.next().is_none());
    assert_eq!(Some(reader.bytes_read()), reader.bytes_total());
}

#[test]
fn posts_with_followers_of_their_own_need_no_table_of_authors() {
    let (header, _) = VICINITAS.split_once('\n').unwrap();
    let content = format!(
        "{}\n10,late,Ann,ann_t,2021-03-31,1,2,Tweet,,5\n",
        header.replace(",,", ",Followers")
    );
    assert_eq!(read(&content).column(Column::Followers), ["5"]);
}

#[test]
fn lines_above_the_header_are_no_rows() {
    let content = "Acme mentions,,\n\"1 May, 2 May\"\n\nid,text,likes\n1,a,\"1 204\"\n2,,\n";
    for end in ["\n", "\r\n", "\r"] {
        assert_eq!(
            read(&content.replace('\n', end)).report(),
            "id=\"1\" text=\"a\" likes=\"1204\" direction=\"customer\"\n\
            rejected posts.csv:6: no text: \"2,,\"\n\
            notice posts.csv: 3 lines above the header are left out\n\
            Counts { rows: 2, posts: 1, rejected: 1, duplicates: 0 }"
        );
    }
    assert_eq!(
        read("sep=;\nid;text\n1;a, b\n").column(Column::Text),
        ["a, b"]
    );
}

#[test]
fn a_stray_nul_is_part_of_its_text() {
    let rows = "2,b\n".repeat(100);
    let read = read(&format!("id,text\n1,a\0z\n{rows}"));
    assert_eq!(read.column(Column::Text)[0], "a\0z");
}

#[test]
fn exports_with_marks_put_into_one_file_are_read() {
    let export = |id: u8| format!("\u{feff}id,text\n{id},a{id}\n");
    let read = read(&[export(1), export(2)].concat());
    assert_eq!(read.column(Column::Text), ["a1", "a2"]);
    assert_eq!(
        read.rejects(),
        ["posts.csv:3: the header row again: \"\\u{feff}id,text\""]
    );
}
