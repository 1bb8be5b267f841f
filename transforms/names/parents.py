"""Codes and parents of places, by the places that an article names before and beside them."""

from __future__ import annotations

from collections.abc import Sequence

from transforms.lexicons.names import Division, division_of_code, divisions, towns
from transforms.records import Name

FINER = {
    level: rank
    for rank, level in enumerate(("country", "province", "city", "county", "town", "village", "community", "site", "street", "address"))
}
"""How fine a level is, coarse to fine; water, mountains and regions lie in several places."""
SEPARATORS = 0
"""Characters between a place and the one it stands in: none (吴江区|平望镇)."""


def with_parents(names: Sequence[Name]) -> list[Name]:
    """Return the names of a text, in order, places with a code only where one alone fits, and with the place they lie in where the text says so.

    Of several divisions of one name (铁西区 of 辽宁省) the code stays empty and ``adcode_candidates`` has those that fit: the ones within the place
    named last before, unless that is told by a town of one of them. A place right behind a coarser one lies in it.
    """
    out: list[Name] = []
    codes: list[str] = []
    towns_named = {name.text for name in names if name.kind == "place"}
    before: Name | None = None
    for name in names:
        if name.kind == "place":
            name = _with_parent(_with_code(name, codes, towns_named), before)
            if name.adcode:
                codes.append(name.adcode)
            before = name
        out.append(name)
    return out


def _with_code(name: Name, codes: Sequence[str], towns_named: set[str]) -> Name:
    """Return a place with its code taken back where several divisions fit."""
    fitting = [one for one in _fitting(name.text, codes) if one.name == name.text]
    if len(fitting) < 2 or len([one for one in fitting if towns_named & towns(one.adcode).keys()]) == 1:
        return name
    return name._replace(adcode=None, parent=None, adcode_candidates=tuple(one.adcode for one in fitting))


def _fitting(text: str, codes: Sequence[str]) -> Sequence[Division]:
    """Return the divisions of a name that lie in the place named last of those that hold any, all where none does."""
    some = divisions().get(text, ())
    for code in reversed(codes):
        within = [one for one in some if one.adcode.startswith(code.rstrip("0")) and one.adcode != code]
        if within:
            return within
    return () if any(one.adcode in codes for one in some) else some


def _with_parent(name: Name, before: Name | None) -> Name:
    """Return a place with the coarser one right before it as its parent, unless its code says more."""
    if name.parent and name.adcode or before is None or name.char_start - before.char_end != SEPARATORS:
        return name
    own, above = FINER.get(name.level or "", FINER["site"]), FINER.get(before.level or "")
    if above is None or above >= own:
        return name
    coarser = division_of_code()[before.adcode].name if before.adcode and before.adcode in division_of_code() else before.name
    return name._replace(parent=coarser)
