"""The stages of the ingest as Prefect's tasks, in the order of the pipeline; what they do is in ``flows.pipeline``.

Each is given what it needs and returns what it made, says in the log what it did in a line, and leaves the artifacts of what it found.
Arguments are passed as ``opaque``: Prefect draws what depends on what, and does not walk through a plan of a million paths.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from prefect import task
from prefect.assets import Asset, AssetProperties, materialize
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import TaskRun
from prefect.futures import as_completed
from prefect.logging import get_run_logger
from prefect.runtime import deployment
from prefect.states import State
from prefect.task_runners import ThreadPoolTaskRunner
from prefect.tasks import Task
from prefect.utilities.annotations import unmapped

from flows.orchestration.artifacts import (
    Progress,
    create_freshness_artifact,
    create_lineage_artifact,
    create_quality_artifact,
    create_quarantine_artifact,
    create_runs_artifact,
    create_summary_artifact,
    reading_room_address,
)
from flows.orchestration.monitor import Freshness, drift_validations, find_degradations, find_drift, find_freshness, find_worse, odd_pages
from flows.orchestration.summary import Summary
from flows.pipeline import committing, loading, publishing
from flows.pipeline.batches import Outcome
from flows.pipeline.checking import BlockedError, Findings
from flows.pipeline.loading import Loaded
from flows.pipeline.planning import Plan, make_plan
from flows.pipeline.request import Request, Run
from flows.pipeline.runners import Runner
from flows.pipeline.staging import open_runner, prepare_folders
from flows.pipeline.survey import KnownFiles, Survey, survey_source
from flows.shared.error_hints import chain
from flows.shared.garbage import imported_without_gc
from flows.shared.progress import advance
from flows.shared.sources import declared_sources
from transforms.records import Row
from warehouse.home import Home
from warehouse.lake import Manifest
from warehouse.sources import SourceLostError

STAGE_SECONDS = 12 * 3600
"""How long a stage may take that is not batches, whose workers have a limit of their own: it hangs, on a disk or a store. It ends
when Python has its turn: not within one statement of DuckDB's."""
RETRIES = 2  # times that a stage is tried again
RETRY_DELAYS_SECONDS = [10, 60]
MAX_FILES_IN_LOG = 10
"""Files that warnings of one batch name."""


def may_pass(_: Task, __: TaskRun, state: State) -> bool:
    """Return whether an attempt failed for a reason that may be gone in a minute: a store that did not answer. Only where nobody watches;
    whoever started a run by hand should know at once."""
    error = state.result(raise_on_failure=False)
    return (
        bool(deployment.id)
        and isinstance(error, BaseException)
        and any(isinstance(each, SourceLostError | ConnectionError | TimeoutError) for each in chain(error))
    )


STAGE_OPTIONS = {"cache_policy": NO_CACHE, "persist_result": False}
LIMITED = {**STAGE_OPTIONS, "timeout_seconds": STAGE_SECONDS}
RETRIED = {**LIMITED, "retries": RETRIES, "retry_delay_seconds": RETRY_DELAYS_SECONDS, "retry_condition_fn": may_pass}
"""Of the stage that talks to the source. A batch is done again by who processes it, see ``flows.pipeline.runners``; nothing else is repeated."""


@task(name="discover", task_run_name="discover", **RETRIED)
def discover(con: duckdb.DuckDBPyConnection, request: Request, run: Run) -> Survey:
    """Look through the source, and read what may have changed, to know it by content."""
    survey = survey_source(KnownFiles(con), request, run)
    log = get_run_logger()
    log.info("%s files at %s, %s paths new or changed", survey.n_seen, request.source, len(survey.paths))
    for row in survey.unreadable[:MAX_FILES_IN_LOG]:
        log.warning("%s cannot be read: %s", row["path"], row["detail"])
    for sentence in survey.left_out.sentences:
        log.info("left out: %s", sentence)
    return survey


@task(name="plan", task_run_name="plan", **LIMITED)
def plan(survey: Survey, run: Run) -> Plan:
    """Decide which files to read in which batches, and which are superseded."""
    made = make_plan(survey, run)
    get_run_logger().info(
        "%s files to read in %s batches, %s superseded, %s under another path, %s unreadable",
        made.n_new,
        len(made.batches),
        len(made.superseded),
        len(made.renamed),
        len(made.unreadable),
    )
    return made


@task(name="process", task_run_name="process", **STAGE_OPTIONS)
def process(plan: Plan, request: Request) -> list[str]:
    """Read, stage and audit the batches, as many at once as there are workers, and return their folders in order."""
    folders = prepare_folders(request.home, plan)
    progress = Progress.create(request.home, len(folders))
    with open_runner(request, plan, folders) as runner, ThreadPoolTaskRunner(max_workers=runner.n_workers) as pool:
        batches = pool.map(
            process_batch,
            {"runner": unmapped(runner), "folder": folders, "number": list(range(1, len(folders) + 1)), "n_batches": len(folders)},
        )
        import expectations.gx  # noqa: F401 what comes after needs it, and while others work its second costs nobody any time

        for done, batch in enumerate(as_completed(batches), 1):
            batch.result()
            advance("process", done, len(folders))
            progress.update(done)
    get_run_logger().info("%s batches processed by %s workers", len(folders), runner.n_workers)
    return folders


@task(name="process batch", task_run_name="batch {number} of {n_batches}", **STAGE_OPTIONS)
def process_batch(runner: Runner, folder: str, number: int, n_batches: int) -> None:
    """Process one batch in a worker."""
    with imported_without_gc():
        from flows.pipeline.processing import process_folder  # and all the transforms: much to import where nothing is new

    began = time.monotonic()
    runner(process_folder, folder)
    outcome = Outcome.read(Path(folder))
    log = get_run_logger()
    log.info(
        "batch %s of %s: %s files, %s articles, %s quarantined, %.1f seconds",
        number,
        n_batches,
        len(outcome.file_ids),
        outcome.counts.get("articles", {}).get("good", 0),
        len(outcome.quarantine),
        time.monotonic() - began,
    )
    for row in outcome.quarantine[:MAX_FILES_IN_LOG]:
        log.warning("quarantined: %s, %s: %s: %s", row["path"], row["record_table"], row["reason"], row["detail"])
    if (more := len(outcome.quarantine) - MAX_FILES_IN_LOG) > 0:
        log.warning("and %s more quarantined, see the artifact", more)


@task(name="load", task_run_name="load", **LIMITED)
def load(con: duckdb.DuckDBPyConnection, plan: Plan, folders: Sequence[str], run: Run, home: Home) -> Loaded:
    """Load the audited batches into the build. Raises BlockedError before anything is loaded."""
    with quality_shown(home, con, run):
        loaded = loading.load_batches(con, plan, folders, run)
    rows: Counter[str] = Counter()
    for folder in folders:
        rows.update({table: count["good"] for table, count in Outcome.read(Path(folder)).counts.items()})
    get_run_logger().info(
        "%s files loaded, %s taken out; rows: %s",
        len(loaded.file_ids),
        len(loaded.superseded_ids),
        ", ".join(f"{n} {table}" for table, n in sorted(rows.items())) or "none",
    )
    return loaded


@task(name="complete", task_run_name="complete", **LIMITED)
def complete(con: duckdb.DuckDBPyConnection, loaded: Loaded) -> Loaded:
    """Fill what only the whole warehouse knows: near-duplicates, people and organisations, stories, keywords, the search index."""
    completed = loading.complete_warehouse(con, loaded)
    counts = [
        f"{con.execute(f'SELECT count(*) FROM {table}').fetchall()[0][0]} {table}"
        for table in ("people", "organizations", "places", "near_duplicates")
    ]
    get_run_logger().info("the corpus has %s", ", ".join(counts))
    return completed


@task(name="check", task_run_name="check", **LIMITED)
def check(con: duckdb.DuckDBPyConnection, plan: Plan, loaded: Loaded, run: Run, request: Request, n_quarantined: int) -> Loaded:
    """Check between tables, compare with earlier runs, and see what is late. Raises BlockedError where nothing may be published."""
    home = request.home
    with quality_shown(home, con, run):
        checked = loading.check_loaded(con, loaded, run, request.max_loss)
    drifts = find_drift(con, checked.file_ids, checked.n_quarantined)
    degradations = (
        *(drift.sentence for drift in drifts if drift.is_unusual),
        *find_worse(con, checked.findings.validations, run.run_id),
        *find_degradations(con, [path.path for path in plan.paths], n_quarantined),
        *late_papers(con, home, request.source),
        *odd_pages(con, checked.file_ids),
    )
    drifted = tuple(drift_validations(drifts, run.run_id, run.started_at))
    findings = Findings(drifted, degradations, degradations) + checked.findings  # what sets the run apart is read first
    create_quality_artifact(home, con, findings.validations, run.run_id)
    log = get_run_logger()
    log.info("%s of %s expectations held", sum(bool(row["success"]) for row in findings.validations), len(findings.validations))
    for warning in findings.warnings:
        log.warning("%s", warning)
    return replace(checked, findings=findings)


@contextmanager
def quality_shown(home: Home, con: duckdb.DuckDBPyConnection, run: Run) -> Iterator[None]:
    """Leave the table of what did not hold where that blocks the publish."""
    try:
        yield
    except BlockedError as blocked:
        create_quality_artifact(home, con, blocked.validations, run.run_id)
        raise


def freshness_now(con: duckdb.DuckDBPyConnection, home: Home) -> list[Freshness]:
    """Return the newest issue of every paper of a home, as of now."""
    return find_freshness(con, list(declared_sources(home).values()), datetime.now(UTC))


def late_papers(con: duckdb.DuckDBPyConnection, home: Home, source: str) -> tuple[str, ...]:
    """Return the papers of a source that are late, in sentences: those of others are told of by their own runs."""
    return tuple(paper.sentence for paper in freshness_now(con, home) if paper.is_late and paper.source == source)


@task(name="commit", task_run_name="commit", **LIMITED)
def commit(home: Home, con: duckdb.DuckDBPyConnection, plan: Plan, checked: Loaded, run: Run) -> Manifest:
    """Commit all that the run did to the lake: from there on it cannot be lost."""
    manifest = committing.commit_run(home, con, plan, checked, run)
    get_run_logger().info("commit %s names %s files of the lake", manifest.commit, len(manifest.files))
    return manifest


def published_asset(home: Home) -> Asset:
    """Return what a home publishes, as Prefect knows it: a deployment downstream can start on the event that it was materialized."""
    return Asset(
        key=f"dibao://{home.id}/dibao.duckdb",
        properties=AssetProperties(name=f"warehouse {home.path.name}", url=str(home.published.absolute())),
    )


@materialize("dibao://home/dibao.duckdb", by="dibao", name="publish", task_run_name="publish", **LIMITED)
def publish(home: Home, con: duckdb.DuckDBPyConnection, manifest: Manifest) -> Path:
    """Put what is committed in front of readers, and return the published file. To be called with ``published_asset`` of the home as its asset."""
    publishing.publish_release(home, con)
    n_bytes = home.published.stat().st_size
    published_asset(home).add_metadata({"path": str(home.published.absolute()), "commit": manifest.commit, "bytes": n_bytes})
    create_lineage_artifact(home, con)
    create_freshness_artifact(home, freshness_now(con, home))
    get_run_logger().info("published %s, %.1f MB", home.published, n_bytes / 1e6)
    return home.published


@task(name="finish an earlier run", task_run_name="finish an earlier run", **LIMITED)
def finish_earlier(home: Home, con: duckdb.DuckDBPyConnection, source: str) -> tuple[str, ...]:
    """Do what a command left undone that died, where nothing is new, and return the late papers of the source in sentences."""
    done = publishing.finish_earlier_run(home, con)
    create_freshness_artifact(home, freshness_now(con, home))
    get_run_logger().info("nothing new; of an earlier run %s", ", ".join(done) or "nothing was left undone")
    late = late_papers(con, home, source)
    for sentence in late:
        get_run_logger().warning("%s", sentence)
    return late


@task(name="report", task_run_name="report", **LIMITED)
def report(home: Home, published: Path | None, where: Mapping[str, str], rejected: Sequence[Row], validations: Sequence[Row]) -> Path:
    """Write the HTML report of what is published, if this run published, Data Docs, and what was quarantined, and return where Data Docs are.

    ``where`` says where the bytes of the files are, by file_id.
    """
    if published is not None:
        publishing.write_home_report(home)
    publishing.write_data_docs(home, validations)
    create_quarantine_artifact(home, rejected, where, reading_room_address(home) if published is not None else None)
    get_run_logger().info("report %s, Data Docs %s", home.report, home.data_docs / "index.html")
    return home.data_docs


@task(name="summarize", task_run_name="summarize", **STAGE_OPTIONS)
def summarize(home: Home, summary: Summary, flow_run_id: str) -> None:
    """Say what the run did, and show it beside the last runs."""
    create_summary_artifact(home, summary)
    create_runs_artifact(home, flow_run_id, summary.state_name, summary.timezone)
    log = get_run_logger()
    (log.warning if summary.warnings else log.info)("%s", summary.sentence)
