"""Events and stories: golden cases, laws, and what joins two reports into one story."""

import json
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.events import find_events
from transforms.events.answers import day_options
from transforms.events.details import casualties, subtype
from transforms.events.layout import ArticleLayout
from transforms.events.tellings import tellings
from transforms.names import find_names
from transforms.records import Name, Time
from transforms.stories import Told, group_stories
from transforms.times import find_times

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
        times += [
            Time(word, found.start(), found.end(), day, start, start, grain, "given")
            for found in re.finditer(re.escape(word), case["text"])
        ]
    return times


def issue_of(case: dict) -> date | None:
    return date.fromisoformat(case["issue_on"]) if "issue_on" in case else None


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(
            case, id=case["id"], marks=[pytest.mark.xfail(strict=True, reason=case["id"])] if case["kind"] == "known failure" else []
        )
        for case in CASES
    ],
)
def test_case(case):
    found = find_events(case["text"], names_of(case), times_of(case), issue_of(case))
    assert [event.kind for event in found] == [wanted["kind"] for wanted in case["events"]]
    for event, wanted in zip(found, case["events"], strict=True):
        assert case["text"][event.char_start : event.char_end] == event.text
        for field, value in wanted.items():
            got = getattr(event, field)
            assert (list(got) if isinstance(got, tuple) else str(got) if isinstance(got, date) else got) == value, field


def test_days_after_the_issue_are_to_come():
    text = "3月20日，清浦大桥正式通车。"
    times = find_times(text, date(2024, 3, 18))
    assert find_events(text, (), times, date(2024, 3, 21))
    assert not [event for event in find_events(text, (), times, date(2024, 3, 18)) if event.on_date]


def test_what_a_past_year_had_was_not_on_the_day_of_the_lead():
    text = "3月20日，清浦大桥正式通车。2018年，云渡集团与清浦学院签订了技术许可合同。同日，云渡集团与清浦医院签订了合同。"
    layout = ArticleLayout(text, (), find_times(text, date(2024, 3, 21)), date(2024, 3, 21))
    signings = [telling for telling, _ in tellings(layout) if telling.kind == "signing"]
    days = [{day for day, _ in day_options(layout, telling)} for telling in signings]
    assert days == [{None}, {None, date(2024, 3, 20)}]


@pytest.mark.parametrize(
    "text, killed, hurt",
    [
        ("4月2日，两车相撞，造成3人死亡、2人受伤。", 3, 2),
        ("4月2日，两车相撞，1死4伤。", 1, 4),
        ("4月2日，两车相撞，死亡3人。", 3, None),
        ("4月2日，两车相撞，无人员伤亡。", 0, 0),
        ("4月2日，两车相撞，12人受伤，其中2人重伤。", None, 12),
        ("4月2日，两车相撞，5人重伤、9人轻伤。", None, 14),
        ("4月2日，两车相撞，38只羊死亡。", None, None),
        ("4月2日，两车相撞，车上的8岁孩子轻伤。", None, None),
    ],
)
def test_casualties_are_counted_as_the_text_counts_them(text, killed, hurt):
    layout = ArticleLayout(text, (), ())
    assert casualties(layout, "accident", layout.sentences[0], ()) == (killed, hurt)


def test_the_casualties_of_another_accident_are_not_those_of_one_told_in_passing():
    text = "塔吊倒塌3人死亡\n5月2日，工地塔吊倒塌，3人死亡。\n工地停工。\n这是今年第二次，3月12日工地曾发生坠落事故。"
    layout = ArticleLayout(text, (), ())
    assert casualties(layout, "accident", layout.sentences[-1], ()) == (None, None)


@pytest.mark.parametrize(
    "text, kind, closer",
    [
        ("一辆轿车追尾前方货车后起火。", "accident", "traffic"),
        ("仓库起火，货架倒塌。", "accident", "fire"),
        ("法院以诈骗罪判处其有期徒刑三年。", "case", "fraud"),
        ("法院作出一审判决。", "case", None),
        ("大桥通车，无人受伤。", "opening", None),
    ],
)
def test_the_first_word_that_shows_it_says_what_an_event_is_more_closely(text, kind, closer):
    layout = ArticleLayout(text, (), ())
    assert subtype(layout, kind, layout.sentences[0]) == closer


PIECES = st.sampled_from(
    [
        "云渡区",
        "召开",
        "会议",
        "，",
        "。",
        "“",
        "”",
        "举行",
        "签署",
        "协议",
        "\n",
        "的",
        "了",
        "通车",
        "将",
        "\x00",
        "\ud800",
        "😀",
        "视察",
        "3日",
    ]
)


@settings(max_examples=200)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_evidence_is_where_it_says(text):
    names = [Name("organization", "云渡区", found.start(), found.end(), "云渡区", 0.9) for found in re.finditer("云渡区", text)]
    for event in find_events(text, names, ()):
        assert text[event.char_start : event.char_end] == event.text
        assert 0 < event.confidence <= 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "召开" * 15_000,
        "“" * 100_000,
        "会议" * 50_000 + "召开",
        "，召开会议" * 3_000,
        "签署" * 20_000,
        "视察" * 20_000,
        "开通" * 10_000,
        "大桥通车" * 10_000,
        "在" * 200_000,
    ],
)
def test_hostile_texts_end_in_time(text):
    find_events(text, (), ())


DAY = date(2024, 11, 28)


def told(event_id: str, **rest) -> Told:
    values = {"kind": "opening", "on_date": DAY, "place": None, "actors": (), "objects": ("清浦大桥通车仪式",), **rest}
    return Told(event_id, event_id.split("-v")[0], **values)


def story_of_both(one: Told, other: Told) -> bool:
    return len(set(group_stories([one, other]).values())) == 1


@pytest.mark.parametrize(
    "rest",
    [
        {},
        {"on_date": date(2024, 11, 29)},
        {"on_date": date(2024, 11, 27)},
        {"actors": ("沈若水",), "objects": ("大桥通车仪式",)},
    ],
)
def test_reports_of_one_thing_are_one_story(rest):
    assert story_of_both(told("a-v001", actors=("沈若水",)), told("b-v001", **rest))


@pytest.mark.parametrize(
    "rest",
    [
        {"kind": "meeting"},
        {"on_date": date(2024, 12, 3)},
        {"on_date": None},
        {"objects": ("沁芳小学启用",)},
        {"actors": ("周远航",)},
    ],
)
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


@pytest.mark.parametrize(
    "text, lead_day",
    [
        ("云渡晚报2月18日讯 2月17日至18日，沈若水到清浦镇调研。", date(2025, 2, 17)),
        ("云渡晚报2月18日讯 沈若水到清浦镇调研。\n2月10日，清浦大桥通车。", date(2025, 2, 18)),
        ("2月18日，沈若水到清浦镇调研，2月17日抵达。", date(2025, 2, 18)),
    ],
)
def test_the_day_a_report_was_wired_yields_to_the_day_it_tells(text, lead_day):
    issue_on = date(2025, 2, 19)
    assert ArticleLayout(text, (), find_times(text, issue_on), issue_on).lead_day == lead_day


@pytest.mark.parametrize(
    "text, is_meeting", [("3月4日，社会工作部启动试点。", False), ("3月4日，会长启程。", False), ("3月4日，区里召开会。", True)]
)
def test_a_sign_of_a_gathering_is_none_within_another_word(text, is_meeting):
    assert any(telling.kind == "meeting" for telling, _ in tellings(ArticleLayout(text, (), ()))) == is_meeting


def test_a_trigger_in_two_pieces_is_as_printed():
    text = "市人大1月9日選舉何遠為市長。"
    names = [Name("organization", "市人大", 0, 3, "市人大", 0.9), Name("person", "何遠", 9, 11, "何遠", 0.9)]
    assert [event.trigger for event in find_events(text, names, find_times(text, date(2024, 1, 10)))] == ["選舉為"]


def told_dead(text: str) -> list[tuple[str, ...]]:
    day = date(2020, 11, 23)
    return [one.actors for one in find_events(text, find_names(text), find_times(text, day), day) if one.kind == "death"]


def test_of_a_list_only_the_one_of_whom_it_is_told_has_died():
    text = "李玉兰（女），县医院护士长；宫铁山，县第二中学教师；王立新，县林业局护林员，2月17日在扑救山火中牺牲，年仅38岁。"
    assert told_dead(f"先进工作者名单\n{text}") == [("王立新",)]


def test_who_hurries_to_an_accident_has_not_died():
    assert told_dead("11月21日，一辆货车与一辆校车相撞，造成货车驾驶员死亡，7人受伤。事故发生后，县委书记尹学锋赶赴现场指挥救援。") == []
