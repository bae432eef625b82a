//! `companies.csv`: what each company gets, and how it answers.

use polars::prelude::DataFrame;

use super::{Accumulate, spec::TableSpec};
use crate::{error::Error, settings::Settings};

/// The table.
pub(crate) const SPEC: TableSpec = TableSpec {
    name: "companies",
    title: "Companies",
    purpose: "",
    fields: &[],
};

/// The table as it is made.
pub(crate) struct Companies;

impl Companies {
    pub(crate) fn new(_settings: &Settings) -> Self {
        Self
    }
}

impl Accumulate for Companies {
    fn spec(&self) -> &'static TableSpec {
        &SPEC
    }

    fn add(&mut self, _ranked: &DataFrame) -> Result<(), Error> {
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<DataFrame, Error> {
        Ok(DataFrame::empty())
    }
}
