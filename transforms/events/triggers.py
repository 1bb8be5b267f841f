"""Words that may tell an event, and the words around them that decide whether they do: the tables of events."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from transforms.lexicons import read_groups, read_table
from transforms.text.patterns import WordFinder, one_of


class Trigger(NamedTuple):
    """A word of a kind of event, found from ``start`` to ``end`` in the range ``clause``; ``form`` is one of ``data/event_triggers.tsv``, or further.

    ``word`` holds the noun too, where one must follow (签署协议), and is the word said before where the verb is left out (further: 选举…为区长，…为副区长).
    """

    kind: str
    word: str
    form: str
    start: int
    end: int
    clause: tuple[int, int]


@cache
def uses_by_word() -> dict[str, tuple[tuple[str, str, str], ...]]:
    """Return what each word may trigger: kind, form, and the noun that must follow, empty where none must."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for kind, form, words in read_table("event_triggers.tsv"):
        for word in words.split():
            verb, _, noun = word.partition("+")
            if not any(kind == known and noun == other for known, _, other in found.get(verb, ())):
                found.setdefault(verb, []).append((kind, form, noun))
    return {word: tuple(uses) for word, uses in found.items()}


@cache
def trigger_words() -> WordFinder:
    return WordFinder(uses_by_word())


@cache
def context(group: str) -> re.Pattern:
    """Return what finds the words of a group of ``data/event_context.tsv``."""
    return re.compile(one_of(read_groups("event_context.tsv")[group]))


@cache
def subtypes(kind: str) -> tuple[tuple[str, re.Pattern], ...]:
    """Return the closer sorts of a kind, each with what shows it, in the order of ``data/event_subtypes.tsv``."""
    return tuple((subtype, re.compile(one_of(words.split()))) for of, subtype, words in read_table("event_subtypes.tsv") if of == kind)
