"""Print what the evidence at a seam is worth: ``python -m tests.bench.join_weights --texts FOLDER``.

Paragraphs of plain texts are cut at random; a logistic regression tells second halves from other paragraphs near by. The character model is made
from the other half of the texts, so that it has not seen what it judges. The constants of ``transforms.pages.joins`` are set by hand near these
weights.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from random import Random

import numpy as np

from tests.bench.train_joins import train
from transforms.pages import language
from transforms.pages.joins import BEGINS_INSIDE, closed_unopened, left_open, openings_of
from transforms.pages.language import log_count, odds_of_going_on
from transforms.pages.words import word_across

SHORTEST, PER_TEXT = 60, 8
SEAM = (
    "likelier",
    "word of 2",
    "word of 3",
    "longer word",
    "pair on page",
    "2+1 on page",
    "1+2 on page",
    "2+2 on page",
    "balanced",
    "still open",
    "closes nothing",
    "begins 2",
    "begins 3",
    "cut number",
    "opens quote",
    "begins inside",
    "bias",
)


def seam_features(left: str, right: str, page: str, openings) -> list[float]:
    """Return what speaks for and against ``right`` going on from ``left``."""
    a, b, opened, closed = left[-2:], right[:2], left_open(left), closed_unopened(right)
    word, again = word_across(left, right), openings.get(b, 1) - 1
    return [
        max(-10.0, min(10.0, odds_of_going_on(left, right))),
        word == 2,
        word == 3,
        word > 3,
        a[-1:] + b[:1] in page,
        a + b[:1] in page,
        a[-1:] + b in page,
        a + b in page,
        len(opened & closed),
        len(opened - closed),
        len(closed - opened),
        again >= 1,
        again >= 2,
        a[-1].isdigit() and not b[0].isdigit(),
        b[0] in "“『‘「（(《",
        BEGINS_INSIDE.match(b) is not None,
        1.0,
    ]


def cases(texts: Iterable[Path]) -> tuple[list, list]:
    """Return features and answers for seams."""
    rng = Random(5)
    seams, answers = [], []
    for path in texts:
        paragraphs = [line.strip() for line in path.read_text("utf-8").split("\n") if len(line.strip()) > SHORTEST]
        halves = {}
        for at in rng.sample(range(len(paragraphs)), min(PER_TEXT, len(paragraphs))):
            cut = rng.randrange(10, len(paragraphs[at]) - 10)
            halves[at] = paragraphs[at][:cut], paragraphs[at][cut:]
        blocks = [block for at, paragraph in enumerate(paragraphs) for block in halves.get(at, (paragraph,))]
        page = "\n".join(blocks)
        openings = openings_of(page)
        for at, (left, right) in halves.items():
            near = [other for other in range(at - 3, at + 4) if other != at and 0 <= other < len(paragraphs)]
            others = [halves.get(other, (paragraphs[other],))[0] for other in rng.sample(near, min(3, len(near)))]
            for candidate in (right, *others):
                seams.append(seam_features(left, candidate, page, openings))
                answers.append(candidate is right)
    return seams, answers


def logistic(features: np.ndarray, answers: np.ndarray, ridge: float = 0.5) -> np.ndarray:
    """Return the weights of a logistic regression, by Newton's steps."""
    weights = np.zeros(features.shape[1])
    for _ in range(25):
        p = 1 / (1 + np.exp(-features @ weights))
        curve = (features * (p * (1 - p))[:, None]).T @ features + ridge * np.eye(len(weights))
        weights += np.linalg.solve(curve, features.T @ (answers - p) - ridge * weights)
    return weights


def show(features: list, answers: list) -> None:
    """Print the weights, and how often they are right on the last third of the cases when made from the others."""
    x, y = np.array(features, float), np.array(answers, float)
    n = len(y) * 2 // 3
    right = np.mean((x[n:] @ logistic(x[:n], y[:n]) > 0) == y[n:])
    print(f"{len(y)} cases, {right:.3f} right")
    print("\n".join(f"  {label:16} {weight:6.2f}" for label, weight in zip(SEAM, logistic(x, y), strict=True)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--texts", type=Path, required=True)
    texts = sorted(parser.parse_args().texts.rglob("*.txt"))
    table = language.unpack_counts(train(texts[::2]))
    log_count.cache_clear()
    language._table = lambda: table
    show(*cases(texts[1::2]))


if __name__ == "__main__":
    main()
