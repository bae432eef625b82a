//! Which column of a sheet holds what.

use uproar_classifier::Signal;

use super::answer::Label;
use crate::error::Error;

/// Columns of a report's `posts.csv` that a file of labels has under the same or another name.
const LEVELS: [&str; 2] = ["anger_level", "urgency_level"];

/// Where the columns stand.
#[derive(Debug, Default)]
pub(super) struct Columns {
    pub(super) id: Option<usize>,
    pub(super) text: Option<usize>,
    pub(super) labels: [Option<usize>; Label::ALL.len()],
    pub(super) weight: Option<usize>,
    pub(super) company: Option<usize>,
    pub(super) followers: Option<usize>,
    pub(super) lang: Option<usize>,
    pub(super) model: Option<usize>,
    /// The model's outputs, in the order of [`Signal::ALL`]: all or none.
    pub(super) logits: Option<[usize; Signal::COUNT]>,
    /// What a report's `posts.csv` has beside; none in a plain file of labels.
    pub(super) report: Option<ReportColumns>,
}

/// Columns that only a report has.
#[derive(Debug)]
pub(super) struct ReportColumns {
    pub(super) direction: Option<usize>,
    pub(super) band: Option<usize>,
    /// Anger, urgency and actionable, from 0 to 1.
    pub(super) scores: [Option<usize>; 3],
}

/// The name of a header, whatever its case and spaces.
fn normal(header: &str) -> String {
    header.trim().to_lowercase().replace([' ', '-'], "_")
}

/// Whether a header names a column that means something here.
pub(super) fn is_known(header: &str) -> bool {
    const OTHERS: [&str; 7] = [
        "id",
        "text",
        "weight",
        "company",
        "followers",
        "lang",
        "model",
    ];
    let name = normal(header);
    OTHERS.contains(&name.as_str())
        || LEVELS.contains(&name.as_str())
        || Label::from_name(&name).is_some()
}

impl Columns {
    /// Finds the columns by their headers.
    pub(super) fn find(file: &str, headers: &[String]) -> Result<Self, Error> {
        let names: Vec<String> = headers.iter().map(|header| normal(header)).collect();
        let find = |wanted: &'static str| {
            let mut places = (0..names.len()).filter(|place| names[*place] == wanted);
            let first = places.next();
            match places.next() {
                Some(_) => Err(Error::TwoColumns {
                    file: file.to_owned(),
                    column: wanted,
                }),
                None => Ok(first),
            }
        };
        let is_report = names.iter().any(|name| LEVELS.contains(&name.as_str()));
        let mut labels = [None; Label::ALL.len()];
        for (place, label) in labels.iter_mut().zip(Label::ALL) {
            *place = find(if is_report {
                decided(label)
            } else {
                label.name()
            })?;
        }
        let columns = Self {
            id: find("id")?,
            text: find("text")?,
            labels,
            weight: find("weight")?,
            company: find("company")?,
            followers: find("followers")?,
            lang: find("lang")?,
            model: find("model")?,
            logits: logits(file, &names)?,
            report: if is_report {
                Some(ReportColumns {
                    direction: find("direction")?,
                    band: find("band")?,
                    scores: [find("anger")?, find("urgency")?, find("actionable")?],
                })
            } else {
                None
            },
        };
        if columns.id.is_none() && columns.text.is_none() {
            return Err(Error::NoPostColumn {
                file: file.to_owned(),
                found: listed(headers),
            });
        }
        if columns.labels.iter().all(Option::is_none) {
            return Err(Error::NoLabelColumn {
                file: file.to_owned(),
                found: listed(headers),
            });
        }
        Ok(columns)
    }
}

/// Where a report holds what was decided; the label's own name is the probability there.
fn decided(label: Label) -> &'static str {
    match label {
        Label::Anger => "anger_level",
        Label::Urgency => "urgency_level",
        Label::Sentiment => "sentiment",
        Label::Actionable => "is_actionable",
        Label::TriedBefore => "is_tried_before",
        Label::Churn => "is_churn",
    }
}

fn logits(file: &str, names: &[String]) -> Result<Option<[usize; Signal::COUNT]>, Error> {
    let wanted = Signal::ALL.map(|signal| format!("logit_{}", signal.name()));
    let places: Vec<Option<usize>> = wanted
        .iter()
        .map(|wanted| names.iter().position(|name| name == wanted))
        .collect();
    let found: Vec<usize> = places.iter().copied().flatten().collect();
    match found.try_into() {
        Ok(all) => Ok(Some(all)),
        Err(some) if some.is_empty() => Ok(None),
        Err(_) => Err(Error::SomeLogits {
            file: file.to_owned(),
            missing: wanted
                .into_iter()
                .zip(places)
                .filter(|(_, place)| place.is_none())
                .map(|(name, _)| name)
                .collect::<Vec<_>>()
                .join(", "),
        }),
    }
}

/// Headers for a message. A file without a header has posts in this place.
fn listed(headers: &[String]) -> String {
    const MOST: usize = 30;
    const LONGEST: usize = 30;
    let named = || headers.iter().filter(|header| !header.trim().is_empty());
    let mut shown: Vec<String> = named()
        .take(MOST)
        .map(|header| match header.char_indices().nth(LONGEST) {
            Some((end, _)) => format!("`{}…`", header[..end].escape_debug()),
            None => format!("`{}`", header.escape_debug()),
        })
        .collect();
    match named().count().saturating_sub(MOST) {
        0 if shown.is_empty() => return "no named column".to_owned(),
        0 => {}
        more => shown.push(format!("and {more} more")),
    }
    shown.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(headers: &str) -> Result<Columns, String> {
        let headers: Vec<String> = headers.split(',').map(str::to_owned).collect();
        Columns::find("labels.csv", &headers).map_err(|error| error.to_string())
    }

    #[test]
    fn case_and_spaces_do_not_matter() {
        let columns = find(" ID ,Tried before,CHURN,weight,x").unwrap();
        assert_eq!(columns.id, Some(0));
        assert_eq!(columns.labels, [None, None, None, None, Some(1), Some(2)]);
        assert_eq!(columns.weight, Some(3));
        assert!(columns.report.is_none());
    }

    #[test]
    fn a_report_has_its_labels_elsewhere() {
        let columns = find("id,anger,urgency,anger_level,urgency_level,band,is_churn").unwrap();
        assert_eq!(
            columns.labels,
            [Some(3), Some(4), None, None, None, Some(6)]
        );
        let report = columns.report.unwrap();
        assert_eq!(report.band, Some(5));
        assert_eq!(report.scores, [Some(1), Some(2), None]);
    }

    #[test]
    fn what_is_missing_is_named() {
        let messages = [
            "remark,anger",
            "id,remark,angry",
            "id,churn,Churn",
            "id,churn,logit_anger,logit_churn",
            ",",
        ]
        .map(|headers| find(headers).unwrap_err());
        insta::assert_snapshot!(messages.join("\n"));
    }
}
