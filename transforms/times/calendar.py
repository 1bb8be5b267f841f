"""Days of the calendar: lunar months, solar terms, named days, weeks and ends of months."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from transforms.lexicons import read_table


class LunarYear(NamedTuple):
    """A lunar year: its first day, the lengths of its months in order, and which month number is repeated (0 for none)."""

    first: date
    lengths: tuple[int, ...]
    leap: int


@cache
def _lunar_years() -> dict[int, LunarYear]:
    return {
        int(year): LunarYear(date.fromisoformat(first), tuple(30 if length == "L" else 29 for length in months), int(leap))
        for year, first, months, leap in read_table("lunar_years.tsv")
    }


@cache
def _solar_terms() -> dict[int, tuple[int, ...]]:
    return {int(year): tuple(map(int, days.split())) for year, days in read_table("solar_terms.tsv")}


def lunar_month(year: int, month: int, is_leap: bool = False) -> tuple[date, date] | None:
    """Return the first and last day of a lunar month; None outside 1900-2100 or where there is no such month.

    >>> lunar_month(2020, 4, is_leap=True)
    (datetime.date(2020, 5, 23), datetime.date(2020, 6, 20))
    """
    known = _lunar_years().get(year)
    if known is None or not 1 <= month <= 12 or (is_leap and known.leap != month):
        return None
    position = month - 1 + (1 if known.leap and (month > known.leap or is_leap) else 0)
    first = known.first + timedelta(days=sum(known.lengths[:position]))
    return first, first + timedelta(days=known.lengths[position] - 1)


def lunar_day(year: int, month: int, day: int, is_leap: bool = False) -> date | None:
    """Return the day of a lunar date; None where there is no such day.

    >>> lunar_day(2024, 8, 15)
    datetime.date(2024, 9, 17)
    """
    bounds = lunar_month(year, month, is_leap)
    if bounds is None or not 1 <= day <= 30:
        return None
    lunar_date = bounds[0] + timedelta(days=day - 1)
    return lunar_date if lunar_date <= bounds[1] else None


def named_day(rule: str, year: int) -> date | None:
    """Return the day that a rule of holidays.tsv names in a year; None outside the tables.

    >>> named_day("nth 5 2 7", 2024), named_day("eve", 2024), named_day("term 6", 2024)
    (datetime.date(2024, 5, 12), datetime.date(2025, 1, 28), datetime.date(2024, 4, 4))
    """
    kind, _, rest = rule.partition(" ")
    if kind == "solar":
        return day_or_none(year, *map(int, rest.split("-")))
    if kind == "lunar":
        return lunar_day(year, *map(int, rest.split("-")))
    if kind == "eve":
        last = lunar_month(year, 12)
        return last and last[1]
    if kind == "term":
        days = _solar_terms().get(year)
        return days and date(year, int(rest) // 2 + 1, days[int(rest)])
    month, n, weekday = map(int, rest.split())
    return nth_weekday(year, month, n, weekday)


def nth_weekday(year: int, month: int, n: int, weekday: int) -> date | None:
    """Return the n-th weekday (1 Monday to 7 Sunday) of a month, the last one for n = -1; None where there is none."""
    if n < 0:
        last = month_end(year, month)
        return last - timedelta(days=(last.isoweekday() - weekday) % 7)
    first = date(year, month, 1)
    nth = first + timedelta(days=(weekday - first.isoweekday()) % 7 + 7 * (n - 1))
    return nth if nth.month == month else None


def day_or_none(year: int, month: int, day: int) -> date | None:
    """Return the date, None where the calendar has none (2月30日)."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def month_end(year: int, month: int) -> date:
    """Return the last day of a month."""
    return date(year, month, monthrange(year, month)[1])


def add_months(day: date, months: int) -> date:
    """Return the day so many months later, the last day of the month where that has no such day; clipped to years 1-9999."""
    total = min(max(day.year * 12 + day.month - 1 + months, 12), 9999 * 12 + 11)
    year, month = divmod(total, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_days(day: date, days: int) -> date:
    """Return the day so many days later; clipped to the years of ``date``."""
    return date.fromordinal(min(max(day.toordinal() + days, 1), date.max.toordinal()))


def monday_of(day: date) -> date:
    """Return the Monday of the day's ISO week."""
    return add_days(day, 1 - day.isoweekday())


def week_value(monday: date) -> str:
    """Return the ISO week: 2024-W47."""
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02d}"
