"""The year of a date printed without one.

A newspaper means its own year: it says 去年 or 明年 where it does not. So the year is that of the anchor, unless

- a year said before in the story goes on (2016年5月动工,11月建成), and is not that of something else (始建于1956年的学堂);
- the days lie too far ahead to be told of, and nothing says that they are to come (12月28日 in a paper of January);
- what is planned would be over (将于5月20日开幕 in a paper of November).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

Days = tuple[date, date]
DaysOf = Callable[[int], Days | None]
"""The days that a date without a year is in a year, None where that year has none."""

NEAREST_HALF_YEAR = timedelta(days=183)
"""Days of the anchor's year that end further ahead are last year's: last year's are nearer then."""
PLANNED_WITHIN = timedelta(days=240)
"""How far ahead of the anchor, or of a day to come, a plan of next year is printed without 明年: eight months."""
SOON = timedelta(days=15)
"""What lies no further ahead than two weeks is announced, whatever the words around it."""
NEWS = timedelta(days=31)
"""A day of the month before the anchor is news, and not of a year that the story tells of."""

PLANNED_BEFORE = re.compile(
    "(?:将|拟|计划|预计|力争|争取|有望|确保|预定|定于|定在|暂定|即将|推迟|延期|延迟|延长|延续|持续|顺延|改期|目标|开放)[^，,。；;！？\n]{0,10}$"
)
PLANNED_AFTER = re.compile(
    "[^，,。；;！？\n]{0,10}?(?:将(?!军|士|领|官|[^，,。；;！？\n]{1,8}(?:抓获|送往|送到|列入|列为))|即将|有望|预计|力争|拟(?:于|在|对)?|计划)"
    "|起(?:正式|全面|统一)?(?:施行|实施|执行|生效|启用|停用|调整|开放|受理|征收)"
    "|(?:之?[前后]|起)[^。！？\n]{0,16}(?:须|应当?|方可|可以|可持|不得|不再|务必|必须|要|交付|完成|到位|建成|投用|投产)"
)
PAST_AFTER = re.compile("[^，,。；;！？\n的将]{0,16}(?:了(?!解|如|然)|已(?!婚)|曾(?!经?氏)|先后|以来|至今)")
HAS_PASSED = re.compile("已|以来|至今|累计|了")
CLAUSES_AFTER = re.compile("[^。！？\n]{0,24}")
ANNOUNCED = re.compile("放假|假期|春运|寒假|暑假|开学|闭馆|停水|停电|报名|截止|招生|考试|开考|开票|预售|缴费|举办地|敬请")
ANNOUNCED_WITHIN = timedelta(days=90)
"""How far ahead a paper announces a day of next year without 将 or 明年: a season."""
DEADLINE = re.compile("(?:底|末)?之?前(?!后|往|来)")

OF_SOMETHING_ELSE_BEFORE = re.compile("(?:[建办立设生成发创启]于|自|从|比|较|同|与|和|是|占|到|至|即|[“《（(])$")
OF_SOMETHING_ELSE_AFTER = re.compile(
    "年?度|目标|同期|版|款|级|届|前(?!后)|之前|以前|至今|起|生(?=[，,])|[^，,。；;！？\n]{0,14}(?:以来|的(?!时候)|至今)"
    "|(?:创办|创建|始建|建成|成立|建校|建厂|建立|落成|诞生|出生|开业|组建|设立|建院|建馆)(?=[，,])"
)
LONGEST_SUBJECT = 4
"""Characters between a year and a month that goes on it without a comma: 2016年开工11月完工."""


class Said(NamedTuple):
    """A year that the text says in ``text[start:end]``; ``first`` is the first day told with it where it names a month or a day."""

    year: int
    start: int
    end: int
    first: date | None = None
    is_day: bool = False


def is_planned(text: str, start: int, end: int) -> bool:
    """Tell whether the words around ``text[start:end]`` speak of what is to come.

    >>> is_planned("展会将于5月20日开幕", 4, 9), is_planned("展会5月20日开幕", 2, 7)
    (True, False)
    """
    return bool(PLANNED_BEFORE.search(text, max(start - 16, 0), start) or PLANNED_AFTER.match(text, end))


def own_year(text: str, start: int, end: int, days: Days, anchor: date, next_year: Days | None, told: Said | None) -> int:
    """Return the year of days printed in ``text[start:end]`` that are read as of the anchor's year: that, the one before or after.

    ``next_year`` are the same days a year later, ``told`` the date before in the sentence.
    """
    first, last = days
    if first <= anchor:
        if last - anchor > NEAREST_HALF_YEAR and first.day == first.month == 1 and not is_planned(text, start, end):
            return anchor.year - 1
        return anchor.year + bool(next_year and last < anchor and _comes_again(text, start, end, days, anchor, next_year, told))
    planned = is_planned(text, start, end)
    if last - anchor > NEAREST_HALF_YEAR:
        is_to_come = planned or DEADLINE.match(text, end) and not PAST_AFTER.match(text, end)
        return anchor.year - (not is_to_come)
    return anchor.year - bool(first - anchor > SOON and not planned and PAST_AFTER.match(text, end))


def _comes_again(text: str, start: int, end: int, days: Days, anchor: date, next_year: Days, told: Said | None) -> bool:
    """Tell whether days that are over in the anchor's year are those of the next: planned, or told after what is to come."""
    if told and told.first and told.first > anchor and days[1] < told.first:
        return next_year[0] - told.first <= PLANNED_WITHIN
    ahead = next_year[0] - anchor
    if PLANNED_BEFORE.search(text, max(start - 16, 0), start):
        return ahead <= PLANNED_WITHIN
    if HAS_PASSED.search(CLAUSES_AFTER.match(text, end)[0]):
        return False
    if PLANNED_AFTER.match(text, end):
        return ahead <= PLANNED_WITHIN and ahead < anchor - days[1]
    if days[1] - days[0] > ANNOUNCED_WITHIN:
        return False
    around = text[max(start - 12, 0) : start] + CLAUSES_AFTER.match(text, end)[0]
    return ahead <= ANNOUNCED_WITHIN and bool(ANNOUNCED.search(around))


def year_goes_on(text: str, said: Said, start: int, anchor: date | None) -> bool:
    """Tell whether the year that the text says is the year of a date at ``start`` of the same sentence.

    >>> year_goes_on("2016年5月开工,11月建成。", Said(2016, 0, 7, date(2016, 5, 1)), 10, None)
    True
    >>> year_goes_on("始建于1956年的学堂11月27日开放。", Said(1956, 3, 8), 11, None)
    False
    """
    if OF_SOMETHING_ELSE_AFTER.match(text, said.end):
        return False
    if OF_SOMETHING_ELSE_BEFORE.search(text, max(said.start - 3, 0), said.start) and not said.first:
        return False
    between = text[said.end : start]
    if re.search("目前|如今|现已|现在|今年", between):
        return False
    return bool(said.first) or len(between) <= LONGEST_SUBJECT or bool(re.search("[，,、；;：:]", between))


def tells_on(text: str, said: Said, start: int) -> bool:
    """Tell whether a date at ``start`` in a later sentence of the paragraph goes on the story of a dated year: 2016年5月,村民挖出墓砖。7月,…"""
    return bool(said.first) and not OF_SOMETHING_ELSE_AFTER.match(text, said.end) and text[start - 1 : start] in tuple("。！？；")


def nearest_year(days_of: DaysOf, anchor: date, year: int | None) -> int | None:
    """Return the year of a named day: that read, or the next where the day is over and comes again within a season (春节 in December)."""
    own, later = days_of(anchor.year), days_of(anchor.year + 1) if anchor.year < 9998 else None
    is_over = year == anchor.year and own and later and own[1] < anchor
    return anchor.year + 1 if is_over and later[0] - anchor <= ANNOUNCED_WITHIN and later[0] - anchor < anchor - own[1] else year


def year_of_story(said: Said, days_of: DaysOf, anchor: date | None) -> int | None:
    """Return the year of a date that goes on the year said: that, or the next where it comes after the date told; None where neither fits."""
    days = days_of(said.year)
    if said.first is None:
        return said.year
    if days and days[1] >= said.first:
        return said.year
    later = days_of(said.year + 1) if said.year < 9998 else None
    return said.year + 1 if later and (anchor is None or later[0] <= anchor or said.year >= anchor.year) else None


def is_news(days: Days | None, anchor: date | None) -> bool:
    """Tell whether the days are those of the news: not long before the anchor, nor long after."""
    return bool(days and anchor and days[0] - SOON <= anchor <= days[1] + NEWS)
