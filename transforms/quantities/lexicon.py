"""The words that quantities are made of, read from transforms/data: units, qualifiers, rates, signs of money, set phrases."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import cache
from typing import NamedTuple, TypeVar

from transforms.lexicons import read_groups, read_table

Item = TypeVar("Item")


class Unit(NamedTuple):
    """A unit: its kind, factor to the base unit, and the beginnings of other words that its letters are part of (10元旦)."""

    text: str
    kind: str
    factor: Decimal
    base: str
    not_before: tuple[str, ...]


class Qualifier(NamedTuple):
    """A word that makes a number vague: factors on the number, None where open.

    ``step``: high is the next step of the number. ``bare``: only before 十, 百, 千, 万, 亿 standing alone, and then no number is named.
    """

    word: str
    low: Decimal | None
    high: Decimal | None
    step: bool
    not_after: str
    bare: bool


class Measure(NamedTuple):
    """What 度 measures, told by the words around it: the kind, the factor and the base unit."""

    kind: str
    factor: Decimal
    base: str
    before: tuple[str, ...]
    after: tuple[str, ...]


def by_first(items: Iterable[Item], key: Callable[[Item], str]) -> dict[str, tuple[Item, ...]]:
    """Return the items by the first character of their key, the longest key first."""
    table: dict[str, list[Item]] = {}
    for item in sorted(items, key=lambda item: -len(key(item))):
        table.setdefault(key(item)[0], []).append(item)
    return {first: tuple(some) for first, some in table.items()}


@cache
def units() -> dict[str, tuple[Unit, ...]]:
    """Return the units by their first character."""
    all_units = []
    for row in read_table("units.tsv"):
        name, kind, factor, base, not_before = (*row, "")[:5]
        all_units.append(Unit(name, kind, Decimal(factor), base, tuple(not_before.split())))
    return by_first(all_units, lambda unit: unit.text)


@cache
def unit(text: str) -> Unit:
    """Return the unit of that name."""
    return next(one for one in units()[text[0]] if one.text == text)


@cache
def is_unit(text: str) -> bool:
    """Tell whether there is a unit of that name."""
    return any(one.text == text for one in units().get(text[:1], ()))


@cache
def qualifiers(place: str) -> dict[str, tuple[Qualifier, ...]]:
    """Return the qualifiers of a place: those before a number by their last character, the others by their first."""
    all_qualifiers = []
    for row in read_table("qualifiers.tsv"):
        word, where, low, high, not_after, when = (*row, "", "", "", "")[:6]
        if where == place:
            factors = [Decimal(part) if part and part != "step" else None for part in (low, high)]
            all_qualifiers.append(Qualifier(word, *factors, high == "step", not_after, when == "bare"))
    return by_first(all_qualifiers, lambda one: one.word[::-1] if place == "before" else one.word)


@cache
def rates() -> dict[str, tuple[str, ...]]:
    """Return the words for per what (每年, 人均) by their last character."""
    return by_first([row[0] for row in read_table("rates.tsv")], lambda word: word[::-1])


@cache
def money_signs() -> tuple[tuple[str, str], ...]:
    """Return the signs of money that stand before a number and their currencies, the longest first."""
    return tuple(sorted(((sign, code) for sign, code in read_table("currency_signs.tsv")), key=lambda pair: -len(pair[0])))


def money_sign_before(text: str, end: int, since: int = 0) -> tuple[str, str] | None:
    """Return the sign or name of money that ends at ``end`` and begins at ``since`` or later, and its currency; None where none does.

    >>> money_sign_before("约新台币5000万元", 4), money_sign_before("约5000万元", 1)
    (('新台币', 'TWD'), None)
    """
    return next((pair for pair in money_signs() if text.endswith(pair[0], since, end)), None)


@cache
def measures_of_degrees() -> tuple[Measure, ...]:
    """Return what 度 may measure, the surest first."""
    return tuple(
        Measure(kind, Decimal(factor), base, tuple(before.split()), tuple(after.split()))
        for kind, factor, base, before, after in read_table("degrees.tsv")
    )


@cache
def quantity_words(group: str) -> tuple[str, ...]:
    """Return a group of the words that tell what a number means (quantity_words.tsv): price, land, numbered."""
    return read_groups("quantity_words.tsv")[group]


@cache
def set_phrases() -> dict[str, tuple[str, ...]]:
    """Return set phrases that begin like a quantity (三心二意), by their first character."""
    return by_first(read_groups("not_quantities.txt")["phrase"], lambda word: word)


@cache
def ordinal_signs(in_han: bool) -> tuple[str, ...]:
    """Return what makes the number after it an ordinal or a day; some do so only before Chinese digits (星期三)."""
    groups = read_groups("not_quantities.txt")
    return groups["after"] + (groups["after, before Chinese digits"] if in_han else ())
