"""Marks facts in raw text: the same marks serve the repaired article and the raw page, because both are slices of the raw text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import Markup, escape

KINDS = ("fault", "person", "title", "quantity", "time", "place", "organization", "misprint", "quote", "event")
"""Kinds of facts as they are coloured; where facts overlap, the first of these gives the colour."""

WIDE = ("quote", "event")
"""Kinds that stretch over whole sentences."""


@dataclass(frozen=True)
class Fact:
    """A fact to be marked; ``number`` is its row in the page's list of facts, which says what it is."""

    number: int
    kind: str
    spans: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, number: int, row: Mapping) -> Fact:
        """Return the fact that a row of the view ``facts`` tells of; whatever is no kind of its own is a kind of quantity."""
        kind = row["fact"] if row["fact"] in KINDS else "quantity"
        return cls(number, kind, tuple((span["char_start"], span["char_end"]) for span in row["spans"]))


class Piece(NamedTuple):
    """Raw characters that bear the same facts."""

    char_start: int
    char_end: int
    facts: tuple[Fact, ...]


def cut(char_start: int, char_end: int, facts: Iterable[Fact]) -> list[Piece]:
    """Return the pieces of a raw range, cut wherever a fact begins or ends.

    >>> name = Fact(1, "person", ((2, 4),))
    >>> [(piece.char_start, piece.char_end, len(piece.facts)) for piece in cut(0, 6, [name])]
    [(0, 2, 0), (2, 4, 1), (4, 6, 0)]
    """
    inside = [
        (max(start, char_start), min(end, char_end), fact)
        for fact in facts
        for start, end in fact.spans
        if start < char_end and end > char_start
    ]
    edges = sorted({char_start, char_end, *(edge for start, end, _ in inside for edge in (start, end))})
    return [
        Piece(start, end, tuple(fact for begin, stop, fact in inside if begin <= start and end <= stop))
        for start, end in zip(edges, edges[1:], strict=False)
    ]


def mark(text: str, offset: int, facts: Sequence[Fact], focusable: bool = True) -> Markup:
    """Return text that begins at a raw offset as HTML: all of it escaped, facts in ``<mark>``, which names first the fact that gives the colour.

    Marks can be reached by the Tab key where they are ``focusable``; what lies under a whole sentence, an event or a quotation, cannot.

    >>> str(mark("<script>", 0, []))
    '&lt;script&gt;'
    """
    out = []
    for piece in cut(offset, offset + len(text), facts):
        inner = escape(text[piece.char_start - offset : piece.char_end - offset])
        if piece.facts:
            facing = sorted(piece.facts, key=lambda fact: KINDS.index(fact.kind))
            numbers = " ".join(str(fact.number) for fact in facing)
            stop = Markup(' tabindex="0"') if focusable and facing[0].kind not in WIDE else ""
            inner = Markup('<mark class="{}" data-facts="{}"{}>{}</mark>').format(facing[0].kind, numbers, stop, inner)
        out.append(inner)
    return Markup("").join(out)
