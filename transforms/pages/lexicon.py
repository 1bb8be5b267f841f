"""The word lists that pages are read with."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

from transforms.names.lexicon import surnames as all_surnames


@lru_cache(maxsize=1)
def words() -> dict[str, tuple[str, ...]]:
    """Return the words of ``data/page_words.tsv`` by kind, the longest first."""
    kinds: dict[str, list[str]] = {}
    for line in files("transforms").joinpath("data/page_words.tsv").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, some = line.split("\t")
            kinds.setdefault(kind, []).extend(some.split())
    return {kind: tuple(sorted(found, key=len, reverse=True)) for kind, found in kinds.items()}


def any_of(kind: str) -> str:
    """Return a pattern that matches any word of a kind."""
    return "(?:" + "|".join(map(re.escape, words()[kind])) + ")"


@lru_cache(maxsize=1)
def surnames() -> tuple[frozenset[str], frozenset[str]]:
    """Return the common surnames of one character, and those of two."""
    found = all_surnames()
    return frozenset(found.common), frozenset(found.compound)
