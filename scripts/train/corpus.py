"""What is trained on, without any text that must not be seen."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import overlap
import own
import public
from examples import Example


@dataclass(frozen=True)
class Corpus:
    """The labelled texts of all kinds, in a fixed order."""

    real: list[Example]
    """Posts to companies, labelled by our guide."""
    invented: list[Example]
    """Our own writing, labelled by the same guide."""
    general: list[Example]
    """Public texts with weak labels."""

    def __str__(self) -> str:
        return (
            f"{len(self.real)} real posts, {len(self.invented)} of our own writing, "
            f"{len(self.general)} public"
        )


def load(data: Path, own_data: Path) -> Corpus:
    """Reads the data folder and our own writing; leaves out what evaluation rests on."""
    banned = overlap.forbidden(data)
    real = overlap.without(own.care(data / "care" / "train.csv"), banned)
    written = [example for folder in own.FOLDERS for example in own.threads(own_data / folder)]
    invented = overlap.without(written, banned)
    labelled = {overlap.fingerprint(example.text) for example in real}
    return Corpus(real, invented, overlap.without(public.load(data), banned | labelled))
