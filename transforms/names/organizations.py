"""Organisations: what kind of one a name says it is, and those of which the tagger saw the place only."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import pairwise

from transforms.lexicons.names import divisions, known_organizations, organization_words, place_tails, title_words, world
from transforms.names.tagging import CandidateSpan
from transforms.text.patterns import one_of
from transforms.text.segmentation import Words, segmented

RANKS = frozenset("省市区县镇乡州旗")
LONGEST_TAIL = 12  # characters of the longest word that names of organisations end in


@lru_cache(maxsize=1 << 14)
def organization_kind(name: str) -> str:
    """Return the kind of an organisation by the longest known word that its name ends in.

    >>> organization_kind("云渡区人民武装部"), organization_kind("清浦集团")
    ('military', 'company')
    """
    kinds = organization_words()
    for size in range(min(len(name), LONGEST_TAIL), 0, -1):
        if name[-size:] in kinds:
            return kinds[name[-size:]]
    return "other"


NAMED_AFTER_PLACES = frozenset(["association", "company", "court", "government", "hospital", "military", "school", "team"])
"""Kinds whose names mostly begin with their place. Of others (party, media) the place is as often where they are."""
NAMED_AFTER_COUNTRIES = frozenset(["association", "company", "hospital", "school"])
"""Kinds whose names are printed with their country (瑞士|霍夫曼精密轴承公司). Teams and offices are told by it."""
NAMED_AFTER_PEOPLE = frozenset(["association", "company", "hospital", "school"])
NOUN_TAGS = frozenset(("n", "nz", "nt", "ns", "nr", "nrt", "ng", "vn", "b", "a", "an", "j", "l", "f", "s", "i"))
NOUN_TAGS_BUT_WHERE = NOUN_TAGS - {"f"}
"""The same without the words for where something is (前, 里)."""
LONGEST_REST, LONGEST_BEGINNING = 16, 8  # characters of an organisation's name behind its place, and before a place in brackets
LEAST_WITH_TITLE = 0.7
"""Probability that an organisation has at least which a title follows: seven in ten of those are right."""
JOINED = re.compile("(?:联合|会同|携手|及|和|与|由)(?=[\u4e00-\u9fff]{3})")
UNIT_WORDS = (
    "科",
    "办公室",
    "研究室",
    "教研室",
    "监督室",
    "处",
    "股",
    "课",
    "系",
    "庭",
    "部",
    "中心",
    "学院",
    "研究所",
    "研究院",
    "委员会",
    "分局",
    "分公司",
    "分院",
    "分行",
    "支行",
    "车间",
    "调查队",
    "重案组",
)
"""What a part of an organisation is called (市教育局|招生考试科)."""


UNIT_END = re.compile("(?:[科室处股系庭部站所队组院馆厅课]|中心|车间|分局)$")
LONGEST_UNIT_WITH_HEAD = 14  # characters of a unit and the title of its head


CENTRE_OF_NUMBER = re.compile("(?:消防1|公安1|急救1|1)(?:1[0-9]|2[0-9]{1,3})[\u4e00-\u9fff]{2,6}?(?:中心|台)")


def centres_of_numbers(text: str, spans: Sequence[CandidateSpan]) -> Iterator[CandidateSpan]:
    """Yield the centres that answer a number, with the place that they answer in.

    >>> text = "南浦县119指挥中心接到报警"
    >>> [text[span.start : span.end] for span in centres_of_numbers(text, [CandidateSpan(0, 3, "place", 1)])]
    ['南浦县119指挥中心']
    """
    places = {span.end: span.start for span in spans if span.kind == "place"}
    for match in CENTRE_OF_NUMBER.finditer(text):
        if match.start() in places:
            yield CandidateSpan(places[match.start()], match.end(), "organization", 0.95, "centres_of_numbers")


def units_with_heads(text: str, spans: Sequence[CandidateSpan]) -> Iterator[CandidateSpan]:
    """Yield organisations with the unit whose head is named behind them, and the head's title without the unit.

    >>> text = "区住建局质监站站长房梁"
    >>> spans = [CandidateSpan(0, 4, "organization", 1), CandidateSpan(4, 9, "title", 1), CandidateSpan(9, 11, "person", 1)]
    >>> [text[span.start : span.end] for span in units_with_heads(text, spans)]
    ['区住建局质监站', '站长']
    """
    known = title_words()
    for body, title in pairwise(span for span in spans if span.kind in ("organization", "title", "person")):
        if (body.kind, title.kind) != ("organization", "title") or not 0 < title.end - body.end <= LONGEST_UNIT_WITH_HEAD:
            continue
        head = next((at for at in range(body.end, title.end) if text[at : title.end] in known), body.end)
        unit = text[body.end : head]
        is_head = text.endswith((unit[-1:] + "长", "主任"), head, title.end)
        if len(unit) > 1 and unit.isalnum() and "的" not in unit and is_head and UNIT_END.search(unit):
            yield body._replace(end=head, rule="units_with_heads")
            yield title._replace(start=head)


HEAD_OF_OFFICE = re.compile("(?<=[^副正总前原代各该某女老任局处厅署科课]{2})[局处厅署科课]长$")
"""The title of the head of an office that ends in the character that the title begins with (社会处|长)."""


def offices_of_heads(words: Words, spans: Sequence[CandidateSpan]) -> Iterator[CandidateSpan]:
    """Yield offices that share a character with the title of their head, who is named behind it, and what is left of the title.

    >>> text = "县长率社会处长何远到场"
    >>> [text[span.start : span.end] for span in offices_of_heads(Words(text), [CandidateSpan(7, 9, "person", 1)])]
    ['社会处', '长']
    """
    text = words.text
    bodies = {span.end: span for span in spans if span.kind == "organization"}
    for person in spans:
        if person.kind != "person" or not (title := HEAD_OF_OFFICE.search(text, max(person.start - 4, 0), person.start)):
            continue
        start, head = title.start() - 2, title.start() + 1
        cut = bodies.get(title.start())
        if head in bodies or cut and organization_kind(text[cut.start : cut.end]) != "other":
            continue
        if start in words.edges and words.tags[words.index_at(start)] in NOUN_TAGS:
            yield CandidateSpan(cut.start if cut and cut.start < start else start, head, "organization", 0.95, "offices_of_heads")
            yield CandidateSpan(head, person.start, "title", 0.95, "offices_of_heads")


@cache
def offices_apart() -> frozenset[str]:
    """Return the offices that are no part of a title (宣传部, 政法委; not 区委, 人大, 党支部)."""
    ends = ("部", "局", "厅", "法委", "办公室", "法院", "检察院")
    return frozenset(word for word in organization_words() if len(word) > 2 and word.endswith(ends) and not word.endswith("支部"))


LONGEST_LISTED = 22  # characters of an organisation in a list, with two before it
LISTED_HEAD = re.compile("(?<=[、；，,兼])(?!时任|原|新任|以及|还有|和)[^、，,。；;：:“”（）()\n的了在兼]{2,20}$")
"""What stands before a title, behind the person before in a list of those present, or behind another title (副会长兼)."""


def bodies_of_listed_heads(text: str, spans: Sequence[CandidateSpan]) -> Iterator[CandidateSpan]:
    """Yield the organisations of heads in a list of persons, whole: all between the person before and the title.

    >>> text = "周宁、北湾坊会会长郑辉到场"
    >>> spans = [CandidateSpan(0, 2, "person", 1), CandidateSpan(7, 9, "title", 1), CandidateSpan(9, 11, "person", 1)]
    >>> [text[span.start : span.end] for span in bodies_of_listed_heads(text, spans)]
    ['北湾坊会']
    """
    starts = {span.start for span in spans if span.kind == "person"}
    kind_before = {span.end: span.kind for span in spans if span.kind in ("person", "title")}
    for title in spans:
        body = LISTED_HEAD.search(text, max(title.start - LONGEST_LISTED, 0), title.start) if title.kind == "title" else None
        if title.end not in starts or body is None or any(end in kind_before for end in range(body.start() + 1, title.start)):
            continue
        is_behind = kind_before.get(body.start() - 1) == ("title" if text[body.start() - 1] == "兼" else "person")
        has_tail = any(body[0][at:] in organization_words() for at in range(1, len(body[0])))
        if is_behind and has_tail and body[0] not in organization_words():
            yield CandidateSpan(body.start(), title.start, "organization", 0.95, "bodies_of_listed_heads")


def offices_of_titles(text: str, spans: Sequence[CandidateSpan]) -> Iterator[CandidateSpan]:
    """Yield the offices right before a title that were not found (宣传部|部长).

    >>> text = "宣传部部长何远昨天到场，看望了新来的同志。"
    >>> [text[span.start : span.end] for span in offices_of_titles(text, [CandidateSpan(3, 5, "title", 0.9, "tagger")])]
    ['宣传部']
    """
    ends = {span.end for span in spans}
    for title in spans:
        if title.kind != "title" or title.start in ends:
            continue
        sizes = range(min(LONGEST_TAIL, title.start), 2, -1)
        size = next((size for size in sizes if text[title.start - size : title.start] in offices_apart()), 0)
        if size:
            yield CandidateSpan(title.start - size, title.start, "organization", 0.95, "offices_of_titles")


@cache
def _known_organizations_pattern() -> re.Pattern[str]:
    return re.compile(f"{one_of(known_organizations())}(?:队(?![长员伍友]))?")


def widely_known_organizations(words: Words) -> Iterator[CandidateSpan]:
    """Yield the organisations that any paper names, where words begin and end with them.

    >>> text = "据新华社报道，国务院办公厅"
    >>> [text[span.start : span.end] for span in widely_known_organizations(Words(text))]
    ['新华社', '国务院办公厅']
    """
    for match in words.whole_matches(_known_organizations_pattern()):
        yield CandidateSpan(*match.span(), "organization", 0.95, "widely_known_organizations")


BODY_KINDS = frozenset(["government", "court", "hospital", "school", "association", "media"])
OF_RANK = re.compile(
    "[省市区县镇乡州旗地新自团](?:(?<=团)[省市区县]委(?!书记|副书记|组织)|(?<=地)委(?!书记|副书记|委员)"
    "|(?<=[市县])府(?![邸第衙路街广大])(?:(?![在到从即])[\u4e00-\u9fff]{2,4}?[处局])?"
    "|(?<=[省市县区])委(?=[的，。、]|召开|批准|决定|部署|研究|高度|印发|出台|分析|安排|要求|提出)"
    "|(?:(?<=[省市区县镇乡州旗])|(?<=[地新])区|(?<=自)治区)(?=[\u4e00-\u9fff]))"
)
"""How the short name of a body of a division begins (市|政府, 新区|市场监管局), or all of it."""


def bodies_of_rank(words: Words, spans: Sequence[CandidateSpan]) -> Iterator[CandidateSpan]:
    """Yield the bodies that are called after the rank of their division alone and were not found (市政府, 县医院, 地委, 团区委).

    >>> text = "市政府秘书长和县人大代表来到新区市场监管局。"
    >>> [text[span.start : span.end] for span in bodies_of_rank(Words(text), [])]
    ['市政府', '新区市场监管局']
    """
    text = words.text
    taken = {at for span in spans if span.kind in ("organization", "place") for at in range(span.start, span.end)}
    for match in OF_RANK.finditer(text):
        start, end = match.span()
        if start in taken or start not in words.edges or text[start - 1 : start] in {*RANKS, "）"}:  # 县（市）|区政府
            continue
        if text[end - 1] not in "委府处局":
            sizes = (size for size in range(LONGEST_TAIL, 1, -1) if organization_words().get(text[end : end + size]) in BODY_KINDS)
            size = next((size for size in sizes if end + size <= len(text)), 0)
            end += size
            if not size or text.startswith("人大代表", end - 2):
                continue
        yield CandidateSpan(start, end, "organization", 0.9, "bodies_of_rank")


LEGAL_FORM = re.compile("(?:股份|集团|控股)*(?:有限|责任)*(?:公司|集团|厂|合作社)$")
IN_BRACKETS = re.compile("[（(][^（）()]*[）)]")
COMMON_BRAND_TAGS = frozenset(("n", "ns", "j", "v", "vn", "b", "a"))
LONGEST_REGION = 6  # characters of the place that a company's name begins with


def brand_of(company: str) -> str:
    """Return what a company's name has behind its place and before its legal form, brackets left out.

    >>> brand_of("江苏昆承特种轴承股份有限公司"), brand_of("赛德（四川）工具有限公司")
    ('昆承特种轴承', '赛德工具')
    """
    name = IN_BRACKETS.sub("", company)
    for size in range(min(LONGEST_REGION, len(name) - 2), 1, -1):
        if name[:size] in divisions() or name[:size] in world() or size > 2 and name[size - 1] in RANKS:
            name = name[size:]
            break
    return LEGAL_FORM.sub("", name)


def has_in_order(text: str, chars: str) -> bool:
    """Return whether a text has the characters in this order, others between them or not.

    >>> has_in_order("特种轴承股份有限公司", "轴承"), has_in_order("特种轴承", "承轴")
    (True, False)
    """
    left = iter(text)
    return all(char in left for char in chars)


def stem_of_brand(company: str, brand: str) -> str | None:
    """Return the two characters that a company's short names begin with, None where they are a place or a common word."""
    stem, words = brand[:2], segmented(company)
    start = company.find(stem)
    index = words.index_at(start)
    is_common = words.starts[index] == start and len(words.words[index]) > 1 and words.tags[index] in COMMON_BRAND_TAGS
    return None if len(brand) < 4 or is_common or stem[0] in RANKS or stem in divisions() or stem in world() else stem


def short_companies(text: str, spans: Sequence[CandidateSpan]) -> Iterator[CandidateSpan]:
    """Yield the short names of the companies that a text names in full: the first two characters of the brand and two more of the name, in order.
    Who seems a person and is called like the brand is the company too.

    >>> text = "江苏昆承特种轴承股份有限公司上市。昆承轴承说，“谷满穗”是河南谷满穗食品有限公司的品牌。"
    >>> spans = [CandidateSpan(0, 14, "organization", 1), CandidateSpan(24, 27, "person", 1), CandidateSpan(29, 40, "organization", 1)]
    >>> [text[span.start : span.end] for span in short_companies(text, spans)]
    ['昆承轴承', '谷满穗']
    """
    bodies = [span for span in spans if span.kind == "organization"]
    people = [span for span in spans if span.kind == "person" and span.end - span.start > 2]
    taken = {at for span in bodies for at in range(span.start, span.end)}
    names = {text[span.start : span.end] for span in bodies if span.end - span.start > LONGEST_REGION}
    for company in sorted(name for name in names if organization_kind(name) == "company"):
        brand = brand_of(company)
        called = (span for span in people if brand.startswith(text[span.start : span.end]))
        yield from (span._replace(kind="organization", rule="short_companies") for span in called)
        stem = stem_of_brand(company, brand)
        for match in re.finditer(stem + "[\u4e00-\u9fff]{2}(?:集团)?", text) if stem else ():
            if match.start() not in taken and has_in_order(company[company.find(stem) + 2 :], match[0][2:]):
                yield CandidateSpan(*match.span(), "organization", 0.9, "short_companies")
                cut = (span for span in spans if span.start == match.start() and span.end > match.end() + 1)
                yield from (span._replace(start=match.end()) for span in cut)


def completed_organizations(words: Words, spans: Sequence[CandidateSpan]) -> Iterator[CandidateSpan]:
    """Yield the organisations of which only a part was found: the place that they begin with or have in brackets, the person they are called after,
    or the whole that they are a unit of.

    Behind it stands the rest of the organisation as found, or nouns of which the last is a word that organisations end in.

    >>> text = "长宁区人工智能产业协会和国浩律师(上海)事务所"
    >>> words = Words(text)
    >>> [text[span.start : span.end] for span in completed_organizations(words, [CandidateSpan(0, 3, "place", 1), CandidateSpan(17, 19, "place", 1)])]
    ['长宁区人工智能产业协会', '国浩律师(上海)事务所']
    """
    text = words.text
    starting, ending = {span.start: span for span in spans}, {span.end: span for span in spans}
    for span in spans:
        if span.kind == "place" and text[span.start - 1 : span.start] in {"(", "（"} and text[span.end : span.end + 1] in {")", "）"}:
            end = _end_of_organization(words, span.end + 1, starting, NAMED_AFTER_PLACES)
            start = _start_of_organization(words, span.start - 1, ending) if end else None
        elif span.kind == "place" and world().get(text[span.start : span.end]) == "country":
            rest = starting.get(span.end)
            is_theirs = (
                rest is not None and rest.kind == "organization" and organization_kind(text[rest.start : rest.end]) in NAMED_AFTER_COUNTRIES
            )
            start, end = span.start, rest.end if is_theirs else None
        elif span.kind == "place":
            rest = _rest_of_organization(words, span.end, starting)
            end = rest.end if rest else _end_of_organization(words, span.end, starting, NAMED_AFTER_PLACES)
            start = span.start
        elif span.kind == "organization":
            start, end = span.start, _end_of_unit(words, span.end, starting)
        elif span.kind == "person":
            start, end = span.start, _end_of_founded(text, span.end)
        else:
            continue
        if start is not None and end is not None:
            yield CandidateSpan(start, end, "organization", 0.95, "completed_organizations")


def _end_of_founded(text: str, start: int) -> int | None:
    """Return the end of what is called after a person and follows the name right away (马海德|基金会); None without one."""
    if text[start : start + 1] not in _beginnings():
        return None
    return next(
        (start + size for size in range(LONGEST_TAIL, 1, -1) if organization_words().get(text[start : start + size]) in NAMED_AFTER_PEOPLE),
        None,
    )


@cache
def _beginnings() -> frozenset[str]:
    return frozenset(word[0] for word, kind in organization_words().items() if kind in NAMED_AFTER_PEOPLE and len(word) > 1)


def _end_of_organization(words: Words, start: int, starting: Mapping[int, CandidateSpan], kinds: Collection[str]) -> int | None:
    """Return the end of the last word from ``start`` on that an organisation of such a kind may end in, where only nouns lie between; None without one."""
    end = None
    for index in range(words.index_at(start), len(words.words)):
        word, first = words.words[index], words.starts[index]
        last = first + len(word)
        if first < start or last - start > LONGEST_REST or first in starting or not (words.tags[index] in NOUN_TAGS or word[0] == "第"):
            break
        rest = words.text[start:last]
        if next(
            (kind for at in range(len(rest) - 1) if (kind := organization_words().get(rest[at:]))), None
        ) in kinds and not rest.endswith("代表团"):
            end = last
    return end


def _rest_of_organization(words: Words, start: int, starting: Mapping[int, CandidateSpan]) -> CandidateSpan | None:
    """Return the organisation that was found right behind a place or a few nouns after it (上海|悟|道智能科技有限公司); None without one."""
    for index in range(words.index_at(start), len(words.words)):
        for at in range(words.starts[index] + (words.starts[index] < start), words.starts[index] + len(words.words[index])):
            if at >= start and at in starting:
                span = starting[at]
                return (
                    span
                    if span.kind == "organization" and (at == start or words.text[at] not in RANKS and "、" not in words.text[start:at])
                    else None
                )
        is_noun = words.tags[index] in NOUN_TAGS_BUT_WHERE or words.tags[index] == "c" and words.starts[index] > start
        if not is_noun or words.starts[index] + len(words.words[index]) - start > LONGEST_BEGINNING:
            return None
    return None


def _end_of_unit(words: Words, start: int, starting: Mapping[int, CandidateSpan]) -> int | None:
    """Return the end of the unit of an organisation that follows it; None without one."""
    end = None
    for index in range(words.index_at(start), len(words.words)):
        first, last = words.starts[index], words.starts[index] + len(words.words[index])
        is_noun = words.tags[index] in NOUN_TAGS_BUT_WHERE or words.tags[index] == "c" and first > start or words.words[index] == "特别"
        if first < start or last - start > LONGEST_REST or first in starting or not is_noun:
            break
        if last - start > 2 and words.text.endswith(UNIT_WORDS, start, last):
            end = last
    return end


def _start_of_organization(words: Words, end: int, ending: Mapping[int, CandidateSpan]) -> int | None:
    """Return where the nouns before ``end`` begin, or what was found there; None without any."""
    start = None
    for index in range(words.ending_at(end), -1, -1):
        first = words.starts[index]
        if words.tags[index] not in NOUN_TAGS_BUT_WHERE or end - first > LONGEST_BEGINNING:
            break
        start = first
        if (known := ending.get(first + len(words.words[index]))) and known.end == end:
            return known.start
    return start


@lru_cache(maxsize=1 << 14)
def is_whole(name: str) -> bool:
    """Return whether a name ends in a word of two characters and more that organisations or places end in."""
    tails = (name[at:] for at in range(max(1, len(name) - LONGEST_TAIL), len(name) - 1))
    return any(tail in organization_words() or tail in place_tails() for tail in tails)


def parted_organizations(text: str, span: CandidateSpan) -> Iterator[CandidateSpan]:
    """Yield an organisation's span without the first characters of a title (区人武部|政治委员), or the two that work together in it (市住建局|联合|国网云渡供电公司).

    >>> text = "市住建局联合国网云渡供电公司"
    >>> [text[one.start : one.end] for one in parted_organizations(text, CandidateSpan(0, len(text), "organization", 1))]
    ['市住建局', '国网云渡供电公司']
    """
    ends = (
        at
        for at in range(span.end - 2, max(span.end - 4, span.start + 1), -1)
        if any(text[at : at + size] in title_words() for size in range(span.end - at + 1, 6))
    )
    end = next((at for at in ends if organization_kind(text[span.start : at]) != "other"), None)
    if end is not None:
        span = span._replace(end=end, confidence=max(span.confidence, LEAST_WITH_TITLE))
    joins = JOINED.finditer(text, span.start + 1, span.end)
    match = next((match for match in joins if is_whole(text[span.start : match.start()]) and is_whole(text[match.end() : span.end])), None)
    if match:
        yield span._replace(end=match.start(), confidence=max(span.confidence, LEAST_WITH_TITLE))
        yield span._replace(start=match.end(), confidence=max(span.confidence, LEAST_WITH_TITLE))
    else:
        yield span
