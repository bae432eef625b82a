"""The tables of conversations and topics."""

from collections import defaultdict

from care import responses
from figures import median, share
from posts import BANDS, Post, Report, author, is_angry, is_urgent, is_waiting

STATES = (
    "unanswered", None, "worse", "deflected", "answered", "resolved", "better", "quiet",
)
STEPS = ("dm", "deflect", "ask", "resolve")


def in_time(posts: list[Post]) -> list[Post]:
    """In the order of their times, those of the same moment in the order of the export."""
    return sorted((post for post in posts if post["created_at"]), key=lambda it: it["created_at"])


def turn(posts: list[Post]) -> tuple[Post | None, Post | None, bool]:
    """The customer's first and last posts with scores, and whether the company spoke between."""
    scored = in_time([it for it in posts if it["direction"] == "customer"])
    if not scored:
        return None, None, False
    customer = author(scored[0])
    own = [it for it in scored if it["anger_level"] is not None and author(it) == customer]
    if not own:
        return None, None, False
    spoke = [it["created_at"] for it in posts if it["direction"] == "company" and it["created_at"]]
    is_after = any(moment < own[-1]["created_at"] for moment in spoke)
    return own[0], own[-1] if len(own) > 1 else None, is_after


def state(posts: list[Post], last_step: str | None) -> str | None:
    customers = [post for post in posts if post["direction"] == "customer"]
    unanswered = [post for post in customers if post["answered"] is False and post["band"]]
    if any(map(is_waiting, unanswered)):
        return "unanswered"
    if not any(post["answered"] for post in customers):
        return "quiet" if unanswered else None
    first, last, is_after = turn(posts)
    if first and last and is_after:
        change = last["anger_level"] - first["anger_level"]
        moods = first["sentiment"], last["sentiment"]
        if change > 0 or change == 0 and moods[1] == "negative" != moods[0]:
            return "worse"
        if change < 0 and moods[1] != "negative" or (
            change == 0 and moods[1] == "positive" != moods[0]
        ):
            return "better"
    return {"deflect": "deflected", "resolve": "resolved"}.get(last_step, "answered")


def conversations(report: Report) -> list[dict]:
    groups = defaultdict(list)
    for post in report.posts:
        if post["conversation_id"] is not None:
            groups[post["conversation_id"]].append(post)
    rows = []
    for conversation, posts in groups.items():
        customers = [post for post in posts if post["direction"] == "customer"]
        companies = [post for post in posts if post["direction"] == "company"]
        if not customers:
            continue
        timed = in_time(posts)
        opening = (in_time(customers) or customers)[0]
        first, last, _ = turn(posts)
        steps = [it["reply_kind"] for it in in_time(companies) if it["reply_kind"] in STEPS]
        last_step = steps[-1] if steps else None
        ranked = [post for post in customers if post["rank"] is not None]
        waiting = [post for post in ranked if is_waiting(post)] or ranked
        bands = [post["band"] for post in waiting]
        top = min(waiting, key=lambda post: post["rank"], default=None)
        rows.append(
            {
                "conversation_id": conversation,
                "company": next((it["company"] for it in posts if it["company"]), None),
                "customer": opening["author_name"],
                "state": state(posts, last_step),
                "band": min(bands, key=BANDS.index, default=None),
                "customer_posts": len(customers),
                "company_posts": len(companies),
                "first_at": timed[0]["created_at"] if timed else None,
                "last_at": timed[-1]["created_at"] if timed else None,
                "urgency_level": max((it["urgency_level"] for it in ranked), default=None),
                "anger_level": max((it["anger_level"] for it in ranked), default=None),
                "anger_first": first and first["anger_level"],
                "anger_last": last and last["anger_level"],
                "first_response_minutes": opening["first_response_minutes"],
                "last_step": last_step,
                "repeat_contact": max(
                    (it["repeat_contact"] for it in customers if it["repeat_contact"] is not None),
                    default=None,
                ),
                "top_post": top and top["id"],
                "top_rank": top["rank"] if top else len(report.posts) + 1,
            }
        )
    rows.sort(
        key=lambda row: (
            STATES.index(row["state"]),
            BANDS.index(row["band"] or "none"),
            row["top_rank"],
        )
    )
    for row in rows:
        del row["top_rank"]
    return rows


def topics(report: Report) -> list[dict]:
    groups = defaultdict(list)
    for post in report.customers:
        if post["topic"] is not None:
            groups[post["topic"]].append(post)
    total = sum(map(len, groups.values()))
    rows = []
    for topic, posts in groups.items():
        is_known = any(post["answered"] is not None for post in posts)
        priorities = [post["priority"] for post in posts]
        examples = sorted(posts, key=lambda post: post["rank"])[:3]
        rows.append(
            {
                "topic": topic,
                "posts": len(posts),
                "customers": len({author(post) for post in posts} - {None}),
                "companies": len({post["company"] for post in posts} - {None}),
                "post_share": share(len(posts), total),
                "angry_share": share(sum(map(is_angry, posts)), len(posts)),
                "urgent_share": share(sum(map(is_urgent, posts)), len(posts)),
                "mean_priority": sum(priorities) / len(posts),
                "unanswered": sum(it["answered"] is False for it in posts) if is_known else None,
                "median_first_response_minutes": median(responses(posts)),
                "examples": " ".join(post["id"] for post in examples),
            }
        )
    return sorted(
        rows,
        key=lambda row: (
            row["topic"] == "other", -row["mean_priority"] * row["posts"], row["topic"],
        ),
    )
