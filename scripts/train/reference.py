"""Writes the probabilities that Python `transformers` gives for the parity texts.

One post at a time, in f32 from the stored weights, without padding: nothing an
engine does with batches can be hidden in the reference.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch
from transformers import AutoTokenizer, BertForSequenceClassification

import model as network
import normalizer
import parity_texts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, default=Path("models/care-minilm"))
    parser.add_argument("--texts", type=Path, default=parity_texts.OUTPUT)
    parser.add_argument(
        "--output", type=Path, default=parity_texts.OUTPUT.with_name("parity_expected.jsonl")
    )
    parser.add_argument("--uproar", type=Path, default=normalizer.DEFAULT_PROGRAM)
    arguments = parser.parse_args()

    net = BertForSequenceClassification.from_pretrained(arguments.model, dtype=torch.float32)
    tokenizer = AutoTokenizer.from_pretrained(arguments.model)
    lines = arguments.texts.read_text(encoding="utf-8").splitlines()
    texts = normalizer.normalize(map(json.loads, lines), arguments.uproar)
    token_ids = network.tokenize(tokenizer, texts, net.config.uproar["max_tokens"])
    expected = network.predict(net, token_ids, batch_size=1)
    rows = "".join(
        f"{json.dumps([round(value, 7) for value in row])}\n" for row in expected.tolist()
    )
    arguments.output.write_text(rows, encoding="utf-8")


if __name__ == "__main__":
    main()
