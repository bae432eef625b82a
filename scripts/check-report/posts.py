"""The posts of a report, and what ranking makes of them."""

import json
import math
from dataclasses import dataclass
from pathlib import Path

import polars

Post = dict

BANDS = ("now", "today", "later", "none")
TERMS = ("urgency", "anger", "actionable", "tried_before", "churn")


@dataclass
class Report:
    """What a report was made of."""

    folder: Path
    run: dict
    posts: list[Post]

    @classmethod
    def read(cls, folder: Path) -> "Report":
        run = json.loads((folder / "run.json").read_text())
        posts = polars.read_parquet(folder / "posts.parquet").to_dicts()
        return cls(folder, run, posts)

    @property
    def settings(self) -> dict:
        return self.run["settings"]

    @property
    def customers(self) -> list[Post]:
        return [post for post in self.posts if post["direction"] == "customer"]

    @property
    def companies(self) -> list[Post]:
        return [post for post in self.posts if post["direction"] == "company"]


def is_scored(post: Post) -> bool:
    return post["anger_level"] is not None


def is_angry(post: Post) -> bool:
    return (post["anger_level"] or 0) >= 2


def is_urgent(post: Post) -> bool:
    return (post["urgency_level"] or 0) >= 2


def is_waiting(post: Post) -> bool:
    """Whether the post belongs into the queue."""
    is_ranked = post["direction"] == "customer" and post["band"] is not None
    return is_ranked and post["band"] != "none" and post["answered"] is not True


def author(post: Post) -> str | None:
    return post["author_id"] or post["author_name"]


def reach(post: Post, settings: dict) -> float | None:
    followers, views = (post.get(name) for name in ("followers", "views"))
    shares = max(0, post.get("reposts") or 0) + max(0, post.get("quotes") or 0)
    if followers is None and views is None and shares == 0:
        return None
    people = max(followers or 0, views or 0, 0) + settings["reach.people_per_share"] * shares
    return min(100.0, 100 * math.log10(1 + people) / math.log10(settings["reach.full_audience"]))


def band(post: Post, settings: dict) -> str:
    if post["urgency_level"] >= settings["bands.now_from_urgency"]:
        return "now"
    is_angry = post["anger_level"] >= settings["bands.today_from_anger"]
    if post["urgency_level"] >= settings["bands.today_from_urgency"]:
        return "today"
    if post["is_actionable"]:
        return "today" if is_angry else "later"
    return "none"


def ranked(report: Report) -> list[Post]:
    """What stands in each post's columns of ranking, in the order of the posts."""
    settings = report.settings
    weights = {term: settings[f"priority.{term}"] for term in TERMS}
    of_reach = settings["priority.reach"]
    rows = []
    for post in report.posts:
        row = {"id": post["id"], "reach": reach(post, settings)}
        if post["direction"] == "customer" and is_scored(post):
            need = {term: weights[term] * post[term] for term in TERMS}
            terms = {term: 100 * value / (1 + of_reach) for term, value in need.items()}
            row["need"] = sum(need.values())
            row["priority"] = sum(terms.values()) * (1 + of_reach * (row["reach"] or 0) / 100)
            row |= {f"from_{term}": value for term, value in terms.items()}
            row["from_reach"] = row["priority"] - sum(terms.values())
            row["band"] = band(post, settings)
        if is_scored(post):
            moods = ("negative", "neutral", "positive")
            row["sentiment"] = max(moods, key=lambda mood: post[mood])
        rows.append(row)
    last = max((post["created_at"] for post in report.posts if post["created_at"]), default=None)
    for column, by in (("rank", "priority"), ("rank_without_reach", "need")):
        places = [place for place, row in enumerate(rows) if "need" in row]
        # A post without a time comes after all that have one.
        places.sort(
            key=lambda place: (
                -rows[place][by],
                report.posts[place]["created_at"] is None,
                report.posts[place]["created_at"] or last,
                place,
            )
        )
        for rank, place in enumerate(places, start=1):
            rows[place][column] = rank
    return rows


def queue(report: Report) -> list[Post]:
    """The posts of the queue, in its order."""
    waiting = [post for post in report.customers if is_waiting(post)]
    return sorted(waiting, key=lambda post: (BANDS.index(post["band"]), post["rank"]))
