"""Put the steps of reading a page together: form, blocks, lines, features, duplicates, joins, roles; then the articles are assembled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import NamedTuple

from transforms.pages.assembly import Parts, assemble
from transforms.pages.block_features import BlockFeatures, features_of
from transforms.pages.blocks import Line, cut_blocks, lines_of
from transforms.pages.columns import find_columns, in_reading_order
from transforms.pages.corrections import Correction, Decisions, decisions_of
from transforms.pages.duplicate_blocks import Duplicate, find_duplicates
from transforms.pages.joins import Join, JoinSearch, lines_of_verse, openings_of
from transforms.pages.physical_form import find_inserted
from transforms.pages.roles import read_roles
from transforms.pages.unwrapping import unwrapped
from transforms.records import Page
from transforms.text.characters import fold


def read_page(text: str, corrections: Sequence[Correction] = ()) -> Page:
    """Return the page that a raw text holds: blocks with roles, articles, and the edits that repaired them.

    Every code point is in exactly one block or is white space between blocks; nothing is invented, nothing dropped.
    ``corrections`` are decisions of reviewers about this page; they stand above what is read. Raises ``CorrectionError``
    for one that names a block which the page has not.

    >>> page = read_page("渡口恢复通航\\n\\n本报讯(周明远) 11月28日,云渡区老渡口恢复通\\n\\n航,两岸居民前来观看。")
    >>> page.articles[0].headline, page.articles[0].reporters, page.articles[0].dateline
    ('渡口恢复通航', ('周明远',), '11月28日')
    >>> page.articles[0].paragraphs[1].text
    '本报讯(周明远) 11月28日,云渡区老渡口恢复通航,两岸居民前来观看。'
    """
    repaired, decided = repair(text, corrections)
    labels = read_roles(repaired.paragraphs, repaired.shown, [labels_left(head, decided) for head in repaired.heads])
    return assemble(repaired.parts, repaired.heads, labels, corrections)


class Repaired(NamedTuple):
    """A page whose paragraphs are whole: ``heads`` are their first lines in reading order, ``shown`` what each paragraph shows by itself."""

    parts: Parts
    heads: Sequence[int]
    paragraphs: Sequence[Line]
    shown: Sequence[BlockFeatures]


def repair(text: str, corrections: Sequence[Correction] = ()) -> tuple[Repaired, Decisions]:
    """Return the paragraphs of a page, unwrapped and joined, and what reviewers decided about its lines."""
    reading = fold(text)
    inserted = find_inserted(text)
    columns = find_columns(reading)
    if columns:
        inserted = replace(inserted, cuts=tuple(sorted({*inserted.cuts, *columns.cuts})), forms=(*inserted.forms, columns.form))
    blocks = cut_blocks(text, inserted, reading)
    order: Sequence[int] = range(len(blocks))
    if columns and columns.cells:
        blocks, order = in_reading_order(blocks, columns)
    decided = decisions_of(corrections, len(blocks))
    goes_on, wrapping = unwrapped(blocks, order, decided.kept_apart)
    lines = lines_of(blocks, order, goes_on)
    decided = decided.of_lines(lines)
    features = [features_of(line.reading) for line in lines]
    openings = openings_of(reading)
    leads = list(accumulate("lead" in shown.shows for shown in features))
    duplicates = decided_duplicates(find_duplicates(lines, leads), lines, decided)
    kept = [number for number in range(len(lines)) if number not in duplicates]
    printed = [number for number in kept if lines[number].reading]
    verse = lines_of_verse(lines, features, printed)
    joins = decided_joins(JoinSearch(lines, features, printed, verse, openings, reading).find(), decided, duplicates)
    chains = chains_of(kept, joins)
    heads = decided_order(list(chains), chains, decided)
    paragraphs = [paragraph_of(lines, chains[head]) for head in heads]
    shown = [
        features[head] if len(chains[head]) == 1 else features_of(paragraph.reading)
        for head, paragraph in zip(heads, paragraphs, strict=True)
    ]
    form = ", ".join((*inserted.forms, *wrapping)) or None
    by_head = dict(zip(heads, paragraphs, strict=True))
    parts = Parts(text, reading, form, blocks, lines, features, openings, duplicates, joins, chains, by_head, decided.role)
    return Repaired(parts, heads, paragraphs, shown), decided


def chains_of(kept: Sequence[int], joins: Mapping[int, Join]) -> dict[int, list[int]]:
    """Return each paragraph's lines in reading order, by its first line. Paragraphs stand in raw order."""
    onward = {join.left: right for right, join in joins.items()}
    chains = {}
    for head in kept:
        if head in joins:
            continue
        chain = [head]
        while chain[-1] in onward:
            chain.append(onward[chain[-1]])
        chains[head] = chain
    return chains


def paragraph_of(lines: Sequence[Line], chain: Sequence[int]) -> Line:
    """Return a paragraph that was joined of several lines as one."""
    if len(chain) == 1:
        return lines[chain[0]]
    return lines[chain[0]]._replace(
        blocks=tuple(block for line in chain for block in lines[line].blocks),
        text="".join(lines[line].text for line in chain),
        reading="".join(lines[line].reading for line in chain),
    )


def decided_duplicates(duplicates: Mapping[int, Duplicate], lines: Sequence[Line], decided: Decisions) -> dict[int, Duplicate]:
    """Return the duplicates as found, but for what reviewers decided. What others repeat is no duplicate itself."""
    found = {line: duplicate for line, duplicate in duplicates.items() if line not in decided.no_duplicates}
    for line, of in decided.duplicate_of.items():
        if of is not None:
            found.pop(of, None)
            kind = "exact" if lines[line].text == lines[of].text else "contained" if lines[line].text in lines[of].text else "near"
            found[line] = Duplicate(line, of, kind)
    return {line: duplicate for line, duplicate in found.items() if duplicate.of not in found}


def decided_joins(joins: Mapping[int, Join], decided: Decisions, duplicates: Mapping[int, Duplicate]) -> dict[int, Join]:
    """Return the joins as found, but for what reviewers decided."""
    found = {right: join for right, join in joins.items() if right not in decided.no_tails}
    for right, left in decided.continues.items():
        if left is None or right in duplicates or left in duplicates:
            continue
        found = {other: join for other, join in found.items() if join.left != left and other != right}
        if leads_to(found, left, right):
            found = {other: join for other, join in found.items() if join.left != right}
        found[right] = Join(left, right, 20.0, right == left + 1)
    return found


def leads_to(joins: Mapping[int, Join], line: int, wanted: int) -> bool:
    """Return whether going back from a line, half by half, ends at another: to join them would be a circle."""
    while line != wanted and line in joins:
        line = joins[line].left
    return line == wanted


def decided_order(heads: list[int], chains: Mapping[int, Sequence[int]], decided: Decisions) -> list[int]:
    """Return the paragraphs in reading order: as they stand, but for those that reviewers put behind another."""
    for head, after in decided.after.items():
        target = next((other for other in heads if after in chains[other]), None)
        if head in heads and target not in (None, head):
            heads.remove(head)
            heads.insert(heads.index(target) + 1, head)
    return heads


LABELS_OF_ROLE = {
    "headline": {"headline", "more"},
    "subhead": {"subhead"},
    "byline": {"byline"},
    "body": {"untitled", "body"},
    "caption": {"photo", "caption"},
    "credit": {"credit"},
    "furniture": {"furniture"},
    "advert": {"furniture"},
    "unassigned": {"furniture"},
}
BEGINNING = {True: {"headline", "untitled", "photo"}, False: {"more", "byline", "body", "subhead", "caption", "credit"}}


def labels_left(head: int, decided: Decisions) -> frozenset[str]:
    """Return the labels that reviewers left to a paragraph; none where they decided nothing."""
    allowed = [LABELS_OF_ROLE[decided.role[head]]] if head in decided.role else []
    allowed += [BEGINNING[decided.begins_article[head]]] if head in decided.begins_article else []
    return frozenset(set.intersection(*allowed)) if allowed else frozenset()
