//! `equity.csv`: whether small accounts, calm words or missing badges wait longer.

use polars::prelude::DataFrame;

use super::{Accumulate, spec::TableSpec};
use crate::{error::Error, settings::Settings};

/// The table.
pub(crate) const SPEC: TableSpec = TableSpec {
    name: "equity",
    title: "Equity",
    purpose: "",
    fields: &[],
};

/// The table as it is made.
pub(crate) struct Equity;

impl Equity {
    pub(crate) fn new(_settings: &Settings) -> Self {
        Self
    }
}

impl Accumulate for Equity {
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
