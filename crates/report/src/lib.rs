//! From scored posts to a ranked report.
//!
//! The input is one table with a row for every post of an export: the columns as read, and the
//! model's scores beside them ([`columns`] lists and explains each). It comes in chunks, so that an
//! export can be larger than memory. A [`Ranking`] adds what this crate knows about: how many people
//! a post can [reach](mod@reach), how soon it needs an answer ([priority](Priority), [`Band`]) and
//! why, in words. [`OutputFolder`] then takes the report's files, and [`PostStream`] writes the same
//! rows to a stream.
//!
//! Every number is explained where it is defined: [`reach`](reach::reach) and [`Priority`] hold the
//! formulas, with the source or the reason of each constant.
//!
//! Errors keep their cause in [`source`](std::error::Error::source) and do not repeat it in their
//! own message, so print the whole chain.

pub mod atomic;
mod band;
mod calendar;
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
mod report;
mod rows;
mod run;
mod scored;
mod settings;
mod sheet;
mod table;
mod tables;
mod topics;
mod why;

pub use crate::{
    band::Band,
    calendar::Calendar,
    error::{Error, ReadError},
    folder::OutputFolder,
    needs::{Finding, Need},
    priority::{Priority, Scores, Weights},
    rank::{Ranking, Ranks, rank},
    report::{Report, ReportWriter},
    rows::{PostStream, RowFormat, write_rows},
    run::{Counts, InputFile, Model, RUN_SCHEMA, Run, Scoring, Stage},
    scored::{ScoredPosts, model_checksum},
    settings::Settings,
    sheet::LabelSheet,
    tables::{
        Field, FinishedTable, Kind, TableSpec, Tables,
        posts::PostsWriter,
        queue::{Queue, QueueWriter},
        rejects::{RejectRow, RejectsWriter},
        summary::Summary,
    },
    topics::{OTHER_TOPIC, TopicSample, Topics},
};
