"""How much of a wait lies within business hours."""

import datetime
from zoneinfo import ZoneInfo

from posts import Report

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
UTC = datetime.timezone.utc


def clock(day: datetime.date, text: str, zone: ZoneInfo) -> datetime.datetime:
    """A time of day as a moment; 24:00 is the end of the day."""
    hour, minute = map(int, text.split(":"))
    if hour == 24:
        day, hour = day + datetime.timedelta(days=1), 0
    local = datetime.datetime.combine(day, datetime.time(hour, minute), zone)
    return local.astimezone(UTC)


def open_minutes(report: Report) -> list[tuple[str, float | None]] | None:
    """Of each post its id and the open minutes to the first answer; none without business hours."""
    hours = {
        place: report.settings[key]
        for place, day in enumerate(DAYS)
        if (key := f"business_hours.{day}") in report.settings
    }
    if not hours:
        return None
    zone = ZoneInfo(report.settings["time_zone"])
    holidays = set(report.settings.get("business_hours.holidays", ()))
    rows = []
    for post in report.posts:
        minutes, start = post["first_response_minutes"], post["created_at"]
        if minutes is None or start is None:
            rows.append((post["id"], None))
            continue
        start = start.replace(tzinfo=UTC)
        end = start + datetime.timedelta(minutes=minutes)
        day, total = start.astimezone(zone).date(), 0.0
        while day <= end.astimezone(zone).date():
            if day.weekday() in hours and str(day) not in holidays:
                ends = (clock(day, it, zone) for it in hours[day.weekday()].split("-"))
                opening, closing = ends
                worked = min(end, closing) - max(start, opening)
                total += max(0.0, worked.total_seconds()) / 60
            day += datetime.timedelta(days=1)
        rows.append((post["id"], total))
    return rows
