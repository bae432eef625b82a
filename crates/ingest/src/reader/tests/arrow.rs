use std::sync::Arc;

use polars_arrow::array::{
    Array, BooleanArray, DictionaryArray, Int8Array, MutableDictionaryArray, MutableUtf8Array,
    PrimitiveArray, TryExtend, Utf8Array, Utf8ViewArray,
};
use polars_arrow::datatypes::{ArrowDataType, ArrowSchema, Field, TimeUnit};
use polars_arrow::io::ipc::write::{Compression, FileWriter, StreamWriter, WriteOptions};
use polars_arrow::record_batch::RecordBatchT;

use super::*;

type Columns = Vec<(&'static str, Box<dyn Array>)>;

fn columns() -> Columns {
    let mut sources = MutableDictionaryArray::<i32, MutableUtf8Array<i32>>::new(false);
    sources
        .try_extend([Some("web"), None, Some("web")])
        .unwrap();
    let sources: DictionaryArray<i32> = sources.into();
    let moments = PrimitiveArray::from_slice([1_675_242_900_000i64, 0, 1_675_242_900_001]).to(
        ArrowDataType::Timestamp(TimeUnit::Millisecond, Some("Europe/Berlin".into())),
    );
    let texts: [Option<&str>; 3] = [Some("bag lost"), None, Some("é🛫")];
    vec![
        (
            "id",
            Utf8ViewArray::from_slice_values(["1", "2", "3"]).boxed(),
        ),
        ("text", Utf8Array::<i32>::from(texts).boxed()),
        ("created_at", moments.boxed()),
        ("likes", Int8Array::from([Some(3), None, Some(-1)]).boxed()),
        (
            "verified",
            BooleanArray::from([Some(true), None, None]).boxed(),
        ),
        ("source", sources.boxed()),
        ("unknown", PrimitiveArray::from_slice([1i32, 2, 3]).boxed()),
    ]
}

fn schema(columns: &Columns) -> ArrowSchema {
    columns
        .iter()
        .map(|(name, array)| Field::new((*name).into(), array.dtype().clone(), true))
        .collect()
}

fn batch(columns: &Columns) -> RecordBatchT<Box<dyn Array>> {
    let arrays: Vec<Box<dyn Array>> = columns.iter().map(|(_, array)| array.clone()).collect();
    let height = arrays.first().map_or(0, |array| array.len());
    RecordBatchT::new(height, Arc::new(schema(columns)), arrays)
}

fn stream(batches: &[Columns], compression: Option<Compression>) -> Vec<u8> {
    let mut writer = StreamWriter::new(Vec::new(), WriteOptions { compression });
    writer.start(&schema(&batches[0]), None).unwrap();
    for columns in batches {
        writer.write(&batch(columns), None).unwrap();
    }
    writer.finish().unwrap();
    writer.into_inner()
}

fn file(batches: &[Columns], compression: Option<Compression>) -> Vec<u8> {
    let schema = Arc::new(schema(&batches[0]));
    let mut writer =
        FileWriter::try_new(Vec::new(), schema, None, WriteOptions { compression }).unwrap();
    for columns in batches {
        writer.write(&batch(columns), None).unwrap();
    }
    writer.finish().unwrap();
    writer.into_inner()
}

fn read_arrow(content: &[u8]) -> Result<Read, Error> {
    read_all(&[("posts.arrow", content)], ReadOptions::default())
}

#[test]
fn files_and_streams_give_the_same_posts() {
    let read = read_arrow(&stream(&[columns()], None)).unwrap();
    insta::assert_snapshot!(read.report());
    for compression in [
        None,
        Some(Compression::LZ4),
        Some(Compression::ZSTD(Default::default())),
    ] {
        for content in [
            stream(&[columns()], compression),
            file(&[columns()], compression),
        ] {
            assert_eq!(read_arrow(&content).unwrap().report(), read.report());
        }
    }
}

#[test]
fn batches_are_read_in_order() {
    let batches: Vec<Columns> = (0..10)
        .map(|batch| {
            let texts: Vec<String> = (0..batch).map(|row| format!("{batch}.{row}")).collect();
            let texts: Vec<Option<&String>> = texts.iter().map(Some).collect();
            vec![("text", Utf8Array::<i64>::from(texts).boxed())]
        })
        .collect();
    let read = read_arrow(&file(&batches, None)).unwrap();
    assert_eq!(read.counts.posts, 45);
    assert_eq!(read.column(Column::Text)[44], "9.8");
    assert_eq!(read.column(Column::Id)[44], "posts:45");
}

#[test]
fn a_stream_may_end_at_any_batch_and_a_file_may_not() {
    let batches = [columns(), columns()];
    let content = stream(&batches, None);
    let without_end = &content[..content.len() - 8];
    assert_eq!(read_arrow(without_end).unwrap().counts.rows, 6);
    let content = file(&batches, None);
    for end in [content.len() - 1, content.len() - 40, 600, 9, 6] {
        let error = read_arrow(&content[..end]).err().unwrap().to_string();
        assert!(error.contains("its end is missing"), "{end}: {error}");
    }
}

#[test]
fn damage_is_an_error_wherever_it_is() {
    let few: Columns = columns()
        .into_iter()
        .filter(|(name, _)| matches!(*name, "text" | "likes" | "source"))
        .collect();
    for compression in [None, Some(Compression::ZSTD(Default::default()))] {
        let content = stream(std::slice::from_ref(&few), compression);
        for at in 0..content.len() {
            let mut damaged = content.clone();
            damaged[at] ^= 0xff;
            // A text may have changed without a trace; nothing panics, and nothing is asked for
            // that is not there.
            let _ = read_arrow(&damaged);
        }
    }
}

#[test]
fn a_batch_that_announces_more_than_it_holds_is_an_error() {
    let content = stream(&[columns()], Some(Compression::ZSTD(Default::default())));
    // The length of the texts, before the first bytes of Zstandard.
    let length = (b"bag lost".len() + "é🛫".len()) as i64;
    let announced = [&length.to_le_bytes()[..], b"\x28\xb5\x2f\xfd"].concat();
    let at = content
        .windows(announced.len())
        .position(|bytes| bytes == announced)
        .unwrap();
    let mut damaged = content;
    damaged[at..at + 8].copy_from_slice(&(1i64 << 60).to_le_bytes());
    let error = read_arrow(&damaged).err().unwrap().to_string();
    assert!(error.contains("write batches of at most"), "{error}");
}

fn error_of(content: &[u8]) -> String {
    read_arrow(content).err().unwrap().to_string()
}

#[test]
fn schemas_are_bounded() {
    let nested = |levels| {
        (0..levels).fold(ArrowDataType::Boolean, |dtype, _| {
            ArrowDataType::List(Box::new(Field::new("item".into(), dtype, true)))
        })
    };
    let schema_of = |fields: ArrowSchema| {
        let mut writer = StreamWriter::new(Vec::new(), WriteOptions { compression: None });
        writer.start(&fields, None).unwrap();
        writer.finish().unwrap();
        writer.into_inner()
    };
    let text = Field::new("text".into(), ArrowDataType::Utf8, true);
    let with = |levels| {
        let deep = Field::new("deep".into(), nested(levels), true);
        schema_of([text.clone(), deep].into_iter().collect())
    };
    assert_eq!(read_arrow(&with(60)).unwrap().counts.rows, 0);
    assert!(error_of(&with(64)).contains("too many fields"));
    let wide = (0..100_001).map(|n| {
        let name = format!("f{n}");
        Field::new(name.into(), ArrowDataType::Boolean, true)
    });
    assert!(error_of(&schema_of(wide.collect())).contains("too many fields"));
}

#[test]
fn a_description_is_bounded() {
    let mut content = stream(&[columns()], None);
    content[4..8].copy_from_slice(&((16 << 20) + 1i32).to_le_bytes());
    let error = error_of(&content);
    assert!(error.contains("described by 16777217 bytes"), "{error}");
}
