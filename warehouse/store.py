"""The single writer's DuckDB file: loaded batch by batch, exported to the lake, copied to be published."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import gettempdir
from typing import NamedTuple

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from warehouse import schema
from warehouse.arrow import in_order, to_arrow
from warehouse.ddl import create_tables, quote
from warehouse.files import set_aside, sync_folder
from warehouse.home import Home
from warehouse.lake import LakeFile, Manifest, add_file, lake_path, prune_lake, read_manifest, write_manifest

STORAGE_VERSION = "v1.4.0"
"""Files are written so that DuckDB 1.4 and later can read them, with views and macros of functions that all of these know. Older forms
would hold all this too, but beside a file of theirs a log that another file left is replayed, and what a client wrote is in the warehouse;
and texts take half as much again in those before v1.3.0. ``tests/warehouse/test_clients.py`` opens one with several versions."""

DUCKDB_MEMORY = "1GB"
"""What DuckDB holds in memory at most unless ``$DIBAO_MEMORY`` says otherwise: with Python and Prefect's server that is below 2 GB."""

UNWRITTEN = "256MB"
"""What is kept in DuckDB's log before it is written to where it belongs: with DuckDB's own 16 MB the last rows of every table were
written anew for every batch that came (20,000 pages: 23 CPU s to load instead of 11, and a file of 364 MB instead of 295)."""

PAGE_TABLES = schema.of_layer("page")
_spills = count(1)


@contextmanager
def transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Commit what the block did, or nothing of it."""
    con.execute("BEGIN")
    try:
        yield
    except BaseException:
        con.execute("ROLLBACK")
        raise
    con.execute("COMMIT")


def connect_to_none(folder: Path) -> duckdb.DuckDBPyConnection:
    """Return a connection to an empty database, bounded in memory: what is more goes into a folder of this process, gone with it.

    That lies in the folder given, or where the system keeps such files when nothing can be written there.
    """
    beside = folder if os.access(folder, os.W_OK) else Path(gettempdir())
    spill = beside / f".spill-{next(_spills)}.{os.getpid()}.tmp"
    con = duckdb.connect(config={"memory_limit": os.environ.get("DIBAO_MEMORY") or DUCKDB_MEMORY, "temp_directory": str(spill)})
    con.execute("SET enable_progress_bar = false")  # it goes to the standard output, among what a command says
    return con


def connect(path: Path, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """Open a warehouse file under the name ``warehouse``, so that file names do not become catalogue names."""
    con = connect_to_none(path.parent)
    options = "READ_ONLY" if read_only else f"STORAGE_VERSION {quote(STORAGE_VERSION)}"
    con.execute(f"SET checkpoint_threshold = '{UNWRITTEN}'")
    try:
        con.execute(f"ATTACH {quote(path)} AS warehouse ({options})")
    except duckdb.IOException as error:
        con.close()
        raise OpenError(why_closed(path, str(error))) from error
    con.execute("USE warehouse")
    return con


class OpenError(duckdb.IOException):
    """A warehouse file cannot be opened; the message says who or what is in the way, and what to do next."""


def why_closed(path: Path, error: str) -> str:
    """Return why a warehouse file cannot be opened, and what to do next, from the file and what DuckDB says of it.

    >>> print(why_closed(Path("dibao.duckdb"), 'Could not set lock on file "dibao.duckdb": Conflicting lock is held in /bin/duckdb (PID 4711).'))
    dibao.duckdb: process 4711 (/bin/duckdb) has opened it for writing, and nobody else can read it until that ends. Close it there, and open it read-only: duckdb -readonly dibao.duckdb
    """
    if held := HELD_BY.search(error):
        return (
            f"{path}: process {held[2]} ({held[1]}) has opened it for writing, and nobody else can read it until that ends. "
            f"Close it there, and open it read-only: duckdb -readonly {path}"
        )
    if log_of(path).exists():
        return (
            f"{path}: it cannot be opened while {log_of(path)} lies beside it, which a client left that opened it for writing ({error}). "
            "The next `dibao run`, or `dibao rebuild`, sets that aside."
        )
    return f"{path}: it cannot be opened: {error}"


HELD_BY = re.compile(r"lock is held in (.+?) \(PID (\d+)\)")
"""How DuckDB names the process that has a file."""


def log_of(path: Path) -> Path:
    """Return where DuckDB keeps what was written to a file and is not in it yet."""
    return path.with_name(path.name + ".wal")


@contextmanager
def opened_build(home: Home, restore: Callable[[duckdb.DuckDBPyConnection], None]) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the build, which then equals the lake: one that is lost, in doubt after a crash, or lacks a new table or column, is made anew.

    ``restore`` fills what the lake does not hold (search index, views) in a build that was made anew.
    """
    home.work.mkdir(parents=True, exist_ok=True)
    manifest = read_manifest(home.manifest)
    con = _reopened(home.build) if home.build.exists() and commit_of(home.build) == manifest.commit else None
    if con is None or not holds_schema(con):
        if con:
            con.close()
        _drop_database(home.build)
        con = connect(home.build)
        _create(con)
        load_lake(con, home.lake, manifest)
        restore(con)
        _mark(con, manifest.commit)
    try:
        yield con
    finally:
        con.close()


def _reopened(path: Path) -> duckdb.DuckDBPyConnection | None:
    """Return a connection to a build, None where it is of a newer storage version than is written: what made it was newer, or chose another."""
    try:
        return connect(path)
    except duckdb.InvalidInputException:
        return None


def _create(con: duckdb.DuckDBPyConnection) -> None:
    with transaction(con):  # each statement by itself would be written to disk
        create_tables(con)
        con.execute("CREATE TABLE lake_commit (commit_id VARCHAR)")
        con.execute("COMMENT ON TABLE lake_commit IS 'State of the Parquet lake that this file equals'")


def _drop_database(path: Path) -> None:
    for file in (path, log_of(path)):
        file.unlink(missing_ok=True)


def commit_of(path: Path) -> str | None:
    """Return the lake's state that a warehouse file equals, None where it says none or cannot be opened."""
    try:
        con = connect(path, read_only=True)
    except duckdb.Error:
        return None
    try:
        row = con.execute("SELECT commit_id FROM lake_commit").fetchone()
        return row[0] if row else None
    except duckdb.Error:
        return None
    finally:
        con.close()


def holds_schema(con: duckdb.DuckDBPyConnection) -> bool:
    """Return whether an open warehouse has every table and column of the schema: code may have come to know more since it was made."""
    there = set(con.execute("SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = 'warehouse'").fetchall())
    return all((table.name, name) in there for table in schema.TABLES.values() for name in table.column_names)


def _mark(con: duckdb.DuckDBPyConnection, commit_id: str | None) -> None:
    with transaction(con):
        con.execute("DELETE FROM lake_commit")
        if commit_id is not None:
            con.execute("INSERT INTO lake_commit VALUES (?)", [commit_id])


def mark_in_doubt(con: duckdb.DuckDBPyConnection) -> None:
    """Say that the build no longer equals the lake; a run that dies from here on costs a rebuild, never a row."""
    _mark(con, None)


def load_lake(con: duckdb.DuckDBPyConnection, lake: Path, manifest: Manifest) -> None:
    """Insert every file that the manifest names into empty tables. Raises LakeError where one is gone."""
    for table in schema.TABLES.values():
        if paths := [str(lake_path(lake, file)) for file in manifest.of(table.name)]:
            insert_parquet(con, table, paths)


def insert_parquet(con: duckdb.DuckDBPyConnection, table: schema.Table, paths: Sequence[str]) -> None:
    """Insert the rows of Parquet files by column name, in their order; a column that was not yet declared when a file was written stays null."""
    files = "[" + ", ".join(quote(path) for path in paths) + "]"
    con.execute(f"INSERT INTO {table.name} BY NAME SELECT * FROM read_parquet({files}, union_by_name := true)")


def each_row(con: duckdb.DuckDBPyConnection, query: str, parameters: Sequence[object] = (), at_a_time: int = 10_000) -> Iterator[tuple]:
    """Yield the rows of a query, so many at a time: a million of them need not be in memory together."""
    cursor = con.execute(query, list(parameters))
    while rows := cursor.fetchmany(at_a_time):
        yield from rows


def column(con: duckdb.DuckDBPyConnection, query: str, parameters: Sequence[object] | Mapping[str, object] = ()) -> list:
    """Return the one column of a query's rows."""
    return [value for (value,) in con.execute(query, parameters).fetchall()]


def insert_rows(con: duckdb.DuckDBPyConnection, table: schema.Table, rows: Iterable[Mapping[str, object]]) -> None:
    """Insert rows made in Python."""
    arrow = to_arrow(table, rows)
    if arrow.num_rows:
        con.register("incoming", arrow)
        con.execute(f"INSERT INTO {table.name} SELECT * FROM incoming")
        con.unregister("incoming")


def replace_rows(con: duckdb.DuckDBPyConnection, table: schema.Table, rows: Iterable[Mapping[str, object]]) -> None:
    """Insert rows made in Python in place of those with the same key."""
    arrow = to_arrow(table, rows)
    con.register("incoming", arrow)
    same = " AND ".join(f"{table.name}.{key} = incoming.{key}" for key in table.key)
    con.execute(f"DELETE FROM {table.name} USING incoming WHERE {same}")
    con.execute(f"INSERT INTO {table.name} SELECT * FROM incoming")
    con.unregister("incoming")


def delete_files(con: duckdb.DuckDBPyConnection, file_ids: Sequence[str], keep_raw_files: bool = True) -> None:
    """Delete all that was read from the files; their rows in ``raw_files`` stay unless told otherwise."""
    if not file_ids:
        return  # or every table would be gone through for nothing, by every batch
    for table in PAGE_TABLES:
        if not (keep_raw_files and table.name == "raw_files"):
            con.execute(f"DELETE FROM {table.name} WHERE {schema.owner(table)} IN (SELECT unnest(?::VARCHAR[]))", [list(file_ids)])


def load_batch(con: duckdb.DuckDBPyConnection, folder: Path, file_ids: Sequence[str]) -> None:
    """Load an audited batch in place of what its files gave before; the caller's transaction makes it one step."""
    known = con.execute("SELECT file_id FROM raw_files WHERE file_id IN (SELECT unnest(?::VARCHAR[]))", [list(file_ids)]).fetchall()
    delete_files(con, [file_id for (file_id,) in known], keep_raw_files=False)
    for table in PAGE_TABLES:
        path = folder / f"{table.name}.parquet"
        if path.exists():
            insert_parquet(con, table, [str(path)])


EXPORT_GROUP = 16
"""Batches of a table exported by one query: bounds memory, and how often a table is scanned."""


def export_batches(con: duckdb.DuckDBPyConnection, lake: Path, table: schema.Table, batch_ids: Sequence[str]) -> list[LakeFile]:
    """Write what the batches hold now of a table to the lake: one file for each batch that has rows."""
    files = []
    places = places_of(con, table, batch_ids)
    for first in range(0, len(places), EXPORT_GROUP):
        parts = rows_of_batches(con, table, places[first : first + EXPORT_GROUP])
        files += [add_file(lake, table, part, in_order(parts[part], table.key)) for part in sorted(parts)]
    return files


class Place(NamedTuple):
    """Between which rows of a table those of a batch lie, both included; others may lie there too."""

    low: int
    high: int
    batch_id: str


def with_owners(table: schema.Table) -> str:
    """Return the rows of a table, ``t``, with the row of ``raw_files`` of the file that each was read from, ``owners``, as SQL has it."""
    return f"FROM {table.name} AS t JOIN raw_files AS owners ON {schema.owner(table).replace('file_id', 't.file_id')} = owners.file_id"


def places_of(con: duckdb.DuckDBPyConnection, table: schema.Table, batch_ids: Sequence[str]) -> list[Place]:
    """Return where the rows of batches lie, in order; those of a batch that was loaded at once lie together."""
    return [
        Place(*row)
        for row in con.execute(
            f"""
        SELECT min(t.rowid) AS low, max(t.rowid), owners.batch_id
        {with_owners(table)}
        WHERE owners.batch_id IN (SELECT unnest(?::VARCHAR[])) GROUP BY owners.batch_id ORDER BY low
    """,
            [list(batch_ids)],
        ).fetchall()
    ]


def rows_of_batches(con: duckdb.DuckDBPyConnection, table: schema.Table, places: Sequence[Place]) -> dict[str, pa.Table]:
    """Return the rows of batches, in no order; little of the table is read but what lies between them."""
    data = con.sql(
        f"""
        SELECT t.*, owners.batch_id AS part
        {with_owners(table)}
        WHERE t.rowid BETWEEN {min(place.low for place in places)} AND {max(place.high for place in places)}
            AND owners.batch_id IN (SELECT unnest($batches::VARCHAR[]))
    """,
        params={"batches": [place.batch_id for place in places]},
    ).to_arrow_table()
    runs = pc.run_end_encode(data["part"].combine_chunks())
    tables: dict[str, list[pa.Table]] = {}
    start = 0
    for end, part in zip(runs.run_ends.to_pylist(), runs.values.to_pylist(), strict=True):
        tables.setdefault(part, []).append(data.slice(start, end - start))
        start = end
    return {part: pa.concat_tables(some) for part, some in tables.items()}


def export_table(con: duckdb.DuckDBPyConnection, lake: Path, table: schema.Table, part: str, where: str = "true") -> list[LakeFile]:
    """Write the rows of a table that fit a condition to the lake as one part."""
    data = con.sql(f"SELECT * FROM {table.name} WHERE {where}").to_arrow_table()
    return [add_file(lake, table, part, in_order(data, table.key))] if data.num_rows else []


def publish_build(home: Home, con: duckdb.DuckDBPyConnection) -> None:
    """Copy the build beside the published file, look whether the copy is sound, and put it in place in one step.

    Readers keep the file they opened; whoever opens the path finds the old or the new state, never a half one. A rollback ends here, and
    is forgotten first: a run that comes after a crash between the two publishes.
    """
    con.execute("CHECKPOINT warehouse")
    partial = home.path / ".dibao.duckdb.tmp"
    _drop_database(partial)
    shutil.copyfile(home.build, partial)
    n_rows = {table: con.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0] for table in schema.TABLES}
    smoke_test(partial, n_rows)
    home.pinned.unlink(missing_ok=True)
    replace_published(home, partial, n_rows)


def replace_published(home: Home, partial: Path, n_rows: Mapping[str, int]) -> None:
    """Put a file in place of the published one in one step, and look whether readers can open it there. Raises PublishError."""
    set_log_aside(home)
    put_in_place(partial, home.published)
    set_log_aside(home)  # who had opened the earlier file for writing may have begun another
    smoke_test(home.published, n_rows)


def set_log_aside(home: Home) -> None:
    """Set aside what a client that opened the published file for writing left beside it: it belongs to no other file than that one."""
    if log_of(home.published).exists():
        set_aside(
            log_of(home.published), f"a client opened {home.published.name} for writing; what it wrote was never a part of the warehouse"
        )


def put_in_place(partial: Path, path: Path) -> None:
    """Give a whole file its name in one step, read-only, after it has reached the disk."""
    partial.chmod(partial.stat().st_mode & 0o444)  # as far as the umask lets others read
    with partial.open("rb") as copied:
        os.fsync(copied.fileno())
    os.replace(partial, path)
    sync_folder(path.parent)


class PublishError(RuntimeError):
    """A file that is to be published, or was, is not sound."""


def smoke_test(path: Path, n_rows: Mapping[str, int]) -> None:
    """Open a warehouse file as its readers will, count every table and bind every view. Raises PublishError.

    A view is not computed, for that of a network over all articles would take longer than all else of a publish.
    """
    try:
        con = duckdb.connect(str(path), read_only=True)
        try:
            for table, expected in n_rows.items():
                n = con.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0]
                if n != expected:
                    raise PublishError(f"{path}: {n} rows in {table}, {expected} were expected; run again")
            for (view,) in con.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall():
                con.execute(f'SELECT * FROM "{view}" LIMIT 0').fetchall()
        finally:
            con.close()
    except duckdb.Error as error:
        raise PublishError(f"{why_closed(path, str(error))}; run again") from error


def commit_manifest(home: Home, con: duckdb.DuckDBPyConnection, manifest: Manifest) -> None:
    """Commit a state of the lake and say that the build equals it."""
    write_manifest(manifest, home.manifest)
    _mark(con, manifest.commit)
    prune_lake(home.lake, manifest)
