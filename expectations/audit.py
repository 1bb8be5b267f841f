"""Audit of one batch: staged Parquet in, good Parquet out, and why the rest was rejected.

All contracts are checked first, with Great Expectations. Rows that broke a critical rule are taken out, and with them the rows that
refer to them. Then it is checked that every row that came in is either good or quarantined.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from expectations.cascade import CUT, bad_rows, values
from expectations.contracts import balances, contracts, layouts
from expectations.evaluation import Examination, staged
from expectations.gate import decide, merge_validations
from expectations.quarantine import quarantine_rows
from warehouse.arrow import put_in, write_parquet
from warehouse.schema import Row

__all__ = ["Audit", "audit", "merge_validations"]


@dataclass
class Audit:
    """What an audit found; ``counts`` are rows by table: ``input``, ``good``, ``quarantined``."""

    validations: list[Row] = field(default_factory=list)
    quarantine: list[Row] = field(default_factory=list)
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    blocked: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def audit(
    tables: Mapping[str, Path],
    out: Path,
    *,
    run_id: str,
    checked_at: datetime,
    files: Mapping[str, str],
    results: Path | None = None,
    rows: Mapping[str, pa.Table] | None = None,
) -> Audit:
    """Check the staged files of one batch against all contracts and write the good rows to ``out/<table>.parquet``.

    ``files`` are the paths of the batch's raw files by file_id. Where ``results`` is given, what was found is kept there for Data
    Docs; where ``rows`` are given, they are what the files hold. Staged files are left untouched. A table that cannot be evaluated gives no good rows and blocks.
    """
    from expectations.suites import check

    out.mkdir(parents=True, exist_ok=True)
    with staged(tables, checked_at, rows) as con:
        rules = Examination(con, layouts() | contracts())
        found = check(rules, run_id=run_id, checked_at=checked_at)
        bad = bad_rows(con, rules.broken)
        cut = values(con, bad, "articles", "article_id")
        counts = {}
        for name, path in tables.items():
            n_good = write_good(path, out / path.name, bad[name], cut if name == CUT[0] else ()) if name in bad else 0
            counts[name] = {"input": n_rows(path), "good": n_good, "quarantined": len(bad.get(name, ()))}
        keep_books(con, counts)
        booked = check(Examination(con, balances()), run_id=run_id, checked_at=checked_at)
    validations = [*found.validations, *booked.validations]
    decision = decide(validations)
    if results is not None:
        from expectations.docs import keep_results

        keep_results(validations, results)
    return Audit(
        validations=validations,
        quarantine=list(quarantine_rows(tables, bad, files, run_id)),
        counts=counts,
        blocked=[*found.errors, *booked.errors, *decision.blocked],
        warnings=decision.warnings,
    )


def n_rows(path: Path) -> int:
    """Return the number of rows of a Parquet file."""
    return pq.read_metadata(path).num_rows


def write_good(path: Path, out: Path, bad: Mapping[int, object], cut: Sequence[str]) -> int:
    """Write the rows that are not bad, in their order and without the links to be cut; return how many reached the file."""
    if bad or cut:
        rows = pq.read_table(path)
        if cut:
            rows = without_links(rows, CUT[1], cut)
        good = pa.array([number not in bad for number in range(rows.num_rows)], pa.bool_())
        write_parquet(rows.filter(good), out)
    else:
        put_in(path, out)
    return n_rows(out)


def without_links(rows: pa.Table, column: str, keys: Sequence[str]) -> pa.Table:
    """Return rows where a column is null that names one of the keys."""
    at = rows.schema.get_field_index(column)
    linked = pc.is_in(rows[column], pa.array(keys, rows[column].type))
    return rows.set_column(at, rows.schema.field(at), pc.if_else(linked, None, rows[column]))


def keep_books(con: duckdb.DuckDBPyConnection, counts: Mapping[str, Mapping[str, int]]) -> None:
    """Lay the books of the split beside the staged tables: rows that came in, were written, were quarantined."""
    con.execute("CREATE TABLE balance (record_table VARCHAR, n_input BIGINT, n_good BIGINT, n_quarantined BIGINT)")
    for name, count in counts.items():
        con.execute("INSERT INTO balance VALUES (?, ?, ?, ?)", [name, count["input"], count["good"], count["quarantined"]])
