"""Fine-tunes the shipped model on a company's own labelled posts.

1. The labelled posts are parted into folds. For each fold the shipped weights are
   trained on the other folds, and predict the posts inside it.
2. These predictions, made of posts that the weights had not seen, are compared with
   those of the shipped model. Unless they order the posts better beyond chance,
   nothing is written.
3. The shipped weights are trained on all labelled posts and written as a model
   folder, with the decision that `uproar tune` fits from the predictions of step 1.

Each epoch mixes in as many posts of our own writing as the company gave, so that what
is rare among its posts is not forgotten.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
from transformers import BertForSequenceClassification

import comparison
import crossfit
import export
import labels
import model as network
import normalizer
import overlap
import own
import recipe
import tokenizer as markers
from examples import Example
from fit import Row, fit, row
from heads import OUTPUTS

ROOT = Path(__file__).resolve().parents[2]
REFUSED = 6
"""Exit code when the labelled posts do not help, as that of `uproar tune`."""


def main() -> None:
    arguments = _arguments()
    torch.set_num_threads(arguments.threads)
    try:
        posts = labels.read(arguments.labels)
    except labels.LabelsError as error:
        sys.exit(f"error: {error}")
    if len(posts) < recipe.FINE_TUNE_ROWS and not arguments.force:
        _refuse(f"{len(posts)} labelled posts; fine-tuning needs {recipe.FINE_TUNE_ROWS} or more")
    company = _Company(arguments, posts)
    shipped = network.logits(company.shipped(), company.token_ids)
    tuned = company.cross_fit()
    verdict = comparison.compare(posts, shipped, tuned)
    print(verdict.table())
    if not verdict.is_better and not arguments.force:
        _refuse("the fine-tuned model is not better on posts it had not seen, beyond chance")

    net = company.train(range(len(posts)), recipe.SEED)
    export.write(arguments.output, net, arguments.model)
    (arguments.output / "MODEL_CARD.md").write_text(_card(arguments, posts, verdict), "utf-8")
    with tempfile.TemporaryDirectory() as folder:
        predictions = Path(folder) / "predictions.csv"
        crossfit.write(predictions, posts, tuned)
        decision = arguments.output / "decision.toml"
        command = [arguments.uproar, "tune", predictions, "--cross-fitted", "--force"]
        command += ["--model", arguments.output, "--decision", arguments.model / "decision.toml"]
        subprocess.run([*command, "--out", decision], check=True)
    print(f"wrote {arguments.output}", file=sys.stderr)


class _Company:
    """A company's labelled posts as the model reads them, and the training on them."""

    def __init__(self, arguments: argparse.Namespace, posts: list[Example]) -> None:
        self.model = arguments.model
        self.program = arguments.uproar
        self.posts = posts
        self.tokenizer = markers.load(arguments.model)
        self.rows = self._rows(posts)
        self.token_ids = [row.token_ids for row in self.rows]
        known = {overlap.fingerprint(post.text) for post in posts}
        written = [
            example for folder in own.FOLDERS for example in own.threads(arguments.own / folder)
        ]
        self.rehearsal = self._rows(overlap.without(written, known))

    def shipped(self) -> BertForSequenceClassification:
        """The weights to start from."""
        return BertForSequenceClassification.from_pretrained(self.model, dtype=torch.float32)

    def train(self, kept: range | np.ndarray, seed: int) -> BertForSequenceClassification:
        """The shipped weights, trained on these of the posts."""
        rows = [self.rows[number] for number in kept]

        def epoch(shuffler: random.Random) -> list[Row]:
            return rows + shuffler.sample(self.rehearsal, min(len(rows), len(self.rehearsal)))

        net = self.shipped()
        fit(net, epoch, recipe.COMPANY, seed, lambda line: print(line, file=sys.stderr))
        return net

    def cross_fit(self) -> np.ndarray:
        """The raw outputs of each post, by weights that were trained without its fold."""
        logits = np.full((len(self.posts), len(OUTPUTS)), np.nan)
        for fold, held_out in enumerate(overlap.folds(self.posts, recipe.COMPANY_FOLDS)):
            print(f"fold {fold + 1} of {recipe.COMPANY_FOLDS}", file=sys.stderr)
            net = self.train(
                np.setdiff1d(np.arange(len(self.posts)), held_out), recipe.SEED + 1 + fold
            )
            logits[held_out] = network.logits(net, [self.token_ids[row] for row in held_out])
        return logits

    def _rows(self, examples: list[Example]) -> list[Row]:
        texts = normalizer.normalize((example.text for example in examples), self.program)
        tokens = network.tokenize(self.tokenizer, texts, recipe.TRAIN_TOKENS)
        return [row(ids, example) for ids, example in zip(tokens, examples, strict=True)]


def _card(
    arguments: argparse.Namespace, posts: list[Example], verdict: comparison.Comparison
) -> str:
    digest = hashlib.sha256(arguments.labels.read_bytes()).hexdigest()
    return f"""# {arguments.output.name}

`{arguments.model.name}`, fine-tuned by `scripts/train/finetune` on {len(posts)} labelled posts of
`{arguments.labels.name}` (SHA-256 `{digest[:12]}…`).

On posts that the weights had not seen ({recipe.COMPANY_FOLDS} folds), before and after:

{verdict.table()}

Meanings, limits and the licence are those of `{arguments.model.name}`. The labelled texts are not
in this folder, but weights can give away some of what they were trained on: share them with as
much care as the posts.
"""


def _refuse(reason: str) -> None:
    print(f"refused: {reason}; nothing was written (--force writes all the same)", file=sys.stderr)
    sys.exit(REFUSED)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("labels", type=Path, help="labelled posts, in the form of data/labels")
    parser.add_argument("--output", type=Path, required=True, help="folder of the new model")
    parser.add_argument("--model", type=Path, default=ROOT / "models" / "care-minilm")
    parser.add_argument("--own", type=Path, default=ROOT / "data", help="our own writing")
    parser.add_argument("--force", action="store_true", help="write even what does not help")
    parser.add_argument("--uproar", type=Path, default=normalizer.DEFAULT_PROGRAM)
    parser.add_argument("--threads", type=int, default=2, help="CPU threads")
    return parser.parse_args()


if __name__ == "__main__":
    main()
