"""Which rows are rejected: those that broke a critical expectation, and those that refer to them.

Where an article is rejected its facts follow; where a block is rejected its file follows, and with the file all that was read in it. A block
whose article is rejected stays without it, for every character is accounted for by the role of its block.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from expectations.contract import columns_of
from expectations.results import Finding
from warehouse import schema

REFERS_TO_REJECTED = "refers to a quarantined row"
FILE_HAS_REJECTED_BLOCK = "a block of the file is bad"
CUT_REFERENCE = ("blocks", "article_id")
"""The reference along which rows do not follow; it is cut."""


@dataclass(frozen=True)
class Reason:
    """Why a row is rejected: the sentence of the expectation it broke, and the columns whose values show it."""

    sentence: str
    column: str = ""


Rejected = dict[str, dict[int, list[Reason]]]
"""The reasons of each rejected row, by table and number of the row."""


def propagate_rejection(con: duckdb.DuckDBPyConnection, found: Mapping[str, Sequence[Finding]]) -> Rejected:
    """Return the rejected rows of each table that could be evaluated, none or more, given what its expectations met."""
    rejected: Rejected = {table: {} for table, some in found.items() if not any(one.error for one in some)}
    for table, reasons in rejected.items():
        for one in found[table]:
            if one.is_critical:
                for row in one.rows:
                    reasons.setdefault(row, []).append(Reason(one.sentence, ", ".join(columns_of(one.expectation))))
    grown = any(rejected.values())
    edges = list(references(rejected))
    while grown:
        grown = reject_referring(
            con, rejected, "raw_files", "file_id", values_of_rejected(con, rejected, "blocks", "file_id"), Reason(FILE_HAS_REJECTED_BLOCK)
        )
        for table, column, target, key in edges:
            grown = (
                reject_referring(
                    con, rejected, table, column, values_of_rejected(con, rejected, target, key), Reason(REFERS_TO_REJECTED, column)
                )
                or grown
            )
    return rejected


def references(rejected: Rejected) -> Iterator[tuple[str, str, str, str]]:
    """Yield table, column, table referred to and its key, for the references along which rows follow."""
    for table in rejected:
        for column in schema.TABLES[table].columns:
            target, _, key = column.references.partition(".")
            if target in rejected and (table, column.name) != CUT_REFERENCE:
                yield table, column.name, target, key


def values_of_rejected(con: duckdb.DuckDBPyConnection, rejected: Rejected, table: str, column: str) -> list[str]:
    """Return the values that the rejected rows of a table have in a column."""
    if not rejected.get(table):
        return []
    query = f"SELECT DISTINCT {column} FROM {table} WHERE row IN (SELECT unnest(?::BIGINT[])) AND {column} IS NOT NULL"
    return [value for (value,) in con.execute(query, [list(rejected[table])]).fetchall()]


def reject_referring(
    con: duckdb.DuckDBPyConnection, rejected: Rejected, table: str, column: str, keys: Sequence[str], reason: Reason
) -> bool:
    """Reject rows that have one of the keys in a column; return whether there were any that were not rejected before."""
    if not keys or table not in rejected:
        return False
    query = f"SELECT row FROM {table} WHERE {column} IN (SELECT unnest(?::VARCHAR[]))"
    new = [row for (row,) in con.execute(query, [list(keys)]).fetchall() if row not in rejected[table]]
    rejected[table].update((row, [reason]) for row in new)
    return bool(new)
