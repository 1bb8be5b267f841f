"""Keywords: golden cases, laws, and what a term weighs, in Python and in SQL."""

import json
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.pipeline.corpus import run_sql
from transforms.names import find_names
from transforms.terms import MAX_NAME_CHARS, MAX_TERMS, find_terms, weigh
from warehouse import schema
from warehouse.ddl import create_tables
from warehouse.store import insert_rows

CASES = json.loads((Path(__file__).parents[1] / "cases" / "terms.json").read_text("utf-8"))


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in CASES])
def test_golden_case(case):
    found = {term.term for term in find_terms(case["text"], case["headline"], find_names(case["text"]))}
    assert found >= set(case["has"])
    assert not found & set(case["has_not"])


def test_counts_are_those_of_the_text():
    text = "物业公司来了，物业公司忙着。居民看着物业公司。"
    assert {term.term: term.n for term in find_terms(text)}["物业公司"] == 3


@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from("清浦镇垃圾分类社区居民的和在“”，。\n12王李说 物业公司"), max_size=80), st.none() | st.just("垃圾分类"))
def test_terms_stand_in_the_text_and_are_short_and_few(text, headline):
    found = find_terms(text, headline, find_names(text))
    assert len(found) <= MAX_TERMS and len({term.term for term in found}) == len(found)
    for term in found:
        assert term.term in text and term.n >= 1 and 2 <= len(term.term) <= MAX_NAME_CHARS


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_read(text):
    find_terms(text, None, find_names(text))


def keywords_of(terms: list[tuple[str, str, int]]) -> dict[tuple[str, str], float]:
    con = duckdb.connect()
    create_tables(con)
    for article_id in sorted({article for article, _, _ in terms}):
        row = {
            "article_id": article_id,
            "file_id": "f",
            "seq": 1,
            "subheads": [],
            "kind": "news",
            "reporters": [],
            "photographers": [],
            "published_basis": "unresolved",
            "body": "",
            "n_chars": 0,
            "is_headless": False,
            "is_truncated": False,
        }
        insert_rows(con, schema.TABLES["articles"], [row])
    con.executemany("INSERT INTO terms VALUES (?, ?, ?)", terms)
    run_sql(con, "keywords")
    return {(article, term): weight for article, term, weight in con.execute("SELECT article_id, term, weight FROM keywords").fetchall()}


def test_sql_weighs_as_python_does_and_what_all_articles_say_weighs_least():
    terms = [("a1", "垃圾分类", 3), ("a1", "社区", 3), ("a2", "社区", 2), ("a3", "社区", 1), ("a3", "早稻", 1)]
    found = keywords_of(terms)
    assert found["a1", "垃圾分类"] == pytest.approx(weigh(3, 6, 1, 3), abs=1e-6)
    assert found["a1", "社区"] == pytest.approx(weigh(3, 6, 3, 3), abs=1e-6)
    assert found["a1", "垃圾分类"] > found["a1", "社区"]


def test_twelve_keywords_an_article_at_most():
    found = keywords_of([("a1", f"词{n}", 1 + n) for n in range(20)])
    assert len(found) == 12 and ("a1", "词19") in found and ("a1", "词0") not in found
