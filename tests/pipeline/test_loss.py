"""The guard against loss looks at each source and each paper, not only at the whole home."""

from __future__ import annotations

import duckdb
import pytest

from flows.pipeline.checking import find_losses, note_articles


@pytest.fixture
def con():
    """A home with two sources, 1,000 articles of the one paper and 200 and 40 of the two others, one to a file."""
    con = duckdb.connect()
    con.execute("CREATE TABLE raw_files (file_id VARCHAR, source VARCHAR, paper VARCHAR)")
    con.execute("CREATE TABLE articles (file_id VARCHAR)")
    for source, paper, n in (("/yundu", "云渡日报", 1000), ("/qingpu", "清浦晚报", 200), ("/qingpu", None, 40)):
        con.execute(
            "INSERT INTO raw_files SELECT concat($paper, i), $source, $paper FROM range($n) AS r(i)",
            {"source": source, "paper": paper, "n": n},
        )
    con.execute("INSERT INTO articles SELECT file_id FROM raw_files")
    note_articles(con)
    yield con
    con.close()


def lose(con, paper: str, n: int) -> None:
    con.execute("DELETE FROM articles WHERE file_id IN (SELECT file_id FROM raw_files WHERE paper = ? ORDER BY ALL LIMIT ?)", [paper, n])


def test_a_paper_that_loses_much_is_seen_in_a_home_that_loses_little(con):
    lose(con, "清浦晚报", 36)
    assert find_losses(con, 0.1) == [
        "articles of 清浦晚报: 36 of 200 would be lost (18%), at most 10% may be",
        "articles from /qingpu: 36 of 240 would be lost (15%), at most 10% may be",
    ]
    assert find_losses(con, 0.2) == []


def test_what_another_source_brings_makes_up_for_nothing(con):
    lose(con, "清浦晚报", 36)
    con.execute("INSERT INTO raw_files SELECT concat('new', i), '/yundu', '云渡日报' FROM range(5000) AS r(i)")
    con.execute("INSERT INTO articles SELECT file_id FROM raw_files WHERE file_id LIKE 'new%'")
    assert [reason.partition(":")[0] for reason in find_losses(con, 0.1)] == ["articles of 清浦晚报", "articles from /qingpu"]


def test_a_source_of_many_small_papers_is_guarded_as_one(con):
    con.execute("INSERT INTO raw_files SELECT concat('small', i), '/villages', concat('村报', i % 30) FROM range(600) AS r(i)")
    con.execute("INSERT INTO articles SELECT file_id FROM raw_files WHERE source = '/villages'")
    note_articles(con)
    con.execute("DELETE FROM articles WHERE file_id LIKE 'small%'")
    assert "articles from /villages: 600 of 600 would be lost (100%), at most 10% may be" in find_losses(con, 0.1)


def test_files_that_are_called_otherwise_now_are_no_loss(con):
    con.execute("UPDATE raw_files SET source = 'file:///yundu', paper = '云渡日報' WHERE paper = '云渡日报'")
    assert find_losses(con, 0.1) == []


def test_where_all_is_of_one_paper_it_is_told_once(con):
    con.execute("DELETE FROM articles WHERE file_id NOT LIKE '云渡日报%'")
    note_articles(con)
    lose(con, "云渡日报", 500)
    assert find_losses(con, 0.1) == ["articles: 500 of 1000 would be lost (50%), at most 10% may be"]
    assert find_losses(duckdb_of_nothing(), 0.1) == []


def duckdb_of_nothing() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute("CREATE TABLE raw_files (file_id VARCHAR, source VARCHAR, paper VARCHAR)")
    con.execute("CREATE TABLE articles (file_id VARCHAR)")
    note_articles(con)
    return con
