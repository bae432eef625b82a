use std::io::{Cursor, Write};

use flate2::write::{DeflateEncoder, GzEncoder};
use proptest::prelude::*;

use super::*;
use crate::error::Error;

/// Every compression, with whether its data carries a checksum.
const ALL: [(Compression, bool); 3] = [
    (Compression::Gzip, true),
    (Compression::Zstd, true),
    (Compression::Deflate, false),
];

const GENEROUS: Allowance = Allowance {
    free: 1 << 20,
    ratio: 2000,
};

fn compressed(content: &[u8], compression: Compression) -> Vec<u8> {
    let level = flate2::Compression::default();
    match compression {
        Compression::Gzip => {
            let mut encoder = GzEncoder::new(Vec::new(), level);
            encoder.write_all(content).unwrap();
            encoder.finish().unwrap()
        }
        Compression::Deflate => {
            let mut encoder = DeflateEncoder::new(Vec::new(), level);
            encoder.write_all(content).unwrap();
            encoder.finish().unwrap()
        }
        Compression::Zstd => {
            let mut encoder = zstd::Encoder::new(Vec::new(), 3).unwrap();
            encoder.include_checksum(true).unwrap();
            encoder.write_all(content).unwrap();
            encoder.finish().unwrap()
        }
    }
}

/// What comes out of `bytes`, up to an error if there is one.
fn decompressed(
    bytes: &[u8],
    compression: Compression,
    allowance: Allowance,
) -> (Vec<u8>, Option<Error>) {
    let bytes = Box::new(Cursor::new(bytes.to_vec()));
    let mut read = Vec::new();
    let result = Decompressed::new(bytes, compression, allowance)
        .and_then(|mut bytes| bytes.read_to_end(&mut read));
    (read, result.err().map(|error| Error::io("posts", error)))
}

#[test]
fn packings_are_told_by_their_first_bytes() {
    for (compression, _) in &ALL[..2] {
        let bytes = compressed(b"text\n", *compression);
        assert_eq!(
            Packing::detect(&bytes),
            Some(Packing::Compressed(*compression))
        );
    }
    for (head, expected) in [
        (&b"PK\x03\x04"[..], Some(Packing::Zip)),
        (b"PK\x05\x06", Some(Packing::Zip)),
        (
            b"\x53\x2a\x4d\x18",
            Some(Packing::Compressed(Compression::Zstd)),
        ),
        (b"PK,text\n", None),
        (b"\x1f", None),
        (b"(\xb5/", None),
        (b"text\n", None),
        (b"", None),
    ] {
        assert_eq!(Packing::detect(head), expected, "{head:?}");
    }
}

#[test]
fn members_and_frames_follow_one_another() {
    for compression in [Compression::Gzip, Compression::Zstd] {
        let parts = ["text\n", "", "a\n", "b\n"];
        let bytes: Vec<u8> = parts
            .iter()
            .flat_map(|part| compressed(part.as_bytes(), compression))
            .collect();
        let (read, error) = decompressed(&bytes, compression, GENEROUS);
        assert!(error.is_none(), "{error:?}");
        assert_eq!(read, parts.concat().as_bytes());
    }
}

#[test]
fn damage_says_where() {
    let content: Vec<u8> = (0..200_000u32)
        .flat_map(|n| n.wrapping_mul(n).to_be_bytes())
        .collect();
    for (compression, has_checksum) in ALL {
        let bytes = compressed(&content, compression);
        let offset_of = |bytes: &[u8]| match decompressed(bytes, compression, GENEROUS) {
            (_, Some(Error::Damaged { offset, .. })) => offset,
            (read, error) => panic!("{compression:?}: {} bytes, {error:?}", read.len()),
        };
        let cut = &bytes[..bytes.len() / 2];
        assert_eq!(offset_of(cut), cut.len() as u64);
        if has_checksum {
            let mut flipped = bytes.clone();
            flipped[bytes.len() / 2] ^= 1;
            offset_of(&flipped);
            let trailing = [&bytes[..], b"text that follows"].concat();
            assert!(offset_of(&trailing) >= bytes.len() as u64);
        }
    }
}

#[test]
fn a_bomb_stops_where_the_allowance_ends() {
    let content = vec![b'x'; 4 << 20];
    for (compression, _) in ALL {
        let bytes = compressed(&content, compression);
        let strict = Allowance {
            free: 1 << 20,
            ratio: 50,
        };
        let (read, error) = decompressed(&bytes, compression, strict);
        assert!(
            matches!(error, Some(Error::TooMuchData { ratio: 50, .. })),
            "{error:?}"
        );
        assert!(read.len() <= 1 << 20, "{}", read.len());

        let (read, error) = decompressed(
            &bytes,
            compression,
            Allowance {
                ratio: 1 << 20,
                ..strict
            },
        );
        assert!(error.is_none(), "{error:?}");
        assert_eq!(read.len(), content.len());
    }
}

#[test]
fn a_failure_below_is_not_taken_for_damage() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the disk is gone"))
        }
    }
    let counter = crate::input::ByteCounter::default();
    for (compression, _) in ALL {
        let whole = compressed(b"text\n", compression);
        let bytes = Cursor::new(whole[..3].to_vec()).chain(Failing);
        let bytes = crate::input::Counted::new(Box::new(bytes), &counter);
        let error = Decompressed::new(Box::new(bytes), compression, GENEROUS)
            .and_then(|mut bytes| io::copy(&mut bytes, &mut io::sink()))
            .unwrap_err();
        let error = Error::io("posts", error);
        assert!(
            matches!(error, Error::ReadFailed { offset: 3, .. }),
            "{compression:?}: {error}"
        );
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_neither_panic_nor_exceed_the_allowance(
        start in prop::sample::select(vec![
            &b""[..],
            b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff",
            b"\x28\xb5\x2f\xfd\x04\x00",
        ]),
        content in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let bytes = [start, &content].concat();
        let allowance = Allowance { free: 1000, ratio: 10 };
        for (compression, _) in ALL {
            let (read, _) = decompressed(&bytes, compression, allowance);
            prop_assert!(read.len() <= 1000.max(bytes.len() * 10));
        }
    }

    #[test]
    fn damaged_data_never_gives_other_data_without_an_error(
        content in prop::collection::vec(any::<u8>(), 0..500),
        place in any::<prop::sample::Index>(),
        bit in 0u8..8,
    ) {
        for (compression, _) in &ALL[..2] {
            let mut bytes = compressed(&content, *compression);
            let place = place.index(bytes.len());
            bytes[place] ^= 1 << bit;
            let (read, error) = decompressed(&bytes, *compression, GENEROUS);
            prop_assert!(error.is_some() || read == content);
            bytes[place] ^= 1 << bit;
            let (read, error) = decompressed(&bytes[..place], *compression, GENEROUS);
            prop_assert!(error.is_some() || (place == 0 && read.is_empty()));
            prop_assert!(content.starts_with(&read));
        }
    }
}
