"""Put the steps of reading a page together: blocks, shapes, repeats, seams, roles; then the articles are assembled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate

from transforms.dating import is_masthead
from transforms.pages.assembly import Parts, assemble
from transforms.pages.blocks import Cut, cut_blocks
from transforms.pages.cohesion import article_starts
from transforms.pages.corrections import Correction, Decided, decide
from transforms.pages.repeats import Repeat, find_repeats
from transforms.pages.roles import read_roles
from transforms.pages.seams import Seam, find_seams, lines_of_verse, openings_of
from transforms.pages.shapes import Shape, shape_of
from transforms.records import Page

TOP, BOTTOM, LONGEST_MASTHEAD = 6, 4, 60


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
    cuts = cut_blocks(text)
    decided = decide(corrections, len(cuts))
    shapes = mastheads_marked([shape_of(cut.text) for cut in cuts], cuts)
    openings = openings_of(text)
    repeats = decided_repeats(find_repeats(cuts, leads_before(shapes)), cuts, decided)
    kept = [index for index in range(len(cuts)) if index not in repeats]
    verse = lines_of_verse(cuts, shapes, kept)
    seams = decided_seams(find_seams(cuts, shapes, kept, verse, openings, text), decided, repeats)
    chains = chains_of(kept, seams)
    heads = decided_order(list(chains), chains, decided)
    paragraphs = [shapes[head] if len(chains[head]) == 1 else joined_shape(cuts, chains[head]) for head in heads]
    starts = article_starts(text, cuts, paragraphs, heads, chains)
    states = read_roles(paragraphs, [head in verse for head in heads], starts, [states_of(head, decided) for head in heads])
    return assemble(Parts(text, cuts, shapes, openings, repeats, seams, chains, decided.role), heads, states, corrections)


def mastheads_marked(shapes: list[Shape], cuts: Sequence[Cut]) -> list[Shape]:
    """Return the shapes, those of the lines at the top and the bottom that hold name, date or number of the page marked as furniture.

    A line that holds nothing but a date may as well be the end of a notice: it is marked only beside another one.
    """
    edge = sorted({*range(min(TOP, len(cuts))), *range(max(0, len(cuts) - BOTTOM), len(cuts))})
    found = {index for index in edge if shapes[index].length <= LONGEST_MASTHEAD and is_masthead(cuts[index].text)}
    sure = {index for index in found if not shapes[index].is_date_line}
    for index in found:
        if index in sure or sure & {index - 1, index + 1}:
            shapes[index] = shapes[index]._replace(is_furniture=True)
    return shapes


def leads_before(shapes: Sequence[Shape]) -> list[int]:
    """Return how many datelines stand up to each block."""
    return list(accumulate(shape.has_lead for shape in shapes))


def chains_of(kept: Sequence[int], seams: Mapping[int, Seam]) -> dict[int, list[int]]:
    """Return each paragraph's blocks in reading order, by its first block. Paragraphs stand in raw order."""
    onward = {seam.left: right for right, seam in seams.items()}
    chains = {}
    for head in kept:
        if head in seams:
            continue
        chain = [head]
        while chain[-1] in onward:
            chain.append(onward[chain[-1]])
        chains[head] = chain
    return chains


def joined_shape(cuts: Sequence[Cut], chain: Sequence[int]) -> Shape:
    """Return the shape of a paragraph that was joined of several blocks."""
    return shape_of("".join(cuts[block].text for block in chain))


def decided_repeats(repeats: Mapping[int, Repeat], cuts: Sequence[Cut], decided: Decided) -> dict[int, Repeat]:
    """Return the duplicates as found, but for what reviewers decided. What others repeat is no duplicate itself."""
    found = {block: repeat for block, repeat in repeats.items() if block not in decided.no_repeats}
    for block, of in decided.duplicate_of.items():
        if of is not None:
            found.pop(of, None)
            kind = "exact" if cuts[block].text == cuts[of].text else "contained" if cuts[block].text in cuts[of].text else "near"
            found[block] = Repeat(block, of, kind)
    return {block: repeat for block, repeat in found.items() if repeat.of not in found}


def decided_seams(seams: Mapping[int, Seam], decided: Decided, repeats: Mapping[int, Repeat]) -> dict[int, Seam]:
    """Return the seams as found, but for what reviewers decided."""
    found = {right: seam for right, seam in seams.items() if right not in decided.no_tails}
    for right, left in decided.continues.items():
        if left is None or right in repeats or left in repeats:
            continue
        found = {other: seam for other, seam in found.items() if seam.left != left and other != right}
        if leads_to(found, left, right):
            found = {other: seam for other, seam in found.items() if seam.left != right}
        found[right] = Seam(left, right, 20.0, right == left + 1)
    return found


def leads_to(seams: Mapping[int, Seam], block: int, wanted: int) -> bool:
    """Return whether going back from a block, half by half, ends at another: to join them would be a circle."""
    while block != wanted and block in seams:
        block = seams[block].left
    return block == wanted


def decided_order(heads: list[int], chains: Mapping[int, Sequence[int]], decided: Decided) -> list[int]:
    """Return the paragraphs in reading order: as they stand, but for those that reviewers put behind another."""
    for head, after in decided.after.items():
        target = next((other for other in heads if after in chains[other]), None)
        if head in heads and target not in (None, head):
            heads.remove(head)
            heads.insert(heads.index(target) + 1, head)
    return heads


STATES_OF_ROLE = {
    "headline": {"headline", "more"}, "subhead": {"subhead"}, "byline": {"byline"}, "body": {"lead", "untitled", "body", "feature"},
    "caption": {"credit"}, "credit": {"credit"}, "furniture": {"furniture"}, "advert": {"furniture"}, "unassigned": {"furniture"},
}
BEGINNING = {True: {"headline", "untitled"}, False: {"more", "byline", "lead", "body", "feature", "subhead", "credit"}}


def states_of(head: int, decided: Decided) -> frozenset[str]:
    """Return the states that reviewers left to a paragraph; none where they decided nothing."""
    allowed = [STATES_OF_ROLE[decided.role[head]]] if head in decided.role else []
    allowed += [BEGINNING[decided.begins_article[head]]] if head in decided.begins_article else []
    return frozenset(set.intersection(*allowed)) if allowed else frozenset()
