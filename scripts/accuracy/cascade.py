"""Would a cheap first stage pay: one that answers the certainly calm posts without the transformer?

    python scripts/accuracy/cascade.py --data ../shared/data --output scripts/accuracy/cascade.md

The first stage is a logistic regression for "anger or urgency is at least 2" on the mean of the
model's own word embeddings, on TF-IDF, or on both. It is fitted to the training labels, and its
threshold is the highest at which, out of fold, at most 1 % of the angry or urgent posts are lost with
95 % confidence (Clopper-Pearson), of all posts and of each third by length. What is reported is the
share of posts below the threshold, which is the work that a cascade could save, and what it loses on
posts it has not seen: on `care/dev.csv` by people's labels, on twcs posts by the transformer's levels.
Nothing is fitted to these two.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import re
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file
from scipy import sparse, stats
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import FunctionTransformer, MaxAbsScaler, StandardScaler
from tokenizers import Tokenizer

SEED = 7
FOLDS = 5
MAY_LOSE = 0.01
CONFIDENCE = 0.95
FEWEST = 299
"""Hot posts a slice must have for the bound to be provable at all: 0.99²⁹⁹ < 0.05."""
TWCS_POSTS = 5000
"""Posts drawn of each file."""

PAGE = """\
## Why there is no cascade
A first stage that is far cheaper than the transformer could answer the posts that are certainly calm, and send on the rest. Measured by `python scripts/accuracy/cascade.py` (normalised texts; {folds} folds; seed {seed}): a logistic regression for "anger or urgency is at least 2" on {rows:,} labelled posts, {hot:,} of them so. The threshold is the highest at which, out of fold, at most 1 % of the angry or urgent posts are lost with 95 % confidence, of all posts and of each third by length. *Answered* is the share of posts that the transformer would be spared; *lost* is the share of the angry or urgent posts among them, with its upper 95 % bound in brackets, and *worst slice* the highest such bound of a third by length or of a company with at least {fewest} angry or urgent posts.

{table}

care/dev.csv is judged by people's labels, twcs (customers' posts) by the transformer's own levels; neither holds followers, and a slice of fewer than {fewest} angry or urgent posts can prove no bound of 1 %: of a decile by followers, or of most companies, it could not be shown. {verdict}
"""


def load(path: Path, rows: Callable[[dict], bool] = lambda row: True) -> list[dict]:
    with path.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row.get("text") and rows(row)]


def normalized(program: Path, texts: list[str]) -> list[str]:
    lines = "".join(f"{json.dumps(text)}\n" for text in texts)
    command = [program, "normalize", "--format", "ndjson"]
    done = subprocess.run(command, input=lines, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def hot_by_transformer(program: Path, texts: list[str]) -> np.ndarray:
    """Whether the transformer gives anger or urgency level 2 or 3."""
    with tempfile.TemporaryDirectory() as folder:
        export = Path(folder, "posts.csv")
        with export.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["id", "text"])
            writer.writerows(enumerate(texts))
        command = [program, "score", export, "--no-config", "--all-languages", "--quiet"]
        done = subprocess.run(
            [*command, "--out", "-"], capture_output=True, text=True, check=True
        )
    hot = np.zeros(len(texts), dtype=bool)
    for row in csv.DictReader(io.StringIO(done.stdout)):
        hot[int(row["id"])] = max(int(row["anger_level"]), int(row["urgency_level"])) >= 2
    return hot


def mean_embedding(model: Path) -> Callable[[list[str]], np.ndarray]:
    """The mean of a text's word embeddings, as the transformer's first layer looks them up."""
    words = load_file(model / "model.safetensors")["bert.embeddings.word_embeddings.weight"]
    words = words.astype(np.float32)
    tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
    tokenizer.no_padding()

    def means(texts: list[str]) -> np.ndarray:
        encoded = tokenizer.encode_batch(list(texts))
        return np.stack([words[encoding.ids].mean(axis=0) for encoding in encoded])

    return means


def stages(model: Path) -> dict[str, object]:
    """The first stages that are tried."""
    embed = FunctionTransformer(mean_embedding(model))

    def tfidf():
        return make_union(
            TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True),
            TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), min_df=3, sublinear_tf=True),
        )

    def sparse_embed():
        return make_pipeline(embed, MaxAbsScaler(), FunctionTransformer(sparse.csr_matrix))

    def regression(strength: float) -> LogisticRegression:
        return LogisticRegression(C=strength, max_iter=2000)

    return {
        "mean word embedding": make_pipeline(embed, StandardScaler(), regression(0.01)),
        "TF-IDF": make_pipeline(tfidf(), regression(3.0)),
        "both": make_pipeline(make_union(sparse_embed(), tfidf()), regression(1.0)),
    }


def upper_bound(lost: int, hot: int) -> float:
    """Clopper-Pearson: the highest share of losses that fits what was seen."""
    return 1.0 if lost >= hot else float(stats.beta.ppf(CONFIDENCE, lost + 1, hot - lost))


def thirds(texts: list[str]) -> list[np.ndarray]:
    """Which posts are short, middling and long, by characters."""
    lengths = np.array(list(map(len, texts)))
    low, high = np.quantile(lengths, [1 / 3, 2 / 3])
    return [lengths <= low, (lengths > low) & (lengths <= high), lengths > high]


def companies(posts: list[str]) -> list[np.ndarray]:
    """Posts by the first account that each mentions, where it is a name and not a number."""
    found = [re.search(r"@([A-Za-z]\w+)", post) for post in posts]
    names = np.array([match.group(1).lower() if match else "" for match in found])
    return [names == name for name in Counter(names) if name]


def threshold(scores: np.ndarray, hot: np.ndarray, slices: list[np.ndarray]) -> float:
    """The highest threshold that keeps the bound on every slice; minus infinity when none does."""
    for cut in np.unique(scores)[::-1]:
        if all(
            upper_bound(int((hot & of & (scores < cut)).sum()), int((hot & of).sum())) <= MAY_LOSE
            for of in slices
        ):
            return float(cut)
    return -np.inf


def row(name: str, scores: np.ndarray, hot: np.ndarray, cut: float, slices: list) -> str:
    """One line of the table."""
    answered = scores < cut
    lost, all_hot = int((answered & hot).sum()), int(hot.sum())
    bounds = [
        upper_bound(int((answered & hot & of).sum()), int((hot & of).sum()))
        for of in slices
        if (hot & of).sum() >= FEWEST
    ]
    worst = f"{max(bounds):.1%}" if bounds else "–"
    loss = f"{lost / all_hot:.1%} ({upper_bound(lost, all_hot):.1%})"
    return f"| {name} | {len(hot):,} | {all_hot:,} | {answered.mean():.1%} | {loss} | {worst} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--model", type=Path, default=Path("models/care-minilm"))
    parser.add_argument("--uproar", type=Path, default=Path("target/release/uproar"))
    parser.add_argument("--output", type=Path, default=Path("scripts/accuracy/cascade.md"))
    arguments = parser.parse_args()
    program = arguments.uproar

    def labelled(file: str) -> tuple[list[str], np.ndarray]:
        rows = load(arguments.data / "care" / file)
        hot = [max(int(row["anger"]), int(row["urgency"])) >= 2 for row in rows]
        return [row["text"] for row in rows], np.array(hot)

    posts, hot = labelled("train.csv")
    texts = normalized(program, posts)
    sets = {"care/dev.csv": labelled("dev.csv")}
    draw = np.random.default_rng(SEED)
    twcs: list[str] = []
    for path in sorted((arguments.data / "twcs-subsets").glob("*.csv")):
        rows = load(path, lambda row: row.get("inbound", "True") == "True")
        taken = draw.permutation(len(rows))[:TWCS_POSTS]
        twcs += [rows[index]["text"] for index in taken]
    twcs = list(dict.fromkeys(twcs))
    sets["twcs"] = (twcs, hot_by_transformer(program, twcs))
    normal = {name: normalized(program, of[0]) for name, of in sets.items()}

    lines = [
        "| first stage | posts | angry or urgent | answered | lost | worst slice |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    shares = []
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    for name, stage in stages(arguments.model).items():
        scores = cross_val_predict(stage, texts, hot, cv=folds, method="predict_proba")[:, 1]
        everything = np.ones(len(hot), dtype=bool)
        cut = threshold(scores, hot, [everything, *thirds(texts)])
        lines.append(row(f"{name}, out of fold", scores, hot, cut, thirds(texts)))
        shares.append((scores < cut).mean())
        stage.fit(texts, hot)
        for of, (raw, is_hot) in sets.items():
            unseen = stage.predict_proba(normal[of])[:, 1]
            slices = [*thirds(normal[of]), *companies(raw)]
            lines.append(row(f"{name}, {of}", unseen, is_hot, cut, slices))
            shares.append((unseen < cut).mean())
    verdict = (
        f"At most {max(shares):.0%} of the posts would be spared, and every one of them would still "
        "need the outputs that reports count: sentiment, actionable, tried before, churn. So no "
        "cascade was built."
        if max(shares) < 0.25
        else f"Up to {max(shares):.0%} of the posts would be spared."
    )
    page = PAGE.format(
        folds=FOLDS, seed=SEED, rows=len(hot), hot=int(hot.sum()), fewest=FEWEST,
        table="\n".join(lines), verdict=verdict,
    )
    arguments.output.write_text(page, encoding="utf-8")
    print(page)


if __name__ == "__main__":
    main()
