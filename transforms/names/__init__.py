"""Persons with their titles, organisations and places.

How it works, one step a function, top to bottom in ``spans_from`` and ``names_from``. A fast tagger, taught on modern local news, says which characters belong to a
person, an organisation, a place or a title (``tagging``). What is not sure is left out. Gazetteers and rules add what it has seen too few of and part what it runs
together (``places``, ``organizations``, ``people``); ``rule`` of a name is the function that found it; bylines say who signs. What one place of the article shows holds for the others: the same name
elsewhere, the full name for a surname or an abbreviation (``coreference``). Titles are laid to their holders (``titles``); places get level, code and parent.

How well it finds them: ``transforms/model_card.md``.

Conventions. A name is whole and as printed: 江苏省 and 常州市 are two, 云渡区人民武装部 is an organisation in which no place is named. Of 王主任 the
mention is 王, the title 主任, and ``name`` the full name where the article has one. 邓小平理论 does not name a person.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from transforms.bylines import find_bylines, signed_names
from transforms.lexicons.names import looks_like_name, surnames, untitled_words
from transforms.names.coreference import full_names, is_in_byline, overlay, with_one_kind, with_other_mentions, without_words
from transforms.names.organizations import (
    bodies_of_listed_heads,
    bodies_of_rank,
    centres_of_numbers,
    completed_organizations,
    is_whole,
    offices_of_heads,
    offices_of_titles,
    organization_kind,
    parted_organizations,
    short_companies,
    units_with_heads,
    widely_known_organizations,
)
from transforms.names.parents import with_parents
from transforms.names.people import (
    appointed_persons,
    courtesies,
    described_persons,
    dotted_names,
    latin_names,
    listed_persons,
    persons_before_titles,
    titled_persons,
    whole_names,
    widely_known_people,
    without_courtesy,
    without_next_word,
)
from transforms.names.places import (
    addresses,
    buildings,
    completed_places,
    described_place,
    is_of_honour,
    is_venue,
    joined_places,
    kind_by_tail,
    known_places,
    known_towns,
    level_by_tail,
    roads,
    settled,
    single_places,
    with_street,
)
from transforms.names.tagging import CandidateSpan, Words, find_spans_of
from transforms.names.titles import TitleReader, parted_title, single_titles, titles_by_word, with_ranks
from transforms.quantities.counted import word_classes
from transforms.records import Name
from transforms.text.characters import read, to_raw
from transforms.text.segmentation import segmented

__all__ = ["find_names", "find_names_of", "organization_kind"]


LEAST_PROBABILITY = {"person": 0.8, "place": 0.6, "organization": 0.6, "title": 0.5}
"""Probability below which what the tagger found is left out: of such names fewer than half are right."""
LEAST_OF_WORDS = 0.97
"""The same of persons whose name is a common word (单位, 敬佩; but 高峰)."""
LEAST_OF_TITLED_WORDS = 0.9
"""The same where a title stands before it (市长|高峰, not 第一书记|任职)."""
LEAST_BORNE_OUT = {"person": 0.5, "place": 0.45, "organization": 0.5, "title": 0.4}
"""The same where what stands beside it or its build bears it out."""
LEVELS_BY_TAIL = frozenset(["city", "county", "town", "village", "street", "site"])
KINDS_OF_DIVISIONS = frozenset(["court", "government", "hospital", "school"])
NAMED_BY_DIVISION = re.compile("[\u4e00-\u9fff]{2,4}(?:[市县区州旗镇乡村]|街道|社区)")
AFTER_TITLE = re.compile("(?:[（(][^（）()\n]{1,6}[）)])?")
"""What stands between a title and its holder: nothing, or how it is held (副县长（挂职）邬晓筝)."""
NO_PERSON = re.compile("[与及].|.[区县市镇乡村]")
"""What is no person after a title (督导师|与镇)."""
OF_CHARACTER = re.compile("(?:为人|待人|做人|性格|性情|处事|做事|作风)$")
"""What stands before a word for someone's character, and before no name in the gold (为人|耿直)."""
LONG_NAME = 6
"""Characters beyond which a name that ends as organisations do is seldom something else (西北民族大学格萨尔研究院)."""
ITEM = re.compile("[^/／]+")
SPACE_IN_NAME = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
"""Space within a name of two characters (苏　荷)."""
TAGGER_PROBABILITY = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.97, 0.99, 1.0)
SHARE_RIGHT = (0.5, 0.58, 0.65, 0.7, 0.77, 0.86, 0.93, 0.97, 0.99)
"""The tagger's probability, and the share that was right of names as probable in 75 articles that it had not learned from (970 namings of
all kinds); between two points it is a straight line. ``python -m tests.bench.news`` shows it on others."""


def with_share_right(words: Words, spans: list[CandidateSpan]) -> list[CandidateSpan]:
    """Return the pieces with the share that is right of those that are found as surely; one that the article has more surely elsewhere
    is as sure as half way to there."""
    texts = [(piece.kind, words.text[piece.start : piece.end]) for piece in spans]
    best: dict[tuple[str, str], float] = {}
    for piece, text in zip(spans, texts, strict=True):
        best[text] = max(best.get(text, 0.0), piece.confidence)
    return [
        CandidateSpan(start, end, kind, share_right((confidence + best[text]) / 2), rule)
        for (start, end, kind, confidence, rule), text in zip(spans, texts, strict=True)
    ]


@lru_cache(maxsize=1 << 14)
def share_right(sure: float) -> float:
    """Return the share that is right of what is as sure.

    >>> share_right(0.9), share_right(0.97)
    (0.77, 0.93)
    """
    after = min(bisect_right(TAGGER_PROBABILITY, sure), len(TAGGER_PROBABILITY) - 1)
    slope = (SHARE_RIGHT[after] - SHARE_RIGHT[after - 1]) / (TAGGER_PROBABILITY[after] - TAGGER_PROBABILITY[after - 1])
    return round(1000 * (SHARE_RIGHT[after - 1] + slope * (sure - TAGGER_PROBABILITY[after - 1]))) / 1000


def parted(text: str, span: CandidateSpan) -> Iterator[CandidateSpan]:
    """Yield what the tagger took for one span in its parts, of the kind that their ends tell: two persons, two organisations, an organisation and a title,
    several places; a word of courtesy is no part of a name."""
    if span.kind == "title":
        yield from parted_title(text, span)
        return
    for part in parted_organizations(text, span) if span.kind == "organization" else (span,):
        kind = kind_by_tail(text[part.start : part.end], part.kind)
        if kind == "person":
            ranges = [item.span() for item in ITEM.finditer(text, part.start, part.end)]
        else:
            ranges = single_places(text, part.start, part.end) if kind == "place" else [(part.start, part.end)]
        for start, end in ranges:
            piece = CandidateSpan(start, end, kind, part.confidence, part.rule)
            yield without_next_word(text, without_courtesy(text, piece)) if kind == "person" else piece


class Around(NamedTuple):
    """Where the titles of a text begin and end, and where its sure persons do."""

    title_starts: frozenset[int]
    title_ends: frozenset[int]
    person_edges: frozenset[int]


def is_likely_person(words: Words, span: CandidateSpan, around: Around) -> bool:
    """Return whether a title, a list of persons or its build bears a person out."""
    text, name = words.text, words.text[span.start : span.end]
    if span.start in around.title_ends:
        return looks_like_name(name) or "·" in name or len(name) == 1
    is_listed = any(
        text[at : at + 1] == "、" and edge in around.person_edges for at, edge in ((span.start - 1,) * 2, (span.end, span.end + 1))
    )
    is_told = is_listed or name[1:2] == "某" or text[span.end : span.end + 2] in untitled_words()
    return looks_like_name(name) and (is_told or name[:2] in surnames().compound)


def is_likely_organization(words: Words, span: CandidateSpan, around: Around) -> bool:
    """Return whether the title of its head or its build bears an organisation out (榕湾县人民医院)."""
    name = words.text[span.start : span.end]
    is_built = NAMED_BY_DIVISION.match(name) is not None and organization_kind(name) in KINDS_OF_DIVISIONS
    is_long = len(name) > LONG_NAME and span.end in words.edges and is_whole(name)
    return span.end in around.title_starts or (is_built or is_long) and span.start in words.edges


def is_likely_place(words: Words, span: CandidateSpan, around: Around) -> bool:
    """Return whether its last word bears a place out, where a word begins with it (源东乡, 聚贤大道, not 金融市场)."""
    name = words.text[span.start : span.end]
    is_built = len(name) > 2 and name[:2] not in word_classes() and level_by_tail(name) in LEVELS_BY_TAIL
    return is_built and span.start in words.edges


def is_likely_title(words: Words, span: CandidateSpan, around: Around) -> bool:
    """Return whether a sure person stands right beside a title."""
    return span.end in around.person_edges


BORNE_OUT = {"person": is_likely_person, "organization": is_likely_organization, "place": is_likely_place, "title": is_likely_title}


def is_called_like_word(text: str, span: CandidateSpan) -> bool:
    """Return whether a person is called like a common word (单位, 敬佩)."""
    return text[span.start : span.end].removesuffix("地") in word_classes()


def is_no_person(text: str, span: CandidateSpan) -> bool:
    """Return whether what seems a person is how somebody does something, what goes on after a title, or a word for somebody's character.

    >>> is_no_person("局长高兴地说", CandidateSpan(2, 4, "person", 0.98)), is_no_person("他为人耿直", CandidateSpan(3, 5, "person", 0.95))
    (True, True)
    """
    return (
        "地" in text[span.end - 1 : span.end + 1]
        and is_called_like_word(text, span)
        or NO_PERSON.fullmatch(text, span.start, span.end) is not None
        or OF_CHARACTER.search(text, max(span.start - 2, 0), span.start) is not None
    )


def likely_enough(words: Words, spans: Sequence[CandidateSpan]) -> Iterator[CandidateSpan]:
    """Yield the spans that are likely enough: what its surroundings or its build bear out needs less, a person called like a common word more.

    >>> text = "局长高兴地说"
    >>> list(likely_enough(segmented(text), [CandidateSpan(2, 4, "person", 0.98)]))
    []
    """
    text = words.text
    titles = [span for span in spans if span.kind == "title"]
    sure_people = [span for span in spans if span.kind == "person" and span.confidence >= LEAST_PROBABILITY["person"]]
    around = Around(
        frozenset(span.start for span in titles),
        frozenset(match.end() for span in titles if (match := AFTER_TITLE.match(text, span.end))),
        frozenset(edge for span in sure_people for edge in (span.start, span.end)),
    )
    for span in spans:
        if span.kind != "person" and span.confidence >= LEAST_PROBABILITY[span.kind]:
            yield span
            continue
        if span.kind == "person" and is_no_person(text, span):
            continue
        is_word = span.kind == "person" and is_called_like_word(text, span)
        least, least_borne_out = (
            (LEAST_OF_WORDS, LEAST_OF_TITLED_WORDS) if is_word else (LEAST_PROBABILITY[span.kind], LEAST_BORNE_OUT[span.kind])
        )
        if span.confidence >= (least_borne_out if BORNE_OUT[span.kind](words, span, around) else least):
            yield span


def find_names(text: str) -> list[Name]:
    """Return the persons, organisations and places that a text names, in order.

    ``text`` is one whole article, a paragraph a line. Offsets count its code points; the text is left as it is. Titles are as
    printed, ``titles`` are their parts. Never raises.

    >>> [(n.text, n.title) for n in find_names("区委书记、区长李云川来到云渡区。") if n.kind == "person"]
    [('李云川', '区委书记、区长')]
    """
    return signed_names(find_names_of([text])[0], find_bylines(text))


def find_names_of(texts: Sequence[str]) -> list[list[Name]]:
    """Return the names of each of the texts but for who signs: faster together, as the articles of one page are."""
    readings = [read(text) for text in texts]
    several = [segmented(reading.text) for reading in readings]
    tagged = find_spans_of(several) if several else []
    return [
        to_raw(with_parents(names_from(words, spans)), *read_from)
        for words, spans, *read_from in zip(several, tagged, readings, texts, strict=True)
    ]


def spans_from(words: Words, tagged: Sequence[CandidateSpan]) -> list[CandidateSpan]:
    """Return the names and titles of a text, none over another, given what the tagger says: what gazetteers and rules add, and what they know better."""
    text = words.text
    tagged = [part for span in tagged for part in parted(text, span)]
    known = [*known_places(words), *widely_known_organizations(words), *without_words(text, widely_known_people(words)), *courtesies(words)]
    spans = overlay(known, likely_enough(words, with_one_kind(text, without_words(text, tagged))))
    spans = overlay(spans, [*addresses(words, spans), *latin_names(text, tagged), *appointed_persons(text, spans)])
    spans = overlay(
        spans,
        [
            *described_persons(text),
            *centres_of_numbers(text, spans),
            *dotted_names(words, spans),
            *titled_persons(words, spans),
            *persons_before_titles(words, spans),
        ],
    )
    spans = overlay(spans, whole_names(words, spans))
    spans = overlay(spans, listed_persons(text, spans))
    spans = [with_street(text, span) if span.kind == "place" else span for span in spans]
    spans = overlay(spans, buildings(text, spans))
    spans = overlay(spans, roads(text, spans))
    spans = overlay(spans, joined_places(text, spans))
    spans = overlay([*known_towns(words, spans), *offices_of_titles(text, spans)], spans)
    spans = overlay(spans, offices_of_heads(words, spans))
    spans = overlay(overlay(spans, completed_places(words, spans)), completed_organizations(words, spans))
    spans = overlay(spans, bodies_of_rank(words, spans))
    spans = overlay(spans, short_companies(text, spans))
    spans = [span._replace(kind="place") if span.kind == "organization" and is_venue(text, span) else span for span in spans]
    spans = [span for span in with_other_mentions(words, spans) if not is_untitled(text, span) and not is_in_byline(text, span)]
    spans = [span for span in spans if span.kind != "place" or not is_of_honour(text, span)]
    spans = [part for span in with_ranks(text, overlay(titles_by_word(words, spans), spans)) for part in single_titles(text, span)]
    spans = overlay(spans, without_words(text, bodies_of_listed_heads(text, spans)))
    return with_share_right(words, overlay(spans, units_with_heads(text, spans)))


def is_untitled(text: str, span: CandidateSpan) -> bool:
    """Return whether what was taken for a title only tells who is meant (儿子)."""
    return span.kind == "title" and text[span.start : span.end] in untitled_words()


def names_from(words: Words, tagged: Sequence[CandidateSpan]) -> list[Name]:
    """Return the names of a text, given what the tagger says."""
    text = words.text
    if not text.strip():
        return []
    spans = spans_from(words, tagged)
    names: list[Name] = []
    for person, title, titles in TitleReader(text, spans).of_all():
        name = text[person.start : person.end]
        names.append(
            Name("person", name, person.start, person.end, SPACE_IN_NAME.sub("", name), person.confidence, title, titles, rule=person.rule)
        )
    codes: list[str] = []
    for span in spans:
        name = text[span.start : span.end]
        if span.kind == "place":
            names += [
                described_place(words, span._replace(start=start, end=end), codes)
                for start, end in single_places(text, span.start, span.end)
            ]
        elif span.kind == "organization":
            names.append(
                Name(
                    "organization",
                    name,
                    span.start,
                    span.end,
                    name,
                    span.confidence,
                    organization_kind=organization_kind(name),
                    rule=span.rule,
                )
            )
    return full_names(sorted(settled(names), key=lambda name: (name.char_start, -name.char_end, name.kind)))
