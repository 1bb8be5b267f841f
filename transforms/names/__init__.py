"""Persons with their titles, organisations and places.

How it works, one step a function, top to bottom in ``find_names``. A fast tagger, taught by a slower one, says which characters
belong to names (``tagging``). Rules of the language mend its edges (``mending``); what newspapers give for free is laid over it:
bylines and credits, a surname before 先生 or 主任, an address before 号. What one place of the article shows holds for the
others: the same name elsewhere, the full name for a surname or an abbreviation (``spreading``). Then pieces are put together:
leading places and a tail are an organisation, and what stands before a person is read as titles (``people``).

Conventions. A place is the proper name: 江苏省 and 常州市 are two, of 广西壮族自治区 the mention is 广西 and ``name`` the whole.
A place that an organisation's name begins with is returned too, after the organisation; nothing else overlaps. Of 王主任 the
mention is 王, the title 主任, and ``name`` the full name where the article has one. 邓小平理论 does not name a person.
``confidence`` is the share of names found the same way that are right (``tests/bench/names.py`` shows the calibration).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from transforms.names.institutions import institutions, kind_of
from transforms.names.mending import dotted, mended, misclassed
from transforms.names.people import before_polite_words, bylines, titled, with_titles
from transforms.names.places import addresses, known_places, with_homes
from transforms.names.putting_together import organizations_and_places, with_institutions
from transforms.names.spreading import full_names, lay_over, spread
from transforms.names.tagging import Words, pieces
from transforms.records import Name

__all__ = ["find_names", "kind_of"]


# How sure the tagger and the rules are, and the share that is right of what is as sure; read off one half of the data that
# tests/bench/names.py measures on, borne out by the other half. Between two points it is a straight line.
SAID = (0.0, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98, 1.0)
RIGHT = (0.3, 0.5, 0.57, 0.63, 0.76, 0.82, 0.87, 0.92, 0.98)


def calibrated(names: list[Name]) -> list[Name]:
    """Return the names with a confidence that is the share right of those that are found as surely; one that the article has more surely
    elsewhere is as sure as half way to there."""
    best: dict[tuple[str, str], float] = {}
    for name in names:
        key = (name.kind, name.text)
        best[key] = max(best.get(key, 0.0), name.confidence)
    shares = np.interp([(name.confidence + best[name.kind, name.text]) / 2 for name in names], SAID, RIGHT).round(3).tolist()
    return [replace(name, confidence=share) for name, share in zip(names, shares, strict=True)]


def find_names(text: str) -> list[Name]:
    """Return the persons, organisations and places that a text names, in order.

    ``text`` is one whole article, a paragraph a line. Offsets count its code points; the text is left as it is. Titles are as
    printed, ``titles`` are their parts. Never raises.

    >>> [(n.text, n.title) for n in find_names("区委书记、区长李云川来到云渡区。") if n.kind == "person"]
    [('李云川', '区委书记、区长')]
    """
    if not text.strip():
        return []
    words = Words(text)
    found = mended(words, pieces(words))
    found = lay_over(found, [*dotted(words, found), *misclassed(words)])
    found = list(with_homes(words, lay_over(known_places(words), found)))
    found = with_institutions(found, institutions(words, found))
    signed = dict(bylines(text))
    found = lay_over(lay_over([*titled(words), *before_polite_words(words)], found), [*addresses(words), *signed])
    found = spread(words, found)
    people = with_titles(words, [piece for piece in found if piece.kind == "person"], signed)
    others = organizations_and_places(words, [piece for piece in found if piece.kind != "person"])
    return calibrated(full_names(sorted(people + others, key=lambda name: (name.char_start, -name.char_end, name.kind))))
