use super::*;

/// A folder with a bit of everything.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in [
        ("b.csv", "text\n"),
        ("a/z.csv", "text\n"),
        ("a.csv", "text\n"),
        ("[x].csv", "text\n"),
        (".hidden.csv", "text\n"),
        (".git/config", ""),
        ("report/run.json", r#"{"schema": 1, "uproar": "0.1.0"}"#),
        ("report/posts.csv", "text\n"),
        ("sprint/run.json", r#"{"id": 1}"#),
    ] {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    folder
}

/// What is found at `path` within the folder, without the folder's own name.
fn found(folder: &Path, path: &str, limits: &Limits) -> Result<Files, Error> {
    match find(folder.join(path), 0, limits)? {
        Finding::Found(files) => Ok(files),
        Finding::Named(path) => panic!("{} is one file", path.display()),
    }
}

fn names(folder: &Path, files: &Files) -> Vec<String> {
    let below = |path: &PathBuf| path.strip_prefix(folder).unwrap().display().to_string();
    files.paths.iter().map(below).collect()
}

#[test]
fn a_folder_gives_its_files_in_order() {
    let folder = folder();
    let files = found(folder.path(), "", &Limits::default()).unwrap();
    assert_eq!(
        names(folder.path(), &files),
        ["[x].csv", "a/z.csv", "a.csv", "b.csv", "sprint/run.json"]
    );
    assert_eq!(files.hidden, 2);
    assert_eq!(files.left_out.len(), 1);
    assert!(files.left_out[0].file.ends_with("report"));
    assert_eq!(files.left_out[0].why, "a report of Uproar");
}

#[test]
fn patterns() {
    let folder = folder();
    let limits = Limits::default();
    for (pattern, expected) in [
        ("*.csv", &["[x].csv", "a.csv", "b.csv"][..]),
        ("?.csv", &["a.csv", "b.csv"]),
        ("[!a].csv", &["b.csv"]),
        (
            "**/*.csv",
            &["[x].csv", "a/z.csv", "a.csv", "b.csv", "report/posts.csv"],
        ),
        (
            "**",
            &["[x].csv", "a/z.csv", "a.csv", "b.csv", "sprint/run.json"],
        ),
        ("**/**/z.*", &["a/z.csv"]),
        ("*/z.csv", &["a/z.csv"]),
        ("a*", &["a/z.csv", "a.csv"]),
        ("a*/", &["a/z.csv"]),
    ] {
        let files = found(folder.path(), pattern, &limits).unwrap();
        assert_eq!(names(folder.path(), &files), expected, "{pattern}");
    }
    assert!(matches!(
        found(folder.path(), "*.tsv", &limits),
        Err(Error::NoMatch { .. })
    ));
    assert!(matches!(
        found(folder.path(), "a***", &limits),
        Err(Error::Pattern { .. })
    ));
}

#[test]
fn a_file_with_the_marks_of_a_pattern_is_that_file() {
    let folder = folder();
    for name in ["[x].csv", "absent.csv"] {
        let path = folder.path().join(name);
        let finding = find(path.clone(), 0, &Limits::default()).unwrap();
        assert!(matches!(finding, Finding::Named(named) if named == path));
    }
}

#[test]
fn there_are_not_more_files_than_allowed() {
    let folder = folder();
    let limits = |files| Limits {
        files,
        ..Limits::default()
    };
    for pattern in ["", "**/*"] {
        let files = found(folder.path(), pattern, &limits(5)).unwrap();
        assert_eq!(
            (files.paths.len(), files.left_out.len()),
            (5, 1),
            "{pattern}"
        );
        assert!(matches!(
            found(folder.path(), pattern, &limits(4)),
            Err(Error::TooManyFiles { limit: 4, .. })
        ));
    }
}

#[cfg(unix)]
#[test]
fn links_lead_to_files_but_not_to_folders() {
    use std::os::unix::fs::symlink;

    let outer = tempfile::tempdir().unwrap();
    let folder = outer.path().join("exports");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(outer.path().join("far.csv"), "text\n").unwrap();
    symlink("../far.csv", folder.join("a.csv")).unwrap();
    symlink(".", folder.join("c")).unwrap();
    let files = found(&folder, "", &Limits::default()).unwrap();
    assert_eq!(names(&folder, &files), ["a.csv"]);
    assert_eq!(files.left_out[0].why, "a link to a folder");
    let files = found(&folder, "**/*.csv", &Limits::default()).unwrap();
    assert_eq!(names(&folder, &files), ["a.csv"]);

    // But the folder itself may be one.
    symlink("exports", outer.path().join("link")).unwrap();
    let files = found(outer.path(), "link", &Limits::default()).unwrap();
    assert_eq!(names(outer.path(), &files), ["link/a.csv"]);
    assert_eq!(files.left_out.len(), 1);

    symlink("gone.csv", folder.join("d.csv")).unwrap();
    let error = found(&folder, "", &Limits::default()).unwrap_err();
    assert!(error.to_string().contains("d.csv"), "{error}");
}

#[cfg(unix)]
#[test]
fn a_file_of_two_names_is_read_once() {
    let folder = folder();
    std::os::unix::fs::symlink("b.csv", folder.path().join("latest.csv")).unwrap();
    let files = found(folder.path(), "?[!.]*.csv", &Limits::default());
    assert_eq!(
        names(folder.path(), &files.unwrap()),
        ["[x].csv", "latest.csv"]
    );
    let files = found(folder.path(), "", &Limits::default()).unwrap();
    assert_eq!(files.paths.len(), 5);
    let why = &files.left_out[0].why;
    assert!(why.starts_with("the same file as"), "{why}");
    assert!(why.ends_with("b.csv"), "{why}");
}

// Elsewhere names are text.
#[cfg(target_os = "linux")]
#[test]
fn names_need_not_be_text() {
    use std::os::unix::ffi::OsStrExt;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(OsStr::from_bytes(b"caf\xe9.csv"));
    std::fs::write(&path, "text\n").unwrap();
    for pattern in ["", "*.csv", "**/*", "caf?.csv"] {
        let files = found(folder.path(), pattern, &Limits::default()).unwrap();
        assert_eq!(files.paths, [path.as_path()], "{pattern}");
    }
}

#[cfg(unix)]
#[test]
fn pipes_are_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.csv"), "text\n").unwrap();
    for name in ["run.json", "b.csv"] {
        let path = folder.path().join(name);
        let made = std::process::Command::new("mkfifo").arg(path).status();
        assert!(made.unwrap().success());
    }
    let files = found(folder.path(), "", &Limits::default()).unwrap();
    assert_eq!(names(folder.path(), &files), ["a.csv"]);
    let left_out: Vec<&str> = files.left_out.iter().map(|it| it.why.as_str()).collect();
    assert_eq!(left_out, ["no regular file"; 2]);
    assert!(files.left_out[0].file.ends_with("b.csv"), "{files:?}");
}
