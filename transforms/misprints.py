"""Likely misprints: pieces of text one character away from what was probably meant. Kept as doubts, never applied.

An extractor confuses characters that look alike (``data/similar_characters.tsv``), so what is doubted must look like what is suggested.
Three things make a doubt:

- a gazetteer: no town of that name in the counties that the article names, but one that looks like it (``data/towns.tsv``);
- the same name elsewhere: a name printed once, and one that looks like it printed three times or more;
- a rare sequence: three of the four characters of a set phrase, in their places (``data/idioms.tsv``).

``confidence`` is the share of such doubts that turned out right where they were judged (``tests/bench/misprints.py``).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import accumulate
from typing import NamedTuple

import numpy as np
import rjieba

from transforms.lexicons import read_groups, read_lines, read_words
from transforms.lexicons.names import TOWN_TAILS, division_of_code, divisions, organization_words, towns
from transforms.names.organizations import RANKS
from transforms.names.tagging import code_points
from transforms.records import Misprint, Name

BY_GAZETTEER, BY_NAME, BY_PHRASE = 0.85, 0.85, 0.8
"""Confidence by what makes the doubt: the share that was right where doubts were judged (tests/bench/misprints.py)."""
MIN_PRINTED = 3
"""Times that a name is printed in an article before another one is taken for its misprint."""
MAX_NAMES, MAX_COUNTIES = 30, 10
"""Names and counties of an article that are looked at, the most frequent first: bounds time."""
TOWN_TAIL = re.compile(f"{'|'.join(TOWN_TAILS)}")
HAN_WORD = re.compile("[\u4e00-\u9fff]+")
UNKNOWN = frozenset(["x", "nr", "g", "ng", "zg"])
MAX_GROUP = 25
"""Characters of a group that look alike closely; in a larger one they share a common radical only."""


def find_misprints(text: str, names: Sequence[Name]) -> list[Misprint]:
    """Return the doubtful pieces of an article's text, left to right, with what was probably meant; nothing is ever changed.

    ``names`` are those of the same text. Never raises.

    >>> county = Name("place", "西湖区", 0, 3, "西湖区", 0.9, level="county", adcode="330106")
    >>> town = Name("place", "将村街道", 4, 8, "将村街道", 0.9, level="town")
    >>> [(doubt.text, doubt.suggestion) for doubt in find_misprints("西湖区的将村街道持之以桓", [county, town])]
    [('将村街道', '蒋村街道'), ('持之以桓', '持之以恒')]
    """
    return find_misprints_of([text], [names])[0]


def find_misprints_of(texts: Sequence[str], named: Sequence[Sequence[Name]]) -> list[list[Misprint]]:
    """Return what ``find_misprints`` returns for each of the texts, with the names of each: faster together, as the articles of a page are."""
    starts = list(accumulate([len(text) + 1 for text in texts], initial=0))
    broken: list[list[Misprint]] = [[] for _ in texts]
    for doubt in broken_phrases("\n".join(texts)):  # no phrase goes over a line break
        number = bisect_right(starts, doubt.char_start) - 1
        start = doubt.char_start - starts[number]
        broken[number].append(doubt._replace(char_start=start, char_end=start + len(doubt.text)))
    return [
        without_overlap([*unknown_towns(text, names), *single_names(text, names), *phrases])
        for text, names, phrases in zip(texts, named, broken, strict=True)
    ]


def without_overlap(doubts: Iterable[Misprint]) -> list[Misprint]:
    """Return the doubts from left to right, of two that overlap the one that begins first, or the surer one."""
    out: list[Misprint] = []
    for doubt in sorted(doubts, key=lambda d: (d.char_start, -d.confidence)):
        if not out or doubt.char_start >= out[-1].char_end:
            out.append(doubt)
    return out


@cache
def _groups() -> tuple[dict[str, set[int]], dict[str, set[int]]]:
    """Return the groups of similar characters that each character is in: all, and those that are small."""
    every: dict[str, set[int]] = defaultdict(set)
    small: dict[str, set[int]] = defaultdict(set)
    for number, line in enumerate(read_lines("similar_characters.tsv")):
        group = line.split()
        for char in group:
            every[char].add(number)
            if len(group) <= MAX_GROUP:
                small[char].add(number)
    return every, small


def look_alike(one: str, other: str, closely: bool = True) -> bool:
    """Tell whether two characters look alike: they have a part in common; ``closely``: more than a common radical.

    >>> look_alike("将", "蒋"), look_alike("江", "河"), look_alike("江", "河", closely=False), look_alike("将", "河", closely=False)
    (True, False, True, False)
    """
    every, small = _groups()
    groups = small if closely else every
    return one in groups and other in groups and bool(groups[one] & groups[other])


def odd_one(text: str, other: str) -> int:
    """Return where two names of one length differ, -1 where not in exactly one place.

    >>> odd_one("将村街道", "蒋村街道"), odd_one("将村街道", "清浦街道")
    (0, -1)
    """
    if len(text) != len(other):
        return -1
    places = [place for place, (one, two) in enumerate(zip(text, other, strict=True)) if one != two]
    return places[0] if len(places) == 1 else -1


@cache
def _no_towns() -> frozenset[str]:
    return frozenset(read_groups("not_names.tsv")["town"])


def unknown_towns(text: str, names: Sequence[Name]) -> Iterator[Misprint]:
    """Yield names that differ from a town of one of the article's counties in one character that looks alike (将村街道 for 蒋村街道)."""
    counties = sorted({name.adcode[:6] for name in names if name.adcode and name.level in ("county", "town")})
    known = {town: county for county in counties[:MAX_COUNTIES] for town in towns(county)}
    but_one: dict[str, list[str]] = defaultdict(list)
    for town in known:
        stem = town[: max(town.rfind(tail) for tail in TOWN_TAILS)]
        for place in range(len(stem)) if len(stem) > 1 else ():
            but_one[f"{town[:place]}_{town[place + 1 :]}"].append(town)
    sizes = sorted({len(town) for town in known})
    for match in TOWN_TAIL.finditer(text) if but_one else ():
        end = match.end()
        pieces = [text[end - size : end] for size in sizes if end >= size]
        if any(piece in known for piece in pieces) or text[max(end - 2, 0) : end] in _no_towns():
            continue
        for piece in pieces:
            alike = {
                town
                for place in range(len(piece) - len(match.group()))
                for town in but_one.get(f"{piece[:place]}_{piece[place + 1 :]}", ())
                if look_alike(piece[place], town[place], closely=False)
            }
            if len(alike) == 1:
                [town] = alike
                county = division_of_code()[known[town]].name
                yield Misprint(piece, end - len(piece), end, town, f"{county}没有{piece}，有{town}", BY_GAZETTEER, "gazetteer")
                break


def single_names(text: str, names: Sequence[Name]) -> Iterator[Misprint]:
    """Yield pieces printed once that look like a name printed often in the same article, whether or not they were found as names."""
    counts = Counter([name.text for name in names if len(name.text) > 2])
    printed_often = sorted(
        ((text, n) for text, n in counts.items() if n >= MIN_PRINTED and HAN_WORD.fullmatch(text)), key=lambda pair: -pair[1]
    )
    known = {name.text for name in names if name.adcode}
    for often, n in printed_often[:MAX_NAMES]:
        if often[0] in RANKS or often in divisions() or often in organization_words():  # 市人民政府 is not 省人民政府
            continue
        for start in one_off(text, often):
            end = start + len(often)
            piece = text[start:end]
            place = odd_one(piece, often)
            if look_alike(piece[place], often[place]) and text.count(piece) == 1 and piece not in known and piece not in divisions():
                yield Misprint(
                    piece, start, end, often, f"文中另有{often}{n}次，{piece[place]}与{often[place]}形近", BY_NAME, "same name elsewhere"
                )


def one_off(text: str, name: str) -> list[int]:
    """Return where a text has a name but for exactly one character: one half of the name must be there as it is.

    >>> one_off("将村街道和蒋村街道", "蒋村街道")
    [0]
    """
    half = len(name) // 2
    starts = {start - place for place, part in ((0, name[:half]), (half, name[half:])) for start in occurrences(text, part)}
    return sorted(start for start in starts if start >= 0 and odd_one(text[start : start + len(name)], name) >= 0)


def occurrences(text: str, part: str) -> Iterator[int]:
    """Yield where a text has a part, overlaps included."""
    start = text.find(part)
    while start >= 0:
        yield start
        start = text.find(part, start + 1)


PHRASE_FACTORS = np.array([0x9E3779B1, 0x85EBCA6B, 0xC2B2AE35, 0x27D4EB2F], dtype=np.uint32)
HASH_BITS = 20
"""Bits of the hash by which set phrases are looked up: a table of a million for 20,000 phrases, so that few strangers pass."""


def _hashes(codes: np.ndarray, left_out: int = -1) -> np.ndarray:
    """Return one number for the characters of each column, those of one place left out; ``codes`` is one row of characters a place."""
    total = np.zeros(codes.shape[1], dtype=np.uint32)
    for place, row in enumerate(codes):
        if place != left_out:
            total += row * PHRASE_FACTORS[place]
    total ^= total >> np.uint32(15)
    return total * np.uint32(0x2C1B3C6D) >> np.uint32(32 - HASH_BITS)


class Phrases(NamedTuple):
    """The set phrases; those with each half, first and second, which numbers they have with one character left out, and which numbers the halves have."""

    whole: frozenset[str]
    with_half: tuple[dict[str, list[str]], dict[str, list[str]]]
    met: np.ndarray
    halves: np.ndarray


@cache
def _phrases() -> Phrases:
    """Return the set phrases, ready for search."""
    phrases = frozenset(read_words("idioms.tsv"))
    ordered = sorted(phrases)
    codes = code_points("".join(ordered)).reshape(-1, 4).T
    met = np.zeros((4, 1 << HASH_BITS), dtype=bool)
    for place in range(4):
        met[place, _hashes(codes, place)] = True
    halves = np.zeros((2, 1 << HASH_BITS), dtype=bool)
    with_half: tuple[dict[str, list[str]], dict[str, list[str]]] = {}, {}
    for half in range(2):
        halves[half, _hashes(codes[2 * half : 2 * half + 2])] = True
        for phrase in ordered:
            with_half[half].setdefault(phrase[2 * half : 2 * half + 2], []).append(phrase)
    return Phrases(phrases, with_half, met, halves)


def falls_apart(piece: str, place: int) -> bool:
    """Tell whether the segmenter makes no word of the character at ``place`` and its neighbours, so that it seems out of place.

    >>> falls_apart("持之以桓", 3), falls_apart("半壁江山", 1)
    (True, False)
    """
    offset = 0
    for word, tag in rjieba.tag(piece):
        if offset <= place < offset + len(word):
            return len(word) == 1 or tag in UNKNOWN and len(word) < 4
        offset += len(word)
    return False


def broken_phrases(text: str) -> Iterator[Misprint]:
    """Yield four characters that are a set phrase but for one, which looks like the right one.

    One half of the phrase stands as it is, so only the few places where one does are looked at more closely.
    """
    if len(text) < 4:
        return
    known = _phrases()
    codes = code_points(text)
    pairs = _hashes(np.stack([codes[:-1], codes[1:]]))
    for half, places in ((1, ((0, 1), (1, 0))), (0, ((2, 3), (3, 2)))):
        starts = np.flatnonzero(known.halves[half, pairs[2 * half : len(codes) - 3 + 2 * half]])
        windows = codes[starts + np.arange(4)[:, None]]
        for place, beside in places:
            for start in starts[known.met[place, _hashes(windows, place)]].tolist():
                piece = text[start : start + 4]
                if piece in known.whole or not HAN_WORD.fullmatch(piece):
                    continue
                with_half = known.with_half[half].get(piece[2 * half : 2 * half + 2], ())  # most have only the number of a phrase
                meant = [phrase for phrase in with_half if phrase[beside] == piece[beside] and look_alike(piece[place], phrase[place])]
                if len(meant) == 1 and falls_apart(piece, place):
                    yield Misprint(
                        piece, start, start + 4, meant[0], f"成语{meant[0]}，{piece[place]}与{meant[0][place]}形近", BY_PHRASE, "set phrase"
                    )
