"""Coreference: other mentions of the same name in an article, and full names for short ones."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from transforms.bylines import PEN_NAME
from transforms.lexicons.names import TOWN_TAILS, bare, divisions, not_names, surnames
from transforms.names.organizations import RANKS, has_in_order, organization_kind
from transforms.names.tagging import CandidateSpan, Words
from transforms.quantities.counted import word_classes
from transforms.records import Name

GOES_ON = frozenset("省市县区州旗镇乡村山江河湖海湾岛部")
"""Characters that make another place of the one before them (太岳|山)."""
LEAST_OF_PERSONS, LEAST_OF_DIVISIONS, LEAST_OF_OTHERS = 0.75, 0.7, 0.9
"""Probability from which a name stands for its other mentions too: of such persons nine in ten are right, of such places and organisations as many."""
MAX_NAMES_OF_TEXT = 400  # a text with more different names is a list, where no name helps another; and it bounds the work
DOCTRINE = re.compile("同志?理论|理论|思想|主义|牌(?!子)|新时代中国特色")
OPEN_BRACKET = "[^（(]*[）)]|.*[（(][^）)]*$"
COMMON = {
    "person": re.compile(OPEN_BRACKET),
    "place": re.compile(
        "(?:国家|省|市|县)?级|(?:新建|改建|扩建|在建|拟建|现有|原有|附近|周边|沿途)|.*[两三四五六七八九十](?:省|市|县|区|县市|市县)$|全[国省市区县州镇乡村]$"
        rf"|{OPEN_BRACKET}"
    ),
    "organization": re.compile(
        ".*[一几多这那]家|.*第[一二三四五六七八九十百0-9]+[家批]|直辖市|各|有关|相关|.*(?:(?:[布格大结时全]|(?<![民财邮市行家])政)局)$|[^（(]*[）)]|[^《]*》|[^【]*】"
        r"|.*(?:@|\.(?:com|cn|net|org))|[^\u4e00-\u9fffA-Z]+$"
    ),
}
"""Beginnings and ends of what is no name (省级高新区, 中阳三县市, 纽约一家公司, 各市政府, 日本政局), what begins within brackets (日报》报业集团) or
ends there (陈（毅), addresses of sites."""
SENTENCE_OR_COMMA = re.compile("[，。；！？\n]")
OF_DIVISION = re.compile(r"(?P<bare>[\u4e00-\u9fff][^\W省市县区州旗镇乡])[市县区州旗](?=[\u4e00-\u9fff]{2})")
"""The name of a division without its rank, as the names of its bodies begin with (榕湾|市气象台)."""
WIRES = re.compile(r"[^，。；：\n]{0,6}(?:[^，。；：\n]{0,10}[0-9]{1,2}月[0-9]{1,2}日)?(?:讯|电)[\s(（:：]")
"""What stands behind the paper that sends a report (南浦新闻网|7月23日讯)."""
FIELD_LINE = re.compile(r"[^。\n]*(?:来源|作者|责任编辑|责编|编辑|发布时间) ?[:：][^。\n]*")
IN_BYLINE = re.compile(
    "[\u4e00-\u9fff]{0,4}(?:日报|晚报|晨报|都市报|商报|时报)(?!社)|(?:連線|连线|综合)?[报報][导導道][〕】）)]?(?:\n|$|[〕】）)])"
)
HALF_QUOTED = re.compile("“[\u4e00-\u9fff]{1,5}$")
"""What stands before the end of something quoted (“芷|阳文博”)."""
LONGEST_PAPER = 8  # characters of a name before the one that sends a report (滨州日报/滨州网讯)
OPENING_IN_BRACKETS = re.compile("[（(【〔][^（）()【】〔〕，。]{0,30}记者[^（）()【】〔〕，。]{0,30}[电讯导道][）)】〕]")
OPENING_SIGNS = frozenset("（(【〔")
"""Who reports from where, in brackets before the text (（中央社记者何远台北3日电）)."""
LINE_IN_BRACKETS = re.compile("[（(【〔][^（）()【】〔〕，。]{2,30}[）)】〕]")
COMPONENT = re.compile("[·・•.．—-]")


def overlay(below: Iterable[CandidateSpan], above: Iterable[CandidateSpan]) -> list[CandidateSpan]:
    """Return both in order; where two overlap, the one of ``above`` stays, of two of ``above`` the first."""
    taken: list[CandidateSpan] = []
    for piece in sorted(above, key=lambda p: (p.start, -p.end)):
        if not taken or piece.start >= taken[-1].end:
            taken.append(piece)
    if not taken:
        return sorted(below)
    starts, ends = [piece.start for piece in taken], [piece.end for piece in taken]
    free = []
    for piece in below:
        index = bisect_right(starts, piece.start)
        if not (index and ends[index - 1] > piece.start) and not (index < len(taken) and starts[index] < piece.end):
            free.append(piece)
    return sorted([*free, *taken])


def with_one_kind(text: str, spans: Iterable[CandidateSpan]) -> list[CandidateSpan]:
    """Return the spans, those of one name all of the kind that is likeliest over the article (祁连 the man, once taken for a place)."""
    spans = list(spans)
    likely: dict[str, Counter[str]] = defaultdict(Counter)
    for span in spans:
        if span.kind != "title":
            likely[text[span.start : span.end]][span.kind] += span.confidence
    best = {name: kinds.most_common(1)[0][0] for name, kinds in likely.items() if len(kinds) > 1}
    if not best:
        return spans
    return [
        span._replace(kind=best[name]) if span.kind != "title" and (name := text[span.start : span.end]) in best else span for span in spans
    ]


def without_words(text: str, spans: Iterable[CandidateSpan]) -> list[CandidateSpan]:
    """Return the spans without those that are words (卢布, 省级高新区) or go over the end of a clause, and persons whose name is part of a doctrine or a brand (邓小平理论, 李宁牌)."""
    never = not_names()

    def is_word(span: CandidateSpan) -> bool:
        part_of_word = span.kind == "person" and (DOCTRINE.match(text, span.end) or text[span.end - 1] == "牌")
        is_common = span.kind in COMMON and COMMON[span.kind].match(text, span.start, span.end)
        goes_over = SENTENCE_OR_COMMA.search(text, span.start, span.end)
        is_sign = span.kind == "place" and span.end - span.start == 1
        is_of_offices = span.kind == "organization" and text[span.end - 1 : span.end + 1] == "部门"  # 安徽省电力部|门
        is_half_quoted = (
            span.kind == "person" and HALF_QUOTED.search(text, max(span.start - 6, 0), span.start) and text[span.end : span.end + 1] == "”"
        )
        is_listed = text[span.start : span.end] in never.get(span.kind, ())
        return bool(part_of_word or is_common or goes_over or is_sign or is_of_offices or is_half_quoted or is_listed)

    return [span for span in spans if not is_word(span)]


def is_in_byline(text: str, span: CandidateSpan) -> bool:
    """Return whether a name is part of a byline and nobody signs with it: where a report comes from (雲林|報導), part of the name of a paper
    (嘉禾|运河晚报), an office in a bracketed line of its own (（陈海澜 市人大办）) or in a line of fields (来源：南浦网), a press office (惠法宣), the paper
    that sends a report (南浦新闻网|7月23日讯)."""
    if span.kind == "person":
        return PEN_NAME.fullmatch(text, span.start, span.end) is not None
    if span.kind == "place" and IN_BYLINE.match(text, span.end):
        return True
    start, end = text.rfind("\n", 0, span.start) + 1, text.find("\n", span.end)
    end = end if end >= 0 else len(text)
    opening = OPENING_IN_BRACKETS.match(text, start) if text[start : start + 1] in OPENING_SIGNS else None
    if opening is not None and span.end <= opening.end():
        return True
    is_sender = span.kind == "organization" and span.start - start <= LONGEST_PAPER and WIRES.match(text, span.end) is not None
    is_sentence = text.find("。", start, end) >= 0
    return is_sender or not is_sentence and any(line.fullmatch(text, start, end) is not None for line in (LINE_IN_BRACKETS, FIELD_LINE))


def with_other_mentions(words: Words, spans: list[CandidateSpan]) -> list[CandidateSpan]:
    """Return the spans with every other place where a sure name stands; persons that mostly stand elsewhere as no name are left out.

    A person's name wins over what is there; a place's or an organisation's only over a part of itself (和花园 of 怡和花园).
    """
    text = words.text
    sure = sure_names(words, spans)
    if len(sure) > MAX_NAMES_OF_TEXT:
        return spans
    over: list[CandidateSpan] = []
    under: list[CandidateSpan] = []
    for span in other_mentions(words, spans, sure):
        (over if span.kind == "person" else under).append(span)
    people = Counter(text[span.start : span.end] for span in spans if span.kind == "person")
    kept = [
        span
        for span in spans
        if span.kind != "person"
        or span.confidence >= LEAST_OF_PERSONS
        or text.count(text[span.start : span.end]) < 3 * people[text[span.start : span.end]]
    ]
    if over:
        kept = overlay(kept, [*over, *(span for span in kept if COMPONENT.search(text[span.start : span.end]))])
    return overlay(*parts_swallowed(kept, under)) if under else kept


def sure_names(words: Words, spans: Sequence[CandidateSpan]) -> dict[tuple[str, str], float]:
    """Return the probability of each name by kind and text that is sure enough to stand for its other mentions: also the parts of a person's
    name in Latin order (阿尔曼·谢里克), and a place without its rank, also where only an organisation is called after it (榕湾|市气象台)."""
    sure: dict[tuple[str, str], float] = {}
    for span in spans:
        name, is_person = words.text[span.start : span.end], span.kind == "person"
        is_division = span.kind == "place" and len(name) < 5 and name[-1] in RANKS
        least = LEAST_OF_PERSONS if is_person else LEAST_OF_DIVISIONS if is_division else LEAST_OF_OTHERS
        if span.confidence < least or len(name) < (2 if is_person else 3):
            continue
        sure[span.kind, name] = max(sure.get((span.kind, name), 0), span.confidence)
        for part in COMPONENT.split(name) if is_person and COMPONENT.search(name) else ():
            if len(part) > 1:
                sure.setdefault((span.kind, part), LEAST_OF_PERSONS)
        division = OF_DIVISION.match(name) if not is_person else None
        if division and division["bare"] != "自治" and short_of_place(words, division[0]):
            sure.setdefault(("place", division["bare"]), LEAST_OF_OTHERS)
    short = {
        ("place", short): share
        for (kind, name), share in sure.items()
        if kind == "place" and (short := short_of_place(words, name)) and short not in not_names()["place"]
    }
    return sure | short


def other_mentions(words: Words, spans: Sequence[CandidateSpan], sure: Mapping[tuple[str, str], float]) -> Iterator[CandidateSpan]:
    """Yield where sure names stand that no span is yet, and no part of a longer one; a name of two characters only where words begin and end
    (a place, which the segmenter may not know, where one does)."""
    text = words.text
    named = {(span.start, span.end) for span in spans}
    longer = {span.start: span.end for span in spans if span.kind == "organization" or (span.kind, text[span.start : span.end]) in sure}
    edges = words.edges
    for (kind, name), share in sure.items():
        start = text.find(name)
        while start >= 0:
            end = start + len(name)
            is_new = (start, end) not in named and longer.get(start, 0) <= end
            n_edges = (start in edges) + (end in edges)
            is_whole = len(name) > 2 or n_edges == 2 or kind == "place" and n_edges == 1 and text[end : end + 1] not in GOES_ON
            if is_new and is_whole and not (kind == "person" and DOCTRINE.match(text, end)):
                yield CandidateSpan(start, end, kind, share, "with_other_mentions")
            start = text.find(name, end)


def short_of_place(words: Words, name: str) -> str | None:
    """Return what a town or division is called without its rank (榕湾 of 榕湾市), None where that is a word of its own, as in 和平区."""
    short = bare(name)
    if short == name:
        short = next((name[: -len(tail)] for tail in TOWN_TAILS + ("村",) if name.endswith(tail)), name)
    is_word = (
        len(short) == 2
        and short in word_classes()
        and short in words.words
        and words.tags[words.words.index(short)] not in ("ns", "nr", "nrt")
    )
    return short if len(short) > 1 and short != name and not is_word else None


def parts_swallowed(spans: list[CandidateSpan], more: list[CandidateSpan]) -> tuple[list[CandidateSpan], list[CandidateSpan]]:
    """Return what is left of ``more`` and the pieces of ``spans`` that are not a mere part of one of its kind."""
    begins = [piece.start for piece in spans]
    kept = set(range(len(spans)))
    used: list[CandidateSpan] = []
    for piece in more:
        first = bisect_right(begins, piece.start) - 1
        first = first + (first < 0 or spans[first].end <= piece.start)
        inside = []
        while first < len(spans) and spans[first].start < piece.end:
            inside.append(first)
            first += 1
        if all(spans[i].kind == piece.kind and spans[i].start >= piece.start and spans[i].end <= piece.end for i in inside):
            kept -= set(inside)
            used.append(piece)
    return used, [spans[i] for i in sorted(kept)]


def is_short_for(short: str, full: str) -> bool:
    """Tell whether an organisation's name can be the other's abbreviation: a company without what all companies have, or an office of
    one division with its rank only, or its words cut short.

    >>> is_short_for("区人武部", "云渡区人民武装部"), is_short_for("区委", "云渡区纪委"), is_short_for("清浦物业", "云渡市清浦物业管理有限公司")
    (True, False, True)
    """
    if len(short) >= len(full) or len(short) < 2:
        return False
    if len(short) > 3 and short in full and organization_kind(full) == "company":
        before = full[: full.index(short)]
        return not before or before in divisions() or before[-1] in RANKS
    if short[-1] != full[-1]:
        return False
    rank = max(short.find(char) for char in RANKS)
    at = full.find(short[: rank + 1]) if rank >= 0 else -1
    if at < 0 or not short[rank + 1 :]:
        return False
    rest, whole = short[rank + 1 :], full[at + rank + 1 :]
    return rest[:1] == whole[:1] and has_in_order(whole, rest)


def full_names(names: list[Name]) -> list[Name]:
    """Return the names with ``name`` set to the full form that the article has for a surname or an abbreviation, where it is one.

    An office with its rank only (区委) is that of the one division of this rank that the article names.
    """
    people: dict[str, list[Name]] = {}
    for person in {
        n.text: n for n in reversed(names) if n.kind == "person" and len(n.text) > 1 and not FAMILIAR.fullmatch(n.text)
    }.values():
        for part in parts_of_person(person.text):
            people.setdefault(part, []).append(person)
    organizations = list(dict.fromkeys(n.name for n in names if n.kind == "organization" and len(n.text) > 3))
    if len(organizations) > MAX_NAMES_OF_TEXT:
        organizations = []
    of_rank: dict[str, set[str]] = {}
    for name in names:
        if name.kind == "place" and len(name.text) > 2 and name.level in ("province", "city", "county", "town"):
            of_rank.setdefault(name.text[-1], set()).add(name.text)
    known: dict[tuple[str, str], str] = {}

    def full(name: Name) -> str:
        key = (name.kind, name.text)
        if key not in known:
            known[key] = _full_person(name, people) if name.kind == "person" else _full_organization(name, organizations, of_rank)
        return known[key]

    return [name._replace(name=full(name)) if name.kind != "place" and full(name) != name.name else name for name in names]


def parts_of_person(person: str) -> set[str]:
    """Return what else a person of that name may be called by: surname, given name, a part of a foreign or a minority's name.

    >>> sorted(parts_of_person("佟欣妍")), sorted(parts_of_person("边巴顿珠")), sorted(parts_of_person("艾孜买提·吐尔逊"))
    (['佟', '欣妍'], ['边巴', '顿珠'], ['吐尔逊', '艾孜买提'])
    """
    if COMPONENT.search(person):
        return set(COMPONENT.split(person)) - {""}
    size = 2 if person[:2] in surnames().compound and len(person) > 2 or len(person) == 4 else 1
    return {person[:size]} | ({person[size:]} if len(person) - size == 2 else set())


FAMILIAR = re.compile("[老小](?P<surname>[\u4e00-\u9fff])")
"""A surname as people say it (老俞). Of 史大娘 an article may have a namesake: she stays who she is."""


def _full_person(name: Name, people: dict[str, list[Name]]) -> str:
    """Return the full name of the one who can be meant: of several, the only one who was named before."""
    familiar = FAMILIAR.fullmatch(name.text)
    called = familiar["surname"] if familiar else name.text
    fitting = [person for person in people.get(called, ()) if person.text != name.text]
    if len(fitting) > 1:
        fitting = [person for person in fitting if person.char_start < name.char_start]
    return fitting[0].text if len(fitting) == 1 else name.name


def _full_organization(name: Name, organizations: list[str], of_rank: dict[str, set[str]]) -> str:
    text = name.text
    if text[0] in RANKS and len(of_rank.get(text[0], ())) == 1:
        text = next(iter(of_rank[text[0]])) + text[1:]
    fitting = sorted((o for o in organizations if is_short_for(text, o)), key=len) if len(text) < 12 else []
    if fitting and all(is_short_for(o, fitting[-1]) for o in fitting[:-1]):
        return fitting[-1]
    return text
