"""What a line has in common with the lines before it and with those after it.

Paragraphs of one article share names and terms; across the border of two articles little is shared but what every report says. So the
pairs of characters that stand both in the lines before and in those after are counted, common pairs left out
(``transforms/data/common_pairs.txt``, made by ``python -m tests.bench.train_joins``).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import sqrt

import numpy as np

from transforms.lexicons import read_words
from transforms.pages.blocks import Line

LINES_BEFORE, LINES_AFTER = 4, 3
FEWEST_PAIRS = 6


@lru_cache(maxsize=1)
def common_pairs() -> tuple[np.ndarray, np.ndarray]:
    """Return the pairs of characters that say nothing of what a text is about: the number of each character of the first plane that
    is in one, 0 for others, and a table by two numbers.
    """
    pairs = read_words("common_pairs.txt")
    characters = sorted(set("".join(pairs)))
    numbers = np.zeros(1 << 16, np.uint16)
    numbers[list(map(ord, characters))] = np.arange(1, len(characters) + 1)
    table = np.zeros((len(characters) + 1, len(characters) + 1), bool)
    table[[numbers[ord(pair[0])] for pair in pairs], [numbers[ord(pair[1])] for pair in pairs]] = True
    return numbers, table


def pairs_of(lines: Sequence[Line]) -> list[set[int]]:
    """Return the telling pairs of neighbouring characters of each line as codes: no digits, no marks, no common pairs."""
    text = "\n".join([line.reading for line in lines])
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.int64)
    is_letter = (codes >= 0x4E00) & (codes < 0xA000) | (codes >= 0xFF21) & (codes < 0xFF5B) | (codes >= 0x41) & (codes < 0x7B)
    places = np.flatnonzero(is_letter[:-1] & is_letter[1:])
    first, second = codes[places], codes[places + 1]
    numbers, table = common_pairs()
    telling = ~table[numbers[first], numbers[second]]
    pairs, places = (first << 21 | second)[telling].tolist(), places[telling]
    ends = np.cumsum([len(line.reading) + 1 for line in lines])
    bounds = [0, *np.searchsorted(places, ends).tolist()]
    return [set(pairs[low:high]) for low, high in zip(bounds, bounds[1:], strict=False)]


def share(some: set[int], others: set[int]) -> float:
    """Return how much two texts have in common: shared pairs over the root of what the first has."""
    return len(some & others) / sqrt(len(some)) if some else 0.0


def shared_around(pairs: Sequence[set[int]]) -> list[tuple[float | None, float | None, float | None]]:
    """Return, for each line, how much of it the lines before say, how much of it those after say, and how much of those after, it
    included, those before say; None where there is too little to tell.
    """
    around: list[tuple[float | None, float | None, float | None]] = []
    for index, own in enumerate(pairs):
        before = set().union(*pairs[max(0, index - LINES_BEFORE) : index])
        after = set().union(*pairs[index + 1 : index + 1 + LINES_AFTER])
        onward = own | after
        around.append((
            share(own, before) if own and len(before) >= FEWEST_PAIRS else None,
            share(own, after) if own and len(after) >= FEWEST_PAIRS else None,
            share(onward, before) if len(onward) >= FEWEST_PAIRS <= len(before) else None,
        ))
    return around
