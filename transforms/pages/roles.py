"""Choose what each line is and where articles begin: the likeliest sequence of labels of a linear-chain model.

The labels are those of a reader going down a page: a headline's first line (``headline``), its further lines (``more``), a paragraph that
begins an article without a headline (``untitled``), a caption that is news by itself (``photo``), a further paragraph, a subhead, a byline, a caption, a credit, a line of metadata
within an article, furniture. Their weights (``data/page_roles.tsv``) are learned by ``tests.bench.train_pages`` from pages in all physical
forms. A line shows what it is (``block_features``), how long it is and which characters it begins and ends with, what stands around it, how
much it says again, and how pages of its kind are set.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Sequence

from transforms.pages.article_boundaries import pairs_of, shared_around
from transforms.pages.block_features import BlockFeatures, repeated_texts
from transforms.pages.blocks import Line
from transforms.pages.linear_chain import model

WEIGHTS = "page_roles.tsv"
BEGINS_ARTICLE = frozenset(("headline", "untitled", "photo"))
ROLE = {
    "headline": "headline", "more": "headline", "byline": "byline", "untitled": "body", "photo": "caption", "body": "body", "subhead": "subhead", "caption": "caption",
    "credit": "credit", "metadata": "furniture", "furniture": "furniture",
}
LENGTHS = (1, 2, 3, 4, 6, 8, 11, 14, 18, 22, 27, 34, 43, 60, 90, 150, 300)
SHARES = (0.01, 0.1, 0.2, 0.35, 0.5, 0.8, 1.2, 1.8)
DIFFERENCES = (-1.0, -0.5, -0.2, -0.05, 0.05, 0.2, 0.5, 1.0)
MEANT_BY = (
    ("masthead", "masthead"), ("page number", "masthead"), ("full date", "dated"), ("navigation", "navigation"), ("lead", "lead"), ("post word", "byline"), ("byline", "byline"), ("metadata", "metadata"),
    ("furniture", "furniture"), ("time of day", "metadata"), ("date line", "date"), ("names", "names"), ("caption", "caption"), ("credit", "credit"), ("rubric", "rubric"), ("label", "label"),
    ("advert", "advert"), ("salutation", "salutation"), ("empty", "empty"),
)


def read_roles(lines: Sequence[Line], features: Sequence[BlockFeatures], allowed: Sequence[Collection[str]] = ()) -> list[str]:
    """Return the likeliest label of each line; ``allowed``, where not empty, are the labels that reviewers left to it."""
    return model(WEIGHTS).decode(features_in_context(lines, features), allowed)


def bucket(value: float | None, steps: Sequence[float]) -> str:
    """Return how many of the steps, which rise, a value reaches, ``none`` for no value."""
    return "none" if value is None else str(bisect_right(steps, value))


def look_of(line: BlockFeatures) -> str:
    """Return a line's look in a word: what it reads like, else its length and ending."""
    for rule, look in MEANT_BY:
        if rule in line.shows:
            return look
    if line.is_prose and not line.is_short:
        return f"prose {line.end}"
    return f"line {bucket(line.length, (5, 9, 27))} {line.end}"


def features_in_context(lines: Sequence[Line], features: Sequence[BlockFeatures]) -> list[list[str]]:
    """Return what each line shows by itself and among the others. What begins with ``*`` is asked of the line alone, not of its
    neighbours too.
    """
    looks = [look_of(line) for line in features]
    padded = ["page", "page", *looks, "page", "page"]
    around = shared_around(pairs_of(lines))
    repeated = repeated_texts([line.reading for line in lines])
    last_place = {line.reading: at for at, line in enumerate(lines)}
    gaps = Counter(line.gap for line in lines[1:])
    usual_gap = min(gaps, key=lambda gap: (-gaps[gap], gap)) if gaps else 1
    style = style_of(features, looks)
    some_indented = any(line.indent >= 2 for line in lines)
    shorts = runs_of_short(features)
    found = []
    for at, (line, shown) in enumerate(zip(lines, features, strict=True)):
        text, look = line.reading, looks[at]
        before2, before, _, after, after2 = padded[at : at + 5]
        of_before, of_after, onward = around[at]
        gap = max(-1, min(line.gap - usual_gap, 2)) if at else 3
        gap_after = max(-1, min(lines[at + 1].gap - usual_gap, 2)) if at + 1 < len(lines) else 3
        names = [
            "bias", f"length={bucket(shown.length, LENGTHS)}", f"end={shown.end}", f"look={look}", *shown.shows,
            f"*looks={before}|{look}|{after}", f"*before={before2}|{before}|{look}", f"*after={look}|{after}|{after2}",
            f"*said before={bucket(of_before, SHARES)} {shown.is_short}", f"*said after={bucket(of_after, SHARES)} {shown.is_short}", f"*onward={bucket(onward, SHARES)} {shown.is_short}",
            f"*onward={bucket(onward, SHARES)} {look}", f"*gap={gap} {look}", f"*gaps={gap} {gap_after} {shown.is_short}", f"*style={style} {look}|{after}", f"*style={style} {before}|{look}",
            f"*short run={shorts[at]}", f"*at={min(at, 6)} {look}", f"*from end={min(len(lines) - 1 - at, 4)} {look}",
        ]
        if of_before is not None and of_after is not None:
            names.append(f"*nearer={bucket(of_after - of_before, DIFFERENCES)} {shown.is_short}")
        if some_indented:
            names.append(f"*indent={line.indent >= 2} {look}")
        if line.label:
            names += [f"label={line.label}", f"label={line.label} {look}"]
        if text in repeated:
            names.append("repeated")
        if last_place[text] > at:
            names.append(f"*printed again {look}")  # as the lists of titles that sites put over a page are
        if text:
            names += [f"first={text[0]}", f"last={text[-1]}", f"first two={text[:2].strip()}", f"last two={text[-2:].strip()}"]
        if shown.is_short and at + 1 < len(lines) and shown.length >= 5:
            names.append(f"*said again={text in lines[at + 1].reading} {text in (lines[at - 1].reading if at else '')}")
        found.append(names)
    return found


def style_of(features: Sequence[BlockFeatures], looks: Sequence[str]) -> str:
    """Return how a page sets its articles: what follows most of the short lines that stand over something."""
    after = Counter(
        "lead" if looks[at + 1] in ("lead", "byline", "names") else "metadata" if looks[at + 1] in ("metadata", "masthead", "date") else "prose"
        for at in range(len(features) - 1)
        if features[at].is_short and looks[at].startswith("line") and (looks[at + 1] in ("lead", "byline", "names", "metadata", "date") or looks[at + 1].startswith("prose"))
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
