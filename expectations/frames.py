"""Staged rows as pandas frames, for Great Expectations: a frame has the columns that the expectations of a table need and no others.

What an expectation asks in SQL (``RowExpectation``) is a column too, worked out with all others of the table in one DuckDB pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from expectations.contract import Contract, columns_of
from expectations.gx.row_expectations import RowExpectation
from expectations.raw_text import with_raw_text
from warehouse import schema

AUDIT_MEMORY = "400MB"
"""What DuckDB may hold in memory to audit a batch."""


@contextmanager
def staged(
    tables: Mapping[str, Path], checked_at: datetime, rows: Mapping[str, pa.Table] | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a connection where each staged Parquet file is a view with the number of each row, counted from 0, and the raw text under its spans.

    ``rows`` are what the files hold; they are read where they are not given, once, for every condition would decode them again. What DuckDB
    takes beside them beyond ``AUDIT_MEMORY`` is put on disk, beside the first of the files.
    """
    spill = next(iter(tables.values())).parent / ".spill.tmp"
    con = duckdb.connect(config={"threads": 1, "memory_limit": AUDIT_MEMORY, "temp_directory": str(spill)})
    con.execute("SET enable_progress_bar = false")  # it goes to the standard output, among what a command says
    try:
        for name, some in with_raw_text(rows or {name: pq.read_table(path) for name, path in tables.items()}):
            con.register(f"staged_{name}", some.append_column("row", pa.array(np.arange(some.num_rows))))
            con.execute(f"CREATE VIEW {name} AS FROM staged_{name}")
        set_day(con, checked_at)
        yield con
    finally:
        con.close()


def set_day(con: duckdb.DuckDBPyConnection, checked_at: datetime) -> None:
    """Set the day that conditions call today: the start of the run, never a clock."""
    today: date = checked_at.date()
    con.execute(f"SET VARIABLE checked_on = DATE '{today.isoformat()}'")


def frame_of(con: duckdb.DuckDBPyConnection, contract: Contract) -> pd.DataFrame:
    """Return the frame of a contract's rows, indexed by the number of each row.

    Raises duckdb.Error where a table or column is missing or has another type than a condition takes.
    """
    conditions = list(dict.fromkeys(one.sql() for one in contract.expectations if isinstance(one, RowExpectation)))
    names = list(dict.fromkeys(name for one in contract.expectations if not isinstance(one, RowExpectation) for name in columns_of(one)))
    wanted = [column_sql(contract.table, name) for name in names] + [f"({sql})::BOOLEAN AS c{n}" for n, sql in enumerate(conditions)]
    rows = con.sql(f"SELECT {', '.join(['r.row', *wanted])} FROM {contract.relation} AS r {contract.beside}").to_arrow_table()
    return rows.rename_columns(["row", *names, *conditions]).to_pandas(types_mapper=pandas_type).set_index("row").rename_axis(None)


def column_sql(table: str, name: str) -> str:
    """Return SQL for a column of the row as a frame holds it.

    Whole numbers are doubles, for Great Expectations compares those at once and others one by one. Of a list only whether it is there matters.
    """
    declared = schema.TABLES[table].column(name).type
    if declared in (schema.INTEGER, schema.BIGINT):
        return f'r."{name}"::DOUBLE'
    if declared in (schema.TEXTS, schema.BIGINTS, schema.SPANS):
        return f'CASE WHEN r."{name}" IS NOT NULL THEN true END'
    return f'r."{name}"'


def pandas_type(type: pa.DataType) -> object | None:
    """Return the pandas type of an Arrow type, None for pandas' choice: true, false and missing are three values."""
    return pd.BooleanDtype() if pa.types.is_boolean(type) else None


def keys_of(con: duckdb.DuckDBPyConnection, contract: Contract, rows: Iterable[int]) -> dict[int, str]:
    """Return what the rows of those numbers are called."""
    if not (wanted := sorted(rows)):
        return {}
    query = f"SELECT r.row, {contract.key} FROM {contract.relation} AS r WHERE r.row IN (SELECT unnest(?::BIGINT[]))"
    return {row: "" if key is None else str(key) for row, key in con.execute(query, [wanted]).fetchall()}
