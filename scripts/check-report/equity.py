"""The table of equity; its sentences are only compared between the files of a report."""

from collections import defaultdict
from collections.abc import Callable

from care import responses
from figures import Stratified, median, median_interval, quantile, share, van_elteren, wilson
from posts import Post, Report, queue

MEASURED = 30
EMPTY = dict.fromkeys(
    """comparison group posts followers_from followers_to response_rate response_rate_low
    response_rate_high adjusted_response_rate median_first_response_minutes
    median_first_response_low median_first_response_high rank_change moved_up moved_down
    places_down_median places_down_p90 difference difference_low difference_high
    p_value""".split()
)


def tenths(posts: list[Post]) -> dict[str, list[Post]]:
    known = sorted(
        (post for post in posts if post["followers"] is not None), key=lambda it: it["followers"]
    )
    first = {}
    for place, post in enumerate(known):
        first.setdefault(post["followers"], place * 10 // len(known) + 1)
    groups = defaultdict(list)
    for post in known:
        groups[f"tenth {first[post['followers']]}"].append(post)
    return groups


def split(posts: list[Post], names: tuple[str, str], of: Callable) -> dict[str, list[Post]]:
    groups = {name: [] for name in names}
    for post in posts:
        if (value := of(post)) is not None:
            groups[names[bool(value)]].append(post)
    return groups


def movement(changes: list[int], number: int) -> dict:
    """What reach changes, from the places won."""
    return {
        "rank_change": median(changes),
        "moved_up": share(sum(change > 0 for change in changes), number),
        "moved_down": share(sum(change < 0 for change in changes), number),
    }


def measured(posts: list[Post]) -> dict:
    """The figures of a group of posts."""
    answered = sum(post["answered"] for post in posts)
    rate = wilson(answered, len(posts))
    times = responses(posts)
    row = {
        "response_rate": answered / len(posts),
        "response_rate_low": rate[0],
        "response_rate_high": rate[1],
    }
    if len(times) >= 6:
        low, high = median_interval(times)
        row |= {
            "median_first_response_minutes": median(times),
            "median_first_response_low": low,
            "median_first_response_high": high,
        }
    ranked = [post for post in posts if post["rank"] is not None]
    changes = [post["rank_without_reach"] - post["rank"] for post in ranked]
    return row | movement(changes, len(ranked))


def comparison(name: str, groups: dict[str, list[Post]], stratum: Callable) -> list[dict]:
    rows = []
    for group, posts in groups.items():
        row = EMPTY | {"comparison": name, "group": group, "posts": len(posts)}
        if name == "followers":
            row["followers_from"] = min(post["followers"] for post in posts)
            row["followers_to"] = max(post["followers"] for post in posts)
        if len(posts) >= MEASURED:
            row |= measured(posts)
        rows.append(row)
    listed = list(groups.values())
    ends = (listed[0], listed[-1]) if len(listed) > 1 else (sum(listed, []), [])
    strata = defaultdict(lambda: ([], []))
    for side, posts in enumerate(ends):
        for post in posts:
            strata[stratum(post)][side].append(post)
    rates = Stratified(
        tuple((sum(post["answered"] for post in posts), len(posts)) for posts in sides)
        for sides in strata.values()
    )
    row = EMPTY | {"comparison": name, "group": "difference", "posts": sum(rates.posts)}
    if min(rates.posts) >= MEASURED:
        rows[0]["adjusted_response_rate"] = rates.first
        rows[-1]["adjusted_response_rate"] = rates.last
        row |= {
            "difference": rates.difference,
            "difference_low": rates.low,
            "difference_high": rates.high,
            "p_value": rates.p_value,
        }
    rows.append(row)
    waits = van_elteren(tuple(map(responses, sides)) for sides in strata.values())
    if waits and min(waits[0]) >= MEASURED:
        row = {"group": "difference in waiting", "posts": sum(waits[0]), "p_value": waits[1]}
        rows.append(EMPTY | {"comparison": name} | row)
    return rows


def ranking(report: Report) -> list[dict]:
    name = "ranking by reach"
    posts = queue(report)
    plain = sorted(
        posts,
        key=lambda it: (("now", "today", "later").index(it["band"]), it["rank_without_reach"]),
    )
    places = {post["rank"]: place for place, post in enumerate(posts)}
    without = {post["rank"]: place for place, post in enumerate(plain)}
    rows = []
    groups = tenths(posts)
    for group, members in groups.items():
        changes = [without[post["rank"]] - places[post["rank"]] for post in members]
        lost = [-change for change in changes if change < 0]
        rows.append(
            EMPTY
            | {
                "comparison": name,
                "group": group,
                "posts": len(members),
                "followers_from": members[0]["followers"],
                "followers_to": members[-1]["followers"],
                "places_down_median": median(lost),
                "places_down_p90": quantile(lost, 0.9),
            }
            | movement(changes, len(members))
        )
    for top in (10, 100):
        polite = [
            post for post in plain[:top] if post["urgency_level"] == 3 and post["anger_level"] < 2
        ]
        fallen = sum(places[post["rank"]] >= top for post in polite)
        rows.append(
            EMPTY
            | {
                "comparison": name,
                "group": f"polite emergencies in the first {top}",
                "posts": len(polite),
                "moved_down": share(fallen, len(polite)),
            }
        )
    rows.append(EMPTY | {"comparison": name, "group": "difference", "posts": len(posts)})
    return rows


def equity(report: Report) -> list[dict]:
    posts = [post for post in report.customers if post["answered"] is not None]
    rows = []

    def company(post: Post) -> tuple:
        return (post["company"],)

    def need(post: Post) -> tuple:
        return post["company"], post["urgency_level"]

    def is_angry(post: Post) -> bool | None:
        return None if post["anger_level"] is None else post["anger_level"] >= 2

    comparisons = (
        ("followers", tenths(posts), company),
        (
            "verified",
            split(posts, ("not verified", "verified"), lambda it: it["verified"]),
            company,
        ),
        ("politeness", split(posts, ("calm", "angry"), is_angry), need),
        (
            "reply",
            split(posts, ("opening", "reply"), lambda it: it["in_reply_to_id"] is not None),
            company,
        ),
    )
    for name, groups, stratum in comparisons:
        rows += comparison(name, groups, stratum)
    return rows + ranking(report)
