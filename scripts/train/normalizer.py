"""The Rust normaliser, called through the `uproar` program.

Training must read exactly the text that the program will score, so there is no
second implementation here.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable
from pathlib import Path

VERSION = 1
"""The version of the rules that `uproar normalize` applies by default."""

DEFAULT_PROGRAM = Path(__file__).resolve().parents[2] / "target" / "release" / "uproar"


def normalize(texts: Iterable[str], program: Path = DEFAULT_PROGRAM) -> list[str]:
    """The model text of each post, in order."""
    lines = [json.dumps(_valid(text)) for text in texts]
    result = subprocess.run(
        [program, "normalize", "--format", "ndjson"],
        input="".join(f"{line}\n" for line in lines),
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=True,
    )
    output = [json.loads(line) for line in result.stdout.splitlines()]
    if len(output) != len(lines):
        raise RuntimeError(f"{program} normalize gave {len(output)} texts for {len(lines)}")
    return output


def _valid(text: str) -> str:
    """The text without lone surrogates, which JSON in UTF-8 cannot hold."""
    return text.encode("utf-8", "replace").decode("utf-8")
