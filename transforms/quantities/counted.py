"""What a quantity counts: the noun phrase after it (5位优秀讲师), else the one before it (生产车间约5万平方米).

How it works. The words after the quantity are read one by one, longest first, from ``data/word_classes.txt``: nouns and
what may stand before them go on, anything else ends the phrase. Where nothing is found after a quantity that ends its
clause, the words before it are read backwards the same way, over a linking word (共计, 达到). None where neither is sure.
"""

from __future__ import annotations

import re
from functools import cache

from transforms.lexicons import read_groups

NAMING = ("noun", "action")
LONGEST_PHRASE = 12
"""Characters of a noun phrase: longer ones are clauses."""
LINK = re.compile("(?:共计|合计|总计|累计|达到|已达|高达|突破|分别为|分别达|为|达|共|计|有|仅|已|各|均|超过|从|由|逾)$")
ALL = ("全部", "全数", "一律", "统一", "以上", "以下")
"""Words of manner that stand where the thing counted could: 1500万元全部换了设备."""
COMPARED = re.compile("(?:高于|低于|多于|少于|超过|快于|慢于|比|较)[^，,。；;]{1,8}$")
"""What stands so before an amount is what it is compared with, not what is counted: 高于全省1.2个百分点."""
ENDS_CLAUSE = re.compile("[，。；、！？,;!?:：)）”’\\s]|$|等|以上|以下|及")
QUOTED_NOUN = re.compile("[“‘《]([^“”‘’《》\n]{1,20})[”’》]")
NOUN_ENDINGS = frozenset(
    "人员者手家师长生户民工士器机车船厂店站馆院校所园区房楼路桥线网量率额值数费款项书证券票卡奖品物料油粮田地林树花果鱼"
)
DOERS = frozenset("人员者师手")
QUALITIES = frozenset("新旧老大小高好")
PREFIXES = frozenset("总新老小大主副全")
PERIOD_SIGNS = frozenset("年月日")
MEASURED = frozenset("值量额率入税费薪")
"""年, 月, 日 belong to what is measured by them (年产值, 年发电量) and to nothing else (年|盈余, 月|用电)."""


@cache
def word_classes() -> dict[str, str]:
    """Return the class of every word: noun, action, modifier, verb; ``counted_words.txt`` mends what the dictionary has wrong."""
    classes = {word: name for name, words in read_groups("word_classes.txt").items() for word in words}
    return classes | {word: name for name in ("noun", "action") for word in _word_groups()[name]}


@cache
def _word_groups() -> dict[str, frozenset[str]]:
    """Return the helping words by group."""
    return {name: frozenset(words) for name, words in read_groups("counted_words.txt").items()}


@cache
def _longest_words() -> tuple[dict[str, int], dict[str, int]]:
    """Return how long the words are at most that begin with the same two characters, and those that end with them and name something."""
    by_size = sorted(word_classes(), key=len)
    begins = {word[:2]: len(word) for word in by_size}
    return begins, {word[-2:]: len(word) for word in by_size if word_classes()[word] in NAMING}


def _word_at(text: str, start: int) -> str:
    """Return the longest word that begins at ``start``; the empty string where none does."""
    longest = _longest_words()[0].get(text[start : start + 2], 0)
    for end in range(min(start + longest, len(text)), start + 1, -1):
        if text[start:end] in word_classes():
            return text[start:end]
    return ""


def _size_of_name_before(text: str, end: int) -> int:
    """Return the size of the longest word that names something and ends at ``end``, 0 where none does."""
    longest = _longest_words()[1].get(text[max(end - 2, 0) : end], 0)
    for size in range(min(longest, end), 1, -1):
        if word_classes().get(text[end - size : end]) in NAMING:
            return size
    return 0


def noun_after(text: str, start: int) -> str | None:
    """Return the noun phrase that begins at ``start``; None where none does.

    >>> noun_after("优秀讲师颁发聘书", 0)
    '优秀讲师'
    """
    quoted = QUOTED_NOUN.match(text, start)
    if quoted:
        rest = _phrase_end(text, quoted.end())
        is_longer = rest > quoted.end() and word_classes().get(text[quoted.end() : rest]) != "action"
        return text[start:rest] if is_longer else quoted[1]
    end = _phrase_end(text, start)
    return text[start:end] if end > start else None


def _phrase_end(text: str, start: int) -> int:
    """Return the end of the noun phrase from ``start``; ``start`` itself where there is none."""
    classes = word_classes()
    position = start + (text[start : start + 1] in QUALITIES and text[start : start + 2] not in classes)
    head = first = position
    while position - start < LONGEST_PHRASE:
        word = _word_at(text, position)
        if not word:
            if head == position > first and text[position : position + 1] in NOUN_ENDINGS:
                head = position = position + 1
                continue
            break
        size, kind = len(word), classes[word]
        if kind == "action" and text[head - 2 : head] in _word_groups()["agents"]:
            break
        if kind == "noun" or kind == "action" and head == first:
            head = position + size
        elif (
            kind in ("verb", "action")
            and text[position + size : position + size + 1] in DOERS
            and text[position + size : position + size + 2] not in classes
        ):
            head = position = position + size + 1
            continue
        elif kind == "verb":
            follower = next(
                (
                    text[position + size : position + size + n]
                    for n in (3, 2)
                    if text[position + size : position + size + n] in _word_groups()["agents"]
                ),
                "",
            )
            if not follower:
                break
            head = position + size + len(follower)
            position = head
            continue
        position += size
    return head if head > first else start


def noun_before(text: str, limit: int) -> str | None:
    """Return the noun phrase that ends at ``limit``, or before a linking word there; None where none does.

    >>> noun_before("计划购置设备共计", 8)
    '设备'
    """
    link = LINK.search(text, max(limit - 3, 0), limit)
    end = start = link.start() if link else limit
    classes = word_classes()
    while end - start < LONGEST_PHRASE:
        size = _size_of_name_before(text, start)
        if not size and start == end and start > 2 and text[start - 1] in NOUN_ENDINGS and classes.get(text[start - 3 : start - 1]):
            size = 3
        if not size:
            break
        start -= size
    if start == end:
        return None
    is_longer = (
        start > 0
        and (text[start - 1] in PREFIXES or text[start - 1] in PERIOD_SIGNS and text[end - 1] in MEASURED)
        and end - start < 4
        and not text[max(start - 2, 0)].isdigit()
    )
    return text[start - is_longer : end]


def what_is_counted(text: str, start: int, end: int, kind: str) -> str | None:
    """Return what the quantity in ``text[start:end]`` counts; None where the text leaves it unsure.

    >>> what_is_counted("新建生产车间约5万平方米。", 6, 12, "area")
    '生产车间'
    """
    if kind in ("duration", "age", "temperature", "multiple"):
        return None
    after = end + 1 if kind != "count" and text.startswith("的", end) else end
    noun = None if text.startswith(ALL, after) else noun_after(text, after) if kind != "percent" or after > end else None
    if noun in _word_groups()["measures"]:
        return None
    if noun:
        return noun
    return (
        noun_before(text, start)
        if ENDS_CLAUSE.match(text, end) and not COMPARED.search(text, max(start - LONGEST_PHRASE, 0), start)
        else None
    )
