"""Checks of the built warehouse, before it is published: what only holds between batches, and after loading."""

from __future__ import annotations

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
  SELECT file_id, count(*) AS n_blocks, sum(char_end - char_start) AS n_in_blocks, max(char_end) AS last_end FROM blocks GROUP BY file_id
) AS b ON b.file_id = r.file_id
"""

WRITTEN: dict[str, tuple[Rule, ...]] = {
    "raw_files": (
        critical("the blocks of a loaded file fit in it", "b.n_in_blocks <= r.n_chars AND b.last_end <= r.n_chars", "n_chars", tolerance=0),
        critical("only loaded files have blocks", "r.status = 'loaded' OR b.n_blocks IS NULL", "status", tolerance=0),
    ),
}
BESIDE = {"raw_files": ACCOUNTED}


@cache
def warehouse_contracts() -> dict[str, Contract]:
    """Return what must hold of the whole warehouse, by table: references lead somewhere, keys are unique, characters add up."""
    found = {}
    for table in (*schema.of_layer("page"), *schema.of_layer("corpus")):
        rules = [reference_rule(column, tolerance=0, where="the warehouse") for column in table.columns if column.references]
        if table.layer == "corpus" or table.name == "raw_files":
            rules.append(key_rule(table, tolerance=0, where="the warehouse"))
        if table.layer == "corpus":
            own = (rule for column in table.columns if not column.references for rule in column_rules(column))
            rules += [replace(rule, tolerance=0) for rule in own]
        rules += WRITTEN.get(table.name, ())
        if rules:
            found[table.name] = Contract(
                table=table.name,
                rules=tuple(rules),
                beside=BESIDE.get(table.name, ""),
                name=f"{table.name} in the warehouse",
                suite=table.name,
                relation=f"(SELECT rowid AS row, * FROM {table.name})",
                key=key_of(table),
                quarantines=False,
            )
    return {contract.name: contract for contract in found.values()}


def audit_warehouse(con: duckdb.DuckDBPyConnection, *, run_id: str, checked_at: datetime) -> Audit:
    """Check a built warehouse. Nothing is quarantined at this point: what is critical blocks."""
    from expectations.suites import check

    set_day(con, checked_at)
    found = check(Examination(con, warehouse_contracts()), run_id=run_id, checked_at=checked_at)
    decision = decide(found.validations)
    return Audit(
        validations=found.validations, blocked=[*found.errors, *decision.blocked], warnings=decision.warnings
    )
