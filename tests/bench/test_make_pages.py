"""The generator of the benchmarks: the same seed gives the same pages, its gold fits them, every kind of damage comes up."""

from __future__ import annotations

from itertools import islice
from random import Random

from tests.bench.make_pages import BYTES, as_bytes, make_files, make_pages, write_files

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
    assert {block["role"] for block in blocks} == {"headline", "subhead", "body", "caption", "credit", "furniture", "advert", "duplicate"}


def test_every_kind_of_damage_to_the_bytes_comes_up():
    rng = Random(1)
    text = "云渡日报　2025年3月4日\n\n区长王小明说，安全生产要抓紧。\n\n（记者 李一鸣）\n"
    made = [as_bytes(rng, text) for _ in range(20_000)]
    assert {kind for _, kind in made} == {*BYTES, "utf-8"}
    for kind, (share, _) in BYTES.items():
        found = [data for data, named in made if named == kind]
        assert all(data != text.encode() for data in found), kind
        assert share / 3 < len(found) / len(made) < 3 * share, kind


def test_pages_can_be_small():
    small = [text for _, text, _ in islice(make_pages(3, (1, 2)), 80)]
    assert 0 < 3 * sum(map(len, small)) < sum(len(text) for _, text, _ in PAGES)


def test_writing_stops_at_the_size(tmp_path):
    written = write_files(tmp_path, make_files(3), 50_000)
    sizes = [path.stat().st_size for path in tmp_path.rglob("*.txt")]
    assert written.pages == len(sizes) and written.n_bytes == sum(sizes)
    assert 50_000 <= sum(sizes) < 50_000 + max(sizes)
