"""The bundled sample and its gold: they fit each other to the letter, and every kind of damage is there."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from transforms.decoding import UndecodableError, decode
from transforms.paths import compile_pattern
from warehouse import sample
from warehouse.sources import find_raw_files

GOLD = [json.loads(line) for line in (Path(__file__).parents[1] / "gold" / "sample.jsonl").read_text("utf-8").splitlines()]


def raw_text(page: dict) -> str:
    return decode((sample.path() / page["path"]).read_bytes()).text


def test_all_files_but_the_broken_one_have_gold():
    found = {raw.path for raw in find_raw_files(str(sample.path()))}
    assert found - {page["path"] for page in GOLD} == {"云渡晚报/2025-03-06/02.txt"}
    with pytest.raises(UndecodableError):
        decode((sample.path() / "云渡晚报/2025-03-06/02.txt").read_bytes())


@pytest.mark.parametrize("page", GOLD, ids=lambda page: page["path"])
def test_the_gold_fits_the_page(page):
    decoded = decode((sample.path() / page["path"]).read_bytes())
    assert (decoded.encoding, decoded.doubtful, len(decoded.text)) == (page["encoding"], None, page["n_chars"])
    facts = compile_pattern(sample.PATTERN).match(page["path"])
    assert (facts.paper, facts.issue_on, facts.page) == (page["paper"], date.fromisoformat(page["issue_on"]), page["page"])
    texts = {block["seq"]: decoded.text[block["char_start"] : block["char_end"]] for block in page["blocks"]}
    assert "".join(texts.values()) == "".join(line for line in decoded.text.splitlines() if line)
    for block in page["blocks"]:
        if block["role"] == "duplicate":
            assert texts[block["seq"]] in texts[block["duplicate_of"]]
    for article in page["articles"]:
        assert "".join(paragraph["text"] for paragraph in article["paragraphs"]) == "".join(texts[seq] for seq in article["blocks"])
        for kind in ("persons", "quantities", "times", "misprints"):
            for fact in article[kind]:
                assert "".join(decoded.text[start:end] for start, end in fact["spans"]) == fact["text"]


def test_every_kind_of_damage_is_there():
    blocks = [block for page in GOLD for block in page["blocks"]]
    kinds = Counter(block.get("duplicate_kind") for block in blocks)
    assert kinds["exact"] > 10 and kinds["contained"] > 10
    joins = [(block["seq"], block["continues"]) for block in blocks if "continues" in block]
    assert len(joins) > 20 and sum(seq - of > 1 for seq, of in joins) > 3
    assert sum(block.get("headless", False) for block in blocks) > 3 and any(block.get("truncated") for block in blocks)
    assert {block["role"] for block in blocks} >= {"headline", "subhead", "body", "caption", "credit", "furniture", "advert", "duplicate"}
    assert {page["encoding"] for page in GOLD} == {"utf-8", "gb18030"}


def test_one_name_two_people_and_a_change_of_office():
    persons = [(p["text"], p["title"]) for page in GOLD for article in page["articles"] for p in article["persons"]]
    assert {"云澜智能装备有限公司董事长", "老党员"} <= {title for name, title in persons if name == "李建华"}
    assert {"区委副书记、代区长", "区长"} <= {title for name, title in persons if name == "蒋承宇"}
