"""Find where a sentence that is broken off at the end of a block goes on.

Every block that ends without its full stop is an open end; the block after it, or one further away that cannot begin a
sentence, may be its other half. A pair is scored by adding up what speaks for it: how unfinished the first half looks, how
much likelier the characters of the second follow it than begin a sentence (``language``), whether the words across the
seam stand elsewhere on the page, how far apart the halves lie. The best pairs are taken first, each half once.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import accumulate
from math import exp
from typing import NamedTuple

from transforms.pages.blocks import Cut
from transforms.pages.language import begins, finishes, follows, occurs
from transforms.pages.shapes import Shape
from transforms.pages.words import word_across

REACH = 14
ADJACENT = 4.0
APART, PER_BLOCK, FEWEST_APART = 0.3, -0.08, 0.8
OTHER_ARTICLE, BOTH_LISTED = -1.5, -3.0
SURE = 3.5
COMMA_OPEN, QUOTE_OPEN, SOFT_OPEN, VERSE = 0.5, -3.0, -5.5, -6.0
ENTRY_OPEN, SHORT_OPEN, LONGISH_OPEN, WITH_COMMA = -4.0, -5.0, -4.3, 1.0
UNFINISHED_FROM, UNFINISHED, MOST_UNFINISHED = -4.0, 0.4, 1.5
NOT_A_TAIL, LISTED_TAIL, HEADLINE_LIKE, SHORT_TAIL = -9.0, -1.7, -2.2, -0.5
FOLLOWS, HEADLESS_TAIL, MOST_LIKELY, BIAS = 0.42, 0.06, 10.0, -0.3
BEGINS_HERE = (0.0, -0.9, -1.7)
WORD_ACROSS = (0.0, 0.0, 1.5, 1.4, 1.2)
ON_PAGE = (0.25, 0.4, 0.6, 0.8)
CUT_NUMBER = -0.6
BALANCED, STILL_OPEN, CLOSES_NOTHING = 2.0, -1.8, -1.2
MOST_EVIDENCE = 7.0
NEARBY = 20_000
PUNCTUATION = re.compile("[，。；：、！？,;:!?]")
OPENING = re.compile(r"(?:^|[\n。])(?=(\S\S))")


class Seam(NamedTuple):
    """The sentence cut at the end of ``left`` goes on in ``right`` (blocks counted from 0)."""

    left: int
    right: int
    score: float
    adjacent: bool

    @property
    def confidence(self) -> float:
        """Return the score as a number between 0 and 1."""
        return round(1 / (1 + exp(-self.score)), 3)


def find_seams(
    cuts: Sequence[Cut], shapes: Sequence[Shape], kept: Sequence[int], verse: frozenset[int], openings: Mapping[str, int], text: str
) -> dict[int, Seam]:
    """Return the seams of a page by their right block. ``kept`` are the blocks that are no duplicates, ``verse`` lines of verse."""
    ends = [open_end(cuts[index], shapes[index], index in verse) for index in kept]
    leads = list(accumulate(shapes[index].has_lead for index in kept))
    tails: dict[int, Tail] = {}

    def seam(at: int, other: int, prior: float) -> Seam | None:
        """Return the seam of two blocks (by their places in ``kept``) where more speaks for it than against."""
        if other not in tails:
            tails[other] = tail_of(cuts, shapes, kept, other, verse, openings)
        score = ends[at] + prior + tails[other].points
        if shapes[kept[at]].is_listed and shapes[kept[other]].is_listed:
            score += BOTH_LISTED
        if score + MOST_EVIDENCE <= 0:
            return None
        score += evidence(cuts[kept[at]], cuts[kept[other]], tails[other], text)
        adjacent = prior == ADJACENT
        return Seam(kept[at], kept[other], score, adjacent) if score > (0.0 if adjacent else FEWEST_APART) else None

    seams: list[Seam] = []
    taken: set[int] = set()
    searching: list[int] = []
    for at, end in enumerate(ends):
        if end is None:
            continue
        found = seam(at, at + 1, ADJACENT) if at + 1 < len(kept) else None
        if found:
            seams.append(found)
        if found and found.score >= SURE:
            taken.add(at + 1)
        elif end > LONGISH_OPEN:
            searching.append(at)
    for at in searching:
        for other in range(max(0, at - REACH), min(len(kept), at + REACH + 1)):
            if other in (at, at + 1) or other in taken:
                continue
            crossed = leads[max(at, other)] - leads[min(at, other)]
            found = seam(at, other, APART + PER_BLOCK * abs(other - at) + OTHER_ARTICLE * (crossed > 0))
            if found:
                seams.append(found)
    return best_pairs(seams)


def openings_of(text: str) -> Counter[str]:
    """Return how often sentences and lines of a page begin with which two characters."""
    return Counter(OPENING.findall(text))


def lines_of_verse(cuts: Sequence[Cut], shapes: Sequence[Shape], kept: Sequence[int]) -> frozenset[int]:
    """Return the blocks that are lines of a poem, entries of a list or rows of a table: a run of unfinished ones."""
    found: set[int] = set()
    for most, shortest_run in ((22, 5), (60, 4)):
        run: list[int] = []
        for index in [*kept, None]:
            if index is not None and is_line(cuts[index].text, shapes[index], most):
                run.append(index)
                continue
            if len(run) >= shortest_run:
                found.update(run)
            run = []
    return frozenset(found)


def is_line(text: str, shape: Shape, most: int) -> bool:
    """Return whether a block can be a line of verse: short and, if it is longer than most lines, without a full stop."""
    if shape.length > most or shape.end == "bracket" or "。" in text:
        return False
    if shape.is_byline or shape.is_picture_title or shape.is_author or shape.has_lead:
        return False
    return most <= 22 or shape.end == "open"


def open_end(cut: Cut, shape: Shape, is_verse: bool) -> float | None:
    """Return how unfinished a block looks at its end; None where it is finished."""
    if shape.end in ("closed", "bracket") or shape.is_credit or shape.is_byline or shape.is_furniture:
        return None
    if is_verse:
        return VERSE
    if shape.is_figures:
        return None
    if shape.end == "soft":
        return SOFT_OPEN
    last = cut.text[-1]
    if shape.is_prose or shape.has_lead or cuts_open(cut.text):
        if PUNCTUATION.search(cut.text) is None:
            return ENTRY_OPEN
        return QUOTE_OPEN if last in "”’』」》\"'" else COMMA_OPEN if last in "，、," else 0.0
    points = LONGISH_OPEN if shape.length > 20 else SHORT_OPEN
    if "，" in cut.text or "," in cut.text:
        points += WITH_COMMA
    unfinished = UNFINISHED * (UNFINISHED_FROM - finishes(cut.text))
    return points + max(-MOST_UNFINISHED, min(MOST_UNFINISHED, unfinished))


def cuts_open(text: str) -> bool:
    """Return whether a text opens a quote or a bracket that it does not close."""
    return any(text.rfind(opening) > text.rfind(closing) for opening, closing in PAIRS)


class Tail(NamedTuple):
    """How well a block could be a second half: points by its shape; how likely its characters begin a sentence; and how
    much likelier they begin one than stand anywhere.
    """

    points: float
    begins: float
    headlessness: float


def tail_of(
    cuts: Sequence[Cut], shapes: Sequence[Shape], kept: Sequence[int], at: int, verse: frozenset[int], openings: Mapping[str, int]
) -> Tail:
    """Return how well a block could be a second half."""
    index = kept[at]
    shape, text = shapes[index], cuts[index].text
    if (
        shape.has_lead or (shape.is_byline or shape.is_credit) and not shape.is_prose or shape.is_editors_note
        or shape.is_furniture or shape.is_picture_title or shape.is_figures
    ):
        return Tail(NOT_A_TAIL, 0.0, 0.0)
    begin = begins(text)
    points = BEGINS_HERE[min(openings.get(text[:2], 1) - 1, 2)] + (LISTED_TAIL if shape.is_listed else 0.0)
    if index in verse:
        points += VERSE / 2
    elif shape.is_short and shape.end == "open":
        after = shapes[kept[at + 1]] if at + 1 < len(kept) else None
        points += HEADLINE_LIKE if after is None or after.is_prose or after.is_byline or after.is_author else SHORT_TAIL
    elif shape.is_author:
        points += HEADLINE_LIKE
    return Tail(points, begin, begin - occurs(text))


def evidence(left: Cut, right: Cut, tail: Tail, page: str) -> float:
    """Return how much likelier the right block goes on from the left one than begins a sentence of its own, as a logarithm.

    >>> left, right = Cut(0, 10, "渡口今天举行了通航仪", 0), Cut(12, 23, "式，两岸居民前来观看。", 2)
    >>> evidence(left, right, Tail(0.0, begins(right.text), -1.0), "") > 0
    True
    """
    a, b = left.text, right.text
    likelier = max(-MOST_LIKELY, min(MOST_LIKELY, follows(a, b) - tail.begins))
    points = BIAS + FOLLOWS * likelier - HEADLESS_TAIL * max(-MOST_LIKELY, tail.headlessness)
    points += WORD_ACROSS[min(word_across(a, b), 4)] + balance(a, b)
    if a[-1].isdigit() and not b[0].isdigit():
        points += CUT_NUMBER
    low, high = max(0, left.char_start - NEARBY), right.char_end + NEARBY
    pieces = a[-1:] + b[:1], a[-2:] + b[:1], a[-1:] + b[:2], a[-2:] + b[:2]
    points += sum(gain for piece, gain in zip(pieces, ON_PAGE, strict=True) if page.find(piece, low, high) >= 0)
    return max(-MOST_EVIDENCE, min(MOST_EVIDENCE, points))


PAIRS = ("“”", "（）", "《》", "『』", "‘’", "()")


def balance(left: str, right: str) -> float:
    """Return points for quotes and brackets that the first half leaves open and the second closes.

    >>> balance("他说：“渡口", "通航了。”"), balance("他说：“渡口", "“大家都来了。”")
    (2.0, -1.8)
    """
    points = 0.0
    for opening, closing in PAIRS:
        is_open = left.rfind(opening) > left.rfind(closing)
        closes = closing in right and not 0 <= right.find(opening) < right.find(closing)
        if is_open:
            points += BALANCED if closes else STILL_OPEN
        elif closes:
            points += CLOSES_NOTHING
    return points


def best_pairs(seams: Sequence[Seam]) -> dict[int, Seam]:
    """Return the seams taken best first, each block once a left and once a right half, none going round in a circle."""
    by_left: dict[int, Seam] = {}
    by_right: dict[int, Seam] = {}
    for seam in sorted(seams, key=lambda seam: (-seam.score, seam.left, seam.right)):
        if seam.left in by_left or seam.right in by_right:
            continue
        at = seam.right
        while at in by_left and at != seam.left:
            at = by_left[at].right
        if at == seam.left:
            continue
        by_left[seam.left] = seam
        by_right[seam.right] = seam
    return by_right
