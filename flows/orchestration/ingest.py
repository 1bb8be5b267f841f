"""The ingest flow in Prefect: discover -> plan -> process batches in parallel -> audit -> load -> publish -> report.

Tasks wrap the plain functions of ``flows.pipeline``; what they pass is paths and small records. Apply
``flows.shared.settings.apply_prefect_settings`` before this module is imported.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from time import process_time
from typing import TypeVar
from uuid import uuid4

import duckdb
from prefect import flow, get_client, get_run_logger, task
from prefect.artifacts import create_markdown_artifact, create_progress_artifact, update_progress_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateType
from prefect.client.schemas.objects import StateType
from prefect.context import FlowRunContext
from prefect.futures import as_completed
from prefect.runtime import deployment, flow_run
from prefect.states import Cancelled, Completed, Crashed, Failed, State
from prefect.task_runners import ThreadPoolTaskRunner

from flows.orchestration import approval, monitor
from flows.orchestration.own_runs import INGEST, PATIENCE_SECONDS, claim_run, own_runs
from flows.orchestration.summary import (
    Summary,
    count_rows,
    name_to_search,
    now_in,
    quarantined_rows,
    run_name,
    shortened,
    summary_markdown,
)
from flows.pipeline import journal, publishing
from flows.pipeline.checking import BlockedError, Findings
from flows.pipeline.committing import commit
from flows.pipeline.loading import Loaded, check, complete, load_batches, restore
from flows.pipeline.planning import Plan, plan_run
from flows.pipeline.request import BATCH_BYTES, Request, Run
from flows.pipeline.runners import Runner
from flows.pipeline.staging import locations, open_runner, prepare_folders, rejected_rows, worker_seconds
from flows.shared.collecting import collected_later
from flows.shared.progress import advance
from flows.shared.sources import declared_sources, find_source, use_credentials
from flows.shared.versions import code_version
from transforms.decoding import expected
from transforms.records import Row
from warehouse import store
from warehouse.home import Home

Result = TypeVar("Result")


class Recorder:
    """Where a run is, and what is known of it so far: the only thing of a run that changes while it goes on."""

    def __init__(self, summary: Summary) -> None:
        self.summary = summary

    def note(self, **facts: object) -> None:
        """Take facts into the summary."""
        self.summary = replace(self.summary, **facts)

    def stage(self, name: str, work: Callable[[], Result]) -> Result:
        """Run a stage as a task of this flow run, in this thread, and note where the run is and the CPU seconds it took."""
        self.note(stage=name)

        def timed() -> Result:
            started = process_time()
            try:
                return work()
            finally:
                seconds = self.summary.seconds
                self.note(seconds={**seconds, name: seconds.get(name, 0.0) + process_time() - started})

        return task(timed, name=name, cache_policy=NO_CACHE, persist_result=False)()

    def fail(self, error: BaseException) -> None:
        """Note that the run failed, at which stage and why; an error that is not Dibao's own does not speak for itself."""
        is_own = type(error).__module__.partition(".")[0] in ("flows", "transforms", "expectations", "warehouse")
        text = str(error).strip()
        why = text if is_own and text else ": ".join(filter(None, (type(error).__name__, text)))
        self.note(status="failed", reason=f"{self.summary.stage}: {why}")


@task(name="process batch", task_run_name="process batch {number}", cache_policy=NO_CACHE, persist_result=False)
def process_in(run: Runner, folder: str, number: int) -> str:
    """Process one batch in a worker."""
    with collected_later():
        from flows.pipeline.processing import process_batch  # and all the transforms: much to import where nothing is new

    return run(process_batch, folder)


@flow(name=INGEST, flow_run_name="ingest {source}", validate_parameters=False, persist_result=False, task_runner=ThreadPoolTaskRunner(max_workers=64))
def ingest(
    source: str,
    home: str = "dibao-home",
    pattern: str | None = None,
    retire: bool = False,
    refresh: bool = False,
    workers: int = 2,
    batch_bytes: int = BATCH_BYTES,
    since: str | None = None,
    until: str | None = None,
    paper: str | None = None,
    retry: bool = False,
    runner: str | None = None,
    address: str | None = None,
    max_loss: float = 0.1,
    encoding: list[str] | None = None,
    only_change: str | None = None,
    by_content: bool = False,
) -> State:
    """Take raw files in, validate, transform, load and publish them; the state's data is a ``Summary`` as a dict.

    ``only_change`` is what a human approved: nothing else is published.

    A run that fails leaves a summary too, and its state says at which stage, why, and what to do next; the state's data is the error.
    """
    os.chdir(os.environ.get("DIBAO_FOLDER", "."))  # where `dibao serve` was started: that is where relative locations begin
    place = Home(Path(home).absolute())
    started_at = datetime.now(UTC).replace(tzinfo=None)
    run = Run(f"{started_at:%Y%m%dT%H%M%S}-{uuid4().hex[:6]}", started_at, flow_run.id)
    recorder = Recorder(Summary(run.run_id, "failed", str(place.path), source, flow_run.id))

    def request() -> Request:
        declared = find_source(place, source)
        recorder.note(timezone=declared.timezone)
        use_credentials(declared)
        return Request(
            place, declared.location, pattern or declared.pattern, retire or declared.retire, refresh, workers, batch_bytes, declared.paper,
            since=since and date.fromisoformat(since), until=until and date.fromisoformat(until), only_paper=paper, retry=retry,
            runner=runner, address=address, encodings=expected(encoding or declared.encoding), max_loss=max_loss, only_change=only_change, by_content=by_content,
        )

    try:
        with get_client(sync_client=True) as client:
            claim_run(place, client)
        held = take_in(place, request, run, recorder)
        return ask_a_human(place, held, recorder.summary) if held else finish(recorder.summary)
    except Exception as error:  # noqa: BLE001 whatever it is, a monitor must see what failed, where, and what to do next
        return finish_failed(recorder, error)


def take_in(place: Home, request: Callable[[], Request], run: Run, recorder: Recorder) -> approval.Held | None:
    """Do the run while the home is held, and return what is held back. However it ends, it is written down."""
    with place.held(PATIENCE_SECONDS if deployment.id else 0), journal.under_way(place, journal_row(run, recorder.summary)):
        try:
            held = load_and_publish(request(), run, recorder)
        except BaseException as error:
            recorder.fail(error)
            journal.keep(place, journal_row(run, recorder.summary))
            raise
        if recorder.summary.status in ("blocked", "nothing new"):
            journal.keep(place, journal_row(run, recorder.summary))
    return held


def load_and_publish(request: Request, run: Run, recorder: Recorder) -> approval.Held | None:
    """Plan, process, load, check and publish, or return what is held back because it is blocked."""
    place, stage = request.home, recorder.stage
    with store.opened_build(place, restore) as con:
        end_dead_runs(place)
        approval.forget_expired(place, run.started_at)
        close_questions(place, "nobody answered in time: nothing of it was published")
        place.sweep()
        plan = stage("plan", lambda: plan_run(con, request, run))
        if request.only_change:
            approval.check_change(plan, request.only_change)
        run = replace(run, approval=approval.approval_of(place, plan, run.started_at))
        recorder.note(n_files_seen=plan.n_seen, n_files_new=plan.n_new, n_superseded=len(plan.superseded))
        if plan.is_empty:
            answer(place, plan, request, "its source no longer asks for it")
            leave_freshness(place, con)
            stage("finish an earlier run", lambda: publishing.finish_earlier(place, con))
            recorder.note(status="nothing new")
            return None
        recorder.note(stage="process")
        folders = process(place, plan, request)
        rejected = rejected_rows(plan, folders)
        recorder.note(seconds={**recorder.summary.seconds, **worker_seconds(folders)}, n_quarantined=len(rejected))
        try:
            loaded = stage("load", lambda: load_batches(con, plan, folders, run))
            loaded = stage("complete corpus", lambda: complete(con, loaded))
            loaded = stage("check warehouse", lambda: check(con, loaded, run, request.max_loss))
        except BlockedError as blocked:
            monitor.leave_quality(con, blocked.validations, run.run_id)
            monitor.leave_quarantine(rejected, locations(plan))
            recorder.note(status="blocked", blocked=blocked.reasons)
            stage("data docs", partial(publishing.write_data_docs, place, blocked.validations))
            held = approval.hold(place, plan, run, flow_run.parameters, blocked.reasons)
            close_questions(place, "asked again: a later run was held back too")
            recorder.note(change=held.change)
            return held
        unusual = Findings(warnings=tuple(monitor.unlike_a_good_run(con, [path.path for path in plan.paths], len(rejected)) + monitor.odd_pages(con, loaded.file_ids)))
        loaded = replace(loaded, findings=loaded.findings + find_drift(con, loaded, run) + unusual)
        stage("commit lake", lambda: commit(place, con, plan, loaded, run))
        answer(place, plan, request, "a later run of its source has published")
        recorder.note(counts=count_rows(con), quarantined=quarantined_rows(con, run.run_id), search_for=name_to_search(con))
        stage("publish", lambda: publishing.publish(place, con))
        recorder.note(status=loaded.status, warnings=loaded.findings.warnings, stage="tell the monitor")
        monitor.leave_artifacts(con, list(declared_sources(place).values()), run.run_id, loaded.findings.validations)
        monitor.leave_quarantine(rejected, locations(plan), monitor.reading_room(place))
    stage("report", lambda: publishing.write_home_report(place))
    stage("data docs", lambda: publishing.write_data_docs(place, loaded.findings.validations))
    return None


def journal_row(run: Run, summary: Summary) -> Row:
    """Return what a run says of itself that published nothing, as a row of ``runs``."""
    return {
        "run_id": run.run_id, "flow_run_id": run.flow_run_id, "started_at": run.started_at,
        "ended_at": datetime.now(UTC).replace(tzinfo=None), "status": summary.status,
        "reason": summary.reason or "; ".join(summary.blocked) or None, "code_version": code_version(),
        "n_files_seen": summary.n_files_seen, "n_files_new": summary.n_files_new, "n_articles": 0, "n_quarantined": summary.n_quarantined,
    }


def finish_failed(recorder: Recorder, error: Exception) -> State:
    """Leave what a monitor needs of a run that failed, and return its state with the error as data."""
    if not recorder.summary.reason:
        recorder.fail(error)  # the home could not be held
    get_run_logger().error("Failed at %s", recorder.summary.reason, exc_info=error)
    leave_summary(recorder.summary)
    return Failed(message=recorder.summary.reason, data=error)


def ask_a_human(place: Home, held: approval.Held, summary: Summary) -> State:
    """Let a run of a deployment wait on Prefect's pages until a human approves or rejects; end any other run as blocked."""
    state = finish(summary)
    if approval.can_ask(held) and not held.is_asked:
        monitor.tell_of_waiting(run_name(summary, deployment.name), held.reasons, monitor.clock(held.expires_at, summary.timezone))
    if answer := approval.ask_in_prefect(held, monitor.clock(held.expires_at, summary.timezone)):  # the first time this leaves the run; resumed, it comes here again with the answer
        verdict, why = answer
        approval.decide(place, held.change, verdict, why, datetime.now(UTC).replace(tzinfo=None))
        if verdict == approval.APPROVED:
            return ingest.fn(**{**flow_run.parameters, "only_change": held.change})
        return failed("Rejected", f"rejected by a human: {why or 'no reason given'}", summary)
    return state


def find_drift(con: duckdb.DuckDBPyConnection, loaded: Loaded, run: Run) -> Findings:
    """Compare what was loaded with the earlier runs; what is unusual is a warning."""
    drifts = monitor.find_drift(con, loaded.file_ids, loaded.n_quarantined)
    return Findings(tuple(monitor.drift_validations(drifts, run.run_id, run.started_at)), tuple(drift.sentence for drift in drifts if drift.is_unusual))


def end_dead_runs(place: Home) -> None:
    """Mark earlier runs on this home as crashed that Prefect still believes to be running: we hold the home, so they are dead."""
    set_others(place, StateType.RUNNING, Crashed(message="its process ended without a word; the next run goes on where it was"))


def answer(place: Home, plan: Plan, request: Request, why: str) -> None:
    """Hold back no longer what a plan asks for, nor what its source asked for earlier where it was looked through as a whole."""
    approval.release(place, plan, flow_run.parameters.get("source") if request.wants_all else None)
    close_questions(place, why)


def close_questions(place: Home, why: str) -> None:
    """Cancel the runs on this home that wait for a human though nothing of theirs is held back: no question that is none stays on Prefect's pages."""
    set_others(place, StateType.PAUSED, Cancelled(message=why), {held.flow_run_id for held in approval.read_held(place)})


def set_others(place: Home, found: StateType, state: State, kept: Collection[str | None] = ()) -> None:
    """Put the other runs on this home that Prefect knows in one state into another, but for some."""
    wanted = FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[found])))
    with get_client(sync_client=True) as client:
        for run in own_runs(place, client, [INGEST], wanted):
            if str(run.id) not in {flow_run.id, *kept}:
                client.set_flow_run_state(run.id, state, force=True)


def leave_freshness(place: Home, con: duckdb.DuckDBPyConnection) -> None:
    """Leave the card that says how fresh each paper is."""
    monitor.leave_freshness(monitor.find_freshness(con, list(declared_sources(place).values()), datetime.now(UTC)))


def process(place: Home, plan: Plan, request: Request) -> list[str]:
    """Process the batches in parallel, one task run each, and return their folders in order."""
    folders = prepare_folders(place, plan)
    progress = create_progress_artifact(0.0, key="progress", description=f"0 of {len(folders)} batches")
    with open_runner(request, plan, folders) as runner:
        futures = [process_in.submit(runner, folder, number) for number, folder in enumerate(folders, 1)]
        import expectations.gx  # noqa: F401 what comes after needs it, and while others work its second costs nobody any time
        for done, future in enumerate(as_completed(futures), 1):
            future.result()
            advance("process", done, len(folders))
            update_progress_artifact(progress, 100 * done / len(folders), description=f"{done} of {len(folders)} batches")
    return folders


def finish(summary: Summary) -> State:
    """Leave what a monitor looks at and return the run's state with the summary as data."""
    leave_summary(summary)
    name = summary.status.capitalize()
    if summary.blocked:
        get_run_logger().error("Nothing was published: %s", "; ".join(summary.blocked))
        return failed(name, "; ".join(summary.blocked), summary)
    return Completed(name=name, message=summary.numbers, data=asdict(summary))


def leave_summary(summary: Summary) -> None:
    """Leave the summary and the chart of the last runs, and name the run by what it did."""
    at = f"{now_in(summary.timezone):%m-%d %H:%M}"  # a card shows when the first artifact of its key was made, not this one
    create_markdown_artifact(summary_markdown(summary), key="summary", description=monitor.marks(shortened(f"{at} {summary.sentence}")))
    context = FlowRunContext.get()
    if context and context.flow_run:
        with get_client(sync_client=True) as client:
            client.update_flow_run(context.flow_run.id, name=run_name(summary, deployment.name))
    monitor.leave_chart(Home(Path(summary.home)), str(summary.flow_run_id), summary.status.capitalize(), summary.timezone)


def failed(name: str, message: str, summary: Summary) -> State:
    """Return the state of a run that published nothing. Where a deployment runs, nobody reads its data, and Prefect wants an error there."""
    return Failed(name=name, message=message, data=None if deployment.id else asdict(summary))
