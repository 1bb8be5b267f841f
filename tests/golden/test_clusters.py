"""Which of several reports of one text stands for them."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from flows.pipeline.corpus import TOUCHED, note_changed, run_sql
from tests.warehouse_rows import loose_tables
from warehouse import schema
from warehouse.ddl import create_tables
from warehouse.store import insert_rows

FIRST, LATER = date(2025, 3, 4), date(2025, 3, 5)


def canonical(*states: tuple[date | None, int, bool]) -> list[str]:
    """Return which articles stand for a cluster of these: published_on, length, whether the head is missing; a1 is the first."""
    con = duckdb.connect()
    create_tables(con, loose_tables())
    rows = [
        {"article_id": f"a{number}", "published_on": on, "n_chars": n_chars, "is_headless": is_headless, "is_truncated": False}
        for number, (on, n_chars, is_headless) in enumerate(states, 1)
    ]
    insert_rows(con, schema.TABLES["articles"], rows)
    con.execute(TOUCHED)
    note_changed(con)
    con.execute("CREATE TEMP TABLE clusters AS SELECT article_id, 'a1' AS cluster_id FROM articles")
    run_sql(con, "clusters")
    return [article_id for (article_id,) in con.execute("SELECT article_id FROM articles WHERE is_canonical ORDER BY 1").fetchall()]


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([(LATER, 402, False), (FIRST, 400, False)], "a2"),
        ([(FIRST, 200, False), (LATER, 400, False)], "a2"),
        ([(FIRST, 400, True), (LATER, 400, False)], "a2"),
        ([(None, 402, False), (LATER, 400, False)], "a2"),
        ([(FIRST, 400, False), (FIRST, 402, False)], "a2"),
        ([(FIRST, 400, False)], "a1"),
    ],
    ids=["the first printed", "not a short version", "not one without its head", "a day before none", "the longer of one day", "itself"],
)
def test_one_article_stands_for_its_cluster(states, expected):
    assert canonical(*states) == [expected]
