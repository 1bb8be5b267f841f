"""What one place of an article shows holds for the others: the same name elsewhere, full names for short ones."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from transforms.names.tagging import Piece, Words
from transforms.records import Name

SURE = 0.8
COMPONENT = re.compile("[·・•.．—-]")


def lay_over(below: Iterable[Piece], above: Iterable[Piece]) -> list[Piece]:
    """Return both in order; where two overlap, the one of ``above`` stays, of two of ``above`` the first."""
    taken: list[Piece] = []
    for piece in sorted(above, key=lambda p: (p.start, -p.end)):
        if not taken or piece.start >= taken[-1].end:
            taken.append(piece)
    starts = [piece.start for piece in taken]

    def is_free(piece: Piece) -> bool:
        index = bisect_right(starts, piece.start)
        return not (index and taken[index - 1].end > piece.start) and not (index < len(taken) and starts[index] < piece.end)

    return sorted([*filter(is_free, below), *taken])


def spread(words: Words, found: list[Piece]) -> list[Piece]:
    """Return the pieces, those left out that stand elsewhere as no name, and every other place where a sure person's name stands."""
    text = words.text
    people = Counter(text[p.start : p.end] for p in found if p.kind == "person")
    sure: dict[str, float] = {}
    for piece in found:
        if piece.kind == "person" and piece.sure >= SURE and piece.end - piece.start > 1:
            name = text[piece.start : piece.end]
            sure[name] = max(sure.get(name, 0), piece.sure)
    sure = {name: share for name, share in sure.items() if text.count(name) > people[name]}
    more: list[Piece] = []
    starts = set(words.starts) if sure else set()
    starts.add(len(text))
    for name, share in sure.items():
        size = len(name)
        at = text.find(name)
        while at >= 0:
            if size > 2 or at in starts and at + size in starts:
                more.append(Piece(at, at + size, "person", share))
            at = text.find(name, at + size)
    kept = [p for p in found if p.kind != "person" or p.sure >= SURE or text.count(text[p.start : p.end]) < 3 * people[text[p.start : p.end]]]
    return lay_over(kept, more) if more else kept


def is_short_for(short: str, full: str) -> bool:
    """Tell whether a name can be the other's abbreviation: its characters in order, the same last one, the first early.

    >>> is_short_for("区人武部", "云渡区人民武装部"), is_short_for("区教育局", "云渡区人民武装部")
    (True, False)
    """
    if not 2 <= len(short) <= len(full) - 2 or short[-1] != full[-1] or short[0] not in full[:4]:
        return False
    rest = iter(full)
    return all(char in rest for char in short)


def full_names(names: list[Name]) -> list[Name]:
    """Return the names with ``name`` set to the full form that the article has for a surname or an abbreviation, where it is one."""
    people = list(dict.fromkeys(n.text for n in names if n.kind == "person" and len(n.text) > 1))
    organizations = list(dict.fromkeys(n.name for n in names if n.kind == "organization" and len(n.text) > 4))
    known: dict[tuple[str, str], str] = {}

    def full(name: Name) -> str:
        key = (name.kind, name.text)
        if key not in known:
            text = name.text
            fitting: list[str] = []
            if name.kind == "person" and len(text) == 1:
                fitting = [p for p in people if p[0] == text and len(p) < 4]
            elif name.kind == "person" and len(text) > 1:
                fitting = [p for p in people if p != text and text in COMPONENT.split(p)]
            elif name.kind == "organization" and len(text) < 12:
                fitting = [o for o in organizations if is_short_for(text, o)]
            known[key] = fitting[0] if len(fitting) == 1 else name.name
        return known[key]

    return [replace(name, name=full(name)) if name.kind != "place" and full(name) != name.name else name for name in names]
