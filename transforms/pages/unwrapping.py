"""Join the lines of a wrapped page to paragraphs: a full line goes on, a short line or an indent ends.

Which line goes on in the next is told by a linear-chain model over the lines (weights in ``data/unwrapping.tsv``): how far the line falls
short of the width of the page and of its neighbours, how it ends, how the next begins, and how likely the characters follow each other.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence

from transforms.pages.blocks import Block
from transforms.pages.language import begins, finishes, follows
from transforms.pages.linear_chain import model
from transforms.pages.physical_form import HANGING, line_width, width_of
from transforms.pages.words import word_across

WEIGHTS = "unwrapping.tsv"
FEWEST_SINGLE = 3
ENDINGS = (
    ("stop", "。！？!?…"), ("quote", "”’』」"), ("bracket", "）)】〕］]》"), ("comma", "，、,；;"), ("colon", "：:"), ("dash", "—－-"), ("digit", "0123456789０１２３４５６７８９%％"),
)
OPENINGS = (
    ("quote", "“‘『「"), ("bracket", "（(【〔［[《"), ("mark", "■□●○◆◇▲△★☆※·•①②③④⑤⑥⑦⑧⑨"), ("closing", "，。、；：！？”’』」）》】,.;:!?)]"), ("digit", "0123456789０１２３４５６７８９"),
)
OPENS_ARTICLE = re.compile("[(（【〔]?(?:据|本报|本台|本网|本刊|新华社|中新社|中新网|记者|通讯员|[□■◆●]|[一-鿿]{2,6}(?:日报|晚报|新闻|融媒|发布)讯)")
STEPS_OF_WIDTH = (-30, -12, -4, -2, 0, 1, 2, 3, 4, 6, 8, 12, 20, 30)
STEPS_OF_ODDS = (-8, -5, -3, -1.5, 0, 1.5, 3, 5, 8)


def unwrapped(blocks: Sequence[Block], kept_apart: Collection[int] = ()) -> tuple[list[bool], tuple[str, ...]]:
    """Return of each block whether it begins a logical line, and what the wrapping is in words. ``kept_apart`` begin one for sure."""
    begins_line = [True] * len(blocks)
    texts = [block.reading for block in blocks]
    forms: list[str] = []
    vertical = single_characters(texts)
    if vertical:
        forms.append("one character a line")
    widths = [block.indent + width_of(block.reading) for block in blocks]
    width = line_width(widths, texts)
    if width:
        labels = model(WEIGHTS).decode(features_of_lines(blocks, widths, width))
        begins_line = [label == "begins" for label in labels]
        forms.append(f"wrapped at {(width + 1) // 2} characters")
    for index in vertical:
        begins_line[index] = False
    return [begin or not index or index in kept_apart for index, begin in enumerate(begins_line)], tuple(forms)


def single_characters(texts: Sequence[str]) -> set[int]:
    """Return the blocks that go on from one before in a run of lines of a single character each.

    >>> sorted(single_characters(["渡", "口", "通", "航", "今天通航。"]))
    [1, 2, 3]
    """
    found: set[int] = set()
    run: list[int] = []
    for index in range(len(texts) + 1):
        if index < len(texts) and len(texts[index]) == 1 and not texts[index].isascii():
            run.append(index)
            continue
        if len(run) > FEWEST_SINGLE:
            found.update(run[1:])
        run = []
    return found


def bucket(value: float, steps: Sequence[float]) -> int:
    """Return how many of the steps a value reaches."""
    return sum(value >= step for step in steps)


def sign_class(sign: str, classes: Sequence[tuple[str, str]]) -> str:
    """Return the class of a sign, ``han`` or ``other`` where it is in none."""
    return next((name for name, signs in classes if sign in signs), "other" if sign.isascii() else "han")


def features_of_lines(blocks: Sequence[Block], widths: Sequence[int], width: int) -> list[list[str]]:
    """Return what each line shows of going on from the one before it."""
    gaps = Counter(block.gap for block in blocks[1:])
    usual_gap = gaps.most_common(1)[0][0] if gaps else 1
    indented = sum(block.indent >= 2 for block in blocks)
    style = "indented" if 20 * indented > len(blocks) else "flush"
    opening = Counter(block.reading[:2] for block in blocks if block.reading)
    features: list[list[str]] = []
    for index, block in enumerate(blocks):
        if not index or not block.reading or not blocks[index - 1].reading:
            features.append(["edge"])
            continue
        before = blocks[index - 1]
        left, right = before.reading, block.reading
        short = bucket(width - widths[index - 1], STEPS_OF_WIDTH)
        end, start = sign_class(left[-1], ENDINGS), sign_class(right[0], OPENINGS)
        nearby = max(widths[max(0, index - 4) : index + 3])
        short_of_nearby = bucket(nearby - widths[index - 1], STEPS_OF_WIDTH)
        odds = bucket(follows(left, right) - begins(right), STEPS_OF_ODDS)
        gap = max(-1, min(block.gap - usual_gap, 1))
        indent = "in" if block.indent >= 2 else "out"
        fits = widths[index - 1] + width_of(right[:2]) <= width - HANGING
        length = bucket(width - widths[index], STEPS_OF_WIDTH)
        after = blocks[index + 1] if index + 1 < len(blocks) else None
        next_in = "none" if after is None else "lead" if OPENS_ARTICLE.match(after.reading) else "in" if after.indent >= 2 else "gap" if after.gap > usual_gap else "out"
        last = sign_class(right[-1], ENDINGS)
        features.append([
            f"last={last} length={length} next={next_in} {style}", f"last={last} next={next_in} end={end} {style} {indent}", f"last={last} length={length} end={end} {indent}",
            f"lead={OPENS_ARTICLE.match(right) is not None}", f"short={short}", f"end={end}", f"start={start}", f"nearby={short_of_nearby}", f"odds={odds}", f"gap={gap}", f"{style} {indent}",
            f"short={short} end={end}", f"short={short} {style} {indent}", f"end={end} {style} {indent} gap={gap}", f"fits={fits} end={end}",
            f"short={short} odds={odds}", f"end={end} odds={odds}", f"nearby={short_of_nearby} end={end}", f"length={length}", f"length={length} end={end}",
            f"across={min(word_across(left, right), 4)} end={end}", f"finished={bucket(finishes(left), (-8, -6, -5, -4, -3, -2))} end={end}",
            f"open={left.count('“') - left.count('”')} {left.count('（') - left.count('）')}", f"indent before={before.indent >= 2} {style}",
            f"opens={min(opening[right[:2]], 3)} end={end}", f"full={short in (3, 4, 5, 6)} end={end} start={start} {style} {indent} gap={gap}",
        ])
    return features
