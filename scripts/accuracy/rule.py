"""A keyword-and-capitals rule, as listening suites let their users build.

The lists below are all that it knows. They were written from the meanings of the
labels, and their weights were tried on the training posts; no post that is
measured was looked at. Where a score becomes a level or a yes is fitted on the
training posts, as for every competitor.
"""

from __future__ import annotations

import re

import numpy as np

from cuts import Cuts
from examples import Example
from heads import COLUMN, OUTPUTS
from judgement import Judgement

ANGRY = """
    angry anger furious livid fuming outraged outrageous disgusted disgusting disgrace
    disgraceful appalling appalled unacceptable ridiculous pathetic terrible horrible
    horrendous awful atrocious shocking useless worst hate joke liars lying scam scammers
    thieves crooks robbery shame shameful incompetent incompetence rude insulting idiots
    stupid hell crap bullshit shit shitty fuck fucking fucked wtf damn ass bastards
    sick\\sof fed\\sup had\\senough rip\\soff ripped\\soff never\\sagain how\\sdare
"""
PRESSING = """
    emergency urgent urgently asap immediately right\\snow stranded stuck trapped danger
    dangerous unsafe safety hospital ambulance police medical medication medicine fire smoke
    gas leak flood flooded fraud fraudulent scammed hacked stolen theft airport gate boarding
    platform onboard on\\sboard tonight deadline missed\\sflight missing\\sflight
    miss\\smy\\sflight no\\spower no\\swater no\\sheat no\\sheating baby elderly disabled
"""
BROKEN = """
    help refund refunded broken down outage cancelled canceled not\\sworking isn'?t\\sworking
    doesn'?t\\swork won'?t\\swork stopped\\sworking can'?t cannot unable locked\\sout
    no\\sinternet no\\ssignal no\\sservice no\\sconnection still\\swaiting still\\snot
    charged charged\\stwice overcharged missing lost never\\sarrived not\\sarrived
    not\\sreceived today fix
"""
NEGATIVE = """
    bad poor poorly disappointed disappointing disappointment unhappy upset annoyed annoying
    frustrated frustrating slow late delay delayed delays waiting wait problem problems issue
    issues error fail failed failing fails failure lost missing wrong complaint complain
    unfortunately broken cancelled canceled sad sucks unable can'?t cannot won'?t not
    rubbish sorry
"""
POSITIVE = """
    thanks thank thx ty great good love loved loving awesome amazing excellent fantastic
    brilliant wonderful perfect best happy pleased appreciate appreciated helpful kind
    friendly nice cool glad yay congrats well\\sdone good\\sjob kudos impressed
"""
ASKING = """
    help please pls how when where why what who which can\\syou could\\syou need want
    refund fix dm reply respond answer question any\\supdate not\\sworking issue problem
    error complaint waiting missing
"""
TRIED = """
    again still already called calling rang phoned on\\shold hours emailed e-mailed messaged
    dm'?d tweeted contacted ticket case\\snumber reference no\\sreply no\\sresponse
    no\\sanswer ignored ignoring several\\stimes many\\stimes multiple\\stimes twice
    second\\stime third\\stime (?:2nd|3rd|4th|5th)\\stime days\\sago weeks\\sago chat
"""
LEAVING = """
    cancel cancelling canceling switch switching leaving leave left quit unsubscribe
    unsubscribing never\\sagain never\\suse never\\sfly never\\sbuy never\\sshop
    goodbye taking\\smy\\sbusiness lost\\sa\\scustomer lost\\smy\\sbusiness close\\smy\\saccount
    closing\\smy\\saccount competitor boycott moving\\sto going\\sto
"""

SHOUTED = re.compile(r"\b[A-Z]{3,}\b")
"""A word in capitals; shorter ones are mostly abbreviations."""
WORD = re.compile(r"[^\W\d_]+")
HANDLE_OR_LINK = re.compile(r"@\w+|https?://\S+|www\.\S+")
SMILE = re.compile(r"[:;=]-?[)D]|[😀-😎😍🙂🥰❤👍🎉]")
FROWN = re.compile(r"[:;=]'?-?[(/]|[😒😞-😤😠-😣😩-😭🙄🤬👎]")


class Rule:
    """Counts words of a few lists, capitals and exclamation marks."""

    name = "Keywords and capitals"

    def __init__(self, real: list[Example]) -> None:
        self._cuts = Cuts(_outputs([post.text for post in real]), real)

    def judge(self, texts: list[str]) -> Judgement:
        return self._cuts.judge(_outputs(texts))


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(words.split())})\b", re.IGNORECASE)


ANGRY_WORDS, PRESSING_WORDS, BROKEN_WORDS = map(_pattern, (ANGRY, PRESSING, BROKEN))
NEGATIVE_WORDS, POSITIVE_WORDS, ASKING_WORDS = map(_pattern, (NEGATIVE, POSITIVE, ASKING))
TRIED_WORDS, LEAVING_WORDS = map(_pattern, (TRIED, LEAVING))


def _outputs(texts: list[str]) -> np.ndarray:
    return np.array([_row(text) for text in texts]).reshape(-1, len(OUTPUTS))


def _row(post: str) -> np.ndarray:
    text = HANDLE_OR_LINK.sub(" ", post).replace("’", "'")

    def hits(pattern: re.Pattern[str]) -> int:
        return len(pattern.findall(text))

    words = max(len(WORD.findall(text)), 1)
    shouting = min(hits(SHOUTED) / words * 2, 1.0)
    # A whole post in capitals counts as two angry words, a row of marks as one.
    marks = min(text.count("!") + text.count("?") // 2, 3) / 3
    angry = hits(ANGRY_WORDS) + 2 * shouting + marks
    urgent = 2 * hits(PRESSING_WORDS) + hits(BROKEN_WORDS) + shouting + marks / 2
    unhappy = hits(NEGATIVE_WORDS) + hits(ANGRY_WORDS) + hits(FROWN) + shouting
    happy = hits(POSITIVE_WORDS) + hits(SMILE)
    asking = hits(ASKING_WORDS) + 2 * text.count("?")

    row = np.zeros(len(OUTPUTS))
    row[COLUMN["anger"]] = _saturate(angry)
    row[COLUMN["urgency"]] = _saturate(urgent)
    row[COLUMN["negative"]] = _saturate(unhappy - happy)
    row[COLUMN["positive"]] = _saturate(happy - unhappy)
    row[COLUMN["neutral"]] = _saturate(0.5)
    row[COLUMN["actionable"]] = _saturate(asking + urgent + unhappy)
    row[COLUMN["tried_before"]] = _saturate(hits(TRIED_WORDS))
    row[COLUMN["churn"]] = _saturate(hits(LEAVING_WORDS))
    return row


def _saturate(points: float) -> float:
    """Points on a scale from 0 to 1: the first count for most."""
    return max(points, 0.0) / (1.5 + max(points, 0.0))
