"""The runs of one home among all that a server of Prefect knows: others may use it too, also from machines where their home has the same path."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from zoneinfo import ZoneInfo

from prefect import get_client
from prefect.client.orchestration import SyncPrefectClient
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

INGEST, MAINTENANCE = "ingest", "maintenance"
"""The names of Dibao's flows."""
PATIENCE_SECONDS = 600
"""How long a run that nobody watches waits for a home that another one holds: to be refused would cost it a night."""
LEASE_SECONDS = 60
"""How long the place in the queue of a run that was killed stays taken; Prefect allows no less."""


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
    with get_client(sync_client=True) as client:
        client.upsert_global_concurrency_limit_by_name(home_tag(home), 1)
    get_run_logger().info("Waits for its turn on %s, at most %s seconds", home.path, PATIENCE_SECONDS)
    with ExitStack() as turn:
        try:
            turn.enter_context(concurrency(home_tag(home), timeout_seconds=PATIENCE_SECONDS, lease_duration=LEASE_SECONDS))
        except TimeoutError as error:
            raise HomeBusyError(
                f"{home.path}: another run has worked on this home for {PATIENCE_SECONDS} seconds. Run again when it has ended."
            ) from error
        yield


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


def in_state(found: StateType) -> FlowRunFilter:
    """Return the filter for runs in states of a type."""
    return FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[found])))


def crash_dead_runs(home: Home) -> None:
    """Mark earlier runs on this home as crashed that Prefect still believes to be running: we hold the home, so they are dead."""
    set_others(home, StateType.RUNNING, Crashed(message="its process ended without a word; the next run goes on where it was"))


def cancel_waiting_runs(home: Home, why: str, kept: Collection[str | None] = ()) -> None:
    """Cancel the runs on this home that wait for a human, but for some: what they ask is over."""
    set_others(home, StateType.PAUSED, Cancelled(message=why), kept)


def set_others(home: Home, found: StateType, state: State, kept: Collection[str | None] = ()) -> None:
    """Put the other ingests on this home that Prefect knows in one state into another, but for some."""
    with get_client(sync_client=True) as client:
        for run in own_runs(home, client, [INGEST], in_state(found)):
            if str(run.id) not in {flow_run.id, *kept}:
                client.set_flow_run_state(run.id, state, force=True)


def name_runs_to_come(home: Home, timezones: Mapping[str, str]) -> None:
    """Name the scheduled runs of a home by their deployment and when they are due, for Prefect names them by chance.

    ``timezones`` are those of the deployments, by name.
    """
    with get_client(sync_client=True) as client:
        for run in own_runs(home, client, [INGEST, MAINTENANCE], in_state(StateType.SCHEDULED)):
            if run.deployment_id and run.expected_start_time and (name := client.read_deployment(run.deployment_id).name) in timezones:
                due = f"{name}, due {run.expected_start_time.astimezone(ZoneInfo(timezones[name])):%Y-%m-%d %H:%M}"
                if run.name != due:
                    client.update_flow_run(run.id, name=due)
