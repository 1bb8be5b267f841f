"""The ingest flow in Prefect: discover -> plan -> process batches in parallel -> audit -> load -> publish -> report.

Tasks wrap the plain functions of ``flows.stages``; what they pass is paths and small records. Apply
``flows.settings.apply_prefect_settings`` before this module is imported.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from time import process_time
from typing import TypeVar
from uuid import uuid4

from prefect import flow, get_client, get_run_logger, task
from prefect.artifacts import create_markdown_artifact, create_progress_artifact, update_progress_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterId,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import StateType
from prefect.context import FlowRunContext
from prefect.futures import as_completed
from prefect.runtime import deployment, flow_run
from prefect.states import Completed, Crashed, Failed, State
from prefect.task_runners import ThreadPoolTaskRunner

from flows import approval, monitor, stages
from flows.process import process_batch
from flows.progress import advance
from flows.runners import Runner
from flows.sources import declared_sources, find_source
from transforms.decoding import expected
from warehouse import store
from warehouse.home import Home

Result = TypeVar("Result")


@dataclass
class Summary:
    """What a run did, for people and for machines."""

    run_id: str
    status: str
    home: str
    source: str
    flow_run_id: str | None = None
    n_files_seen: int = 0
    n_files_new: int = 0
    n_superseded: int = 0
    n_quarantined: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    quarantined: list[dict[str, object]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    blocked: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    search_for: str | None = None


def step(name: str, work: Callable[[], Result], seconds: dict[str, float]) -> Result:
    """Run a stage as a task of this flow run, in this thread, and note the CPU seconds that it took."""

    def timed() -> Result:
        started = process_time()
        try:
            return work()
        finally:
            seconds[name] = seconds.get(name, 0.0) + process_time() - started

    return task(timed, name=name, cache_policy=NO_CACHE, persist_result=False)()


@task(name="process batch", task_run_name="process batch {number}", cache_policy=NO_CACHE, persist_result=False, retries=1)
def process_in(run: Runner, folder: str, number: int) -> str:
    """Process one batch in a worker."""
    return run(process_batch, folder)


@flow(name="ingest", flow_run_name="ingest {source}", validate_parameters=False, persist_result=False, task_runner=ThreadPoolTaskRunner(max_workers=64))
def ingest(
    source: str,
    home: str = "dibao-home",
    pattern: str | None = None,
    retire: bool = False,
    refresh: bool = False,
    workers: int = 2,
    batch_bytes: int = stages.BATCH_BYTES,
    since: str | None = None,
    until: str | None = None,
    paper: str | None = None,
    retry: bool = False,
    runner: str | None = None,
    address: str | None = None,
    max_loss: float = 0.1,
    encoding: list[str] | None = None,
) -> State:
    """Take raw files in, validate, transform, load and publish them; the state's data is a ``Summary`` as a dict."""
    place = Home(Path(home).absolute())
    declared = find_source(place, source)
    request = stages.Request(
        place, declared.location, pattern or declared.pattern, retire or declared.retire, refresh, workers, batch_bytes, declared.paper,
        since=since and date.fromisoformat(since), until=until and date.fromisoformat(until), only_paper=paper, retry=retry,
        runner=runner, address=address, encodings=expected(encoding or declared.encoding),
    )
    started_at = datetime.now(UTC).replace(tzinfo=None)
    run = stages.Run(f"{started_at:%Y%m%dT%H%M%S}-{uuid4().hex[:6]}", started_at, flow_run.id)
    summary = Summary(run.run_id, "failed", str(place.path), source, flow_run.id)
    with place.held(), store.opened_build(place, stages.restore) as con:
        end_dead_runs(place)
        place.sweep()
        plan = step("plan", lambda: stages.plan_run(con, request, run), summary.seconds)
        run = replace(run, approval=approval.approval_of(place, plan, started_at))
        summary.n_files_seen, summary.n_files_new, summary.n_superseded = plan.n_seen, plan.n_new, len(plan.superseded)
        if plan.is_empty:
            return finish(nothing_new(place, con, summary))
        try:
            folders = process(place, plan, request)
            for stage, taken in stages.worker_seconds(folders).items():
                summary.seconds[stage] = taken
            loaded = step("load", lambda: stages.load_batches(con, plan, folders, run), summary.seconds)
            step("complete corpus", lambda: stages.complete(con, loaded), summary.seconds)
            step("check warehouse", lambda: stages.check(con, loaded, run, max_loss), summary.seconds)
            watch_drift(con, loaded, run)
        except stages.BlockedError as blocked:
            summary.status, summary.blocked = "blocked", list(blocked.reasons)
            monitor.leave_quality(con, blocked.validations, run.run_id)
            step("data docs", partial(stages.write_data_docs, place, blocked.validations), summary.seconds)
            held = approval.hold(place, plan, run, flow_run.parameters, blocked.reasons)
        else:
            held = None
            commit_and_publish(place, con, plan, loaded, run, summary)
    if held:
        return ask_a_human(place, held, summary)
    step("report", lambda: stages.write_report_of(place), summary.seconds)
    step("data docs", lambda: stages.write_data_docs(place, loaded.validations), summary.seconds)
    return finish(summary)


def commit_and_publish(place: Home, con, plan: stages.Plan, loaded: stages.Loaded, run: stages.Run, summary: Summary) -> None:
    """Commit what was loaded to the lake, publish it, and tell the monitor; fills the summary."""
    summary.status = "loaded with warnings" if loaded.warnings else "loaded"
    summary.warnings, summary.n_quarantined = loaded.warnings, loaded.n_quarantined
    step("commit lake", lambda: stages.commit(place, con, plan, loaded, run, summary.status), summary.seconds)
    approval.release(place)
    summary.counts, summary.quarantined = stages.tell(con, run)
    summary.search_for = stages.name_to_search(con)
    step("publish", lambda: stages.publish(place, con), summary.seconds)
    monitor.leave_artifacts(con, list(declared_sources(place).values()), run.run_id, loaded.validations)


def ask_a_human(place: Home, held: approval.Held, summary: Summary) -> State:
    """Let a run of a deployment wait on Prefect's pages until a human approves or rejects; end any other run as blocked."""
    state = finish(summary)
    if answer := approval.ask_in_prefect(held):  # the first time this leaves the run; resumed, it comes here again with the answer
        verdict, why = answer
        approval.decide(place, verdict, why, datetime.now(UTC).replace(tzinfo=None))
        if verdict == approval.APPROVED:
            return ingest.fn(**flow_run.parameters)
        return failed("Rejected", f"rejected by a human: {why or 'no reason given'}", summary)
    return state


def watch_drift(con, loaded: stages.Loaded, run: stages.Run) -> None:
    """Compare what was loaded with the earlier runs; what is unusual is a warning."""
    drifts = monitor.find_drift(con, loaded.file_ids, loaded.n_quarantined)
    loaded.validations += monitor.drift_validations(drifts, run.run_id, run.started_at)
    loaded.warnings += [drift.sentence for drift in drifts if drift.is_unusual]


def end_dead_runs(place: Home) -> None:
    """Mark earlier runs on this home as crashed that Prefect still believes to be running: we hold the home, so they are dead."""
    running = FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.RUNNING]))
    with get_client(sync_client=True) as client:
        for run in client.read_flow_runs(flow_filter=FlowFilter(name=FlowFilterName(any_=["ingest"])), flow_run_filter=FlowRunFilter(state=running)):
            if str(run.id) != flow_run.id and Path(str(run.parameters.get("home"))).absolute() == place.path:
                client.set_flow_run_state(run.id, Crashed(message="its process ended without a word; this run goes on where it was"), force=True)


def nothing_new(place: Home, con, summary: Summary) -> Summary:
    """Say that there is nothing to do; an earlier run that died before it published is finished."""
    summary.status = "nothing new"
    monitor.leave_freshness(monitor.find_freshness(con, list(declared_sources(place).values()), date.today()))
    step("finish an earlier run", lambda: stages.finish_earlier(place, con), summary.seconds)
    return summary


def process(place: Home, plan: stages.Plan, request: stages.Request) -> list[str]:
    """Process the batches in parallel, one task run each, and return their folders in order."""
    folders = stages.prepare_folders(place, plan)
    progress = create_progress_artifact(0.0, key="progress", description=f"0 of {len(folders)} batches")
    with stages.open_runner(request, len(folders)) as runner:
        futures = [process_in.submit(runner, folder, number) for number, folder in enumerate(folders, 1)]
        for done, future in enumerate(as_completed(futures), 1):
            future.result()
            advance("process", done, len(folders))
            update_progress_artifact(progress, 100 * done / len(folders), description=f"{done} of {len(folders)} batches")
    return folders


def finish(summary: Summary) -> State:
    """Leave a summary artifact, name the run by what it did, and return its state with the summary as data."""
    numbers = f"{summary.n_files_new} new of {summary.n_files_seen} files, {summary.n_quarantined} quarantined"
    create_markdown_artifact(summary_markdown(summary), key="summary", description=f"{summary.status}: {numbers}")
    context = FlowRunContext.get()
    if context and context.flow_run:
        with get_client(sync_client=True) as client:
            client.update_flow_run(context.flow_run.id, name=f"ingest {datetime.now(UTC):%Y-%m-%d}, {numbers}")
    name = summary.status.capitalize()
    monitor.leave_chart(Home(Path(summary.home)).published, str(summary.flow_run_id), name)
    if summary.blocked:
        get_run_logger().error("Nothing was published: %s", "; ".join(summary.blocked))
        return failed(name, "; ".join(summary.blocked), summary)
    return Completed(name=name, message=numbers, data=asdict(summary))


def failed(name: str, message: str, summary: Summary) -> State:
    """Return the state of a run that published nothing. Where a deployment runs, nobody reads its data, and Prefect wants an error there."""
    return Failed(name=name, message=message, data=None if deployment.id else asdict(summary))


def summary_markdown(summary: Summary) -> str:
    """Return the run's summary for Prefect's artifact page."""
    lines = [
        f"## {monitor.marks(summary.status.capitalize())}",
        "",
        f"{summary.n_files_seen} files seen, {summary.n_files_new} new, {summary.n_superseded} superseded, "
        f"{summary.n_quarantined} quarantined.",
    ]
    lines += [f"- **{monitor.marks(reason)}**" for reason in summary.blocked]
    lines += [f"- warning: {monitor.marks(text)}" for text in summary.warnings]
    if summary.counts:
        lines += ["", "| what | rows |", "|---|---:|", *(f"| {monitor.marks(name.replace('_', ' '))} | {n} |" for name, n in summary.counts.items())]
    if summary.quarantined:
        lines += ["", "| quarantined | table | reason | detail |", "|---|---|---|---|"]
        lines += [
            f"| {monitor.marks(row['path'])} | {row['record_table']} | {monitor.marks(row['reason'])} | {monitor.marks(row['detail'])} |"
            for row in summary.quarantined
        ]
    return "\n".join(lines)


def wait_for_recorder(flow_run_id: str, seconds: float = 15) -> None:
    """Wait until the embedded server has written all task runs: it loses what is still in its queue at exit."""
    from time import monotonic, sleep

    until, counts = monotonic() + seconds, []
    with get_client(sync_client=True) as client:
        while monotonic() < until and (len(counts) < 3 or len(set(counts[-3:])) > 1 or not counts[-1]):
            runs = client.read_task_runs(flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=[flow_run_id])))
            counts.append(sum(run.state_type is not None and run.state_type.value in ("COMPLETED", "FAILED", "CRASHED") for run in runs))
            sleep(0.5)
