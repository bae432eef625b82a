//! Reads exports of posts into one canonical table, accounting for every row.
//!
//! An export is CSV (also with tabs, semicolons or pipes), JSON, Parquet or Arrow, from any tool
//! whose headers are known or named by the user; plain, compressed with gzip or Zstandard or in a
//! zip archive; a file, a folder, a pattern or standard input. [`Reader`] gives its posts in
//! chunks with the columns
//! of [`schema`], together with every row that could not become a post:
//!
//! ```
//! use uproar_ingest::{Input, ReadOptions, Reader};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("posts.csv");
//! # std::fs::write(&path, "id,text\n1,My bag is lost\n2,\n")?;
//! let mut reader = Reader::open(vec![Input::Path(path)], ReadOptions::default())?;
//! for chunk in reader.by_ref() {
//!     let chunk = chunk?;
//!     assert_eq!(chunk.posts.height(), 1);
//!     assert_eq!(chunk.rejects[0].reason.to_string(), "no text");
//! }
//! let counts = reader.counts();
//! assert_eq!(counts.rows, counts.posts + counts.rejected + counts.duplicates);
//! # Ok(())
//! # }
//! ```
//!
//! Memory does not grow with the length of the exports, but for some 40 bytes a post, by which
//! duplicates are known.

mod columns;
pub mod conversation;
mod counted;
mod documentation;
mod duplicates;
mod encoding;
mod error;
mod formats;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
pub mod handle;
mod html;
mod input;
pub mod inspect;
mod intake;
pub mod interner;
pub mod language;
mod limits;
mod notice;
pub mod panics;
mod post;
pub mod pseudonym;
mod reader;
pub mod redact;
mod reddit;
mod reject;
mod rows;
pub mod schema;
mod time;
mod values;

pub use columns::{ColumnOverride, InvalidOverride};
pub use counted::{counted, grouped};
pub use documentation::documentation;
pub use error::Error;
pub use input::{Input, acts_on_terminal};
pub use limits::{InvalidLimit, Limit, LimitOverride, Limits};
pub use notice::{LeftOut, Notice, NoticeKind};
pub use reader::{Chunk, Counts, OpenedInput, ReadOptions, Reader};
pub use reject::{RAW_CHARS, Reason, Reject};
