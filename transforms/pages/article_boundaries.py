"""Cohesion of lines: what one has in common with the lines before it and with those after it.

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
FEWEST_PAIRS = 6  # pairs of characters that a side must have for what is shared with it to tell anything
LINE_BITS = 28
"""Bits for the number of a line, behind the 32 of a pair."""
LETTERS = ((0x41, 0x7B), (0x4E00, 0xA000), (0xFF21, 0xFF5B))
"""Codes of letters and Chinese characters, half-open."""


@lru_cache(maxsize=1)
def telling_pairs() -> tuple[np.ndarray, np.ndarray]:
    """Return which pairs of characters say what a text is about: a number for each character of the first plane, and a table by two numbers.
    Signs and digits, which have number 0, are in none, and neither are common pairs; letters that are in no common pair have number 1.
    """
    pairs = read_words("common_pairs.txt")
    characters = sorted(set("".join(pairs)))
    numbers = np.zeros(1 << 16, np.int64)
    for first, end in LETTERS:
        numbers[first:end] = 1
    numbers[list(map(ord, characters))] = np.arange(2, len(characters) + 2)
    table = np.ones((len(characters) + 2, len(characters) + 2), bool)
    table[0] = table[:, 0] = False
    table[[numbers[ord(pair[0])] for pair in pairs], [numbers[ord(pair[1])] for pair in pairs]] = False
    return numbers, table


def pairs_of(lines: Sequence[Line]) -> tuple[np.ndarray, np.ndarray]:
    """Return the telling pairs of neighbouring characters as codes, and the line that each stands in, each once a line. They are in the order of
    the codes.
    """
    text = "\n".join([line.reading for line in lines])
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.int64)
    numbers, table = telling_pairs()
    known = numbers.take(codes, mode="clip")
    places = np.flatnonzero(table.take(known[:-1] * len(table) + known[1:]))
    line_of = np.repeat(np.arange(len(lines)), [len(line.reading) + 1 for line in lines])
    found = (codes[places] << 16 | codes[places + 1]) << LINE_BITS | line_of[places]
    found.sort()
    found = found[np.diff(found, prepend=-1) > 0]
    return found >> LINE_BITS, found & (1 << LINE_BITS) - 1


def shared_around(lines: Sequence[Line]) -> list[tuple[float | None, float | None, float | None]]:
    """Return, for each line, how much of it the lines before say, how much of it those after say, and how much of those after, it
    included, those before say: shared pairs over the root of what the first has; None where there is too little to tell.

    What is said once in some lines is all that stands in them but what is said again: ``early`` and ``late`` are two lines that have a pair
    and none between them that has it.
    """
    n = len(lines)
    if not n:
        return []
    pairs, line = pairs_of(lines)
    is_same = pairs[1:] == pairs[:-1]
    early, late = line[:-1][is_same], line[1:][is_same]
    own = np.bincount(line, minlength=n)
    sums = np.concatenate(([0], np.cumsum(own)))

    def standing(low: int, high: int) -> np.ndarray:
        """Return how many pairs stand in the lines from ``low`` to ``high`` behind each line, one that stands in several counted in each."""
        first, last = (np.clip(np.arange(n) + offset, 0, n) for offset in (low, high + 1))
        return sums[last] - sums[first]

    def counted(low: np.ndarray, high: np.ndarray) -> np.ndarray:
        """Return how many of the ranges of lines, both ends included, each line is in."""
        low = np.maximum(low, 0)
        end = np.maximum(np.minimum(high + 1, n), low)
        return np.cumsum(np.bincount(low, minlength=n + 1) - np.bincount(end, minlength=n + 1))[:n]

    before = standing(-LINES_BEFORE, -1) - counted(late + 1, early + LINES_BEFORE)
    after = standing(1, LINES_AFTER) - counted(late - LINES_AFTER, early - 1)
    onward = standing(0, LINES_AFTER) - counted(late - LINES_AFTER, early)
    across = counted(np.maximum(early + 1, late - LINES_AFTER), np.minimum(late, early + LINES_BEFORE))
    said_before = np.bincount(late[late - early <= LINES_BEFORE], minlength=n)
    said_after = np.bincount(early[late - early <= LINES_AFTER], minlength=n)
    shares = zip(*(part.tolist() for part in (own, before, after, onward, said_before, said_after, across)), strict=True)
    return [
        (
            some_before / sqrt(of_own) if of_own and of_before >= FEWEST_PAIRS else None,
            some_after / sqrt(of_own) if of_own and of_after >= FEWEST_PAIRS else None,
            some_across / sqrt(of_onward) if of_onward >= FEWEST_PAIRS <= of_before else None,
        )
        for of_own, of_before, of_after, of_onward, some_before, some_after, some_across in shares
    ]
