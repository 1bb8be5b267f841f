"""What a run does to a warehouse, without anything around it."""

from __future__ import annotations

from datetime import datetime

import duckdb

from flows.pipeline.planning import Plan
from flows.pipeline.processing import read_portions
from flows.pipeline.request import Run
from warehouse import schema, store

RUN = Run("run", datetime(2025, 3, 8))


def load_plan(con: duckdb.DuckDBPyConnection, plan: Plan) -> list[str]:
    """Store paths, files and edits as a run over the plan would, and return the paths of the files that were read."""
    files = [file for batch in plan.batches for file in batch.files]
    for batch in plan.batches:
        rows, _ = next(read_portions(batch))
        store.replace_rows(con, schema.TABLES["raw_files"], rows["raw_files"])
        con.execute("DELETE FROM edits WHERE file_id IN (SELECT unnest(?))", [[file.file_id for file in batch.files]])
        store.replace_rows(con, schema.TABLES["edits"], rows["edits"])
    store.replace_rows(con, schema.TABLES["file_paths"], [found.row(RUN) for found in plan.paths])
    return sorted(file.path for file in files)
