"""Organisations by their build: a word that they end in, what makes a name before it, a proper name or a rank at the start.

The tagger knows organisations as its teacher does; this knows them by ``data/organizations.tsv``: 云渡区|人民武装部, 清浦|实验|小学,
FTC|公司, and those that stand without the name of their district: 区|人武部, 市|教育局.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache, lru_cache

from transforms.lexicons import read_groups, read_words
from transforms.lexicons.names import divisions, organization_words, title_words
from transforms.names.tagging import Piece, Words

LONGEST = 24
LONGEST_TAIL = 12
RANKS = frozenset("省市区县镇乡州旗")
PROPER_TAGS = frozenset(["ns", "nt", "nz", "nr", "nrt", "nrfg", "eng"])
PART_TAGS = PROPER_TAGS | frozenset(["n", "j", "b", "vn", "s", "ng", "l", "an", "g", "f", "i", "q"])
SURE, FAIR = 0.9, 0.75


@cache
def _lists() -> dict[str, frozenset[str]]:
    return {head: frozenset(words) for head, words in read_groups("organization_parts.tsv").items()}


@cache
def _meetings() -> tuple[str, ...]:
    return tuple(_lists()["meeting"])


@cache
def _own_names() -> frozenset[str]:
    return frozenset(read_words("own_names.txt"))


@cache
def _endings() -> frozenset[str]:
    return frozenset(word[-2:] for word in organization_words())


@cache
def _last_characters() -> re.Pattern:
    return re.compile(f"[{''.join(sorted({ending[-1] for ending in _endings()}))}]")


def tail_start(text: str, end: int) -> int:
    """Return where the longest word that organisations end in, up to ``end``, begins; -1 where there is none.

    >>> tail_start("云渡区人民武装部", 8)
    3
    """
    if text[max(end - 2, 0) : end] not in _endings():
        return -1
    known = organization_words()
    for size in range(min(LONGEST_TAIL, end), 1, -1):
        if text[end - size : end] in known:
            return end - size
    return -1


def is_own_name(name: str) -> bool:
    """Tell whether the words name one organisation (国务院, 清浦公司, 区委), not a kind of them.

    >>> is_own_name("国务院"), is_own_name("区委"), is_own_name("公司")
    (True, True, False)
    """
    return name not in organization_words() or name in _own_names() or is_of_rank(name)


def is_meeting(name: str) -> bool:
    """Tell whether the words name a meeting: 协商会 ends like 商会."""
    return name.endswith(_meetings())


def is_of_rank(name: str) -> bool:
    """Tell whether a name has the rank of a division instead of its name: 区委, 市政府, 区人武部.

    >>> is_of_rank("区委"), is_of_rank("市政府"), is_of_rank("村民委员会")
    (True, True, False)
    """
    return name[:1] in RANKS and (name[1:] in ("委", "纪委") or name[1:] in organization_words()) and name[1:] not in _lists()["many of a kind"]


@lru_cache(maxsize=1 << 14)
def kind_of(name: str) -> str:
    """Return the kind of an organisation by the longest known word that its name ends in.

    >>> kind_of("云渡区人民武装部"), kind_of("清浦集团")
    ('military', 'company')
    """
    kinds = organization_words()
    for size in range(min(len(name), 12), 1, -1):
        if name[-size:] in kinds:
            return kinds[name[-size:]]
    return "other"


def institutions(words: Words, found: list[Piece]) -> Iterator[Piece]:
    """Yield organisations that their build shows, left to right; ``found`` are the pieces that are known already."""
    text, starts, tokens, tags = words.text, words.starts, words.words, words.tags
    endings = _endings()
    place_starts = {piece.start for piece in found if piece.kind == "place"}
    people_ends = sorted(piece.end for piece in found if piece.kind == "person")
    done = 0
    for index in words.ending_in(_last_characters()):
        token = tokens[index]
        end = starts[index] + len(token)
        if text[end - 2 : end] not in endings:
            continue
        tail = tail_start(text, end)
        if tail < 0 or tail < done or tail > starts[index] and tags[index] not in PROPER_TAGS and not is_own_name(token) or _goes_on(words, index, tail):
            continue
        person = bisect_left(people_ends, tail) - 1  # the last one that ends before the tail; of 李宁集团 the name is part of the organisation's
        least = max(done, end - LONGEST, people_ends[person] if person >= 0 else 0)
        start, share = _start(words, index, tail, least, place_starts)
        if start < 0 or not is_own_name(text[start:end]) or _is_generic(text, start, tail, end) or is_meeting(token):
            continue
        yield Piece(start, end, "organization", share)
        done = end


def _goes_on(words: Words, index: int, tail: int) -> bool:
    """Tell whether what ends in word ``index`` is only the first part of a longer name, or of a title (区委|书记)."""
    text = words.text
    end = words.starts[index] + len(words.words[index])
    if _heads_title(text, tail, end):
        return True
    at = end
    for token, tag in zip(words.words[index + 1 : index + 7], words.tags[index + 1 : index + 7], strict=True):
        at += len(token)
        if tag not in PART_TAGS or token in title_words() or token in _lists()["outside"] or token[-1] in "省市" and token in divisions():
            return False
        further = tail_start(text, at)
        if further >= 0:
            return token not in _lists()["apart"] and not _heads_title(text, further, at)
    return False


def _heads_title(text: str, tail: int, end: int) -> bool:
    """Tell whether the word for an organisation is the first part of a title: 党委书记, 教育局长."""
    following = text[end : end + 2]
    return following[:1] in ("长", "员") and text[end - 1] in "部队局院社校厅委处所" or (
        following in ("书记", "委员", "常委", "副书", "第一", "常务", "专职") and organization_words()[text[tail:end]] == "party"
    )


def _start(words: Words, index: int, tail: int, least: int, places: set[int]) -> tuple[int, float]:
    """Return where the organisation with that tail begins, and how sure that is; -1 where it has no name of its own."""
    text = words.text
    name = text[tail : words.starts[index] + len(words.words[index])]
    start, share = (tail, SURE) if is_own_name(name) else (-1, 0.0)
    at = words.index_at(tail)
    if words.starts[at] < tail and words.starts[at] >= least:  # the tail begins inside a word: 局云渡
        at += 1
    while at > 0:
        at -= 1
        begins, word, tag = words.starts[at], words.words[at], words.tags[at]
        if begins < least or tag not in PART_TAGS and not (len(word) == 1 and tag in ("zg", "a", "v") and begins in places):
            break
        if word in title_words() or word[-2:] in title_words() or word in _lists()["outside"]:
            break
        if begins in places or word in divisions() or is_of_rank(word):
            start, share = begins, SURE
        elif len(word) == 1 and word in RANKS:
            if words.starts[at] + 1 == tail:
                start, share = begins, SURE
            elif start < 0 and text[begins + 1 : begins + 2] and name in _lists()["of a rank"]:
                start, share = begins, FAIR
        elif tag in PROPER_TAGS and word not in organization_words():
            start, share = begins, SURE if tag in ("ns", "nt", "eng") else FAIR
    if is_of_any(text, start):
        return -1, 0.0
    if start >= 2 and text[start - 2 : start] == "中共":
        start -= 2
    if start >= 0 and text[start] in "从由与因被把" and text[start : start + 2] not in divisions():  # the segmenter took it into an unknown word
        start += 1
    return start, share


def is_of_any(text: str, start: int) -> bool:
    """Tell whether the rank that a name begins with is that of any division or of every one: 各|市政府, 直辖|市政府."""
    return start > 0 and text[start] in RANKS and text[start - 1] in "辖各全级两多我本"


def _is_generic(text: str, start: int, tail: int, end: int) -> bool:
    """Tell whether it is a kind of organisation in a place rather than one: 云渡区学校."""
    return text[tail:end] in _lists()["many of a kind"] and (text[tail - 1] in "省市区县州" or text[start:tail] in divisions())
