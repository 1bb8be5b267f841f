"""Unwrapping: the lines of a wrapped page joined to paragraphs; a full line goes on, a short line or an indent ends one.

Which line goes on in the next is told by a linear-chain model over the lines (weights in ``data/unwrapping.tsv``): how far the line falls
short of the width of the page and of its neighbours, how it ends, how the next begins, and how likely the characters follow each other.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from itertools import pairwise

from transforms.pages.block_features import LONGEST_SHORT_LINE, shows
from transforms.pages.blocks import PageBlock
from transforms.pages.language import finishes, odds_of_going_on
from transforms.pages.linear_chain import bucket, read_chain
from transforms.pages.masthead import is_masthead
from transforms.pages.physical_form import Wrapping, find_wrapping
from transforms.pages.words import word_across

WEIGHTS_OF_UNWRAPPING = "unwrapping.tsv"
STOPS_AND_CLOSING_MARKS = "。！？”’」』）"
FEWEST_SINGLE = 3  # lines of one character each in a row that may stand so by themselves; more are one text
FEWEST_HEADS = 3  # times that a page prints a running head
NEVER_FIRST = re.compile("[，。、；：！？”』」》]|’(?![0-9０-９])")
"""What no line begins with but one that goes on; ’ opens a year (’98)."""
FIGURES = re.compile("[0-9]+")
ENDINGS = (
    ("stop", "。！？!?…"),
    ("quote", "”’』」"),
    ("bracket", "）)】〕］]》"),
    ("comma", "，、,；;"),
    ("colon", "：:"),
    ("dash", "—－-"),
    ("digit", "0123456789０１２３４５６７８９%％"),
)
OPENINGS = (
    ("quote", "“‘『「"),
    ("bracket", "（(【〔［[《"),
    ("mark", "■□●○◆◇▲△★☆※·•①②③④⑤⑥⑦⑧⑨"),
    ("closing", "，。、；：！？”’』」）》】,.;:!?)]"),
    ("digit", "0123456789０１２３４５６７８９"),
)
ENDS_OF_TEXTS, ENDS_OF_HEADLINES = ("stop", "quote", "bracket"), ("han", "digit", "quote", "bracket")
"""How lines end that may be the last of a text, and those that are no text's last where no stop is before."""
MOST_HEADLINE_LINES = 3
STOP_WITHIN, OPENING_BRACKET = re.compile("[。；]|[！？…][”’』」]$"), re.compile("[(（【〔［\\[]")
OPENS_ARTICLE = re.compile(
    "[(（【〔]?(?:据|本报|本台|本网|本刊|新华社|中新社|中新网|记者|通讯员|[□■◆●]|[一-鿿]{2,6}(?:日报|晚报|新闻|融媒|发布)讯)"
)
LIST_ITEM = re.compile(
    r"第[一二三四五六七八九十百0-9]{1,4}[条章节款]|[(（]?[0-9一二三四五六七八九十]{1,3}[)）、.．]|[一二三四五六七八九十其]{1,2}[是则曰次]|[—－─-]{2}|[■□●○◆◇▲△★☆※·•①-⑩]"
)
STEPS_OF_WIDTH = (-30, -12, -4, -2, 0, 1, 2, 3, 4, 6, 8, 12, 20, 30)
STEPS_OF_SLACK = (-3, -2, -1, 0, 1, 2, 3, 6)
STEPS_OF_LINES = (1, 2, 3, 4, 5, 6, 8, 10, 13, 17, 25)
STEPS_OF_ODDS = (-8, -5, -3, -1.5, 0, 1.5, 3, 5, 8)


def unwrapped(
    blocks: Sequence[PageBlock], order: Sequence[int], kept_apart: Collection[int] = ()
) -> tuple[list[int | None], tuple[str, ...]]:
    """Return of each block which block goes on in it, None where it begins a logical line, and what the wrapping is in words. ``order`` is that in
    which the blocks are read; ``kept_apart`` begin a line for sure. Running heads stand between the halves of what they interrupt.
    """
    goes_on: list[int | None] = [None] * len(blocks)
    read = [blocks[index] for index in order]
    forms: list[str] = []
    wrapping = find_wrapping([block.indent for block in read], [block.text for block in read])
    if wrapping:
        kept, features = wrapped_lines(read, wrapping)
        labels = read_chain(WEIGHTS_OF_UNWRAPPING).decode(features, certain_labels([read[at] for at in kept]))
        for before, at, label in zip(kept, kept[1:], labels[1:], strict=False):
            goes_on[order[at]] = None if label == "begins" else order[before]
        forms.append(f"wrapped at {(wrapping.width + 1) // 2} characters")
    if vertical := single_characters([block.reading for block in read]):
        forms.insert(0, "one character a line")
        for at in vertical:
            goes_on[order[at]] = order[at - 1]
    return [None if index in kept_apart else before for index, before in enumerate(goes_on)], tuple(forms)


def wrapped_lines(blocks: Sequence[PageBlock], wrapping: Wrapping) -> tuple[list[int], list[list[str]]]:
    """Return the blocks of a wrapped page that are no running heads, and what each shows of going on from the one before it."""
    heads = running_heads([block.reading for block in blocks])
    kept = [index for index in range(len(blocks)) if index not in heads]
    return kept, features_of_lines([blocks[index] for index in kept], wrapping._replace(widths=[wrapping.widths[index] for index in kept]))


def certain_labels(blocks: Sequence[PageBlock]) -> list[tuple[str, ...]]:
    """Return the labels that are left to each line of a wrapped page by what is certain, none where both are: whether it ``goes on`` or ``begins``.

    Behind a finished line and over one that is set in or opens an article, lines of words without a stop are a headline: 612 of 616
    in wrapped pages of the press and the gold, since texts end in a stop.
    """
    left: list[tuple[str, ...]] = [()] * len(blocks)
    for at in range(1, len(blocks)):
        if NEVER_FIRST.match(blocks[at].reading):
            left[at] = ("goes on",)
        elif sign_class(blocks[at - 1].reading[-1:], ENDINGS) in ENDS_OF_TEXTS and is_headline(blocks[at : at + MOST_HEADLINE_LINES + 1]):
            left[at] = ("begins",)
    return left


def is_headline(blocks: Sequence[PageBlock]) -> bool:
    """Return whether lines, the first of them behind a finished one, begin with all of a headline and go on with a line that is set in or opens
    an article.
    """
    if OPENING_BRACKET.match(blocks[0].reading) or OPENS_ARTICLE.match(blocks[0].reading):
        return False
    for line, after in pairwise(blocks):
        if line.indent >= 2 or STOP_WITHIN.search(line.reading):
            return False
        if after.indent >= 2 or OPENS_ARTICLE.match(after.reading):
            return sign_class(line.reading[-1:], ENDINGS) in ENDS_OF_HEADLINES
    return False


def running_heads(texts: Sequence[str]) -> set[int]:
    """Return the lines that a page prints again and again but for a number, or that name a paper, a date or a page and nothing else. A mark that
    is alone on its line ends a sentence.

    >>> sorted(running_heads(["— 4 —", "渡口今天恢复", "— 5 —", "通航。", "— 6 —", "云渡日报 第04版"]))
    [0, 2, 4, 5]
    """
    bare = [FIGURES.sub("", text) if len(text) <= LONGEST_SHORT_LINE and text not in STOPS_AND_CLOSING_MARKS else None for text in texts]
    counts = Counter(bare)
    return {
        index
        for index, (text, same) in enumerate(zip(texts, bare, strict=True))
        if same is not None and (counts[same] >= FEWEST_HEADS or is_masthead(text))
    }


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


def distances(marks: Sequence[bool]) -> tuple[list[int], list[int]]:
    """Return how many lines each line stands behind the last marked one before it, and before the next marked one.

    >>> distances([True, False, False, True])
    ([0, 1, 2, 3], [3, 2, 1, 1])
    """
    since, until = [0] * len(marks), [1] * len(marks)
    for index in range(1, len(marks)):
        since[index] = 1 if marks[index - 1] else since[index - 1] + 1
    for index in range(len(marks) - 2, -1, -1):
        until[index] = 1 if marks[index + 1] else until[index + 1] + 1
    return since, until


def sign_class(sign: str, classes: Sequence[tuple[str, str]]) -> str:
    """Return the class of a sign, ``han`` or ``other`` where it is in none."""
    return next((name for name, signs in classes if sign in signs), "other" if sign.isascii() else "han")


def features_of_lines(blocks: Sequence[PageBlock], wrapping: Wrapping) -> list[list[str]]:
    """Return what each line shows of going on from the one before it."""
    width, widths, measure = wrapping
    gaps = Counter(block.gap for block in blocks[1:])
    usual_gap = gaps.most_common(1)[0][0] if gaps else 1
    indented = sum(block.indent >= 2 for block in blocks)
    style = "indented" if 20 * indented > len(blocks) else "flush"
    opening = Counter(block.reading[:2] for block in blocks if block.reading)
    ended_early = [True, *(widths[at - 1] + measure(blocks[at].text[:1]) <= width for at in range(1, len(blocks)))]
    since, until = distances(ended_early)
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
        odds = bucket(odds_of_going_on(left, right), STEPS_OF_ODDS)
        gap = max(-1, min(block.gap - usual_gap, 1))
        indent = "in" if block.indent >= 2 else "out"
        slack = bucket(width - widths[index - 1] - measure(block.text[:1]), STEPS_OF_SLACK)
        listed = LIST_ITEM.match(right) is not None
        length = bucket(width - widths[index], STEPS_OF_WIDTH)
        after = blocks[index + 1] if index + 1 < len(blocks) else None
        next_in = (
            "none"
            if after is None
            else "lead"
            if OPENS_ARTICLE.match(after.reading)
            else "in"
            if after.indent >= 2
            else "gap"
            if after.gap > usual_gap
            else "out"
        )
        last = sign_class(right[-1], ENDINGS)
        features.append(
            [
                f"last={last} length={length} next={next_in} {style}",
                f"last={last} next={next_in} end={end} {style} {indent}",
                f"last={last} length={length} end={end} {indent}",
                f"lead={OPENS_ARTICLE.match(right) is not None}",
                f"begins={shows('lead', right)} end={end}",
                f"credit={shows('closing credit', left)} {slack}",
                f"credit={shows('closing credit', left)} short={short}",
                f"short={short}",
                f"end={end}",
                f"start={start}",
                f"nearby={short_of_nearby}",
                f"odds={odds}",
                f"gap={gap}",
                f"{style} {indent}",
                f"short={short} end={end}",
                f"short={short} {style} {indent}",
                f"end={end} {style} {indent} gap={gap}",
                f"slack={slack} end={end}",
                f"slack={slack} {start}",
                f"slack={slack} odds={odds}",
                f"listed={listed} end={end}",
                f"listed={listed} {slack}",
                f"word={right[:2]}",
                f"since={bucket(since[index], STEPS_OF_LINES)} until={bucket(until[index], STEPS_OF_LINES)} end={end}",
                f"since={bucket(since[index], STEPS_OF_LINES)} end={end} slack={slack} {style}",
                f"short={short} odds={odds}",
                f"end={end} odds={odds}",
                f"nearby={short_of_nearby} end={end}",
                f"length={length}",
                f"length={length} end={end}",
                f"across={min(word_across(left, right), 4)} end={end}",
                f"finished={bucket(finishes(left), (-8, -6, -5, -4, -3, -2))} end={end}",
                f"open={left.count('“') - left.count('”')} {left.count('（') - left.count('）')}",
                f"indent before={before.indent >= 2} {style}",
                f"opens={min(opening[right[:2]], 3)} end={end}",
                f"full={short in ('3', '4', '5', '6')} end={end} start={start} {style} {indent} gap={gap}",
            ]
        )
    return features
