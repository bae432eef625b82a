"""What was compared, and what did not agree."""

import csv
import datetime
import math
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Check:
    """A file, or a part of one, that is compared."""

    name: str
    cells: int = 0
    differences: list[str] = field(default_factory=list)

    def compare(self, where: str, shown: object, expected: object, tolerance: float = 0) -> None:
        self.cells += 1
        if not is_same(shown, expected, tolerance):
            self.differences.append(f"{where}: {shown!r} is shown, {expected!r} expected")


def is_same(shown: object, expected: object, tolerance: float) -> bool:
    # CSV does not tell a text without characters from none.
    shown, expected = (None if it == "" else it for it in (shown, expected))
    if isinstance(expected, bool) or isinstance(shown, bool):
        return shown is expected
    if isinstance(shown, (int, float)) and isinstance(expected, (int, float)):
        return math.isclose(shown, expected, rel_tol=1e-9, abs_tol=tolerance)
    return shown == expected


def read_csv(path: Path) -> list[dict[str, str]]:
    csv.field_size_limit(1 << 30)
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def value(text: str | None, like: object) -> tuple[object, float]:
    """A cell of a CSV file as a value of the type that is expected, and its tolerance."""
    if text is None or text == "":
        return None, 0
    if isinstance(like, bool):
        return {"true": True, "false": False}.get(text, text), 0
    if isinstance(like, (int, float)):
        try:
            decimals = len(text.partition(".")[2])
            # Half a unit of the last decimal, and what single precision loses.
            return float(text), 0.50001 * 10**-decimals + 1e-7 if decimals else 1e-9
        except ValueError:
            return text, 0
    if isinstance(like, datetime.datetime):
        return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).replace(tzinfo=None), 0
    if text.startswith("'") and text[1:2] in tuple("=+-@\t\r"):
        text = text[1:]
    return text, 0


def table(name: str, path: Path, expected: list[dict], key: str | None = None) -> Check:
    """Compares a CSV file with the rows that are expected, cell by cell and in their order."""
    check = Check(name)
    rows = read_csv(path)
    check.compare("number of rows", len(rows), len(expected))
    for number, (row, wanted) in enumerate(zip(rows, expected), start=2):
        of = f"row {number}" + (f" ({wanted[key]})" if key else "")
        for column, like in wanted.items():
            if column not in row:
                check.compare(f"{of}, {column}", "no such column", like)
                continue
            shown, tolerance = value(row[column], like)
            check.compare(f"{of}, {column}", shown, like, tolerance)
    return check
