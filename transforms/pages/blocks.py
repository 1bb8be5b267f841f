"""Blocks: a page's raw text cut into runs of text between line breaks, and wrapped lines put together again.

Every code point is in exactly one block or is white space between blocks. What the form of the page made, and is no text, is left out
of a block's ``text`` but not of the block.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from transforms.pages.physical_form import Inserted
from transforms.text.characters import UNPRINTED, fold
from transforms.text.spans import Span

BREAKS = "\n\r\v\f\x1c-\x1e\x85\u2028\u2029"
LINE = re.compile(f"[^{BREAKS}]+")
BREAK = re.compile(f"\r\n|[{BREAKS}]")
BLANK = re.compile(f"[\\s{UNPRINTED}]*")
BLANK_END = re.compile(f"[\\s{UNPRINTED}]*$")


class PageBlock(NamedTuple):
    """A block as it stands on the page: ``text`` is what ``spans`` hold, ``reading`` the same with characters folded, ``gap`` counts the line breaks before it, ``indent`` the columns
    (two for a Chinese character) that its line is set in, ``label`` is what a tag or a field's name says that it is.
    """

    char_start: int
    char_end: int
    text: str
    reading: str
    gap: int = 1
    indent: int = 0
    spans: tuple[Span, ...] = ()
    label: str = ""


class Line(NamedTuple):
    """A logical line, a paragraph or a headline as it was before it was wrapped: its blocks by their places, and what is printed."""

    blocks: tuple[int, ...]
    char_start: int
    char_end: int
    text: str
    reading: str
    gap: int = 1
    indent: int = 0
    label: str = ""


def measure_blocks(text: str) -> tuple[int, int]:
    """Return how many blocks a raw text has and how long the longest line is, without cutting it.

    >>> measure_blocks("云渡日报 \\n\\n　　本报讯 今天,渡口通航。")
    (2, 14)
    """
    lengths = [len(line.group()) for line in LINE.finditer(text) if not line.group().isspace()]
    return len(lengths), max(lengths, default=0)


def cut_blocks(text: str, inserted: Inserted | None = None, reading: str | None = None) -> list[PageBlock]:
    """Return the blocks of a raw text in raw order. ``inserted`` is what the form of the page put into it, ``reading`` the folded text.

    >>> [block.text for block in cut_blocks("云渡日报 \\n\\n　　本报讯 今天,渡口通航。")]
    ['云渡日报', '本报讯 今天,渡口通航。']
    """
    inserted = inserted or Inserted()
    blocks: list[PageBlock] = []
    end = 0
    folded = fold(text) if reading is None else reading
    starts = [span.char_start for span in inserted.spans]
    for low, high in pieces(text, inserted.cuts):
        start = BLANK.match(text, low, high).end()
        if start == high:
            continue
        stop = BLANK_END.search(text, start, high).start() if BLANK.fullmatch(text, high - 1, high) else high
        gap = count_breaks(text[end:start]) if blocks else 0
        kept: tuple[Span, ...] = (Span(start, stop),)
        if starts:
            first, last = bisect_left(starts, low), bisect_left(starts, stop)
            if first < last:
                kept = without(Span(start, stop), inserted.spans[first:last], text)
        blocks.append(
            PageBlock(
                start,
                stop,
                "".join([text[a:b] for a, b in kept]),
                "".join([folded[a:b] for a, b in kept]),
                gap,
                width_of_space(text[low : kept[0].char_start if kept else start]),
                kept,
                inserted.labels.get(low, ""),
            )
        )
        end = stop
    return blocks


def pieces(text: str, cuts: Sequence[int]) -> list[tuple[int, int]]:
    """Return the ranges between line breaks, cut further where tags begin or end a paragraph."""
    ranges = [match.span() for match in LINE.finditer(text)]
    if not cuts:
        return ranges
    finer = []
    for low, high in ranges:
        for cut in cuts[bisect_left(cuts, low + 1) : bisect_left(cuts, high)]:
            finer.append((low, cut))
            low = cut
        finer.append((low, high))
    return finer


@lru_cache(maxsize=256)  # the same white space stands before most lines of a page
def count_breaks(space: str) -> int:
    """Return how many line breaks white space holds."""
    return len(BREAK.findall(space))


@lru_cache(maxsize=256)
def width_of_space(space: str) -> int:
    """Return how many columns white space before a line takes."""
    return sum(2 if sign in "\u3000\u2003" else 4 if sign == "\t" else 1 for sign in space if sign.isspace())


def without(span: Span, inserted: Sequence[Span], text: str) -> tuple[Span, ...]:
    """Return what is left of a span, white space at its ends left out too."""
    kept, at = [], span.char_start
    for gone in inserted:
        if gone.char_start > at:
            kept.append(Span(at, gone.char_start))
        at = max(at, gone.char_end)
    if at < span.char_end:
        kept.append(Span(at, span.char_end))
    while kept:
        start = BLANK.match(text, *kept[0]).end()
        if start < kept[0].char_end:
            kept[0] = Span(start, kept[0].char_end)
            break
        kept.pop(0)
    while kept:
        stop = BLANK_END.search(text, *kept[-1]).start()
        if stop > kept[-1].char_start:
            kept[-1] = Span(kept[-1].char_start, stop)
            break
        kept.pop()
    return tuple(kept)


def lines_of(blocks: Sequence[PageBlock], order: Sequence[int], goes_on: Sequence[int | None]) -> list[Line]:
    """Return the logical lines in the order in which the blocks are read; ``goes_on`` says of each block which block before it goes on in it, None
    where it begins a line.
    """
    members: dict[int, list[int]] = {}
    first_of: dict[int, int] = {}
    for index in order:
        before = goes_on[index]
        first_of[index] = index if before is None else first_of[before]
        members.setdefault(first_of[index], []).append(index)
    lines = []
    for numbers in members.values():
        first = blocks[numbers[0]]
        text, reading = (
            ("".join([blocks[number][part] for number in numbers]) for part in (2, 3)) if len(numbers) > 1 else (first.text, first.reading)
        )
        lines.append(
            Line(tuple(numbers), first.char_start, blocks[numbers[-1]].char_end, text, reading, first.gap, first.indent, first.label)
        )
    return lines
