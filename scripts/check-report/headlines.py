"""`summary.csv` and the headline figures."""

from collections import Counter

from care import rate, responses
from figures import median, quantile, share
from posts import BANDS, Report, is_angry, is_scored, is_urgent, is_waiting


def summary(report: Report) -> list[dict]:
    customers = report.customers
    scored = [post for post in customers if is_scored(post)]
    rows = [
        ("posts", "all", len(report.posts)),
        ("posts", "customer", len(customers)),
        ("posts", "company", len(report.companies)),
    ]
    answered = Counter(post["answered"] for post in customers)
    for level, value in (("true", True), ("false", False), ("unknown", None)):
        rows.append(("customer_posts_by_answered", level, answered[value]))
    reasons = Counter(post.get("not_scored") for post in customers)
    rows.append(("customer_posts_not_scored", "language", reasons["language"]))
    rows.append(("ranked_posts", None, len(scored)))
    for column in ("urgency_level", "anger_level"):
        levels = Counter(post[column] for post in scored)
        rows += [(f"ranked_posts_by_{column}", str(n), levels[n]) for n in range(4)]
    for column, values in (
        ("band", BANDS), ("sentiment", ("negative", "neutral", "positive")),
    ):
        levels = Counter(post[column] for post in scored)
        rows += [(f"ranked_posts_by_{column}", value, levels[value]) for value in values]
    for flag in ("actionable", "tried_before", "churn"):
        posts = sum(post[f"is_{flag}"] for post in scored)
        rows.append(("ranked_posts_by_flag", flag, posts))
    for level, of in (("urgent", is_urgent), ("angry", is_angry)):
        rows.append(("share_of_ranked_posts", level, share(sum(map(of, scored)), len(scored))))
    rows.append(("median_first_response_minutes", None, median(responses(customers))))
    reaches = [post["reach"] for post in customers if post["reach"] is not None]
    rows.append(("median_reach", None, median(reaches)))
    for top in (10, 100):
        lifted = [it for it in scored if it["rank"] <= top < it["rank_without_reach"]]
        rows.append(("top_posts_by_reach_alone", str(top), len(lifted)))
    return [dict(zip(("measure", "level", "value"), row)) for row in rows]


def overview(report: Report) -> dict:
    """The figures of `report --json`, without the findings."""
    customers = report.customers
    scored = [post for post in customers if is_scored(post)]
    moments = [post["created_at"] for post in report.posts if post["created_at"]]
    waiting = Counter(post["band"] for post in customers if is_waiting(post))
    answered = [post for post in customers if post["answered"]]
    times = responses(customers)
    kinds = Counter(post["reply_kind"] for post in answered)
    return {
        "posts": len(report.posts),
        "customer_posts": len(customers),
        "scored": len(scored),
        "companies": len({post["company"] for post in report.posts} - {None}),
        "first_post": min(moments, default=None),
        "last_post": max(moments, default=None),
        "awaiting": {name: waiting[name] for name in ("now", "today", "later")},
        "urgent_share": share(sum(map(is_urgent, scored)), len(scored)),
        "angry_share": share(sum(map(is_angry, scored)), len(scored)),
        "answered_share": rate(customers, "answered"),
        "median_first_response_minutes": median(times),
        "p90_first_response_minutes": quantile(times, 0.9),
        "deflected_share": share(kinds["deflect"], len(answered)),
        "private_share": share(kinds["dm"], len(answered)),
    }
