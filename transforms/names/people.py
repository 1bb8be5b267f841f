"""Persons that the words beside them tell: names in Latin letters, surnames before a word of courtesy, items of a list of persons, who is appointed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from transforms.lexicons.names import known_people, looks_like_name, name_characters, not_names, polite_words, surnames, title_words
from transforms.names.tagging import CandidateSpan
from transforms.text.patterns import one_of
from transforms.text.segmentation import Words

LONGEST_TITLE_BEFORE_LATIN = 8  # characters
LATIN_NAME = re.compile("(?<![A-Za-z])[A-Z][a-z]+(?:[-'’ ·.]{1,2}[A-Z][a-z]*){0,3}")


def latin_names(text: str, tagged: Iterable[CandidateSpan]) -> Iterator[CandidateSpan]:
    """Yield names in Latin letters behind a title, and the title where it is not tagged (总监 Marco Rossi): the tagger has seen few."""
    known = {span.end for span in tagged if span.kind == "title"}
    titles = title_words()
    for match in LATIN_NAME.finditer(text):
        end = match.start() - (text[match.start() - 1 : match.start()] == " ")
        title = next((end - size for size in range(min(LONGEST_TITLE_BEFORE_LATIN, end), 1, -1) if text[end - size : end] in titles), None)
        if title is not None and end not in known:
            yield CandidateSpan(title, end, "title", 0.97, "latin_names")
        if title is not None:
            yield CandidateSpan(match.start(), match.end(), "person", 0.97, "latin_names")


COURTESY = re.compile(
    "(?P<surname>[\u4e00-\u9fff])(?:(?P<apart>女士|先生|小姐|师傅|老师|同学|医生|教授)|大爷|大妈|大叔|大娘|大姐|大哥|大伯|阿姨|奶奶|爷爷|婆婆|老太|老汉|嫂)"
)
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
            yield CandidateSpan(match.start(), match.start() + 1 if match["apart"] else match.end(), "person", 0.97, "courtesies")


@cache
def _known_people_pattern() -> re.Pattern[str]:
    return re.compile(one_of(known_people()))


def widely_known_people(words: Words) -> Iterator[CandidateSpan]:
    """Yield the people that any prose names, where words begin and end with them (鲁迅)."""
    for match in words.whole_matches(_known_people_pattern()):
        yield CandidateSpan(*match.span(), "person", 0.97, "widely_known_people")


@cache
def _detached_courtesies() -> tuple[str, ...]:
    """Return the words of courtesy that are no part of a name, longest first: those that are titles, and 先生 and its like."""
    titles = title_words()
    apart = {"女士", "先生", "小姐", "师傅", "老师", "同学", "同志", "大夫"} | {
        word for word in polite_words() if len(word) > 1 and titles.get(word) in ("office", "rank")
    }
    return tuple(sorted(apart, key=len, reverse=True))


def without_courtesy(text: str, span: CandidateSpan) -> CandidateSpan:
    """Return a person without the word of courtesy behind the name (韩|老师, 梁惠珍|大夫).

    >>> text = "韩老师和王大爷"
    >>> [without_courtesy(text, CandidateSpan(*span, "person", 0.97))[:2] for span in ((0, 3), (4, 7))]
    [(0, 1), (4, 7)]
    """
    name = text[span.start : span.end]
    size = next((len(word) for word in _detached_courtesies() if name.endswith(word)), 0) if name.endswith(_detached_courtesies()) else 0
    rest = name[: len(name) - size]
    return (
        span._replace(end=span.end - size) if size and (rest in surnames().common | surnames().compound or looks_like_name(rest)) else span
    )


LISTED_NAME = re.compile(r"[、/／]([\u4e00-\u9fff]{2,4}(?=[、/／，。；：（）()\n]|$)|[\u4e00-\u9fff]+(?:·[\u4e00-\u9fff]+)+(?=[、/／（]))")
"""An item of a list of names, whole between two separators."""
APPOINTED = re.compile(
    r"(?:任命|免去|免除|提名|接受|选举|补选|推选|增补|聘任|聘请)([\u4e00-\u9fff]{2,4}?)(?=同志|为|的[^，。；]{2,24}职务|辞去|担任)"
)
"""Who is appointed or removed (任命宁远洲为局长, 免去邵春生的局长职务)."""


def is_foreign(name: str) -> bool:
    """Return whether a name has parts, all of characters that foreign names are written with (让·杜兰德)."""
    return "·" in name and all(char in name_characters()["foreign"] for char in name if char != "·")


def listed_persons(text: str, spans: Iterable[CandidateSpan]) -> Iterator[CandidateSpan]:
    """Yield the items of a list of persons that have the build of a name: right behind a person, and two persons in the list (田野、向劲松、米兰、黄泽民)."""
    people = [span for span in spans if span.kind == "person"]
    starts, start_of = {span.start for span in people}, {span.end: span.start for span in people}
    for match in LISTED_NAME.finditer(text):
        start, end = match.span(1)
        before = start_of.get(match.start())
        if before is None or start in starts or not (is_foreign(match[1]) or looks_like_name(match[1]) and match[1] not in title_words()):
            continue
        next_item = LISTED_NAME.match(text, end)
        if (
            "·" in match[1]
            or text[before - 1 : before] in {"、", "/", "／"}
            or starts & {end + 1, next_item.end() + 1 if next_item else end + 1}
        ):
            start_of[end] = start
            yield CandidateSpan(start, end, "person", 0.95, "listed_persons")


def appointed_persons(text: str, spans: Iterable[CandidateSpan]) -> Iterator[CandidateSpan]:
    """Yield those whom a text says to be appointed or removed, where the name has the build of one and is not found yet."""
    known = {(span.start, span.end) for span in spans if span.kind == "person"}
    for match in APPOINTED.finditer(text):
        if looks_like_name(match[1]) and match[1] not in title_words() and match.span(1) not in known:
            yield CandidateSpan(*match.span(1), "person", 0.97, "appointed_persons")
