"""What changed between two states of a warehouse, fact by fact.

A file that is read again after a correction, or comes anew with other bytes, has other ids throughout; so two versions of a page are matched first (by
paper, day and page, else by path, else by what most of their blocks say), then their articles (by headline, else by place), and what these say is
compared: one changed name is one changed name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import duckdb

from warehouse import schema

OF_THE_RUN = frozenset({"run_id", "ingested_at", "batch_id"})
"""Columns that tell of a run, not of a newspaper: they are no difference."""
NO_FACTS = frozenset({"keywords", "signatures"})
"""Tables that say how an article stands to all the others: every new page moves the weights of all, and that is no difference."""
TELLING = ("headline", "text", "name", "title", "term", "evidence", "path", "relation")
"""Columns that say in words what a row is, the first that it has."""
COLUMNS_OF_PLACE = frozenset(
    {"seq", "char_start", "char_end", "spans", "n_bytes", "continues", "duplicate_of", "part_of", "space_before", "space_after"}
)
"""Columns that say where a row stands on its page: they move with whatever was changed before it. So do ids."""
LEAST_SHARED = 0.5
"""Share of the characters of a page that two versions must have in common where neither paper, day and page nor path are the same."""
LEAST_LIKE = 0.7
"""Likeness (Jaro-Winkler, 0 to 1) of what two rows say from which one is a change of the other."""


class Example(NamedTuple):
    """One row that was added, removed or changed: the headline of its article or its key, and what it says or how that changed."""

    change: str
    key: str
    detail: str


@dataclass(frozen=True)
class Difference:
    """What changed in one table between two states, with a few examples of each kind."""

    table: str
    n_added: int
    n_removed: int
    n_changed: int
    examples: tuple[Example, ...]


MATCH_FILES = f"""
    CREATE OR REPLACE TEMP TABLE file_versions AS
    WITH gone AS (FROM warehouse.raw_files WHERE status = 'loaded' AND file_id NOT IN (SELECT file_id FROM later.raw_files WHERE status = 'loaded')),
    come AS (FROM later.raw_files WHERE status = 'loaded' AND file_id NOT IN (SELECT file_id FROM warehouse.raw_files WHERE status = 'loaded')),
    shared AS (
        SELECT g.file_id AS old_file, c.file_id AS new_file, sum(length(old.text)) / any_value(greatest(g.n_chars, c.n_chars)) AS share
        FROM gone AS g JOIN warehouse.blocks AS old USING (file_id)
            JOIN later.blocks AS new ON new.text = old.text JOIN come AS c ON c.file_id = new.file_id
        GROUP BY ALL
    ),
    pairs AS (
        SELECT g.file_id AS old_file, c.file_id AS new_file, 3 AS score FROM gone AS g JOIN come AS c USING (paper, issue_on, page)
        UNION ALL SELECT g.file_id, c.file_id, 2 FROM gone AS g JOIN come AS c USING (source, path)
        UNION ALL SELECT old_file, new_file, share FROM shared WHERE share >= {LEAST_SHARED}
    ),
    best AS (FROM pairs QUALIFY row_number() OVER (PARTITION BY new_file ORDER BY score DESC, old_file) = 1)
    SELECT old_file, new_file FROM best QUALIFY row_number() OVER (PARTITION BY old_file ORDER BY score DESC, new_file) = 1"""

MATCH_ARTICLES = """
    CREATE OR REPLACE TEMP TABLE article_versions AS
    WITH old AS (
        SELECT new_file, a.article_id, headline, seq, row_number() OVER (PARTITION BY new_file, headline ORDER BY seq) AS nth
        FROM warehouse.articles AS a JOIN file_versions ON old_file = file_id
    ),
    new AS (
        SELECT new_file, a.article_id, headline, seq, row_number() OVER (PARTITION BY new_file, headline ORDER BY seq) AS nth
        FROM later.articles AS a JOIN file_versions ON new_file = file_id
    ),
    titled AS (SELECT old.article_id AS old_article, new.article_id AS new_article FROM old JOIN new USING (new_file, headline, nth)),
    rest_old AS (SELECT *, row_number() OVER (PARTITION BY new_file ORDER BY seq) AS place FROM old WHERE article_id NOT IN (SELECT old_article FROM titled)),
    rest_new AS (SELECT *, row_number() OVER (PARTITION BY new_file ORDER BY seq) AS place FROM new WHERE article_id NOT IN (SELECT new_article FROM titled))
    FROM titled UNION ALL SELECT o.article_id, n.article_id FROM rest_old AS o JOIN rest_new AS n USING (new_file, place)"""


def compare(con: duckdb.DuckDBPyConnection, examples: int = 5) -> list[Difference]:
    """Return what changed from the catalogue ``warehouse`` to the catalogue ``later``, table by table, those of facts first; an unchanged article
    yields nothing. People, organisations and places count over all articles, so they do change when a new article names them."""
    con.execute(MATCH_FILES)
    con.execute(MATCH_ARTICLES)
    tables = [table for table in schema.facts_first() if table.layer != "run" and table.name not in NO_FACTS]
    return [difference for table in tables if (difference := compare_table(con, table, examples))]


def compare_table(con: duckdb.DuckDBPyConnection, table: schema.Table, examples: int) -> Difference | None:
    """Return what changed in one table, None for nothing."""
    n: dict[str, int] = {}
    shown: list[Example] = []
    for change, key, before, after in [*changed_versions(con, table), *changed_rows(con, table)]:
        n[change] = n.get(change, 0) + 1
        if n[change] <= examples:
            shown.append(Example(change, key or "", tell(before, after)))
    if not n:
        return None
    shown.sort(key=lambda example: ("added", "changed", "removed").index(example.change))
    return Difference(table.name, n.get("added", 0), n.get("removed", 0), n.get("changed", 0), tuple(shown))


Change = tuple[str, str | None, Mapping[str, object] | None, Mapping[str, object] | None]
"""How a row changed, its key or headline, what it said before and what it says later; null where it was not there."""


def changed_rows(con: duckdb.DuckDBPyConnection, table: schema.Table) -> Iterator[Change]:
    """Yield the rows that changed, by their key, outside of the pages that are there in two versions."""
    key = "concat_ws(' ', " + ", ".join(f'"{name}"::VARCHAR' for name in table.key) + ")"
    content = ", ".join(f'"{name}"' for name in table.column_names if name not in OF_THE_RUN)
    owner = schema.owner(table) if table.layer == "page" else "NULL"
    old = f"SELECT {content} FROM warehouse.{table.name} WHERE {owner} IS NULL OR {owner} NOT IN (SELECT old_file FROM file_versions)"
    new = f"SELECT {content} FROM later.{table.name} WHERE {owner} IS NULL OR {owner} NOT IN (SELECT new_file FROM file_versions)"
    yield from con.execute(f"""
        WITH gone AS (SELECT {key} AS id, said FROM (({old}) EXCEPT ALL ({new})) AS said),
             come AS (SELECT {key} AS id, said FROM (({new}) EXCEPT ALL ({old})) AS said)
        SELECT CASE WHEN come.id IS NULL THEN 'removed' WHEN gone.id IS NULL THEN 'added' ELSE 'changed' END AS change,
               coalesce(gone.id, come.id) AS id, gone.said, come.said
        FROM gone FULL JOIN come USING (id) ORDER BY change, id
    """).fetchall()


def changed_versions(con: duckdb.DuckDBPyConnection, table: schema.Table) -> Iterator[Change]:
    """Yield what two versions of a page say differently, by the headline of the article, ids and places left aside."""
    if table.layer != "page":
        return
    content = [c.name for c in table.columns if c.name not in OF_THE_RUN | COLUMNS_OF_PLACE and not c.name.endswith(("_id", "_ids"))]
    said = "struct_pack(" + ", ".join(f'"{name}" := "{name}"' for name in content) + ")"
    has_article = "article_id" in table.column_names
    rows = {
        side: f"""
            SELECT {"coalesce(a.new_article, f.new_file)" if has_article else "f.new_file"} AS owner, t.said,
                   row_number() OVER (PARTITION BY owner, t.said::VARCHAR ORDER BY t.id) AS nth, t.id
            FROM (SELECT {schema.owner(table)} AS file_id, {"article_id," if has_article else ""} {said} AS said, "{table.key[0]}" AS id
                  FROM {catalogue}.{table.name}) AS t JOIN file_versions AS f ON f.{file} = t.file_id
            {f"LEFT JOIN article_versions AS a ON a.{article} = t.article_id" if has_article else ""}"""
        for side, catalogue, file, article in (("old", "warehouse", "old_file", "old_article"), ("new", "later", "new_file", "new_article"))
    }
    yield from con.execute(f"""
        WITH old AS ({rows["old"]}), new AS ({rows["new"]}),
        gone AS (
            SELECT *, row_number() OVER (PARTITION BY owner ORDER BY id) AS place FROM old
            WHERE NOT EXISTS (FROM new WHERE new.owner = old.owner AND new.nth = old.nth AND new.said::VARCHAR = old.said::VARCHAR)
        ),
        come AS (
            SELECT *, row_number() OVER (PARTITION BY owner ORDER BY id) AS place FROM new
            WHERE NOT EXISTS (FROM old WHERE old.owner = new.owner AND old.nth = new.nth AND old.said::VARCHAR = new.said::VARCHAR)
        ),
        paired AS (
            SELECT owner, gone.said AS before, come.said AS after, gone.id AS old_id, come.id AS new_id
            FROM gone JOIN come USING (owner, place) WHERE jaro_winkler_similarity(gone.said::VARCHAR, come.said::VARCHAR) >= {LEAST_LIKE}
        ),
        seen AS (
            SELECT 'changed' AS change, owner, before, after, new_id AS id FROM paired
            UNION ALL SELECT 'removed', owner, said, NULL, id FROM gone WHERE id NOT IN (SELECT old_id FROM paired)
            UNION ALL SELECT 'added', owner, NULL, said, id FROM come WHERE id NOT IN (SELECT new_id FROM paired)
        )
        SELECT change, coalesce(a.headline, r.path, owner), before, after
        FROM seen LEFT JOIN later.articles AS a ON a.article_id = owner LEFT JOIN later.raw_files AS r ON r.file_id = owner
        ORDER BY change, owner, id
    """).fetchall()


def tell(before: Mapping[str, object] | None, after: Mapping[str, object] | None) -> str:
    """Return what an added or removed row says, or which columns of a changed row say what else.

    >>> tell({"name": "林叙白", "n": 1}, {"name": "林叙柏", "n": 1}), tell(None, {"text": "开工"})
    ('name: 林叙白 -> 林叙柏', '开工')
    """
    if before is not None and after is not None:
        return "; ".join(f"{name}: {short(before[name])} -> {short(after[name])}" for name in before if before[name] != after[name])
    row = after or before or {}
    return next((short(row[name]) for name in TELLING if row.get(name)), "")


def short(value: object, longest: int = 40) -> str:
    """Return a value on one line, cut where it is long.

    >>> short(None), short("云渡区 开工", 4)
    ('null', '云渡区…')
    """
    if value is None:
        return "null"
    text = " ".join(str(value).split())
    return text if len(text) <= longest else text[: longest - 1] + "…"
