"""Quoted pieces: text between quotation marks, paired over a whole text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

OPENING, CLOSING, NESTED = "“「『", "”」』", "『』"
MARK = re.compile(f'[{OPENING}{CLOSING}"＂\n]')
STOP = "。！？!?…"
LONGEST_MARKED, LONGEST_INDIRECT = 1200, 600


class MarkedPiece(NamedTuple):
    """What stands between a pair of marks, half-open; ``opens`` and ``closes`` hold the marks too. ``whole`` is False where one of them is missing."""

    start: int
    end: int
    opens: int
    closes: int
    whole: bool


def marked_pieces(text: str) -> Iterator[MarkedPiece]:
    """Yield what stands between quotation marks, in order; nested marks are part of the outer piece."""
    opened: int | None = None
    paragraph, marked = 0, False
    marks = [(match.start(), match.group()) for match in MARK.finditer(text)]
    for index, (offset, mark) in enumerate(marks):
        if mark in '"＂':
            mark = OPENING[0] if opened is None else CLOSING[0]
        if mark == "\n":
            following = marks[index + 1][1] if index + 1 < len(marks) else ""
            goes_on = following and following in CLOSING or following == "\n" and not text[offset : marks[index + 1][0]].strip()
            if opened is not None and not goes_on:
                yield MarkedPiece(opened + 1, offset, opened, offset, False)
                opened = None
            if opened is None:
                paragraph, marked = offset + 1, False
            continue
        if opened is not None and mark in NESTED and text[opened] not in NESTED:
            continue
        if mark in OPENING:
            if opened is not None and text[offset - 1] in STOP and offset - opened > 1:
                yield MarkedPiece(opened + 1, offset, opened, offset, True)
            opened = offset
        elif opened is not None:
            if offset - opened <= LONGEST_MARKED:
                yield MarkedPiece(opened + 1, offset, opened, offset + 1, True)
            opened = None
        elif not marked:
            yield MarkedPiece(paragraph, offset, paragraph, offset + 1, False)
        marked = True
    if opened is not None:
        yield MarkedPiece(opened + 1, len(text), opened, len(text), False)
