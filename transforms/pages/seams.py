"""Find where a sentence that is broken off at the end of a block goes on.

Every block that ends without its full stop is an open end; the block after it, or one further away, may be its other half.
What speaks for a pair is added up as logarithms of odds: how unfinished the first half looks, how much likelier the characters
of the second follow it than begin a sentence (``language``), whether a dictionary word would be torn, whether the characters
across the seam stand side by side elsewhere on the page, which quotes and brackets the halves leave open and close. Before any of
that, the next block is by far the likelier half (``ADJACENT`` against ``APART``). The best pairs are taken first, each half once.

The weights are set by hand near those that ``python -m tests.bench.seam_weights`` finds on sentences cut by ourselves; those of
quotes are lower, as print nests and drops them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import accumulate
from math import exp
from typing import NamedTuple

from transforms.pages.blocks import Cut
from transforms.pages.language import begins, finishes, follows
from transforms.pages.shapes import Shape
from transforms.pages.words import word_across

REACH = 12
ADJACENT = 4.0
APART, PER_BLOCK, FEWEST_APART = 0.3, -0.08, 0.8
OTHER_ARTICLE, BOTH_LISTED, OVER_A_LINE = -1.5, -3.0, 2.5
SURE = 2.5
COMMA_OPEN, QUOTE_OPEN, SOFT_OPEN, VERSE = 0.5, -3.0, -5.5, -6.0
ENTRY_OPEN, SHORT_OPEN, LONGISH_OPEN, WITH_COMMA = -4.0, -5.0, -4.3, 1.0
UNFINISHED_FROM, UNFINISHED, MOST_UNFINISHED = -4.0, 0.4, 1.5
NOT_A_TAIL, LISTED_TAIL, OVER_BYLINE, HEADLINE_LIKE, SHORT_TAIL = -9.0, -1.7, -5.0, -4.0, -2.0
FOLLOWS, MOST_LIKELY, BIAS = 0.42, 10.0, -0.2
BEGINS_HERE, OPENS_QUOTE = (0.0, -0.9, -1.7), -1.0
WORD_ACROSS = (0.0, 0.0, 1.5, 1.4, 1.2)
ON_PAGE = (0.25, 0.4, 0.6, 0.8)
CUT_NUMBER = -0.6
BALANCED, STILL_OPEN, CLOSES_NOTHING = 2.0, -1.8, -1.2
MOST_EVIDENCE = 7.0
NEARBY = 20_000
LONGEST_NAME = 4
PUNCTUATION = re.compile("[，。；：、！？,;:!?]")
OPENING = re.compile(r"[\n。](?=(\S\S))")


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
    ends = [end_of(cuts[index], shapes[index], index in verse) for index in kept]
    leads = list(accumulate(shapes[index].has_lead for index in kept))
    tails: dict[int, Tail] = {}

    def seam(at: int, other: int, prior: float) -> Seam | None:
        """Return the seam of two blocks (by their places in ``kept``) where more speaks for it than against."""
        if other not in tails:
            tails[other] = tail_of(cuts, shapes, kept, other, verse, openings)
        score = ends[at].points + prior + tails[other].points
        if shapes[kept[at]].is_listed and shapes[kept[other]].is_listed:
            score += BOTH_LISTED
        if score + MOST_EVIDENCE <= 0:
            return None
        adjacent = prior == ADJACENT
        fewest = 0.0 if adjacent else FEWEST_APART
        score += evidence(cuts[kept[at]], cuts[kept[other]], ends[at], tails[other], text, fewest - score)
        return Seam(kept[at], kept[other], score, adjacent) if score > fewest else None

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
        elif end.points > LONGISH_OPEN:
            searching.append(at)
    for at in searching:
        for other in range(max(0, at - REACH), min(len(kept), at + REACH + 1)):
            if other in (at, at + 1) or other in taken:
                continue
            crossed = leads[max(at, other)] - leads[min(at, other)]
            prior = APART + PER_BLOCK * abs(other - at) + OTHER_ARTICLE * (crossed > 0)
            if other == at + 2 and is_line_between(shapes[kept[at + 1]]):
                prior += OVER_A_LINE
            found = seam(at, other, prior)
            if found:
                seams.append(found)
    return best_pairs(seams)


def is_line_between(shape: Shape) -> bool:
    """Return whether a block can be a subhead, a caption's credit or a page line that stands between two halves of a sentence."""
    return shape.is_short and not shape.is_prose or shape.is_credit or shape.is_furniture or shape.is_advert


def openings_of(text: str) -> Counter[str]:
    """Return how often sentences and lines of a page begin with which character, and with which two characters."""
    pairs = Counter(OPENING.findall("\n" + text))
    for pair, n in list(pairs.items()):
        pairs[pair[0]] += n
    return pairs


def lines_of_verse(cuts: Sequence[Cut], shapes: Sequence[Shape], kept: Sequence[int]) -> frozenset[int]:
    """Return the blocks that are lines of a poem, entries of a list or rows of a table: a run of unfinished ones."""
    found: set[int] = set()
    for most, shortest_run in ((22, 5), (60, 4)):
        run: list[int] = []
        for index, after in zip([*kept, None], [*kept[1:], None, None], strict=False):
            over_author = after is not None and (shapes[after].is_author and shapes[after].length <= LONGEST_NAME or shapes[after].is_byline)
            if index is not None and not over_author and is_line(cuts[index].text, shapes[index], most):
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
    if shape.is_byline or shape.is_picture_title or shape.is_author and shape.length <= LONGEST_NAME or shape.has_lead or shape.is_furniture or shape.is_advert:
        return False
    return most <= 22 or shape.end == "open"


class End(NamedTuple):
    """How unfinished a block is at its end: points by its shape, and the quotes and brackets that it leaves open."""

    points: float
    opened: frozenset[str]


def end_of(cut: Cut, shape: Shape, is_verse: bool) -> End | None:
    """Return how unfinished a block is at its end; None where it is finished."""
    if shape.end in ("closed", "bracket") or shape.is_credit or shape.is_byline or shape.is_furniture or shape.is_advert:
        return None
    text = cut.text
    opened = left_open(text)
    if is_verse:
        return End(VERSE, opened)
    if shape.is_figures:
        return None
    if shape.end == "soft":
        return End(SOFT_OPEN, opened)
    if shape.is_prose or shape.has_lead or opened:
        if PUNCTUATION.search(text) is None:
            return End(ENTRY_OPEN, opened)
        return End(QUOTE_OPEN if text[-1] in "”’』」》\"'" else COMMA_OPEN if text[-1] in "，、," else 0.0, opened)
    points = LONGISH_OPEN if shape.length > 20 else SHORT_OPEN
    if "，" in text or "," in text:
        points += WITH_COMMA
    unfinished = UNFINISHED * (UNFINISHED_FROM - finishes(text))
    return End(points + max(-MOST_UNFINISHED, min(MOST_UNFINISHED, unfinished)), opened)


class Tail(NamedTuple):
    """How well a block could be a second half: points by its shape, how likely its characters begin a sentence, and the quotes
    and brackets that it closes without having opened them.
    """

    points: float
    begins: float
    closed: frozenset[str]


def tail_of(
    cuts: Sequence[Cut], shapes: Sequence[Shape], kept: Sequence[int], at: int, verse: frozenset[int], openings: Mapping[str, int]
) -> Tail:
    """Return how well a block could be a second half."""
    index = kept[at]
    shape, text = shapes[index], cuts[index].text
    if (
        shape.has_lead or (shape.is_byline or shape.is_credit) and not shape.is_prose or shape.is_editors_note
        or shape.is_furniture or shape.is_picture_title or shape.is_figures or shape.is_rubric or shape.is_advert
    ):
        return Tail(NOT_A_TAIL, 0.0, frozenset())
    points = BEGINS_HERE[min(openings.get(text[:2], 1) - 1, 2)] + OPENS_QUOTE * (text[0] in "“『‘「（(《") + (LISTED_TAIL if shape.is_listed else 0.0)
    if index in verse:
        points += VERSE / 2
    elif shape.is_short and shape.end == "open":
        after = shapes[kept[at + 1]] if at + 1 < len(kept) else None
        if after is not None and (after.has_lead or after.is_byline):
            points += OVER_BYLINE
        else:
            points += HEADLINE_LIKE if after is None or after.is_prose or after.is_author else SHORT_TAIL
    elif shape.is_author:
        points += HEADLINE_LIKE
    return Tail(points, begins(text), closed_unopened(text))


def evidence(left: Cut, right: Cut, end: End, tail: Tail, page: str, needed: float) -> float:
    """Return how much likelier the right block goes on from the left one than begins a sentence of its own, as a logarithm.

    What words and page say is not asked where it could not bring the evidence to what is needed.

    >>> left, right = Cut(0, 10, "渡口今天举行了通航仪", 0), Cut(12, 23, "式，两岸居民前来观看。", 2)
    >>> evidence(left, right, End(0.0, frozenset()), Tail(0.0, begins(right.text), frozenset()), "", 0.0) > 0
    True
    """
    a, b = left.text, right.text
    likelier = max(-MOST_LIKELY, min(MOST_LIKELY, follows(a, b) - tail.begins))
    points = BIAS + FOLLOWS * likelier + balance(end.opened, tail.closed)
    if points + WORD_ACROSS[2] + sum(ON_PAGE) <= needed:
        return points
    points += WORD_ACROSS[min(word_across(a, b), 4)]
    if a[-1].isdigit() and not b[0].isdigit():
        points += CUT_NUMBER
    points += printed_elsewhere(a[-2:], b[:2], page, max(0, left.char_start - NEARBY), right.char_end + NEARBY)
    return max(-MOST_EVIDENCE, min(MOST_EVIDENCE, points))


def printed_elsewhere(left: str, right: str, page: str, low: int, high: int) -> float:
    """Return points for the characters around a seam standing side by side elsewhere on the page.

    >>> printed_elsewhere("区人", "大代", "区人大开展视察活动", 0, 9)
    0.65
    """
    pair, *longer = left[-1:] + right[:1], left + right[:1], left[-1:] + right, left + right
    if page.find(pair, low, high) < 0:
        return 0.0
    return ON_PAGE[0] + sum(gain for piece, gain in zip(longer, ON_PAGE[1:], strict=True) if page.find(piece, low, high) >= 0)


PAIRS = ("“”", "（）", "《》", "『』", "‘’", "()")


def left_open(text: str) -> frozenset[str]:
    """Return the pairs of quotes and brackets that a text opens and does not close."""
    return frozenset(pair for pair in PAIRS if pair[0] in text and text.rfind(pair[0]) > text.rfind(pair[1]))


def closed_unopened(text: str) -> frozenset[str]:
    """Return the pairs of quotes and brackets that a text closes before it opens them."""
    return frozenset(pair for pair in PAIRS if pair[1] in text and not 0 <= text.find(pair[0]) < text.find(pair[1]))


def balance(opened: frozenset[str], closed: frozenset[str]) -> float:
    """Return points for quotes and brackets that the first half leaves open and the second closes.

    >>> balance(left_open("他说：“渡口"), closed_unopened("通航了。”")), balance(left_open("他说：“渡口"), frozenset())
    (2.0, -1.8)
    """
    if not opened and not closed:
        return 0.0
    return BALANCED * len(opened & closed) + STILL_OPEN * len(opened - closed) + CLOSES_NOTHING * len(closed - opened)


def best_pairs(seams: Sequence[Seam]) -> dict[int, Seam]:
    """Return the seams taken best first by their right half, each block once a left and once a right half, none in a circle."""
    by_right: dict[int, Seam] = {}
    lefts: set[int] = set()
    first_of: dict[int, int] = {}
    last_of: dict[int, int] = {}
    for seam in sorted(seams, key=lambda seam: (-seam.score, seam.left, seam.right)):
        if seam.left in lefts or seam.right in by_right:
            continue
        first, last = first_of.get(seam.left, seam.left), last_of.get(seam.right, seam.right)
        if first == seam.right:
            continue
        lefts.add(seam.left)
        by_right[seam.right] = seam
        first_of[last], last_of[first] = first, last
    return by_right
