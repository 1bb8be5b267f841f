"""Duplicates: blocks that say again what another block of the page says.

A candidate is a block that has a long clause, or its last characters, in common with another. It is a duplicate where it
equals the other (``exact``), equals a part of it that reaches from somewhere within to its end, or from its beginning to
somewhere within (``contained``), or does so but for a character in thirty (``near``). Short blocks (重复的小标题、图片：) say too
little to be duplicates on their own; they count where the block before them is a duplicate too and duplicates the block before
the other.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from transforms.pages.blocks import Line

PAUSE_OR_GAP = re.compile(r"[，。；：、！？,;:!?\s“”‘’（）()《》]")
KEY_CHARS = 7  # characters of a clause's end by which a block is looked up
END_CHARS = 10  # first and last characters by which a block is looked up
MAX_CANDIDATES = 6  # blocks that are compared with one, those with most keys in common
MIN_LENGTH = 18  # characters of a block that can be found to say another again
FARTHEST, NEXT_COLUMN = 12, 5
MIN_INNER = 40  # characters of a block that another holds but not at its end
MIN_IN_RUN = 4  # characters of a block that goes on a run of duplicates
LINES_TO_LEAD, LONGEST_HEADLINE = 3, 60
MIN_ALONE = 24
"""Characters of a line that is a duplicate where the page has no other."""
CHARS_PER_SLIP = 30  # characters for each that two texts may differ in
MAX_SLIPS = 4  # characters that two texts may differ in at most
SAMPLE, SAMPLES = 5, 10


class Duplicate(NamedTuple):
    """Block ``block`` says again what block ``of`` says (both counted from 0)."""

    block: int
    of: int
    kind: str


def find_duplicates(lines: Sequence[Line], leads: Sequence[int]) -> dict[int, Duplicate]:
    """Return the duplicates of a page by block; what they repeat is no duplicate itself. ``leads`` counts the datelines up to
    each block: beyond one, another report may quote what a column would only repeat whole.

    >>> from transforms.pages.blocks import cut_blocks
    >>> page = "渡口通航以后，两岸居民往来更加方便，客流明显增加。\\n\\n渡口通航以后，两岸居民往来更加方便，客流明显增加。"
    >>> find_duplicates(cut_blocks(page), [0, 0])[1].kind
    'exact'
    """
    duplicates: dict[int, Duplicate] = {}
    seen: dict[str, list[int]] = {}
    keys_of = {index: lookup_keys(line.text) for index, line in enumerate(lines) if len(line.text) >= MIN_LENGTH}
    n_lines = Counter(chain.from_iterable(keys_of.values()))
    shared = {key for key, n in n_lines.items() if n > 1}
    for index in sorted(keys_of, key=lambda index: (-len(lines[index].text), index)):
        keys = keys_of[index] & shared
        votes: dict[int, int] = {}
        for key in keys:
            for other in seen.get(key, ()):
                votes[other] = votes.get(other, 0) + 1
        found = best_original(lines, index, votes, leads)
        if found:
            duplicates[index] = found
            continue
        for key in keys:
            holders = seen.setdefault(key, [])
            if len(holders) < MAX_CANDIDATES:
                holders.append(index)
    duplicates = proven_duplicates(duplicates, lines) | headlines_printed_twice(lines)
    extend_runs(lines, duplicates)
    return duplicates


def proven_duplicates(duplicates: Mapping[int, Duplicate], lines: Sequence[Line]) -> dict[int, Duplicate]:
    """Return the duplicates that are proven: a headline that its own lead says again is none, and where a page repeats nothing else, only what
    is said again whole.
    """
    found = {
        block: one for block, one in duplicates.items() if not (0 < one.of - block <= LINES_TO_LEAD and can_be_headline(lines[block].text))
    }
    if len(found) > 1:
        return found
    return {block: one for block, one in found.items() if one.kind == "exact" and len(lines[block].text) >= MIN_ALONE}


def headlines_printed_twice(lines: Sequence[Line]) -> dict[int, Duplicate]:
    """Return the lines that say at once what the headline before them says, as sites print the name of a page over it. No page of the press
    does; songs do, among other short lines.
    """
    return {
        block: Duplicate(block, block - 1, "exact")
        for block in range(1, len(lines))
        if lines[block].text == lines[block - 1].text
        and len(lines[block].text) >= MIN_IN_RUN
        and can_be_headline(lines[block].text)
        and any(len(line.text) > 2 * MIN_LENGTH for line in lines[block + 1 : block + 1 + LINES_TO_LEAD])
        and (block < 2 or lines[block - 2].text != lines[block].text)
    }


def can_be_headline(text: str) -> bool:
    """Return whether a text can be a headline: short, without a full stop."""
    return len(text) <= LONGEST_HEADLINE and text[-1] not in "。，；"


def lookup_keys(text: str) -> set[str]:
    """Return the pieces by which a block is looked up: the ends of its long clauses, and its first and last characters."""
    keys = {clause[-KEY_CHARS:] for clause in PAUSE_OR_GAP.split(text) if len(clause) >= KEY_CHARS}
    keys.add(text[:END_CHARS])
    keys.add(text[-END_CHARS:])
    return keys


def best_original(lines: Sequence[Line], index: int, votes: dict[int, int], leads: Sequence[int]) -> Duplicate | None:
    """Return which block the block duplicates, None where none; of several the one with most in common, then the nearest."""
    for other in sorted(votes, key=lambda other: (-votes[other], abs(other - index), other))[:MAX_CANDIDATES]:
        if abs(other - index) > FARTHEST:
            continue
        kind = how_repeated(lines[index].text, lines[other].text)
        same_report = abs(other - index) <= NEXT_COLUMN or leads[max(other, index) - 1] == leads[min(other, index)]
        if kind == "exact" or kind and same_report:
            return Duplicate(index, other, kind)
    return None


def how_repeated(text: str, original: str) -> str | None:
    """Return how ``text`` duplicates ``original`` (not shorter than it): exact, contained, near, or None where it does not."""
    if text == original:
        return "exact"
    if original.endswith(text) or (original.startswith(text) or text in original) and len(text) >= MIN_INNER:
        return "contained"
    slips = min(len(text) // CHARS_PER_SLIP + 1, MAX_SLIPS)
    if len(text) < 2 * MIN_LENGTH and slips > 1:
        slips = 1
    if not shares_samples(text, original):
        return None
    for part in (original[-len(text) :], original[: len(text)]):
        if differ_by(text, part, slips) <= slips:
            return "near"
    return None


def shares_samples(text: str, original: str) -> bool:
    """Return whether at least half of some short pieces of a text stand in another: less, and they differ by far."""
    step = max(len(text) // SAMPLES, 1)
    pieces = [text[at : at + SAMPLE] for at in range(0, len(text) - SAMPLE + 1, step)]
    return 2 * sum(piece in original for piece in pieces) >= len(pieces)


def differ_by(text: str, other: str, most: int) -> int:
    """Return the edit distance of two texts, or ``most + 1`` where it is greater. Time grows with length times ``most``.

    >>> differ_by("两岸居民往来方便", "两岸居名往来方便", 2)
    1
    """
    furthest = {0: common_prefix(text, other, 0, 0)}
    goal = len(text) - len(other)
    for distance in range(most + 1):
        if furthest.get(goal, -1) >= len(text):
            return distance
        step: dict[int, int] = {}
        for diagonal in range(-distance - 1, distance + 2):
            best = max(
                furthest.get(diagonal, -2) + 1,
                furthest.get(diagonal - 1, -2) + 1,
                furthest.get(diagonal + 1, -2),
            )
            if best >= 0 and best <= len(text) and 0 <= best - diagonal <= len(other):
                step[diagonal] = best + common_prefix(text, other, best, best - diagonal)
        furthest = step
    return most + 1


def common_prefix(text: str, other: str, at: int, other_at: int) -> int:
    """Return how many characters agree from ``text[at:]`` and ``other[other_at:]`` on."""
    length = min(len(text) - at, len(other) - other_at)
    low, step = 0, 32
    while low < length:
        if text[at + low : at + low + step] == other[other_at + low : other_at + low + step]:
            low += step
        elif step == 1:
            return low
        else:
            step //= 2
    return min(low, length)


def extend_runs(lines: Sequence[Line], duplicates: dict[int, Duplicate]) -> None:
    """Add short blocks that stand beside a duplicate and repeat the block beside what it duplicates."""
    for step in (1, -1):
        for repeat in sorted(duplicates.values()):
            block, of = repeat.block + step, repeat.of + step
            while 0 <= block < len(lines) and 0 <= of < len(lines) and block not in duplicates and of not in duplicates and block != of:
                text = lines[block].text
                if len(text) < MIN_IN_RUN or text != lines[of].text:
                    break
                duplicates[block] = Duplicate(block, of, "exact")
                block, of = block + step, of + step
