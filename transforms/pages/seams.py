"""Find where a sentence that is broken off at the end of a block goes on.

Every block that ends without its full stop is an open end; the block after it, or one further away that cannot begin a
sentence, may be its other half. A pair is scored by adding up what speaks for it: how unfinished the first half looks, how
much likelier the characters of the second follow it than begin a sentence (``language``), whether the words across the
seam stand elsewhere on the page, how far apart the halves lie. The best pairs are taken first, each half once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from math import exp
from typing import NamedTuple

import rjieba

from transforms.pages.blocks import Cut
from transforms.pages.language import begins, finishes, follows, occurs
from transforms.pages.repeats import Repeat
from transforms.pages.shapes import Shape

REACH = 14
PROSE_OPEN = 5.0
COMMA_OPEN = 6.0
SHORT_OPEN = -6.0
LONGISH_OPEN = -4.5
WITH_COMMA = 1.5
UNFINISHED_FROM, UNFINISHED, MOST_UNFINISHED = -4.5, 0.6, 2.0
SOFT_OPEN = -6.5
QUOTE_OPEN = -1.0
VERSE = -8.0
ADJACENT = 3.5
SURE = 8.5
APART = -3.0
FIT = 1.0
HEADLESS_SLOPE, HEADLESS_FROM = 1.0, -1.0
PER_BLOCK = -0.25
NOT_A_TAIL = -9.0
LISTED_TAIL = -3.5
HEADLINE_LIKE = -4.5
SHORT_TAIL = -1.0
MOST_FIT = 8.0
ON_PAGE = (0.8, 1.2, 1.2, 1.6)
BEGINS_HERE, MOST_BEGINS = -1.2, 2
BALANCED, STILL_OPEN, CLOSES_NOTHING = 3.0, -1.5, -3.0
FIRST_CLAUSE, LONG_CLAUSE = -0.1, 15
WORD_ACROSS = (0.0, 0.0, 3.0, 4.0, 4.0)
HEADLESS = -1.9


class Seam(NamedTuple):
    """The sentence cut at the end of ``left`` goes on in ``right`` (blocks counted from 0)."""

    left: int
    right: int
    score: float
    adjacent: bool

    @property
    def confidence(self) -> float:
        """Return the score as a number between 0 and 1."""
        return round(1 / (1 + exp(-self.score / 2)), 3)


def find_seams(cuts: Sequence[Cut], shapes: Sequence[Shape], repeats: Mapping[int, Repeat], text: str) -> dict[int, Seam]:
    """Return the seams of a page by their right block. Duplicates are no halves."""
    kept = [index for index in range(len(cuts)) if index not in repeats]
    verse = lines_of_verse(cuts, shapes, kept)
    ends = [open_end(cuts[index], shapes[index], index in verse) for index in kept]
    tails: dict[int, Tail] = {}

    def tail_at(at: int) -> Tail:
        if at not in tails:
            tails[at] = tail_of(cuts, shapes, kept, at, verse, text)
        return tails[at]

    seams: list[Seam] = []
    taken: set[int] = set()
    searching: list[int] = []
    for at, end in enumerate(ends):
        if end is None:
            continue
        score = -MOST_FIT
        if at + 1 < len(kept) and end + ADJACENT + tail_at(at + 1).points + MOST_FIT > 0:
            tail = tail_at(at + 1)
            score = end + ADJACENT + tail.points + FIT * fit(cuts[kept[at]].text, cuts[kept[at + 1]].text, tail.begins, text)
            if score > 0:
                seams.append(Seam(kept[at], kept[at + 1], score, True))
        if score >= SURE:
            taken.add(at + 1)
        elif end > 0 and shapes[kept[at]].is_prose:
            searching.append(at)
    for at in searching:
        for other in range(max(0, at - REACH), min(len(kept), at + REACH + 1)):
            if other in (at, at + 1) or other in taken:
                continue
            tail = tail_at(other)
            score = ends[at] + APART + PER_BLOCK * abs(other - at) + tail.points + HEADLESS_SLOPE * min(0.0, HEADLESS_FROM - tail.headlessness)
            if score + MOST_FIT <= 0:
                continue
            score += FIT * fit(cuts[kept[at]].text, cuts[kept[other]].text, tail.begins, text)
            if score > 0:
                seams.append(Seam(kept[at], kept[other], score, False))
    return best_pairs(seams)


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
    if shape.length > most or shape.end == "bracket" or text.endswith("。"):
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
    prose = shape.is_prose or shape.has_lead or cuts_open(cut.text)
    last = cut.text[-1]
    if last in "”’』」》\"'":
        return QUOTE_OPEN if prose else SHORT_OPEN
    if prose:
        return COMMA_OPEN if last in "，、," else PROSE_OPEN
    points = LONGISH_OPEN if shape.length > 20 else SHORT_OPEN
    if "，" in cut.text or "," in cut.text:
        points += WITH_COMMA
    unfinished = UNFINISHED * (UNFINISHED_FROM - finishes(cut.text))
    return points + max(-MOST_UNFINISHED, min(MOST_UNFINISHED, unfinished))


def cuts_open(text: str) -> bool:
    """Return whether a text opens a quote or a bracket that it does not close."""
    return any(text.rfind(opening) > text.rfind(closing) for opening, closing in PAIRS)


class Tail(NamedTuple):
    """How well a block could be a second half: points by its shape, and how likely its characters begin a sentence."""

    points: float
    begins: float
    headlessness: float


def tail_of(cuts: Sequence[Cut], shapes: Sequence[Shape], kept: Sequence[int], at: int, verse: frozenset[int], page: str) -> Tail:
    """Return how well a block could be a second half."""
    index = kept[at]
    shape, text = shapes[index], cuts[index].text
    if (
        shape.has_lead or (shape.is_byline or shape.is_credit) and not shape.is_prose or shape.is_editors_note
        or shape.is_furniture or shape.is_picture_title or shape.is_figures
    ):
        return Tail(NOT_A_TAIL, 0.0, 0.0)
    begin = begins(text)
    openings = page.count("。" + text[:2]) + (page.count("\n" + text[:2]) - 1)
    points = BEGINS_HERE * max(0, min(openings, MOST_BEGINS)) + (LISTED_TAIL if shape.is_listed else 0.0)
    if index in verse:
        points += VERSE / 2
    elif shape.is_short and shape.end == "open":
        after = shapes[kept[at + 1]] if at + 1 < len(kept) else None
        points += HEADLINE_LIKE if after is None or after.is_prose or after.is_byline or after.is_author else SHORT_TAIL
    elif shape.is_author:
        points += HEADLINE_LIKE
    return Tail(points, begin, begin - occurs(text))


def fit(left: str, right: str, right_begins: float, page: str) -> float:
    """Return how much likelier ``right`` goes on from ``left`` than begins a sentence of this page.

    >>> fit("渡口今天举行了通航仪", "式，两岸居民前来观看。", begins("式，两岸"), "") > 0
    True
    """
    score = follows(left, right) - right_begins + WORD_ACROSS[min(word_across(left, right), 4)]
    a, b = left[-2:], right[:2]
    for piece, points in zip((a[-1:] + b[:1], a + b[:1], a[-1:] + b, a + b), ON_PAGE, strict=True):
        if piece in page:
            score += points
    score += balance(left, right) + FIRST_CLAUSE * min(CLAUSE.match(right).end(), LONG_CLAUSE)
    return max(-MOST_FIT, min(MOST_FIT, score))


CLAUSE = re.compile("[^，。、；：！？,;:!?]*")
PAIRS = ("“”", "（）", "《》", "『』", "‘’", "()")


def balance(left: str, right: str) -> float:
    """Return points for quotes and brackets that the first half leaves open and the second closes.

    >>> balance("他说：“渡口", "通航了。”"), balance("他说：“渡口", "“大家都来了。”")
    (3.0, -1.5)
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


def word_across(left: str, right: str) -> int:
    """Return the length of the dictionary word that would be torn between the two, 0 where none would.

    >>> word_across("渡口今天举行了通航仪", "式，两岸居民")
    2
    """
    left, right = left[-6:], right[:6]
    at = 0
    for word in rjieba.cut((left + right).encode("utf-8", "replace").decode(), hmm=False):
        if at < len(left) < at + len(word):
            return len(word) if word.isalnum() and not word.isascii() else 0
        at += len(word)
    return 0


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


def looks_headless(cut: Cut, shape: Shape) -> bool:
    """Return whether the beginning of a paragraph is missing."""
    if not shape.is_prose or shape.is_listed or shape.has_lead:
        return False
    text = cut.text
    if text[0] in "，。；、：！？”’』」）》,;:!?)":
        return True
    opened, closed = text.find("“"), text.find("”")
    if closed >= 0 and (opened < 0 or closed < opened):
        return True
    return begins(text) - occurs(text) < HEADLESS
