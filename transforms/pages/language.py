"""The character model: how likely characters follow each other in Chinese news, and how likely they begin a sentence.

The model holds counts of n-grams of up to four characters, from sentences of broadcast news that are each opened by ``^``.
Digits count as one character, Latin letters as one, and full-width forms as their half-width twins. What is stored is a
32-bit hash and the rounded logarithm of the count of every n-gram that occurs in two texts or more: no text can be recovered from
it. ``python -m tests.bench.train_joins --texts FOLDER`` makes it anew.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from functools import lru_cache
from importlib.resources import files
from math import log
from zlib import crc32, decompress

import numpy as np

START = "^"
BACKOFF = log(0.4)
LOGS_PER_COUNT = 12  # steps that a count is stored in for each step of its natural logarithm
UNSEEN = -13.0  # natural logarithm of the probability of a character that the model does not hold
RARE = log(2)
MAX_ORDER = 4  # characters of the longest n-gram
CONTEXT_CHARS = MAX_ORDER - 1
CLAUSE_MARKS = ",。、"

_SHAPE = dict.fromkeys(map(ord, "0123456789０１２３４５６７８９"), "0")
_SHAPE.update({ord(c): "a" for c in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"})
_SHAPE.update({code + 0xFEE0: "a" for code in range(0x21, 0x7F) if chr(code).isalpha()})
_SHAPE.update({code + 0xFEE0: chr(code) for code in range(0x21, 0x7F) if not chr(code).isalnum()})
_SHAPE.update(zip(map(ord, "『』「」﹁﹂"), "“”‘’“”", strict=True))


def flatten(text: str) -> str:
    """Return the text as the model sees it, character for character.

    >>> flatten("１２月，ＴＣＬ")
    '00月,aaa'
    """
    return text.translate(_SHAPE)


def hash_gram(gram: str) -> int:
    """Return the 32-bit hash that stands for an n-gram."""
    return crc32(gram.encode("utf-16-le", "surrogatepass"))


@lru_cache(maxsize=1)
def _table() -> tuple[array, bytes, array, float]:
    return unpack_counts(files("transforms").joinpath("data/seams.bin").read_bytes())


def unpack_counts(packed: bytes) -> tuple[array, bytes, array, float]:
    """Return a model's sorted hashes, the log counts in their order, where the hashes of each first 16 bits begin, and the
    logarithm of the number of characters.
    """
    data = decompress(packed)
    size = int.from_bytes(data[:4], "little")
    total = int.from_bytes(data[4:12], "little")
    hashes = array("I")
    hashes.frombytes(data[12 : 12 + 4 * size])
    starts = array("I", np.searchsorted(np.frombuffer(hashes, np.uint32), np.arange((1 << 16) + 1) << 16).tolist())
    return hashes, data[12 + 4 * size :], starts, log(total)


@lru_cache(maxsize=1 << 17)
def log_count(gram: str) -> float | None:
    """Return the natural logarithm of the count of an n-gram, None where it is too rare to be held."""
    hashes, counts, starts, total = _table()
    if not gram:
        return total
    wanted = hash_gram(gram)
    end = starts[(wanted >> 16) + 1]
    index = bisect_left(hashes, wanted, starts[wanted >> 16], end)
    return counts[index] / LOGS_PER_COUNT if index < end and hashes[index] == wanted else None


def log_probability(context: str, character: str) -> float:
    """Return the logarithm of the probability that the character follows the context.

    Where the model does not hold the n-gram, a shorter context is asked; but what a frequent context was never seen with is
    no likelier than two in its count.

    >>> log_probability("人民政", "府") > log_probability("人民政", "的")
    True
    """
    penalty, most = 0.0, 0.0
    while True:
        part = log_count(context)
        if part is not None:  # what is held is held with all its parts
            whole = log_count(context + character)
            if whole is not None:
                return min(penalty + whole - part, most)
            if not context:
                return min(penalty + UNSEEN, most)
            most = min(most, RARE - part)
        context = context[1:]
        penalty += BACKOFF


def follows(left: str, right: str) -> float:
    """Return how likely the first three characters of ``right`` follow the last of ``left``, as a logarithm.

    >>> follows("渡口今天举行了通航仪", "式，两岸") > follows("渡口今天举行了通航仪", "两岸居民")
    True
    """
    return _follows(left[-CONTEXT_CHARS:], right[:CONTEXT_CHARS])


@lru_cache(maxsize=1 << 16)
def _follows(left: str, right: str) -> float:
    text, points = flatten(left + right), 0.0
    for offset in range(len(left), len(text)):
        points += log_probability(text[max(0, offset - CONTEXT_CHARS) : offset], text[offset])
    return points


def begins(right: str) -> float:
    """Return how likely a sentence begins with the first characters of ``right``, as a logarithm."""
    return follows(START, right)


def odds_of_going_on(left: str, right: str) -> float:
    """Return how much likelier ``right`` goes on from ``left`` than begins a sentence, as a logarithm.

    >>> odds_of_going_on("渡口今天举行了通航仪", "式，两岸") > 0 > odds_of_going_on("渡口今天通航。", "两岸居民")
    True
    """
    return follows(left, right) - begins(right)


def occurs(right: str) -> float:
    """Return how likely the first characters of ``right`` stand anywhere, as a logarithm."""
    return follows("", right)


def finishes(left: str) -> float:
    """Return how likely a clause ends after the last characters of ``left``, as a logarithm.

    >>> finishes("老渡口扩建工程完工") > finishes("老渡口举行了完工仪")
    True
    """
    end = flatten(left[-3:])
    return max(log_probability(end, mark) for mark in CLAUSE_MARKS)
