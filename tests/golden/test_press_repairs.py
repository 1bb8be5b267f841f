"""Repairs of press pages: none where nothing is broken, and those that are sure are right where much is."""

from __future__ import annotations

import json

from tests.bench.page_forms import SURE
from tests.shared import shared
from transforms.pages import read_page

EVERY = 4
"""Of the press pages, every so many are read."""


def test_press_pages_that_are_whole_are_not_repaired():
    pages = sorted(shared("press/clean").glob("*.txt"))[::EVERY]
    assert not [edit for path in pages for edit in read_page(path.read_text("utf-8")).edits]


def test_of_sure_repairs_of_broken_press_pages_95_in_100_are_right():
    folder = shared("press/messy")
    sure = right = 0
    for line in (folder / "gold.jsonl").read_text("utf-8").splitlines()[::EVERY]:
        gold = json.loads(line)
        page = read_page((folder / f"{gold['page']}.txt").read_text("utf-8"))
        by_place = {(block["start"], block["end"]): block for block in gold["blocks"]}
        found = {block.seq: by_place[block.char_start, block.char_end] for block in page.blocks}
        for edit in page.edits:
            block, target = found[edit.block], found[edit.target]
            is_copy = block.get("dup_of") == target["i"] or target.get("dup_of") == block["i"]
            if edit.confidence >= SURE:
                sure += 1
                right += is_copy if edit.kind == "drop_duplicate" else block.get("joins") == target["i"]
    assert sure > 100 and right >= 0.95 * sure, (right, sure)
