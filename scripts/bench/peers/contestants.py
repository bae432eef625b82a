"""Who takes part: a name, a command, and which form of the posts it reads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent

REFERENCE = "transformers pipeline, batch 1"
TO_BEAT = "ONNX Runtime int8"


@dataclass(frozen=True)
class Contestant:
    """A program that reads a CSV of posts and writes a CSV of scores."""

    name: str
    command: Callable[[Path, Path], list]
    """Input and output to the command line."""
    normalises: bool = False
    """Reads the posts as written; the others are given the model's texts."""
    to_stdout: bool = False
    report: bool = False
    """Writes a whole report folder instead of a CSV."""
    same_weights: bool = True
    environment: dict[str, str] = field(default_factory=dict)


def uproar(
    program: Path, rust_bert: Path | None, model: Path, small: Path, threads: int
) -> list[Contestant]:
    """Each engine and precision, the small model, and the full report.

    `rust_bert` is a program with that engine: linked with libtorch, it starts more slowly.
    """
    base = ["score", "--no-config", "--all-languages", "--quiet", "--threads", str(threads)]
    of_model = ["--model", str(model)]

    def stream(name: str, *options: str, of: Path = program, same: bool = True) -> Contestant:
        command = [of, *base, *options]
        return Contestant(
            name,
            lambda read, _: [*command, "--logits", "--out", "-", read],
            normalises=True,
            to_stdout=True,
            same_weights=same,
        )

    found = [
        stream(f"uproar, native {precision}", *of_model, "--precision", precision)
        for precision in ("int8", "f32")
    ]
    if rust_bert is not None:
        engine = ["--engine", "rust-bert"]
        found.append(stream("uproar, rust-bert f32", *of_model, *engine, of=rust_bert))
    found.append(
        Contestant(
            "uproar, defaults, full report",
            lambda read, out: [program, *base, *of_model, "--fresh", "--out", out, read],
            normalises=True,
            report=True,
        )
    )
    found.append(stream("uproar, small model", "--model", str(small), same=False))
    return found


def peers(model: Path, graphs: Path, candle: Path | None, threads: int) -> list[Contestant]:
    """The same weights in other programs, each with its best settings, and VADER."""
    longest = json.loads((model / "config.json").read_text())["uproar"]["max_tokens"]
    common = ["--model", model, "--threads", threads, "--max-tokens", longest]

    def script(name: str, file: str, *options) -> Contestant:
        # Python's own tokenizers are parallel; this keeps them to the threads that are allowed.
        limits = {"RAYON_NUM_THREADS": str(threads), "TOKENIZERS_PARALLELISM": "true"}
        return Contestant(
            name,
            lambda read, out: [sys.executable, HERE / file, *options, read, out],
            same_weights=file != "score_vader.py",
            environment=limits,
        )

    found = [
        script(REFERENCE, "score_transformers.py", *common),
        script("transformers, sorted batches", "score_transformers.py", *common, "--sorted"),
        script("ONNX Runtime f32", "score_onnx.py", *common, "--graph", graphs / "f32.onnx"),
        script(TO_BEAT, "score_onnx.py", *common, "--graph", graphs / "int8.onnx"),
    ]
    if candle is not None:
        found.append(
            Contestant(
                "Candle f32",
                lambda read, out: [candle, model, read, out],
                environment={"RAYON_NUM_THREADS": str(threads)},
            )
        )
    found.append(script("VADER", "score_vader.py"))
    return found


@dataclass(frozen=True)
class Cost:
    """What one run of a command took."""

    seconds: float
    cpu_seconds: float
    peak_mib: float


def run(contestant: Contestant, read: Path, out: Path, clock: Callable[[], float]) -> Cost:
    """Runs it in a process of its own, start-up included.

    GNU time tells its peak of memory, since what `wait4` tells is never less than the peak of the
    process that started it: here, of a Python that has read all posts.

    Raises `CalledProcessError` when it fails.
    """
    command = list(map(str, contestant.command(read, out)))
    environment = {name: value for name, value in os.environ.items() if "UPROAR" not in name}
    environment |= contestant.environment
    to_stdout = out if contestant.to_stdout else Path(os.devnull)
    with to_stdout.open("wb") as stdout, tempfile.NamedTemporaryFile("r") as peak:
        start = clock()
        child = subprocess.Popen(
            ["time", "--quiet", "--format=%M", f"--output={peak.name}", *command],
            stdout=stdout, stderr=subprocess.DEVNULL, env=environment,
        )
        _, status, used = os.wait4(child.pid, 0)
        seconds = clock() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            raise subprocess.CalledProcessError(child.returncode, command)
        kibibytes = int(peak.read())
    return Cost(seconds, used.ru_utime + used.ru_stime, kibibytes / 1024)
