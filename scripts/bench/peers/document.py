"""docs/performance.md from what was measured: no figure of it is written by hand.

    scripts/bench/peers/document.py MEASURED.json docs/performance.md
"""

from __future__ import annotations

import json
import re
import statistics
import sys
from pathlib import Path

import contestants

PAGE = """\
# Performance

<!-- Written by scripts/bench/peers/run. -->

How fast Uproar scores, beside other programs that run the same weights on the same posts. Measured on {date} with

```sh
{command}
```

on {cores} cores of {cpu} ({flags}), {memory} GiB of memory; {versions}.

## Side by side
{posts} different posts of {words} words on average, {threads} threads, {rounds} rounds. Each program reads the posts from a CSV and writes a CSV of scores, in a process of its own; the programs take turns. Uproar reads the posts as they were written, finds their language, normalises and ranks them. The others are given the normalised texts. No post was skipped: Uproar scores equal texts once, and no two of these are equal.

- *Posts a second* counts the whole process, start-up included: the median of the rounds, lowest and highest in brackets.
- *Steady* leaves out the start-up, which is the time for a single post.
- *Against {to_beat}* is the ratio of posts a second within a round, as median (lowest to highest).
- *Cores busy* is processor time by elapsed time.
- *Apart* is how far probabilities are from those of {reference}, over all outputs of all posts, after the model's calibration: 99th percentile and largest.

{peers}

{small}The peers have their best settings: posts sorted by length, but for the pipeline, which is called as people write it; PyTorch and Candle in batches of 32; ONNX Runtime in batches of 8 with a session for each core, which was the fastest of what was tried, on graphs from its BERT optimiser, in int8 with weights per channel; Candle is compiled for this processor. ONNX Runtime quantises activations per batch, so its scores of a post change with the post's neighbours; Uproar's do not. VADER, a lexicon of tones, is there for scale: it has no urgency.

{parts}## As exports grow
Whole reports with default settings, all posts different.

{scaling}

{arithmetic}{cascade}"""

TIME_PARTS = """\
## Where the time goes
One thread of the native engine on posts of {tokens} tokens, the best of many runs, by `cargo bench --package uproar-classifier` in the same run. *Of the product* is the rate of the dense layers (quantising, product, bias, activation) as a share of the rate of the product's kernel alone.

{table}

"""

TIMES = re.compile(
    r"^(?P<engine>.+): (?P<posts>\d+) posts of (?P<tokens>\d+) tokens a second and thread\n"
    r" *tokenising (?P<tokenising>[\d.]+ %), dense layers (?P<dense>[\d.]+ %), "
    r"attention (?P<attention>[\d.]+ %), rest (?P<rest>[\d.]+ %)\n"
    r" *dense layers (?P<rate>\d+) billion multiply-adds a second, "
    r"the product alone (?P<product>\d+): (?P<reached>\d+ %)$",
    re.MULTILINE,
)
"""The summary that the classifier's benches end with, for each precision."""

CASCADE = Path(__file__).parents[2] / "accuracy/cascade.md"


def spread(values: list[float], digits: int) -> str:
    """Median (lowest to highest)."""
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"{middle:,.{digits}f} ({low:,.{digits}f} to {high:,.{digits}f})"


def median(costs: list[dict], what: str) -> float:
    return statistics.median(cost[what] for cost in costs)


def table(header: list[str], rows: list[list[str]]) -> str:
    """A Markdown table; all columns but the first are to the right."""
    rule = ["---", *["---:"] * (len(header) - 1)]
    return "\n".join(f"| {' | '.join(row)} |" for row in [header, rule, *rows])


def peers(measured: dict) -> str:
    """The table of all contestants."""
    base = measured["costs"].get(contestants.TO_BEAT)
    rows = []
    for name, costs in measured["costs"].items():
        whole, start = costs["whole"], median(costs["start"], "seconds")
        rates = [measured["posts"] / cost["seconds"] for cost in whole]
        steady = measured["posts"] / max(median(whole, "seconds") - start, 1e-9)
        ratio = "–"
        if base is not None:
            pairs = zip(base["whole"], whole, strict=True)
            ratio = spread([theirs["seconds"] / ours["seconds"] for theirs, ours in pairs], 2)
        apart = measured["differences"].get(name)
        rows.append([
            name,
            spread(rates, 0),
            f"{steady:,.0f}",
            ratio,
            f"{start:.2f} s",
            f"{median(whole, 'cpu_seconds') / median(whole, 'seconds'):.1f}",
            f"{median(whole, 'peak_mib'):,.0f} MiB",
            f"{apart['p99']:.4f}, {apart['max']:.4f}" if apart else "–",
        ])
    header = [
        "", "posts a second", "steady", f"against {contestants.TO_BEAT}", "start-up",
        "cores busy", "peak memory", "apart: 99 %, largest",
    ]
    return table(header, rows)


def scaling(runs: list[dict]) -> str:
    """The table of sizes and threads."""
    rows = []
    for run in runs:
        rows.append([
            run["model"],
            f"{run['posts']:,}",
            str(run["threads"]),
            f"{run['seconds']:,.0f} s",
            f"{run['posts'] / run['seconds']:,.0f}",
            f"{run['cpu_seconds'] / run['seconds']:.2f}",
            f"{run['peak_mib']:,.0f} MiB",
        ])
    header = [
        "model", "posts", "threads", "time", "posts a second", "cores busy", "peak memory",
    ]
    return table(header, rows)


def arithmetic(runs: list[dict]) -> str:
    """What 100 million posts cost each model, from the largest size that was run."""
    if not runs:
        return ""
    smallest = min(run["posts"] for run in runs)
    largest = max(run["posts"] for run in runs)
    many = max(run["threads"] for run in runs)
    rows, kept = [], []
    for model in dict.fromkeys(run["model"] for run in runs):
        of = {(run["posts"], run["threads"]): run for run in runs if run["model"] == model}
        one = of[largest, 1]
        rate = largest / one["seconds"]
        hours = 1e8 / rate / 3600
        share = one["seconds"] / of[largest, many]["seconds"] / many
        rows.append([model, "1", f"{hours:,.1f}", f"100,000,000 ÷ {rate:,.0f} ÷ 3,600"])
        rows += [
            [
                model,
                str(cores),
                f"{hours / cores / share:,.1f}",
                f"{hours:,.1f} ÷ ({cores} × {share:.2f})",
            ]
            for cores in (16, 64)
        ]
        if smallest < largest:
            few = of[smallest, 1]
            each = (one["peak_mib"] - few["peak_mib"]) * 2**20 / (largest - smallest)
            kept.append(
                f"({one['peak_mib']:,.0f} − {few['peak_mib']:,.0f}) MiB ÷ ({largest:,} − "
                f"{smallest:,}) = {each:,.0f} bytes ({model})"
            )
    lines = [
        "## A hundred million posts",
        f"Worked out from the table, not run: at the rate of one core on {largest:,} posts. "
        f"Speed on more cores is counted at the share of the ideal that {many} threads of one "
        "process reached. It is a guess beyond the cores that were measured: memory bandwidth may "
        "lower it, and separate processes over parts of the posts, which share nothing, raise it.",
        "",
        table(["model", "cores", "hours", "arithmetic"], rows),
        "",
    ]
    if kept:
        lines += [
            f"What is kept of each post in memory: {', '.join(kept)}, some of it buffers that stop "
            "growing. `scripts/bench/memory` measures it on larger exports.",
            "",
        ]
    return "\n".join(lines) + "\n"


def command(measured: dict) -> str:
    """The command that measured it, without the folders of the posts."""
    options = [f"--input {measured['input']}", f"--text {measured['text']}"]
    options += [f"--posts {measured['posts']}"]
    options += [f"--rounds {measured['rounds']}", f"--threads {measured['threads']}"]
    options += [f"--scale {','.join(map(str, measured['scale']))}"]
    return " ".join(["scripts/bench/peers/run", *options])


def parts(output: str | None) -> str:
    """The shares of time that the classifier's benches print; nothing where they were not run.

    Raises `ValueError` when the benches print something else.
    """
    if output is None:
        return ""
    found = list(TIMES.finditer(output))
    if not found:
        raise ValueError("the benches of uproar-classifier print no shares of time")
    header = [
        "engine", "posts a second", "tokenising", "dense layers", "attention", "the rest",
        "billion multiply-adds a second", "the product alone", "of the product",
    ]
    names = (
        "engine", "posts", "tokenising", "dense", "attention", "rest", "rate", "product", "reached",
    )
    rows = [[each.group(name) for name in names] for each in found]
    return TIME_PARTS.format(tokens=found[0].group("tokens"), table=table(header, rows))


def page(measured: dict) -> str:
    """The whole document."""
    machine = measured["machine"]
    small = any("small" in name for name in measured["costs"])
    return PAGE.format(
        date=measured["date"],
        command=command(measured),
        cores=machine["cores"],
        cpu=machine["cpu"],
        flags=", ".join(machine["flags"]),
        memory=machine["memory_gib"],
        versions=", ".join(f"{name} {value}" for name, value in measured["versions"].items()),
        posts=f"{measured['posts']:,}",
        words=f"{measured['mean_words']:.0f}",
        threads=measured["threads"],
        rounds=measured["rounds"],
        to_beat=contestants.TO_BEAT,
        reference=contestants.REFERENCE,
        peers=peers(measured),
        small="The small model has other weights, so its scores are not compared here: "
        "see [model.md](model.md). " if small else "",
        parts=parts(measured["parts"]),
        scaling=scaling(measured["scaling"]),
        arithmetic=arithmetic(measured["scaling"]),
        cascade=CASCADE.read_text(encoding="utf-8") if CASCADE.is_file() else "",
    )


def main() -> None:
    measured, output = map(Path, sys.argv[1:])
    output.write_text(page(json.loads(measured.read_text(encoding="utf-8"))), encoding="utf-8")


if __name__ == "__main__":
    main()
