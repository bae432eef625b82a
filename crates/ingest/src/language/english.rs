//! Common English words.

/// Words of a text.
pub(super) struct Words {
    /// How many there are.
    pub(super) all: usize,
    common: usize,
}

impl Words {
    /// The share of common English words, from 0 to 1.
    pub(super) fn share(&self) -> f64 {
        // Exact: no text has 2^53 words.
        self.common as f64 / self.all.max(1) as f64
    }
}

/// Counts the words of a text: runs of letters, with apostrophes inside.
pub(super) fn count(text: &str) -> Words {
    let mut words = Words { all: 0, common: 0 };
    for word in text.split(|c: char| !c.is_alphabetic() && !is_apostrophe(c)) {
        let word = word.trim_matches(is_apostrophe);
        if !word.is_empty() {
            words.all += 1;
            let lower = word.to_lowercase().replace('\u{2019}', "'");
            words.common += usize::from(COMMON.binary_search(&lower.as_str()).is_ok());
        }
    }
    words
}

fn is_apostrophe(c: char) -> bool {
    c == '\'' || c == '\u{2019}'
}

/// Words that most English posts hold one of, in byte order. Left out are those that are common in
/// another language as well (`is`, `was`, `no`, `for`, `have`) or that others borrowed (`internet`,
/// `service`, `online`).
#[rustfmt::skip]
const COMMON: &[&str] = &[
    "about", "account", "again", "ain't", "already", "always", "amazing", "and", "another", "any",
    "anyone", "anything", "are", "aren't", "arent", "ask", "asked", "awesome", "awful", "back",
    "bag", "because", "been", "before", "being", "best", "better", "between", "both", "bought",
    "broken", "but", "buy", "by", "called", "came", "can", "can't", "cannot", "cant", "charged",
    "come", "company", "could", "couldn't", "day", "days", "did", "didn't", "didnt", "disgusting",
    "does", "doesn't", "doesnt", "don't", "dont", "driver", "during", "each", "early", "even",
    "ever", "every", "everyone", "everything", "few", "first", "fix", "fixed", "flight", "from",
    "gave", "get", "getting", "give", "going", "gone", "gonna", "good", "got", "great", "guys",
    "had", "hadn't", "hasn't", "hasnt", "haven't", "havent", "having", "he", "he's", "help", "here",
    "hey", "his", "horrible", "hour", "hours", "how", "i'd", "i'll", "i'm", "i've", "if", "im",
    "into", "isn't", "isnt", "issue", "it", "it'll", "it's", "its", "ive", "just", "keep",
    "keeping", "keeps", "know", "late", "left", "less", "let's", "like", "long", "look", "lost",
    "love", "made", "make", "many", "mine", "money", "month", "months", "more", "morning", "most",
    "much", "my", "need", "needs", "never", "new", "next", "nice", "night", "nobody", "none", "not",
    "nothing", "now", "of", "off", "old", "omg", "only", "ordered", "other", "our", "ours", "out",
    "own", "paid", "pay", "people", "phone", "please", "pls", "plz", "problem", "refund",
    "ridiculous", "right", "said", "same", "say", "see", "sent", "she", "she's", "should",
    "should've", "shouldn't", "signal", "since", "smh", "sold", "some", "someone", "something",
    "sorry", "still", "stopped", "such", "take", "tbh", "tell", "terrible", "than", "thank",
    "thanks", "that", "that's", "thats", "the", "their", "them", "then", "there", "there's", "they",
    "they'll", "they're", "think", "this", "three", "through", "thx", "times", "to", "today",
    "told", "tomorrow", "tonight", "took", "train", "tried", "try", "trying", "two", "until", "up",
    "us", "used", "useless", "using", "wait", "waited", "waiting", "wanna", "wants", "wasn't",
    "wasnt", "we", "we'll", "we're", "we've", "week", "weeks", "went", "were", "weren't", "what",
    "what's", "when", "where", "which", "while", "who", "whom", "whose", "why", "with", "without",
    "won't", "wont", "work", "worked", "working", "works", "worse", "worst", "would", "wouldn't",
    "wrong", "wtf", "yall", "yeah", "year", "years", "yes", "yesterday", "yet", "you", "you'd",
    "you'll", "you're", "you've", "your", "youre", "yours",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_in_the_order_that_its_search_needs() {
        assert!(COMMON.is_sorted_by(|one, next| one < next));
    }

    #[test]
    fn words_are_counted_without_case_and_with_either_apostrophe() {
        let words = count("DON'T don\u{2019}t 'The' 24/7 xyz");
        assert_eq!((words.all, words.common), (4, 3));
        assert_eq!(count("123 !!").all, 0);
        assert!(count("").share() < 0.1);
    }
}
