//! How many posts the model did not score, in which languages.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use indicatif::HumanCount;
use uproar_ingest::counted;

use super::texts::Outputs;

/// Languages that are named; there are seldom more.
const NAMED: usize = 8;

/// Posts without scores by the code of their language.
#[derive(Debug, Default)]
pub(super) struct NotScored(BTreeMap<Option<String>, u64>);

impl NotScored {
    pub(super) fn add(&mut self, outputs: &Outputs) {
        let languages = outputs.languages.iter().zip(&outputs.model);
        for (language, _) in languages.filter(|(_, output)| output.is_none()) {
            *self.0.entry(language.clone()).or_default() += 1;
        }
    }

    /// What the user should know; nothing when all posts were scored.
    pub(super) fn notice(&self) -> Option<String> {
        let all: u64 = self.0.values().sum();
        if all == 0 {
            return None;
        }
        let mut languages: Vec<(&str, u64)> = self
            .0
            .iter()
            .map(|(code, posts)| (code.as_deref().unwrap_or("unknown"), *posts))
            .collect();
        languages.sort_by_key(|(_, posts)| Reverse(*posts));
        let others: u64 = languages.iter().skip(NAMED).map(|(_, posts)| posts).sum();
        languages.truncate(NAMED);
        languages.extend((others > 0).then_some(("others", others)));
        let listed: Vec<String> = languages
            .into_iter()
            .map(|(code, posts)| format!("{code} {}", HumanCount(posts)))
            .collect();
        let are = if all == 1 { "is" } else { "are" };
        Some(format!(
            "{} {are} in other languages than English and not scored ({}); --all-languages scores \
             every post",
            counted(all, "post"),
            listed.join(", ")
        ))
    }
}

#[cfg(test)]
mod tests {
    use uproar_classifier::Output;

    use super::*;

    fn notice(posts: &[(Option<&str>, u64)]) -> String {
        let posts = posts.iter().map(|(code, n)| (code.map(str::to_owned), *n));
        NotScored(posts.collect()).notice().unwrap_or_default()
    }

    #[test]
    fn the_most_frequent_languages_are_named() {
        let codes = ["aa", "bb", "cc", "dd", "ee", "ff", "gg", "hh", "ii", "jj"];
        let many: Vec<_> = (1..).zip(codes).map(|(n, code)| (Some(code), n)).collect();
        let notices = [
            notice(&[]),
            notice(&[(Some("es"), 1)]),
            notice(&[(None, 2), (Some("pt"), 1_234), (Some("es"), 2)]),
            notice(&many),
        ];
        insta::assert_snapshot!(notices.join("\n"), @r"

        1 post is in other languages than English and not scored (es 1); --all-languages scores every post
        1,238 posts are in other languages than English and not scored (pt 1,234, unknown 2, es 2); --all-languages scores every post
        55 posts are in other languages than English and not scored (jj 10, ii 9, hh 8, gg 7, ff 6, ee 5, dd 4, cc 3, others 3); --all-languages scores every post
        ");
    }

    #[test]
    fn posts_with_scores_are_not_counted() {
        let mut not_scored = NotScored::default();
        not_scored.add(&Outputs {
            hashes: vec![1, 2],
            model: vec![None, Some(Output::default())],
            languages: vec![Some("es".to_owned()), Some("es".to_owned())],
        });
        assert_eq!(not_scored.0, BTreeMap::from([(Some("es".to_owned()), 1)]));
    }
}
