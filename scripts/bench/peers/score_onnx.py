"""ONNX Runtime on a CSV of posts: sorted by length, padded within the batch.

One session of one thread for each core, in batches of 8: of batches of 8, 16, 32 and 64, with one
session for all cores or one for each, the fastest in int8.
"""

from __future__ import annotations

import argparse
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

import posts

BATCH = 8


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
    options.intra_op_num_threads = 1
    sessions: SimpleQueue[onnxruntime.InferenceSession] = SimpleQueue()
    for _ in range(arguments.threads):
        sessions.put(
            onnxruntime.InferenceSession(
                arguments.graph, options, providers=["CPUExecutionProvider"]
            )
        )
    tokenizer = Tokenizer.from_file(str(arguments.model / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(arguments.max_tokens)

    keys, texts = posts.read(arguments.input)
    encoded = [encoding.ids for encoding in tokenizer.encode_batch_fast(texts)]
    order = sorted(range(len(encoded)), key=lambda post: len(encoded[post]))
    logits: list = [None] * len(encoded)

    def score(batch: list[int]) -> None:
        longest = len(encoded[batch[-1]])
        ids = np.zeros((len(batch), longest), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, post in enumerate(batch):
            ids[row, : len(encoded[post])] = encoded[post]
            mask[row, : len(encoded[post])] = 1
        session = sessions.get()
        (out,) = session.run(None, {"ids": ids, "mask": mask})
        sessions.put(session)
        for row, post in enumerate(batch):
            logits[post] = out[row]

    starts = range(0, len(order), arguments.batch)
    # The longest first, so that no core is left with a long batch at the end.
    batches = [order[start : start + arguments.batch] for start in reversed(starts)]
    with ThreadPoolExecutor(arguments.threads) as pool:
        list(pool.map(score, batches))
    probabilities = 1 / (1 + np.exp(-np.array(logits, dtype=np.float64)))
    posts.write_scores(arguments.output, keys, probabilities)


if __name__ == "__main__":
    main()
