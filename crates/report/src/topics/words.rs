//! The words of a post that can tell what it is about.

use std::collections::{BTreeSet, HashSet};

use uproar_ingest::handle;

/// Words of posts to any company, beside those of grammar: of time, number, talk and temper.
const OF_ANY_POST: &str = "\
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july \
    august september october november december jan feb mar apr jun jul aug sept sep oct nov dec \
    today tomorrow yesterday tonight morning afternoon evening night midnight noon day days week weeks \
    weekend month months year years hour hours hrs hr min mins minute minutes second seconds am pm time \
    times ago since till until already still yet soon late later earlier now never ever always again \
    once twice thrice one two three four five six seven eight nine ten eleven twelve hundred half first \
    third fourth fifth last next every each another also even just really actually maybe perhaps quite \
    rather almost nearly away back around without within else instead please pls plz thanks thank \
    thankyou ta cheers sorry hi hello hey dear sir madam guys lads mate yes no ok okay oh well lol omg \
    wow god bloody damn hell fuck fucking shit crap arse ass ffs wtf absolutely absolute totally \
    completely literally seriously ridiculous disgrace disgraceful joke useless terrible awful worst \
    shocking pathetic appalling shambles clowns thieves liars disgusting good great nice lovely best bad \
    better little big old new whole whatever would could should might must shall can will cannot can't \
    don't won't isn't doesn't didn't wasn't couldn't wouldn't haven't hasn't dont cant wont didnt doesnt \
    ive im i'd i'll i'm i've it's that's there's he's she's they're we're you're what's who's let's got \
    get gets getting give gives gave given go goes going gone went come comes came coming say says said \
    saying tell tells told ask asks asked asking know knows knew think thought want wants wanted need \
    needs needed make makes made take takes took taken put puts let keep keeps kept look looks looking \
    looked see seen saw try tries tried trying use used like likes love thing things something anything \
    everything nothing someone somebody anyone anybody everyone everybody nobody people person man woman \
    company customer customers way lot lots bit much many us u ur r n im una dey abeg via per una kindly hope fine right place front done sent \
    sick dead stood bastards idiots morons stupid hate mum dad mother father daughter son wife husband \
    kids sister brother neighbour aunt gran lad ones rung rang bless past";

/// Tells which words of a text can stand in a label.
#[derive(Debug)]
pub(super) struct Words {
    ignored: HashSet<&'static str>,
    /// Of companies, folded.
    handles: Vec<String>,
}

impl Words {
    /// Words that are not part of these handles of companies.
    pub(super) fn new<'a>(handles: impl Iterator<Item = &'a str>) -> Self {
        let grammar = stop_words::lookup("en").unwrap_or_default();
        Self {
            ignored: grammar
                .iter()
                .copied()
                .chain(OF_ANY_POST.split_whitespace())
                .collect(),
            handles: handles.map(handle::folded).collect(),
        }
    }

    /// The words of a text and the pairs of neighbours, each once, in lower case and without `#`.
    /// Links, handles, addresses, numbers and words that tell nothing are left out, and no pair
    /// stands astride one or a punctuation mark.
    pub(super) fn terms(&self, text: &str) -> BTreeSet<String> {
        let mut terms = BTreeSet::new();
        let mut before: Option<String> = None;
        for token in text.split_whitespace() {
            if token.contains('@') || token.contains("://") || token.starts_with("www.") {
                before = None;
                continue;
            }
            let mut pieces = token.split(|c: char| !is_of_word(c)).peekable();
            while let Some(piece) = pieces.next() {
                let word = self.word(piece);
                if let (Some(before), Some(word)) = (&before, &word) {
                    terms.insert(format!("{before} {word}"));
                }
                terms.extend(word.clone());
                before = word;
                if pieces.peek().is_some() && !(piece.is_empty() && token.starts_with('#')) {
                    before = None;
                }
            }
        }
        terms
    }

    /// Whether a text has enough words to tell what it is about, as "sent" and "DM'd you" have not.
    pub(super) fn tell(&self, text: &str) -> bool {
        const FEWEST: usize = 3;
        let words = text
            .split_whitespace()
            .filter(|token| !token.contains(['@', '/']));
        let words = words.map(|token| token.trim_matches(|c| !is_of_word(c)));
        words
            .filter(|word| self.folded(word).is_some())
            .nth(FEWEST - 1)
            .is_some()
    }

    /// The word in the form in which labels show it, unless it tells nothing.
    fn word(&self, piece: &str) -> Option<String> {
        const SHORTEST_OF_HANDLE: usize = 4;
        let word = self.folded(piece)?;
        let length = word.chars().count();
        let is_of_handle = |handle: &String| {
            word == *handle
                || (length >= SHORTEST_OF_HANDLE && handle.contains(&word))
                || (handle.chars().count() >= SHORTEST_OF_HANDLE && word.contains(handle.as_str()))
        };
        (!self.handles.iter().any(is_of_handle)).then_some(word)
    }

    /// The word in lower case, unless it is one of any post.
    fn folded(&self, piece: &str) -> Option<String> {
        const SHORTEST: usize = 3;
        let word = piece.to_lowercase().replace('’', "'");
        let word = word.trim_matches('\'');
        let word = word.strip_suffix("'s").unwrap_or(word);
        let tells = word.chars().count() >= SHORTEST
            && word.chars().all(|c| c.is_alphabetic() || c == '\'')
            && !self.ignored.contains(word);
        tells.then(|| word.to_owned())
    }
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '\'' || c == '’'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_posts_tell_nothing() {
        let words = Words::new([].into_iter());
        assert!(
            !words.tell("@acme thanks, sent you the photo https://example.com/photo/parcel/rain")
        );
        assert!(words.tell("parcel LEFT, in the rain!"));
    }

    #[test]
    fn terms_of_posts() {
        let words = Words::new(["@AcmeCare", "bob"].into_iter());
        let cases = [
            ("", vec![]),
            ("@acme my REFUND is late", vec!["refund"]),
            (
                "Acme’s refund policy",
                vec!["policy", "refund", "refund policy"],
            ),
            ("refund, policy", vec!["policy", "refund"]),
            (
                "refund policy, order 4471C refund",
                vec!["order", "policy", "refund", "refund policy"],
            ),
            (
                "#refund delay https://example.com/order jo@example.com",
                vec!["delay", "refund", "refund delay"],
            ),
            ("bob lost a parcel", vec!["lost", "parcel"]),
            ("wasn't working", vec!["working"]),
        ];
        for (text, expected) in cases {
            let found: Vec<String> = words.terms(text).into_iter().collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
