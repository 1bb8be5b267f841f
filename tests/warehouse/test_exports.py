"""What other tools expect: GraphML, CSV, dbt sources, and a lake that pandas, polars and ibis read."""

from __future__ import annotations

import csv
import json
from xml.etree import ElementTree

import pandas as pd
import pytest
import yaml

from tests.home import connect
from tests.warehouse_rows import LIN, TAO, known_warehouse
from warehouse import schema
from warehouse.exports import dbt_sources, graphml, write_csv

SPACE = {"g": "http://graphml.graphdrawing.org/xmlns"}


@pytest.fixture
def con():
    return known_warehouse()


def test_graphml_joins_people_of_one_article(con):
    graph = ElementTree.fromstring(graphml(con))
    names = {node.get("id"): node.find("g:data[@key='name']", SPACE).text for node in graph.iterfind(".//g:node", SPACE)}
    pairs = {frozenset((names[edge.get("source")], names[edge.get("target")])) for edge in graph.iterfind(".//g:edge", SPACE)}
    assert frozenset((LIN, TAO)) in pairs
    assert all(len(pair) == 2 for pair in pairs)


def test_csv_holds_every_table_and_no_formula(con, tmp_path):
    con.execute("UPDATE articles SET headline = '=1+1' WHERE headline LIKE '星槎%'")
    write_csv(con, tmp_path)
    assert {path.stem for path in tmp_path.iterdir()} == set(schema.TABLES)
    with (tmp_path / "articles.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == con.execute("SELECT count(*) FROM articles").fetchall()[0][0]
    assert "'=1+1" in {row["headline"] for row in rows}


def test_dbt_sources_document_every_column():
    (source,) = yaml.safe_load(dbt_sources())["sources"]
    assert {table["name"]: [column["name"] for column in table["columns"]] for table in source["tables"]} == {
        table.name: list(table.column_names) for table in schema.TABLES.values()
    }
    articles = next(table for table in source["tables"] if table["name"] == "articles")
    assert "unique" in articles["columns"][0]["data_tests"] and "One row per article" in articles["description"]


def test_the_tests_that_dbt_would_run_hold_in_the_sample(ran):
    (source,) = yaml.safe_load(dbt_sources())["sources"]
    n_tests = 0
    with connect(ran[0]) as con:
        for table in source["tables"]:
            for column in table["columns"]:
                for test in column["data_tests"]:
                    name, arguments = (test, {}) if isinstance(test, str) else next((k, v["arguments"]) for k, v in test.items())
                    broken = {
                        "not_null": "count(*) FILTER ({c} IS NULL)",
                        "unique": "count({c}) - count(DISTINCT {c})",
                        "accepted_values": "count(*) FILTER ({c} NOT IN ({values}))",
                        "relationships": "count(*) FILTER ({c} NOT IN (SELECT {field} FROM {to}))",
                    }[name].format(
                        c=f'"{column["name"]}"',
                        values=", ".join(f"'{value}'" for value in arguments.get("values", ())),
                        field=arguments.get("field"),
                        to=arguments.get("to", "").split("'")[-2:][0],
                    )
                    assert con.execute(f"SELECT {broken} FROM {table['name']}").fetchall() == [(0,)], (table["name"], column["name"], test)
                    n_tests += 1
    assert n_tests > 200


def test_graphml_holds_no_character_that_xml_forbids(con):
    con.execute("UPDATE people SET name = name || chr(11) || '<b>' WHERE name = ?", [LIN])
    graph = ElementTree.fromstring(graphml(con))
    assert f"{LIN}<b>" in {node.find("g:data[@key='name']", SPACE).text for node in graph.iterfind(".//g:node", SPACE)}


def test_pandas_and_duckdb_read_the_lake_alike(ran):
    import duckdb

    home, _ = ran
    read = pd.read_parquet(home / "lake" / "articles")
    rows = duckdb.sql(f"SELECT count(*), sum(n_chars) FROM '{home}/lake/articles/*.parquet'").fetchall()
    assert rows == [(len(read), read["n_chars"].sum())]
    assert json.loads((home / "lake" / "manifest.json").read_text("utf-8"))["schema_version"] == schema.SCHEMA_VERSION


def test_polars_reads_the_lake(ran):
    polars = pytest.importorskip("polars", reason="polars is not installed; the lake needs no reader of its own")
    home, summary = ran
    articles = polars.scan_parquet(home / "lake" / "articles" / "*.parquet")
    assert articles.select(polars.len()).collect().item() == summary["counts"]["articles"]
    mentions = polars.scan_parquet(home / "lake" / "mentions" / "*.parquet").collect()
    ends = mentions.select(polars.col("spans").list.last().struct.field("char_end")).to_series()
    assert len(mentions) and ends.min() > 0


def test_ibis_asks_the_published_file(ran):
    """Who is named in most articles, without a line of SQL."""
    ibis = pytest.importorskip("ibis", reason="ibis is not installed; it asks the published file as it is")
    home, summary = ran
    warehouse = ibis.duckdb.connect(home / "dibao.duckdb", read_only=True)
    assert warehouse.table("articles").count().execute() == summary["counts"]["articles"]
    timeline = warehouse.table("person_timeline")
    named = (
        timeline.filter(timeline.roles.isnull())
        .group_by("name")
        .aggregate(n_articles=ibis._.article_id.nunique())
        .order_by(ibis.desc("n_articles"), "name")
        .limit(3)
        .execute()
    )
    with connect(home) as con:
        expected = con.execute(
            "SELECT name, count(DISTINCT article_id) AS n FROM person_timeline WHERE roles IS NULL GROUP BY name "
            "ORDER BY n DESC, name LIMIT 3"
        ).fetchall()
    assert list(named.itertuples(index=False, name=None)) == expected
