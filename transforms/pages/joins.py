"""Joins: where a sentence that is broken off at the end of a block goes on.

Every block that ends without its full stop is an open end; the block after it, or one further away, may be its other half.
What speaks for a pair is added up as logarithms of odds: how unfinished the first half looks, how much likelier the characters
of the second follow it than begin a sentence (``language``), whether a dictionary word would be torn, whether the characters
across the cut stand side by side elsewhere on the page, which quotes and brackets the halves leave open and close. Before any of
that, the next block is the likelier half (``ADJACENT`` against ``APART``). Of all pairs of the page those are taken that together have
most points, each half once: a tail that stands elsewhere is free where what it follows best has a better one.

Where links stand on lines of their own, a paragraph is many lines, short ones between long ones: what speaks for their seams is added up from its
end, and it begins where the sum is most.

The weights are near those that ``python -m tests.bench.join_weights`` finds on sentences cut by ourselves.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from math import exp
from typing import NamedTuple

from transforms.pages.block_features import LONGEST_NAME, BlockFeatures
from transforms.pages.blocks import Line
from transforms.pages.language import begins, finishes, follows, odds_of_going_on
from transforms.pages.words import word_across

MAX_LINES_APART = 12  # lines between two halves at most
ADJACENT = 3.0  # points of a half for being the next line
APART, PER_BLOCK = -0.2, -0.08
FEWEST_ADJACENT, FEWEST_APART = 0.0, 1.0
OTHER_ARTICLE, OVER_HEADING, BOTH_LISTED, OVER_A_LINE = -1.5, -1.5, -3.0, 2.5
SURE_SCORE = 5.0  # points from which the next line is taken without looking further
COMMA_OPEN, QUOTE_OPEN, SOFT_OPEN, VERSE = 0.5, -3.0, -5.5, -6.0
ENTRY_OPEN, SHORT_OPEN, LONGISH_OPEN, WITH_COMMA = -4.0, -5.0, -4.3, 1.0
UNFINISHED_FROM, UNFINISHED, MOST_UNFINISHED = -4.0, 0.4, 1.5
NOT_A_TAIL, LISTED_TAIL, OVER_BYLINE, HEADLINE_LIKE, SHORT_TAIL = -20.0, -1.7, -5.0, -4.0, -2.0
FOLLOWS, MOST_LIKELIER, BIAS = 0.45, 10.0, 1.0
BEGINS_HERE, OPENS_QUOTE, MARK_FIRST = (0.0, -1.6, -2.7), -1.0, 5.0
WORD_ACROSS = (0.0, 0.0, 2.4, 3.5, 4.0)
ON_PAGE = (0.35, 0.5, 0.8, 1.0)
CUT_NUMBER = -0.7  # points where a number ends at the seam and none goes on
PAIR_CLOSED, STILL_OPEN, CLOSES_NOTHING = 8.0, -3.6, 0.3
MOST_EVIDENCE = 12.0  # points that the words at a seam can give or take
CHARS_NEARBY = 20_000  # characters around a seam in which its words are looked for
LONGEST_LINK = 14  # characters
WITHIN_A_SENTENCE, LEAST_LINK_ODDS, LINK_ODDS = 6.0, -2.0, 1.0
FEWEST_LINKS, LINK_ODDS_AMONG_LINKS = 2, -6.0
"""Sure links that a page has which has more, and what the others need: of 82 untouched pages none has a line that comes near."""
TORN, LEAST_TORN, FEWEST_TORN, TORN_ALONE = 0.5, 2.0, 3, 5.0
"""Points of a seam between open lines, what the seams of a paragraph need together, and how many such paragraphs a page has, or what one needs
alone: of 82 untouched pages none has that many, or one that comes to it."""
BREAK_SCORE, FEWEST_BREAKS, PROOF = 3.0, 2, 2.4
"""Of joins of this score 99 in 100 are right on the messy press pages; so many of them say that a page is broken; and what a join needs where
none does: no join of the untouched pages comes to it."""
PAUSE = re.compile("[，。；,;]")
LEAST_BID = 0.01
"""Points by which a bid is raised, so that those who want one thing alike come to an end."""
PUNCTUATION = re.compile("[，。；：、！？,;:!?]")
SHOWN_BY_NO_SENTENCE = frozenset(("furniture", "masthead", "page number", "navigation", "metadata", "time of day", "advert"))
"""What a line shows that belongs to the page or the site, and to no sentence."""
STANDS_APART = SHOWN_BY_NO_SENTENCE | {"credit", "bracketed", "byline", "post word"}
ENDS_APART = frozenset(("ends in credit", "closing credit"))
"""What a line shows that ends in who took its picture."""
REPORTS = frozenset(("lead", "speaks"))
"""What a line shows that is a sentence, though it can look like a byline (本报讯 记者周明远从渡口)."""
SHOWN_BY_SIGNATURES = frozenset(("byline", "titled author", "dashed title", "credit", "rubric"))
NEVER_A_TAIL = SHOWN_BY_NO_SENTENCE | {"lead", "editor's note", "picture title", "figures", "rubric"}
NEVER_OPEN = STANDS_APART - {"byline"} | {"figures"}
NEVER_WITHIN = NEVER_A_TAIL | STANDS_APART | SHOWN_BY_SIGNATURES | {"names"}
"""What no line of a paragraph shows but its last, and none but its first."""
BEGINS_INSIDE = re.compile("[，。；：、！？”』」）》,;:!?)]|’(?![0-9])")  # ’98 is a year
SENTENCE_OPENING = re.compile(r"[\n。](?=(\S\S))")


class Join(NamedTuple):
    """The sentence cut at the end of ``left`` goes on in ``right`` (blocks counted from 0)."""

    left: int
    right: int
    score: float
    adjacent: bool

    @property
    def confidence(self) -> float:
        """Return the score as a number between 0 and 1."""
        return round(1 / (1 + exp(-self.score)), 3)


@dataclass
class JoinSearch:
    """The search for the other halves of broken sentences on a page: ``kept`` are the lines that are no duplicates, ``verse`` lines of verse.

    Lines are told by their places in ``kept``; what was seen of one is remembered.
    """

    lines: Sequence[Line]
    shapes: Sequence[BlockFeatures]
    kept: Sequence[int]
    verse: frozenset[int]
    openings: Mapping[str, int]
    text: str
    joins: list[Join] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        self._leads = list(accumulate("lead" in self.shapes[index].shows for index in self.kept))
        self._headings = list(accumulate(could_be_heading(self.shapes[index]) for index in self.kept))
        self._ends: dict[int, End | None] = {}
        self._tails: dict[int, Tail] = {}
        self._looked: set[int] = set()
        self._taken: set[int] = set()
        self._links = self.links()

    def find(self) -> dict[int, Join]:
        """Return the joins of the page by their right line."""
        return best_pairs([*self.find_halves().values(), *self.torn_by_links()])

    def find_halves(self) -> dict[int, Join]:
        """Return the joins of sentences that are broken off.

        Paragraphs that break off are looked at first. Where neither they nor duplicates show that the page is broken, only what is sure by itself
        is joined, and headlines and other short lines are not asked.
        """
        paragraphs = {index for index in self.kept if is_paragraph(self.lines[index].reading, self.shapes[index])}
        self.look_from(at for at, index in enumerate(self.kept) if index in paragraphs)
        joins = best_pairs(self.joins)
        breaks = sum(join.score >= BREAK_SCORE and join.left in paragraphs for join in joins.values())
        if breaks + len(self.lines) - len(self.kept) < FEWEST_BREAKS:
            return {right: join for right, join in joins.items() if join.score >= PROOF and (join.left in paragraphs or join.left in joins)}
        self.look_from(range(len(self.kept)))
        return best_pairs(self.joins)

    def look_from(self, places: Iterable[int]) -> None:
        """Add the joins of lines that were not looked at before, and of those that they go on in; first with the next line, then with others near by."""
        wanted, searching = set(places), []
        for at in range(len(self.kept)):
            goes_on_before = bool(self.joins) and self.joins[-1].right == self.kept[at]
            if at in self._looked or at not in wanted and not goes_on_before:
                continue
            self._looked.add(at)
            end = self.end(at)
            if end is None:
                continue
            if goes_on_before and at in self._links:  # the text of a link, within a sentence
                end = self._ends[at] = End(0.0, end.opened)
            found = at + 1 < len(self.kept) and self.add(at, at + 1, ADJACENT)
            if found and found.score >= SURE_SCORE:
                self._taken.add(at + 1)
            elif end.points > LONGISH_OPEN and at + 1 not in self._links:
                searching.append(at)
        for at in searching:
            for other in range(max(0, at - MAX_LINES_APART), min(len(self.kept), at + MAX_LINES_APART + 1)):
                if other not in (at, at + 1) and other not in self._taken:
                    self.add(at, other, self.prior_apart(at, other))

    def end(self, at: int) -> End | None:
        """Return how unfinished a line is at its end."""
        if at not in self._ends:
            index = self.kept[at]
            self._ends[at] = end_of(self.lines[index], self.shapes[index], index in self.verse)
        return self._ends[at]

    def tail(self, at: int) -> Tail:
        """Return how well a line could be a second half."""
        if at not in self._tails:
            self._tails[at] = tail_of(self.lines, self.shapes, self.kept, at, self.verse, self.openings)
        return self._tails[at]

    def prior_apart(self, at: int, other: int) -> float:
        """Return what speaks for two lines that do not follow each other, before they are read."""
        low, high = sorted((at, other))
        crossed = self._leads[high] > self._leads[low]
        over_a_line = other == at + 2 and is_line_between(self.shapes[self.kept[at + 1]])
        over_heading = self._headings[high - 1] > self._headings[low] and not over_a_line
        return APART + PER_BLOCK * (high - low) + OTHER_ARTICLE * crossed + OVER_HEADING * over_heading + OVER_A_LINE * over_a_line

    def add(self, at: int, other: int, prior: float) -> Join | None:
        """Add the join of two lines and return it, where more speaks for it than against."""
        left, right = self.kept[at], self.kept[other]
        end, tail = self.end(at), self.tail(other)
        if end is None:
            return None
        score = end.points + prior + tail.points
        if at + 1 == other and other in self._links:
            score += WITHIN_A_SENTENCE
        if "listed" in self.shapes[left].shows & self.shapes[right].shows:
            score += BOTH_LISTED
        adjacent = prior == ADJACENT
        fewest = FEWEST_ADJACENT if adjacent else FEWEST_APART
        if score + MOST_EVIDENCE <= fewest:
            return None
        score += evidence(self.lines[left], self.lines[right], end, tail, self.text, fewest - score)
        if score <= fewest:
            return None
        self.joins.append(Join(left, right, score, adjacent))
        return self.joins[-1]

    def links(self) -> set[int]:
        """Return the places of lines that are the text of a link, on a line of its own within a sentence: short, and what stands before it, it, and
        what stands after it are likelier to follow each other than to begin anything. A page that has some likely has more.
        """
        odds = {}
        for at in range(len(self.kept) - 2):
            if could_be_link(self.shapes, self.kept, at) and (end := self.end(at)) and end.points > QUOTE_OPEN:
                odds[at + 1] = link_odds(self.lines, self.kept, at)
        sure = {
            at
            for at, (before, after) in odds.items()
            if "names" in self.shapes[self.kept[at]].shows or min(before, after) > LEAST_LINK_ODDS and before + after > LINK_ODDS
        }  # a name is no subhead
        likely = {at for at, pair in odds.items() if sum(pair) > LINK_ODDS_AMONG_LINKS}
        return sure | likely if len(sure | likely) >= FEWEST_LINKS else sure

    def torn_by_links(self) -> list[Join]:
        """Return the joins of paragraphs of which links have made many lines, one open line after another up to one that does not go on.

        A paragraph begins where what speaks for the seams behind, all in all, is most: a headline that stands over it does not go on in it.
        """
        found: list[list[Join]] = []
        for run in self.runs_of_open_lines():
            seams, together, best, begin = [], 0.0, LEAST_TORN, None
            for at in reversed(run):
                end, tail = End(0.0, left_open(self.lines[self.kept[at]].reading)), self.tail(at + 1)
                together += TORN + evidence(self.lines[self.kept[at]], self.lines[self.kept[at + 1]], end, tail, self.text, -TORN)
                seams.append(at)
                if together > best:
                    best, begin = together, len(seams)
            if begin is not None and begin > 1:
                found.append([Join(self.kept[at], self.kept[at + 1], best, True) for at in seams[:begin]])
        if len(found) < FEWEST_TORN:
            found = [joins for joins in found if joins[0].score >= TORN_ALONE]
        return [join for joins in found for join in joins]

    def runs_of_open_lines(self) -> Iterator[list[int]]:
        """Yield the places of lines that stand one behind another, each open at its end and before one that can go on from it."""
        run: list[int] = []
        for at, (index, after) in enumerate(pairwise(self.kept)):
            shape, following = self.shapes[index], self.shapes[after]
            if (
                shape.end == "open"
                and min(shape.length, following.length) <= LONGEST_LINK
                and index not in self.verse
                and shape.shows.isdisjoint(NEVER_OPEN)
                and following.shows.isdisjoint(NEVER_WITHIN)
            ):
                run.append(at)
                continue
            if len(run) > 1:
                yield run
            run = []
        if len(run) > 1:
            yield run


def could_be_link(shapes: Sequence[BlockFeatures], kept: Sequence[int], at: int) -> bool:
    """Return whether a paragraph breaks off, and the line after it is short and breaks off too."""
    before, middle, after = (shapes[kept[place]] for place in (at, at + 1, at + 2))
    return (
        before.is_prose
        and before.end == middle.end == "open"
        and not middle.is_prose
        and middle.length <= LONGEST_LINK
        and middle.shows.isdisjoint(SHOWN_BY_SIGNATURES)
        and after.shows.isdisjoint(NEVER_A_TAIL)
    )


def link_odds(lines: Sequence[Line], kept: Sequence[int], at: int) -> tuple[float, float]:
    """Return how much likelier a link follows what stands before it than it begins anything, and what stands after it follows it."""
    left, link, right = (lines[kept[place]].reading for place in (at, at + 1, at + 2))
    return odds_of_going_on(left, link), odds_of_going_on(link, right)


def could_be_heading(shape: BlockFeatures) -> bool:
    """Return whether a block can be a headline that stands between two articles."""
    return shape.is_short and not shape.is_prose and shape.shows.isdisjoint(STANDS_APART)


def is_line_between(shape: BlockFeatures) -> bool:
    """Return whether a block can be a subhead, a caption's credit or a page line that stands between two halves of a sentence."""
    return shape.is_short and not shape.is_prose or not shape.shows.isdisjoint(STANDS_APART)


def openings_of(text: str) -> Counter[str]:
    """Return how often sentences and lines of a page begin with which character, and with which two characters."""
    pairs = Counter(SENTENCE_OPENING.findall("\n" + text))
    for pair, n in list(pairs.items()):
        pairs[pair[0]] += n
    return pairs


def lines_of_verse(lines: Sequence[Line], shapes: Sequence[BlockFeatures], kept: Sequence[int]) -> frozenset[int]:
    """Return the blocks that are lines of a poem, entries of a list or rows of a table: a run of unfinished ones."""
    found: set[int] = set()
    for most, shortest_run in ((22, 5), (60, 4)):
        run: list[int] = []
        for index, after in zip([*kept, None], [*kept[1:], None, None], strict=False):
            over_author = after is not None and signs(shapes[after])
            if index is not None and not over_author and is_line_of_verse(lines[index].reading, shapes[index], most):
                run.append(index)
                continue
            if len(run) >= shortest_run:
                found.update(run)
            run = []
    return frozenset(found)


def is_line_of_verse(text: str, shape: BlockFeatures, most: int) -> bool:
    """Return whether a block can be a line of verse: short and, if it is longer than most lines, without a full stop."""
    if shape.length > most or shape.end == "bracket" or "。" in text:
        return False
    if signs(shape) or not shape.shows.isdisjoint({"picture title", "lead", *SHOWN_BY_NO_SENTENCE}):
        return False
    return most <= 22 or shape.end == "open"


def signs(shape: BlockFeatures) -> bool:
    """Return whether a line is a byline or a single name."""
    return "byline" in shape.shows or "names" in shape.shows and shape.length <= LONGEST_NAME


class End(NamedTuple):
    """How unfinished a block is at its end: points by its shape, and the quotes and brackets that it leaves open."""

    points: float
    opened: frozenset[str]


def end_of(line: Line, shape: BlockFeatures, is_verse: bool) -> End | None:
    """Return how unfinished a block is at its end; None where it is finished."""
    is_report = not shape.shows.isdisjoint(REPORTS)
    if shape.end in ("closed", "bracket") or not shape.shows.isdisjoint(ENDS_APART if is_report else ENDS_APART | STANDS_APART):
        return None
    text = line.reading
    opened = left_open(text)
    if is_verse:
        return End(VERSE, opened)
    if "figures" in shape.shows:
        return None
    if shape.end == "soft":
        return End(SOFT_OPEN, opened)
    if is_paragraph(text, shape) or "lead" in shape.shows or opened:
        if "lead" not in shape.shows and PUNCTUATION.search(text) is None:
            return End(ENTRY_OPEN, opened)
        return End(QUOTE_OPEN if text[-1] in "”’』」》\"'" else COMMA_OPEN if text[-1] in "，、," else 0.0, opened)
    points = LONGISH_OPEN if shape.length > 20 else SHORT_OPEN
    if "，" in text or "," in text:
        points += WITH_COMMA
    unfinished = UNFINISHED * (UNFINISHED_FROM - finishes(text))
    return End(points + max(-MOST_UNFINISHED, min(MOST_UNFINISHED, unfinished)), opened)


def is_paragraph(text: str, shape: BlockFeatures) -> bool:
    """Return whether a text is prose that cannot be a headline of two sentences, short and without a comma.

    >>> from transforms.pages.block_features import features_of
    >>> [is_paragraph(text, features_of(text)) for text in ("渡口停航谁来管？居民等来渡船", "渡口停航谁来管？区交通局说，")]
    [False, True]
    """
    return shape.is_prose and not (shape.is_short and PAUSE.search(text) is None)


class Tail(NamedTuple):
    """How well a block could be a second half: points by its shape, how likely its characters begin a sentence, and the quotes
    and brackets that it closes without having opened them.
    """

    points: float
    begins: float
    closed: frozenset[str]


def tail_of(
    lines: Sequence[Line], shapes: Sequence[BlockFeatures], kept: Sequence[int], at: int, verse: frozenset[int], openings: Mapping[str, int]
) -> Tail:
    """Return how well a block could be a second half."""
    index = kept[at]
    shape, text = shapes[index], lines[index].reading
    if not shape.shows.isdisjoint(NEVER_A_TAIL) or not shape.is_prose and not shape.shows.isdisjoint(STANDS_APART):
        return Tail(NOT_A_TAIL, 0.0, frozenset())
    points = (
        BEGINS_HERE[min(openings.get(text[:2], 1) - 1, 2)]
        + OPENS_QUOTE * (text[0] in "“『‘「（(《")
        + MARK_FIRST * (BEGINS_INSIDE.match(text) is not None)
        + (LISTED_TAIL if "listed" in shape.shows else 0.0)
    )
    if index in verse:
        points += VERSE / 2
    elif shape.is_short and shape.end == "open":
        after = shapes[kept[at + 1]] if at + 1 < len(kept) else None
        if after is not None and (not after.shows.isdisjoint({"lead", "byline"})):
            points += OVER_BYLINE
        else:
            points += HEADLINE_LIKE if after is None or after.is_prose or "names" in after.shows else SHORT_TAIL
    elif "names" in shape.shows:
        points += HEADLINE_LIKE
    return Tail(points, begins(text), closed_unopened(text))


def evidence(left: Line, right: Line, end: End, tail: Tail, page: str, needed: float) -> float:
    """Return how much likelier the right block goes on from the left one than begins a sentence of its own, as a logarithm.

    What words and page say is not asked where it could not bring the evidence to what is needed.

    >>> left, right = Line((0,), 0, 10, "渡口今天举行了通航仪", "渡口今天举行了通航仪"), Line((1,), 12, 23, "式，两岸居民前来观看。", "式，两岸居民前来观看。")
    >>> evidence(left, right, End(0.0, frozenset()), Tail(0.0, begins(right.reading), frozenset()), "", 0.0) > 0
    True
    """
    a, b = left.reading, right.reading
    likelier = max(-MOST_LIKELIER, min(MOST_LIKELIER, follows(a, b) - tail.begins))
    points = BIAS + FOLLOWS * likelier + points_for_pairs(end.opened, tail.closed)
    if points + max(WORD_ACROSS) + sum(ON_PAGE) <= needed:
        return points
    points += WORD_ACROSS[min(word_across(a, b), 4)]
    if a[-1].isdigit() and not b[0].isdigit():
        points += CUT_NUMBER
    points += printed_elsewhere(a[-2:], b[:2], page, max(0, left.char_start - CHARS_NEARBY), right.char_end + CHARS_NEARBY)
    return max(-MOST_EVIDENCE, min(MOST_EVIDENCE, points))


def printed_elsewhere(left: str, right: str, page: str, low: int, high: int) -> float:
    """Return points for the characters around a cut standing side by side elsewhere on the page.

    >>> printed_elsewhere("区人", "大代", "区人大开展视察活动", 0, 9)
    0.85
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
    """Return the pairs of quotes and brackets that a text closes before it opens them.

    >>> closed_unopened("通航了。”他说：“好。”"), closed_unopened("他说：“好。”")
    (frozenset({'“”'}), frozenset())
    """
    return frozenset(pair for pair in PAIRS if pair[1] in text and not 0 <= text.find(pair[0]) < text.find(pair[1]))


def points_for_pairs(opened: frozenset[str], closed: frozenset[str]) -> float:
    """Return points for quotes and brackets that the first half leaves open and the second closes.

    >>> points_for_pairs(left_open("他说：“渡口"), closed_unopened("通航了。”")), points_for_pairs(left_open("他说：“渡口"), frozenset())
    (8.0, -3.6)
    """
    if not opened and not closed:
        return 0.0
    return PAIR_CLOSED * len(opened & closed) + STILL_OPEN * len(opened - closed) + CLOSES_NOTHING * len(closed - opened)


def best_pairs(joins: Iterable[Join]) -> dict[int, Join]:
    """Return the joins that together have most points by their right half, each block once a left and once a right half, none in a circle.

    >>> first, second, third = Join(0, 1, 5.0, True), Join(0, 2, 4.0, False), Join(3, 1, 3.0, False)
    >>> sorted(best_pairs([first, second, third])) == [1, 2] and best_pairs([first, second, third])[1] is third
    True
    """
    by_right: dict[int, Join] = {}
    first_of: dict[int, int] = {}
    last_of: dict[int, int] = {}
    for join in sorted(auctioned(joins), key=lambda join: (-join.score, join.left, join.right)):
        first, last = first_of.get(join.left, join.left), last_of.get(join.right, join.right)
        if first == join.right:
            continue
        by_right[join.right] = join
        first_of[last], last_of[first] = first, last
    return by_right


def auctioned(joins: Iterable[Join]) -> list[Join]:
    """Return the joins that together have most points, each block once a left and once a right half: left halves bid for right ones, each as much
    as its best is better than its next best, until none would rather have another (Bertsekas 1988).
    """
    wanted: dict[int, list[Join]] = {}
    for join in joins:
        wanted.setdefault(join.left, []).append(join)
    price: dict[int, float] = {}
    taken: dict[int, Join] = {}
    bidding = sorted(wanted, reverse=True)
    while bidding:
        left = bidding.pop()
        gain, best = max((join.score - price.get(join.right, 0.0), -at) for at, join in enumerate(wanted[left]))
        if gain <= 0:
            continue
        join = wanted[left][-best]
        next_best = max((other.score - price.get(other.right, 0.0) for other in wanted[left] if other.right != join.right), default=0.0)
        price[join.right] = price.get(join.right, 0.0) + gain - max(next_best, 0.0) + LEAST_BID
        if join.right in taken:
            bidding.append(taken[join.right].left)
        taken[join.right] = join
    return list(taken.values())
