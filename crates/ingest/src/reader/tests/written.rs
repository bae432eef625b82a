//! The same posts in every format that can be read.

use std::io::Cursor;
use std::sync::Arc;

use polars::prelude::{DataFrame, NamedFrom, ParquetWriter, Series};
use polars_arrow::array::{Array, PrimitiveArray, Utf8Array};
use polars_arrow::datatypes::{ArrowSchema, Field};
use polars_arrow::io::ipc::write::{FileWriter, StreamWriter, WriteOptions};
use polars_arrow::record_batch::RecordBatchT;
use serde_json::{Value, json};

/// A post's text, author and likes.
pub(super) type Post = (String, String, Option<i64>);

/// Each format's name and content.
pub(super) fn in_every_format(posts: &[Post]) -> Vec<(&'static str, Vec<u8>)> {
    let values: Vec<Value> = posts
        .iter()
        .map(|(text, name, likes)| json!({"text": text, "screen_name": name, "likes": likes}))
        .collect();
    let all = Value::from(values.clone());
    let lines: Vec<String> = values.iter().map(Value::to_string).collect();
    let pages: Vec<String> = values
        .iter()
        .map(|post| json!({"data": [post], "meta": {}}).to_string())
        .collect();
    let pretty = |value: Value| serde_json::to_string_pretty(&value).unwrap().into_bytes();
    let tweets: Vec<Value> = values.iter().map(|post| json!({"tweet": post})).collect();
    let archive = format!("window.YTD.tweets.part0 = {}", Value::from(tweets));
    vec![
        ("posts.csv", csv(posts)),
        ("posts.ndjson", lines.join("\n").into_bytes()),
        ("pages.ndjson", pages.join("\n").into_bytes()),
        ("array.json", all.to_string().into_bytes()),
        ("pretty.json", pretty(all.clone())),
        ("page.json", json!({"data": all}).to_string().into_bytes()),
        ("page-pretty.json", pretty(json!({"meta": {}, "data": all}))),
        (
            "search.json",
            json!({"statuses": all}).to_string().into_bytes(),
        ),
        ("tweets.js", archive.into_bytes()),
        ("posts.parquet", parquet(posts)),
        ("posts.arrow", arrow(posts, true)),
        ("posts.arrows", arrow(posts, false)),
    ]
}

fn csv(posts: &[Post]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer
        .write_record(["text", "screen_name", "likes"])
        .unwrap();
    for (text, name, likes) in posts {
        let likes = likes.map(|likes| likes.to_string()).unwrap_or_default();
        writer.write_record([text, name, &likes]).unwrap();
    }
    writer.into_inner().unwrap()
}

fn parquet(posts: &[Post]) -> Vec<u8> {
    let texts: Vec<&str> = posts.iter().map(|(text, ..)| text.as_str()).collect();
    let names: Vec<&str> = posts.iter().map(|(_, name, _)| name.as_str()).collect();
    let likes: Vec<Option<i64>> = posts.iter().map(|(.., likes)| *likes).collect();
    let columns = vec![
        Series::new("text".into(), texts).into(),
        Series::new("screen_name".into(), names).into(),
        Series::new("likes".into(), likes).into(),
    ];
    let mut frame = DataFrame::new(posts.len(), columns).unwrap();
    let mut content = Cursor::new(Vec::new());
    ParquetWriter::new(&mut content).finish(&mut frame).unwrap();
    content.into_inner()
}

fn arrow(posts: &[Post], is_file: bool) -> Vec<u8> {
    let texts: Vec<Option<&str>> = posts.iter().map(|(text, ..)| Some(text.as_str())).collect();
    let names: Vec<Option<&str>> = posts
        .iter()
        .map(|(_, name, _)| Some(name.as_str()))
        .collect();
    let likes: Vec<Option<i64>> = posts.iter().map(|(.., likes)| *likes).collect();
    let arrays: Vec<Box<dyn Array>> = vec![
        Utf8Array::<i64>::from(texts).boxed(),
        Utf8Array::<i32>::from(names).boxed(),
        PrimitiveArray::from(likes).boxed(),
    ];
    let schema: ArrowSchema = ["text", "screen_name", "likes"]
        .into_iter()
        .zip(&arrays)
        .map(|(name, array)| Field::new(name.into(), array.dtype().clone(), true))
        .collect();
    let schema = Arc::new(schema);
    let batch = RecordBatchT::new(posts.len(), Arc::clone(&schema), arrays);
    let options = WriteOptions { compression: None };
    if is_file {
        let mut writer = FileWriter::try_new(Vec::new(), schema, None, options).unwrap();
        writer.write(&batch, None).unwrap();
        writer.finish().unwrap();
        writer.into_inner()
    } else {
        let mut writer = StreamWriter::new(Vec::new(), options);
        writer.start(&schema, None).unwrap();
        writer.write(&batch, None).unwrap();
        writer.finish().unwrap();
        writer.into_inner()
    }
}
