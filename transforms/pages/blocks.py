"""Cut a page's raw text into blocks: runs of text between line breaks, white space at their ends left out.

Every code point is in exactly one block or is white space between blocks.
"""

from __future__ import annotations

import re
from typing import NamedTuple

LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")


class Cut(NamedTuple):
    """A block as it stands on the page; ``gap`` counts the line breaks before it."""

    char_start: int
    char_end: int
    text: str
    gap: int


def measure_blocks(text: str) -> tuple[int, int]:
    """Return how many blocks a raw text has and how long the longest line is, without cutting it.

    >>> measure_blocks("云渡日报 \\n\\n　　本报讯 今天,渡口通航。")
    (2, 14)
    """
    lengths = [len(line.group()) for line in LINE.finditer(text) if not line.group().isspace()]
    return len(lengths), max(lengths, default=0)


def cut_blocks(text: str) -> list[Cut]:
    """Return the blocks of a raw text in raw order.

    >>> [cut.text for cut in cut_blocks("云渡日报 \\n\\n　　本报讯 今天,渡口通航。")]
    ['云渡日报', '本报讯 今天,渡口通航。']
    """
    cuts: list[Cut] = []
    previous_end = 0
    for line in LINE.finditer(text):
        raw = line.group()
        body = raw.strip()
        if not body:
            continue
        start = line.start() + len(raw) - len(raw.lstrip())
        end = start + len(body)
        gap = text.count("\n", previous_end, start)
        cuts.append(Cut(start, end, body, gap))
        previous_end = end
    return cuts
