"""Persons with their titles, organisations and places.

How it works, one step a function, top to bottom in ``names_from``. A fast tagger, taught by a slower one, says which characters
belong to names (``tagging``). Rules of the language mend its edges (``mending``); gazetteers and the build of organisations add what it
missed (``places``, ``institutions``); what newspapers give for free is laid over it: bylines and credits, a surname before 先生 or 主任,
an address before 号. What one place of the article shows holds for the others: the same name elsewhere, the full name for a surname
or an abbreviation (``spreading``). Then pieces are put together: leading places and a tail are an organisation, and what stands before
a person is read as titles (``people``).

Measured against the alternatives on ``press/names.jsonl`` (exact span, F1; tests/bench/names.py): LAC, the teacher, 0.81 for persons
and 0.75 for places; its student with these rules 0.88 and 0.89, at about ten times the speed.

Conventions. A place is the proper name: 江苏省 and 常州市 are two, of 广西壮族自治区 the mention is 广西 and ``name`` the whole.
A place that an organisation's name begins with is returned too, after the organisation; nothing else overlaps. Of 王主任 the
mention is 王, the title 主任, and ``name`` the full name where the article has one. 邓小平理论 does not name a person.
``confidence`` is the share of names found the same way that are right (``tests/bench/names.py`` shows the calibration).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache

from transforms.names.institutions import institutions, kind_of
from transforms.names.mending import dotted, mended, misclassed
from transforms.names.parents import with_parents
from transforms.names.people import before_polite_words, behind_titles, bylines, speaking, titled, with_titles
from transforms.names.places import addresses, known_places, with_homes
from transforms.names.putting_together import organizations_and_places, with_institutions
from transforms.names.spreading import full_names, lay_over, spread
from transforms.names.tagging import Piece, Words, pieces_of
from transforms.records import Name
from transforms.text.characters import read, to_raw
from transforms.text.segmentation import segmented

__all__ = ["find_names", "find_names_of", "kind_of"]


# How sure the tagger and the rules are, and the share that is right of what is as sure; read off one half of the data that
# tests/bench/names.py measures on, borne out by the other half. Between two points it is a straight line.
SAID = (0.0, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98, 1.0)
RIGHT = (0.3, 0.5, 0.57, 0.63, 0.76, 0.82, 0.87, 0.92, 0.98)


def calibrated(words: Words, found: list[Piece]) -> list[Piece]:
    """Return the pieces with the share that is right of those that are found as surely; one that the article has more surely elsewhere
    is as sure as half way to there."""
    texts = [(piece.kind, words.text[piece.start : piece.end]) for piece in found]
    best: dict[tuple[str, str], float] = {}
    for piece, text in zip(found, texts, strict=True):
        best[text] = max(best.get(text, 0.0), piece.sure)
    return [Piece(piece.start, piece.end, piece.kind, share_right((piece.sure + best[text]) / 2)) for piece, text in zip(found, texts, strict=True)]


@lru_cache(maxsize=1 << 14)
def share_right(sure: float) -> float:
    """Return the share that is right of what is as sure.

    >>> share_right(0.9), share_right(0.96)
    (0.82, 0.887)
    """
    after = min(bisect_right(SAID, sure), len(SAID) - 1)
    slope = (RIGHT[after] - RIGHT[after - 1]) / (SAID[after] - SAID[after - 1])
    return round(1000 * (RIGHT[after - 1] + slope * (sure - SAID[after - 1]))) / 1000


def find_names(text: str) -> list[Name]:
    """Return the persons, organisations and places that a text names, in order.

    ``text`` is one whole article, a paragraph a line. Offsets count its code points; the text is left as it is. Titles are as
    printed, ``titles`` are their parts. Never raises.

    >>> [(n.text, n.title) for n in find_names("区委书记、区长李云川来到云渡区。") if n.kind == "person"]
    [('李云川', '区委书记、区长')]
    """
    return find_names_of([text])[0]


def find_names_of(texts: Sequence[str]) -> list[list[Name]]:
    """Return what ``find_names`` returns for each of the texts: faster together, as the articles of one page are."""
    readings = [read(text) for text in texts]
    several = [segmented(reading.text) for reading in readings]
    tagged = pieces_of(several) if several else []
    return [to_raw(with_parents(names_from(words, pieces)), *read_from) for words, pieces, *read_from in zip(several, tagged, readings, texts, strict=True)]


def names_from(words: Words, tagged: list[Piece]) -> list[Name]:
    """Return the names of a text, given what the tagger says."""
    text = words.text
    if not text.strip():
        return []
    found = mended(words, tagged)
    found = lay_over(found, [*dotted(words, found), *misclassed(words)])
    found = list(with_homes(words, lay_over(known_places(words), found)))
    found = with_institutions(found, institutions(words, found))
    signed = list(bylines(text))
    behind = behind_titles(words)
    found = lay_over(lay_over([*titled(words, behind), *before_polite_words(words)], found), [*addresses(words), *speaking(words, behind), *(piece for piece, _ in signed)])
    found = calibrated(words, spread(words, found))
    parts = {(piece.start, piece.end): part for piece, part in signed}
    people = with_titles(words, [piece for piece in found if piece.kind == "person"], parts)
    others = organizations_and_places(words, [piece for piece in found if piece.kind != "person"])
    return full_names(sorted(people + others, key=lambda name: (name.char_start, -name.char_end, name.kind)))
