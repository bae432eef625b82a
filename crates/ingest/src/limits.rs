//! Bounds on what one input may cost, so that a hostile or broken export stops early.

use std::fmt;
use std::str::FromStr;

use bytesize::ByteSize;

/// What is bounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// The longest cell or JSON value of a row, in bytes of UTF-8.
    Field,
    /// The longest row, or JSON object where one stands for a post, in bytes of UTF-8.
    Row,
    /// How deep JSON objects and arrays may lie in one another.
    Nesting,
    /// How many files folders, patterns and archives may lead to, over all inputs.
    Files,
    /// How many times larger than the compressed data the decompressed data may be.
    Ratio,
}

impl Limit {
    /// Every limit, in the order of help texts.
    pub const ALL: [Self; 5] = [
        Self::Field,
        Self::Row,
        Self::Nesting,
        Self::Files,
        Self::Ratio,
    ];

    /// The name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Field => "field",
            Self::Row => "row",
            Self::Nesting => "nesting",
            Self::Files => "files",
            Self::Ratio => "ratio",
        }
    }

    /// What it bounds, as a phrase for help texts.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Field => "longest cell or JSON value",
            Self::Row => "longest row or JSON object",
            Self::Nesting => "deepest nesting of JSON, at most 127",
            Self::Files => "most files from folders, patterns and archives",
            Self::Ratio => "most that compressed data may grow, beyond the first 64 MiB",
        }
    }

    const fn is_size(self) -> bool {
        matches!(self, Self::Field | Self::Row)
    }

    /// `value` with the unit of the limit.
    pub(crate) fn show(self, value: u64) -> String {
        match self {
            Self::Field | Self::Row => size(value),
            Self::Ratio => format!("{value} times"),
            Self::Nesting | Self::Files => value.to_string(),
        }
    }

    /// How to raise it, for messages.
    pub(crate) fn raise(self) -> String {
        let value = if self.is_size() { "SIZE" } else { "N" };
        format!("--limit {}={value}", self.name())
    }
}

/// A size as a person writes it: `16 MiB`, but `1000 bytes` where no unit divides it.
pub(crate) fn size(bytes: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    let unit = UNITS
        .into_iter()
        .find(|(unit, _)| bytes >= *unit && bytes.is_multiple_of(*unit));
    match unit {
        Some((unit, name)) => format!("{} {name}", bytes / unit),
        None => format!("{bytes} bytes"),
    }
}

/// The bounds in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// See [`Limit::Field`]. No platform has posts near the default, so what is longer is a
    /// broken quote.
    pub field: usize,
    /// See [`Limit::Row`]: what one row may take of memory.
    pub row: usize,
    /// See [`Limit::Nesting`]; what is over [`Limits::MOST_NESTING`] is read as that.
    pub nesting: usize,
    /// See [`Limit::Files`].
    pub files: usize,
    /// See [`Limit::Ratio`]. CSV of real posts shrinks to a fifth or so; Deflate gets to 1:1032
    /// with data made for it.
    pub ratio: u64,
}

impl Limits {
    /// The deepest nesting that the JSON parser itself allows.
    pub const MOST_NESTING: usize = 127;

    /// Decompressed bytes of an input or archive below which its ratio is not looked at: a small
    /// bomb does no harm, and a few repeated rows are none.
    pub(crate) const FREE_BYTES: u64 = 64 << 20;

    /// The value of a limit.
    pub const fn get(&self, limit: Limit) -> u64 {
        match limit {
            Limit::Field => self.field as u64,
            Limit::Row => self.row as u64,
            Limit::Nesting => self.nesting as u64,
            Limit::Files => self.files as u64,
            Limit::Ratio => self.ratio,
        }
    }

    /// These limits with some of them replaced, later ones over earlier ones.
    #[must_use]
    pub fn with(mut self, overrides: &[LimitOverride]) -> Self {
        for LimitOverride { limit, value } in overrides {
            let count = usize::try_from(*value).unwrap_or(usize::MAX);
            match limit {
                Limit::Field => self.field = count,
                Limit::Row => self.row = count,
                Limit::Nesting => self.nesting = count,
                Limit::Files => self.files = count,
                Limit::Ratio => self.ratio = *value,
            }
        }
        self
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            field: 1 << 20,
            row: 16 << 20,
            nesting: 64,
            files: 10_000,
            ratio: 200,
        }
    }
}

/// One limit a line with its default, for help texts.
impl fmt::Display for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, limit) in Limit::ALL.into_iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(
                f,
                "{:<8} {} ({})",
                limit.name(),
                limit.meaning(),
                limit.show(self.get(limit))
            )?;
        }
        Ok(())
    }
}

/// A limit set by the user, read from `NAME=VALUE`, for example `field=2MiB` or `files=50000`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitOverride {
    /// What is bounded.
    pub limit: Limit,
    /// The bound: bytes for sizes, a number for the others; at least 1.
    pub value: u64,
}

/// As it is read: `field=2097152`.
impl fmt::Display for LimitOverride {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.limit.name(), self.value)
    }
}

/// Why text is not a [`LimitOverride`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidLimit {
    /// There is no `=`, or nothing on one side of it.
    #[error("`{0}` is not of the form NAME=VALUE, for example field=2MiB")]
    Form(String),
    /// The part before `=` is not a limit.
    #[error("`{0}` is not a limit; choose one of {names}", names = names())]
    UnknownLimit(String),
    /// The part after `=` is not a size.
    #[error("`{0}` is not a size of 1 byte or more, for example 500000, 512KiB or 2MiB")]
    Size(String),
    /// The part after `=` is not a whole number within the range.
    #[error("`{value}` is not a whole number from 1 to {most}")]
    Number {
        /// The part as given.
        value: String,
        /// The largest number allowed.
        most: u64,
    },
}

fn names() -> String {
    Limit::ALL.map(Limit::name).join(", ")
}

impl FromStr for LimitOverride {
    type Err = InvalidLimit;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, value) = text
            .split_once('=')
            .map(|(name, value)| (name.trim(), value.trim()))
            .filter(|(name, value)| !name.is_empty() && !value.is_empty())
            .ok_or_else(|| InvalidLimit::Form(text.to_owned()))?;
        let limit = Limit::ALL
            .into_iter()
            .find(|limit| limit.name() == name)
            .ok_or_else(|| InvalidLimit::UnknownLimit(name.to_owned()))?;
        let value = if limit.is_size() {
            let size = value.parse().ok().map(|ByteSize(bytes)| bytes);
            size.filter(|bytes| *bytes > 0)
                .ok_or_else(|| InvalidLimit::Size(value.to_owned()))?
        } else {
            let most = match limit {
                Limit::Nesting => Limits::MOST_NESTING as u64,
                _ => u64::from(u32::MAX),
            };
            let number = value.parse().ok();
            number
                .filter(|number| (1..=most).contains(number))
                .ok_or_else(|| InvalidLimit::Number {
                    value: value.to_owned(),
                    most,
                })?
        };
        Ok(Self { limit, value })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_read_from_text() {
        let cases: [(&str, Result<u64, &str>); 14] = [
            ("field=2MiB", Ok(2 << 20)),
            ("row = 512 KiB", Ok(512 << 10)),
            ("row=1000", Ok(1000)),
            ("nesting=127", Ok(127)),
            ("files=50000", Ok(50_000)),
            ("ratio=1000", Ok(1000)),
            ("field", Err("form")),
            ("=3", Err("form")),
            ("depth=3", Err("not a limit")),
            ("field=0", Err("not a size")),
            ("field=big", Err("not a size")),
            ("nesting=128", Err("from 1 to 127")),
            ("files=0", Err("from 1 to 4294967295")),
            ("ratio=2.5", Err("whole number")),
        ];
        for (text, expected) in cases {
            match (text.parse::<LimitOverride>(), expected) {
                (Ok(found), Ok(value)) => {
                    assert_eq!(found.value, value, "{text}");
                    assert_eq!(found.to_string().parse(), Ok(found), "{text}");
                }
                (Err(error), Err(part)) => {
                    assert!(error.to_string().contains(part), "{text}: {error}");
                }
                (found, expected) => panic!("{text}: {found:?} where {expected:?} was expected"),
            }
        }
    }

    #[test]
    fn the_last_override_of_a_limit_counts() {
        let overrides = ["row=1KiB", "ratio=7", "row=2KiB"].map(|text| text.parse().unwrap());
        let limits = Limits::default().with(&overrides);
        assert_eq!(
            limits,
            Limits {
                row: 2048,
                ratio: 7,
                ..Limits::default()
            }
        );
    }

    #[test]
    fn defaults_read_as_a_list() {
        insta::assert_snapshot!(Limits::default().to_string(), @r"
        field    longest cell or JSON value (1 MiB)
        row      longest row or JSON object (16 MiB)
        nesting  deepest nesting of JSON, at most 127 (64)
        files    most files from folders, patterns and archives (10000)
        ratio    most that compressed data may grow, beyond the first 64 MiB (200 times)
        ");
        assert_eq!(size(1_000_000), "1000000 bytes");
        assert_eq!(size(3 << 30), "3 GiB");
    }
}
