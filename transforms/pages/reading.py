"""Put the steps of reading a page together: blocks, repeats, seams, roles, articles, edits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from transforms.pages.blocks import Cut, cut_blocks
from transforms.pages.bylines import read_bylines
from transforms.pages.cohesion import article_starts
from transforms.pages.repeats import Repeat, find_repeats
from transforms.pages.roles import BEGINS_ARTICLE, ROLE, read_roles
from transforms.pages.seams import Seam, find_seams, lines_of_verse, looks_headless
from transforms.pages.shapes import Shape, shape_of
from transforms.records import Article, Block, Edit, Page, Paragraph
from transforms.spans import Span


def read_page(text: str) -> Page:
    """Return the page that a raw text holds: blocks with roles, articles, and the edits that repaired them.

    Every code point is in exactly one block or is white space between blocks; nothing is invented, nothing dropped.

    >>> page = read_page("渡口恢复通航\\n\\n本报讯(周明远) 11月28日,云渡区老渡口恢复通\\n\\n航,两岸居民前来观看。")
    >>> page.articles[0].headline, page.articles[0].reporters, page.articles[0].dateline
    ('渡口恢复通航', ('周明远',), '11月28日')
    >>> page.articles[0].paragraphs[1].text
    '本报讯(周明远) 11月28日,云渡区老渡口恢复通航,两岸居民前来观看。'
    """
    cuts = cut_blocks(text)
    shapes = [shape_of(cut.text) for cut in cuts]
    repeats = find_repeats(cuts)
    seams = find_seams(cuts, shapes, repeats, text)
    heads = [index for index in range(len(cuts)) if index not in repeats and index not in seams]
    verse = lines_of_verse(cuts, shapes, [index for index in range(len(cuts)) if index not in repeats])
    chains = chains_of(heads, seams)
    paragraphs = [shapes[head] if len(chains[head]) == 1 else shape_of("".join(cuts[block].text for block in chains[head])) for head in heads]
    starts = article_starts(cuts, paragraphs, heads, chains)
    states = read_roles(paragraphs, [index in verse for index in heads], starts).states
    groups = group(heads, states)
    return assemble(text, cuts, shapes, repeats, seams, chains, groups)


def chains_of(heads: Sequence[int], seams: Mapping[int, Seam]) -> dict[int, list[int]]:
    """Return each paragraph's blocks in reading order, by its first block."""
    onward = {seam.left: right for right, seam in seams.items()}
    chains = {}
    for head in heads:
        chain = [head]
        while chain[-1] in onward:
            chain.append(onward[chain[-1]])
        chains[head] = chain
    return chains


def group(heads: Sequence[int], states: Sequence[str]) -> list[list[tuple[int, str]]]:
    """Return the articles' paragraphs (first block, state), and furniture as groups of its own."""
    groups: list[list[tuple[int, str]]] = []
    for head, state in zip(heads, states, strict=True):
        alone = state == "furniture"
        if not groups or alone or state in BEGINS_ARTICLE or (groups[-1][0][1] == "furniture"):
            groups.append([])
        groups[-1].append((head, state))
    return groups


def assemble(
    text: str,
    cuts: Sequence[Cut],
    shapes: Sequence[Shape],
    repeats: Mapping[int, Repeat],
    seams: Mapping[int, Seam],
    chains: Mapping[int, list[int]],
    groups: Sequence[list[tuple[int, str]]],
) -> Page:
    """Return the page: articles numbered from 1 in the order in which they begin."""
    role: dict[int, str] = {}
    article_of: dict[int, int] = {}
    number = 0
    numbered: list[tuple[int, list[tuple[int, str]]]] = []
    for members in groups:
        furniture = members[0][1] == "furniture"
        if not furniture:
            number += 1
            numbered.append((number, members))
        for head, state in members:
            for block in chains[head]:
                role[block] = role_of(state, shapes[block])
                if not furniture:
                    article_of[block] = number
    for repeat in repeats.values():
        role[repeat.block] = "duplicate"
        if repeat.of in article_of:
            article_of[repeat.block] = article_of[repeat.of]
    blocks = tuple(
        Block(
            seq=index + 1,
            char_start=cut.char_start,
            char_end=cut.char_end,
            text=cut.text,
            role=role[index],
            article=article_of.get(index),
            duplicate_of=repeats[index].of + 1 if index in repeats else None,
            duplicate_kind=repeats[index].kind if index in repeats else None,
            continues=seams[index].left + 1 if index in seams else None,
        )
        for index, cut in enumerate(cuts)
    )
    copies: dict[int, list[int]] = {}
    for index in sorted(repeats):
        if index in article_of:
            copies.setdefault(article_of[index], []).append(index)
    articles = tuple(
        article_from(text, seq, members, copies.get(seq, []), cuts, shapes, chains, role, last=seq == number)
        for seq, members in numbered
    )
    return Page(text, blocks, articles, edits_of(cuts, repeats, seams, article_of))


def role_of(state: str, shape: Shape) -> str:
    """Return the role of a block in a state."""
    if state == "credit" and shape.is_editors_note:
        return "caption"
    return ROLE[state]


def article_from(
    text: str,
    seq: int,
    members: Sequence[tuple[int, str]],
    copies: Sequence[int],
    cuts: Sequence[Cut],
    shapes: Sequence[Shape],
    chains: Mapping[int, list[int]],
    role: Mapping[int, str],
    *,
    last: bool,
) -> Article:
    """Return one article, its paragraphs laid together."""
    paragraphs = []
    for head, _ in members:
        spans = tuple(Span(cuts[block].char_start, cuts[block].char_end) for block in chains[head])
        whole = "".join(text[start:end] for start, end in spans)
        paragraphs.append(Paragraph(len(paragraphs) + 1, role[head], whole, spans))
    body = [p.text for p in paragraphs if p.role == "body"]
    headline = " ".join(p.text for p in paragraphs if p.role == "headline") or None
    credits = [p.text for p in paragraphs if p.role == "credit"]
    byline = read_bylines(headline, [p.text for p in paragraphs if p.role == "byline"], credits, body)
    heads = [head for head, _ in members]
    blocks = [block for head in heads for block in chains[head]]
    ends = [cuts[block] for block in blocks]
    last_body = next((chains[head][-1] for head in reversed(heads) if role[head] == "body"), None)
    return Article(
        seq=seq,
        char_start=min(cut.char_start for cut in ends),
        char_end=max(cut.char_end for cut in ends),
        headline=headline,
        subheads=tuple(p.text for p in paragraphs if p.role == "subhead"),
        kind=kind_of(headline, body, paragraphs, shapes[heads[0]]),
        reporters=byline.reporters,
        photographers=byline.photographers,
        agency=byline.agency,
        dateline_place=byline.dateline_place,
        dateline=byline.dateline,
        paragraphs=tuple(paragraphs),
        blocks=tuple(block + 1 for block in [*blocks, *copies]),
        is_headless=any(role[head] == "body" and looks_headless(cuts[head], shapes[head]) for head in heads),
        is_truncated=last_body is not None and shapes[last_body].end == "open" and shapes[last_body].is_prose,
        text="\n".join(p.text for p in paragraphs),
    )


def kind_of(headline: str | None, body: Sequence[str], paragraphs: Sequence[Paragraph], first: Shape) -> str:
    """Return the kind of an article: news, feature, photo, brief, notice or other."""
    n_chars = sum(map(len, body))
    if first.is_picture_title or (any(p.role in ("caption", "credit") for p in paragraphs) and n_chars < 200):
        return "photo"
    if first.is_notice and n_chars < 600:
        return "notice"
    if not body:
        return "other"
    if any(p.role == "subhead" for p in paragraphs):
        return "feature"
    if headline is None or n_chars < 120:
        return "brief"
    return "news"


def edits_of(
    cuts: Sequence[Cut], repeats: Mapping[int, Repeat], seams: Mapping[int, Seam], article_of: Mapping[int, int]
) -> tuple[Edit, ...]:
    """Return what was done, in raw order."""
    edits: list[Edit] = []
    for index in range(len(cuts)):
        repeat, seam = repeats.get(index), seams.get(index)
        if repeat:
            sure = {"exact": 0.999, "contained": 0.995, "near": 0.97}[repeat.kind]
            evidence = f"{repeat.kind}: {len(cuts[index].text)} of {len(cuts[repeat.of].text)} characters"
            edits.append(Edit("drop_duplicate", index + 1, repeat.of + 1, article_of.get(index), sure, evidence))
        if seam:
            left, right = cuts[seam.left].text[-6:], cuts[index].text[:6]
            if not seam.adjacent:
                edits.append(
                    Edit("move", index + 1, seam.left + 1, article_of.get(index), seam.confidence, "goes on a sentence that is cut elsewhere")
                )
            edits.append(Edit("join", index + 1, seam.left + 1, article_of.get(index), seam.confidence, f"{left}|{right} score {seam.score:.1f}"))
    return tuple(edits)
