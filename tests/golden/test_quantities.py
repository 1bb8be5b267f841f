"""Quantities: golden cases, the real page, laws, hostile input."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.shared import shared
from transforms.lexicons import read_table
from transforms.quantities import find_quantities, lexicon
from transforms.quantities.counted import noun_after
from transforms.rows import RawFileFacts, read_file
from transforms.text.numerals import read_number

CASES = Path(__file__).parents[1] / "cases"


def cases(name: str) -> list:
    found = []
    for case in json.loads((CASES / name).read_text("utf-8")):
        marks = [pytest.mark.xfail(strict=True)] if case["kind"] == "known failure" else []
        found.append(pytest.param(case, id=case["id"], marks=marks))
    return found


@pytest.mark.parametrize("case", cases("quantities.json"))
def test_golden_case(case):
    found = find_quantities(case["text"])
    assert [quantity.text for quantity in found] == [wanted["text"] for wanted in case["expect"]]
    for quantity, wanted in zip(found, case["expect"], strict=True):
        for field, value in wanted.items():
            got = getattr(quantity, field)
            assert got == (pytest.approx(value) if isinstance(value, float) else value), field


def test_every_quantity_of_the_real_page_and_no_other():
    text = shared("page.txt").read_text("utf-8")
    gold = json.loads((CASES / "quantities_page.json").read_text("utf-8"))
    found = [{field: getattr(quantity, field) for field in gold[0]} for quantity in find_quantities(text)]
    assert found == gold


def test_unit_table_is_sound():
    for row in read_table("units.tsv"):
        assert len(row) in (4, 5) and row[0] and float(row[2]) > 0, row
    names = [row[0] for row in read_table("units.tsv")]
    assert len(names) == len(set(names))


def test_kinds_have_one_base_unit_except_money_and_temperature():
    bases: dict[str, set[str]] = {}
    for units in lexicon.units().values():
        for unit in units:
            bases.setdefault(unit.kind, set()).add(unit.base)
    several = {kind for kind, found in bases.items() if len(found) > 1}
    assert several == {"money", "temperature", "power"}


def test_number_of_vague_words_keeps_both_ends():
    number = read_number("一百二十多万", 0)
    assert (number.value, number.low, number.high, number.qualifier) == (1200000, 1200000, 1300000, "多")


def test_noun_ends_before_a_verb():
    assert noun_after("居民参加活动", 0) == "居民"


@given(st.text(st.sampled_from("0123456789１２三十百千万亿余多几近约超数上半.，,至-—%％元米个年月日第名(套)/每人均的居民 \n"), max_size=60))
def test_offsets_slice_the_text_in_order_and_bounds_hold(text):
    end = 0
    for quantity in find_quantities(text):
        assert text[quantity.char_start : quantity.char_end] == quantity.text
        assert quantity.char_start >= end
        end = quantity.char_end
        if quantity.low is not None and quantity.high is not None:
            assert quantity.low <= quantity.high
        if quantity.value is not None:
            assert quantity.low is None or quantity.low <= quantity.value + 1e-9
            assert quantity.high is None or quantity.value <= quantity.high + 1e-9


@given(st.integers(1, 10**6), st.sampled_from(["吨", "公里", "名", "%"]))
def test_a_number_and_a_unit_are_read_back(number, unit):
    (quantity,) = find_quantities(f"共{number}{unit}。")
    assert (quantity.value, quantity.unit, quantity.low, quantity.high) == (number, unit, number, number)


@given(st.integers(1, 10**6))
def test_full_width_digits_mean_the_same(number):
    wide = str(number).translate({ord("0") + digit: ord("０") + digit for digit in range(10)})
    assert find_quantities(f"约{wide}吨")[0].value == find_quantities(f"约{number}吨")[0].value


HOSTILE = [
    "",
    "\0",
    "3个" * 50_000,
    "百分之" * 50_000,
    "约" * 200_000 + "3吨",
    "1至" * 50_000,
    "(套)" * 60_000,
    "每" * 200_000,
    "半",
    "十" * 5000,
    "1" * 100000 + "元",
    "1,111" * 20000 + "米",
    "\ud800３个\udfff",
    "😀5万😀",
    "第" * 9999 + "3个",
    "增长3" + " " * 100_000 + "渡",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_does_no_harm(text):
    for quantity in find_quantities(text):
        assert text[quantity.char_start : quantity.char_end] == quantity.text


def test_the_money_of_a_page_in_traditional_script_is_that_of_its_place():
    page = "縣府編列明年總預算\n\n本報訊 縣長賴以寬昨日表示，113年度總預算案歲入312億元，將於月底前送縣議會審議。\n"
    rows = read_file(page.encode(), RawFileFacts("", "page.txt"))
    assert [(row["text"], row["base_unit"]) for row in rows["quantities"]] == [("312億元", "TWD")]
