"""The words of a text with their classes, as the segmenter (rjieba, whose dictionary comes with it) sees them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import lru_cache
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
        self.words = [word for word, _ in pairs]
        self.tags = [tag for _, tag in pairs]
        self.last_characters = "".join([word[-1] for word in self.words])
        self.starts = list(accumulate(map(len, self.words), initial=0))[:-1]

    def index_at(self, offset: int) -> int:
        """Return the number of the word that holds the character at ``offset``."""
        return bisect_right(self.starts, offset) - 1

    def ending_in(self, characters: re.Pattern) -> list[int]:
        """Return the numbers of the words whose last character is one of those that a pattern stands for."""
        return [match.start() for match in characters.finditer(self.last_characters)]

    def ending_at(self, offset: int) -> int:
        """Return the number of the last word that begins before ``offset``."""
        return bisect_left(self.starts, offset) - 1


@lru_cache(maxsize=256)
def segmented(text: str) -> Words:
    """Return the words of a text. The texts read last are remembered, some pages of articles: several finders read the same ones."""
    return Words(text)
