"""Distils small models of several forms and prints what each costs and gains, as Markdown.

Every student learns for as long, for one fold, and is measured on that fold's posts with a
decision that `uproar tune` fits to them by cross-validation. Speeds are of whole runs of
`uproar score`; the models take turns.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from prune import Form

FOLD = 0
FORMS = ("3x12x1024", "4x12x512", "6x6x256", "6x8x256", "6x12x256", "6x12x768")
METRICS = {
    "anger": "quadratic_kappa",
    "urgency": "quadratic_kappa",
    "sentiment": "macro_f1",
    "actionable": "auroc",
    "tried_before": "auroc",
    "churn": "auroc",
}
"""The figure of `uproar eval --json` that is reported, by label."""


@dataclass
class Model:
    """A model to be compared."""

    name: str
    folder: Path
    crossfit: Path
    """Its raw outputs for the posts of the fold."""
    speeds: list[float] = field(default_factory=list)
    """Posts a second, by round."""


def main() -> None:
    arguments = _arguments()
    forms = arguments.work.parent / "forms"
    students = [_distilled(arguments, form, forms / str(form)) for form in arguments.forms]
    teacher = Model("care-minilm", arguments.model, forms / "teacher.csv")
    _rows_of(arguments.work / "crossfit.csv", students[0].crossfit, teacher.crossfit)
    models = [*students, teacher]
    for _ in range(arguments.rounds):
        for model in models:
            model.speeds.append(_posts_a_second(arguments, model))
    print(f"| form | weights | posts a second | {' | '.join(METRICS)} |")
    print(f"| --- | ---: | ---: |{' ---: |' * len(METRICS)}")
    for model in models:
        megabytes = (model.folder / "model.safetensors").stat().st_size / 1e6
        times = statistics.median(model.speeds) / statistics.median(teacher.speeds)
        speed = f"{statistics.median(model.speeds):,.0f} ({times:.1f} ×)"
        figures = " | ".join(f"{value:.3f}" for value in _measured(arguments, model))
        print(f"| {model.name} | {megabytes:.0f} MB | {speed} | {figures} |")


def _distilled(arguments: argparse.Namespace, form: Form, folder: Path) -> Model:
    """The student of a form, for the fold."""
    command = [sys.executable, Path(__file__).with_name("distil.py"), "--data", arguments.data]
    command += ["--own", arguments.own, "--base", arguments.base, "--work", arguments.work]
    command += ["--uproar", arguments.uproar, "--threads", arguments.threads, "--form", form]
    command += ["--epochs", arguments.epochs, "--only-fold", FOLD, "--output", folder]
    subprocess.run(list(map(str, command)), check=True, stdout=sys.stderr)
    return Model(str(form), folder, folder / "crossfit.csv")


def _rows_of(table: Path, other: Path, output: Path) -> None:
    """Writes the rows of a table whose ids another one has."""
    with other.open(newline="", encoding="utf-8") as file:
        ids = {row["id"] for row in csv.DictReader(file)}
    with table.open(newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    with output.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *(row for row in rows if row[0] in ids)])


def _measured(arguments: argparse.Namespace, model: Model) -> list[float]:
    """The model's figures, each with the decision that fits it."""
    decision, report = (model.crossfit.with_suffix(end) for end in (".toml", ".json"))
    common = [model.crossfit, "--cross-fitted", "--model", model.folder]
    _run(arguments, "tune", *common, "--force", "--out", decision)
    _run(arguments, "eval", *common, "--decision", decision, "--json", report)
    labels = json.loads(report.read_text(encoding="utf-8"))["labels"]
    return [labels[label]["metrics"][metric]["value"] for label, metric in METRICS.items()]


def _posts_a_second(arguments: argparse.Namespace, model: Model) -> float:
    options = ["--no-config", "--all-languages", "--quiet", "--model", model.folder]
    start = time.perf_counter()
    scored = _run(arguments, "score", *options, "--out", "-", arguments.input)
    seconds = time.perf_counter() - start
    return (sum(1 for _ in csv.reader(io.StringIO(scored))) - 1) / seconds


def _run(arguments: argparse.Namespace, *command: object) -> str:
    words = [str(arguments.uproar), *map(str, command)]
    done = subprocess.run(words, check=True, capture_output=True, encoding="utf-8")
    return done.stdout


def _arguments() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("forms", nargs="*", type=Form.parse, default=list(map(Form.parse, FORMS)))
    options.add_argument("--data", type=Path, default=Path("../shared/data"), help="data folder")
    options.add_argument("--own", type=Path, default=Path("data"), help="our own writing")
    options.add_argument("--base", type=Path, required=True, help="folder of the base model")
    options.add_argument("--model", type=Path, default=Path("models/care-minilm"), help="teacher")
    options.add_argument("--work", type=Path, default=Path("target/train/steps"))
    options.add_argument("--uproar", type=Path, required=True)
    options.add_argument("--input", type=Path, default=Path("data/sample/posts.csv"))
    options.add_argument("--epochs", type=int, default=1)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--threads", type=int, default=2)
    return options.parse_args()


if __name__ == "__main__":
    main()
