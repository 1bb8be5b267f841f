"""Corrections: what a person who looked at a page decided otherwise than the reading. Data, never code.

One JSON object a line. ``file_id`` and ``block`` (counted from 1) say where, ``by`` who decided; one or more decisions:

    {"file_id": "9325bc4b746a9a60", "block": 7, "role": "headline", "by": "周明远", "note": "标题被读成正文"}
    {"file_id": "9325bc4b746a9a60", "block": 9, "begins_article": false, "by": "周明远"}
    {"file_id": "9325bc4b746a9a60", "block": 16, "duplicate_of": 14, "by": "周明远"}
    {"file_id": "9325bc4b746a9a60", "block": 45, "continues": 44, "by": "周明远"}
    {"file_id": "9325bc4b746a9a60", "block": 12, "after": 8, "by": "周明远"}

``duplicate_of`` and ``continues`` may be null: the block repeats nothing, goes on from nothing. ``after`` puts a paragraph behind
another. A decision stands above all that the reading finds; every one that is applied is an edit of kind ``correct``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from reprlib import repr as shorten
from typing import NamedTuple

from transforms.pages.blocks import Line

DECIDABLE_ROLES = frozenset(("headline", "subhead", "byline", "body", "caption", "credit", "furniture", "advert", "unassigned"))
OF_BLOCKS = ("duplicate_of", "continues", "after")
DECISIONS = ("role", "begins_article", *OF_BLOCKS)
SIXTEEN_HEX_DIGITS = re.compile("[0-9a-f]{16}")
SURROGATE = re.compile("[\ud800-\udfff]")


class CorrectionError(ValueError):
    """A correction cannot be read or does not fit its page."""


class Correction(NamedTuple):
    """One decision about a block; ``what`` is one of DECISIONS."""

    block: int
    what: str
    value: str | bool | int | None
    evidence: str


def decode_corrections(data: bytes) -> str:
    """Return the text of a file of corrections, in UTF-8 with or without a mark. Raises CorrectionError with the line that is in another encoding."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CorrectionError(
            f"corrections, line {line}: expected UTF-8, found the byte 0x{data[error.start]:02x}; save the file as UTF-8 and run again"
        ) from None


def parse_corrections(text: str) -> dict[str, tuple[Correction, ...]]:
    """Return the corrections that lines of JSON hold, by ``file_id``. Empty lines are passed over.

    Raises CorrectionError with the number of the line, what was found there and what was expected.

    >>> parse_corrections('{"file_id": "9325bc4b746a9a60", "block": 7, "role": "headline", "by": "周明远"}')
    {'9325bc4b746a9a60': (Correction(block=7, what='role', value='headline', evidence='周明远'),)}
    """
    found: dict[str, tuple[Correction, ...]] = {}
    links: dict[tuple[str, str], dict[int, Link]] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            file_id, some = read_line(line, f"corrections, line {number}")
            found[file_id] = found.get(file_id, ()) + some
            for correction in some:
                if correction.what in OF_BLOCKS:
                    links.setdefault((file_id, correction.what), {})[correction.block] = Link(correction.value, number)
    for (_, what), of_a_file in links.items():
        check_circles(what, of_a_file)
    return found


class Link(NamedTuple):
    """The block that a decision points at, if any, and the line that says so last."""

    block: int | None
    line: int


def check_circles(what: str, links: Mapping[int, Link]) -> None:
    """Raise CorrectionError, with the line that closes it, where decisions of one kind about a page go in a circle."""
    for first in links:
        way = [first]
        while (link := links.get(way[-1])) and link.block is not None and link.block not in way:
            way.append(link.block)
        if link and link.block == first:
            circle = " -> ".join(map(str, [*way, first]))
            last = max(links[block].line for block in way)
            raise CorrectionError(f"corrections, line {last}: {what!r} goes in a circle, {circle}; mend one of its lines and run again")


def lines_by_file(text: str) -> dict[str, str]:
    """Return the lines about each file, for a batch to carry. Raises CorrectionError as ``parse_corrections`` does."""
    parse_corrections(text)
    lines: dict[str, str] = {}
    for line in text.split("\n"):
        if line.strip():
            file_id = json.loads(line)["file_id"]
            lines[file_id] = lines.get(file_id, "") + line.strip() + "\n"
    return lines


def read_line(line: str, where: str) -> tuple[str, tuple[Correction, ...]]:
    """Return the file and the decisions of one line. Raises CorrectionError."""
    try:
        entry = json.loads(line, object_pairs_hook=named_once)
    except (ValueError, RecursionError) as error:
        raise CorrectionError(f"{where}: expected one JSON object, found {line[:60]!r} ({error}); mend the line and run again") from None
    if not isinstance(entry, dict):
        raise CorrectionError(f"{where}: expected a JSON object, found {line[:60]!r}; mend the line and run again")
    for name in ("file_id", "block", "by"):
        check_value(name, entry.get(name), where)
    if unknown := sorted(entry.keys() - VALUES.keys()):
        raise CorrectionError(f"{where}: unknown {unknown}; decisions are {', '.join(DECISIONS)}")
    for name, value in entry.items():
        check_value(name, value, where)
    evidence = ": ".join(filter(None, (entry["by"], entry.get("note"))))
    some = tuple(Correction(entry["block"], what, entry[what], evidence) for what in DECISIONS if what in entry)
    if not some:
        raise CorrectionError(f"{where}: no decision; give one of {', '.join(DECISIONS)}")
    return entry["file_id"], some


def named_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return the pairs of a JSON object as a dict. Raises ValueError for a name that stands twice: which one is meant is not sure."""
    entry = dict(pairs)
    if len(entry) < len(pairs):
        raise ValueError("a name stands in it twice")
    return entry


def is_text(value: object) -> bool:
    """Return whether a value is text that can be written: no lone half of a character."""
    return isinstance(value, str) and bool(value.strip()) and not SURROGATE.search(value)


def is_block(value: object) -> bool:
    """Return whether a value is the number of a block; ``True``, a number for Python, is not."""
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


VALUES: Mapping[str, tuple[str, Callable[[object], bool]]] = {
    "file_id": ("16 hex digits", lambda value: isinstance(value, str) and SIXTEEN_HEX_DIGITS.fullmatch(value) is not None),
    "block": ("the number of a block, counted from 1", is_block),
    "by": ("text that says who decided", is_text),
    "note": ("text", lambda value: value in (None, "") or is_text(value)),
    "role": ("one of " + ", ".join(sorted(DECIDABLE_ROLES)), lambda value: isinstance(value, str) and value in DECIDABLE_ROLES),
    "begins_article": ("true or false", lambda value: isinstance(value, bool)),
    "duplicate_of": ("the number of a block or null", lambda value: value is None or is_block(value)),
    "continues": ("the number of a block or null", lambda value: value is None or is_block(value)),
    "after": ("the number of a block", is_block),
}
"""What each name of a line must stand for: in words, and as a test."""


def check_value(name: str, value: object, where: str) -> None:
    """Raise CorrectionError where a value does not fit its name."""
    wanted, fits = VALUES[name]
    if not fits(value):
        raise CorrectionError(f"{where}: expected {name!r} as {wanted}, found {shorten(value)}; mend the line and run again")


@dataclass(frozen=True, slots=True)
class Decisions:
    """The decisions about a page by what they decide, blocks counted from 0; the last about a block counts."""

    role: dict[int, str]
    begins_article: dict[int, bool]
    duplicate_of: dict[int, int | None]
    continues: dict[int, int | None]
    after: dict[int, int]

    @property
    def kept_apart(self) -> set[int]:
        """Blocks that begin a logical line, as something is decided about them, or about what they stand behind."""
        decided = {block for some in (self.role, self.begins_article, self.duplicate_of, self.continues, self.after) for block in some}
        behind = {block + 1 for some in (self.duplicate_of, self.continues, self.after) for block in some.values() if block is not None}
        return decided | behind | {block + 1 for block in self.role | self.duplicate_of}

    def of_lines(self, lines: Sequence[Line]) -> Decisions:
        """Return the decisions about the lines that the blocks are in."""
        line_of = {block: number for number, line in enumerate(lines) for block in line.blocks}

        def carried(some: dict) -> dict:
            return {line_of[block]: None if value is None else line_of[value] for block, value in some.items()}

        return Decisions(
            {line_of[block]: role for block, role in self.role.items()},
            {line_of[block]: begins for block, begins in self.begins_article.items()},
            carried(self.duplicate_of),
            carried(self.continues),
            carried(self.after),
        )

    @property
    def begins(self) -> set[int]:
        """Blocks that begin a paragraph by decision: they begin an article, or have a role that no second half has."""
        return {block for block, role in self.role.items() if role != "body"} | {b for b, begins in self.begins_article.items() if begins}

    @property
    def no_duplicates(self) -> set[int]:
        """Blocks that a decision makes a part of the article."""
        return {block for block, of in self.duplicate_of.items() if of is None} | self.begins | self.role.keys()

    @property
    def no_tails(self) -> set[int]:
        """Blocks that a decision makes the beginning of a paragraph."""
        return {block for block, left in self.continues.items() if left is None} | self.begins | self.after.keys()


def decisions_of(corrections: Sequence[Correction], n_blocks: int) -> Decisions:
    """Return the decisions of a page with so many blocks. Raises CorrectionError for a block that the page has not."""
    decided = Decisions({}, {}, {}, {}, {})
    for correction in corrections:
        numbers = [correction.block, *([correction.value] if correction.what in OF_BLOCKS and correction.value is not None else [])]
        if not all(1 <= number <= n_blocks for number in numbers) or len(set(numbers)) < len(numbers):
            raise CorrectionError(
                f"block {correction.block}: {correction.what} {correction.value!r} does not fit a page of {n_blocks} blocks "
                f"(decided by {correction.evidence}); mend the line in the file of corrections and run again"
            )
        value = correction.value - 1 if correction.what in OF_BLOCKS and correction.value is not None else correction.value
        getattr(decided, correction.what)[correction.block - 1] = value
    return decided
