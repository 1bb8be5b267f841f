"""Tables of the warehouse row by row: sorted, filtered, as a page, JSON, CSV or Parquet, always with the SQL behind it."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb
import pyarrow.parquet as pq
from starlette.exceptions import HTTPException
from starlette.responses import Response, StreamingResponse

from warehouse.ddl import quote
from warehouse.exports import harmless
from warehouse.reading_room.published import time_limit

CONDITIONS = {
    "=": '"{column}"::VARCHAR = {value}',
    "≠": '"{column}"::VARCHAR <> {value}',
    "含": 'contains("{column}"::VARCHAR, {value})',
    "≥": '"{column}" >= {value}',
    "≤": '"{column}" <= {value}',
    "为空": '"{column}" IS NULL',
    "不空": '"{column}" IS NOT NULL',
}
"""What may be asked of a column, as the page says it, and in SQL."""
FORMS = {"csv": "text/csv; charset=utf-8", "json": "application/json", "parquet": "application/vnd.apache.parquet"}
ROWS_OF_TABLE_PAGE = 100  # rows of a table on one page


@dataclass(frozen=True)
class Condition:
    """One condition on the rows of a table, as the address says it."""

    column: str
    sign: str
    value: str


def select(table: str, columns: Sequence[str], conditions: Sequence[Condition], sort: str = "", descending: bool = False) -> str:
    """Return the query for the rows of a table that meet all conditions. A column or sign that there is not is left out.

    >>> print(select("places", ["name", "level"], [Condition("level", "=", "town"), Condition("name", "含", "渡")], sort="name"))
    SELECT * FROM places
    WHERE "level"::VARCHAR = 'town' AND contains("name"::VARCHAR, '渡')
    ORDER BY "name"
    """
    where = " AND ".join(
        CONDITIONS[asked.sign].format(column=asked.column, value=quote(asked.value))
        for asked in conditions
        if asked.column in columns and asked.sign in CONDITIONS
    )
    order = f'"{sort}"{" DESC" if descending else ""}' if sort in columns else ""
    return f"SELECT * FROM {table}" + (f"\nWHERE {where}" if where else "") + (f"\nORDER BY {order}" if order else "")


def checked_select(query: str) -> str:
    """Return a query that a reader wrote, without the sign that ends it. Raises HTTPException 400 for what is not one that only reads."""
    try:
        statements = duckdb.extract_statements(query)
    except duckdb.Error as error:
        raise HTTPException(400, f"这条 SQL 读不懂：{error}") from error
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise HTTPException(400, "这里只运行一条只读的 SELECT 查询。")
    return query.strip().rstrip(";")


@dataclass(frozen=True)
class PageOfRows:
    """One page of a query's rows."""

    columns: Sequence[str]
    rows: Sequence[Sequence[object]]
    has_more: bool


def fetch_page(cursor: duckdb.DuckDBPyConnection, query: str, first: int = 0, n: int = ROWS_OF_TABLE_PAGE) -> PageOfRows:
    """Return the rows of a query from the one numbered ``first`` on. Raises HTTPException 400 where DuckDB refuses it or it takes too long."""
    try:
        with time_limit(cursor):
            result = cursor.execute(query)
            columns = [column[0] for column in result.description]
            while first > 0:
                skipped = len(result.fetchmany(min(first, 10_000)))
                first = first - skipped if skipped else 0
            rows = result.fetchmany(n + 1)
    except duckdb.InterruptException:
        raise HTTPException(400, "查询超过 20 秒，已中止。请缩小范围，或用 dibao sql 运行。") from None
    except duckdb.Error as error:
        raise HTTPException(400, f"DuckDB 不接受这条查询：{error}") from error
    return PageOfRows(columns, rows[:n], len(rows) > n)


def stream_rows(cursor: duckdb.DuckDBPyConnection, name: str, form: str, query: str, parameters: Mapping[str, object]) -> Response:
    """Return all rows of a query as a file of that name and form, one of ``FORMS``."""
    headers = {"Content-Disposition": f'attachment; filename="dibao-{name}.{form}"'}
    with time_limit(cursor):
        pieces = {"csv": csv_pieces, "json": json_pieces, "parquet": parquet_pieces}[form](cursor, query, parameters)
    return StreamingResponse(pieces, media_type=FORMS[form], headers=headers)


def csv_pieces(cursor: duckdb.DuckDBPyConnection, query: str, parameters: Mapping[str, object]) -> Iterator[str]:
    """Return rows as CSV that no spreadsheet runs; with a byte order mark, because spreadsheets take Chinese CSV for GBK without one."""
    result = cursor.execute(query, parameters)

    def pieces() -> Iterator[str]:
        rows = [[column[0] for column in result.description]]
        yield "\ufeff"
        while rows:
            text = io.StringIO()
            csv.writer(text, lineterminator="\n").writerows([harmless(value) for value in row] for row in rows)
            yield text.getvalue()
            rows = result.fetchmany(10_000)

    return pieces()


def json_pieces(cursor: duckdb.DuckDBPyConnection, query: str, parameters: Mapping[str, object]) -> Iterator[str]:
    """Return rows as a JSON array of objects, one on a line; what JSON has no type for is text."""
    result = cursor.execute(query, parameters)
    columns = [column[0] for column in result.description]

    def pieces() -> Iterator[str]:
        before = "["
        while rows := result.fetchmany(10_000):
            lines = (json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False, default=str) for row in rows)
            yield before + "\n" + ",\n".join(lines)
            before = ","
        yield ("[" if before == "[" else "") + "\n]\n"

    return pieces()


def parquet_pieces(cursor: duckdb.DuckDBPyConnection, query: str, parameters: Mapping[str, object]) -> Iterator[bytes]:
    """Return the pieces of a Parquet file, which is written to the end before the first of them is handed out."""
    out = tempfile.SpooledTemporaryFile(max_size=16_000_000)  # noqa: SIM115 closed when the last piece has been handed out
    pq.write_table(cursor.sql(query, params=dict(parameters)).to_arrow_table(), out, compression="zstd")
    out.seek(0)

    def pieces() -> Iterator[bytes]:
        with out:
            while piece := out.read(1_000_000):
                yield piece

    return pieces()
