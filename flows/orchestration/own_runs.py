"""The runs of one home among all that a server of Prefect knows: others may use it too, also from machines where their home has the same path."""

from __future__ import annotations

from collections.abc import Iterable

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import FlowFilter, FlowFilterName, FlowRunFilter, FlowRunFilterTags
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.sorting import FlowRunSort
from prefect.runtime import flow_run

from warehouse.home import Home

INGEST, MAINTENANCE = "ingest", "maintenance"
"""The names of Dibao's flows."""
PATIENCE_SECONDS = 600
"""How long a run that nobody watches waits for a home that another one holds: to be refused would cost it a night."""


def tag_of(home: Home) -> str:
    """Return the tag that the runs of a home carry."""
    return f"dibao-home:{home.id}"


def claim_run(home: Home, client: SyncPrefectClient) -> None:
    """Let the run under way carry the tag of its home."""
    client.update_flow_run(flow_run.id, tags={*flow_run.tags, tag_of(home)})


def own_runs(
    home: Home, client: SyncPrefectClient, flows: Iterable[str], wanted: FlowRunFilter | None = None, limit: int = 200
) -> list[FlowRun]:
    """Return runs of some of Dibao's flows on a home, the last first; of a home where nothing has run, none."""
    if not home.identity.exists():
        return []
    mine = (wanted or FlowRunFilter()).model_copy(update={"tags": FlowRunFilterTags(all_=[tag_of(home)])})
    return client.read_flow_runs(
        flow_filter=FlowFilter(name=FlowFilterName(any_=list(flows))), flow_run_filter=mine, sort=FlowRunSort.START_TIME_DESC, limit=limit)
