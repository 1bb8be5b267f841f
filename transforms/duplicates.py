"""Near-duplicates: the same text printed twice, a revised version, a short version inside a long one.

How it works. A text is folded (full width to half width, lower case, nothing but letters and digits kept) and cut into
overlapping runs of five characters, its shingles; each is hashed to 63 bits by fixed arithmetic, so that every machine
finds the same numbers. The sketch keeps the hashes below ``2**63 / ONE_IN`` (one in eight), and at least the sixteen
smallest. Sketches made so can be compared at any difference of length: a short version leaves its sampled shingles in
the long one, where min-hash bands would miss it.

Two texts with a near-duplicate relation share values of their sketches, so candidates come from a join on values alone,
without any text in memory (``find_candidates`` in numpy; the same join can be done in SQL on the table ``signatures``).
Candidates are then compared by their texts (``compare_texts``), over all shingles and not a sample.

What does not count as near-duplicate: texts that fill one form with other facts (the weekly weather report, the weekly
list of prices). They share most shingles, and differ in their numbers (``_numbers_agree``).

Measured in ``tests/bench/duplicates.py`` beside the package rensa (min-hash in Rust).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

SHINGLE_CHARS = 5
"""Characters of a shingle: fewer are common to most texts, more are lost to each misprint."""
ONE_IN = 8
"""Of so many hashes a sketch keeps one."""
MIN_SKETCH = 16
"""Hashes that a sketch keeps at least, so that briefs can be compared."""
MIN_SIMILARITY = 0.75
"""Share of the shingles of the smaller text that two near-duplicates have in common, by hand."""
MAX_NUMBERS_LOST, NUMBERS_FORGIVEN = 0.25, 2
"""Of the numbers of the smaller text this share may be others, and so many more where the texts are highly similar: by hand."""
HIGH_SIMILARITY = 0.85
"""Similarity from which on two numbers that differ are corrections, not another week's report: by hand."""
MIN_SAMPLE_SHARED = 0.4
"""Share of the smaller sketch that candidates have in common: well below ``MIN_SIMILARITY``, for a sample may miss."""
PAIRS_AT_ONCE = 1_000_000
"""Pairs of texts whose sketches are compared together: bounds memory."""
MIN_CONTAINED_SHINGLES = 30
"""Shingles of a text that can be a short version of another; a shorter one is a phrase that many texts have."""
BRIEF_SHINGLES = 50
"""Shingles below which a text must not differ in length either, for a sentence more is another brief."""
MAX_ALL_PAIRS = 64
"""Texts with one hash in common of which each pair is a candidate; of more only neighbours are: time grows with their number, not its square."""
TEXTS_KEPT_READY = 4096
"""Texts that are kept prepared for comparison: bounds memory."""
TEXTS_TOGETHER = 100
"""Texts that are sketched together: numpy's own cost per call is small then."""
SKETCH_LIMIT = np.uint64(2**63 // ONE_IN)
"""Below it a hash of 63 bits is kept."""
SHINGLE_FACTORS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93, 0xFF51AFD7ED558CCD], np.uint64)
# Odd numbers without a pattern, as hash functions use them (splitmix64, xxHash): fixed for good, since sketches are kept.
MIXERS = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
DIGIT_SEQUENCE = re.compile(r"\d+")


class Sketch(NamedTuple):
    """What a text leaves in table ``signatures``: its number of distinct shingles and a sample of their hashes, ascending."""

    n_shingles: int
    values: tuple[int, ...]


class Pair(NamedTuple):
    """Two texts by their position, ``left < right`` but where ``relation`` is ``contains``: then ``left`` contains ``right``."""

    left: int
    right: int
    similarity: float
    relation: str


class Verdict(NamedTuple):
    """How two texts are related; ``swapped`` where the second one contains the first one."""

    similarity: float
    relation: str
    swapped: bool


@cache
def _fold_table() -> np.ndarray:
    """Return for each code point what it folds to, 0 where it is left out; those beyond the basic plane stay as they are."""
    table = np.arange(0x110000, dtype=np.uint32)
    folded = [unicodedata.normalize("NFKC", chr(code)).lower() for code in range(0x10000)]
    table[:0x10000] = [ord(char) if len(char) == 1 and char.isalnum() else 0 for char in folded]
    return table


def fold_codes(text: str) -> np.ndarray:
    """Return the code points that count, as an array: full width made half width, lower case, letters and digits only.

    >>> "".join(map(chr, fold_codes("云渡区　ＧＤＰ增长６．５％。")))
    '云渡区gdp增长65'
    """
    return fold_all([text])[0]


def fold_all(texts: Sequence[str]) -> tuple[np.ndarray, list[int]]:
    """Return the codes that count of all texts, one text behind the other, and where each of them ends."""
    codes = _fold_table()[np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32)]
    counts = codes != 0
    n_before = np.concatenate([[0], np.cumsum(counts)])
    return codes[counts], n_before[np.cumsum([len(text) for text in texts], dtype=np.intp)].tolist()


def shingle(text: str) -> np.ndarray:
    """Return the hashes of the distinct shingles of a text, ascending; a text shorter than a shingle is one shingle."""
    return shingle_codes(fold_codes(text))


def shingle_codes(codes: np.ndarray) -> np.ndarray:
    """Return the shingles of a text that has been folded."""
    return distinct(hash_shingles(padded(codes)))


def shingle_all(texts: Sequence[str]) -> Iterator[np.ndarray]:
    """Yield the shingles of each text: faster together, as the articles of a page are."""
    codes, ends = fold_all(texts)
    hashes = hash_shingles(codes)
    for start, end in zip([0, *ends], ends, strict=False):
        yield distinct(hashes[start : end - SHINGLE_CHARS + 1]) if end - start >= SHINGLE_CHARS else shingle_codes(codes[start:end])


def padded(codes: np.ndarray) -> np.ndarray:
    """Return the codes of a text, noughts behind them where it has fewer than a shingle; nothing stays nothing."""
    return np.pad(codes, (0, SHINGLE_CHARS - len(codes))) if 0 < len(codes) < SHINGLE_CHARS else codes


def distinct(hashes: np.ndarray) -> np.ndarray:
    """Return the distinct hashes, ascending; they are put in order where they are."""
    hashes.sort()
    is_new = np.ones(len(hashes), bool)
    np.not_equal(hashes[1:], hashes[:-1], out=is_new[1:])
    return hashes[is_new]


def hash_shingles(codes: np.ndarray) -> np.ndarray:
    """Return the hashes of all shingles of folded codes, in their order."""
    codes = codes.astype(np.uint64)
    n = max(len(codes) - SHINGLE_CHARS + 1, 0)
    hashes = codes[:n] * SHINGLE_FACTORS[0]
    for place in range(1, SHINGLE_CHARS):
        hashes += codes[place : place + n] * SHINGLE_FACTORS[place]
    for shift, factor in zip((30, 27), MIXERS, strict=True):
        hashes = (hashes ^ (hashes >> np.uint64(shift))) * factor
    return (hashes ^ (hashes >> np.uint64(31))) >> np.uint64(1)


def sample(shingles: np.ndarray) -> np.ndarray:
    """Return the part of ascending hashes that a sketch keeps: those below the limit, at least the sixteen smallest."""
    return shingles[: max(int(np.searchsorted(shingles, SKETCH_LIMIT)), MIN_SKETCH)]


def sketch(text: str) -> Sketch:
    """Return the sketch of a text: about eight bytes for every eight characters.

    Width, case, spaces and punctuation make no difference; a text without a letter or digit has no values.

    >>> sketch("云渡区举行春季植树活动，２００人参加。") == sketch("云渡区举行春季植树活动, 200人参加")
    True
    >>> sketch("……")
    Sketch(n_shingles=0, values=())
    """
    return sketches([text])[0]


def sketches(texts: Sequence[str]) -> list[Sketch]:
    """Return the sketch of each text."""
    return [Sketch(len(shingles), tuple(sample(shingles).tolist())) for shingles in shingle_all(texts)]


def find_candidates(
    owners: Sequence[int],
    values: Sequence[int],
    n_shingles: Sequence[int],
    is_new: Sequence[bool] | None = None,
    n_sampled: Sequence[int] | None = None,
) -> list[tuple[int, int]]:
    """Return the pairs of texts, ``left < right`` and ascending, whose sketches share enough to be worth comparing.

    ``owners`` and ``values`` are parallel: text number and one value of its sketch; ``n_shingles`` is by text number. With
    ``is_new`` (by text number) only pairs with a new text in them come back, and only values that a new text has need to be passed, if
    ``n_sampled`` says how many values below ``SKETCH_LIMIT`` each text has in all.
    Some fifty bytes of memory per value, and what the pairs of some texts take, for it works on some of them at a time. A value that
    more than 64 texts share joins neighbours in order of text number and not all pairs, so a text printed a thousand times makes a chain.

    >>> sketches = [sketch(text) for text in ("云渡区举行春季植树活动，200人参加", "清浦港昨日开港", "云渡区举行春季植树活动，２００人参加。")]
    >>> owners = [n for n, one in enumerate(sketches) for value in one.values]
    >>> values = [value for one in sketches for value in one.values]
    >>> find_candidates(owners, values, [one.n_shingles for one in sketches])
    [(0, 2)]
    """
    owners, values = np.asarray(owners, np.int32), np.asarray(values, np.int64)
    sizes, n_texts = np.asarray(n_shingles, np.int64), len(n_shingles)
    counted = np.bincount(owners[values < SKETCH_LIMIT], minlength=n_texts) if n_sampled is None else np.asarray(n_sampled, np.int64)
    sampled = np.maximum(counted, sizes // (2 * ONE_IN))
    wanted = np.ones(n_texts, bool) if is_new is None else np.asarray(is_new, bool)
    owners, values = _in_order(owners, values, n_texts)
    group = np.cumsum(np.append(False, values[1:] != values[:-1]), dtype=np.int32)[: len(values)]
    n_asked = int(np.count_nonzero(wanted[owners]))
    kept = [np.zeros(0, np.int64)]
    for first, end in pairwise(np.linspace(0, n_texts, 2 + n_asked // PAIRS_AT_ONCE).astype(np.int64).tolist()):
        keys, shared = _shared_values(owners, group, n_texts, wanted, first, end)
        left, right = np.divmod(keys, max(n_texts, 1))
        kept.append(keys[shared >= np.maximum(1, MIN_SAMPLE_SHARED * np.minimum(sampled[left], sampled[right]))])
    left, right = np.divmod(np.sort(np.concatenate(kept)), max(n_texts, 1))
    return list(zip(left.tolist(), right.tolist(), strict=True))


def _in_order(owners: np.ndarray, values: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return both in order of value and owner; small values, such as numbers given to them, take a fifth of the time."""
    if len(values) and values.max() < (2**63 - n) // n:
        values, owners = np.divmod(np.sort(values * n + owners), n)
        return owners.astype(np.int32), values
    order = np.lexsort((owners, values))
    return owners[order], values[order]


def _shared_values(
    owners: np.ndarray, group: np.ndarray, n: int, wanted: np.ndarray, first: int, end: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the pairs (``left * n + right``, ascending) that share values, and how many they share.

    ``owners`` ascend in each group of those that have the same value. These are the pairs of wanted texts, ``first <= text < end``, with
    texts behind them, wanted or not, and with those before them that are not wanted: each pair is found from one of its texts.
    """
    is_small = np.bincount(group, minlength=1) <= MAX_ALL_PAIRS
    asked = np.flatnonzero(wanted[owners] & (first <= owners) & (owners < end))
    bounded = np.append(group, -1)  # the last stands for what is beyond either end
    pairs_met = [np.zeros(0, np.int64)]
    for direction in (1, -1):
        if direction == -1 and wanted.all():
            break
        positions = asked
        for step in range(1, MAX_ALL_PAIRS):
            other = np.clip(positions + direction * step, -1, len(group))
            together = bounded[other] == group[positions]
            positions, other = positions[together], other[together]
            pairs = (owners[positions], owners[other]) if direction == 1 else (owners[other], owners[positions])
            left, right = pairs if direction == 1 else (each[~wanted[owners[other]]] for each in pairs)
            pairs_met.append(left.astype(np.int64) * n + right)
            positions = positions[is_small[group[positions]]] if step == 1 else positions
    return np.unique(np.concatenate(pairs_met), return_counts=True)


def compare_texts(text: str, other: str) -> Verdict | None:
    """Return how two texts are related, or None where they are no near-duplicates.

    ``similarity`` is the share of the smaller text's shingles that the other one has too. ``same``: equal but for width,
    case, space and punctuation. ``contains``: the larger one has much that the smaller one lacks, and hardly the other
    way round. ``revised``: all else. Texts under 50 shingles need a larger share, and count as contained from 30 on.

    >>> compare_texts("云渡区举行春季植树活动，200人参加。", "云渡区举行春季植树活动, ２００人参加")
    Verdict(similarity=1.0, relation='same', swapped=False)
    >>> compare_texts("今天多云，最高气温15度，最低气温7度。", "今天多云，最高气温18度，最低气温9度。") is None
    True
    """
    return _compare(Prepared.of(text), Prepared.of(other))


class Prepared(NamedTuple):
    """A text made ready for comparing."""

    folded: bytes
    shingles: np.ndarray
    numbers: Counter

    @classmethod
    def of(cls, text: str) -> Prepared:
        codes = fold_codes(text)
        return cls(codes.tobytes(), shingle_codes(codes), Counter(DIGIT_SEQUENCE.findall(unicodedata.normalize("NFKC", text))))


def _compare(first: Prepared, second: Prepared) -> Verdict | None:
    if not len(first.shingles) or not len(second.shingles):
        return None
    if first.folded == second.folded:
        return Verdict(1.0, "same", False)
    swapped = len(first.shingles) < len(second.shingles)
    small, large = (first, second) if swapped else (second, first)
    n_small, n_large = len(small.shingles), len(large.shingles)
    similarity = _count_common(small.shingles, large.shingles) / n_small
    if similarity < MIN_SIMILARITY or not _numbers_agree(small.numbers, large.numbers, similarity):
        return None
    missing, extra = 1 - similarity, 1 - similarity * n_small / n_large
    if extra >= 0.05 and extra >= 3 * missing:
        return Verdict(round(similarity, 4), "contains", swapped) if n_small >= MIN_CONTAINED_SHINGLES else None
    if n_small < BRIEF_SHINGLES and 1 - extra < MIN_SIMILARITY:
        return None
    return Verdict(round(similarity, 4), "revised", False)


def _count_common(small: np.ndarray, large: np.ndarray) -> int:
    return int(np.count_nonzero(large.take(large.searchsorted(small), mode="clip") == small))


def _numbers_agree(small: Counter, large: Counter, similarity: float) -> bool:
    """Return whether the smaller text's numbers stand in the larger one, as far as damage to the text allows.

    One number says nothing. Of more, one at least must be there, and a quarter may be lost; two more where the texts are
    alike otherwise.
    """
    total, shared = small.total(), (small & large).total()
    anyhow = NUMBERS_FORGIVEN if similarity >= HIGH_SIMILARITY else 0
    return total < 2 or (shared > 0 and total - shared <= MAX_NUMBERS_LOST * total + anyhow)


def compare_pairs(texts: Sequence[str] | Mapping[int, str], candidates: Iterable[tuple[int, int]]) -> Iterator[Pair]:
    """Yield the near-duplicates among candidate pairs of text numbers, in the order given; see ``compare_texts``.

    A text is made ready once for the pairs it is in, where they follow one another.
    """
    prepared = lru_cache(TEXTS_KEPT_READY)(lambda number: Prepared.of(texts[number]))
    for left, right in candidates:
        if verdict := _compare(prepared(left), prepared(right)):
            first, second = (right, left) if verdict.swapped else (left, right)
            yield Pair(first, second, verdict.similarity, verdict.relation)


def find_near_duplicates(texts: Sequence[str]) -> list[Pair]:
    """Return all pairs of near-duplicates among the texts, ascending; see ``compare_texts`` for what the relations mean.

    Empty texts pair with nothing.

    >>> long = "云渡区图书馆昨日开馆，藏书三十万册，市民凭身份证即可借阅，当天有两千多人到馆。首批读者领到了纪念书签。"
    >>> find_near_duplicates([long, "清浦港迎来首艘货轮。", long.replace("首批读者领到了纪念书签。", "")])
    [Pair(left=0, right=2, similarity=1.0, relation='contains')]
    """
    samples, sizes = [], []
    for first in range(0, len(texts), TEXTS_TOGETHER):
        for shingles in shingle_all(texts[first : first + TEXTS_TOGETHER]):
            samples.append(sample(shingles).astype(np.int64))
            sizes.append(len(shingles))
    owners = np.repeat(np.arange(len(texts), dtype=np.int32), [len(sample) for sample in samples])
    values = np.concatenate([*samples, np.zeros(0, np.int64)])
    return sorted(compare_pairs(texts, find_candidates(owners, values, sizes)))
