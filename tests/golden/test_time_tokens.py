"""Tokens and expressions of times: what only looks like one is none, and neighbours make one expression."""

from datetime import date

import pytest

from transforms.times import find_times
from transforms.times.expressions import find_expressions
from transforms.times.number_tokens import NO_CLOCKS, NO_LENGTHS, read_clock, read_length
from transforms.times.resolve import POINT_RULES
from transforms.times.tokens import find_tokens, pattern_of_kinds, plain


def refused(kind: str, read, text: str) -> bool:
    """Whether the pattern of a kind finds something in a text that is refused."""
    match = pattern_of_kinds(kind).search(text)
    return match is not None and read(match, text) is None


@pytest.mark.parametrize(("name", "text"), [(rule.name, text) for rule in NO_CLOCKS for text in rule.examples])
def test_what_only_looks_like_an_hour_is_none(name, text):
    assert refused("clock", read_clock, plain(text))


@pytest.mark.parametrize(("name", "text"), [(rule.name, text) for rule in NO_LENGTHS for text in rule.examples])
def test_what_only_looks_like_a_length_of_time_is_none(name, text):
    assert refused("counted", read_length, plain(text))


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("2024年11月28日下午3时", ["2024年", "11月", "28日", "下午", "3时"]),
        ("去年12月", ["去年", "12月"]),
        ("正月初一", ["正月初一"]),
        ("近三年", ["三年"]),
        ("历时１，２００天", ["１，２００天"]),
        ("第39届、3:2、80后", []),
    ],
)
def test_a_token_is_the_smallest_piece_that_names_a_time(text, tokens):
    assert [text[token.start : token.end] for token in find_tokens(plain(text))] == tokens


@pytest.mark.parametrize(
    ("text", "expressions"),
    [
        ("2024年11月28日下午3时开工", [("2024年11月28日下午3时", "point", "")]),
        ("3月28日至4月2日", [("3月28日至4月2日", "point", "")]),
        (
            "近三年、3年前、未来5年、三年后",
            [("近三年", "length", "past"), ("3年前", "length", "ago"), ("未来5年", "length", "future"), ("三年后", "length", "later")],
        ),
        ("每周三上午", [("每周三上午", "recurring", "")]),
        ("每月5日、15日", [("每月5日", "recurring", ""), ("15日", "recurring", "")]),
        ("周一至周五9:00开放", [("周一至周五", "recurring", ""), ("9:00", "point", "")]),
        ("2020年以来", [("2020年以来", "point", "since")]),
        ("近日", [("近日", "vague", "")]),
        ("1年零3个月", [("1年零3个月", "length", "")]),
    ],
)
def test_neighbouring_tokens_make_one_expression(text, expressions):
    found = find_expressions(plain(text))
    assert [(text[one.start : one.end], one.kind, one.direction) for one in found] == expressions


@pytest.mark.parametrize(("name", "text", "value"), [(rule.name, text, value) for rule in POINT_RULES for text, value in rule.examples])
def test_every_rule_of_points_resolves_its_examples_and_gives_them_its_name(name, text, value):
    time = find_times(text, date(2024, 11, 29))[-1]
    assert (time.value, time.rule.removeprefix("full ")) == (value, name)
