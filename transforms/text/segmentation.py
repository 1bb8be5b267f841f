"""The words of a text with their classes, as the segmenter (rjieba, whose dictionary comes with it) sees them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterator
from functools import cached_property, lru_cache
from itertools import accumulate

import rjieba


class Words:
    """The words of a text, together all of it: ``starts[i]`` is where word ``i`` begins, ``tags[i]`` its class as the segmenter sees it.

    Half a surrogate pair counts as ?.

    >>> words = Words("云渡区的")
    >>> words.words, words.tags, words.starts
    (['云渡区', '的'], ['ns', 'uj'], [0, 3])
    """

    def __init__(self, text: str) -> None:
        self.text = text
        pairs = rjieba.tag(text.encode("utf-8", "replace").decode()) if text else ()
        self.words, self.tags = map(list, zip(*pairs, strict=True)) if pairs else ([], [])
        self.starts = list(accumulate(map(len, self.words), initial=0))[:-1]

    def index_at(self, offset: int) -> int:
        """Return the number of the word that holds the character at ``offset``."""
        return bisect_right(self.starts, offset) - 1

    @cached_property
    def edges(self) -> frozenset[int]:
        """Where words begin and end."""
        return frozenset((*self.starts, len(self.text)))

    def numbers_of(self, some: Container[str]) -> list[int]:
        """Return the numbers of the words that are among ``some``."""
        return [number for number, word in enumerate(self.words) if word in some]

    def whole_matches(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Yield the matches of a pattern that begin and end where words do."""
        return (match for match in pattern.finditer(self.text) if match.start() in self.edges and match.end() in self.edges)

    def ending_at(self, offset: int) -> int:
        """Return the number of the last word that begins before ``offset``."""
        return bisect_left(self.starts, offset) - 1


@lru_cache(maxsize=256)
def segmented(text: str) -> Words:
    """Return the words of a text. The texts read last are remembered, some pages of articles: several finders read the same ones."""
    return Words(text)
