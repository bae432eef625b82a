//! From the bytes of an export to UTF-8, as a stream.

use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8};

use crate::error::Error;
use crate::input::Head;

/// How an input's bytes become text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TextEncoding {
    encoding: &'static Encoding,
    /// Length of the byte order mark to skip.
    mark: usize,
}

impl TextEncoding {
    /// UTF-8 without a byte order mark.
    pub(crate) const UTF_8: Self = Self {
        encoding: UTF_8,
        mark: 0,
    };

    /// The encoding named `label`, or none if it is not known.
    pub(crate) fn check_label(label: &str) -> Result<&'static Encoding, Error> {
        Encoding::for_label_no_replacement(label.as_bytes()).ok_or_else(|| Error::UnknownEncoding {
            label: label.to_owned(),
        })
    }

    /// Finds the encoding of `file`: by its byte order mark, else the one asked for, else UTF-8
    /// if the head of the file is UTF-8.
    pub(crate) fn detect(
        file: &str,
        head: &Head,
        wanted: Option<&'static Encoding>,
    ) -> Result<Self, Error> {
        if let Some((encoding, mark)) = Encoding::for_bom(&head.bytes) {
            return Ok(Self { encoding, mark });
        }
        if let Some(encoding) = wanted {
            return Ok(Self { encoding, mark: 0 });
        }
        if let Some(what) = binary_kind(&head.bytes) {
            return Err(Error::UnknownFormat {
                file: file.to_owned(),
                what,
            });
        }
        if let Err(error) = std::str::from_utf8(&head.bytes) {
            // The head may end within a character, which `error_len` tells from a bad byte.
            let is_cut = error.error_len().is_none() && !head.is_whole;
            if !is_cut {
                let valid = &head.bytes[..error.valid_up_to()];
                let line = 1 + valid.iter().filter(|byte| **byte == b'\n').count() as u64;
                return Err(Error::NotUtf8 {
                    file: file.to_owned(),
                    line,
                });
            }
        }
        Ok(Self::UTF_8)
    }

    /// Decodes `bytes` into UTF-8. UTF-8 itself passes unchanged, so that a row that is not valid
    /// can be rejected with its own bytes; in other encodings invalid sequences become U+FFFD and
    /// set `replaced`.
    pub(crate) fn decode(
        self,
        mut bytes: Box<dyn Read + Send>,
        replaced: Arc<AtomicBool>,
    ) -> io::Result<Box<dyn BufRead + Send>> {
        const BUFFER: usize = 64 * 1024;
        io::copy(&mut bytes.by_ref().take(self.mark as u64), &mut io::sink())?;
        if self.encoding == UTF_8 {
            return Ok(Box::new(BufReader::with_capacity(BUFFER, bytes)));
        }
        Ok(Box::new(Decoded {
            bytes: BufReader::with_capacity(BUFFER, bytes),
            decoder: self.encoding.new_decoder_without_bom_handling(),
            text: vec![0; BUFFER],
            start: 0,
            end: 0,
            is_finished: false,
            replaced,
        }))
    }

    /// The standard's name of the encoding.
    pub(crate) fn name(self) -> &'static str {
        self.encoding.name()
    }
}

/// What a file that is not text looks like, by its first bytes.
fn binary_kind(head: &[u8]) -> Option<&'static str> {
    const MAGIC: [(&[u8], &str); 3] = [
        (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
        (b"SQLite format 3", "a SQLite database"),
        (b"%PDF-", "a PDF document"),
    ];
    MAGIC
        .into_iter()
        .find_map(|(magic, what)| head.starts_with(magic).then_some(what))
        .or_else(|| {
            // Most often inside of gzip.
            let mark = head.get(257..262);
            (mark == Some(b"ustar")).then_some("a tar archive")
        })
        .or_else(|| {
            is_full_of_nul(head).then_some("binary data (or UTF-16 without a byte order mark)")
        })
}

/// Whether NUL is one byte in a hundred or more. Some databases leave a NUL in a text here and
/// there, which harms nothing.
fn is_full_of_nul(head: &[u8]) -> bool {
    let nul = head.iter().filter(|byte| **byte == 0).count();
    nul > 0 && nul * 100 >= head.len()
}

/// A stream of UTF-8 decoded from another encoding.
struct Decoded {
    bytes: BufReader<Box<dyn Read + Send>>,
    decoder: Decoder,
    text: Vec<u8>,
    start: usize,
    end: usize,
    is_finished: bool,
    replaced: Arc<AtomicBool>,
}

impl BufRead for Decoded {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.start == self.end && !self.is_finished {
            let input = self.bytes.fill_buf()?;
            let is_last = input.is_empty();
            let (result, read, written, had_errors) =
                self.decoder.decode_to_utf8(input, &mut self.text, is_last);
            self.bytes.consume(read);
            (self.start, self.end) = (0, written);
            self.is_finished = is_last && result == CoderResult::InputEmpty;
            if had_errors {
                self.replaced.store(true, Ordering::Relaxed);
            }
        }
        Ok(&self.text[self.start..self.end])
    }

    fn consume(&mut self, amount: usize) {
        self.start = self.end.min(self.start + amount);
    }
}

impl Read for Decoded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(bytes: &[u8], is_whole: bool) -> Head {
        Head {
            bytes: bytes.to_vec(),
            is_whole,
        }
    }

    /// Decodes `bytes` as detection finds them; the text and whether anything was replaced.
    fn decoded(bytes: &[u8], label: Option<&str>) -> Result<(String, bool), Error> {
        let wanted = label.map(TextEncoding::check_label).transpose()?;
        let encoding = TextEncoding::detect("posts.csv", &head(bytes, true), wanted)?;
        let replaced = Arc::new(AtomicBool::new(false));
        let mut text = String::new();
        encoding
            .decode(
                Box::new(io::Cursor::new(bytes.to_vec())),
                Arc::clone(&replaced),
            )
            .and_then(|mut reader| reader.read_to_string(&mut text))
            .map_err(|error| Error::io("posts.csv", error))?;
        Ok((text, replaced.load(Ordering::Relaxed)))
    }

    fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(to_bytes).collect()
    }

    #[test]
    fn marks_and_labels_decide() {
        let text = "text\nzażółć 🛫\n";
        let marked = format!("\u{feff}{text}");
        let expected = (text.to_owned(), false);
        assert_eq!(decoded(text.as_bytes(), None).unwrap(), expected);
        assert_eq!(decoded(marked.as_bytes(), None).unwrap(), expected);
        assert_eq!(
            decoded(&utf16(&marked, u16::to_le_bytes), None).unwrap(),
            expected
        );
        assert_eq!(
            decoded(&utf16(&marked, u16::to_be_bytes), None).unwrap(),
            expected
        );
        assert_eq!(
            decoded(&utf16(text, u16::to_le_bytes), Some("utf-16le")).unwrap(),
            expected
        );
        assert_eq!(
            decoded(b"caf\xe9 \x80", Some("latin1")).unwrap(),
            ("café €".into(), false)
        );
        // A byte order mark is better evidence than a label.
        assert_eq!(
            decoded(marked.as_bytes(), Some("windows-1252")).unwrap(),
            expected
        );
    }

    #[test]
    fn text_longer_than_a_buffer_is_decoded_whole() {
        let text = "zażółć gęślą jaźń 🛫\n".repeat(20_000);
        let bytes = utf16(&format!("\u{feff}{text}"), u16::to_be_bytes);
        assert_eq!(decoded(&bytes, None).unwrap(), (text, false));
    }

    #[test]
    fn invalid_sequences_are_replaced_and_noticed() {
        let (text, replaced) = decoded(b"a\x81", Some("shift_jis")).unwrap();
        assert_eq!((text.as_str(), replaced), ("a\u{fffd}", true));
    }

    #[test]
    fn a_character_cut_by_the_end_of_the_head_is_no_error() {
        let cut = "text\nż".as_bytes();
        let cut = &cut[..cut.len() - 1];
        assert!(TextEncoding::detect("x", &head(cut, false), None).is_ok());
        assert!(TextEncoding::detect("x", &head(cut, true), None).is_err());
    }

    #[test]
    fn what_is_not_text_is_named() {
        let tar = [&[b'x'; 100][..], &[0; 157], b"ustar"].concat();
        let cases: [(&[u8], Option<&str>); 6] = [
            (b"text\nok\ncaf\xe9\n", None),
            (b"text\n", Some("klingon")),
            (b"text\n", Some("iso-2022-kr")),
            (b"%PDF-1.7", None),
            (b"t\0e\0x\0t\0", None),
            (&tar, None),
        ];
        let text: Vec<String> = cases
            .into_iter()
            .map(|(bytes, label)| decoded(bytes, label).unwrap_err().to_string())
            .collect();
        insta::assert_snapshot!(text.join("\n"));
    }
}
