"""Persons of whom the tagger has seen too few: those in Latin letters, and surnames before a word of courtesy."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from transforms.lexicons.names import not_names, surnames, title_words
from transforms.names.tagging import CandidateSpan
from transforms.text.segmentation import Words

LONGEST_TITLE = 8  # characters
LATIN_NAME = re.compile("(?<![A-Za-z])[A-Z][a-z]+(?:[-'’ ·.]{1,2}[A-Z][a-z]*){0,3}")


def latin_names(text: str, tagged: Iterable[CandidateSpan]) -> Iterator[CandidateSpan]:
    """Yield names in Latin letters behind a title, and the title where it is not tagged (总监 Marco Rossi): the tagger has seen few."""
    known = {span.end for span in tagged if span.kind == "title"}
    titles = title_words()
    for match in LATIN_NAME.finditer(text):
        end = match.start() - (text[match.start() - 1 : match.start()] == " ")
        title = next((end - size for size in range(min(LONGEST_TITLE, end), 1, -1) if text[end - size : end] in titles), None)
        if title is not None and end not in known:
            yield CandidateSpan(title, end, "title", 0.9)
        if title is not None:
            yield CandidateSpan(match.start(), match.end(), "person", 0.9)


COURTESY = re.compile("(?P<surname>[\u4e00-\u9fff])(?:(?P<apart>女士|先生|小姐|师傅|老师|同学|医生|教授)|大爷|大妈|大叔|大娘|大姐|大哥|大伯|阿姨|奶奶|爷爷|婆婆|老太|老汉|嫂)")
"""A surname and a word of courtesy: 女士 and its like stand apart from the name, 大爷 and its like are part of it."""


def courtesies(words: Words) -> Iterator[CandidateSpan]:
    """Yield persons whom a surname and a word of courtesy name, where the surname begins a word (方|女士, 隗师傅, 裘奶奶).

    >>> text = "方女士和裘奶奶都说好，地方老师也来了。"
    >>> [text[span.start:span.end] for span in courtesies(Words(text))]
    ['方', '裘奶奶']
    """
    starts = set(words.starts)
    for match in COURTESY.finditer(words.text):
        if match["surname"] in surnames().common - not_names()["surname"] and match.start() in starts:
            yield CandidateSpan(match.start(), match.start() + 1 if match["apart"] else match.end(), "person", 0.9)
