"""Measures what a company gains by labelling its own posts.

A random half of the labelled posts stands in for a company's own; the other half is what
comes in afterwards. On the second half are measured: the shipped model as it is; the
shipped model with the decision that `uproar tune` made of the first half; and the model
that `scripts/train/finetune` made of the first half, with its decision. Where tuning or
fine-tuning refuses, the user keeps what there was, and that is what is measured; with
`--force`, what would have come of it.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

import normalizer

REFUSED = 6
METRICS = {
    "anger": ("quadratic_kappa", "f1_level_2"),
    "urgency": ("quadratic_kappa", "f1_level_2"),
    "sentiment": ("macro_f1",),
    "actionable": ("f1", "average_precision"),
    "tried_before": ("f1", "average_precision"),
    "churn": ("f1", "average_precision"),
}
"""Figures of `uproar eval --json` that are reported, by label."""


def main() -> None:
    arguments = _arguments()
    with arguments.labels.open(newline="", encoding="utf-8-sig") as file:
        header, *rows = csv.reader(file)
    results: dict[str, list[dict[str, float]]] = {"shipped": [], "tuned": [], "fine-tuned": []}
    refusals = {"tuned": 0, "fine-tuned": 0}
    for seed in range(arguments.seeds):
        order = np.random.default_rng(seed).permutation(len(rows))
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            first, second = folder / "first.csv", folder / "second.csv"
            _write(first, header, [rows[row] for row in order[: len(rows) // 2]])
            _write(second, header, [rows[row] for row in order[len(rows) // 2 :]])
            trial = _Trial(arguments, folder, second)
            results["shipped"].append(trial.measure())
            decision = folder / "decision.toml"
            force = ["--force"] if arguments.force else []
            tuned = trial.run("tune", first, "--out", decision, *force)
            refusals["tuned"] += not tuned
            results["tuned"].append(
                trial.measure("--decision", decision) if tuned else results["shipped"][-1]
            )
            model = folder / "model"
            command = [sys.executable, Path(__file__).with_name("finetune.py"), first]
            command += [
                *force,
                "--output",
                model,
                "--model",
                arguments.model,
                "--own",
                arguments.own,
            ]
            helped = _succeeds(
                [*command, "--uproar", arguments.uproar, "--threads", str(arguments.threads)]
            )
            refusals["fine-tuned"] += not helped
            results["fine-tuned"].append(
                trial.measure("--model", model) if helped else results["tuned"][-1]
            )
        print(f"seed {seed}: {results['fine-tuned'][-1]}", file=sys.stderr)
    text = (
        _table(results)
        + f"\n\nRefused: tuning {refusals['tuned']}, fine-tuning {refusals['fine-tuned']} of {arguments.seeds} times.\n"
    )
    print(text)


class _Trial:
    """One half for training, the other for measuring."""

    def __init__(self, arguments: argparse.Namespace, folder: Path, posts: Path) -> None:
        self.arguments = arguments
        self.folder = folder
        self.posts = posts

    def run(self, command: str, *options: str | Path) -> bool:
        """Runs the program with the shipped model; false when it refuses."""
        return _succeeds(
            [self.arguments.uproar, command, *options, "--model", self.arguments.model, "--quiet"]
        )

    def measure(self, *options: str | Path) -> dict[str, float]:
        """The figures on the second half."""
        figures = self.folder / "figures.json"
        chosen = options if "--model" in options else (*options, "--model", self.arguments.model)
        command = [self.arguments.uproar, "eval", self.posts, "--json", figures, "--quiet", *chosen]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        labels = json.loads(figures.read_text(encoding="utf-8"))["labels"]
        return {
            f"{label} {metric}": labels[label]["metrics"][metric]["value"]
            for label, metrics in METRICS.items()
            for metric in metrics
        }


def _succeeds(command: Sequence[str | Path]) -> bool:
    code = subprocess.run(command, stdout=subprocess.DEVNULL).returncode
    if code not in (0, REFUSED):
        raise SystemExit(f"{command[1]} ended with {code}")
    return code == 0


def _write(path: Path, header: list[str], rows: list[list[str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])


def _table(results: dict[str, list[dict[str, float]]]) -> str:
    """Means over the seeds; for both gains also the range of the differences."""
    lines = [
        "| figure | shipped | tuned | fine-tuned | fine-tuned against shipped, lowest to highest |",
        "| --- | ---: | ---: | ---: | --- |",
    ]
    for figure in results["shipped"][0]:
        values = {
            name: np.array([run[figure] if run[figure] is not None else np.nan for run in runs])
            for name, runs in results.items()
        }
        gain = values["fine-tuned"] - values["shipped"]
        means = " | ".join(f"{np.nanmean(value):.3f}" for value in values.values())
        lines.append(f"| {figure} | {means} | {np.nanmin(gain):+.3f} to {np.nanmax(gain):+.3f} |")
    return "\n".join(lines)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("labels", type=Path, help="labelled posts, such as care/dev.csv")
    parser.add_argument("--force", action="store_true", help="measure also what was refused")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--model", type=Path, default=Path("models/care-minilm"))
    parser.add_argument("--own", type=Path, default=Path("data"), help="our own writing")
    parser.add_argument("--uproar", type=Path, default=normalizer.DEFAULT_PROGRAM)
    parser.add_argument("--threads", type=int, default=2, help="CPU threads")
    return parser.parse_args()


if __name__ == "__main__":
    main()
