"""The tagger: a linear-chain conditional random field that says which characters of a text belong to names and titles.

How it works. The text is cut into words and word classes by the segmenter (rjieba). Every character has attributes: the characters and words
around it, their classes and word lists (``attributes``). What is looked at together (``FEATURE_TEMPLATES``) is hashed to a row of one
table of weights, and the sum of its rows scores the labels (``features``, ``scores``). Where a name is at all possible (``candidate_runs``), forward-backward
gives the probability of every label (``marginals``), and a name is a run of likeliest labels. All of it is done for all texts of a page at once in numpy.

Labels: B and I for persons, places and organisations, I for titles, and O. ``tests/bench/train_names.py`` makes the weights (``data/names.npz``)
and says what they learned from.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from itertools import repeat
from typing import NamedTuple

import numpy as np

from transforms.lexicons import read_table
from transforms.lexicons.names import (
    divisions,
    name_characters,
    not_names,
    organization_words,
    place_tails,
    polite_words,
    surnames,
    title_words,
    untitled_words,
    world,
)
from transforms.text.segmentation import Words

SPAN_KINDS = ("person", "place", "organization", "title")
LABELS = (
    "O",
    "B-person",
    "I-person",
    "B-place",
    "I-place",
    "B-organization",
    "I-organization",
    "I-title",
)  # titles never touch: one label will do
N_LABELS = len(LABELS)
INSIDE = [number for number, label in enumerate(LABELS) if label.startswith("I-")]
BITS = 20  # of a feature's hash: as many rows of weights, a million
TAGS = (
    "n",
    "nr",
    "nrt",
    "nrfg",
    "ns",
    "nt",
    "nz",
    "v",
    "vn",
    "a",
    "ad",
    "an",
    "d",
    "m",
    "q",
    "t",
    "p",
    "c",
    "r",
    "u",
    "f",
    "s",
    "j",
    "b",
    "l",
    "i",
    "x",
    "eng",
)
TAG_NUMBER = {tag: number for number, tag in enumerate(TAGS, 1)}
BOUNDARY = 10  # code point that parts texts and stands at their ends: the line feed
GAP = 3  # how far a description looks
LONGEST_WORD = 32  # characters of a word that its hash tells apart


class CandidateSpan(NamedTuple):
    """A run of characters that is taken for a name or a title, half-open, the probability or share right of such ones, and the
    function that found it."""

    start: int
    end: int
    kind: str
    confidence: float
    rule: str = "tagger"


def code_points(text: str) -> np.ndarray:
    """Return the code points of a text as an array."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


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
    kinds = dict.fromkeys(organization_words(), 5)
    kinds |= {name: {"province": 6, "city": 7, "county": 8}[some[0].level] for name, some in divisions().items() if len(name) > 1}
    kinds |= {name: {"country": 9, "city": 10}.get(level, 11) for name, level in world().items()}
    kinds |= dict.fromkeys(not_names()["seldom"], 13)
    kinds |= dict.fromkeys(untitled_words(), 12)
    kinds |= {word: {"office": 1, "rank": 2, "civil": 3}[kind] for word, kind in title_words().items()}
    kinds |= {word: 4 for word in polite_words() if word not in kinds}
    kinds |= dict.fromkeys(("记者", "通讯员", "摄", "电", "讯", "本报讯", "报道", "摄影"), 14)
    return kinds


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


@cache
def _name_kind(place: str) -> np.ndarray:
    """Return how much each character tells of a name, by its place in it: 0 nothing, 3 much."""
    table = np.zeros(0x10000, dtype=np.uint32)
    for char, level in name_characters()[place].items():
        table[ord(char)] = level
    return table


FACTORS = tuple((0x9E3779B1 * (2 * n + 1)) ** 3 & 0xFFFFFFFF | 1 for n in range(1, 8))

# What is looked at together for each character. c: characters, w: words, s: words' shapes (class, size, word list), k: the
# character's place in its word, f: the pattern of surnames around it, z: sizes of the words around it, a, b, d: how well a Chinese name would
# begin here, one or two characters before, t: what of a foreign name is around it. The digit is how far off, - before.
FEATURE_TEMPLATES = sorted(
    (
        line.split()
        for line in """
c0|c-1|c1|c-2|c2|c-1 c0|c0 c1|c-2 c-1|c1 c2|c-1 c0 c1|c-2 c-1 c0|c0 c1 c2|c-1 c1
w0 k|w-1 k|w1 k|s0 k|s-1 s0 k|s0 s1 k|s-2 s-1 s0 k|f s0 s1 k|c-1 f c2
a z k|b z k|d z k|a s-1 k|a c-1|d s1 k|d c1|t z k|t s0 s1 k
mb|me|mi|mb me|mb c-1|me c1|mi c0|me-1 a|me-1 s0 k|mb1 c0|me-1 mb|me-1 t|mb1 d
""".strip()
        .replace("\n", "|")
        .split("|")
    ),
    key=len,
    reverse=True,
)
GIVEN = sorted({name for template in FEATURE_TEMPLATES for name in template})
CHOSEN = [[GIVEN.index(name) for name in template] for template in FEATURE_TEMPLATES]
SEEDS = np.arange(len(FEATURE_TEMPLATES), dtype=np.uint32) * np.uint32(0x9E3779B1) + np.uint32(0x7F4A7C15)


LEXICON_BITS = 22  # of the hash of a word of the lexicon: 4 million places, so that few words share one
LONGEST_IN_LEXICON = 9  # characters


def _places_in_lexicon(chars: np.ndarray, longest: int) -> Iterator[np.ndarray]:
    """Yield the places in the lexicon's table of what begins at each character, of two characters, of three and so on."""
    hashes, scaled = chars, chars * np.uint32(0x85EBCA6B)
    for size in range(2, longest + 1):
        hashes = hashes[:-1] * np.uint32(0x01000193) + scaled[size - 1 :]
        mixed = hashes ^ (hashes >> np.uint32(15))
        yield (mixed * np.uint32(0x2C1B3C6D)) >> np.uint32(32 - LEXICON_BITS)


def _lexicon_words() -> dict[str, int]:
    codes = {name: {"province": 1, "city": 1, "county": 2}[some[0].level] for name, some in divisions().items() if len(name) > 1}
    for line in read_table("towns.tsv"):
        codes |= {town[:-3]: 3 for town in line[1].split()}
    codes |= {name: 4 if level == "country" else 5 for name, level in world().items()}
    codes |= dict.fromkeys(organization_words(), 6)
    codes |= dict.fromkeys(untitled_words(), 12)
    codes |= {word: {"office": 7, "rank": 8, "civil": 9}[kind] for word, kind in title_words().items()}
    codes |= {word: 10 for word in polite_words() if word not in codes}
    return dict.fromkeys(place_tails(), 11) | codes


@cache
def _lexicon() -> np.ndarray:
    table = np.zeros(1 << LEXICON_BITS, dtype=np.uint8)
    by_size: dict[int, list[tuple[str, int]]] = {}
    for word, kind in _lexicon_words().items():
        by_size.setdefault(len(word), []).append((word, kind))
    for size, some in by_size.items():
        if 2 <= size <= LONGEST_IN_LEXICON:
            *_, places = _places_in_lexicon(_folded()[np.minimum(code_points("".join(word for word, _ in some)), 0xFFFF)], size)
            table[places[::size]] = [kind for _, kind in some]
    return table


def _matched(chars: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the longest word of the lexicon that begins at, ends at, and lies over each character: kind * 16 + size, 0 for none."""
    begins, ends, over = np.zeros((3, len(chars)), dtype=np.uint32)
    table = _lexicon()
    is_text = chars != BOUNDARY
    whole = is_text
    for size, places in enumerate(_places_in_lexicon(chars, min(LONGEST_IN_LEXICON, len(chars))), 2):
        whole = whole[:-1] & is_text[size - 1 :]
        kinds = table.take(places)
        at = np.flatnonzero((kinds != 0) & whole)
        value = kinds[at].astype(np.uint32) * 16 + size
        begins[at] = value
        ends[at + size - 1] = value
        over[(at[::-1, None] + np.arange(size)).ravel()] = value[::-1].repeat(size)  # of two the one that begins first
    return begins, ends, over


def gaps(sizes: Sequence[int]) -> np.ndarray:
    """Return the places of what is put around and between rows of these sizes, ``GAP`` of them each time.

    >>> gaps([2, 1]).tolist()
    [0, 1, 2, 5, 6, 7, 9, 10, 11]
    """
    return (np.cumsum([0, *(size + GAP for size in sizes)])[:, None] + np.arange(GAP)).ravel()


def attributes(several: Sequence[Words]) -> np.ndarray:
    """Return the attributes of each character, ``GIVEN``: one line each, one column per character.

    The columns are those of all texts in a row, ``GAP`` columns between two of them that mean nothing: no text sees the next.
    """
    tokens, classes = ["\n"] * GAP, [""] * GAP
    for words in several:
        tokens += [*words.words, *"\n" * GAP]
        classes += [*words.tags, *[""] * GAP]
    codes = code_points("".join(["\n" * GAP, *(words.text + "\n" * GAP for words in several)]))
    codes = np.where(codes < 0x10000, codes, 0xFFFD)
    n_words, n_chars = len(tokens), len(codes) - 2 * GAP
    lengths = np.fromiter(map(len, tokens), dtype=np.int64, count=n_words)
    starts = np.cumsum(lengths) - lengths
    word_of = np.repeat(np.arange(n_words), lengths)[GAP:-GAP]
    within = np.arange(len(codes)) - starts.repeat(lengths)
    left = lengths.repeat(lengths) - 1 - within
    around_texts = gaps([len(words.text) for words in several])
    around_words = gaps([len(words.words) for words in several])

    def bounded(values: np.ndarray, around: np.ndarray) -> np.ndarray:
        values[around] = BOUNDARY
        return values

    chars = bounded(_folded()[codes], around_texts)
    surname = bounded(_surname_kind()[codes], around_texts)
    middle, last, foreign = (bounded(_name_kind(place)[codes], around_texts) % 4 for place in ("middle", "last", "foreign"))
    hashes = bounded(np.add.reduceat(chars * _powers()[np.minimum(within, LONGEST_WORD - 1)], starts, dtype=np.uint32), around_words)
    tags = np.fromiter(map(TAG_NUMBER.get, classes, repeat(0)), dtype=np.uint32, count=n_words)
    lists = np.fromiter(map(_word_lists().get, tokens, repeat(0)), dtype=np.uint32, count=n_words)
    sizes = np.minimum(lengths, 5).astype(np.uint32)
    shapes = bounded((tags * 16 + lists) * 8 + sizes, around_words)
    sizes = bounded(sizes, around_words)
    within, left = within[GAP:-GAP], left[GAP:-GAP]
    begins, ends, over = (bounded(match, around_texts) for match in _matched(chars))
    given: dict[str, np.ndarray] = {
        "mb": begins[3:-3],
        "me": ends[3:-3],
        "mi": over[3:-3],
        "me-1": ends[2:-4],
        "mb1": begins[4:-2],
        "k": (np.minimum(within, 3) * 4 + np.minimum(left, 3)).astype(np.uint32),
        "z": (sizes[2:-4] * 36 + sizes[3:-3] * 6 + sizes[4:-2])[word_of - GAP],
        "f": surname[1:-5] * 27 + surname[2:-4] * 9 + surname[3:-3] * 3 + surname[4:-2],
    }
    name = surname[:-2] * 64 + middle[1:-1] * 16 + last[1:-1] * 4 + last[2:]  # of a name that begins at each character
    given |= {"a": name[3:-1], "b": name[2:-2], "d": name[1:-3] // 4 * 16 + last[3:-3] * 4 + last[4:-2]}
    given["t"] = foreign[1:-5] * 256 + foreign[2:-4] * 64 + foreign[3:-3] * 16 + foreign[4:-2] * 4 + foreign[5:-1]
    for by in (-3, -2, -1, 0, 1, 2, 3):
        given[f"c{by}"] = chars[3 + by : n_chars + 3 + by]
    for by in (-2, -1, 0, 1):
        given[f"s{by}"] = shapes[word_of + by]
        given[f"w{by}"] = hashes[word_of + by]
    return np.stack([given[name] for name in GIVEN])


def features(several: Sequence[Words], bits: int = BITS) -> np.ndarray:
    """Return the rows of the table that describe each character: one line per description, one column per character as in ``attributes``."""
    return np.stack(list(hashed(attributes(several), bits)))


def hashed(stacked: np.ndarray, bits: int) -> Iterator[np.ndarray]:
    """Yield the rows of the table that attributes hash to, a column for each column: description after description, as
    what is reckoned with then stays in the processor's cache.
    """
    spare = np.empty_like(stacked[0])
    for salt, (seed, given) in enumerate(zip(SEEDS, CHOSEN, strict=True)):
        rows = np.full_like(spare, seed)
        for factor, number in zip(FACTORS, given, strict=False):
            np.add(stacked[number], np.uint32(salt), out=spare)
            spare *= np.uint32(factor)
            rows += spare
            np.right_shift(rows, np.uint32(15), out=spare)
            rows ^= spare
        rows *= np.uint32(0x85EBCA6B)
        rows >>= np.uint32(32 - bits)
        yield rows


class Model(NamedTuple):
    """Weights of the descriptions (row x label) and, as factors, of label after label."""

    rows: np.ndarray
    transitions: np.ndarray


@cache
def shipped_model() -> Model:
    """Return the weights that ship."""
    with files("transforms.data").joinpath("names.npz").open("rb") as source:
        stored = np.load(source)
        rows = np.zeros((1 << BITS, N_LABELS), dtype=np.float32)
        rows[np.cumsum(stored["gaps"], dtype=np.int64)] = stored["weights"]
        return Model(rows, np.exp(stored["transitions"].astype(np.float64)))


AT_ONCE = 1 << 15
"""Characters whose descriptions are looked up at once, more than some pages have: the more, the more memory."""


def scores(several: Sequence[Words], weights: Model) -> np.ndarray:
    """Return the score of each label (a line) for each character (a column, as in ``attributes``), transitions left out."""
    stacked = attributes(several)
    total = np.zeros((stacked.shape[1], N_LABELS), dtype=np.float32)
    for first in range(0, stacked.shape[1], AT_ONCE):
        some = total[first : first + AT_ONCE]
        summed = np.empty_like(some)
        for rows in hashed(stacked[:, first : first + AT_ONCE], BITS):
            some += weights.rows.take(rows, axis=0, mode="clip", out=summed)
    return np.ascontiguousarray(total.T)


def candidate_runs(score: np.ndarray, between: np.ndarray, transitions: np.ndarray, margin: float = 4.0) -> np.ndarray:
    """Return the runs of characters where a name is possible, begin and end, a character to spare at both; ``between`` marks what is no text."""
    moves = np.log(transitions[0])
    begins = (score[1::2] + moves[1::2, None]).max(axis=0) > score[0] + moves[0] - margin
    possible = np.flatnonzero((begins | (score[2::2].max(axis=0) > score[0] - margin)) & ~between)
    if not len(possible):
        return np.empty((0, 2), dtype=np.int64)
    cuts = np.flatnonzero(np.diff(possible) > 2) + 1
    firsts = np.concatenate(([0], cuts))
    lasts = possible[np.concatenate((cuts, [len(possible)])) - 1]
    named = np.add.reduceat(begins[possible], firsts) > 0
    starts = np.maximum(possible[firsts] - 1, 0)[named]
    ends = np.minimum(lasts + 2, len(between))[named]
    return np.column_stack((starts + between[starts], ends - between[ends - 1]))


WINDOW, CONTEXT = 24, 8
SCALED_EVERY = 4  # steps; no product of so few becomes too small for a float


def windows(runs: np.ndarray) -> np.ndarray:
    """Return long runs cut into windows: where a window begins and ends, and the part of it that counts, each character once.

    What is further off than a context's width says next to nothing about a character, and short windows bound the work.

    >>> windows(np.array([(0, 10), (20, 60)])).tolist()
    [[0, 10, 0, 10], [20, 44, 20, 36], [28, 60, 36, 60]]
    """
    sizes, step = runs[:, 1] - runs[:, 0], WINDOW - CONTEXT
    several = 1 + np.maximum(-((WINDOW - sizes) // step), 0)
    starts, ends = runs.repeat(several, axis=0).T
    lasts = np.cumsum(several)
    firsts = starts + step * (np.arange(len(starts)) - (lasts - several).repeat(several))
    is_last = np.zeros(len(starts), dtype=bool)
    is_last[lasts - 1] = True
    return np.column_stack(
        (
            np.maximum(firsts - CONTEXT, starts),
            np.where(is_last, ends, firsts + WINDOW),
            firsts,
            np.where(is_last, ends, firsts + step),
        )
    )


def marginals(score: np.ndarray, runs: np.ndarray, transitions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the likeliest label of each character and its probability, by forward-backward over the windows of all runs at once.

    Characters outside the runs are O. Windows are taken longest first, so that those still going on are always the first rows.
    """
    cut = windows(runs)
    cut = cut[np.argsort(cut[:, 0] - cut[:, 1], kind="stable")]
    starts, lengths = cut[:, 0], cut[:, 1] - cut[:, 0]
    longest = int(lengths[0])
    going = np.searchsorted(-lengths, -np.arange(longest), side="left").tolist()
    offsets = starts + np.arange(longest)[:, None]
    at = np.minimum(offsets, score.shape[1] - 1)
    likely = np.ascontiguousarray(np.exp(np.maximum(score - score.max(axis=0), -50)).T, dtype=np.float64)[at]
    forward = np.zeros_like(likely)
    backward = np.broadcast_to(transitions[:, 0], likely.shape).copy()  # what follows a window is no name
    back_moves = np.ascontiguousarray(transitions.T)
    forward[0] = transitions[0] * likely[0]
    for step in range(1, longest):
        n = going[step]
        value = forward[step, :n]
        np.matmul(forward[step - 1, :n], transitions, out=value)
        value *= likely[step, :n]
        if not step % SCALED_EVERY:
            value /= value.sum(axis=1, keepdims=True)
    for step in range(longest - 2, -1, -1):
        n = going[step + 1]
        value = backward[step, :n]
        np.matmul(backward[step + 1, :n] * likely[step + 1, :n], back_moves, out=value)
        if not step % SCALED_EVERY:
            value /= value.sum(axis=1, keepdims=True)
    counts = (offsets >= cut[:, 2]) & (offsets < cut[:, 3])
    chances, counted = (forward * backward)[counts], at[counts]
    likeliest = chances.argmax(axis=1)
    labels = np.zeros(score.shape[1], dtype=np.int8)
    sure = np.ones(score.shape[1])
    labels[counted] = likeliest
    sure[counted] = chances[np.arange(len(chances)), likeliest] / np.maximum(chances.sum(axis=1), 1e-300)
    return labels, sure


def find_spans(words: Words, weights: Model | None = None) -> list[CandidateSpan]:
    """Return the pieces of names of a text, left to right, without overlap, each with its probability."""
    return find_spans_of([words], weights)[0]


def find_spans_of(several: Sequence[Words], weights: Model | None = None) -> list[list[CandidateSpan]]:
    """Return the pieces of names of each text; one by one gives the same, but most texts are too short for numpy to be fast."""
    spans: list[list[CandidateSpan]] = [[] for _ in several]
    weights = weights or shipped_model()
    score = scores(several, weights)
    between = np.zeros(score.shape[1], dtype=bool)
    between[gaps([len(words.text) for words in several])[GAP:-GAP] - GAP] = True
    runs = candidate_runs(score, between, weights.transitions)
    if not len(runs):
        return spans
    labels, sure = marginals(score, runs, weights.transitions)
    named = np.flatnonzero(labels)
    if not len(named):
        return spans
    before, after = labels[named[:-1]], labels[named[1:]]
    goes_on = np.isin(after, INSIDE) & ((after == before) | (after == before + 1) & (after % 2 == 0)) & (np.diff(named) == 1)
    firsts = np.flatnonzero(np.concatenate(([True], ~goes_on)))
    lasts = np.concatenate((firsts[1:], [len(named)])) - 1
    shares = np.minimum.reduceat(sure[named], firsts).tolist()
    kinds = ((labels[named[firsts]] - 1) // 2).tolist()
    begins = np.cumsum([0, *(len(words.text) + GAP for words in several)])
    text_of = np.searchsorted(begins, named[firsts], side="right") - 1
    starts, ends = (named[firsts] - begins[text_of]).tolist(), (named[lasts] + 1 - begins[text_of]).tolist()
    for number, start, end, kind, share in zip(text_of.tolist(), starts, ends, kinds, shares, strict=True):
        spans[number].append(CandidateSpan(start, end, SPAN_KINDS[kind], share))
    return spans
