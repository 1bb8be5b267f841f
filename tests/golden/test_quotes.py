"""Quotations: golden cases, the real page, laws, hostile input."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.shared import shared
from transforms.choices import read_weights
from transforms.quotes import find_quotes
from transforms.records import Name

REAL_PAGE_LEAST = 0.6
"""Share of the real page's quotations, and of those found, that must be right with their speakers."""
CASES = Path(__file__).parents[1] / "cases"


def cases() -> list:
    found = []
    for case in json.loads((CASES / "quotes.json").read_text("utf-8")):
        marks = [pytest.mark.xfail(strict=True)] if case["kind"] == "known failure" else []
        found.append(pytest.param(case, id=case["id"], marks=marks))
    return found


def persons(text: str, names: list[str]) -> list[Name]:
    return [Name("person", name, at.start(), at.end(), name, 0.9) for name in names for at in re.finditer(name, text)]


@pytest.mark.parametrize("case", cases())
def test_golden_case(case):
    found = find_quotes(case["text"], persons(case["text"], case["names"]) if "names" in case else None)
    assert [{field: getattr(quote, field) for field in ("text", "speaker", "verb", "is_direct")} for quote in found] == case["expect"]


def test_the_quotations_of_the_real_page_and_their_speakers():
    text = shared("page.txt").read_text("utf-8")
    gold = json.loads((CASES / "quotes_page.json").read_text("utf-8"))
    wanted = {
        (one["char_start"], one["speaker_start"] is not None and text[one["speaker_start"] : one["speaker_end"]] or None) for one in gold
    }
    found = {(one.char_start, one.speaker) for one in find_quotes(text)}
    assert len(wanted & found) / max(len(wanted), len(found)) >= REAL_PAGE_LEAST


def test_a_doubtful_name_is_no_speaker():
    text = "区长何立群来到新区。幸福感提升。他强调，要加快进度，抓好落实。"
    names = persons(text, ["何立群"]) + [Name("person", "幸福感", 10, 13, "幸福感", 0.2)]
    assert [quote.speaker for quote in find_quotes(text, names)] == ["何立群"]


@pytest.mark.parametrize(
    "text", ["政务司司长沈若水将访问清浦镇，进行为期三天的推广。", "沈若水家住江湾街道，离渡口不远。", "他们到村里慰问，送去年货。"]
)
def test_a_word_that_ends_or_begins_like_a_verb_of_saying_says_nothing(text):
    assert find_quotes(text, persons(text, ["沈若水"])) == []


def test_a_word_that_begins_like_what_stands_before_a_speaker_is_whole():
    text = "有关人士认为，这次调查的结果将起到积极的作用。"
    assert [quote.speaker for quote in find_quotes(text, [])] == ["有关人士"]


def test_a_reporter_is_not_who_he_is():
    text = "区长何立群来到新区。记者唐晓雨报道。他强调，要加快进度，抓好落实。"
    names = persons(text, ["何立群"]) + [Name("person", "唐晓雨", 12, 15, "唐晓雨", 0.9, roles=("reporter",))]
    assert [quote.speaker for quote in find_quotes(text, names)] == ["何立群"]


@given(st.text(st.sampled_from('“”‘’"「」：，。！？\n他她说强调表示指出要将居民何立群据介绍，的了在 '), max_size=60))
def test_offsets_slice_the_text_and_quotations_of_one_kind_do_not_overlap(text):
    ends = {True: 0, False: 0}
    for quote in find_quotes(text):
        assert text[quote.char_start : quote.char_end] == quote.text != ""
        assert quote.char_start >= ends[quote.is_direct]
        ends[quote.is_direct] = quote.char_end
        assert 0 < quote.confidence <= 1


@given(st.sampled_from(["“", "「"]), st.sampled_from(["说", "强调", "告诉记者"]), st.sampled_from(["：", ":"]))
def test_marks_and_colons_make_no_difference(mark, verb, colon):
    close = {"“": "”", "「": "」"}[mark]
    (quote,) = find_quotes(f"居民贺树声{verb}{colon}{mark}水管修好了，大家都方便。{close}")
    assert (quote.text, quote.speaker, quote.is_direct) == ("水管修好了，大家都方便。", "贺树声", True)


HOSTILE = [
    "",
    "\0",
    "说" * 20_000,
    "：“" * 30_000,
    "他强调" * 10_000,
    "甲、" * 30_000 + "说，好得很呢。",
    "；说" * 20_000,
    "“",
    "”",
    "\n" * 9,
    "“" * 5000,
    "说" * 5000,
    "他说，" * 5000,
    "“a”" * 3000,
    "\ud800说：“\udfff。”",
    "😀说，😀",
    "说：" + "a" * 200000,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_does_no_harm(text):
    for quote in find_quotes(text):
        assert text[quote.char_start : quote.char_end] == quote.text


def test_confidences_are_shares_that_rise_with_likelihood():
    steps = sorted((float(least), right) for least, right in read_weights("quote_weights.tsv")["confidence"].items())
    shares = [right for _, right in steps]
    assert shares == sorted(shares) and all(0 < right <= 1 for right in shares)
