//! What the cuts of a signal are chosen for.

use std::fmt;
use std::path::Path;

use serde::Deserialize;

use crate::error::Error;
use crate::labels::Label;

/// What the cuts of a signal are chosen for.
#[derive(Clone, Debug, PartialEq)]
pub enum Goal {
    /// The highest quadratic kappa of the levels.
    Kappa,
    /// The highest macro-F1 of the three sentiments. No cut decides these, so that it is only
    /// measured.
    MacroF1,
    /// The highest F-measure, in which recall counts this many times as much as precision.
    FBeta(f64),
    /// The highest recall at which precision is at least this.
    Precision(f64),
    /// The highest precision at which recall is at least this.
    Recall(f64),
    /// As many posts a day as someone can answer, counted over a report's posts.
    Capacity(f64),
    /// The lowest expected cost of a post.
    Cost(Costs),
}

/// What each decision costs: a row for each true level, a column for each decided one.
#[derive(Clone, Debug, PartialEq)]
pub struct Costs {
    /// The path as given.
    file: String,
    table: Vec<Vec<f64>>,
}

impl Costs {
    /// Reads a signal's table of a TOML file.
    fn read(path: &str, label: Label) -> Result<Self, Error> {
        let text = std::fs::read_to_string(path).map_err(|source| Error::Read {
            file: path.to_owned(),
            source,
        })?;
        Self::parse(path, &text, label)
    }

    fn parse(file: &str, text: &str, label: Label) -> Result<Self, Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Table {
            cost: Vec<Vec<f64>>,
        }
        let failed = |message: String| Error::Costs {
            file: file.to_owned(),
            message,
        };
        let tables: toml::Table =
            toml::from_str(text).map_err(|error| failed(error.message().replace('\n', " ")))?;
        let name = label.name();
        let classes = if label.is_graded() { 4 } else { 2 };
        let table = tables
            .get(name)
            .ok_or_else(|| failed(format!("there is no table [{name}]")))?;
        let Table { cost: table } = table
            .clone()
            .try_into()
            .map_err(|error| failed(format!("[{name}]: {}", error.message().replace('\n', " "))))?;
        let is_square = table.len() == classes && table.iter().all(|row| row.len() == classes);
        let mut costs = table.iter().flatten();
        if !is_square || !costs.all(|cost| cost.is_finite() && *cost >= 0.0) {
            return Err(failed(format!(
                "[{name}]: cost needs {classes} rows (what is true) of {classes} numbers (what is \
                 decided), each 0 or more"
            )));
        }
        Ok(Self {
            file: file.to_owned(),
            table,
        })
    }

    /// What it costs to decide this of a post that is that.
    pub(crate) fn cost(&self, truth: usize, decided: usize) -> f64 {
        let row = self.table.get(truth);
        row.and_then(|row| row.get(decided)).copied().unwrap_or(0.0)
    }
}

/// The goal of a signal, as `SIGNAL=GOAL` or, for one cut of a graded signal, `SIGNAL>=LEVEL=GOAL`.
#[derive(Clone, Debug, PartialEq)]
pub struct SignalGoal {
    /// The signal.
    pub label: Label,
    /// The level whose cut is chosen; the others stay. `None` for all cuts.
    pub level: Option<u8>,
    /// What for.
    pub goal: Goal,
}

impl SignalGoal {
    /// What a signal's cuts are chosen for unless someone says otherwise.
    pub fn default_of(label: Label) -> Self {
        Self {
            label,
            level: None,
            goal: match label {
                Label::Anger | Label::Urgency => Goal::Kappa,
                Label::Sentiment => Goal::MacroF1,
                Label::Actionable | Label::TriedBefore | Label::Churn => Goal::FBeta(1.0),
            },
        }
    }

    /// Reads a goal, and the cost table that it names.
    ///
    /// # Errors
    ///
    /// [`Error::Goal`] when it is not written as it must be, [`Error::Read`] and [`Error::Costs`]
    /// when its cost table cannot be used.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let failed = |message: &str| Error::Goal(format!("--goal {text}: {message}"));
        let (name, rest) = text
            .find(['=', '>'])
            .map(|end| text.split_at(end))
            .ok_or_else(|| failed("write SIGNAL=GOAL, such as churn=f1"))?;
        let label = Label::from_name(name.trim()).ok_or_else(|| {
            failed("the signal is one of anger, urgency, actionable, tried_before and churn")
        })?;
        if label == Label::Sentiment {
            return Err(failed(
                "sentiment has no cut to choose; it is the likeliest of three",
            ));
        }
        let (level, goal) = match rest.strip_prefix(">=") {
            Some(rest) => {
                let (level, goal) = rest
                    .split_once('=')
                    .ok_or_else(|| failed("write SIGNAL>=LEVEL=GOAL, such as urgency>=3=f1"))?;
                let level = match level.trim() {
                    "1" => 1,
                    "2" => 2,
                    "3" => 3,
                    _ => return Err(failed("the level is 1, 2 or 3")),
                };
                (Some(level), goal)
            }
            None => (None, rest.trim_start_matches('=')),
        };
        if level.is_some() && !label.is_graded() {
            return Err(failed("only anger and urgency have levels"));
        }
        let (kind, value) = match goal.split_once(':') {
            Some((kind, value)) => (kind.trim(), Some(value.trim())),
            None => (goal.trim(), None),
        };
        let number = |is_allowed: fn(f64) -> bool, expected: &str| {
            value
                .and_then(|value| value.parse().ok())
                .filter(|number| is_allowed(*number))
                .ok_or_else(|| failed(expected))
        };
        let is_positive = |number: f64| number.is_finite() && number > 0.0;
        let is_share = |number: f64| 0.0 < number && number <= 1.0;
        let goal = match kind {
            "kappa" if value.is_none() => Goal::Kappa,
            "f1" if value.is_none() => Goal::FBeta(1.0),
            "f" => Goal::FBeta(number(is_positive, "write f:BETA, such as f:2")?),
            "precision" => Goal::Precision(number(is_share, "write precision:0.8")?),
            "recall" => Goal::Recall(number(is_share, "write recall:0.9")?),
            "capacity" => Goal::Capacity(number(is_positive, "write capacity:200")?),
            "cost" => {
                let file = value.ok_or_else(|| failed("write cost:FILE.toml"))?;
                Goal::Cost(Costs::read(file, label)?)
            }
            _ => {
                return Err(failed(
                    "the goal is one of kappa, f1, f:BETA, precision:P, recall:R, capacity:N and \
                     cost:FILE",
                ));
            }
        };
        match (&goal, label.is_graded(), level) {
            (Goal::Kappa, false, _) => Err(failed("kappa is for anger and urgency")),
            (Goal::Kappa | Goal::Cost(_), _, Some(_)) => {
                Err(failed("this goal is for all levels; leave out >=LEVEL"))
            }
            (Goal::Kappa | Goal::Cost(_), _, None) | (_, false, None) | (_, true, Some(_)) => {
                Ok(Self { label, level, goal })
            }
            (_, true, None) => Err(failed("say which level, such as urgency>=3=recall:0.9")),
            (_, false, Some(_)) => Err(failed("only anger and urgency have levels")),
        }
    }

    /// One goal for each label: those given, and the defaults.
    ///
    /// # Errors
    ///
    /// [`Error::Goal`] when a signal is given two goals, and as [`parse`](Self::parse).
    pub fn parse_all(texts: &[String]) -> Result<Vec<Self>, Error> {
        let mut goals = Label::ALL.map(Self::default_of);
        let mut given: Vec<Label> = Vec::new();
        for text in texts {
            let goal = Self::parse(text)?;
            if given.contains(&goal.label) {
                return Err(Error::Goal(format!(
                    "--goal {text}: {} already has a goal; to choose two cuts for two ends, run \
                     twice, the second time with --decision",
                    goal.label.name()
                )));
            }
            given.push(goal.label);
            if let Some(place) = goals.iter_mut().find(|it| it.label == goal.label) {
                *place = goal;
            }
        }
        Ok(goals.into())
    }
}

/// As [`SignalGoal::parse`] reads it.
impl fmt::Display for SignalGoal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label.name())?;
        if let Some(level) = self.level {
            write!(f, ">={level}")?;
        }
        write!(f, "={}", self.goal)
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kappa => f.write_str("kappa"),
            Self::MacroF1 => f.write_str("macro-f1"),
            Self::FBeta(1.0) => f.write_str("f1"),
            Self::FBeta(beta) => write!(f, "f:{beta}"),
            Self::Precision(share) => write!(f, "precision:{share}"),
            Self::Recall(share) => write!(f, "recall:{share}"),
            Self::Capacity(posts) => write!(f, "capacity:{posts}"),
            Self::Cost(costs) => {
                let name = Path::new(&costs.file).file_name().unwrap_or_default();
                write!(f, "cost:{}", name.display())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goals_are_shown_as_they_are_written() {
        for text in [
            "urgency=kappa",
            "urgency>=3=recall:0.9",
            "anger>=2=f1",
            "churn=precision:0.8",
            "tried_before=f:2",
            "actionable=capacity:200",
        ] {
            assert_eq!(SignalGoal::parse(text).unwrap().to_string(), text);
        }
        let spaced = SignalGoal::parse(" churn = f1").unwrap();
        assert_eq!(spaced, SignalGoal::default_of(Label::Churn));
    }

    #[test]
    fn what_is_wrong_is_said() {
        let messages: Vec<String> = [
            "churn",
            "angst=f1",
            "sentiment=f1",
            "churn=kappa",
            "churn=best",
            "churn=f:0",
            "churn=precision:1.5",
            "churn=recall",
            "churn=capacity:-1",
            "churn=cost",
            "churn=cost:no/such/file.toml",
            "churn>=2=f1",
            "urgency>=4=f1",
            "urgency>=3",
            "urgency=f1",
            "urgency>=2=kappa",
        ]
        .into_iter()
        .map(|text| SignalGoal::parse(text).unwrap_err().to_string())
        .collect();
        insta::assert_snapshot!(messages.join("\n"));
    }

    #[test]
    fn one_goal_a_signal() {
        let goals = |texts: &[&str]| {
            let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
            SignalGoal::parse_all(&texts)
        };
        let all = goals(&["churn=f:2"]).unwrap();
        assert_eq!(all.len(), 6);
        assert_eq!(all[5].goal, Goal::FBeta(2.0));
        assert_eq!(all[0].goal, Goal::Kappa);
        let message = goals(&["churn=f:2", "churn=f1"]).unwrap_err().to_string();
        assert!(message.contains("already has a goal"), "{message}");
    }

    #[test]
    fn cost_tables() {
        let parse = |text: &str, label| {
            Costs::parse("costs.toml", text, label).map_err(|error| error.to_string())
        };
        let good = "[urgency]\ncost = [[0, 1, 1, 1], [2, 0, 1, 1], [5, 2, 0, 1], [20, 9, 3, 0]]
                    [churn]\ncost = [[0, 1], [10.5, 0]]";
        assert_eq!(parse(good, Label::Urgency).unwrap().cost(3, 0), 20.0);
        assert_eq!(parse(good, Label::Churn).unwrap().cost(1, 0), 10.5);
        let messages = [
            parse(good, Label::Anger),
            parse("[churn]\ncost = [[0, 1]]", Label::Churn),
            parse("[churn]\ncost = [[0, -1], [1, 0]]", Label::Churn),
            parse("[churn]\ncosts = [[0, 1], [1, 0]]", Label::Churn),
            parse("[churn", Label::Churn),
        ]
        .map(|result| result.unwrap_err());
        insta::assert_snapshot!(messages.join("\n"));
    }
}
