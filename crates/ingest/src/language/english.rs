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
    let text = text.to_lowercase().replace('\u{2019}', "'");
    for word in text.split(|c: char| !c.is_alphabetic() && c != '\'') {
        let word = word.trim_matches('\'');
        if !word.is_empty() {
            words.all += 1;
            words.common += usize::from(COMMON.binary_search(&word).is_ok());
        }
    }
    words
}

/// Words that most English posts hold one of, in byte order: also of West African Pidgin, of texting
/// and often misspelt. Left out are most of those that are common in another language as well (`is`,
/// `was`, `no`, `for`, `have`) or that others borrowed (`internet`, `service`, `online`).
#[rustfmt::skip]
const COMMON: &[&str] = &[
    "abeg", "able", "about", "absolutely", "abt", "account", "again", "ain't", "almost", "alone",
    "along", "already", "although", "always", "amazing", "and", "another", "answer", "answered",
    "any", "anymore", "anyone", "anything", "apparently", "are", "aren't", "arent", "around", "ask",
    "asked", "asking", "away", "awesome", "awful", "back", "bag", "baggage", "bcoz", "became",
    "because", "become", "been", "before", "behind", "being", "believe", "best", "better",
    "between", "blocked", "booked", "both", "bought", "broke", "broken", "but", "buy", "by",
    "called", "came", "can", "can't", "cancel", "canceled", "cancelled", "cancelling", "cannot",
    "cant", "changed", "changing", "charged", "checked", "closed", "cold", "come", "company",
    "complain", "complaint", "could", "couldn't", "coz", "crashed", "customer", "customers", "cuz",
    "daughter", "day", "days", "delay", "delayed", "deliver", "delivered", "deserve", "dey", "did",
    "didn't", "didnt", "different", "disappointed", "disgusting", "dnt", "does", "doesn't",
    "doesnt", "doing", "don't", "done", "dont", "driver", "dude", "dunno", "during", "each",
    "early", "either", "else", "english", "enough", "even", "evening", "ever", "every", "everybody",
    "everyone", "everything", "expect", "expected", "explain", "extremely", "feel", "few",
    "finally", "first", "fix", "fixed", "flight", "flights", "fool", "forever", "found", "friend",
    "friends", "from", "front", "frustrated", "frustrating", "gave", "get", "getting", "give",
    "giving", "going", "gone", "gonna", "good", "got", "gotta", "great", "gud", "guess", "guys",
    "had", "hadn't", "happen", "happened", "happening", "happens", "hasn't", "hasnt", "hate",
    "haven't", "havent", "having", "he", "he's", "heard", "help", "helped", "helpful", "helping",
    "here", "hey", "his", "hope", "horrible", "hour", "hours", "how", "huge", "hundred", "husband",
    "i'd", "i'll", "i'm", "i've", "idea", "if", "im", "instead", "into", "isn't", "isnt", "issue",
    "it", "it'll", "it's", "its", "ive", "joke", "just", "keep", "keeping", "keeps", "kept", "kids",
    "kindly", "knew", "know", "knows", "landed", "late", "lately", "latest", "leave", "left",
    "lemme", "less", "let's", "lets", "letting", "like", "literally", "little", "loads", "long",
    "look", "looking", "looks", "lose", "losing", "lost", "love", "luggage", "made", "make",
    "making", "many", "matter", "maybe", "mean", "means", "meant", "mess", "might", "mine", "miss",
    "missed", "missing", "mom", "money", "month", "months", "more", "morning", "most", "moved",
    "much", "mum", "must", "my", "myself", "near", "need", "needs", "neither", "never", "new",
    "next", "nice", "night", "nite", "nobody", "none", "noone", "not", "nothing", "now", "number",
    "of", "off", "often", "old", "omg", "only", "opened", "ordered", "other", "our", "ours", "out",
    "outage", "own", "package", "paid", "parcel", "passengers", "pay", "payment", "people", "phone",
    "please", "pls", "plz", "ppl", "probably", "problem", "promised", "proud", "provide", "quick",
    "quite", "rather", "really", "reason", "receive", "received", "recieved", "refund", "remember",
    "replied", "reported", "resolve", "resolved", "response", "ride", "ridiculous", "right", "rude",
    "running", "said", "same", "say", "says", "seats", "see", "seems", "sees", "send", "sending",
    "sent", "serious", "seriously", "shame", "she", "she's", "shipped", "should", "should've",
    "shouldn't", "shut", "sick", "signal", "since", "sister", "sitting", "slow", "smh", "sold",
    "some", "someone", "something", "sometimes", "soon", "sorry", "speak", "spent", "spoke",
    "started", "starting", "stay", "still", "stole", "stolen", "stopped", "strange", "stuck",
    "stupid", "such", "take", "taking", "talk", "talking", "tbh", "tell", "terrible", "than",
    "thank", "thanks", "thankyou", "that", "that's", "thats", "the", "their", "them", "themselves",
    "then", "there", "there's", "these", "they", "they'll", "they're", "thing", "things", "think",
    "thinking", "this", "thnx", "tho", "those", "though", "thought", "three", "through", "thru",
    "thx", "times", "tired", "tmrw", "to", "today", "together", "told", "tomorrow", "tonight",
    "tonite", "too", "took", "totally", "towards", "train", "tried", "trouble", "truly", "trust",
    "try", "trying", "turn", "turned", "twice", "two", "unable", "unacceptable", "unhappy",
    "unless", "until", "up", "upset", "ur", "us", "used", "useless", "using", "visit", "wahala",
    "wait", "waited", "waiting", "walk", "wanna", "wants", "wasn't", "wasnt", "way", "we", "we'll",
    "we're", "we've", "weather", "week", "weeks", "well", "went", "were", "weren't", "wetin",
    "what", "what's", "whatever", "wheelchair", "when", "whenever", "where", "which", "while",
    "who", "whole", "whom", "whose", "why", "wife", "wish", "with", "within", "without", "won't",
    "wonder", "wondering", "wont", "work", "worked", "working", "works", "worse", "worst", "worth",
    "would", "wouldn't", "write", "writing", "written", "wrong", "wrote", "wtf", "yall", "yeah",
    "year", "years", "yes", "yesterday", "yet", "you", "you'd", "you'll", "you're", "you've",
    "your", "youre", "yours", "yourself",
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
