"""Expressions become days: what an expression leaves open is taken from the text before it or from the anchor, and the basis says so."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache, partial
from typing import NamedTuple

from transforms.confidence import confidence_of
from transforms.records import Time
from transforms.text.characters import finds_in_reading_text
from transforms.times.calendar import (
    add_days,
    add_months,
    day_or_none,
    lunar_day,
    lunar_month,
    monday_of,
    month_end,
    named_day,
    nth_weekday,
    week_value,
)
from transforms.times.expressions import Expression, find_expressions
from transforms.times.fields import Fields, Fineness
from transforms.times.story import Story
from transforms.times.tokens import with_plain_marks
from transforms.times.values import (
    HALVES,
    SEASONS,
    Resolved,
    add_length,
    days_of_nth,
    is_before,
    iso_length,
    length_value,
    months_of,
    one_day,
    period_of,
    recurring,
    total,
    unresolved,
    vague,
    whole_year,
)
from transforms.times.years import Days, DaysOf, is_news, is_planned, nearest_year, own_year, tells_on, year_goes_on, year_of_story

STEPPED = re.compile("(?:Q|SP|SU|FA|WI)a[+-][0-9]")
COUNTS_FROM_NOW = frozenset("，,。；;：:、\n （(将在过再于")
NO_YEAR, NO_ANCHOR = "unresolved: no year known", "unresolved: no date known to count from"
BACKWARDS = "unresolved: ends before it begins"
NO_DAY, NO_SUCH_DAY = "hour as printed, of a day not known", "unresolved: no such day"
LENGTH_ONLY = "explicit, no date known to count from"
ADJECTIVES = ("夜间", "晚间", "午间", "早间", "夜晚", "白天")
SPOKEN = ("今天", "明天", "昨天", "今晚", "明早", "后天")
BESIDE_WHAT_RECURS = 6
"""Characters between what recurs and its hours: 周末及节假日8:00-22:00."""
LONGEST_QUOTATION = 120
"""Characters of a quotation in which a speaker's 今天 is looked for: of those printed, 96 % are shorter (see ``text.sentences``)."""
LONGEST_EVENING = 5 * 60
"""Minutes between hours of one afternoon or evening, the later printed without 下午 or 晚."""
SCENE_WITHIN = timedelta(days=10)
"""How long before the anchor the scene of a story lies, where a speaker's 今天 counts from it."""
PERIOD_GRANULARITIES = ("month", "quarter", "halfyear")
SAME_NEWS = timedelta(days=45)
"""A day told no further from the anchor than a month and a half is of the same news: then 28日 is the nearest to the anchor."""
LAST_YEAR = 9998
"""The last year whose next one the calendar has too."""
TWO_DIGITS_AHEAD, NO_CENTURY_AFTER = 10, 2050
"""Years that a year of two digits may lie ahead of the anchor (35年 in 2024 is 1935), and the year that stands for a missing anchor."""
QUARTER = 3
"""Months of a year in which its second half is too far ahead to be told of without its year."""
SHARES_OF_STAGES = {"初": (0, 0.3), "前": (0, 0.3), "中": (0.4, 0.6), "后": (0.7, 1), "末": (0.7, 1)}


SINCE_THEN = re.compile("[^，,。；;]{0,12}?(?:以来|起)")
"""After a day from which on something is counted: 去年同期 is not that day."""
ON_THAT_DAY = re.compile("[”』]?(?:当[天日晚]|这[天一]|[，,、：:]|[上下]午|[早晚凌清傍]|[0-9])")
"""After a named day where the story is of that day; 春节返程高峰 is of another."""
UNTIL = re.compile("截[至止]到?$")
"""截至3月18日 counts up to a day; the day of the story it is not."""
DAILY = re.compile("(?:营业|服务|开放|办公|作息|受理|参观|运营|就餐)时间|工作日|每")
"""Before hours of every day: 服务时间10时至14时."""
SERVICE = re.compile("首班|末班|营业|开放|受理|闭馆|开馆|运营|发车|车")
"""Before hours of every day from a day to come on: 5月1日起…首班车8时."""


def is_length(time: Time) -> bool:
    """Tell whether a time is a length of time (16个月, 近三年, 10年前), which is a quantity too."""
    return bool(time.rule and time.rule.startswith("length"))


@finds_in_reading_text
def find_times(text: str, anchor: date | None) -> list[Time]:
    """Return the times of a text in order, resolved as far as the text and the anchor allow.

    ``anchor`` is the day that the text counts from (dateline or issue date). ``value`` is ISO 8601 / TIMEX3; ``start_on`` and ``end_on``
    are inclusive; None where the evidence gives no year. Offsets count code points of ``text``. Ordinals (第39届), scores (3:2), ages
    and generations (80后) are no times and left out.

    >>> for time in find_times("11月28日下午,云渡区今年10月开工的项目投产,历时16个月。", date(2024, 11, 29)):
    ...     print(time.text, time.value, time.basis)
    11月28日下午 2024-11-28TAF year from anchor
    今年10月 2024-10 relative to anchor
    16个月 P16M explicit
    """
    plain_text, expressions = _expressions_of(text)
    resolver = Resolver(plain_text, anchor)
    times = []
    for expression in expressions:
        time = resolver.resolve(expression)
        if time is not None:
            rule = rule_of(expression)
            times.append(
                Time(text[expression.start : expression.end], expression.start, expression.end, *time, confidence_of("times", rule), rule)
            )
    return times


@lru_cache(maxsize=256)
def _expressions_of(text: str) -> tuple[str, tuple[Expression, ...]]:
    """Return the text made plain and its expressions. Articles are read twice, for the year of the page and then from their anchor."""
    plain_text = with_plain_marks(text)
    return plain_text, tuple(find_expressions(plain_text))


class Resolver:
    """Resolves the expressions of one text in order, and remembers what was said: a year, a month, a day."""

    def __init__(self, text: str, anchor: date | None) -> None:
        self.text = text
        self.anchor = anchor
        self.story = Story(text)

    def resolve(self, expression: Expression) -> Resolved | None:
        """Return what the expression stands for, None where it is no time after all."""
        if expression.kind == "unresolved":
            return unresolved("day", expression.fields.unresolved)
        if expression.kind == "vague":
            code = expression.fields.vague
            return vague(code)
        if expression.kind == "length":
            return self._length(expression)
        if expression.kind == "recurring":
            self.story.daily_end = expression.end
            return recurring(expression.fields, expression.last)
        return self._point_or_range(expression)

    # Points

    def _point_or_range(self, expression: Expression) -> Resolved | None:
        first = self._point(expression.fields, expression)
        if first is None:
            return None
        if expression.last is not None:
            return self._range(first, expression)
        if expression.direction == "since" and first.start:
            end = self.anchor if self.anchor and self.anchor >= first.start else None
            return first._replace(end=end)
        return first

    def _range(self, first: Resolved, expression: Expression) -> Resolved | None:
        fields = expression.last
        if fields.year is None and first.start and fields.month:
            fields = fields._replace(year=("=", first.start.year))
        last = self._point(fields, expression)
        if last is None:
            return first
        if is_before(last, first):
            last = self._moved_on(first, last, fields, expression)
        if first.value is None or last.value is None:
            missing = first if first.value is None else last
            return Resolved(None, None, None, last.granularity, missing.basis)
        value = f"{first.value}/{last.value}"
        if expression.fields.part is not None or fields.part is not None:
            value = f"{first.start}/{last.end}"
        if first.granularity in PERIOD_GRANULARITIES or first.granularity == "day" and expression.fields.month is not None:
            self.story.period = (first.start, last.end, value)
        return Resolved(value, first.start, last.end, last.granularity, first.basis)

    def _moved_on(self, first: Resolved, last: Resolved, fields: Fields, expression: Expression) -> Resolved:
        """Return the end of a range that was read as before its beginning, in the next year, month, week or day: what it does not print itself.

        3月28日至2日 ends in April, 周五至周一 on the Monday after, 22时至3时 on the next day. Unresolved where that is no help.
        """
        moved: Resolved | None = None
        if Fineness.PERIOD <= expression.coarsest <= Fineness.PART and first.start.year < LAST_YEAR:
            moved = self._point(fields._replace(year=("=", last.start.year + 1)), expression)
        elif expression.coarsest >= Fineness.DAY:
            moved = self._dated(self._next_day(first.start, last.start, fields, expression.coarsest), last.basis, expression)
            hours = Fields(clock=fields.clock, daypart=fields.daypart if expression.coarsest < Fineness.CLOCK else None)
            moved = self._hours(moved, hours, expression) if hours.clock or hours.daypart else moved
        return unresolved(last.granularity, BACKWARDS) if moved is None or moved.start is None or is_before(moved, first) else moved

    @staticmethod
    def _next_day(first: date, last: date, fields: Fields, coarsest: Fineness) -> date | None:
        """Return the day of the end of a range, on or after its first day; None where the calendar has none."""
        if coarsest == Fineness.DAY:
            way, number = fields.day or ("", 0)
            months = (add_months(first.replace(day=1), n) for n in (0, 1))
            days = (day_or_none(month.year, month.month, number) for month in months if way == "=")
            return next((day for day in days if day and day >= first), None)
        return add_days(last, 7 if coarsest == Fineness.WEEKDAY else 1)

    def _point(self, fields: Fields, expression: Expression) -> Resolved | None:
        """Return a point; remembers its year, month and day for what follows."""
        coarse = self._days(fields, expression)
        if coarse is None or not (fields.daypart is not None or fields.clock is not None):
            return coarse
        if fields.names() <= {"daypart", "word"} and expression.last is None and not self._is_part_of_a_day(coarse, expression):
            return None
        return self._hours(coarse, fields, expression)

    def _is_part_of_a_day(self, day: Resolved, expression: Expression) -> bool:
        """Return whether 下午 alone is that of a day told, or 一个下午; 夜间门诊 and 晚上干什么 are of no day."""
        if self.text.endswith(("一个", "整个"), 0, expression.start) or len(self.text) == expression.end - expression.start:
            return True
        is_adjective = expression.fields.word in ADJECTIVES and self.text[expression.end : expression.end + 1] not in (
            "，",
            ",",
            "、",
            "。",
        )
        is_told = day.start is not None or self.text[max(expression.start - 1, 0) : expression.start] in tuple("“「，,。；;、\n") + ("",)
        return is_told and not is_adjective

    def _days(self, fields: Fields, expression: Expression) -> Resolved | None:
        """Return the point without its hours."""
        return rule_of_point(fields).resolve(self, fields, expression)

    def _calendar_year(self, fields: Fields, expression: Expression) -> Resolved:
        if fields.word in ("当年", "那年") and not self.story.is_year_said_near(expression):
            return vague("PAST_REF")
        year, basis = self._year(fields, expression)
        if year is None:
            return unresolved("year", basis)
        if fields.year == ("a", 0):
            self.story.period = None
        return whole_year(year, basis)

    def _same_period(self, fields: Fields, expression: Expression) -> Resolved:
        """Return 去年同期: the months told last, so many years away; the year where none were told."""
        step = fields.same_period
        if self.anchor is None:
            return unresolved("year", NO_ANCHOR)
        if self.story.period and self.story.period[0].year == self.anchor.year:
            start, end, value = self.story.period
            moved = re.sub("[0-9]{4}(?=-|$)", lambda match: f"{int(match[0]) + step:04d}", value)
            is_day = len(value) >= 10 and value[4:5] == "-" and value[7:8] == "-"
            last = add_months(end, 12 * step) if is_day else month_end(end.year + step, end.month)
            return Resolved(moved, add_months(start, 12 * step), last, "day" if is_day else "month", "relative to previous time")
        year = self.anchor.year + step
        return whole_year(year, "relative to anchor")

    def _today(self, fields: Fields, expression: Expression) -> Resolved:
        """Return the day that hours without a day belong to: the day named before in the same paragraph."""
        is_told = self.story.day and self.story.lines_between(self.story.day_end, expression.start) <= 1
        before = self.text[max(expression.start - 8, 0) : expression.start]
        is_listed = self.story.daily_end and (
            self.story.daily_end == expression.end or 0 <= expression.start - self.story.daily_end <= BESIDE_WHAT_RECURS
        )
        is_of_every_day = (
            is_listed or DAILY.search(before) or self.story.day and self.anchor and self.story.day > self.anchor and SERVICE.search(before)
        )
        if is_told and not is_of_every_day:
            return one_day(self.story.day, "day from text")
        if is_of_every_day:
            self.story.daily_end = expression.end
        return unresolved("day", NO_DAY)

    def _year(self, fields: Fields, expression: Expression) -> tuple[int | None, str]:
        """Return the year that the fields name, and the basis."""
        if compared := self._year_compared(fields, expression):
            return compared - 1, "relative to previous time"
        way, number = fields.year
        year, basis = {"=": self._year_printed, "2": self._year_of_century, "a": self._year_from_anchor, "p": self._year_from_story}[way](
            number, fields, expression
        )
        if year is not None and year > 0:
            self.story.say(year, expression)
        return year, basis

    def _year_printed(self, number: int, fields: Fields, expression: Expression) -> tuple[int, str]:
        return number, "explicit"

    def _year_of_century(self, number: int, fields: Fields, expression: Expression) -> tuple[int, str]:
        """Return a year of two digits: the last such year that is no more than ten years ahead of the anchor."""
        latest = (self.anchor.year if self.anchor else NO_CENTURY_AFTER) + TWO_DIGITS_AHEAD
        return latest - (latest - number) % 100, "century from anchor" if self.anchor else "explicit"

    def _year_from_anchor(self, number: int, fields: Fields, expression: Expression) -> tuple[int | None, str]:
        return (self.anchor.year + number, "relative to anchor") if self.anchor else (None, NO_ANCHOR)

    def _year_from_story(self, number: int, fields: Fields, expression: Expression) -> tuple[int | None, str]:
        told = self.story.year
        year = None if told is None else told + number
        is_ahead = year is not None and number and self.anchor and year > self.anchor.year >= told
        if year is None or is_ahead and not is_planned(self.text, expression.start, expression.end):
            return None, NO_YEAR
        return year, "relative to previous time"

    def _year_compared(self, fields: Fields, expression: Expression) -> int | None:
        """Return the year that 上年 is the one before of: 去年…,比上年多14天."""
        said, start = self.story.said, expression.start
        if fields.word not in ("上年", "上一年") or not said or not self.anchor or said.year >= self.anchor.year:
            return None
        is_compared = self.text[start - 1 : start] in ("比", "较", "与", "是", "为", "由", "于")
        is_report = said.year == self.anchor.year - 1 and self.story.is_year_said_near(expression)
        return said.year if is_compared and (is_report or not self.story.is_new_sentence(said.end, start)) else None

    def _open_year(self, expression: Expression, days_of: DaysOf) -> tuple[int | None, str]:
        """Return the year of a date printed without one, and the basis: see ``years``."""
        story = self._year_of_story(expression, days_of)
        if story:
            return story, "year from text"
        if self.anchor is None:
            return None, NO_YEAR
        years = [
            year for year in (self.anchor.year, self.anchor.year - 1, self.anchor.year + 1) if 1 <= year <= LAST_YEAR and days_of(year)
        ]
        if not years:
            return None, NO_SUCH_DAY
        if years[0] != self.anchor.year:
            return years[0], "year from anchor"
        told = self.story.told if self.story.told and not self.story.is_new_sentence(self.story.told.end, expression.start) else None
        later = days_of(self.anchor.year + 1) if self.anchor.year < LAST_YEAR else None
        return own_year(self.text, expression.start, expression.end, days_of(years[0]), self.anchor, later, told), "year from anchor"

    def _year_of_story(self, expression: Expression, days_of: DaysOf) -> int | None:
        """Return the year that the text said and that goes on, None where none does."""
        said, anchor, start = self.story.said, self.anchor, expression.start
        if said is None:
            return None
        in_sentence = not self.story.is_new_sentence(said.end, start)
        is_continued = in_sentence and year_goes_on(self.text, said, start, anchor)
        if anchor is None:
            return said.year if is_continued or not in_sentence else None
        if said.year == anchor.year:
            return said.year if is_continued and said.first is None and expression.fields.holiday is None else None
        own = days_of(anchor.year) if 1 <= anchor.year <= LAST_YEAR else None
        of_news = is_news(own, anchor)
        if of_news and own[0] == own[1] and not (said.is_day and in_sentence):
            return None
        in_story = not of_news and expression.fields.month is not None and tells_on(self.text, said, start)
        return (
            year_of_story(said, days_of, anchor) if is_continued or in_story and not self.story.is_new_paragraph(said.end, start) else None
        )

    def _year_or_open(self, fields: Fields, expression: Expression, days_of: DaysOf) -> tuple[int | None, str]:
        if fields.year is not None:
            return self._year(fields, expression)
        return self._open_year(expression, partial(self._days_to_the_end, expression, days_of) if expression.last else days_of)

    @staticmethod
    def _days_to_the_end(expression: Expression, days_of: DaysOf, year: int) -> Days | None:
        """Return the days from the beginning of a range to the end of its last month."""
        days, (way, month) = days_of(year), expression.last.month or ("", 0)
        if days is None or way != "=" or expression.last.is_lunar or expression.last.year:
            return days
        last = month_end(year, month)
        return days[0], last if last >= days[0] else month_end(year + 1, month)

    def _stepped_month(self, way: str, number: int) -> tuple[tuple[int, int] | None, str]:
        """Return the month so many steps from the anchor or from the month named before."""
        if way == "a":
            if self.anchor is None:
                return None, NO_ANCHOR
            near, basis = add_months(self.anchor, number), "relative to anchor"
        elif self.story.month is None:
            return None, NO_ANCHOR
        else:
            near, basis = add_months(date(*self.story.month, 1), number), "relative to previous time"
        return (near.year, near.month), basis

    def _month(self, fields: Fields, expression: Expression) -> Resolved | None:
        way, number = fields.month or ("a", 0)
        day = fields.day[1] if fields.day is not None else None
        if way == "=":

            def days_of(year: int) -> Days | None:
                if day is None:
                    return date(year, number, 1), month_end(year, number)
                single = day_or_none(year, number, day)
                return single and (single, single)

            year, basis = self._year_or_open(fields, expression, days_of)
            if year is None:
                return unresolved("month" if day is None else "day", basis)
            month = number
        else:
            stepped, basis = self._stepped_month(way, number)
            if stepped is None:
                return unresolved("month" if day is None else "day", basis)
            year, month = stepped
        self.story.year, self.story.month = year, (year, month)
        if day is not None:
            return self._dated(day_or_none(year, month, day), basis, expression)
        value = f"{year:04d}-{month:02d}"
        first, last = date(year, month, 1), month_end(year, month)
        self.story.tell(first, expression, self.anchor, is_day=False)
        if fields.part is None:
            self.story.period = (first, last, value)
        if fields.part is not None:
            low, high = fields.part
            first, last = first.replace(day=low), last.replace(day=min(high, last.day))
            if (low, high) in ((1, 10), (11, 20), (21, 31), (1, 15), (16, 31)) and fields.word != "月中":
                value = f"{first}/{last}"
        return Resolved(value, first, last, "month", basis)

    def _dated(self, day: date | None, basis: str, expression: Expression) -> Resolved:
        if day is None:
            return unresolved("day", basis if basis.startswith("unresolved") else NO_SUCH_DAY)
        self._remember(day, expression)
        return one_day(day, basis)

    def _remember(self, day: date, expression: Expression) -> None:
        self.story.year, self.story.month = day.year, (day.year, day.month)
        is_named = expression.fields.holiday is not None and not expression.fields.year and not ON_THAT_DAY.match(self.text, expression.end)
        if not is_named and not UNTIL.search(self.text, max(expression.start - 3, 0), expression.start):
            self.story.day, self.story.day_end = day, expression.end
        if expression.fields.month is not None and expression.fields.day is not None and not SINCE_THEN.match(self.text, expression.end):
            self.story.period = (day, day, day.isoformat())
        self.story.tell(day, expression, self.anchor, is_day=True)

    def _day(self, fields: Fields, expression: Expression) -> Resolved:
        way, number = fields.day
        if way == "a":
            if self.anchor is None:
                return unresolved("day", NO_ANCHOR)
            if fields.word in SPOKEN and self._is_spoken(expression):
                return self._day_spoken(number, expression)
            return self._dated(add_days(self.anchor, number), "relative to anchor", expression)
        if way == "p":
            if self.story.day and not (
                fields.word == "即日" and self.anchor and self.story.is_new_paragraph(self.story.day_end, expression.start)
            ):
                return self._dated(add_days(self.story.day, number), "relative to previous time", expression)
            if self.anchor and number == 0:
                return self._dated(self.anchor, "relative to anchor", expression)
            return unresolved("day", NO_ANCHOR)
        return self._day_of_open_month(number, expression)

    def _is_spoken(self, expression: Expression) -> bool:
        """Return whether the expression stands in marks of quotation."""
        opened = max(self.text.rfind(mark, max(expression.start - LONGEST_QUOTATION, 0), expression.start) for mark in "“「")
        closed = max(self.text.rfind(mark, max(expression.start - LONGEST_QUOTATION, 0), expression.start) for mark in "”」\n")
        return opened > closed and expression.end < len(self.text) and self.text[expression.end] not in "”」"

    def _day_spoken(self, number: int, expression: Expression) -> Resolved:
        """Return 今天, 明天 of a speaker: they count from the day of the scene; where none is told, 明天 is some day to come."""
        if (
            self.story.day
            and timedelta(0) <= self.anchor - self.story.day <= SCENE_WITHIN
            and not self.story.is_new_paragraph(self.story.day_end, expression.start)
        ):
            return self._dated(add_days(self.story.day, number), "relative to previous time", expression)
        if number > 0:
            return vague("FUTURE_REF")
        return self._dated(add_days(self.anchor, number), "relative to anchor", expression)

    def _day_of_open_month(self, number: int, expression: Expression) -> Resolved:
        """Return 28日 without a month: the nearest one to the day of the news, or to the day named before where that tells of other times."""
        near = self.story.day or (date(*self.story.month, 15) if self.story.month else None)
        basis = "month from text"
        if self.anchor and (near is None or abs(self.anchor - near) <= SAME_NEWS):
            near, basis = self.anchor, "month from anchor"
        if near is None:
            return unresolved("day", "unresolved: no month known")
        candidates = [day_or_none(month.year, month.month, number) for month in (add_months(near.replace(day=1), n) for n in (-1, 0, 1))]
        return self._dated(min((day for day in candidates if day), key=lambda day: (abs((day - near).days), day)), basis, expression)

    def _week(self, fields: Fields, expression: Expression) -> Resolved:
        way, number = fields.week or ("a", 0)
        near = self.anchor if way == "a" else self.story.day
        weekday = fields.weekday
        if near is None:
            return unresolved("day" if weekday else "week", NO_ANCHOR)
        monday = add_days(monday_of(near), 7 * number)
        if fields.days is not None:
            first, last = (add_days(monday, day - 1) for day in fields.days)
            return Resolved(f"{first}/{last}", first, last, "day", "relative to anchor")
        basis = "relative to anchor" if way == "a" else "relative to previous time"
        if weekday:
            day = add_days(monday, weekday - 1)
            self.story.day, self.story.year, self.story.month = day, day.year, (day.year, day.month)
            return one_day(day, basis)
        if fields.weekend is not None:
            return Resolved(f"{week_value(monday)}-WE", add_days(monday, 5), add_days(monday, 6), "day", basis)
        return Resolved(week_value(monday), monday, add_days(monday, 6), "week", basis)

    def _holiday(self, fields: Fields, expression: Expression) -> Resolved:
        rule = fields.holiday
        if fields.year is not None and not rule.startswith("solar") and not 1901 <= (self._year(fields, expression)[0] or 2000) <= 2099:
            return self._calendar_year(Fields(year=fields.year), expression)

        def days_of(year: int) -> Days | None:
            single = named_day(rule, year)
            return single and (single, single)

        year, basis = self._year_or_open(fields, expression, days_of)
        if fields.year is None and basis == "year from anchor" and self.anchor:
            year = nearest_year(days_of, self.anchor, year)
        if year is None:
            return unresolved("day", basis)
        return self._dated(named_day(rule, year), basis, expression)

    def _lunar(self, fields: Fields, expression: Expression) -> Resolved:
        month, is_leap = fields.month[1], bool(fields.is_leap)
        day = fields.day[1] if fields.day is not None else None

        def days_of(year: int) -> Days | None:
            if day is None:
                return lunar_month(year, month, is_leap)
            single = lunar_day(year, month, day, is_leap)
            return single and (single, single)

        year, basis = self._year_or_open(fields, expression, days_of)
        if year is None:
            return unresolved("month" if day is None else "day", basis)
        days = days_of(year)
        if days and self.anchor and fields.year and fields.year[0] == "a" and fields.year[1] < 0 and days[1] >= self.anchor:
            year, days = year - 1, days_of(year - 1)  # 去年腊月 in January: that of the lunar year before
        if days is None and not 1900 <= year <= 2100:
            return whole_year(year, f"{basis}, lunar date not converted")
        if days is None:
            return unresolved("month" if day is None else "day", NO_SUCH_DAY)
        basis = f"{basis}, lunar"
        if day is not None:
            return self._dated(days[0], basis, expression)
        return Resolved(f"{days[0]}/{days[1]}", *days, "month", basis)

    def _nth_weekday(self, fields: Fields, expression: Expression) -> Resolved | None:
        """Return 6月第3个星期日, 四月的最后一个星期一."""
        of = self._month(fields, expression) if fields.month is not None else None
        if of is None or of.start is None:
            return of
        return self._dated(nth_weekday(of.start.year, of.start.month, *fields.nth_weekday), of.basis, expression)

    def _nth(self, fields: Fields, expression: Expression) -> Resolved | None:
        """Return 2021年第二周, 3月第三周, 今年前10个月, 2005年首月, 4月前4天."""
        way, amount, letter = fields.nth
        number = int(amount)
        of = self._month(fields.without("nth"), expression) if fields.month is not None else self._year_of_nth(number, fields, expression)
        if of is None or of.start is None or number < 1:
            return of
        days = days_of_nth(of, way, number, letter, is_of_month=fields.month is not None)
        if days is None:
            return None
        first, last = days
        if letter == "W" and way == "第":
            return Resolved(week_value(first), first, last, "week", of.basis)
        if letter == "M":
            self.story.period = (first, last, f"{first:%Y-%m}/{last:%Y-%m}")
            low, high = f"{first.year:04d}-{first.month:02d}", f"{last.year:04d}-{last.month:02d}"
            return Resolved(low if low == high else f"{low}/{high}", first, last, "month", of.basis)
        return Resolved(first.isoformat() if first == last else f"{first}/{last}", first, last, "day", of.basis)

    def _year_of_nth(self, number: int, fields: Fields, expression: Expression) -> Resolved:
        year, basis = self._year_or_open(fields, expression, lambda year: (date(year, 1, 1), month_end(year, min(max(number, 1), 12))))
        return whole_year(year, basis) if year else unresolved("month", basis)

    def _period(self, fields: Fields, expression: Expression) -> Resolved | None:
        code = fields.period
        if STEPPED.fullmatch(code):
            return self._stepped_period(code)
        if fields.word == "首月" and fields.year is None:
            return unresolved("month", "unresolved: counts from what the text tells")
        first_month, last_month = (1, 12) if code == "all" else months_of(code)

        def days_of(year: int) -> Days:
            return date(year, first_month, 1), month_end(year + (last_month > 12), last_month - 12 if last_month > 12 else last_month)

        year, basis = self._year_or_open(fields, expression, days_of)
        if (
            fields.year is None
            and basis == "year from anchor"
            and year < self.anchor.year
            and self.anchor.month > QUARTER
            and first_month > self.anchor.month
        ):
            year = self.anchor.year
        if year is None:
            return unresolved("year" if code == "all" else "halfyear" if code in HALVES else "quarter", basis)
        self.story.year = year
        if code != "all":
            self.story.tell(days_of(year)[0], expression, self.anchor, is_day=False)
        part = period_of(year, code, basis)
        if part.granularity in PERIOD_GRANULARITIES and code not in SEASONS:
            self.story.period = (part.start, part.end, part.value)
        return part

    def _stepped_period(self, code: str) -> Resolved:
        """Return 上季度, 今冬."""
        if self.anchor is None:
            return unresolved("quarter", NO_ANCHOR)
        name, step = code.split("a")
        if name == "Q":
            month = add_months(self.anchor.replace(day=1), 3 * int(step))
            return period_of(month.year, f"Q{(month.month - 1) // 3 + 1}", "relative to anchor")
        year = self.anchor.year + int(step)
        if name == "WI" and self.anchor.month <= 6:
            year -= 1
        part = period_of(year, name, "relative to anchor")
        self.story.period = (part.start, part.end, part.value)
        return part

    def _ages(self, fields: Fields, expression: Expression) -> Resolved | None:
        century, decade = fields.century, fields.decade
        basis = "explicit"
        if century is None:
            base = self.anchor.year // 100 * 100 if self.anchor else 1900
            if self.anchor and base + decade > self.anchor.year:
                base -= 100
            basis = "century from anchor" if self.anchor else "century assumed"
        elif century[0] == "=":
            base = (century[1] - 1) * 100
        elif self.anchor is None:
            return unresolved("year", NO_ANCHOR)
        else:
            base, basis = (self.anchor.year // 100 + century[1]) * 100, "relative to anchor"
        first, length = (base + decade, 10) if decade is not None else (base + (base == 0), 100)
        low, high = SHARES_OF_STAGES.get((fields.stage or "")[:1], (0, 1))
        if length == 100:
            low, high = {(0, 0.3): (0, 0.2), (0.7, 1): (0.8, 1)}.get((low, high), (low, high))
        start = first + round(low * length)
        end = first + max(round(high * length), 1) - 1
        return Resolved(f"{start:04d}/{end:04d}", date(start, 1, 1), date(end, 12, 31), "year", basis)

    def _hours(self, of: Resolved, fields: Fields, expression: Expression) -> Resolved:
        """Return the point with its part of the day or its hour."""
        name, shift = fields.daypart or ("", 0)
        day = "" if of.value is None else of.value
        if of.value is None:
            of = of._replace(basis=NO_DAY)
        if fields.clock is None:
            return of._replace(value=f"{day}T{name}", granularity="daypart")
        hour, *rest = fields.clock
        if not name and self._is_of_evening(hour, rest, of, expression):
            shift = 12
        if hour < 12 and shift and not (name == "NI" and hour < 6) and not (name == "MI" and hour > 9):
            self.story.clock = (hour * 60 + (rest[0] if rest else 0), expression.end, of.start.toordinal() if of.start else 0)
            hour += 12
        elif hour == 12 and name in ("NI", "EV"):
            hour = 24
        else:
            self.story.clock = None
        clock = "T" + ":".join(f"{part:02d}" for part in (hour, *rest))
        return of._replace(value=f"{day}{clock}", granularity="minute" if rest else "hour")

    def _is_of_evening(self, hour: int, rest: list[int], of: Resolved, expression: Expression) -> bool:
        """Return whether hours go on those of an afternoon or evening told before in the sentence: 昨晚11时许…11时20分."""
        if self.story.clock is None or hour > 11 or self.story.is_new_paragraph(self.story.clock[1], expression.start):
            return False
        minutes, _, day = self.story.clock
        same_day = day == (of.start.toordinal() if of.start else 0)
        return same_day and 0 <= hour * 60 + (rest[0] if rest else 0) - minutes <= LONGEST_EVENING

    # Lengths

    def _length(self, expression: Expression) -> Resolved | None:
        fields, direction = expression.fields, expression.direction
        lengths = total(fields.length)
        is_vague = lengths is None or fields.is_more or fields.high is not None
        if direction == "every":
            return lengths and Resolved(iso_length(lengths), None, None, "duration", "recurring")
        value = length_value(fields)
        if direction in ("ago", "later"):
            if is_vague or len(lengths) > 1:
                return vague("PAST_REF" if direction == "ago" else "FUTURE_REF")
            away = self._away(lengths, direction, value, expression)
            return self._hours(away, fields, expression) if fields.daypart or fields.clock else away
        if direction in ("past", "future", "within") and not is_vague:
            return self._stretch(lengths, direction, value)
        if direction in ("past", "future"):
            return Resolved(value, None, None, "duration", "relative to anchor" if self.anchor else LENGTH_ONLY)
        return Resolved(
            value, None, None, "duration", "explicit, at least" if fields.is_more else "explicit" if lengths else "vague: number not named"
        )

    def _stretch(self, lengths: dict[str, Decimal], direction: str, value: str) -> Resolved:
        """Return 近三年, 未来5年: a length that ends or begins at the anchor."""
        if self.anchor is None:
            return Resolved(value, None, None, "duration", LENGTH_ONLY)
        sign = -1 if direction == "past" else 1
        other = add_length(self.anchor, lengths, sign)
        if direction == "future" and other > self.anchor and not lengths.keys() & set("HmS"):
            other = add_days(other, -1)
        days = (self.anchor, other) if sign > 0 else (other, self.anchor)
        text = f"{self.anchor}/{value}" if sign > 0 else f"{value}/{self.anchor}"
        return Resolved(text, *days, "duration", "relative to anchor")

    def _away(self, lengths: dict[str, Decimal], direction: str, value: str, expression: Expression) -> Resolved:
        """Return 3年前, 20天后: a year, month, week or day so far from the anchor; 后 counts from the time named before."""
        near, basis = self.anchor, "relative to anchor"
        if direction == "later":
            told = self.story.day or (
                date(*self.story.month, 1) if self.story.month else date(self.story.year, 1, 1) if self.story.year else None
            )
            if told and self.story.day_end and not self.story.is_new_paragraph(self.story.day_end, expression.start):
                near, basis = told, "relative to previous time"
            elif expression.start and self.text[expression.start - 1] not in COUNTS_FROM_NOW:
                return Resolved(value, None, None, "duration", "explicit, counted from what the text tells")
        if near is None:
            return Resolved(None, None, None, "duration", NO_ANCHOR)
        letter = next(iter(lengths))
        if letter in "HmS":
            return Resolved(value, None, None, "duration", f"{basis}, whose hour is not known")
        there = add_length(near, lengths, -1 if direction == "ago" else 1)
        whole = lengths[letter] == lengths[letter].to_integral_value()
        if letter == "Y" and whole:
            return whole_year(there.year, basis)
        if letter in "YM":
            return Resolved(f"{there.year:04d}-{there.month:02d}", there.replace(day=1), month_end(there.year, there.month), "month", basis)
        if letter == "W":
            monday = monday_of(there)
            return Resolved(week_value(monday), monday, add_days(monday, 6), "week", basis)
        return self._dated(there, basis, expression)


class PointRule(NamedTuple):
    """How a point is resolved that says one of some fields: its name, the fields, what resolves it, and examples with values, counted from 2024-11-29."""

    name: str
    fields: tuple[str, ...]
    resolve: Callable[[Resolver, Fields, Expression], Resolved | None]
    examples: tuple[tuple[str, str], ...]


POINT_RULES = (
    PointRule("same months of another year", ("same_period",), Resolver._same_period, (("2024年10月出口比去年同期多一成", "2023-10"),)),
    PointRule("century or decade", ("century", "decade"), Resolver._ages, (("20世纪80年代初", "1980/1982"), ("本世纪", "2000/2099"))),
    PointRule("named day", ("holiday",), Resolver._holiday, (("今年国庆节", "2024-10-01"), ("今年中秋节", "2024-09-17"))),
    PointRule("lunar date", ("is_lunar",), Resolver._lunar, (("今年农历八月十五", "2024-09-17"),)),
    PointRule("nth weekday", ("nth_weekday",), Resolver._nth_weekday, (("今年6月第3个星期日", "2024-06-16"),)),
    PointRule("nth part", ("nth",), Resolver._nth, (("今年前10个月", "2024-01/2024-10"), ("2021年第二周", "2021-W02"))),
    PointRule("part of a year", ("period",), Resolver._period, (("今年三季度", "2024-Q3"), ("上半年", "2024-H1"))),
    PointRule("part of a month", ("part",), Resolver._month, (("11月下旬", "2024-11-21/2024-11-30"),)),
    PointRule("month", ("month",), Resolver._month, (("今年10月", "2024-10"), ("上月", "2024-10"))),
    PointRule("day", ("day",), Resolver._day, (("昨天", "2024-11-28"), ("28日", "2024-11-28"))),
    PointRule("week", ("week",), Resolver._week, (("上周", "2024-W47"), ("上周五", "2024-11-22"))),
    PointRule("weekday", ("weekday", "weekend"), Resolver._week, (("星期三", "2024-11-27"),)),
    PointRule("era", ("is_of_era",), Resolver._calendar_year, (("光绪三年", "1877"),)),
    PointRule("year", ("year",), Resolver._calendar_year, (("去年", "2023"), ("2016年", "2016"))),
    PointRule("part of a day", ("daypart",), Resolver._today, (("昨天召开，下午", "2024-11-28TAF"),)),
    PointRule("hour", ("clock",), Resolver._today, (("昨天召开，9时30分", "2024-11-28T09:30"),)),
)
"""Tried in order: the first whose field is said resolves the point and gives it its name."""


RULE_OF_PLACE = tuple((Fields._fields.index(field), rule) for rule in POINT_RULES for field in rule.fields)
"""Rules by the place of their field in ``Fields``, to look them up quickly."""


def rule_of_point(fields: Fields) -> PointRule:
    """Return the rule that resolves a point."""
    return next(rule for place, rule in RULE_OF_PLACE if fields[place] is not None)


def rule_of(expression: Expression) -> str:
    """Return the short name of the rule that reads an expression: length, recurring, vague, or what field of it counts and whether it is a range."""
    if expression.kind == "length":
        return f"length {expression.direction}".strip()
    if expression.kind != "point":
        return {"recurring": "recurring", "unresolved": "not writable", "vague": "vague word"}[expression.kind]
    fields = expression.fields
    name = rule_of_point(fields).name
    if name == "month" and fields.day is not None:
        name = "date" if fields.month[0] == "=" else "day"
    printed = fields.year is not None and name in ("month", "date")
    return ("full " if printed else "") + name + (", range" if expression.last is not None else "")
