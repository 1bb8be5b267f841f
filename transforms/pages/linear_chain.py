"""A linear-chain model: weights of features for labels and of labels for the label after them, learned by ``tests.bench.train_pages``.

The weights are a data file that can be read: a line for each feature and label, a line for each pair of labels. A feature's name begins
with where it is looked at: ``0`` the item itself, ``-1`` the one before, ``+1`` the one after.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Sequence
from functools import cache
from itertools import pairwise, zip_longest

import numpy as np

from transforms.lexicons import read_table

NEVER = -1e6  # points of a label that a line cannot have: below any sum of weights


class LinearChain:
    """The weights of a model; ``labels`` are in the order of all its arrays."""

    def __init__(self, rows: Sequence[Sequence[str]]) -> None:
        self.labels = tuple(sorted({label for _, label, _ in rows}))
        number = {label: position for position, label in enumerate(self.labels)}
        self.transitions = np.zeros((len(self.labels), len(self.labels)))
        weights: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(lambda: [0.0] * len(self.labels)))
        for feature, label, weight in rows:
            if feature.startswith("> "):
                self.transitions[number[feature[2:]], number[label]] = float(weight)
            else:
                where, _, name = feature.partition(":")
                weights[where][name][number[label]] = float(weight)
        names = sorted({name for some in weights.values() for name in some})
        self.numbers = {name: position for position, name in enumerate(names, 1)}
        self.steps = tuple(sorted(map(int, weights)))
        self.table = np.zeros(
            (len(names) + 1, len(self.steps), len(self.labels)), np.float32
        )  # row 0 is for what every item has and no weight knows
        for where, some in weights.items():
            for name, row in some.items():
                self.table[self.numbers[name], self.steps.index(int(where))] = row

    def points(self, features: Sequence[Collection[str]]) -> np.ndarray:
        """Return the points of every item for every label, what its neighbours show included."""
        number_of = self.numbers.get
        numbers = zip_longest(*([number_of(name, 0) for name in names] for names in features), fillvalue=0)
        of_items = self.table[np.array(list(numbers))].sum(0)
        points = np.zeros((len(features), len(self.labels)))
        for at, step in enumerate(self.steps):
            if step >= 0:
                points[: len(points) - step] += of_items[step:, at]
            else:
                points[-step:] += of_items[:step, at]
        return points

    def decode(self, features: Sequence[Collection[str]], allowed: Sequence[Collection[str]] = ()) -> list[str]:
        """Return the likeliest labels. ``allowed`` holds, for each item, the labels that are left to it; none where all are.

        >>> chain = LinearChain([("0:short", "headline", "1"), ("0:long", "body", "1"), ("> headline", "body", "1")])
        >>> chain.decode([{"short"}, {"long"}])
        ['headline', 'body']
        """
        if not features:
            return []
        points = self.points(features)
        if allowed:
            is_closed = {labels: [bool(labels) and label not in labels for label in self.labels] for labels in set(allowed)}
            points[[is_closed[labels] for labels in allowed]] = NEVER
        onto = np.ascontiguousarray(self.transitions.T)
        for before, here in pairwise(points):  # row by row: the points of the best path to each label
            here += np.maximum.reduce(onto + before, 1)
        before_best = (onto + points[:-1, None]).argmax(2).tolist()
        path = [int(points[-1].argmax())]
        for best in reversed(before_best):
            path.append(best[path[-1]])
        return [self.labels[label] for label in reversed(path)]


def bucket(value: float | None, steps: Sequence[float]) -> str:
    """Return how many of the steps, which rise, a value reaches, ``none`` for no value: what a number is in the name of a feature.

    >>> bucket(6, (5, 9, 27)), bucket(None, (5, 9, 27))
    ('1', 'none')
    """
    return "none" if value is None else str(bisect_right(steps, value))


@cache
def read_chain(name: str) -> LinearChain:
    """Return a model of the package by the name of its file in ``transforms/data``."""
    return LinearChain(read_table(name))
