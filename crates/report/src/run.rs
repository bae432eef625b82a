//! `run.json`: what made a report, so that it can be made again and its numbers traced.

use std::ops::AddAssign;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::{Map, Value};

/// The version of the layout of `run.json`. It grows when a field changes its meaning or goes away;
/// a new field alone does not change it.
pub const RUN_SCHEMA: u32 = 1;

/// One run of the program. All but [`started_at`](Self::started_at), [`scoring`](Self::scoring) and
/// [`stages`](Self::stages) are the same whenever the same inputs are scored in the same way.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Run {
    /// Always [`RUN_SCHEMA`] when written.
    pub schema: u32,
    /// The version of Uproar.
    pub uproar: String,
    /// When the run began, in UTC.
    #[serde(serialize_with = "display", deserialize_with = "parse")]
    pub started_at: Timestamp,
    /// The model that scored the posts.
    pub model: Model,
    /// The options that shape the output, by their long name, as they were given or as the file of
    /// settings has them; of a key, its fingerprint.
    pub options: Map<String, Value>,
    /// The other settings that were in force, by names such as `priority.urgency`.
    pub settings: Map<String, Value>,
    /// The files read, in their order.
    pub inputs: Vec<InputFile>,
    /// What became of the rows.
    pub counts: Counts,
    /// Where the scores came from.
    pub scoring: Scoring,
    /// What the run spent its time on, in order.
    pub stages: Vec<Stage>,
    /// Remarks on the inputs, as they were shown to the user.
    pub notices: Vec<String>,
}

/// A model, as far as it decides the scores.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Model {
    /// The model's own name.
    pub name: String,
    /// Its folder, as it was given.
    pub path: String,
    /// SHA-256 of the weights, in hexadecimal.
    pub checksum: String,
    /// The version of the text normaliser that the model was trained with.
    pub normalizer: u32,
    /// The engine that computed the scores.
    pub engine: String,
    /// What the model's outputs stand for, in their order.
    pub labels: Vec<String>,
}

/// A file that posts were read from.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct InputFile {
    /// The path as it was given; `-` for standard input.
    pub path: String,
    /// Its size in bytes.
    pub bytes: u64,
}

/// What became of the rows of the inputs. No row is lost: `rows` is the sum of the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Counts {
    rows: u64,
    scored: u64,
    not_scored: u64,
    rejected: u64,
    duplicates: u64,
}

impl Counts {
    /// Counts of rows that became posts with and without scores, could not be read, and stood there
    /// before.
    pub fn new(scored: u64, not_scored: u64, rejected: u64, duplicates: u64) -> Self {
        let rows = [scored, not_scored, rejected, duplicates]
            .into_iter()
            .fold(0, u64::saturating_add);
        Self {
            rows,
            scored,
            not_scored,
            rejected,
            duplicates,
        }
    }

    /// All rows.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Rows that became scored posts.
    pub fn scored(&self) -> u64 {
        self.scored
    }

    /// Rows that became posts in a language that the model does not know, without scores.
    pub fn not_scored(&self) -> u64 {
        self.not_scored
    }

    /// Rows that could not be read.
    pub fn rejected(&self) -> u64 {
        self.rejected
    }

    /// Rows that had stood in the inputs before.
    pub fn duplicates(&self) -> u64 {
        self.duplicates
    }
}

/// Where the scores of posts came from; the numbers add up to the posts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Scoring {
    /// Posts that the model read.
    pub model: u64,
    /// Posts with the text of another post of the run.
    pub repeated: u64,
    /// Posts with a text that an earlier run left in the cache.
    pub cached: u64,
    /// Posts that a run scored which was cut off.
    pub resumed: u64,
    /// Posts without scores, being in a language that the model does not know.
    pub not_scored: u64,
}

impl AddAssign for Scoring {
    fn add_assign(&mut self, other: Self) {
        self.model += other.model;
        self.repeated += other.repeated;
        self.cached += other.cached;
        self.resumed += other.resumed;
        self.not_scored += other.not_scored;
    }
}

/// A part of the run.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Stage {
    /// What was done.
    pub name: String,
    /// How long it took.
    pub seconds: f64,
}

fn display<S: Serializer>(value: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

fn parse<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
    String::deserialize(deserializer)?
        .parse()
        .map_err(de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_lose_no_row() {
        let counts = Counts::new(90, 5, 7, 3);
        assert_eq!(counts.rows(), 105);
        assert_eq!(
            counts.rows(),
            counts.scored() + counts.not_scored() + counts.rejected() + counts.duplicates()
        );
    }

    #[test]
    fn layout() {
        let run = Run {
            schema: RUN_SCHEMA,
            uproar: "0.1.0".to_owned(),
            started_at: "2026-03-03T18:42:00Z".parse().unwrap(),
            model: Model {
                name: "care-minilm".to_owned(),
                path: "models/care-minilm".to_owned(),
                checksum: "9f86d081".to_owned(),
                normalizer: 1,
                engine: "native".to_owned(),
                labels: vec!["anger".to_owned(), "urgency".to_owned()],
            },
            options: Map::from_iter([("top".to_owned(), Value::from(50))]),
            settings: Map::from_iter([("priority.urgency".to_owned(), 0.7.into())]),
            inputs: vec![InputFile {
                path: "posts.csv".to_owned(),
                bytes: 1024,
            }],
            counts: Counts::new(90, 5, 7, 3),
            scoring: Scoring {
                model: 60,
                repeated: 10,
                cached: 20,
                resumed: 0,
                not_scored: 5,
            },
            stages: vec![Stage {
                name: "read".to_owned(),
                seconds: 0.5,
            }],
            notices: vec!["posts.csv: 2 dates were not understood".to_owned()],
        };
        insta::assert_json_snapshot!(run);
    }
}
