"""The program itself: `uproar score` with the shipped model and its own decisions."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import numpy as np

from heads import FLAGS, GRADED, OUTPUTS, SENTIMENT
from judgement import Judgement


class Uproar:
    """Runs the program on the texts and reads what it prints."""

    name = "Uproar"

    def __init__(self, program: Path, model: Path, threads: int) -> None:
        self._command = [program, "score", "-", "--out", "-", "--output-format", "ndjson"]
        # Every text is judged, as by the other methods.
        self._command += ["--all-languages"]
        self._command += ["--model", model, "--threads", threads, "--quiet"]

    def judge(self, texts: list[str]) -> Judgement:
        rows = self.rows(texts)
        outputs = np.array([[row[name] for name in OUTPUTS] for row in rows])
        decided = {head: np.array([row[f"{head}_level"] for row in rows]) for head in GRADED}
        decided |= {head: np.array([int(row[f"is_{head}"]) for row in rows]) for head in FLAGS}
        decided["sentiment"] = np.array([SENTIMENT.index(row["sentiment"]) for row in rows])
        return Judgement(outputs, decided)

    def rows(self, texts: list[str]) -> list[dict]:
        """The program's rows, in the order of the texts."""
        posts = [
            json.dumps({"id": f"post-{number}", "text": text}) for number, text in enumerate(texts)
        ]
        result = subprocess.run(
            [str(part) for part in self._command],
            input="".join(f"{post}\n" for post in posts),
            stdout=subprocess.PIPE,
            encoding="utf-8",
            check=True,
        )
        rows = {row["id"]: row for row in map(json.loads, result.stdout.splitlines())}
        lost = [number for number in range(len(texts)) if f"post-{number}" not in rows]
        if lost:
            raise RuntimeError(f"the program gave no score for {len(lost)} texts, first {lost[0]}")
        return [rows[f"post-{number}"] for number in range(len(texts))]
