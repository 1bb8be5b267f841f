"""Choices between options by the weights of their features (log-linear models), as quotations and events make them.

The weights of a model are a data file of features and weights, by what is chosen: ``tests/bench/train_facts.py`` learns them from the gold
of modern news. A feature is a short text that says what is seen; one that has no weight counts nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import repeat
from math import exp

from transforms.lexicons import read_table

Weights = Mapping[str, float]


@cache
def read_weights(name: str) -> dict[str, dict[str, float]]:
    """Return the weights of a data file by choice and feature."""
    weights: dict[str, dict[str, float]] = {}
    for choice, feature, weight in read_table(name):
        weights.setdefault(choice, {})[feature] = float(weight)
    return weights


def shares(weights: Weights, options: Sequence[Iterable[str]]) -> list[float]:
    """Return how probable each option is, given the features of all: the shares sum to 1.

    >>> [round(share, 2) for share in shares({"在前": 1.0, "太远": -1.0}, [["在前"], ["在前", "太远"]])]
    [0.73, 0.27]
    """
    scores = [sum(map(weights.get, option, repeat(0.0))) for option in options]
    top = max(scores)
    powers = [exp(score - top) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]


def share(weights: Weights, features: Iterable[str]) -> float:
    """Return how probable a yes is, given what speaks for and against it."""
    return 1 / (1 + exp(-sum(map(weights.get, features, repeat(0.0)))))


def calibrated(steps: Weights, likely: float) -> float:
    """Return the share that was right among finds held to be as likely: of the highest step that is reached.

    >>> calibrated({"0.5": 0.6, "0.9": 0.95}, 0.8)
    0.6
    """
    return max((right for least, right in steps.items() if likely >= float(least)), default=min(steps.values()))
