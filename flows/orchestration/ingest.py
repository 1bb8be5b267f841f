"""The ingest flow in Prefect: discover -> plan -> process batches in parallel -> audit -> load -> publish -> report.

Tasks wrap the plain functions of ``flows.pipeline.stages``; what they pass is paths and small records. Apply
``flows.shared.settings.apply_prefect_settings`` before this module is imported.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from time import process_time
from typing import TypeVar
from uuid import uuid4
from zoneinfo import ZoneInfo

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
from flows.pipeline import journal, planning, stages
from flows.pipeline.runners import Runner
from flows.shared.advice import state_of_published
from flows.shared.collecting import collected_later
from flows.shared.progress import advance
from flows.shared.sources import Source, declared_sources, find_source, use_credentials
from transforms.decoding import expected
from transforms.records import Row
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
    timezone: str = Source.timezone
    n_files_seen: int = 0
    n_files_new: int = 0
    n_superseded: int = 0
    n_quarantined: int = 0
    stage: str = "start"
    reason: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    quarantined: list[dict[str, object]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    blocked: list[str] = field(default_factory=list)
    change: str | None = None
    """What was held back, by the name under which a human approves it."""
    seconds: dict[str, float] = field(default_factory=dict)
    search_for: str | None = None


def step(name: str, work: Callable[[], Result], summary: Summary) -> Result:
    """Run a stage as a task of this flow run, in this thread, and note in the summary where the run is and the CPU seconds it took."""
    summary.stage = name

    def timed() -> Result:
        started = process_time()
        try:
            return work()
        finally:
            summary.seconds[name] = summary.seconds.get(name, 0.0) + process_time() - started

    return task(timed, name=name, cache_policy=NO_CACHE, persist_result=False)()


@task(name="process batch", task_run_name="process batch {number}", cache_policy=NO_CACHE, persist_result=False)
def process_in(run: Runner, folder: str, number: int) -> str:
    """Process one batch in a worker."""
    with collected_later():
        from flows.pipeline.process import process_batch  # and all the transforms: much to import where nothing is new

    return run(process_batch, folder)


@flow(name=INGEST, flow_run_name="ingest {source}", validate_parameters=False, persist_result=False, task_runner=ThreadPoolTaskRunner(max_workers=64))
def ingest(
    source: str,
    home: str = "dibao-home",
    pattern: str | None = None,
    retire: bool = False,
    refresh: bool = False,
    workers: int = 2,
    batch_bytes: int = planning.BATCH_BYTES,
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
    run = planning.Run(f"{started_at:%Y%m%dT%H%M%S}-{uuid4().hex[:6]}", started_at, flow_run.id)
    summary = Summary(run.run_id, "failed", str(place.path), source, flow_run.id)

    def request() -> planning.Request:
        declared = find_source(place, source)
        summary.timezone = declared.timezone
        use_credentials(declared)
        return planning.Request(
            place, declared.location, pattern or declared.pattern, retire or declared.retire, refresh, workers, batch_bytes, declared.paper,
            since=since and date.fromisoformat(since), until=until and date.fromisoformat(until), only_paper=paper, retry=retry,
            runner=runner, address=address, encodings=expected(encoding or declared.encoding), max_loss=max_loss, only_change=only_change, by_content=by_content,
        )

    try:
        with get_client(sync_client=True) as client:
            claim_run(place, client)
        held = take_in(place, request, run, summary)
        return ask_a_human(place, held, summary) if held else finish(summary)
    except Exception as error:  # noqa: BLE001 whatever it is, a monitor must see what failed, where, and what to do next
        return finish_failed(summary, error)


def take_in(place: Home, request: Callable[[], planning.Request], run: planning.Run, summary: Summary) -> approval.Held | None:
    """Do the run while the home is held, fill the summary, and return what is held back. However it ends, it is written down."""
    with place.held(PATIENCE_SECONDS if deployment.id else 0), journal.under_way(place, record(run, summary)):
        try:
            held = load_and_publish(request(), run, summary)
        except BaseException as error:
            fail(summary, error)
            journal.keep(place, record(run, summary))
            raise
        if summary.status in ("blocked", "nothing new"):
            journal.keep(place, record(run, summary))
    return held


def load_and_publish(request: planning.Request, run: planning.Run, summary: Summary) -> approval.Held | None:
    """Plan, process, load, check and publish, or hold back what is blocked; fills the summary."""
    place = request.home
    with store.opened_build(place, stages.restore) as con:
        end_dead_runs(place)
        approval.forget_expired(place, run.started_at)
        close_questions(place, "nobody answered in time: nothing of it was published")
        place.sweep()
        plan = step("plan", lambda: planning.plan_run(con, request, run), summary)
        if request.only_change:
            approval.check_change(plan, request.only_change)
        run = replace(run, approval=approval.approval_of(place, plan, run.started_at))
        summary.n_files_seen, summary.n_files_new, summary.n_superseded = plan.n_seen, plan.n_new, len(plan.superseded)
        if plan.is_empty:
            answer(place, plan, request, "its source no longer asks for it")
            nothing_new(place, con, summary)
            return None
        summary.stage = "process"
        folders = process(place, plan, request)
        summary.seconds |= stages.worker_seconds(folders)
        rejected = stages.rejected(plan, folders)
        summary.n_quarantined = len(rejected)
        try:
            loaded = step("load", lambda: stages.load_batches(con, plan, folders, run), summary)
            step("complete corpus", lambda: stages.complete(con, loaded), summary)
            step("check warehouse", lambda: stages.check(con, loaded, run, request.max_loss), summary)
        except stages.BlockedError as blocked:
            summary.status, summary.blocked = "blocked", list(blocked.reasons)
            monitor.leave_quality(con, blocked.validations, run.run_id)
            monitor.leave_quarantine(rejected, stages.locations(plan))
            step("data docs", partial(stages.write_data_docs, place, blocked.validations), summary)
            held = approval.hold(place, plan, run, flow_run.parameters, blocked.reasons)
            close_questions(place, "asked again: a later run was held back too")
            summary.change = held.change
            return held
        watch_drift(con, loaded, run)
        loaded.warnings += monitor.unlike_a_good_run(con, [path.path for path in plan.paths], len(rejected))
        commit_and_publish(request, con, plan, loaded, run, summary)
        summary.stage = "tell the monitor"
        monitor.leave_artifacts(con, list(declared_sources(place).values()), run.run_id, loaded.validations)
        monitor.leave_quarantine(rejected, stages.locations(plan), monitor.reading_room(place))
    step("report", lambda: stages.write_report_of(place), summary)
    step("data docs", lambda: stages.write_data_docs(place, loaded.validations), summary)
    return None


def commit_and_publish(request: planning.Request, con, plan: planning.Plan, loaded: stages.Loaded, run: planning.Run, summary: Summary) -> None:
    """Commit what was loaded to the lake and publish it; fills the summary."""
    place = request.home
    status = "loaded with warnings" if loaded.warnings else "loaded"
    step("commit lake", lambda: stages.commit(place, con, plan, loaded, run, status), summary)
    answer(place, plan, request, "a later run of its source has published")
    summary.counts, summary.quarantined = stages.tell(con, run)
    summary.search_for = stages.name_to_search(con)
    step("publish", lambda: stages.publish(place, con), summary)
    summary.status, summary.warnings = status, loaded.warnings


def record(run: planning.Run, summary: Summary) -> Row:
    """Return what a run says of itself that published nothing, as a row of ``runs``."""
    return {
        "run_id": run.run_id, "flow_run_id": run.flow_run_id, "started_at": run.started_at,
        "ended_at": datetime.now(UTC).replace(tzinfo=None), "status": summary.status,
        "reason": summary.reason or "; ".join(summary.blocked) or None, "code_version": stages.code_version(),
        "n_files_seen": summary.n_files_seen, "n_files_new": summary.n_files_new, "n_articles": 0, "n_quarantined": summary.n_quarantined,
    }


def fail(summary: Summary, error: BaseException) -> None:
    """Say in the summary that the run failed, at which stage and why; an error that is not Dibao's own does not speak for itself."""
    is_own = type(error).__module__.partition(".")[0] in ("flows", "transforms", "expectations", "warehouse")
    text = str(error).strip()
    summary.status = "failed"
    summary.reason = f"{summary.stage}: {text if is_own and text else ': '.join(filter(None, (type(error).__name__, text)))}"


def finish_failed(summary: Summary, error: Exception) -> State:
    """Leave what a monitor needs of a run that failed, and return its state with the error as data."""
    if not summary.reason:
        fail(summary, error)  # the home could not be held
    get_run_logger().error("Failed at %s", summary.reason, exc_info=error)
    leave_summary(summary)
    return Failed(message=summary.reason, data=error)


def ask_a_human(place: Home, held: approval.Held, summary: Summary) -> State:
    """Let a run of a deployment wait on Prefect's pages until a human approves or rejects; end any other run as blocked."""
    state = finish(summary)
    if approval.can_ask(held) and not held.is_asked:
        monitor.tell_of_waiting(run_name(summary), held.reasons, monitor.clock(held.expires_at, summary.timezone))
    if answer := approval.ask_in_prefect(held, monitor.clock(held.expires_at, summary.timezone)):  # the first time this leaves the run; resumed, it comes here again with the answer
        verdict, why = answer
        approval.decide(place, held.change, verdict, why, datetime.now(UTC).replace(tzinfo=None))
        if verdict == approval.APPROVED:
            return ingest.fn(**{**flow_run.parameters, "only_change": held.change})
        return failed("Rejected", f"rejected by a human: {why or 'no reason given'}", summary)
    return state


def watch_drift(con, loaded: stages.Loaded, run: planning.Run) -> None:
    """Compare what was loaded with the earlier runs; what is unusual is a warning."""
    drifts = monitor.find_drift(con, loaded.file_ids, loaded.n_quarantined)
    loaded.validations += monitor.drift_validations(drifts, run.run_id, run.started_at)
    loaded.warnings += [drift.sentence for drift in drifts if drift.is_unusual]


def end_dead_runs(place: Home) -> None:
    """Mark earlier runs on this home as crashed that Prefect still believes to be running: we hold the home, so they are dead."""
    set_others(place, StateType.RUNNING, Crashed(message="its process ended without a word; the next run goes on where it was"))


def answer(place: Home, plan: planning.Plan, request: planning.Request, why: str) -> None:
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


def nothing_new(place: Home, con, summary: Summary) -> None:
    """Say that there is nothing to do; an earlier run that died before it published is finished."""
    monitor.leave_freshness(monitor.find_freshness(con, list(declared_sources(place).values()), datetime.now(UTC)))
    step("finish an earlier run", lambda: stages.finish_earlier(place, con), summary)
    summary.status = "nothing new"


def process(place: Home, plan: planning.Plan, request: planning.Request) -> list[str]:
    """Process the batches in parallel, one task run each, and return their folders in order."""
    folders = stages.prepare_folders(place, plan)
    progress = create_progress_artifact(0.0, key="progress", description=f"0 of {len(folders)} batches")
    with stages.open_runner(request, plan, folders) as runner:
        futures = [process_in.submit(runner, folder, number) for number, folder in enumerate(folders, 1)]
        import expectations.suites  # noqa: F401 what comes after needs it, and while others work its second costs nobody any time
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
    return Completed(name=name, message=numbers(summary), data=asdict(summary))


def leave_summary(summary: Summary) -> None:
    """Leave the summary and the chart of the last runs, and name the run by what it did."""
    told = f"failed at {summary.reason}" if summary.reason else f"{summary.status}: " + "; ".join([*summary.blocked, numbers(summary)])
    at = f"{now_in(summary.timezone):%m-%d %H:%M}"  # a card shows when the first artifact of its key was made, not this one
    create_markdown_artifact(summary_markdown(summary), key="summary", description=monitor.marks(shortened(f"{at} {told}")))
    context = FlowRunContext.get()
    if context and context.flow_run:
        with get_client(sync_client=True) as client:
            client.update_flow_run(context.flow_run.id, name=run_name(summary))
    monitor.leave_chart(Home(Path(summary.home)), str(summary.flow_run_id), summary.status.capitalize(), summary.timezone)


def run_name(summary: Summary) -> str:
    """Return the name of a run that has ended: of which deployment, when, and what it did."""
    did = f"failed at {summary.stage}" if summary.reason else ("blocked, " if summary.blocked else "") + numbers(summary)
    return " ".join(filter(None, ("ingest", deployment.name, f"{now_in(summary.timezone):%Y-%m-%d}, {did}")))


def now_in(timezone: str) -> datetime:
    """Return the time now as the clocks of a source's time zone show it."""
    return datetime.now(ZoneInfo(timezone))


def numbers(summary: Summary) -> str:
    """Return what a run did in a few words."""
    return f"{summary.n_files_new} new of {summary.n_files_seen} files, {summary.n_quarantined} quarantined"


def shortened(text: str, longest: int = 300) -> str:
    """Return text on one line, cut where it is long.

    >>> shortened("failed at plan:\\nno such source", 17)
    'failed at plan: …'
    """
    text = " ".join(text.split())
    return text if len(text) <= longest else text[: longest - 1] + "…"


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
    if summary.reason:
        why, *more = summary.reason.splitlines()
        steps = (*more, f"{state_of_published(Path(summary.home))}.", *NEXT_STEPS)
        lines += ["", f"**Failed at {monitor.marks(why)}**", "", *(f"- {monitor.marks(step)}" for step in steps)]
    lines += [f"- **{monitor.marks(reason)}**" for reason in summary.blocked]
    if summary.blocked:
        lines += ["", "Nothing was published. Look at quality and quarantine, then approve or reject: by the run's form where it waits as "
                  f"Suspended, else by `dibao approve {summary.change}` or `dibao reject {summary.change}`."]
    lines += [f"- warning: {monitor.marks(text)}" for text in summary.warnings]
    if summary.counts:
        lines += ["", "| the warehouse now holds | rows |", "|---|---:|", *(f"| {monitor.marks(name.replace('_', ' '))} | {n} |" for name, n in summary.counts.items())]
    if summary.quarantined:
        lines += ["", "| quarantined | table | reason | detail |", "|---|---|---|---|"]
        lines += [
            f"| {monitor.marks(row['path'])} | {row['record_table']} | {monitor.marks(row['reason'])} | {monitor.marks(row['detail'])} |"
            for row in summary.quarantined
        ]
    return "\n".join(lines)


NEXT_STEPS = (
    "Where in the code it failed: the traceback is in the log of this run.",
    "When the cause is mended, run again: batches that are done stay done.",
)
"""What whoever reads that a run failed wants to know next."""
