"""Search: what is found, in which order, what is shown, and that the index follows the articles."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.cli.app import with_exclusions
from tests.warehouse_rows import DAILY, HE, LIN, TIMES, Rows, known_rows, known_warehouse, loose_tables
from warehouse import search
from warehouse.analytics import create_analytics
from warehouse.ddl import create_tables
from warehouse.search import Highlight, fold_for_search, query_needles


@pytest.fixture(scope="module")
def con():
    con = known_warehouse()
    yield con
    con.close()


def headlines(con, query: str, **filters) -> list[str | None]:
    return [hit.headline for hit in search.search(con, query, **filters)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("储能", ["星槎科技签约云渡"]),
        ("储能项目", ["星槎科技签约云渡"]),
        ("储", ["星槎科技签约云渡"]),
        ("渡", ["防汛物资到位", "星槎科技签约云渡", "区委常委会召开会议", None]),
        ("防汛", ["防汛物资到位", "区委常委会召开会议"]),
        ("防汛 林叙白", ["区委常委会召开会议"]),
        ("防汛 -会议", ["防汛物资到位"]),
        ("防汛 -物资到位", ["区委常委会召开会议"]),
        ('防汛 -"物资已经"', ["区委常委会召开会议"]),
        ('"建设储能"', ["星槎科技签约云渡"]),
        ("“建设储能”", ["星槎科技签约云渡"]),
        ('"储能建设"', []),
        ('"项目建设"', ["林叙白调研青禾产业园建设"]),
        ("老码头", [None]),
        ("SCRIPT", ["<script>alert(1)</script>孩子们的读书节"]),
        ("３０００", ["区委常委会召开会议"]),
        ("火星移民", []),
        ("", []),
        ("   ", []),
        ("-防汛", []),
        ("-", []),
        ('"', []),
        ('""', []),
        ("，。", []),
        ("\x00", []),
        ("' OR 1=1 --", []),
        ("😀", []),
    ],
)
def test_words_phrases_and_exclusions(con, query, found):
    assert sorted(headlines(con, query), key=str) == sorted(found, key=str)


@pytest.mark.parametrize(
    ("query", "found"), [('"青禾园"', ["甲"]), ("鼓声 -青禾园", ["乙"]), ('鼓声 -"青禾园"', ["乙"]), ("青禾园", ["甲", "乙"])]
)
def test_all_pairs_of_a_phrase_are_not_yet_the_phrase(query, found):
    rows = Rows()
    page = rows.page(DAILY, date(2031, 1, 1))
    page.article("甲", "青禾园里有鼓声。")
    page.article("乙", "青禾，禾园，鼓声。")
    assert headlines(rows.connect(), query) == found


@pytest.mark.parametrize("query", ['"ai产业园"', '"ＡＩ产业园"', '"5G基站"', "AI -5G站"])
def test_a_phrase_of_letters_is_found_in_whatever_width_and_case(query):
    rows = Rows()
    rows.page(DAILY, date(2031, 1, 1)).article("甲", "Ａｉ产业园里有５g基站。")
    assert headlines(rows.connect(), query) == ["甲"]


def test_the_command_takes_words_after_a_dash_for_exclusions():
    assert with_exclusions(["search", "防汛", "-会议", '-"物资已经"', "--limit", "3", "-h"]) == [
        "search",
        "防汛",
        "－会议",
        '－"物资已经"',
        "--limit",
        "3",
        "-h",
    ]
    assert with_exclusions(["sql", "-x"]) == ["sql", "-x"]


def test_an_article_with_all_words_comes_before_one_with_most(con):
    assert headlines(con, "产业园 建设")[0] == "林叙白调研青禾产业园建设"


def test_the_headline_weighs_more_than_the_text():
    rows = Rows()
    page = rows.page(DAILY, date(2031, 1, 1))
    page.article("乙", "龙舟在河上，甲。")
    page.article("龙舟", "他们在河上，乙。")
    assert headlines(rows.connect(), "龙舟") == ["龙舟", "乙"]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"since": date(2031, 5, 10)}, ["区委常委会召开会议", "防汛物资到位", "星槎科技签约云渡"]),
        ({"until": date(2031, 5, 9)}, ["林叙白调研青禾产业园建设"]),
        ({"since": date(2031, 5, 10), "until": date(2031, 5, 10), "paper": TIMES}, ["防汛物资到位", "星槎科技签约云渡"]),
        ({"paper": DAILY}, ["林叙白调研青禾产业园建设", "区委常委会召开会议"]),
        ({"person": HE}, ["林叙白调研青禾产业园建设", "区委常委会召开会议"]),
        ({"person": "无此人"}, []),
    ],
)
def test_filters(con, filters, found):
    hits = {headline for query in ("产业园", "防汛", "储能") for headline in headlines(con, query, **filters)}
    assert hits == set(found)


def test_person_may_be_given_by_id(con):
    ((person_id,),) = con.execute("SELECT person_id FROM people WHERE name = ?", [LIN]).fetchall()
    assert headlines(con, "防汛", person=person_id) == ["区委常委会召开会议"]


def test_limit_keeps_the_best(con):
    assert len(search.search(con, "渡", limit=2)) == 2
    assert search.search(con, "防汛", limit=1)[0] == search.search(con, "防汛")[0]


def test_snippet_shows_the_word_and_highlights_it(con):
    hit = search.search(con, "储能项目")[0]
    assert hit.snippet == "…区发展改革局签订协议，计划投资5亿元建设储能项目，占地310亩。"
    assert [hit.snippet[start:end] for start, end in hit.highlights] == ["储能项目"]
    assert (hit.paper, hit.published_on) == (TIMES, date(2031, 5, 10))


def test_snippet_of_a_long_text_is_cut_on_both_sides():
    rows = Rows()
    page = rows.page(DAILY, date(2031, 1, 1))
    page.article("题", "甲乙" * 300 + "龙舟" + "丙丁" * 300)
    (hit,) = search.search(rows.connect(), "龙舟")
    assert hit.snippet.startswith("…") and hit.snippet.endswith("…") and len(hit.snippet) == 82
    assert hit.highlights == (Highlight(21, 23),)


def test_snippet_keeps_letters_as_printed():
    rows = Rows()
    rows.page(DAILY, date(2031, 1, 1)).article("题", "建成ＡＩ产业园，推广App。")
    (hit,) = search.search(rows.connect(), "ai app")
    assert [hit.snippet[start:end] for start, end in hit.highlights] == ["ＡＩ", "App"]


def test_macro_for_sql_users_has_the_columns_of_the_contract(con):
    relation = con.sql("FROM search('防汛')")
    assert relation.columns[:5] == ["article_id", "score", "headline", "published_on", "snippet"]
    assert [row[2] for row in relation.fetchall()] == headlines(con, "防汛")


def test_ties_are_broken_the_same_way_every_time(con):
    assert headlines(con, "渡") == headlines(con, "渡") == headlines(known_warehouse(), "渡")


def index_rows(con) -> list[tuple]:
    return con.execute("FROM search_index ORDER BY ALL").fetchall()


def test_update_follows_the_articles_and_gives_the_same_index_as_a_build_from_nothing():
    con = known_warehouse()
    built = index_rows(con)
    ids = [row[0] for row in con.execute("SELECT article_id FROM articles ORDER BY 1").fetchall()]
    search.update_index(con, [], ids[:2])
    assert index_rows(con) == built  # they are still in articles, so they come back
    con.execute("CREATE TEMP TABLE kept AS FROM articles")
    con.execute("DELETE FROM articles WHERE article_id IN (SELECT unnest(?::VARCHAR[]))", [ids[:3]])
    search.update_index(con)
    assert {row[1] for row in index_rows(con)} == set(ids[3:])
    con.execute("INSERT INTO articles FROM kept WHERE article_id IN (SELECT unnest(?::VARCHAR[]))", [ids[:3]])
    search.update_index(con, ids[:3], [])
    assert index_rows(con) == built
    assert con.execute("SELECT count(*), count(DISTINCT doc) FROM search_articles").fetchall() == [(len(ids), len(ids))]


def test_an_article_that_is_added_again_is_indexed_anew():
    con = known_warehouse()
    ((article_id,),) = con.execute("SELECT article_id FROM articles WHERE headline = '防汛物资到位'").fetchall()
    con.execute("UPDATE paragraphs SET text = '龙舟到了。' WHERE article_id = ? AND role = 'body'", [article_id])
    search.update_index(con, [article_id])
    assert headlines(con, "龙舟") == ["防汛物资到位"]
    assert headlines(con, '"已经到位"') == []


def test_index_is_sorted_again_when_much_has_come(monkeypatch):
    monkeypatch.setattr(search, "UNSORTED_ROWS", 10)
    con = known_warehouse()
    ids = [row[0] for row in con.execute("SELECT article_id FROM articles").fetchall()]
    search.update_index(con, ids)
    postings = con.execute("SELECT token, doc FROM search_postings").fetchall()
    assert con.execute("SELECT n_postings FROM search_sorted").fetchall() == [(len(postings),)]
    assert postings == sorted(postings)


def test_index_laid_out_by_other_code_is_dropped_and_filled_again():
    con = known_warehouse()
    con.execute("CREATE OR REPLACE TABLE search_postings (token VARCHAR, doc INTEGER)")
    search.create_index_tables(con)
    assert headlines(con, "防汛") == []
    search.update_index(con)
    assert headlines(con, "防汛") == ["防汛物资到位", "区委常委会召开会议"]


def test_tokens(con):
    def tokens(text):
        return con.execute("SELECT search_tokens(?)", [text]).fetchall()[0][0]

    assert tokens("AI产业园，5G") == ["ai", "产业", "业园", "园", "5g"]
    assert tokens("") == [] and tokens("。！") == []
    assert tokens("𠀀水") == ["𠀀水", "水"]


@given(st.text(max_size=40))
def test_fold_keeps_the_length(text):
    assert len(fold_for_search(text)) == len(text)


@given(st.text(alphabet='产业园区 -"“”AaＡ1。\n', max_size=20), st.text(alphabet="产业园区Aa1。", max_size=30))
def test_highlights_are_in_order_apart_and_say_what_was_asked(query, text):
    needles = query_needles(query)
    found = search.find_highlights(text, needles)
    assert all(one.end < other.start for one, other in zip(found, found[1:], strict=False))
    for start, end in found:
        assert any(needle in fold_for_search(text[start:end]) for needle in needles)


HOSTILE = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=30)


@settings(deadline=None, max_examples=50)
@given(HOSTILE)
def test_no_query_breaks_the_search(con, query):
    assert isinstance(search.search(con, query), list)


def test_rows_of_the_known_world_are_not_touched():
    assert len(known_rows().tables["articles"]) == 6


def test_the_index_is_the_same_in_any_portions(monkeypatch):
    con = known_warehouse()
    postings = "SELECT token, doc, n FROM search_postings ORDER BY ALL"
    at_once = con.execute(postings).fetchall()
    monkeypatch.setattr(search, "DOCS_AT_A_TIME", 2)
    monkeypatch.setattr(search, "TEXTS_AT_A_TIME", 3)
    search.build_index(con)
    assert at_once and con.execute(postings).fetchall() == at_once


PAIRED = st.one_of(st.text(alphabet="产业园々〇𠀀⺀豈ＡAaéİK9９㎏ー。 \n\t\x00", max_size=12), HOSTILE)


@pytest.fixture(scope="module")
def empty():
    con = duckdb.connect()
    create_tables(con, loose_tables())
    create_analytics(con)
    search.build_index(con)
    yield con
    con.close()


@settings(deadline=None, max_examples=60)
@given(pages=st.lists(st.tuples(st.one_of(st.none(), PAIRED), st.lists(PAIRED, max_size=3)), min_size=1, max_size=5))
def test_the_index_holds_the_tokens_that_a_query_would_be_cut_into(empty, pages):
    """Pairs of characters are reckoned in numpy for the index, and in SQL for a query."""
    con = empty
    con.execute("DELETE FROM articles; DELETE FROM paragraphs")
    for number, (headline, texts) in enumerate(pages):
        con.execute("INSERT INTO articles (article_id, headline) VALUES (?, ?)", [f"{number:016}-a01", headline])
        for seq, text in enumerate(texts):
            con.execute("INSERT INTO paragraphs (article_id, seq, role, text) VALUES (?, ?, 'body', ?)", [f"{number:016}-a01", seq, text])
    search.build_index(con)
    expected = con.execute(r"""
        WITH lines AS (
            SELECT doc, unnest([8, 1]) AS weight, unnest([text[:instr(text, chr(10))], text[instr(text, chr(10)) + 1:]]) AS line FROM search_articles
        ), tokens AS (SELECT doc, weight, unnest(search_tokens(line)) AS token FROM lines)
        SELECT search_code(token) AS token, doc, least(sum(weight), 15)::UTINYINT AS n FROM tokens GROUP BY ALL ORDER BY ALL
    """).fetchall()
    assert con.execute("SELECT token, doc, n FROM search_postings ORDER BY ALL").fetchall() == expected
