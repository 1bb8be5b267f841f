"""Organisations: what kind of one a name says it is."""

from __future__ import annotations

from functools import lru_cache

from transforms.lexicons.names import organization_words

RANKS = frozenset("省市区县镇乡州旗")
LONGEST_TAIL = 12  # characters of the longest word that names of organisations end in


@lru_cache(maxsize=1 << 14)
def kind_of(name: str) -> str:
    """Return the kind of an organisation by the longest known word that its name ends in.

    >>> kind_of("云渡区人民武装部"), kind_of("清浦集团")
    ('military', 'company')
    """
    kinds = organization_words()
    for size in range(min(len(name), LONGEST_TAIL), 0, -1):
        if name[-size:] in kinds:
            return kinds[name[-size:]]
    return "other"
