"""Truncation: articles that have lost their beginning, and articles that break off.

A lost beginning leaves only weak traces, since Chinese can begin a sentence with nearly anything: a closing quote without its opening, the rest
of a word that the page prints whole elsewhere, a first word that never opens a sentence in the character model or on this page. The traces are
added up with weights (``data/lost_beginnings.tsv``) that ``python -m tests.bench.train_beginnings`` learns. A flag is to be believed: of whole
articles fewer than one in 500 has one, and three in four of the lost beginnings are missed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from transforms.lexicons import read_table
from transforms.pages.block_features import BlockFeatures
from transforms.pages.joins import BEGINS_INSIDE, closed_unopened
from transforms.pages.language import START, begins, flatten, log_count, occurs
from transforms.pages.words import first_word, word_across

BEGINS_INSIDE_DATE = re.compile("[年月日时分](?:[0-9]|在|[上下]午|电|凌晨|晚|，)")
NO_SENTENCE = frozenset(("figures", "listed", "credit", "byline", "post word", "signed", "ends in credit"))
LOST, LOST_FOR_SURE = 3.3, 3.8
"""What must speak for a lost beginning on a page that shows other breaks (one of 665 whole articles comes to it), and on one that shows none."""
MOST_AGAINST, MOST_FOR = 6.0, 3.0
HOMES = frozenset("省市县区旗州镇乡村")
"""A local paper opens sentences with the offices of its town, 区交通运输局, which the segmenter does not know."""
USUAL_OPENER = 4  # sentences of the page that begin with a character from which it is a usual beginning
COMPARED_CHARS = 3
"""Characters of a beginning that are looked for elsewhere on the page."""


@cache
def weights_of_traces() -> dict[str, float]:
    """Return what each trace of a lost beginning weighs, as a logarithm of odds."""
    return {name: float(weight) for name, weight in read_table("lost_beginnings.tsv")}


def looks_headless(text: str, shape: BlockFeatures, openings: Mapping[str, int], page: str, lost: float = LOST) -> bool:
    """Return whether the beginning of a paragraph is missing. ``openings`` counts the first characters of the page's sentences, ``page`` is its
    text, ``lost`` is how much must speak for it.

    >>> from transforms.pages.block_features import features_of
    >>> text = "”的做法得到两岸居民的欢迎，渡口的客流比去年同期明显增加，船工们也有了更多收入。"
    >>> looks_headless(text, features_of(text), {}, text)
    True
    """
    if not can_be_headless(shape):
        return False
    points = points_of_traces(traces_of_characters(text, openings))
    if points + most_points_of_words() <= lost:
        return False
    return points + points_of_traces(traces_of_words(text, page)) > lost


def points_of_traces(traces: Mapping[str, float]) -> float:
    """Return what traces weigh together."""
    return sum(weights_of_traces()[name] * value for name, value in traces.items())


@cache
def most_points_of_words() -> float:
    """Return what the traces of words can weigh at the most."""
    return sum(max(weights_of_traces()[name], 0.0) for name in traces_of_words("渡口", ""))


def can_be_headless(shape: BlockFeatures) -> bool:
    """Return whether a paragraph can have lost its beginning: prose that is no entry of a list and has no dateline."""
    return shape.is_prose and shape.shows.isdisjoint({"listed", "lead"})


def traces_of_characters(text: str, openings: Mapping[str, int]) -> dict[str, float]:
    """Return what the first characters of a paragraph show of a lost beginning, or of one that is there, each with its strength."""
    pair = flatten(text[:2])
    again = openings.get(text[:2], 1) - 1
    return {
        "always": 1,
        "likelier to begin a sentence": max(-MOST_AGAINST, min(MOST_FOR, begins(text) - occurs(text))),
        "frequency of the first pair": log_count(pair) or -1.0,
        "pair begins sentences": log_count(START + pair) is not None,
        "pair begins one other sentence here": again == 1,
        "pair begins other sentences here": again >= 2,
        "character begins sentences here": openings.get(text[0], 1) >= USUAL_OPENER,
        "closes a quote": "“”" in closed_unopened(text),
        "begins inside a sentence": BEGINS_INSIDE.match(text) is not None,
        "begins inside a date": BEGINS_INSIDE_DATE.match(text) is not None,
        "number first": text[0].isdigit(),
        "quote first": text[0] in "“『‘「",
    }


def traces_of_words(text: str, page: str) -> dict[str, float]:
    """Return what the first word of a paragraph shows of a lost beginning, each with its strength.

    >>> text = "委召开全体会议，讨论渡口通航。"
    >>> traces_of_words(text, "云渡区委召开全体会议\\n" + text)["rest of a word on the page"]
    True
    """
    word = first_word(text)
    return {
        "word of one character first": len(word) == 1 and word not in HOMES,
        "office first": word in HOMES,
        "rest of a word on the page": is_rest_of_word(text, page),
    }


def is_rest_of_word(text: str, page: str) -> bool:
    """Return whether a page prints the first characters of a text elsewhere behind a character that makes a word with them.

    >>> is_rest_of_word("华社记者报道，渡口通航。", "据新华社记者报道"), is_rest_of_word("记者报道，渡口通航。", "据新华社记者报道")
    (True, False)
    """
    start = text[:COMPARED_CHARS]
    at = page.find(start, 1)
    while at >= 0:
        if page[at - 1].isalnum() and word_across(page[max(0, at - COMPARED_CHARS) : at], text[: 2 * COMPARED_CHARS]):
            return True
        at = page.find(start, at + 1)
    return False


def breaks_off(text: str, shape: BlockFeatures, *, at_end_of_page: bool) -> bool:
    """Return whether the last paragraph of an article breaks off: prose without its full stop, at the end of a page any text.

    >>> from transforms.pages.block_features import features_of
    >>> breaks_off("渡口今天举行了通", features_of("渡口今天举行了通"), at_end_of_page=True)
    True
    """
    if shape.end != "open" or not shape.shows.isdisjoint(NO_SENTENCE):
        return False
    return at_end_of_page or shape.is_prose and re.search("[，。；：、,;:]", text) is not None
