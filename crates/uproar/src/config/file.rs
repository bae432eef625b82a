//! The keys of `uproar.toml`. Their comments here are those that users read: in the file that
//! `uproar config init` writes, in the JSON schema and in docs/configuration.md.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uproar_report::{BandRules, BusinessHours, DayHours, ReachScale, Weights};

use super::check::nearest_name;

/// Settings of Uproar.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct File {
    /// Handles of the company: posts of these authors are answers, not customers' posts. Without any,
    /// they are found from the export. `--company` replaces them.
    #[schemars(example = ["@acme", "@acmehelp"])]
    pub(super) company: Vec<String>,

    /// The time zone that days and business hours are counted in, by its IANA name.
    #[schemars(example = "Europe/London")]
    pub(super) time_zone: Zone,

    /// When the team works. Where it is set, posts have the column first_response_open_minutes: the
    /// minutes from the post to the first answer, without those when nobody was there. A day that is
    /// left out is closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Week")]
    pub(super) business_hours: Option<Week>,

    /// How much each term of a priority counts. The weights of urgency, anger, actionable,
    /// tried_before and churn add up to 1; reach multiplies what they come to.
    pub(super) priority: Weights,

    /// How an audience becomes a reach from 0 to 100.
    pub(super) reach: ReachScale,

    /// From which of the model's levels on a post is for which band. Levels of urgency: 1 can wait,
    /// 2 today, 3 now; of anger: 1 irritated, 2 angry, 3 furious.
    pub(super) bands: BandRules,

    /// Where a marker such as [phone] takes the place of personal data.
    pub(super) redaction: Redaction,

    /// What the report holds.
    pub(super) report: Report,
}

/// The business hours of a week.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Week {
    /// From opening to closing; 00:00-24:00 is the whole day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Hours")]
    monday: Option<Hours>,
    /// As for Monday.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Hours")]
    tuesday: Option<Hours>,
    /// As for Monday.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Hours")]
    wednesday: Option<Hours>,
    /// As for Monday.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Hours")]
    thursday: Option<Hours>,
    /// As for Monday.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Hours")]
    friday: Option<Hours>,
    /// As for Monday.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Hours")]
    saturday: Option<Hours>,
    /// As for Monday.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Hours")]
    sunday: Option<Hours>,
    /// Dates on which nobody works.
    #[schemars(example = ["2026-12-25", "2026-12-26"])]
    holidays: Vec<Holiday>,
}

/// Where personal data is hidden.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Redaction {
    /// In report.html and report.xlsx, which are passed around.
    pub(super) reports: bool,
    /// In the posts' texts in every file, as `--redact` does, when posts are scored: `uproar report` takes
    /// the texts as the report has them.
    pub(super) posts: bool,
}

impl Default for Redaction {
    fn default() -> Self {
        Self {
            reports: true,
            posts: false,
        }
    }
}

/// What the report holds.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Report {
    /// How many posts queue.csv has at most; all where it is not set. `--top` wins over it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32")]
    pub(super) top: Option<usize>,
}

/// A time zone by its IANA name.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(try_from = "String", into = "String")]
pub(super) struct Zone(TimeZone);

impl Zone {
    pub(super) fn zone(&self) -> TimeZone {
        self.0.clone()
    }
}

impl Default for Zone {
    fn default() -> Self {
        Self(TimeZone::UTC)
    }
}

impl TryFrom<String> for Zone {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        uproar_report::time_zone(&name).map(Self).ok_or_else(|| {
            let names: Vec<String> = uproar_report::time_zone_names().collect();
            let hint = match nearest_name(&name, names.iter().map(String::as_str)) {
                Some(near) => format!("did you mean {near:?}?"),
                None => "give an IANA name such as \"Europe/London\"".to_owned(),
            };
            format!("no time zone is called {name:?}; {hint}")
        })
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> Self {
        // All zones here have been found by their names.
        zone.0.iana_name().unwrap_or("UTC").to_owned()
    }
}

/// Opening and closing time of a day.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(try_from = "String", into = "String")]
#[schemars(extend("pattern" = r"^ *[0-2]\d:[0-5]\d *- *[0-2]\d:[0-5]\d *$"))]
struct Hours(DayHours);

impl TryFrom<String> for Hours {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let hours = text.parse().map(Self);
        hours.map_err(|error| format!("{text:?} {error}"))
    }
}

impl From<Hours> for String {
    fn from(hours: Hours) -> Self {
        hours.0.to_string()
    }
}

/// A day of the calendar.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(try_from = "String", into = "String")]
#[schemars(extend("format" = "date"))]
struct Holiday(Date);

impl TryFrom<String> for Holiday {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        // Not what else the parser knows, such as a time behind the date.
        let date = (text.len() == 10).then(|| text.parse().ok()).flatten();
        date.map(Self)
            .ok_or_else(|| format!("{text:?} is no date such as \"2026-12-25\""))
    }
}

impl From<Holiday> for String {
    fn from(day: Holiday) -> Self {
        day.0.to_string()
    }
}

impl From<&Week> for BusinessHours {
    fn from(week: &Week) -> Self {
        let days = [
            week.monday,
            week.tuesday,
            week.wednesday,
            week.thursday,
            week.friday,
            week.saturday,
            week.sunday,
        ];
        let holidays = week.holidays.iter().map(|day| day.0);
        Self::new(days.map(|day| day.map(|hours| hours.0)), holidays)
    }
}
