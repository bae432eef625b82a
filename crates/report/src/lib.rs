//! From scored posts to a ranked report.
//!
//! The input is one table with a row for every post of an export: the columns as read, and the
//! model's scores beside them ([`columns`] lists and explains each). [`rank`] adds what this crate
//! knows about: how many people a post can [reach](mod@reach), how soon it needs an answer
//! ([priority](Priority), [`Band`]) and why, in words. [`OutputFolder`] then writes the report's
//! files, and [`write_rows`] writes the same rows to a stream.
//!
//! Every number is explained where it is defined: [`reach`](reach::reach) and [`Priority`] hold the
//! formulas, with the source or the reason of each constant.
//!
//! Errors keep their cause in [`source`](std::error::Error::source) and do not repeat it in their
//! own message, so print the whole chain.

pub mod atomic;
mod band;
pub mod columns;
mod csv;
mod error;
#[cfg(test)]
mod fixture;
mod folder;
mod ndjson;
mod needs;
mod posts;
mod priority;
mod rank;
pub mod reach;
mod rows;
mod run;
mod scored;
mod sheet;
mod table;
mod tables;
mod why;

pub use crate::{
    band::Band,
    error::{Error, ReadError},
    folder::OutputFolder,
    needs::{Finding, Need},
    priority::{Priority, Scores, Weights},
    rank::rank,
    rows::{RowFormat, write_posts, write_rows},
    run::{Counts, InputFile, Model, RUN_SCHEMA, Run, Stage},
    scored::{ScoredPosts, model_checksum},
    sheet::LabelSheet,
    tables::rejects::RejectRow,
};
