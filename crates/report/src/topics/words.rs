//! The words of a post that can tell what it is about.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt;

use snowball_stemmers_rs::{Algorithm, Stemmer};
use uproar_ingest::handle;

/// The terms of a text, words and pairs of neighbours: the stem, which forms of a word share
/// (`refund`, `refunded`), and the form that stands in the text first. The stems of a pair have a
/// space between them.
pub(super) type Terms = BTreeMap<String, String>;

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
    company customer customers airline airlines way lot lots bit much many us u ur r n im una dey abeg via per una kindly hope fine right place front done sent \
    issue issues problem problems tweet tweets waiting wait number help helping work working works \
    fix fixed happen happens happened happening called calling idea info word poor anymore trying stopped \
    service answer reply response read rather mine care \
    sick dead stood bastards idiots morons stupid hate mum dad mother father daughter son wife husband \
    kids sister brother neighbour aunt gran lad ones rung rang bless past";

/// Words for what people write to companies about, of many trades.
const MATTERS: &str = "\
    account address ads album allergy app appointment bag baggage balance bank battery bill bin boarding \
    boiler booking branch broadband broken bug burger bus camera cancel card channel charge charger chat \
    checkin claim code coffee collection compensation complaint connection contract coupon courier coverage \
    crash credit crew damage data debit delay delivery deposit depot device discount dispatch doctor \
    download driver electricity email engineer error exchange fare faulty fee flight food fraud game gas \
    gate gift handset heating hold hotel install installation insurance interest internet invoice item \
    keyboard label landline laptop leak letter loan locker log login lounge luggage mail manager meal \
    medicine menu meter miles missing mortgage music network order outage overdraft package page parcel \
    parking passport password payment pharmacy pickup pizza plane platform playback playlist podcast \
    policy power prescription price printer queue receipt refund renewal repair replacement reservation \
    return ride roaming room router scam screen seat server shipment shipping shop shuffle signal sim site \
    song spare speaker speed staff statement station stock store stream subscription suitcase sync tariff \
    tax taxi ticket till tracking train transaction transfer update upgrade verification video visa voucher \
    warehouse warranty water website wheelchair wifi";

/// Tells which words of a text can stand in a label.
pub(super) struct Words {
    ignored: HashSet<&'static str>,
    stemmer: Stemmer,
    /// Stems.
    matters: HashSet<String>,
    /// Of companies, folded.
    handles: Vec<String>,
}

// The stemmer cannot be shown.
impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words = f.debug_struct("Words");
        words
            .field("handles", &self.handles)
            .finish_non_exhaustive()
    }
}

impl Words {
    /// Words that are not part of these handles of companies.
    pub(super) fn new<'a>(handles: impl Iterator<Item = &'a str>) -> Self {
        let grammar = stop_words::lookup("en").unwrap_or_default();
        let stemmer = Stemmer::create(Algorithm::English);
        let matters = MATTERS.split_whitespace();
        Self {
            matters: matters
                .map(|word| stemmer.stem(word).into_owned())
                .collect(),
            stemmer,
            ignored: grammar
                .iter()
                .copied()
                .chain(OF_ANY_POST.split_whitespace())
                .collect(),
            handles: handles.map(handle::folded).collect(),
        }
    }

    /// Links, handles, addresses, numbers and words that tell nothing are left out, and no pair
    /// stands astride one or a punctuation mark.
    pub(super) fn terms(&self, text: &str) -> Terms {
        let mut terms = Terms::new();
        let mut before: Option<(String, String)> = None;
        for token in text.split_whitespace() {
            if token.contains('@') || token.contains("://") || token.starts_with("www.") {
                before = None;
                continue;
            }
            let mut pieces = token.split(|c: char| !is_of_word(c)).peekable();
            while let Some(piece) = pieces.next() {
                let word = self.word(piece);
                let word = word.map(|form| (self.stemmer.stem(&form).into_owned(), form));
                if let Some((stem, form)) = &word {
                    if let Some((stem_before, form_before)) = &before
                        && stem != stem_before
                    {
                        let pair = format!("{stem_before} {stem}");
                        let forms = || format!("{form_before} {form}");
                        terms.entry(pair).or_insert_with(forms);
                    }
                    terms.entry(stem.clone()).or_insert_with(|| form.clone());
                }
                before = word;
                if pieces.peek().is_some() && !(piece.is_empty() && token.starts_with('#')) {
                    before = None;
                }
            }
        }
        terms
    }

    /// Whether a stem is one of a matter that people write to companies about.
    pub(super) fn is_matter(&self, stem: &str) -> bool {
        self.matters.contains(stem)
    }

    /// Whether a text has enough words to tell what it is about, as "sent" and "DM'd you" have not.
    pub(super) fn tell(&self, text: &str) -> bool {
        const FEWEST: usize = 2;
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

/// The handles that at least one in twenty texts mention, folded.
pub(super) fn often_mentioned<'a>(texts: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    const ONE_IN: usize = 20;
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut all = 0;
    for text in texts {
        all += 1;
        let mentions = text.split_whitespace().filter_map(|token| {
            let name = token.trim_start_matches(|c| c != '@').strip_prefix('@')?;
            name.split(|c: char| !c.is_alphanumeric() && c != '_')
                .next()
        });
        let mentions: BTreeSet<String> = mentions.map(handle::folded).collect();
        for mention in mentions.into_iter().filter(|name| !name.is_empty()) {
            *counts.entry(mention).or_default() += 1;
        }
    }
    counts.retain(|_, count| *count * ONE_IN >= all);
    counts.into_keys().collect()
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '\'' || c == '’'
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn short_posts_tell_nothing() {
        let words = Words::new([].into_iter());
        assert!(
            !words.tell("@acme thanks, sent you the https://example.com/photo/parcel/rain photo")
        );
        assert!(words.tell("parcel LEFT, in the rain!"));
    }

    #[test]
    fn terms_of_posts() {
        let words = Words::new(["@AcmeCare", "bob"].into_iter());
        let cases = [
            ("", vec![]),
            ("refunded? REFUNDS! charged", vec!["charged", "refunded"]),
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
            ("wasn't charging", vec!["charging"]),
        ];
        for (text, expected) in cases {
            let mut found: Vec<String> = words.terms(text).into_values().collect();
            found.sort_unstable();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn handles_of_many_texts_are_found() {
        let mut texts = vec!["no handle"; 18];
        texts.extend([".@Acme_Help, hey @bob", "(@acme_help) jo@example.com @"]);
        let found = often_mentioned(texts.iter().copied().chain(["@acme_help"; 20]));
        assert_eq!(Vec::from_iter(found), ["acme_help"]);
        assert!(often_mentioned([].into_iter()).is_empty());
    }

    #[test]
    fn matters_are_known_in_all_forms() {
        let words = Words::new([].into_iter());
        let of = |text| {
            words
                .terms(text)
                .into_keys()
                .all(|stem| words.is_matter(&stem))
        };
        assert!(of("cancelled, deliveries, refunds, boarding"));
        assert!(!of("smug"));
    }

    proptest! {
        #[test]
        fn any_text_has_terms(text in any::<String>()) {
            let words = Words::new(["@acme"].into_iter());
            for (stem, form) in words.terms(&text) {
                prop_assert_eq!(stem.split(' ').count(), form.split(' ').count());
            }
        }
    }
}
