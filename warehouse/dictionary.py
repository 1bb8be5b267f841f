"""The data dictionary, in English and Chinese, as Markdown and as HTML.

All of it derives from what is declared elsewhere: tables and columns from ``warehouse.schema``, views, macros and sample queries from
their .sql files. With a warehouse at hand it also shows examples from the data, how many rows there are, and which expectations of the
latest run guard each column.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field

import duckdb
from jinja2 import Environment, PackageLoader, StrictUndefined

from warehouse import analytics, labels, schema
from warehouse.ddl import create_tables

N_VALUES, LONGEST_EXAMPLE = 3, 24

LAYERS = {"page": "made from one raw file", "corpus": "made from all pages", "run": "said by the pipeline of itself"}
LAYERS_ZH = {"page": "由单个原始文件得出", "corpus": "由全部版面得出", "run": "流程自身的记录"}


@dataclass
class Entry:
    """One column as the dictionary shows it."""

    name: str
    type: str
    doc: str
    zh: str = ""
    required: bool = False
    unit: str = ""
    values: tuple[str, ...] = ()
    values_zh: tuple[str, ...] = ()
    references: str = ""
    low: float | None = None
    high: float | None = None
    examples: list[str] = field(default_factory=list)
    expectations: list[str] = field(default_factory=list)


@dataclass
class Chapter:
    """A table, view or macro."""

    name: str
    about: str
    zh: str
    kind: str
    key: tuple[str, ...] = ()
    layer: str = ""
    n_rows: int | None = None
    columns: list[Entry] = field(default_factory=list)
    example: str = ""
    call: str = ""
    expectations: list[str] = field(default_factory=list)


def render(con: duckdb.DuckDBPyConnection = None) -> tuple[str, str]:
    """Return the dictionary as Markdown and as HTML; with a connection to a warehouse, which is only read, also its examples and rules."""
    chapters = {"tables": _tables(con), "views": _views(), "macros": _macros(), "samples": list(analytics.sample_queries())}
    chapters |= {
        "joins": joins(),
        "join_map": join_map(),
        "plumbing": schema.PLUMBING,
        "schema_version": schema.SCHEMA_VERSION,
        "layers": LAYERS,
        "layers_zh": LAYERS_ZH,
    }
    environment = Environment(
        loader=PackageLoader("warehouse", "templates"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=lambda name: bool(name) and name.endswith(".html"),
    )
    environment.filters["cell"] = _markdown_cell
    environment.filters["code"] = _markdown_code
    return environment.get_template("dictionary.md").render(chapters), environment.get_template("dictionary.html").render(chapters)


NAMED_BY_KIND = ("people.person_id", "organizations.organization_id", "places.place_id")
"""What ``entity_id`` of a mention refers to, by its kind."""
MORE_JOINS = (
    *(("mentions.entity_id", to) for to in NAMED_BY_KIND),
    *(("events.actor_ids", to) for to in NAMED_BY_KIND[:2]),
    ("events.story_id", "events.event_id"),
    ("articles.cluster_id", "articles.article_id"),
)
"""Joins that a column makes to one of several tables, or through a list."""


def joins() -> list[tuple[str, str]]:
    """Return which column joins which key, as table.column, facts first."""
    declared = [(f"{table.name}.{c.name}", c.references) for table in schema.facts_first() for c in table.columns if c.references]
    return [*declared, *MORE_JOINS]


def join_map() -> str:
    """Return the joins between tables of facts as a Mermaid diagram; those of the plumbing are only listed."""
    lines = ["erDiagram"]
    for source, to in joins():
        (table, column), target = source.split("."), to.split(".")[0]
        if not {table, target} & set(schema.PLUMBING) and table != target:
            lines.append(f"    {target} ||--o{{ {table} : {column}")
    return "\n".join(lines)


def _tables(con: duckdb.DuckDBPyConnection) -> list[Chapter]:
    guards = _expectations(con)
    chapters = []
    for table in schema.facts_first():
        examples = _examples(con, table)
        columns = [
            Entry(
                c.name,
                c.type,
                c.doc,
                c.zh,
                c.required,
                c.unit,
                c.values,
                tuple(labels.label(value, labels.OF_COLUMN.get(f"{table.name}.{c.name}", {})) for value in c.values),
                c.references,
                c.low,
                c.high,
                examples.get(c.name, []),
                guards[table.name, c.name],
            )
            for c in table.columns
        ]
        n_rows = con.execute(f"SELECT count(*) FROM {table.name}").fetchall()[0][0] if con else None
        chapters.append(
            Chapter(
                table.name,
                f"One row per {table.one_row_per}.",
                table.zh,
                "table",
                table.key,
                table.layer,
                n_rows,
                columns,
                expectations=guards[table.name, ""],
            )
        )
    return chapters


def _expectations(con: duckdb.DuckDBPyConnection) -> defaultdict[tuple[str, str], list[str]]:
    """Return the expectations of the latest run of each table, by table and column, with severity and what was found."""
    guards: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    if con:
        rows = con.execute("""
            SELECT record_table, column_name, expectation, severity, success, n_unexpected FROM validations
            QUALIFY checked_at = max(checked_at) OVER (PARTITION BY record_table)
            ORDER BY record_table, column_name, expectation
        """).fetchall()
        for table, column, expectation, severity, success, n_unexpected in rows:
            guards[table, column or ""].append(f"{expectation} ({severity}{'' if success else f', {n_unexpected} broke it'})")
    return guards


def _examples(con: duckdb.DuckDBPyConnection, table: schema.Table) -> dict[str, list[str]]:
    """Return a few different values of each column, the most frequent first, cut short."""
    examples: dict[str, list[str]] = {}
    if con:
        for column in table.columns:
            rows = con.execute(
                f"SELECT \"{column.name}\"::VARCHAR AS shown FROM (FROM {table.name} LIMIT 20000) WHERE shown IS NOT NULL AND shown NOT IN ('', '[]') "
                f"GROUP BY shown ORDER BY count(*) DESC, shown LIMIT {N_VALUES}"
            ).fetchall()
            examples[column.name] = [_cut(shown) for (shown,) in rows]
    return examples


def _cut(text: str) -> str:
    text = re.sub(r"\s+", " ", text)
    return text if len(text) <= LONGEST_EXAMPLE else text[: LONGEST_EXAMPLE - 1] + "…"


def _views() -> list[Chapter]:
    """Return the views with their columns; a column without a comment of its own has that of the schema's column of the same name."""
    empty = _empty_warehouse()
    columns: defaultdict[str, list[Entry]] = defaultdict(list)
    for view, name, type_, doc, zh in analytics.view_columns(empty):
        columns[view].append(Entry(name, type_, doc, zh))
    empty.close()
    chapters = []
    for path in analytics.OBJECTS:
        if not path.startswith("views/"):
            continue
        made = analytics.read_object(path)
        about = made.about.removeprefix(f"{made.name}: ")
        chapters.append(
            Chapter(
                made.name, about[:1].upper() + about[1:], _comment_zh(made.sql), "view", columns=columns[made.name], example=made.example
            )
        )
    return chapters


def _macros() -> list[Chapter]:
    chapters = []
    for path in analytics.OBJECTS:
        if path.startswith("macros/"):
            made = analytics.read_object(path)
            call, _, about = made.about.partition(": ")
            signature = re.search(r"CREATE OR REPLACE MACRO (\w+\(.*?\)) AS", made.sql, re.DOTALL)
            chapters.append(
                Chapter(
                    made.name,
                    about[:1].upper() + about[1:],
                    _comment_zh(made.sql),
                    "macro",
                    example=made.example,
                    call=signature.group(1) if signature else call,
                )
            )
    return chapters


def _comment_zh(sql: str) -> str:
    comment = re.search(r"COMMENT ON (?:VIEW|MACRO(?: TABLE)?) \w+ IS '((?:[^']|'')*)'", sql)
    return analytics.two_languages(comment.group(1).replace("''", "'"))[1] if comment else ""


def _empty_warehouse() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    create_tables(con)
    analytics.create_analytics(con)
    return con


def _markdown_cell(text: str) -> str:
    """Return text for a cell of a Markdown table: no mark-up of its own, no end of cell, no line break.

    >>> _markdown_cell("a|b <script>")
    'a\\\\|b &lt;script&gt;'
    """
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\|*_`\[\]])", r"\\\1", text).replace("\n", " ")


def _markdown_code(text: str) -> str:
    """Return text as Markdown code inside a table's cell."""
    return (
        "`` " + text.replace("``", "''").replace("|", "\\|").replace("\n", " ") + " ``"
        if "`" in text
        else "`" + text.replace("|", "\\|") + "`"
    )
