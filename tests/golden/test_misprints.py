"""Likely misprints: golden cases, laws, hostile input."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.misprints import find_misprints, find_misprints_of, look_alike, odd_one
from transforms.names import find_names

CASES = json.loads((Path(__file__).parents[1] / "cases" / "misprints.json").read_text("utf-8"))


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=case["id"], marks=[pytest.mark.xfail(strict=True)] if case["kind"] == "known failure" else [])
        for case in CASES
    ],
)
def test_golden_case(case):
    found = find_misprints(case["text"], find_names(case["text"]))
    assert [[doubt.text, doubt.suggestion] for doubt in found] == case["expect"]


def test_the_evidence_says_what_speaks_for_it():
    text = "西湖区有将村街道和翠苑街道。"
    [doubt] = find_misprints(text, find_names(text))
    assert "西湖区" in doubt.evidence and "蒋村街道" in doubt.evidence and 0.5 < doubt.confidence < 1


def test_alike_is_symmetric_and_needs_a_part_in_common():
    assert look_alike("蒋", "将") and look_alike("将", "蒋")
    assert not look_alike("江", "河")  # a radical that hundreds share is not enough
    assert not look_alike("云", "渡", closely=False)


def test_one_character_differs():
    assert odd_one("王清浦", "王清铺") == 2 and odd_one("王清浦", "王清浦") == -1 and odd_one("王浦", "王清浦") == -1


LETTERS = "持之以桓恒西湖区将蒋村街道王清浦铺，。\n区长张 "


@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from(LETTERS), max_size=80))
def test_doubts_slice_the_text_and_differ_from_it_in_one_character(text):
    found = find_misprints(text, find_names(text))
    for doubt in found:
        assert text[doubt.char_start : doubt.char_end] == doubt.text
        assert odd_one(doubt.text, doubt.suggestion) >= 0 and doubt.evidence and 0 < doubt.confidence < 1
    assert all(one.char_end <= other.char_start for one, other in zip(found, found[1:], strict=False))


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_read(text):
    find_misprints(text, find_names(text))


@pytest.mark.parametrize(
    "text", ["持之以" * 10_000, "因" * 30_000, "王清浦、王清铺、" * 4_000, "\ud800" * 500], ids=["phrases", "one", "names", "surrogates"]
)
def test_hostile_text_is_read_to_the_end(text):
    for doubt in find_misprints(text, find_names(text)):
        assert text[doubt.char_start : doubt.char_end] == doubt.text


def test_articles_searched_together_give_what_each_gives_alone() -> None:
    texts = ["要持之以桓。", "", "持之", "以桓地抓，因地制谊", "为民办实事，持之以桓"]
    named = [find_names(text) for text in texts]
    together = find_misprints_of(texts, named)
    assert together == [find_misprints(text, names) for text, names in zip(texts, named, strict=True)]
    assert [doubt.char_start for doubts in together for doubt in doubts if doubt.text == "持之以桓"] == [1, 6]
    assert find_misprints_of([], []) == []
