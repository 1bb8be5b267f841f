"""Words that names are made of: surnames, characters of names, titles, organisations, administrative divisions, places of the world."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from transforms.lexicons import read_groups, read_lines, read_table, read_words


class Surnames(NamedTuple):
    """``strong`` ones are words for little else; ``common`` holds all of one character, ``compound`` those of two."""

    strong: frozenset[str]
    common: frozenset[str]
    compound: frozenset[str]


@cache
def surnames() -> Surnames:
    """Return the surnames."""
    groups = read_groups("surnames.txt")
    common, compound, rare = (frozenset(groups[name]) for name in ("common", "compound", "rare"))
    return Surnames(common - rare, common, compound)


@lru_cache(maxsize=1 << 14)
def looks_like_name(text: str) -> bool:
    """Return whether a text has the build of a Chinese person's name: a surname and one or two characters, or two surnames and one or two.

    This is the one test of a name by itself, without what stands beside it.

    >>> looks_like_name("李云川"), looks_like_name("欧阳清浦"), looks_like_name("云渡区"), looks_like_name("报道")
    (True, True, False, False)
    """
    known = surnames()
    if not 2 <= len(text) <= 4 or not all("\u4e00" <= char <= "\u9fff" for char in text) or text[-1] in "区县市镇乡村":
        return False
    if text[:2] in known.compound and len(text) in (3, 4):
        return True
    return text[0] in known.common and (len(text) < 4 or text[1] in known.common)


@cache
def name_characters() -> dict[str, dict[str, int]]:
    """Return characters of names by their place (middle, last, foreign), with how much they tell: 3 much, 1 little."""
    characters: dict[str, dict[str, int]] = {"middle": {}, "last": {}, "foreign": {}}
    for head, chars in read_groups("name_characters.tsv").items():
        place, level = head.split()
        characters[place] |= dict.fromkeys(chars, {"high": 3, "fair": 2, "low": 1}[level])
    return characters


@cache
def title_words() -> dict[str, str]:
    """Return the words that a title ends in, with their class: office, rank (trades too) or civil."""
    groups = read_groups("titles.tsv")
    return dict.fromkeys(groups["trade"], "rank") | {word: kind for kind in ("civil", "rank", "office") for word in groups[kind]}


@cache
def trades() -> frozenset[str]:
    """Return the words of trades, whose masters hold no office (司机, 木匠)."""
    return frozenset(read_groups("titles.tsv")["trade"])


@cache
def untitled_words() -> frozenset[str]:
    """Return the words that tell who is meant and are no title: kin, age and sex, who writes the report (儿子, 姑娘, 记者)."""
    return frozenset(read_groups("titles.tsv")["untitled"])


@cache
def polite_words() -> frozenset[str]:
    """Return the words that may follow a name or a bare surname (李老师)."""
    return frozenset(read_groups("titles.tsv")["polite"])


@cache
def organization_words() -> dict[str, str]:
    """Return the words that a name of an organisation ends in, with the kind of organisation."""
    return {word: kind for kind, words in reversed(read_groups("organizations.tsv").items()) for word in words}


@cache
def known_organizations() -> tuple[str, ...]:
    """Return the names of organisations that any paper names (国务院, 新华社)."""
    return tuple(word for line in read_lines("known_organizations.txt") for word in line.split())


@cache
def known_people() -> tuple[str, ...]:
    """Return the names of people that any prose names (鲁迅, 列宁)."""
    return tuple(word for line in read_lines("known_people.txt") for word in line.split())


@cache
def place_tails() -> dict[str, str]:
    """Return the words that a place's name ends in, with the level of the place."""
    return {word: level for level, words in reversed(read_groups("place_tails.tsv").items()) for word in words}


@cache
def not_names() -> dict[str, frozenset[str]]:
    """Return words that are never a name, by kind: person, surname (before a word of courtesy), place, organization, town."""
    return {kind: frozenset(words) for kind, words in read_groups("not_names.tsv").items()}


class Division(NamedTuple):
    """An administrative division of China."""

    adcode: str
    name: str
    level: str


TOWN_TAILS = ("街道", "镇", "乡", "苏木")
LEVEL_BY_TAIL = {2: "province", 4: "city", 6: "county"}
LONG_TAILS = ("特别行政区", "维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "自治州", "自治县", "自治旗", "地区", "新区", "林区")
SHORT_TAILS = ("省", "市", "县", "区", "州", "盟", "旗")


@cache
def _autonomous() -> re.Pattern[str]:
    peoples = "|".join(sorted(read_words("peoples.txt"), key=len, reverse=True))
    return re.compile(f"(?P<bare>.{{2,}}?)(?:{peoples})+自治(?P<rank>[州县旗])")


def bare(name: str) -> str:
    """Return a division's name without the words for its rank and its peoples; the name itself where little would remain.

    >>> bare("江苏省"), bare("内蒙古自治区"), bare("沙县"), bare("黔东南苗族侗族自治州")
    ('江苏', '内蒙古', '沙县', '黔东南')
    """
    autonomous = _autonomous().fullmatch(name)
    if autonomous:
        return autonomous["bare"]
    for tail in LONG_TAILS + SHORT_TAILS:
        if name.endswith(tail) and len(name) - len(tail) >= 2:
            return name[: -len(tail)]
    return name


@cache
def divisions() -> dict[str, tuple[Division, ...]]:
    """Return the divisions of China by name, by name without the word for the rank, and autonomous ones without their peoples too (凉山州)."""
    by_name: dict[str, list[Division]] = {}
    for adcode, name in read_table("divisions.tsv"):
        level = LEVEL_BY_TAIL[len(adcode.rstrip("0")) + len(adcode.rstrip("0")) % 2]
        division = Division(adcode, name, level)
        autonomous = _autonomous().fullmatch(name)
        for form in {name, bare(name), *([autonomous["bare"] + autonomous["rank"]] if autonomous else ())}:
            by_name.setdefault(form, []).append(division)
    return {name: tuple(sorted(some, key=lambda d: d.adcode.rstrip("0").__len__())) for name, some in by_name.items()}


@cache
def division_of_code() -> dict[str, Division]:
    """Return the divisions of China by code."""
    return {division.adcode: division for some in divisions().values() for division in some}


@cache
def _town_lines() -> dict[str, str]:
    return dict(read_table("towns.tsv"))


@cache
def towns(county: str) -> dict[str, str]:
    """Return the towns and streets of the county of that code, with their own code of nine digits.

    >>> towns("330106")["蒋村街道"]
    '330106011'
    """
    return {town[:-3]: county + town[-3:] for town in _town_lines().get(county, "").split()}


@cache
def world() -> dict[str, str]:
    """Return the level of countries, cities abroad, regions, waters, mountains and sights by name."""
    levels = dict(read_table("world.tsv"))
    for level, names in read_groups("regions.tsv").items():
        for name in names:
            levels[name] = level
    return levels
