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
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

ROLES = frozenset(("headline", "subhead", "byline", "body", "caption", "credit", "furniture", "advert", "unassigned"))
OF_BLOCKS = ("duplicate_of", "continues", "after")
DECISIONS = ("role", "begins_article", *OF_BLOCKS)


class CorrectionError(ValueError):
    """A correction cannot be read or does not fit its page."""


class Correction(NamedTuple):
    """One decision about a block; ``what`` is one of DECISIONS."""

    block: int
    what: str
    value: str | bool | int | None
    evidence: str


def parse_corrections(text: str) -> dict[str, tuple[Correction, ...]]:
    """Return the corrections that lines of JSON hold, by ``file_id``. Empty lines are passed over.

    Raises CorrectionError with the number of the line, what was found there and what was expected.

    >>> parse_corrections('{"file_id": "9325bc4b746a9a60", "block": 7, "role": "headline", "by": "周明远"}')
    {'9325bc4b746a9a60': (Correction(block=7, what='role', value='headline', evidence='周明远'),)}
    """
    found: dict[str, tuple[Correction, ...]] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            file_id, some = read_line(line, f"corrections, line {number}")
            found[file_id] = found.get(file_id, ()) + some
    return found


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
        entry = json.loads(line)
    except ValueError as error:
        raise CorrectionError(f"{where}: expected one JSON object, found {line[:60]!r} ({error}); mend the line and run again") from None
    if not isinstance(entry, dict):
        raise CorrectionError(f"{where}: expected a JSON object, found {line[:60]!r}; mend the line and run again")
    for name, kind in (("file_id", str), ("block", int), ("by", str)):
        if not isinstance(entry.get(name), kind) or not entry[name]:
            raise CorrectionError(f"{where}: expected {name!r} as {kind.__name__}, found {entry.get(name)!r}; mend the line and run again")
    if unknown := sorted(entry.keys() - {"file_id", "block", "by", "note", *DECISIONS}):
        raise CorrectionError(f"{where}: unknown {unknown}; decisions are {', '.join(DECISIONS)}")
    evidence = ": ".join(str(part) for part in (entry["by"], entry.get("note")) if part)
    some = tuple(Correction(entry["block"], what, checked(what, entry[what], where), evidence) for what in DECISIONS if what in entry)
    if not some:
        raise CorrectionError(f"{where}: no decision; give one of {', '.join(DECISIONS)}")
    return entry["file_id"], some


def checked(what: str, value: object, where: str) -> str | bool | int | None:
    """Return the value of a decision. Raises CorrectionError where it is none."""
    if what == "role":
        fits, wanted = value in ROLES, "one of " + ", ".join(sorted(ROLES))
    elif what == "begins_article":
        fits, wanted = isinstance(value, bool), "true or false"
    else:
        fits = isinstance(value, int) and not isinstance(value, bool) and value > 0 or value is None and what != "after"
        wanted = "the number of a block" + ("" if what == "after" else " or null")
    if not fits:
        raise CorrectionError(f"{where}: expected {what!r} as {wanted}, found {value!r}; mend the line and run again")
    return value


@dataclass(frozen=True, slots=True)
class Decided:
    """The decisions about a page by what they decide, blocks counted from 0; the last about a block counts."""

    role: dict[int, str]
    begins_article: dict[int, bool]
    duplicate_of: dict[int, int | None]
    continues: dict[int, int | None]
    after: dict[int, int]

    @property
    def begins(self) -> set[int]:
        """Blocks that begin a paragraph by decision: they begin an article, or have a role that no second half has."""
        return {block for block, role in self.role.items() if role != "body"} | {b for b, begins in self.begins_article.items() if begins}

    @property
    def no_repeats(self) -> set[int]:
        """Blocks that a decision makes a part of the article."""
        return {block for block, of in self.duplicate_of.items() if of is None} | self.begins | self.role.keys()

    @property
    def no_tails(self) -> set[int]:
        """Blocks that a decision makes the beginning of a paragraph."""
        return {block for block, left in self.continues.items() if left is None} | self.begins | self.after.keys()


def decide(corrections: Sequence[Correction], n_blocks: int) -> Decided:
    """Return the decisions of a page with so many blocks. Raises CorrectionError for a block that the page has not."""
    decided = Decided({}, {}, {}, {}, {})
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
