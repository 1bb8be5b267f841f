"""Values of times: TIMEX3 for parts of years, lengths, what recurs; no text and no anchor is needed for them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from transforms.times.calendar import add_days, add_months, monday_of, month_end, nth_weekday
from transforms.times.fields import Fields, Length
from transforms.times.years import Days

HALVES = {"H1": (1, 6), "H2": (7, 12)}
SEASONS = {"SP": (3, 5), "SU": (6, 8), "FA": (9, 11), "WI": (12, 14)}
EDGES = {"start": (1, 2), "middle": (6, 7), "end": (11, 12)}
"""First and last month of parts of a year; 13 and 14 are in the next one. The bounds of 年初, 年中, 年底 are a convention."""
VAGUE_BASIS = {"PAST_REF": "vague: past", "PRESENT_REF": "vague: present", "FUTURE_REF": "vague: future"}


class Resolved(NamedTuple):
    """A time resolved to the calendar: TIMEX3 value, first and last day, how fine it is, and how it was resolved; None what is not known."""

    value: str | None
    start: date | None
    end: date | None
    granularity: str
    basis: str


def unresolved(granularity: str, basis: str) -> Resolved:
    """Return a time whose days are not known."""
    return Resolved(None, None, None, granularity, basis)


def vague(code: str) -> Resolved:
    """Return a time that only points: PAST_REF, PRESENT_REF, FUTURE_REF."""
    return Resolved(code, None, None, "vague", VAGUE_BASIS[code])


def one_day(day: date, basis: str) -> Resolved:
    """Return a day."""
    return Resolved(day.isoformat(), day, day, "day", basis)


def whole_year(year: int, basis: str) -> Resolved:
    """Return a year; one before our era has no days of the calendar."""
    if year < 1:
        return Resolved(f"-{-year:04d}", None, None, "year", f"{basis}, before our era")
    return Resolved(f"{year:04d}", date(year, 1, 1), date(year, 12, 31), "year", basis)


def is_before(time: Resolved, other: Resolved) -> bool:
    """Return whether a time begins before another, by the day, and on one day by the hour."""
    if not (time.start and other.start):
        return False
    by_hour = {time.granularity, other.granularity} <= {"hour", "minute"}
    return time.start < other.start or (by_hour and time.start == other.start and (time.value or "") < (other.value or ""))


def months_of(code: str) -> tuple[int, int]:
    """Return the first and last month of a period; 13 and 14 are in the next year."""
    if code.startswith("Q"):
        low, _, high = code.partition("-")
        return int(low[1:]) * 3 - 2, int((high or low)[1:]) * 3
    if code.startswith("M"):
        return int(code[1:]), int(code[1:])
    return {**HALVES, **SEASONS, **EDGES, "all": (1, 12)}[code]


def period_of(year: int, code: str, basis: str) -> Resolved:
    """Return a part of a year."""
    low, high = months_of(code)
    first = date(year, low, 1)
    last = month_end(year + (high > 12), high - 12 if high > 12 else high)
    if code.startswith("M"):
        return Resolved(f"{year:04d}-{low:02d}", first, last, "month", basis)
    if code in EDGES or code == "all":
        return Resolved(f"{year:04d}", first, last, "year", basis)
    start, _, end = code.partition("-")
    value = f"{year:04d}-{start}" + (f"/{year:04d}-{end}" if end else "")
    return Resolved(value, first, last, "halfyear" if code in HALVES else "quarter", basis)


def total(length: Length) -> dict[str, Decimal] | None:
    """Return a length by ISO 8601 letter (H, m, S of the time part), None where no number is named."""
    lengths: dict[str, Decimal] = {}
    for amount, letter in length:
        if amount is None:
            return None
        factor, name = {"C": (100, "Y"), "Q": (3, "M"), "K": (15, "m")}.get(letter, (1, letter))
        lengths[name] = lengths.get(name, Decimal(0)) + amount * factor
    return lengths


def length_value(fields: Fields) -> str:
    """Return a length or a range of lengths in ISO 8601, with X where no number is named: P3D/P5D, PXY."""
    lengths = total(fields.length)
    letter = fields.length[0][1]
    value = iso_length(lengths) if lengths else ("PTX" if letter in "HmSK" else "PX") + letter.upper()
    return f"{value}/{iso_length(total(fields.high))}" if fields.high else value


def add_length(day: date, lengths: dict[str, Decimal], sign: int) -> date:
    """Return the day moved by a length; of hours only whole days count."""
    months = lengths.get("Y", Decimal(0)) * 12 + lengths.get("M", Decimal(0))
    hours = lengths.get("H", Decimal(0)) + lengths.get("m", Decimal(0)) / 60
    days = int(lengths.get("W", 0) * 7 + lengths.get("D", 0) + months % 1 * 30 + hours / 24)
    months = int(months)
    return add_days(add_months(day, sign * months), sign * days)


def iso_length(lengths: dict[str, Decimal]) -> str:
    """Return a length in ISO 8601.

    >>> iso_length({"Y": Decimal(2), "M": Decimal(3)}), iso_length({"H": Decimal("1.5")})
    ('P2Y3M', 'PT1.5H')
    """

    def part(letters: str) -> str:
        return "".join(f"{lengths[letter].normalize():f}{letter.upper()}" for letter in letters if letter in lengths)

    days, hours = part("YMWD"), part("HmS")
    return "P" + days + (f"T{hours}" if hours else "")


def recurring(fields: Fields, last: Fields | None) -> Resolved:
    """Return what recurs, open places as X: XXXX-10-01, XXXX-WXX-3; of every day the hour alone: T20. ``last`` is what the end of a range says.

    >>> recurring(Fields(every="P1Y", month=("=", 10)), None).value, recurring(Fields(every="P1W", weekday=3, daypart=("MO", 0)), None).value
    ('XXXX-10', 'XXXX-WXX-3TMO')
    """
    value, granularity = _recurring_value(fields)
    if fields.every == "WD":
        return Resolved("XXXX-WXX-WD" + value[value.find("T") :] if "T" in value else "XXXX-WXX-WD", None, None, "day", "recurring")
    if not value:
        return Resolved(fields.every or "P1Y", None, None, "duration", "recurring")
    end = _recurring_value(fields.overlaid(last))[0] if last is not None else ""
    return Resolved(f"{value}/{end}" if end else value, None, None, granularity, "recurring")


def _recurring_value(fields: Fields) -> tuple[str, str]:
    """Return the value and the granularity of what recurs, the empty string where only how often is said."""
    date_value, granularity = _recurring_date(fields)
    if fields.clock is None:
        return (date_value + f"T{fields.daypart[0]}", "daypart") if fields.daypart is not None else (date_value, granularity)
    hour, *rest = fields.clock
    if fields.daypart is not None and fields.daypart[1] and hour < 12:
        hour += 12
    return f"{date_value}T{clock_value(hour, *rest)}", "minute" if rest else "hour"


def _recurring_date(fields: Fields) -> tuple[str, str]:
    if fields.weekday is not None:
        return f"XXXX-WXX-{fields.weekday}", "day"
    if fields.weekend is not None:
        return "XXXX-WXX-WE", "day"
    if (fields.holiday or "").startswith("solar"):
        return f"XXXX-{fields.holiday.removeprefix('solar ')}", "day"
    month, day = (step[1] if step is not None and step[0] == "=" and not fields.is_lunar else None for step in (fields.month, fields.day))
    if month and fields.day is not None:
        return f"XXXX-{month:02d}-{fields.day[1]:02d}", "day"
    if month:
        return f"XXXX-{month:02d}", "month"
    return (f"XXXX-XX-{day:02d}", "day") if day else ("", "day")


def clock_value(*parts: int) -> str:
    """Return hour, minute and second as ISO 8601 has them.

    >>> clock_value(9, 30)
    '09:30'
    """
    return ":".join(f"{part:02d}" for part in parts)


FROM_THE_FIRST = ("前", "头")


def days_of_nth(of: Resolved, way: str, number: int, letter: str, *, is_of_month: bool) -> Days | None:
    """Return the first and last day of the n-th month, week or day (M, W, D) of a year or month, or of all up to it; None for what has no days (最后三天).

    >>> days_of_nth(whole_year(2024, ""), "前", 10, "M", is_of_month=False)
    (datetime.date(2024, 1, 1), datetime.date(2024, 10, 31))
    """
    year, month = of.start.year, of.start.month
    if letter == "M" and not is_of_month and number <= 12:
        if way == "最后":
            return date(year, 13 - number, 1), of.end
        return of.start if way in FROM_THE_FIRST else date(year, number, 1), month_end(year, number)
    if way == "最后" or letter == "M":
        return None
    if letter == "D":
        last = add_days(of.start, number - 1)
        return of.start if way in FROM_THE_FIRST else last, last
    monday = nth_weekday(year, month, 1, 1) if is_of_month else monday_of(date(year, 1, 4))
    return monday if way in FROM_THE_FIRST else add_days(monday, 7 * (number - 1)), add_days(monday, 7 * number - 1)
