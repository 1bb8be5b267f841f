"""The word lists that pages are read with."""

from __future__ import annotations

from functools import lru_cache

from transforms.lexicons import read_groups, read_table
from transforms.text.patterns import one_of

LONGEST_PLACE = 6  # characters


@lru_cache(maxsize=1)
def words() -> dict[str, tuple[str, ...]]:
    """Return the words of ``data/page_words.tsv`` by kind, the longest first."""
    return {kind: tuple(sorted(found, key=len, reverse=True)) for kind, found in read_groups("page_words.tsv").items()}


def any_of(kind: str) -> str:
    """Return a pattern that matches any word of a kind."""
    return one_of(words()[kind])


@lru_cache(maxsize=1)
def places() -> frozenset[str]:
    """Return names of provinces, cities, counties, countries and cities abroad, in full and without 省, 市, 县, 区."""
    names: set[str] = set()
    for name, column in (("divisions.tsv", 1), ("world.tsv", 0)):
        for row in read_table(name):
            place = row[column]
            names |= {place, place[:-1]} if len(place) > 2 and place[-1] in "省市县区盟州" else {place}
    return frozenset(place for place in names if 2 <= len(place) <= LONGEST_PLACE)


def begins_with_place(text: str) -> bool:
    """Return whether a text begins with the name of a province, a city, a county or a country.

    >>> begins_with_place("湖南省近日发出通知"), begins_with_place("渡口近日通航")
    (True, False)
    """
    return text[:2] in place_beginnings() and any(text[:size] in places() for size in range(2, LONGEST_PLACE + 1))


@lru_cache(maxsize=1)
def place_beginnings() -> frozenset[str]:
    """Return the first two characters of all places."""
    return frozenset(place[:2] for place in places())
