use std::{collections::HashMap, io::Cursor};

use calamine::{Data, DataType as _, Range, Reader, Xlsx};
use polars::prelude::*;
use proptest::prelude::*;

use super::*;
use crate::{
    Field, Kind, TableSpec,
    calendar::Calendar,
    columns, csv,
    fixture::{Post, posts as fixture},
    overview::Awaiting,
    rank::rank,
    table::Table,
    tables::Tables,
};

/// A table with a column of each kind.
const EVERY_KIND: TableSpec = TableSpec {
    name: "companies",
    title: "Every kind",
    purpose: "Has a column of each kind.",
    fields: &[
        field("name", Kind::Label),
        field("text", Kind::Text),
        field("id", Kind::Id),
        field("posts", Kind::Count),
        field("answered_share", Kind::Share),
        field("anger", Kind::Score),
        field("priority", Kind::Number),
        field("first_response_minutes", Kind::Minutes),
        field("created_at", Kind::Time),
        field("answered", Kind::Flag),
        field("band", Kind::Band),
    ],
};

const fn field(name: &'static str, kind: Kind) -> Field {
    Field {
        name,
        kind,
        meaning: "What it `means`.",
    }
}

fn every_kind() -> FinishedTable {
    let times = Column::new("created_at".into(), [Some(1_772_563_320_000_000_i64), None])
        .cast(&DataType::Datetime(TimeUnit::Microseconds, None))
        .unwrap();
    let mut rows = df!(
        "name" => [Some("@acme"), None],
        "text" => [Some("=1+1"), None],
        "id" => [Some("0042"), None],
        "posts" => [Some(1_234_567_u32), None],
        "answered_share" => [Some(0.3_f32), None],
        "anger" => [Some(0.123_456_78_f32), None],
        "priority" => [Some(12.345_f64), None],
        "first_response_minutes" => [Some(4_830.5_f64), None],
        "answered" => [Some(false), None],
        "band" => [Some("now"), None],
    )
    .unwrap();
    rows.with_column(times).unwrap();
    FinishedTable::new(&EVERY_KIND, &rows).unwrap()
}

fn overview() -> Overview {
    Overview {
        posts: 1_234,
        customer_posts: 800,
        scored: 790,
        companies: 3,
        first_post: Some("2026-03-01T23:30:00Z".to_owned()),
        last_post: Some("2026-03-07T08:00:00Z".to_owned()),
        awaiting: Awaiting {
            now: 4,
            today: 31,
            later: 120,
        },
        urgent_share: Some(0.045),
        angry_share: Some(0.21),
        answered_share: None,
        median_first_response_minutes: Some(48.5),
        p90_first_response_minutes: Some(1_310.0),
        deflected_share: Some(0.12),
        private_share: Some(0.4),
        findings: vec!["Half of the posts at night wait until morning.".to_owned()],
    }
}

/// Posts that a spreadsheet could take for something else.
fn export() -> DataFrame {
    let open = Post {
        is_actionable: true,
        created_at: Some(0),
        ..Post::default()
    };
    let texts = [
        "=1+1",
        "@acme where is it?",
        "https://example.com/a",
        "+49",
        "write to jo@example.com",
    ];
    let ids = ["1", "2", "3", "4", "5"];
    let rows: Vec<Post> = ids
        .into_iter()
        .zip(texts)
        .map(|(id, text)| Post {
            id,
            text,
            urgency_level: 3,
            anger_level: 2,
            ..open
        })
        .collect();
    rank(fixture(&rows), &Settings::default()).unwrap()
}

fn bytes(
    posts: &DataFrame,
    all_posts: u64,
    tables: &[FinishedTable],
    settings: &Settings,
) -> Vec<u8> {
    let queue = Queue {
        awaiting: posts.height() as u64,
        rows: posts.height() as u64,
        first: posts.clone(),
    };
    workbook(&WorkbookInput {
        overview: &overview(),
        queue: &queue,
        posts,
        all_posts,
        tables,
        model: &crate::fixture::run("0123456789abcdef").model,
        settings,
    })
    .unwrap()
}

fn open(bytes: &[u8]) -> HashMap<String, Range<Data>> {
    let mut workbook: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).unwrap();
    workbook.worksheets().into_iter().collect()
}

/// The rows below the header.
fn values(sheet: &Range<Data>) -> Vec<Vec<Data>> {
    let last = sheet.end().unwrap();
    (table::FIRST_ROW..=last.0)
        .map(|row| {
            let cells = (0..=last.1).map(|column| sheet.get_value((row, column)));
            cells
                .map(|cell| cell.cloned().unwrap_or_default())
                .collect()
        })
        .collect()
}

/// All XML files of the workbook.
fn xml(bytes: &[u8]) -> Vec<(String, String)> {
    let mut archive = ::zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|index| {
            let file = archive.by_index(index).unwrap();
            let name = file.name().unwrap().into_owned();
            (name, std::io::read_to_string(file).unwrap())
        })
        .collect()
}

#[test]
fn each_kind_has_its_type_and_the_value_of_the_csv() {
    let table = every_kind();
    let settings = Settings {
        calendar: Calendar {
            time_zone: jiff::tz::TimeZone::get("Europe/Berlin").unwrap(),
            business_hours: None,
        },
        ..Settings::default()
    };
    let sheets = open(&bytes(
        &export(),
        5,
        std::slice::from_ref(&table),
        &settings,
    ));
    let rows = values(&sheets["companies"]);
    let shown: Vec<String> = rows[0].iter().map(|cell| format!("{cell:?}")).collect();
    insta::assert_snapshot!(shown.join("\n"));
    assert!(rows.get(1).is_none_or(|row| row.iter().all(Data::is_empty)));

    let mut written = Vec::new();
    csv::write(&Table::new(&table.rows).unwrap(), &mut written).unwrap();
    let mut reader = ::csv::Reader::from_reader(written.as_slice());
    let record = reader.records().next().unwrap().unwrap();
    for ((cell, text), field) in rows[0].iter().zip(&record).zip(EVERY_KIND.fields) {
        match cell {
            Data::Float(value) => assert_eq!(*value, text.parse::<f64>().unwrap()),
            Data::Bool(value) => assert_eq!(value.to_string(), text),
            Data::String(value) => assert_eq!(value, csv::unescaped(text)),
            Data::DateTime(value) => {
                let time: jiff::Timestamp = text.parse().unwrap();
                let zone = &settings.calendar.time_zone;
                let local = time.to_zoned(zone.clone()).datetime();
                let (year, month, day, hour, minute, second, _) = value.to_ymd_hms_milli();
                let shown = format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}");
                assert_eq!(shown, local.to_string());
            }
            other => panic!("{}: {other:?}", field.name),
        }
    }
}

#[test]
fn no_text_runs_in_a_spreadsheet() {
    let settings = Settings::default();
    let bytes = bytes(&export(), 5, &[every_kind()], &settings);
    let sheets = open(&bytes);
    let place = sheet_column(&crate::tables::queue::SPEC, columns::TEXT);
    let texts: Vec<String> = values(&sheets["queue"])
        .iter()
        .map(|row| match &row[place] {
            Data::String(text) => text.clone(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        texts,
        [
            "=1+1",
            "@acme where is it?",
            "https://example.com/a",
            "+49",
            "write to [email]"
        ]
    );
    for (name, xml) in xml(&bytes) {
        assert!(!xml.contains("<f>") && !xml.contains("<f "), "{name}");
        assert!(!xml.contains("<hyperlink"), "{name}");
    }
}

fn sheet_column(spec: &TableSpec, name: &str) -> usize {
    spec.names().iter().position(|it| *it == name).unwrap()
}

#[test]
fn personal_data_is_shown_only_where_the_settings_say_so() {
    for redact_reports in [true, false] {
        let settings = Settings {
            redact_reports,
            ..Settings::default()
        };
        let bytes = bytes(&export(), 5, &[], &settings);
        let shown = xml(&bytes)
            .iter()
            .any(|(_, xml)| xml.contains("jo@example.com"));
        assert_eq!(shown, !redact_reports);
    }
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    let make = || bytes(&export(), 5, &[every_kind()], &Settings::default());
    let first = make();
    // Long enough for a clock to show in the file.
    std::thread::sleep(std::time::Duration::from_millis(2100));
    assert!(first == make());
}

#[test]
fn a_table_that_is_too_long_is_cut_and_says_so() {
    let rows = MOST_ROWS + 2;
    let names: Vec<String> = (0..rows).map(|row| row.to_string()).collect();
    const SPEC: TableSpec = TableSpec {
        name: "conversations",
        title: "Conversations",
        purpose: "",
        fields: &[field("name", Kind::Label)],
    };
    let table = FinishedTable::new(&SPEC, &df!("name" => names).unwrap()).unwrap();
    let sheets = open(&bytes(&export(), 12_345, &[table], &Settings::default()));
    let sheet = &sheets["conversations"];
    assert_eq!(values(sheet).len(), MOST_ROWS);
    assert_eq!(
        sheet.get_value((2, 0)).unwrap().to_string(),
        "The first 5,000 of 5,002 rows. conversations.csv holds all of them."
    );
    assert_eq!(
        sheets["posts"].get_value((2, 0)).unwrap().to_string(),
        "The first 5 of 12,345 rows. posts.csv holds all of them."
    );
}

#[test]
fn an_empty_report_is_a_workbook_too() {
    let empty = rank(fixture(&[]), &Settings::default()).unwrap();
    let bytes = workbook(&WorkbookInput {
        overview: &Overview::default(),
        queue: &Queue {
            awaiting: 0,
            rows: 0,
            first: empty.clone(),
        },
        posts: &empty,
        all_posts: 0,
        tables: &[],
        model: &crate::fixture::run("0123456789abcdef").model,
        settings: &Settings::default(),
    })
    .unwrap();
    let sheets = open(&bytes);
    assert!(values(&sheets["posts"]).is_empty());
    assert_eq!(
        sheets["queue"].get_value((2, 0)).unwrap().to_string(),
        "0 rows, as in queue.csv."
    );
}

#[test]
fn every_table_has_a_sheet_and_every_column_a_meaning() {
    let specs = Tables::specs();
    for spec in specs {
        assert!((1..=31).contains(&spec.name.len()), "{}", spec.name);
        for field in spec.fields {
            assert!(
                field.meaning.ends_with('.'),
                "{}: {}",
                spec.name,
                field.name
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_text_comes_back_whole(text in any::<String>()) {
        let mut sheet = Worksheet::new();
        cells::write_text(&mut sheet, 0, 0, &text, &rust_xlsxwriter::Format::new()).unwrap();
        let mut workbook = cells::new_workbook().unwrap();
        workbook.push_worksheet(sheet);
        let sheets = open(&workbook.save_to_buffer().unwrap());
        let read = sheets["Sheet1"].get_value((0, 0)).cloned().unwrap_or_default();
        let expected = if text.is_empty() { Data::Empty } else { Data::String(text) };
        prop_assert_eq!(read, expected);
    }
}
