//! Compressed data as a stream, with an eye on how much it grows.

use std::io::{self, BufReader, Read};

use flate2::bufread::{DeflateDecoder, MultiGzDecoder};

use crate::limits::Limits;

use super::fault::Fault;

/// How data is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compression {
    /// Gzip (RFC 1952), also in several members.
    Gzip,
    /// Zstandard (RFC 8878), also in several frames.
    Zstd,
    /// Deflate (RFC 1951) without any frame, as in zip archives.
    Deflate,
}

/// What the first bytes of an input say of its packing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packing {
    Compressed(Compression),
    Zip,
}

impl Packing {
    /// Finds the packing by content.
    pub(crate) fn detect(head: &[u8]) -> Option<Self> {
        match head {
            [0x1f, 0x8b, ..] => Some(Self::Compressed(Compression::Gzip)),
            // A frame, or one to be skipped, with which parallel compressors begin.
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => {
                Some(Self::Compressed(Compression::Zstd))
            }
            // A member, the end of an empty archive, or a part of a split one.
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] | [b'P', b'K', 7, 8, ..] => {
                Some(Self::Zip)
            }
            _ => None,
        }
    }
}

impl Compression {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "Zstandard",
            Self::Deflate => "Deflate",
        }
    }
}

/// How much data may come out of compressed data.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Allowance {
    /// Bytes that may always come out.
    pub(super) free: u64,
    /// Beyond them, bytes that may come out for each that went in.
    pub(super) ratio: u64,
}

impl Allowance {
    pub(super) const fn new(limits: &Limits) -> Self {
        Self {
            free: Limits::FREE_BYTES,
            ratio: limits.ratio,
        }
    }

    pub(super) fn check(self, compressed: u64, decompressed: u64) -> Result<(), Fault> {
        let allowed = compressed.saturating_mul(self.ratio).max(self.free);
        if decompressed > allowed {
            return Err(Fault::TooMuchData { ratio: self.ratio });
        }
        Ok(())
    }
}

/// The decompressed bytes of a stream.
pub(super) struct Decompressed {
    decoder: Decoder,
    compression: Compression,
    allowance: Allowance,
    written: u64,
}

enum Decoder {
    Gzip(MultiGzDecoder<BufReader<Compressed>>),
    Zstd(zstd::Decoder<'static, BufReader<Compressed>>),
    Deflate(DeflateDecoder<BufReader<Compressed>>),
}

impl Decompressed {
    pub(super) fn new(
        bytes: Box<dyn Read + Send>,
        compression: Compression,
        allowance: Allowance,
    ) -> io::Result<Self> {
        const BUFFER: usize = 64 * 1024;
        let bytes = BufReader::with_capacity(BUFFER, Compressed { bytes, read: 0 });
        let decoder = match compression {
            // The decoder reads the header here, and keeps an error for the first read.
            Compression::Gzip => Decoder::Gzip(MultiGzDecoder::new(bytes)),
            Compression::Zstd => Decoder::Zstd(zstd::Decoder::with_buffer(bytes)?),
            Compression::Deflate => Decoder::Deflate(DeflateDecoder::new(bytes)),
        };
        Ok(Self {
            decoder,
            compression,
            allowance,
            written: 0,
        })
    }

    /// Compressed bytes that were used so far.
    fn consumed(&self) -> u64 {
        let bytes = match &self.decoder {
            Decoder::Gzip(decoder) => decoder.get_ref(),
            Decoder::Zstd(decoder) => decoder.get_ref(),
            Decoder::Deflate(decoder) => decoder.get_ref(),
        };
        bytes.get_ref().read - bytes.buffer().len() as u64
    }

    fn damaged(&self, error: io::Error) -> io::Error {
        if Fault::is_in(&error) || error.kind() == io::ErrorKind::Interrupted {
            return error;
        }
        let message = if error.kind() == io::ErrorKind::UnexpectedEof {
            "the data ends too early".to_owned()
        } else {
            error.to_string()
        };
        Fault::Damaged {
            format: self.compression.name(),
            offset: self.consumed(),
            message,
        }
        .into()
    }
}

impl Read for Decompressed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = match &mut self.decoder {
            Decoder::Gzip(decoder) => decoder.read(buffer),
            Decoder::Zstd(decoder) => decoder.read(buffer),
            Decoder::Deflate(decoder) => decoder.read(buffer),
        };
        let read = read.map_err(|error| self.damaged(error))?;
        self.written += read as u64;
        self.allowance.check(self.consumed(), self.written)?;
        Ok(read)
    }
}

/// Compressed bytes, counted.
struct Compressed {
    bytes: Box<dyn Read + Send>,
    read: u64,
}

impl Read for Compressed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.bytes.read(buffer)?;
        self.read += read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests;
