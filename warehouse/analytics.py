"""What analysts find in the file beside the tables: views, macros and sample queries, each in one .sql file.

A file begins with a comment (what one row is, then an example), creates one thing, and comments on it inside the database.
Views name tables without a catalogue, so they work in whatever tool and under whatever name the file is opened. DuckDB looks up
what is inside a *macro* where it is called, so a file that is attached under another name needs ``USE name`` before its macros work.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

import duckdb

from warehouse import labels, schema, search
from warehouse.store import transaction

MACROS_AND_VIEWS = (
    "macros/is_leading_office",
    "macros/investment_words",
    "macros/investment_relation",
    "macros/works_words",
    "macros/projects_named",
    "macros/sector_of",
    "views/accounting",
    "views/appearances",
    "views/named_together",
    "views/daily_coverage",
    "views/data_quality",
    "views/facts",
    "views/leader_activity",
    "views/organization_network",
    "views/person_network",
    "views/person_timeline",
    "views/project_investments",
    "views/disagreements",
    "views/events_by_place",
    "views/investments_by_sector",
    "views/job_changes",
    "views/quotes_about",
    "views/uncertain",
    "views/topic_trends",
    "macros/article_facts",
)
"""Files that need the tables alone, in an order in which each finds what it stands on."""
OBJECTS = (
    *MACROS_AND_VIEWS,
    "macros/search_fold",
    "macros/search_tokens",
    "macros/search_code",
    "macros/search_parts",
    "macros/search_ranked",
    "macros/search",
)
"""All files: the others search, and need the index too."""


@dataclass(frozen=True)
class SqlFile:
    """A view, macro or sample query as its file tells it."""

    name: str
    about: str
    example: str
    sql: str


@dataclass(frozen=True)
class SampleQuery:
    """A question that the warehouse answers, in English and Chinese, and the query."""

    name: str
    question: str
    question_zh: str
    query: str


def read_object(path: str) -> SqlFile:
    """Return a view or macro from its file: the comment before ``Example:``, the example after it, and all of the text."""
    sql = (files("warehouse") / f"{path}.sql").read_text("utf-8")
    comment = [line.removeprefix("--").removeprefix(" ") for line in _leading_comment(sql)]
    start = comment.index("Example:")
    about = " ".join(comment[:start])
    example = "\n".join(line.removeprefix("  ") for line in comment[start + 1 :])
    return SqlFile(path.split("/")[1], about, example, sql)


def sample_queries() -> Iterator[SampleQuery]:
    """Yield the sample queries by name; a file's first comment line is the question, the second the same in Chinese."""
    for path in sorted((files("warehouse") / "samples").iterdir(), key=lambda path: path.name):
        if path.name.endswith(".sql"):
            sql = path.read_text("utf-8")
            question, question_zh = (line.removeprefix("-- ") for line in _leading_comment(sql)[:2])
            query = "\n".join(sql.splitlines()[2:]).strip().removesuffix(";")
            yield SampleQuery(path.name.removesuffix(".sql"), question, question_zh, query)


def _leading_comment(sql: str) -> list[str]:
    lines = []
    for line in sql.splitlines():
        if not line.startswith("--"):
            break
        lines.append(line)
    return lines


def create_views(con: duckdb.DuckDBPyConnection) -> None:
    """Create the views and macros that need the tables alone, or create them anew, on a DuckDB connection that has these."""
    for path in MACROS_AND_VIEWS:
        con.execute(read_object(path).sql)


def create_analytics(con: duckdb.DuckDBPyConnection) -> None:
    """Create views, macros and sample queries, or create them anew, all or none, on a DuckDB connection that has the tables."""
    with transaction(con):
        search.create_index_tables(con)
        for path in OBJECTS:
            con.execute(read_object(path).sql)
        con.execute("CREATE OR REPLACE TABLE sample_queries (name VARCHAR, question VARCHAR, question_zh VARCHAR, query VARCHAR)")
        con.execute("COMMENT ON TABLE sample_queries IS 'One row per sample query: copy the query and change it. 示例查询。'")
        rows = [(sample.name, sample.question, sample.question_zh, sample.query) for sample in sample_queries()]
        con.executemany("INSERT INTO sample_queries VALUES (?, ?, ?, ?)", rows)
        create_dictionary(con)


def create_dictionary(con: duckdb.DuckDBPyConnection) -> None:
    """Create the table ``dictionary``, which says of every column of every table and view what it means."""
    con.execute("""
        CREATE OR REPLACE TABLE dictionary (
            name VARCHAR, kind VARCHAR, column_name VARCHAR, type VARCHAR, meaning VARCHAR, meaning_zh VARCHAR, unit VARCHAR,
            allowed VARCHAR[], allowed_zh VARCHAR[], refers_to VARCHAR, is_required BOOLEAN)""")
    con.execute("COMMENT ON TABLE dictionary IS 'One row per column of every table and view, those of facts first. 数据字典。'")
    rows = []
    for table in schema.facts_first():
        for c in table.columns:
            words = labels.OF_COLUMN.get(f"{table.name}.{c.name}", {})
            rows.append(
                {
                    "name": table.name,
                    "kind": "table",
                    "column_name": c.name,
                    "type": c.type,
                    "meaning": c.doc,
                    "meaning_zh": c.zh,
                    "unit": c.unit or None,
                    "allowed": list(c.values),
                    "allowed_zh": [labels.label(value, words) for value in c.values],
                    "refers_to": c.references or None,
                    "is_required": c.required,
                }
            )
    none = {"unit": None, "allowed": [], "allowed_zh": [], "refers_to": None, "is_required": False}
    for name, column, type_, meaning, zh in view_columns(con):
        rows.append({"name": name, "kind": "view", "column_name": column, "type": type_, "meaning": meaning, "meaning_zh": zh, **none})
    # All in one statement: 0.02 s of CPU; row by row they took 0.33 s of every publish.
    con.execute("INSERT INTO dictionary SELECT unnest(?, max_depth := 2)", [rows])


def view_columns(con: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield view, column, type and meaning, in English and in Chinese, of every column of a view; a column without a comment of its own means
    what the schema's column of the same name does."""
    known = {column.name: column for table in schema.TABLES.values() for column in table.columns}
    for path in OBJECTS:
        folder, view = path.split("/")
        if folder == "views":
            columns = con.execute(
                "SELECT column_name, data_type, comment FROM duckdb_columns() WHERE table_name = ? AND database_name = current_database() ORDER BY column_index",
                [view],
            ).fetchall()
            for name, type_, comment in columns:
                yield (
                    view,
                    name,
                    type_,
                    *(two_languages(comment) if comment else (known[name].doc, known[name].zh) if name in known else ("", "")),
                )


def two_languages(comment: str) -> tuple[str, str]:
    """Return the English and the Chinese part of a comment.

    >>> two_languages("Share of the day. 占比")
    ('Share of the day.', '占比')
    """
    match = re.match(r"(.*?)\s*([\u4e00-\u9fff“《].*)?$", comment, re.DOTALL)
    return (match.group(1), (match.group(2) or "").rstrip("。")) if match else (comment, "")
