"""Rebuild a page's raw text from its blocks alone, to the letter: nothing that a repair did can lose a character."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from transforms.records import Block, Edit


def rebuild(blocks: Iterable[Block]) -> str:
    """Return the raw text of a page: its blocks in raw order with the white space before each and after the last.

    >>> from transforms.pages import read_page
    >>> raw = "  渡口通航\\n\\n本报讯 渡口今天通\\n\\n航。 \\n"
    >>> rebuild(read_page(raw).blocks) == raw
    True
    """
    ordered = sorted(blocks, key=lambda block: block.seq)
    return "".join(block.space_before + block.text + block.space_after for block in ordered)


def undo(paragraph_blocks: Sequence[int], edits: Iterable[Edit]) -> list[int]:
    """Return the blocks of a repaired article in raw order with the dropped ones back in: the repair taken back.

    ``paragraph_blocks`` are the ``seq`` of the blocks of the body in reading order, ``edits`` those of the article.

    >>> undo([2, 5, 3], [Edit("join", 5, 2, 1, 0.9, ""), Edit("drop_duplicate", 4, 3, 1, 0.999, "")])
    [2, 3, 4, 5]
    """
    dropped = {edit.block for edit in edits if edit.kind == "drop_duplicate"}
    return sorted({*paragraph_blocks, *dropped})
