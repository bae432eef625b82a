//! The options that say how exports are read.

use clap::Args;
use uproar_ingest::schema::Column;
use uproar_ingest::{ColumnOverride, LimitOverride, Limits, ReadOptions};

use crate::config::Config;

/// How exports are read, the same for every command that reads them.
#[derive(Debug, Args)]
pub(crate) struct ReadArgs {
    /// Which column holds what, where Uproar does not find it by itself, such as `text=remark`.
    #[arg(long, value_name = "COLUMN=HEADER", long_help = map_help())]
    pub(crate) map: Vec<ColumnOverride>,

    /// A handle of the company: posts of this author are answers, not customers' posts.
    #[arg(long, value_name = "HANDLE")]
    pub(crate) company: Vec<String>,

    /// Text encoding of the inputs, such as windows-1252, when they are neither UTF-8 nor UTF-16.
    #[arg(long, value_name = "LABEL")]
    pub(crate) encoding: Option<String>,

    /// How much an input may cost, such as `field=2MiB`, in place of the default.
    #[arg(long, value_name = "NAME=VALUE", long_help = limit_help())]
    pub(crate) limit: Vec<LimitOverride>,
}

impl ReadArgs {
    /// The options, with what the file of settings has of them.
    pub(crate) fn options(&self, config: &Config) -> ReadOptions {
        ReadOptions {
            map: self.map.clone(),
            company: config.company(&self.company).to_vec(),
            encoding: self.encoding.clone(),
            limits: Limits::default().with(&self.limit),
            ..Default::default()
        }
    }
}

fn map_help() -> String {
    let columns = Column::ALL.map(Column::name).join(", ");
    format!(
        "Which column holds what, where Uproar does not find it by itself, such as \
         `text=remark`.\n\nThe left side is one of {columns}."
    )
}

fn limit_help() -> String {
    format!(
        "How much an input may cost, such as `field=2MiB`, in place of the default.\n\nThe limits, \
         with their defaults:\n{}",
        Limits::default()
    )
}
