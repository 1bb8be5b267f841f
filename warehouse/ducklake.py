"""A DuckLake catalog of the lake on a store: a database of its own, DuckDB or Postgres, that says which Parquet files are which table.

The files are those that are there, not copies. DuckDB needs its extension ``ducklake``, of exactly its own version.
"""

from __future__ import annotations

import duckdb

from warehouse import schema
from warehouse.ddl import create_tables, quote
from warehouse.mirror import MirrorError, connect_to, parquet_paths


def register(url: str, catalog: str) -> tuple[int, int]:
    """Bring a catalog to the newest commit of the lake at a URL, in one snapshot; return how many files came and how many went.

    ``catalog`` is what DuckDB attaches, such as ``ducklake:papers.ducklake`` or ``ducklake:postgres:dbname=papers``. The lake is left
    untouched. Raises MirrorError where there is no lake, or the catalog cannot be opened.
    """
    wanted = parquet_paths(url)
    con = connect_to(url)
    try:
        con.execute(f"ATTACH {quote(catalog)} AS lake (DATA_PATH {quote(url)}, OVERRIDE_DATA_PATH true)")
        con.execute("USE lake")
        con.execute("BEGIN")
        counts = [keep_files(con, table, wanted[table.name]) for table in schema.TABLES.values()]
        con.execute("COMMIT")
    except duckdb.Error as error:
        raise MirrorError(
            f"{catalog}: not a catalog that can be used ({error}). Expected such as ducklake:papers.ducklake, and DuckDB's extension "
            f"ducklake for its version {duckdb.__version__}: `INSTALL ducklake`, or the package duckdb-extension-ducklake of this version."
        ) from error
    finally:
        con.close()
    return sum(came for came, _ in counts), sum(went for _, went in counts)


def keep_files(con, table: schema.Table, wanted: list[str]) -> tuple[int, int]:
    """Make these the files of a table in the catalog, the table too where there is none; return how many came and how many went."""
    if not con.execute("SELECT 1 FROM duckdb_tables() WHERE database_name = 'lake' AND table_name = ?", [table.name]).fetchall():
        create_tables(con, [table])
    known = {path for (path,) in con.execute("SELECT data_file FROM ducklake_list_files('lake', ?)", [table.name]).fetchall()}
    stale, new = sorted(known - set(wanted)), sorted(set(wanted) - known)
    if stale:  # rows of whole files: the catalog forgets the files, nothing is written
        con.execute(f"DELETE FROM {table.name} WHERE filename IN ({', '.join(map(quote, stale))})")
    for path in new:
        con.execute("CALL ducklake_add_data_files('lake', ?, ?)", [table.name, path])
    return len(new), len(stale)
