"""Runs the command ``dibao`` as a user does, and looks at what it left."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import duckdb

from flows.pipeline import committing, loading
from warehouse import sample, schema, store
from warehouse.home import Home
from warehouse.lake import read_manifest

PATIENCE = 600
"""Seconds after which what is waited for hangs: no machine is so slow, and no test that passes waits so long."""


def dibao(*arguments: object, home: Path) -> subprocess.CompletedProcess[str]:
    """Run the command and return what it printed and its exit code."""
    command = [sys.executable, "-m", "flows.cli", *map(str, arguments), "--home", str(home)]
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)


def connect(home: Path) -> duckdb.DuckDBPyConnection:
    """Return a read-only connection to the published warehouse."""
    return duckdb.connect(str(home / "dibao.duckdb"), read_only=True)


def artifacts(home: Path, flow_run_id: str) -> dict[str, tuple[str, str]]:
    """Return description and data of what a run left on Prefect's pages, by the part of the key that does not name the home."""
    with sqlite3.connect(home / "prefect" / "prefect.db") as con:
        rows = con.execute("SELECT key, description, data FROM artifact WHERE flow_run_id = ?", [flow_run_id]).fetchall()
    return {key.partition(f"{Home(home).id[:6]}-")[2]: (description, data) for key, description, data in rows}


def moved(home: Home, pages: Path) -> None:
    """Let the warehouse know the sample's files by another folder, as if they had been read from there."""
    with store.opened_build(home, loading.restore) as con:
        con.execute("UPDATE file_paths SET path = replace(path, ?, ?)", [str(sample.path()), str(pages)])
        files = store.export_table(con, home.lake, schema.TABLES["file_paths"], committing.WHOLE)
        store.commit_manifest(home, con, read_manifest(home.manifest).replaced(files, {"file_paths": {committing.WHOLE}}))


def all_rows(home: Path, leave_out: frozenset[str] = frozenset()) -> dict[str, list[tuple]]:
    """Return the rows of every table of the schema, in order of the key, without some columns."""
    with connect(home) as con:
        rows = {}
        for table in schema.TABLES.values():
            columns = [name for name in table.column_names if name not in leave_out]
            rows[table.name] = con.execute(f"SELECT {', '.join(columns)} FROM {table.name} ORDER BY ALL").fetchall()
        return rows
