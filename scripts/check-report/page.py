"""`report.html`: the data of its script, its tables and charts, and the headline figures."""

import datetime
import json
import re
from collections import defaultdict
from zoneinfo import ZoneInfo

from lxml import html

from findings import Check, read_csv, value
from posts import Report, is_scored, queue
from workbook import is_redacted, local

MISSING = "–"
URGENCY = ("none", "can wait", "today", "now")
ANGER = ("none", "irritated", "angry", "furious")
DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")
WAITS = (
    ("up to 5 min", 5), ("up to 15 min", 15), ("up to 1 h", 60), ("up to 3 h", 180),
    ("up to 8 h", 480), ("up to 1 day", 1_440), ("up to 3 days", 4_320),
    ("up to 7 days", 10_080), ("more than 7 days", float("inf")),
)


def text(element: html.HtmlElement) -> str:
    return element.text_content().strip()


def duration(minutes: float | None) -> str:
    """In the two largest units that it fills, rounded down."""
    if minutes is None:
        return MISSING
    if 0 < minutes < 1:
        return "< 1 min"
    whole = int(max(0, minutes))
    if whole < 60:
        return f"{whole} min"
    large, small, units = (
        (whole // 60, whole % 60, ("h", "min")) if whole < 1_440
        else (whole // 1_440, whole % 1_440 // 60, ("d", "h"))
    )
    return f"{large} {units[0]}" + (f" {small} {units[1]}" if small else "")


class Page:
    """A page that is compared with the posts."""

    def __init__(self, report: Report):
        self.report = report
        self.zone = ZoneInfo(report.settings["time_zone"])
        self.root = html.parse(str(report.folder / "report.html")).getroot()
        self.data = json.loads(self.root.get_element_by_id("data").text)

    def posts(self) -> Check:
        """The posts that the script shows."""
        check = Check("report.html posts")
        waiting = queue(self.report)[: self.report.run["options"].get("top")]
        rows = self.data["rows"]
        if len(waiting) <= 1_000:
            check.compare("number of posts", len(rows), len(waiting))
        moments = [post["created_at"] for post in self.report.posts if post["created_at"]]
        words = self.words()
        for row, post in zip(rows, waiting):
            at = post["created_at"]
            wait = (max(moments) - at).total_seconds() / 60 if at else None
            created = local(at, self.zone).strftime("%Y-%m-%d %H:%M") if at else None
            wanted = {
                "id": post["id"], "band": post["band"], "why": post["why"],
                "rank": post["rank"], "rank_without_reach": post["rank_without_reach"],
                "author": post["author_name"], "followers": post["followers"],
                "copies": post["copies"], "created": created, "answered": post["answered"],
                "company": post["company"], "topic": post["topic"],
                "language": post["language"], "source": post["source"],
                "conversation": post["conversation_id"],
            }
            for name, expected in wanted.items():
                check.compare(f"{post['id']}, {name}", row[name], expected)
            near = [("priority", row["priority"], post["priority"], 0.005)]
            near += [("reach", row["reach"], post["reach"], 0.05), ("wait", row["wait"], wait, 0.5)]
            order = ("urgency", "anger", "actionable", "tried_before", "churn", "reach")
            terms = [post[f"from_{term}"] for term in order]
            near += [("terms", *pair, 0.005) for pair in zip(row["terms"], terms)]
            scores = [(name, shown, post[name], 0.0005) for name, shown in row["scores"].items()]
            for name, shown, expected, tolerance in near + scores:
                check.compare(f"{post['id']}, {name}", shown, expected, tolerance + 1e-6)
            if wait is not None:
                check.compare(f"{post['id']}, waited", row["waited"], duration(wait))
            for name, shown in row["decided"].items():
                columns = {"anger": "anger_level", "urgency": "urgency_level"}
                columns["sentiment"] = "sentiment"
                column = columns.get(name, f"is_{name}")
                check.compare(f"{post['id']}, decided {name}", shown, post[column])
            # The page has no characters that turn the direction of a line.
            expected = DIRECTIONS.sub("\ufffd", post["text"])
            if not row["is_cut"] and not is_redacted(row["text"], expected):
                check.compare(f"{post['id']}, text", row["text"], expected)
            shown = [word[2:] for word in row["words"]]
            for values, expected in zip(shown, words.get(post["id"], []), strict=False):
                for pair in zip(values, expected):
                    check.compare(f"{post['id']}, words", *pair, 0.005001)
            check.compare(f"{post['id']}, words", len(shown), len(words.get(post["id"], [])))
        return check

    def words(self) -> dict[str, list]:
        path = self.report.folder / "words.ndjson"
        lines = path.read_text().splitlines() if path.exists() else []
        of_posts = map(json.loads, lines)
        return {it["id"]: [(w["anger"], w["urgency"]) for w in it["words"]] for it in of_posts}

    def first_posts(self) -> Check:
        """The posts that stand on the page where no script runs."""
        check = Check("report.html queue")
        rows = self.root.get_element_by_id("queue-rows").findall("tr")
        for place, (row, data) in enumerate(zip(rows, self.data["rows"]), start=1):
            cells = [text(it) for it in row.findall("td")]
            parts = {it.get("class"): text(it) for it in row.iter("p")}
            decided = data["decided"]
            check.compare(f"row {place}, place", cells[0], str(place))
            check.compare(f"row {place}, band", cells[1], data["band"])
            check.compare(f"row {place}, text", parts["text"], data["text"].strip())
            check.compare(f"row {place}, why", parts["why"], data["why"])
            if data["author"]:
                is_by = parts["by"].startswith(data["author"])
                check.compare(f"row {place}, author", is_by, True)
            check.compare(f"row {place}, priority", float(cells[3]), data["priority"], 0.0551)
            check.compare(f"row {place}, urgency", cells[4], URGENCY[decided["urgency"]])
            check.compare(f"row {place}, anger", cells[5], ANGER[decided["anger"]])
            reach = None if cells[6] == MISSING else float(cells[6])
            check.compare(f"row {place}, reach", reach, data["reach"], 0.551)
            check.compare(f"row {place}, wait", cells[7], data["waited"] or MISSING)
        return check

    def headline(self, figures: dict, findings: list[str]) -> Check:
        check = Check("report.html figures")
        facts = {text(it[0]): text(it[1]) for it in self.root.xpath("//dl[@class='facts']/div")}
        posts = f"{figures['posts']:,}, {figures['customer_posts']:,} by customers"
        check.compare("posts", facts["Posts"], posts)
        if figures["companies"] > 1:
            check.compare("companies", facts.get("Companies"), f"{figures['companies']:,}")
        if figures["first_post"]:
            days = [local(figures[it], self.zone).date() for it in ("first_post", "last_post")]
            written = " to ".join(dict.fromkeys(map(str, days)))
            check.compare("written", facts["Written"], written)
        check.compare("times", facts["Times"], self.report.settings["time_zone"])
        tiles = {}
        for tile in self.root.xpath("//ul[@class='tiles']/li"):
            of, figure, metric = tile[0], tile[1], tile[2]
            tiles[text(of)] = text(figure), text(metric)
        for name in ("Now", "Today", "Later"):
            waiting = figures["awaiting"][name.lower()]
            check.compare(name, tiles[name][0], f"{waiting:,}")
        shares = {
            "Urgent": "urgent_share", "Angry": "angry_share", "Answered": "answered_share",
            "To private": "private_share", "Sent elsewhere": "deflected_share",
        }
        for name, figure in shares.items():
            if figures[figure] is not None or name in tiles:
                self.share(check, name, tiles.get(name, (MISSING,))[0], figures[figure])
        first = figures["median_first_response_minutes"]
        if first is not None:
            last = duration(figures["p90_first_response_minutes"])
            check.compare("median", tiles["First answer"][0], duration(first))
            check.compare("nine of ten", tiles["First answer"][1], f"median; nine of ten within {last}")
        listed = [text(it) for it in self.root.xpath("//section[@id='figures']//ul[2]/li")]
        check.compare("findings", listed, findings)
        return check

    @staticmethod
    def share(check: Check, where: str, shown: str, share: float | None) -> None:
        """A share in whole per cent; what is neither nothing nor all is not shown as such."""
        if share is None:
            check.compare(where, shown, MISSING)
        elif 0 < share < 0.01 or 0.99 < share < 1:
            check.compare(where, shown, "< 1 %" if share < 0.5 else "> 99 %")
        else:
            number = float(shown.removesuffix(" %"))
            check.compare(where, number, 100 * share, 0.50001)

    def chart(self, name: str) -> list[list[str]]:
        """The numbers below a chart, without the header."""
        rows = self.root.xpath(f"//section[@id='{name}']//details//tbody/tr")
        return [[text(cell) for cell in row] for row in rows]

    def charts(self, trend: list[dict], equity: list[dict]) -> list[Check]:
        customers = self.report.customers
        scored = [post for post in customers if is_scored(post)]
        over_time = Check("report.html trend")
        shown = {row[0]: row for row in self.chart("trend")}
        # A chart of much time has longer periods than the table.
        if set(shown) & {row["period"] for row in trend}:
            for row in trend:
                if row["period"] not in shown and row["period"] == "other":
                    continue
                _, posts, angry, spike, top = shown[row["period"]]
                of = row["period"]
                over_time.compare(f"{of}, posts", posts, f"{row['posts']:,}")
                over_time.compare(f"{of}, angry", angry, f"{row['angry']:,}")
                over_time.compare(f"{of}, spike", bool(spike), row["posts_spike"] or row["angry_spike"])
                names = [it for it in (row["top_company"], row["top_topic"]) if it]
                over_time.compare(f"{of}, most of", all(it in top for it in names), True)
        plane = Check("report.html map")
        cells = defaultdict(list)
        for post in scored:
            # Scores are of single precision.
            key = tuple(min(9, int(post[it] * 10 + 1e-6)) for it in ("anger", "urgency"))
            cells[key].append(post["reach"])
        rows = self.chart("map")
        plane.compare("number of cells", len(rows), len(cells) if rows else 0)
        for anger, urgency, posts, reach in rows:
            key = tuple(round(float(it.partition("–")[0]) * 10) for it in (anger, urgency))
            plane.compare(f"{anger}, {urgency}, posts", posts, f"{len(cells[key]):,}")
            known = [it for it in cells[key] if it is not None]
            mean = sum(known) / len(known) if known else None
            shown = None if reach in ("", MISSING) else float(reach)
            plane.compare(f"{anger}, {urgency}, reach", shown, mean, 0.5001)
        responses = Check("report.html responses")
        rows = {row[0]: row for row in self.chart("responses")}
        known = [post for post in customers if post["answered"] is not None]
        wanted, above = {}, 0
        times = [it["first_response_minutes"] for it in known if it["answered"]]
        for name, most in WAITS:
            wanted[name] = sum(it is not None and above < it <= most for it in times)
            wanted[name] += sum(it == 0 for it in times) if above == 0 else 0
            above = most
        wanted["answered, time not known"] = times.count(None)
        wanted["no answer"] = len(known) - len(times)
        for name, posts in wanted.items() if rows else ():
            responses.compare(f"{name}, posts", rows[name][1], f"{posts:,}")
            self.share(responses, f"{name}, share", rows[name][2], posts / len(known))
        return [over_time, plane, responses, self.tenths(equity)]

    def tenths(self, equity: list[dict]) -> Check:
        check = Check("report.html equity")
        tenths = [
            row for row in equity
            if row["comparison"] == "followers" and row["group"].startswith("tenth")
        ]
        shown = {row[0]: row for row in self.chart("equity")}
        for row in tenths if shown else ():
            name = row["group"].removeprefix("tenth ")
            cells = shown.get(name)
            if cells is None:
                # A group that is too small is not in the chart.
                check.compare(f"{name}, rate", row["response_rate"], None)
                continue
            ends = dict.fromkeys(f"{row[it]:,}" for it in ("followers_from", "followers_to"))
            check.compare(f"{name}, followers", cells[1], "–".join(ends))
            check.compare(f"{name}, posts", cells[2], f"{row['posts']:,}")
            if row["response_rate"] is not None:
                self.share(check, f"{name}, rate", cells[3], row["response_rate"])
                low, high = cells[4].split(" to ")
                self.share(check, f"{name}, low", low, row["response_rate_low"])
                self.share(check, f"{name}, high", high, row["response_rate_high"])
        sentences = {row["finding"] for row in read_csv(self.report.folder / "equity.csv")}
        for finding in self.root.xpath("//section[@id='equity']//ul/li"):
            check.compare("finding", text(finding) in sentences, True)
        return check

    def tables(self) -> list[Check]:
        """The tables of the page with the first rows of the CSV files."""
        checks = []
        for table in self.root.xpath("//table[@data-table]"):
            name = table.get("data-table")
            check = Check(f"report.html {name}")
            wanted = read_csv(self.report.folder / f"{name}.csv")
            rows = table.findall("tbody/tr")
            header = [text(it).replace(" ", "_") for it in table.findall("thead/tr/th")]
            check.compare("header", header, list(wanted[0]) if wanted else header)
            notes = table.xpath("../following-sibling::p[@class='note']")
            more = re.match(r"([\d,]+) more", text(notes[0])) if notes else None
            hidden = int(more[1].replace(",", "")) if more else 0
            check.compare("number of rows", len(rows) + hidden, len(wanted))
            for number, (row, of) in enumerate(zip(rows, wanted), start=1):
                for cell, (column, expected) in zip(row.findall("td"), of.items()):
                    self.cell(check, f"row {number}, {column}", cell, column, expected)
            checks.append(check)
        return checks

    def cell(self, check: Check, where: str, cell: html.HtmlElement, column: str, of: str) -> None:
        shown, order = text(cell), cell.get("data-order", "")
        if not of:
            check.compare(where, shown, MISSING)
            return
        if shown.endswith(" %"):
            check.compare(where, float(order), float(of), 1e-6)
            self.share(check, where, shown, float(of))
        elif re.fullmatch(r"-?[\d,]+(\.\d+)?", shown) and re.fullmatch(r"-?\d+(\.\d+)?", of):
            decimals = len(shown.partition(".")[2])
            number = float(shown.replace(",", ""))
            check.compare(where, number, float(of), 0.5001 * 10**-decimals + 0.005 if "." in of else 0)
        elif re.search(r"\d (min|h|d)$", shown) and re.fullmatch(r"\d+\.\d+", of):
            check.compare(where, float(order), float(of), 0.005001)
            check.compare(where, shown, duration(round(float(order), 6)))
        elif re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", of):
            moment, _ = value(of, datetime.datetime.min)
            check.compare(where, shown, local(moment, self.zone).strftime("%Y-%m-%d %H:%M"))
        else:
            check.compare(where, shown, of.removeprefix("'").strip())


def check_page(
    report: Report, figures: dict, findings: list[str], trend: list[dict], equity: list[dict]
) -> list[Check]:
    page = Page(report)
    return [
        page.headline(figures, findings), page.posts(), page.first_posts(),
        *page.charts(trend, equity), *page.tables(),
    ]
