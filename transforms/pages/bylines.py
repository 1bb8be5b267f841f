"""Read who wrote and photographed an article, for which agency, where and on what day.

Names stand in bylines of their own, in brackets after 本报讯, after 记者 in an agency's dateline, and in credits at the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from transforms.pages.lexicon import any_of, surnames, words

DIGITS = "0-9０-９一二三四五六七八九十"
DATE = rf"[{DIGITS}]{{1,3}}月[{DIGITS}]{{1,3}}日(?:凌晨|清晨|早晨|上午|中午|下午|傍晚|晚上|晚|夜间|夜)?"
HAN = "一-鿿·•"
POST_WORDS = re.compile(r"^(?:本报|本台|本刊|本网|新华社|中新社)?驻?[一-鿿]{0,8}?(?:记者|通讯员|评论员|实习生|摄影|撰稿|作者|编辑|供稿)")


@dataclass(frozen=True, slots=True)
class Byline:
    """What the bylines and datelines of an article say."""

    reporters: tuple[str, ...]
    photographers: tuple[str, ...]
    agency: str | None
    dateline_place: str | None
    dateline: str | None


@lru_cache(maxsize=1)
def _patterns() -> dict[str, re.Pattern[str]]:
    desk, agency, post, credit = (any_of(kind) for kind in ("desk", "agency", "post", "credit"))
    return {
        "dateline": re.compile(
            rf"[（(【]?据?(?P<desk>{desk}|{agency})(?P<place>[{HAN}]{{0,12}}?)\s?(?P<date>{DATE})?\s?(?P<end>讯|电|快讯|专电|消息|报道)"
        ),
        "closing": re.compile(rf"[（(](?:据)?(?P<desk>{desk}|{agency})(?P<place>[{HAN}]{{0,12}}?)(?P<date>{DATE})?(?P<end>讯|电|专电)[）)]$"),
        "bracket": re.compile(rf"[（(](?P<who>(?:[^（）()。]{{0,12}}(?:{post}))?[\s:：]*[{HAN}\s、，,;；/]{{2,60}})[）)]"),
        "told": re.compile(rf"\s*(?:据|新华社|本报|本台)?[^，。]{{0,6}}?(?:{post})[\s:：]*(?P<who>[{HAN}\s、，]{{2,40}}?)(?:报道|摄影报道)[:：]"),
        "date_after": re.compile(rf"[\s:：,，]*(?:(?:根据|按照|遵照|为|随着|经|应)[^。！？“”；]{{0,60}}?[,，])?(?P<date>{DATE})"),
        "tail": re.compile(r"[（(](?P<who>[^（）()。]{2,60})[）)]\s*$"),
        "photo": re.compile(rf"(?:{credit})\s*$"),
        "posts": re.compile(rf"(?:{desk}|{agency})|(?:驻[{HAN}]{{1,8}}?)?(?:{post})|(?:{credit})|文并|图[/／]文|文[/／]图|[:：]"),
    }


def names_in(text: str) -> list[str]:
    """Return the persons' names that a byline holds, also where nothing parts them.

    >>> names_in("本报记者 周明远 赵小棠"), names_in("周明远赵小棠")
    (['周明远', '赵小棠'], ['周明远', '赵小棠'])
    """
    bare = _patterns()["posts"].sub(" ", text)
    names: list[str] = []
    for part in re.split(r"[\s、，,;；/／（）()\[\]【】■□●◆▲]+", bare):
        if not part:
            continue
        if 2 <= len(part) <= 4 and not re.search(r"[^一-鿿]", part) or "·" in part or "•" in part:
            names.append(part)
        else:
            names.extend(split_names(part))
    return list(dict.fromkeys(names))


def split_names(part: str) -> list[str]:
    """Return names that stand without gaps, cut before surnames, three characters preferred; none where it cannot be done."""
    single, double = surnames()
    best: dict[int, tuple[int, list[str]]] = {0: (0, [])}
    for at in range(len(part)):
        if at not in best:
            continue
        cost, so_far = best[at]
        sizes = [(3, 0), (2, 1)] if part[at] in single else []
        if part[at : at + 2] in double:
            sizes += [(4, 0), (3, 0)]
        for size, extra in sizes:
            end = at + size
            if end <= len(part) and (end not in best or best[end][0] > cost + extra):
                best[end] = (cost + extra, [*so_far, part[at:end]])
    return best.get(len(part), (0, []))[1]


def read_bylines(headline: str | None, byline_blocks: Iterable[str], credit_blocks: Iterable[str], paragraphs: list[str]) -> Byline:
    """Return what bylines, credits and the first paragraphs of an article say. Paragraphs are in reading order."""
    found = _patterns()
    agencies = words()["agency"]
    reporters: list[str] = []
    photographers: list[str] = []
    agency = place = date = None
    for line in byline_blocks:
        into = photographers if found["photo"].search(line) and not re.search(r"图文|文/图|文并|文、图", line) else reporters
        into.extend(names_in(line))
        agency = agency or next((name for name in agencies if name in line), None)
    for text in paragraphs[:3]:
        lead = found["dateline"].match(text)
        if not lead:
            continue
        if lead["desk"] in agencies:
            agency = agency or lead["desk"]
        place = lead["place"] or None
        date = lead["date"]
        after = text[lead.end() :]
        bracket = found["bracket"].match(after.lstrip())
        rest = after
        if bracket:
            names = names_in(bracket["who"])
            reporters.extend(names)
            rest = after.lstrip()[bracket.end() :]
        else:
            told = found["told"].match(after)
            if told:
                reporters.extend(names_in(told["who"]))
        if date is None:
            follows = found["date_after"].match(rest)
            date = follows["date"] if follows else None
        break
    for line in credit_blocks:
        names = names_in(line)
        if re.search(r"图文|文/图|文并|图/文", line):
            reporters.extend(names)
            photographers.extend(names)
        elif found["photo"].search(line.rstrip("）) ")) or re.match(r"[（(]?(?:摄影|图)", line):
            photographers.extend(names)
        elif re.match(r"^[（(]", line):
            reporters.extend(names)
    for text in paragraphs[-1:]:
        tail = found["tail"].search(text)
        if tail:
            closing = found["closing"].search(text)
            if closing:
                if closing["desk"] in agencies:
                    agency = agency or closing["desk"]
                place, date = place or closing["place"] or None, date or closing["date"]
            elif re.search(r"摄(?:影)?$|供图$", tail["who"]):
                photographers.extend(names_in(tail["who"]))
            elif re.fullmatch(rf"[{HAN}\s、]+", tail["who"]):
                reporters.extend(names_in(tail["who"]) if not reporters else [])
    return Byline(tuple(dict.fromkeys(reporters)), tuple(dict.fromkeys(photographers)), agency, place, date)
