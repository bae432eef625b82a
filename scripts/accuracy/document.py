"""The text of docs/accuracy.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import published
from figures import Figure

US = "Uproar"

CARE = {
    "anger kappa": "Anger, levels 0-3 (quadratic kappa)",
    "anger F1": "Angry, level 2 or 3 (F1)",
    "urgency kappa": "Urgency, levels 0-3 (quadratic kappa)",
    "urgency F1": "Urgent, level 2 or 3 (F1)",
    "urgent in queue": "Help needed within hours: found in the first tenth of the queue",
    "sentiment macro-F1": "Sentiment (macro-F1)",
    "actionable F1": "Actionable (F1)",
    "tried_before F1": "Tried before (F1)",
    "churn F1": "Churn (F1)",
}
"""The figures of the first table, in its order."""

PUBLIC = {
    "airline": "US airline sentiment",
    "tweeteval sentiment": "TweetEval sentiment",
    "tweeteval anger": "TweetEval emotion, anger",
    "goemotions anger": "GoEmotions, anger or annoyance",
}
"""The public test sets, in their order."""


class Results(Protocol):
    """The figures of one set of posts."""

    rows: int
    values: Mapping[str, Mapping[str, object]]

    def figure(self, metric: str, competitor: str) -> Figure: ...

    def lead(self, metric: str, name: str) -> tuple[str, Figure]: ...


def text(names: Sequence[str], results: Mapping[str, Results], facts: Mapping) -> str:
    """The whole page."""
    care = results["care"]
    return "\n".join(
        [
            "<!-- Written by scripts/accuracy/run. Change that, not this page. -->",
            "",
            "# How accurate it is",
            "",
            *_opening(care, facts),
            "",
            *_values(names, {"care": care}, CARE),
            "",
            _verdict(care),
            "",
            *_competitors(facts),
            "",
            "## The same figures with their intervals",
            "",
            f"{care.rows} real posts to companies that neither the model nor any competitor was "
            "trained on. In brackets, the range that holds 95 % of 1,000 bootstrap resamples of "
            "the posts.",
            "",
            *_intervals(names, care, [*CARE, "urgent by urgency"]),
            "",
            *_leads(care),
            "",
            *_public(names, results, facts),
            "",
            *_published(results),
            "",
            *_limits(facts),
            "",
            *_method(facts),
            "",
        ]
    )


def _opening(care: Results, facts: Mapping) -> list[str]:
    return [
        f"{care.rows} real posts to companies, read by Uproar and by what one would use instead. "
        "Every column got the same posts, and its cuts were chosen on the same training posts. "
        "1 is perfect, and the best figure of a row is bold. The last column is how far Uproar is "
        "above the best of the others, with a 95 % interval. Quadratic kappa is agreement beyond "
        "chance, where two levels off count four times as much as one; F1 is the balance of how "
        "many were found and how many of the finds were right.",
    ]


def _values(
    names: Sequence[str], sets: Mapping[str, Results], metrics: Mapping[str, str]
) -> list[str]:
    (results,) = sets.values()
    lines = [
        f"| | {' | '.join(names)} | ahead by |",
        f"| --- |{' ---: |' * len(names)} --- |",
    ]
    for metric, title in metrics.items():
        figures = [results.figure(metric, name).value for name in names]
        best = max(round(value, 2) for value in figures)
        cells = [
            f"**{value:.2f}**" if round(value, 2) == best else f"{value:.2f}" for value in figures
        ]
        lines.append(f"| {title} | {' | '.join(cells)} | {_signed(results.lead(metric, US)[1])} |")
    return lines


def _verdict(care: Results) -> str:
    leads = {metric: care.lead(metric, US)[1] for metric in CARE}
    sure = [metric for metric, lead in leads.items() if lead.low > 0]
    behind = [metric for metric, lead in leads.items() if lead.value <= 0]
    unsure = [metric for metric in leads if metric not in sure and metric not in behind]
    parts = [f"Uproar is ahead by more than chance on {len(sure)} of {len(leads)} figures."]
    if unsure:
        parts.append(
            f"On {_listed(unsure)} it is ahead, but so little that {care.rows} posts cannot tell."
        )
    if behind:
        parts.append(f"It is not ahead on {_listed(behind)}.")
    return " ".join(parts)


def _competitors(facts: Mapping) -> list[str]:
    return [
        "## Who is compared",
        "",
        "- **Uproar**: `uproar score` as it ships, with the levels and flags that it prints "
        f"(model `{facts['model']}`; SHA-256 of the weights `{facts['weights']}…`, of "
        f"`decision.toml` `{facts['decision']}…`).",
        "- **Frozen MiniLM + logistic regression**: the sentence vectors of all-MiniLM-L6-v2, the "
        "encoder that our model started from, without further training, and a logistic regression "
        "for each question.",
        "- **TF-IDF + logistic regression**: single words, pairs of words and runs of 3 to 5 "
        "characters, and the same regressions. What a data scientist builds in an afternoon.",
        "- **Keywords and capitals**: word lists, the share of words in capitals, exclamation "
        "marks. What listening suites let their users build. The whole rule is "
        "`scripts/accuracy/rule.py`.",
        "- **VADER**: the usual free sentiment lexicon. It knows only how negative a text is, so "
        "that stands in for every other output. Sentiment by its authors' cuts of ±0.05.",
        "- **Majority class**: the commonest label for every post. The floor.",
        "",
        f"The two regressions learn from {facts['real']:,} real posts with our labels and "
        f"{facts['invented']:,} posts of our own writing (`data/`): all that the project had "
        "labelled by its guide and might train on when this page was made.",
    ]


def _intervals(names: Sequence[str], results: Results, metrics: Sequence[str]) -> list[str]:
    titles = CARE | {
        "urgent by urgency": "Help needed within hours: found in the first tenth by urgency alone"
    }
    lines = [f"| | {' | '.join(names)} |", f"| --- |{' --- |' * len(names)}"]
    for metric in metrics:
        cells = [_cell(results.figure(metric, name)) for name in names]
        lines.append(f"| {titles.get(metric, metric)} | {' | '.join(cells)} |")
    return lines


def _leads(care: Results) -> list[str]:
    lines = [
        "How far Uproar is from the best of the others. Both are measured on the same resamples, "
        "so the interval is that of the difference.",
        "",
        "| | best of the others | difference | 95 % interval |",
        "| --- | --- | ---: | --- |",
    ]
    for metric, title in CARE.items():
        best, lead = care.lead(metric, US)
        lines.append(
            f"| {title} | {best} | {lead.value:+.3f} | {lead.low:+.3f} to {lead.high:+.3f} |"
        )
    lines += [
        "",
        "The best of the others is chosen on these very posts, which favours it a little.",
    ]
    return lines


def _public(names: Sequence[str], results: Mapping[str, Results], facts: Mapping) -> list[str]:
    lines = [
        "## Public test sets",
        "",
        "Other people's labels, and texts that mostly address no company. The regressions, the "
        "rule and VADER are the same as above: what a user would get, not retrained for each set. "
        "For anger, the cut is the one with the best F1 on the set's own validation split, for "
        "every column alike; the majority class then calls every text angry, and its F1 is what "
        "that gives.",
    ]
    for name, title in PUBLIC.items():
        of_set = results[name]
        lines += ["", f"### {title}", "", f"{of_set.rows:,} texts. {_about(name, facts)}", ""]
        lines += _intervals(names, of_set, list(of_set.values))
    return lines


def _about(name: str, facts: Mapping) -> str:
    seen = facts["seen"].get(name, 0)
    also = (
        f" {seen} of the texts also stand in those training sets, mostly a few common words."
        if seen
        else ""
    )
    match name:
        case "airline":
            return (
                "Tweets to six airlines in February 2015 (CrowdFlower), each text once. No column "
                "has seen the set: its terms forbid training."
            )
        case "tweeteval sentiment":
            return (
                "The benchmark's test split, and its metric, the mean recall of the three "
                "sentiments. Our model has also been trained on the sentiment tweets of "
                "SemEval 2013 to 2016; the others have not." + also
            )
        case "tweeteval anger":
            return (
                "The test split, anger against joy, optimism and sadness. Our model has also been "
                "trained on this set's training and validation splits, so its cut is chosen on "
                "texts that it has seen; the others have not." + also
            )
        case _:
            return (
                "Reddit comments, the test split; a yes is anger or annoyance among a comment's "
                "emotions. Our model has also been trained on this set's training split; the "
                "others have not." + also
            )


def _published(results: Mapping[str, Results]) -> list[str]:
    sentiment = results["tweeteval sentiment"].figure("macro-recall", US)
    anger = results["tweeteval anger"].figure("F1", US)
    comments = results["goemotions anger"].figure("F1", US)
    return [
        "## Published figures",
        "",
        "TweetEval sentiment, test, macro-recall in percent. The first five were each trained on "
        "this task's training split of 45,615 tweets, and for nothing else.",
        "",
        "| system | macro-recall | source |",
        "| --- | ---: | --- |",
        *(
            f"| {other.system} | {other.figure} | {other.source} |"
            for other in published.TWEETEVAL_SENTIMENT
        ),
        f"| Uproar, 22 M parameters, one model for eight outputs | {100 * sentiment.value:.1f} | "
        "this page |",
        "",
        "TweetEval emotion: the benchmark's metric is the macro-F1 over four emotions. **It cannot "
        "be compared with our F1 of anger**: it averages over classes that our model does not "
        "have, and optimism, the rarest, pulls it down. As published: "
        + ", ".join(f"{other.system} {other.figure}" for other in published.TWEETEVAL_EMOTION)
        + " (same sources). What can be compared is the anger in the predictions that the "
        "benchmark's authors publish (`predictions/emotion.txt` of `cardiffnlp/tweeteval`; "
        "macro-F1 0.798, of their RoBERTa-base models of 125 M parameters): F1 of anger "
        f"{published.TWEETEVAL_ANGER_F1:.3f} on the same tweets, against "
        f"our {anger.value:.3f} ({anger.low:.3f} to {anger.high:.3f}). Theirs picks the likeliest "
        "of four emotions, ours is cut on the validation split.",
        "",
        "GoEmotions: the paper's BERT-base has a macro-F1 of "
        f"{published.GOEMOTIONS_MACRO_F1:.2f} over 28 labels (Demszky et al., ACL 2020). A "
        "BERT-base by `logasanjeev/bert-emotion-classifier` reports an F1 of "
        f"{published.GOEMOTIONS_BERT['anger']:.2f} for anger and "
        f"{published.GOEMOTIONS_BERT['annoyance']:.2f} for annoyance, each by itself. **Neither "
        "can be compared with our figure**, which takes both labels as one: "
        f"{comments.value:.2f}.",
        "",
        "For the airline tweets no published figure is given: there is no common test split, and "
        "those we found were trained on a part of the same tweets.",
    ]


def _limits(facts: Mapping) -> list[str]:
    return [
        "## What these figures do not say",
        "",
        "- **The labels of the first table are a language model's.** It read every post by one "
        "written guide; two passes agreed at a quadratic kappa of 0.97 for anger and 0.94 for "
        "urgency, and a third reading decided where they differed. The passes share one reader's "
        "habits, so people would agree with these labels less than the passes agree with each "
        "other. Read the figures as agreement with that reader.",
        "- **Whoever trains on that reader's labels has learnt its habits.** Uproar and the two "
        "regressions share that advantage; the rule and VADER have only their cuts from it. So the "
        "gap to the regressions is the fair one; the gap to the rule and VADER may be "
        "narrower by people's labels. The public sets were labelled by people.",
        f"- **{facts['urgent']} of the posts need help within hours.** One more or less moves "
        f"that row by {1 / facts['urgent']:.2f}. The intervals hold the luck of which posts were "
        "labelled, not the error of the labelling.",
        "- **On the public sets our model has an advantage that the regressions do not**: it was "
        "also trained on the training splits of TweetEval emotion and GoEmotions and on other "
        "sentiment tweets. There the figures compare what a user gets, not methods on equal data.",
        "- **No figure is about your posts.** Other companies, other languages of complaint, other "
        "shares of each level. Label a few hundred of your own and run `uproar eval` on them.",
        "- Speed, memory and price are not on this page.",
    ]


def _method(facts: Mapping) -> list[str]:
    return [
        "## How it was measured",
        "",
        "```sh",
        "scripts/accuracy/run [data folder]",
        "```",
        "",
        "- *Cuts*: Uproar's are those that ship, in `decision.toml`. For every other column, the "
        "levels that give the best quadratic kappa and the thresholds that give the best F1 on the "
        "real training posts. For what learns, Uproar among them, by predictions of posts that "
        "were left out of its training.",
        "- *Regressions*: graded outputs are cumulative logits, the mean of the probabilities of "
        "at least level 1, 2 and 3. Regularisation by the log loss on left-out posts, in three "
        "folds that keep near-duplicates together, for each question by itself.",
        "- *Queue*: the program's order without reach, by band and then by need (see "
        "`scoring.md`), with each column's own levels, flags and scores. The first tenth is "
        "rounded up; where equal scores straddle its end, what a random order among them would "
        "find on average.",
        "- *Intervals*: percentiles of 1,000 resamples of the posts with replacement, seed 0, the "
        "same for all columns.",
        "- *Left out of training*: every text of the measured posts, of the airline tweets and of "
        "the care conversations whose terms forbid training, also where it stands in another set.",
    ]


def _cell(figure: Figure) -> str:
    return f"{figure.value:.3f} ({figure.low:.2f}-{figure.high:.2f})"


def _signed(figure: Figure) -> str:
    return f"{figure.value:+.2f} ({figure.low:+.2f} to {figure.high:+.2f})"


def _listed(names: Sequence[str]) -> str:
    """Names in a sentence: `this, that and the other`."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
