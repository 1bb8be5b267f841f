"""Places: their level, code and parent, and addresses down to street and house number."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache, lru_cache

from transforms.lexicons.names import (
    TOWN_TAILS,
    division_of_code,
    divisions,
    looks_like_name,
    organization_words,
    place_tails,
    towns,
    world,
)
from transforms.names.organizations import LONGEST_TAIL, RANKS
from transforms.names.tagging import CandidateSpan, Words
from transforms.quantities.counted import word_classes
from transforms.records import Name

HOUSE = "[0-9０-９]{1,4}(?:号楼|号|栋|幢|单元|室|楼)"
STREET = re.compile(
    "(?:路|街|大道|巷|弄|胡同)(?:[一二三四五六七八九]段)?(?:[0-9０-９]{1,5}弄)?(?:[0-9０-９]{1,5}\\s?号(?:楼|院)?|(?<=[0-9０-９]弄))"
    f"(?:{HOUSE})*"
)
STREET_TAIL = re.compile("(?:[东南西北中]路|大道|大街|胡同)(?:[0-9]{1,5}号)?$")
STREET_END = re.compile("[东南西北中]?(?:大街|大道|路|街)(?!道)")
ZONES = ("经开", "高新")
DIVISION = re.compile("(?:.{2,6}?(?:特别行政区|自治区|自治州|自治县|[省市县区旗州]|街道|[镇乡村]|社区))(?=.{2})")
STANDS_ALONE = re.compile("(?:[省市县区旗州镇乡村]|街道|社区|[路街巷弄道](?:.*号.*)?)$")
"""Ends of places that are another one than the division before them (霞坑镇); 石塘县|体育馆 is one place."""
BUILDING = re.compile("[0-9０-９]{1,3}(?:号楼|幢|栋)(?:[0-9０-９]{1,3}单元)?(?![0-9０-９]|楼|房屋|住宅)")
LOCATES = re.compile("(?:在|位于|至)(?:[0-9０-９]{1,3}号楼[和、])*$")
"""What stands before the number of a building that is a place by itself (在1号楼); one that is only spoken of (3号楼的电梯) is none."""
LONGEST_LIST_OF_BUILDINGS = 20  # characters
NAME_TAGS = frozenset(["n", "ns", "nr", "nz", "nt", "nrt", "nrfg", "f", "j", "s", "b", "ng", "x", "vn", "a", "m"])
CUT_TAGS = NAME_TAGS - {"x", "m"}


def addresses(words: Words, spans: Iterable[CandidateSpan]) -> Iterator[CandidateSpan]:
    """Yield addresses, from the street's name, where it was found from there, to the number.

    >>> text = "地址：安宜东路99号，复兴路一段168号"
    >>> [text[span.start : span.end] for span in addresses(Words(text), [CandidateSpan(3, 7, "place", 1)])]
    ['安宜东路99号', '复兴路一段168号']
    """
    text = words.text
    streets = {at: span.start for span in spans if span.kind == "place" for at in range(span.start + 1, span.end)}
    for match in STREET.finditer(text):
        if match.start() in streets:
            yield CandidateSpan(streets[match.start()], match.end(), "place", 0.96, "addresses")
            continue
        index = words.index_at(match.start())
        start = words.starts[index]
        while index > 0 and match.start() - start < 3 and words.tags[index - 1] in NAME_TAGS and words.words[index - 1].isalnum():
            index -= 1
            if is_division(words.words[index]) or words.words[index][-1] in "市县区镇乡":
                break
            start = words.starts[index]
        before = words.index_at(start) - 1
        if (
            match.start() - start < 2
            and before >= 0
            and len(words.words[before]) == 1
            and words.tags[before] not in ("p", "c", "v", "uj", "x")
        ):
            start = words.starts[before]  # the segmenter parts an unknown name: 清|浦路
        if text[start - 1 : start + 1] in ZONES:  # 云经开|清浦路26号
            start += 1
        start += text[start] in RANKS  # 金华|镇清云|北路2号
        if match.start() > start:
            yield CandidateSpan(start, match.end(), "place", 0.96, "addresses")


def buildings(text: str, spans: Iterable[CandidateSpan]) -> Iterator[CandidateSpan]:
    """Yield the numbers of buildings with the estate that they belong to, or alone where something lies there.

    >>> text = "家住盐仓新村23幢的关大妈在1号楼和2号楼贴通知，5号楼没有电梯。"
    >>> [text[span.start : span.end] for span in buildings(text, [CandidateSpan(2, 6, "place", 1)])]
    ['盐仓新村23幢', '1号楼', '2号楼']
    """
    estates = {span.end: span for span in spans if span.kind == "place"}
    for match in BUILDING.finditer(text):
        estate = estates.get(match.start())
        if estate:
            yield estate._replace(end=match.end(), rule="buildings")
        elif LOCATES.search(text, max(match.start() - LONGEST_LIST_OF_BUILDINGS, 0), match.start()):
            yield CandidateSpan(*match.span(), "place", 0.96, "buildings")


NUMBERED_ROAD = re.compile("[国省县乡]道[A-Z]?[0-9]{1,4}线?|[A-Z0-9](?<![A-Za-z0-9].)[0-9]{1,4}[国省县乡]道")
ROAD_END = re.compile("(?:高速|公路|铁路|大道|[线江河]|[0-9])$")
PART_OF_ROAD = re.compile(
    "(?:[\u4e00-\u9fff]{2,4}(?<![路阶地河])段|(?<=高速)[\u4e00-\u9fff]{2,4}[出入]口)?(?:K?[0-9]+(?:公里|\\+)(?:[加+]?[0-9]+)?米?处)?"
)
"""The section of a road or a river, or the way off a motorway, and the point there, as they follow its name."""


def roads(text: str, spans: Iterable[CandidateSpan]) -> Iterator[CandidateSpan]:
    """Yield the roads that a number names, and roads and rivers with the section and the point that are meant.

    >>> text = "省道S327线43公里加200米处和沈海高速榕湾段积水，107国道绕行。"
    >>> [text[span.start : span.end] for span in roads(text, [CandidateSpan(18, 22, "place", 1)])]
    ['沈海高速榕湾段', '省道S327线43公里加200米处', '107国道']
    """
    for span in spans:
        if span.kind == "place" and ROAD_END.search(text, span.start, span.end):
            end = PART_OF_ROAD.match(text, span.end).end()
            if end > span.end:
                yield span._replace(end=end, rule="roads")
    for match in NUMBERED_ROAD.finditer(text):
        yield CandidateSpan(match.start(), PART_OF_ROAD.match(text, match.end()).end(), "place", 0.96, "roads")


AIRPORT = re.compile("(?:国际)?机场(?![路大集公股高建海边管])")
URBAN = re.compile("(?<=市)区(?![委县域级政人划位])")


def joined_places(text: str, spans: Sequence[CandidateSpan]) -> Iterator[CandidateSpan]:
    """Yield the places that were found in two pieces or without their end: airports with their city, the urban part of a city, what is mostly a part of what
    stands before it.

    >>> text = "兰州中川机场离临州市区和临州机场不远。"
    >>> spans = [CandidateSpan(*span, "place", 1) for span in ((0, 2), (2, 6), (7, 10), (12, 14))]
    >>> [text[span.start : span.end] for span in joined_places(text, spans)]
    ['兰州中川机场', '临州市区', '临州机场']
    """
    starting = {span.start: span for span in spans if span.kind == "place"}
    for span in starting.values():
        rest = starting.get(span.end)
        is_airport = rest is not None and text.endswith("机场", rest.start, rest.end) and not is_division(text[span.start : span.end])
        if rest and (is_airport or COMMON_PART.fullmatch(text, rest.start, rest.end)):
            yield span._replace(end=rest.end, rule="joined_places")
        elif match := AIRPORT.match(text, span.end) or URBAN.match(text, span.end):
            yield span._replace(end=match.end(), rule="joined_places")


def is_division(word: str) -> bool:
    """Return whether a word is the full name of a division of China (常州市), not one by which streets are called too (北京, 广东)."""
    return word in division_names()


@cache
def division_names() -> frozenset[str]:
    """Return the full names of the divisions of China."""
    return frozenset(word for word, several in divisions().items() if any(division.name == word for division in several))


def known_places(words: Words) -> Iterator[CandidateSpan]:
    """Yield the words that are full names of divisions, and names of provinces, cities and countries that the segmenter takes for places too.

    >>> text = "新华社北京3月5日电，平阳县在浙江省。"
    >>> [text[span.start : span.end] for span in known_places(Words(text))]
    ['北京', '平阳县', '浙江省']
    """
    for index in words.numbers_of(_first_words()):
        word, start = words.words[index], words.starts[index]
        after = words.words[index + 1] if index + 1 < len(words.words) else ""
        is_cut = index > 0 and len(words.words[index - 1]) == 1 and words.tags[index - 1] in CUT_TAGS  # 锦|海南|出口
        for name in (word + after, word) if after in RANKS else (word,):
            if len(name) > 2 and is_division(name) or words.tags[index] == "ns" and not is_cut and is_widely_known(name):
                yield CandidateSpan(start, start + len(name), "place", 0.96, "known_places")
                break


COMMON_TAGS = frozenset(("n", "vn", "b", "a", "l", "j", "ng", "s", "f"))
OF_COUNTRY = re.compile(".*(?:半岛|高原|海峡|岛|海|湾|群岛|地区|共和国|王国|州|自治区|特别行政区|城|街|路|大道|馆|剧院|中心|宫)$")
"""Ends of what is called after a country and is no part of it (朝鲜半岛, 印度洋, 中国美术馆)."""
COMMON_PART = re.compile("[东南西北中新老]?[东南西北中新老市县区城岸]|外滩|运河|故道")
"""Names of places that are mostly a part of what stands before them (江北|新城, 桐乡|东区, 江南|运河)."""
HAS_TAIL = re.compile("[市县区旗镇乡村湾山湖河岛港]$")
LONGEST_FACILITY = 12  # characters behind the place that a facility is called after


def completed_places(words: Words, spans: Sequence[CandidateSpan]) -> Iterator[CandidateSpan]:
    """Yield the facilities that are called after their place and what they are for, of which the place alone was found; what has a name of its own
    (金湾码头) is another place than the one before it.

    >>> text = "静浦区湿垃圾中转站和香山市金湾码头"
    >>> [text[span.start : span.end] for span in completed_places(Words(text), [CandidateSpan(0, 3, "place", 1), CandidateSpan(10, 13, "place", 1)])]
    ['静浦区湿垃圾中转站']
    """
    text = words.text
    starting = {span.start for span in spans}
    for span in spans:
        if span.kind != "place" or not HAS_TAIL.search(text, span.start, span.end):
            continue
        end = None
        for index in range(words.index_at(span.end), len(words.words)):
            first, last = words.starts[index], words.starts[index] + len(words.words[index])
            is_common = words.tags[index] in COMMON_TAGS and (words.words[index] in word_classes() or last - first == 1)
            if first < span.end or first in starting or last - span.end > LONGEST_FACILITY or not is_common:
                break
            if level_by_tail(text[span.end : last]) == "site":
                end = last
        if end is not None:
            yield span._replace(end=end, rule="completed_places")


HOLDS = re.compile("举[行办]|召开|[开闭揭落]幕|会见|演出|上演|进行|开赛|打响|收官|启动")
"""What follows the place where something is held."""
VENUE = re.compile("(?:中心|馆|酒店|饭店|宾馆|会堂|礼堂|剧院|剧场|影院|宫|厅)$")
"""Ends of organisations that stand for where they are when something is held there."""


def is_venue(text: str, span: CandidateSpan) -> bool:
    """Return whether an organisation stands for where something is held.

    >>> is_venue("大会在朔北宾馆举行", CandidateSpan(3, 7, "organization", 1)), is_venue("朔北宾馆举行婚宴", CandidateSpan(0, 4, "organization", 1))
    (True, False)
    """
    is_there = text[span.start - 1 : span.start] in {"在", "于"} and HOLDS.match(text, span.end) is not None
    return is_there and VENUE.search(text, span.start, span.end) is not None


HONOURED = re.compile("(?:获|获得|获评|评为|当选|授予|颁|参加|[届年]|赛季|举行的|[0-9]{4})“?$|“$")
"""What stands before the name of an honour or a contest (2022年获评|广东省粤菜大师)."""
HONOUR = re.compile(
    "[^，。、；（）“”《》\\s]{0,10}(?:劳动模范|劳模(?!表彰)|奖章|工匠|好人|大师|能手|之星|大赛|联赛|锦标赛|[^获受]奖(?!励|补|项))"
)
LONGEST_HONOURED = 5  # characters


def is_of_honour(text: str, span: CandidateSpan) -> bool:
    """Return whether a place only begins the name of an honour or a contest.

    >>> is_of_honour("他获评广东省粤菜大师。", CandidateSpan(3, 6, "place", 1)), is_of_honour("广东省奖励他。", CandidateSpan(0, 3, "place", 1))
    (True, False)
    """
    return HONOURED.search(text, max(span.start - LONGEST_HONOURED, 0), span.start) is not None and HONOUR.match(text, span.end) is not None


def with_street(text: str, span: CandidateSpan) -> CandidateSpan:
    """Return a place that is called as a city is with the street's last word, where that follows (南京|路口, 北京|西路).

    >>> with_street("常州市南京路口积水", CandidateSpan(3, 5, "place", 0.96))[:2]
    (3, 6)
    """
    match = STREET_END.match(text, span.end) if is_widely_known(text[span.start : span.end]) else None
    return span._replace(end=match.end()) if match else span


@cache
def _first_words() -> frozenset[str]:
    """Return the words that a known place may begin with: the name, or all of it but for its rank (平阳|县)."""
    names = {*division_names(), *filter(is_widely_known, (*divisions(), *world()))}
    return frozenset((*names, *(name[:-1] for name in names if name[-1] in RANKS)))


def known_towns(words: Words, spans: Iterable[CandidateSpan]) -> Iterator[CandidateSpan]:
    """Yield the towns and streets of the counties that a text names, and counties without their rank (钟楼) where a town of theirs is named.

    >>> text = "钟楼的五星街道"
    >>> [text[span.start : span.end] for span in known_towns(Words(text), [])]
    ['钟楼', '五星街道']
    """
    text = words.text
    counties = {
        one for span in spans if span.kind == "place" for one in divisions().get(text[span.start : span.end], ()) if one.level == "county"
    }
    for index in words.numbers_of(_counties_without_rank()):
        word, start = words.words[index], words.starts[index]
        some = divisions()[word]
        if words.tags[index] in ("ns", "nr") and any(town in text for one in some for town in towns(one.adcode)):
            counties.update(some)
            yield CandidateSpan(start, start + len(word), "place", 0.96, "known_towns")
    for county in sorted(counties):
        for town in towns(county.adcode):
            at = text.find(town)
            while at >= 0:
                yield CandidateSpan(at, at + len(town), "place", 0.97, "known_towns")
                at = text.find(town, at + 1)


@cache
def _counties_without_rank() -> frozenset[str]:
    return frozenset(name for name, some in divisions().items() if some[0].level == "county" and some[0].name != name)


@lru_cache(maxsize=1 << 14)
def is_widely_known(name: str) -> bool:
    """Return whether a name without a word for its rank stands for a province, a city or a country wherever it is printed (北京, 法国)."""
    some = divisions().get(name)
    return len(name) > 1 and (world().get(name) in ("country", "city", "county") or some is not None and some[0].level != "county")


def single_places(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the single places of a run of them.

    >>> text = "江苏省常州市钟楼区"
    >>> [text[start:end] for start, end in single_places(text, 0, len(text))]
    ['江苏省', '常州市', '钟楼区']
    >>> single_places("上海南京西路", 0, 6), single_places("山东蓬莱", 0, 4)
    ([(0, 2), (2, 6)], [(0, 2), (2, 4)])
    """
    return [(start + low, start + high) for low, high in _single_places(text[start : end + 2], end - start)]


@lru_cache(maxsize=1 << 14)
def _single_places(text: str, end: int) -> tuple[tuple[int, int], ...]:
    """Return the single places of ``text[:end]``; ``text`` has the two characters behind it too."""
    start, places = 0, []
    while (match := DIVISION.match(text, start, end)) and match.end() < end:
        if not (STANDS_ALONE.search(text, match.end(), end) or DIVISION.match(text, match.end(), end) or is_known(text[match.end() : end])):
            break
        places.append(match.span())
        start = match.end()
    end += (
        text[end : end + 1] != "" and text[end + 1 : end + 2] != "委" and is_division(text[start : end + 1])
    )  # 鼓楼|区, but 鼓楼|区委书记
    city = divisions().get(text[start : start + 2], ())
    if city and city[0].level != "county" and STREET_TAIL.search(text, start + 4, end):  # 上海|南京西路
        places.append((start, start + 2))
        start += 2
    for size in (4, 3, 2) if end - start > 3 and not is_known(text[start:end]) else ():  # 山东|蓬莱, 德国|基尔, but 马里兰州
        if COMMON_PART.fullmatch(text, start + size, end):
            continue
        begins_with_country = (
            world().get(text[start : start + size]) == "country"
            and size < end - start - 1
            and not OF_COUNTRY.match(text, start + size, end)
        )
        first, rest = text[start : start + size], text[start + size : end]
        has_town = any(rest in towns(one.adcode) for one in divisions().get(first, ()))  # 昆山|千灯镇
        if begins_with_country or has_town or any(first in some and rest in some for some in (divisions(), world())):
            places.append((start, start + size))
            start += size
            break
    return (*places, (start, end))


@lru_cache(maxsize=1 << 14)
def kind_by_tail(name: str, kind: str) -> str:
    """Return whether a name is a place or an organisation, by which has the longer word that such names end in; ``kind`` where neither has.

    Of the names of the gold that one of the two ends in, 97 in 100 are of that kind.

    >>> kind_by_tail("闽昆纺织产业园", "organization"), kind_by_tail("天津市消防救援总队", "place"), kind_by_tail("何楼村", "person")
    ('place', 'organization', 'place')
    """
    if kind == "person":
        return "place" if len(name) > 2 and name[-1] in "区县市镇乡村" and not looks_like_name(name) else kind
    for start in range(max(1, len(name) - LONGEST_TAIL), len(name) - 1):
        fitting = [kind for kind, tails in (("place", place_tails()), ("organization", organization_words())) if name[start:] in tails]
        if fitting:
            return kind if kind in fitting else fitting[0]
    return kind


def is_known(name: str) -> bool:
    """Return whether a name is in a gazetteer of divisions or of the world."""
    return len(name) > 1 and (name in divisions() or name in world())


def described_place(words: Words, piece: CandidateSpan, codes: list[str]) -> Name:
    """Return a place with level, code and parent, None where not known; ``codes`` are those of the places named before it."""
    text, start, end = words.text, piece.start, piece.end
    name = text[start:end]
    if BUILDING.search(name) or STREET.search(name):
        street = re.sub("[0-9０-９].*", "", name, flags=re.DOTALL)
        return Name(
            "place", name, start, end, re.sub(r"\s", "", name), piece.confidence, level="address", parent=street or None, rule=piece.rule
        )
    level, adcode, parent = describe_place(name, codes)
    if adcode:
        codes.append(adcode)
    return Name("place", name, start, end, name, piece.confidence, level=level, adcode=adcode, parent=parent, rule=piece.rule)


def settled(names: list[Name]) -> list[Name]:
    """Return the names with codes that the article bears out.

    A county without its rank (鼓楼) is that county only where the article names it in full, what it lies in, or a town of it. A town has
    the code and the parent of the one county of the article that has such a town. The name of a place with a code is that of the code.
    """
    towns_named = {name.text for name in names if name.kind == "place" and name.text.endswith(TOWN_TAILS)}
    sure = {name.adcode for name in names if name.adcode and (name.level != "county" or division_of_code()[name.adcode].name == name.text)}
    names = [_by_its_towns(name, towns_named) for name in names]
    counties = {name.adcode for name in names if name.level == "county" and name.adcode}
    borne_out = {code for code in counties if _is_borne_out(code, sure, towns_named)}
    return [_with_code_borne_out(name, borne_out, towns_named) for name in names]


def _is_borne_out(code: str, sure: Collection[str], towns_named: Collection[str]) -> bool:
    """Return whether a text names a county in full, what it lies in, or a town of it."""
    return any(one in sure for one in (code, code[:2] + "0000", code[:4] + "00")) or any(town in towns(code) for town in towns_named)


def _with_code_borne_out(name: Name, borne_out: Collection[str], towns_named: Collection[str]) -> Name:
    """Return a place with the code that the counties that are borne out leave or give it."""
    if name.level == "county" and name.adcode and name.adcode not in borne_out:
        return name._replace(name=name.text, level=None, adcode=None, parent=None)
    homes = [code for code in borne_out if name.text in towns(code)] if name.text in towns_named else []
    if len(homes) == 1:
        return name._replace(adcode=towns(homes[0])[name.text], parent=division_of_code()[homes[0]].name)
    if name.adcode and name.level not in ("town", "address"):
        return name._replace(name=division_of_code()[name.adcode].name)
    return name


def _by_its_towns(name: Name, towns_named: set[str]) -> Name:
    """Return a county of a name that several bear (鼓楼区) with the code of the one whose towns the article names."""
    if name.kind != "place" or name.adcode:
        return name
    some = [one for one in divisions().get(name.text, ()) if one.level == "county" and one.name == name.text]
    if len(some) > 1:
        fitting = [one for one in some if any(town in towns(one.adcode) for town in towns_named)]
        if len(fitting) == 1:
            return name._replace(level="county", adcode=fitting[0].adcode, parent=parent_of(fitting[0].adcode))
    return name


def describe_place(name: str, codes: list[str]) -> tuple[str | None, str | None, str | None]:
    """Return level, code and parent of a place, None where not known.

    Of several divisions of one name it is the one that lies in a place named before it, else the one of higher rank.

    >>> describe_place("江苏省", []), describe_place("鼓楼区", ["320100"])
    (('province', '320000', None), ('county', '320106', '南京市'))
    """
    some = divisions().get(name, ())
    if some and world().get(name) not in ("country", "water", "mountain"):
        near = [d for code in reversed(codes) for d in some if d.adcode.startswith(code.rstrip("0")) and d.adcode != code]
        wide = [d for d in some if d.level != "county"]
        chosen = near[:1] or wide[:1] or (some if len(some) == 1 else ())
        if chosen:
            return chosen[0].level, chosen[0].adcode, parent_of(chosen[0].adcode)
        return "county" if some[0].name == name else None, None, None
    if name in world():
        return world()[name], None, None
    if name.endswith("地区") and name.removesuffix("地区") in world():
        return "region", None, None
    return level_by_tail(name), None, None


@lru_cache(maxsize=1 << 14)
def level_by_tail(name: str) -> str | None:
    """Return the level of a place by the longest known word that its name ends in, None without one.

    >>> level_by_tail("源东乡"), level_by_tail("聚贤大道")
    ('town', 'street')
    """
    levels = place_tails()
    return next((levels[name[start:]] for start in range(max(1, len(name) - LONGEST_TAIL), len(name)) if name[start:] in levels), None)


def parent_of(adcode: str) -> str | None:
    """Return the name of the division that holds the one of that code, None for a province."""
    for size in (4, 2):
        if adcode[size:].strip("0") and (above := division_of_code().get(adcode[:size].ljust(6, "0"))):
            return above.name
    return None
