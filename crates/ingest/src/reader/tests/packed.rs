use std::io::Write;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;

const CSV: &[u8] = b"id,text\n1,My bag is lost\n,Still waiting\n3,\n4\n";

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn zstandard(content: &[u8]) -> Vec<u8> {
    zstd::encode_all(content, 1).unwrap()
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in members {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn parquet(columns: &[(&str, [&str; 2])]) -> Vec<u8> {
    use polars::prelude::{DataFrame, NamedFrom, ParquetWriter, Series};

    let columns = columns.iter();
    let columns = columns.map(|(name, values)| Series::new((*name).into(), values).into());
    let mut frame = DataFrame::new(2, columns.collect()).unwrap();
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).finish(&mut frame).unwrap();
    bytes
}

/// Everything about a reading, with every name of the input as `posts`.
fn reading(name: &str, content: &[u8], options: &ReadOptions) -> Result<String, String> {
    let read = read_all(&[(name, content)], options.clone());
    let known_as = |text: String| {
        text.replace(name, "posts")
            .replace("posts/posts.csv", "posts")
    };
    read.map(|read| known_as(read.report()))
        .map_err(|error| known_as(error.to_string()))
}

/// Asserts that `content` reads the same in every packing.
fn reads_the_same(content: &[u8], options: &ReadOptions) {
    // What is packed and packed again is refused, so not that.
    if crate::input::Packing::detect(content).is_some() {
        return;
    }
    let plain = reading("posts", content, options);
    for (name, packed) in [
        ("posts.csv.gz", gzip(content)),
        ("posts.csv.zst", zstandard(content)),
    ] {
        assert_eq!(reading(name, &packed, options), plain, "{name}");
    }
    // What is no export is left out of an archive instead of being an error.
    if let Ok(plain) = plain {
        let packed = zip(&[("posts.csv", content)]);
        assert_eq!(reading("posts.zip", &packed, options), Ok(plain));
    }
}

#[test]
fn a_packed_export_reads_as_the_export() {
    reads_the_same(CSV, &ReadOptions::default());
    let long = [CSV, &b"5,Where is my refund\n".repeat(10_000)].concat();
    reads_the_same(&long, &ReadOptions::default());
    let lines = b"{\"text\":\"a\"}\n{\"text\":\n[]\n";
    reads_the_same(lines, &ReadOptions::default());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_is_packed_reads_the_same(
        start in prop::sample::select(vec!["", "id,text\n", "{\"text\":\"a\"}\n"]),
        content in "[a1{}:,;\t\"'\r\n é-]{0,200}",
        chunk_rows in 1usize..5,
    ) {
        let options = ReadOptions { chunk_rows, ..ReadOptions::default() };
        reads_the_same(format!("{start}{content}").as_bytes(), &options);
    }

    #[test]
    fn arbitrary_bytes_behind_a_mark_never_panic(
        mark in prop::sample::select(vec![
            &b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"[..],
            b"\x28\xb5\x2f\xfd",
            b"PK\x03\x04",
        ]),
        content in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        let bytes = [mark, &content].concat();
        let _ = read_all(&[("input", &bytes)], ReadOptions::default());
    }
}

#[test]
fn parquet_in_every_packing() {
    reads_the_same(&parquet(&[("text", ["a", "b"])]), &ReadOptions::default());
}

#[test]
fn an_archive_is_read_member_by_member() {
    let archive = zip(&[
        ("b.csv", b"id,text\n1,a\n"),
        ("readme.txt", b"Exported on Monday.\n"),
        ("logo.png", b"\x89PNG\r\n\x1a\n\0\0"),
        (".DS_Store", b"\0"),
        ("a.ndjson", b"{\"text\":\"b\"}\n{}\n"),
    ]);
    let read = read_all(&[("x.zip", &archive)], ReadOptions::default()).unwrap();
    insta::assert_snapshot!(read.report());
}

#[test]
fn what_is_packed_twice_is_refused() {
    for (name, bytes, member) in [
        ("x.gz", gzip(&zstandard(CSV)), "x.gz"),
        ("x.zip", zip(&[("y.csv.gz", &gzip(CSV))]), "x.zip/y.csv.gz"),
        ("x.zst", zstandard(&zip(&[("y.csv", CSV)])), "x.zst"),
    ] {
        let error = open(&[(name, &bytes)], ReadOptions::default()).unwrap_err();
        assert!(matches!(error, Error::NestedArchive { .. }), "{error}");
        assert!(error.to_string().starts_with(member), "{error}");
    }
}

#[test]
fn damage_in_the_middle_ends_the_reading() {
    let content = [CSV, &b"5,Where is my refund\n".repeat(100_000)].concat();
    for packed in [gzip(&content), zstandard(&content)] {
        let cut = &packed[..packed.len() - 5];
        let mut reader = open(&[("posts", cut)], ReadOptions::default()).unwrap();
        let error = reader.find_map(Result::err).unwrap();
        assert!(matches!(error, Error::Damaged { .. }), "{error}");
        assert!(reader.next().is_none());
    }
}

/// A folder with these files.
fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    folder
}

fn open_path(path: PathBuf, limits: Limits) -> Result<Reader, Error> {
    let options = ReadOptions {
        limits,
        ..ReadOptions::default()
    };
    Reader::open(vec![Input::Path(path)], options)
}

fn names(reader: &Reader, folder: &Path) -> Vec<String> {
    let prefix = format!("{}/", folder.display());
    reader
        .opened()
        .iter()
        .map(|input| input.name.replace(&prefix, ""))
        .collect()
}

#[test]
fn a_folder_gives_its_exports_and_says_what_it_left_out() {
    let folder = folder(&[
        ("2024/b.csv.gz", &gzip(CSV)),
        ("2024/a.zip", &zip(&[("m.csv", CSV), ("n.txt", b"words\n")])),
        ("c.csv", CSV),
        ("d.png", b"\x89PNG\0"),
        ("e.xlsx", &zip(&[("[Content_Types].xml", b"<")])),
        ("f.csv", b""),
        (".g.csv", CSV),
    ]);
    let mut reader = open_path(folder.path().into(), Limits::default()).unwrap();
    assert_eq!(
        names(&reader, folder.path()),
        ["2024/a.zip/m.csv", "2024/b.csv.gz", "c.csv"]
    );
    let notices: Vec<String> = reader
        .notices()
        .iter()
        .map(|notice| {
            notice
                .to_string()
                .replace(folder.path().to_str().unwrap(), ".")
        })
        .collect();
    insta::assert_snapshot!(notices.join("\n"));
    reader.by_ref().for_each(|chunk| drop(chunk.unwrap()));
    assert_eq!(Some(reader.bytes_read()), reader.bytes_total());
    assert_eq!(reader.counts().rows, 12);
}

#[test]
fn a_place_without_exports_is_an_error() {
    let folder = folder(&[("a/words.txt", b"words\n"), ("b/x.zip", &zip(&[]))]);
    for (path, expected) in [
        ("a", "no export of posts is in it; found"),
        ("a/*.txt", "no export of posts is in it; found"),
        ("a/*.csv", "no file matches it"),
        ("b", "no export of posts is in it"),
        ("b/x.zip", "no export of posts is in it"),
    ] {
        let error = open_path(folder.path().join(path), Limits::default()).unwrap_err();
        assert!(error.to_string().contains(expected), "{path}: {error}");
    }
}

#[test]
fn files_of_folders_and_archives_count_together() {
    let folder = folder(&[("a.csv", CSV), ("b.zip", &zip(&[("m.csv", CSV)]))]);
    let limits = |files| Limits {
        files,
        ..Limits::default()
    };
    assert!(open_path(folder.path().into(), limits(3)).is_ok());
    let error = open_path(folder.path().into(), limits(2)).unwrap_err();
    assert!(error.to_string().contains("--limit files=N"), "{error}");
}

#[test]
fn a_file_that_grows_is_read_as_it_was() {
    let folder = folder(&[("posts.csv", CSV)]);
    let path = folder.path().join("posts.csv");
    let mut reader = open_path(path.clone(), Limits::default()).unwrap();
    std::fs::write(&path, [CSV, b"5,late\n"].concat()).unwrap();
    reader.by_ref().for_each(|chunk| drop(chunk.unwrap()));
    assert_eq!(reader.counts().rows, 4);
    assert_eq!(reader.notices()[0].kind, NoticeKind::Grown { bytes: 7 });

    let mut reader = open_path(path.clone(), Limits::default()).unwrap();
    std::fs::write(&path, CSV).unwrap();
    let error = reader.find_map(Result::err).unwrap();
    assert!(matches!(error, Error::Shrunk { .. }), "{error}");
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_opened_is_named_before_the_first_row() {
    use std::os::unix::fs::symlink;

    let folder = folder(&[("a.csv", CSV), ("c.csv", CSV)]);
    symlink("gone", folder.path().join("b.csv")).unwrap();
    let error = open_path(folder.path().into(), Limits::default()).unwrap_err();
    assert!(error.to_string().contains("b.csv"), "{error}");
}

#[test]
fn limits_hold() {
    let deep = format!(
        "{{\"text\":\"a\",\"x\":{}1{}}}\n",
        "[".repeat(5),
        "]".repeat(5)
    );
    let content = format!(
        "{{\"text\":\"ab\"}}\n{deep}{{\"text\":\"abc\"}}\n{{\"text\":\"a\",\"b\":\"0123456789012345678\"}}\n"
    );
    let options = ReadOptions {
        limits: Limits {
            field: 2,
            row: 35,
            nesting: 5,
            ..Limits::default()
        },
        ..ReadOptions::default()
    };
    let read = read_all(&[("p.jsonl", content.as_bytes())], options).unwrap();
    insta::assert_snapshot!(read.rejects().join("\n"));
    assert_eq!(read.column(Column::Text), ["ab"]);
}

#[test]
fn rows_of_columns_are_bounded() {
    let content = parquet(&[("text", ["ab", "abcd"]), ("source", ["web", "phone"])]);
    for (field, row, reason) in [
        (4, 100, "longer than 4 bytes"),
        (5, 8, "longer than 8 bytes"),
    ] {
        let options = ReadOptions {
            limits: Limits {
                field,
                row,
                ..Limits::default()
            },
            ..ReadOptions::default()
        };
        let read = read_all(&[("p.parquet", &content)], options).unwrap();
        assert_eq!(read.column(Column::Text), ["ab"]);
        assert!(read.rejects()[0].contains(reason), "{:?}", read.rejects());
    }
}
