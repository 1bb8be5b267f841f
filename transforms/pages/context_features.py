"""Features of a line among the others of its page: what stands around it, what it has in common with them, how pages of its kind are set.

A name that begins with ``*`` is asked of the line alone, not of its neighbours too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain

from transforms.pages.article_boundaries import shared_around
from transforms.pages.block_features import BlockFeatures, repeated_texts
from transforms.pages.blocks import Line
from transforms.pages.lexicon import places
from transforms.pages.linear_chain import bucket

LENGTHS = (1, 2, 3, 4, 6, 8, 11, 14, 18, 22, 27, 34, 43, 60, 90, 150, 300)
SHARES = (0.01, 0.1, 0.2, 0.35, 0.5, 0.8, 1.2, 1.8)
DIFFERENCES = (-1.0, -0.5, -0.2, -0.05, 0.05, 0.2, 0.5, 1.0)
DEPTHS = (0.02, 0.1, 0.25, 0.5, 0.8, 1.2, 1.8, 2.6)
DEPTH_REACH = 3  # lines around one that its depth is reckoned from
TITLES = frozenset(("heading", "title"))
"""What tags and names of fields call a headline."""
NUMBERING = re.compile(r"[(（【\[]?(?:No\.)?(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})(?:[)）】\]、.．]| (?=[^0-9]))\s*|[■□●○◆◇▲△★☆※·•]\s*")
MEANT_BY = (
    ("masthead", "masthead"),
    ("page number", "masthead"),
    ("full date", "dated"),
    ("navigation", "navigation"),
    ("trail", "navigation"),
    ("site words", "navigation"),
    ("lead", "lead"),
    ("post word", "byline"),
    ("byline", "byline"),
    ("metadata", "metadata"),
    ("furniture", "furniture"),
    ("time of day", "metadata"),
    ("date line", "date"),
    ("names", "names"),
    ("caption", "caption"),
    ("credit", "credit"),
    ("rubric", "rubric"),
    ("label", "label"),
    ("advert", "advert"),
    ("separator", "separator"),
    ("salutation", "salutation"),
    ("empty", "empty"),
)
MOST_ALIKE, SHORTEST_SAID_AGAIN = 4, 5


SHOWN_BY_METADATA = frozenset(("metadata", "time of day", "site words", "empty"))
PASSED_OVER = SHOWN_BY_METADATA | {"trail", "credit", "picture credit", "bracketed", "furniture", "navigation"}
"""What short lines show that stand between two texts without parting them."""


def look_of(line: BlockFeatures) -> str:
    """Return a line's look in a word: what it reads like, else its length and ending."""
    for rule, look in MEANT_BY:
        if rule in line.shows:
            return look
    if line.is_prose and not line.is_short:
        return f"prose {line.end}"
    return f"line {bucket(line.length, (5, 9, 27))} {line.end}"


def features_in_context(lines: Sequence[Line], features: Sequence[BlockFeatures]) -> list[list[str]]:
    """Return what each line shows by itself and among the others."""
    looks = [look_of(line) for line in features]
    views = (
        by_themselves(lines, features, looks),
        among_neighbours(lines, features, looks),
        set_apart(lines, looks, features),
        cohering(lines, features, looks),
        in_series(lines, features, looks),
    )
    return [list(chain(*shown)) for shown in zip(*views, strict=True)]


def by_themselves(lines: Sequence[Line], features: Sequence[BlockFeatures], looks: Sequence[str]) -> Iterator[list[str]]:
    """Yield what each line shows by itself: length, look and ending, the characters that it begins and ends with."""
    titled = any(line.label in TITLES for line in lines)
    for line, shown, look in zip(lines, features, looks, strict=True):
        length, text = bucket(shown.length, LENGTHS), line.reading
        names = ["bias", f"length={length}", f"*length={length} {look}", f"end={shown.end}", f"look={look}", *shown.shows]
        if text:
            number = NUMBERING.match(text)
            start = number and text[number.end() :][:2] or text[:2]
            names += [f"*first={start[0]}", f"*last={text[-1]}", f"*first two={start.strip()}", f"*last two={text[-2:].strip()}"]
        if line.label:
            names += [f"label={line.label}", f"label={line.label} {look}"]
        if titled:
            names += [f"*titled page={line.label or 'none'}", f"*titled page={line.label or 'none'} {look}"]
        yield names


def among_neighbours(lines: Sequence[Line], features: Sequence[BlockFeatures], looks: Sequence[str]) -> Iterator[list[str]]:
    """Yield how each line looks beside its neighbours, and on a page that is set as this one is."""
    padded = ["page", "page", *looks, "page", "page"]
    style, shorts = style_of(features, looks), runs_of_short(features)
    before_text, after_text = nearest_texts(features, looks)
    for at, look in enumerate(looks):
        before2, before, _, after, after2 = padded[at : at + 5]
        yield [
            f"*looks={before}|{look}|{after}",
            f"*before={before2}|{before}|{look}",
            f"*after={look}|{after}|{after2}",
            f"*style={style} {look}|{after}",
            f"*style={style} {before}|{look}",
            f"*short run={shorts[at]}",
            f"*between={before_text[at]}|{look}|{after_text[at]}",
            f"*at={min(at, 6)} {look}",
        ]


def set_apart(lines: Sequence[Line], looks: Sequence[str], features: Sequence[BlockFeatures]) -> Iterator[list[str]]:
    """Yield how far each line stands from its neighbours and from the margin."""
    gaps = Counter(line.gap for line in lines[1:])
    usual_gap = min(gaps, key=lambda gap: (-gaps[gap], gap)) if gaps else 1
    some_indented = any(line.indent >= 2 for line in lines)
    wider = [3, *(max(-1, min(line.gap - usual_gap, 2)) for line in lines[1:]), 3]
    for line, look, shown, gap, gap_after in zip(lines, looks, features, wider, wider[1:], strict=False):
        names = [f"*gap={gap} {look}", f"*gaps={gap} {gap_after} {shown.is_short}"]
        yield [*names, f"*indent={line.indent >= 2} {look}"] if some_indented else names


def cohering(lines: Sequence[Line], features: Sequence[BlockFeatures], looks: Sequence[str]) -> Iterator[list[str]]:
    """Yield how much each line has in common with those before and after it."""
    around = shared_around(lines)
    depths = depths_of([onward for _, _, onward in around])
    texts = ["", *(line.reading for line in lines), ""]
    for at, ((of_before, of_after, onward), depth, shown, look) in enumerate(zip(around, depths, features, looks, strict=True)):
        after = looks[at + 1] if at + 1 < len(looks) else "page"
        deep, share = bucket(depth, DEPTHS), bucket(onward, SHARES)
        names = [
            f"*depth={deep} {shown.is_short}",
            f"*depth={deep} {look}|{after}",
            f"*said before={bucket(of_before, SHARES)} {shown.is_short}",
            f"*said after={bucket(of_after, SHARES)} {shown.is_short}",
            f"*onward={share} {shown.is_short}",
            f"*onward={share} {look}",
        ]
        if of_before is not None and of_after is not None:
            names.append(f"*nearer={bucket(of_after - of_before, DIFFERENCES)} {shown.is_short}")
        if shown.is_short and shown.length >= SHORTEST_SAID_AGAIN and at + 1 < len(lines):
            names.append(f"*said again={texts[at + 1] in texts[at + 2]} {texts[at + 1] in texts[at]}")
        yield names


def in_series(lines: Sequence[Line], features: Sequence[BlockFeatures], looks: Sequence[str]) -> Iterator[list[str]]:
    """Yield whether each line is one of several of its kind: numbered ones, those with a word in common, those that the page prints again."""
    texts = [line.reading for line in lines]
    repeated, last_place = repeated_texts(texts), {text: at for at, text in enumerate(texts)}
    numbering, alike = numbering_of(lines, features), numbers_alike(lines, features)
    for at, (text, look) in enumerate(zip(texts, looks, strict=True)):
        after = looks[at + 1] if at + 1 < len(looks) else "page"
        names = [f"*alike={alike[at]}", f"*alike={alike[at]} {look}|{after}"] if alike[at] else []
        if numbering[at]:
            names += [f"*numbered={numbering[at]}", f"*numbered={numbering[at]} {look}|{after}"]
        if text in repeated:
            names.append("repeated")
        if last_place[text] > at:
            names.append(f"*printed again {look}")  # as the lists of titles that sites put over a page are
        if features[at].is_short and text in places():
            names += ["*place", f"*place {after}"]
        yield names


def depths_of(onward: Sequence[float | None]) -> list[float | None]:
    """Return how much less the text behind a line's beginning has in common with that before it than the text around has: the deeper, the likelier
    something else begins (Hearst 1997, TextTiling).
    """
    known = [-1.0] * DEPTH_REACH + [-1.0 if shared is None else shared for shared in onward] + [-1.0] * DEPTH_REACH
    depths: list[float | None] = []
    for at, shared in enumerate(onward):
        before, after = max(known[at : at + DEPTH_REACH]), max(known[at + DEPTH_REACH + 1 : at + 2 * DEPTH_REACH + 1])
        depths.append(None if shared is None or before < 0 or after < 0 else max(before - shared, 0.0) + max(after - shared, 0.0))
    return depths


def numbering_of(lines: Sequence[Line], features: Sequence[BlockFeatures]) -> list[str]:
    """Return, for each short line that a number opens, how the number is written and whether the first line of the page has one too."""
    found = [NUMBERING.match(line.reading) if shown.is_short else None for line, shown in zip(lines, features, strict=True)]
    shapes = [
        match and "0" + match[0].lstrip("0123456789").strip() if match and match[0].strip("(（[【第No. ")[:1].isdigit() else match and "一"
        for match in found
    ]
    first = next((shape for shape, line in zip(shapes, lines, strict=True) if line.reading), None)
    counts = Counter(shapes)
    return ["" if shape is None else f"{shape[0]} {shape == first} {min(counts[shape], 4)}" for shape in shapes]


def style_of(features: Sequence[BlockFeatures], looks: Sequence[str]) -> str:
    """Return how a page sets its articles: what follows most of the short lines that stand over something."""
    after = Counter(
        "lead"
        if looks[at + 1] in ("lead", "byline", "names")
        else "metadata"
        if looks[at + 1] in ("metadata", "masthead", "date")
        else "prose"
        for at in range(len(features) - 1)
        if features[at].is_short
        and looks[at].startswith("line")
        and (looks[at + 1] in ("lead", "byline", "names", "metadata", "date") or looks[at + 1].startswith("prose"))
    )
    n = sum(after.values())
    return "-".join(str((3 * after[kind] + n // 2) // n) for kind in ("lead", "metadata")) if n else "none"


def runs_of_short(features: Sequence[BlockFeatures]) -> list[str]:
    """Return, for each line, how many short lines stand unbroken before it, and after it."""
    before, after = [0] * len(features), [0] * len(features)
    for at in range(1, len(features)):
        before[at] = before[at - 1] + 1 if features[at - 1].is_short else 0
    for at in range(len(features) - 2, -1, -1):
        after[at] = after[at + 1] + 1 if features[at + 1].is_short else 0
    return [f"{min(low, 4)} {min(high, 4)} {shown.is_short}" for low, high, shown in zip(before, after, features, strict=True)]


def nearest_texts(features: Sequence[BlockFeatures], looks: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the looks of the nearest lines before and after each that are neither credits nor of the frame of a page."""
    kept = [shown.shows.isdisjoint(PASSED_OVER) or not shown.is_short for shown in features]
    found = []
    for order in (range(len(looks)), range(len(looks) - 1, -1, -1)):
        nearest, last = [""] * len(looks), "page"
        for at in order:
            nearest[at] = last
            last = looks[at] if kept[at] else last
        found.append(nearest)
    return found[0], found[1]


def numbers_alike(lines: Sequence[Line], features: Sequence[BlockFeatures]) -> list[int]:
    """Return, for each short line, how many short lines of the page begin or end with the same two characters; 0 for others."""
    ends = [
        (line.reading[:2], line.reading[-2:]) if shown.is_short and shown.length > 2 else None
        for line, shown in zip(lines, features, strict=True)
    ]
    firsts, lasts = Counter(end[0] for end in ends if end), Counter(end[1] for end in ends if end)
    return [min(max(firsts[end[0]], lasts[end[1]]), MOST_ALIKE) if end else 0 for end in ends]
