use std::fs;
use std::io::Write;
use std::path::PathBuf;

use polars::prelude::{ParquetWriter, df};
use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::columns::Mapping;

/// A folder with these files, and their paths.
fn files(files: &[(&str, &[u8])]) -> (TempDir, Vec<PathBuf>) {
    let folder = tempfile::tempdir().unwrap();
    let write = |(name, content): &(&str, &[u8])| {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        path
    };
    let paths = files.iter().map(write).collect();
    (folder, paths)
}

fn inspect_all(paths: Vec<PathBuf>, options: &ReadOptions) -> Inspection {
    let inputs = paths.into_iter().map(Input::from).collect();
    Inspection::of(inputs, options, None).unwrap()
}

fn inspect(name: &str, content: &[u8], options: &ReadOptions) -> InspectedInput {
    let (_folder, paths) = files(&[(name, content)]);
    inspect_all(paths, options).inputs.pop().unwrap()
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in members {
        writer
            .start_file(*name, zip::write::SimpleFileOptions::default())
            .unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn column(input: &InspectedInput, column: Column) -> &InspectedColumn {
    let mut columns = input.columns.iter();
    columns.find(|found| found.column == column).unwrap()
}

const CSV: &str = "\
Tweet Id;Tweet;Date;Time;Followers;Handle;Mood
1;Where is my refund?;2026-03-01;09:40;120;foggy_acorn;bad
2;¿dónde está mi pedido?;2026-03-02;10:00;;damson_pebble;bad
3;Still nothing, third call today;2026-02-27;23:59;120;foggy_acorn;bad
4;
5;;2026-03-02;10:00;7;hazel_kite;
";

#[test]
fn an_export_is_described() {
    let input = inspect("posts.csv", CSV.as_bytes(), &ReadOptions::default());
    assert_eq!(input.bytes, Some(CSV.len() as u64));
    assert_eq!(
        input.format,
        Some(FormatDescription {
            name: "CSV",
            encoding: Some("UTF-8"),
            delimiter: Some(';'),
        })
    );
    assert_eq!(input.packing, None);
    assert_eq!(input.rows, Some(RowCount::Exact(5)));
    assert_eq!((input.counts.posts, input.counts.rejected), (3, 2));
    assert_eq!(input.unused, ["Mood"]);
    assert_eq!(
        column(&input, Column::CreatedAt),
        &InspectedColumn {
            column: Column::CreatedAt,
            headers: vec!["Date".to_owned(), "Time".to_owned()],
            filled: 3,
            samples: [
                "2026-03-01T09:40:00Z",
                "2026-03-02T10:00:00Z",
                "2026-02-27T23:59:00Z"
            ]
            .map(str::to_owned)
            .into(),
        }
    );
    let followers = column(&input, Column::Followers);
    assert_eq!(
        (followers.filled, &followers.samples[..]),
        (2, &["120".to_owned()][..])
    );
    assert!(input.has(Column::Followers) && !input.has(Column::Views));
    assert!(input.not_found().any(|column| column == Column::Direction));
    let reasons: Vec<(String, u64)> = input
        .rejects
        .iter()
        .map(|rows| (rows.reason.to_string(), rows.line))
        .collect();
    assert_eq!(
        reasons,
        [
            ("2 fields where the header has 7".to_owned(), 5),
            ("no text".to_owned(), 6)
        ]
    );
    let (first, last) = input.period.unwrap();
    assert_eq!(first.to_string(), "2026-02-27T23:59:00Z");
    assert_eq!(last.to_string(), "2026-03-02T10:00:00Z");
    let languages: Vec<(Option<&str>, u64)> = input
        .languages
        .iter()
        .map(|language| (language.code.as_deref(), language.posts))
        .collect();
    assert_eq!(languages, [(Some("en"), 2), (Some("es"), 1)]);
    assert!(input.error.is_none());
}

#[test]
fn what_is_said_is_what_the_reader_does() {
    let header = "id,full_text,text,user.id,created_at,inbound,lang,text\n";
    let csv = format!("{header}7,Hello there,x,8,2026-03-01,True,en,y\n7,Hello there,x,8,,,,\n");
    let ndjson =
        "{\"id\":1,\"full_text\":\"a long one\",\"text\":\"a\",\"user\":{\"name\":\"b\"}}\n";
    for (name, content, map) in [
        ("a.csv", csv.as_bytes(), &[][..]),
        ("a.csv", csv.as_bytes(), &["text=text", "source=lang"]),
        ("a.ndjson", ndjson.as_bytes(), &[]),
        ("a.ndjson", ndjson.as_bytes(), &["source=user.name"]),
    ] {
        let options = ReadOptions {
            map: map.iter().map(|text| text.parse().unwrap()).collect(),
            ..ReadOptions::default()
        };
        let (_folder, paths) = files(&[(name, content)]);
        let mut intake = Intake::new(&options).unwrap();
        intake.add(Input::from(paths[0].clone())).unwrap();
        let (_, detected) = &intake.sources[0];
        let mapping = Mapping::new(&detected.headers, &options.map);

        let mut reader =
            Reader::open(vec![Input::from(paths[0].clone())], options.clone()).unwrap();
        let posts = reader.next().unwrap().unwrap().posts;
        let input = inspect_all(paths, &options).inputs.pop().unwrap();
        for found in &input.columns {
            let header = mapping
                .get(found.column)
                .map(|index| &detected.headers[index]);
            assert_eq!(found.headers.first(), header, "{map:?}");
            let expected =
                InspectedColumn::of(found.column, found.headers.clone(), &posts, None).unwrap();
            assert_eq!(*found, expected, "{map:?}");
        }
        assert!(input.has(Column::Text));
        reader.next();
        assert_eq!(input.counts, reader.counts());
    }
}

#[test]
fn rows_are_counted_or_estimated() {
    // Long posts that do not compress well, of a generator as in Knuth's MMIX.
    let mut csv = String::from("id,text\n");
    let mut state = 1u64;
    for number in 0..16_000 {
        csv += &format!("{number},");
        for _ in 0..16 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            csv += &format!("{state:016x}");
        }
        csv += "\n";
    }
    for (name, content, packing) in [
        ("a.csv", csv.clone().into_bytes(), None),
        ("a.csv.gz", gzip(csv.as_bytes()), Some("gzip")),
        ("a.zip", zip(&[("a.csv", csv.as_bytes())]), Some("zip")),
    ] {
        let input = inspect(name, &content, &ReadOptions::default());
        assert_eq!(input.packing, packing);
        assert_eq!(input.counts.rows, LOOKED_AT as u64);
        let Some(RowCount::About(rows)) = input.rows else {
            panic!("{name}: {:?}", input.rows);
        };
        assert!((15_000..=16_000).contains(&rows), "{name}: {rows}");
    }
    let short = "text\n".to_owned() + &"hello there\n".repeat(10_000);
    let input = inspect("a.csv", short.as_bytes(), &ReadOptions::default());
    assert_eq!(input.counts.rows, LOOKED_AT as u64);
    assert_eq!(input.rows, Some(RowCount::Exact(10_000)));

    let (rows, read) = (LOOKED_AT as u64, 100);
    for (bytes, expected) in [(100, 8200), (250, 20_000), (123_456, 10_000_000)] {
        assert_eq!(extrapolated(rows, read, bytes), expected);
    }
    assert_eq!(extrapolated(0, 0, 0), 0);
    assert_eq!(extrapolated(7, 0, 1), 7);
    assert_eq!(extrapolated(u64::MAX, 1, u64::MAX), u64::MAX);
}

#[test]
fn formats_are_named_and_parquet_tells_its_rows() {
    let rows = LOOKED_AT + 100;
    let texts = vec!["where is my refund"; rows];
    let mut posts = df!("text" => &texts, "Mood" => &texts).unwrap();
    let mut parquet = Vec::new();
    ParquetWriter::new(&mut parquet).finish(&mut posts).unwrap();
    let utf16: Vec<u8> = "\u{feff}text\tid\nhello\t1\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let described = |name, encoding, delimiter| FormatDescription {
        name,
        encoding,
        delimiter,
    };
    for (content, expected, count) in [
        (&parquet[..], described("Parquet", None, None), rows),
        (&utf16, described("CSV", Some("UTF-16LE"), Some('\t')), 1),
        (
            b"{\"text\":\"a\"}\n{\"text\":\"b\"}\n",
            described("NDJSON", Some("UTF-8"), None),
            2,
        ),
        (
            b"[{\"text\":\"a\"},\n{\"text\":\"b\"}]\n",
            described("JSON document", Some("UTF-8"), None),
            2,
        ),
    ] {
        let input = inspect("a", content, &ReadOptions::default());
        assert_eq!(input.format, Some(expected));
        assert_eq!(
            input.rows,
            Some(RowCount::Exact(count as u64)),
            "{expected:?}"
        );
        assert_eq!(input.counts.posts, count.min(LOOKED_AT) as u64);
    }
}

#[test]
fn inputs_that_cannot_be_used_are_shown_as_far_as_they_go() {
    let textless = b"nr,remark\n1,it broke\n";
    let archive = zip(&[("odd.csv", textless), ("good.csv", b"text\nhello\n")]);
    let (folder, mut paths) = files(&[
        ("good.csv", b"text\nhello\n"),
        ("odd.csv", textless),
        ("damaged.csv.gz", &gzip(CSV.as_bytes())[..60]),
        ("all.zip", &archive),
    ]);
    paths.insert(1, folder.path().join("gone.csv"));
    let inspection = inspect_all(paths, &ReadOptions::default());
    let left_out = inspection.inputs.iter().map(InspectedInput::is_left_out);
    assert_eq!(
        left_out.collect::<Vec<_>>(),
        [false, false, false, false, true, false]
    );
    let found: Vec<(String, bool, Vec<String>)> = inspection
        .inputs
        .into_iter()
        .map(|input| {
            let name = input.name.rsplit('/').next().unwrap_or_default();
            (name.to_owned(), input.error.is_none(), input.unused)
        })
        .collect();
    let columns = || vec!["nr".to_owned(), "remark".to_owned()];
    assert_eq!(
        found,
        [
            ("good.csv".to_owned(), true, vec![]),
            ("gone.csv".to_owned(), false, vec![]),
            ("odd.csv".to_owned(), false, columns()),
            ("damaged.csv.gz".to_owned(), false, vec![]),
            ("odd.csv".to_owned(), false, columns()),
            ("good.csv".to_owned(), true, vec![]),
        ]
    );
}

#[test]
fn a_header_that_no_input_has_is_an_error() {
    let options = ReadOptions {
        map: vec!["text=remark".parse().unwrap()],
        ..ReadOptions::default()
    };
    let (folder, paths) = files(&[("a.csv", b"nr,tweet\n1,it broke\n")]);
    let error =
        Inspection::of(paths.into_iter().map(Input::from).collect(), &options, None).unwrap_err();
    assert!(matches!(error, Error::UnknownHeader { .. }), "{error}");
    // It may be in the one that is not there.
    let paths = vec![folder.path().join("a.csv"), folder.path().join("gone.csv")];
    let inspection = inspect_all(paths, &options);
    assert!(inspection.inputs[0].error.is_none());
}

#[test]
fn who_the_company_is() {
    let options = |company: &[&str]| ReadOptions {
        company: company.iter().map(|name| (*name).to_owned()).collect(),
        ..ReadOptions::default()
    };
    let mut thread = String::from("id,text,user,in_reply_to_id\n");
    for number in 0..8 {
        thread += &format!("q{number},@acme my order is late,customer{number},\n");
        thread += &format!(
            "a{number},\"@customer{number} Sorry to hear that, please send us a DM ^KM\",acme,q{number}\n"
        );
    }
    let told = "id,text,inbound\n1,hello there,True\n";
    for (content, handles, expected, is_known) in [
        (told, &[][..], Company::Export, true),
        (
            &thread,
            &[],
            Company::Inferred(vec!["acme".to_owned()]),
            true,
        ),
        (&thread, &["@Acme"], Company::Named { posts: 8 }, true),
        (&thread, &["acmehelp"], Company::Named { posts: 0 }, false),
        ("text\nhello\n", &[], Company::Unknown, false),
    ] {
        let input = inspect("a.csv", content.as_bytes(), &options(handles));
        assert_eq!(input.company, expected);
        assert_eq!(input.company.is_known(), is_known);
    }
}

#[test]
fn personal_data_is_left_out_when_asked() {
    let posts = "id,text,user,user_id,ann@mail.example\n1,Call me on +44 20 7946 0958 @acme,Ann Hill,77,x\n";
    let headless = "1,mail ann@mail.example today\n2,hello\n";
    let (_folder, paths) = files(&[("a.csv", posts.as_bytes()), ("b.csv", headless.as_bytes())]);
    let inputs: Vec<Input> = paths.into_iter().map(Input::from).collect();
    let redactor = Redactor::default();
    let wrong = ReadOptions {
        map: vec!["views=seen".parse().unwrap()],
        ..ReadOptions::default()
    };
    let error = Inspection::of(inputs.clone(), &wrong, Some(&redactor)).unwrap_err();
    assert!(!error.to_string().contains("ann@mail"), "{error}");
    let inspection = Inspection::of(inputs, &ReadOptions::default(), Some(&redactor)).unwrap();
    let shown = format!("{:?}", inspection.inputs);
    for secret in ["ann@mail", "7946", "Ann Hill", "77"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
    let input = &inspection.inputs[0];
    assert_eq!(
        column(input, Column::Text).samples,
        ["Call me on [phone] @acme"]
    );
    assert_eq!(column(input, Column::AuthorName).samples, ["[author]"]);
    assert_eq!(input.unused, ["[email]"]);
}

#[test]
fn samples_are_harmless_short_and_different() {
    let long = "x".repeat(3_000);
    let csv = format!("text\n{long}\n\"a\nb \u{1b}[2J\"\n{long}\na\u{202e}b\nnever shown\n");
    let input = inspect("a.csv", csv.as_bytes(), &ReadOptions::default());
    assert_eq!(
        column(&input, Column::Text).samples,
        [
            format!("{}…", "x".repeat(200)),
            "a\\nb \\u{1b}[2J".to_owned(),
            "a\\u{202e}b".to_owned()
        ]
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_can_be_looked_at(content in prop::collection::vec(any::<u8>(), 1..400), csv: String) {
        let csv = format!("text,id\n{csv}");
        for content in [&content[..], csv.as_bytes()] {
            let input = inspect("a", content, &ReadOptions::default());
            let Counts { rows, posts, rejected, duplicates } = input.counts;
            prop_assert_eq!(rows, posts + rejected + duplicates);
            prop_assert_eq!(rejected, input.rejects.iter().map(|rows| rows.count).sum::<u64>());
            prop_assert!(input.error.is_some() || input.rows == Some(RowCount::Exact(rows)));
        }
    }
}
