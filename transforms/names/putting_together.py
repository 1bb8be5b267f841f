"""Pieces put together: leading places and a tail are an organisation; what is left of places gets level, code and parent."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cache

from transforms.lexicons.names import TOWN_TAILS, division_of_code, divisions, towns, world
from transforms.names.institutions import is_own_name, kind_of, tail_start
from transforms.names.places import described, parent_of
from transforms.names.tagging import Piece, Words
from transforms.records import Name

UNKNOWN_KIND = 0.8  # how sure an organisation must be that ends in no word that organisations end in


def with_institutions(found: list[Piece], built: Iterable[Piece]) -> list[Piece]:
    """Return the pieces with organisations that their build shows (``built``).

    Places that such an organisation begins with stay, what is left of it is its tail; other pieces in it go. Where a piece reaches over
    its edge, the longer of the two stays.
    """
    out: list[Piece] = []
    starts = [piece.start for piece in found]
    at = 0
    for whole in built:
        first = bisect_left(starts, whole.start, at)
        if first > at and found[first - 1].end > whole.start:
            first -= 1
        after = bisect_left(starts, whole.end, first)
        inside = found[first:after]
        if inside and (inside[0].start < whole.start or inside[-1].end > whole.end) and any(
            piece.end - piece.start >= whole.end - whole.start for piece in (inside[0], inside[-1])
        ):
            continue
        out += found[at:first]
        edge = whole.start
        for piece in inside:
            if piece.kind == "place" and piece.start == edge and piece.end < whole.end:
                out.append(piece)
                edge = piece.end
        out.append(Piece(edge, whole.end, "organization", max([whole.sure, *(p.sure for p in inside if p.kind == "organization")])))
        at = after
    return out + found[at:]


def organizations_and_places(words: Words, found: list[Piece]) -> list[Name]:
    """Return organisations, the places they begin with, and other places.

    A run of pieces without a gap that ends in an organisation is one organisation; of the places in it only those before its
    first tail are named apart. A bare common word (公司, 市委) is no name.
    """
    names: list[Name] = []
    codes: list[str] = []
    run: list[Piece] = []

    def close() -> None:
        tails = [number for number, piece in enumerate(run) if piece.kind == "organization"]
        if not tails:
            names.extend(described(words, piece, codes) for piece in run)
        else:
            first, last = tails[0], tails[-1]
            start, end = run[0].start, run[last].end
            if not first:
                names.extend(described(words, place, codes) for place in leading_places(words.text, run[0]))
            name = words.text[start:end]
            sure = min(piece.sure for piece in run[: last + 1])
            if (is_own_name(name) and len(name) > 1 or first) and (sure >= UNKNOWN_KIND or tail_start(name, len(name)) >= 0):
                names.append(Name("organization", name, start, end, name, sure, organization_kind=kind_of(name)))
            names.extend(described(words, piece, codes) for number, piece in enumerate(run) if number < first or number > last)
        run.clear()

    for piece in found:
        if run and (piece.start != run[-1].end or run[-1].kind == "organization" and begins_anew(words.text[piece.start : piece.end])):
            close()
        run.append(piece)
    close()
    return settled(names)


def settled(names: list[Name]) -> list[Name]:
    """Return the names with codes that the article bears out.

    A county without its rank (鼓楼) is that county only where the article names it in full, what it lies in, or a town of it. A town has
    the code and the parent of the one county of the article that has such a town. The name of a place with a code is that of the code.
    """
    towns_named = {name.text for name in names if name.kind == "place" and name.text.endswith(TOWN_TAILS)}
    sure = {name.adcode for name in names if name.adcode and (name.level != "county" or division_of_code()[name.adcode].name == name.text)}

    @cache
    def is_borne_out(code: str) -> bool:
        return code in sure or bool(sure & {code[:2] + "0000", code[:4] + "00"}) or any(town in towns(code) for town in towns_named)

    names = [_by_its_towns(name, towns_named) for name in names]
    counties = {name.adcode for name in names if name.level == "county" and name.adcode and is_borne_out(name.adcode)}
    out = []
    for name in names:
        if name.level == "county" and name.adcode and not is_borne_out(name.adcode):
            name = name._replace(name=name.text, level=None, adcode=None, parent=None)
        elif name.text in towns_named and len(homes := [code for code in counties if name.text in towns(code)]) == 1:
            name = name._replace(adcode=towns(homes[0])[name.text], parent=division_of_code()[homes[0]].name)
        elif name.adcode and name.level != "town" and name.level != "address":
            name = name._replace(name=division_of_code()[name.adcode].name)
        out.append(name)
    return out


def _by_its_towns(name: Name, towns_named: set[str]) -> Name:
    """Return a county of a name that several bear (鼓楼区) with the code of the one whose towns the article names."""
    if name.kind != "place" or name.adcode:
        return name
    some = [one for one in divisions().get(name.text, ()) if one.level == "county" and one.name == name.text]
    if len(some) > 1:
        fitting = [one for one in some if any(town in towns(one.adcode) for town in towns_named)]
        if len(fitting) == 1:
            return name._replace(level="county", adcode=fitting[0].adcode, parent=parent_of(fitting[0].adcode))
    return name


def begins_anew(name: str) -> bool:
    """Tell whether a place with its rank begins another organisation where it stands behind one (某省科协|某省某市文化局)."""
    return name in divisions() and name[-1] in "省市区县"


def leading_places(text: str, piece: Piece) -> Iterator[Piece]:
    """Yield the place that an organisation's name begins with, where the gazetteers know it and it is a word for little else."""
    for size in range(min(11, piece.end - piece.start - 1), 1, -1):
        word = text[piece.start : piece.start + size]
        some = divisions().get(word, ())
        if some and (len(word) > 2 and some[0].name == word or some[0].level == "province") or world().get(word) == "country":
            yield Piece(piece.start, piece.start + size, "place", piece.sure)
            return
