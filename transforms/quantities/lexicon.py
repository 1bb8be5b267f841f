"""The words that quantities are made of, read from transforms/data: units, qualifiers, rates, signs of money, set phrases."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import NamedTuple, TypeVar

from transforms.lexicons import read_lines, read_table

Item = TypeVar("Item")
TRADITIONAL = str.maketrans("個萬億點條項張噸間場頭隻畝鐘週歲圓塊對種類", "个万亿点条项张吨间场头只亩钟周岁圆块对种类")


class Unit(NamedTuple):
    """A unit: its kind, factor to the base unit, and the beginnings of other words that its letters are part of (10元旦)."""

    text: str
    kind: str
    factor: float
    base: str
    not_before: tuple[str, ...]


class Vagueness(NamedTuple):
    """A qualifier: factors on the number, None where open.

    ``step``: high is the next step of the number. ``bare``: only before 十, 百, 千, 万, 亿 standing alone, and then no number is named.
    """

    word: str
    low: float | None
    high: float | None
    step: bool
    not_after: str
    bare: bool


def by_first(items: Iterable[Item], key: Callable[[Item], str]) -> dict[str, tuple[Item, ...]]:
    """Return the items by the first character of their key, the longest key first."""
    table: dict[str, list[Item]] = {}
    for item in sorted(items, key=lambda item: -len(key(item))):
        table.setdefault(key(item)[0], []).append(item)
    return {first: tuple(found) for first, found in table.items()}


@cache
def units() -> dict[str, tuple[Unit, ...]]:
    """Return the units by their first character."""
    found = []
    for row in read_table("units.tsv"):
        name, kind, factor, base, not_before = (*row, "")[:5]
        found.append(Unit(name, kind, float(factor), base, tuple(not_before.split())))
    return by_first(found, lambda unit: unit.text)


@cache
def unit(text: str) -> Unit:
    """Return the unit of that name."""
    return next(one for one in units()[text[0]] if one.text == text)


@cache
def is_unit(text: str) -> bool:
    """Tell whether there is a unit of that name."""
    return any(one.text == text for one in units().get(text[:1], ()))


@cache
def qualifiers(place: str) -> dict[str, tuple[Vagueness, ...]]:
    """Return the qualifiers of a place: those before a number by their last character, the others by their first."""
    found = []
    for row in read_table("qualifiers.tsv"):
        word, where, low, high, not_after, when = (*row, "", "", "", "")[:6]
        if where == place:
            factors = [float(part) if part and part != "step" else None for part in (low, high)]
            found.append(Vagueness(word, *factors, high == "step", not_after, when == "bare"))
    return by_first(found, lambda one: one.word[::-1] if place == "before" else one.word)


@cache
def rates() -> dict[str, tuple[str, ...]]:
    """Return the words for per what (每年, 人均) by their last character."""
    return by_first([row[0] for row in read_table("rates.tsv")], lambda word: word[::-1])


@cache
def money_signs() -> tuple[tuple[str, str], ...]:
    """Return the signs of money that stand before a number and their currencies, the longest first."""
    return tuple(sorted(((sign, code) for sign, code in read_table("currency_signs.tsv")), key=lambda pair: -len(pair[0])))


@cache
def set_phrases() -> dict[str, tuple[str, ...]]:
    """Return the words that begin like a quantity and are none, by their first character."""
    phrases = [word for line in read_lines("not_quantities.txt") if ":" not in line for word in line.split()]
    return by_first(phrases, lambda word: word)


@cache
def ordinal_signs(in_han: bool) -> tuple[str, ...]:
    """Return what makes the number after it an ordinal or a day; some do so only before Chinese digits (星期三)."""
    groups = dict(line.split(":") for line in read_lines("not_quantities.txt") if ":" in line)
    return tuple((groups["after"] + (groups["after, before Chinese digits"] if in_han else "")).split())
