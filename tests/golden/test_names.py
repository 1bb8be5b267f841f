"""Persons with titles, organisations, places: golden cases, the real page, laws, hostile input."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.shared import shared
from transforms.lexicons.names import division_of_code, divisions
from transforms.misprints import find_misprints, odd_one
from transforms.names import find_names, find_names_of
from transforms.names.coreference import full_names, is_short_for
from transforms.names.tagging import CONTEXT, WINDOW, Words, find_spans, shipped_model, windows
from transforms.pages import read_page
from transforms.records import Name

CASES = Path(__file__).parents[1] / "cases"


def cases() -> list:
    return [
        pytest.param(case, id=case["id"], marks=[pytest.mark.xfail(strict=True)] if case["kind"] == "known failure" else [])
        for case in json.loads((CASES / "names.json").read_text("utf-8"))
    ]


@pytest.mark.parametrize("case", cases())
def test_golden_case(case):
    found = find_names(case["text"])
    people = [name for name in found if name.kind == "person"]
    assert [[name.text, name.title, next(iter(name.roles), None)] for name in people] == case["persons"]
    assert [name.text for name in found if name.kind == "organization"] == case["organizations"]
    assert [name.text for name in found if name.kind == "place"] == case["places"]
    if "titles" in case:
        assert [[title.text, title.organization] for name in people for title in name.titles] == case["titles"]
    assert {name.text: name.name for name in found if name.text != name.name} == case.get("full", {})


def articles_of_page() -> list[str]:
    return ["\n".join(part.text for part in article.paragraphs) for article in read_page(shared("page.txt").read_text("utf-8")).articles]


def test_nearly_every_person_of_the_real_page_with_every_title():
    text = shared("page.txt").read_text("utf-8")
    expected = set()
    for one in json.loads((CASES / "names_page.json").read_text("utf-8")):
        title = None if one["title_start"] is None else text[one["title_start"] : one["title_end"]]
        expected.add((text[one["char_start"] : one["char_end"]], title, one["role"]))
    people = [name for article in articles_of_page() for name in find_names(article) if name.kind == "person"]
    found = {(name.text, name.title, next(iter(name.roles), None)) for name in people}
    # Known: two names in Latin letters with half of their title, a rare given name, a title behind 的; five words that are none.
    assert len(expected) > 20 and len(expected - found) <= 4 and len(found - expected) <= 8


def test_every_occurrence_of_a_person_of_the_real_page():
    for article in articles_of_page():
        found = Counter(name.text for name in find_names(article) if name.kind == "person")
        assert found == {name: article.count(name) for name in found}


def test_the_town_that_the_real_page_misprints_is_doubted():
    article = articles_of_page()[1]
    [doubt] = find_misprints(article, find_names(article))
    assert doubt.text.endswith("街道") and doubt.suggestion.endswith("街道") and odd_one(doubt.text, doubt.suggestion) == 1


@pytest.mark.parametrize(
    "text, tenures",
    [
        ("县水利局原局长王立新到场。", ["former"]),
        ("原县水利局局长王立新到场。", ["former"]),
        ("望海水务集团原党委副书记、总经理王立新被查。", ["former", "former"]),
        ("省农科院原副院长、教授王立新到场。", ["former", "current"]),
        ("原市委常委、现任副市长王立新到场。", ["former", "current"]),
        ("印度前总理辛格到访。", ["former"]),
        ("县教育局代理局长王立新到场。", ["acting"]),
        ("清代学者章学诚到过这里。", ["current"]),
        ("经费自主。原校长王立新转任党委书记。", ["former"]),
        ("原告王立新说，前锋李明受了伤。", ["current", "current"]),
        ("春节前县长王立新慰问老人。", ["current"]),
        ("日前，县长王立新慰问老人。", ["current"]),
    ],
)
def test_titles_say_how_they_are_held(text, tenures):
    assert [title.tenure for name in find_names(text) for title in name.titles] == tenures


@pytest.mark.parametrize(
    "article, name, level, adcode, parent",
    [
        ("江苏省南京市鼓楼区", "鼓楼区", "county", "320106", "南京市"),
        ("福州市和鼓楼区", "鼓楼区", "county", "350102", "福州市"),
        ("西湖区有蒋村街道、翠苑街道。", "西湖区", "county", "330106", "杭州市"),
        ("西湖区有蒋村街道、翠苑街道。", "蒋村街道", "town", "330106011", "西湖区"),
        ("广西壮族自治区有许多山。", "广西壮族自治区", "province", "450000", None),
        ("在法国访问。", "法国", "country", None, None),
        ("位于清浦路26号。", "清浦路26号", "address", None, "清浦路"),
    ],
)
def test_places_have_level_code_and_parent(article, name, level, adcode, parent):
    [found] = [one for one in find_names(article) if one.text == name]
    assert (found.level, found.adcode, found.parent) == (level, adcode, parent)


def test_a_county_without_its_rank_has_a_code_only_where_the_article_bears_it_out():
    alone = [name.adcode for name in find_names("记者来到望江。") if name.kind == "place"]
    with_its_city = [name.adcode for name in find_names("安徽省有望江，记者来到望江。") if name.text == "望江"]
    assert set(alone) <= {None} and "340827" in with_its_city


def test_what_one_place_shows_holds_for_the_others():
    text = "区长程云川来到清浦镇。\n“要快。”程云川边走边说。程云川还看望了老人。"
    assert [name.char_start for name in find_names(text) if name.text == "程云川"] == [2, 17, 25]


def test_every_name_says_which_rule_found_it():
    found = {name.text: name.rule for name in find_names("据新华社北京3月8日电，县长方世衡来到清浦路26号，听裘奶奶说话。")}
    assert found == {
        "新华社": "widely_known_organizations",
        "北京": "tagger",
        "方世衡": "tagger",
        "清浦路26号": "addresses",
        "裘奶奶": "tagger",
    }


def test_an_abbreviation_needs_the_same_words_in_the_same_order():
    assert is_short_for("区教育局", "云渡区教育局")
    assert not is_short_for("区委", "云渡区纪委")
    assert not is_short_for("市教育局", "云渡区教育局")


def test_the_codes_of_divisions_are_those_of_the_standard():
    assert division_of_code()["110000"].name == "北京市"
    assert {division.adcode for division in divisions()["南京市"]} == {"320100"}
    assert len(division_of_code()) > 3000


def test_windows_count_every_character_once():
    runs = np.array([(0, 1), (5, 5 + WINDOW), (100, 100 + 3 * WINDOW + 1)])
    counted = Counter(at for _, _, first, after in windows(runs) for at in range(first, after))
    assert counted == Counter(at for start, end in runs for at in range(start, end))
    assert max(end - start for start, end, _, _ in windows(runs)) <= WINDOW + CONTEXT


def test_the_weights_belong_to_the_descriptions():
    """A tagger whose descriptions changed after its training finds next to nothing."""
    text = "中国外交部长王毅和美国国务卿布林肯在北京举行会谈。俄罗斯总统普京会见了来访的印度总理莫迪。"
    found = {(text[piece.start : piece.end], piece.kind) for piece in find_spans(Words(text))}
    assert {("北京", "place"), ("俄罗斯", "place"), ("普京", "person"), ("莫迪", "person")} <= found
    assert len(shipped_model().rows) == 1 << 20


LETTERS = "王李张程云川清浦镇区市省委书记长主任、，。：；（）“”《》·记者讯摄报道在和与的说某老小 \n19号路AaBeＡ\u3000"


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(st.sampled_from(LETTERS), max_size=40) | st.sampled_from(["区长李云", "川来到云渡", "区。", "陈"]), max_size=5))
def test_texts_read_together_do_not_see_each_other(texts):
    assert find_names_of(texts) == [find_names(text) for text in texts]


@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from(LETTERS), max_size=80))
def test_offsets_slice_the_text_and_only_places_lie_in_organisations(text):
    found = find_names(text)
    for name in found:
        assert text[name.char_start : name.char_end] == name.text and name.text.strip() and 0 <= name.confidence <= 1
        for title in name.titles:
            assert text[title.char_start : title.char_end] == title.text
        assert name.kind == "place" or name.level is name.adcode is name.parent is None
        assert name.kind == "person" or name.title is None and not name.roles
    assert found == sorted(found, key=lambda name: (name.char_start, -name.char_end, name.kind))
    for one in found:
        for other in found:
            if one is not other and one.char_start < other.char_end and other.char_start < one.char_end:
                kinds = {one.kind, other.kind}
                assert kinds == {"organization", "place"}


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_read(text):
    for name in find_names(text):
        assert text[name.char_start : name.char_end] == name.text


@pytest.mark.parametrize(
    "text",
    [
        "王" * 30_000,
        "（" * 30_000,
        "王李张刘" * 8_000,
        "本报讯（" * 8_000,
        "区委书记、" * 6_000,
        "·" * 30_000,
        "拉·" * 15_000,
        "记者 王" * 8_000,
        "路1号" * 10_000,
        "市教育局" * 8_000,
        "老张说" * 10_000,
        "\ud800" * 1_000,
        "a" * 30_000,
        "\n" * 30_000,
        "、".join(f"王{chr(0x4E00 + n)}{chr(0x5000 + n)}" for n in range(6_000)),
    ],
    ids=lambda text: text[:4].encode("utf-8", "replace").decode(),
)
def test_hostile_text_is_read_to_the_end(text):
    for name in find_names(text):
        assert text[name.char_start : name.char_end] == name.text


@pytest.mark.parametrize(
    "named, stands_for",
    [(["张留柱", "老张", "张永强"], "张留柱"), (["张留柱", "张永强", "老张"], "老张"), (["老张", "张留柱"], "张留柱")],
)
def test_of_several_the_one_named_before_is_meant(named, stands_for):
    names = [Name("person", name, at, at + len(name), name, 0.9) for at, name in zip(range(0, 30, 10), named, strict=False)]
    assert [name.name for name in full_names(names) if name.text == "老张"] == [stands_for]
