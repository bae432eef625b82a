use proptest::prelude::*;

use super::*;

fn parse(text: &str) -> Labels {
    Labels::parse("labels.csv", text.as_bytes()).unwrap()
}

fn message(text: &str) -> String {
    let error = Labels::parse("labels.csv", text.as_bytes()).unwrap_err();
    error.to_string()
}

#[test]
fn a_sheet_with_everything() {
    let labels = parse(
        "ID,Text,Anger,Urgency,Sentiment,Actionable,Tried before,Churn,Weight,Company,Followers,Lang,Model,note\n\
         7,'@acme late,1.0,3,N,TRUE,no,,0.5,acme,1200,en,B93DEF895D3D,x\n\
         8,fine,,,positive,,,,,,,,,\n",
    );
    let [first, second] = &labels.rows[..] else {
        panic!("{labels:?}");
    };
    assert_eq!((first.row, second.row), (2, 3));
    assert_eq!(first.id.as_deref(), Some("7"));
    assert_eq!(first.text.as_deref(), Some("@acme late"));
    let expected = Answer {
        anger: Some(1),
        urgency: Some(3),
        sentiment: Some(0),
        actionable: Some(true),
        tried_before: Some(false),
        churn: None,
    };
    assert_eq!(first.answer, expected);
    assert_eq!((first.weight, second.weight), (0.5, 1.0));
    assert_eq!(
        (first.company.as_deref(), first.followers),
        (Some("acme"), Some(1200))
    );
    assert_eq!(first.model.as_deref(), Some("b93def895d3d"));
    assert_eq!(second.answer.sentiment, Some(2));
    assert_eq!(labels.answered(Label::Sentiment), 2);
    assert_eq!(labels.notices, Vec::<String>::new());
    assert_eq!(labels.checksum.len(), 64);
}

#[test]
fn a_workbook() {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, name) in (0..).zip(["id", "text", "Urgency", "churn", "followers"]) {
        sheet.write_string(0, column, name).unwrap();
    }
    sheet.write_string(1, 0, "2029281221147077085").unwrap();
    sheet.write_string(1, 1, "'@acme late").unwrap();
    sheet.write_number(1, 2, 3).unwrap();
    sheet.write_boolean(1, 3, true).unwrap();
    sheet.write_number(1, 4, 1200).unwrap();
    // Row 3 is blank; a number has lost digits of the id in row 4.
    sheet
        .write_number(3, 0, 2_029_281_221_147_077_085_u64 as f64)
        .unwrap();
    sheet.write_string(3, 1, "fine").unwrap();
    sheet.write_number(3, 2, 0).unwrap();
    workbook
        .add_worksheet()
        .write_string(0, 0, "guide")
        .unwrap();
    let bytes = workbook.save_to_buffer().unwrap();

    let labels = Labels::parse("labels.xlsx", &bytes).unwrap();
    let [first, second] = &labels.rows[..] else {
        panic!("{labels:?}");
    };
    assert_eq!((first.row, second.row), (2, 4));
    assert_eq!(first.id.as_deref(), Some("2029281221147077085"));
    assert_eq!(first.text.as_deref(), Some("@acme late"));
    assert_eq!(
        (first.answer.urgency, first.answer.churn),
        (Some(3), Some(true))
    );
    assert_eq!(first.followers, Some(1200));
    assert_eq!(
        (second.id.as_deref(), second.text.as_deref()),
        (None, Some("fine"))
    );
    assert_eq!(
        labels.notices,
        ["labels.xlsx: 1 row with an id that a spreadsheet rounded, known by the text"]
    );
}

#[test]
fn a_stray_cell_far_from_the_table_takes_no_memory() {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_string(0, 0, "text").unwrap();
    sheet.write_string(1_048_575, 16_383, "x").unwrap();
    let bytes = workbook.save_to_buffer().unwrap();
    let error = Labels::parse("labels.xlsx", &bytes).unwrap_err();
    assert!(error.to_string().contains("far from the others"), "{error}");
}

#[test]
fn outputs_of_the_model() {
    let labels = parse(
        "id,churn,logit_anger,logit_urgency,logit_negative,logit_neutral,logit_positive,\
         logit_actionable,logit_tried_before,logit_churn\n\
         1,0,-1,2,3,4,5,6,7,8.5\n2,1,,,,,,,,\n",
    );
    let expected = [-1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.5];
    assert_eq!(labels.rows[0].logits, Some(expected));
    assert_eq!(labels.rows[1].logits, None);
}

#[test]
fn a_corrected_report() {
    let labels = parse(
        "id,text,anger,urgency,anger_level,urgency_level,sentiment,actionable,band,is_actionable,\
         is_tried_before,is_churn,direction\n\
         1,late,0.4,0.3,1,1,negative,0.9,now,true,false,false,customer\n\
         2,sorry,0.1,0.1,0,0,neutral,0.1,,false,false,false,company\n\
         3,bye,0.2,0.1,0,0,neutral,0.1,,false,false,true,customer\n",
    );
    assert_eq!(labels.rows.len(), 2);
    assert_eq!(labels.rows[0].answer.anger, Some(1));
    let cells = ReportCells {
        scores: [0.4, 0.3, 0.9],
        band: 3,
    };
    assert_eq!(labels.rows[0].report, Some(cells));
    assert_eq!(
        (labels.rows[1].report, labels.rows[1].answer.churn),
        (None, Some(true))
    );
    assert_eq!(
        labels.notices,
        ["labels.csv: 1 row by the company left out"]
    );
}

#[test]
fn an_answer_counts_once() {
    let labels = parse("id,text,anger,churn\n1,a,2,\n1,a,2,\n1,,,yes\n,a,3,\n,a,3,\n2,,,\n");
    assert_eq!(labels.rows.len(), 2);
    assert_eq!(labels.rows[0].answer.anger, Some(2));
    assert_eq!(labels.rows[0].answer.churn, Some(true));
    let expected = Counts {
        rows: 6,
        used: 2,
        repeated: 3,
        unjudged: 1,
        by_company: 0,
    };
    assert_eq!(labels.counts, expected);
    let expected = [
        "labels.csv: 1 row without a label left out",
        "labels.csv: 3 rows on a post that an earlier row judges, counted once",
    ];
    assert_eq!(labels.notices, expected);
}

#[test]
fn a_rounded_id_gives_way_to_the_text() {
    let labels = parse("id,text,churn\n2.02928E+18,bye,1\n2.02928E+18,fine,0\n");
    assert_eq!(labels.rows.len(), 2);
    assert_eq!(labels.rows[0].id, None);
}

#[test]
fn every_error_names_its_rows() {
    let messages = [
        "",
        "remark\nlate\n",
        "text,remark\nlate,x\n",
        "text,anger\n",
        "text,anger\nlate,\n",
        "text,anger\nlate,7\nbad,2\nso,high\n",
        "text,anger\na,9\nb,9\nc,9\nd,9\ne,9\nf,9\ng,9\n",
        "text,sentiment\nlate,mixed\n",
        "text,churn\nlate,maybe\n",
        "text,churn,weight\nlate,1,0\n",
        "text,churn,followers\nlate,1,many\n",
        "text,churn\nlate,1\n,0\n",
        "id,churn\n5,1\n6,0\n5,0\n",
        "text,churn\nI have waited since the first of March for this,1\n\
         I have waited since the first of March for this,0\n",
        "id,churn\n2.02928E+18,1\n",
        "id,anger_level,anger,urgency,actionable,band\n5,1,0.5,0.5,0.5,soon\n",
    ]
    .map(message);
    insta::assert_snapshot!(messages.join("\n"));
}

#[test]
fn a_file_that_is_not_there() {
    let error = Labels::read(Path::new("no/such/labels.csv")).unwrap_err();
    assert_eq!(error.to_string(), "cannot read no/such/labels.csv");
}

proptest! {
    #[test]
    fn no_file_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Labels::parse("labels.csv", &bytes);
    }

    #[test]
    fn no_sheet_panics(
        header in "(id|text|anger|urgency|churn|weight|band|anger_level|,|;|\t|\"){1,12}",
        rows in prop::collection::vec("[0-9a-z,;\t\"'. ]{0,30}", 0..8),
    ) {
        let text = format!("{header}\n{}", rows.join("\n"));
        let _ = Labels::parse("labels.csv", text.as_bytes());
    }

    #[test]
    fn no_row_is_lost(
        rows in prop::collection::vec((0..9_u8, prop::option::of(0..4_u8), any::<bool>()), 1..30),
    ) {
        let mut text = String::from("id;text;anger;direction;urgency_level\n");
        let mut answers = std::collections::BTreeMap::new();
        let mut is_contradictory = false;
        for (post, level, by_company) in &rows {
            let by = if *by_company { "company" } else { "customer" };
            let level = level.map_or(String::new(), |level| level.to_string());
            text += &format!("{post};\"post; {post}\";0.5;{by};{level}\n");
            if !by_company && !level.is_empty() {
                let first = answers.entry(post).or_insert_with(|| level.clone());
                is_contradictory |= *first != level;
            }
        }
        match Labels::parse("labels.csv", text.as_bytes()) {
            Ok(labels) => {
                prop_assert!(!is_contradictory);
                let counts = labels.counts;
                prop_assert_eq!(counts.rows, rows.len() as u64);
                prop_assert_eq!(labels.rows.len(), answers.len());
                prop_assert_eq!(counts.used, answers.len() as u64);
                prop_assert_eq!(
                    counts.rows,
                    counts.used + counts.repeated + counts.unjudged + counts.by_company
                );
            }
            Err(Error::TwoAnswers { .. }) => prop_assert!(is_contradictory),
            Err(Error::NoRows { .. }) => prop_assert!(answers.is_empty()),
            Err(error) => prop_assert!(false, "{error}"),
        }
    }
}
