//! How far a JSON value reaches, byte by byte.

/// How the reading of a value ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::formats::json) enum Extent {
    /// Its end was found, whether or not it is JSON.
    Whole,
    /// The document ended before it did.
    Cut,
    /// A bracket closes that was not opened.
    Unclear,
    /// It is longer than a row may be, and was passed over.
    TooLarge,
    /// It goes on over lines without an end within a row may be: a bracket may be missing.
    Endless,
}

/// How deep in brackets and strings a value is.
#[derive(Debug, Default)]
pub(super) struct Nesting {
    kind: Option<Kind>,
    /// The brackets that will close those that are open.
    closers: Vec<u8>,
    is_in_string: bool,
    is_escaped: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Brackets,
    String,
    /// A number, a word, or whatever else stands in the place of a value.
    Bare,
}

impl Nesting {
    pub(super) fn in_array() -> Self {
        Self {
            kind: Some(Kind::Brackets),
            closers: vec![b']'],
            ..Self::default()
        }
    }

    /// Looks at the value's next bytes: how many of them are its own and, once that is known, how
    /// it ends.
    pub(super) fn pass(&mut self, bytes: &[u8]) -> (usize, Option<Extent>) {
        for (index, byte) in bytes.iter().enumerate() {
            if let Some((used, extent)) = self.step(*byte) {
                return (index + usize::from(used), Some(extent));
            }
        }
        (bytes.len(), None)
    }

    /// Looks at one byte; if the value ends here, whether the byte is part of it, and how it ends.
    fn step(&mut self, byte: u8) -> Option<(bool, Extent)> {
        let is_outermost = self.closers.is_empty();
        if self.is_in_string {
            let is_escaped = std::mem::take(&mut self.is_escaped);
            match byte {
                // A string holds no line end, so a quote is missing: to go on as if it stood here
                // keeps the mistake within its line.
                b'\n' => {
                    self.is_in_string = false;
                    return is_outermost.then_some((false, Extent::Whole));
                }
                _ if is_escaped => {}
                b'\\' => self.is_escaped = true,
                b'"' => {
                    self.is_in_string = false;
                    let ends = is_outermost && self.kind == Some(Kind::String);
                    return ends.then_some((true, Extent::Whole));
                }
                _ => {}
            }
            return None;
        }
        match byte {
            b'"' => {
                self.is_in_string = true;
                self.kind.get_or_insert(Kind::String);
            }
            b'{' | b'[' => {
                self.kind.get_or_insert(Kind::Brackets);
                self.closers.push(if byte == b'{' { b'}' } else { b']' });
            }
            b'}' | b']' => {
                let Some(closer) = self.closers.pop() else {
                    return Some((false, Extent::Whole));
                };
                if closer != byte {
                    return Some((false, Extent::Unclear));
                }
                if self.closers.is_empty() && self.kind == Some(Kind::Brackets) {
                    return Some((true, Extent::Whole));
                }
            }
            b',' | b'\n' if is_outermost => return Some((false, Extent::Whole)),
            byte if byte.is_ascii_whitespace() => {}
            _ => {
                self.kind.get_or_insert(Kind::Bare);
            }
        }
        None
    }

    pub(super) fn at_end(&self) -> Extent {
        if self.kind == Some(Kind::Bare) && self.closers.is_empty() {
            Extent::Whole
        } else {
            Extent::Cut
        }
    }
}
