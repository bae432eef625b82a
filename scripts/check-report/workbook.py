"""`report.xlsx`: every sheet against the CSV file of its name, and the overview."""

import datetime
import re
import warnings
from zoneinfo import ZoneInfo

import openpyxl

from findings import Check, read_csv, value
from posts import Report

# Rows above the header of a sheet.
ABOVE = 3
MOST_ROWS = 10_000
MARKER = re.compile(r"\\?\[(email|phone|card|iban|number|address)\\?\]")
LONGEST = 32_767
# Columns of the posts' own texts, in which markers replace personal data.
TEXTS = ("text",)


def heading(column: str) -> str:
    return column.replace("_", " ").capitalize()


def is_redacted(shown: str, text: str) -> bool:
    """Whether a text is this one but for markers in place of some of its parts."""
    parts = [re.escape(part) for part in MARKER.split(shown)[::2]]
    return bool(MARKER.search(shown)) and re.fullmatch(".*".join(parts), text, re.DOTALL) is not None


def unified(text: str) -> str:
    return re.sub(r"\r\n?", "\n", text)


def local(moment: datetime.datetime, zone: ZoneInfo) -> datetime.datetime:
    return moment.replace(tzinfo=datetime.timezone.utc).astimezone(zone).replace(tzinfo=None)


def cell(check: Check, where: str, column: str, shown: object, text: str, zone: ZoneInfo) -> None:
    """Compares a cell with the text of the CSV file."""
    if isinstance(shown, datetime.datetime) and text:
        moment = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
        wanted = local(moment.replace(tzinfo=None), zone)
        is_near = abs(shown - wanted) < datetime.timedelta(seconds=0.01)
        check.compare(where, wanted if is_near else shown, wanted)
        return
    like, tolerance = value(text, shown)
    if isinstance(shown, str) and isinstance(like, str):
        # Excel keeps no other ends of lines.
        shown, like = unified(shown), unified(like)
        is_cut = shown.endswith("…") and len(shown) > 30_000 and like.startswith(shown[:-1])
        if is_cut or column in TEXTS and is_redacted(shown, like):
            like = shown
    check.compare(where, shown, like, tolerance)


def sheet(report: Report, name: str, rows: list[tuple]) -> Check:
    check = Check(f"report.xlsx {name}")
    zone = ZoneInfo(report.settings["time_zone"])
    path = report.folder / f"{name}.csv"
    table = read_csv(path)
    above, header, rows = rows[:ABOVE], rows[ABOVE], rows[ABOVE + 1 :]
    columns = [column for column in table[0] if heading(column) in header] if table else []
    total = len(table)
    if name == "posts":
        table = sorted((row for row in table if row["rank"]), key=lambda row: int(row["rank"]))
    table = table[:MOST_ROWS]
    check.compare("number of rows", len(rows), len(table))
    note = f"{total:,} rows, as in {path.name}."
    if len(table) < total:
        note = f"The first {len(table):,} of {total:,} rows. {path.name} holds all of them."
    if total > 1 and table:
        check.compare("note", above[2][0], note)
    if table:
        check.compare("header", list(header), [heading(column) for column in columns])
    for number, (shown, wanted) in enumerate(zip(rows, table), start=ABOVE + 2):
        for it, column in zip(shown, columns):
            cell(check, f"row {number}, {column}", column, it, wanted[column], zone)
    return check


def overview(rows: list[tuple], figures: dict, findings: list[str]) -> Check:
    """The figures stand above their names, and then the findings."""
    check = Check("report.xlsx overview")
    cells = {}
    for above, below in zip(rows, rows[1:]):
        for figure, name in zip(above, below):
            if isinstance(name, str):
                cells.setdefault(name, figure)
    waiting = figures["awaiting"]
    names = {
        "await an answer now": waiting["now"],
        "await an answer today": waiting["today"],
        "can wait for days": waiting["later"],
        "customers' posts": figures["customer_posts"],
        "of them urgent": figures["urgent_share"],
        "of them angry": figures["angry_share"],
        "answered, where known": figures["answered_share"],
        "minutes to the first answer (median)": figures["median_first_response_minutes"],
        "minutes within which 90 % are answered": figures["p90_first_response_minutes"],
        "of answers send elsewhere": figures["deflected_share"],
        "of answers move to private": figures["private_share"],
        "companies": figures["companies"],
    }
    for name, figure in names.items():
        tolerance = 0.005001 if "minutes" in name else 1e-6
        shown = None if cells.get(name) == "not known" else cells.get(name)
        check.compare(name, shown, figure, tolerance)
    first = [row[0] for row in rows if row]
    check.compare("findings", [it[2:] for it in first if str(it).startswith("• ")], findings)
    return check


def check_workbook(report: Report, figures: dict, findings: list[str]) -> list[Check]:
    with warnings.catch_warnings():
        # Of colours and charts, which openpyxl does not read.
        warnings.simplefilter("ignore")
        workbook = openpyxl.load_workbook(report.folder / "report.xlsx", read_only=True)
        checks = []
        for of in workbook:
            # The size that a file states is not what openpyxl should trust.
            of.reset_dimensions()
            rows = list(of.iter_rows(values_only=True))
            if of.title == "overview":
                checks.append(overview(rows, figures, findings))
            elif of.title != "about":
                checks.append(sheet(report, of.title, rows))
        workbook.close()
    return checks
