"""Checks of the built warehouse, before it is published: what only holds between batches, and after loading."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache

import duckdb

from expectations.audit import Audit
from expectations.evaluation import Examination, set_day
from expectations.gate import decide
from expectations.rules import Contract, Rule, column_rules, critical, key_of, key_rule, reference_rule
from warehouse import schema

ACCOUNTED = """
LEFT JOIN (
  SELECT file_id, count(*) AS n_blocks, sum(char_end - char_start) AS n_in_blocks, max(char_end) AS last_end FROM blocks {some} GROUP BY file_id
) AS b ON b.file_id = r.file_id
"""

WRITTEN: dict[str, tuple[Rule, ...]] = {
    "raw_files": (
        critical("the blocks of a loaded file fit in it", "b.n_in_blocks <= r.n_chars AND b.last_end <= r.n_chars", "n_chars", tolerance=0),
        critical("only loaded files have blocks", "r.status = 'loaded' OR b.n_blocks IS NULL", "status", tolerance=0),
    ),
}
BESIDE = {"raw_files": ACCOUNTED}


def of_checked_files(table: schema.Table) -> str:
    """Return SQL that a row of a page table is of a file in ``checked_files``; rows before the first such are not read."""
    return f"rowid >= getvariable('first_{table.name}') AND {schema.owner(table)} IN (FROM checked_files)"


@cache
def warehouse_contracts(of_some_files: bool = False) -> dict[str, Contract]:
    """Return what must hold of the whole warehouse: references lead somewhere, keys are unique, characters add up.

    With ``of_some_files`` what holds within a file is asked of the table ``checked_files`` alone: what was read from one file refers to
    nothing that was read from another, so it cannot be spoilt by what comes and goes beside it.
    """
    found = []
    for table in (*schema.of_layer("page"), *schema.of_layer("corpus")):
        within = [column for column in table.columns if table.layer == "page" and column.references and target_of(column).layer == "page"]
        rules = [reference_rule(column, tolerance=0, where="the warehouse") for column in table.columns if column.references and column not in within]
        if table.layer == "corpus" or table.name == "raw_files":
            rules.append(key_rule(table, tolerance=0, where="the warehouse"))
        if table.layer == "corpus":
            own = (rule for column in table.columns if not column.references for rule in column_rules(column))
            rules += [replace(rule, tolerance=0) for rule in own]
        of_file = [reference_rule(column, 0, "the warehouse", of_checked_files(target_of(column)) if of_some_files else "") for column in within]
        some, some_blocks = (f"WHERE {of_checked_files(each)}" if of_some_files else "" for each in (table, schema.TABLES["blocks"]))
        beside = BESIDE.get(table.name, "").format(some=some_blocks)
        found += [
            contract_of(table, f"{table.name} in the warehouse", rules),
            contract_of(table, f"{table.name} within a file", (*of_file, *WRITTEN.get(table.name, ())), beside, some),
        ]
    return {contract.name: contract for contract in found if contract.rules}


def target_of(column: schema.Column) -> schema.Table:
    """Return the table that a column refers to."""
    return schema.TABLES[column.references.partition(".")[0]]


def contract_of(table: schema.Table, name: str, rules: Iterable[Rule], beside: str = "", some: str = "") -> Contract:
    """Return the contract of these rules over a table, or over some of its rows."""
    return Contract(
        table=table.name,
        rules=tuple(rules),
        beside=beside,
        name=name,
        suite=table.name,
        relation=f"(SELECT rowid AS row, * FROM {table.name} {some})",
        key=key_of(table),
        quarantines=False,
    )


def audit_warehouse(con: duckdb.DuckDBPyConnection, *, run_id: str, checked_at: datetime, file_ids: Sequence[str] | None = None) -> Audit:
    """Check a built warehouse; where files are given, the others are known to be sound within themselves.

    Nothing is quarantined at this point: what is critical blocks.
    """
    from expectations.suites import check

    set_day(con, checked_at)
    if file_ids is not None:  # where their rows begin in each table, for they came last and the rest need not be read
        con.execute("CREATE OR REPLACE TEMP TABLE checked_files AS SELECT unnest(?::VARCHAR[]) AS file_id", [list(file_ids)])
        for table in schema.of_layer("page"):
            first = f"SELECT coalesce(min(rowid), 9223372036854775807) FROM {table.name} WHERE {schema.owner(table)} IN (FROM checked_files)"
            con.execute(f"SET VARIABLE first_{table.name} = ({first})")
    found = check(Examination(con, warehouse_contracts(file_ids is not None)), run_id=run_id, checked_at=checked_at)
    decision = decide(found.validations)
    return Audit(
        validations=found.validations, blocked=[*found.errors, *decision.blocked], warnings=decision.warnings
    )
