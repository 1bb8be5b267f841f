"""The generator of the benchmarks: the same seed gives the same pages, its gold fits them, every kind of damage comes up."""

from __future__ import annotations

from itertools import islice

from tests.bench.make_pages import make_pages

PAGES = list(islice(make_pages(3), 80))


def test_the_same_seed_gives_the_same_pages():
    assert list(islice(make_pages(3), 5)) == PAGES[:5]
    assert PAGES[0][1] != next(make_pages(4))[1]
    assert len({path for path, _, _ in PAGES}) == len({text for _, text, _ in PAGES}) == len(PAGES)


def test_the_gold_fits_the_text():
    for _, text, gold in PAGES:
        texts = {block["seq"]: text[block["char_start"] : block["char_end"]] for block in gold["blocks"]}
        assert list(texts.values()) == [line for line in text.split("\n") if line]
        for block in gold["blocks"]:
            if block["role"] == "duplicate":
                assert texts[block["seq"]] in texts[block["duplicate_of"]]


def test_every_kind_of_damage_comes_up():
    blocks = [block for _, _, gold in PAGES for block in gold["blocks"]]
    for kind in ("continues", "duplicate_of", "headless", "truncated"):
        assert sum(kind in block for block in blocks) > 2, kind
    assert sum(block["seq"] - block.get("continues", block["seq"]) > 1 for block in blocks) > 2
    assert {block["role"] for block in blocks} == {
        "headline", "subhead", "body", "caption", "credit", "furniture", "advert", "duplicate"}
