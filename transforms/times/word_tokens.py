"""Tokens that are words: 去年, 上旬, 近日, 国庆节, 上周五, 正月初一, 光绪三年, 90年代."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from transforms.lexicons import read_table
from transforms.text.numerals import parse_int
from transforms.times.fields import Fields, Fineness, Step, Token, whole_token

WEEKDAYS = {sign: n for n, sign in enumerate("一二三四五六日", 1)} | {"天": 7, "末": 6}
"""Numbers of the days of the week as ISO 8601 has them; 周末 begins on the sixth."""
LUNAR_MONTHS = {"正": 1, "冬": 11, "腊": 12}
EDGES_OF_MONTH = {"start": (1, 5), "middle": (11, 20), "end": (25, 31)}
EDGE_CODES = {"初": "start", "中": "middle", "底": "end", "末": "end", "春": "SP", "夏": "SU", "秋": "FA", "冬": "WI"}


class Word(NamedTuple):
    """What a word says, and the characters that must not stand before or after it."""

    kind: str
    code: str
    not_after: str = ""
    not_before: str = ""


@cache
def time_words() -> dict[str, Word]:
    """Return the words of time_words.tsv."""
    return {row[0]: Word(*row[1:]) for row in read_table("time_words.tsv")}


@cache
def holidays() -> dict[str, tuple[str, str]]:
    """Return the named days of holidays.tsv: name -> rule, where it may stand."""
    return {name: (rule, stands) for name, rule, stands in read_table("holidays.tsv")}


@cache
def eras() -> dict[str, int]:
    """Return the eras of reigns.tsv: name -> Gregorian year of their first year."""
    return {name: int(year) for name, year in read_table("reigns.tsv")}


def read_word(match: re.Match[str], text: str) -> Token | None:
    """去年, 上旬, 当天, 下午, 近日, 国庆节."""
    name, start, end = match["name"], match.start(), match.end("name")
    if name in holidays():
        return _read_holiday(name, start, end, text)
    word = time_words()[name]
    before, after = text[start - 1 : start], text[end : end + 1]
    if word.kind == "set" and word.code in ("PT1H", "PT1M") and not EACH_RUN.match(text, end):
        return None
    if word.kind == "skip" or (before and before in word.not_after) or (after and after in word.not_before):
        return None
    read = WORD_READERS[word.kind]
    coarsest, finest, fields, range_end = read(word.code)
    if match["edge"] and word.kind in ("year", "month"):
        end = match.end()
        edge = EDGE_CODES[match["edge"]]
        finest = Fineness.PERIOD if word.kind == "year" else Fineness.PART
        fields = fields._replace(period=edge) if word.kind == "year" else fields._replace(part=EDGES_OF_MONTH[edge])
    return Token(start, end, coarsest, finest, fields._replace(word=name), range_end)


EACH_RUN = re.compile("[^，。；0-9]{0,4}?(?:一[班趟次回]|[0-9]+[班趟次回]|发布|更新|播报|巡查|监测|报时)")
"""What goes on 每小时 where it says how often; else it is a rate: 每小时两公里, 每小时补15元."""


def _step(code: str) -> Step:
    """Return where a step starts and how far it goes: a-1 -> ("a", -1); =2021 is the year itself."""
    return code[0], int(code[1:])


WordReading = tuple[Fineness, Fineness, Fields, Fields | None]


def _at(fineness: Fineness, **fields: Any) -> WordReading:
    return fineness, fineness, Fields(**fields), None


def _two_steps(fineness: Fineness, name: str, code: str) -> WordReading:
    """Return one step, or two as a range: 今明两年 is a+0/a+1."""
    first, _, last = code.partition("/")
    return fineness, fineness, Fields(**{name: _step(first)}), Fields(**{name: _step(last)}) if last else None


def _week_word(code: str) -> WordReading:
    step, _, days = code.partition(" ")
    return _at(Fineness.DAY, week=_step(step), days=tuple(map(int, days.split("-"))) if days else None)


def _day_word(code: str) -> WordReading:
    if "/" in code:
        return _two_steps(Fineness.DAY, "day", code)
    step, _, daypart = code.partition(" ")
    fields = Fields(day=_step(step), daypart=(daypart, 0 if daypart == "MO" else 12) if daypart else None)
    return Fineness.DAY, Fineness.DAYPART if daypart else Fineness.DAY, fields, None


def _daypart_word(code: str) -> WordReading:
    name, shift = code.split()
    return _at(Fineness.DAYPART, daypart=(name, int(shift)))


WORD_READERS: dict[str, Callable[[str], WordReading]] = {
    "year": lambda code: _two_steps(Fineness.YEAR, "year", code),
    "period": lambda code: _at(Fineness.PERIOD, period=code),
    "month": lambda code: _at(Fineness.MONTH, month=_step(code)),
    "part": lambda code: _at(Fineness.PART, part=tuple(map(int, code.split("-")))),
    "week": _week_word,
    "day": _day_word,
    "daypart": _daypart_word,
    "open": lambda code: _at(Fineness.VAGUE, unresolved=f"unresolved: {code}"),
    "vague": lambda code: _at(Fineness.VAGUE, vague=code),
    "set": lambda code: _at(Fineness.SET, every=code.partition(" ")[0], daypart=("EV", 12) if code.endswith(" EV") else None),
    "length": lambda code: _at(Fineness.DURATION, length=((Decimal(code[1:-1]), code[-1]),), is_more=False),
    "same": lambda code: _at(Fineness.YEAR, same_period=int(code)),
}
LISTED_DAY, LISTED_DAY_AFTER = re.compile("(?:除夕|初[一二三四五六七])[、至到和—-]$"), re.compile("[、至到—-]初[一二三四五六七八]")
DAYS_OFF = re.compile("[0-9七八]天")
AFTER_HOLIDAY = re.compile("”?(?:假|长假|期间|黄金周|小长假|节|前夕|前后|佳节|当天|当日|双节)")
NEAR_HOLIDAY = re.compile("祭扫|扫墓|出行|小长假|三天|三日|前夕|前后|[前后]|期间|时节|当天|当日|假期|小长假|节")


def _read_holiday(name: str, start: int, end: int, text: str) -> Token | None:
    """国庆节; 五一 where quotes or 假期 show that it is a day."""
    rule, stands = holidays()[name]
    is_shown = text[start - 1 : start] in ("“", '"') or AFTER_HOLIDAY.match(text, end)
    if stands == "quoted" and not is_shown:
        return None
    if stands == "listed" and not LISTED_DAY.search(text, max(start - 4, 0), start) and not LISTED_DAY_AFTER.match(text, end):
        return None
    if stands == "edge":
        stands = "alone" if NEAR_HOLIDAY.match(text, end) else "year"
    if name == "国庆" and not (is_shown or DAYS_OFF.match(text, end) or text[end : end + 1] in tuple("，,。、 \n阅庆和及的长夜节") + ("",)):
        return None
    if name == "除夕夜":
        return Token(start, end, Fineness.PERIOD, Fineness.DAYPART, Fields(holiday=rule, stands=stands, daypart=("NI", 12)))
    return Token(start, end, Fineness.PERIOD, Fineness.DAY, Fields(holiday=rule, stands=stands))


HABIT = re.compile(
    "(?:也|都|均)?(?:不休|照常|闭馆|休息|开放|营业|值班|办公|不办|免费)|[、和](?:周|星期)[一二三四五六日天](?:也|都|均)?(?:不休|照常|闭馆|休息|开放|营业)"
)


def read_weekday(match: re.Match[str], text: str) -> Token | None:
    """上周五, 星期三, 本周末; 每周三 recurs."""
    week, name = match["week"], match["dayname"]
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
    weekday = WEEKDAYS[name]
    fields = Fields(weekend=weekday) if name == "末" else Fields(weekday=weekday)
    if week is None:
        if before in set("一二三四五六七八九十两几数第0123456789百千") or after in set("致次岁年期报天个刊级百千"):
            return None
        if name == "末" or HABIT.match(text, match.end()):
            return whole_token(match, Fineness.SET, fields._replace(every="P1W"))
        return whole_token(match, Fineness.WEEKDAY, fields)
    if week == "每" and after in set("班次趟场节轮期回"):
        return Token(match.start(), match.start() + 2, Fineness.SET, Fineness.SET, Fields(every="P1W"))
    if week == "每":
        return whole_token(match, Fineness.SET, fields._replace(every="P1W"))
    step = {"上": -1, "下": 1}.get(week[0], 0) * len(week)
    return whole_token(match, Fineness.DAY, fields._replace(week=("a", step)))


def read_lunar(match: re.Match[str], text: str) -> Token | None:
    """正月初一, 农历八月十五, 闰四月."""
    name = match["month1"] or match["month2"] or match["month3"] or match["month4"]
    month = LUNAR_MONTHS.get(name) or parse_int(name)
    day_name = match["day1"] or match["day2"] or match["day3"] or match["day4"]
    day = ("=", parse_int(day_name.replace("初", ""))) if day_name else None
    year = ("=", parse_int(match["lunaryear"])) if match["lunaryear"] else None
    fields = Fields(year=year, month=("=", month), day=day, is_lunar=True, is_leap=bool(match["leap"] or match["month3"]))
    return Token(match.start(), match.end(), Fineness.YEAR if year else Fineness.MONTH, Fineness.DAY if day else Fineness.MONTH, fields)


def read_era(match: re.Match[str], text: str) -> Token | None:
    """光绪三年, 民国26年."""
    number = 1 if match["erayear"] == "元" else parse_int(match["erayear"])
    if not number or number > 70 and not match["eraname"].endswith("民国"):
        return None
    return whole_token(match, Fineness.YEAR, Fields(year=("=", eras()[match["eraname"]] + number - 1), is_of_era=True))


def read_ages(match: re.Match[str], text: str) -> Token | None:
    """20世纪80年代初, 90年代, 19世纪."""
    name = match["century"] or match["century2"] or ""
    century = {"上": ("a", -1), "本": ("a", 0)}.get(name[:1]) or (("=", parse_int(name)) if name else None)
    if century and century[0] == "=" and not (century[1] and 1 <= century[1] <= 22):
        return None
    decade = parse_int(match["decade"]) if match["decade"] else None
    fields = Fields(century=century, decade=decade, stage=match["stage"] or match["stage2"] or "")
    return whole_token(match, Fineness.CENTURY, fields)
