"""Characters: which stand for one another, and which are none. Every table of characters that a finder reads past is here.

A finder reads the *reading text*: the raw text with widths, scripts, radicals and kinds of space folded, each character by one, and with
what is no character of print left out. ``read`` gives it with the way back to the raw text; ``fold`` folds alone and keeps every offset.
Commas, colons, dashes, quotation marks and brackets stay as they are printed: what they mean depends on what stands beside them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache, wraps
from unicodedata import normalize

from transforms.lexicons import read_groups

FULL_WIDTH = {chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F) if chr(code).isalnum() or chr(code) in "%+-./=&@#$"}
"""Letters, digits and signs of calculation in full width; marks of punctuation are Chinese ones and stay."""

SPACES = dict.fromkeys("\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " ")

PRESENTATION_FORMS = dict(zip(
    "︐︑︒︓︔︕︖︵︶︷︸︹︺︻︼︽︾︿﹀﹁﹂﹃﹄﹐﹑﹒﹔﹕﹖﹗﹙﹚｡｢｣､･・•‧∙⋅·",
    "，、。：；！？（）｛｝〔〕【】《》〈〉「」『』，、．；：？！（）。「」、·······", strict=True))
"""Marks as set in vertical columns, small or in half width, and the dots that stand for the dot of a name (艾孜买提·吐尔逊)."""

RADICALS = dict(zip("⺌⺒⺓⺝⺟⺠⺩⺪⺮⺷⻁⻄⻅⻆⻉⻋⻓⻔⻗⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻳", "小巳幺月母民王疋竹羊虎西见角贝车长门雨青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐齿龙龟", strict=True)) | {
    chr(code): normalize("NFKC", chr(code))
    for start, end in ((0x2F00, 0x2FD6), (0xF900, 0xFAFF), (0x2F800, 0x2FA1E))
    for code in range(start, end) if normalize("NFKC", chr(code)) != chr(code)
}
"""Radicals and compatibility ideographs, which some fonts of PDF files map characters to: they look like the character. Source: Unicode,
NFKC; those of the block CJK Radicals Supplement by hand after their names there."""

UNPRINTED = "\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0001-\U000e01ef"
"""A class for patterns: controls that end no line, soft hyphens, what has no width or turns the direction, selectors of variants."""
UNPRINTED_RUN = re.compile(f"[{UNPRINTED}]+")


@cache
def traditional() -> dict[str, str]:
    """Return the simplified character of each traditional one; those that simplified print has too (乾, 著) are not among them.

    >>> traditional()["國"], traditional().get("乾")
    ('国', None)
    """
    return {old: new for new, several in read_groups("traditional.tsv").items() for old in several}


@cache
def _table() -> dict[int, str]:
    """Return what each character folds to, by code point."""
    table = traditional() | FULL_WIDTH | SPACES | PRESENTATION_FORMS | RADICALS
    return {ord(sign): traditional().get(plain, plain) for sign, plain in table.items() if sign != plain}


def fold(text: str) -> str:
    """Return a text with each character as its plain one, none left out: offsets stay.

    >>> fold("２０２４年，⼯学院在民國路　１８号"), fold("周明远•赵")
    ('2024年，工学院在民国路 18号', '周明远·赵')
    """
    return text.translate(_table())


@dataclass(frozen=True, slots=True)
class ReadingText:
    """A text as finders read it, with the way back.

    ``offsets[i]`` is where character ``i`` stands in the text it was read from; None where nothing was left out and offsets are the same.
    """

    text: str
    offsets: tuple[int, ...] | None = None

    def raw_range(self, start: int, end: int) -> tuple[int, int]:
        """Return where ``text[start:end]``, which must not be empty, stands in the text it was read from, half-open.

        >>> read("渡\\u200b口今天").raw_range(0, 2)
        (0, 3)
        """
        return (start, end) if self.offsets is None else (self.offsets[start], self.offsets[end - 1] + 1)


@lru_cache(maxsize=32)  # every finder reads the same article
def read(text: str) -> ReadingText:
    """Return the reading text of a raw text.

    >>> read("渡\\u200b口２月")
    ReadingText(text='渡口2月', offsets=(0, 2, 3, 4))
    """
    if not UNPRINTED_RUN.search(text):
        return ReadingText(fold(text))
    ends = [0, *(edge for match in UNPRINTED_RUN.finditer(text) for edge in match.span()), len(text)]
    kept = [range(start, end) for start, end in zip(ends[::2], ends[1::2], strict=True)]
    return ReadingText(fold("".join(text[run.start : run.stop] for run in kept)), tuple(offset for run in kept for offset in run))


def carried_back(record, reading: ReadingText, raw_text: str):
    """Return a record found in a reading text with offsets and ``text`` of the raw text, and so the records within it (the titles of a name).

    >>> from transforms.records import Title
    >>> carried_back(Title("区长", 1, 3), read("代區\\u200b长"), "代區\\u200b长")[:3]
    ('區\\u200b长', 1, 4)
    """
    start, end = reading.raw_range(record.char_start, record.char_end)
    within = {
        field: tuple(carried_back(one, reading, raw_text) for one in value)
        for field, value in zip(record._fields, record, strict=True)
        if type(value) is tuple and value and hasattr(value[0], "char_start")
    }
    return record._replace(text=raw_text[start:end], char_start=start, char_end=end, **within)


def finds_in_reading_text(find: Callable) -> Callable:
    """Return a finder of ``find(text, ...)`` that gives it the reading text of what it is given, and carries what it finds back.

    >>> from transforms.records import Title
    >>> find = finds_in_reading_text(lambda text: [Title(text, text.index("区长"), text.index("区长") + 2)])
    >>> find("代區长")[0][:3]
    ('區长', 1, 3)
    """

    @wraps(find)
    def find_in(text: str, *arguments, **named) -> list:
        reading = read(text)
        found = find(reading.text, *arguments, **named)
        return found if reading.text == text else [carried_back(record, reading, text) for record in found]

    return find_in
