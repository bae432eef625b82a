//! From scored posts to a ranked report.
//!
//! The input is one table with a row for every post of an export: the columns as read, and the
//! model's scores beside them ([`columns`] lists and explains each). It comes in chunks, so that an
//! export can be larger than memory. A [`Ranking`] adds what this crate knows about: how many people
//! a post can [reach], how soon it needs an answer ([priority](Priority), [`Band`]) and
//! why, in words. A [`ReportWriter`] then makes the report's files in an [`OutputFolder`], and
//! [`PostStream`] writes the same rows to a stream. [`ScoredReport`] reads a report back.
//!
//! Every number is explained where it is defined: [`ReachScale`] and [`Priority`] hold the
//! formulas, with the source or the reason of each constant.
//!
//! Errors keep their cause in [`source`](std::error::Error::source) and do not repeat it in their
//! own message, so print the whole chain.

pub mod atomic;
mod band;
mod calendar;
pub mod chart;
pub mod columns;
pub mod comparison;
mod csv;
mod documentation;
mod error;
mod findings;
#[cfg(test)]
mod fixture;
mod folder;
mod html;
mod ndjson;
mod needs;
mod overview;
mod posts;
mod priority;
mod quantile;
mod rank;
pub mod reach;
mod report;
mod rows;
mod run;
mod scored;
mod selection;
mod settings;
mod sheet;
mod statistics;
mod table;
mod tables;
mod topics;
mod why;
pub mod words;
mod workbook;

pub use crate::{
    band::{Band, BandRules},
    calendar::{BusinessHours, Calendar, DayHours, ParseDayHoursError, time_zone, time_zone_names},
    documentation::documentation,
    error::{Error, ReadError},
    folder::OutputFolder,
    html::{BASE_STYLE, Page, PageInput, RunFacts},
    needs::{Finding, Need},
    overview::{Awaiting, Overview},
    priority::{Priority, Scores, Weights},
    rank::{Ranking, Ranks, rank},
    reach::ReachScale,
    report::{Collected, Report, ReportWriter},
    rows::{PostStream, RowFormat, write_rows},
    run::{Counts, InputFile, Model, RUN_SCHEMA, Run, Scoring, Stage},
    scored::{ScoredPosts, ScoredReport, model_checksum},
    selection::Selection,
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
    words::{PostWords, WordEffect},
};
