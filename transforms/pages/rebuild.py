"""Rebuild a page's raw text from its blocks alone, to the letter: nothing that a repair did can lose a character."""

from __future__ import annotations

from collections.abc import Iterable

from transforms.records import Block


def rebuild_raw_text(blocks: Iterable[Block]) -> str:
    """Return the raw text of a page: its blocks in raw order with the white space before each and after the last.

    >>> from transforms.pages import read_page
    >>> raw = "  渡口通航\\n\\n本报讯 渡口今天通\\n\\n航。 \\n"
    >>> rebuild_raw_text(read_page(raw).blocks) == raw
    True
    """
    ordered = sorted(blocks, key=lambda block: block.seq)
    return "".join(block.space_before + block.text + block.space_after for block in ordered)
