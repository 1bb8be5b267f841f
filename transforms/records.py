"""The records that transforms return.

Field names are the column names of the warehouse; offsets count code points of the text that the function was given. A
finder is given the text of one article (paragraphs one per line) and knows nothing of raw files; ``transforms.locating``
carries its offsets back to the raw text.

All are named tuples: a page gives hundreds of them, and a frozen dataclass takes several times as long to make.
"""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from typing import NamedTuple

from transforms.text.spans import Span

Row = dict[str, object]
"""A row of a table of the warehouse, by column."""


class Block(NamedTuple):
    """One run of raw text between line breaks; ``seq`` counts from 1 in raw order.

    ``space_before`` is the white space between the block before and this one, ``space_after`` what follows the last block.
    """

    seq: int
    char_start: int
    char_end: int
    text: str
    role: str
    article: int | None = None
    duplicate_of: int | None = None
    duplicate_kind: str | None = None
    continues: int | None = None
    space_before: str = ""
    space_after: str = ""


class Edit(NamedTuple):
    """One reversible step of repair; ``block`` and ``target`` are ``seq`` of blocks, ``article`` of an article."""

    kind: str
    block: int
    target: int | None
    article: int | None
    confidence: float
    evidence: str


class Paragraph(NamedTuple):
    """A repaired paragraph: the concatenation of its raw spans, in reading order."""

    seq: int
    role: str
    text: str
    spans: tuple[Span, ...]


class Byline(NamedTuple):
    """One naming of one who signs: ``roles`` are of reporter, correspondent (通讯员), photographer, editor; ``text`` is printed, ``name`` without gaps."""

    name: str
    roles: tuple[str, ...]
    text: str
    char_start: int
    char_end: int


class Article(NamedTuple):
    """An article of a page; ``blocks`` are ``seq`` of its blocks in reading order, duplicates included last.

    ``dateline`` is the date as the byline prints it (11月28日下午); which year it means is not known here.
    """

    seq: int
    char_start: int
    char_end: int
    headline: str | None
    subheads: tuple[str, ...]
    kind: str
    reporters: tuple[str, ...]
    photographers: tuple[str, ...]
    agency: str | None
    dateline_place: str | None
    dateline: str | None
    paragraphs: tuple[Paragraph, ...]
    blocks: tuple[int, ...]
    is_headless: bool
    is_truncated: bool
    text: str
    bylines: tuple[Byline, ...] = ()


class Page(NamedTuple):
    """A page as read: its blocks in raw order, its articles, and what was repaired; ``form`` is how its extractor left it."""

    text: str
    blocks: tuple[Block, ...]
    articles: tuple[Article, ...]
    edits: tuple[Edit, ...]
    form: str | None = None


class Title(NamedTuple):
    """One title of a person as printed (区长), with the organisation printed before it, if any, and whether it is held: see ``TENURES`` of the schema."""

    text: str
    char_start: int
    char_end: int
    organization: str | None = None
    tenure: str = "current"


class Name(NamedTuple):
    """Naming of a person, organisation or place.

    ``name`` is what the mention stands for where the text shows it (区人武部 -> 云渡区人民武装部), else ``text``.
    ``title`` is a person's role as printed, without the name (区委书记、区长); ``titles`` its parts.
    ``roles`` are those of ``Byline``.
    ``level`` and ``adcode`` are of places, ``organization_kind`` of organisations; ``adcode_candidates`` are the codes that fit where several do.
    """

    kind: str
    text: str
    char_start: int
    char_end: int
    name: str
    confidence: float
    title: str | None = None
    titles: tuple[Title, ...] = ()
    roles: tuple[str, ...] = ()
    organization_kind: str | None = None
    level: str | None = None
    adcode: str | None = None
    parent: str | None = None
    rule: str | None = None
    adcode_candidates: tuple[str, ...] = ()


class Time(NamedTuple):
    """A time expression; ``end_on`` is inclusive, ``basis`` says how it was resolved, ``rule`` names the code that read it."""

    text: str
    char_start: int
    char_end: int
    value: str | None
    start_on: date | None
    end_on: date | None
    granularity: str
    basis: str
    confidence: float | None = None
    rule: str | None = None


class Quantity(NamedTuple):
    """A quantity with a unit; ``value`` in the printed unit, ``base_value`` in the base unit.

    ``part_of`` is the total that it is a part of: which quantity of the same text, counted from 1. ``change`` is how it says that something
    changed, and since when (同比增长).
    """

    text: str
    char_start: int
    char_end: int
    value: float | None
    low: float | None
    high: float | None
    unit: str | None
    kind: str
    base_value: float | None
    base_unit: str | None
    qualifier: str | None
    per: str | None
    of: str | None
    change: str | None = None
    part_of: int | None = None
    confidence: float | None = None
    rule: str | None = None


class Quote(NamedTuple):
    """A quotation; ``text`` is what is said, without the quotation marks. ``speaker`` is a name where one is found.

    ``candidates`` are those who may say it, where the text does not decide.
    """

    text: str
    char_start: int
    char_end: int
    speaker: str | None
    verb: str | None
    is_direct: bool
    confidence: float
    candidates: tuple[str, ...] = ()
    rule: str | None = None


class Event(NamedTuple):
    """A thing that happened; ``place`` as printed."""

    kind: str
    trigger: str
    text: str
    char_start: int
    char_end: int
    on_date: date | None
    place: str | None
    actors: tuple[str, ...]
    objects: tuple[str, ...]
    confidence: float
    subtype: str | None = None
    deaths: int | None = None
    injuries: int | None = None
    rule: str | None = None


class Term(NamedTuple):
    """A candidate keyword and how often the text has it."""

    term: str
    n: int


class Misprint(NamedTuple):
    """A doubtful piece of text and what was probably meant. Never applied."""

    text: str
    char_start: int
    char_end: int
    suggestion: str
    evidence: str
    confidence: float
    rule: str | None = None


def file_id_of(data: bytes) -> str:
    """Return the id of a raw file: the first 16 hex digits of the SHA-256 of its bytes.

    >>> file_id_of("云渡日报".encode())
    '9325bc4b746a9a60'
    """
    return sha256(data).hexdigest()[:16]
