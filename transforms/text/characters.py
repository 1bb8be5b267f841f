"""Characters: which stand for one another, and which are left out. Every table of characters that a finder reads past is here.

A finder reads the *reading text*: the raw text with widths, scripts, radicals and kinds of space folded, each character by one, and with
what is no character of print left out. ``read`` gives it with the way back to the raw text; ``fold`` folds alone and keeps every offset.
Commas, colons, dashes, quotation marks and brackets stay as they are printed: what they mean depends on what stands beside them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, wraps
from typing import Any, Protocol, Self, TypeVar
from unicodedata import normalize

from transforms.lexicons import read_groups

FULL_WIDTH = {chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F) if chr(code).isalnum() or chr(code) in "%+-./=&@#$"}
"""Letters, digits and signs of calculation in full width; marks of punctuation are Chinese ones and stay."""

SPACES = dict.fromkeys("\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " ")

PRESENTATION_FORMS = dict(
    zip(
        "︐︑︒︓︔︕︖︵︶︷︸︹︺︻︼︽︾︿﹀﹁﹂﹃﹄﹐﹑﹒﹔﹕﹖﹗﹙﹚｡｢｣､丶∕･・•‧∙⋅·",
        "，、。：；！？（）｛｝〔〕【】《》〈〉「」『』，、.；：？！（）。「」、、/·······",
        strict=True,
    )
)
"""Marks as set in vertical columns, small or in half width, the stroke that papers of Macau set for 、, and the dots that stand for the dot of a name (艾孜买提·吐尔逊)."""

RADICALS = (
    dict(
        zip(
            "⺌⺒⺓⺝⺟⺠⺩⺪⺮⺷⻁⻄⻅⻆⻉⻋⻓⻔⻗⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻳",
            "小巳幺月母民王疋竹羊虎西见角贝车长门雨青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐齿龙龟",
            strict=True,
        )
    )
    | {
        chr(code): normalize("NFKC", chr(code))
        for start, end in ((0x2F00, 0x2FD6), (0xF900, 0xFAFF), (0x2F800, 0x2FA1E))
        for code in range(start, end)
        if normalize("NFKC", chr(code)) != chr(code)
    }
    | {"⼂": "、"}
)
"""Radicals and compatibility ideographs, which some fonts of PDF files map characters to: they look like the character. Source: Unicode,
NFKC; those of the block CJK Radicals Supplement by hand after their names there."""

UNPRINTED = "\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0001-\U000e01ef"
"""A class for patterns: controls that end no line, soft hyphens, what has no width or turns the direction, selectors of variants."""
UNPRINTED_RUN = re.compile(f"[{UNPRINTED}][{UNPRINTED}]*")
"""As two classes: a search goes at once to where a pattern that begins with a class can begin, and character by character with [...]+."""


@cache
def traditional() -> dict[str, str]:
    """Return the simplified character of each traditional one; those that simplified print has too (乾, 著) are not among them.

    >>> traditional()["國"], traditional().get("乾")
    ('国', None)
    """
    return {old: new for new, several in read_groups("traditional.tsv").items() for old in several}


class Fold:
    """Puts one character for another. A pattern finds those that change, which few of a text do: ``str.translate`` looks at all, in four times the time."""

    def __init__(self, plain_of: Mapping[str, str]) -> None:
        self.plain_of = plain_of
        self.table = str.maketrans(dict(plain_of))
        # All beyond U+FFFF as one range: the regular expression engine looks each character of a class up only where it holds none of them.
        sign = f"[{''.join(re.escape(sign) for sign in plain_of if sign <= chr(0xFFFF))}{chr(0x10000)}-{chr(0x10FFFF)}]"
        self.run = re.compile(f"{sign}{sign}*")

    def __call__(self, text: str) -> str:
        return self.run.sub(lambda run: run[0].translate(self.table), text)


@cache
def _form_fold() -> Fold:
    return Fold({sign: plain for sign, plain in (FULL_WIDTH | SPACES | PRESENTATION_FORMS | RADICALS).items() if sign != plain})


@cache
def _fold() -> Fold:
    return Fold(traditional() | {sign: traditional().get(plain, plain) for sign, plain in _form_fold().plain_of.items()})


def fold_forms(text: str) -> str:
    """Return a text with widths, radicals, marks and spaces folded, each character by one; the script stays.

    >>> fold_forms("民國１１３年，⼯学院")
    '民國113年，工学院'
    """
    return _form_fold()(text)


def fold(text: str) -> str:
    """Return a text with each character as its plain one, none left out: offsets stay.

    >>> fold("２０２４年，⼯学院在民國路　１８号"), fold("周明远•赵")
    ('2024年，工学院在民国路 18号', '周明远·赵')
    """
    return _fold()(text)


@dataclass(frozen=True, slots=True)
class ReadingText:
    """A text as finders read it, with the way back.

    ``printed`` is the same in the script that it is printed in, character for character. ``offsets[i]`` is where character ``i`` stands in the
    text it was read from; None where nothing was left out and offsets are the same.
    """

    text: str
    printed: str
    offsets: tuple[int, ...] | None = None

    def raw_range(self, start: int, end: int) -> tuple[int, int]:
        """Return where ``text[start:end]``, which must not be empty, stands in the text it was read from, half-open.

        >>> read("渡\\u200b口今天").raw_range(0, 2)
        (0, 3)
        """
        return (start, end) if self.offsets is None else (self.offsets[start], self.offsets[end - 1] + 1)

    def range_of(self, raw_start: int, raw_end: int) -> tuple[int, int]:
        """Return which characters were read from a range of the text, half-open.

        >>> read("渡\\u200b口今天").range_of(2, 4)
        (1, 3)
        """
        return (raw_start, raw_end) if self.offsets is None else (bisect_left(self.offsets, raw_start), bisect_left(self.offsets, raw_end))


@lru_cache(maxsize=256)
def read(text: str) -> ReadingText:
    """Return the reading text of a raw text. The texts read last are remembered, as several finders read the same ones.

    >>> read("渡\\u200b口２月")
    ReadingText(text='渡口2月', printed='渡口2月', offsets=(0, 2, 3, 4))
    """
    offsets = None
    if UNPRINTED_RUN.search(text):
        offsets = tuple(offset for offset, char in enumerate(text) if not UNPRINTED_RUN.match(char))
        text = UNPRINTED_RUN.sub("", text)
    printed = fold_forms(text)
    return ReadingText(fold(printed), printed, offsets)


class Located(Protocol):
    """A record of a place in a text: a named tuple with these fields among its own."""

    @property
    def text(self) -> str: ...
    @property
    def char_start(self) -> int: ...
    @property
    def char_end(self) -> int: ...
    @property
    def _fields(self) -> tuple[str, ...]: ...
    def _replace(self, **fields: Any) -> Self: ...
    def __iter__(self) -> Iterator[Any]: ...


AnyRecord = TypeVar("AnyRecord", bound=Located)


def to_reading(record: AnyRecord, reading: ReadingText) -> AnyRecord:
    """Return a record of the text that was read with offsets and ``text`` of its reading text."""
    start, end = reading.range_of(record.char_start, record.char_end)
    return record._replace(text=reading.text[start:end], char_start=start, char_end=end)


def to_raw(records: Iterable[AnyRecord], reading: ReadingText, raw_text: str) -> list[AnyRecord]:
    """Return records found in a reading text with offsets and ``text`` of the raw text, and so the records within them (the titles of a name).

    Words of the text in other fields come back in the script that is printed, but not in its widths and radicals.

    >>> from transforms.records import Title
    >>> to_raw([Title("区长", 1, 3, "县政府")], read("代區\u200b长、縣政府"), "代區\u200b长、縣政府")[0][:4]
    ('區\u200b长', 1, 4, '縣政府')
    """
    return list(records) if reading.text == raw_text else [_raw(record, reading, raw_text) for record in records]


VALUE_FIELDS = {"kind", "roles", "rule", "value", "granularity", "basis", "qualifier", "per", "evidence"}
"""Fields of records whose strings are values, not words of the text."""


def _raw(record: AnyRecord, reading: ReadingText, raw_text: str) -> AnyRecord:
    start, end = reading.raw_range(record.char_start, record.char_end)
    fields: dict[str, object] = {"text": raw_text[start:end], "char_start": start, "char_end": end}
    is_other_script = reading.printed != reading.text
    for field, value in zip(record._fields, record, strict=True):
        if type(value) is tuple and value and hasattr(value[0], "char_start"):
            fields[field] = tuple(_raw(one, reading, raw_text) for one in value)
        elif is_other_script and field not in fields and field not in VALUE_FIELDS:
            fields[field] = _in_printed_script(value, record, reading)
    return record._replace(**fields)


def _in_printed_script(value: object, record: Located, reading: ReadingText) -> object:
    """Return a word of the reading text, or several, as printed near a record; another value as it is."""
    if isinstance(value, str) and value:
        within = reading.text.find(value, record.char_start, record.char_end)
        offset = within if within >= 0 else reading.text.find(value)
        if offset < 0:
            return _printed_in_two(value, record, reading) or value
        return reading.printed[offset : offset + len(value)]
    return tuple(_in_printed_script(one, record, reading) for one in value) if type(value) is tuple else value


def _printed_in_two(word: str, record: Located, reading: ReadingText) -> str | None:
    """Return as printed a word that stands in two pieces within a record (发布…报告), None where it does not."""
    for cut in range(len(word) - 1, 0, -1):
        first = reading.text.find(word[:cut], record.char_start, record.char_end)
        second = reading.text.find(word[cut:], first + cut, record.char_end) if first >= 0 else -1
        if second >= 0:
            return reading.printed[first : first + cut] + reading.printed[second : second + len(word) - cut]
    return None


def finds_in_reading_text(find: Callable) -> Callable:
    """Return a finder of ``find(text, *others)`` that gives it the reading text of what it is given, and gives what it finds in raw text.

    Records of the same text among the others (its names, its times) are placed in the reading text too.

    >>> from transforms.records import Title
    >>> find = finds_in_reading_text(lambda text: [Title(text, text.index("区长"), text.index("区长") + 2)])
    >>> find("代區长")[0][:3]
    ('區长', 1, 3)
    """

    @wraps(find)
    def find_in(text: str, *others: object, **named: object) -> list:
        reading = read(text)
        if reading.text == text:
            return find(text, *others, **named)

        def in_reading(other: object) -> object:
            is_records = isinstance(other, Sequence) and not isinstance(other, str)
            return [to_reading(one, reading) for one in other] if is_records else other

        others, named = map(in_reading, others), {key: in_reading(other) for key, other in named.items()}
        return to_raw(find(reading.text, *others, **named), reading, text)

    return find_in
