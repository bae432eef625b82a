"""The tables of companies, handles and agents."""

import datetime
from collections import Counter, defaultdict

from figures import median, quantile, share
from posts import Post, Report, author, is_angry, is_scored, is_urgent

STEPS = ("dm", "deflect", "ask", "resolve", "apology", "thanks")


def rate(posts: list[Post], column: str) -> float | None:
    """The share of posts where a column is true, of those where it is known."""
    known = [post for post in posts if post[column] is not None]
    return share(sum(bool(post[column]) for post in known), len(known))


def responses(posts: list[Post], column: str = "first_response_minutes") -> list[float]:
    """The minutes to first answers; the column within business hours is there where they are set."""
    times = [post.get(column) for post in posts]
    return [time for time in times if time is not None]


def by_frequency(counts: Counter) -> list[str]:
    """The most frequent first, else by the alphabet."""
    return sorted(counts, key=lambda name: (-counts[name], name))


def spelled(counts: Counter) -> dict[str, str]:
    """For each handle, whatever its case, the way in which it is written most often."""
    spellings = defaultdict(Counter)
    for handle, times in counts.items():
        spellings[handle.lower()][handle] += times
    return {handle: by_frequency(ways)[0] for handle, ways in spellings.items()}


def handles(posts: list[Post]) -> str | None:
    """The handles that posts are to or by, the most frequent first."""
    counts = Counter()
    for post in posts:
        handle = post["addressed" if post["direction"] == "customer" else "author_name"]
        if handle:
            counts[handle.lstrip("@")] += 1
    names = spelled(counts)
    totals = Counter()
    for handle, times in counts.items():
        totals[handle.lower()] += times
    listed = sorted(totals, key=lambda handle: (-totals[handle], handle))
    return ", ".join(names[handle] for handle in listed) or None


def companies(report: Report) -> list[dict]:
    groups = defaultdict(list)
    for post in report.posts:
        groups[post["company"]].append(post)
    rows = []
    for company, everything in groups.items():
        posts = [post for post in everything if post["direction"] == "customer"]
        scored = [post for post in posts if is_scored(post)]
        answered = [post for post in posts if post["answered"]]
        unanswered = Counter(post["band"] for post in posts if post["answered"] is False)
        is_known = any(post["answered"] is not None for post in posts)
        times = responses(posts)
        open_times = responses(posts, "first_response_open_minutes")
        repeats = [post for post in posts if post["repeat_contact"] is not None]
        kinds = Counter(post["reply_kind"] for post in answered)
        rows.append(
            {
                "company": company,
                "handles": handles(everything),
                "posts": len(posts),
                "customers": len({author(post) for post in posts} - {None}),
                "angry_share": share(sum(map(is_angry, scored)), len(scored)),
                "urgent_share": share(sum(map(is_urgent, scored)), len(scored)),
                "unanswered_now": unanswered["now"] if is_known else None,
                "unanswered_today": unanswered["today"] if is_known else None,
                "response_rate": rate(posts, "answered"),
                "median_first_response_minutes": median(times),
                "p90_first_response_minutes": quantile(times, 0.9),
                "median_first_response_open_minutes": quantile(open_times, 0.5),
                "deflection_rate": share(kinds["deflect"], len(answered)),
                "private_message_rate": share(kinds["dm"], len(answered)),
                "repeat_contact_rate": share(
                    sum(post["repeat_contact"] > 0 for post in repeats), len(repeats)
                ),
                "wrong_handle_rate": rate(posts, "wrong_handle"),
                "tried_before_share": rate(scored, "is_tried_before"),
                "churn_share": rate(scored, "is_churn"),
            }
        )
    return sorted(
        rows, key=lambda row: (row["company"] is None, -row["posts"], row["company"] or "")
    )


def addressed(report: Report) -> list[dict]:
    """The table of handles."""
    groups = defaultdict(list)
    written = (post[column] for post in report.customers for column in ("addressed", "answered_by"))
    names = spelled(Counter(handle.lstrip("@") for handle in written if handle))
    for post in report.customers:
        handle = post["addressed"]
        groups[(handle.lower() if handle else None, post["company"])].append(post)
    rows = []
    for (handle, company), posts in groups.items():
        others = Counter(post["answered_by"].lower() for post in posts if post["answered_by"])
        itself = others.pop(handle, 0)
        is_known = any(post["answered"] is not None for post in posts)
        unanswered = sum(post["answered"] is False for post in posts)
        rows.append(
            {
                "handle": names.get(handle),
                "company": company,
                "posts": len(posts),
                "answered_itself": itself if is_known else None,
                "answered_by_another": others.total() if is_known else None,
                "other_handle": next((names[it] for it in by_frequency(others)), None),
                "unanswered": unanswered if is_known else None,
                "response_rate": rate(posts, "answered"),
                "median_first_response_minutes": median(responses(posts)),
            }
        )
    return sorted(
        rows,
        key=lambda row: (
            row["handle"] is None,
            -(row["unanswered"] or 0),
            -row["posts"],
            row["company"] is not None,
            row["company"] or "",
            (row["handle"] or "").lower(),
        ),
    )


def agents(report: Report) -> list[dict]:
    signed = defaultdict(list)
    moments = defaultdict(set)
    for post in report.companies:
        if post["agent"] is not None:
            key = post["company"], post["agent"]
            signed[key].append(post)
            if post["conversation_id"] is not None and post["created_at"] is not None:
                moments[post["conversation_id"], post["created_at"]].add(key)
    answers = defaultdict(list)
    pairs = defaultdict(list)
    talks = defaultdict(list)
    for post in report.customers:
        talks[post["conversation_id"], author(post)].append(post)
    for post in report.customers:
        minutes, at = post["first_response_minutes"], post["created_at"]
        if minutes is None or at is None:
            continue
        answered_at = at + datetime.timedelta(microseconds=round(minutes * 60e6))
        by = moments.get((post["conversation_id"], answered_at), set())
        if len(by) != 1:
            continue
        (key,) = by
        answers[key].append(minutes)
        if author(post) is None:
            continue
        talk = [it for it in talks[post["conversation_id"], author(post)] if it["created_at"]]
        later = [it for it in talk if it["created_at"] > answered_at]
        between = [
            it for it in talk if at < it["created_at"] <= answered_at and is_scored(it)
            and it["first_response_minutes"] is not None
            and it["created_at"]
            + datetime.timedelta(microseconds=round(it["first_response_minutes"] * 60e6))
            == answered_at
        ]
        if not later or between or not is_scored(post):
            continue
        after = min(later, key=lambda it: it["created_at"])
        if is_scored(after):
            pairs[key].append((post["anger_level"], after["anger_level"]))
    rows = []
    for key, posts in signed.items():
        kinds = Counter(post["reply_kind"] for post in posts)
        before = [pair[0] for pair in pairs[key]]
        after = [pair[1] for pair in pairs[key]]
        means = [sum(levels) / len(levels) if levels else None for levels in (before, after)]
        rows.append(
            {"company": key[0], "agent": key[1], "replies": len(posts)}
            | {step: kinds[step] for step in STEPS}
            | {
                "conversations": len({post["conversation_id"] for post in posts} - {None}),
                "first_answers": len(answers[key]),
                "median_first_response_minutes": median(answers[key]),
                "anger_pairs": len(before),
                "anger_before": means[0],
                "anger_after": means[1],
                "anger_change": means[1] - means[0] if before else None,
            }
        )
    return sorted(
        rows,
        key=lambda row: (
            row["company"] is None, row["company"] or "", -row["replies"], row["agent"],
        ),
    )
