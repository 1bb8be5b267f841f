"""The ingest flow in Prefect: discover -> plan -> process batches in parallel -> load -> complete -> check -> commit -> publish -> report.

The stages are tasks of ``flows.orchestration.stages``. Apply ``flows.shared.settings.apply_prefect_settings`` before this module is imported.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from pathlib import Path
from time import process_time
from typing import TypeVar
from uuid import uuid4

from prefect import flow, get_client
from prefect.logging import get_run_logger
from prefect.runtime import deployment, flow_run
from prefect.states import Completed, Failed, State
from prefect.tasks import Task
from prefect.utilities.annotations import opaque

from flows.orchestration import approval, stages
from flows.orchestration.approval import PendingApproval
from flows.orchestration.artifacts import emit_waiting_event, local_time
from flows.orchestration.markdown import shortened
from flows.orchestration.own_runs import INGEST, PATIENCE_SECONDS, cancel_waiting_runs, crash_killed_runs, one_at_a_time, tag_run
from flows.orchestration.summary import DEGRADED, Summary, count_rows, name_to_search, quarantined_rows, run_name, run_name_at_start
from flows.pipeline import journal
from flows.pipeline.checking import BlockedError
from flows.pipeline.loading import restore
from flows.pipeline.planning import Plan
from flows.pipeline.request import BATCH_BYTES, Request, Run
from flows.pipeline.staging import locations, rejected_rows, worker_seconds
from flows.shared.sources import find_source, use_credentials
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
        self.earlier: list[object] = []
        """The result of the last stage: the next one comes after it."""

    def note(self, **facts: object) -> None:
        """Take facts into the summary."""
        self.summary = replace(self.summary, **facts)

    def run(self, stage: Task[..., Result], *arguments: object) -> Result:
        """Run a stage in this thread, and note where the run is and the CPU seconds it took. Prefect does not walk through the arguments."""
        self.note(stage=stage.name)
        started = process_time()
        try:
            result = stage(*map(opaque, arguments), wait_for=self.earlier)
        finally:
            seconds = self.summary.seconds
            self.note(seconds={**seconds, stage.name: seconds.get(stage.name, 0.0) + process_time() - started})
        self.earlier = [opaque(result)]
        return result

    def fail(self, error: BaseException) -> None:
        """Note that the run failed, at which stage and why; an error that is not Dibao's own does not speak for itself."""
        is_own = type(error).__module__.partition(".")[0] in ("flows", "transforms", "expectations", "warehouse")
        text = str(error).strip()
        why = text if is_own and text else ": ".join(filter(None, (type(error).__name__, text)))
        self.note(status="failed", reason=f"{self.summary.stage}: {why}")


@flow(name=INGEST, flow_run_name=run_name_at_start, validate_parameters=False, persist_result=False)
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

    A run that fails leaves a summary too, and its state says at which stage, why, and what to do next; the state's data is the error.

    Args:
        source: A folder, file, glob or object-store URL, or the name of a source that sources.toml in the home declares.
        home: The folder that holds the warehouse and all that belongs to it.
        pattern: What paths say, such as {paper}/{date:%Y-%m-%d}/{page}.txt; empty: as declared.
        retire: Take out files that are no longer at the source.
        refresh: Read files again that an older version of the code read.
        workers: Batches that are processed at once.
        batch_bytes: Bytes of raw text that are processed, audited and loaded together.
        since: Only issues of this day or later, such as 2025-03-01.
        until: Only issues of this day or earlier, such as 2025-03-31.
        paper: Only this paper.
        retry: Read again also what was quarantined.
        runner: Who processes the batches: threads, processes, dask or ray; empty: processes where there are workers.
        address: Where the cluster of dask or ray is.
        max_loss: Share of the articles that a publish may lose without a human's approval.
        encoding: What the files are in where their bytes leave it open, such as gb18030.
        only_change: The change that a human approved, where nothing else may be published.
        by_content: Read every file to see whether it has changed, also where size and time are as before.
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
            place,
            declared.location,
            pattern or declared.pattern,
            retire or declared.retire,
            refresh,
            workers,
            batch_bytes,
            declared.paper,
            since=since and date.fromisoformat(since),
            until=until and date.fromisoformat(until),
            only_paper=paper,
            retry=retry,
            runner=runner,
            address=address,
            encodings=expected(encoding or declared.encoding),
            max_loss=max_loss,
            only_change=only_change,
            by_content=by_content,
        )

    try:
        tag_run(place)
        if refused := find_refusal(place, recorder.summary):
            recorder.note(status="rejected", blocked=(f"rejected by a human: {refused}",))
            return finish(recorder)
        with one_at_a_time(place):
            pending = run_and_record(place, request, run, recorder)
        state = finish(recorder)
        if pending and approval.can_ask(pending):
            ask_human(pending, recorder.summary)  # leaves the run, which begins anew when it is resumed
        return state
    except Exception as error:  # noqa: BLE001 whatever it is, a monitor must see what failed, where, and what to do next
        return finish_failed(recorder, error)


# --- what a run does --------------------------------------------------------------------------------------------------


def run_and_record(place: Home, request: Callable[[], Request], run: Run, recorder: Recorder) -> PendingApproval | None:
    """Do the run while the home is locked, and return what is held back. However it ends, it is written down."""
    with place.lock(PATIENCE_SECONDS if deployment.id else 0), journal.under_way(place, journal_row(run, recorder.summary)):
        try:
            pending = load_and_publish(request(), run, recorder)
        except BaseException as error:
            recorder.fail(error)
            journal.keep(place, journal_row(run, recorder.summary))
            raise
        if recorder.summary.status in ("blocked", "nothing new"):
            journal.keep(place, journal_row(run, recorder.summary))
    return pending


def load_and_publish(request: Request, run: Run, recorder: Recorder) -> PendingApproval | None:
    """Do the stages one after the other, or return what is held back because it is blocked."""
    place, stage = request.home, recorder.run
    with store.opened_build(place, restore) as con:
        tidy_up(place, run)
        survey = stage(stages.discover, con, request, run)
        plan = stage(stages.plan, survey, run)
        run = approved(place, plan, request, run)
        recorder.note(n_files_seen=plan.n_seen, n_files_new=plan.n_new, n_superseded=len(plan.superseded), left_out=plan.left_out)
        if plan.is_empty:
            release(place, plan, request, "its source no longer asks for it")
            late = stage(stages.finish_earlier, place, con, request.source)
            recorder.note(status="nothing new", warnings=late, degradations=late)
            return None
        folders = stage(stages.process, plan, request)
        rejected = rejected_rows(plan, folders)
        recorder.note(seconds={**recorder.summary.seconds, **worker_seconds(folders)}, n_quarantined=len(rejected))
        try:
            loaded = stage(stages.load, con, plan, folders, run, place)
            completed = stage(stages.complete, con, loaded)
            checked = stage(stages.check, con, plan, completed, run, request, len(rejected))
        except BlockedError as blocked:
            recorder.note(status="blocked", blocked=blocked.reasons)
            pending = hold_back(place, plan, run, blocked)
            recorder.note(change=pending.change)
            stage(stages.report, place, None, locations(plan), rejected, blocked.validations)
            return pending
        manifest = stage(stages.commit, place, con, plan, checked, run)
        release(place, plan, request, "a later run of its source has published")
        recorder.note(counts=count_rows(con), quarantined=quarantined_rows(con, run.run_id), search_for=name_to_search(con))
        published = stage(stages.publish.with_options(assets=[stages.published_asset(place)]), place, con, manifest)
        recorder.note(status=checked.status, warnings=checked.findings.warnings, degradations=checked.findings.degradations)
    stage(stages.report, place, published, locations(plan), rejected, checked.findings.validations)
    return None


def tidy_up(place: Home, run: Run) -> None:
    """End what runs on this home left behind that are over: none but this one works on it, though others may wait to."""
    crash_killed_runs(place, {entry["flow_run_id"] for entry in journal.entries(place) if entry["status"] == journal.CRASHED})
    approval.forget_expired(place, run.started_at)
    cancel_unasked(place, "nobody answered in time: nothing of it was published")
    place.sweep()


def journal_row(run: Run, summary: Summary) -> Row:
    """Return what a run says of itself that published nothing, as a row of ``runs``."""
    return {
        "run_id": run.run_id,
        "flow_run_id": run.flow_run_id,
        "started_at": run.started_at,
        "ended_at": datetime.now(UTC).replace(tzinfo=None),
        "status": summary.status,
        "reason": summary.reason or "; ".join(summary.blocked) or None,
        "code_version": code_version(),
        "n_files_seen": summary.n_files_seen,
        "n_files_new": summary.n_files_new,
        "n_articles": 0,
        "n_quarantined": summary.n_quarantined,
    }


# --- what a human has to decide on ------------------------------------------------------------------------------------


def approved(place: Home, plan: Plan, request: Request, run: Run) -> Run:
    """Return the run with the words of the human who approved its plan, if one did. Raises ApprovalError where only another change is approved."""
    if request.only_change:
        approval.check_change(plan, request.only_change)
    return replace(run, approval=approval.approval_of(place, plan, run.started_at))


def hold_back(place: Home, plan: Plan, run: Run, blocked: BlockedError) -> PendingApproval:
    """Note that a publish is held back, in place of what was of its source."""
    pending = approval.add_pending(place, plan, run, flow_run.parameters, blocked.reasons)
    cancel_unasked(place, "asked again: a later run was held back too")
    return pending


def release(place: Home, plan: Plan, request: Request, why: str) -> None:
    """Hold back no longer what a plan asks for, nor what its source asked for earlier where it was looked through as a whole."""
    approval.drop_pending(place, plan, flow_run.parameters.get("source") if request.wants_all else None)
    cancel_unasked(place, why)


def cancel_unasked(place: Home, why: str) -> None:
    """Cancel the runs on this home that wait for a human though nothing of theirs is held back."""
    cancel_waiting_runs(place, why, {pending.flow_run_id for pending in approval.read_pending(place)})


def find_refusal(place: Home, summary: Summary) -> str | None:
    """Write down what a human said of what this flow run was suspended for, and return the reason where he refused it.

    None where this run was not suspended, or is to publish: it begins anew, and its change is approved now.
    """
    for pending in approval.asked_by(place, summary.flow_run_id):
        if approval.can_ask(pending):
            verdict, why = approval.suspend_for_answer(pending, local_time(pending.expires_at, summary.timezone))
            approval.write_verdict(place, pending.change, verdict, why, datetime.now(UTC).replace(tzinfo=None))
            if verdict == approval.REJECTED:
                return why or "no reason given"
    return None


def ask_human(pending: PendingApproval, summary: Summary) -> None:
    """Suspend the run until a human approves or rejects on Prefect's pages, and tell the outside that it waits."""
    until = local_time(pending.expires_at, summary.timezone)
    emit_waiting_event(run_name(summary, deployment.name), pending.reasons, until)
    approval.suspend_for_answer(pending, until)


# --- how a run ends ---------------------------------------------------------------------------------------------------


def finish(recorder: Recorder) -> State:
    """Leave what a monitor looks at and return the run's state with the summary as data."""
    summary = recorder.summary
    leave_summary(recorder)
    if summary.blocked:
        get_run_logger().error("Nothing was published: %s", "; ".join(summary.blocked))
        return failed(summary.state_name, "; ".join(summary.blocked), summary)
    return Completed(name=summary.state_name, message=shortened("; ".join([summary.numbers, *summary.warnings])), data=asdict(summary))


def finish_failed(recorder: Recorder, error: Exception) -> State:
    """Leave what a monitor needs of a run that failed, and return its state with the error as data."""
    if not recorder.summary.reason:
        recorder.fail(error)  # the home could not be held
    get_run_logger().error("Failed at %s", recorder.summary.reason, exc_info=error)
    leave_summary(recorder)
    return Failed(message=recorder.summary.reason, data=error)


def leave_summary(recorder: Recorder) -> None:
    """Leave the summary and the chart of the last runs, and name the run by what it did."""
    summary = recorder.summary
    stages.summarize(Home(Path(summary.home)), opaque(summary), str(summary.flow_run_id), wait_for=recorder.earlier)
    with get_client(sync_client=True) as client:
        tags = {*client.read_flow_run(flow_run.id).tags, DEGRADED.lower()} if summary.state_name == DEGRADED else None  # None leaves them
        client.update_flow_run(flow_run.id, name=run_name(summary, deployment.name), tags=tags)


def failed(name: str, message: str, summary: Summary) -> State:
    """Return the state of a run that published nothing. Where a deployment runs, nobody reads its data, and Prefect wants an error there."""
    return Failed(name=name, message=message, data=None if deployment.id else asdict(summary))
