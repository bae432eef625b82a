"""ONNX Runtime on a CSV of posts: sorted by length, padded within the batch."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

import posts

BATCH = 32


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="the folder with tokenizer.json")
    parser.add_argument("--graph", type=Path, required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--max-tokens", type=int, required=True)
    parser.add_argument("--batch", type=int, default=BATCH)
    parser.add_argument("input", type=Path)
    parser.add_argument("output", type=Path)
    arguments = parser.parse_args()

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = arguments.threads
    session = onnxruntime.InferenceSession(
        arguments.graph, options, providers=["CPUExecutionProvider"]
    )
    tokenizer = Tokenizer.from_file(str(arguments.model / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(arguments.max_tokens)

    keys, texts = posts.read(arguments.input)
    encoded = [encoding.ids for encoding in tokenizer.encode_batch_fast(texts)]
    order = sorted(range(len(encoded)), key=lambda post: len(encoded[post]))
    logits: list = [None] * len(encoded)
    for start in range(0, len(order), arguments.batch):
        batch = order[start : start + arguments.batch]
        longest = len(encoded[batch[-1]])
        ids = np.zeros((len(batch), longest), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, post in enumerate(batch):
            ids[row, : len(encoded[post])] = encoded[post]
            mask[row, : len(encoded[post])] = 1
        (out,) = session.run(None, {"ids": ids, "mask": mask})
        for row, post in enumerate(batch):
            logits[post] = out[row]
    probabilities = 1 / (1 + np.exp(-np.array(logits, dtype=np.float64)))
    posts.write_scores(arguments.output, keys, probabilities)


if __name__ == "__main__":
    main()
