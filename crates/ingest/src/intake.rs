//! From what the user named to the inputs to read, each with what it holds.

use std::collections::VecDeque;
use std::sync::Arc;

use encoding_rs::Encoding;

use crate::encoding::TextEncoding;
use crate::error::Error;
use crate::formats::{self, Detected};
use crate::input::{self, Archive, Finding, Head, Input, Members, Packing, Source};
use crate::notice::{LeftOut, Notice, NoticeKind};
use crate::reader::ReadOptions;

/// The size of the headers of all inputs, which are kept until each is read: a small archive can
/// hold thousands of headers of thousands of names.
const HEADER_BYTES: usize = 128 << 20;

/// Opens inputs one after the other and finds out what they hold.
pub(crate) struct Intake<'a> {
    options: &'a ReadOptions,
    encoding: Option<&'static Encoding>,
    /// Whether what has columns, but none for the text, is left out of collections.
    leaves_out_textless: bool,
    /// The inputs to read, in their order.
    pub(crate) sources: VecDeque<(Source, Detected)>,
    /// What was left out.
    pub(crate) notices: Vec<Notice>,
    /// Files that folders, patterns and archives led to so far.
    found: usize,
    /// How much of [`HEADER_BYTES`] is left.
    room_for_headers: usize,
}

/// A folder, pattern or archive: what of it is read, and what is not.
pub(crate) struct Collection {
    name: String,
    read: usize,
    left_out: Vec<LeftOut>,
    hidden: u64,
}

impl Collection {
    const fn new(name: String) -> Self {
        Self {
            name,
            read: 0,
            left_out: Vec::new(),
            hidden: 0,
        }
    }
}

impl<'a> Intake<'a> {
    pub(crate) fn new(options: &'a ReadOptions) -> Result<Self, Error> {
        let label = options.encoding.as_deref();
        Ok(Self {
            options,
            encoding: label.map(TextEncoding::check_label).transpose()?,
            leaves_out_textless: true,
            sources: VecDeque::new(),
            notices: Vec::new(),
            found: 0,
            room_for_headers: HEADER_BYTES,
        })
    }

    /// The same, but what has columns and none for the text is among the inputs.
    pub(crate) const fn with_textless(mut self) -> Self {
        self.leaves_out_textless = false;
        self
    }

    /// Adds what an input of the user's leads to.
    pub(crate) fn add(&mut self, input: Input) -> Result<(), Error> {
        let path = match input {
            Input::Stdin => return self.add_opened(Source::stdin()?, None),
            Input::Path(path) => path,
        };
        let name = input::path_shown(&path);
        let files = match input::find(path, self.found, &self.options.limits)? {
            Finding::Named(path) => return self.add_opened(Source::file_at(&path)?, None),
            Finding::Found(files) => files,
        };
        self.found += files.paths.len();
        let mut collection = Collection {
            left_out: files.left_out,
            hidden: files.hidden,
            ..Collection::new(name)
        };
        for path in files.paths {
            self.add_opened(Source::file_at(&path)?, Some(&mut collection))?;
        }
        self.close(collection)
    }

    /// Adds an opened input as it is stored.
    pub(crate) fn add_opened(
        &mut self,
        (mut source, head): (Source, Head),
        collection: Option<&mut Collection>,
    ) -> Result<(), Error> {
        source.limits = self.options.limits;
        match Packing::detect(&head.bytes) {
            None => self.detect(source, &head, collection),
            Some(Packing::Compressed(compression)) => {
                let (source, head) = source.decompressed(compression)?;
                self.detect(source, &head, collection)
            }
            Some(Packing::Zip) => {
                let name = source.name.clone();
                match (Archive::open(source, self.found), collection) {
                    (Ok(archive), Some(collection)) => self.add_archive(archive, collection),
                    (Ok(archive), None) => {
                        let mut collection = Collection::new(name);
                        self.add_archive(archive, &mut collection)?;
                        self.close(collection)
                    }
                    (Err(error), collection) => leave_out(collection, name, error),
                }
            }
        }
    }

    fn add_archive(
        &mut self,
        (archive, members): (Arc<Archive>, Members),
        collection: &mut Collection,
    ) -> Result<(), Error> {
        self.found += members.files.len();
        collection.hidden += members.hidden;
        for member in members.files {
            let (source, head) = Source::member(&archive, member)?;
            self.detect(source, &head, Some(&mut *collection))?;
        }
        Ok(())
    }

    /// Finds out what an input holds, which is no longer packed.
    fn detect(
        &mut self,
        mut source: Source,
        head: &Head,
        collection: Option<&mut Collection>,
    ) -> Result<(), Error> {
        if Packing::detect(&head.bytes).is_some() {
            return Err(Error::NestedArchive { file: source.name });
        }
        let detected = formats::detect(&mut source, head, self.encoding, &self.options.map);
        let Some(collection) = collection else {
            // Whether it has a text is for the reader to say, which looks at all inputs together.
            return self.push(source, detected?);
        };
        match detected.and_then(|detected| self.with_text(&source, detected)) {
            Ok(detected) => {
                collection.read += 1;
                self.push(source, detected)
            }
            Err(error) => leave_out(Some(collection), source.name, error),
        }
    }

    fn push(&mut self, source: Source, detected: Detected) -> Result<(), Error> {
        // What a string takes beside its content.
        const OVERHEAD: usize = 32;
        let headers = detected.headers.iter();
        let size: usize = headers.map(|header| header.len() + OVERHEAD).sum();
        let left = self.room_for_headers.checked_sub(size);
        self.room_for_headers = left.ok_or_else(|| Error::TooManyHeaders {
            file: source.name.clone(),
        })?;
        self.sources.push_back((source, detected));
        Ok(())
    }

    fn with_text(&self, source: &Source, detected: Detected) -> Result<Detected, Error> {
        if self.leaves_out_textless {
            detected.check_text(&source.name, &self.options.map)?;
        }
        Ok(detected)
    }

    /// Tells what was left out of a collection, of which something must have been read.
    fn close(&mut self, collection: Collection) -> Result<(), Error> {
        let Collection {
            name,
            read,
            left_out,
            hidden,
        } = collection;
        if read == 0 {
            return Err(Error::NoExport {
                file: name,
                left_out,
            });
        }
        let left_out = (!left_out.is_empty()).then_some(NoticeKind::LeftOut { files: left_out });
        let hidden = (hidden > 0).then_some(NoticeKind::Hidden { count: hidden });
        for kind in left_out.into_iter().chain(hidden) {
            self.notices.push(Notice {
                file: Some(name.clone()),
                kind,
            });
        }
        Ok(())
    }
}

/// Passes over `file` if it is no export and the user did not name it.
fn leave_out(collection: Option<&mut Collection>, file: String, error: Error) -> Result<(), Error> {
    match (collection, error.no_export()) {
        (Some(collection), Some(why)) => {
            collection.left_out.push(LeftOut { file, why });
            Ok(())
        }
        _ => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn headers_are_kept_within_bounds() {
        let options = ReadOptions::default();
        let mut intake = Intake::new(&options).unwrap();
        intake.room_for_headers = 3 * (4 + 32);
        let mut add = |name| {
            let bytes = Cursor::new("text,x y \n");
            intake.add_opened(Source::stream(name, name, Box::new(bytes)).unwrap(), None)
        };
        add("first.csv").unwrap();
        let error = add("second.csv").unwrap_err();
        assert!(matches!(error, Error::TooManyHeaders { .. }), "{error}");
        assert!(error.to_string().starts_with("second.csv"), "{error}");
    }
}
