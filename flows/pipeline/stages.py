"""The stages of a run after its plan as plain functions: process, load, publish. What runs them is ``flows.orchestration.ingest``.

What survives a crash is in the data: a processed batch has its ``done.json``, a loaded one is named by the lake's manifest.
Resuming is running the same command again.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from flows.pipeline import journal
from flows.pipeline.batches import DEFECT, UNREAD, Batch, Outcome
from flows.pipeline.corpus import complete_corpus, note_changed
from flows.pipeline.machines import check_machine
from flows.pipeline.planning import Plan, Request, Run, unread, unread_id
from flows.pipeline.runners import Runner, opened_runner
from flows.shared.progress import advance
from flows.shared.sources import declared_maintenance
from flows.shared.versions import code_version
from transforms.records import Row
from warehouse import schema, store
from warehouse.analytics import create_analytics
from warehouse.home import Home
from warehouse.lake import Manifest, read_manifest, take_file
from warehouse.releases import is_released, keep_release, list_releases, read_pin, roll_back
from warehouse.report import write_report
from warehouse.search import build_index, update_index

BATCHES_AT_A_TIME = 16
"""Batches loaded in one transaction: each end of one writes the last row groups of every table again, which for every batch took three
quarters of loading; and what is read anew lies beside what it replaces until then, so that the file grows by so many batches."""
PATHS_AT_A_TIME = 50_000
"""Paths that are written to the warehouse by one statement: bounds memory."""
WHOLE = "all"
"""Part name of tables that are written to the lake as one file."""
REWRITTEN = (*schema.of_layer("corpus"), schema.TABLES["quarantine"], schema.TABLES["file_paths"], schema.TABLES["runs"])


class BlockedError(RuntimeError):
    """A critical expectation failed; nothing is loaded or published. ``reasons`` are sentences for people."""

    def __init__(self, reasons: Sequence[str], validations: Sequence[Row] = ()) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = tuple(reasons)
        self.validations = tuple(validations)


def block(reasons: Sequence[str], validations: Sequence[Row], run: Run) -> list[str]:
    """Raise BlockedError, or return the reasons as warnings where a human has approved this change."""
    if run.approval is None:
        raise BlockedError(reasons, validations)
    return [f"{reason} ({run.approval})" for reason in reasons]


# --- process ----------------------------------------------------------------------------------------------------------


def prepare_folders(home: Home, plan: Plan) -> list[str]:
    """Make the folder of each batch, keep those that an earlier run finished, and drop what no batch needs."""
    wanted = {batch.batch_id for batch in plan.batches}
    home.staging.mkdir(parents=True, exist_ok=True)
    for folder in home.staging.iterdir():
        if folder.name not in wanted:
            shutil.rmtree(folder)
    for batch in plan.batches:
        folder = home.staging / batch.batch_id
        if not (folder / "done.json").exists():
            batch.write(folder)
    return [str(home.staging / batch.batch_id) for batch in plan.batches]


def open_runner(request: Request, plan: Plan, folders: Sequence[str]) -> AbstractContextManager[Runner]:
    """Return what processes the batches, with no more workers than batches, each with this code and in sight of home and source."""
    check = partial(check_machine, folders[0], plan.batches[0].files[0].location, code_version()) if folders else None
    return opened_runner(request.runner, max(1, min(len(folders), request.workers)), request.address, check)


def worker_seconds(folders: Sequence[str]) -> dict[str, float]:
    """Return the CPU seconds that the workers took, by what they did."""
    seconds: dict[str, float] = {}
    for folder in folders:
        for name, taken in Outcome.read(Path(folder)).seconds.items():
            seconds[name] = seconds.get(name, 0.0) + taken
    return seconds


def rejected(plan: Plan, folders: Sequence[str]) -> list[Row]:
    """Return the rows of ``quarantine`` that a run gives, whether it is going to be published or not."""
    return [*plan.unreadable, *(row for folder in folders for row in Outcome.read(Path(folder)).quarantine)]


def locations(plan: Plan) -> dict[str, str]:
    """Return where the bytes of the files of a plan are, by file_id."""
    return {found.file_id: found.path for found in plan.paths if found.file_id}


# --- load -------------------------------------------------------------------------------------------------------------


@dataclass
class Loaded:
    """What loading did; ``parts`` are the batches whose files in the lake have to be written anew, ``touched`` those of single tables.

    ``audited`` are the folders of what was loaded, by batch: the lake takes a table from there that nothing has touched since.
    """

    file_ids: list[str] = field(default_factory=list)
    audited: dict[str, Path] = field(default_factory=dict)
    gone_ids: list[str] = field(default_factory=list)
    renamed_ids: list[str] = field(default_factory=list)
    parts: set[str] = field(default_factory=set)
    touched: dict[str, set[str]] = field(default_factory=dict)
    validations: list[Row] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    n_quarantined: int = 0
    rewritten_runs: set[str] = field(default_factory=set)
    """Earlier runs whose rows of ``validations`` were changed."""


def load_batches(con, plan: Plan, folders: Sequence[str], run: Run) -> Loaded:
    """Load the audited batches, some at a time. Raises BlockedError before anything is loaded."""
    from expectations.gate import allowed, decide, merge_validations
    from expectations.rules import TOLERANCE

    outcomes = [Outcome.read(Path(folder)) for folder in folders]
    validations = merge_validations([outcome.validations for outcome in outcomes])
    for row in validations:
        row.update(run_id=run.run_id, checked_at=run.started_at)
    warnings = decide(validations).warnings
    if blocked := [reason for outcome in outcomes for reason in outcome.blocked]:
        warnings += block(sorted(set(blocked)), validations, run)
    defects = [str(row["detail"]) for outcome in outcomes for row in outcome.quarantine if row["reason"] == DEFECT]
    if len(defects) > allowed(TOLERANCE, plan.n_new):
        warnings += block([f"raw_files: {len(defects)} of {plan.n_new} files met {DEFECT}, such as {defects[0]}"], validations, run)
    loaded = Loaded(validations=validations, warnings=warnings, renamed_ids=[file_id for file_id, _, _ in plan.renamed])
    note_articles(con)
    store.mark_in_doubt(con)
    note_changed(con, [*(file_id for file_id, _ in plan.superseded), *(file_id for outcome in outcomes for file_id in outcome.file_ids)])
    supersede(con, plan, loaded)
    batches = list(zip(plan.batches, outcomes, folders, strict=True))
    for first in range(0, len(batches), BATCHES_AT_A_TIME):
        with store.transaction(con):
            for number, (batch, outcome, folder) in enumerate(batches[first : first + BATCHES_AT_A_TIME], first + 1):
                loaded.parts |= parts_of(con, outcome.file_ids) | {batch.batch_id}
                loaded.audited[batch.batch_id] = Path(folder) / "audited"
                store.load_batch(con, loaded.audited[batch.batch_id], outcome.file_ids)
                tell_of_batch(con, batch, outcome, run)
                loaded.file_ids += outcome.file_ids
                loaded.n_quarantined += len(outcome.quarantine)
                advance("load", number, len(folders))
    missed = {row["file_id"] for outcome in outcomes for row in outcome.quarantine if row["reason"] == UNREAD}
    with store.transaction(con):
        for first in range(0, len(plan.paths), PATHS_AT_A_TIME):
            some = plan.paths[first : first + PATHS_AT_A_TIME]
            forget_quarantined(con, [unread_id(found.path) for found in some])
            store.replace_rows(con, schema.TABLES["file_paths"], [found.row(run) for found in some])
        con.execute("DELETE FROM file_paths WHERE path IN (SELECT unnest(?::VARCHAR[]))", [list(plan.lost_paths)])
        forget_quarantined(con, [unread_id(path) for path in plan.lost_paths])
        store.replace_rows(con, schema.TABLES["quarantine"], plan.unreadable)
        tell_of_paths(con, plan, sorted(missed))
    loaded.n_quarantined += len(plan.unreadable)
    return loaded


def forget_quarantined(con, quarantine_ids: Sequence[str]) -> None:
    """Take out what was quarantined and is no longer so."""
    con.execute("DELETE FROM quarantine WHERE quarantine_id IN (SELECT unnest(?::VARCHAR[]))", [list(quarantine_ids)])


def tell_of_paths(con, plan: Plan, missed: Sequence[str]) -> None:
    """Let all paths to a file say of what version its rows are now, whether it is to be tried again, and its rows where it lies now."""
    for file_id, version in plan.versions:
        con.execute("UPDATE file_paths SET code_version = ? WHERE file_id = ?", [version, file_id])
    con.execute("UPDATE file_paths SET fingerprint = $mark || fingerprint WHERE file_id IN (SELECT unnest($missed::VARCHAR[])) "
                "AND NOT starts_with(fingerprint, $mark)", {"mark": unread(""), "missed": missed})
    for file_id, source, path in plan.renamed:
        con.execute("UPDATE raw_files SET source = ?, path = ? WHERE file_id = ?", [source, path, file_id])
        con.execute("UPDATE quarantine SET path = ? WHERE file_id = ?", [path, file_id])


def tell_of_batch(con, batch: Batch, outcome: Outcome, run: Run) -> None:
    """Say which run loaded a batch, and what it rejected of it."""
    con.execute("UPDATE raw_files SET run_id = ?, ingested_at = ? WHERE batch_id = ?", [run.run_id, run.started_at, batch.batch_id])
    keep_rejected_files(con, batch, outcome, run)
    con.execute("DELETE FROM quarantine WHERE file_id IN (SELECT unnest(?::VARCHAR[]))", [list(outcome.file_ids)])
    store.replace_rows(con, schema.TABLES["quarantine"], [{**row, "run_id": run.run_id} for row in outcome.quarantine])


def parts_of(con, file_ids: Sequence[str]) -> set[str]:
    """Return the batches that hold the files."""
    rows = con.execute(
        "SELECT DISTINCT batch_id FROM raw_files WHERE batch_id IS NOT NULL AND file_id IN (SELECT unnest(?::VARCHAR[]))",
        [list(file_ids)],
    ).fetchall()
    return {batch_id for (batch_id,) in rows}


def supersede(con, plan: Plan, loaded: Loaded) -> None:
    """Take out what superseded files gave; their rows in ``raw_files`` stay and say why."""
    file_ids = [file_id for file_id, _ in plan.superseded]
    loaded.gone_ids = file_ids
    loaded.parts |= parts_of(con, file_ids)
    with store.transaction(con):
        store.delete_files(con, file_ids)
        con.execute("DELETE FROM quarantine WHERE file_id IN (SELECT unnest(?::VARCHAR[]))", [file_ids])
        for file_id, reason in plan.superseded:
            con.execute("UPDATE raw_files SET status = 'superseded', reason = ? WHERE file_id = ?", [reason, file_id])


def keep_rejected_files(con, batch: Batch, outcome: Outcome, run: Run) -> None:
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


def complete(con, loaded: Loaded) -> None:
    """Fill what only the whole warehouse knows, and bring views and search index up to date."""
    loaded.touched = {table: parts_of(con, file_ids) for table, file_ids in complete_corpus(con, loaded.file_ids).items()}
    loaded.touched["raw_files"] = loaded.touched.get("raw_files", set()) | parts_of(con, loaded.renamed_ids)
    create_analytics(con)
    update_index(
        con,
        column(con, "SELECT article_id FROM articles WHERE file_id IN (SELECT unnest(?::VARCHAR[]))", [loaded.file_ids]),
        column(con, "SELECT article_id FROM search_articles EXCEPT SELECT article_id FROM articles"),
    )


def restore(con) -> None:
    """Fill what the lake does not hold in a build that was made anew from it."""
    complete_corpus(con)
    create_analytics(con)
    build_index(con)


def column(con, query: str, parameters: Sequence[object] | Mapping[str, object] = ()) -> list:
    """Return the one column of a query's rows."""
    return [value for (value,) in con.execute(query, parameters).fetchall()]


def is_published(home: Home) -> bool:
    """Return whether the published file can be read and equals the lake, or the release that somebody went back to."""
    found = store.commit_of(home.published) if home.published.exists() else None
    wanted = pin.commit or found if (pin := read_pin(home)) else read_manifest(home.manifest).commit
    return found is not None and found == wanted


def count(con, table: str) -> int:
    """Return how many rows a table has."""
    return con.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0]


GUARDED = 50
"""Articles below which what is held of a paper or a source is not guarded against loss: a few pages more or less are a large share of it."""


def note_articles(con) -> None:
    """Note in the temporary table ``articles_before`` how many articles each file has, of which paper and source: before anything is taken out."""
    con.execute("""
        CREATE OR REPLACE TEMP TABLE articles_before AS
        SELECT file_id, source, raw_files.paper, count(*) AS n FROM articles JOIN raw_files USING (file_id) GROUP BY ALL
    """)


def find_losses(con, max_loss: float) -> list[str]:
    """Return the reasons to hold a publish back that would lose a larger share of all articles, of a source's or of a paper's than allowed.

    A file that was there before counts for its source and paper of before: that it is called otherwise now is no loss. Needs ``note_articles``.
    """
    rows = con.execute("""
        WITH now AS (
            SELECT coalesce(b.source, r.source) AS source, CASE WHEN b.file_id IS NULL THEN r.paper ELSE b.paper END AS paper
            FROM articles JOIN raw_files AS r USING (file_id) LEFT JOIN articles_before AS b USING (file_id)
        )
        SELECT source, paper, sum(before)::BIGINT, sum(after)::BIGINT
        FROM (SELECT source, paper, n AS before, 0 AS after FROM articles_before UNION ALL SELECT source, paper, 0, 1 FROM now)
        GROUP BY GROUPING SETS ((), (source), (paper)) HAVING grouping(paper) = 1 OR paper IS NOT NULL
        ORDER BY source NULLS FIRST, paper NULLS FIRST
    """).fetchall()
    (*_, before_all, after_all), *parts = rows
    reasons = [loss("articles", before_all or 0, after_all or 0, max_loss)]
    reasons += [
        loss(f"articles of {paper}" if paper else f"articles from {source}", before, after, max_loss)
        for source, paper, before, after in parts if (before, after) != (before_all, after_all)
    ]
    return list(filter(None, reasons))


def loss(whose: str, before: int, after: int, max_loss: float) -> str | None:
    """Return the reason to hold a publish back that would lose a larger share of some articles than allowed, None where it does not.

    >>> loss("articles of 云渡日报", 1000, 850, 0.1)
    'articles of 云渡日报: 150 of 1000 would be lost (15%), at most 10% may be'
    >>> loss("articles", 1000, 900, 0.1), loss("articles", 20, 5, 0.1)
    (None, None)
    """
    if before < GUARDED or before - after <= max_loss * before:
        return None
    return f"{whose}: {before - after} of {before} would be lost ({(before - after) / before:.0%}), at most {max_loss:.0%} may be"


def check(con, loaded: Loaded, run: Run, max_loss: float) -> None:
    """Check what holds between tables. Raises BlockedError; the build is then in doubt and made anew by the next run."""
    from expectations.warehouse_checks import audit_warehouse

    changed = [*loaded.file_ids, *loaded.gone_ids]
    most = 2 * len(changed) > count(con, "raw_files")  # where most is new all is looked at, which takes no longer
    audit = audit_warehouse(con, run_id=run.run_id, checked_at=run.started_at, file_ids=None if most else changed)
    loaded.validations += audit.validations
    loaded.warnings += audit.warnings
    if reasons := [*audit.blocked, *find_losses(con, max_loss)]:
        loaded.warnings += block(reasons, loaded.validations, run)


def record_run(con, plan: Plan, loaded: Loaded, run: Run, status: str, ended_at: datetime) -> None:
    """Write what the run says about itself."""
    n_articles = con.execute(
        "SELECT count(*) FROM articles WHERE file_id IN (SELECT unnest(?::VARCHAR[]))", [loaded.file_ids]
    ).fetchall()[0][0]
    row = {
        "run_id": run.run_id,
        "flow_run_id": run.flow_run_id,
        "started_at": run.started_at,
        "ended_at": ended_at,
        "status": status,
        "reason": run.reason,
        "code_version": code_version(),
        "n_files_seen": plan.n_seen,
        "n_files_new": plan.n_new,
        "n_articles": n_articles,
        "n_quarantined": loaded.n_quarantined,
    }
    with store.transaction(con):
        store.insert_rows(con, schema.TABLES["validations"], loaded.validations)
        store.insert_rows(con, schema.TABLES["runs"], [row])


def take_in_journal(home: Home, con, run: Run) -> None:
    """Let ``runs`` tell also of the runs since the last publish that published nothing, but for what this flow run said before."""
    known = set(column(con, "SELECT run_id FROM runs"))
    store.insert_rows(con, schema.TABLES["runs"], [
        row for row in journal.read(home.journal)
        if row["run_id"] not in known and (row["flow_run_id"] is None or row["flow_run_id"] != run.flow_run_id)
    ])


def commit_lake(home: Home, con, loaded: Loaded, run: Run) -> Manifest:
    """Write the changed parts to the lake and commit them. From here on the run's work cannot be lost."""
    replaced = {table.name: loaded.parts | loaded.touched.get(table.name, set()) for table in schema.of_layer("page")}
    files = []
    for name, parts in replaced.items():
        kept = untouched(schema.TABLES[name], loaded)
        files += [file for part, path in sorted(kept.items()) for file in take_file(home.lake, schema.TABLES[name], part, path)]
        files += store.export_batches(con, home.lake, schema.TABLES[name], sorted(parts - kept.keys()))
    for table in REWRITTEN:
        files += store.export_table(con, home.lake, table, WHOLE)
        replaced[table.name] = {WHOLE}
    replaced["validations"] = {run.run_id, *loaded.rewritten_runs}
    for run_id in sorted(replaced["validations"]):
        files += store.export_table(con, home.lake, schema.TABLES["validations"], run_id, f"run_id = '{run_id}'")
    manifest = read_manifest(home.manifest).replaced(files, replaced)
    store.commit(home, con, manifest)
    return manifest


def untouched(table: schema.Table, loaded: Loaded) -> dict[str, Path]:
    """Return the files of a table that hold what was loaded of a batch, and as it was: only ``raw_files`` is told more by loading itself."""
    touched = loaded.audited if table.name == "raw_files" else loaded.touched.get(table.name, ())
    return {part: folder / f"{table.name}.parquet" for part, folder in loaded.audited.items() if part not in touched}


def commit(home: Home, con, plan: Plan, loaded: Loaded, run: Run, status: str) -> None:
    """Record the run and commit all it did to the lake; then what was staged and the journal are no longer needed."""
    record_run(con, plan, loaded, run, status, datetime.now(UTC).replace(tzinfo=None))
    take_in_journal(home, con, run)
    commit_lake(home, con, loaded, run)
    home.journal.unlink(missing_ok=True)
    shutil.rmtree(home.staging, ignore_errors=True)


def name_to_search(con) -> str | None:
    """Return the name that most articles have, for a first search, reporters last; None where nobody is named."""
    return next(iter(column(con, "SELECT name FROM people ORDER BY latest_title IS NULL, n_articles DESC, n_mentions DESC, name LIMIT 1")), None)


COUNTED = ("articles", "people", "organizations", "places", "times", "quantities", "quotes", "events", "near_duplicates")


def tell(con, run: Run) -> tuple[dict[str, int], list[Row]]:
    """Return what the warehouse holds now, and what this run quarantined; rows that only follow others are counted per file."""
    from expectations.cascade import FOLLOWS

    counts = {table: con.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0] for table in COUNTED}
    for name, kind in (("duplicates removed", "drop_duplicate"), ("sentences rejoined", "join"), ("blocks moved", "move")):
        counts[name] = con.execute("SELECT count(*) FROM edits WHERE kind = ?", [kind]).fetchall()[0][0]
    rows = con.execute("""
        SELECT path, record_table, reason, detail FROM quarantine WHERE run_id = $run AND reason <> $follows
        UNION ALL
        SELECT path, 'rows', reason, count(*) || ' of them' FROM quarantine WHERE run_id = $run AND reason = $follows GROUP BY ALL
        ORDER BY ALL""", {"run": run.run_id, "follows": FOLLOWS}).fetchall()
    return counts, [dict(zip(("path", "record_table", "reason", "detail"), row, strict=True)) for row in rows]


def write_report_of(home: Home) -> None:
    """Write the HTML report of the published warehouse."""
    con = store.connect(home.published, read_only=True)
    try:
        write_report(con, home.report)
    finally:
        con.close()


def write_data_docs(home: Home, validations: Sequence[Row]) -> None:
    """Write Data Docs of the last runs, this one's results among them; also where they blocked."""
    from expectations.docs import build_data_docs, keep_results

    keep_results(validations, home.validation_results)
    build_data_docs(home.validation_results, home.data_docs)


def publish(home: Home, con) -> None:
    """Publish the build and keep it as a release."""
    store.publish(home, con)
    release(home)


def release(home: Home) -> None:
    """Keep what is published as a release, and as many of the earlier ones as the home's maintenance says."""
    keep_release(home, datetime.now(UTC).replace(tzinfo=None), declared_maintenance(home).keep_releases)


def finish_earlier(home: Home, con) -> list[str]:
    """Do what a command left undone that died: roll back, publish, release, report. Return what was done."""
    done = []
    pin = read_pin(home)
    if not is_published(home):
        if wanted := [release for release in list_releases(home) if pin and release.name == pin.release]:
            roll_back(home, wanted[0])
        else:
            publish(home, con)
        done.append("roll back" if wanted else "publish")
    elif not pin and not is_released(home):
        release(home)
        done.append("release")
    if not home.report.exists() or home.report.stat().st_mtime_ns < home.published.stat().st_mtime_ns:
        write_report_of(home)
        done.append("report")
    return done


def rebuild(home: Home) -> None:
    """Make the warehouse anew from the lake alone and publish it."""
    home.build.unlink(missing_ok=True)
    with store.opened_build(home, restore) as con:
        publish(home, con)
