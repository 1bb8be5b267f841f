"""Lay the paragraphs of each article end to end, say what every block is, and write down every step of repair as an edit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from transforms.pages.blocks import Cut
from transforms.pages.bylines import read_bylines
from transforms.pages.cohesion import LONGEST_CAPTION
from transforms.pages.corrections import OF_BLOCKS, Correction
from transforms.pages.loss import breaks_off, looks_headless
from transforms.pages.repeats import Repeat
from transforms.pages.roles import BEGINS_ARTICLE, ROLE
from transforms.pages.seams import Seam
from transforms.pages.shapes import Shape
from transforms.records import Article, Block, Edit, Page, Paragraph
from transforms.text.spans import Span

SURE = {"exact": 0.999, "contained": 0.995, "near": 0.97}


@dataclass(frozen=True, slots=True)
class Parts:
    """What the steps before found; blocks counted from 0, ``chains`` the blocks of each paragraph by its first block."""

    text: str
    cuts: Sequence[Cut]
    shapes: Sequence[Shape]
    openings: Mapping[str, int]
    repeats: Mapping[int, Repeat]
    seams: Mapping[int, Seam]
    chains: Mapping[int, Sequence[int]]
    decided_role: Mapping[int, str]


def assemble(parts: Parts, heads: Sequence[int], states: Sequence[str], corrections: Sequence[Correction]) -> Page:
    """Return the page: articles numbered from 1 in reading order. ``states`` are those of the paragraphs ``heads``."""
    role = dict.fromkeys(parts.repeats, "duplicate")
    for at, (head, state) in enumerate(zip(heads, states, strict=True)):
        after = parts.shapes[heads[at + 1]] if at + 1 < len(heads) else None
        is_picture = state == "untitled" and after is not None and after.is_picture_credit and parts.shapes[head].length <= LONGEST_CAPTION
        role |= dict.fromkeys(parts.chains[head], role_of(head, "credit" if is_picture else state, parts))
    groups = group(heads, states)
    article_of = {block: seq for seq, members in enumerate(groups, 1) for head in members for block in parts.chains[head]}
    article_of |= {repeat.block: article_of[repeat.of] for repeat in parts.repeats.values() if repeat.of in article_of}
    copies: dict[int, list[int]] = {}
    for block in sorted(parts.repeats):
        copies.setdefault(article_of.get(block, 0), []).append(block)
    return Page(
        parts.text,
        blocks_of(parts, role, article_of),
        tuple(article_from(parts, seq, members, copies.get(seq, []), role) for seq, members in enumerate(groups, 1)),
        edits_of(parts, article_of, corrections),
    )


def group(heads: Sequence[int], states: Sequence[str]) -> list[list[int]]:
    """Return the first blocks of the paragraphs of each article. Furniture belongs to none and ends none that goes on.

    >>> group([0, 1, 2, 3, 4], ["furniture", "headline", "lead", "headline", "lead"])
    [[1, 2], [3, 4]]
    """
    groups: list[list[int]] = []
    parted = True
    for head, state in zip(heads, states, strict=True):
        if state == "furniture":
            parted = True
            continue
        if parted or state in BEGINS_ARTICLE:
            groups.append([])
        groups[-1].append(head)
        parted = False
    return groups


def role_of(head: int, state: str, parts: Parts) -> str:
    """Return the role of a paragraph's blocks."""
    if head in parts.decided_role:
        return parts.decided_role[head]
    shape = parts.shapes[head]
    if state == "furniture" and shape.is_advert and not shape.is_furniture:
        return "advert"
    if state == "credit" and (shape.is_prose or shape.is_editors_note or shape.is_caption):
        return "caption"
    return ROLE[state]


def blocks_of(parts: Parts, role: Mapping[int, str], article_of: Mapping[int, int]) -> tuple[Block, ...]:
    """Return the blocks in raw order, with the white space between them."""
    blocks, end = [], 0
    for index, cut in enumerate(parts.cuts):
        repeat, seam = parts.repeats.get(index), parts.seams.get(index)
        blocks.append(
            Block(
                seq=index + 1,
                char_start=cut.char_start,
                char_end=cut.char_end,
                text=cut.text,
                role=role[index],
                article=article_of.get(index),
                duplicate_of=repeat.of + 1 if repeat else None,
                duplicate_kind=repeat.kind if repeat else None,
                continues=seam.left + 1 if seam else None,
                space_before=parts.text[end : cut.char_start],
                space_after=parts.text[cut.char_end :] if index + 1 == len(parts.cuts) else "",
            )
        )
        end = cut.char_end
    return tuple(blocks)


def article_from(parts: Parts, seq: int, heads: Sequence[int], copies: Sequence[int], role: Mapping[int, str]) -> Article:
    """Return one article, its paragraphs laid together."""
    cuts, shapes = parts.cuts, parts.shapes
    paragraphs = []
    texts: dict[str, list[str]] = {wanted: [] for wanted in ("headline", "subhead", "byline", "body", "caption", "credit")}
    for head in heads:
        of = [cuts[block] for block in parts.chains[head]]
        paragraph = Paragraph(len(paragraphs) + 1, role[head], "".join([cut.text for cut in of]), tuple([Span(*cut[:2]) for cut in of]))
        paragraphs.append(paragraph)
        texts.setdefault(paragraph.role, []).append(paragraph.text)
    headline = " ".join(texts["headline"]) or None
    byline = read_bylines(headline, texts["byline"], [*texts["credit"], *texts["caption"]], texts["body"])
    blocks = [block for head in heads for block in parts.chains[head]]
    last_body = next((parts.chains[head][-1] for head in reversed(heads) if role[head] == "body"), None)
    return Article(
        seq=seq,
        char_start=min(cuts[block].char_start for block in blocks),
        char_end=max(cuts[block].char_end for block in blocks),
        headline=headline,
        subheads=tuple(texts["subhead"]),
        kind=kind_of(headline, texts["body"], paragraphs, shapes[heads[0]]),
        reporters=byline.reporters,
        photographers=byline.photographers,
        agency=byline.agency,
        dateline_place=byline.dateline_place,
        dateline=byline.dateline,
        paragraphs=tuple(paragraphs),
        blocks=tuple(block + 1 for block in [*blocks, *copies]),
        is_headless=any(role[head] == "body" and looks_headless(cuts[head].text, shapes[head], parts.openings) for head in heads),
        is_truncated=last_body is not None
        and breaks_off(cuts[last_body].text, shapes[last_body], at_end_of_page=last_body + 1 == len(cuts)),
        text="\n".join([p.text for p in paragraphs]),
    )


def kind_of(headline: str | None, body: Sequence[str], paragraphs: Iterable[Paragraph], first: Shape) -> str:
    """Return the kind of an article: news, feature, photo, brief, notice or other."""
    n_chars = sum(map(len, body))
    roles = {paragraph.role for paragraph in paragraphs}
    if first.is_picture_title or roles & {"caption", "credit"} and n_chars < 200:
        return "photo"
    if first.is_notice and n_chars < 600:
        return "notice"
    if not body:
        return "other"
    if "subhead" in roles:
        return "feature"
    return "brief" if headline is None or n_chars < 120 else "news"


def edits_of(parts: Parts, article_of: Mapping[int, int], corrections: Sequence[Correction]) -> tuple[Edit, ...]:
    """Return what was done, in raw order: what reviewers decided, then what was found."""
    edits: list[Edit] = []
    for correction in sorted(corrections, key=lambda correction: correction.block):
        target = correction.value if correction.what in OF_BLOCKS else None
        evidence = f"{correction.what} {'none' if correction.value is None else correction.value}, decided by {correction.evidence}"
        edits.append(Edit("correct", correction.block, target, article_of.get(correction.block - 1), 1.0, evidence))
    cuts = parts.cuts
    for index in range(len(cuts)):
        repeat, seam, article = parts.repeats.get(index), parts.seams.get(index), article_of.get(index)
        if repeat:
            evidence = f"{repeat.kind}: {len(cuts[index].text)} of {len(cuts[repeat.of].text)} characters"
            edits.append(Edit("drop_duplicate", index + 1, repeat.of + 1, article, SURE[repeat.kind], evidence))
        if seam:
            left, right = cuts[seam.left].text[-6:], cuts[index].text[:6]
            if not seam.adjacent:
                edits.append(Edit("move", index + 1, seam.left + 1, article, seam.confidence, "goes on a sentence that is cut elsewhere"))
            edits.append(Edit("join", index + 1, seam.left + 1, article, seam.confidence, f"{left}|{right} score {seam.score:.1f}"))
    return tuple(edits)
