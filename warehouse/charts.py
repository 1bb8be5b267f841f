"""Geometry of the report's charts: numbers in, places on the drawing out. The templates draw what is laid out here.

Charts are plain SVG: they need no script, no font file and no network, they print, and their text stays text. A chart is laid out for
one width; the report lays it out twice, for a phone and for a desk, so that letters have the same size on both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, floor, log10

PERIODS = ("day", "week", "month", "year")


@dataclass(frozen=True)
class Bar:
    """A rectangle of a chart; ``series`` is the index of its series, ``label`` what it says when pointed at."""

    x: float
    y: float
    width: float
    height: float
    series: int
    label: str


@dataclass(frozen=True)
class Tick:
    """A mark on an axis, at a distance from the drawing's left or top edge."""

    at: float
    label: str


@dataclass(frozen=True)
class ColumnChart:
    """Stacked columns with both axes, in user units of the drawing."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    bars: tuple[Bar, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]


def nice_step(top: float, n_steps: int = 4) -> float:
    """Return a whole step of 1, 2 or 5 times a power of ten that takes at most ``n_steps`` steps to reach the top, and a bit more.

    >>> [nice_step(top) for top in (1, 7, 38, 1200)]
    [1, 2, 10, 500]
    """
    rough = max(top / n_steps, 1)
    power = 10 ** floor(log10(rough))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= rough)


def period_start(day: date, period: str) -> date:
    """Return the first day of the day, week (Monday), month or year that a day lies in.

    >>> period_start(date(2031, 5, 9), "week")
    datetime.date(2031, 5, 5)
    """
    if period == "week":
        return day - timedelta(days=day.weekday())
    return {"day": day, "month": day.replace(day=1), "year": day.replace(month=1, day=1)}[period]


def next_period(start: date, period: str) -> date:
    """Return the first day of the period after the one that starts on a day."""
    if period in ("day", "week"):
        return start + timedelta(days=1 if period == "day" else 7)
    return period_start(start + timedelta(days=31 if period == "month" else 366), period)


def choose_period(first: date, last: date, at_most: int) -> str:
    """Return the finest period that parts the days between two days, both included, into few enough parts.

    >>> choose_period(date(2031, 5, 9), date(2031, 5, 30), at_most=24)
    'day'
    >>> choose_period(date(2031, 1, 1), date(2031, 12, 31), at_most=24)
    'month'
    """
    for period in PERIODS:
        if len(periods_between(first, last, period, at_most + 1)) <= at_most:
            return period
    return PERIODS[-1]


def periods_between(first: date, last: date, period: str, at_most: int = 1000) -> list[date]:
    """Return the first days of all periods from one day to another, those without anything included; at most so many."""
    starts = []
    start = period_start(first, period)
    while start <= last and len(starts) < at_most:
        starts.append(start)
        start = next_period(start, period)
    return starts


def period_label(start: date, period: str, with_year: bool = False) -> str:
    """Return a short name of a period.

    >>> period_label(date(2031, 5, 9), "day"), period_label(date(2031, 5, 1), "month", True), period_label(date(2031, 1, 1), "year")
    ('5/9', '2031/5', '2031')
    """
    if period == "year":
        return str(start.year)
    label = (
        str(start.month) if period == "month" and with_year else f"{start.month}月" if period == "month" else f"{start.month}/{start.day}"
    )
    return f"{start.year}/{label}" if with_year else label


WIDTH_OF_DIGIT = 7
"""Units that a digit beside the axis takes at most: large numbers need more room to the left."""


def column_chart(counts: Mapping[date, Sequence[int]], names: Sequence[str], period: str, width: float, height: float = 220) -> ColumnChart:
    """Return stacked columns: one per period, one part per series, in the order of ``names``; periods run on without gaps."""
    starts = sorted(counts)
    highest = max(sum(counts[start]) for start in starts)
    step = nice_step(highest)
    ceiling = step * max(ceil(highest / step), 1)
    left, top, bottom = max(34.0, 8 + WIDTH_OF_DIGIT * len(f"{ceiling:,}")), 10.0, height - 26
    room = (width - left - 4) / len(starts)
    thick = min(room * 0.72, 46)
    bars = []
    for index, start in enumerate(starts):
        base = bottom
        for series, count in enumerate(counts[start]):
            if count:
                tall = count / ceiling * (bottom - top)
                base -= tall
                label = f"{start.isoformat()} {names[series]}: {count}"
                bars.append(Bar(left + room * index + (room - thick) / 2, base, thick, tall, series, label))
    every = max(ceil(len(starts) * 46 / (width - left)), 1)
    x_ticks = []
    year = None
    for index in range(0, len(starts), every):
        start = starts[index]
        x_ticks.append(Tick(left + room * (index + 0.5), period_label(start, period, with_year=period == "month" and start.year != year)))
        year = start.year
    y_ticks = tuple(Tick(bottom - value / ceiling * (bottom - top), f"{value:,}") for value in range(0, ceiling + 1, step))
    return ColumnChart(width, height, left, width - 4, top, bottom, tuple(bars), tuple(x_ticks), y_ticks)
