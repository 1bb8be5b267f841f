"""Audit of one batch: staged Parquet in, good Parquet out, and why the rest was rejected.

All contracts are checked first, with Great Expectations. Rows that broke a critical expectation are taken out, and with them the rows
that refer to them. Then it is checked that every row that came in is either good or quarantined.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from expectations.contract import Contract, balance, layout
from expectations.contracts import contracts, tolerances
from expectations.frames import frame_of, keys_of, staged
from expectations.gate import decide
from expectations.gx.validation import validate
from expectations.quarantine import quarantine_rows
from expectations.rejection import CUT_REFERENCE, propagate_rejection, values_of_rejected
from expectations.results import Audit, Finding, findings, validation_rows
from warehouse import schema
from warehouse.arrow import put_in, write_parquet
from warehouse.schema import Row


def audit(
    tables: Mapping[str, Path],
    out: Path,
    *,
    run_id: str,
    checked_at: datetime,
    files: Mapping[str, str],
    rows: Mapping[str, pa.Table] | None = None,
) -> Audit:
    """Check the staged files of one batch against all contracts and write the good rows to ``out/<table>.parquet``.

    ``files`` are the paths of the batch's raw files by file_id. Where ``rows`` are given, they are what the files hold. Staged files are
    left untouched. A table that cannot be evaluated gives no good rows and blocks.
    """
    out.mkdir(parents=True, exist_ok=True)
    with staged(tables, checked_at, rows) as con:
        check = partial(check_rows, con, run_id=run_id, checked_at=checked_at)
        found, validations, errors = check("rows of a batch", {**contracts(), "layout": layout(schema.of_layer("page"))})
        rejected = propagate_rejection(con, {table: found[table] for table in contracts()})
        cut = values_of_rejected(con, rejected, "articles", "article_id")
        counts = {}
        for name, path in tables.items():
            n_good = write_good(path, out / path.name, rejected[name], cut if name == CUT_REFERENCE[0] else ()) if name in rejected else 0
            counts[name] = {"input": n_rows(path), "good": n_good, "quarantined": len(rejected.get(name, ()))}
        reconcile_counts(con, counts)
        _, booked, more_errors = check("counts of a batch", {"balance": balance(schema.of_layer("page"))})
    validations += booked
    decision = decide(validations, tolerances())
    return Audit(
        validations=validations,
        quarantine=list(quarantine_rows(tables, rejected, files, run_id)),
        counts=counts,
        blocked=[*errors, *more_errors, *decision.blocked],
        warnings=decision.warnings,
    )


def check_rows(
    con: duckdb.DuckDBPyConnection, name: str, checked: Mapping[str, Contract], *, run_id: str, checked_at: datetime
) -> tuple[dict[str, list[Finding]], list[Row], list[str]]:
    """Return what the contracts of staged rows met, by table, the same as rows of ``validations``, and why tables could not be evaluated.

    ``name`` stands for the contracts, as in ``validate``.
    """
    broken: dict[str, str] = {}

    def frame(table: str) -> pd.DataFrame:
        try:
            return frame_of(con, checked[table])
        except duckdb.Error as error:  # without columns no expectation can be evaluated, and Great Expectations says so of each
            broken[table] = " ".join(str(error).split())[:300]
            return pd.DataFrame()

    results = validate(name, {table: one.expectations for table, one in checked.items()}, frame, run_id, checked_at)
    findings_of_table = {table: findings(one, results[table]) for table, one in checked.items()}
    rows = [
        row
        for table, one in checked.items()
        for row in validation_rows(findings_of_table[table], partial(keys_of, con, one), run_id, checked_at)
    ]
    errors = {table: broken.get(table) or next((one.error for one in some if one.error), "") for table, some in findings_of_table.items()}
    return findings_of_table, rows, [f"{table}: cannot be evaluated: {error}" for table, error in errors.items() if error]


def n_rows(path: Path) -> int:
    """Return the number of rows of a Parquet file."""
    return pq.read_metadata(path).num_rows


def write_good(path: Path, out: Path, rejected: Mapping[int, object], cut: Sequence[str]) -> int:
    """Write the rows that are not rejected, in their order and without the links to be cut; return how many reached the file."""
    if rejected or cut:
        rows = pq.read_table(path)
        if cut:
            rows = without_links(rows, CUT_REFERENCE[1], cut)
        good = pa.array([number not in rejected for number in range(rows.num_rows)], pa.bool_())
        write_parquet(rows.filter(good), out)
    else:
        put_in(path, out)
    return n_rows(out)


def without_links(rows: pa.Table, column: str, keys: Sequence[str]) -> pa.Table:
    """Return rows where a column is null that names one of the keys."""
    index = rows.schema.get_field_index(column)
    linked = pc.is_in(rows[column], pa.array(keys, rows[column].type))
    return rows.set_column(index, rows.schema.field(index), pc.if_else(linked, None, rows[column]))


def reconcile_counts(con: duckdb.DuckDBPyConnection, counts: Mapping[str, Mapping[str, int]]) -> None:
    """Lay the counts of the split beside the staged tables: rows that came in, were written, were quarantined."""
    con.execute("CREATE TABLE balance (record_table VARCHAR, n_input BIGINT, n_good BIGINT, n_quarantined BIGINT)")
    for name, count in counts.items():
        con.execute("INSERT INTO balance VALUES (?, ?, ?, ?)", [name, count["input"], count["good"], count["quarantined"]])
