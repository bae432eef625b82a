//! `handles.csv`: which account was addressed, which one answered, and what fell through.

use polars::prelude::DataFrame;

use super::{Accumulate, spec::TableSpec};
use crate::{error::Error, settings::Settings};

/// The table.
pub(crate) const SPEC: TableSpec = TableSpec {
    name: "handles",
    title: "Handles",
    purpose: "",
    fields: &[],
};

/// The table as it is made.
pub(crate) struct Handles;

impl Handles {
    pub(crate) fn new(_settings: &Settings) -> Self {
        Self
    }
}

impl Accumulate for Handles {
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
