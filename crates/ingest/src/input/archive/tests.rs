use std::io::{Cursor, Write};

use proptest::prelude::*;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;

fn zipped(members: &[(&str, &[u8])], method: CompressionMethod) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in members {
        let options = SimpleFileOptions::default().compression_method(method);
        if name.ends_with('/') {
            writer.add_directory(*name, options).unwrap();
        } else {
            writer.start_file(*name, options).unwrap();
            writer.write_all(content).unwrap();
        }
    }
    writer.finish().unwrap().into_inner()
}

fn open(bytes: &[u8], limits: Limits) -> Result<(Arc<Archive>, Members), Error> {
    let (mut source, _) = Source::stream("x.zip", "x", Box::new(Cursor::new(bytes.to_vec())))?;
    source.limits = limits;
    Archive::open(source, 0)
}

/// The names, stems and contents of an archive's members.
fn contents(bytes: &[u8], limits: Limits) -> Result<Vec<(String, String, Vec<u8>)>, Error> {
    let (archive, members) = open(bytes, limits)?;
    let read = |member| {
        let (mut source, _) = Source::member(&archive, member)?;
        let mut content = Vec::new();
        source
            .bytes(&ByteCounter::default())?
            .read_to_end(&mut content)
            .map_err(|error| Error::io(&source.name, error))?;
        Ok((source.name, source.stem, content))
    };
    members.files.into_iter().map(read).collect()
}

#[test]
fn members_are_inputs_of_their_own() {
    for method in [CompressionMethod::STORE, CompressionMethod::DEFLATE] {
        let bytes = zipped(
            &[
                ("2024/", b""),
                ("2024/posts.csv", b"text\na\n"),
                ("../../etc/x.csv", b"text\nb\n"),
                ("/abs\\olute\n.csv", b"text\nc\n"),
                ("__MACOSX/2024/._posts.csv", b"\0"),
                ("2024/.DS_Store", b"\0"),
            ],
            method,
        );
        let found = contents(&bytes, Limits::default()).unwrap();
        let expected = [
            ("x.zip/2024/posts.csv", "posts", "text\na\n"),
            ("x.zip/../../etc/x.csv", "x", "text\nb\n"),
            ("x.zip//abs\\olute\\n.csv", "olute\\n", "text\nc\n"),
        ]
        .map(|(name, stem, text)| (name.to_owned(), stem.to_owned(), text.as_bytes().to_owned()));
        assert_eq!(found, expected);
        assert_eq!(open(&bytes, Limits::default()).unwrap().1.hidden, 2);
    }
}

/// The bytes of an archive in which one of the two fields of each entry's headers is set.
fn with_field(mut bytes: Vec<u8>, offset: usize, value: u16) -> Vec<u8> {
    // The same field comes two bytes later in the central directory.
    for (mark, offset) in [(b"PK\x03\x04", offset), (b"PK\x01\x02", offset + 2)] {
        let starts: Vec<usize> = (0..bytes.len() - 4)
            .filter(|start| bytes[*start..].starts_with(mark))
            .collect();
        for start in starts {
            bytes[start + offset..start + offset + 2].copy_from_slice(&value.to_le_bytes());
        }
    }
    bytes
}

#[test]
fn what_cannot_be_read_says_so() {
    let plain = zipped(&[("posts.csv", b"text\na\n")], CompressionMethod::DEFLATE);
    let workbook = zipped(&[("[Content_Types].xml", b"<")], CompressionMethod::STORE);
    let mut flipped = plain.clone();
    // Within the member's data: after the local header of 30 bytes and the name.
    flipped[30 + 9 + 2] ^= 1;
    let errors: Vec<String> = [
        with_field(plain.clone(), 6, 1),
        with_field(plain.clone(), 8, 9),
        with_field(plain.clone(), 8, 97),
        plain[..plain.len() - 30].to_vec(),
        flipped,
        workbook,
    ]
    .iter()
    .map(|bytes| contents(bytes, Limits::default()).unwrap_err().to_string())
    .collect();
    insta::assert_snapshot!(errors.join("\n"));
}

#[test]
fn members_of_the_same_name_are_all_read() {
    let mut bytes = zipped(
        &[("a.csv", b"text\na\n"), ("b.csv", b"text\nb\n")],
        CompressionMethod::STORE,
    );
    for start in 0..bytes.len() - 5 {
        if &bytes[start..start + 5] == b"b.csv" {
            bytes[start] = b'a';
        }
    }
    let found = contents(&bytes, Limits::default()).unwrap();
    let texts: Vec<&[u8]> = found.iter().map(|(_, _, text)| &text[..]).collect();
    assert_eq!(texts, [b"text\na\n", b"text\nb\n"]);
}

#[test]
fn an_archive_has_no_more_entries_than_allowed() {
    let bytes = zipped(
        &[("a", b""), ("b", b""), ("c", b"")],
        CompressionMethod::STORE,
    );
    let limits = |files| Limits {
        files,
        ..Limits::default()
    };
    assert!(open(&bytes, limits(3)).is_ok());
    let error = open(&bytes, limits(2)).err().unwrap();
    assert!(
        matches!(error, Error::TooManyFiles { limit: 2, .. }),
        "{error}"
    );
}

#[test]
fn members_that_share_their_data_are_counted_together() {
    let allowance = Allowance {
        free: 100,
        ratio: 2,
    };
    let written = Arc::default();
    let content = vec![b'x'; 300];
    let mut checksum = crc32fast::Hasher::new();
    checksum.update(&content);
    let crc = checksum.finalize();
    let read = || {
        let mut member = Checked {
            bytes: Box::new(Cursor::new(content.clone())),
            checksum: crc32fast::Hasher::new(),
            expected: crc,
            left: 300,
            allowance,
            archive_length: 350,
            archive_written: Arc::clone(&written),
        };
        io::copy(&mut member, &mut io::sink())
    };
    assert_eq!(read().unwrap(), 300);
    assert_eq!(read().unwrap(), 300);
    let error = Error::io("x.zip", read().unwrap_err());
    assert!(
        matches!(error, Error::TooMuchData { ratio: 2, .. }),
        "{error}"
    );
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(content in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = contents(&[b"PK\x03\x04", &content[..]].concat(), Limits::default());
    }

    #[test]
    fn a_damaged_archive_never_gives_other_content_without_an_error(
        content in prop::collection::vec(any::<u8>(), 1..200),
        place in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut bytes = zipped(&[("posts.csv", &content)], CompressionMethod::DEFLATE);
        let place = place.index(bytes.len());
        bytes[place] = byte;
        if let Ok(found) = contents(&bytes, Limits::default()) {
            for (name, _, read) in found {
                prop_assert!(read == content, "{name}");
            }
        }
    }
}
