"""Words that say that something is said, and by whom: the tables of quotations."""

from __future__ import annotations

import re
from functools import cache

from transforms.lexicons import read_groups, read_table
from transforms.text.patterns import one_of


@cache
def verbs_of_saying() -> dict[str, tuple[tuple[str, ...], str]]:
    """Return the verbs of ``data/speech_verbs.tsv``: how what they bring without a sign begins, and when a comma brings it."""
    return {
        verb: (("",) if bare == "*" else () if bare == "-" else tuple(bare.split()), comma)
        for verb, bare, comma in read_table("speech_verbs.tsv")
    }


@cache
def verb_pattern() -> re.Pattern:
    """Return what finds a verb of saying."""
    return re.compile(one_of(verbs_of_saying()))


@cache
def words_pattern(group: str, form: str) -> re.Pattern:
    """Return a pattern of the words of a group of ``data/speech_words.tsv``; ``form`` has {} where they stand."""
    return re.compile(form.format(one_of(read_groups("speech_words.tsv")[group])))


def noun_class(noun: str) -> str:
    """Return what a noun is by its end: people, bodies, documents or other."""
    return next((group for group in ("people", "bodies", "documents") if words_pattern(group, "{}$").search(noun)), "other")


def size_word(length: int) -> str:
    """Return a word for a length in characters."""
    return next(
        name for most, name in ((0, "none"), (2, "two"), (5, "five"), (10, "ten"), (20, "twenty"), (10**9, "long")) if length <= most
    )
