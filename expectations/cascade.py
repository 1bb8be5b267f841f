"""Which rows are bad: those that broke a critical rule, and those that refer to them.

Where an article is bad its facts follow; where a block is bad its file follows, and with the file all that was read in it. A block
whose article is bad stays without it, for every character is accounted for by the role of its block.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from expectations.rules import Rule
from warehouse import schema

FOLLOWS = "refers to a quarantined row"
SPOILS_FILE = "a block of the file is bad"
CUT = ("blocks", "article_id")
"""The reference along which rows do not follow; it is cut."""


@dataclass(frozen=True)
class Reason:
    """Why a row is bad: the rule it broke, and the column whose value shows it."""

    sentence: str
    column: str = ""


Bad = dict[str, dict[int, list[Reason]]]
"""The reasons of each bad row, by table and number of the row."""


def bad_rows(con: duckdb.DuckDBPyConnection, broken: Mapping[str, Mapping[Rule, Sequence[int]]]) -> Bad:
    """Return the bad rows of each table that could be evaluated, none or more, given which rows broke which rule."""
    bad: Bad = {table: {} for table in broken}
    for table, rules in broken.items():
        for rule, rows in rules.items():
            for row in rows:
                bad[table].setdefault(row, []).append(Reason(rule.sentence, rule.column))
    grown = any(bad.values())
    edges = list(references(bad))
    while grown:
        grown = follow(con, bad, "raw_files", "file_id", values(con, bad, "blocks", "file_id"), Reason(SPOILS_FILE))
        for table, column, target, key in edges:
            grown = follow(con, bad, table, column, values(con, bad, target, key), Reason(FOLLOWS, column)) or grown
    return bad


def references(bad: Bad) -> Iterator[tuple[str, str, str, str]]:
    """Yield table, column, table referred to and its key, for the references along which rows follow."""
    for table in bad:
        for column in schema.TABLES[table].columns:
            target, _, key = column.references.partition(".")
            if target in bad and (table, column.name) != CUT:
                yield table, column.name, target, key


def values(con: duckdb.DuckDBPyConnection, bad: Bad, table: str, column: str) -> list[str]:
    """Return the values that the bad rows of a table have in a column."""
    if not bad.get(table):
        return []
    query = f"SELECT DISTINCT {column} FROM {table} WHERE row IN (SELECT unnest(?::BIGINT[])) AND {column} IS NOT NULL"
    return [value for (value,) in con.execute(query, [list(bad[table])]).fetchall()]


def follow(con: duckdb.DuckDBPyConnection, bad: Bad, table: str, column: str, keys: Sequence[str], reason: Reason) -> bool:
    """Make rows bad that have one of the keys in a column; return whether there were any that were not bad before."""
    if not keys or table not in bad:
        return False
    query = f"SELECT row FROM {table} WHERE {column} IN (SELECT unnest(?::VARCHAR[]))"
    new = [row for (row,) in con.execute(query, [list(keys)]).fetchall() if row not in bad[table]]
    bad[table].update((row, [reason]) for row in new)
    return bool(new)
