//! What an agent's reply does, found by its wording.
//!
//! Agents write by formula, so patterns go a long way where a customer's words would need a
//! model. `docs/conversations.md` says how far, and how that is measured.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::bytes::{RegexSet, RegexSetBuilder};

/// What a company's reply does for the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReplyKind {
    /// `dm`: moves the conversation to private messages.
    PrivateMessage,
    /// `deflect`: sends the customer to a phone line, an address, a form or another team.
    Deflection,
    /// `ask`: asks for something in public.
    Question,
    /// `resolve`: says what was done, will be done or should be done.
    Resolution,
    /// `apology`: is sorry, and no more.
    Apology,
    /// `thanks`: returns thanks or shares joy.
    Thanks,
}

impl ReplyKind {
    /// Every kind. Where the wording fits several, the first of them counts.
    pub const ALL: [Self; 6] = [
        Self::PrivateMessage,
        Self::Deflection,
        Self::Question,
        Self::Resolution,
        Self::Apology,
        Self::Thanks,
    ];

    /// The kind's name, as in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PrivateMessage => "dm",
            Self::Deflection => "deflect",
            Self::Question => "ask",
            Self::Resolution => "resolve",
            Self::Apology => "apology",
            Self::Thanks => "thanks",
        }
    }

    /// The kind of a company's reply; none when its wording fits no pattern.
    pub fn of(text: &str) -> Option<Self> {
        let text = if text.contains('’') {
            Cow::Owned(text.replace('’', "'"))
        } else {
            Cow::Borrowed(text)
        };
        let found = WORDINGS.matches(text.as_bytes());
        let kinds = found
            .iter()
            .filter_map(|index| PATTERNS.get(index))
            .map(|(kind, ..)| *kind);
        kinds.min_by_key(|kind| *kind as usize)
    }
}

/// Memory that the automaton may take: several times what the posts tried needed.
const AUTOMATON_BYTES: usize = 64 << 20;

static WORDINGS: LazyLock<RegexSet> = LazyLock::new(|| {
    RegexSetBuilder::new(PATTERNS.iter().map(|(_, pattern, _)| pattern))
        .case_insensitive(true)
        // Letters beyond ASCII occur in no pattern, and the search is many times slower with them.
        .unicode(false)
        // With the default the automaton outgrows its cache again and again, and most of the time goes
        // into building it anew.
        .dfa_size_limit(AUTOMATON_BYTES)
        .build()
        .expect("the patterns are valid, as the tests show")
});

/// A phone number: seven digits or more, grouped in any way.
macro_rules! phone {
    () => {
        r"(?:\+?\(?\d[\d ().-]{5,}\d)"
    };
}

/// The kind, a pattern of its wording, and an example that the pattern matches.
///
/// `[^.?!]` keeps the parts of a pattern within a sentence.
const PATTERNS: &[(ReplyKind, &str, &str)] = &[
    // To private messages.
    (
        ReplyKind::PrivateMessage,
        r"\b(?:dm|dms|dming|dm'd)\b",
        "Could you DM your booking reference?",
    ),
    (
        ReplyKind::PrivateMessage,
        r"\b(?:private|direct|privately|directly) messag",
        "Please send us a private message.",
    ),
    (
        ReplyKind::PrivateMessage,
        r"\b(?:pm|inbox|message) (?:us|me)\b",
        "Message us and we'll take it from there.",
    ),
    (
        ReplyKind::PrivateMessage,
        r"\b(?:inbox|pm) (?:your|the)\b",
        "Kindly inbox the date and the amount.",
    ),
    (
        ReplyKind::PrivateMessage,
        r"\b(?:by|via|in|over) (?:a |an )?(?:pm|inbox)\b",
        "Send it via PM, please.",
    ),
    (
        ReplyKind::PrivateMessage,
        r"\b(?:send|shoot|drop|pop) (?:us|me|over) (?:a |an )?(?:quick |secure )?(?:message|note|msg)\b",
        "Drop us a quick message.",
    ),
    (
        ReplyKind::PrivateMessage,
        r"\b(?:pop|send|put|drop|share|have)\b[^.?!]{0,50}\b(?:in|into) (?:a|our) messages?\b",
        "Pop your address in a message.",
    ),
    (
        ReplyKind::PrivateMessage,
        r"\b(?:send|share|message|messaged|forward|give)\b[^.?!]{0,40}\bprivate(?:ly)?\b",
        "Could you send it privately with your order number?",
    ),
    (
        ReplyKind::PrivateMessage,
        r"\b(?:check|in|see) your (?:messages|inbox messages)\b",
        "Check your messages, we need to verify you.",
    ),
    (
        ReplyKind::PrivateMessage,
        r"\bha(?:ve|s) messaged you\b",
        "Our head of security has messaged you.",
    ),
    // Elsewhere.
    (
        ReplyKind::Deflection,
        concat!(
            r"\b(?:call|ring|phone|telephone|contact|reach|reached|dial)\b[^.?!]{0,40}",
            phone!()
        ),
        "Please call our lines on 555-0133.",
    ),
    (
        ReplyKind::Deflection,
        concat!(r"\b(?:line|lines|desk|team|or)\b[^.?!]{0,20}", phone!()),
        "Refunds are dealt with by our accounts line on 555-0142.",
    ),
    (
        ReplyKind::Deflection,
        r"\b(?:e-?mail|write|mail|send|go|goes|contact|reach|help)\b[^?!]{0,60}[\w.+-]+@[\w-]+\.\w",
        "Please e-mail complaints@example.com.",
    ),
    (
        ReplyKind::Deflection,
        r"\b(?:through|via|at) [\w.+-]+@[\w-]+\.\w",
        "Applications go through grants@example.com.",
    ),
    (
        ReplyKind::Deflection,
        r"\b(?:fill (?:in|out)|complete|submit|use|through|via|using)\b[^.?!]{0,40}\b(?:form|portal|survey)\b",
        "Please complete the refund form.",
    ),
    (
        ReplyKind::Deflection,
        r"\b(?:please|kindly|you can|you may|you could|best to|need to|have to|must) (?:\w+ )?(?:contact|reach out to|get in touch with|call|ring|phone|write to|e-?mail|speak (?:to|with)|take it up with|reply to)\b",
        "Please contact the store where you bought it.",
    ),
    (
        ReplyKind::Deflection,
        r"\b(?:visit|go to|goes? (?:to|through)|comes? back through|through|via)\b[^.?!]{0,40}https?:",
        "Claims go through https://example.com/claims within 14 days.",
    ),
    (
        ReplyKind::Deflection,
        r"\b(?:appeals?|claims?|complaints?|contact us)\b[^.?!]{0,15}: ?https?:",
        "Appeals: https://example.com/appeal",
    ),
    (
        ReplyKind::Deflection,
        r"\b(?:call|contact|reach|chat with|get in touch with|speak (?:to|with)) (?:us|our \w+(?: \w+)?)\b[^.?!]{0,30}(?:\bhere\b|https?:)",
        "You can reach our team here: https://example.com/help",
    ),
    (
        ReplyKind::Deflection,
        r"\b(?:reach(?: out)?(?: to)?|contact|call|chat with|get in touch with|write to) (?:us|me|our \w+|the team)\b[^.?!]{0,40}\b(?:link|online|by (?:phone|e-?mail|post)|via)\b",
        "Please reach out to us via chat.",
    ),
    (
        ReplyKind::Deflection,
        r"\b(?:give|giving) (?:us|our \w+|them|\w+ (?:team|desk)) a (?:call|ring|bell)\b",
        "Give us a call on Monday.",
    ),
    (
        ReplyKind::Deflection,
        r"\b(?:suggest|recommend|advise|try|consider)\b[^.?!]{0,20}\b(?:contact(?:ing)?|call(?:ing)?|e-?mail(?:ing)?|speak(?:ing)? (?:to|with)|going into|getting in touch)\b",
        "I'd suggest speaking to the manager there.",
    ),
    (
        ReplyKind::Deflection,
        r"\b(?:visit|ask|go (?:in)?to|head to|question for|speak (?:to|with)|check with) (?:your|a|the|any) (?:\w+ )?(?:store|shop|branch|dealer|bank|provider|carrier|retailer|airline|airport|seller|manufacturer|centre|center)\b",
        "This is a question for your local store.",
    ),
    (
        ReplyKind::Deflection,
        r"\b(?:click|follow|use|visit|see|go to) (?:on )?(?:the|this|that|our) (?:\w+ )?(?:link|website|web ?site|page|site)\b",
        "Please go to the link below.",
    ),
    (
        ReplyKind::Deflection,
        r"\b(?:is|are|can be|must be) (?:dealt with|handled|submitted|managed|answered|decided|set) (?:\w+ ){0,3}?(?:by|through|via|on|using)\b",
        "Billing questions can be submitted through the portal.",
    ),
    (
        ReplyKind::Deflection,
        r"\b(?:can't|cannot|can only|not able to|unable to|aren't|are not|isn't|is not)\b[^.?!]{0,60}\b(?:on this channel|social media|(?:via|over|through|on) (?:twitter|social)|on the website|by post)\b",
        "Data requests can't be handled over social media.",
    ),
    // Questions. A question mark inside of a link is none.
    (
        ReplyKind::Question,
        r"\?(?:[^\w=&%#/]|$)",
        "Which flight was it?",
    ),
    (
        ReplyKind::Question,
        r"\b(?:please|kindly) (?:share|send|tell|confirm|provide|let (?:us|me) know|give|post)\b",
        "Please share the last four digits of your order.",
    ),
    (
        ReplyKind::Question,
        r"\b(?:tell|let) (?:us|me) (?:know )?(?:what|which|where|when|how|the|your)\b",
        "Tell me what the display does.",
    ),
    // What was done, will be done or should be done.
    (
        ReplyKind::Resolution,
        r"\b(?:refunded|resent|reset|restored|fixed|mended|cancelled|canceled|rebooked|booked|released|unblocked|blocked|corrected|moved|reopened|replaced|removed|credited|lifted|voided|approved|recalled|frozen|updated|switched off|switched on|closed|deleted|restarted|sorted|resolved|dispatched|posted|paid|issued|logged back)\b",
        "The fee was refunded this morning.",
    ),
    (
        ReplyKind::Resolution,
        r"(?:\b(?:is|are|was|were)|'s|'re) (?:now )?(?:back|live|on (?:its|the|his|her|their) way|on us|active|in the post|in your inbox|in your account|going back|ready|yours|held|waiting|open again)\b",
        "It's back on and a crew is coming.",
    ),
    (
        ReplyKind::Resolution,
        r"\b(?:found (?:it|you|one|them|both|all)|got them|you're (?:in|all set|sorted|booked))\b",
        "Found it, the payment was stuck.",
    ),
    (
        ReplyKind::Resolution,
        r"\b(?:i|we|he|she|they|it|someone|(?:an?|the|your|our) \w+)(?:'ll| will| is going to| are going to) (?:be|go|come|call|ring|show|arrive|send|get|have|find|fix|credit|refund|replace|text|land|roll|finish)\b",
        "An engineer will be with you at 9.",
    ),
    (
        ReplyKind::Resolution,
        r"\b(?:hold|press|tap|switch|turn|plug|unplug|restart|reinstall|log|sign|select|choose|pick|open|click) (?:\w+ ){0,3}?(?:in|out|off|on|down|key|keys|button|again|it|for|under)\b",
        "Hold the power button for ten seconds.",
    ),
    (
        ReplyKind::Resolution,
        r"\b(?:settings|app|menu|account|orders|options)\b[^.?!]{0,20} > ",
        "Settings > Sync > Reset position.",
    ),
    (
        ReplyKind::Resolution,
        r"^(?:@\w+ )*(?:(?:hi|hello|hey|morning|good morning)[ \w]{0,20}[,.!] )?(?:yes|no|yep|it is|it does|you can|you do|we do|they do|done|confirmed)\b",
        "Yes, you can take it on board.",
    ),
    (
        ReplyKind::Resolution,
        r"\b(?:by|at|until|before|after|since|from|within|around) (?:about |the )?(?:\d|midnight|noon|tonight|tomorrow|monday|tuesday|wednesday|thursday|friday|saturday|sunday|the hour)",
        "Full speed by 17:00.",
    ),
    (
        ReplyKind::Resolution,
        r"\b\d+ ?(?:minutes?|mins?|hours?|hrs?|working days?|days?|weeks?) (?:off|away|out|from|to|max)\b",
        "The engineer is 20 minutes off.",
    ),
    (
        ReplyKind::Resolution,
        r"\b(?:here's how|you(?:'ll| will) (?:find|see|need|get|have)|you can (?:find|also|use|do|try|check|get|go|take|still))\b",
        "You'll find it under Details.",
    ),
    (
        ReplyKind::Resolution,
        r"\b(?:engineers?|crews?|technicians?|developers|team) (?:is|are)\b[^.?!]{0,30}\b(?:on it|on site|working|digging|there|investigating|aware|on (?:its|their) way)\b",
        "Engineers are on it.",
    ),
    // Sorry, and no more.
    (
        ReplyKind::Apology,
        r"\b(?:sorry|apolog(?:y|ies|i[sz]e)|regret)\b",
        "We're very sorry to see this.",
    ),
    // Joy.
    (
        ReplyKind::Thanks,
        r"\b(?:thanks|thank you|thx|congratulations|congrats|you're (?:very |most )?welcome|anytime|glad|happy (?:birthday|anniversary|to hear)|delighted|great to hear|love (?:hearing|this|it|that)|we'd love|appreciate|kind words|compliments?|enjoy)\b",
        "Thank you for taking the time.",
    ),
    (
        ReplyKind::Thanks,
        r"\b(?:passed (?:it|this|your|to|on)|passing (?:it|this|your)|(?:pass|share) (?:it|this|your \w+) (?:on|along|to|with)|read (?:it |this )?(?:out|aloud)|printed|made (?:our|my|his|her|their) (?:day|week|monday|tuesday|wednesday|thursday|friday|morning))\b",
        "We've read this out to the whole office.",
    ),
];

#[cfg(test)]
mod tests {
    use regex::bytes::RegexBuilder;

    use super::*;

    #[test]
    fn every_pattern_matches_its_example() {
        for (kind, pattern, example) in PATTERNS {
            let pattern = RegexBuilder::new(pattern)
                .case_insensitive(true)
                .unicode(false)
                .build()
                .unwrap();
            assert!(pattern.is_match(example.as_bytes()), "{example}");
            assert_eq!(ReplyKind::of(example), Some(*kind), "{example}");
        }
    }

    #[test]
    fn the_first_kind_counts() {
        for (text, kind) in [
            ("Sorry! Could you DM us the number?", Some("dm")),
            ("Sorry to hear that. Which store was it?", Some("ask")),
            ("Sorry about this, it’s back on now.", Some("resolve")),
            ("Thanks, we're so sorry.", Some("apology")),
            ("Details: https://example.com/a?b=c", None),
            ("🎶", None),
            ("", None),
        ] {
            assert_eq!(ReplyKind::of(text).map(ReplyKind::name), kind, "{text}");
        }
    }
}
