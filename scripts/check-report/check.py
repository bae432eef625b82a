"""Compares the tables of reports with what their posts come to."""

import argparse
import datetime
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import care
import equity
import headlines
import talks
import trend
from answers import check_answers
from findings import Check, table, value
from hours import open_minutes
from page import check_page
from posts import Report, queue, ranked
from workbook import check_workbook

SHOWN = 5


def ranking(report: Report) -> Check:
    """The columns of posts.parquet that ranking adds."""
    check = Check("posts.parquet")
    for post, wanted in zip(report.posts, ranked(report)):
        for column, expected in wanted.items():
            if column != "need":
                check.compare(f"{post['id']}, {column}", post[column], expected, 1e-6)
    column = "first_response_open_minutes"
    for post, (number, expected) in zip(report.posts, open_minutes(report) or ()):
        check.compare(f"{number}, {column}", post[column], expected, 1e-4)
    return check


def is_selection(report: Report) -> bool:
    """Whether posts were left out, so that the answers to others may not be there."""
    return any((report.run["options"].get("report") or {}).values())


def compute(report: Report) -> dict[str, tuple[list[dict], str]]:
    """The rows of each table, and the column that names a row in messages."""
    waiting = queue(report)
    top = report.run["options"].get("top")
    columns = list(read_header(report.folder / "queue.csv"))
    shown = [{column: post[column] for column in columns} for post in waiting[:top]]
    return {
        "posts": (report.posts, "id"),
        "queue": (shown, "id"),
        "companies": (care.companies(report), "company"),
        "handles": (care.addressed(report), "handle"),
        "agents": (care.agents(report), "agent"),
        "conversations": (talks.conversations(report), "conversation_id"),
        "topics": (talks.topics(report), "topic"),
        "trend": (trend.trend(report), "period"),
        "equity": (equity.equity(report), "group"),
        "summary": (headlines.summary(report), "measure"),
    }


def again(report: Report, program: str, figures: dict) -> tuple[Check, list[str]]:
    """Makes the report again under its own settings; gives its findings as well."""
    check = Check("report --json")
    with tempfile.TemporaryDirectory() as folder:
        settings = Path(folder) / "uproar.toml"
        lines = []
        for key, setting in report.settings.items():
            lines.append(f"{key} = {json.dumps(setting)}")
        settings.write_text("\n".join(lines))
        made = Path(folder) / "report"
        command = [program, "report", report.folder, "--config", settings, "--out", made, "--json"]
        if top := report.run["options"].get("top"):
            command += ["--top", str(top)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{program} report failed: {done.stderr}")
        shown = json.loads(done.stdout)["overview"]
        for name, expected in figures.items():
            if isinstance(expected, datetime.datetime):
                of, _ = value(shown[name], expected)
                check.compare(name, of, expected)
            elif isinstance(expected, dict):
                for band, posts in expected.items():
                    check.compare(f"{name}, {band}", shown[name][band], posts)
            else:
                tolerance = 0.005001 if name.endswith("minutes") else 1e-6
                check.compare(name, shown[name], expected, tolerance)
        for path in sorted(made.glob("*.csv")):
            is_same = path.read_bytes() == (report.folder / path.name).read_bytes()
            check.compare(f"{path.name} is the same", is_same, True)
    return check, shown["findings"]


def read_header(path: Path) -> list[str]:
    return path.open(encoding="utf-8").readline().rstrip("\n").split(",")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reports", type=Path, nargs="+", metavar="DIR")
    program = os.environ.get("UPROAR_BIN", "target/debug/uproar")
    failed = False
    for folder in parser.parse_args().reports:
        report = Report.read(folder)
        computed = compute(report)
        checks = [ranking(report)]
        if not is_selection(report):
            checks.append(check_answers(report))
        for name, (rows, key) in computed.items():
            checks.append(table(f"{name}.csv", folder / f"{name}.csv", rows, key))
        figures = headlines.overview(report)
        made, findings = again(report, program, figures)
        checks += [made, *check_workbook(report, figures, findings)]
        checks += check_page(report, figures, findings, computed["trend"][0], computed["equity"][0])
        print(f"{folder}: {len(report.posts):,} posts")
        for check in checks:
            print(f"  {check.name:28}{check.cells:>10,} cells {len(check.differences):>8,} differ")
            for difference in check.differences[:SHOWN]:
                print(f"      {difference}")
            failed |= bool(check.differences)
    sys.exit(failed)


main()
