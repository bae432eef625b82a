"""Measures all contestants in turns, then how Uproar scales, and writes what was measured.

Every contestant reads the same posts from a CSV and writes a CSV, in a process of its own: the time is
that of the process, start-up included. Within a round each runs once on all posts and once on a single
post, which is its start-up; rounds go through them in changing order, so that a machine's good and
bad minutes fall on all alike, and ratios are taken within a round.
"""

from __future__ import annotations

import argparse
import dataclasses
import datetime
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from importlib import metadata
from pathlib import Path

import agreement
import contestants
import document
import posts

FLAGS = ("avx2", "avx_vnni", "avx512f", "avx512_vnni", "asimd", "asimddp", "i8mm")
PACKAGES = ("torch", "transformers", "tokenizers", "onnxruntime", "vaderSentiment")


def machine() -> dict:
    """What the figures depend on."""
    info = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    model = re.search(r"^model name\s*: (.*)$", info, re.MULTILINE)
    flags = set(info.split())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cpu": model.group(1) if model else platform.machine(),
        "cores": os.cpu_count(),
        "flags": [flag for flag in FLAGS if flag in flags],
        "memory_gib": round(memory / 2**30),
        "system": platform.system(),
    }


def versions(program: Path, scripts: Path) -> dict[str, str]:
    """Versions of all that takes part."""
    lock = (scripts / "candle/Cargo.lock").read_text(encoding="utf-8")
    candle = re.search(r'name = "candle-core"\nversion = "(.*?)"', lock)
    said = [program, "--version"]
    uproar = subprocess.run(said, capture_output=True, text=True, check=True).stdout.split()
    return {
        "uproar": uproar[1],
        "python": platform.python_version(),
        **{name: metadata.version(name) for name in PACKAGES},
        "candle": candle.group(1),
    }


def take_turns(
    entrants: list, files: dict[bool, tuple[Path, Path]], work: Path, rounds: int, model: Path
):
    """Costs by contestant, in the order of rounds, on all posts and on one; and the agreement."""
    costs = {entrant.name: {"whole": [], "start": []} for entrant in entrants}
    for turn in range(rounds):
        shift = turn % len(entrants)
        for entrant in entrants[shift:] + entrants[:shift]:
            whole, one = files[entrant.normalises]
            number = entrants.index(entrant)
            for kind, read in (("start", one), ("whole", whole)):
                to = work / f"{kind}-{number}"
                cost = contestants.run(entrant, read, to, time.perf_counter)
                costs[entrant.name][kind].append(dataclasses.asdict(cost))
            print(f"round {turn + 1}: {cost.seconds:7.1f} s  {entrant.name}", file=sys.stderr)
    reference = next((e for e in entrants if e.name == contestants.REFERENCE), None)
    differences = {}
    if reference is not None:
        expected = agreement.read(work / f"whole-{entrants.index(reference)}", named=False)
        for number, entrant in enumerate(entrants):
            if entrant.same_weights and not entrant.report and entrant is not reference:
                scores = agreement.read(work / f"whole-{number}", entrant.normalises)
                differences[entrant.name] = agreement.difference(
                    *(agreement.calibrated(of, model / "decision.toml") for of in (scores, expected))
                )
    return costs, differences


def scored_by_model(report: Path, count: int) -> None:
    """Exits when the program has skipped a post, as it does for equal texts."""
    scoring = json.loads((report / "run.json").read_text(encoding="utf-8"))["scoring"]
    if scoring["model"] != count:
        sys.exit(f"{scoring['model']} of {count} posts went through the model")


def scale(arguments: argparse.Namespace, model: Path, count: int, threads: int) -> dict:
    """Time and memory of one full report."""
    raw = arguments.work / f"scale-{count}.csv"
    if not raw.is_file():
        posts.write(
            raw, posts.different(arguments.uproar, arguments.input, arguments.text, count)[0]
        )
    report = arguments.work / "scale-report"
    base = [arguments.uproar, "score", "--no-config", "--all-languages", "--quiet", "--fresh"]
    base += ["--model", model, "--threads", threads, "--out", report, raw]
    entrant = contestants.Contestant("uproar", lambda *_: base)
    cost = contestants.run(entrant, raw, report, time.perf_counter)
    scored_by_model(report, count)
    print(f"{count} posts, {threads} threads, {model.name}: {cost.seconds:.0f} s", file=sys.stderr)
    return {"model": model.name, "posts": count, "threads": threads, **dataclasses.asdict(cost)}


def scaling(arguments: argparse.Namespace) -> list[dict]:
    """Each model on each size with one thread and with all."""
    threads = sorted({1, arguments.threads})
    return [
        scale(arguments, model, count, number)
        for model in (arguments.model, arguments.small)
        for count in arguments.scale
        for number in threads
    ]


def parts() -> str:
    """What the benches of the classifier print."""
    command = ["cargo", "bench", "--quiet", "--package", "uproar-classifier"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--input", type=Path, default=Path("data/sample/posts.csv"))
    parser.add_argument("--text", default="Text", help="the column that holds the post")
    parser.add_argument("--posts", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument(
        "--scale",
        type=lambda given: [int(count) for count in given.split(",") if count],
        default=[10_000, 100_000],
        help="numbers of posts of the scaling part; '' for none",
    )
    parser.add_argument("--no-parts", action="store_true", help="leave the classifier's benches out")
    parser.add_argument("--only", help="a regular expression of names, for trials")
    parser.add_argument("--model", type=Path, default=Path("models/care-minilm"))
    parser.add_argument("--small", type=Path, default=Path("models/care-minilm-small"))
    parser.add_argument("--uproar", type=Path, required=True)
    parser.add_argument("--rust-bert", type=Path, help="a program with that engine")
    parser.add_argument("--candle", type=Path)
    parser.add_argument("--work", type=Path, required=True, help="folder for what is made meanwhile")
    parser.add_argument("--output", type=Path, required=True)
    arguments = parser.parse_args()
    arguments.uproar = arguments.uproar.resolve()
    if arguments.rust_bert is not None:
        arguments.rust_bert = arguments.rust_bert.resolve()
    return arguments


def main() -> None:
    arguments = parse()
    scripts = Path(__file__).parent
    work = arguments.work
    for old in [*work.glob("whole-*"), *work.glob("start-*"), *work.glob("scale-*")]:
        shutil.rmtree(old) if old.is_dir() else old.unlink()
    graphs = work / "onnx"
    # A graph of other weights must not be taken for this model's.
    export = [sys.executable, scripts / "export_onnx.py", "--model", arguments.model]
    subprocess.run([*export, "--output", graphs], check=True, capture_output=True)

    texts = posts.different(arguments.uproar, arguments.input, arguments.text, arguments.posts)
    files = {}
    for normalises, form in zip((True, False), texts, strict=True):
        name = "raw" if normalises else "model"
        files[normalises] = (work / f"{name}.csv", work / f"{name}-one.csv")
        posts.write(files[normalises][0], form)
        posts.write(files[normalises][1], form[:1])
    entrants = contestants.uproar(
        arguments.uproar,
        arguments.rust_bert,
        arguments.model,
        arguments.small,
        arguments.threads,
    ) + contestants.peers(arguments.model, graphs, arguments.candle, arguments.threads)
    if arguments.only:
        entrants = [e for e in entrants if re.search(arguments.only, e.name)]

    costs, differences = take_turns(entrants, files, work, arguments.rounds, arguments.model)
    for number, entrant in enumerate(entrants):
        if entrant.report:
            scored_by_model(work / f"whole-{number}", arguments.posts)
    measured = {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "input": arguments.input.name,
        "text": arguments.text,
        "scale": arguments.scale,
        "posts": arguments.posts,
        "mean_words": sum(len(text.split()) for text in texts[1]) / arguments.posts,
        "rounds": arguments.rounds,
        "threads": arguments.threads,
        "machine": machine(),
        "versions": versions(arguments.uproar, scripts),
        "costs": costs,
        "differences": differences,
        "scaling": scaling(arguments),
        "parts": None if arguments.no_parts else parts(),
    }
    raw = work / "performance.json"
    raw.write_text(json.dumps(measured, indent=1), encoding="utf-8")
    arguments.output.write_text(document.page(measured), encoding="utf-8")
    print(f"{raw} and {arguments.output}", file=sys.stderr)


if __name__ == "__main__":
    main()
