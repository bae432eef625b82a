"""Who answered whom, from the rules in docs/conversations.md."""

import datetime
from collections import defaultdict

from findings import Check
from posts import Post, Report, author

MONTH = datetime.timedelta(days=30)


def direct(post: Post, replies: dict[str, list[Post]]) -> list[Post]:
    return [it for it in replies[post["id"]] if it["direction"] == "company"]


def addressee(post: Post, by_id: dict[str, Post]) -> Post | None:
    """The customer's post that a company's post replies to, perhaps by a reply to its own."""
    seen = set()
    while post["in_reply_to_id"] not in seen:
        seen.add(post["in_reply_to_id"])
        post = by_id.get(post["in_reply_to_id"])
        if post is None or post["direction"] == "customer":
            return post
    return None


def indirect(post: Post, talk: list[Post], by_id: dict[str, Post]) -> list[Post]:
    """Later posts of the company that are not known to speak to another author."""
    if post["created_at"] is None:
        return []
    found = []
    for it in talk:
        if it["direction"] != "company" or it["created_at"] is None:
            continue
        to = addressee(it, by_id)
        is_to_other = to is not None and author(to) != author(post)
        if it["created_at"] > post["created_at"] and not is_to_other:
            found.append(it)
    return found


def check_answers(report: Report) -> Check:
    """The columns of conversations, where the posts of the export are all there."""
    check = Check("answers")
    by_id = {post["id"]: post for post in report.posts}
    replies, talks, contacts = defaultdict(list), defaultdict(list), defaultdict(list)
    for post in report.posts:
        replies[post["in_reply_to_id"]].append(post)
        if post["conversation_id"] is not None:
            talks[post["conversation_id"]].append(post)
    for post in report.customers:
        if author(post) is not None and post["created_at"] is not None:
            contacts[author(post), post["company"]].append(post["created_at"])
    for post in report.customers:
        of, at = post["id"], post["created_at"]
        talk = talks[post["conversation_id"]]
        answers = direct(post, replies) or indirect(post, talk, by_id)
        if post["answered"] is not None:
            check.compare(f"{of}, answered", post["answered"], bool(answers))
        if answers and at and all(it["created_at"] for it in answers):
            first = min(answers, key=lambda it: it["created_at"])
            minutes = (first["created_at"] - at).total_seconds() / 60
            wanted = minutes if minutes >= 0 else None
            check.compare(f"{of}, minutes", post["first_response_minutes"], wanted, 1e-6)
            same = [it for it in answers if it["created_at"] == first["created_at"]]
            if len(same) == 1:
                check.compare(f"{of}, answered by", post["answered_by"], first["author_name"])
                check.compare(f"{of}, kind", post["reply_kind"], first["reply_kind"])
        if post["last_by"] is not None and all(it["created_at"] for it in talk):
            newest = max(it["created_at"] for it in talk)
            last = {it["direction"] for it in talk if it["created_at"] == newest}
            check.compare(f"{of}, last by", last, {post["last_by"]})
        if post["repeat_contact"] is not None and post["company"] is not None and at:
            earlier = contacts[author(post), post["company"]]
            number = sum(at - MONTH <= it < at for it in earlier)
            check.compare(f"{of}, repeat contact", post["repeat_contact"], number)
    return check
