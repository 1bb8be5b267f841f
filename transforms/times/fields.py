"""What a token or an expression of time says: one record for both."""

from __future__ import annotations

import re
from decimal import Decimal
from enum import IntEnum
from typing import NamedTuple

Step = tuple[str, int]
"""Where a step starts and how far it goes: "=" the number itself, "a" from the anchor, "p" from the time before, "2" a year of two digits."""
Length = tuple[tuple[Decimal | None, str], ...]
"""Amounts and their units by letter (Y M W D H m S; C century, Q quarter, K quarter of an hour); None where no number is named (几天)."""


class Fineness(IntEnum):
    """How fine a token is, coarse to fine; after CLOCK come those that stand alone."""

    CENTURY = 0
    YEAR = 1
    PERIOD = 2
    MONTH = 3
    PART = 4
    DAY = 5
    WEEKDAY = 6
    DAYPART = 7
    CLOCK = 8
    DURATION = 10
    VAGUE = 11
    SET = 12


class Fields(NamedTuple):
    """What is said, None where nothing is.

    ``year``, ``month``, ``week``, ``day`` are steps, ``century`` too; ``period`` is a part of a year (Q1, H2, SP, start, M5), ``part`` the first
    and last day of a part of a month, ``nth`` a word, a number and a unit (前10个月), ``nth_weekday`` a number and a weekday, ``daypart`` its TIMEX3
    name and what is added to hours before 12, ``clock`` hour, minute, second. ``length``, ``high`` and ``is_more`` are of lengths of time,
    ``every`` of what recurs (ISO 8601), ``vague`` a TIMEX3 reference, ``unresolved`` why no value can be given, ``same_period`` how many years away.
    """

    century: Step | None = None
    decade: int | None = None
    stage: str | None = None
    year: Step | None = None
    is_of_era: bool | None = None
    same_period: int | None = None
    period: str | None = None
    holiday: str | None = None
    month: Step | None = None
    is_lunar: bool | None = None
    is_leap: bool | None = None
    part: tuple[int, int] | None = None
    nth: tuple[str, Decimal, str] | None = None
    nth_weekday: tuple[int, int] | None = None
    week: Step | None = None
    days: tuple[int, ...] | None = None
    day: Step | None = None
    weekday: int | None = None
    weekend: int | None = None
    daypart: tuple[str, int] | None = None
    clock: tuple[int, ...] | None = None
    length: Length | None = None
    high: Length | None = None
    is_more: bool | None = None
    every: str | None = None
    vague: str | None = None
    unresolved: str | None = None
    word: str | None = None
    stands: str | None = None
    bare_hour: str | None = None
    is_score: bool | None = None
    needs_month: bool | None = None

    def names(self) -> frozenset[str]:
        """Return the names of the fields that say something."""
        return frozenset(name for name, value in zip(self._fields, self, strict=True) if value is not None)

    def overlaid(self, other: Fields) -> Fields:
        """Return what both say, the other's where both say something of the same.

        >>> Fields(month=("=", 3), day=("=", 28)).overlaid(Fields(day=("=", 30))).day
        ('=', 30)
        """
        return Fields(*(mine if its is None else its for mine, its in zip(self, other, strict=True)))

    def without(self, *names: str) -> Fields:
        """Return the fields with those of the names unsaid."""
        return self._replace(**dict.fromkeys(names))

    def coarser_than(self, limit: Fineness) -> Fields:
        """Return only the fields that are coarser than a fineness."""
        return Fields(**{name: getattr(self, name) for name, fineness in FINENESS_OF.items() if fineness < limit})


FINENESS_OF = {
    "century": Fineness.CENTURY,
    "decade": Fineness.CENTURY,
    "stage": Fineness.CENTURY,
    "year": Fineness.YEAR,
    "is_of_era": Fineness.YEAR,
    "same_period": Fineness.YEAR,
    "period": Fineness.PERIOD,
    "holiday": Fineness.PERIOD,
    "month": Fineness.MONTH,
    "is_lunar": Fineness.MONTH,
    "is_leap": Fineness.MONTH,
    "part": Fineness.PART,
    "nth": Fineness.PART,
    "nth_weekday": Fineness.PART,
    "week": Fineness.DAY,
    "day": Fineness.DAY,
    "weekday": Fineness.WEEKDAY,
    "weekend": Fineness.WEEKDAY,
    "daypart": Fineness.DAYPART,
    "clock": Fineness.CLOCK,
}


class Token(NamedTuple):
    """A token in ``text[start:end]``; it says something from ``coarsest`` down to ``finest``.

    ``range_end`` is the upper bound where a range leaves the first unit out (2至5日).
    """

    start: int
    end: int
    coarsest: Fineness
    finest: Fineness
    fields: Fields
    range_end: Fields | None = None


def whole_token(match: re.Match[str], fineness: Fineness, fields: Fields, range_end: Fields | None = None) -> Token:
    """Return the token of a whole match that says something of one fineness."""
    return Token(match.start(), match.end(), fineness, fineness, fields, range_end)
