"""Forms that other tools expect: values for CSV, and GraphML of who appears with whom."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import duckdb

from warehouse import schema

FORMULA_SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


def harmless(value: object) -> object:
    """Return a value for CSV that a spreadsheet does not run as a formula, full-width signs included; lists and structs as JSON.

    >>> harmless("=1+1"), harmless("＝1"), harmless(-3), harmless("云渡区"), harmless(["李清源"])
    ("'=1+1", "'＝1", -3, '云渡区', '["李清源"]')
    """
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_SIGNS) else value


def graphml(con: duckdb.DuckDBPyConnection) -> str:
    """Return who appears with whom as GraphML: a node per person, an edge per pair, weighted by articles. Bylines are left out."""
    people = con.execute("SELECT person_id, name, coalesce(latest_title, ''), n_articles FROM people ORDER BY person_id").fetchall()
    pairs = con.execute("SELECT person_id, other_id, n_articles FROM person_network ORDER BY ALL").fetchall()
    named = {person for source, target, _ in pairs for person in (source, target)}
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
        *(
            f'<key id="{name}" for="{kind}" attr.name="{name}" attr.type="{type_}"/>'
            for name, kind, type_ in (
                ("name", "node", "string"),
                ("title", "node", "string"),
                ("articles", "node", "int"),
                ("weight", "edge", "int"),
            )
        ),
        '<graph edgedefault="undirected">',
        *(node(row) for row in people if row[0] in named),
        *(f'<edge source={quoteattr(s)} target={quoteattr(t)}><data key="weight">{n}</data></edge>' for s, t, n in pairs),
        "</graph>",
        "</graphml>",
    ]
    return "\n".join(lines) + "\n"


def xml_text(text: str) -> str:
    """Return text that may stand in XML: escaped, without the control characters that no XML can hold.

    >>> xml_text("云\\x00渡 <区>")
    '云渡 &lt;区&gt;'
    """
    return escape(re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", text))


def node(row: Sequence) -> str:
    """Return the GraphML node of a person."""
    person_id, name, title, n_articles = row
    data = (("name", xml_text(name)), ("title", xml_text(title)), ("articles", n_articles))
    return f"<node id={quoteattr(person_id)}>" + "".join(f'<data key="{key}">{value}</data>' for key, value in data) + "</node>"


def write_csv(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write every table as a CSV file, with a byte order mark, because spreadsheets take Chinese CSV for GBK without one."""
    folder.mkdir(parents=True, exist_ok=True)
    for table in schema.TABLES:
        cursor = con.execute(f"SELECT * FROM {table} ORDER BY ALL")
        with (folder / f"{table}.csv").open("w", encoding="utf-8-sig", newline="") as out:
            writer = csv.writer(out, lineterminator="\n")
            writer.writerow(column[0] for column in cursor.description)
            while rows := cursor.fetchmany(10_000):
                writer.writerows([harmless(value) for value in row] for row in rows)


def dbt_sources() -> str:
    """Return a dbt ``sources.yml`` of all tables and columns, documented, with the tests that the schema implies. JSON is YAML."""
    tables = [
        {
            "name": table.name,
            "description": f"One row per {table.one_row_per}. {table.zh}",
            "columns": [{"name": c.name, "description": f"{c.doc}. {c.zh}", "data_tests": dbt_tests(table, c)} for c in table.columns],
        }
        for table in schema.TABLES.values()
    ]
    sources = [{"name": "dibao", "schema": "main", "description": "The published warehouse of Dibao", "tables": tables}]
    return json.dumps({"version": 2, "sources": sources}, ensure_ascii=False, indent=1) + "\n"


def dbt_tests(table: schema.Table, column: schema.Column) -> list:
    """Return the dbt tests that a column's declaration implies."""
    tests: list = ["not_null"] if column.required else []
    if table.key == (column.name,):
        tests.append("unique")
    if column.values and column.type == schema.TEXT:
        tests.append({"accepted_values": {"arguments": {"values": list(column.values)}}})
    if column.references:
        to, field = column.references.split(".")
        tests.append({"relationships": {"arguments": {"to": f"source('dibao', '{to}')", "field": field}}})
    return tests
