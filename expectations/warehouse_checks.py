"""Checks of the built warehouse, before it is published: what only holds between batches, and after loading.

These stay SQL, for a warehouse is too large for frames: DuckDB counts the rows that break each condition where they are, and Great
Expectations sees the counts (``ExpectSqlToHold``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache

import duckdb
import pandas as pd

from expectations.contract import Contract, allowed_values, in_place, key_of, range_sentence, reference, values_sentence
from expectations.frames import set_day
from expectations.gate import decide
from expectations.gx.row_expectations import ExpectSqlToHold
from expectations.gx.validation import validate
from expectations.results import MAX_EXAMPLES, Audit, findings
from warehouse import schema

ACCOUNTED = """
LEFT JOIN (
  SELECT file_id, count(*) AS n_blocks, sum(char_end - char_start) AS n_in_blocks, max(char_end) AS last_end FROM blocks {some} GROUP BY file_id
) AS b ON b.file_id = r.file_id
"""
BESIDE = {"raw_files": ACCOUNTED}
WRITTEN = {
    "raw_files": (
        ("the blocks of a loaded file fit in it", "b.n_in_blocks <= r.n_chars AND b.last_end <= r.n_chars", "n_chars"),
        ("only loaded files have blocks", "r.status = 'loaded' OR b.n_blocks IS NULL", "status"),
    ),
}
"""Sentence, condition and column of what is not declared, by table."""
Condition = tuple[str, str, str]


def of_checked_files(table: schema.Table) -> str:
    """Return SQL that a row of a page table is of a file in ``checked_files``; rows before the first such are not read."""
    return f"rowid >= getvariable('first_{table.name}') AND {schema.owner(table)} IN (FROM checked_files)"


@cache
def warehouse_contracts(of_some_files: bool = False) -> dict[str, Contract]:
    """Return what must hold of the whole warehouse: references lead somewhere, keys are unique, characters add up.

    With ``of_some_files`` what holds within a file is asked of the table ``checked_files`` alone: what was read from one file refers to
    nothing that was read from another, so it cannot be spoilt by what comes and goes beside it.
    """
    contracts = {}
    for table in (*schema.of_layer("page"), *schema.of_layer("corpus")):
        within = [column for column in table.columns if table.layer == "page" and column.references and target_of(column).layer == "page"]
        conditions = [reference_condition(column) for column in table.columns if column.references and column not in within]
        if table.layer == "corpus" or table.name == "raw_files":
            conditions.append(key_condition(table))
        if table.layer == "corpus":
            conditions += [each for column in table.columns for each in column_conditions(column)]
        of_file = [reference_condition(column, of_checked_files(target_of(column)) if of_some_files else "") for column in within]
        some, some_blocks = (f"WHERE {of_checked_files(each)}" if of_some_files else "" for each in (table, schema.TABLES["blocks"]))
        beside = BESIDE.get(table.name, "").format(some=some_blocks)
        contracts |= {
            f"{table.name} in the warehouse": contract_over(table, "in the warehouse", conditions),
            f"{table.name} within a file": contract_over(table, "within a file", (*of_file, *WRITTEN.get(table.name, ())), beside, some),
        }
    return {name: contract for name, contract in contracts.items() if contract.expectations}


def target_of(column: schema.Column) -> schema.Table:
    """Return the table that a column refers to."""
    return schema.TABLES[column.references.partition(".")[0]]


def reference_condition(column: schema.Column, among: str = "") -> Condition:
    """Return that the row which a value refers to is in the warehouse; ``among`` is SQL that it fits, where it can be no other."""
    one = reference(column, "the warehouse", among)
    return one.description, one.sql(), column.name


def key_condition(table: schema.Table) -> Condition:
    """Return that no two rows have the same key."""
    name = ", ".join(table.key)
    again = f"SELECT {key_of(table, 'k')} FROM {table.name} AS k GROUP BY ALL HAVING count(*) > 1"
    return in_place(f"{name} is unique", "the warehouse"), f"{key_of(table)} NOT IN (FROM ({again}) AS t(key) WHERE key IS NOT NULL)", name


def column_conditions(column: schema.Column) -> Iterator[Condition]:
    """Yield what the declaration of a column says of each of its values, as ``contract.column_expectations`` does for a frame."""
    name = f'r."{column.name}"'
    if column.required:
        yield f"{column.name} is given", f"{name} IS NOT NULL", column.name
    if column.values:
        yield values_sentence(column), allowed_values(column), column.name
    bounds = [f"{name} {sign} {bound}" for sign, bound in ((">=", column.low), ("<=", column.high)) if bound is not None]
    if bounds:
        yield range_sentence(column), " AND ".join(bounds), column.name


def contract_over(table: schema.Table, where: str, conditions: Iterable[Condition], beside: str = "", some: str = "") -> Contract:
    """Return the contract of these conditions over a table, or over some of its rows. None may break them."""
    expectations = tuple(
        ExpectSqlToHold(relation=f"{table.name} {where}", column=column, condition=condition, description=sentence, severity="critical")
        for sentence, condition, column in conditions
    )
    return Contract(table.name, expectations, beside, f"(SELECT rowid AS row, * FROM {table.name} {some})", key_of(table))


def audit_warehouse(con: duckdb.DuckDBPyConnection, *, run_id: str, checked_at: datetime, file_ids: Sequence[str] | None = None) -> Audit:
    """Check a built warehouse; where files are given, the others are known to be sound within themselves.

    Nothing is quarantined at this point: what is critical blocks.
    """
    set_day(con, checked_at)
    if file_ids is not None:  # where their rows begin in each table, for they came last and the rest need not be read
        con.execute("CREATE OR REPLACE TEMP TABLE checked_files AS SELECT unnest(?::VARCHAR[]) AS file_id", [list(file_ids)])
        for table in schema.of_layer("page"):
            first = (
                f"SELECT coalesce(min(rowid), 9223372036854775807) FROM {table.name} WHERE {schema.owner(table)} IN (FROM checked_files)"
            )
            con.execute(f"SET VARIABLE first_{table.name} = ({first})")
    checked = warehouse_contracts(file_ids is not None)
    errors: dict[str, str] = {}

    def frame(name: str) -> pd.DataFrame:
        try:
            return counted(con, checked[name])
        except duckdb.Error as error:
            errors[name] = f"{checked[name].table}: cannot be evaluated: {' '.join(str(error).split())[:300]}"
            return pd.DataFrame()

    suites = {name: contract.expectations for name, contract in checked.items()}
    results = validate("warehouse, some files" if file_ids is not None else "warehouse", suites, frame, run_id, checked_at)
    validations = [one.row(one.rows, run_id, checked_at) for name, contract in checked.items() for one in findings(contract, results[name])]
    decision = decide(validations, {})
    return Audit(validations=validations, blocked=[*errors.values(), *decision.blocked], warnings=decision.warnings)


def counted(con: duckdb.DuckDBPyConnection, contract: Contract) -> pd.DataFrame:
    """Return a frame with a row per condition of a contract: how many rows there are, of how many it says nothing, how many break it, and keys of the first.

    All conditions are counted in one pass, and those that are broken are looked at in a second: lists of all would take a fifth of the time.
    """
    asked = ", ".join(f"({one.condition})::BOOLEAN AS c{number}" for number, one in enumerate(contract.expectations))
    rows = f"(SELECT r.row, {contract.key} AS key, {asked} FROM {contract.relation} AS r {contract.beside})"
    columns = ", ".join(f"count(c{number}), coalesce(count_if(NOT c{number}), 0)" for number in range(len(contract.expectations)))
    n_rows, *counts = con.execute(f"SELECT count(*), {columns} FROM {rows}").fetchall()[0]
    found = {}
    for number, one in enumerate(contract.expectations):
        n_evaluated, n_unexpected = counts[2 * number : 2 * number + 2]
        keys = (
            con.execute(f"SELECT key FROM {rows} WHERE NOT c{number} ORDER BY row LIMIT {MAX_EXAMPLES}").fetchall() if n_unexpected else ()
        )
        found[one.sql()] = (n_rows, n_rows - n_evaluated, n_unexpected, ["" if key is None else str(key) for (key,) in keys])
    return pd.DataFrame.from_dict(found, orient="index", columns=["n_rows", "n_missing", "n_unexpected", "keys"])
