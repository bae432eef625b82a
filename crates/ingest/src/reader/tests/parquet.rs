use std::io::Cursor;

use polars::prelude::{DataFrame, DataType, NamedFrom, ParquetWriter, Series, TimeUnit};

use super::*;

fn parquet(columns: Vec<Series>, rows_per_group: usize) -> Vec<u8> {
    let columns: Vec<polars::prelude::Column> = columns.into_iter().map(Into::into).collect();
    let rows = columns.first().map_or(0, polars::prelude::Column::len);
    let mut frame = DataFrame::new(rows, columns).unwrap();
    let mut content = Cursor::new(Vec::new());
    ParquetWriter::new(&mut content)
        .with_row_group_size(Some(rows_per_group))
        .finish(&mut frame)
        .unwrap();
    content.into_inner()
}

fn sample() -> Vec<u8> {
    let moments = Series::new(
        "created_at".into(),
        [1_675_242_900_000i64, 1_675_242_900_001],
    );
    parquet(
        vec![
            Series::new("tweet_id".into(), [11i64, 12]),
            Series::new("text".into(), [Some("bag lost"), None]),
            moments
                .cast(&DataType::Datetime(TimeUnit::Milliseconds, None))
                .unwrap(),
            Series::new("followers".into(), [Some(3.0f64), None]),
            Series::new("verified".into(), [true, false]),
            Series::new("in_reply_to_status_id".into(), [Some(8.0f64), None]),
            Series::new("unknown".into(), [1i32, 2]),
        ],
        100,
    )
}

fn read_parquet(content: &[u8]) -> Result<Read, Error> {
    read_all(&[("posts.parquet", content)], ReadOptions::default())
}

#[test]
fn typed_columns_become_canonical() {
    insta::assert_snapshot!(read_parquet(&sample()).unwrap().report());
}

#[test]
fn a_column_of_an_unreadable_type_is_left_out_with_a_notice() {
    let langs = Series::new("".into(), [Series::new("".into(), ["en", "sw"])]);
    let langs = Series::new("lang".into(), [langs]);
    let content = parquet(vec![Series::new("text".into(), ["a"]), langs], 100);
    let read = read_parquet(&content).unwrap();
    assert_eq!(read.column(Column::Lang), ["-"]);
    assert_eq!(
        read.notices(),
        [
            "posts.parquet: column `lang` has a type that cannot be read and is left out; store it \
          as text or numbers, and the fields of a structure as columns of their own"
        ]
    );
}

#[test]
fn narrow_numbers_decimals_and_lists_are_read() {
    let lists = |name: &str, lists: [&[i64]; 2]| {
        let lists = lists.map(|list| Series::new("".into(), list));
        Series::new(name.into(), lists)
    };
    let cast = |name: &str, dtype: DataType| {
        let values = Series::new(name.into(), [Some(7i64), None]);
        values.cast(&dtype).unwrap()
    };
    let langs = [["en", "sw"], ["de", "en"]].map(|list| Series::new("".into(), list));
    let content = parquet(
        vec![
            Series::new("text".into(), ["a", "b"]),
            cast("likes", DataType::Int8),
            cast("reposts", DataType::Int16),
            cast("replies", DataType::UInt8),
            cast("quotes", DataType::UInt16),
            cast("followers", DataType::Decimal(12, 2)),
            lists("reply_ids", [&[11, 12], &[]]),
            Series::new("lang".into(), langs),
        ],
        100,
    );
    insta::assert_snapshot!(read_parquet(&content).unwrap().report(), @r#"
    id="posts:1" text="a" followers="7" reply_ids="11,12" likes="7" reposts="7" replies="7" quotes="7" lang="en" direction="customer"
    id="posts:2" text="b" reply_ids="" lang="de" direction="customer"
    Counts { rows: 2, posts: 2, rejected: 0, duplicates: 0 }
    "#);
}

#[test]
fn row_groups_are_read_in_order() {
    let texts: Vec<String> = (0..1_000).map(|n| format!("text {n}")).collect();
    let content = parquet(vec![Series::new("text".into(), &texts)], 64);
    let options = ReadOptions {
        chunk_rows: 100,
        ..ReadOptions::default()
    };
    let read = read_all(&[("p.parquet", &content)], options).unwrap();
    assert_eq!(read.column(Column::Text), texts);
    assert_eq!(read.chunks.len(), 10);
    assert_eq!(read.column(Column::Id)[999], "p:1000");
}

#[test]
fn our_own_posts_read_back_as_they_were() {
    let first = read("id,text,author,likes,created_at,reply_ids\n1,\"a\nb\",ann,3,2024-01-01,\n");
    let mut posts = first.chunks[0].posts.clone();
    let mut content = Cursor::new(Vec::new());
    ParquetWriter::new(&mut content).finish(&mut posts).unwrap();
    let again = read_parquet(&content.into_inner()).unwrap();
    assert!(again.chunks[0].posts.equals_missing(&first.chunks[0].posts));
}

#[test]
fn a_file_on_disk_counts_its_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("posts");
    std::fs::write(&path, sample()).unwrap();
    let mut reader = Reader::open(vec![Input::Path(path)], ReadOptions::default()).unwrap();
    assert_eq!(reader.by_ref().map(Result::unwrap).count(), 1);
    assert_eq!(Some(reader.bytes_read()), reader.bytes_total());
}

#[test]
fn damage_is_an_error_wherever_it_is() {
    let content = sample();
    assert!(read_parquet(&content[..content.len() - 1]).is_err());
    assert!(read_parquet(&content[..content.len() / 2]).is_err());
    assert!(read_parquet(b"PAR1").is_err());
    assert!(read_parquet(b"PAR1PAR1").is_err());
    let mut long_footer = content.clone();
    let at = long_footer.len() - 8;
    long_footer[at..at + 4].copy_from_slice(&u32::MAX.to_le_bytes());
    assert!(read_parquet(&long_footer).is_err());
    // Any byte of the footer may be wrong; the rows may then still be readable, but nothing
    // panics. Pages are left alone: a negative count in one makes Polars ask for more memory
    // than there is, which ends the process.
    let footer_length = u32::from_le_bytes(content[at..at + 4].try_into().unwrap()) as usize;
    for at in at - footer_length..content.len() {
        for flip in [0x01, 0x80, 0xff] {
            let mut damaged = content.clone();
            damaged[at] ^= flip;
            if let Err(error) = read_parquet(&damaged) {
                let is_expected =
                    matches!(error, Error::Parquet { .. } | Error::NoTextColumn { .. });
                assert!(is_expected, "byte {at}: {error}");
            }
        }
    }
}

#[test]
fn a_footer_that_names_more_entries_than_it_holds_is_an_error() {
    // Field 2, the schema, as a list of structs with 2²⁹ entries, of which there is none.
    let footer = [0x29, 0xfc, 0x80, 0x80, 0x80, 0x80, 0x02, 0x00];
    let length = (footer.len() as u32).to_le_bytes();
    let content = [b"PAR1", &footer[..], &length, b"PAR1"].concat();
    let message = read_parquet(&content).err().unwrap().to_string();
    assert!(message.contains("its footer is damaged"), "{message}");
}
