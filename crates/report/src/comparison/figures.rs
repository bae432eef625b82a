//! The headline figures of two reports, and how sure their differences are.

use std::collections::BTreeMap;

use serde::Serialize;
use uproar_ingest::conversation::ReplyKind;

use super::Rows;
use crate::{
    band::Band,
    quantile::quantile,
    statistics::{Proportion, SIGNIFICANCE, adjusted},
};

/// A figure before and after.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figure {
    /// Its name.
    pub name: &'static str,
    /// What it counts in.
    pub unit: Unit,
    /// In the first report; missing where nothing is known.
    pub before: Option<f64>,
    /// In the second one.
    pub after: Option<f64>,
    /// The 95 % interval of the difference of two shares, which takes the posts of the two reports for
    /// independent of each other. Missing for other figures, and where a report has no such posts.
    pub interval: Option<[f64; 2]>,
}

/// What a figure counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Posts.
    Posts,
    /// A fraction of 1.
    Share,
    /// Minutes.
    Minutes,
}

/// A company whose posts or answers changed beyond chance.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CompanyChange {
    /// Its name, as in the column `company`.
    pub company: String,
    /// What changed: `angry` or `answered`.
    pub figure: &'static str,
    /// The share before.
    pub before: f64,
    /// The share after.
    pub after: f64,
    /// The 95 % interval of the difference.
    pub interval: [f64; 2],
    /// Posts that the two shares are of.
    pub posts: [u64; 2],
}

/// Counts over one report's posts of customers.
#[derive(Debug, Default)]
pub(super) struct Figures {
    posts: u64,
    awaiting: [u64; 3],
    urgent: Proportion,
    angry: Proportion,
    tried_before: Proportion,
    churn: Proportion,
    answered: Proportion,
    deflected: Proportion,
    private: Proportion,
    responses: Vec<f64>,
    /// Angry and answered.
    by_company: BTreeMap<String, [Proportion; 2]>,
}

impl Figures {
    pub(super) fn add(&mut self, rows: &Rows, row: usize) {
        self.posts += 1;
        let answered = rows.answered.get(row);
        let band = rows.band.get(row).and_then(Band::from_name);
        if answered != Some(true)
            && let Some(place) = [Band::Now, Band::Today, Band::Later]
                .iter()
                .position(|it| Some(*it) == band)
        {
            self.awaiting[place] += 1;
        }
        let is_angry = rows.anger_level.get(row).map(|level| level >= 2);
        for (proportion, hit) in [
            (
                &mut self.urgent,
                rows.urgency_level.get(row).map(|level| level >= 2),
            ),
            (&mut self.angry, is_angry),
            (&mut self.tried_before, rows.is_tried_before.get(row)),
            (&mut self.churn, rows.is_churn.get(row)),
            (&mut self.answered, answered),
        ] {
            if let Some(hit) = hit {
                proportion.add(hit);
            }
        }
        if answered == Some(true) {
            let kind = rows.reply_kind.get(row);
            self.deflected
                .add(kind == Some(ReplyKind::Deflection.name()));
            self.private
                .add(kind == Some(ReplyKind::PrivateMessage.name()));
        }
        self.responses.extend(rows.first_response_minutes.get(row));
        if let Some(company) = rows.company.get(row) {
            if !self.by_company.contains_key(company) {
                self.by_company
                    .insert(company.to_owned(), [Proportion::default(); 2]);
            }
            if let Some(of_company) = self.by_company.get_mut(company) {
                for (proportion, hit) in of_company.iter_mut().zip([is_angry, answered]) {
                    if let Some(hit) = hit {
                        proportion.add(hit);
                    }
                }
            }
        }
    }

    pub(super) fn compare(mut self, mut after: Self) -> Vec<Figure> {
        let count = |name, before: u64, after: u64| Figure {
            name,
            unit: Unit::Posts,
            before: Some(before as f64),
            after: Some(after as f64),
            interval: None,
        };
        let share = |name, before: Proportion, after: Proportion| Figure {
            name,
            unit: Unit::Share,
            before: before.share(),
            after: after.share(),
            interval: before
                .difference(after)
                .map(|difference| [difference.interval.low, difference.interval.high]),
        };
        let mut figures = vec![
            count("customers' posts", self.posts, after.posts),
            count("waiting: now", self.awaiting[0], after.awaiting[0]),
            count("waiting: today", self.awaiting[1], after.awaiting[1]),
            count("waiting: later", self.awaiting[2], after.awaiting[2]),
            share("urgent", self.urgent, after.urgent),
            share("angry", self.angry, after.angry),
            share(
                "say that contact failed",
                self.tried_before,
                after.tried_before,
            ),
            share("threaten to leave", self.churn, after.churn),
            share("answered", self.answered, after.answered),
            share("first answer deflects", self.deflected, after.deflected),
            share("first answer goes private", self.private, after.private),
        ];
        for (name, q) in [
            ("median first response", 0.5),
            ("90th percentile of first responses", 0.9),
        ] {
            figures.push(Figure {
                name,
                unit: Unit::Minutes,
                before: quantile(&mut self.responses, q),
                after: quantile(&mut after.responses, q),
                interval: None,
            });
        }
        figures
    }

    /// What changed beyond chance when all companies are looked at together: the false discovery rate
    /// is held, or one company in twenty would show up by luck.
    pub(super) fn companies(&self, after: &Self) -> Vec<CompanyChange> {
        let mut changes = Vec::new();
        for (company, before) in &self.by_company {
            let Some(after) = after.by_company.get(company) else {
                continue;
            };
            for (figure, (before, after)) in ["angry", "answered"]
                .into_iter()
                .zip(before.iter().zip(after))
            {
                let Some(difference) = before.difference(*after) else {
                    continue;
                };
                let change = CompanyChange {
                    company: company.clone(),
                    figure,
                    before: difference.first,
                    after: difference.second,
                    interval: [difference.interval.low, difference.interval.high],
                    posts: [before.posts, after.posts],
                };
                changes.push((difference.p_value, change));
            }
        }
        let p_values: Vec<f64> = changes.iter().map(|(p_value, _)| *p_value).collect();
        let mut beyond_chance: Vec<CompanyChange> = changes
            .into_iter()
            .zip(adjusted(&p_values))
            .filter(|(_, p_value)| *p_value < SIGNIFICANCE)
            .map(|((_, change), _)| change)
            .collect();
        beyond_chance.sort_by(|a, b| {
            let size = |change: &CompanyChange| (change.after - change.before).abs();
            size(b)
                .total_cmp(&size(a))
                .then_with(|| a.company.cmp(&b.company))
        });
        beyond_chance
    }
}
