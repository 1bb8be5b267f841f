"""Record a run and commit all it did to the lake: from there on its work cannot be lost."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from flows.pipeline import journal
from flows.pipeline.loading import Loaded
from flows.pipeline.planning import Plan
from flows.pipeline.request import Run
from flows.shared.versions import code_version
from warehouse import schema, store
from warehouse.home import Home
from warehouse.lake import Manifest, read_manifest, take_file

WHOLE = "all"
"""Part name of tables that are written to the lake as one file."""
REWRITTEN = (*schema.of_layer("corpus"), schema.TABLES["quarantine"], schema.TABLES["file_paths"], schema.TABLES["runs"])


def commit_run(
    home: Home, con: duckdb.DuckDBPyConnection, plan: Plan, loaded: Loaded, run: Run, rewritten_runs: Collection[str] = ()
) -> Manifest:
    """Record the run and commit all it did to the lake; then what was staged and the journal are no longer needed.

    ``rewritten_runs`` are earlier runs whose rows of ``validations`` were changed.
    """
    record_run(con, plan, loaded, run, datetime.now(UTC).replace(tzinfo=None))
    record_journal(home, con, run)
    manifest = commit_lake(home, con, loaded, {run.run_id, *rewritten_runs})
    home.journal.unlink(missing_ok=True)
    shutil.rmtree(home.staging, ignore_errors=True)
    return manifest


def record_run(con: duckdb.DuckDBPyConnection, plan: Plan, loaded: Loaded, run: Run, ended_at: datetime) -> None:
    """Write what the run says about itself."""
    n_articles = con.execute(
        "SELECT count(*) FROM articles WHERE file_id IN (SELECT unnest(?::VARCHAR[]))", [list(loaded.file_ids)]
    ).fetchall()[0][0]
    row = {
        "run_id": run.run_id,
        "flow_run_id": run.flow_run_id,
        "started_at": run.started_at,
        "ended_at": ended_at,
        "status": loaded.status,
        "reason": run.reason,
        "code_version": code_version(),
        "n_files_seen": plan.n_seen,
        "n_files_new": plan.n_new,
        "n_articles": n_articles,
        "n_quarantined": loaded.n_quarantined,
    }
    with store.transaction(con):
        store.insert_rows(con, schema.TABLES["validations"], loaded.findings.validations)
        store.insert_rows(con, schema.TABLES["runs"], [row])


def record_journal(home: Home, con: duckdb.DuckDBPyConnection, run: Run) -> None:
    """Let ``runs`` tell also of the runs since the last publish that published nothing, but for what this flow run said before."""
    known = set(store.column(con, "SELECT run_id FROM runs"))
    store.insert_rows(
        con,
        schema.TABLES["runs"],
        [
            row
            for row in journal.read_rows(home.journal)
            if row["run_id"] not in known and (row["flow_run_id"] is None or row["flow_run_id"] != run.flow_run_id)
        ],
    )


def commit_lake(home: Home, con: duckdb.DuckDBPyConnection, loaded: Loaded, validated_runs: set[str]) -> Manifest:
    """Write the changed parts to the lake, and those of ``validations`` that are named, and commit them."""
    replaced = {table.name: set(loaded.parts | loaded.touched.get(table.name, frozenset())) for table in schema.of_layer("page")}
    files = []
    for name, parts in replaced.items():
        kept = untouched(schema.TABLES[name], loaded)
        files += [file for part, path in sorted(kept.items()) for file in take_file(home.lake, schema.TABLES[name], part, path)]
        files += store.export_batches(con, home.lake, schema.TABLES[name], sorted(parts - kept.keys()))
    for table in REWRITTEN:
        files += store.export_table(con, home.lake, table, WHOLE)
        replaced[table.name] = {WHOLE}
    replaced["validations"] = validated_runs
    for run_id in sorted(validated_runs):
        files += store.export_table(con, home.lake, schema.TABLES["validations"], run_id, f"run_id = '{run_id}'")
    manifest = read_manifest(home.manifest).replaced(files, replaced)
    store.commit_manifest(home, con, manifest)
    return manifest


def untouched(table: schema.Table, loaded: Loaded) -> dict[str, Path]:
    """Return the files of a table that hold what was loaded of a batch, and as it was: only ``raw_files`` is told more by loading itself."""
    touched = loaded.audited if table.name == "raw_files" else loaded.touched.get(table.name, ())
    return {part: folder / f"{table.name}.parquet" for part, folder in loaded.audited.items() if part not in touched}
