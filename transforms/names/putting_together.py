"""Pieces put together: leading places and a tail are an organisation; what is left of places gets level, code and parent."""

from __future__ import annotations

from functools import cache

from transforms.names.lexicon import data_lines, organization_words
from transforms.names.places import described
from transforms.names.tagging import Piece, Words
from transforms.records import Name


def organizations_and_places(words: Words, found: list[Piece]) -> list[Name]:
    """Return organisations, the places they begin with, and other places.

    A run of pieces without a gap that ends in an organisation is one organisation; of the places in it only those before its
    first tail are named apart. A bare common word (公司, 市委) is no name.
    """
    names: list[Name] = []
    codes: list[str] = []
    run: list[Piece] = []

    def close() -> None:
        tails = [number for number, piece in enumerate(run) if piece.kind == "organization"]
        if not tails:
            names.extend(described(words, piece, codes) for piece in run)
        else:
            first, last = tails[0], tails[-1]
            start, end = run[0].start, run[last].end
            name = words.text[start:end]
            if is_own_name(name) or first:
                sure = min(piece.sure for piece in run[: last + 1])
                names.append(Name("organization", name, start, end, name, sure, organization_kind=kind_of(name)))
            names.extend(described(words, piece, codes) for number, piece in enumerate(run) if number < first or number > last)
        run.clear()

    for piece in found:
        if run and piece.start != run[-1].end:
            close()
        run.append(piece)
    close()
    return names


def is_own_name(name: str) -> bool:
    """Tell whether the word names one organisation by itself (国务院), or is more than a common word for a kind of them."""
    return name not in organization_words() or name in _own_names()


@cache
def _own_names() -> frozenset[str]:
    return frozenset(word for line in data_lines("own_names.txt") for word in line.split())


def kind_of(name: str) -> str:
    """Return the kind of an organisation by the longest known word that its name ends in.

    >>> kind_of("云渡区人民武装部"), kind_of("清浦集团")
    ('military', 'company')
    """
    kinds = organization_words()
    for size in range(min(len(name), 12), 1, -1):
        if name[-size:] in kinds:
            return kinds[name[-size:]]
    return "other"
