use super::*;

#[test]
fn ids_rounded_by_a_spreadsheet_are_replaced_from_the_first_row_on() {
    let content = "tweet_id,text,in_reply_to_status_id\n\
        570306,short enough to survive,3.0\n\
        5.70306E+17,first,5.7E+17\n\
        5.70306E+17,first,\n";
    insta::assert_snapshot!(read(content).report());
}

#[test]
fn ids_are_unique_across_inputs() {
    let first: &[u8] = b"id,text\n1,a\n2,b\n,no id\n1,a\n";
    let second: &[u8] = b"id,text\n1.0,a\n1,other\n1,third\n,no id\n";
    let inputs = [("x.csv", first), ("x.csv", second)];
    let read = read_all(&inputs, ReadOptions::default()).unwrap();
    assert_eq!(
        read.column(Column::Id),
        ["1", "2", "x:3", "1~2", "1~3", "x:4"]
    );
    assert_eq!(
        read.counts,
        Counts {
            rows: 8,
            posts: 6,
            rejected: 0,
            duplicates: 2
        }
    );
    assert_eq!(
        read.notices(),
        [
            "2 posts have the id of an earlier post with another text; their ids got a suffix such \
          as ~2"
        ]
    );
}

#[test]
fn made_ids_never_clash() {
    let first: &[u8] = b"text\na\nb\n";
    let inputs = [("x.csv", first), ("x.csv", first)];
    let read = read_all(&inputs, ReadOptions::default()).unwrap();
    assert_eq!(read.column(Column::Id), ["x:1", "x:2", "x:1~2", "x:2~2"]);
    assert_eq!(read.notices(), [""; 0]);
}

#[test]
fn evidence_anywhere_ahead_settles_the_order_of_day_and_month() {
    for (evidence, first) in [
        ("24/02/2015 11:35", "2015-04-03 11:35:00"),
        ("02/24/2015 11:35", "2015-03-04 11:35:00"),
    ] {
        let content = format!("text,date\na,03/04/2015 11:35\nb,{evidence}\n");
        let read = read(&content);
        assert_eq!(
            read.column(Column::CreatedAt),
            [first, "2015-02-24 11:35:00"]
        );
        assert_eq!(read.notices(), [""; 0]);
    }
}

#[test]
fn dates_without_evidence_are_read_day_first_with_a_notice() {
    let read = read("text,date\na,03/04/2015\nb,05/05/2015\nc,2015-01-02\nd,01/02/2015\n");
    assert_eq!(read.column(Column::CreatedAt)[0], "2015-04-03 00:00:00");
    assert_eq!(
        read.notices(),
        [
            "posts.csv: 2 dates could be day/month or month/day (first on line 2) and nothing in \
          the file decides; read as day/month"
        ]
    );
}

#[test]
fn unreadable_cells_become_null_with_a_notice() {
    let content = "text,likes,followers,verified,created_at,inbound\n\
        a,\"1,200\",1.2K,TRUE,2024-01-01,True\n\
        b,many,-1,perhaps,soon,unclear\n\
        c,nan,,None,NaT,\n\
        d,few,12.0,no,1424777752,0\n";
    insta::assert_snapshot!(read(content).report());
}

#[test]
fn handles_of_the_company_decide_the_direction() {
    let options = ReadOptions {
        company: vec!["@AcmeCare".into(), "99".into()],
        ..ReadOptions::default()
    };
    let content = "text,screen_name,user_id,inbound\n\
        a,acmecare,1,True\n\
        b,@ACMECARE,1,\n\
        c,ann,99,\n\
        d,ann,2,\n\
        e,bob,3,False\n\
        f,,,\n";
    let read = read_all(&[("posts.csv", content.as_bytes())], options).unwrap();
    assert_eq!(
        read.column(Column::Direction),
        [
            "company", "company", "company", "customer", "company", "customer"
        ]
    );
}

#[test]
fn overrides_choose_the_columns() {
    let options = ReadOptions {
        map: vec!["text=body".parse().unwrap(), "id=Ref No".parse().unwrap()],
        ..ReadOptions::default()
    };
    let first: &[u8] = b"ref_no,text,Body\n7,subject,the post\n";
    let second: &[u8] = b"id,text\n8,plain\n";
    let read = read_all(&[("a.csv", first), ("b.csv", second)], options).unwrap();
    assert_eq!(read.column(Column::Id), ["7", "8"]);
    assert_eq!(read.column(Column::Text), ["the post", "plain"]);
}

#[test]
fn files_report_their_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let inputs: Vec<Input> = ["a.csv", "b.csv"]
        .iter()
        .map(|name| {
            let path = folder.path().join(name);
            std::fs::write(&path, "text\nhello\n").unwrap();
            Input::Path(path)
        })
        .collect();
    let mut reader = Reader::open(inputs, ReadOptions::default()).unwrap();
    assert_eq!((reader.bytes_total(), reader.bytes_read()), (Some(22), 0));
    assert_eq!(reader.by_ref().map(Result::unwrap).count(), 2);
    assert_eq!(reader.bytes_read(), 22);
    assert_eq!(
        open(&[("s", b"text\n")], ReadOptions::default())
            .unwrap()
            .bytes_total(),
        None
    );
}

#[test]
fn dates_read_before_their_order_is_known_are_told() {
    let rows = "3/4/2015,late\n".repeat(crate::rows::LOOK_AHEAD);
    for (last, expected) in [
        ("3/5/2015", Some("nothing in the file decides")),
        ("24/3/2015", None),
        ("3/24/2015", Some("later ones have the month first")),
    ] {
        let read = read(&format!("date,text\n{rows}{last},late\n"));
        let notices = read.notices();
        assert_eq!(notices.len(), expected.iter().len());
        for (notice, expected) in notices.iter().zip(expected) {
            assert!(notice.contains(expected), "{notice}");
        }
    }
}

#[test]
fn the_words_of_programs_for_no_text_are_no_posts() {
    let content = "id,text\n1,NA\n2,nan\n3, NULL \n4,None\n5,none\n6,NA NA\n";
    let read = read(content);
    assert_eq!(read.column(Column::Text), ["none", "NA NA"]);
    assert_eq!(read.counts.rejected, 4);
}

#[test]
fn what_programs_print_is_no_author_and_no_id() {
    let read = read(
        "id,text,user,referenced_tweets\n\
         1,a,\"{'username': 'ann', 'followersCount': 5}\",[<ReferencedTweet id=9 type=replied_to]\n\
         2,b,\"{'name': 'Ann'}\",[<User id=9]\n\
         \"{'id': 3}\",c,[deleted by Ann],\n",
    );
    assert_eq!(
        read.column(Column::AuthorName),
        ["ann", "-", "[deleted by Ann]"]
    );
    assert_eq!(read.column(Column::InReplyToId), ["9", "-", "-"]);
    assert_eq!(read.column(Column::Id), ["1", "2", "posts:3"]);
    assert_eq!(
        read.notices(),
        [
            "posts.csv: 1 value of id could not be read (first on line 4) and is made from \
             file and row instead",
            "posts.csv: 1 value of author_name could not be read (first on line 3) and is left \
             empty",
            "posts.csv: 1 value of in_reply_to_id could not be read (first on line 3) and is left \
             empty",
        ]
    );
}

#[test]
fn ids_rounded_by_a_spreadsheet_are_taken_from_the_addresses() {
    let read = read(
        "Tweet id,Tweet permalink,Tweet text,Twitter Reply to\n\
         1.37723E+18,https://twitter.com/ann/status/1377230154108395526,a,\n\
         1.37723E+18,https://twitter.com/bob/status/1377230154108395527,b,\
         https://twitter.com/ann/statuses/1377230154108395526\n",
    );
    assert_eq!(
        read.column(Column::Id),
        ["1377230154108395526", "1377230154108395527"]
    );
    assert_eq!(
        read.column(Column::InReplyToId),
        ["-", "1377230154108395526"]
    );
    assert_eq!(read.notices(), [""; 0]);
}
