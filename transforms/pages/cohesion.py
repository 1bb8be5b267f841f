"""Say how much speaks for an article beginning at a block, besides the look of the block itself.

Paragraphs of one article share names and terms; across the border of two articles little is shared but what every report
says. So the pairs of characters that stand both in the paragraphs before and in those after are counted, common pairs left
out (``transforms/data/common_pairs.txt``, made by ``python -m tests.bench.train_seams``). A credit or dateline at the end of
the paragraph before, and a wider gap, speak for a border too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from math import sqrt
from typing import NamedTuple

import numpy as np

from transforms.lexicons import read_words
from transforms.pages.blocks import Cut
from transforms.pages.shapes import Shape

BEFORE, AFTER = 4, 3
FEWEST_PAIRS = 20
USUAL, PER_SHARE = 0.4, 3.0
USUAL_UNTITLED, PER_SHARE_UNTITLED = 0.3, 4.0
MOST_FOR, MOST_AGAINST = 1.0, -2.5
MOST_FOR_UNTITLED = 2.0
AFTER_CLOSING = 1.5
WIDE_GAP = 1.5
DATED, PLACED = 0.8, 0.7
UNDER_LABEL, OVER_DATE = -6.0, -5.0
LEAD_AT_LEAST = -1.0
OVER_CREDIT, LONGEST_CAPTION = 3.5, 250
PLAIN = 2.0


class Start(NamedTuple):
    """Points for an article that begins here with a headline, for one without, and for another short line."""

    titled: float
    untitled: float
    other: float


def is_caption_over_credit(paragraphs: Sequence[Shape], at: int) -> bool:
    """Return whether a paragraph is photo news: short, dated, and followed by the credit of a picture."""
    shape = paragraphs[at]
    return (
        shape.is_prose and not shape.has_lead and shape.is_dated and shape.length <= LONGEST_CAPTION
        and at + 1 < len(paragraphs) and paragraphs[at + 1].is_picture_credit
    )


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


def pairs_in(text: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the telling pairs of neighbouring characters of a text as codes, and where each stands: no digits, no marks, no
    common pairs.
    """
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.int64)
    is_letter = (codes >= 0x4E00) & (codes < 0xA000) | (codes >= 0xFF21) & (codes < 0xFF5B) | (codes >= 0x41) & (codes < 0x7B)
    places = np.flatnonzero(is_letter[:-1] & is_letter[1:])
    first, second = codes[places], codes[places + 1]
    numbers, table = common_pairs()
    telling = ~table[numbers[first], numbers[second]]
    return (first << 21 | second)[telling], places[telling]


def share(before: Sequence[set[int]], after: set[int]) -> float:
    """Return how much paragraphs have in common with a text after them: shared pairs over the root of what that text has."""
    return (len(after) - len(after.difference(*before))) / sqrt(len(after))


def article_starts(
    text: str, cuts: Sequence[Cut], paragraphs: Sequence[Shape], heads: Sequence[int], chains: Mapping[int, list[int]]
) -> list[Start]:
    """Return the points for an article beginning at each paragraph."""
    gaps = sorted(cuts[index].gap for index in heads)
    usual = gaps[len(gaps) // 2] if gaps else 0
    codes, places = pairs_in(text)
    first = np.searchsorted(places, [cut.char_start for cut in cuts]).tolist()
    end = np.searchsorted(places, [cut.char_end - 1 for cut in cuts]).tolist()
    listed = codes.tolist()
    pairs = [set().union(*[listed[first[block] : end[block]] for block in chains[index]]) for index in heads]
    plain = plain_titles(paragraphs)
    starts = []
    for at, index in enumerate(heads):
        if not at:
            starts.append(Start(0.0, 0.0, 0.0))
            continue
        points = 0.0
        if paragraphs[at - 1].closes_article:
            points += AFTER_CLOSING
        if cuts[index].gap > usual + 1:
            points += WIDE_GAP
        if paragraphs[at - 1].is_label:
            points += UNDER_LABEL
        titled, untitled, other = points, points, 0.0
        shape = paragraphs[at]
        if shape.is_short or shape.is_prose:
            before = pairs[max(0, at - BEFORE) : at]
            if shape.is_short:
                if at + 1 < len(heads) and paragraphs[at + 1].is_date_line:
                    titled, other = titled + OVER_DATE, OVER_DATE
                if at + 1 < len(heads) and is_plain(shape, paragraphs[at + 1]):
                    titled += plain
                after = set().union(*pairs[at + 1 : at + 1 + AFTER])
                if len(after) >= FEWEST_PAIRS and sum(map(len, before)) >= FEWEST_PAIRS:
                    titled += bounded(PER_SHARE * (USUAL - share(before, after)))
            if is_caption_over_credit(paragraphs, at):
                untitled += OVER_CREDIT
            if shape.is_prose and not shape.goes_on and len(pairs[at]) >= FEWEST_PAIRS:
                apart = bounded(PER_SHARE_UNTITLED * (USUAL_UNTITLED - share(before, pairs[at])), MOST_FOR_UNTITLED)
                untitled += max(apart, LEAD_AT_LEAST) if shape.has_lead else apart + DATED * shape.is_dated + PLACED * shape.is_placed
        starts.append(Start(titled, untitled, other))
    return starts


def is_plain(shape: Shape, after: Shape) -> bool:
    """Return whether a short line goes straight on to a paragraph, without byline, dateline or mark of a title."""
    return shape.is_short and after.is_prose and not (
        after.has_lead or shape.is_picture_title or shape.is_dashed_title or shape.is_credit or shape.is_byline or shape.is_author
    )


def plain_titles(paragraphs: Sequence[Shape]) -> float:
    """Return points for a plain headline on this page: few where its headlines stand over bylines and datelines, else more."""
    plain = marked = 0
    for shape, after in zip(paragraphs, paragraphs[1:], strict=False):
        if shape.is_short:
            plain += is_plain(shape, after)
            marked += after.has_lead or after.is_byline or after.is_author
    return PLAIN * ((plain + 1) / (plain + marked + 2) - 0.5)


def bounded(points: float, most: float = MOST_FOR) -> float:
    """Return points within what cohesion may give or cost."""
    return max(MOST_AGAINST, min(most, points))
