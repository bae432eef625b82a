"""The table of posts over time."""

import datetime
from collections import Counter, defaultdict
from zoneinfo import ZoneInfo

from scipy import stats

from care import responses
from figures import false_discoveries, median, quantile, share
from posts import Post, Report, is_angry, is_scored, is_urgent

UTC = datetime.timezone.utc
HOUR = datetime.timedelta(hours=1)


def start_of_hour(moment: datetime.datetime, zone: ZoneInfo) -> datetime.datetime:
    """The start of the hour in the time zone, in UTC."""
    local = moment.astimezone(zone)
    past = datetime.timedelta(
        minutes=local.minute, seconds=local.second, microseconds=local.microsecond
    )
    return moment - past


def plausible(hours: Counter) -> tuple[datetime.datetime, datetime.datetime]:
    """The first and the last hour, without posts of mistaken dates."""
    ordered = sorted(hours)
    parts = [[ordered[0]]]
    for before, after in zip(ordered, ordered[1:]):
        if after - before > datetime.timedelta(days=92):
            parts.append([])
        parts[-1].append(after)
    sizes = [sum(hours[hour] for hour in part) for part in parts]
    worth = [
        place for place, size in enumerate(sizes) if size > 1 and size >= 0.01 * hours.total()
    ] or [max(range(len(parts)), key=lambda place: (sizes[place], place))]
    return parts[worth[0]][0], parts[worth[-1]][-1]


def periods(report: Report, zone: ZoneInfo) -> tuple[list[tuple], bool]:
    """The names and starts of the periods, and whether they are hours."""
    moments = (post["created_at"] for post in report.customers)
    hours = Counter(
        start_of_hour(moment.replace(tzinfo=UTC), zone) for moment in moments if moment
    )
    if not hours:
        return [], False
    first, last = plausible(hours)
    dates = first.astimezone(zone).date(), last.astimezone(zone).date()
    days = (dates[1] - dates[0]).days + 1
    if days > 7:
        listed = [dates[0] + datetime.timedelta(days=n) for n in range(max(0, days - 3660), days)]
        midnight = datetime.time(tzinfo=zone)
        starts = [(str(day), datetime.datetime.combine(day, midnight)) for day in listed]
        return [(name, start.astimezone(UTC)) for name, start in starts], False
    starts, hour = [], first
    while hour <= last:
        starts.append((hour.astimezone(zone).strftime("%Y-%m-%d %H:00"), hour))
        hour = start_of_hour(hour + HOUR, zone)
    return starts, True


def compared(place: int, is_hourly: bool, usable: list[int]) -> list[int] | None:
    """The periods that this one is compared with."""
    season, seasons, beside = (24, 7, 1) if is_hourly else (7, 8, 0)
    near = [it for it in usable if it != place and abs(it - place) <= season * seasons + beside]

    def alike(width: int) -> list[int]:
        offsets = [(it, abs(it - place)) for it in near]
        return [
            it for it, apart in offsets
            if apart > width and min(apart % season, -apart % season) <= width
        ]

    for others, wanted in ((alike(0), 4), (alike(beside), 4), (near, 12)):
        if len(others) >= wanted:
            return others
    return None


def spikes(counts: list[int], is_hourly: bool) -> list[tuple]:
    """Of each period what is expected, the p-value, and whether it is a spike."""
    if len(counts) < 14:
        return [(None, None, False)] * len(counts)
    found = set()
    for _ in range(2):
        usable = [it for it in range(1, len(counts) - 1) if it not in found]
        expected = []
        for place in range(len(counts)):
            others = compared(place, is_hourly, usable)
            if others is None:
                expected.append(None)
                continue
            mean = (sum(counts[it] for it in others) + 0.5) / len(others)
            expected.append((mean, mean * (1 + 1 / len(others))))
        deviations = [
            abs(counts[it] - expected[it][0]) / expected[it][1] ** 0.5
            for it in usable if expected[it]
        ]
        spread = (quantile(deviations, 0.9) or 0) / stats.norm.ppf(0.95)
        dispersion = max(1.0, spread**2)
        p_values = []
        for count, of in zip(counts, expected):
            if of is None:
                p_values.append(None)
                continue
            mean, variance = of[0], of[1] * dispersion
            p = mean / variance
            p_values.append(float(stats.nbinom.sf(count - 1, mean * p / (1 - p), p)))
        adjusted = iter(false_discoveries([p for p in p_values if p is not None]))
        tested = [
            p is not None and bool(next(adjusted) <= 0.01) and count >= 5 and count >= 1.5 * of[0]
            for count, of, p in zip(counts, expected, p_values)
        ]
        found = {place for place, is_spike in enumerate(tested) if is_spike}
    return [(of and of[0], p, flag) for of, p, flag in zip(expected, p_values, tested)]


def most_unusual(column: str, posts: list[Post], everything: list[Post], number: int) -> str | None:
    """The name whose posts exceed its mean per period most."""
    here = Counter(post[column] for post in posts if post[column] is not None)
    total = Counter(post[column] for post in everything if post[column] is not None)
    excess = {name: count - total[name] / number for name, count in here.items()}
    return max(excess, key=excess.get, default=None)


def trend(report: Report) -> list[dict]:
    zone = ZoneInfo(report.settings["time_zone"])
    listed, is_hourly = periods(report, zone)
    form = "%Y-%m-%d %H:00" if is_hourly else "%Y-%m-%d"
    starts = {start: name for name, start in listed}
    groups = defaultdict(list)
    names = {name for name, _ in listed}
    for post in report.customers:
        moment, key = post["created_at"], None
        if moment is not None:
            moment = moment.replace(tzinfo=UTC)
            # An hour that the clock shows twice is two periods, so that the start tells.
            start = start_of_hour(moment, zone)
            if is_hourly:
                key = start if start in starts else None
            else:
                name = moment.astimezone(zone).strftime(form)
                key = name if name in names else None
        groups[key].append(post)
    keys = [start if is_hourly else name for name, start in listed]
    shown = [post for key in keys for post in groups[key]]
    angry = [sum(map(is_angry, groups[key])) for key in keys]
    of_posts = spikes([len(groups[key]) for key in keys], is_hourly)
    of_angry = spikes(angry, is_hourly)
    nothing = (None, None, False)
    rows = []
    for place, (name, start, key) in enumerate(
        [(name, start, key) for (name, start), key in zip(listed, keys)]
        + ([("other", None, None)] if groups[None] else [])
    ):
        posts = groups[key]
        scored = [post for post in posts if is_scored(post)]
        tests = (of_posts[place], of_angry[place]) if key is not None else (nothing, nothing)
        top = {"top_company": None, "top_topic": None}
        if tests[0][2] or tests[1][2]:
            pick = (lambda them: them) if tests[0][2] else (lambda them: list(filter(is_angry, them)))
            for column in ("company", "topic"):
                top[f"top_{column}"] = most_unusual(column, pick(posts), pick(shown), len(listed))
        rows.append(
            {
                "period": name,
                "start": start and start.replace(tzinfo=None),
                "posts": len(posts),
                "angry": sum(map(is_angry, posts)),
                "urgent": sum(map(is_urgent, posts)),
                "angry_share": share(sum(map(is_angry, scored)), len(scored)),
                "urgent_share": share(sum(map(is_urgent, scored)), len(scored)),
                "mean_anger": share(sum(post["anger"] for post in scored), len(scored)),
                "answered": sum(post["answered"] is True for post in posts),
                "unanswered": sum(post["answered"] is False for post in posts),
                "median_first_response_minutes": median(responses(posts)),
                "expected_posts": tests[0][0],
                "posts_p_value": tests[0][1],
                "posts_spike": tests[0][2],
                "expected_angry": tests[1][0],
                "angry_p_value": tests[1][1],
                "angry_spike": tests[1][2],
            }
            | top
        )
    return rows
