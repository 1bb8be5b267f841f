"""The runs of one home among all that a server of Prefect knows: others may use it too, also from machines where their home has the same path."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from zoneinfo import ZoneInfo

from prefect import get_client
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import GlobalConcurrencyLimitUpdate
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.concurrency.sync import concurrency
from prefect.logging import get_run_logger
from prefect.runtime import deployment, flow_run
from prefect.states import Cancelled, Crashed, State

from warehouse.home import Home, HomeBusyError

INGEST, MAINTENANCE_FLOW = "ingest", "maintenance"
"""The names of Dibao's flows."""
PATIENCE_SECONDS = 12 * 3600
"""How long a run that nobody watches waits for a home that another one holds, which is as long as a stage may take: to be refused would cost it a night."""
LEASE_SECONDS = 60
"""How long the turn of a run that was killed lasts; Prefect allows no less."""
STALE_SECONDS = 150
"""How long a run waits until it looks whether anybody is at work on the home at all: a server that was killed has forgotten its leases, and
its limit stays taken for ever. It is longer than what a lease takes to end: its seconds, the server's round of 15, and the pause between two questions."""


def home_tag(home: Home) -> str:
    """Return the tag that the runs of a home carry, and the name of its concurrency limit."""
    return f"dibao-home:{home.id}"


def tag_run(home: Home) -> None:
    """Let the run under way carry the tag of its home."""
    with get_client(sync_client=True) as client:
        client.update_flow_run(flow_run.id, tags={*flow_run.tags, home_tag(home)})


@contextmanager
def one_at_a_time(home: Home) -> Iterator[None]:
    """Let runs of deployments on a home wait for each other, by a global concurrency limit of Prefect's, while the block runs.

    A run by hand does not wait: the home's own lock tells it at once who writes there. Raises HomeBusyError after ``PATIENCE_SECONDS``.
    """
    if not deployment.id:
        yield
        return
    limit, until = home_tag(home), time.monotonic() + PATIENCE_SECONDS
    with get_client(sync_client=True) as client:
        client.upsert_global_concurrency_limit_by_name(limit, 1)
    get_run_logger().info("Waits for its turn on %s, at most %s hours", home.path, PATIENCE_SECONDS // 3600)
    with ExitStack() as turn:
        while True:
            try:
                turn.enter_context(concurrency(limit, timeout_seconds=STALE_SECONDS, lease_duration=LEASE_SECONDS))
                break
            except TimeoutError as error:
                if time.monotonic() > until:
                    raise HomeBusyError(
                        f"{home.path}: other runs have worked on this home for {PATIENCE_SECONDS // 3600} hours. Run again when they have ended."
                    ) from error
                end_stale_turn(home)
        yield


def end_stale_turn(home: Home) -> None:
    """Free the concurrency limit of a home where none holds the home itself, whose lock is the kernel's and ends with its process."""
    try:
        with home.lock():
            pass
    except HomeBusyError as busy:
        get_run_logger().info("Still waits: %s", busy)
        return
    with get_client(sync_client=True) as client:
        client.update_global_concurrency_limit(home_tag(home), GlobalConcurrencyLimitUpdate(active_slots=0))
    get_run_logger().warning("Whoever had the turn on %s has ended without giving it back", home.path)


def own_runs(
    home: Home, client: SyncPrefectClient, flows: Iterable[str], wanted: FlowRunFilter | None = None, limit: int = 200
) -> list[FlowRun]:
    """Return runs of some of Dibao's flows on a home, the last first; of a home where nothing has run, none."""
    if not home.identity.exists():
        return []
    mine = (wanted or FlowRunFilter()).model_copy(update={"tags": FlowRunFilterTags(all_=[home_tag(home)])})
    return client.read_flow_runs(
        flow_filter=FlowFilter(name=FlowFilterName(any_=list(flows))), flow_run_filter=mine, sort=FlowRunSort.START_TIME_DESC, limit=limit
    )


def in_state(state_type: StateType) -> FlowRunFilter:
    """Return the filter for runs in states of a type."""
    return FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[state_type])))


def crash_killed_runs(home: Home, killed: Collection[str | None]) -> None:
    """Mark those of the runs on this home as crashed that were killed, which Prefect still believes to be running; others may wait for their turn."""
    crashed = Crashed(message="its process ended without a word; the next run goes on where it was")
    set_states(home, StateType.RUNNING, crashed, killed.__contains__)


def cancel_waiting_runs(home: Home, why: str, kept: Collection[str | None] = ()) -> None:
    """Cancel the runs on this home that wait for a human, but for this one and some others: what they ask is over."""
    set_states(home, StateType.PAUSED, Cancelled(message=why), lambda run_id: run_id not in {flow_run.id, *kept})


def set_states(home: Home, state_type: StateType, state: State, is_meant: Callable[[str], bool]) -> None:
    """Put ingests on this home that Prefect knows in one state into another, those that are meant by their id."""
    with get_client(sync_client=True) as client:
        for run in own_runs(home, client, [INGEST], in_state(state_type)):
            if is_meant(str(run.id)):
                client.set_flow_run_state(run.id, state, force=True)


def name_runs_to_come(home: Home, timezones: Mapping[str, str]) -> None:
    """Name the scheduled runs of a home by their deployment and when they are due, for Prefect names them by chance.

    ``timezones`` are those of the deployments, by name.
    """
    with get_client(sync_client=True) as client:
        for run in own_runs(home, client, [INGEST, MAINTENANCE_FLOW], in_state(StateType.SCHEDULED)):
            if run.deployment_id and run.expected_start_time and (name := client.read_deployment(run.deployment_id).name) in timezones:
                due = f"{name}, due {run.expected_start_time.astimezone(ZoneInfo(timezones[name])):%Y-%m-%d %H:%M}"
                if run.name != due:
                    client.update_flow_run(run.id, name=due)
