"""Columns of a page that stand side by side, as ``pdftotext -layout`` leaves them: told from gutters, and read one after the other.

A gutter is a run of spaces in about the same place of many lines. Tables have gutters too: a page is in columns where its sentences go on in
the line below of the same column, and not beside it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, pairwise
from typing import NamedTuple

from transforms.pages.blocks import BREAK, PageBlock
from transforms.pages.language import odds_of_going_on
from transforms.pages.masthead import is_masthead
from transforms.pages.physical_form import width_of

CELL = re.compile(r"[^\s](?:[^\S\r\n]?[^\s])*")
"""What stands between runs of two spaces or more."""
GUTTER = re.compile(r"(?<=\S)[^\S\r\n]{2,}(?=\S)|^[^\S\r\n]{9,}(?=\S)", re.M)
SINGLE_SPACE = re.compile(r"(?<=\S)[^\S\r\n](?=\S)")
FEWEST_ROWS, SHARE_OF_ROWS = 4, 0.15
"""Lines in which a column must begin, in number and as a share of all that have several cells."""
NARROWEST_COLUMN, MOST_COLUMNS, DRIFT, MOST_INDENT, NEARLY_FULL = 9, 6, 3, 6, 3
"""Characters of the narrowest column; characters that its beginning varies by, and that a paragraph is set in; columns of width that a full line
falls short by."""
FULL_SHARE, WIDER_SHARE = 0.35, 0.15
"""Of all cells, how many must be full lines at least, and may be wider at most."""
FEWEST_SEAMS, DOWN_RATHER_THAN_ACROSS = 5, 1.5
"""Lines that break off within a sentence, and how much likelier, as a logarithm, they must go on below than beside."""

FINISHED = tuple("。！？”」）")


class Cell(NamedTuple):
    """A piece of a line: where it begins in the raw text, in which row, how many characters from the left, and what it says."""

    char_start: int
    row: int
    left: int
    text: str

    @property
    def right(self) -> int:
        """Return how many characters from the left it ends."""
        return self.left + len(self.text)


class Columns(NamedTuple):
    """Columns that stand side by side: ``cuts`` part the cells of a line; ``cells`` are in reading order, with where the column begins that each is in.
    Both are empty where it is not sure which line is in which column.
    """

    number: int
    cuts: tuple[int, ...] = ()
    cells: tuple[tuple[Cell, int], ...] = ()

    @property
    def form(self) -> str:
        """Return the form of the page in words."""
        return f"{self.number} columns side by side{'' if self.cells else ', not told apart'}"


def find_columns(text: str) -> Columns | None:
    """Return how the columns of a page stand side by side, None where there are none; ``text`` is folded.

    >>> rows = ["云渡区的老渡口今天恢复了", "通航，两岸居民前来观看，", "首班渡船载着四十名乘客离", "开码头，驶向对岸的清浦镇", "码头，全程只要七分钟。"]
    >>> beside = ["区图书馆从下月起每天开放", "到晚上九点半，读者可以凭", "身份证入馆阅读，新开的自", "习室有一百二十个座位，还", "能借走五本书。"]
    >>> find_columns("\\n".join(f"{one}    {other}" for one, other in zip(rows, beside))).form
    '2 columns side by side'
    """
    if text.count("  ") < FEWEST_ROWS or len(GUTTER.findall(text)) < FEWEST_ROWS:
        return None
    rows = cells_by_line(text)
    several = [row for row in rows if len(row) > 1 or row[0].left >= NARROWEST_COLUMN]
    lefts = beginnings(several) if 3 * len(several) >= len(rows) else []
    if len(lefts) < 2:
        return None
    full = full_width(several, min(right - left for left, right in pairwise(lefts)))
    rows = [[piece for cell in row for piece in parted_at_space(cell, full)] for row in rows]
    placed = [list(zip(row, nearest_columns(row, lefts), strict=True)) for row in rows]
    if down_rather_than_across(placed) < DOWN_RATHER_THAN_ACROSS:
        return None
    widths = [width_of(cell.text) for row in rows for cell in row]
    n_full, n_wider = sum(abs(width - full) <= NEARLY_FULL for width in widths), sum(width > full + NEARLY_FULL for width in widths)
    if full < 2 * NARROWEST_COLUMN or n_full < FULL_SHARE * len(widths) or n_wider > WIDER_SHARE * len(widths):
        return Columns(len(lefts))
    ordered = [(cell, lefts[column]) for band in bands(placed, full) for cell, column in sorted(band, key=lambda one: one[1])]
    return Columns(len(lefts), tuple(cell.char_start for row in rows for cell in row[1:]), tuple(ordered))


def cells_by_line(text: str) -> list[list[Cell]]:
    """Return the cells of each line that has any."""
    rows, start = [], 0
    for number, line in enumerate(BREAK.split(text)):
        row = [Cell(start + match.start(), number, match.start(), match.group()) for match in CELL.finditer(line)]
        if row:
            rows.append(row)
        start += len(line) + (2 if text[start + len(line) : start + len(line) + 2] == "\r\n" else 1)
    return rows


def beginnings(rows: Sequence[Sequence[Cell]]) -> list[int]:
    """Return where columns begin, in characters from the left, the first at 0."""
    counts = Counter(cell.left for row in rows for cell in row if cell.left >= NARROWEST_COLUMN)
    enough = max(FEWEST_ROWS, SHARE_OF_ROWS * len(rows))
    near = {left: sum(counts[left + step] for step in range(-DRIFT, DRIFT + 1)) for left in counts}
    lefts = [0]
    for left in sorted(near, key=lambda left: (-near[left], -counts[left])):
        if near[left] >= enough and all(abs(left - other) >= NARROWEST_COLUMN for other in lefts) and len(lefts) < MOST_COLUMNS:
            lefts.append(left)
    return sorted(lefts)


def full_width(rows: Sequence[Sequence[Cell]], pitch: int) -> int:
    """Return the width of a full line of a column, two for a Chinese character; ``pitch`` are the characters from one column to the next."""
    counts = Counter(width for row in rows for cell in row if NARROWEST_COLUMN < (width := width_of(cell.text)) <= 2 * pitch)
    return max(counts, key=lambda width: (sum(counts[width + step] for step in (-1, 0, 1)), width), default=0)


def parted_at_space(cell: Cell, full: int) -> Iterator[Cell]:
    """Yield the cells that one is made of where a gutter is a single space: one of the sides is a full line."""
    if full + NEARLY_FULL < width_of(cell.text) <= MOST_COLUMNS * (full + NEARLY_FULL) and not is_masthead(cell.text):
        for space in SINGLE_SPACE.finditer(cell.text):
            left, right = cell.text[: space.start()], cell.text[space.end() :]
            if abs(width_of(left) - full) <= NEARLY_FULL or abs(width_of(right) - full) <= NEARLY_FULL and len(left) >= NARROWEST_COLUMN:
                yield cell._replace(text=left)
                yield from parted_at_space(Cell(cell.char_start + space.end(), cell.row, cell.left + space.end(), right), full)
                return
    yield cell


def nearest_columns(row: Sequence[Cell], lefts: Sequence[int]) -> Sequence[int]:
    """Return the columns, by their numbers, whose beginnings the cells of a row are nearest to, each its own."""
    if len(row) > len(lefts):
        return [max(column for column, left in enumerate(lefts) if left <= cell.left + DRIFT) for cell in row]
    return min(
        combinations(range(len(lefts)), len(row)),
        key=lambda columns: sum(abs(cell.left - lefts[column]) for cell, column in zip(row, columns, strict=True)),
    )


def down_rather_than_across(placed: Sequence[Sequence[tuple[Cell, int]]]) -> float:
    """Return how much likelier lines that break off go on in the next line of their column than in what the page has next, as a logarithm, on the
    mean.
    """
    points, below = [], {}
    cells = [one for row in placed for one in row]
    for (cell, column), (beside, _) in reversed(list(pairwise(cells))):
        down = below.get(column)
        if down not in (None, beside) and cell.text[-1].isalnum():
            points.append(odds_of_going_on(cell.text, down.text) - odds_of_going_on(cell.text, beside.text))
        below[column] = cell
    return sum(points) / len(points) if len(points) >= FEWEST_SEAMS else 0.0


def bands(placed: Sequence[Sequence[tuple[Cell, int]]], full: int) -> Iterator[list[tuple[Cell, int]]]:
    """Yield the cells between lines that run over several columns, and each such line by itself: one that is wider than a column, or a headline that
    stands alone, on a page whose columns are in step, where the columns above go on in each other and the last is finished.
    """
    band: list[tuple[Cell, int]] = []
    first: dict[int, Cell] = {}
    last: dict[int, Cell] = {}
    in_step = 2 * sum(len(row) > 1 for row in placed) > len(placed)
    for row in placed:
        cell, column = row[0]
        short = full - width_of(cell.text)
        is_alone = len(row) == 1 and not column
        is_like_headline = in_step and short > NEARLY_FULL and not cell.text.endswith(FINISHED)
        if is_alone and (short < -NEARLY_FULL or is_like_headline and are_finished(first, last, cell)):
            yield band
            yield list(row)
            band, first, last = [], {}, {}
        else:
            band.extend(row)
            for one, number in row:
                first.setdefault(number, one)
                last[number] = one
    yield band


def are_finished(first: Mapping[int, Cell], last: Mapping[int, Cell], alone: Cell) -> bool:
    """Return whether the last column is finished, and each other or goes on in the next column rather than in a line that stands alone."""
    return len(last) > 1 and all(
        cell.text.endswith(FINISHED)
        or column + 1 in first
        and odds_of_going_on(cell.text, first[column + 1].text) > odds_of_going_on(cell.text, alone.text)
        for column, cell in last.items()
    )


def in_reading_order(blocks: Sequence[PageBlock], columns: Columns) -> tuple[list[PageBlock], list[int]]:
    """Return the blocks with gap and indent as they are within their columns, still in raw order, and the order in which they are read."""
    cells = sorted((cell.char_start, rank) for rank, (cell, _) in enumerate(columns.cells))
    starts = [start for start, _ in cells]
    rank_of = [cells[max(0, bisect_right(starts, block.char_start) - 1)][1] for block in blocks]
    order = sorted(range(len(blocks)), key=lambda number: rank_of[number])
    found, row = list(blocks), 0
    for number in order:
        cell, left = columns.cells[rank_of[number]]
        inset = cell.left - left
        found[number] = blocks[number]._replace(gap=max(1, cell.row - row), indent=inset if 0 < inset <= MOST_INDENT else 0)
        row = cell.row
    found[order[0]] = found[order[0]]._replace(gap=0)
    return found, order
