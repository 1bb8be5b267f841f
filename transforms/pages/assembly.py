"""Assembly: the paragraphs of each article end to end, the role of every block, and every step of repair as an edit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from transforms.bylines import find_bylines, read_dateline
from transforms.pages.block_features import BlockFeatures
from transforms.pages.blocks import Line, PageBlock
from transforms.pages.corrections import OF_BLOCKS, Correction
from transforms.pages.duplicate_blocks import Duplicate
from transforms.pages.joins import Join
from transforms.pages.roles import BEGINS_ARTICLE, ROLE
from transforms.pages.truncation import LOST, LOST_FOR_SURE, breaks_off, looks_headless
from transforms.records import Article, Block, Byline, Edit, Page, Paragraph

DUPLICATE_CONFIDENCE = {"exact": 0.999, "contained": 0.995, "near": 0.97}
UNWRAP_CONFIDENCE = 0.99
"""Of the lines of gold articles printed in wrapped forms, this share is put together rightly; where nothing is indented, 97 in 100."""
LONGEST_PHOTO_NEWS, LONGEST_NOTICE, LONGEST_BRIEF = 200, 600, 120
"""Characters of the body; of photo news it is the caption."""
FEWEST_REPAIRS = 2
"""Joins and duplicates that say that a page is broken."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the steps before found. Lines are counted from 0, and so are blocks; ``chains`` are the lines of each paragraph by its first,
    ``paragraphs`` the same put together.
    """

    text: str
    reading: str
    form: str | None
    blocks: Sequence[PageBlock]
    lines: Sequence[Line]
    features: Sequence[BlockFeatures]
    openings: Mapping[str, int]
    duplicates: Mapping[int, Duplicate]
    joins: Mapping[int, Join]
    chains: Mapping[int, Sequence[int]]
    paragraphs: Mapping[int, Line]
    decided_role: Mapping[int, str]


def assemble(parts: Parts, heads: Sequence[int], labels: Sequence[str], corrections: Sequence[Correction]) -> Page:
    """Return the page: articles numbered from 1 in reading order. ``labels`` are those of the paragraphs ``heads``."""
    role = dict.fromkeys(parts.duplicates, "duplicate")
    for head, label in zip(heads, labels, strict=True):
        role |= dict.fromkeys(parts.chains[head], role_of(head, label, parts))
    groups = group(heads, labels)
    groups = [members for members in groups if any(role[head] not in ("furniture", "advert") for head in members)]
    groups = [[head for head in members if role[head] not in ("furniture", "advert", "unassigned")] for members in groups]
    article_of = {line: seq for seq, members in enumerate(groups, 1) for head in members for line in parts.chains[head]}
    article_of |= {one.block: article_of[one.of] for one in parts.duplicates.values() if one.of in article_of}
    copies: dict[int, list[int]] = {}
    for line in sorted(parts.duplicates):
        copies.setdefault(article_of.get(line, 0), []).append(line)
    return Page(
        parts.text,
        block_records(parts, role, article_of),
        tuple(article_from(parts, seq, members, copies.get(seq, []), role) for seq, members in enumerate(groups, 1)),
        edits_of(parts, article_of, corrections),
        parts.form,
    )


def group(heads: Sequence[int], labels: Sequence[str]) -> list[list[int]]:
    """Return the first lines of the paragraphs of each article; only a headline or an untitled paragraph begins one.

    >>> group([0, 1, 2, 3, 4], ["furniture", "headline", "body", "furniture", "body"])
    [[1, 2, 4]]
    """
    groups: list[list[int]] = []
    for head, label in zip(heads, labels, strict=True):
        if label in ("furniture", "metadata"):
            continue
        if not groups or label in BEGINS_ARTICLE:
            groups.append([])
        groups[-1].append(head)
    return groups


def role_of(head: int, label: str, parts: Parts) -> str:
    """Return the role of a paragraph's blocks."""
    if head in parts.decided_role:
        return parts.decided_role[head]
    if not parts.paragraphs[head].text:
        return "furniture"
    if label == "furniture" and "advert" in parts.features[head].shows and "furniture" not in parts.features[head].shows:
        return "advert"
    return ROLE[label]


def block_records(parts: Parts, role: Mapping[int, str], article_of: Mapping[int, int]) -> tuple[Block, ...]:
    """Return the blocks in raw order, with the white space between them."""
    line_of = {block: number for number, line in enumerate(parts.lines) for block in line.blocks}
    before_of = {after: before for line in parts.lines for before, after in pairwise(line.blocks)}
    records, end = [], 0
    for index, block in enumerate(parts.blocks):
        number = line_of[index]
        before = before_of.get(index)
        duplicate, join = parts.duplicates.get(number), parts.joins.get(number)
        continues = before + 1 if before is not None else parts.lines[join.left].blocks[-1] + 1 if join else None
        records.append(
            Block(
                seq=index + 1,
                char_start=block.char_start,
                char_end=block.char_end,
                text=parts.text[block.char_start : block.char_end],
                role=role[number],
                article=article_of.get(number),
                duplicate_of=parts.lines[duplicate.of].blocks[0] + 1 if duplicate else None,
                duplicate_kind=duplicate.kind if duplicate else None,
                continues=continues,
                space_before=parts.text[end : block.char_start],
                space_after=parts.text[block.char_end :] if index + 1 == len(parts.blocks) else "",
            )
        )
        end = block.char_end
    return tuple(records)


def article_from(parts: Parts, seq: int, heads: Sequence[int], copies: Sequence[int], role: Mapping[int, str]) -> Article:
    """Return one article, its paragraphs laid together."""
    paragraphs: list[Paragraph] = []
    blocks: list[int] = []
    texts: dict[str, list[str]] = {wanted: [] for wanted in ("headline", "subhead", "byline", "body", "caption", "credit")}
    for head in heads:
        line = parts.paragraphs[head]
        spans = tuple([span for block in line.blocks for span in parts.blocks[block].spans])
        paragraphs.append(Paragraph(len(paragraphs) + 1, role[head], line.text, spans))
        blocks += line.blocks
        texts.setdefault(role[head], []).append(line.text)
    headline = " ".join(texts["headline"]) or None
    text = "\n".join([paragraph.text for paragraph in paragraphs])
    reading = "\n".join([parts.paragraphs[head].reading for head in heads])
    signed = {number for number, paragraph in enumerate(paragraphs) if paragraph.role in ("byline", "credit")}
    bylines = find_bylines(text, signed, reading)
    dateline = read_dateline(texts["body"])
    blocks += [block for line in copies for block in parts.lines[line].blocks]
    bodies = [head for head in heads if role[head] == "body"]
    last = parts.chains[bodies[-1]][-1] if bodies else None
    return Article(
        seq=seq,
        char_start=min([span.char_start for paragraph in paragraphs for span in paragraph.spans]),
        char_end=max([span.char_end for paragraph in paragraphs for span in paragraph.spans]),
        headline=headline,
        subheads=tuple(texts["subhead"]),
        kind=article_kind(headline, texts["body"], [(role[head], parts.features[head]) for head in heads]),
        reporters=signing(bylines, "reporter"),
        photographers=signing(bylines, "photographer"),
        agency=dateline.agency,
        dateline_place=dateline.place,
        dateline=dateline.date,
        paragraphs=tuple(paragraphs),
        blocks=tuple(block + 1 for block in blocks),
        is_headless=is_headless(parts, bodies),
        is_truncated=last is not None
        and breaks_off(parts.lines[last].reading, parts.features[last], at_end_of_page=last + 1 == len(parts.lines)),
        text=text,
        bylines=tuple(bylines),
    )


def is_headless(parts: Parts, bodies: Sequence[int]) -> bool:
    """Return whether the beginning of an article is missing; on a page that shows no other break more must speak for it."""
    lost = LOST if len(parts.joins) + len(parts.duplicates) >= FEWEST_REPAIRS else LOST_FOR_SURE
    return bool(bodies) and looks_headless(parts.lines[bodies[0]].reading, parts.features[bodies[0]], parts.openings, parts.reading, lost)


def signing(bylines: Iterable[Byline], role: str) -> tuple[str, ...]:
    """Return the names of those who sign in a role, each once."""
    return tuple(dict.fromkeys(one.name for one in bylines if role in one.roles))


def article_kind(headline: str | None, body: Sequence[str], paragraphs: Sequence[tuple[str, BlockFeatures]]) -> str:
    """Return the kind of an article: news, feature, photo, brief, notice or other. ``paragraphs`` are their roles and what they show."""
    n_chars = sum(map(len, body))
    roles = {role for role, _ in paragraphs}
    first = paragraphs[0][1]
    has_picture = any(role == "caption" or role == "credit" and "picture credit" in shown.shows for role, shown in paragraphs)
    if "picture title" in first.shows or has_picture and n_chars < LONGEST_PHOTO_NEWS:
        return "photo"
    if "notice" in first.shows and n_chars < LONGEST_NOTICE:
        return "notice"
    if not body:
        return "other"
    if "subhead" in roles:
        return "feature"
    return "brief" if headline is None or n_chars < LONGEST_BRIEF else "news"


def edits_of(parts: Parts, article_of: Mapping[int, int], corrections: Sequence[Correction]) -> tuple[Edit, ...]:
    """Return what was done, in raw order: what reviewers decided, then what was found."""
    edits: list[Edit] = []
    line_of = {block: number for number, line in enumerate(parts.lines) for block in line.blocks}
    for correction in sorted(corrections, key=lambda correction: correction.block):
        target = correction.value if correction.what in OF_BLOCKS else None
        evidence = f"{correction.what} {'none' if correction.value is None else correction.value}, decided by {correction.evidence}"
        edits.append(Edit("correct", correction.block, target, article_of.get(line_of[correction.block - 1]), 1.0, evidence))
    for number, line in enumerate(parts.lines):
        duplicate, join, article = parts.duplicates.get(number), parts.joins.get(number), article_of.get(number)
        first = line.blocks[0] + 1
        if duplicate:
            original = parts.lines[duplicate.of]
            evidence = f"{duplicate.kind}: {len(line.text)} of {len(original.text)} characters"
            edits += [
                Edit("drop_duplicate", block + 1, original.blocks[0] + 1, article, DUPLICATE_CONFIDENCE[duplicate.kind], evidence)
                for block in line.blocks
            ]
        if join:
            left = parts.lines[join.left]
            if not join.adjacent:
                edits.append(Edit("move", first, left.blocks[-1] + 1, article, join.confidence, "goes on a sentence that is cut elsewhere"))
            evidence = f"{left.text[-6:]}|{line.text[:6]} score {join.score:.1f}"
            edits.append(Edit("join", first, left.blocks[-1] + 1, article, join.confidence, evidence))
        for block, after in pairwise(line.blocks):
            edits.append(Edit("unwrap", after + 1, block + 1, article, UNWRAP_CONFIDENCE, f"the lines of the page are {parts.form}"))
    return tuple(edits)
