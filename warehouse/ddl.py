"""DuckDB tables with a comment on every table and column, derived from the declaration of the tables."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from warehouse import schema


def quote(text: str) -> str:
    """Return text as an SQL string literal.

    >>> quote("it's")
    "'it''s'"
    """
    return "'" + str(text).replace("'", "''") + "'"


def table_ddl(table: schema.Table) -> list[str]:
    """Return the statements that create one table and comment on it."""
    columns = ", ".join(f'"{column.name}" {column.type}{" NOT NULL" * column.required}' for column in table.columns)
    statements = [
        f"CREATE TABLE {table.name} ({columns})",
        f"COMMENT ON TABLE {table.name} IS {quote(f'One row per {table.one_row_per}. {table.zh}')}",
    ]
    for column in table.columns:
        unit = f" [{column.unit}]" if column.unit else ""
        statements.append(f'COMMENT ON COLUMN {table.name}."{column.name}" IS {quote(f"{column.doc}{unit}. {column.zh}")}')
    return statements


def create_tables(con: duckdb.DuckDBPyConnection, tables: Iterable[schema.Table] = tuple(schema.TABLES.values())) -> None:
    """Create the tables on an open DuckDB connection that has none of them."""
    for table in tables:
        for statement in table_ddl(table):
            con.execute(statement)
