use uproar_report::Settings;

use super::*;

/// The whole error line of a file.
fn error(text: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(FILE_NAME);
    fs::write(&path, text).unwrap();
    match Config::read(path) {
        Ok(_) => "fine".to_owned(),
        Err(error) => {
            let shown = error.to_string();
            assert!(!shown.contains('\n'), "{shown}");
            let folder = format!("{}{}", folder.path().display(), std::path::MAIN_SEPARATOR);
            shown.replace(&folder, "")
        }
    }
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let bad = [
        // Keys.
        "[priority]\nwieghts = 1",
        "[priority]\n  urgencey = 0.7",
        "comapny = []",
        "time-zone = \"UTC\"",
        "[report]\ntop = 5\ncompany = [\"@acme\"]",
        "top = 5",
        "[prioritys]\nurgency = 0.7",
        "[business_hours]\nMonday = \"09:00-17:00\"",
        "[business_hours.monday]\nopen = \"09:00\"",
        "frobnicate = true",
        "\"a\\u001bb\" = true",
        "priority.urgency.x = 1",
        // Types.
        "company = \"@acme\"",
        "company = [\"@acme\", 7]",
        "priority = 1",
        "[[priority]]\nurgency = 1.0",
        "[priority]\nurgency = \"high\"",
        "[redaction]\nposts = \"yes\"",
        "[report]\ntop = 1.5",
        "[report]\ntop = 99999999999999999999",
        "time_zone = 1979-05-27T07:32:00Z",
        "[business_hours]\nholidays = [2026-12-25]",
        // Ranges.
        "[priority]\nurgency = 1.7",
        "[priority]\nurgency = -0.1",
        "[priority]\nurgency = nan",
        "[priority]\nreach = inf",
        "[reach]\nfull_audience = 9",
        "[reach]\npeople_per_share = -1",
        "[bands]\nnow_from_urgency = 4",
        "[report]\ntop = -1",
        // Values.
        "time_zone = \"Europe/Londn\"",
        "time_zone = \"Mars\"",
        "[business_hours]\nmonday = \"9-17\"",
        "[business_hours]\nmonday = \"22:00-06:00\"",
        "[business_hours]\nmonday = \"09:00-25:00\"",
        "[business_hours]\nholidays = [\"2026-12-25\", \"2026-02-30\"]",
        "[business_hours]\nholidays = [\"Christmas\"]",
        // Of several keys together.
        "# Ours.\n[priority]\nurgency = 0.5",
        "[bands]\nnow_from_urgency = 1",
        // Not TOML.
        "company = [",
        "company = [\"@acme\"]\ncompany = []",
        "é = \"ü\" x",
        "[priority\nurgency = 0.7",
    ];
    let table = bad.map(|text| format!("{text}\n    {}\n", error(text)));
    insta::assert_snapshot!(table.join("\n"));
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("absent.toml");
    let error = Config::read(path).unwrap_err().to_string();
    assert!(error.ends_with("absent.toml cannot be read"), "{error}");
    let path = folder.path().join(FILE_NAME);
    fs::write(&path, b"company = [\"\xff\"]").unwrap();
    assert!(matches!(Config::read(path), Err(ConfigError::Read { .. })));
}

/// All that the settings say, in a form that can be compared.
fn shown(settings: &Settings) -> String {
    format!("{settings:?}")
}

#[test]
fn an_empty_file_and_the_commented_one_are_the_defaults() {
    for text in ["", "\u{feff}", &commented().unwrap()] {
        let config = Config::parse(text).unwrap();
        assert_eq!(shown(&config.settings()), shown(&Settings::default()));
        assert_eq!(config.company(&[]), [""; 0]);
        assert_eq!((config.top(None), config.redacts_posts()), (None, false));
        assert!(config.entries().unwrap().iter().all(|it| it.line.is_none()));
    }
}

/// The commented file with every key set.
fn uncommented() -> String {
    let text = commented().unwrap();
    let lines = text.lines().map(|line| match line.strip_prefix('#') {
        Some(set) if !set.starts_with(' ') => set,
        _ => line,
    });
    lines.map(|line| format!("{line}\n")).collect()
}

#[test]
fn every_key_of_the_commented_file_can_be_set() {
    let config = Config::parse(&uncommented()).unwrap();
    let entries = config.entries().unwrap();
    for entry in &entries {
        assert!(entry.line.is_some() && entry.value.is_some(), "{entry:?}");
    }
    // Nothing of the schema is missing in it.
    let schema = keys::schema();
    let sections = schema.as_value()["properties"].as_object().unwrap();
    let keys: usize = sections
        .values()
        .map(|it| it["properties"].as_object().map_or(1, Map::len))
        .sum();
    assert_eq!(entries.len(), keys);
}

#[test]
fn every_key_is_documented() {
    for section in sections().unwrap() {
        let name = section.name.as_deref();
        assert!(name.is_none() || section.meaning.ends_with('.'), "{name:?}");
        for key in &section.keys {
            assert!(key.meaning().ends_with('.'), "{key:?}");
        }
    }
}

#[test]
fn the_commented_file_reads_well() {
    insta::assert_snapshot!(commented().unwrap());
}

#[test]
fn values_of_the_file_are_in_force() {
    let config = Config::parse(
        "company = [\"@acme\"]
        time_zone = \"europe/london\"
        priority = { urgency = 0.5, anger = 0.32 }
        bands.today_from_anger = 3
        [business_hours]
        friday = \"08:00 - 12:00\"
        holidays = [\"2026-12-25\"]
        [reach]
        full_audience = 100_000
        [redaction]
        posts = true
        reports = false
        [report]
        top = 0x10",
    )
    .unwrap();
    let settings = config.settings();
    assert_eq!(settings.weights.urgency, 0.5);
    assert_eq!(settings.weights.churn, 0.06);
    assert_eq!(settings.reach.full_audience, 100_000);
    assert_eq!(settings.bands.today_from_anger, 3);
    assert!(!settings.redact_reports && config.redacts_posts());
    assert!(settings.calendar.business_hours.is_some());
    assert_eq!((config.top(None), config.top(Some(3))), (Some(16), Some(3)));
    let given = ["@other".to_owned()];
    assert_eq!(config.company(&[]), ["@acme"]);
    assert_eq!(config.company(&given), given);

    let entries = config.entries().unwrap().into_iter();
    let set =
        entries.filter_map(|it| Some(format!("{} = {}  # {}\n", it.path, it.value?, it.line?)));
    insta::assert_snapshot!(set.collect::<String>());
}
