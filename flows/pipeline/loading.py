"""Loading: audited batches into the build, superseded files out of it, and what only the whole warehouse knows brought up to date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from flows.pipeline.batches import UNREAD, Batch, Outcome
from flows.pipeline.checking import Findings, check_batches, check_warehouse, note_articles
from flows.pipeline.corpus import complete_corpus, note_changed
from flows.pipeline.planning import Plan
from flows.pipeline.request import Run
from flows.pipeline.survey import unread, unread_id
from flows.shared.progress import advance
from warehouse import schema, store
from warehouse.analytics import create_analytics
from warehouse.search import build_index, update_index

BATCHES_AT_A_TIME = 16
"""Batches loaded in one transaction: each end of one writes the last row groups of every table again, which for every batch took three
quarters of loading; and what is read anew lies beside what it replaces until then, so that the file grows by so many batches."""
PATHS_AT_A_TIME = 50_000
"""Paths that are written to the warehouse by one statement: bounds memory."""


@dataclass(frozen=True)
class Loaded:
    """What loading did."""

    file_ids: tuple[str, ...] = ()
    """Files that were loaded."""
    superseded_ids: tuple[str, ...] = ()
    renamed_ids: tuple[str, ...] = ()
    """Files whose rows stay and that are found under another path now."""
    audited: Mapping[str, Path] = field(default_factory=dict)
    """The folders of what was loaded, by batch: the lake takes a table from there that nothing has touched since."""
    parts: frozenset[str] = frozenset()
    """Batches whose files in the lake have to be written anew."""
    touched: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Further batches to be written anew, by table."""
    n_quarantined: int = 0
    findings: Findings = Findings()

    @property
    def status(self) -> str:
        """Return the status of a run that loaded this."""
        return "loaded with warnings" if self.findings.warnings else "loaded"


def load_batches(con: duckdb.DuckDBPyConnection, plan: Plan, folders: Sequence[str], run: Run) -> Loaded:
    """Load the audited batches, some at a time, and return what was done. Raises BlockedError before anything is loaded."""
    outcomes = [Outcome.read(Path(folder)) for folder in folders]
    findings = check_batches(plan, outcomes, run)
    superseded_ids = [file_id for file_id, _ in plan.superseded]
    file_ids = [file_id for outcome in outcomes for file_id in outcome.file_ids]
    note_articles(con)
    store.mark_in_doubt(con)
    note_changed(con, [*superseded_ids, *file_ids])
    parts = batches_of(con, [*superseded_ids, *file_ids])
    supersede(con, plan)
    audited = {batch.batch_id: Path(folder) / "audited" for batch, folder in zip(plan.batches, folders, strict=True)}
    batches = list(zip(plan.batches, outcomes, strict=True))
    for first in range(0, len(batches), BATCHES_AT_A_TIME):
        with store.transaction(con):
            for number, (batch, outcome) in enumerate(batches[first : first + BATCHES_AT_A_TIME], first + 1):
                store.load_batch(con, audited[batch.batch_id], outcome.file_ids)
                record_batch(con, batch, outcome, run)
                advance("load", number, len(folders))
    unread_ids = {str(row["file_id"]) for outcome in outcomes for row in outcome.quarantine if row["reason"] == UNREAD}
    with store.transaction(con):
        record_paths(con, plan, sorted(unread_ids), run)
    return Loaded(
        file_ids=tuple(file_ids),
        superseded_ids=tuple(superseded_ids),
        renamed_ids=tuple(file_id for file_id, _, _ in plan.renamed),
        audited=audited,
        parts=parts | audited.keys(),
        n_quarantined=sum(len(outcome.quarantine) for outcome in outcomes) + len(plan.unreadable),
        findings=findings,
    )


def record_paths(con: duckdb.DuckDBPyConnection, plan: Plan, unread_ids: Sequence[str], run: Run) -> None:
    """Record the paths as they were found, and let all paths to a file say of what version its rows are now."""
    for first in range(0, len(plan.paths), PATHS_AT_A_TIME):
        some = plan.paths[first : first + PATHS_AT_A_TIME]
        delete_quarantined(con, [unread_id(found.path) for found in some])
        store.replace_rows(con, schema.TABLES["file_paths"], [found.row(run) for found in some])
    con.execute("DELETE FROM file_paths WHERE path IN (SELECT unnest(?::VARCHAR[]))", [list(plan.lost_paths)])
    delete_quarantined(con, [unread_id(path) for path in plan.lost_paths])
    store.replace_rows(con, schema.TABLES["quarantine"], plan.unreadable)
    for file_id, version in plan.versions:
        con.execute("UPDATE file_paths SET code_version = ? WHERE file_id = ?", [version, file_id])
    con.execute(
        "UPDATE file_paths SET fingerprint = $mark || fingerprint WHERE file_id IN (SELECT unnest($unread_ids::VARCHAR[])) "
        "AND NOT starts_with(fingerprint, $mark)",
        {"mark": unread(""), "unread_ids": list(unread_ids)},
    )
    for file_id, source, path in plan.renamed:
        con.execute("UPDATE raw_files SET source = ?, path = ? WHERE file_id = ?", [source, path, file_id])
        con.execute("UPDATE quarantine SET path = ? WHERE file_id = ?", [path, file_id])


def delete_quarantined(con: duckdb.DuckDBPyConnection, quarantine_ids: Sequence[str]) -> None:
    """Take out what was quarantined and is no longer so."""
    con.execute("DELETE FROM quarantine WHERE quarantine_id IN (SELECT unnest(?::VARCHAR[]))", [list(quarantine_ids)])


def record_batch(con: duckdb.DuckDBPyConnection, batch: Batch, outcome: Outcome, run: Run) -> None:
    """Record which run loaded a batch, and what it rejected of it."""
    con.execute("UPDATE raw_files SET run_id = ?, ingested_at = ? WHERE batch_id = ?", [run.run_id, run.started_at, batch.batch_id])
    record_rejected_files(con, batch, outcome, run)
    con.execute("DELETE FROM quarantine WHERE file_id IN (SELECT unnest(?::VARCHAR[]))", [list(outcome.file_ids)])
    store.replace_rows(con, schema.TABLES["quarantine"], [{**row, "run_id": run.run_id} for row in outcome.quarantine])


def batches_of(con: duckdb.DuckDBPyConnection, file_ids: Iterable[str]) -> frozenset[str]:
    """Return the batches that hold the files."""
    rows = con.execute(
        "SELECT DISTINCT batch_id FROM raw_files WHERE batch_id IS NOT NULL AND file_id IN (SELECT unnest(?::VARCHAR[]))",
        [list(file_ids)],
    ).fetchall()
    return frozenset(batch_id for (batch_id,) in rows)


def supersede(con: duckdb.DuckDBPyConnection, plan: Plan) -> None:
    """Take out what superseded files gave; their rows in ``raw_files`` stay and say why."""
    file_ids = [file_id for file_id, _ in plan.superseded]
    with store.transaction(con):
        store.delete_files(con, file_ids)
        con.execute("DELETE FROM quarantine WHERE file_id IN (SELECT unnest(?::VARCHAR[]))", [file_ids])
        for file_id, reason in plan.superseded:
            con.execute("UPDATE raw_files SET status = 'superseded', reason = ? WHERE file_id = ?", [reason, file_id])


def record_rejected_files(con: duckdb.DuckDBPyConnection, batch: Batch, outcome: Outcome, run: Run) -> None:
    """Keep a row in ``raw_files`` for files that the audit rejected as a whole: every file ever seen has one."""
    loaded = {row[0] for row in con.execute("SELECT file_id FROM raw_files WHERE batch_id = ?", [batch.batch_id]).fetchall()}
    reasons = {row["file_id"]: f"{row['reason']}: {row['detail']}" for row in outcome.quarantine if row["record_table"] == "raw_files"}
    rejected = [
        {
            "file_id": file.file_id,
            "source": file.source,
            "path": file.path,
            "n_bytes": 0,
            "paper": file.paper,
            "page": file.page,
            "status": "quarantined",
            "reason": reasons.get(file.file_id, "rejected by the audit"),
            "batch_id": batch.batch_id,
            "ingested_at": run.started_at,
            "run_id": run.run_id,
        }
        for file in batch.files
        if file.file_id not in loaded
    ]
    store.insert_rows(con, schema.TABLES["raw_files"], rejected)


def complete_warehouse(con: duckdb.DuckDBPyConnection, loaded: Loaded) -> Loaded:
    """Fill what only the whole warehouse knows, bring views and search index up to date, and return what was loaded with the batches touched."""
    touched = {table: batches_of(con, file_ids) for table, file_ids in complete_corpus(con, loaded.file_ids).items()}
    touched["raw_files"] = touched.get("raw_files", frozenset()) | batches_of(con, loaded.renamed_ids)
    create_analytics(con)
    update_index(
        con,
        store.column(con, "SELECT article_id FROM articles WHERE file_id IN (SELECT unnest(?::VARCHAR[]))", [list(loaded.file_ids)]),
        store.column(con, "SELECT article_id FROM search_articles EXCEPT SELECT article_id FROM articles"),
    )
    return replace(loaded, touched=touched)


def check_loaded(con: duckdb.DuckDBPyConnection, loaded: Loaded, run: Run, max_loss: float) -> Loaded:
    """Return what was loaded with what checks between tables found. Raises BlockedError; the build is then in doubt and made anew by the next run."""
    return replace(loaded, findings=check_warehouse(con, (*loaded.file_ids, *loaded.superseded_ids), loaded.findings, run, max_loss))


def restore(con: duckdb.DuckDBPyConnection) -> None:
    """Fill what the lake does not hold in a build that was made anew from it."""
    complete_corpus(con)
    create_analytics(con)
    build_index(con)
