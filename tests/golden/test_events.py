"""Events and stories: golden cases, laws, and what joins two reports into one story."""

import json
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.events import find_events
from transforms.records import Name, Time
from transforms.stories import Told, group_stories

CASES = json.loads((Path(__file__).parents[1] / "cases" / "events.json").read_text("utf-8"))


def names_of(case: dict) -> list[Name]:
    return [
        Name(kind, word, found.start(), found.end(), word, 0.9)
        for kind, key in (("person", "people"), ("organization", "organizations"), ("place", "places"))
        for word in case.get(key, ())
        for found in re.finditer(re.escape(word), case["text"])
    ]


def times_of(case: dict) -> list[Time]:
    times = []
    for word, day in case.get("times", {}).items():
        start = date.fromisoformat(day) if day and day != "year" else None
        grain = "day" if start else day or "vague"
        times += [Time(word, found.start(), found.end(), day, start, start, grain, "given") for found in re.finditer(re.escape(word), case["text"])]
    return times


def issue_of(case: dict) -> date | None:
    return date.fromisoformat(case["issue_on"]) if "issue_on" in case else None


@pytest.mark.parametrize("case", [
    pytest.param(case, id=case["id"], marks=[pytest.mark.xfail(strict=True, reason=case["id"])] if case["kind"] == "known failure" else [])
    for case in CASES
])
def test_case(case):
    found = find_events(case["text"], names_of(case), times_of(case), issue_of(case))
    assert [event.kind for event in found] == [wanted["kind"] for wanted in case["events"]]
    for event, wanted in zip(found, case["events"], strict=True):
        assert case["text"][event.char_start : event.char_end] == event.text
        for field, value in wanted.items():
            got = getattr(event, field)
            assert (list(got) if isinstance(got, tuple) else str(got) if isinstance(got, date) else got) == value, field


PIECES = st.sampled_from(["云渡区", "召开", "会议", "，", "。", "“", "”", "举行", "签署", "协议", "\n", "的", "了", "通车", "将", "\x00", "\ud800", "😀", "视察", "3日"])


@settings(max_examples=200)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_evidence_is_where_it_says(text):
    names = [Name("organization", "云渡区", found.start(), found.end(), "云渡区", 0.9) for found in re.finditer("云渡区", text)]
    for event in find_events(text, names, ()):
        assert text[event.char_start : event.char_end] == event.text
        assert 0 < event.confidence <= 1


@pytest.mark.parametrize("text", [
    "", "\n", "召开" * 15_000, "“" * 100_000, "会议" * 50_000 + "召开", "，召开会议" * 3_000, "签署" * 20_000, "视察" * 20_000, "开通" * 10_000, "大桥通车" * 10_000, "在" * 200_000,
])
def test_hostile_texts_end_in_time(text):
    find_events(text, (), ())


DAY = date(2024, 11, 28)


def told(event_id: str, **rest) -> Told:
    values = {"kind": "opening", "on_date": DAY, "place": None, "actors": (), "objects": ("清浦大桥通车仪式",), **rest}
    return Told(event_id, event_id.split("-v")[0], **values)


def story_of_both(one: Told, other: Told) -> bool:
    return len(set(group_stories([one, other]).values())) == 1


@pytest.mark.parametrize("rest", [
    {},
    {"on_date": date(2024, 11, 29)},
    {"on_date": date(2024, 11, 27)},
    {"actors": ("沈若水",), "objects": ("大桥通车仪式",)},
])
def test_reports_of_one_thing_are_one_story(rest):
    assert story_of_both(told("a-v001", actors=("沈若水",)), told("b-v001", **rest))


@pytest.mark.parametrize("rest", [
    {"kind": "meeting"},
    {"on_date": date(2024, 12, 3)},
    {"on_date": None},
    {"objects": ("沁芳小学启用",)},
    {"actors": ("周远航",)},
])
def test_other_things_are_other_stories(rest):
    assert not story_of_both(told("a-v001", actors=("沈若水",)), told("b-v001", **rest))


def test_one_guest_in_common_is_not_the_same_story():
    one = told("a-v001", kind="signing", actors=("云渡区政府", "清浦学院", "沈若水"), objects=("全面合作协议",))
    other = told("b-v001", kind="signing", actors=("云渡医院", "省医院", "沈若水"), objects=("专科合作协议",))
    assert not story_of_both(one, other)


def test_events_of_one_article_are_not_one_story():
    assert not story_of_both(told("a-v001"), told("a-v002"))


def test_a_story_is_named_after_its_smallest_event_in_any_order():
    events = [told(f"{name}-v001", actors=("沈若水",)) for name in "cab"]
    assert set(group_stories(events).values()) == {"a-v001"}
    assert group_stories(events[::-1]) == group_stories(events)
