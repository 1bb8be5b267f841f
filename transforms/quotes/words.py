"""Words that say that something is said, and by whom: the tables of quotations."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cache

from transforms.lexicons import read_groups, read_table
from transforms.text.patterns import one_of
from transforms.text.segmentation import segmented


@cache
def verbs_of_saying() -> dict[str, tuple[tuple[str, ...], str, str]]:
    """Return the verbs of ``data/speech_verbs.tsv``: how what they bring without a sign begins, when a comma brings it, and their kind."""
    return {
        verb: (("",) if bare == "*" else () if bare == "-" else tuple(bare.split()), comma, kind)
        for verb, bare, comma, kind in read_table("speech_verbs.tsv")
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


NO_NOUN = frozenset(("v", "vd", "d", "ad", "c", "p", "f", "u", "ul", "uj", "uv", "a", "zg"))
"""Classes of words that no noun ends in."""


def can_speak(noun: str) -> bool:
    """Return whether what stands before a verb of saying can be who speaks: it ends in a noun, and does nothing (镇里的会计, not 警方接到报警, 民警赶紧).

    >>> can_speak("该村负责人"), can_speak("《通知》"), can_speak("警方接到报警"), can_speak("三被告不仅")
    (True, True, False, False)
    """
    if noun_class(noun) != "other":
        return True
    tags = segmented(noun).tags
    return tags[-1] not in NO_NOUN and "v" not in tags[1:]


def size_word(length: int) -> str:
    """Return a word for a length in characters.

    >>> size_word(0), size_word(3), size_word(20), size_word(21)
    ('none', 'five', 'twenty', 'long')
    """
    return ("none", "two", "five", "ten", "twenty", "long")[bisect_left((0, 2, 5, 10, 20), length)]
