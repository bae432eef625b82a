"""Trains the classifier and writes its model folder.

1. Pre-training: one pass over public data with labels that are near to ours.
2. Cross-fitting: the pre-trained model is fine-tuned once per fold on the posts
   labelled by our guide outside that fold, and predicts those inside it. These
   predictions, which no model made of a post it had seen, set the decision cuts
   and the figures printed here.
3. The fine-tuned models start from the same weights, so the mean of their
   weights is a model as well: it is the one that ships, and between them its
   parents saw every post.

Each step's result is kept in the work folder and reused; delete the folder to
start over.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file

import decision
import export
import model as network
import normalizer
import overlap
import own
import public
import recipe
import tokenizer as markers
from examples import Example
from fit import Row, Schedule, emphasise_high_levels, fit
from heads import OUTPUTS
from metrics import report, table


def main() -> None:
    arguments = _arguments()
    torch.set_num_threads(arguments.threads)
    device = _device(arguments.device)
    data, work = arguments.data, arguments.work
    work.mkdir(parents=True, exist_ok=True)
    tokenizer = markers.build(arguments.base, work / "tokenizer")

    banned = overlap.forbidden(data)
    real = overlap.without(own.care(data / "care" / "train.csv"), banned)
    invented = overlap.without(own.threads(data / "threads"), banned)
    taken = banned | {overlap.fingerprint(example.text) for example in real}
    general = overlap.without(public.load(data), taken)
    print(f"{len(real)} real posts, {len(invented)} of our own writing, {len(general)} public")

    def rows(examples: list[Example]) -> list[Row]:
        texts = normalizer.normalize((example.text for example in examples), arguments.uproar)
        tokens = network.tokenize(tokenizer, texts, recipe.TRAIN_TOKENS)
        return [
            Row(
                ids,
                example.target_row(),
                emphasise_high_levels(example.target_row(), example.weight_row()),
            )
            for ids, example in zip(tokens, examples, strict=True)
        ]

    def trained(name: str, start: Path | None, epoch_rows, schedule: Schedule, seed: int):
        """The model of a step: from the work folder, or trained and put there."""
        net = network.from_base(arguments.base, tokenizer).to(device)
        path = work / f"{name}.safetensors"
        if path.exists():
            net.load_state_dict(load_file(path, device=device))
        else:
            if start is not None:
                net.load_state_dict(load_file(start, device=device))
            fit(net, epoch_rows, schedule, seed, lambda line: print(name, line, flush=True))
            save_file(net.state_dict(), path)
        return net

    general_rows = rows(general)
    trained("pretrained", None, lambda _: general_rows, recipe.PRETRAIN, recipe.SEED)

    labelled = real + invented
    labels, labelled_rows = decision.labels_of(labelled), rows(labelled)
    predicted = np.full((len(labelled), len(OUTPUTS)), np.nan)
    parents = []
    for fold, held_out in enumerate(overlap.folds(labelled, recipe.FOLDS)):
        kept = [labelled_rows[row] for row in np.setdiff1d(np.arange(len(labelled)), held_out)]

        def epoch(shuffler: random.Random, kept: list[Row] = kept) -> list[Row]:
            return kept + shuffler.sample(general_rows, recipe.REHEARSAL)

        start, seed = work / "pretrained.safetensors", recipe.SEED + 1 + fold
        net = trained(f"fold{fold}", start, epoch, recipe.FINE_TUNE, seed)
        tokens = [labelled_rows[row].token_ids for row in held_out]
        predicted[held_out] = network.predict(net, tokens)
        parents.append(net.state_dict())

    is_real = np.arange(len(labelled)) < len(real)
    cuts = decision.fit_cuts(predicted, labels, np.where(is_real, 1.0, recipe.INVENTED_WEIGHT))
    for name, part in (("real posts", is_real), ("our own writing", ~is_real)):
        of_part = {head: values[part] for head, values in labels.items()}
        print(f"out of fold, {name}\n{table(report(predicted[part], of_part, cuts))}")

    merged = network.from_base(arguments.base, tokenizer)
    merged.load_state_dict(_mean(parents))
    provenance = {
        "base": "all-MiniLM-L6-v2",
        "real_posts": len(real),
        "invented_posts": len(invented),
        "public_posts": len(general),
        "cuts_fitted_on": "out-of-fold predictions of the labelled posts",
        "invented_weight": str(recipe.INVENTED_WEIGHT),
        "folds": recipe.FOLDS,
        "seed": recipe.SEED,
    }
    export.write(arguments.output, merged, work / "tokenizer", cuts, provenance)


def _mean(states: list[dict[str, torch.Tensor]]) -> dict[str, torch.Tensor]:
    return {
        name: torch.stack([state[name].cpu().float() for state in states]).mean(dim=0)
        for name in states[0]
    }


def _device(name: str) -> str:
    if name == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    return name


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="data folder")
    parser.add_argument("--base", type=Path, required=True, help="folder of the base model")
    parser.add_argument("--work", type=Path, default=Path("target/train"), help="work folder")
    parser.add_argument("--output", type=Path, default=Path("models/care-minilm"))
    parser.add_argument("--uproar", type=Path, default=normalizer.DEFAULT_PROGRAM)
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    parser.add_argument("--threads", type=int, default=2, help="CPU threads")
    return parser.parse_args()


if __name__ == "__main__":
    main()
