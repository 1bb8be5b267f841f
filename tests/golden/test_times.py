"""Times: golden cases, the peers' cases that a reader judged, laws, hostile input."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.shared import SHARED, shared
from transforms.times import find_times

CASES = Path(__file__).parents[1] / "cases"


def cases() -> list:
    return [
        pytest.param(case, id=case["id"], marks=[pytest.mark.xfail(strict=True)] if case["kind"] == "known failure" else [])
        for case in json.loads((CASES / "times.json").read_text("utf-8"))
    ]


@pytest.mark.parametrize("case", cases())
def test_golden_case(case):
    found = find_times(case["text"], case["anchor"] and date.fromisoformat(case["anchor"]))
    assert [time.text for time in found] == [wanted["text"] for wanted in case["expect"]]
    for time, wanted in zip(found, case["expect"], strict=True):
        for field, value in wanted.items():
            got = getattr(time, field)
            assert (got.isoformat() if isinstance(got, date) else got) == value, (time.text, field)


def test_peers_cases_are_right_but_for_those_a_reader_sorted_out():
    shared("cases")
    from tests.bench.times import outcomes_of_jionlp, outcomes_of_recognizers

    reviewed = json.loads((CASES / "times_peers.json").read_text("utf-8"))
    missed = {outcome.key for outcome in [*outcomes_of_recognizers(), *outcomes_of_jionlp()] if not outcome.is_right}
    assert missed == set(reviewed)


def test_every_time_of_the_real_page_has_a_value():
    text = shared("page.txt").read_text("utf-8")
    assert SHARED.exists() and all(time.value for time in find_times(text, date(2024, 11, 29)))


SIGNS = "0123456789１２〇一二三十廿年月日号天周星期个小时点分秒上下午前后内近来以至到-—今明去昨当次每逢初底末旬半多余间“”(),，。 \n公元民国农历正腊节春"


@given(st.text(st.sampled_from(SIGNS), max_size=50), st.sampled_from([None, date(2024, 2, 29), date(1998, 1, 1)]))
def test_times_stand_in_order_and_are_honest(text, anchor):
    end = 0
    for time in find_times(text, anchor):
        assert text[time.char_start : time.char_end] == time.text != ""
        assert time.char_start >= end
        end = time.char_end
        assert (time.value is None) == time.basis.startswith("unresolved")
        assert time.start_on is None or time.end_on is None or time.start_on <= time.end_on
        assert anchor or "anchor" not in time.basis


@given(st.dates(date(1901, 1, 1), date(2098, 12, 31)), st.integers(-366, 180))
def test_a_date_without_a_year_is_of_the_years_own_paper(anchor, away):
    day = anchor + timedelta(days=away)
    (time,) = find_times(f"{day.month}月{day.day}日,工程开工。", anchor)
    if day.year == anchor.year:
        assert time.start_on == day
    else:
        assert time.start_on is None or abs(time.start_on.year - anchor.year) <= 1


def test_every_issue_and_every_earlier_day_of_its_year_and_its_statistics():
    for month in range(1, 13):
        issue = date(2023, month, 20)
        day = date(2023, 1, 1)
        while day <= issue:
            for text in (f"{day.month}月{day.day}日,工程开工。", f"项目{day.month}月{day.day}日建成投用,已接待游客3万人次。"):
                assert find_times(text, issue)[0].start_on == day, (text, issue)
            day += timedelta(days=1)
        for last in range(2, month):
            for text in (f"1至{last}月,投资增长5%。", f"1-{last}月全区用电量增长。", f"前{last}个月进出口增长。"):
                (time,) = find_times(text, issue)
                assert (time.start_on, time.end_on.month, time.end_on.year) == (date(2023, 1, 1), last, 2023), (text, issue)
    for last in (11, 12):
        (time,) = find_times(f"1至{last}月,投资增长5%。", date(2024, 1, 18))
        assert (time.start_on, time.end_on.month, time.end_on.year) == (date(2023, 1, 1), last, 2023)


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.none() | st.dates(date(1990, 1, 1)))
def test_a_full_date_is_itself_whatever_the_anchor(day, anchor):
    for text in (f"{day.year}年{day.month}月{day.day}日", f"{day:%Y-%m-%d}"):
        (time,) = find_times(text, anchor)
        assert (time.value, time.start_on, time.end_on, time.basis) == (day.isoformat(), day, day, "explicit")


HOSTILE = [
    "",
    "\0",
    "\ud800年\udfff月",
    "9" * 100_000 + "年",
    "1," * 100_000 + "年",
    "十" * 200_000 + "日",
    "今年" * 20_000,
    "每" * 200_000,
    "一至" * 30_000,
    "3月" * 20_000,
    "28日至" * 20_000,
    "3天" * 20_000,
    "第3个" * 70_000,
    "近三年" * 20_000,
    "上" * 100_000 + "周",
    "农历" * 100_000,
    "20:" * 30_000,
    "年" * 200_000,
    "(" * 200_000,
    "前两个月" * 15_000,
    "99999999年后",
    "9999年12月31日之后100年",
    "2月30日",
    "13月45日",
    "公元前99999年",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_does_no_harm(text):
    for time in find_times(text, date(2024, 2, 29)):
        assert text[time.char_start : time.char_end] == time.text
