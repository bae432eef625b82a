use std::path::PathBuf;

use super::*;

#[test]
fn every_error_says_what_and_where_and_what_to_do() {
    let cases: [(&str, &[u8], ReadOptions); 14] = [
        ("empty.csv", b"", ReadOptions::default()),
        ("blank.csv", b"\n \r\n", ReadOptions::default()),
        ("mark.csv", b"\xef\xbb\xbf", ReadOptions::default()),
        ("label.csv", b"text\n", with_encoding("klingon")),
        (
            "latin.csv",
            b"id,text\n1,ok\n2,caf\xe9\n",
            ReadOptions::default(),
        ),
        ("book.xlsx", b"PK\x03\x04\x14\x00", ReadOptions::default()),
        ("junk.bin", b"\x07\x00\xff\x12", ReadOptions::default()),
        ("cut.parquet", b"PAR1\x15\x04\x15", ReadOptions::default()),
        ("cut.arrow", b"ARROW1\0\0", ReadOptions::default()),
        (
            "array.json",
            b"[\n  {\"id\": 1, \"to\": {\"acme\": 2}}\n]",
            ReadOptions::default(),
        ),
        (
            "page.json",
            b"{\"data\":[{\"id\":\"1\"}],\"meta\":{\"n\":1}}",
            ReadOptions::default(),
        ),
        ("other.csv", b"id,,likes\n1,,3\n", ReadOptions::default()),
        (
            "headless.csv",
            b"22631,@acme can I return a thing that I bought on the website?\n",
            ReadOptions::default(),
        ),
        ("posts.csv", b"id,text\n1,a\n", with_map("text=bdy")),
    ];
    let text: Vec<String> = cases
        .into_iter()
        .map(|(name, content, options)| {
            read_all(&[(name, content)], options)
                .map(|read| read.counts)
                .unwrap_err()
                .to_string()
        })
        .collect();
    insta::assert_snapshot!(text.join("\n"));
}

fn with_encoding(label: &str) -> ReadOptions {
    ReadOptions {
        encoding: Some(label.into()),
        ..ReadOptions::default()
    }
}

fn with_map(wish: &str) -> ReadOptions {
    ReadOptions {
        map: vec![wish.parse().unwrap()],
        ..ReadOptions::default()
    }
}

#[test]
fn paths_that_cannot_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let open =
        |path: PathBuf| Reader::open(vec![Input::Path(path)], ReadOptions::default()).unwrap_err();
    assert!(matches!(
        open(folder.path().join("absent.csv")),
        Error::NotFound { .. }
    ));
    assert!(matches!(
        open(folder.path().to_owned()),
        Error::NoExport { .. }
    ));
    // A path through a file is neither there nor a folder.
    let file = folder.path().join("file.csv");
    std::fs::write(&file, "text\n").unwrap();
    assert!(matches!(open(file.join("below.csv")), Error::Io { .. }));
}

#[test]
fn a_failing_read_ends_the_reader() {
    struct Failing(usize);
    impl std::io::Read for Failing {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let Some(left) = self.0.checked_sub(buffer.len().min(self.0).max(1)) else {
                return Err(std::io::Error::other("the disk is gone"));
            };
            let read = self.0 - left;
            self.0 = left;
            buffer[..read].copy_from_slice(&b"text\na\n".repeat(read)[..read]);
            Ok(read)
        }
    }
    let mut reader = Reader::take_in(ReadOptions::default(), |intake| {
        let source = Source::stream("posts.csv", "posts", Box::new(Failing(100_000)))?;
        intake.add_opened(source, None)
    })
    .unwrap();
    let error = reader.find_map(Result::err).unwrap();
    assert_eq!(
        error.to_string(),
        "posts.csv: reading failed after 100000 bytes: the disk is gone; check the disk or the \
         connection and run again"
    );
    assert!(reader.next().is_none());
}
