"""Which characters of a text belong to names: a linear-chain conditional random field over characters.

How it works. The text is cut into words and word classes by the segmenter (rjieba). Every character is described by the
characters and words around it, their classes and word lists (``features``): each description is hashed to a row of one
table of weights, and the sum of its rows scores the labels. Where a name is at all possible, forward-backward gives the
probability of every label, and a name is a run of likeliest labels. All of it is done for the whole text at once in numpy.

Labels: B and I for persons, places and organisations, and O. An organisation is labelled as its leading places and then
its tail, so 云渡区人民武装部 is a place and an organisation's tail; ``transforms.names`` puts them together.

The weights (``data/names.npz``) were learned from the labels of a slower teacher (LAC, Apache-2.0) on plain modern
news; ``tests/bench/train_names.py`` makes the file.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import cache
from importlib.resources import files
from itertools import accumulate, repeat
from typing import NamedTuple

import numpy as np
import rjieba

from transforms.names.lexicon import divisions, organization_words, polite_words, surnames, title_words, world

KINDS = ("person", "place", "organization")
LABELS = ("O", "B-person", "I-person", "B-place", "I-place", "B-organization", "I-organization")
N_LABELS = len(LABELS)
COLUMNS = 8
BITS = 20
TAGS = ("n", "nr", "nrt", "nrfg", "ns", "nt", "nz", "v", "vn", "a", "ad", "an", "d", "m", "q", "t", "p", "c", "r", "u", "f", "s", "j", "b", "l", "i", "x", "eng")
TAG_NUMBER = {tag: number for number, tag in enumerate(TAGS, 1)}
BOUNDARY = 10
LONGEST_WORD = 32


class Piece(NamedTuple):
    """A stretch of text that is a name, or part of one: of an organisation the tail behind its leading places."""

    start: int
    end: int
    kind: str
    sure: float


class Words:
    """The words of a text: ``starts[i]`` is where word ``i`` begins, ``tags[i]`` its class as the segmenter sees it."""

    def __init__(self, text: str) -> None:
        pairs = rjieba.tag(text) if text else []
        self.text = text
        self.words = [word for word, _ in pairs]
        self.tags = [tag for _, tag in pairs]
        self.starts = list(accumulate(map(len, self.words), initial=0))[:-1]

    def index_at(self, offset: int) -> int:
        """Return the number of the word that holds the character at ``offset``."""
        return bisect_right(self.starts, offset) - 1

    def ending_at(self, offset: int) -> int:
        """Return the number of the last word that begins before ``offset``."""
        return bisect_left(self.starts, offset) - 1


@cache
def _folded() -> np.ndarray:
    """Return what each character of the basic plane counts as: digits as 0, Latin letters as a, full width as half."""
    table = np.arange(0x10000, dtype=np.uint32)
    table[0xFF01:0xFF5F] = np.arange(0x21, 0x7F)
    wide = table.copy()
    for first, last, to in (("0", "9", "0"), ("a", "z", "a"), ("A", "Z", "a")):
        table[(wide >= ord(first)) & (wide <= ord(last))] = ord(to)
    table[0x3000] = 0x20
    for odd, plain in zip("—―－─·•・「」『』《》", "-----··" + "·“”“”《》", strict=False):
        table[ord(odd)] = ord(plain)
    return table


@cache
def _word_lists() -> dict[str, int]:
    """Return the number of the list that a word is in."""
    found = dict.fromkeys(organization_words(), 5)
    found |= {name: {"province": 6, "city": 7, "county": 8}[some[0].level] for name, some in divisions().items() if len(name) > 1}
    found |= {name: {"country": 9, "city": 10}.get(level, 11) for name, level in world().items()}
    found |= {word: {"office": 1, "rank": 2, "civil": 3}[kind] for word, kind in title_words().items()}
    found |= {word: 4 for word in polite_words() if word not in found}
    found |= dict.fromkeys(("记者", "通讯员", "摄", "电", "讯", "本报讯", "报道", "摄影"), 14)
    return found


@cache
def _powers() -> np.ndarray:
    return np.cumprod(np.full(LONGEST_WORD, 0x01000193, dtype=np.uint32), dtype=np.uint32)


@cache
def _surname_kind() -> np.ndarray:
    """Return 2 for characters that are surnames, 1 for those that are seldom ones, 0 for others."""
    table = np.zeros(0x10000, dtype=np.uint32)
    for char in surnames().common:
        table[ord(char)] = 1
    for char in surnames().strong:
        table[ord(char)] = 2
    return table


FACTORS = tuple((0x9E3779B1 * (2 * n + 1)) ** 3 & 0xFFFFFFFF | 1 for n in range(1, 8))

# What is looked at together for each character. c: characters, w: words, s: words' shapes (class, size, word list), k: the
# character's place in its word, f: the pattern of surnames around it, z: sizes of the words around it. The digit is how far off, - before.
TEMPLATES = tuple(line.split() for line in """
c0|c-1|c1|c-2|c2|c-1 c0|c0 c1|c-2 c-1|c1 c2|c-1 c0 c1|c-2 c-1 c0|c0 c1 c2|c-1 c1
w0 k|w-1 k|w1 k|s0 k|s-1 s0 k|s0 s1 k|s-2 s-1 s0 k|f z k|f s0 s1 k|f s-1 k|c-1 f c2
""".strip().replace("\n", "|").split("|"))


def features(words: Words, bits: int = BITS) -> np.ndarray:
    """Return the rows of the table that describe each character: one line per description, one column per character."""
    codes = np.frombuffer(words.text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    codes = np.where(codes < 0x10000, codes, 0xFFFD)
    n_words, n_chars = len(words.words), len(codes)
    lengths = np.fromiter(map(len, words.words), dtype=np.int64, count=n_words)
    starts = np.cumsum(lengths) - lengths
    word_of = np.repeat(np.arange(3, n_words + 3), lengths)
    within = np.arange(n_chars) - starts.repeat(lengths)
    left = lengths.repeat(lengths) - 1 - within

    def padded(values: np.ndarray) -> np.ndarray:
        out = np.full(len(values) + 6, BOUNDARY, dtype=np.uint32)
        out[3:-3] = values
        return out

    chars = padded(_folded()[codes])
    surname = padded(_surname_kind()[codes])
    hashes = padded(np.add.reduceat(chars[3:-3] * _powers()[np.minimum(within, LONGEST_WORD - 1)], starts))
    tags = np.fromiter(map(TAG_NUMBER.get, words.tags, repeat(0)), dtype=np.uint32, count=n_words)
    lists = np.fromiter(map(_word_lists().get, words.words, repeat(0)), dtype=np.uint32, count=n_words)
    sizes = np.minimum(lengths, 5).astype(np.uint32)
    shapes = padded((tags * 16 + lists) * 8 + sizes)
    sizes = padded(sizes)
    given: dict[str, np.ndarray] = {
        "k": (np.minimum(within, 3) * 4 + np.minimum(left, 3)).astype(np.uint32),
        "z": (sizes[2:-4] * 36 + sizes[3:-3] * 6 + sizes[4:-2])[word_of - 3],
        "f": surname[1:-5] * 27 + surname[2:-4] * 9 + surname[3:-3] * 3 + surname[4:-2],
    }
    for by in (-3, -2, -1, 0, 1, 2, 3):
        given[f"c{by}"] = chars[3 + by : n_chars + 3 + by]
    for by in (-2, -1, 0, 1):
        given[f"s{by}"] = shapes[word_of + by]
        given[f"w{by}"] = hashes[word_of + by]
    rows = np.empty((len(TEMPLATES), n_chars), dtype=np.uint32)
    term = np.empty(n_chars, dtype=np.uint32)
    for number, (row, template) in enumerate(zip(rows, TEMPLATES, strict=True)):
        row.fill((number * 0x9E3779B1 + 0x7F4A7C15) & 0xFFFFFFFF)
        for name, factor in zip(template, FACTORS, strict=False):
            np.multiply(given[name] + np.uint32(number), np.uint32(factor), out=term)
            row += term
            row ^= row >> np.uint32(15)
    rows *= np.uint32(0x85EBCA6B)
    return rows >> np.uint32(32 - bits)


class Model(NamedTuple):
    """Weights of the descriptions (rows of eight bytes, read as one), their unit, and of label after label."""

    rows: np.ndarray
    unit: float
    transitions: np.ndarray


def packed(weights: np.ndarray, unit: float, moves: np.ndarray) -> Model:
    """Return a model of whole-number weights (row x label) as the tagger reads it."""
    rows = np.full((len(weights), COLUMNS), ZERO, dtype=np.uint8)
    rows[:, :N_LABELS] = weights.astype(np.int16) + ZERO
    return Model(rows.view(np.uint64).ravel(), unit, np.exp(moves))


@cache
def model() -> Model:
    """Return the weights that ship."""
    with files("transforms.data").joinpath("names.npz").open("rb") as source:
        stored = np.load(source)
        rows = np.zeros((1 << BITS, N_LABELS), dtype=np.int8)
        rows[np.cumsum(stored["gaps"], dtype=np.int64)] = stored["weights"]
        return packed(rows, float(stored["unit"]), stored["transitions"].astype(np.float64))


EVEN_BYTES = np.uint64(0x00FF00FF00FF00FF)
ZERO = 128  # weights are stored as bytes, nought as 128, so that eight of them can be added up as one number


def scores(words: Words, weights: Model) -> np.ndarray:
    """Return the score of each label for each character, transitions left out."""
    rows = features(words)
    found = weights.rows.take(rows)
    even = (found & EVEN_BYTES).sum(axis=0)
    odd = ((found >> np.uint64(8)) & EVEN_BYTES).sum(axis=0)
    total = np.empty((len(even), COLUMNS), dtype=np.float32)
    total[:, 0::2] = even.view(np.uint16).reshape(-1, 4)
    total[:, 1::2] = odd.view(np.uint16).reshape(-1, 4)
    return (total[:, :N_LABELS] - len(rows) * ZERO) * np.float32(weights.unit)


def stretches(score: np.ndarray, transitions: np.ndarray, margin: float = 4.0) -> list[tuple[int, int]]:
    """Return the runs of characters where a name is possible, a character to spare at both ends."""
    moves = np.log(transitions[0])
    begins = (score[:, 1::2] + moves[1::2]).max(axis=1) > score[:, 0] + moves[0] - margin
    possible = np.flatnonzero(begins | (score[:, 2::2].max(axis=1) > score[:, 0] - margin))
    if not len(possible):
        return []
    cuts = np.flatnonzero(np.diff(possible) > 2) + 1
    firsts = np.concatenate(([0], cuts))
    lasts = possible[np.concatenate((cuts, [len(possible)])) - 1]
    named = np.add.reduceat(begins[possible], firsts) > 0
    firsts = possible[firsts]
    return list(zip(np.maximum(firsts - 1, 0)[named].tolist(), np.minimum(lasts + 2, len(score))[named].tolist(), strict=True))


def marginals(score: np.ndarray, runs: list[tuple[int, int]], transitions: np.ndarray) -> list[np.ndarray]:
    """Return the probability of each label for each character of each run, by forward-backward over all runs at once.

    Runs are taken longest first, so that those still going on are always the first rows.
    """
    order = sorted(range(len(runs)), key=lambda i: runs[i][0] - runs[i][1])
    lengths = np.array([runs[i][1] - runs[i][0] for i in order])
    longest = int(lengths[0])
    starts = np.array([runs[i][0] for i in order])
    going = [int(np.searchsorted(-lengths, -step, side="left")) for step in range(longest)]
    at = np.minimum(starts[:, None] + np.arange(longest)[None, :], len(score) - 1)
    likely = np.exp(np.clip(score - score.max(axis=1, keepdims=True), -50, 0)).astype(np.float64)[at]
    forward = np.zeros_like(likely)
    backward = np.ones_like(likely)
    first = transitions[0] * likely[:, 0]
    forward[:, 0] = first / first.sum(axis=1, keepdims=True)
    for step in range(1, longest):
        n = going[step]
        value = (forward[:n, step - 1] @ transitions) * likely[:n, step]
        forward[:n, step] = value / value.sum(axis=1, keepdims=True)
    for step in range(longest - 2, -1, -1):
        n = going[step + 1]
        value = (backward[:n, step + 1] * likely[:n, step + 1]) @ transitions.T
        backward[:n, step] = value / value.sum(axis=1, keepdims=True)
    both = forward * backward
    both /= np.maximum(both.sum(axis=2, keepdims=True), 1e-300)
    out: list[np.ndarray] = [both[0, :0]] * len(runs)
    for row, index in enumerate(order):
        out[index] = both[row, : lengths[row]]
    return out


def pieces(words: Words, weights: Model | None = None) -> list[Piece]:
    """Return the pieces of names of a text, left to right, without overlap, each with its probability."""
    if not words.words:
        return []
    weights = weights or model()
    score = scores(words, weights)
    runs = stretches(score, weights.transitions)
    found: list[Piece] = []
    if not runs:
        return found
    for (start, _), chance in zip(runs, marginals(score, runs, weights.transitions), strict=True):
        labels = chance.argmax(axis=1).tolist()
        sure = chance.max(axis=1).tolist()
        at = 0
        while at < len(labels):
            if not labels[at]:
                at += 1
                continue
            kind = (labels[at] - 1) // 2
            end = at + 1
            inside = 2 * kind + 2
            while end < len(labels) and labels[end] == inside:
                end += 1
            found.append(Piece(start + at, start + end, KINDS[kind], min(sure[at:end])))
            at = end
    return found
